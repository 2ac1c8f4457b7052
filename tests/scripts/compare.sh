#!/usr/bin/env bash
# brkview compare: policies on the same trace; what each comes to, and where they part.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mm=$(realpath "$(dirname "$0")/../mm")
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
cd "$dir" || exit 1
compare() { "$brkview" compare "$@" </dev/null; }
refused() { # refused NAME STATUS WORDS ARGUMENT...
    local said
    said=$(compare "${@:4}" 2>&1 >/dev/null)
    check "$1" "$2 $3" "$? $said"
}

# Holes of 112 and 48 bytes: first-fit takes the first for 40, best-fit the second; then 101 fit under best-fit alone.
printf '%s\n' 'a 0 100' 'a 1 16' 'a 2 40' 'a 3 16' 'f 0' 'f 2' 'a 4 40' 'a 5 101' >holes.rep
printf '%s\n' 'a 0 64' 'a 1 64' 'f 0' 'f 1' >two.rep
check "a line a heap, and where they part" "heap          ops  failed  utilization   peak brk free at the peak looked at
first-fit       8       0          45%        384         96 (25%)       0.5
best-fit        8       0          68%        256           0 (0%)       0.5
first divergence: operation 7 (line 7), malloc(40) of id 4: the payload is at +0x10 under first-fit, at +0xb0 under best-fit
first time that brk goes up under one alone: operation 8 (line 8), malloc(101) of id 5: brk is at +0x180 under first-fit, at +0x100 under best-fit" \
    "$(compare first-fit best-fit holes.rep)"
check "several traces: a line a trace, a column a heap, in three tables" "utilization         header first-fit
holes.rep              37%       45%
two.rep                67%       80%
mean                   52%       63%

free at the peak    header first-fit
holes.rep              10%       25%
two.rep                 0%        0%
mean                    5%       12%

looked at           header first-fit
holes.rep              1.8       0.5
two.rep                0.5       0.0
mean                   1.2       0.2" "$(compare header first-fit holes.rep two.rep)"
check "the same heap does the same" "first divergence: none" "$(compare first-fit first-fit holes.rep | tail -n 1)"
check "no heap is named: all policies" "$("$brkview" --complete compare '' | grep -v : | paste -sd ' ')" \
    "$(compare two.rep | sed '1d; /^[a-z-]* *4 /!d; s/ .*//' | paste -sd ' ')"
check "a policy's switches stand behind it" "first-fit,split=off" "$(compare first-fit first-fit,split=off,coalesce=off holes.rep | awk 'NR == 3 {print substr($1, 1, 19)}')"
check "and are heeded" "512" "$(compare first-fit,growth=512 two.rep | awk 'NR == 2 {print $5}')"
check "what fails is told, and goes on" "bump 4 2
bump: the first that failed, operation 3: nobody knows how long the block is, for bump keeps no record; expected a policy that does, such as header" \
    "$(compare bump two.rep | awk 'NR == 2 {print $1, $2, $3} NR == 3')"
check "a folder is its traces" "holes.rep two.rep" "$(compare header . | awk '/rep/ {print $1}' | sort -u | paste -sd ' ')"

# ── JSON ──
compare --json bump best-fit two.rep >json; status=$?
check "a line a heap, one for all" "0 3" "$status $(wc -l <json)"
check "of a heap" '{"trace":"two.rep","heap":"best-fit","ops":4,"failed":0,"util":0.80000000000000004,"peak_brk":160,"peak":{"op":2,"heap_bytes":160,"live_bytes":128,"free_bytes":0,"guessed":false},"looked_at":0.0,"first_failure":null,"ended":null}' "$(sed -n 2p json)"
check "what bump does not know is null" '"free_bytes":null' "$(head -n 1 json | grep -o '"free_bytes":[^},]*')"
check "of all" '{"total":{"heaps":2,"traces":[{"trace":"two.rep","ops":4,"divergence":{"op":1,"line":1,"heaps":["bump","best-fit"],"message":"operation 1 (line 1), malloc(64) of id 0: the payload is at +0x0 under bump, at +0x10 under best-fit"},"brk_divergence":null}]}}' "$(tail -n 1 json)"

# ── Traces of our own ──
"$brkview" score --generate=queue --seed=7 --ops=500 >queue7.rep
check "SHAPE,SEED is what score writes" "$(compare header best-fit queue7.rep)" "$(compare header best-fit --generate=queue,7 --ops=500)"
check "all shapes" "$("$brkview" --complete score --generate= | sed 's/.*=//; s/\t.*//')" \
    "$(compare bump --generate=all --ops=20 | sed -n '2,/^mean/{/^mean/!s/ .*//p}')"

# ── Commands ──
check "commands are done in each heap" "> alloc 64
header: the heap is empty; brk moves up by 96 to 0x411060: 32 header + 64
bump: bump keeps no record; brk moves up by 64 to 0x411040
> free 1
header: #1 is the last block: sbrk(-96) gives it back; brk moves down to 0x411000
bump: nobody knows how long the block is, for bump keeps no record; expected a policy that does, such as header
heap             brk  asked for       free  utilization
header             0          0          0           0%
bump              64         64          -         100%
first divergence: command 1, alloc 64: the payload is at +0x20 under header, at +0x0 under bump
1" "$(compare header bump -e 'alloc 64; free 1'; echo $?)"
check "those of the input, too" "$(compare header best-fit -e 'alloc 64')" "$(echo 'alloc 64' | "$brkview" compare header best-fit)"
check "what tells a table tells it of each" "header: best-fit: 2" \
    "$(compare header best-fit -e 'alloc 64; blocks' | awk '/^(header|best-fit):$/ {print} / used$/ {n++} END {print n}' | paste -sd ' ')"
compare header bump --json -e 'alloc 64; free 1' >json
check "as JSON: a line a command and heap, one for all" '5
{"heap":"bump","heap_bytes":64,"live_bytes":64,"free_bytes":null,"command":"alloc 64","ok":true,"error":null,"offset":0,"sentence":"bump keeps no record; brk moves up by 64 to 0x411040"}
{"total":{"heaps":[{"heap":"header","heap_bytes":0,"live_bytes":0,"free_bytes":0},{"heap":"bump","heap_bytes":64,"live_bytes":64,"free_bytes":null}],"divergence":{"message":"command 1, alloc 64: the payload is at +0x20 under header, at +0x0 under bump"}}}' \
    "$(wc -l <json; sed -n '2p;$p' json)"
check "a command that failed in one is a failure, and said" "1 brkview: compare: 1 command failed, in one heap or in more" \
    "$(said=$(compare header bump -e 'alloc 8; free 1' 2>&1 >/dev/null); echo "$? $said")"
refused "a lesson is for one heap" 1 "brkview: compare: quiz: quiz is for one heap alone; expected it in \`brkview\` without compare
brkview: compare: 1 command failed, in one heap or in more" header bump -e quiz
refused "so many heaps are no labs" 2 "brkview: compare: 6 heaps are too many for commands; expected up to 4, or a TRACE" -e 'alloc 8'

# ── Allocators of one's own ──
file() { compare --cc="${CC:-cc}" --timeout="${seconds:-60}" "$@"; }
cp -r "$mm" mm # their names are words of the tables
mm=mm
check "a file beside a policy: what it does not tell is not told, or called a guess" "tags.c 0 54% 320 ~96 (30%) - best-fit 0 68% ~ a guess: what its words" \
    "$(file "$mm/tags.c" best-fit holes.rep | awk '/tags.c .*%/ {print "tags.c", $3, $4, $5, $6, $7, $8} /^best-fit/ {print $1, $3, $4} /^~/ {print $1, $2, $3, $4, $5, $6}' | paste -sd ' ')"
check "nor where words are no headers" "bump.c 0 - -" "$(file "$mm/bump.c" two.rep | awk 'NR == 2 {print "bump.c", $3, $6, $7}')"
"$brkview" score --generate=uniform >u.rep
check "its utilization is what score says" "$("$brkview" score --cc="${CC:-cc}" "$mm/lists.c" u.rep | awk 'NR == 2 {print $3}')" \
    "$(file "$mm/lists.c" --generate=uniform | awk 'NR == 2 {print $4}')"
check "where it crashes it ends; the others go on" "bad_crash.c: it ended here, operation 3: the target was killed by signal 11 (SIGSEGV) at line $(grep -n "^    ON_FREE(b)" "$mm/tags.c" | cut -d: -f1) of tags.c, in mm_free: it touched 0xcd0
5000 1" "$(file "$mm/bad_crash.c" best-fit u.rep >out; status=$?; sed -n 's,^.*/\(bad_crash.c: .*\),\1,p' out; awk -v s=$status '/^best-fit/ {print $2, s}' out)"
check "and from there on brk is not compared" "" "$(file "$mm/bad_crash.c" best-fit u.rep | grep 'brk goes up')"
check "where it loops it is ended" "it ended here, operation 6: the target was ended, because it did not answer" \
    "$(seconds=5 file "$mm/bad_loop.c" u.rep | sed -n 's/^.*: \(it ended here.*\)/\1/p')"
check "pages: utilization is by what is mapped at most, as score says it" "$("$brkview" score --cc="${CC:-cc}" "$mm/pages.c" u.rep | awk 'NR == 2 {print $3}')" "$(file "$mm/pages.c" u.rep | awk 'NR == 2 {print $4}')"
check "a segment, which never grows, is refused" "1 brkview: compare: segment.c: it is of CS107's form: bool myinit, which is given a segment: brk never moves under it, and there is nothing to compare; \`brkview score\` tells how much of the segment it uses" \
    "$(file "$mm/segment.c" best-fit u.rep >out 2>&1; echo "$?" "$(sed "s,compare: $mm/,compare: ," out)")"
printf 'int x\n' >mm.c
check "one that is no C" "1 brkview: compare: mm.c: ${CC:-cc} made nothing of it" \
    "$(file mm.c best-fit u.rep 2>err; echo "$? $(tail -n 1 err)")"
check "commands go to it, too" "tags.c #1 used" \
    "$(file "$mm/tags.c" -e 'alloc 64; blocks' | awk '/tags.c:$/ {name = "tags.c"} / used$/ {print name, $1, $NF}')"
check "no file of ours is left" "" "$(ls "$TMPDIR")"

# ── Bad input ──
refused "a policy mistyped" 2 "brkview: compare: frist-fit is no policy, and there is no such file; expected bump, header, first-fit, next-fit, best-fit or worst-fit, an mm.c, or a trace" frist-fit two.rep
refused "a switch that the policy lacks" 2 "brkview: compare: policy header has no switch split" header,split=off two.rep
refused "a switch without a value" 2 "brkview: compare: split has no value; expected POLICY,SWITCH=VALUE" first-fit,split two.rep
refused "a shape that is none" 2 "brkview: compare: --generate can't be heap; expected all, powers, queue, realloc, stack or uniform" --generate=heap
refused "both commands and a trace" 2 "brkview: compare: -e is in place of a trace; expected one of them" -e 'alloc 8' two.rep
printf 'a 0 8\nf 1\n' >wrong.rep
refused "a trace that is wrong" 1 "brkview: compare: wrong.rep: line 2: f 1 frees what was never allocated; expected an id that is live" header wrong.rep
check "the others are played" "two.rep 67% 1" "$(compare header wrong.rep two.rep holes.rep 2>/dev/null >out; status=$?; awk '/two/ {print $1, $2; exit}' out | tr '\n' ' '; echo $status)"
printf 'a 0 8\n' >$'\e[31mred.rep'
check "a name with escapes is shown" '\x1b[31mred.rep' "$(compare header $'\e[31mred.rep' two.rep | awk 'NR == 2 {print $1}')"
check "nothing is left running" "" "$(processes "^$(dirname "$brkview")/brkview-target")"
tap_end
