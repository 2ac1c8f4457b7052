#!/usr/bin/env bash
# brkview blame: the operation that did the harm, known by construction, for allocators that are found out later.
set -u
# shellcheck source=tests/support/tap.bash
source "$(dirname "$0")/../support/tap.bash"
brkview=${BRKVIEW:-./brkview}
mm=$(dirname "$0")/../mm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
blame() { "$brkview" blame --cc="${CC:-cc}" --timeout=2 "$@"; }
score() { "$brkview" score --cc="${CC:-cc}" --timeout=2 "$@"; }
# who FILE TRACE: the last line, and the status.
who() { blame "$1" "$2" 2>&1 | tail -n 1; echo "${PIPESTATUS[0]}"; }

# by FUNCTION WHAT: behind the operation the line of tags.c that wrote it, where programs can be done step by step: asked of the processor, not of brkview.
cat >"$dir/steps.c" <<'END'
#include <signal.h>
#include <x86intrin.h>
static volatile int n;
static void count(int number) { n += number > 0; }
int main(void)
{
    signal(SIGTRAP, count);
    __writeeflags(__readeflags() | 0x100);
    __asm__ volatile("nop; nop");
    __writeeflags(__readeflags() & ~0x100ULL);
    return n == 0;
}
END
steps=no
"${CC:-cc}" -w -o "$dir/steps" "$dir/steps.c" 2>/dev/null && "$dir/steps" && steps=yes
by() { [ $steps = no ] || echo "; tags.c:$(grep -n "$2" "$mm/tags.c" | tail -n 1 | cut -d : -f 1) in $1 wrote it"; }
freeing=$(by mm_free 'ON_FREE(b)$')

printf '%s\n' 20000 6 11 1 'a 0 2040' 'a 1 24' 'a 2 24' 'f 0' 'a 3 100' 'a 4 4072' 'r 1 38' 'f 2' 'f 1' 'a 5 3000' 'f 4' >"$dir/small.rep"
printf '%s\n' 'a 0 24' 'a 1 24' 'a 2 24' 'f 0' 'a 3 8' 'f 2' 'f 1' >"$dir/later.script"
check "garbled: the free that cleared a byte of what is behind, three operations before it is seen" \
    "blame: operation 4 (line 8 of small.rep), free(id 0), was the last to change that byte, 0x5000080b$freeing
0" "$(who "$mm/bad_garbled.c" "$dir/small.rep")"
check "garbled: of two such frees each byte has its own" \
    "blame: operation 4 (line 4 of later.script), free(id 0), was the last to change that byte, 0x5000002b$freeing
0" "$(who "$mm/bad_garbled.c" "$dir/later.script")"
printf '%s\n' 'a 0 24' 'a 1 24' 'f 0' >"$dir/end.script"
check "garbled: seen in the end alone" "blame: operation 3 (line 3 of end.script), free(id 0), was the last to change that byte, 0x5000002b$freeing
0" "$(who "$mm/bad_garbled.c" "$dir/end.script")"
check "lost: the realloc did not copy, and what is there is older" \
    "blame: that byte of its answer, 0x50000084, is as it was before this call; operation 1 (line 5 of small.rep), malloc(2040) of id 0, or its caller, was the last to change it
0" "$(who "$mm/bad_realloc.c" "$dir/small.rep")"
printf '%s\n' 'a 0 24' 'r 0 48' >"$dir/fresh.script"
check "lost: where nobody has ever written" "blame: that byte of its answer, 0x50000034, is as it was before this call, and before all others
0" "$(who "$mm/bad_realloc.c" "$dir/fresh.script")"
sed 's/COPIED(n) ((n) \/ 2)/COPIED(n) (memset(fresh, 9, n), 0)/' "$mm/bad_realloc.c" >"$dir/wrong.c"
check "lost: the realloc wrote something else" "blame: this call itself changed that byte of its answer, 0x50000028$(by mm_realloc "memcpy(fresh, p")
0" "$(blame --cflags="-I$mm" "$dir/wrong.c" "$dir/fresh.script" 2>&1 | tail -n 1; echo "${PIPESTATUS[0]}")"
printf '%s\n' 'a 0 24' 'a 1 24' 'f 0' 'a 2 24' 'f 1' 'a 3 20' 'a 4 24' >"$dir/twice.script"
check "overlap: who was first given what a list still held" \
    "blame: operation 4 (line 4 of twice.script), malloc(24) of id 2, was given 0x50000010 first, which has not been freed since; operation 3 (line 3 of twice.script), free(id 0), had freed what lay there
0" "$(printf '%s\n' 'a 0 24' 'a 1 24' 'f 0' 'a 2 24' 'a 3 20' >"$dir/twice.script"; who "$mm/bad_list.c" "$dir/twice.script")"
check "overlap: where it can't be told, nothing is" "brkview: blame: no operation before it can be told to have done it: what made it give those bytes out twice is not known
1" "$(who "$mm/bad_overlap.c" "$dir/small.rep")"
sed 's/4000/4/' "$mm/bad_counted.c" >"$dir/counted.c"
check "overlap: what was never freed was not handed out twice by a list" "brkview: blame: no operation before it can be told to have done it: what made it give those bytes out twice is not known
1" "$(printf '%s\n' 'a 0 24' 'a 1 24' 'a 2 24' 'a 3 24' >"$dir/four.script"; blame --cflags="-I$mm" "$dir/counted.c" "$dir/four.script" 2>&1 | tail -n 1; echo "${PIPESTATUS[0]}")"

# A block of 24 bytes has 8 too few, so that its caller writes the link of the block behind, which is free.
cat >"$dir/link.c" <<'END'
#include <stddef.h>
#include <stdint.h>
#include "memlib.h"
struct block { struct block *next; };
static struct block *list, *last;
static char *at;
int mm_init(void) { list = NULL; at = mem_sbrk(4096); return 0; }
void *mm_malloc(size_t n)
{
    struct block *b = list;
    if (b)
        list = b->next;
    else
        b = (void *)(at += n);
    return b + 1;
}
void mm_free(void *p)
{
    struct block *b = p ? (struct block *)p - 1 : NULL;
    if (!b) return;
    b->next = NULL;
    if (list)
        last->next = b;
    else
        list = b;
    last = b;
}
END
printf '%s\n' 'a 0 24' 'a 1 24' 'f 0' 'f 1' 'a 2 24' 'a 3 24' 'a 4 24' >"$dir/link.script"
check "crash: the link that it followed is what a caller wrote into a payload" "crash operation 7
blame operation 5" "$(blame "$dir/link.c" "$dir/link.script" | sed -E 's/^(crash|blame): .*(operation [0-9]+)[ ,].*/\1 \2/')"
check "crash: in words" "stands in one place of the heap, at 0x50000030: it is what the caller of operation 5 (line 5 of link.script), malloc(24) of id 2, wrote into its payload, which is not free" \
    "$(blame "$dir/link.c" "$dir/link.script" | sed -n 's/^blame: 0x[0-9a-f]* //p')"
sed -i 's/struct block { struct block \*next; }/struct block { uint32_t next, pad; }/; s/list = b->next/list = (void *)(uintptr_t)b->next/; s/b->next = NULL/b->next = 0/; s/last->next = b/last->next = (uint32_t)(uintptr_t)b/' "$dir/link.c"
check "crash: so is a link of 4 bytes" "crash operation 7
blame operation 5" "$(blame "$dir/link.c" "$dir/link.script" | sed -E 's/^(crash|blame): .*(operation [0-9]+)[ ,].*/\1 \2/')"
printf '%s\n' 'a 0 40' 'f 0' 'a 1 9' 'a 2 1' >"$dir/split.script"
check "crash: a size that nobody has written, for the rest that was split off lies elsewhere" \
    "blame: as a size, 0xN, which stands at 0x50000018, leads there: nobody has changed that since operation 2 (line 2 of split.script), free(id 0), freed what it was in
1" "$(who "$mm/bad_split.c" "$dir/split.script" | sed 's/size, 0x[0-9a-f]*/size, 0xN/')"
check "crash: of a null pointer nothing is told" "brkview: blame: no operation before it can be told to have done it: no word of the heap was found that led there
1" "$(who "$mm/bad_crash.c" "$dir/small.rep")"

printf '%s\n' 'policy header # passed over' 'alloc 2040 as a' 'alloc 24 as b; alloc 24 as c' 'free a' 'p = malloc(100);' stats 'alloc 4072' 'realloc b 38' 'free c b' 'alloc 3000' 'free 5' >"$dir/small.brk"
check "a script of the lab is a trace, whose lines are named" "brkview: blame: line 1: policy makes no operation; it and 1 more command are passed over
garbled: operation 7 (line 8 of small.brk)
blame: operation 4 (line 4 of small.brk), free(id 0), was the last to change that byte, 0x5000080b$freeing" "$(blame "$mm/bad_garbled.c" "$dir/small.brk" 2>&1 | sed 's/^\(garbled: [^)]*)\).*/\1/')"
check "score tells it, too" "  blame: operation 4 (line 8 of small.rep), free(id 0), was the last to change that byte, 0x5000080b$freeing" \
    "$(score "$mm/bad_garbled.c" "$dir/small.rep" | grep blame)"
check "in JSON, where there may be nobody" '"blame":{"op":4,"line":8,"message":"operation 4 (line 8 of small.rep), free(id 0), was the last to change that byte, 0x5000080b","at":null} "blame":null "blame":{"op":null,"line":null,' \
    "$(score --json "$mm/bad_garbled.c" "$dir/small.rep" | grep -o '"blame":{[^}]*}' | sed 's/; tags.c:[^"]*"/"/; s/"at":"[^"]*"/"at":null/') $(score --json "$mm/bad_crash.c" "$dir/small.rep" | grep -o '"blame":null') $(blame --json "$mm/bad_split.c" "$dir/split.script" | grep -o '"blame":{"op":null,"line":null,')"
# A write of three bytes by a call of another's, in a function of its own; the last byte stays as it was.
cat >"$dir/deep.c" <<'END'
#include <string.h>
#include "memlib.h"
static char *last;
int mm_init(void) { last = 0; return 0; }
static __attribute__((noinline)) void spoil(char *p)
{
    volatile size_t n = 3;
    memset(p, 0, n); /* HERE */
}
void *mm_malloc(size_t n) { char *p = mem_sbrk((int)((n + 7) & ~7ul)); if (!last) last = p; return p; }
void mm_free(void *p) { if (p != last) spoil(last + 2); }
END
printf '%s\n' 'a 0 24' 'a 1 24' 'a 2 24' 'f 2' 'f 1' 'f 0' >"$dir/deep.script"
deep() { blame "$@" "$dir/deep.c" "$dir/deep.script" 2>&1 | tail -n 1 | sed 's/0x[0-9a-f]*/AT/g'; }
here=$(grep -n HERE "$dir/deep.c" | cut -d : -f 1)
if [ $steps = yes ]; then
    check "the line of C that wrote it, where another's function did it for it" "blame: operation 4 (line 4 of deep.script), free(id 2), was the last to change that byte, AT; deep.c:$here in spoil wrote it" "$(deep)"
    check "in JSON" "\"at\":\"deep.c:$here\"" "$(blame --json "$dir/deep.c" "$dir/deep.script" | grep -o '"at":"deep[^"]*"')"
    if [ -x "$(dirname "$brkview")/brkview-own32" ]; then
        check "and in 32 bits" "blame: operation 4 (line 4 of deep.script), free(id 2), was the last to change that byte, AT; deep.c:$here in spoil wrote it" "$(deep --m32)"
    else
        skip "and in 32 bits" "cc -m32 does not link here"
    fi
else
    skip "the line of C that wrote it" "no program can be done step by step here"
fi
check "what does not fail is told" "brkview: blame: tags.c is valid on it; expected a trace that fails
1
{\"error\":null}" "$(who "$mm/tags.c" "$dir/small.rep"; blame --json "$mm/tags.c" "$dir/small.rep")"
check "shrink tells it of what is left" "brkview: shrink: blame: operation 3 (line 7 of the small trace), free(id 0), was the last to change that byte, 0x5000001b$freeing" \
    "$("$brkview" shrink --cc="${CC:-cc}" "$mm/bad_garbled.c" "$dir/end.script" 2>&1 >/dev/null | tail -n 1)"
check "nothing is left behind" "" "$(ls "$TMPDIR")"
check "a failure that has no earlier one to blame says why" "what it returned is wrong; of which words it was made is not known
which words the assertion looked at is not known
its own code did that" "$(for of in outside assert exit; do who "$mm/bad_$of.c" "$dir/small.rep" | sed -n 's/.*told to have done it: //p'; done)"
tap_end
