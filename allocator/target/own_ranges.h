/* own_ranges.h: the two ways to keep what lives, of which own_ranges.c takes one. What they do is
 * told at own_ranges_… (own.h). */
#ifndef OWN_RANGES_H
#define OWN_RANGES_H

#include "allocator/target/own.h"

/* ── Anywhere (own_treap.c): O(log n) on average. ── */

bool own_treap_init(uint32_t n);
void own_treap_clear(void);
uint32_t own_treap_add(uint32_t name, uintptr_t lo, uintptr_t hi);
uint32_t own_treap_find(uintptr_t lo, uintptr_t hi);
void own_treap_remove(uint32_t name);

/* ── Within [from, from + bytes), each beginning at a multiple of grain, a power of two
 * (own_edges.c): O(log bytes) with 64 for a base; O(n) once there is an overlap to be named. ── */

bool own_edges_init(uint32_t n, uintptr_t from, size_t bytes, unsigned grain);
void own_edges_clear(void);
uint32_t own_edges_add(uint32_t name, uintptr_t lo, uintptr_t hi);
uint32_t own_edges_find(uintptr_t lo, uintptr_t hi);
void own_edges_remove(uint32_t name);

#endif
