/* own_view.h: what is seen of a stranger's heap, beside the payloads that the session gave: its
 * bytes, which of its words the present command changed, and a map of its blocks where its words
 * read as one, or where it tells one itself. */
#ifndef OWN_VIEW_H
#define OWN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWN_VIEW_BYTES (64u << 20) /* of the heap, from its start on, at most */
#define OWN_VIEW_TEXT 64u
#define OWN_VIEW_WORDS 32u /* changed ones that are kept */

struct own_bytes {
    unsigned char *byte;
    size_t n, room;
};

/* A word outside of payloads in use that the command changed. */
struct own_word {
    uint64_t address, was, now;
};

struct own_part {
    uint64_t address, size, payload;
    bool used;
};

/* In order of address; they do not overlap. */
struct own_map {
    struct own_part *block;
    size_t n, room;
};

enum own_source { OWN_SOURCE_SESSION, OWN_SOURCE_GUESS, OWN_SOURCE_REPORT };

/* Memory that can be read, as far as it goes. */
struct own_run {
    uint64_t from, to;
};

struct own_view {
    struct own_run *run; /* of the heap, in order of address, as the last look found them: where
                            pages are mapped and unmapped there may be several, else it is one */
    size_t n_runs, room_runs;
    struct own_bytes next, now, before; /* of the look under way, of the last one, and of the last
                                           one before the command */
    bool has_now, has_before;
    bool no_guess; /* words plain: no map is guessed */
    enum own_source source; /* whose map the last picture shows */
    unsigned width; /* bytes of the words that said sizes, when that could be guessed last: 4 or 8;
                       0: it never could */
    struct own_map map;
    char wrong[160]; /* of what it told itself: why it is not shown, or what it lacks; "" */
    bool deaf; /* the target did not come back from telling, and is not asked again */
    struct own_word word[OWN_VIEW_WORDS];
    size_t n_words; /* that changed, of which the first are kept */
    unsigned word_bytes; /* each has so many */
    uint64_t freed_from,
        freed_to; /* the payload that was freed last in this command; equal: none */
};

/* Could all of [from, to) be read at the last look? O(log runs). */
bool own_view_maps(const struct own_view *v, uint64_t from, uint64_t to);

/* Behind a sentence about words of a heap of so many bytes: "; only the heap's first 67108864 bytes
 * were read", or "" where all of them were. */
const char *own_view_extent(const struct own_view *v, uint64_t heap_bytes,
                            char text[OWN_VIEW_TEXT]);

/* A command begins. */
void own_view_begin(struct own_view *v);
void own_view_release(struct own_view *v);

/* A map of the heap as the bytes of the look read: words of 4 or 8 bytes before each payload, which
 * say a size and, in their lowest bit, whether the block is in use, as in CS:APP, lead from block
 * to block to brk, by every payload in use and by no other block in use but the first. It is a
 * guess. False: there is none. O(heap). */
struct ledger_block;
bool own_view_guess(struct own_view *v, uint64_t start, const struct ledger_block *live, size_t n);

/* "session", "guess", "report". */
const char *own_source_name(enum own_source source);

#endif
