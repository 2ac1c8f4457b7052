/* fold.c: the rows of a long line. */
#include "fold.h"

#include <string.h>

#include "canvas.h"
#include "glyph.h"

#define ROOM_LEAST 24 /* columns that an indent has to leave */

/* The columns of the character at *at, as the canvas shows it; *at moves behind it. */
static int width_of(const char **at, bool ascii)
{
    const struct canvas measure = {.ascii = ascii};
    const char *from = *at;
    char one[5] = "";
    glyph_next(at);
    memcpy(one, from, (size_t)(*at - from));
    return (unsigned char)one[0] >= 0x20 && (unsigned char)one[0] < 0x7f
               ? 1
               : canvas_width(&measure, one);
}

/* Columns of the number that a line begins with, " 12. "; 0: none. */
static int number_columns(const char *line)
{
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");
    return digits > 0 && digits < 8 && strncmp(line + blanks + digits, ". ", 2) == 0
               ? (int)(blanks + digits + 2)
               : 0;
}

int fold_indent(const char *line, int columns, bool ascii)
{
    int column = 0, indent = number_columns(line);
    for (const char *at = line; *at && *at != '\n' && column < columns;) {
        bool gap = at[0] == ' ' && (at == line || at[-1] == ' ');
        column += width_of(&at, ascii);
        if (gap && *at && *at != '\n' && *at != ' ' && column > indent) indent = column;
    }
    return indent + ROOM_LEAST <= columns ? indent : 0;
}

size_t fold_row(const char *line, size_t from, int columns, bool ascii, size_t *next)
{
    int room = columns - (from ? fold_indent(line, columns, ascii) : 0), column = 0;
    const char *at = line + from, *space = NULL;
    bool words = false; /* a space before the first word is no place to break at */
    while (*at && *at != '\n') {
        const char *here = at;
        int width = width_of(&at, ascii);
        if (column + width > room && here > line + from) {
            if (*here == ' ') space = here;
            size_t end = (size_t)((space ? space : here) - line);
            *next = end + strspn(line + end, " ");
            if (!line[*next] || line[*next] == '\n') *next = 0;
            return end;
        }
        if (*here == ' ' && words) space = here;
        words = words || *here != ' ';
        column += width;
    }
    *next = 0;
    return (size_t)(at - line);
}
