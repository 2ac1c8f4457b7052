#!/usr/bin/env bash
# brkview replay: a trace on a policy and on an allocator of one's own: forward, back, to places, until; what score says of it is at the same operation.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
mm=$(dirname "$0")/../mm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
printf '%s\n' 20000 6 11 1 'a 0 2040' 'a 1 24' 'a 2 24' 'f 0' 'a 3 100' 'a 4 4072' 'r 1 38' 'f 2' 'f 1' 'a 5 3000' 'f 4' >"$dir/small.rep"
header() { "$brkview" replay --policy=header "$dir/small.rep" "$@" 2>&1; }
own() { "$brkview" replay --cc="${CC:-cc}" "$mm/$1" "$dir/small.rep" "${@:2}" 2>&1; }
at() { grep -oE '^(operation [0-9]+|0) of [0-9]+' | paste -sd ';'; }

check "a step, with the lines around it" "operation 1 of 11, line 5: a 0 2040 (next: a 1 24)
operation 4 of 11, line 8: f 0 (before: a 2 24; next: a 3 100)
operation 11 of 11, line 15: f 4 (before: a 5 3000; the last)" "$(header -e 'step; step 3; step 99' | grep ^operation)"
check "forward, back, and to places" "operation 3 of 11;operation 2 of 11;0 of 11;operation 10 of 11;operation 7 of 11;0 of 11;operation 11 of 11" \
    "$(header -e 'step 3; back; back 9; goto peak; goto line 11; goto 0; run' | at)"
check "undo and redo know where the trace stands" "operation 3 of 11;operation 5 of 11;operation 4 of 11;operation 6 of 11" \
    "$(header -e 'step 3; step 2; undo; step; undo; redo; step 2' | at)"
check "so does a heap that was reset, and one of another policy" "operation 3 of 11;operation 1 of 11;operation 2 of 11" \
    "$(header -e 'step 3; reset; step; policy first-fit; step 2' | at)"
check "the same heap comes by one step, by many, and by going back" 1 \
    "$(for way in 'step; step; step; step; step; step; step' 'goto 7' 'run; back 4' 'step 9; undo; step 7'; do header -e "$way; blocks; dump t3" | sed -n '/^heap> blocks/,$p'; echo .; done | awk 'BEGIN { RS = "\\.\n" } { seen[$0]++ } END { n = 0; for (i in seen) n++; print n }')"
check "ids of the trace are names, and payloads are filled with what is never zero" "#4 is 0" \
    "$(header -e 'goto 6; why t3' | grep -oE '^#4 is') $(header -e 'goto 6; dump t3 96' | sed -n '/^0x411020/,$p' | cut -c 11-60 | grep -c ' 00')"
printf '%s\n' 'f -1' 'r 3 24' 'a 0 40' 'a 0 48' 'r 3 0' 'f 3' 'f 0' 'r 1 0' 'a 2 8' >"$dir/odd.script"
check "an id that is allocated again names the new block; free(NULL), realloc of nothing and to nothing are done" "operation 9 of 9 0
#1=t3 #2=used #3=t0 #4=t2 #2=used" \
    "$("$brkview" replay --json "$dir/odd.script" -e 'run' | sed -n 's/.*"operation":9,"of":9,.*"failed":\([0-9]*\).*/operation 9 of 9 \1/p'; "$brkview" replay "$dir/odd.script" -e 'goto 4; blocks; goto 9; blocks' | awk '$1 ~ /^#/ {print $1 "=" $NF}' | paste -sd ' ')"
check "pages that come and go, and a segment with room enough, by any way" "1 1" "$(for file in pages.c segment.c; do
        for way in 'goto 7' 'run; back 4' 'step 9; undo; step 7'; do own $file -e "$way; blocks; dump t3" | sed -n '/^heap> blocks/,$p'; echo .; done | awk 'BEGIN { RS = "\\.\n" } { seen[$0]++ } END { n = 0; for (i in seen) n++; print n }'; done | paste -sd ' ')"
check "in JSON" '{"operation":7,"of":11,"line":11,"done":7,"failed":0}' "$(header --json -e 'goto 7' | grep -o '{"operation":[^}]*}')"
check "what fails is told, and what comes after it is done" "1 of these failed, the first of them operation 2 (line 6), malloc(24) of id 1: the heap's limit refused" \
    "$(header -e 'limit 2100; step 2; ' | grep 'of these failed')"
check "a step that fails is a failure" 1 "$(header -e 'limit 2100; step; step' >/dev/null; echo $?)"
check "until: an operation, an id, a size" "operation 2 of 11;operation 7 of 11;operation 10 of 11" "$(header -e 'until op 2; until id 1; until size 3000' | at)"
check "until: what does not come is not waited for" "brkview: command 1, until id 9: no operation behind this one has id 9; nothing was done
brkview: command 2, until line 3: line is no condition of a trace; expected op N, id ID, size SIZE, written ADDRESS, or damaged" "$(header -e 'until id 9; until line 3' | grep -v '^heap')"
check "until: the next that changes a byte" "operation 2 of 11;operation 5 of 11" "$(header -e 'step 2; until written 0x411020' | at)"
check "until: damage, which a write beside the trace has done" "operation 3 of 11;operation 4 of 11" "$(header -e 'step 3; write t2 -32 ff ff ff ff ff ff ff ff force; until damaged' | at)"
check "without a trace, in words; step is steps" "brkview: command 1, run: no trace is played here; expected brkview replay FILE TRACE, or brkview replay --policy NAME TRACE
brkview: command 2, until damaged: until: the heap on show is that of the lab: nothing runs there by itself, for it does only what it is told; expected a program to watch: \`brkview run\`, \`brkview attach\`
heap> alloc 8
heap> step" "$("$brkview" -e 'run; until damaged; alloc 8; step' 2>&1 | grep -E '^(brkview|heap> (alloc|step))')"

# ── An allocator of one's own ──
check "bad: before the first wrong operation, with its victim, and who is to blame, at the addresses of this heap" "operation 6 of 11, line 10: a 4 4072 (before: a 3 100; next: r 1 38)
the next operation is the first at which it can be seen
the victim is t1, #2: 24 bytes at 0xN808
garbled: operation 7 (line 11 of small.rep): the payload of id 1 (0xN808 to 0xN81f, of operation 2, line 6) was overwritten by then: byte 3 is 0x00, and was written as 0xff
blame: operation 4 (line 8 of small.rep), free(id 0), was the last to change that byte, 0xN80b" "$(own bad_garbled.c --at bad -e '' | sed -E 's/0x[0-9a-f]*(80[8b]|81f)/0xN\1/g; s/; tags\.c:[0-9]+ in mm_free wrote it$//' | grep -E '^(operation|the|garbled|blame)')"
check "the byte is as score says: whole before the blamed operation, and spoiled behind it" "ff 00" \
    "$(for n in 3 4; do own bad_garbled.c -e "goto $n; dump t1 4" | grep -oE '  [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2}' | awk '{print $4}' | head -n 1; done | paste -sd ' ')"
check "run stops behind the first wrong operation, and goes on from there" "operation 7 of 11;operation 11 of 11" "$(own bad_garbled.c -e 'run; run' | at)"
check "until damaged stops there, too" "operation 7 of 11" "$(own bad_garbled.c -e 'until damaged' | at)"
check "the operation that kills is the one that score names" "brkview: command 2, step: operation 4 (line 8), free(id 0): the target was killed by signal 11 (SIGSEGV)" \
    "$(own bad_crash.c -e 'goto bad; step' | grep -oE '^brkview: command 2.*SIGSEGV\)')"
check "so it is in the midst of many, and undo brings the heap back" "brkview: command 1, step 9: operation 4 (line 8), free(id 0): the target was killed by signal 11 (SIGSEGV);operation 3 of 11" \
    "$(own bad_crash.c -e 'step 9; undo; step 3' | grep -oE '^brkview: command 1.*SIGSEGV\)|^operation [0-9]+ of 11' | paste -sd ';')"
check "what is valid has nothing bad" "brkview: command 1, goto bad: small.rep is valid on it: no operation is bad" "$(own tags.c -e 'goto bad' | grep ^brkview)"
check "a policy is not judged" "brkview: command 1, goto bad: what is wrong is looked for in an allocator of your own; expected \`brkview replay mm.c TRACE\`" "$(header -e 'goto bad' | grep ^brkview)"
check "wrong places" 4 "$(header -e 'goto 12; goto line 3; goto line; goto nowhere' | grep -c '^brkview: command .*expected')"
check "no trace, and one too many" "brkview: replay: there is no TRACE; expected \`brkview replay mm.c TRACE\`, or \`brkview replay --policy NAME TRACE\`
2
2" "$("$brkview" replay "$mm/tags.c" 2>&1; echo $?; header x >/dev/null; echo $?)"
check "a trace that can't be read" "1" "$(printf 'a 0 8\nf 1\n' >"$dir/bad.script"; "$brkview" replay "$dir/bad.script" 2>&1 | grep -c '^brkview: replay: .*bad.script: line 2: f 1 frees what was never allocated')"
check "100,000 operations, to the last and back" "operation 100000 of 100000;operation 99999 of 100000" \
    "$("$brkview" score --generate=queue --ops=100000 >"$dir/long.rep"; "$brkview" replay "$dir/long.rep" -e 'goto 100000; back' 2>&1 | at)"
for of in --policy=header "$mm/lists.c"; do
    whole() { "$brkview" replay --cc="${CC:-cc}" "$of" "$dir/long.rep" -e "$1; blocks; stats" 2>&1 | sed -n '/^heap> blocks/,$p'; }
    check "by which way one came, the heap is the same: ${of##*[=/]}" "$(whole 'goto 70001')" "$(whole 'run; goto 70001')"
done
printf '#include <stdio.h>\n#include "memlib.h"\nint mm_init(void) { return 0; }\nvoid *mm_malloc(unsigned long n) { puts("one more"); return mem_sbrk((n + 15) & -16); }\nvoid mm_free(void *p) { (void)p; }\n' >"$dir/prints.c"
check "what an allocator prints is told again where it prints again" "3 5 3" "$("$brkview" replay --cc="${CC:-cc}" "$dir/prints.c" "$dir/long.rep" -e 'goto 3; goto 5; goto 3' 2>&1 | awk '/^heap>/ {if (n != "") print n; n = 0} /^prints.c: one more/ {n++} END {print n}' | paste -sd ' ')"
# ── A script of the lab ──
printf '%s\n' '# a script' 'policy first-fit' 'alloc 64 as x; alloc 10' 'p = malloc(100);' 'free(x)' '' stats 'realloc 2 40 # grow' 'calloc 4 16' 'free 3-4' 'repeat 3 "alloc 8; alloc 9 as t force"' 'random 40 seed 3' 'alloc 5 as z' 'free z' check >"$dir/lab.brk"
check "the heap that it makes is the one that source makes" "same" "$(a=$(sed 's/^policy.*//' "$dir/lab.brk" >"$dir/fit.brk"; "$brkview" --policy=best-fit -e "source $dir/fit.brk; blocks; stats" | sed -n '/^heap> blocks/,$p' | sed 's/ used .*/ used/'); b=$("$brkview" replay --policy=best-fit "$dir/lab.brk" -e 'run; blocks; stats' 2>/dev/null | sed -n '/^heap> blocks/,$p' | sed 's/ used .*/ used/'); [ "$a" = "$b" ] && echo same || diff <(echo "$a") <(echo "$b"))"
check "what is passed over is told; goto goes behind all of a line" "brkview: replay: lab.brk: line 2: policy makes no operation; it and 2 more commands are passed over; calloc stands as malloc|operation 2 of 56, line 3: a 1 10 (before: a 0 64; next: a 2 100)" "$("$brkview" replay "$dir/lab.brk" -e 'goto line 3' 2>&1 | sed "s|$dir/||" | grep '^brkview\|^operation' | paste -sd '|')"
# ── The allocator's own checker (tests/mm/checks.c), after each operation ──
checks() { how=$1 && shift && "$brkview" replay --cc="${CC:-cc}" --cflags="-g -DHOW=$how" "$mm/checks.c" "$dir/small.rep" "$@" 2>&1; }
stops() { checks "$1" -e "set checkheap on; $2" | grep '^brkview' | sed 's/^brkview: command //'; }
fifth='behind operation 5 (line 9), malloc(100) of id 3'
check "a bool that is false stops run, step and until behind its operation, and again behind each that follows" "2, run: $fifth: mm_checkheap says false: the heap is not sound
3, step: behind operation 6 (line 10), malloc(4072) of id 4: mm_checkheap says false: the heap is not sound
4, run: behind operation 7 (line 11), realloc(id 1, 38): mm_checkheap says false: the heap is not sound" "$(stops 1 'run; step; run')"
check "step N, and until by what is found in the trace and by looking" "3, step 3: $fifth: mm_checkheap says false: the heap is not sound
5, until size 4000: $fifth: mm_checkheap says false: the heap is not sound
7, until written 0x1: $fifth: mm_checkheap says false: the heap is not sound" "$(stops 1 'step 2; step 3; goto 3; until size 4000; goto 4; until written 0x1')"
check "it stands there: it can be undone, redone as far as it came, and gone on from" "operation 2 of 11;operation 5 of 11;operation 3 of 11;operation 5 of 11;operation 11 of 11" "$(checks 1 -e 'step 2; set checkheap on; run; set checkheap off; undo; step; undo; redo; undo; step 3; run' | at)"
check "mm_check by its 0" "2, run: $fifth: mm_check returned 0: the heap is not consistent" "$(stops 3 run)"
check "another int by its turning, which is told once" "2, run: $fifth: mm_checkheap returned 3, and 0 the time before" "$(stops 2 'run; step; run')"
check "nor is it a turn that the heap is a fresh one" "2, run: $fifth: mm_checkheap returned 3, and 0 the time before" "$(stops 2 'run; goto 3; step')"
check "what returns nothing by what it prints" "2, run: $fifth: mm_checkheap printed: the list is wrong, line 0
4, step 9: $fifth: mm_checkheap printed: the list is wrong, line 0" "$(stops 4 'run; goto 3; step 9; run')"
check "one that always prints stops once, and is heard behind each operation" $'2, run: behind operation 1 (line 5), malloc(2040) of id 0: mm_checkheap printed: 1, all is well\n12' "$(stops 5 'run; run; back 3; undo'; checks 5 -e 'set checkheap on; run; run' | grep -c 'all is well$')"
check "an assertion in it names the operation" "2, run: operation 5 (line 9), malloc(100) of id 3: the target was ended by an assertion that failed at line N of checks.c, in mm_checkheap: SOUND while it did this; \`undo\` or \`reset\` brings the heap back" "$(stops 6 run | sed 's/line [0-9]* of checks/line N of checks/')"
check "it is not called where nobody asks" 0 "$(checks 5 -e 'run' | grep -c well)"
check "--set checkheap=on" "1, run: $fifth: mm_checkheap says false: the heap is not sound" "$(checks 1 --set=checkheap=on -e run | grep ^brkview | sed 's/^brkview: command //')"
check "without one nothing stops" "operation 11 of 11" "$("$brkview" replay --cc="${CC:-cc}" "$mm/tags.c" "$dir/small.rep" -e 'set checkheap on; run' 2>&1 | at)"
check "nothing is left running" "" "$(processes "^$(dirname "$(realpath "$brkview")")/brkview-target")"
check "nothing is left behind" "" "$(ls "$TMPDIR")"
tap_end
