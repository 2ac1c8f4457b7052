#!/usr/bin/env bash
# Names, options, files and lines that hold controls (C0, C1 as UTF-8 and as bytes), characters that turn text around, and no UTF-8: none of it
# reaches a terminal raw, whatever the subcommand and the option, on either stream.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
hostiles=($'\e[31mre\ad\x7f' $'\xc2\x9b31m\xe2\x80\xaeb\xe2\x81\xa6\xd8\x9c\xe2\x80\x8f' $'\x9b31m\xff\xc3(' $'one\ntwo' $'\xef\xbb\xbfx\xe2\x80\x8b')

# Bytes that may not come out: C0 but newline and tab, DEL, C1 in either form, what has a direction of its own, a byte order mark, bytes that are no UTF-8.
raw() {
    LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf' out
    iconv -f UTF-8 -t UTF-8 out >/dev/null 2>&1 || echo "no UTF-8"
}
harmless() { # harmless NAME ARGUMENT...: the hostile text stands for @ in the arguments; input, if any, is in the file input, where it stands for @ too
    local name=$1 found='' h status a
    shift
    for h in "${hostiles[@]}"; do
        local args=()
        for a in "$@"; do args+=("${a//@/$h}"); done
        { [ -f input ] && while IFS= read -r a; do printf '%s\n' "${a//@/$h}"; done <input; } >given
        timeout 200 "$brkview" "${args[@]}" <given >out 2>&1
        status=$?
        [ $status -lt 120 ] || found+="status $status for $(printf %q "$h") "
        found+=$(raw | head -n 3 | cat -v)
    done
    check "$name" "" "$found"
}

for h in "${hostiles[@]}"; do
    printf '@title %s\n%s\n@run %s\n@ask %s?\n@answer %s\n@choice a %s\n@policy %s\n@%s\n@word %s\n@bytes %s\n' "$h" "$h" "$h" "$h" "$h" "$h" "$h" "$h" "$h" "$h" >"./$h.lesson"
    printf 'alloc 8\nalloc %s\nfrob\n' "$h" >"./$h.txt"
done

for option in --execute --policy --set --limit --theme --timeout; do
    harmless "$option" "$option=@" -e 'stats'
    harmless "$option, cut off" "$option"
done
harmless "--set, its value" --set 'theme=@' -e stats
harmless "--set, its option" --set '@=on' -e stats
harmless "-e" -e '@'
harmless "an unknown option" '--@'
harmless "an unknown letter" '-@'
harmless "a script that is not there" 'none/@'
harmless "a script" './@.txt'
harmless "a script too much" a '@'
harmless "--screen-reader" --screen-reader -e 'alloc 8; @; source "./@.txt"; screen'
harmless "lesson" lesson '@'
harmless "lesson, a file" lesson --plain './@.lesson'
harmless "lesson --check" lesson --check './@.lesson' 'none/@.lesson'
harmless "lesson, an unknown option" lesson '--@'
harmless "quiz, an unknown option" quiz '--@'
harmless "quiz, too much" quiz '@'
for option in --n --seed --policy; do harmless "quiz $option" quiz "$option=@"; done
for option in -s -S -b -H -a -p -l -n -r -P -A --seed --size --baseAddr --policy --listOrder --allocList; do
    harmless "quiz --ostep $option" quiz --ostep "$option" '@'
done
harmless "quiz --ostep, an unknown option" quiz --ostep '--@'
harmless "quiz --ostep, too much" quiz --ostep -n 1 '@'
harmless "quiz --ostep, the list printed" quiz --ostep -A '+10,@' -c

# Every command with hostile words behind it.
commands=$("$brkview" --json -e help </dev/null | grep -o '"commands":\[[^]]*' | grep -oE '[a-z]+' | tail -n +2 | sort -u | grep -vx quit)
check "the commands are known" 1 "$([ "$(wc -w <<<"$commands")" -gt 30 ] && echo 1)"
all_hostiles=("${hostiles[@]}")
for command in $commands; do
    { echo 'alloc 64' && for h in "${all_hostiles[@]}"; do printf '%s\n' "$command $h" "$command \"$h\"" "$command 1 $h" "$command 1 0 \"$h\" force" "$command $h $h $h $h"; done; } >commands
    hostiles=('')
    cp commands input
    harmless "$command"
    harmless "$command in JSON" --json
    rm input
    hostiles=("${all_hostiles[@]}")
done
harmless "files that are written" -e 'alloc 8; export "./@.txt"; export "./@.svg" 60x20; save "./@"; source "./@"; export "none/@.html"'
printf 'alloc 64\n@\nalloc 8 as @\nsource ./@.txt\n"@"\nlesson header\n@\n@\nanswer @\n' >input
harmless "lines on standard input"
harmless "lines of who types" --plain
printf '@\n@\n\n@\n' >input
harmless "answers to a lesson" lesson --plain header
harmless "answers to a quiz" quiz --seed 4 --n 2
harmless "answers to a quiz in JSON" quiz --json --seed 4 --n 2
tap_end
