/* rows.c: see rows.h. */
#include "tests/support/rows.h"

#include <string.h>

#include "viz/glyph.h"

static char text[4096];

const char *row_text(const struct canvas *c, int row)
{
    size_t n = 0;
    for (int k = 0; k < c->columns && n < sizeof text - 8; k++)
        if (canvas_at(c, row, k)->glyph) n += glyph_to_utf8(canvas_at(c, row, k)->glyph, text + n);
    text[n] = '\0';
    return text;
}

const char *row_trimmed(const struct canvas *c, int row)
{
    row_text(c, row);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
    return text;
}

bool row_has(const struct canvas *c, int row, const char *words)
{
    return strstr(row_text(c, row), words) != NULL;
}

bool row_blank(const struct canvas *c, int row) { return *row_trimmed(c, row) == '\0'; }

bool screen_has(const struct canvas *c, const char *words)
{
    for (int row = 0; row < c->rows; row++)
        if (row_has(c, row, words)) return true;
    return false;
}
