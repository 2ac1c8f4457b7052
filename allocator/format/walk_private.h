/* walk_private.h: what the walk and the formats share. For walk.c and format_*.c only. */
#ifndef WALK_PRIVATE_H
#define WALK_PRIVATE_H

#include "format.h"
#include "walk.h"
#include "window.h"

struct walk {
    struct window window;
    uintptr_t brk;
    uintptr_t limit; /* our blocks end at or below it: the lower of top and brk */
    walk_visit *visit;
    void *user;
    uintptr_t at; /* all below has been visited */
    const struct heap_root *root;
    const struct format *format;
    uint32_t front; /* bytes before the payload of a used block */
    struct walk_damage damage;
    bool lost; /* nothing tells what lies at at */
    uint64_t searches_left; /* places that may still be looked at for where true words go on */
};

/* What the guards make of a block: a used one may have a front guard, and may be in quarantine. */
void walk_guards(struct walk *w, struct walk_block *block);

/* Visit what is not ours up to end. header bytes of it, at its end, are a fence. */
enum walk_result walk_foreign(struct walk *w, uintptr_t end, uint32_t header);

/* A word can't be true; the first one is kept. The walk is lost, unless the caller knows how it
 * goes on. Always WALK_DAMAGED. */
enum walk_result walk_false(struct walk *w, uintptr_t block, enum block_field field, uint64_t found,
                            uint64_t expected);

/* The block at w->at, whose size is block->size and whose state, but for the false word, would be
 * block->state, is damaged: field of the block, or fence, at whose is false. Visit it as that; the
 * walk goes on behind it. WALK_DAMAGED, or WALK_STOPPED. */
enum walk_result walk_pass_damaged(struct walk *w, struct walk_block *block, uintptr_t whose,
                                   enum block_field field, uint64_t found, uint64_t expected);

/* May one more place be searched? A hostile heap must not make a walk search the same bytes again
 * and again. */
static inline bool walk_may_search(struct walk *w)
{
    return w->searches_left != 0 && w->searches_left-- != 0;
}

#endif
