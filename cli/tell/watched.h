/* watched.h: what is told of a running program's heap, and of no other: bins, and what keeps brk
 * where it is. */
#ifndef WATCHED_H
#define WATCHED_H

#include <stdbool.h>

#include "cli/session/session.h"
#include "cli/session/watch.h"
#include "cli/tell/shape_word.h"

/* The list that holds the block at address, as the last look found it: false for none. O(free and
 * cached blocks). */
bool watched_listed(const struct watch *w, uint64_t address, struct glibc_listed *found);

/* " in bin small 128", " by tcache 2 of 4, tcache 64": what follows "free" and "cached"; "" for a
 * block that no list holds. Returns text. */
#define WATCHED_BIN_MAX 80u
const char *watched_bin(const struct watch *w, const struct snapshot_block *b,
                        char text[WATCHED_BIN_MAX]);

/* The words of a block's header and links, read now. How many, at most SHAPE_WORDS_MAX. */
size_t watched_words(struct session *s, const struct snapshot_block *b, struct shape_word *facts);

/* What a person should know of a word as it is stored: " = 208 + PREV_INUSE" of a size, the address
 * that a protected link means; "" if it says all by itself. Returns text. */
#define WATCHED_NOTE_MAX 96u
const char *watched_note(const struct session *s, const struct shape_word *word,
                         char text[WATCHED_NOTE_MAX]);

/* What keeps brk where it is: the last block of the heap up to brk that is not free. */
struct watched_pin {
    struct snapshot_block block; /* size 0: there is none, or no heap up to brk */
    uint64_t above; /* free bytes between its end and brk, */
    uint64_t below; /* those below it, and */
    uint64_t joins; /* of these the ones right before it, which would become the top with it */
};
void watched_pin_find(const struct snapshot *s, struct watched_pin *pin);

/* "heap 4096 bytes, in use 100, free 0, cached 0", or that no block of it could be read. Returns
 * text. */
#define WATCHED_MOMENT_MAX 160u
const char *watched_moment(const struct watch_moment *m, char text[WATCHED_MOMENT_MAX]);

/* The largest request that fits without more memory from the kernel; cached blocks are left out,
 * which serve their own size only. */
uint64_t watched_fits(const struct snapshot *s);

#endif
