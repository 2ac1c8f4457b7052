/* changes.h: what differs between two snapshots of one process, kept small so that the older one
 * can be let go. */
#ifndef CHANGES_H
#define CHANGES_H

#include "snapshot.h"

#define CHANGES_MAX 64u

enum change_kind {
    CHANGE_NEW, /* a block is used that was not, or whose owner was another */
    CHANGE_FREED, /* a block is free that was used */
    CHANGE_RESIZED, /* same owner or still free, another size or another request */
    CHANGE_GONE, /* bytes that were heap lie above brk now */
    CHANGE_FOREIGN, /* foreign bytes that were not */
    CHANGE_DAMAGED,
    CHANGE_MENDED, /* a block can be told again where one was damaged */
    CHANGE_LOOKED, /* of a step being played: the search looks at it */
    CHANGE_WRITTEN, /* bytes that somebody wrote past the allocator; of a step being played: its
                       header is written */
    CHANGE_TAKEN /* of a step being played: it was chosen */
};

struct change {
    enum change_kind kind;
    uint64_t from, to; /* addresses */
    uint32_t id; /* of the block concerned, or 0 */
};

struct changes {
    size_t n; /* changes kept */
    size_t n_more; /* changes beyond CHANGES_MAX, merged into the last one's range */
    struct change change[CHANGES_MAX]; /* in address order */
    uint64_t brk_before, brk_after;
};

/* Compare; before NULL means everything that is, is as it was: no changes. O(blocks of both). */
void changes_find(struct changes *c, const struct snapshot *before, const struct snapshot *after);

/* Add one that snapshots can't show, at its place; what lies in [from, to) already is left out.
 * Nothing if there is no room. */
void changes_add(struct changes *c, struct change change);

/* True if any byte of [from, to) has changed; *kind, if not NULL, becomes the kind of the first
 * such change. */
bool changes_touch(const struct changes *c, uint64_t from, uint64_t to, enum change_kind *kind);

#endif
