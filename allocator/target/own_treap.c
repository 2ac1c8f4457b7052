/* own_treap.c: payloads anywhere, in a treap by address (R. Seidel and C. R. Aragon,
 * "Randomized search trees", 1996): a search tree that is a heap by priorities, which are hashes of
 * the names, so that no order of addresses makes it deep. Payloads never overlap, so that the
 * neighbours of an address tell whether a new one does. */
#include <stddef.h>
#include <sys/mman.h>

#include "allocator/target/own_ranges.h"

struct node {
    uintptr_t lo, hi;
    uint32_t left, right; /* OWN_NONE: none */
};

static struct node *node;
static uint32_t root = OWN_NONE;

bool own_treap_init(uint32_t n)
{
    void *p = mmap(NULL, ((size_t)n + 1) * sizeof *node, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    node = p;
    return p != MAP_FAILED;
}

void own_treap_clear(void) { root = OWN_NONE; }

static uint32_t priority(uint32_t name)
{
    uint32_t h = name * UINT32_C(0x9e3779b1);
    h = (h ^ (h >> 15)) * UINT32_C(0x85ebca77);
    return h ^ (h >> 13);
}

uint32_t own_treap_find(uintptr_t lo, uintptr_t hi)
{
    for (uint32_t at = root; at != OWN_NONE;) {
        if (lo < node[at].hi && node[at].lo < hi) return at;
        at = lo < node[at].lo ? node[at].left : node[at].right;
    }
    return OWN_NONE;
}

/* What of tree lies below lo, and the rest. */
static void split(uint32_t tree, uintptr_t lo, uint32_t *below, uint32_t *above)
{
    while (tree != OWN_NONE) {
        if (node[tree].lo < lo) {
            *below = tree;
            below = &node[tree].right;
            tree = *below;
        } else {
            *above = tree;
            above = &node[tree].left;
            tree = *above;
        }
    }
    *below = *above = OWN_NONE;
}

uint32_t own_treap_add(uint32_t name, uintptr_t lo, uintptr_t hi)
{
    uint32_t other = own_treap_find(lo, hi), *at = &root;
    if (other != OWN_NONE) return other;
    while (*at != OWN_NONE && priority(*at) >= priority(name))
        at = lo < node[*at].lo ? &node[*at].left : &node[*at].right;
    node[name].lo = lo;
    node[name].hi = hi;
    split(*at, lo, &node[name].left, &node[name].right);
    *at = name;
    return OWN_NONE;
}

void own_treap_remove(uint32_t name)
{
    uint32_t *at = &root;
    while (*at != name) {
        if (*at == OWN_NONE) return;
        at = node[name].lo < node[*at].lo ? &node[*at].left : &node[*at].right;
    }
    uint32_t left = node[name].left, right = node[name].right;
    while (left != OWN_NONE && right != OWN_NONE) {
        bool take_left = priority(left) >= priority(right);
        *at = take_left ? left : right;
        at = take_left ? &node[left].right : &node[right].left;
        if (take_left)
            left = *at;
        else
            right = *at;
    }
    *at = left != OWN_NONE ? left : right;
}
