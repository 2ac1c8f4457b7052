/* block_choice.c: see block_choice.h. */
#include "cli/tell/block_choice.h"

#include <stdlib.h>

struct block_choice block_choice_all(void)
{
    return (struct block_choice){
        .most = UINT64_MAX, .to = UINT64_MAX, .region = SIZE_MAX, .first = SIZE_MAX};
}

bool block_choice_is_all(const struct block_choice *c)
{
    return c->states == 0 && c->least == 0 && c->most == UINT64_MAX && c->from == 0 &&
           c->to == UINT64_MAX && c->region == SIZE_MAX && c->first == SIZE_MAX && !c->by_size;
}

static bool is_chosen(const struct snapshot *s, const struct block_choice *c, size_t i)
{
    struct snapshot_block b = snapshot_block(s, i);
    if (c->states != 0 && (c->states & (1u << b.state)) == 0) return false;
    if (b.size < c->least || b.size > c->most) return false;
    if (b.address >= c->to || b.address + b.size <= c->from) return false;
    return c->region == SIZE_MAX || snapshot_block_region(s, i) == c->region;
}

struct sized {
    uint64_t size;
    uint32_t index;
};

static int larger_first(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    if (x->size != y->size) return x->size < y->size ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

bool block_choice_make(const struct snapshot *s, const struct block_choice *c, uint32_t **index,
                       size_t *n)
{
    size_t all = snapshot_n_blocks(s), found = 0;
    struct sized *sized = malloc((all + 1) * sizeof *sized);
    *index = malloc((all + 1) * sizeof **index);
    for (size_t i = 0; sized && *index && i < all && (c->by_size || found < c->first); i++)
        if (is_chosen(s, c, i))
            sized[found++] = (struct sized){snapshot_block(s, i).size, (uint32_t)i};
    bool ok = sized && *index;
    if (ok && c->by_size) qsort(sized, found, sizeof *sized, larger_first);
    *n = found < c->first ? found : c->first;
    for (size_t i = 0; ok && i < *n; i++)
        (*index)[i] = sized[i].index;
    free(sized);
    if (!ok) {
        free(*index);
        *index = NULL;
    }
    return ok;
}
