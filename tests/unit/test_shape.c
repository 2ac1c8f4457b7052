/* test_shape.c: the drawn glyphs look like their names: arms that meet in the middle, eighths,
 * shades of a quarter, a half and three quarters, signs that point where they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "viz/shape.h"

static struct shape shape(char32_t glyph)
{
    struct shape s;
    if (!shape_of(glyph, &s)) fail_msg("U+%04X is not drawn", (unsigned)glyph);
    return s;
}

/* ── What is made of rectangles, by its units: the bit of a column is set where it is covered ── */

static void cover(char32_t glyph, unsigned char rows[SHAPE_ROWS])
{
    struct shape s = shape(glyph);
    memset(rows, 0, SHAPE_ROWS);
    for (int i = 0; i < s.n; i++) {
        const signed char *at = s.part[i].at;
        assert_int_equal(s.part[i].kind, PART_RECT);
        assert_true(at[0] >= 0 && at[1] >= 0 && at[0] + at[2] <= SHAPE_COLUMNS &&
                    at[1] + at[3] <= SHAPE_ROWS);
        for (int y = at[1]; y < at[1] + at[3]; y++)
            for (int x = at[0]; x < at[0] + at[2]; x++)
                rows[y] = (unsigned char)(rows[y] | 1u << x);
    }
}

static unsigned covered(char32_t glyph)
{
    unsigned char rows[SHAPE_ROWS];
    unsigned n = 0;
    cover(glyph, rows);
    for (int y = 0; y < SHAPE_ROWS; y++)
        for (int x = 0; x < SHAPE_COLUMNS; x++)
            n += rows[y] >> x & 1u;
    return n;
}

/* One unit wide, from the middle (column 4, row 8) to the edges where a neighbour's arm begins. */
static void arms_meet_in_the_middle(void **unused)
{
    (void)unused;
    enum { L = 1, R = 2, U = 4, D = 8 };
    static const struct {
        char32_t glyph;
        int arms;
    } lines[] = {{U'─', L | R},     {U'│', U | D},     {U'┌', R | D},        {U'┐', L | D},
                 {U'└', R | U},     {U'┘', L | U},     {U'├', R | U | D},    {U'┤', L | U | D},
                 {U'┬', L | R | D}, {U'┴', L | R | U}, {U'┼', L | R | U | D}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        unsigned char rows[SHAPE_ROWS];
        cover(lines[i].glyph, rows);
        for (int y = 0; y < SHAPE_ROWS; y++)
            for (int x = 0; x < SHAPE_COLUMNS; x++) {
                bool across =
                    y == 8 && ((x <= 4 && lines[i].arms & L) || (x >= 4 && lines[i].arms & R));
                bool along =
                    x == 4 && ((y <= 8 && lines[i].arms & U) || (y >= 8 && lines[i].arms & D));
                if ((rows[y] >> x & 1) != (across || along))
                    fail_msg("U+%04X: column %d, row %d", (unsigned)lines[i].glyph, x, y);
            }
    }
    unsigned char
        rows[SHAPE_ROWS]; /* the double line lies on both sides of where a single one would */
    cover(U'═', rows);
    assert_int_equal(covered(U'═'), 2 * SHAPE_COLUMNS);
    assert_int_equal(rows[8], 0);
}

static void blocks_and_shades_cover_their_part(void **unused)
{
    (void)unused;
    static const char32_t eighths[] = {U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'█'};
    unsigned char rows[SHAPE_ROWS];
    for (int n = 1; n <= 8; n++) {
        cover(eighths[n - 1], rows);
        for (int y = 0; y < SHAPE_ROWS; y++)
            assert_int_equal(rows[y], y >= SHAPE_ROWS - 2 * n ? 0xff : 0);
    }
    cover(U'▀', rows);
    for (int y = 0; y < SHAPE_ROWS; y++)
        assert_int_equal(rows[y], y < SHAPE_ROWS / 2 ? 0xff : 0);
    cover(U'▌', rows);
    for (int y = 0; y < SHAPE_ROWS; y++)
        assert_int_equal(rows[y], 0x0f);
    cover(U'▐', rows);
    for (int y = 0; y < SHAPE_ROWS; y++)
        assert_int_equal(rows[y], 0xf0);
    assert_int_equal(covered(U'░'), SHAPE_COLUMNS * SHAPE_ROWS / 4);
    assert_int_equal(covered(U'▒'), SHAPE_COLUMNS * SHAPE_ROWS / 2);
    assert_int_equal(covered(U'▓'), SHAPE_COLUMNS * SHAPE_ROWS * 3 / 4);
}

static void three_bars_are_alike(void **unused)
{
    (void)unused;
    unsigned char rows[SHAPE_ROWS];
    cover(U'≡', rows);
    for (int bar = 0; bar < 3; bar++)
        for (int y = 0; y < 4; y++)
            assert_int_equal(rows[4 + 4 * bar + y], y < 2 ? 0xfe : 0);
    assert_int_equal(covered(U'≡'), 3 * 2 * 7);
    assert_int_equal(covered(U'·'), 2 * 2);
}

/* ── Signs ── */

/* The corners of a, mirrored by that, are those of b, in any order. */
static void mirrored(char32_t a, bool across, bool down, char32_t b)
{
    struct shape p = shape(a), q = shape(b);
    assert_int_equal(p.n, 1);
    assert_int_equal(q.n, 1);
    assert_int_equal(p.part[0].kind, PART_TRIANGLE);
    assert_int_equal(q.part[0].kind, PART_TRIANGLE);
    for (int i = 0; i < 6; i += 2) {
        int x = across ? SHAPE_COLUMNS - p.part[0].at[i] : p.part[0].at[i];
        int y = down ? SHAPE_ROWS - p.part[0].at[i + 1] : p.part[0].at[i + 1];
        bool found = false;
        for (int k = 0; k < 6; k += 2)
            found |= q.part[0].at[k] == x && q.part[0].at[k + 1] == y;
        if (!found) fail_msg("U+%04X and U+%04X: corner %d, %d", (unsigned)a, (unsigned)b, x, y);
    }
}

static void triangles_point_where_they_should(void **unused)
{
    (void)unused;
    mirrored(U'▲', true, false, U'▲');
    mirrored(U'▲', false, true, U'▼');
    mirrored(U'►', false, true, U'►');
    mirrored(U'►', true, false, U'◄');
    mirrored(U'▸', false, true, U'▸');
    mirrored(U'▸', true, false, U'◂');
    static const struct {
        char32_t glyph;
        int x, y; /* its tip; the other two corners lie on the other side of the cell's middle */
    } tips[] = {{U'▲', 4, 3}, {U'▼', 4, 13}, {U'►', 8, 8},
                {U'◄', 0, 8}, {U'▸', 7, 8},  {U'◂', 1, 8}};
    for (size_t i = 0; i < sizeof tips / sizeof *tips; i++) {
        struct shape s = shape(tips[i].glyph);
        const signed char *at = s.part[0].at;
        int found = 0, behind = 0;
        for (int k = 0; k < 6; k += 2) {
            found += at[k] == tips[i].x && at[k + 1] == tips[i].y;
            behind += tips[i].x == 4 ? (at[k + 1] < 8) == (tips[i].y > 8)
                                     : (at[k] < 4) == (tips[i].x > 4);
        }
        assert_int_equal(found, 1);
        assert_int_equal(behind, 2);
    }
}

static void dots_lie_in_the_middle(void **unused)
{
    (void)unused;
    struct shape small = shape(U'•'), large = shape(U'●');
    assert_int_equal(small.part[0].kind, PART_DISC);
    assert_int_equal(large.part[0].kind, PART_DISC);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(small.part[0].at[i], i ? SHAPE_ROWS / 2 : SHAPE_COLUMNS / 2);
        assert_int_equal(large.part[0].at[i], i ? SHAPE_ROWS / 2 : SHAPE_COLUMNS / 2);
    }
    assert_true(small.part[0].at[2] < large.part[0].at[2] &&
                large.part[0].at[2] <= SHAPE_COLUMNS / 2);
}

/* A run of what goes from edge to edge, and is one rectangle, is one wider rectangle: no seam.
 * Nothing else may be drawn so. */
static void what_stretches_is_one_rectangle(void **unused)
{
    (void)unused;
    static const char32_t wide[] = U"─█▁▂▃▄▅▆▇▀";
    for (unsigned i = 0; i < shape_n_glyphs; i++) {
        bool expected = false;
        for (size_t k = 0; wide[k]; k++)
            expected |= wide[k] == shape_glyphs[i];
        if (shape(shape_glyphs[i]).stretches != expected)
            fail_msg("U+%04X", (unsigned)shape_glyphs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_meet_in_the_middle),
        cmocka_unit_test(blocks_and_shades_cover_their_part),
        cmocka_unit_test(three_bars_are_alike),
        cmocka_unit_test(triangles_point_where_they_should),
        cmocka_unit_test(dots_lie_in_the_middle),
        cmocka_unit_test(what_stretches_is_one_rectangle),
    };
    return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
