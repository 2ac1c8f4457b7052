/* walk_met.h: what a walk meets, and how it ends. */
#ifndef WALK_MET_H
#define WALK_MET_H

#include <stdbool.h>
#include <stdint.h>

#include "block.h"

enum walk_state {
    WALK_USED,
    WALK_IS_FREE,
    WALK_FOREIGN,
    WALK_IS_DAMAGED,
    WALK_CACHED, /* freed, but kept for the next request of that size */
    WALK_QUARANTINED, /* used for the policy, but freed, and kept from reuse */
    WALK_N_STATES
};

/* True if the policy holds the block for one in use. */
static inline bool walk_is_used(enum walk_state state)
{
    return state == WALK_USED || state == WALK_QUARANTINED;
}

struct walk_block {
    uintptr_t address; /* of the header; of a foreign block, of its first byte */
    uint64_t size; /* whole bytes, header included */
    uint32_t header; /* header bytes, the front guard of a used block included, so that payload =
                        size - header */
    enum walk_state state;
    uintptr_t next_free; /* of a free block of the fits: its link, unchecked; else 0 */
    unsigned region; /* which run of memory it lies in; 0 is the heap up to brk */
    uint16_t bin; /* under glibc: which bin a free or cached block is in (glibc.h); else 0 */
    uint16_t cached; /* under glibc: in which tcache, from 1 on; 0: in none, or nobody can tell */
    const unsigned char *raw; /* the first 32 bytes as they were read, valid during the visit; NULL
                                 of a foreign or damaged block */
    uintptr_t whose; /* of a damaged one: of which block, or fence, a word is false, */
    enum block_field wrong; /* which, */
    uint64_t found, expected; /* what it is, and should be (0: nobody can tell), */
    enum walk_state would_be; /* and what its other words make it; WALK_IS_DAMAGED: nothing */
    struct window *window; /* by which the visit may read the block's own bytes (window.h); raw is
                              then no longer valid */
};

/* The first word of a heap that can't be true, and how far the walk came all the same. */
struct walk_damage {
    uintptr_t at; /* all below it has been visited, and is sound; 0: nothing is damaged */
    uintptr_t block; /* the block whose word it is; 0: the root's */
    enum block_field field; /* FIELD_N: no word can be named, for the bytes can't be read, or brk
                               cuts the block off */
    uint64_t found; /* the word, */
    uint64_t expected; /* and what the words beside it say that it should be; 0: they don't */
    uintptr_t beyond; /* root.top is false, too: this block lies beyond it; else 0 */
    uintptr_t end; /* the blocks visited tile [start, end): up to brk, or to what nobody can tell */
};

enum walk_result {
    WALK_OK,
    WALK_STOPPED, /* visit returned false */
    WALK_DAMAGED, /* a word can't be true */
    WALK_UNREADABLE, /* memory in the heap's range could not be read */
    WALK_NO_ROOT, /* the root itself can't be true or read */
    WALK_OTHER_VERSION, /* it is the root of another version of this allocator */
    WALK_UNKNOWN_FORMAT /* it is a root, but of a policy whose blocks nobody here can read */
};

/* visit must not use the walk's reader, but by block->window. */
typedef bool walk_visit(void *user, const struct walk_block *block);

#endif
