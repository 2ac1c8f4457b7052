/* walk.h: the introspection walk: every block of a heap, and its free list, over any reader of memory.
 *
 * The viewer runs it from outside the process (process_vm_readv), tests on plain memory, a held or damaged target is walked in
 * the same way. It takes no lock, asks the target nothing, never allocates, and believes nothing: each address is checked for
 * range and alignment, each block must end beyond where it begins and inside the heap, and no more blocks are visited than fit.
 * Whatever bytes the heap holds, it ends. */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "block.h"
#include "root.h"

/* A reader of memory. bytes returns a pointer to the bytes from address on, valid until the next call: at least least of them, at
 * most most; *got is how many. NULL if the first least can't be read. How many more than least come is the reader's choice. */
struct memory {
    const unsigned char *(*bytes)(const struct memory *self, uintptr_t address, size_t least, size_t most, size_t *got);
};

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
static inline bool walk_is_used(enum walk_state state) { return state == WALK_USED || state == WALK_QUARANTINED; }

struct walk_block {
    uintptr_t address; /* of the header; of a foreign block, of its first byte */
    uint64_t size; /* whole bytes, header included */
    uint32_t header; /* header bytes, the front guard of a used block included, so that payload = size - header */
    enum walk_state state;
    uintptr_t next_free; /* of a free block of the fits: its link, unchecked; else 0 */
    unsigned region; /* which run of memory it lies in; 0 is the heap up to brk */
    const unsigned char
        *raw; /* the first 32 bytes as they were read, valid during the visit; NULL of a foreign or damaged block */
    uintptr_t whose; /* of a damaged one: of which block, or fence, a word is false, */
    enum block_field wrong; /* which, */
    uint64_t found, expected; /* what it is, and should be (0: nobody can tell), */
    enum walk_state would_be; /* and what its other words say that it is; WALK_IS_DAMAGED: nothing */
    struct window *window; /* by which the visit may read the block's own bytes (window.h); raw is then no longer valid */
};

/* The first word of a heap that can't be true, and how far the walk came all the same. */
struct walk_damage {
    uintptr_t at; /* all below it has been visited, and is sound; 0: nothing is damaged */
    uintptr_t block; /* the block whose word it is; 0: the root's */
    enum block_field field; /* FIELD_N: no word can be named, for the bytes can't be read, or brk cuts the block off */
    uint64_t found; /* the word, */
    uint64_t expected; /* and what the words beside it say that it should be; 0: they don't */
    uintptr_t beyond; /* root.top is false, too: this block lies beyond it; else 0 */
    uintptr_t end; /* the blocks visited tile [start, end): brk, or where nobody can tell what follows */
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

/* Read the root at address and check it: magic, policy, order, start <= top, alignment. WALK_OK, or one of the last three results: *root is
 * then unspecified. */
enum walk_result walk_root(const struct memory *m, uintptr_t address, struct heap_root *root);

/* What the result says of a root that is none: "it is of another version"; of any other result "". */
const char *walk_root_text(enum walk_result result);

/* Visit every block of the heap that root describes, in address order, foreign ones too, the last being the gap between top and brk if
 * there is one. The blocks visited tile [start, brk), or [start, damage->end) if the walk ends early with WALK_DAMAGED or
 * WALK_UNREADABLE. Under bump there is nothing to visit: the whole of [start, brk) is nobody's. brk below top is damage at the block that
 * crosses it. Under header, where one word of a block is false and another still leads to the next block, the block is visited as
 * damaged and the walk goes on; its result is WALK_DAMAGED then, too. Reads nothing outside [start, brk). O(blocks). damage may be NULL. */
enum walk_result walk_blocks(const struct heap_root *root, uintptr_t brk, const struct memory *m, walk_visit *visit, void *user,
                             struct walk_damage *damage);

/* What a walk has found, as the free list needs it: true if block is a block that the walk found free; then *next is its next_free
 * (fits), or the next free block in address order, 0 for none (header). most is how many free blocks it found. */
struct walk_found {
    bool (*free_at)(const struct walk_found *self, uintptr_t block, uintptr_t *next);
    uintptr_t first_free; /* header: the free block with the lowest address, or 0 */
    uint64_t most;
};

/* Visit the free list in the order in which the policy's next search looks at it (next-fit: from the rover on, then round to it).
 * Each link must be a block that the walk found free, and at most found->most of them are followed; a link that is not, or
 * a list that is too long (a cycle), ends it with WALK_DAMAGED and the bad link, or the block at which the cycle closed, in *damaged_at.
 * O(free blocks) calls of free_at. */
enum walk_result walk_free_list(const struct heap_root *root, const struct walk_found *found,
                                bool (*visit)(void *user, uintptr_t block), void *user, uintptr_t *damaged_at);

#endif
