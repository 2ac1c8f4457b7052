/* edges.c: a sound allocator for the tests, with a word of size and use at both ends of each block,
 * a block in use before the first and one of no size behind the last. It checks itself, and can
 * tell its blocks. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "memlib.h"

typedef uint32_t word;

#ifndef AGREES /* of mm_checkheap: do both ends of a block say the same? */
#define AGREES(p) (*head(p) == *foot(p))
#endif

static char *first; /* the payload of the block before all others */

static word *head(char *p) { return (word *)(void *)(p - sizeof(word)); }
static size_t bytes(char *p) { return *head(p) & ~7u; }
static bool used(char *p) { return *head(p) & 1; }
static word *foot(char *p) { return (word *)(void *)(p + bytes(p) - 2 * sizeof(word)); }
static char *behind(char *p) { return p + bytes(p); }

static void set(char *p, size_t size, bool in_use)
{
    *head(p) = (word)size | in_use;
    *foot(p) = *head(p);
}

int mm_init(void)
{
    char *start = mem_sbrk(4 * sizeof(word));
    if (start == (void *)-1) return -1;
    first = start + 2 * sizeof(word);
    *(word *)(void *)start = 0;
    set(first, 2 * sizeof(word), true);
    *head(behind(first)) = 1;
    return 0;
}

static char *grow(char *last, size_t size)
{
    if (mem_sbrk((int)size) == (void *)-1) return NULL;
    *head(last) = (word)size;
    *head(behind(last)) = 1;
    return last;
}

void *mm_malloc(size_t n)
{
    size_t size = (n + 15) / 8 * 8;
    char *p = behind(first);
    while (bytes(p) > 0 && (used(p) || bytes(p) < size))
        p = behind(p);
    if (bytes(p) == 0 && (p = grow(p, size)) == NULL) return NULL;
    size_t rest = bytes(p) - size;
    if (rest < 16) size += rest;
    set(p, size, true);
    if (rest >= 16) set(behind(p), rest, false);
    return p;
}

void mm_free(void *at)
{
    char *p = at;
    if (!p) return;
    set(p, bytes(p), false);
    if (bytes(behind(p)) > 0 && !used(behind(p))) set(p, bytes(p) + bytes(behind(p)), false);
    char *before = p - (*(word *)(void *)(p - 2 * sizeof(word)) & ~7u);
    if (!used(before)) set(before, bytes(before) + bytes(p), false);
}

bool mm_checkheap(int line)
{
    for (char *p = first; bytes(p) > 0; p = behind(p))
        if (!AGREES(p)) {
            printf("line %d: the ends of %p differ\n", line, (void *)p);
            return false;
        }
    return true;
}
