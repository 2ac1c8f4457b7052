#!/usr/bin/env bash
# run, without a screen: the program's input, output, signals and status are its own; what was seen of its heap is told.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
heapwork=$(dirname "$brkview")/tests/heapwork
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ln -s "$(command -v sleep)" "$dir/rest" # no other suite's
resting() { processes "^$dir/rest $1 "; }
one_rests() { [ -n "$(resting "$1")" ]; }
run() { timeout 200 "$brkview" run "$@"; }
number() { grep -o "\"$1\":[0-9]*" <<<"$2" | head -n 1 | cut -d : -f 2; }

# ── The program's own ──
check "output is its own" "$(ls -l /usr/bin | cksum)" "$(run -- ls -l /usr/bin 2>/dev/null | cksum)"
check "input is its own" "$(seq 1 5000 | cksum)" "$(seq 1 5000 | run cat 2>/dev/null | cksum)"
check "standard error is its own, before ours" "mine" "$(run -- sh -c 'echo mine >&2' 2>&1 >/dev/null | head -n 1)"
for status in 0 1 7 255; do
    check "exit status $status" $status "$(run -- sh -c "exit $status" >/dev/null 2>&1; echo $?)"
done
for signal in TERM KILL SEGV; do
    number=$(kill -l $signal)
    check "killed by $signal: 128 + $number" $((128 + number)) "$(run -- sh -c "kill -$signal \$\$" >/dev/null 2>&1; echo $?)"
done
check "not found: 127" 127 "$(run -- "$dir/none" >/dev/null 2>&1; echo $?)"
: >"$dir/plain"
check "it can't be run: 126" 126 "$(run -- "$dir/plain" >/dev/null 2>&1; echo $?)"
check "no program: 2" "2 1" "$(run >/dev/null 2>&1; echo $?) $(run 2>&1 | grep -c 'run needs a program; expected `brkview run -- PROGRAM`')"
check "the options of the program are the program's" "--json -e x" "$(run echo --json -e x 2>/dev/null)"
check "descriptors and ignored signals are handed on" "ok 1" "$(exec 9>"$dir/nine"; trap '' INT; "$brkview" run -- sh -c 'echo ok >&9; grep "^SigIgn" /proc/$$/status' 2>/dev/null >"$dir/ignored"; echo "$(cat "$dir/nine") $(grep -c '[2367abef]$' "$dir/ignored")")"
check "a signal to us alone reaches it" 143 "$("$brkview" run -- "$dir/rest" 1000 >/dev/null 2>&1 & pid=$!; until_so one_rests 1000; sleep 0.2; kill -TERM $pid; wait $pid; echo $?)"

# ── What was seen ──
# lines N FILE: it has so many at least. It is told every so often; once it has answered, three times more: so it was looked at then.
lines() { [ "$(wc -l <"$2")" -ge "$1" ]; }
looks_told() { grep -vc ' s ago$' "$dir/err"; } # the others tell an older look
looks() { [ "$(looks_told)" -ge "$1" ]; }
work() {
    printf 'alloc 0 50000 20\nfree 0 10\ninfo\n'
    until_so lines 1 "$dir/out" && until_so looks $(($(looks_told) + 3))
}
: >"$dir/out" && : >"$dir/err"
work | run --summary "$dir/sum" --every 0.2 -- "$heapwork" >>"$dir/out" 2>>"$dir/err"
sum=$(cat "$dir/sum")
if grep -q '"unseen"' "$dir/sum"; then
    skip "what was seen" "a program can't be watched here: $sum"
    tap_end
fi
check "a summary is JSON of one line, and nothing else is told but every so often" "1 0" "$(wc -l <"$dir/sum") $(grep -vcE '^brkview: [0-9.]+ s: heap [0-9]+ bytes, [0-9]+ in use, [0-9]+ cached, [0-9]+ free(, [0-9.]+ s ago)?$' "$dir/err")"
check "it has the program, its status, and how the looks went" 3 "$(grep -oE '"program":"[^"]*heapwork"|"status":0|"looks":\{"whole":[0-9]+' "$dir/sum" | wc -l)"
read -r _ _ _ _ _ _ uordblks fordblks _ < <(tail -n 1 "$dir/out")
last=$(grep -o '"mallinfo2":{[^}]*}' <<<"$sum")
check "the last look has the program's own sums" "$uordblks $fordblks" "$(number uordblks "$last") $(number fordblks "$last")"
check "the peak is no less than what was seen last" 1 "$(($(number live_bytes "$(grep -o '"peak_seen":{[^}]*}' <<<"$sum" | head -n 1)") >= $(number live_bytes "$(grep -o '"last":{.*' <<<"$sum")")))"
# A million blocks make a look dear, and the next one waits: a line in between says how old the look is.
: >"$dir/dear"
aged='s: heap [0-9]{8,} bytes, .*, [0-9.]+ s ago$'
dear() { for i in 1 2 3 4 5 6 7 8 9 10; do echo "alloc 0 16 100000"; done && until_so grep -qE "$aged" "$dir/dear"; }
dear | run --every 0.1 -- "$heapwork" >/dev/null 2>>"$dir/dear"
check "a look that is dear makes the next one wait, and is told with its age" yes "$(grep -qE "$aged" "$dir/dear" && echo yes)"
# seen OPTION... -- PROGRAM...: run, which tells every so often what it sees; the program ends by looked_at, once that was told three times.
seen() { : >"$dir/seen" && run --every 0.1 "$@" 2>>"$dir/seen" && cat "$dir/seen"; }
looked_at="until [ \$(grep -c ' s: heap' '$dir/seen') -ge 3 ]; do sleep 0.05; done"
seen --record "$dir/looks.html" -- sh -c "$looked_at" >/dev/null 2>&1
check "the looks are kept for later" 1 "$(grep -c '<html' "$dir/looks.html")"
check "an ending that is none, before anything runs" "2 0" "$(run --record "$dir/x.doc" -- sh -c "echo ran >$dir/ran" >/dev/null 2>&1; echo $?) $(ls "$dir" | grep -c '^ran$')"
check "told in words at its end" 1 "$(seen -- sh -c "$looked_at" | grep -cE '^brkview: sh, [0-9.]+ s; peak seen: heap [0-9]+ bytes')"
check "another program in its place is found anew" 1 "$(seen -- sh -c "$looked_at; : >'$dir/seen'; exec sh -c \"\$0\" \"\$0\"" "$looked_at" | grep -cE 'peak seen: heap [1-9]')"

check "those below it are watched, too" "2 0" "$(run --follow --summary "$dir/follow" -- sh -c "sleep 5 & sh -c 'sleep 5; :'; wait; :" >/dev/null 2>&1; grep -o '"name":"sleep","peak_seen":{"heap_bytes":[1-9]' "$dir/follow" | wc -l) $(grep -c unseen "$dir/follow")"

if command -v musl-gcc >/dev/null; then
    printf '#include <stdlib.h>\n#include <unistd.h>\nint main(void) { char *volatile p = malloc(100), c; return read(0, &c, 1) != 0 || p == NULL; }\n' >"$dir/musl.c"
    musl-gcc -o "$dir/musl" "$dir/musl.c"
    : >"$dir/told"
    until_so lines 3 "$dir/told" | run --every 0.1 -- "$dir/musl" 2>>"$dir/told"
    out=$(<"$dir/told")
    check "blocks that can't be read: none is counted" "1 1 0" "$(grep -cE 'peak seen: heap [0-9]+ bytes up to brk, of which no block could be read$' <<<"$out") $(grep -cE "^brkview: [0-9.]+ s: heap [0-9]+ bytes up to brk(, [0-9.]+ s ago)?; its blocks can't be read$" <<<"$out" | sed 's/[1-9][0-9]*/1/') $(grep -c 'in use 0\|, 0 in use' <<<"$out")"
else
    skip "blocks that can't be read" "musl-gcc is missing: make deps brings it"
fi
many() { # many FILE-LIMIT SCRIPT: how many processes below it were seen, and how many were not
    (ulimit -n "$1"; run --follow --rate 30 -- sh -c "$2" 2>&1) | awk '/^brkview: process [0-9]+ below it/ {seen++} /could not be looked at/ {unseen = $2} END {print seen + 0, unseen + 0}'
}
read -r seen unseen < <(many 48 'for i in $(seq 15); do for k in 1 2 3 4; do sleep 0.3 & done; wait; done')
check "many short ones, one after the other, take no more than those that live" 1 $((seen > 20 && unseen < 10))
read -r seen unseen < <(many 2048 'for i in $(seq 270); do sleep 3 & done; wait')
check "of more than are followed at once, each is counted once (seq is one, too)" 1 $((seen > 0 && seen + unseen <= 271))

# ── Whatever becomes of us ──
run -- "$dir/rest" 2000 >/dev/null 2>&1 &
until_so one_rests 2000
child=$(resting 2000)
# shellcheck disable=SC2046
kill -9 $(processes "brkview run -- $dir/rest 2000")
wait
check "the viewer is killed, the program runs on" S "$(sleep 0.1; sed 's/.*) //; s/ .*//' "/proc/$child/stat")"
kill "$child"
tap_end
