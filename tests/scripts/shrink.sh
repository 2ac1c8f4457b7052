#!/usr/bin/env bash
# brkview shrink: each broken allocator of tests/mm has a trace that fails on it made small: one that fails in the same class.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=$(realpath "${BRKVIEW:-./brkview}")
mm=$(dirname "$0")/../mm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
shrink() { "$brkview" shrink --cc="${CC:-cc}" --timeout=2 "$@"; }
score() { "$brkview" score --cc="${CC:-cc}" --timeout=2 "$@"; }
class() { sed -n '1s/.*"class": *"\([a-z]*\)".*/\1/p'; }

for shape in uniform stack realloc; do "$brkview" score --generate=$shape --ops=300 >"$dir/$shape.rep"; done
"$brkview" score --generate=uniform --ops=9000 >"$dir/long.rep"
printf '%s\n' 20000 6 11 1 'a 0 2040' 'a 1 24' 'a 2 24' 'f 0' 'a 3 100' 'a 4 4072' 'r 1 38' 'f 2' 'f 1' 'a 5 3000' 'f 4' >"$dir/small.rep"

printf '%s\n' 'a 0 24' 'f 0' 'a 1 24' 'a 2 20' >"$dir/twice.script"

# shrunk FILE TRACE [OPTION...]: the class before and after, and the operations that are left, of the trace that is written.
shrunk() {
    local before file=$mm/$1
    [ -e "$file" ] || file=$1
    before=$(score --json "${@:3}" "$file" "$2" 2>/dev/null | class)
    shrink "${@:3}" "$file" "$2" -o "$dir/out.rep" >"$dir/told" 2>&1 || cat "$dir/told"
    echo "$before $(score --json "${@:3}" "$file" "$dir/out.rep" 2>/dev/null | class) $(tail -n +5 "$dir/out.rep" | paste -sd ';')"
}
# By construction: what each of them needs, and not one byte more.
check "abort" "crash crash a 0 1;f 0" "$(shrunk bad_abort.c "$dir/uniform.rep")"
check "assert" "assert assert a 0 1;f 0" "$(shrunk bad_assert.c "$dir/uniform.rep")"
check "crash at the free of a block above 1000 bytes" "crash crash a 0 993;f 0" "$(shrunk bad_crash.c "$dir/uniform.rep")"
check "exit" "exit exit a 0 1;f 0" "$(shrunk bad_exit.c "$dir/uniform.rep")"
check "garbled: the fourth byte of the payload behind" "garbled garbled a 0 1;a 1 4;f 0" "$(shrunk bad_garbled.c "$dir/uniform.rep")"
check "garbled: realloc copies half of a block" "garbled garbled a 0 5;r 0 9" "$(shrunk bad_realloc.c "$dir/realloc.rep")"
check "outside: libc's" "outside outside a 0 1" "$(shrunk bad_libc.c "$dir/uniform.rep")"
check "outside: a block above 4000 bytes" "outside outside a 0 3993" "$(shrunk bad_outside.c "$dir/uniform.rep")"
check "outside: the second mm_init" "outside outside a 0 1;f 0" "$(shrunk bad_second.c "$dir/uniform.rep")"
check "overlap: what is taken from a list stays in it" "overlap overlap a 0 1;f 0;a 1 1;a 2 1" "$(shrunk bad_list.c "$dir/uniform.rep")"
check "overlap: realloc stays where it is" "overlap overlap a 0 1;a 1 1;r 0 17" "$(shrunk bad_overlap.c "$dir/small.rep")"
check "misaligned" "misaligned misaligned a 0 1;a 1 1" "$(shrunk bad_misaligned.c "$dir/uniform.rep")"
check "prints" "prints prints a 0 1;f 0" "$(shrunk bad_prints.c "$dir/uniform.rep")"
check "crash: what is split off begins too early" "crash crash yes" "$(shrunk bad_split.c "$dir/uniform.rep" | awk -F ';' '{print substr($0, 1, 12) (NF <= 12 ? "yes" : NF)}')"
check "loop, which a try knows by a quarter of a second" "loop loop yes" "$(shrunk bad_loop.c "$dir/small.rep" | awk -F ';' '{print substr($0, 1, 10) (NF <= 12 ? "yes" : NF)}')"
check "garbled: a block of the least size between two free ones, met after 4,000 operations" "garbled garbled yes 3 garbled 1" \
    "$(shrunk bad_late.c "$dir/long.rep" | awk -F ';' '{print $1 == "garbled garbled a 0 1" && NF <= 12 ? "garbled garbled yes" : $0}') $(grep -c '^f' "$dir/out.rep") $(sed -n '2s/:.*//p' "$dir/told") $(grep -c '^blame: operation 7 .*free(id [0-9]*), was the last to change that byte' "$dir/told")"
printf 'static volatile unsigned n;\n#include <stdlib.h>\n#define ON_FREE(b) if (size_of(b) > 3000) while (n < 400000000) n++; if (n && size_of(b) < 200) abort();\n#include "tags.c"\n' >"$dir/slow.c"
printf '%s\n' 'a 0 3010' 'f 0' 'a 1 8' 'f 1' 'a 2 8' >"$dir/slow.script"
check "what only takes long is no loop" "crash crash a 0 2993;f 0;a 1 1;f 1" "$(shrunk "$dir/slow.c" "$dir/slow.script" --cflags="-I$mm")"
# 1500 frees: each of their blocks is needed, and to try them one by one takes minutes.
printf 'static unsigned n_frees;\n#define ON_FREE(b) if (++n_frees == 1500) abort();\n#include <stdlib.h>\n#include "tags.c"\n' >"$dir/frees.c"
shrink --within=2 --cflags="-I$mm" "$dir/frees.c" "$dir/long.rep" -o "$dir/out.rep" >"$dir/told" 2>&1
check "a search is ended by --within, with the least so far, and says so" "0 1 crash" "$? $(grep -c 'a smaller one was not found within 2 s (--within)' "$dir/told") $(score --json --cflags="-I$mm" "$dir/frees.c" "$dir/out.rep" | class)"
# The labs let that pass: it is a note, and shrinks like a failure.
shrink "$mm/bad_behind.c" "$dir/stack.rep" -o "$dir/out.rep" >/dev/null
check "behind brk" "a 0 1;f 0 1" "$(tail -n +5 "$dir/out.rep" | paste -sd ';') $(score "$mm/bad_behind.c" "$dir/out.rep" | grep -c "note: operation 2 (line 6 of out.rep): it touched .*; the labs' memlib lets that pass")"
# What is too small for what lives at once proves nothing: no more does than a quarter of the heap, if it was not more before.
printf 'a %d 100000\nf %d\n' {0,0,1,1,2,2,3,3,4,4,5,5,6,6,7,7,8,8,9,9,10,10,11,11,12,12}  >"$dir/leak.script"
check "null: it leaks, and 11 mallocs of 100,000 bytes fill 1 MiB: 4 larger ones do, and their frees are needed" "null null 7 3 262137 yes" \
    "$(shrunk bad_leak.c "$dir/leak.script" --heap=1 | awk -F ';' '{print substr($0, 1, 10) NF}') $(grep -c '^f' "$dir/out.rep") $(sed -n 1p "$dir/out.rep") $(score --heap=1 "$mm/tags.c" "$dir/out.rep" | awk '$1 == "out.rep" {print $2}')"
for shape in uniform realloc; do
    check "null: of 5000 operations of $shape, too" "null null yes yes" "$("$brkview" score --generate=$shape >"$dir/many.rep"; shrunk bad_leak.c "$dir/many.rep" --heap=1 | awk -F ';' '{print substr($0, 1, 10) (NF <= 12 ? "yes" : NF)}') $(score --heap=1 "$mm/tags.c" "$dir/out.rep" | awk '$1 == "out.rep" {print $2}')"
done
# The 4000th malloc can't be had with fewer than 4000; all else goes. Here it is the 40th.
sed 's/4000/40/' "$mm/bad_counted.c" >"$dir/counted.c"
check "what counts its calls needs them all, and no frees" "overlap 40 0 yes" \
    "$(shrink --cflags="-I$mm" "$dir/counted.c" "$dir/uniform.rep" -o "$dir/out.rep" >"$dir/told"; score --json --cflags="-I$mm" "$dir/counted.c" "$dir/out.rep" | class) $(grep -c '^a [0-9]* 1$' "$dir/out.rep") $(grep -c '^[fr]' "$dir/out.rep") $(score "$mm/tags.c" "$dir/out.rep" | awk '$1 == "out.rep" {print $2}')"
check "which is said" "note: what is left is malloc(1), 40 times; with one less it does not fail: it is their number that it fails by" "$(grep '^note' "$dir/told")"
check "4000 of them are found soon" "4000 of 9000" "$(shrink "$mm/bad_counted.c" "$dir/long.rep" -o "$dir/out.rep" | sed -n '1s/ operations.*//p')"
"$brkview" score --generate=uniform >"$dir/many.rep"
check "what only two whole runs show, and score does not, is said" "2000
note: it fails in the second of two whole runs on one heap; \`brkview score\` runs 256 operations before the whole, and says that it is valid
yes yes" "$(shrink "$mm/bad_counted.c" "$dir/many.rep" -o "$dir/out.rep" >"$dir/told"; grep -c '^a' "$dir/out.rep"; grep '^note: it' "$dir/told"; score "$mm/bad_counted.c" "$dir/many.rep" "$dir/out.rep" | awk '/%/ && !/^total/ {print $2}' | paste -sd ' ')"

# ── What is valid, and wastes ──
check "a lost coalesce: two neighbours that are free are not one" "waste 5 a f f a yes
waste: operation 5 (line 9 of out.rep): malloc(20001) of id 2 made the heap 40016 bytes large; first fit needs 20016; the largest run without payload had 20016 bytes before" \
    "$(shrink --waste=20000 "$mm/bad_coalesce.c" "$dir/many.rep" -o "$dir/out.rep" >"$dir/told"; sed -n '2s/:.*//p' "$dir/told") $(sed -n '1s/ of.*//p' "$dir/told") $(sed -n '6,9s/ .*//p' "$dir/out.rep" | paste -sd ' ') $(score "$mm/bad_coalesce.c" "$dir/out.rep" | awk '$1 == "out.rep" {print $2}')
$(sed -n 2p "$dir/told")"
check "two sizes that hold each other go down together" '"end":"least" 6' \
    "$("$brkview" score --generate=queue >"$dir/queue.rep"; shrink --json --waste=10000 "$mm/bad_coalesce.c" "$dir/queue.rep" | grep -o '"end":"[a-z]*","ops":[0-9]*' | sed 's/,"ops":/ /')"
check "one that merges does not" "brkview: shrink: tags.c is valid on it; expected a trace that fails, or a smaller --waste
brkview: shrink: utilization is 99.8%; the heap came to be 0 bytes larger than first fit needs (20040 for 20040)
1" "$(printf 'a 0 20000\na 1 1\nf 0\nf 1\na 2 20001\na 3 1\n' >"$dir/five.script"; shrink --waste=10 "$mm/tags.c" "$dir/five.script" 2>&1; echo $?)"
check "a realloc that could have stayed" "a 0 1 r 0 8969 r 0 8977" "$(printf 'a 0 64\nr 0 10000\nr 0 20000\n' >"$dir/grow.script"; shrink --waste=9000 "$mm/tags.c" "$dir/grow.script" 2>/dev/null | tail -n +5 | paste -sd ' ')"
check "what is not valid is told" "brkview: shrink: it is not valid (overlap: operation 4); expected a valid trace for --waste, or none of that
1" "$(shrink --waste=10 "$mm/bad_list.c" "$dir/twice.script" 2>&1 | sed 's/ (line.*));/);/'; echo "${PIPESTATUS[0]}")"
check "--json: one object" '{"end":"least","ops":2,"of":300,"tries":N,"trace":"4\n1\n2\n1\na 0 1\nf 0\n","error":{"op":2,"line":6,"class":"exit","message":"operation 2 (line 6 of the small trace): it ended its process, with status 3","at":null,"blame":null},"waste":null,"notes":[]}' \
    "$(shrink --json "$mm/bad_exit.c" "$dir/uniform.rep" | sed 's/"tries":[0-9]*/"tries":N/')"
check "and of what is valid" '{"end":"valid","ops":null,"of":3,"tries":0,"trace":null,"error":null,"waste":{"heap":30088,"first_fit":20008,"bytes":10080,"util":0.66} 1' \
    "$(shrink --json "$mm/tags.c" "$dir/grow.script" | sed 's/\("util":0.66\)[0-9]*/\1/; s/,"notes.*//') $(shrink --json "$mm/tags.c" "$dir/grow.script" >/dev/null; echo $?)"
check "overlap is not looked for in what is left where it was not before" "1
2" "$(
    { printf '1\n4\n7\n1\n'; tail -n +5 "$dir/small.rep" | head -n 7; } >"$dir/ignore.rep"
    shrink "$mm/bad_realloc.c" "$dir/ignore.rep" -o "$dir/out.rep" >/dev/null; sed -n 4p "$dir/out.rep"; grep -c '^[ar]' "$dir/out.rep")"
check "without -o the trace is on standard output, and the rest is not" "4
3
4
1
a 0 1
f 0
a 1 1
a 2 1
brkview: shrink: 4 of 300 operations of uniform.rep are left, after N tries
brkview: shrink: overlap: operation 4 (line 8 of the small trace): malloc(1) of id 2 returned 0x50000010 to 0x50000010, which overlaps the payload of id 1 (0x50000010 to 0x50000010, of operation 3, line 7)
brkview: shrink: blame: operation 3 (line 7 of the small trace), malloc(1) of id 1, was given 0x50000010 first, which has not been freed since; operation 2 (line 6 of the small trace), free(id 0), had freed what lay there" \
    "$(shrink "$mm/bad_list.c" "$dir/uniform.rep" 2>"$dir/told"; sed 's/after [0-9]* tries/after N tries/' "$dir/told")"
check "what does not fail is told, with what it wastes, and nothing is written" "brkview: shrink: tags.c is valid on it; expected a trace that fails
brkview: shrink: utilization is 66.5%; the heap came to be 10080 bytes larger than first fit needs (30088 for 20008):
brkview: shrink: \`--waste=5040\` looks for the smallest trace that makes it so much larger
1 no" "$(shrink "$mm/tags.c" "$dir/grow.script" -o "$dir/none.rep" 2>&1; echo "$? $([ -e "$dir/none.rep" ] && echo yes || echo no)")"
check "no other options than its own" "brkview: shrink: --seed is not an option here; expected one that \`brkview shrink --help\` lists
2" "$(shrink --seed=4 "$mm/tags.c" "$dir/small.rep" 2>&1; echo $?)"
check "one trace" "brkview: shrink: $dir/uniform.rep is a TRACE too many; expected one
2" "$(cd "$dir" && shrink "$mm/tags.c" small.rep uniform.rep 2>&1 | sed "s|uniform|$dir/uniform|"; shrink "$mm/tags.c" "$dir/small.rep" x 2>/dev/null; echo $?)"
check "-o needs a place to write" "brkview: shrink: no/out.rep can't be written: No such file or directory; expected a writable place
1" "$(shrink "$mm/bad_abort.c" "$dir/small.rep" -o "no/out.rep" 2>&1; echo $?)"

# ── Asked to end, it writes the best so far ──
command=("$brkview" shrink --cc="${CC:-cc}" --cflags="-I$mm" "$dir/frees.c" "$dir/long.rep" -o "$dir/best.rep")
script -qefc "echo \$\$ >$(printf %q "$dir/pid"); exec $(printf '%q ' "${command[@]}") >$(printf %q "$dir/told")" /dev/null >"$dir/screen" </dev/null &
: >>"$dir/screen"
pid=$!
until grep -q 'operations are left, [1-9][0-9]* tries' "$dir/screen" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
kill -TERM "$(cat "$dir/pid")"
wait $pid
check "on a terminal it tells how far it is; asked to end, it ends by that signal, and leaves a trace that fails" "143 crash 1 " \
    "$? $(score --json --cflags="-I$mm" "$dir/frees.c" "$dir/best.rep" | class) $(grep -c 'it was stopped before the least was found' "$dir/told") $(ls "$TMPDIR")"
tap_end
