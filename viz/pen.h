/* pen.h: drawing within one area of a canvas, in the area's own rows and columns, clipped to it. */
#ifndef PEN_H
#define PEN_H

#include "scene.h"

struct pen {
    struct canvas *canvas;
    struct area area;
};

void pen_put(const struct pen *pen, int row, int column, char32_t glyph, enum style style,
             unsigned marks);
/* Text from column on; what does not fit is cut. Returns the column behind it. */
int pen_text(const struct pen *pen, int row, int column, enum style style, unsigned marks,
             const char *utf8);
int pen_printf(const struct pen *pen, int row, int column, enum style style, unsigned marks,
               const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Text that ends before column end and says so where it is cut: its last column is then "…".
 * Returns the column behind it. */
int pen_cut(const struct pen *pen, int row, int column, int end, enum style style, unsigned marks,
            const char *utf8);
/* Text that means something else when a part of it is missing, a number: all of it, or nothing.
 * Returns the column behind it. */
int pen_whole(const struct pen *pen, int row, int column, enum style style, unsigned marks,
              const char *utf8);
/* Text that ends before column end; nothing if it does not fit behind column start. Returns its
 * first column, or end. */
int pen_right(const struct pen *pen, int row, int start, int end, enum style style, unsigned marks,
              const char *utf8);
void pen_fill(const struct pen *pen, int row, int column, int columns, char32_t glyph,
              enum style style, unsigned marks);
/* Words from row, column on, broken at blanks, following rows indented by indent; what does not fit
 * ends in "…". Returns the rows used. */
int pen_wrap(const struct pen *pen, int row, int column, int indent, enum style style,
             const char *utf8);
int pen_width(const struct pen *pen, const char *utf8); /* columns of a text */

#endif
