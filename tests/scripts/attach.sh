#!/usr/bin/env bash
# A running program from outside: what attach tells of a heap whose truth the program itself tells (tests/fixtures/heapwork.c).
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
heapwork=$(dirname "$brkview")/tests/heapwork
dir=$(mktemp -d)
coproc WORK { exec "$heapwork"; }
pid=$WORK_PID
exec 5>&"${WORK[1]}" 6<&"${WORK[0]}" # a coprocess's own are closed in subshells
trap 'kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
tell() { # tell COMMAND: the program does it; its answer
    printf '%s\n' "$1" >&5
    IFS= read -r answer <&6
    echo "$answer"
}
look() { timeout 200 "$brkview" attach "$pid" "$@" 2>&1 </dev/null; }
typed() { timeout 200 "$brkview" attach --plain "$pid" 2>&1; } # commands come from standard input
state() { sed 's/.*) //; s/ .*//' "/proc/$pid/stat"; }
is_in() { [ "$(state)" = "$1" ]; }
becomes() { # becomes STATE: within a while
    until_so is_in "$1"
    state
}
number() { grep -o "\"$1\":[0-9]*" <<<"$2" | head -n 1 | cut -d : -f 2; }
payload() { tell "where $1" | cut -d ' ' -f 1; }

tell 'alloc 0 20' >/dev/null
if ! look -e look >"$dir/first"; then
    skip "all of attach" "a program can't be watched here: $(tail -n 1 "$dir/first")"
    tap_end
fi

check "a sound heap: all that is looked for is so" "1 1" "$(look -e check | grep -cE '^sound: [0-9]+ invariants hold$') $(look --json -e check | grep -c '"sound":true')"

# ── Blocks ──
tell 'alloc 1 20 40 37' >/dev/null
tell 'alloc 100 300000 2' >/dev/null
out=$(look --json -e blocks)
missing=0
for slot in 1 2 3 17 40 100 101; do
    read -r address usable < <(tell "where $slot")
    row=$(grep -o "{\"id\":null,[^}]*\"payload\":\"$address\"[^}]*}" <<<"$out")
    size=$(number size "$row") header=$(number header "$row")
    [ -n "$row" ] && [ $((size - header)) = "$usable" ] && grep -q '"state":"used"' <<<"$row" || missing=$((missing + 1))
done
check "each block is where the program says, as usable as it says" 0 "$missing"
check "what was asked for is not known" 0 "$(grep -o '"requested":[0-9]' <<<"$out" | wc -l)"
check "the regions: brk, and each block mapped alone" "1 2" "$(grep -o '"kind":"brk"' <<<"$out" | wc -l) $(grep -o '"kind":"mapped"' <<<"$out" | wc -l)"
check "blocks by state and size" "300000 or more: 2" "300000 or more: $(look -e 'blocks used least 300000' | grep -c ' used$')"
check "the largest first" 1 "$(look -e 'blocks used largest first 1' | grep -cE '^ +- +0x[0-9a-f]+ +30[0-9]+ ')"
check "a choice that is none" 1 "$(look -e 'blocks blue' | grep -c 'blue is no way to choose blocks; expected used, free')"
check "an id is none here" 1 "$(look -e 'show 2' | grep -c '2 is no address; expected one such as 0x')"

# ── Sums: the program's own ──
tell 'free 1 30 2' >/dev/null
tell 'free 100' >/dev/null
read -r arena ordblks smblks hblks hblkhd fsmblks uordblks fordblks keepcost < <(tell info)
out=$(look --json -e stats)
for word in arena ordblks smblks hblks hblkhd fsmblks uordblks fordblks keepcost; do
    check "stats has mallinfo2's $word" "${!word}" "$(number "$word" "$(grep -o '"mallinfo2":{[^}]*}' <<<"$out")")"
done
sum=0
for word in live_bytes header_bytes free_bytes cached_bytes; do sum=$((sum + $(number "$word" "$out"))); done
check "every byte of the heap is in use, header, free or cached" "$(number heap_bytes "$out")" "$sum"
check "the free list is found anew at each look" 1 "$(look --json -e 'look; look; look; stats' | tail -n 1 | grep -c '"fits_now":[1-9]')"
check "a cached block is no free one" 1 "$(look -e "why $(payload 1)" | grep -c ', cached by tcache ')"
out=$(look -e "why $(payload 101)")
check "a block mapped alone is of whole pages, and has no neighbours" "1 0" "$(grep -c ' bytes: whole pages, for it is mapped alone$' <<<"$out") $(grep -c '^before it\|^behind it' <<<"$out")"
out=$(look -e "why $(look -e 'blocks free' | awk '$NF == "free" && $2 ~ /^0x/ {a = $2} END {print a}')")
check "of the top: what is there is nobody's, and when it goes" "1 0 1" "$(grep -c ', free, the top$' <<<"$out") $(grep -c 'asked for' <<<"$out") $(grep -c '^brk moves down to give it back once it is longer than' <<<"$out")"
tell 'alloc 60 40 20' >/dev/null
tell 'free 60 20' >/dev/null
first=$(payload 60) second=$(payload 61)
check "the flags of a size are named" 1 "$(look -e "show $first" | grep -cE '^  \+0 +size +49 = 48 \+ PREV_INUSE$')"
check "a protected link tells what it means" "the end $first" "$(look -e "show $first; show $second" | sed -n 's/.*(stored protected; it means \(.*\))$/\1/p' | xargs)"
last=$(printf '0x%x' $(($(payload 78) - 16)))
check "that of a fastbin, too" "$last" "$(look -e "show $(payload 79)" | sed -n 's/.*(stored protected; it means \(.*\))$/\1/p')"
check "who points there: the slot of the program" 1 "$(look -e "find $(payload 2)" | grep -cE '^0x[0-9a-f]+  bss: 0x')"
echo 'a needle in a file' >"$dir/verse"
tell "file $dir/verse" >/dev/null
check "a file that is mapped is searched, whatever its name" 1 "$(look -e 'find "needle in a file"' | grep -cE '^0x[0-9a-f]+  verse$')"
before=$(look -e segments | awk '$1 == "libc.so.6" && $2 == end {print name} {name = $1; end = $3}')
at=$(look -e segments | awk '$1 == "libc.so.6" {print $2; exit}')
at=$((at - 5))
if [ "$before" = anonymous ]; then
    bytes=$(dd if="/proc/$pid/mem" bs=1 skip="$at" count=21 2>/dev/null | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')
    check "bytes that begin in one segment and end in the next" 1 "$(look -e "find \"$bytes\"" | grep -c "^$(printf '0x%x' "$at")  anonymous$")"
else
    skip "bytes that begin in one segment and end in the next" "no two segments that are searched touch each other here"
fi
check "text that stands in memory" 0 "$(look -e 'find "no such bytes \xff\x01 at all"' | grep -vc '^heap>\|^found')"

out=$(look --json -e 'mark a; diff a; mark b; stats' | tail -n 1)
check "marks and differences are of the one look that the rest is of" 1 "$(($(number whole "$out") + $(number again "$out") + $(number held "$out")))"
tell 'alloc 300 100 20' >/dev/null
tell 'free 300 20' >/dev/null
last=$(look -e 'blocks cached' | awk '$2 ~ /^0x/ {a = $2} END {print a}')
check "what pins brk is cached as why tells it" "$(look -e "why $last" | sed -n "s/^.*, cached/cached/p" | head -n 1)" "$(look -e stats | sed -n 's/^brk is pinned at .* bytes that is \(cached .*\), at 0x.*/\1/p')"

# ── Blocks that can't be read: the lab's own target, whose malloc is no glibc's ──
exec 8> >(exec "$brkview" --plain >"$dir/lab")
viewer=$!
printf 'alloc 100\n' >&8
until_so tells 'brk moves up' "$dir/lab"
read -r lab _ <"/proc/$viewer/task/$viewer/children" # without a newline at its end
foreign() { timeout 200 "$brkview" attach "$lab" "$@" 2>&1 </dev/null; }
check "what is not known of its blocks is not counted" "1 0" "$(foreign -e look | grep -c "^[0-9]* bytes up to brk; its heap is not as glibc's malloc keeps it") $(foreign -e look | grep -c ' used, ')"
for condition in 'live-below 1' 'live-above 1' 'block 1' 'freed 0x1000' damaged; do
    check "until $condition: it can't be seen" "1 1" "$(foreign -e "until $condition" | grep -c "it can.t be seen: its heap is not as glibc.s malloc keeps it.*; expected brk-above, brk-below or ended$") $(foreign -e "until $condition" >/dev/null; echo $?)"
done
check "what is told instead of blocks: brk and what is in memory" "1 1" "$(foreign -e stats | grep -cE '^heap up to brk: [0-9]+ bytes, of which [0-9]+ are in memory$') $(foreign --json -e stats | grep -cE '"resident_bytes":[1-9].*"unread":"')"
check "brk is seen" 1 "$(foreign -e 'until brk-above 1' | grep -c '^brk is at 0x')"
exec 8>&-

# ── One that execs a program of another user's rights: what it has mapped is not ours to read any more ──
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
as_nobody() { "${nobody[@]}" "$@"; }
open=$(mktemp -d -p /tmp) # that others may reach, whatever TMPDIR is
cp "$brkview" "$open/brkview"
cp "$(command -v sleep)" "$open/raised"
chmod 755 "$open" "$open/brkview"
chmod 4755 "$open/raised"
mkfifo -m 666 "$open/go"
(exec "${nobody[@]}" sh -c "read x <'$open/go'; exec '$open/raised' 1000") 2>/dev/null &
raised=$!
is_called() { [ "$(cat "/proc/$raised/comm")" = "$1" ]; }
until_so is_called sh
exec 9> >(exec "${nobody[@]}" timeout 200 "$open/brkview" attach --plain "$raised" >"$open/rights" 2>&1)
printf 'look\n' >&9
until_so tells ' used, ' "$open/rights"
as_nobody true 2>/dev/null && timeout 200 sh -c "echo >'$open/go'"
until_so is_called raised
if grep -q ' used, ' "$open/rights" && ! as_nobody cat "/proc/$raised/maps" >/dev/null 2>&1; then
    printf 'look\nuntil brk-above 1\n' >&9
    until_so tells 'command 2' "$open/rights"
    check "it is told as that, and not as a heap in change" "1 0" "$(grep -c "command 2, look: what it has mapped can't be read (Permission denied), as of a program that runs for another user: the picture is an older one$" "$open/rights") $(grep -c 'in change' "$open/rights")"
    kill "$raised"
    until_so tells 'command 3' "$open/rights"
    check "until does not judge the picture from before it" "1 0" "$(grep -c 'command 3, until brk-above 1: the program was ended' "$open/rights") $(grep -c '^brk is at' "$open/rights")"
else
    skip "one that execs a program of another user's rights" "needs root, and a place where a set-user-ID file is obeyed"
fi
exec 9>&-
kill "$raised" 2>/dev/null
rm -rf "$open"

# ── One that asked malloc for nothing ──
printf '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n' >"$dir/idle.c"
"${CC:-cc}" -o "$dir/idle" "$dir/idle.c"
"$dir/idle" &
idle=$!
timeout 200 "$brkview" attach "$idle" -e 'look; stats; check; blocks' >"$dir/idle.out" 2>&1
kill "$idle"
wait "$idle" 2>/dev/null
check "nothing was asked of malloc yet: look, stats and check say so, blocks lists none" "3 1" "$(grep -c 'nothing was asked of malloc yet' "$dir/idle.out") $(grep -c '^the heap is empty$' "$dir/idle.out")"

# ── What it won't do ──
check "the lab is named to who wants to change a heap" 1 "$(look -e 'alloc 16' | grep -c 'or the lab: `brkview` alone$')"
check "its heap is its own" 1 "$(look -e 'alloc 16' | grep -c 'alloc: the heap on show is that of a process: its allocator can.t be asked, for a running program decides for itself; expected a command that looks')"
for command in 'free 1' 'sbrk 16' 'write 1 0 "x"' undo reset 'policy header' 'break overflow' race 'random 3' 'set trim off' 'limit 100' 'save x' redo quiz; do
    check "$command is refused" "1 1" "$(look -e "$command" | grep -c 'for a running program decides for itself') $(look -e "$command" >/dev/null; echo $?)"
done

# ── pause, until ──
exec 7> >(typed >"$dir/held")
printf 'pause\n' >&7
check "pause holds it" t "$(becomes t)"
printf 'continue\n' >&7
check "continue lets it go" S "$(becomes S)"
printf 'pause\n' >&7
becomes t >/dev/null
check "until says so where it can't hold it" 1 "$(look -e 'until brk-above 1' | grep -c "^brk is at 0x.*; it is not paused: its threads can't be held: ")"
# shellcheck disable=SC2046
kill -9 $(processes "attach --plain $pid \$")
check "whoever dies lets it go" S "$(becomes S)"
exec 7>&-
check "what is paused does not change" 1 "$(look -e 'pause; until damaged' | grep -c 'it is paused: nothing will change; expected `continue` first')"
until_while() { # until_while CONDITION COMMAND: until's words, where the program does COMMAND once it is looked at
    exec 7> >(typed >"$dir/until")
    printf 'rate 30\nlook\nuntil %s\n' "$1" >&7
    until_so tells ' used, ' "$dir/until"
    sleep 0.2 # it looks; that nothing is seen yet is told by the next check
    early=$(grep -cE "$3" "$dir/until")
    tell "$2" >/dev/null
    becomes t >/dev/null
    exec 7>&-
    until_so tells "$3" "$dir/until"
    becomes S >/dev/null
    echo "$early $(grep -cE "$3" "$dir/until")"
}
check "until brk is above" "0 1" "$(until_while 'brk-above 300000' 'alloc 200 1000 400' '^brk is at 0x[0-9a-f]+, [0-9]+ bytes from the heap.s start$')"
check "until a block appears" "0 1" "$(until_while 'block 7000' 'alloc 700 7000' "^a block of 7000 bytes or more has appeared at 0x")"
check "where it did" "$(payload 700)" "$(printf '0x%x' $(($(sed -n 's/^a block of 7000 bytes or more has appeared at //p' "$dir/until") + 8)))"
check "until one is freed" "0 1" "$(until_while "freed $(payload 700)" 'free 700' "^no block in use is at $(payload 700)$")"
check "until more is live" "0 1" "$(until_while 'live-above 2M' 'alloc 701 4000 400' '^[0-9]+ bytes are in use$')"
check "until less is live" "0 1" "$(until_while 'live-below 2M' 'free 701 400' '^[0-9]+ bytes are in use$')"
check "no such condition" 1 "$(look -e 'until tea' | grep -c 'tea is no condition; expected brk-above')"
check "a condition without its value, and one with too much" "1 1 1" "$(look -e 'until block' | grep -c 'block needs a SIZE$') $(look -e 'until freed' | grep -c 'freed needs an ADDRESS$') $(look -e 'until damaged 3' | grep -c 'damaged stands alone; expected no more$')"
check "rate tells what was asked for, and takes what it can" "1 1" "$(look -e 'rate' | grep -cE '^10 looks a second were asked for(;|$)') $(look -e 'rate 2.5' | grep -cE '^2.5 looks a second were asked for(;|$)')"
for rate in 0 31 -1 x 1x nan; do
    check "rate $rate is refused" 1 "$(look -e "rate $rate" | grep -c "HZ is $rate; expected looks a second, more than 0 and at most 30$")"
done

# ── What is below it ──
check "nothing is below it" 1 "$(look -e targets | grep -c '^no process below it$')"
check "its threads are counted" 1 "$(tell '@1 alloc 800 10' >/dev/null; look -e targets | grep -c "^\* $pid heapwork, 2 threads$")"
ln -s "$(command -v sleep)" "$dir/rest" # no other suite's
sh -c '"$0" 1000 & sh -c "\"\$0\" 1000; :" "$0"; :' "$dir/rest" &
below=$!
resting() { processes "^$dir/rest "; }
two_rest() { [ "$(resting | wc -w)" = 2 ]; }
until_so two_rest
timeout 200 "$brkview" attach "$below" -e targets >"$dir/below" 2>&1
check "those below it, as deep as they are" "1 1 1 1" "$(grep -c "^\* $below sh, 1 thread$" "$dir/below") $(grep -cE '^  [0-9]+ rest$' "$dir/below") $(grep -cE '^  [0-9]+ sh$' "$dir/below") $(grep -cE '^    [0-9]+ rest$' "$dir/below")"
check "as JSON" 3 "$(timeout 200 "$brkview" attach "$below" --json -e targets | grep -o '"parent":[0-9]*' | wc -l)"
# shellcheck disable=SC2046
kill $(resting)
wait "$below" 2>/dev/null

# ── Who points there ──
first=$(payload 2) second=$(payload 4) # one question at a time: the two sides of a pipe would take each other's answers
tell "word $first $second" >/dev/null
check "who points there: a word of another block, named with its state" 1 "$(look -e "find $second" | grep -cE "^$first  heap, in the block at 0x[0-9a-f]+ \(used\) \+ 8")"

# ── Harm, named to the word while it runs ──
address=$(payload 240)
tell "word $(printf '0x%x' $((address + 1000))) 0x41" >/dev/null
read -r _ usable < <(tell "where 240")
check "until it is damaged" "0 1" "$(until_while damaged "fill $(printf '0x%x' $((address + usable))) 8 65" '^the heap is damaged$')"
out=$(look --json -e 'check; blocks damaged')
next=$(printf '0x%x' $((address + usable)))
check "an overflow into the next size is named to the word" 1 "$(grep -c "block $next: size is 0x4141414141414141" <<<"$(head -n 1 <<<"$out")")"
check "its block alone is damaged" 1 "$(grep -o '"state":"damaged"' <<<"$out" | wc -l)"

# ── Pictures ──
for kind in svg txt html cast json; do
    check "export .$kind" 0 "$(look -e "look; export $dir/heap.$kind" >/dev/null; echo $?)"
done
check "the page plays the looks" 1 "$(grep -c 'in use' "$dir/heap.html" | sed 's/[1-9][0-9]*/1/')"
check "screen reads it out" 1 "$(look -e screen | grep -c "heapwork")"

# ── Its end ──
exec 4> >(typed >"$dir/end")
printf 'look\n' >&4
until_so tells ' used, ' "$dir/end"
kill -9 "$pid"
wait "$pid" 2>/dev/null
printf 'blocks used first 1\nlook\nquit\n' >&4
exec 4>&-
until_so tells 'the program was ended; how, its parent alone is told; expected' "$dir/end"
check "its last picture stays, and look says why there is no other" "1 1" "$(grep -c 'this is the last look at it before it ended' "$dir/end") $(grep -c 'the program was ended; how, its parent alone is told; expected a command that looks at its last picture' "$dir/end")"
check "nobody is there" "1 1" "$(look -e look | grep -c "there is no process $pid") $(look -e look >/dev/null; echo $?)"
check "attach needs one" 2 "$("$brkview" attach >/dev/null 2>&1; echo $?)"
tap_end
