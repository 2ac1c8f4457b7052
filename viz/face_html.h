/* face_html.h: one page that plays a session back: a slider and keys, every step's frame a canvas,
 * its words beside it. The page needs nothing beside itself and asks no network: its content
 * security policy allows its own script (by hash) and its own style, and nothing else.
 *
 * What the page holds, as JSON in <script type="application/json" id="session">:
 *   rows, columns, theme; steps [{c: command, l: line of C, s: sentence, f: 1 if it failed, r:
 *   [row, text, row, text, …]}]: the rows that differ from
 *   the step before; a row's text is a string, [n, m, string] with the first n and the last m units
 *   (of UTF-16) of the row's text before around it, or
 *   the number of an equal text, counted as they come; looks {number: 1 back, 2 underline}; shapes
 *   {glyph: path}.
 *   In a row's text, U+E000 + look begins cells of that look, U+E800 + n repeats the glyph before n
 *   times more, U+F000 stands before
 *   one of two columns: a canvas holds no private characters. */
#ifndef FACE_HTML_H
#define FACE_HTML_H

#include <stdio.h>

#include "canvas.h"

struct face_html;

/* What is said of a step; UTF-8, "" if there is none. */
struct face_html_words {
    const char *command, *c_line, *sentence;
    bool failed;
};

/* Begin a page on to (borrowed) of frames of rows × columns, shown in theme at first. NULL on no
 * memory. */
struct face_html *face_html_new(FILE *to, const char *title, enum theme_name theme, int rows,
                                int columns);
/* Add a step; c has the page's rows and columns. False on no memory or a write error. O(cells). */
bool face_html_step(struct face_html *h, const struct canvas *c,
                    const struct face_html_words *words);
/* Write the rest. False on a write error. */
bool face_html_end(struct face_html *h);
void face_html_free(struct face_html *h); /* NULL is allowed */

#endif
