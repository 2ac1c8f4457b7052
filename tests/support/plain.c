/* plain.c: see plain.h. */
#include "plain.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char *plain_bytes(const struct memory *self, uintptr_t address, size_t least,
                                        size_t most, size_t *got)
{
    struct plain *p = (struct plain *)(uintptr_t)self;
    size_t n = most;
    p->calls++;
    free(p->held);
    p->held = NULL;
    assert(least <= most);
    for (int i = 0; i < 2; i++) {
        const struct plain_range *r = &p->ranges[i];
        if (address < r->address || address - r->address > r->n ||
            most > r->n - (address - r->address))
            continue;
        if (p->piece != 0 && n > p->piece) n = p->piece > least ? p->piece : least;
        if (address >= p->hole.address && address - p->hole.address < p->hole.n) return NULL;
        if (address < p->hole.address && n > p->hole.address - address)
            n = p->hole.address - address;
        if (n < least) return NULL;
        p->held = malloc(n);
        assert(p->held != NULL);
        memcpy(p->held, r->bytes + (address - r->address), n);
        *got = n;
        return p->held;
    }
    p->strayed = true;
    return NULL;
}

void plain_init(struct plain *p, struct plain_range root, struct plain_range heap)
{
    *p = (struct plain){.memory = {plain_bytes}, .ranges = {root, heap}};
}

void plain_of_heap(struct plain *p, const struct heap *h, uintptr_t brk)
{
    uintptr_t start = h->root.start;
    struct plain_range root = {(uintptr_t)&h->root, (const unsigned char *)&h->root,
                               sizeof h->root};
    plain_init(
        p, root,
        (struct plain_range){start, (const unsigned char *)start, brk > start ? brk - start : 0});
}

void plain_release(struct plain *p)
{
    free(p->held);
    p->held = NULL;
}
