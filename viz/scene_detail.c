/* scene_detail.c: the selected block: its header's words with their values before and after, then
 * its bytes. */
#include "fold.h"
#include "label.h"
#include "pen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_LEAST 8 /* columns of a name that is cut */

/* Where the block is, behind what the heading has said: in the most words that fit, else on the
 * next row. Returns the rows used. */
static int draw_place(const struct pen *pen, int at, const char *place, bool payload)
{
    static const char *const before[2][3] = {{"  at ", "  ", " "},
                                             {"  payload at ", "  payload ", " payload "}};
    for (int i = 0; i < 3; i++) {
        const char *words = before[payload][i];
        if (at + pen_width(pen, words) + pen_width(pen, place) > pen->area.columns) continue;
        pen_text(pen, 0, pen_text(pen, 0, at, STYLE_DIM, 0, words), STYLE_NUMBER, 0, place);
        return 1;
    }
    pen_whole(pen, 1, pen_text(pen, 1, 2, STYLE_DIM, 0, payload ? "payload at " : "at "),
              STYLE_NUMBER, 0, place);
    return 2;
}

/* A long name is cut, for the place to stand on the same row; where too little would be left of it,
 * the place goes to the next. */
static int draw_heading(const struct pen *pen, const struct picture *p,
                        const struct snapshot_block *b)
{
    char label[FIGURE_MAX], place[FIGURE_MAX], state[FIGURE_MAX];
    if (b->state == BLOCK_DAMAGED && b->id == 0) {
        int end = pen_text(pen, 0, 0, STYLE_DAMAGED, 0, "damaged");
        return draw_place(pen, end, figure_place(place, p, b->address), false);
    }
    bool used = block_is_taken(b->state);
    const char *name = p->detail->name && *p->detail->name ? p->detail->name
                       : used                              ? label_name(p, b->id)
                                                           : "";
    figure_place(place, p, b->address + (used ? b->header : 0));
    snprintf(state, sizeof state, " %s", label_state_in(b->state, LABEL_QUARANTINE));
    int at = pen_whole(pen, 0, 0, STYLE_LABEL, 0, label_block(label, p, p->detail->block));
    if (*name) {
        int room = pen->area.columns - at - 1 - pen_width(pen, state), width = pen_width(pen, name),
            beside = room - pen_width(pen, place) - (used ? 9 : 1); /* " payload " */
        if (beside >= (width < NAME_LEAST ? width : NAME_LEAST)) room = beside;
        at = pen_cut(pen, 0, at + 1, at + 1 + room, STYLE_CODE, 0, name);
    }
    at = pen_text(pen, 0, at, label_state_style(b->state), MARK_BOLD, state);
    return draw_place(pen, at, place, used);
}

/* A pointer into the heap is a place there, as the table has it. */
static const char *word_figure(char to[FIGURE_MAX], const struct picture *p,
                               const struct picture_word *word, uint64_t value)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    bool place = word->pointer && value >= head->heap_start && value <= head->brk;
    return place ? figure_place(to, p, value) : figure_word(to, word, value);
}

/* What the word was, beside its value, or below it where that is too wide. Returns the row it is
 * on. */
static int draw_was(const struct pen *pen, const struct picture *p, int row, int value_column,
                    int at, const struct picture_word *word)
{
    char was[FIGURE_MAX], text[2 * FIGURE_MAX];
    word_figure(was, p, word, word->was);
    snprintf(text, sizeof text, "(was %s)", was);
    if (at + 1 + pen_width(pen, text) <= pen->area.columns) {
        pen_text(pen, row, at + 1, STYLE_DIM, 0, text);
        return row;
    }
    if (value_column + pen_width(pen, text) > pen->area.columns)
        snprintf(text, sizeof text, "(was %" PRIu64 ")", word->was);
    pen_whole(pen, row + 1, value_column, STYLE_DIM, 0, text);
    return row + 1;
}

static int draw_words(const struct pen *pen, int row, const struct picture *p, uint64_t address)
{
    const struct picture_detail *detail = p->detail;
    char value[FIGURE_MAX];
    int name_width = 0;
    size_t n = detail->n_words < PICTURE_WORDS_MAX ? detail->n_words : PICTURE_WORDS_MAX;
    for (size_t i = 0; i < n; i++)
        if (pen_width(pen, detail->word[i].name) > name_width)
            name_width = pen_width(pen, detail->word[i].name);
    for (size_t i = 0; i < n; i++, row++) {
        const struct picture_word *word = &detail->word[i];
        int column = 4 + name_width + 1;
        word_figure(value, p, word, word->value);
        pen_printf(pen, row, 0, STYLE_DIM, 0, "+%" PRIu64, word->address - address);
        pen_text(pen, row, 4, STYLE_HEADER, 0, word->name);
        if (column + pen_width(pen, value) > pen->area.columns) { /* below its name */
            row++;
            column = 4;
        }
        enum style style = word->wrong     ? STYLE_DAMAGED
                           : word->changed ? STYLE_CHANGED
                                           : STYLE_NUMBER;
        int at = pen_whole(pen, row, column, style, 0, value);
        if (word->changed) row = draw_was(pen, p, row, column, at, word);
    }
    return row;
}

/* Is the byte at address part of a word that changed, or of what somebody wrote? */
static bool byte_changed(const struct picture_detail *detail, uint64_t address)
{
    if (address >= detail->touched_from && address < detail->touched_to) return true;
    for (size_t i = 0; i < detail->n_words && i < PICTURE_WORDS_MAX; i++) {
        const struct picture_word *word = &detail->word[i];
        if (word->changed && address - word->address < word->bytes) return true;
    }
    return false;
}

static enum style byte_style(const struct picture_detail *detail, const struct snapshot_block *b,
                             uint64_t address)
{
    uint64_t into =
        address - b->address; /* wraps, and is then beyond size, where it lies before the block */
    if (byte_changed(detail, address)) return STYLE_CHANGED;
    if (into >= b->size) return STYLE_DIM;
    if (b->state == BLOCK_FOREIGN || b->state == BLOCK_UNKNOWN || b->state == BLOCK_DAMAGED)
        return label_state_style(b->state);
    if (into < b->header) return STYLE_HEADER;
    if (b->state != BLOCK_USED) return label_state_style(b->state);
    return into - b->header < b->requested ? STYLE_PAYLOAD : STYLE_PADDING;
}

/* Where the rows of bytes begin: at the block's start, or where room for that would hide what
 * somebody wrote. */
static size_t bytes_from(const struct picture_detail *detail, size_t room, size_t per_row)
{
    uint64_t into =
        detail->touched_from -
        detail
            ->bytes_at; /* wraps, and is then beyond all bytes, where that lies before the block */
    bool hidden =
        detail->touched_from != detail->touched_to && into < detail->n_bytes && into >= room;
    return hidden ? (size_t)into / per_row * per_row : 0;
}

static void draw_bytes(const struct pen *pen, int row, const struct picture_detail *detail,
                       const struct snapshot_block *b)
{
    /* Offsets are decimal, as the words' are and as the commands tell them. */
    int width = pen->area.columns, per_row = width >= 6 + 16 * 3      ? 16
                                             : width >= 5 + 8 * 3 - 1 ? 8
                                                                      : 4;
    bool characters = width >= 6 + per_row * 4 + 1;
    size_t room = row < pen->area.rows ? (size_t)(pen->area.rows - row) * (size_t)per_row : 0;
    for (size_t at = bytes_from(detail, room, (size_t)per_row);
         row < pen->area.rows && at < detail->n_bytes; at += (size_t)per_row, row++) {
        pen_printf(pen, row, 0, STYLE_DIM, 0, "+%" PRIu64, detail->bytes_at + at - b->address);
        for (int i = 0; i < per_row && at + (size_t)i < detail->n_bytes; i++) {
            unsigned char byte = detail->bytes[at + (size_t)i];
            enum style style = byte_style(detail, b, detail->bytes_at + at + (size_t)i);
            pen_printf(pen, row, 5 + 3 * i, style, 0, "%02x", byte);
            char32_t shown = byte >= 0x20 && byte < 0x7F ? byte : U'.';
            if (characters)
                pen_put(pen, row, 6 + 3 * per_row + i, shown,
                        shown == U'.' && byte != '.' ? STYLE_DIM : style, 0);
        }
    }
}

/* Do as many rows hold all of text, folded at blanks? */
static bool fits(const struct pen *pen, int row, const char *text)
{
    int rows = 0;
    for (size_t from = 0, next; rows == 0 || from != 0; from = next, rows++)
        fold_row(text, from, pen->area.columns, pen->canvas->ascii, &next);
    return row + rows <= pen->area.rows;
}

/* Which word is false, and, where there is room to say it whole, whether anybody can tell what
 * follows. */
static int draw_damage(const struct pen *pen, int row, const struct picture *p,
                       const struct snapshot_block *b)
{
    char text[160];
    const char *wrong = NULL;
    if (b->state != BLOCK_DAMAGED) return row;
    for (size_t i = 0; i < p->detail->n_words && !wrong; i++)
        if (p->detail->word[i].wrong) wrong = p->detail->word[i].name;
    bool ended =
        snapshot_ended_early(p->snapshot) && p->detail->block + 1 == snapshot_n_blocks(p->snapshot);
    snprintf(text, sizeof text, "%.40s can't be true%s", wrong ? wrong : "A word here",
             ended ? "; what lies beyond can't be told from here."
                   : "; the next block is found all the same.");
    if (!fits(pen, row, text))
        snprintf(text, sizeof text, "%.40s can't be true.", wrong ? wrong : "A word here");
    return row + pen_wrap(pen, row, 0, 0, STYLE_DIM, text);
}

void scene_detail(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    if (!p->detail || p->detail->block >= snapshot_n_blocks(p->snapshot)) {
        pen_wrap(&pen, 0, 0, 0, STYLE_DIM,
                 "Nothing is selected. A block's header and bytes stand here.");
        return;
    }
    struct snapshot_block b = snapshot_block(p->snapshot, p->detail->block);
    int row = draw_heading(&pen, p, &b);
    row = draw_words(&pen, row, p, b.address); /* first: their names are what is to be learnt */
    row = draw_damage(&pen, row, p, &b);
    if (p->detail->bytes && !p->view->projector) draw_bytes(&pen, row, p->detail, &b);
}
