#!/usr/bin/env bash
# Every lesson is checked, and played from end to end in JSON and in plain text, with all right and with all wrong answers; the heap that was
# there before is there afterwards. `brkview lesson` and `brkview quiz` from the command line.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

wrong_for() {
    case $1 in
    yes) echo no ;; no) echo yes ;;
    up) echo down ;; down | stays) echo up ;;
    cached) echo top ;; top | bin | gone) echo cached ;;
    a) echo b ;; [b-f]) echo a ;;
    [a-z]*) echo nonsense ;;
    *) echo 12345 ;;
    esac
}

# play NAME HOW: answer as HOW says (skip, right, wrong); what was typed goes to $dir/script, the right answers to $dir/expected.
play() {
    local line state i=0 answer
    : >"$dir/script"
    [ "$2" = skip ] && : >"$dir/expected"
    mapfile -t answers <"$dir/expected"
    coproc VIEW { "$brkview" --json 2>"$dir/errors"; }
    local pid=$VIEW_PID to from
    exec {to}>&"${VIEW[1]}" {from}<&"${VIEW[0]}"
    eval "exec ${VIEW[1]}>&- ${VIEW[0]}<&-"
    last=
    say() {
        printf '%s\n' "$1" >>"$dir/script"
        printf '%s\n' "$1" >&"$to"
    }
    say 'alloc 24'
    say "lesson $1"
    while IFS= read -r -t 60 line <&"$from"; do
        case $line in *'"course":'*) ;; *) continue ;; esac
        case $line in *'"verdict":'*) [ "$2" = skip ] && printf '%s\n' "$line" | member expected | sed 's/.*, or //' >>"$dir/expected" ;; esac
        state=$(printf '%s\n' "$line" | sed 's/.*"course":{"state":"\([^"]*\)".*/\1/')
        last=$line
        case $state in
        reading) say 'lesson next' ;;
        over) break ;;
        asking)
            case $line in *'"try":2'*'"state":"asking"'* | *'"state":"asking"'*'"try":2'*) [ "$i" -gt 0 ] && i=$((i - 1)) ;; esac
            answer=${answers[i]:-}
            [ "$2" = wrong ] && answer=$(wrong_for "$answer")
            [ "$2" = skip ] && answer=
            i=$((i + 1))
            say "answer $answer"
            ;;
        esac
    done
    say 'lesson quit'
    say 'blocks'
    exec {to}>&-
    tail=$(tail -n 1 <&"$from")
    exec {from}<&-
    wait "$pid" 2>/dev/null
    status=$?
}

names=$("$brkview" -e lesson </dev/null | sed -n 's/^ *[0-9][0-9]*  \([a-z]*\) .*/\1/p')
check "there are twelve lessons" "layout brk bump header free reuse fragmentation fits mutex wrong real malloc" "$(echo $names)"
before=$("$brkview" --json -e 'alloc 24; blocks' </dev/null | tail -n 1 | sed 's/"seq":[0-9]*//')
for name in $names; do
    check "$name has no mistakes" "0" "$("$brkview" -e "lesson --check $name" </dev/null >/dev/null 2>&1; echo $?)"
    play "$name" skip
    questions=$(wc -l <"$dir/expected")
    check "$name played without answers" "0 reading 0 of $questions" "$status ${questions:+reading} $(printf '%s' "$last" | grep -o '[0-9]* of [0-9]* questions' | sed 's/ questions//')"
    play "$name" right
    check "$name with all right answers" "0 all $questions questions answered right" "$status $(printf '%s' "$last" | grep -o 'all [0-9]* questions answered right')"
    check "$name leaves the heap as it was" "$before" "$(printf '%s\n' "$tail" | sed 's/"seq":[0-9]*//')"
    "$brkview" "$dir/script" </dev/null >"$dir/plain" 2>"$dir/errors"
    check "$name in plain text" "0 all $questions questions answered right $questions" \
        "$? $(tr '\n' ' ' <"$dir/plain" | grep -o "all [0-9]* questions *answered *right") $(grep -c '^Right: ' "$dir/plain")"
    pages=$(printf '%s' "$last" | sed 's/.*"pages":\([0-9]*\).*/\1/')
    check "$name in plain text tells each page's number" "(page 1 of $pages) (page $pages of $pages)" \
        "$(grep -o '^(page [0-9]* of [0-9]*)$' "$dir/plain" | sed -n '1p;$p' | xargs)"
    check "$name in plain text speaks of no map, no strip and no key" "" "$(grep -iE "the (map|strip|screen)|q takes" "$dir/plain")"
    play "$name" wrong
    check "$name with all wrong answers" "0 0 of $questions questions" "$status $(printf '%s' "$last" | grep -o '0 of [0-9]* questions')"
    "$brkview" "$dir/script" </dev/null >"$dir/plain" 2>/dev/null
    check "$name in plain text with wrong answers" "0 $questions" "$? $(grep -c '^Not so: ' "$dir/plain")"
done

# From the command line.
check "brkview lesson lists them" "12" "$("$brkview" lesson </dev/null | grep -c '^ *[0-9]')"
check "brkview lesson plays in lines" "1" "$(printf '\n\na\n' | "$brkview" lesson --plain 1 2>/dev/null | grep -c '^Right: a) text')"
printf '@title T\n@rnu alloc 1\n@ask Why?\n@end\n' >"$dir/bad.lesson"
printf '@title T\n@ask How far?\n@answer brk +1\n@run alloc 1\n@end\n' >"$dir/untrue.lesson"
printf '@title T\nText.\n' >"$dir/endless.lesson"
check "mistakes have file and line" "$dir/bad.lesson:2: there is no direction" "$("$brkview" lesson --check "$dir/bad.lesson" 2>/dev/null | grep -o "^$dir/bad.lesson:2: there is no direction")"
check "an untrue answer is found" "1 $dir/untrue.lesson:3: the heap contradicts this answer: it is +48" "$("$brkview" lesson --check "$dir/untrue.lesson" 2>/dev/null | { read -r l; echo 1 "$l"; })"
for file in bad endless; do
    check "$file is not played" "1" "$("$brkview" -e "lesson $dir/$file.lesson" </dev/null >/dev/null 2>&1; echo $?)"
done
sed -n '/^\.nf/,/^\.fi/{/^@title/,/^@end/p}' cli/brkview.1.in >"$dir/manual.lesson"
check "the manual's example is a lesson" "$dir/manual.lesson: no mistakes: 1 question" "$("$brkview" lesson --check "$dir/manual.lesson" 2>&1)"
mkfifo "$dir/pipe.lesson"
check "a fifo is no lesson" "1" "$(timeout 10 "$brkview" -e "lesson $dir/pipe.lesson" </dev/null >/dev/null 2>&1; echo $?)"
cp "$dir/untrue.lesson" "$dir/layout"
check "a lesson's name is no file here" "The layout of a process" "$(cd "$dir" && "$(realpath "$OLDPWD/$brkview" 2>/dev/null || realpath "$brkview")" -e 'lesson layout' </dev/null | sed -n 2p)"

# A shelf of one's own, beside a copy of the program.
mkdir -p "$dir/shelf/lessons"
cp "$brkview" "$(dirname "$brkview")/brkview-target" "$dir/shelf"
printf '@title First\nText.\n@end\n' >"$dir/shelf/lessons/01-first.lesson"
printf '@title Second\nText.\n@end\n' >"$dir/shelf/lessons/0002-second.lesson"
check "numbers may have zeros before them" "1 first 2 second" "$("$dir/shelf/brkview" lesson </dev/null | awk '/^ *[0-9]/ {print $1, $2}' | xargs)"
check "and the lessons open" "First Second" "$("$dir/shelf/brkview" -e 'lesson 1; lesson next; lesson seco' </dev/null | grep -xE 'First|Second' | xargs)"

check "the screen reader hears why first" "the heap is empty; brk moves up by 96 to 0x411060: 32 header + 64|#1 = 0x411020, 64 bytes" \
    "$("$brkview" --screen-reader -e 'alloc 64' </dev/null | sed -n '3,4p' | paste -sd '|')"

# The quiz.
quiz() { "$brkview" quiz --json --seed 4 --n 4; }
check "a quiz is the same for the same seed" "$(quiz </dev/null)" "$(quiz </dev/null)"
expected=$(printf '?\n?\n?\n?\n' | quiz | sed -n '/"event":"answer"/s/.*"expected":"\([^",]*\).*/\1/p')
check "right answers score" '{"event":"score","right":4,"answered":4,"of":4,"skipped":0}' "$(printf '%s\n' "$expected" | quiz | tail -n 1)"
check "wrong and odd ones do not" '{"event":"score","right":0,"answered":1,"of":4,"skipped":0}' "$(printf 'perhaps\n#77\nmaybe\n' | quiz | tail -n 1)"
check "each odd answer gets words" "2" "$(printf 'perhaps\n#77\nmaybe\n' | quiz | grep -c '"event":"odd".*expected')"
check "the end of the answers is the end" "0 of 0 answered right" "$("$brkview" quiz --seed 4 </dev/null | tail -n 1)"
check "quit ends" '{"event":"score","right":0,"answered":0,"of":4,"skipped":0}' "$(printf 'quit\n#2\n' | quiz | tail -n 1)"
check "wrong usage is 2" "2 2 2 2" "$(for o in --n=0 --seed=x --frob extra; do "$brkview" quiz "$o" </dev/null >/dev/null 2>&1; printf '%s ' $?; done | sed 's/ $//')"
for policy in bump header first-fit next-fit best-fit worst-fit; do
    check "a quiz under $policy" "5" "$(yes '?' | head -5 | "$brkview" quiz --policy $policy --seed 1 --n 5 --json | grep -c '"verdict":"skipped"')"
done
tap_end
