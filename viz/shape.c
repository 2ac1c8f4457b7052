/* shape.c: the table. Lines are one unit thick and meet in the middle of the cell; blocks fill from
 * below, shades are dots of two units, a quarter, a half and three quarters of them: the colour is
 * the same however dense they are. */
#include "shape.h"

#include <stdio.h>
#include <string.h>

#define RECT(x, y, w, h)                                                                           \
    {                                                                                              \
        PART_RECT, { (x), (y), (w), (h), 0, 0 }                                                    \
    }
#define TRIANGLE(ax, ay, bx, by, cx, cy)                                                           \
    {                                                                                              \
        PART_TRIANGLE, { (ax), (ay), (bx), (by), (cx), (cy) }                                      \
    }
#define DISC(x, y, r)                                                                              \
    {                                                                                              \
        PART_DISC, { (x), (y), (r), 0, 0, 0 }                                                      \
    }
#define ACROSS RECT(0, 8, 8, 1)
#define LEFT RECT(0, 8, 5, 1)
#define RIGHT RECT(4, 8, 4, 1)
#define DOWN RECT(4, 8, 1, 8)
#define UP RECT(4, 0, 1, 9)
#define UPRIGHT RECT(4, 0, 1, 16)
#define WHOLE RECT(0, 0, 8, 16)
#define STRIPE(y) RECT(0, y, 8, 2)
#define DOTS(y, x) RECT(x, y, 2, 2), RECT((x) + 4, y, 2, 2)
#define LOWER(eighths) RECT(0, 16 - 2 * (eighths), 8, 2 * (eighths))

static const struct {
    char32_t glyph;
    int n;
    struct shape_part part[SHAPE_PARTS_MAX];
} table[] = {
    {U'─', 1, {ACROSS}},
    {U'│', 1, {UPRIGHT}},
    {U'┌', 2, {RIGHT, DOWN}},
    {U'┐', 2, {LEFT, DOWN}},
    {U'└', 2, {RIGHT, UP}},
    {U'┘', 2, {LEFT, UP}},
    {U'├', 2, {RIGHT, UPRIGHT}},
    {U'┤', 2, {LEFT, UPRIGHT}},
    {U'┬', 2, {ACROSS, DOWN}},
    {U'┴', 2, {ACROSS, UP}},
    {U'┼', 2, {ACROSS, UPRIGHT}},
    {U'║', 2, {RECT(2, 0, 1, 16), RECT(5, 0, 1, 16)}},
    {U'═', 2, {RECT(0, 6, 8, 1), RECT(0, 9, 8, 1)}},
    {U'█', 1, {WHOLE}},
    {U'▓',
     12,
     {STRIPE(0), DOTS(2, 2), STRIPE(4), DOTS(6, 0), STRIPE(8), DOTS(10, 2), STRIPE(12),
      DOTS(14, 0)}},
    {U'▒',
     16,
     {DOTS(0, 0), DOTS(2, 2), DOTS(4, 0), DOTS(6, 2), DOTS(8, 0), DOTS(10, 2), DOTS(12, 0),
      DOTS(14, 2)}},
    {U'░', 8, {DOTS(1, 0), DOTS(5, 2), DOTS(9, 0), DOTS(13, 2)}},
    {U'▁', 1, {LOWER(1)}},
    {U'▂', 1, {LOWER(2)}},
    {U'▃', 1, {LOWER(3)}},
    {U'▄', 1, {LOWER(4)}},
    {U'▅', 1, {LOWER(5)}},
    {U'▆', 1, {LOWER(6)}},
    {U'▇', 1, {LOWER(7)}},
    {U'▌', 1, {RECT(0, 0, 4, 16)}},
    {U'▐', 1, {RECT(4, 0, 4, 16)}},
    {U'▀', 1, {RECT(0, 0, 8, 8)}},
    {U'≡', 3, {RECT(1, 4, 7, 2), RECT(1, 8, 7, 2), RECT(1, 12, 7, 2)}},
    {U'·', 1, {RECT(3, 8, 2, 2)}},
    {U'•', 1, {DISC(4, 8, 2)}},
    {U'●', 1, {DISC(4, 8, 3)}},
    {U'▲', 1, {TRIANGLE(4, 3, 8, 13, 0, 13)}},
    {U'▼', 1, {TRIANGLE(0, 3, 8, 3, 4, 13)}},
    {U'►', 1, {TRIANGLE(0, 4, 8, 8, 0, 12)}},
    {U'◄', 1, {TRIANGLE(8, 4, 8, 12, 0, 8)}},
    {U'▸', 1, {TRIANGLE(2, 5, 7, 8, 2, 11)}},
    {U'◂', 1, {TRIANGLE(6, 5, 6, 11, 1, 8)}},
};

#define N (sizeof table / sizeof *table)

const char32_t shape_glyphs[] = {
    U'─', U'│', U'┌', U'┐', U'└', U'┘', U'├', U'┤', U'┬', U'┴', U'┼', U'║', U'═',
    U'█', U'▓', U'▒', U'░', U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'▌', U'▐',
    U'▀', U'≡', U'·', U'•', U'●', U'▲', U'▼', U'►', U'◄', U'▸', U'◂',
};
const unsigned shape_n_glyphs = sizeof shape_glyphs / sizeof *shape_glyphs;
_Static_assert(sizeof shape_glyphs / sizeof *shape_glyphs == N, "one glyph a row");

bool shape_of(char32_t glyph, struct shape *s)
{
    if (glyph < 0x80) return false;
    for (size_t i = 0; i < N; i++) {
        if (table[i].glyph != glyph) continue;
        s->n = table[i].n;
        memcpy(s->part, table[i].part, sizeof s->part);
        const struct shape_part *first = &s->part[0];
        s->stretches = s->n == 1 && first->kind == PART_RECT && first->at[0] == 0 &&
                       first->at[2] == SHAPE_COLUMNS;
        return true;
    }
    return false;
}

/* A part, ending where it began, and from there back to the corner. */
static int part_path(const struct shape_part *p, char *to, size_t room)
{
    const signed char *a = p->at;
    switch (p->kind) {
    case PART_RECT:
        return snprintf(to, room, "m%d %dh%dv%dh-%dzm-%d -%d", a[0], a[1], a[2], a[3], a[2], a[0],
                        a[1]);
    case PART_TRIANGLE:
        return snprintf(to, room, "m%d %dl%d %dl%d %dzm-%d -%d", a[0], a[1], a[2] - a[0],
                        a[3] - a[1], a[4] - a[2], a[5] - a[3], a[0], a[1]);
    case PART_DISC:
        return snprintf(to, room, "m%d %da%d %d 0 1 0 %d 0a%d %d 0 1 0 -%d 0zm-%d -%d", a[0] - a[2],
                        a[1], a[2], a[2], 2 * a[2], a[2], a[2], 2 * a[2], a[0] - a[2], a[1]);
    }
    return 0;
}

const char *shape_path(const struct shape *s, char path[SHAPE_PATH_MAX])
{
    size_t at = 0;
    path[0] = '\0';
    for (int i = 0; i < s->n && at < SHAPE_PATH_MAX; i++)
        at += (size_t)part_path(&s->part[i], path + at, SHAPE_PATH_MAX - at);
    return path;
}
