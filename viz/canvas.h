/* canvas.h: a grid of styled cells: what every scene draws on and every face shows.
 *
 * A cell holds one character of one or two columns; the second column of a wide one is a cell with
 * glyph 0. Drawing outside is clipped. A canvas never holds a control character: what is
 * unprintable is put as U+FFFD (canvas_put) or escaped (canvas_text). */
#ifndef CANVAS_H
#define CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "theme.h"

struct cell {
    char32_t glyph; /* 0: the second half of the wide one to the left */
    enum style style;
    uint8_t marks; /* MARK_* bits, laid over the style */
};

struct canvas {
    int rows, columns; /* at least 1 each */
    bool ascii; /* only ASCII may be put: see theme.h for glyphs */
    int cursor_row, cursor_column; /* where the cursor is to stand; -1 hides it */
    struct cell *cells; /* row after row */
};

/* Storage is the canvas's own. False and errno on no memory. resize keeps nothing of the contents.
 */
bool canvas_init(struct canvas *c, int rows, int columns, bool ascii);
bool canvas_resize(struct canvas *c, int rows, int columns);
void canvas_release(struct canvas *c);

void canvas_clear(struct canvas *c);
void canvas_put(struct canvas *c, int row, int column, char32_t glyph, enum style style,
                unsigned marks);
/* UTF-8 text from column on, at most width columns; returns the columns used. Controls become
 * \n-like escapes or ^X, invalid bytes U+FFFD ('?' in ASCII). */
int canvas_text(struct canvas *c, int row, int column, int width, const char *utf8,
                enum style style, unsigned marks);
void canvas_fill(struct canvas *c, int row, int column, int rows, int columns, char32_t glyph,
                 enum style style, unsigned marks);
const struct cell *canvas_at(const struct canvas *c, int row, int column); /* NULL outside */
/* How many columns text takes as canvas_text would put it. */
int canvas_width(const struct canvas *c, const char *utf8);

#endif
