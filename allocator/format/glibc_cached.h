/* glibc_cached.h: what the two files that read lists of cached chunks share. */
#ifndef GLIBC_CACHED_H
#define GLIBC_CACHED_H

#include "glibc_private.h"

/* A list: what may be in it, and whose it is. */
struct cached_list {
    unsigned invariant, bin;
    uint32_t arena;
    uint16_t owner; /* h->tcache, from 1 on; 0: a fastbin */
    uint64_t least, most; /* sizes of its chunks */
    uint64_t place; /* the block of the tcache, or the arena, whose word its head is */
    bool payloads; /* its links lead to payloads, not to chunks */
};

/* Keep the chunks of a list from chunk on. Returns how many; *whole: it came to its end. */
uint64_t follow_list(struct glibc_looking *l, const struct cached_list *list, uint64_t chunk,
                     bool *whole);

/* So often a list is read that does not hold together. */
#define LIST_TRIES 16u

/* What the lists followed so far have left, and back to it. */
struct kept_lists {
    size_t n_cached, n_findings;
};
static inline struct kept_lists kept_lists(const struct glibc_looking *l)
{
    return (struct kept_lists){l->own->cached.n, l->own->n_findings};
}
static inline void forget_lists(struct glibc_looking *l, struct kept_lists before)
{
    l->own->cached.n = before.n_cached;
    l->own->n_findings = before.n_findings;
}

/* How are links stored, as the list that begins at chunk tells? Into l->links_score. */
void judge_links(struct glibc_looking *l, uint64_t chunk, bool payloads);

/* The size of the chunk that begins there; 0: none does. */
uint64_t chunk_size_at(const struct glibc_looking *l, uint64_t chunk);

/* All tcaches: keep what is in them, or only judge their links. */
void read_tcaches(struct glibc_looking *l, bool judging);

#endif
