#!/usr/bin/env bash
# brkview --allocator: the lab on allocators of the malloc lab (tests/mm): what they do is real, what they return is judged, how they end is told.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
mm=$(dirname "$0")/../mm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
own() { "$brkview" --cc="${CC:-cc}" --timeout="${seconds:-60}" --allocator "$@" </dev/null; } # own FILE... [OPTION...] -e COMMANDS
# As offsets from where the heap begins, and line by line: what is not printed for the person.
blocks() { own "$@" --json | tail -n 1 | sed 's/,"region":[0-9]*//g' | grep -o '"blocks":\[.*' | grep -o '"offset":[0-9]*,"size":[0-9]*\|"requested":[0-9]*\|"state":"[a-z]*"' | paste -sd ' ' | sed 's/"//g; s/offset:/\n@/g; s/requested://g; s/state://g; s/,size:/ /g' | sed 's/  */ /g; s/ *$//' | grep -v '^$'; }
errors() { own "$@" 2>&1 >/dev/null | grep '^brkview' | sed 's/0x[0-9a-f]*/ADDRESS/g'; }

# ── Heaps that mem_sbrk does not grow ──
# segment.c puts a word before each payload, from the segment's start on; pages.c 16 bytes before what is in a run of pages, 4080 at most.
check "a segment is the heap, all of it, and brk stays" '65536 65536 0' \
    "$(own "$mm/segment.c" --json -e 'alloc 64; free 1' | sed 's/.*"start":"\(0x[0-9a-f]*\)","now":"\(0x[0-9a-f]*\)","delta":\([-0-9]*\).*"heap_bytes":\([0-9]*\).*/\1 \2 \4 \3/' | while read -r start now bytes delta; do echo "$((now - start)) $bytes $delta"; done | uniq)"
check "its payloads, realloc and the words beside them" $'@0 40 unknown\n@40 32 32 used\n@72 8 unknown\n@80 100 100 used\n@180 65356 unknown' "$(blocks "$mm/segment.c" -e 'alloc 20; alloc 32; realloc 1 100; blocks')"
check "the word before a payload is one that a command changed" '@0 0x0 0x40' "$(own "$mm/segment.c" --json -e 'alloc 64' | grep -o '"words":.*' | sed -E 's/.*"address":"0x[0-9a-f]*0([0-9a-f])","old":"([^"]*)","new":"([^"]*)".*/@\1 \2 \3/')"
check "the sentence speaks of the segment" "the heap is the segment that myinit was given; brk stays at ADDRESS" "$(own "$mm/segment.c" -e 'alloc 64' | grep 'stays' | sed 's/0x[0-9a-f]*/ADDRESS/g')"
check "--limit says how large the segment is" '1000 #2 brkview: command 2, alloc 990: the allocator returned NULL' "$(own "$mm/segment.c" --limit 1000 --json -e 'alloc 8; alloc 990; alloc 8' 2>"$dir/err" | tail -n 1 | grep -o '"heap_bytes":[0-9]*\|"id":[0-9]*' | sort | sed 's/.*heap_bytes"://; s/.*id":/#/' | paste -sd ' ') $(cat "$dir/err")"
check "and save says it, too" $'# a session of brkview: `brkview --allocator=ALLOCATOR --limit=1000 FILE` runs it again\npolicy own\nalloc 8' "$(own "$mm/segment.c" --limit 1000 -e "alloc 8; save $dir/saved" >/dev/null; cat "$dir/saved")"
check "its checker, fill, and undo to the byte" "validate_heap says true 4" "$(own "$mm/segment.c" -e 'alloc 64; fill 1 7; checkheap; dump 1; fill 1 8; free 1; undo 2; dump 1' >"$dir/out"; grep -o 'validate_heap says.*' "$dir/out") $(grep ' 07 07 .*|$' "$dir/out" | sort | uniq -d | wc -l)"
check "what lies beyond its end is outside" "brkview: command 1, alloc 65600: #1 lies outside the heap: wide.c returned ADDRESS, and 65600 bytes from there are not between ADDRESS and brk, ADDRESS" "$(printf '#define BEYOND 4096\n#include "mm/segment.c"\n' >"$dir/wide.c"; cp -r "$mm" "$dir/mm"; errors "$dir/wide.c" -e 'alloc 65600')"
check "pages are mapped by moving brk, and go back" '4096 8192 -8192 0' "$(own "$mm/pages.c" --json -e 'alloc 64; alloc 5000; free 2; alloc 32' | sed 's/.*"delta":\([-0-9]*\).*/\1/' | paste -sd ' ')"
check "each call is a step" '"step":"map","bytes":8192 "step":"unmap","bytes":8192' "$(own "$mm/pages.c" --json -e 'alloc 5000; alloc 5000; free 1' | grep -o '"step":"\(un\)\?map","bytes":[0-9]*' | uniq | paste -sd ' ')"
check "and told" "mem_map was called once; brk moves up by 4096 to ADDRESS|neither mem_map nor mem_unmap was called; brk stays at ADDRESS|mem_unmap was called once: sbrk(-8192) gives it back; brk moves down to ADDRESS" \
    "$(own "$mm/pages.c" -e 'alloc 64; alloc 64; alloc 5000; free 3' | grep '^\(neither\|mem_\)' | sed 's/0x[0-9a-f]*/ADDRESS/' | sed 3d | paste -sd '|')"
check "pages that are unmapped are no heap, those behind them a region of it" $'@0 16 unknown\n@16 64 64 used\n@80 4016 unknown\n@4096 16 unknown\n@4112 6000 6000 used\n@10112 2176 unknown' "$(blocks "$mm/pages.c" -e 'alloc 64; alloc 20000; alloc 6000; free 2; blocks')"
check "so said, in words and in JSON" '20480 bytes below brk are on pages that are not mapped: no heap, until mem_map gives them again pages brk 12288' \
    "$(own "$mm/pages.c" -e 'alloc 64; alloc 20000; alloc 6000; free 2; blocks' | grep 'not mapped') $(own "$mm/pages.c" --json -e 'alloc 64; alloc 20000; alloc 6000; free 2; blocks' | tail -n 1 | grep -o '"kind":"[a-z]*"\|"heap_bytes":[0-9]*' | sort -r | sed 's/.*://; s/"//g' | paste -sd ' ')"
check "of one region only, where it begins is told, too" '"regions":[{"kind":"brk"' "$(own "$mm/pages.c" --json -e 'alloc 20000; alloc 6000; free 1; blocks' | tail -n 1 | grep -o '"regions":\[{"kind":"brk"')"
check "the lowest that were given back come first, and are zero" '@0 00 00' "$(own "$mm/pages.c" --json -e 'alloc 20000; alloc 6000; fill 1 0x5a; free 1; alloc 9000; dump 3 2' | tail -n 1 | sed 's/.*"address":"0x\([0-9a-f]*\)","bytes":"\(....\).*"start":"0x\([0-9a-f]*\)".*/\3 \1 \2/' | while read -r start at bytes; do echo "@$((0x$at - 0x$start - 16)) ${bytes:0:2} ${bytes:2:2}"; done)"
cat >"$dir/half.c" <<'END'
#include "memlib.h"
int mm_init(void) { return 0; }
void *mm_malloc(size_t n) { return mem_map(n); }
void mm_free(void *p) { mem_unmap((char *)p + 4096, 4096); }
END
check "a payload in use of which a page was unmapped: shown as what is left, and check tells it" 'damaged at ADDRESS: what is left of #2, of which a part is on pages that are not mapped|#2 is not on mapped pages: half.c returned ADDRESS, and not all of the 12288 bytes from there can be touched' \
    "$(own "$dir/half.c" -e 'alloc 4096; alloc 12288; free 1; blocks; check' 2>/dev/null | grep '^damaged\|^#2 is' | sed 's/0x[0-9a-f]*/ADDRESS/' | paste -sd '|')"
check "its bytes are not written, and nothing dies of that" 'brkview: command 4, fill 2 1: not all of the 12288 bytes at ADDRESS are on mapped pages; expected bytes that can be touched' "$(errors "$dir/half.c" -e 'alloc 4096; alloc 12288; free 1; fill 2 1; stats')"
check "what does not lie on pages is told" "brkview: command 2, alloc 5000: #2 lies outside the heap: bad_page.c returned ADDRESS, and 5000 bytes from there are not between ADDRESS and brk, ADDRESS" "$(errors "$mm/bad_page.c" -e 'alloc 64; alloc 5000')"
check "mem_map that finds no memory" "brkview: command 2, alloc 9000: the allocator returned NULL: its mem_map got no memory, for the heap's limit refused" "$(errors "$mm/pages.c" --limit 10000 -e 'alloc 64; alloc 9000')"
check "random, and undo, to the byte" same "$(own "$mm/pages.c" --json -e 'random 200 seed 4; blocks; random 50 seed 5; undo; blocks' | sed 's/"seq":[0-9]*//' >"$dir/lines"; cmp -s <(sed -n 2p "$dir/lines") <(sed -n 5p "$dir/lines") && [ "$(sed -n 2p "$dir/lines" | wc -c)" -gt 2000 ] && echo same)"

# ── What it does is done ──
check "two payloads stand where mm_malloc says" $'@8 64 64 used\n@80 32 32 used' "$(blocks "$mm/tags.c" -e 'words plain; alloc 64; alloc 32; blocks' | grep used)"
check "what is freed is no payload any more, and is used again" $'@8 40 40 used\n@80 32 32 used' "$(blocks "$mm/tags.c" -e 'words plain; alloc 64; alloc 32; free 1; alloc 40; blocks' | grep used)"
check "brk moves by what mem_sbrk is asked for" '0 72 40 0' "$(own "$mm/tags.c" --json -e 'stats; alloc 64; alloc 32; free 1' | sed 's/.*"delta":\([-0-9]*\).*/\1/' | paste -sd ' ')"
check "and each call of it is a step" '"step":"sbrk","bytes":72' "$(own "$mm/tags.c" --json -e 'alloc 64' | grep -o '"step":"sbrk","bytes":72')"
check "of a heap of more than 64 MiB it is said how much of it was read" "only the heap's first 67108864 bytes were read" "$(own "$mm/tags.c" -e 'alloc 80M; alloc 8; words' | grep 'only')"
check "realloc keeps the bytes, with a function of its own" '5a 5a 5a 5a' "$(own "$mm/tags.c" -e 'alloc 8; alloc 8; fill 1 0x5a; realloc 1 100; dump 1' | grep '|$' | head -n 1 | cut -c 11-21 | sed 's/^ *//')"
check "and without" '5a 5a 5a 5a' "$(own "$mm/bump.c" -e 'alloc 8; alloc 8; fill 1 0x5a; realloc 1 100; dump 1' | grep '|$' | head -n 1 | cut -c 11-21 | sed 's/^ *//')"
check "calloc without a function of its own clears" '00 00 00 00' "$(own "$mm/tags.c" -e 'alloc 64; fill 1 0x5a; free 1; calloc 2 8; dump 2' | grep '|$' | head -n 1 | cut -c 11-21 | sed 's/^ *//')"
start=$(own "$mm/lists.c" --json -e stats | sed 's/.*"start":"\(0x[0-9a-f]*\)".*/\1/')
check "random frees, too, and undo plays it again to the byte" same \
    "$(own "$mm/lists.c" --json -e 'random 300 seed 4; blocks; dump '"$start"' 4000; random 50 seed 5; undo; blocks; dump '"$start"' 4000' | sed 's/"seq":[0-9]*//' >"$dir/lines"
       [ "$(wc -c <"$dir/lines")" -gt 20000 ] && cmp -s <(sed -n 2,3p "$dir/lines") <(sed -n 6,7p "$dir/lines") && echo same)"
check "policy header and back are fresh heaps" $'policy header, trim on\npolicy own' "$(own "$mm/tags.c" -e 'alloc 8; policy header; alloc 8; policy own' | grep '^policy')"
check "its policy is own" '"policy":"own"' "$(own "$mm/tags.c" --json -e 'alloc 8' | grep -o '"policy":"[^"]*"')"
printf 'void *mem_sbrk(long);\nint mm_init(void) { return 0; }\nvoid *mm_malloc(unsigned long n) { return mem_sbrk((n + 7) / 8 * 8); }\nvoid mm_free(void *p) { (void)p; }\n' >"$dir/lib.c"
${CC:-cc} -g -fPIC -shared -o "$dir/lib.so" "$dir/lib.c" && ${CC:-cc} -g -fPIC -c -o "$dir/lib.o" "$dir/lib.c"
check "a library is taken as it is, an object linked" '@0 8 8 used @0 8 8 used' "$({ blocks "$dir/lib.so" -e 'alloc 8; blocks'; blocks "$dir/lib.o" -e 'alloc 8; blocks'; } | paste -sd ' ')"

check "save makes the same heap again, and says what it takes" $'# a session of brkview: `brkview --allocator=ALLOCATOR FILE` runs it again\n@0 32 20 used\n@32 40 free' \
    "$(own "$mm/tags.c" -e "alloc 64; free 1; alloc 20; save $dir/saved" >/dev/null; head -n 1 "$dir/saved"; echo blocks >>"$dir/saved"; "$brkview" --cc="${CC:-cc}" --json --allocator "$mm/tags.c" "$dir/saved" </dev/null | tail -n 1 | grep -o '"offset":[0-9]*,"size":[0-9]*\|"requested":[0-9]*\|"state":"[a-z]*"' | paste -sd ' ' | sed 's/"//g; s/ *offset:/\n@/g; s/requested://g; s/state://g; s/,size:/ /g; s/  */ /g' | grep -v '^$')"

# ── brk is its alone ──
cat >"$dir/loud.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "memlib.h"
static char *loaded;
__attribute__((constructor)) static void begin(void) { free(malloc(300000)); loaded = sbrk(0); }
int mm_init(void) { printf("%d\n", loaded == (char *)mem_heap_lo() && loaded == sbrk(0)); return 0; }
void *mm_malloc(size_t n)
{
    void *kept = malloc(100);
    printf("%zu %f %p \033[31m\n", n, 1.5, kept);
    fprintf(stderr, "twice\n");
    return mem_sbrk(8);
}
void mm_free(void *p) { (void)p; FILE *f = fopen("/dev/null", "r"); printf("%d\n", getc(f)); }
END
check "neither loading nor printing nor libc's malloc moves brk" '0 8 8 0' "$(own "$dir/loud.c" --json -e 'stats; alloc 8; alloc 8; free 1' | sed 's/.*"delta":\([-0-9]*\).*/\1/' | paste -sd ' ')"
check "what it prints stands with the command, behind its name, and does no harm to the terminal" $'loud.c: 8 1.500000 ADDRESS \\x1b[31m\nloud.c: twice' \
    "$(own "$dir/loud.c" -e 'alloc 8' | grep '^loud' | sed 's/0x[0-9a-f]*/ADDRESS/')"
check "and in JSON as it is" '"printed":"-1\n"' "$(own "$dir/loud.c" --json -e 'alloc 8; free 1' | grep -o '"printed":"-1[^"]*"')"
check "the heap begins on the page behind the program" 1 "$(own "$dir/loud.c" -e 'reset' | grep -c '^loud.c: 1$')"

# ── What is not known is said to be that ──
check "what lies between payloads is unknown" $'@0 80 unknown\n@80 32 32 used' "$(blocks "$mm/tags.c" -e 'words plain; alloc 64; alloc 32; free 1; blocks')"
check "and counted as that" '"live_bytes":32 "unknown_bytes":80' "$(own "$mm/tags.c" --json -e 'words plain; alloc 64; alloc 32; free 1' | tail -n 1 | grep -o '"live_bytes":[0-9]*\|"unknown_bytes":[0-9]*' | paste -sd ' ')"
check "no sentence of a policy of ours is said of it" "no mem_sbrk was called; brk stays at ADDRESS" "$(own "$mm/tags.c" -e 'alloc 64; free 1' | grep 'stays' | sed 's/0x[0-9a-f]*/ADDRESS/')"
check "calls of mem_sbrk are counted" "mem_sbrk was called once; brk moves up by 72 to ADDRESS" "$(own "$mm/tags.c" -e 'alloc 64' | grep 'moves' | sed 's/0x[0-9a-f]*/ADDRESS/')"
check "what needs a policy of ours is refused" "why race break" "$(errors "$mm/tags.c" -e 'alloc 8; why 1; race; break leak' | sed 's/.*, \([a-z]*\)[^:]*: \(what\|an\|how\) .*/\1/' | paste -sd ' ')"
check "realloc to nothing frees" "freed #1: it returned NULL 0 payloads in use" "$(own "$mm/tags.c" -e 'alloc 8; realloc 1 0; check' | grep -o 'freed #1.*\|0 payloads in use' | paste -sd ' ')"

# ── Words, and what they read as ──
# By hand: tags.c keeps a size, its own, and that of the block before, 4 bytes each; edges.c its size before and behind.
check "the words that a command changed are told, with what they were" '@0 0x49 0x48' \
    "$(own "$mm/tags.c" --json -e 'alloc 64; alloc 32; free 1' | tail -n 1 | grep -o '"words":.*' | sed -E 's/.*"address":"0x[0-9a-f]*0([0-9a-f])","old":"([^"]*)","new":"([^"]*)".*/@\1 \2 \3/')"
check "bytes of payloads in use are none of them" '"words_changed":3' "$(own "$mm/tags.c" --json -e 'alloc 64; fill 1 0x5a; alloc 64; realloc 1 100' | tail -n 1 | grep -o '"words_changed":[0-9]*')"
check "a map is guessed where they lead from block to block" $'@0 72 free\n@72 40 32 used' "$(blocks "$mm/tags.c" -e 'alloc 64; alloc 32; free 1; blocks')"
check "and called a guess" '"source":"guess"' "$(own "$mm/tags.c" --json -e 'alloc 64; blocks' | tail -n 1 | grep -o '"source":"[a-z]*"')"
check "with a block before the first and a word behind the last, too" $'@0 4 unknown\n@4 8 0 used\n@12 72 free\n@84 40 32 used\n@124 4 unknown' "$(blocks "$mm/edges.c" -e 'alloc 64; alloc 32; free 1; blocks')"
check "through 600 operations, all its payloads known" "" "$(own "$mm/edges.c" --json -e 'random 600 seed 3; blocks' | tail -n 1 | grep -o '{"id":null[^}]*"state":"used"[^}]*}' | tail -n +2)"
check "a word that is written over breaks the guess, and undo brings it back" 'guess session guess' \
    "$(own "$mm/tags.c" --json -e 'alloc 8; alloc 8; blocks; write 2 -8 ff force; blocks; undo; blocks' | grep '"command":"blocks"' | grep -o '"source":"[a-z]*"' | uniq | cut -d '"' -f 4 | paste -sd ' ')"
check "what is no chain is none" '"source":"session"' "$(own "$mm/lists.c" --json -e 'alloc 64; blocks' | tail -n 1 | grep -o '"source":"[a-z]*"' | uniq)"
check "words lists them, and what they may be" "0x00000048  a guess: size 72, free 0x00000029  a guess: size 40, in use 0x00000048  a guess: size 72, free" \
    "$(own "$mm/tags.c" -e 'alloc 64; alloc 32; free 1; words' | grep '^0x.*guess' | cut -d ' ' -f 3- | paste -sd ' ')"
check "as pointers" 1 "$(own "$mm/lists.c" -e 'alloc 64; alloc 64; free 1; free 2; words pointers' | grep -c 'a guess: -> 0x')"

# ── What it tells itself ──
check "mm_blocks is the map" $'@0 12 unknown\n@12 72 free\n@84 40 32 used\n@124 4 unknown' "$(blocks "$mm/tells.c" -e 'alloc 64; alloc 32; free 1; blocks')"
check "and named so" '"source":"report"' "$(own "$mm/tells.c" --json -e 'alloc 64; blocks' | tail -n 1 | grep -o '"source":"[a-z]*"' | uniq)"
check "20,000 blocks of it" 20001 "$(own "$mm/tells.c" --json -e 'repeat 20000 alloc 8; stats' | tail -n 1 | sed 's/.*"blocks":\([0-9]*\).*/\1/' | awk '{print $1 + 1}')"
lies() { # lies WHAT IS TOLD OF p: what is said of it
    printf '#define TOLD(p) %s\n#include "mm/tells.c"\n' "$1" >"$dir/lies.c"
    own "$dir/lies.c" -e 'alloc 64; alloc 32; free 1; blocks' 2>&1 | grep 'lists can' | sed 's/0x[0-9a-f]*/ADDRESS/g'
}
check "a report that can't be so is not believed: outside" "what mm_blocks lists can't be right: block 0 of it, at ADDRESS, is not in the heap" "$(lies '{(char *)8, bytes(p), p, used(p)}')"
check "no order" "what mm_blocks lists can't be right: block 1 of it, at ADDRESS, begins before the end of the one before" "$(lies '{first, 40, first, 1}')"
check "no size" "what mm_blocks lists can't be right: block 0 of it, at ADDRESS, has no bytes" "$(lies '{p - 4, 0, p, 1}')"
check "beyond brk" "what mm_blocks lists can't be right: block 0 of it, at ADDRESS, ends beyond brk" "$(lies '{p - 4, (size_t)-1, p, 1}')"
check "a payload elsewhere" "what mm_blocks lists can't be right: block 0 of it, at ADDRESS, has a payload that is not in it" "$(lies '{p - 4, bytes(p), p - 8, 1}')"
check "a payload in use that none holds is named" "what mm_blocks lists can't be right: no block in use of it holds #2" "$(lies '{p - 4, bytes(p), p, 0}')"
check "nor does one whose payload begins behind it" "what mm_blocks lists can't be right: no block in use of it holds #2" "$(lies '{p - 4, bytes(p), p + 1, 1}')"
printf '#include "mm/edges.c"\n#include "brkview.h"\nsize_t mm_blocks(struct mm_block *b, size_t n)\n{\n    if (n > 0) b[0] = (struct mm_block){first - 4, 96, first, 1};\n    return 1;\n}\n' >"$dir/one.c"
check "two in one block are named" "what mm_blocks lists can't be right: one block of it holds #1 and #2" "$(own "$dir/one.c" -e 'alloc 64; alloc 8; blocks' 2>&1 | grep 'lists can')"
check "one that crashes ends the target, with its line" 1 "$(printf '#define TOLD(p) {(p) - *(volatile int *)8, bytes(p), (p), used(p)}\n#include "mm/tells.c"\n' >"$dir/dies.c"; own "$dir/dies.c" -e 'alloc 64; alloc 8' 2>&1 | grep -c 'command 2, alloc 8: .*killed by signal 11 (SIGSEGV) at line [0-9]* of tells.c, in mm_blocks')"
check "checkheap" "mm_checkheap says true" "$(own "$mm/edges.c" -e 'alloc 64; checkheap' | grep says)"
check "that says false" $'edges.c: line 7: the ends of ADDRESS differ\nbrkview: command 3, checkheap 7: mm_checkheap says false: the heap is not sound' \
    "$(own "$mm/edges.c" -e 'alloc 64; write 1 64 ff force; checkheap 7' 2>&1 | grep 'differ\|false' | sed 's/0x[0-9a-f]*/ADDRESS/' | sort -r | sed 's/^command/&/')"
check "after each command, if it is asked for" "brkview: command 3, write 1 64 ff force: mm_checkheap says false: the heap is not sound" "$(errors "$mm/edges.c" -e 'set checkheap on; alloc 64; write 1 64 ff force')"
printf 'alloc 8 as a\nalloc 9\nfree a\nalloc 10\nalloc 8\nalloc 8\n' >"$dir/six"
unsound() { own "$mm/checks.c" --cflags="-g -DHOW=$1" -e "set checkheap on; $2" 2>&1 | grep '^brkview\|done 1\|[0-9] requests' | sed 's/^brkview: command //; s/ brk.*//'; }
check "after each operation of repeat and random, which stop there, and are undone and redone as far" "5 requests, 5 blocks made;
2, repeat 10 alloc 8: stopped at number 5 of 10: mm_checkheap says false: the heap is not sound
undone 1 command (repeat 10 alloc 8):
redone 1 command (repeat 10 alloc 8):
4, redo: mm_checkheap says false: the heap is not sound
undone 1 command (repeat 10 alloc 8):
5 requests, 5 blocks made;
6, random 20 seed 3: stopped behind number 5 of 20 (seed 3): mm_checkheap says false: the heap is not sound
undone 1 command (random 20 seed 3):
redone 1 command (random 20 seed 3):
8, redo: mm_checkheap says false: the heap is not sound" "$(unsound 1 'repeat 10 alloc 8; undo; redo; undo; random 20 seed 3; undo; redo')"
check "what was done of them is saved" "repeat 4 alloc 8|alloc 8" "$(unsound 1 "repeat 10 alloc 8; save $dir/four" >/dev/null; grep '^repeat\|^alloc' "$dir/four" | paste -sd '|')"
check "and of a file, whose lines are told" "$dir/six:5: alloc 8: mm_check returned 0: the heap is not consistent|$dir/six:6: alloc 8: mm_check returned 0: the heap is not consistent" "$(own "$mm/checks.c" --cflags="-g -DHOW=3" -e "set checkheap on; source $dir/six" 2>/dev/null | grep '^/' | paste -sd '|')"
check "a command that prints by its checker alone has failed, the first time" $'brkview: command 2, alloc 8: mm_checkheap printed: 1, all is well' "$(errors "$mm/checks.c" --cflags="-g -DHOW=5" -e 'set checkheap on; alloc 8; alloc 8; free 1')"
check "output has all that it printed up to the heap on show, as lines" $'["malloc of 16","free of 16"]\n["malloc of 16"]\n["malloc of 32"]\n[]' "$(own "$mm/talks.c" --json -e 'alloc 5; free 1; output; undo; output; alloc 20; output 32; output nothing' | sed -n 's/.*"result":{"lines":\(\[[^]]*\]\)}.*/\1/p')"
check "output of brkview's own policies" "brkview: command 1, output: brkview's own policies write nothing; expected brkview --allocator FILE, or brkview run -- PROGRAM" "$("$brkview" -e output 2>&1 >/dev/null)"
check "without one" "brkview: command 1, checkheap: tags.c has no checker; expected mm_checkheap or mm_check, as a function that is not static" "$(errors "$mm/tags.c" -e checkheap)"
check "and without an allocator" "brkview: command 1, checkheap: checkheap is the checker of an allocator of your own; expected brkview --allocator FILE, and \`check\` for a policy of brkview's" "$("$brkview" -e checkheap 2>&1 >/dev/null)"

# ── What it returns is judged ──
check "misaligned" "brkview: command 2, alloc 33: #2 is misaligned: bad_misaligned.c returned ADDRESS; expected a multiple of 8" "$(errors "$mm/bad_misaligned.c" -e 'alloc 1; alloc 33')"
check "check tells it again" "brkview: command 3, check: 1 payload in use is wrong" "$(errors "$mm/bad_misaligned.c" -e 'alloc 1; alloc 33; check' | tail -n 1)"
check "as --align says" "" "$(errors "$mm/bad_misaligned.c" --align 4 -e 'alloc 1; alloc 33')"
check "outside" "brkview: command 1, alloc 5000: #1 lies outside the heap: bad_outside.c returned ADDRESS, and 5000 bytes from there are not between ADDRESS and brk, ADDRESS" "$(errors "$mm/bad_outside.c" -e 'alloc 5000')"
check "overlap" "brkview: command 3, realloc 1 38: #1 overlaps #2: bad_overlap.c returned ADDRESS, but ADDRESS to ADDRESS are in use" "$(errors "$mm/bad_overlap.c" -e 'alloc 24; alloc 24; realloc 1 38')"
check "both are shown: what one has alone is damaged" $'@0 8 unknown\n@8 38 38 used\n@46 18 damaged' "$(blocks "$mm/bad_overlap.c" -e 'alloc 24; alloc 24; realloc 1 38; blocks')"
check "and told as that, and both are counted" "damaged at ADDRESS: what #2 does not share with #1, which overlaps it 2 payloads in use" "$(own "$mm/bad_overlap.c" -e 'alloc 24; alloc 24; realloc 1 38; blocks; stats' 2>/dev/null | sed 's/0x[0-9a-f]*/ADDRESS/' | grep '^damaged\|in use$' | paste -sd ' ')"
check "a payload that was judged is in use all the same, and undone like any other" $'undone 1 command (alloc 5000): brk is at ADDRESS' "$(own "$mm/bad_outside.c" -e 'alloc 5000; undo' 2>/dev/null | sed 's/0x[0-9a-f]*/ADDRESS/' | grep undone)"

# ── How it ends is told ──
line=$(grep -n 'ON_FREE(b)$' "$mm/tags.c" | tail -n 1 | cut -d : -f 1)
ends() { errors "$mm/$1" -e "$2" | sed 's/ while it did this.*//; s/^[^:]*: [^:]*: //'; }
check "a crash, with its line" "the target was killed by signal 11 (SIGSEGV) at line $line of tags.c, in mm_free: it touched ADDRESS" "$(ends bad_crash.c 'alloc 5000; free 1')"
check "an assertion" "the target was ended by an assertion that failed at line $line of tags.c, in mm_free: in_use(b) && size_of(b) == 3" "$(ends bad_assert.c 'alloc 50; free 1')"
check "abort" "the target was killed by signal 6 (SIGABRT) at line $line of tags.c, in mm_free" "$(ends bad_abort.c 'alloc 50; free 1')"
check "exit" "the target was ended by its own exit, with status 3" "$(ends bad_exit.c 'alloc 50; free 1')"
check "no end" "the target was ended, because it did not answer" "$(seconds=5 ends bad_loop.c 'alloc 50; alloc 50; alloc 50; free 2; free 1; alloc 5000')"
check "prints without end" "the target was ended, for it printed more than 1048576 bytes at once at line $line of tags.c, in mm_free" "$(ends bad_prints.c 'alloc 50; free 1')"
for fault in crash assert abort exit prints; do
    check "undo brings back what $fault ended" '@0 5008 5000 used' "$(blocks "$mm/bad_$fault.c" -e 'alloc 5000; free 1; undo; blocks' 2>/dev/null | grep used)"
done
printf 'int mm_init(void) { return -1; }\nvoid *mm_malloc(unsigned long n) { (void)n; return 0; }\nvoid mm_free(void *p) { (void)p; }\n' >"$dir/fails.c"
check "mm_init that fails" "brkview: the fresh target refused its setup: the allocator's mm_init said that it failed" "$(errors "$dir/fails.c" -e 'alloc 8')"
sed 's/return -1/return *(volatile int *)8/' "$dir/fails.c" >"$dir/crashes.c"
check "mm_init that crashes" "brkview: the fresh target was killed by signal 11 (SIGSEGV) at line 1 of crashes.c, in mm_init: it touched ADDRESS: mm_init did not come to its end" "$(errors "$dir/crashes.c" -e 'alloc 8')"
sed 's/-1/0/' "$dir/fails.c" >"$dir/null.c"
check "NULL" "brkview: command 1, alloc 8: the allocator returned NULL" "$(errors "$dir/null.c" -e 'alloc 8')"
check "NULL, for there was no memory" "brkview: command 2, alloc 64: the allocator returned NULL: its mem_sbrk got no memory, for the heap's limit refused" "$(errors "$mm/tags.c" --limit 100 -e 'alloc 64; alloc 64')"
check "show and dump say what a word reads as, called a guess, until guesses are off" "0x421048  0x00000029  a guess: size 40, in use
0x42104c  0x00000048  a guess: size 72, free
0x421000  0x00000048  a guess: size 72, free
0x421048  0x00000029  a guess: size 40, in use
0x42104c  0x00000048  a guess: size 72, free
[{\"address\":\"0x421000\",\"word\":\"0x48\",\"csapp\":\"size 72, free\"}]" \
    "$(own "$mm/tags.c" -e 'alloc 64; alloc 30; free 1; show 2; dump 0x421000 80; words plain; dump 0x421000 80; show 2' | grep guess; own "$mm/tags.c" --json -e 'alloc 64; alloc 30; free 1; dump 0x421000 16' | grep -o '"guesses":.*]' | sed 's/^[^:]*://')"
check "nor by the call that the lab copies itself by" "1" "$(printf '#define _GNU_SOURCE\n#include <sched.h>\n#include <signal.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n#include "memlib.h"\nint mm_init(void) { long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0); if (pid == 0) sleep(1000); return pid < 0 ? 0 : -1; }\nvoid *mm_malloc(unsigned long n) { return mem_sbrk(n); }\nvoid mm_free(void *p) { (void)p; }\n' >"$dir/clones.c"; own "$dir/clones.c" -e 'alloc 8; blocks' | grep -c '^ *#1 .*used')"
check "a stranger starts no process" "" "$(printf '#include <unistd.h>\n#include "memlib.h"\nint mm_init(void) { if (fork() == 0) sleep(1000); return 0; }\nvoid *mm_malloc(unsigned long n) { return mem_sbrk(n); }\nvoid mm_free(void *p) { (void)p; }\n' >"$dir/forks.c"; own "$dir/forks.c" -e 'alloc 8' >/dev/null; processes "$dir/tmp")"

# ── What can't be begun ──
check "what does not compile: its words, and status 1" $'1\n1' "$(echo 'int mm_init(void) { return }' >"$dir/wrong.c"; own "$dir/wrong.c" -e 'alloc 8' >"$dir/out" 2>"$dir/said"; echo $?; grep -c 'error: expected' "$dir/said")"
check "what lacks functions" "brkview: some.c: it does not define mm_malloc, mm_free; expected mm_init, mm_malloc, mm_free and perhaps mm_realloc, as functions that are not static" "$(echo 'int mm_init(void) { return 0; }' >"$dir/some.c"; errors "$dir/some.c" -e 'alloc 8')"
check "policy own without a file" "brkview: policy own is an allocator of your own; expected --allocator=FILE with it" "$("$brkview" --policy own -e 'alloc 8' 2>&1)"
check "at the prompt, too" "brkview: command 1, policy own: policy own is an allocator of your own, and there is none here; expected brkview --allocator FILE" "$("$brkview" -e 'policy own' 2>&1 >/dev/null)"
check "aligned" "brkview: command 1, aligned 64 8: the allocator has no function for it" "$(errors "$mm/tags.c" -e 'aligned 64 8')"
# One that is asked to end while the compiler runs, and one wherever it is after a second.
printf '#!/bin/sh\n: >"%s"\nexec sleep 1000\n' "$dir/begun" >"$dir/slow-cc"
chmod +x "$dir/slow-cc"
"$brkview" --cc="$dir/slow-cc" --allocator "$mm/tags.c" >/dev/null 2>&1 </dev/null &
pid=$!
until_so [ -e "$dir/begun" ]
kill -TERM $pid
wait $pid
check "asked to end while it is compiled, it ends by that, and leaves nothing" "143 " "$? $(ls "$TMPDIR")"
sleep 2 | timeout -s TERM 1 "$brkview" --cc="${CC:-cc}" --allocator "$mm/tags.c" >/dev/null 2>&1
check "nothing is left behind, whatever ends us" "" "$(ls "$TMPDIR")"
tap_end
