/* walk.h: the introspection walk: every block of a heap, and its free list, over any reader of
 * memory.
 *
 * The viewer runs it from outside the process (process_vm_readv), tests on plain memory, a held or
 * damaged target is walked in the same way. It takes no lock, asks the target nothing, never
 * allocates, and believes nothing: each address is checked for range and alignment, each block must
 * end beyond where it begins and inside the heap, and no more blocks are visited than fit. Whatever
 * bytes the heap holds, it ends. */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "root.h"
#include "walk_met.h"

/* Read the root at address and check it: magic, policy, order, start <= top, alignment. WALK_OK, or
 * one of the last three results: *root is then unspecified. */
enum walk_result walk_root(const struct memory *m, uintptr_t address, struct heap_root *root);

/* What the result says of a root that is none: "it is of another version"; of any other result
 * "". */
const char *walk_root_text(enum walk_result result);

/* Visit every block of the heap that root describes, in address order, foreign ones too, the last
 * being the gap between top and brk if there is one. The blocks visited tile [start, brk), or
 * [start, damage->end) if the walk ends early with WALK_DAMAGED or WALK_UNREADABLE. Under bump
 * there is nothing to visit: the whole of [start, brk) is nobody's. brk below top is damage at the
 * block that crosses it. Where a word of a block is false and others tell where the next one
 * begins, the block is visited as damaged and the walk goes on; its result is WALK_DAMAGED then,
 * too. Reads nothing outside [start, brk). O(blocks), and where words are false O(bytes) in all.
 * damage may be NULL. */
enum walk_result walk_blocks(const struct heap_root *root, uintptr_t brk, const struct memory *m,
                             walk_visit *visit, void *user, struct walk_damage *damage);

/* What a walk has found, as the free list needs it: true if block is a block that the walk found
 * free; then *next is its next_free (fits), or the next free block in address order, 0 for none
 * (header). most is how many free blocks it found. */
struct walk_found {
    bool (*free_at)(const struct walk_found *self, uintptr_t block, uintptr_t *next);
    uintptr_t first_free; /* header: the free block with the lowest address, or 0 */
    uint64_t most;
};

/* Visit the free list in the order in which the policy's next search looks at it (next-fit: from
 * the rover on, then round to it). Each link must be a block that the walk found free, and at most
 * found->most of them are followed; a link that is not, or a list that is too long (a cycle), ends
 * it with WALK_DAMAGED and the bad link, or the block at which the cycle closed, in *damaged_at.
 * O(free blocks) calls of free_at. */
enum walk_result walk_free_list(const struct heap_root *root, const struct walk_found *found,
                                bool (*visit)(void *user, uintptr_t block), void *user,
                                uintptr_t *damaged_at);

#endif
