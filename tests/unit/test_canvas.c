/* test_canvas.c: clipping, wide characters, and text that means harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/canvas.h"
#include "viz/figure.h"
#include "viz/glyph.h"

static char row_text[512];

static const char *row_of(const struct canvas *c, int row)
{
    size_t n = 0;
    for (int k = 0; k < c->columns; k++) {
        char32_t glyph = canvas_at(c, row, k)->glyph;
        if (glyph) n += glyph_to_utf8(glyph, row_text + n);
    }
    while (n && row_text[n - 1] == ' ')
        n--;
    row_text[n] = '\0';
    return row_text;
}

static void drawing_outside_is_clipped(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 2, 5, false));
    canvas_put(&c, -1, 0, U'x', STYLE_PLAIN, 0);
    canvas_put(&c, 2, 0, U'x', STYLE_PLAIN, 0);
    canvas_put(&c, 0, 5, U'x', STYLE_PLAIN, 0);
    canvas_put(&c, 0, -1, U'x', STYLE_PLAIN, 0);
    canvas_text(&c, 0, 3, 100, "abcdef", STYLE_PLAIN, 0);
    canvas_text(&c, 1, -2, 100, "abcd", STYLE_PLAIN, 0);
    assert_string_equal(row_of(&c, 0), "   ab");
    assert_string_equal(row_of(&c, 1), "cd");
    canvas_fill(&c, -5, -5, 100, 100, U'.', STYLE_DIM, 0);
    assert_string_equal(row_of(&c, 1), ".....");
    assert_null(canvas_at(&c, 0, 5));
    assert_null(canvas_at(&c, -1, 0));
    assert_true(canvas_resize(&c, 0, -3));
    assert_int_equal(c.rows, 1);
    assert_int_equal(c.columns, 1);
    assert_int_equal(canvas_at(&c, 0, 0)->glyph, U' ');
    canvas_release(&c);
}

static void width_limits_text(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 20, false));
    assert_int_equal(canvas_text(&c, 0, 0, 3, "abcdef", STYLE_PLAIN, 0), 3);
    assert_int_equal(canvas_text(&c, 0, 5, 2, "日本", STYLE_PLAIN, 0), 2);
    assert_int_equal(canvas_text(&c, 0, 8, 3, "日本", STYLE_PLAIN, 0),
                     2); /* half a character is none */
    assert_string_equal(row_of(&c, 0), "abc  日 日");
    assert_int_equal(canvas_width(&c, "日本 ok"), 7);
    canvas_release(&c);
}

static void wide_characters_keep_their_halves_together(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 4, false));
    canvas_text(&c, 0, 0, 4, "日本", STYLE_PLAIN, 0);
    assert_int_equal(canvas_at(&c, 0, 1)->glyph, 0);
    canvas_put(&c, 0, 1, U'x', STYLE_PLAIN, 0); /* cuts the first one */
    assert_string_equal(row_of(&c, 0), " x本");
    canvas_put(&c, 0, 2, U'y', STYLE_PLAIN, 0);
    assert_string_equal(row_of(&c, 0), " xy");
    canvas_put(&c, 0, 3, U'日', STYLE_PLAIN, 0); /* half outside */
    assert_string_equal(row_of(&c, 0), " xy");
    canvas_release(&c);
}

static void controls_are_shown_not_sent(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 80, false));
    canvas_text(&c, 0, 0, 80, "a\033[2J\ab\nc\td\x7f\x01", STYLE_PLAIN, 0);
    assert_string_equal(row_of(&c, 0), "a^[[2J\\ab\\nc\\td^?^A");
    canvas_clear(&c);
    canvas_text(&c, 0, 0, 80, "\xff\xc3(\xe2\x82 \xed\xa0\x80 \xc0\xaf \xf5\x80\x80\x80 \xc2\x9b",
                STYLE_PLAIN, 0);
    for (int k = 0; k < 80; k++) {
        char32_t glyph = canvas_at(&c, 0, k)->glyph;
        assert_true(glyph == U' ' || glyph == U'(' || glyph == GLYPH_BAD);
    }
    canvas_clear(&c);
    canvas_text(&c, 0, 0, 80,
                "a\xe2\x80\xae"
                "b",
                STYLE_PLAIN, 0); /* U+202E turns the line round */
    assert_int_equal(canvas_at(&c, 0, 1)->glyph, GLYPH_BAD);
    canvas_put(&c, 0, 0, 0x1B, STYLE_PLAIN, 0);
    assert_int_equal(canvas_at(&c, 0, 0)->glyph, GLYPH_BAD);
    canvas_put(&c, 0, 0, 0x301, STYLE_PLAIN, 0); /* combining, alone */
    assert_int_equal(canvas_at(&c, 0, 0)->glyph, GLYPH_BAD);
    canvas_release(&c);
}

static void random_bytes_do_no_harm(void **unused)
{
    (void)unused;
    struct canvas c;
    uint32_t state = 3;
    assert_true(canvas_init(&c, 3, 40, false));
    for (int run = 0; run < 3000; run++) {
        char text[60];
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (char)(picture_sample_random(&state) % 256);
        text[sizeof text - 1] = '\0';
        c.ascii = run % 2;
        int width = (int)(picture_sample_random(&state) % 50),
            used = canvas_text(&c, 1, 0, width, text, STYLE_PLAIN, 0);
        assert_true(used <= width);
        for (int k = 0; k < c.columns; k++) {
            char32_t glyph = canvas_at(&c, 1, k)->glyph;
            assert_true(glyph == 0 || glyph_width(glyph) > 0);
            if (c.ascii && k < used) assert_true(glyph < 0x7F && glyph >= 0x20);
        }
        canvas_clear(&c);
    }
    canvas_release(&c);
}

static void ascii_has_stand_ins(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 20, true));
    canvas_text(&c, 0, 0, 20, "│─►▲…日é", STYLE_PLAIN, 0);
    assert_string_equal(row_of(&c, 0), "|->^~??");
    canvas_release(&c);
}

static void figures_read_well(void **unused)
{
    (void)unused;
    char to[FIGURE_MAX];
    assert_string_equal(figure_count(to, 0), "0");
    assert_string_equal(figure_count(to, 999), "999");
    assert_string_equal(figure_count(to, 1234567), "1,234,567");
    assert_string_equal(figure_count(to, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(figure_bytes(to, 208), "208 B");
    assert_string_equal(figure_bytes(to, 4096), "4 KiB");
    assert_string_equal(figure_bytes(to, 1536 * 1024), "1.5 MiB");
    assert_string_equal(figure_bytes(to, UINT64_MAX), "15.9 EiB");
    assert_string_equal(figure_delta(to, 5, 5), "±0");
    assert_string_equal(figure_delta(to, 0, 1096), "+1,096");
    assert_string_equal(figure_delta(to, 48, 0), "−48");
    assert_string_equal(figure_fit(to, 999999, 6), "999999");
    assert_string_equal(figure_fit(to, 1234567, 6), "1.2M");
    assert_string_equal(figure_fit(to, 99999999, 6), "95M");
    assert_string_equal(figure_fit(to, 999, 2), "999"); /* nothing shorter tells it */
    for (uint64_t n = 1; n < UINT64_MAX / 10; n = n * 9 + 7)
        assert_true(strlen(figure_fit(to, n, 4)) <= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_outside_is_clipped),
        cmocka_unit_test(width_limits_text),
        cmocka_unit_test(wide_characters_keep_their_halves_together),
        cmocka_unit_test(controls_are_shown_not_sent),
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(ascii_has_stand_ins),
        cmocka_unit_test(figures_read_well),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
