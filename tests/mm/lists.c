/* lists.c: of the form that CMU has had since 2016: bool mm_init, a calloc, 16 bytes. Free blocks
 * by size class, linked by addresses of 4 bytes, as code for -m32 keeps them; never merged. Sound,
 * unless what includes it says otherwise. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#define calloc mm_calloc
#endif
#ifndef TAKE /* the first of a class is unlinked */
#define TAKE(c, b) (list[c] = (b)->next)
#endif

struct block {
    uint64_t class; /* 16 bytes to the power of two */
    uint32_t next, pad;
};

enum { N_CLASSES = 28 };
static uint32_t list[N_CLASSES];

bool mm_init(void)
{
    memset(list, 0, sizeof list);
    return true;
}

static unsigned class_of(size_t n)
{
    unsigned c = 0;
    while (((size_t)16 << c) < n)
        c++;
    return c;
}

void *malloc(size_t n)
{
    unsigned c = class_of(n);
    assert(c < N_CLASSES);
    struct block *b = (void *)(uintptr_t)list[c];
    if (b) {
        TAKE(c, b);
    } else {
        b = mem_sbrk((intptr_t)(sizeof *b + ((size_t)16 << c)));
        if (b == (void *)-1) return NULL;
        b->class = c;
    }
    return b + 1;
}

void free(void *p)
{
    struct block *b = p ? (struct block *)p - 1 : NULL;
    if (!b) return;
    b->next = list[b->class];
    list[b->class] = (uint32_t)(uintptr_t)b;
}

void *realloc(void *p, size_t n)
{
    if (n == 0) {
        free(p);
        return NULL;
    }
    void *fresh = malloc(n);
    if (!p || !fresh) return fresh;
    size_t had = (size_t)16 << ((struct block *)p - 1)->class;
    mem_memcpy(fresh, p, had < n ? had : n);
    free(p);
    return fresh;
}

void *calloc(size_t n, size_t size)
{
    void *p = malloc(n * size);
    return p ? mem_memset(p, 0, n * size) : NULL;
}

bool mm_checkheap(int line) { return line >= 0; }
