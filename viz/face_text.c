/* face_text.c: rows as lines. A style row has, under each character that is not blank, the letter
 * of its style. */
#include "face_text.h"

#include "glyph.h"

/* One letter a style, in the order of enum style. */
static const char letters[STYLE_N + 1] = ".dTFlnhupfx!_-tDbsLB*@+~c>";

static int last_column(const struct canvas *c, int row)
{
    int last = c->columns - 1;
    while (last >= 0 && canvas_at(c, row, last)->glyph == U' ')
        last--;
    return last;
}

static bool write_row(const struct canvas *c, int row, FILE *out)
{
    for (int column = 0, last = last_column(c, row); column <= last; column++) {
        char utf8[5];
        char32_t glyph = canvas_at(c, row, column)->glyph;
        if (!glyph) continue; /* the wide one before it covers this column */
        glyph_to_utf8(glyph, utf8);
        if (fputs(utf8, out) == EOF) return false;
    }
    return fputc('\n', out) != EOF;
}

static bool write_style_row(const struct canvas *c, int row, FILE *out)
{
    for (int column = 0, last = last_column(c, row); column <= last; column++) {
        const struct cell *cell = canvas_at(c, row, column);
        char letter = cell->glyph == U' ' ? ' ' : letters[cell->style];
        if (fputc(letter, out) == EOF) return false;
    }
    return fputc('\n', out) != EOF;
}

bool face_text_write(const struct canvas *c, FILE *out)
{
    for (int row = 0; row < c->rows; row++)
        if (!write_row(c, row, out)) return false;
    return fflush(out) == 0;
}

bool face_text_write_styles(const struct canvas *c, FILE *out)
{
    for (int row = 0; row < c->rows; row++)
        if (!write_row(c, row, out) || !write_style_row(c, row, out)) return false;
    return fflush(out) == 0;
}
