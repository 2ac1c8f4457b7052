/* own_ranges.c: the payloads that live: by their edges, where they lie in one heap of known size;
 * else, or where there is no room for that, in a tree. */
#include "allocator/target/own_ranges.h"

static bool by_edges;

bool own_ranges_init(uint32_t n, uintptr_t from, size_t bytes, unsigned grain)
{
    by_edges = bytes > 0 && own_edges_init(n, from, bytes, grain);
    return by_edges || own_treap_init(n);
}

void own_ranges_clear(void) { by_edges ? own_edges_clear() : own_treap_clear(); }

uint32_t own_ranges_add(uint32_t name, uintptr_t lo, uintptr_t hi)
{
    return by_edges ? own_edges_add(name, lo, hi) : own_treap_add(name, lo, hi);
}

uint32_t own_ranges_find(uintptr_t lo, uintptr_t hi)
{
    return by_edges ? own_edges_find(lo, hi) : own_treap_find(lo, hi);
}

void own_ranges_remove(uint32_t name)
{
    by_edges ? own_edges_remove(name) : own_treap_remove(name);
}
