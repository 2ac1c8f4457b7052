/* rig.h: a heap over an arena, with its steps kept and its invariants checked: what most tests of
 * the allocator begin with. */
#ifndef RIG_H
#define RIG_H

#include <stdint.h>

#include "allocator/format/block.h"
#include "allocator/format/check.h"
#include "allocator/heap.h"
#include "arena.h"
#include "picture.h"

struct rig {
    struct arena arena;
    struct heap heap;
    struct picture_log log; /* the steps since rig_forget */
};
extern struct rig rig;

/* A new heap of 1 MiB at most; rig_start_at: whose break is offset bytes above a page's start. */
void rig_start(enum heap_policy policy);
void rig_start_at(enum heap_policy policy, size_t offset);

/* A new heap with free blocks of 48, 160, 96 and 160 between used ones of 16; the payloads of the
 * free ones are put into holes. */
void rig_holes(enum heap_policy policy, char *holes[4]);

/* Forget the steps so far; returns the break. */
uintptr_t rig_forget(void);

/* The verbs, asserted to succeed and followed by a check of all invariants. */
void *rig_alloc(size_t size);
void *rig_aligned(size_t alignment, size_t size);
void *rig_realloc(void *payload, size_t size);
void rig_free(void *payload);
void rig_set(enum heap_switch which, uint64_t value);
void rig_foreign(intptr_t delta);

/* Assert that the checker finds nothing. */
void rig_check(void);

/* The invariants that are broken, as a set of bits; 1u << number for each. */
uint32_t rig_broken(void);

/* Bytes of brk above the heap's start. */
uint64_t rig_bytes(void);

/* The blocks as text: "u64 f32 x16" are a used one with a payload of 64, a free one, and foreign
 * bytes; valid until the next call. */
const char *rig_blocks(void);

/* The free list as the indices of its blocks in rig_blocks, in search order: "3 1". */
const char *rig_free_list(void);

/* The kinds of the steps since rig_forget, writes left out: "probe/too small probe/fits take". */
const char *rig_steps(void);

/* The word at byte offset of the block with that payload's header. */
uint64_t *rig_word(void *payload, size_t offset);

/* A verb of the heap has just returned NULL for that reason, and the heap is sound still. */
void rig_refused(const void *payload, enum heap_status status, int error);

#define FOR_EACH_POLICY(policy)                                                                    \
    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++)

#endif
