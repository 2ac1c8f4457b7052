/* row.c: two passes over the text: where is the cursor, and then the window of columns around it.
 * No state: the window moves by half its width, so that a cursor at rest does not make the text
 * jump. */
#include "cli/prompt/row.h"

#include <string.h>

#include "viz/glyph.h"

/* The next character of *text: its glyphs (a control has two) and how many columns they take; 0
 * columns: nothing to see. */
static int next_glyphs(const char **text, bool ascii, char32_t glyphs[2])
{
    unsigned char byte = (unsigned char)**text;
    glyphs[1] = 0;
    if (byte < 0x20 || byte == 0x7f) {
        (*text)++;
        glyphs[0] = '^';
        glyphs[1] = byte ^ 0x40;
        return 2;
    }
    glyphs[0] = glyph_next(text);
    int width = glyph_width(glyphs[0]);
    if (width < 0) glyphs[0] = GLYPH_BAD;
    if (ascii) glyphs[0] = glyph_ascii(glyphs[0]);
    return width < 0 || (ascii && width > 0) ? 1 : width;
}

struct window {
    struct canvas *c;
    int row, at; /* the next character's column, were there no window */
    int from, columns; /* the window */
};

static void put_text(struct window *w, const char *text, enum style style, bool is_prompt)
{
    while (*text) {
        if (is_prompt && (*text == 1 || *text == 2)) {
            text++;
            continue;
        }
        char32_t glyphs[2];
        int width = next_glyphs(&text, w->c->ascii, glyphs);
        int column = w->at - w->from;
        bool whole = column >= 0 && column + width <= w->columns;
        if (width && whole) canvas_put(w->c, w->row, column, glyphs[0], style, 0);
        if (glyphs[1] && whole) canvas_put(w->c, w->row, column + 1, glyphs[1], style, 0);
        w->at += width;
    }
}

/* How many columns the first bytes of text take. */
static int columns_of(const char *text, size_t bytes, bool ascii, bool is_prompt)
{
    char32_t glyphs[2];
    int columns = 0;
    for (const char *end = text + bytes; text < end && *text;) {
        if (is_prompt && (*text == 1 || *text == 2))
            text++;
        else
            columns += next_glyphs(&text, ascii, glyphs);
    }
    return columns;
}

void row_draw(struct canvas *c, int row, const char *prompt, const char *text, size_t point)
{
    int before = columns_of(prompt, strlen(prompt), c->ascii, true);
    int cursor = before + columns_of(text, point, c->ascii, false);
    int end = before + columns_of(text, strlen(text), c->ascii, false);
    struct window w = {.c = c, .row = row, .columns = c->columns};
    int step = c->columns / 2;
    /* One column is kept for a mark on each side, and the cursor needs one behind the text. */
    if (cursor > c->columns - 2 && step > 0)
        w.from = ((cursor + 1) / step - 1) * step;
    else if (step == 0)
        w.from = cursor;

    canvas_fill(c, row, 0, 1, c->columns, ' ', STYLE_PLAIN, 0);
    put_text(&w, prompt, STYLE_PROMPT, true);
    put_text(&w, text, STYLE_PLAIN, false);
    c->cursor_row = row;
    c->cursor_column = cursor - w.from;
    if (c->columns < 4) return;
    if (w.from > 0) canvas_put(c, row, 0, '<', STYLE_DIM, 0);
    if (end - w.from > c->columns) canvas_put(c, row, c->columns - 1, '>', STYLE_DIM, 0);
}
