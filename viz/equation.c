/* equation.c: what the heap's bytes are: each term with its glyph and colour, which makes it the
 * legend too. */
#include "equation.h"

#include "figure.h"

/* The ways of writing it: the first that fits is taken, the last if none does. */
enum wording { IN_FULL, IN_SHORT, WITHOUT_ZEROS, IN_LETTERS };

static const char *term_figure(char to[FIGURE_MAX], uint64_t n, enum wording wording)
{
    return wording == IN_FULL || wording == WITHOUT_ZEROS
               ? figure_count(to, n)
               : figure_fit(to, n, wording == IN_SHORT ? FIGURE_MAX : 4);
}

static int draw_term(const struct pen *pen, int at, enum style style, uint64_t n,
                     const char *const words[2], enum wording wording)
{
    char count[FIGURE_MAX], letter[2] = {theme_letter(style), '\0'};
    const char *word = wording == IN_LETTERS ? letter : words[wording == IN_SHORT];
    if (n == 0 && wording == WITHOUT_ZEROS && style != STYLE_PAYLOAD)
        return at; /* its sign is the = */
    int needed = 5 + pen_width(pen, term_figure(count, n, wording)) + (wording != IN_LETTERS) +
                 pen_width(pen, word);
    if (at + needed > pen->area.columns) { /* a part of a number would be another number */
        if (at <= pen->area.columns)
            pen_put(pen, 0, at < pen->area.columns ? at : at - 1, U'…', STYLE_DIM, 0);
        return at + needed;
    }
    at = pen_text(pen, 0, at, STYLE_DIM, 0, style == STYLE_PAYLOAD ? " = " : " + ");
    pen_put(pen, 0, at, theme_fill(style, pen->canvas->ascii), style, 0);
    at = pen_text(pen, 0, at + 2, style, 0, count);
    if (wording != IN_LETTERS) at++;
    return pen_text(pen, 0, at, style, 0, word);
}

static int draw_equation(const struct pen *pen, const struct snapshot *s, enum wording wording)
{
    static const char *const words[][2] = {{"live", "live"},       {"padding", "pad"},
                                           {"headers", "hdr"},     {"free", "free"},
                                           {"cached", "cached"},   {"foreign", "foreign"},
                                           {"damaged", "damaged"}, {"unknown", "unknown"}};
    static const char *const in_use[] = {"in use", "used"};
    const struct snapshot_stats *stats = snapshot_stats(s);
    char count[FIGURE_MAX];
    int at = pen_text(pen, 0, 1, STYLE_LABEL, 0, "HEAP");
    at = pen_text(pen, 0, at + 1, STYLE_LABEL, 0, term_figure(count, stats->heap_bytes, wording));
    if (wording == IN_FULL || wording == WITHOUT_ZEROS)
        at = pen_text(pen, 0, at, STYLE_LABEL, 0, " B");
    bool unasked = snapshot_head(s)->unasked; /* then what of it is padding is not known */
    at = draw_term(pen, at, STYLE_PAYLOAD, stats->live_bytes, unasked ? in_use : words[0], wording);
    if (!unasked) at = draw_term(pen, at, STYLE_PADDING, stats->padding_bytes, words[1], wording);
    at = draw_term(pen, at, STYLE_HEADER, stats->header_bytes, words[2], wording);
    at = draw_term(pen, at, STYLE_FREE, stats->free_bytes, words[3], wording);
    if (stats->cached_bytes)
        at = draw_term(pen, at, STYLE_CACHED, stats->cached_bytes, words[4], wording);
    if (stats->foreign_bytes)
        at = draw_term(pen, at, STYLE_FOREIGN, stats->foreign_bytes, words[5], wording);
    if (stats->unknown_bytes)
        at = draw_term(pen, at, STYLE_FOREIGN, stats->unknown_bytes, words[7], wording);
    if (stats->damaged_bytes)
        at = draw_term(pen, at, STYLE_DAMAGED, stats->damaged_bytes, words[6], wording);
    return at;
}

void equation_draw(const struct pen *pen, const struct snapshot *s)
{
    struct canvas nowhere = {
        .ascii = pen->canvas->ascii}; /* nothing is put on it, so that it only measures */
    struct pen ruler = {&nowhere, {0, 0, 1, INT16_MAX}};
    enum wording wording = IN_FULL;
    while (wording < IN_LETTERS && draw_equation(&ruler, s, wording) > pen->area.columns)
        wording++;
    draw_equation(pen, s, wording);
}
