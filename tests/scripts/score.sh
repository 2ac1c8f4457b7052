#!/usr/bin/env bash
# brkview score: sound allocators (tests/mm) are valid, and each broken one is caught: class, operation and line.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
mm=$(dirname "$0")/../mm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
score() { "$brkview" score --cc="${CC:-cc}" --timeout=2 "$@"; }

# member NAME: of the JSON on the input, one value a line; null is null.
member() { sed -n "s/.*\"$1\": *\(\"\([^\"]*\)\"\|[^,}]*\)[,}].*/\1/p" | tr -d '"'; }
fault() { # fault FILE TRACE [OPTION...]: "class operation line at"
    local out
    out=$(score --json "${@:3}" "$mm/$1" "$2" 2>"$dir/said" | head -n 1 | sed 's/,"blame":{[^}]*}//')
    echo "$(member class <<<"$out") $(member op <<<"$out") $(member line <<<"$out") $(member at <<<"$out")"
}

cat >"$dir/small.rep" <<'END'
20000
6
11
1
a 0 2040
a 1 24
a 2 24
f 0
a 3 100
a 4 4072
r 1 38
f 2
f 1
a 5 3000
f 4
END
for shape in uniform powers queue stack realloc; do "$brkview" score --generate=$shape --ops=9000 >"$dir/$shape.rep"; done

# ── Sound ones, of three forms ──
for sound in tags lists; do
    check "$sound.c is valid on all" "trace yes yes yes yes yes yes total" \
        "$(score "$mm/$sound.c" "$dir" | awk '/%|^t/ {print $1 == "trace" || $1 == "total" ? $1 : $2}' | paste -sd ' ')"
done
check "so is bump.c, which has no realloc" "small.rep yes 77%" "$(score "$mm/bump.c" "$dir/small.rep" | awk 'NR == 2 {print $1, $2, $3}')"
# By hand: 150 bytes live at most, and never again; the heap is 104 + 56 + 16.
check "utilization is the peak of what was asked for, by the heap" "0.8522" \
    "$(printf 'a 0 100\na 1 50\nf 0\na 2 10\nf 1\nf 2\n' >"$dir/util.script"; score --json "$mm/bump.c" "$dir/util.script" | member util | head -n 1 | cut -c 1-6)"
rm "$dir/util.script"
check "the form is told by what mm_init returns" "CS:APP's form: int mm_init; payloads are multiples of 8, the heap has up to 20 MiB
CMU's form since 2016: bool mm_init; payloads are multiples of 16, the heap has up to 100 MiB" "$(for sound in tags lists; do score "$mm/$sound.c" "$dir/small.rep" | tail -n 1; done)"
# bump.c: 8 of 8 bytes, 4 of 8, 1 of 8, and 100 of 104, which counts for neither.
weigh() { printf '%s\n' "$1" 1 1 0 "a 0 $2" >"$dir/weight$1.script"; }
weigh 1 8; weigh 2 4; weigh 3 1; weigh 0 100
check "weights say what counts in the total" '4 0.75 2' \
    "$(score --json "$mm/bump.c" "$dir"/weight?.script | tail -n 1 | sed -E 's/.*"valid": *([0-9]*).*"util": *([0-9.]*).*"ops": *([0-9]*).*/\1 \2 \3/')"
rm "$dir"/weight?.script
cat >"$dir/odd.script" <<'END'
f -1
r 3 24
a 0 2040
a 0 40
a 1
r 1 0
f 1
r 1 100
r 1 0
a 2 0
END
check "oddities are valid: free(NULL), realloc of nothing and to nothing, an id twice, a size that is not said" "yes yes yes" \
    "$(for sound in tags lists bump; do score "$mm/$sound.c" "$dir/odd.script" | awk '$1 == "odd.script" {print $2}'; done | paste -sd ' ')"
rm "$dir/odd.script"
# tags.c: 8 bytes before each payload. Id 1's 48 bytes are free when id 3 needs 56.
printf 'a 0 24\na 1 40\na 2 24\nf 1\na 3 48\n' >"$dir/why.script"
check "--why: where the bytes are that are not payload" "  largest: 168 bytes; fullest at operation 5 (line 5), with 96 bytes (57.1%) in 3 payloads
    it became so large at operation 5 (line 5); the largest gap before had 56 bytes
    16 bytes around payloads: headers and rounding (gaps below 24 bytes, and 8 of each other)
    48 bytes in 1 larger gap, the largest 48: holes, or rounding; 40 of them are holes, for payloads were freed there
    8 bytes before the first payload; 0 behind the last, of which 0 had been freed
          56 bytes at 0x50000020, behind id 0 (24 bytes) and before id 2; 40 were freed
           8 bytes at 0x50000000, from the heap's start and before id 0
           8 bytes at 0x50000070, behind id 2 (24 bytes) and before id 3" "$(score --why "$mm/tags.c" "$dir/why.script" | sed -n '/largest:/,/^total/p' | sed '$d')"
check "and in the JSON" '{"op":5,"line":5} 168 96 48 40 3' \
    "$(score --why --json "$mm/tags.c" "$dir/why.script" | sed -n 's/ //g; 1s/.*"peak":{"at":\({[^}]*}\),"heap":\([0-9]*\),"live":\([0-9]*\),.*"large_bytes":\([0-9]*\),.*"freed":\([0-9]*\),"before_first".*/\1 \2 \3 \4 \5/p') $(score --why --json "$mm/tags.c" "$dir/why.script" | head -n 1 | grep -o '"address"' | wc -l)"
rm "$dir/why.script"
# ── The drivers' options, and the courses' indexes ──
check "-f -t -a -v -s are taken" "stack.rep yes total 1/1" "$(score -a -v -s 9 "$mm/bump.c" -f "$dir/stack.rep" | awk '$1 == "stack.rep" || $1 == "total" {print $1, $2}' | paste -sd ' ')"
check "-c checks, and measures nothing" "stack.rep yes - - -" "$(score "$mm/lists.c" -c "$dir/stack.rep" | awk 'NR == 2 {print $1, $2, $4, $5, $6}')"
check "-T parts by tabs" "$(printf 'trace\tvalid\tutil\tops\tsecs\tKops\nsmall.rep\tyes\t77.1%%\t-\t-\t-\ntotal\t1/1\t77.1%%\t-\t-\t-')" "$(score -T "$mm/bump.c" -c "$dir/small.rep" | head -n 3)"
sed 's/return line >= 0;/static int n; return line > 0 \&\& ++n < 7;/' "$mm/lists.c" >"$dir/checks.c"
check "-D calls their check after each operation" "assert: operation 7 (line 11 of small.rep): mm_checkheap, called after it, says that the heap is wrong (false)
yes" "$(score -D "$dir/checks.c" "$dir/small.rep" | sed -n 's/^  assert/assert/p'; score "$dir/checks.c" "$dir/small.rep" | awk 'NR == 2 {print $2}')"
check "what has none is told" "brkview: score: it defines no mm_checkheap, mm_check or validate_heap; nothing of it is called" "$(score -D "$mm/bump.c" "$dir/small.rep" 2>&1 >/dev/null)"
rm "$dir/checks.c"
check "-l measures libc, too" "yes number" "$(score -l "$mm/bump.c" "$dir/small.rep" | awk 'NR == 2 {print $2, ($7 > 0 ? "number" : "none")}')"
counted=$(score --json --instructions "$mm/lists.c" "$dir/stack.rep" | member instructions | head -n 1)
if [ "$counted" = null ]; then
    skip "--instructions: the same from run to run" "no perf events and no valgrind here"
else
    check "--instructions: the same from run to run" "$counted" "$(score --json --instructions "$mm/lists.c" "$dir/stack.rep" | member instructions | head -n 1)"
fi
check "each line of the JSON is one object, and no member has lost its name" "3 0" "$(score --json -l --scale=csapp "$mm/bump.c" "$dir/small.rep" "$dir/stack.rep" | tee "$dir/json" | wc -l) $(grep -c 'u00' "$dir/json")"
check "-V is --why" "1" "$(score -V "$mm/bump.c" "$dir/small.rep" | grep -c '^  largest: 9304 bytes')"
check "-j: traces side by side, told in order, as one by one" "$(score "$mm/lists.c" -c "$dir")" "$(score -j 3 "$mm/lists.c" -c "$dir")"
check "and what was printed, and the status" "  | \\x1b[31mnot so
1" "$(score -j 2 "$mm/bad_abort.c" "$dir/small.rep" "$dir/small.rep" | grep '  |' | head -n 1; score -j 2 "$mm/bad_abort.c" "$dir/small.rep" "$dir/small.rep" >/dev/null; echo $?)"
for course in csapp mit vt pku wustl; do
    check "--scale=$course: utilization by its bounds, and the sum" "yes" "$(score --json --scale=$course "$mm/bump.c" "$dir/small.rep" | tail -n 1 | awk -v course=$course '{
        gsub(/ /, ""); u = s = p = -1
        if (match($0, /"util":[0-9.]+,"speed"/)) u = substr($0, RSTART + 7, RLENGTH - 15) + 0
        if (match($0, /"speed":[0-9.]+/)) s = substr($0, RSTART + 8, RLENGTH - 8) + 0
        if (match($0, /"points":[0-9.]+/)) p = substr($0, RSTART + 9, RLENGTH - 9) + 0
        util = 7172 / 9304; want = course == "pku" ? 60 * (util - .7) / .2 : course == "wustl" ? 50 : 60 * util
        print (u - want < .001 && want - u < .001 && p - u - s < .001 && u + s - p < .001 && s >= 0 ? "yes" : u " " want " " s " " p)}')"
done
check "not all are valid: no points" "index of csapp: 0 of 100, for not all traces are valid and measured; by CS:APP's handout (config.h: UTIL_WEIGHT .60, AVG_LIBC_THRUPUT 600E3)" "$(score --scale=csapp "$mm/bad_exit.c" "$dir/small.rep" | grep ^index)"
# ── 32 bits ──
narrow() { "$brkview" "$1" --m32 --cc="${CC:-cc}" --timeout=2 "${@:2}"; }
if [ -x "$(dirname "$brkview")/brkview-own32" ]; then
    check "--m32: pointers of 4 bytes, said" "yes CS:APP's form: int mm_init, in 32 bits; payloads are multiples of 8, the heap has up to 20 MiB 32" \
        "$(sed 's/^int mm_init/_Static_assert(sizeof(void *) == 4 \&\& sizeof(size_t) == 4, "");\n&/' "$mm/bump.c" >"$dir/bump.c"; narrow score "$dir/bump.c" "$dir/small.rep" | sed -n '2s/.* yes .*/yes/p; $p' | paste -sd ' ') $(narrow score --json "$dir/bump.c" "$dir/small.rep" | tail -n 1 | member bits)"
    check "and malloc(uint32_t) is Boulder's there, too" "Boulder's form: int mm_init, mm_malloc(uint32_t), in 32 bits" \
        "$(sed 's/mm_malloc(size_t n)/mm_malloc(uint32_t n)/; s/"memlib.h"/"memlib.h"\n#include <stdint.h>/' "$mm/bump.c" >"$dir/bump.c"; narrow score "$dir/bump.c" "$dir/small.rep" | sed -n '$s/;.*//p')"
    for file in tags lists pages segment xv6; do
        check "$file.c is as sound there, and uses as much" "yes $(score "$mm/$file.c" "$dir/uniform.rep" | awk 'NR == 2 {print $3}')" "$(narrow score "$mm/$file.c" "$dir/uniform.rep" | awk 'NR == 2 {print $2, $3}')"
    done
    for file in overlap misaligned outside realloc garbled leak crash split abort loop assert exit prints list late second page; do
        check "bad_$file.c fails there by the same operation" "$(fault bad_$file.c "$dir/uniform.rep" --heap=1 | sed '/^loop/s/:[0-9]*$//')" "$(fault bad_$file.c "$dir/uniform.rep" --heap=1 --m32 | sed '/^loop/s/:[0-9]*$//')"
    done
    check "blame, too, of a crash: a size goes round at 4 GiB" "operation 4" "$(narrow blame "$mm/bad_split.c" "$dir/small.rep" | sed -n 's/^blame: as a size,.* since \(operation [0-9]*\).*/\1/p')"
    check "and shrink" 2 "$(narrow shrink "$mm/bad_outside.c" "$dir/small.rep" 2>/dev/null | grep -c '^[arf]' | awk '{print $1 <= 2 ? 2 : $1}')"
    check "the lab is of 64 bits, and says so" "brkview: bump.c: it is of 32 bits, and the lab is a program of 64; \`brkview score --m32\` runs it" "$("$brkview" --cc="${CC:-cc}" --cflags=-m32 --allocator "$mm/bump.c" -e 'alloc 8' 2>&1)"
    check "a compiler that does not know -m32 makes nothing of it" "brkview: score: --m32 made no program of 32 bits; expected a compiler that knows -m32, see --cc" \
        "$(printf '#!/bin/sh\nfor word; do shift; [ "$word" = -m32 ] || set -- "$@" "$word"; done\nexec %s "$@"\n' "${CC:-cc}" >"$dir/wide-cc"; chmod +x "$dir/wide-cc"; "$brkview" score --m32 --cc="$dir/wide-cc" "$mm/bump.c" "$dir/small.rep" 2>&1 >/dev/null)"
else
    skip "--m32" "${CC:-cc} -m32 does not link here (on Debian: gcc-multilib)"
fi
check "cmu's index is by a reference" "brkview: score: --scale=cmu is by the speed of the course's own allocator on this machine; expected --reference=KOPS" "$(score --scale=cmu "$mm/bump.c" "$dir/small.rep" 2>&1)"
check "which may be so slow that each speed is enough" "40.0" "$(score --json --scale=cmu --reference=1 "$mm/bump.c" "$dir/small.rep" | tail -n 1 | grep -o '"speed": *[0-9.]*' | grep -o '[0-9.]*$')"
check "it ends with 0" 0 "$(score "$mm/tags.c" "$dir/small.rep" >/dev/null; echo $?)"

cat >"$dir/part.c" <<'END'
#define mm_init begin
#include "tags.c"
#undef mm_init
int mm_init(void)
{
    static int n;
    struct block *volatile nothing = NULL;
    if (n++ > 0 && last && (in_use(last) || last != (void *)start)) return (int)nothing->size;
    return begin();
}
END
check "what only a run that broke off brings about is told, and no fault" "yes
  note: in mm_init, before operation 1: segmentation fault at address 0x0, at part.c:8 in mm_init; up to 256 operations of this trace had been run before, and were sound; this is after mem_reset_brk and another mm_init; whole runs one after another are sound" \
    "$(score --cflags="-I$mm" "$dir/part.c" -c "$dir/stack.rep" | sed -n '2s/.* yes .*/yes/p; 3p')"
rm "$dir/part.c"
# ── Other forms ──
form() { score "$@" | sed -n '/^total/{s/^total *\([^ ]*\).*/\1/;h}; $!d; H; x; s/\n/ /; p'; }
all=$(ls "$dir"/*.rep | wc -l)
check "CS4400's: pages, anywhere, and no realloc" "$all/$all CS4400's form: pages by mem_map; payloads are multiples of 16, the heap has up to 100 MiB" "$(form "$mm/pages.c" "$dir")"
printf 'a 0 16\na 1 2000\nf 0\nf 1\n' >"$dir/pages.script"
check "its utilization is by the pages that are mapped: 2016 of 4096 and 4096" "0.2461" "$(score --json "$mm/pages.c" "$dir/pages.script" | member util | awk 'NR == 1 {printf "%.4f", $1}')"
check "a payload on a page that was not mapped" "outside 1 1 null" "$(printf 'a 0 9000\n' >"$dir/pages.script"; fault bad_page.c "$dir/pages.script")"
check "a payload whose page was unmapped" "outside 4 4 null
  outside: operation 4 (line 4 of pages.script): the payload of id 1 (0xN to 0xN, of operation 2, line 2) was unmapped by then" \
    "$(printf 'a 0 900\na 1 900\nf 0\nf 1\n' >"$dir/pages.script"; sed 's/run == open_run || //' "$mm/pages.c" >"$dir/pages.c"
    printf '#define EMPTY(run) 1\n#include "pages.c"\n' >"$dir/unmaps.c"; mm=$dir fault unmaps.c "$dir/pages.script"
    score "$dir/unmaps.c" "$dir/pages.script" | grep '^  outside' | sed 's/0x[0-9a-f]*/0xN/g')"
rm "$dir/pages.script" "$dir/pages.c" "$dir/unmaps.c"
check "CS107's: a segment that is given" "$all/$all CS107's form: bool myinit, which is given a segment; payloads are multiples of 8, the heap has up to 100 MiB" "$(form "$mm/segment.c" "$dir")"
check "its utilization is by the end of the last payload: 24 of 40" "0.6000" "$(printf 'a 0 8\na 1 16\n' >"$dir/segment.script"; score --json "$mm/segment.c" "$dir/segment.script" | member util | awk 'NR == 1 {printf "%.4f", $1}')"
rm "$dir/segment.script"
printf 'a 0 600000\na 1 600000\n' >"$dir/segment.script"
check "beyond the segment" "outside 2 2 null" "$(fault segment.c "$dir/segment.script" --heap=1 --cflags=-DBEYOND=1000000)"
check "NULL, for it is full" "null 2 2 null" "$(fault segment.c "$dir/segment.script" --heap=1)"
rm "$dir/segment.script"
check "xv6's: its own sbrk, and mm_init once in a process" "yes xv6's form: sbrk, and no memlib; payloads are multiples of 8, the heap has up to 100 MiB" "$(score "$mm/xv6.c" "$dir/small.rep" | sed -n '2s/.* yes .*/yes/p; $p' | paste -sd ' ')"
check "Boulder's: mm_malloc(uint32_t)" "yes Boulder's form: int mm_init, mm_malloc(uint32_t); payloads are multiples of 8, the heap has up to 400 MiB" \
    "$(sed 's/mm_malloc(size_t n)/mm_malloc(uint32_t n)/; s/"memlib.h"/"memlib.h"\n#include <stdint.h>/' "$mm/bump.c" >"$dir/bump.c"; score "$dir/bump.c" "$dir/small.rep" | sed -n '2s/.* yes .*/yes/p; $p' | paste -sd ' ')"
mkdir "$dir/lab"
sed 's/+ 7) & ~(size_t)7/+ 3) \& ~(size_t)3/; s/"memlib.h"/"memlib.h"\n#include "list.h"/; s/return 0;/return list_ready();/' "$mm/bump.c" >"$dir/lab/mm.c"
echo 'int list_ready(void);' >"$dir/lab/list.h"
echo 'int list_ready(void) { return 0; }' >"$dir/lab/list.c"
echo '#define  ALIGNMENT  4 /* as the course says */' >"$dir/lab/config.h"
check "what stands beside it is found: list.c, and ALIGNMENT of config.h" "yes CS:APP's form: int mm_init; payloads are multiples of 4 (config.h), the heap has up to 20 MiB; with list.c" \
    "$(score "$dir/lab/mm.c" "$dir/small.rep" | sed -n '2s/.* yes .*/yes/p; $p' | paste -sd ' ')"
check "--align overrules config.h" "misaligned 6 10 null" "$(mm=$dir/lab fault mm.c "$dir/small.rep" --align=16 | sed 's/misaligned [0-9]* [0-9]*/misaligned 6 10/')"
rm -r "$dir/lab" "$dir/bump.c"

# ── Broken ones ──
check "behind brk: told, and let pass as the labs let it" "yes
  note: operation 1 (line N of stack.rep): it touched 0xN, outside the heap, which is 0x50000000 to 0xN, at tags.c:N in mm_free; the labs' memlib lets that pass" \
    "$(score "$mm/bad_behind.c" "$dir/stack.rep" | sed -n '2s/.* yes .*/yes/p; 3p' | sed -E 's/operation [0-9]+/operation 1/; s/line [0-9]+/line N/; s/(touched|to) 0x[0-9a-f]+/\1 0xN/g; s/tags.c:[0-9]+/tags.c:N/')"
check "behind brk, and only after many operations" "yes
  note: operation N (line N of stack.rep): it touched 0xN, outside the heap, which is 0x50000000 to 0xN, at tags.c:N in mm_free; the labs' memlib lets that pass" \
    "$(score "$mm/bad_behind.c" "$dir/stack.rep" --cflags=-DAFTER=1500 | sed -n '2s/.* yes .*/yes/p; 3p' | sed -E 's/operation [1-9][0-9]{3}/operation N/; s/line [0-9]+/line N/; s/(touched|to) 0x[0-9a-f]+/\1 0xN/g; s/tags.c:[0-9]+/tags.c:N/')"
printf 'a 0 13\na 1 8\nr 0 15\nr 0 16\nf 0\n' >"$dir/inplace.script"
check "garbled: realloc spoils what it leaves where it lies" "garbled 3 3 null" "$(fault bad_inplace.c "$dir/inplace.script")"
rm "$dir/inplace.script"
check "overlap" "overlap 7 11 null" "$(fault bad_overlap.c "$dir/small.rep")"
check "misaligned" "misaligned 2 6 null" "$(fault bad_misaligned.c "$dir/uniform.rep")"
check "outside" "outside 6 10 null" "$(fault bad_outside.c "$dir/small.rep")"
check "outside: it asks libc" "outside 1 5 null" "$(fault bad_libc.c "$dir/small.rep")"
check "garbled: realloc loses half" "garbled 7 11 null" "$(fault bad_realloc.c "$dir/small.rep")"
check "garbled: a free that spoils its neighbour is found when that is resized" "garbled 7 11 null" "$(fault bad_garbled.c "$dir/small.rep")"
# Every block takes its bytes and 8 rounded up to 8; the first for which there is no room.
full=$(awk 'NR > 4 && $1 == "a" {n += int(($3 + 15) / 8) * 8; if (n > 1048576) {print NR - 4, NR; exit}}' "$dir/uniform.rep")
printf 'a 0 24\na 1 24\nf 0\n' >"$dir/last.script"
check "garbled: nobody asks for it again, and it is looked at in the end" "garbled null null null" "$(fault bad_garbled.c "$dir/last.script")"
cat >"$dir/int.c" <<'END'
#include <stddef.h>
void *mem_sbrk(int bytes);
int mm_init(void) { return mem_sbrk(-16) == (void *)-1 ? 0 : -1; }
void *mm_malloc(size_t n) { return mem_sbrk((int)(n + 7) & ~7); }
void mm_free(void *p) { (void)p; }
END
check "mem_sbrk(int) of a header of its own, which never goes down" "yes" "$(score "$dir/int.c" "$dir/last.script" | awk 'NR == 2 {print $2}')"
rm "$dir/last.script"
check "null: the heap leaks" "null $full null" "$(fault bad_leak.c "$dir/uniform.rep" --heap=1)"
check "crash, with its line" "crash 4 8 bad_crash.c:3" "$(fault bad_crash.c "$dir/small.rep" | sed 's/tags.c:[0-9]*/bad_crash.c:3/')"
check "crash: a rest that begins too early, found by a search" "crash 6" "$(fault bad_split.c "$dir/small.rep" | cut -d ' ' -f 1,2)"
check "crash: abort" "crash 4" "$(fault bad_abort.c "$dir/small.rep" | cut -d ' ' -f 1,2)"
check "loop, with its line" "loop 10 14 tags.c" "$(fault bad_loop.c "$dir/small.rep" | sed 's/:[0-9]*$//')"
check "assert" "assert 4 8 tags.c" "$(fault bad_assert.c "$dir/small.rep" | sed 's/:[0-9]*$//')"
check "exit" "exit 4 8 null" "$(fault bad_exit.c "$dir/small.rep")"
check "prints" "prints 4 8" "$(fault bad_prints.c "$dir/small.rep" | cut -d ' ' -f 1-3)"
check "a list that keeps what was taken from it" "overlap 7 11 null" "$(fault bad_list.c "$dir/uniform.rep")"
check "after 4000 mallocs" "overlap $(awk '$1 == "a" && ++n == 4000 {print NR - 4, NR}' "$dir/uniform.rep") null" "$(fault bad_counted.c "$dir/uniform.rep")"
check "a rare state, after 5768 operations, seen after 6042: class, operation, and who did it" "garbled 6042 6046 null
  blame: operation 5768 (line 5772 of uniform.rep), free(id 2916), was the last to change that byte, 0x50000198" \
    "$(fault bad_late.c "$dir/uniform.rep"; score "$mm/bad_late.c" "$dir/uniform.rep" | sed -n 's/; tags.c:.*//; /^  blame/p')"
check "at the second mm_init only" "outside 1 5 null" "$(fault bad_second.c "$dir/small.rep")"
check "free blocks that never merge cost utilization, and nothing else" "yes 86% yes 38%" \
    "$({ score "$mm/tags.c" "$dir/uniform.rep"; score "$mm/bad_coalesce.c" "$dir/uniform.rep"; } | awk '$1 == "uniform.rep" {print $2, $3}' | paste -sd ' ')"
check "it is told in words, and ends with 1" "trace         valid  util       ops      secs      Kops
small.rep     no        -         -         -         -
  overlap: operation 7 (line 11 of small.rep): realloc(id 1, 38) returned 0x50000808 to 0x5000082d, which overlaps the payload of id 2 (0x50000828 to 0x5000083f, of operation 3, line 7)
total         0/1       -         -         -         -
CS:APP's form: int mm_init; payloads are multiples of 8, the heap has up to 20 MiB
1" "$(score "$mm/bad_overlap.c" "$dir/small.rep"; echo $?)"
check "what it printed is kept, and no escape of it" "  | \\x1b[31mnot so" "$(score "$mm/bad_abort.c" "$dir/small.rep" | grep '  |')"

# ── The machine is left alone ──
cat >"$dir/wild.c" <<'END'
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "memlib.h"
int mm_init(void)
{
    int failed = fork() < 0;
    failed += setsid() < 0;
    failed += kill(getppid(), SIGKILL) < 0;
    failed += open(getenv("WILD"), O_WRONLY | O_CREAT, 0600) < 0;
    failed += unlink(getenv("WILD")) < 0;
    failed += open("/dev/null", O_RDONLY) >= 0;
    printf("%d\n", failed);
    return -1;
}
void *mm_malloc(size_t n) { return mem_sbrk((int)n); }
void mm_free(void *p) { (void)p; }
END
check "it starts no process, signals none and opens nothing to write" "  null: in mm_init, before operation 1: mm_init says that it failed (a number below 0)
  the last that it printed:
  | 6" "$(WILD=$dir/small.rep score "$dir/wild.c" "$dir/small.rep" | grep '^  ')"
if [ -x "$(dirname "$brkview")/brkview-own32" ]; then
    check "nor in 32 bits" "  | 6" "$(WILD=$dir/small.rep narrow score "$dir/wild.c" "$dir/small.rep" | grep '^  |')"
else
    skip "nor in 32 bits" "${CC:-cc} -m32 does not link here"
fi

# ── What can't be run, in words ──
said() { score "$@" 2>&1 >/dev/null | tail -n 1; }
printf 'int mm_init(void) { return 0 }\n' >"$dir/broken.c"
check "the compiler speaks for itself" "1" "$(score "$dir/broken.c" "$dir/small.rep" 2>&1 | grep -c 'broken.c:1:.*error: expected')"
check "what does not compile is of class compile" "compile null null null" "$(mm=$dir fault broken.c "$dir/small.rep")"
printf 'int mm_init(void) { return 0; }\nvoid *mm_malloc(unsigned long n) { return (void *)n; }\n' >"$dir/half.c"
check "what is missing is named" "brkview: score: it does not define mm_free; expected mm_init, mm_malloc, mm_free and perhaps mm_realloc, as functions that are not static" "$(said "$dir/half.c" "$dir/small.rep")"
check "without debug information nobody knows int from bool" "brkview: score: nothing says whether mm_init returns int or bool; expected debug information, which -g makes" "$(said --cflags=-g0 "$mm/tags.c" "$dir/small.rep")"
sed 's/last = b;/last = b, nobody_has_this();/; 1i void nobody_has_this(void);' "$mm/tags.c" >"$dir/needs.c"
check "a function that nobody has" "compile null null null" "$(mm=$dir fault needs.c "$dir/small.rep")"
printf 'a 0 8\nf 1\n' >"$dir/bad.script"
check "a trace that can't be read is one, and the rest goes on" "trace null null null
yes" "$(fault tags.c "$dir/bad.script"; score "$mm/tags.c" "$dir/bad.script" "$dir/small.rep" | awk '$1 == "small.rep" {print $2}')"
check "wrong usage" "brkview: score: there is no FILE; expected \`brkview score mm.c TRACE\`
2" "$(score "$dir/small.rep" 2>&1; echo $?)"
check "nothing is left behind" "" "$(ls "$TMPDIR")"

# ── What a file may be, and do ──
mine() { # mine NAME INIT MALLOC [ELSE]: an allocator of these bodies
    printf '#include <stdlib.h>\n#include <stdio.h>\n#include <unistd.h>\n#include "memlib.h"\n%s\nint mm_init(void) { %s }\nvoid *mm_malloc(size_t n) { %s }\nvoid mm_free(void *p) { (void)p; }\n' "${4:-}" "$2" "$3" >"$dir/$1.c"
}
bump='return mem_sbrk((int)(n + 7) \& ~7);'
printf 'a 0 8\na 1 16\nf 0\n' >"$dir/tiny.script"
mine main 'return 0;' "${bump//\\/}" 'int main(void) { return 3; }'
check "it defines main, which nobody calls" "yes" "$(score "$dir/main.c" "$dir/tiny.script" | awk 'NR == 2 {print $2}')"
mine header 'return 0;' "${bump//\\/}" '#include "nowhere.h"'
check "a header that is not there: the compiler's words, and its class" "1 compile null null null" "$(score "$dir/header.c" "$dir/tiny.script" 2>&1 | grep -c 'nowhere.h: No such file') $(mm=$dir fault header.c "$dir/tiny.script")"
mine constructor 'return 0;' "${bump//\\/}" '__attribute__((constructor)) static void first(void) { exit(7); }'
check "a constructor that ends it" "exit null null null" "$(mm=$dir fault constructor.c "$dir/tiny.script")"
mine constructed 'return 0;' "${bump//\\/}" '__attribute__((constructor)) static void first(void) { *(volatile int *)8 = 1; }'
check "a constructor that crashes" "crash null null null" "$(mm=$dir fault constructed.c "$dir/tiny.script")"
mine sleeps 'return 0;' 'if (n == 16) pause(); return mem_sbrk(16);'
check "one that waits for ever" "loop 2 2" "$("$brkview" score --json --cc="${CC:-cc}" --timeout=1 "$dir/sleeps.c" "$dir/tiny.script" 2>/dev/null | head -n 1 >"$dir/out"; echo "$(member class <"$dir/out") $(member op <"$dir/out") $(member line <"$dir/out")")"
mine breaks 'return 0;' 'mem_sbrk(8); return sbrk(64);'
check "one that asks the kernel itself" "outside 1 1 null" "$(mm=$dir fault breaks.c "$dir/tiny.script")"
mine threads 'return 0;' 'if (n == 16) { char *argv[] = {"sh", 0}; execvp("sh", argv); system("echo no"); puts("here"); exit(5); } return mem_sbrk(16);'
check "one that would start others" "exit 2 2 here" "$(mm=$dir fault threads.c "$dir/tiny.script" | cut -d ' ' -f 1-3) $(score "$dir/threads.c" "$dir/tiny.script" | sed -n 's/^  | //p' | paste -sd ' ')"
mine stack 'return 0;' 'char room[64]; return n == 16 ? mm_malloc(n) + (room[0] = 1) : mem_sbrk(8);' 'void *mm_malloc(size_t n);'
check "one that calls itself without end" "crash 2 2 stack.c" "$(mm=$dir fault stack.c "$dir/tiny.script" --cflags='-O0 -w' | sed 's/:[0-9]*$//')"
cp "$mm/bump.c" "$dir/-odd name.c"
check "a file whose name looks like an option, and has a blank" "yes" "$(exe=$(realpath "$brkview"); cd "$dir" && "$exe" score -c tiny.script -- '-odd name.c' 2>/dev/null | awk 'NR == 2 {print $2}')"
rm "$dir"/*.c

# ── What a trace may be ──
trace() { # trace TEXT: what is said of it
    printf '%b' "$1" >"$dir/odd.script"
    score "$mm/bump.c" "$dir/odd.script" | sed -n '3s/^  //p'
}
check "too few operations" "note: it ends after 2 operations; the header says 3" "$(trace '20000\n1\n3\n1\na 0 8\nf 0\n' | sed 's/line [0-9]*: //')"
check "too many" "note: line 7: the header says 2 operations; from here on nothing is run" "$(trace '20000\n1\n2\n1\na 0 8\nf 0\na 0 8\n')"
check "an id that was never there" "trace: line 2: f 1 frees what was never allocated; expected an id that is live" "$(trace 'a 0 8\nf 1\n')"
check "a free for the second time" "trace: line 3: f 0 frees it a second time; expected an id that is live" "$(trace 'a 0 8\nf 0\nf 0\n')"
check "more than there is memory for" "trace: line 1: 5000000000 bytes are more than 4 GiB; such traces are for drivers that only pretend to have memory" "$(trace 'a 0 5000000000\n')"
check "more than the heap" "null: operation 1 (line 1 of odd.script): malloc(400000000) of id 0 returned NULL; the heap has 0 of 20971520 bytes" "$(trace 'a 0 400000000\n')"
check "no end of the line" "" "$(trace 'a 0 8\nf 0')"
check "noise" "trace: line 1: " "$(trace '\0377\0001\0033[31mx\n' | cut -c 1-15)"
check "and none of its escapes" "0" "$(trace '\0033[31m\0007x 1 2\n' | grep -c "$(printf '\033')")"
check "nothing" "trace: it has no operations; expected lines such as a 0 64 and f 0" "$(trace '')"
printf 'a 0 8\nf 0\n' >"$dir/$(printf 'x\033[31m\ny.rep')"
check "a name with escapes" "0 1" "$(score "$mm/bump.c" "$dir"/x*y.rep >"$dir/out"; grep -c "$(printf '\033')" "$dir/out") $(grep -c '^x\\x1b\[31m\\x0ay.rep *yes' "$dir/out")"
rm "$dir"/x*y.rep
awk 'BEGIN {for (i = 0; i < 500000; i++) print "a " i % 1000 " 16\nf " i % 1000}' >"$dir/long.script"
check "a million operations" "yes 1000000" "$("$brkview" score --cc="${CC:-cc}" "$mm/lists.c" "$dir/long.script" | awk 'NR == 2 {print $2, $4}')"
rm "$dir/long.script" "$dir/odd.script" "$dir/tiny.script"
printf '%s\n' 'policy header # passed over' 'alloc 2040 as a' 'alloc 24 as b; alloc 24 as c' 'free a' 'p = malloc(100);' stats 'alloc 4072' 'realloc b 38' 'free c b' 'alloc 3000' 'free 5' >"$dir/small.brk"
check "a script of the lab: the same operations, with its lines, and what was passed over" "11 78% line 1: policy makes no operation; it and 1 more command are passed over
bad_overlap overlap operation 7 (line 8 of small.brk)" "$("$brkview" score --cc="${CC:-cc}" "$mm/tags.c" "$dir/small.brk" | awk 'NR == 2 {printf "%s %s ", $4, $3} /note:/ {sub(/ *note: /, ""); print}'; score "$mm/bad_overlap.c" "$dir/small.brk" | sed -n 's/^  overlap: \(operation [^)]*)\).*/bad_overlap overlap \1/p')"
check "the JSON that the lab tells" "yes 11" "$("$brkview" --json "$dir/small.brk" >"$dir/told.json"; "$brkview" score --cc="${CC:-cc}" "$mm/tags.c" "$dir/told.json" | awk 'NR == 2 {print $2, $4}')"
check "a script that is wrong" "trace: line 3: #1 is already free: freed by the command before this one, at line 2 of its file" "$(trace 'alloc 64\nfree 1\nfree 1\n')"
check "and one that does what no trace does" "trace: line 2: undo can't be told as operations of a trace; expected alloc, calloc, realloc, free, repeat, random, or what changes no heap" "$(trace 'alloc 64\nundo\n')"
rm "$dir/small.brk" "$dir/told.json"
check "and nothing is left behind" "" "$(ls "$TMPDIR")"

# ── Asked to end ──
"$brkview" score --cc="${CC:-cc}" --timeout=600 "$mm/bad_loop.c" "$dir/small.rep" >"$dir/out" 2>&1 &
pid=$!
until [ -n "$(ls "$TMPDIR"/brkview-*/mm.so 2>/dev/null)" ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill -TERM $pid
wait $pid
check "asked to end, it ends by that signal and leaves nothing" "143 " "$? $(ls "$TMPDIR")"
tap_end
