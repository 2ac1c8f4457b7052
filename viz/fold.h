/* fold.h: long lines in rows of the screen: broken at a space where there is one, what goes on
 * indented under the line's last column. */
#ifndef FOLD_H
#define FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* A line ends at its zero or its line end. Where the row that begins at byte from of line ends (its
 * byte behind the last), for rows of so many columns; at least one character further on, unless the
 * line ends there. *next: where the next row begins; 0 if the line is over. O(row), but for the
 * indent, O(line). */
size_t fold_row(const char *line, size_t from, int columns, bool ascii, size_t *next);
/* Columns by which all rows of the line but the first are indented: what stands before the last gap
 * of two spaces, or the number that it begins with (" 12. "), if that leaves room. */
int fold_indent(const char *line, int columns, bool ascii);

#endif
