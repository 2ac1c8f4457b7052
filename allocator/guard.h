/* guard.h: what a hardened allocator does more, as switches: canaries, poison, quarantine. The
 * bytes are in block.h's diagram.
 *
 *   canary      known bytes before and behind each payload, looked at when the block is freed or
 *               resized: 24 bytes and their rounding a block
 *   poison      what is freed is filled with a known byte, so that a later write shows (check.h,
 *               I14): a write of every byte freed
 *   quarantine  a freed block is kept from reuse while the next so many are freed: its bytes wait,
 *               and a second free is refused
 *
 * The policies know nothing of canaries and quarantine: heap.c asks them for the bytes of a payload
 * and its guards. Where they make free blocks, they poison them. */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "heap_state.h"

/* Bytes that a block needs for its guards, besides what was asked for. */
uint64_t guard_extra(const struct heap *h);

/* The policy has made a block whose payload is inner: put its guards on. Returns the caller's
 * payload. */
uintptr_t guard_dress(struct heap *h, uintptr_t inner, uint64_t asked);

/* What a caller says is a payload: *inner becomes the policy's, *usable the bytes that the caller
 * has (with canary: what was asked for). HEAP_OK, or what is wrong with it: the policy's words,
 * HEAP_ALREADY_FREE in quarantine, HEAP_CANARY_DEAD. Looks at no guard that is off. */
enum heap_status guard_verify(struct heap *h, uintptr_t payload, uintptr_t *inner,
                              uint64_t *usable);

/* Free a block that was verified: through the policy, or into quarantine. */
enum heap_status guard_free(struct heap *h, uintptr_t inner);

/* Let the oldest blocks go, until at most most are in quarantine. */
enum heap_status guard_let_go(struct heap *h, uint64_t most);

/* For the policies: [from, to) is a free block's, behind header and links, and may hold other bytes
 * than poison. */
void guard_poison(struct heap *h, uintptr_t from, uintptr_t to);

/* Poison was switched on: fill the blocks in quarantine. */
void guard_poison_quarantine(struct heap *h);

#endif
