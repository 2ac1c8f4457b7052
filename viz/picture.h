/* picture.h: everything that the scenes need in order to draw one frame. Plain data, borrowed for
 * the time of drawing: nothing here is owned, and nothing is changed. Whoever fills it (cli) knows
 * the target and the commands; the scenes know only this. */
#ifndef PICTURE_H
#define PICTURE_H

#include "changes.h"
#include "snapshot.h"
#include "theme.h"

#define PICTURE_WORDS_MAX 8u

/* One named word of the selected block's header, as it stands in memory. */
struct picture_word {
    const char *name; /* "is_free" */
    uint64_t address;
    unsigned bytes; /* 4 or 8 */
    uint64_t value;
    uint64_t was; /* before the last command */
    bool changed;
    bool wrong; /* it can't be true, or is not what it should be */
    bool pointer; /* shown in hex as an address */
    const char *flag; /* what bit 0 says when it is set and the rest is a size: "free"; NULL: the
                         word has no flag */
    const char *measures; /* what it is the size of, where that is not the whole block: "payload";
                             else NULL */
};

/* The selected block. */
struct picture_detail {
    size_t block; /* index in the snapshot, SNAPSHOT_NONE: nothing is selected */
    const char *name; /* the name given to it, "" if none */
    size_t n_words;
    struct picture_word word[PICTURE_WORDS_MAX];
    uint64_t bytes_at; /* address of bytes[0] */
    const unsigned char *bytes; /* header and payload, as far as they were read */
    size_t n_bytes;
    uint64_t touched_from,
        touched_to; /* addresses of the bytes that were written past the allocator; equal: none */
};

/* After each command, or look, oldest first: what brk and the live bytes were. */
struct picture_history {
    size_t n;
    const uint64_t *heap_bytes;
    const uint64_t *live_bytes;
    const uint64_t *free_bytes, *cached_bytes; /* NULL: not followed */
    bool apart; /* the heap's bytes are not those up to brk, for it has parts */
};

struct picture_line { /* of the log */
    const char *text;
    enum style style;
};

/* Where the person looks. Changed only through view.h. */
struct view {
    enum theme_name theme;
    bool ascii;
    bool projector; /* fewer things, larger: for the back row */
    bool offsets; /* addresses of the heap are shown as offsets from its start */
    /* The heap map shows [map_from, map_from + cells * bytes_per_cell). bytes_per_cell 0: the whole
     * heap (and its page) fits the map. */
    uint64_t bytes_per_cell;
    uint64_t held; /* bytes a cell at which the last command's heap was shown whole, on a map of */
    uint64_t held_cells; /* so many cells, */
    uint64_t held_was; /* and before that command; 0: the same */
    uint64_t
        held_page; /* and on the page before, while the commands of a lesson's page run; else 0 */
    uint64_t scale_least; /* a whole heap's bytes a cell at least: another one beside it has so
                             many; 0: none stands there */
    uint64_t map_from; /* an offset on the axis, bytes */
    size_t table_from; /* the first block of the table; so that, while it has table_rows rows, */
    size_t table_focus; /* block table_focus - 1 is in sight; 0: none has to be */
    size_t table_rows;
    bool selected_none; /* nothing was chosen on purpose: no block is selected until the next change
                         */
    uint32_t selected_id; /* 0 and selected_offset UINT64_MAX: follow what changed last */
    uint64_t selected_offset; /* the selected block's, on the axis */
};

struct picture {
    const struct snapshot *snapshot;
    const struct changes *changes;
    const struct picture_detail *detail;
    const struct picture_history *history;
    const struct view *view;
    const char *pulse; /* of a process that runs by itself: "10 looks a second", "paused"; "" or
                          NULL: it does what it is told */
    const char
        *trace; /* of a trace that is played: operations done of all, "7/11"; "" or NULL: none is */
    const char *switches; /* those of the allocator that differ from the default: "split off, order
                             lifo", "" if none does; NULL too */
    uint32_t seq; /* number of the last command */
    const char *c_line; /* its line of C: "p2 = malloc(32);", "" if none */
    const char *sentence; /* what it did, in words */
    bool failed; /* it failed: sentence is the error */
    const char *answer; /* what a command that changed nothing has said since; "" if none has */
    bool refused; /* it failed: answer is the error */
    const struct picture_line *log; /* oldest first */
    size_t n_log;
    const struct picture_line *output; /* what a program has written, oldest first */
    size_t n_output;
    bool has_output; /* it has a place, even if there is none of it now */
    bool no_log; /* the log has none */
    const char *const *names; /* names[i] belongs to name_ids[i] */
    const uint32_t *name_ids;
    size_t n_names;
    struct picture_lesson {
        const char *title, *text, *hint;
        enum style verdict; /* STYLE_GOOD, STYLE_BAD: text's first line says that an answer is
                               right, or wrong; STYLE_PLAIN: neither */
    } lesson; /* text NULL: none; in lines, "? " before a question */
    const char *notice; /* one line that stands until it is dealt with: "the target was killed …;
                           reset or undo", "" if none */
    bool notice_hints; /* it is help: nothing is wrong */
};

#endif
