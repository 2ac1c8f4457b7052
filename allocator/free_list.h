/* free_list.h: the doubly linked list of a fit heap's free blocks, in the order that the switch
 * says.
 *
 * Links are the allocator's only words that a caller's overflow is likely to reach, so none is
 * believed: a scan stops at a link that leads to no free block, and once it has seen more blocks
 * than the heap can hold. */
#ifndef FREE_LIST_H
#define FREE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "heap_state.h"

struct free_scan {
    const struct heap *heap;
    uintptr_t next; /* the block that comes next; 0 at the end */
    uint64_t left; /* how many more there can be */
    enum heap_status status; /* HEAP_OK, or why the scan ended early */
};

/* A scan that begins with the block from (0: it is over at once). */
struct free_scan free_scan_from(const struct heap *h, uintptr_t from);

/* The next block; 0 at the end, or when scan->status says that the list is broken. */
uintptr_t free_scan_next(struct free_scan *scan);

/* True if the links of block and those of its neighbours in the list agree, so that it can be taken
 * out. O(1). */
bool free_list_linked(const struct heap *h, uintptr_t block);

/* HEAP_OK if the whole list can be scanned, else what is wrong with it. O(free blocks). */
enum heap_status free_list_sound(const struct heap *h);

/* After which block of the list a block of that address and size belongs (0: at its head).
 * O(free blocks) for address and the sizes, else O(1). */
enum heap_status free_list_find(const struct heap *h, uintptr_t block, uint64_t size,
                                uintptr_t *after);

/* Put block in behind after (0: at the head). Tells STEP_LINK. */
void free_list_link(struct heap *h, uintptr_t block, uintptr_t after);

/* Take a linked block out; returns its place: the block before it, 0 at the head. The rover, if it
 * stood there, moves on to the next. Tells STEP_UNLINK. */
uintptr_t free_list_unlink(struct heap *h, uintptr_t block);

/* Put block at the place of old, the rover too: what unlink and link do, in fewer writes. Tells
 * STEP_UNLINK and STEP_LINK. */
void free_list_replace(struct heap *h, uintptr_t old, uintptr_t block);

/* Bring the list into the present order; lifo and fifo leave it as it is. O(free blocks * log(free
 * blocks)). */
enum heap_status free_list_sort(struct heap *h);

#endif
