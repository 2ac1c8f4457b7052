/* scribble.c: chance with a seed. */
#include "tests/support/scribble.h"

#include "viz/glyph.h"

static uint32_t dice(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

void scribble(struct canvas *c, uint32_t seed)
{
    static const char32_t some[] = U"     aZ<&>\"'█░▒▓≡·─│┌┘▲►●▂▆é→漢字界😀🂡";
    canvas_clear(c);
    for (int i = 0; i < c->rows * c->columns / 3; i++) {
        char32_t glyph = some[dice(&seed, sizeof some / sizeof *some - 1)];
        enum style style = (enum style)dice(&seed, STYLE_N);
        unsigned marks = dice(&seed, 4) ? 0 : dice(&seed, 8);
        int row = (int)dice(&seed, (uint32_t)c->rows),
            column = (int)dice(&seed, (uint32_t)c->columns), n = 1 + (int)dice(&seed, 9);
        for (int k = 0; k < n; k++)
            canvas_put(c, row, column + k * glyph_width(glyph), glyph, style, marks);
    }
}

void scribble_on(struct canvas *c, uint32_t seed)
{
    scribble(c, seed / 4);
    for (uint32_t i = 0; i < seed % 4; i++)
        canvas_put(c, (int)dice(&seed, (uint32_t)c->rows), (int)dice(&seed, (uint32_t)c->columns),
                   U'é', STYLE_CHANGED, 0);
}

FILE *written_begin(struct written *w) { return open_memstream(&w->text, &w->n); }
