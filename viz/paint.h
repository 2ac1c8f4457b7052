/* paint.h: the real colours of cells, for faces that are no terminal. Where a theme leaves a colour
 * to the terminal, the theme's own paper and ink stand in: near black and near white in the dark
 * one, white and near black in the light one, white and black in mono, to be printed. */
#ifndef PAINT_H
#define PAINT_H

#include "canvas.h"

struct colour {
    uint8_t red, green, blue;
};

struct paint {
    struct colour front, back;
    bool on_paper; /* back is the paper's: nothing need be filled */
    bool bold, underline;
};

struct colour paint_paper(enum theme_name theme);
struct colour paint_ink(enum theme_name theme);
/* A style with a cell's marks laid over it, reversal done. */
struct paint paint_style(enum theme_name theme, enum style style, unsigned marks);
/* Do both look the same, on blanks and on glyphs? */
bool paint_same(const struct paint *a, const struct paint *b);
#define PAINT_TEXT 8 /* "#rrggbb" and its NUL */
const char *paint_text(char text[PAINT_TEXT], struct colour c);

#endif
