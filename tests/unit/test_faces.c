/* test_faces.c: a canvas as svg, png and pdf: each well-formed, true to the canvas, harmless
 * whatever the text says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/markup.h"
#include "tests/support/png.h"
#include "tests/support/scribble.h"
#include "viz/face_cairo.h"
#include "viz/face_svg.h"
#include "viz/glyph.h"
#include "viz/paint.h"
#include "viz/runs.h"

static const struct caption caption = {"a <title> & \"more\"",
                                       "text with ]]> and \x02 and \xc3 and </desc>"};

/* ── Pieces ── */

static void runs_cover_each_row_once(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 12, 70, false));
    for (uint32_t seed = 0; seed < 200; seed++) {
        scribble(&c, seed);
        for (int row = 0; row < c.rows; row++)
            for (int column = 0; column < c.columns;) {
                struct run r = run_at(&c, THEME_DARK, row, column);
                assert_int_equal(r.column, column);
                assert_true(r.columns > 0 && column + r.columns <= c.columns);
                const struct cell *last = canvas_at(&c, row, column + r.columns - 1);
                if (r.kind == RUN_TEXT) assert_int_not_equal(last->glyph, U' ');
                for (int i = 0; i < r.columns && r.kind == RUN_SHAPE; i++)
                    assert_int_equal(canvas_at(&c, row, column + i)->glyph, r.glyph);
                column += r.columns;
            }
    }
    canvas_release(&c);
}

static int first_run(struct canvas *c, enum style blank)
{
    canvas_put(c, 0, 0, U'a', STYLE_CHANGED, 0);
    canvas_put(c, 0, 1, U' ', blank, 0);
    canvas_put(c, 0, 2, U'b', STYLE_CHANGED, 0);
    return run_at(c, THEME_LIGHT, 0, 0).columns;
}

/* A blank between two words of one look belongs to their text, unless it is seen by itself: on
 * another ground. */
static void a_text_goes_on_over_its_own_ground(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 4, false));
    assert_int_equal(first_run(&c, STYLE_CHANGED), 3);
    assert_int_equal(first_run(&c, STYLE_SELECTED), 1); /* another colour behind it */
    assert_int_equal(first_run(&c, STYLE_PLAIN), 1); /* none */
    canvas_put(&c, 0, 0, U'a', STYLE_PLAIN, 0);
    canvas_put(&c, 0, 1, U' ', STYLE_DIM, 0); /* all on the paper, where a blank has no colour */
    canvas_put(&c, 0, 2, U'b', STYLE_PLAIN, 0);
    assert_int_equal(run_at(&c, THEME_LIGHT, 0, 0).columns, 3);
    canvas_release(&c);
}

/* Follow a path's relative steps; true if every part is closed and the pen ends where it began. */
static bool path_returns(const char *path)
{
    double x = 0, y = 0, start_x = 0, start_y = 0;
    bool open = false;
    while (*path) {
        char op = *path++, *end;
        double a[7] = {0};
        size_t n = op == 'm' || op == 'l' ? 2 : op == 'h' || op == 'v' ? 1 : op == 'a' ? 7 : 0;
        for (size_t i = 0; i < n; i++, path = end)
            a[i] = strtod(path, &end);
        if (op == 'z')
            x = start_x, y = start_y, open = false;
        else if (op == 'h')
            x += a[0], open = true;
        else if (op == 'v')
            y += a[0], open = true;
        else if (op == 'm' || op == 'l')
            x += a[0], y += a[1], open = op == 'l';
        else if (op == 'a')
            x += a[5], y += a[6], open = true;
        else
            return false;
        if (op == 'm') start_x = x, start_y = y;
        if (x < 0 || y < 0 || x > SHAPE_COLUMNS || y > SHAPE_ROWS) return false;
    }
    return !open && x == 0 && y == 0;
}

static void shapes_stay_in_their_cell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < shape_n_glyphs; i++) {
        struct shape s;
        char path[SHAPE_PATH_MAX];
        assert_true(shape_of(shape_glyphs[i], &s));
        if (!path_returns(shape_path(&s, path)))
            fail_msg("U+%04X: %s", (unsigned)shape_glyphs[i], path);
    }
    struct shape unused;
    assert_false(shape_of(U'a', &unused));
    assert_false(shape_of(U'→', &unused));
    for (enum style style = 0; style < STYLE_N; style++) /* what fills the maps needs no font */
        if (theme_fill(style, false) != U' ' && theme_fill(style, false) != U'!')
            assert_true(shape_of(theme_fill(style, false), &unused));
}

/* ── SVG ── */

static void svg_is_well_formed(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 20, 90, false));
    for (uint32_t seed = 0; seed < 60; seed++) {
        struct written w;
        size_t at = 0;
        scribble(&c, seed);
        canvas_text(&c, 3, 2, 88, SCRIBBLE_HOSTILE, STYLE_CODE, seed & 7);
        FILE *to = written_begin(&w);
        assert_true(face_svg_write(&c, (enum theme_name)(seed % THEME_N), &caption, to));
        fclose(to);
        const char *wrong = markup_check(w.text, &at);
        if (wrong) fail_msg("seed %u: %s: %.80s", seed, wrong, w.text + at);
        assert_null(strstr(w.text, "<script"));
        assert_non_null(strstr(w.text, "&lt;script&gt;"));
        assert_non_null(
            strstr(w.text, "<title id=\"title\">a &lt;title&gt; &amp; &quot;more&quot;</title>"));
        free(w.text);
    }
    canvas_release(&c);
}

static void svg_has_the_colours_of_the_theme(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 2, 60, false));
    for (enum theme_name theme = 0; theme < THEME_N; theme++)
        for (enum style style = STYLE_HEADER; style <= STYLE_DAMAGED; style++) {
            struct written w;
            char colour[PAINT_TEXT], fill[32];
            canvas_clear(&c);
            canvas_put(&c, 0, 0, theme_fill(style, false), style, 0);
            FILE *to = written_begin(&w);
            assert_true(face_svg_write(&c, theme, &caption, to));
            fclose(to);
            snprintf(fill, sizeof fill, "fill=\"%s\"",
                     paint_text(colour, paint_style(theme, style, 0).front));
            assert_non_null(strstr(w.text, fill));
            free(w.text);
        }
    canvas_release(&c);
}

/* ── PNG and PDF ── */

/* How many pixels of a cell have that colour. */
static int count_pixels(cairo_surface_t *image, int row, int column, struct colour colour)
{
    int n = 0;
    for (int y = 0; y < FACE_PNG_CELL_ROWS; y++)
        for (int x = 0; x < FACE_PNG_CELL_COLUMNS; x++)
            n += png_pixel(image, row, column, x, y) == png_rgb(colour);
    return n;
}

static void png_has_every_state_in_its_colour(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 3, STYLE_N + 1, false));
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        for (enum style style = 0; style < STYLE_N; style++) {
            canvas_put(&c, 0, (int)style, theme_fill(style, false), style, 0);
            canvas_put(&c, 2, (int)style, U' ', style, MARK_REVERSE);
        }
        cairo_surface_t *image = png_of(&c, theme);
        assert_int_equal(cairo_image_surface_get_width(image),
                         c.columns * FACE_PNG_CELL_COLUMNS + 2 * FACE_PNG_MARGIN);
        assert_int_equal(cairo_image_surface_get_height(image),
                         c.rows * FACE_PNG_CELL_ROWS + 2 * FACE_PNG_MARGIN);
        for (enum style style = 0; style < STYLE_N; style++) {
            int all = FACE_PNG_CELL_COLUMNS * FACE_PNG_CELL_ROWS,
                n = count_pixels(image, 0, (int)style, paint_style(theme, style, 0).front);
            if (theme_fill(style, false) != U' ' && n < 16)
                fail_msg("style %d in theme %d has %d pixels", (int)style, (int)theme, n);
            assert_int_equal(count_pixels(image, 1, (int)style, paint_paper(theme)), all);
            assert_int_equal(
                count_pixels(image, 2, (int)style, paint_style(theme, style, MARK_REVERSE).back),
                all);
        }
        /* The shapes tell apart what colours do not: a full cell, half, a quarter. */
        struct colour used = paint_style(theme, STYLE_PAYLOAD, 0).front;
        assert_int_equal(count_pixels(image, 0, STYLE_PAYLOAD, used), 512);
        assert_int_equal(
            count_pixels(image, 0, STYLE_FOREIGN, paint_style(theme, STYLE_FOREIGN, 0).front), 256);
        assert_int_equal(
            count_pixels(image, 0, STYLE_PADDING, paint_style(theme, STYLE_PADDING, 0).front), 128);
        cairo_surface_destroy(image);
    }
    canvas_release(&c);
}

static void png_that_is_too_large_is_refused(void **state)
{
    (void)state;
    struct canvas c;
    struct written w;
    const char *why = NULL;
    assert_true(canvas_init(&c, 1, 5000, false));
    FILE *to = written_begin(&w);
    assert_false(face_png_write(&c, THEME_DARK, to, &why));
    assert_non_null(why);
    fclose(to);
    free(w.text);
    canvas_release(&c);
}

static void pdf_has_a_head_and_an_end(void **state)
{
    (void)state;
    struct canvas c;
    struct written w;
    const char *why = "";
    assert_true(canvas_init(&c, 30, 100, false));
    scribble(&c, 7);
    FILE *to = written_begin(&w);
    assert_true(face_pdf_write(&c, THEME_LIGHT, &caption, to, &why));
    fclose(to);
    assert_memory_equal(w.text, "%PDF-1.", 7);
    assert_true(w.n > 6 && memcmp(w.text + w.n - 6, "%%EOF\n", 6) == 0);
    free(w.text);
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_cover_each_row_once),
        cmocka_unit_test(a_text_goes_on_over_its_own_ground),
        cmocka_unit_test(shapes_stay_in_their_cell),
        cmocka_unit_test(svg_is_well_formed),
        cmocka_unit_test(svg_has_the_colours_of_the_theme),
        cmocka_unit_test(png_has_every_state_in_its_colour),
        cmocka_unit_test(png_that_is_too_large_is_refused),
        cmocka_unit_test(pdf_has_a_head_and_an_end),
    };
    return cmocka_run_group_tests_name("faces", tests, NULL, NULL);
}
