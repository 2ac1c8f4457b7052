/* test_faces.c: a canvas as svg, png, pdf, page and recording: each well-formed, true to the canvas, harmless whatever the text says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cairo.h>
#include <jansson.h>

#include "tests/support/markup.h"
#include "viz/face_cairo.h"
#include "viz/face_cast.h"
#include "viz/face_html.h"
#include "viz/face_svg.h"
#include "viz/glyph.h"
#include "viz/paint.h"
#include "viz/runs.h"

#define HOSTILE                                                                                                                  \
    "<script>alert(1)</script> & \"quotes\" 'too' ]]> --> \x01\x1b[31m \xff\xfe \xe2\x80\xae \xef\xbf\xbe &#0; \\u003c"

static const struct caption caption = {"a <title> & \"more\"", "text with ]]> and \x02 and \xc3 and </desc>"};

/* ── Canvases ── */

static uint32_t dice(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

/* Anything that a canvas can hold, among many blanks and repetitions. */
static void scribble(struct canvas *c, uint32_t seed)
{
    static const char32_t some[] = U"     aZ<&>\"'█░▒▓≡·─│┌┘▲►●▂▆é→漢字界😀🂡";
    canvas_clear(c);
    for (int i = 0; i < c->rows * c->columns / 3; i++) {
        char32_t glyph = some[dice(&seed, sizeof some / sizeof *some - 1)];
        enum style style = (enum style)dice(&seed, STYLE_N);
        unsigned marks = dice(&seed, 4) ? 0 : dice(&seed, 8);
        int row = (int)dice(&seed, (uint32_t)c->rows), column = (int)dice(&seed, (uint32_t)c->columns),
            n = 1 + (int)dice(&seed, 9);
        for (int k = 0; k < n; k++)
            canvas_put(c, row, column + k * glyph_width(glyph), glyph, style, marks);
    }
}

/* The same with a little more: rows that differ in part. */
static void scribble_on(struct canvas *c, uint32_t seed)
{
    scribble(c, seed / 4);
    for (uint32_t i = 0; i < seed % 4; i++)
        canvas_put(c, (int)dice(&seed, (uint32_t)c->rows), (int)dice(&seed, (uint32_t)c->columns), U'é', STYLE_CHANGED, 0);
}

struct written {
    char *text;
    size_t n;
};

static FILE *begin(struct written *w) { return open_memstream(&w->text, &w->n); }

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
        if (!path_returns(shape_path(&s, path))) fail_msg("U+%04X: %s", (unsigned)shape_glyphs[i], path);
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
        canvas_text(&c, 3, 2, 88, HOSTILE, STYLE_CODE, seed & 7);
        FILE *to = begin(&w);
        assert_true(face_svg_write(&c, (enum theme_name)(seed % THEME_N), &caption, to));
        fclose(to);
        const char *wrong = markup_check(w.text, &at);
        if (wrong) fail_msg("seed %u: %s: %.80s", seed, wrong, w.text + at);
        assert_null(strstr(w.text, "<script"));
        assert_non_null(strstr(w.text, "&lt;script&gt;"));
        assert_non_null(strstr(w.text, "<title id=\"title\">a &lt;title&gt; &amp; &quot;more&quot;</title>"));
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
            FILE *to = begin(&w);
            assert_true(face_svg_write(&c, theme, &caption, to));
            fclose(to);
            snprintf(fill, sizeof fill, "fill=\"%s\"", paint_text(colour, paint_style(theme, style, 0).front));
            assert_non_null(strstr(w.text, fill));
            free(w.text);
        }
    canvas_release(&c);
}

/* ── PNG and PDF ── */

struct reading {
    const struct written *from;
    size_t at;
};

static cairo_status_t read_bytes(void *user, unsigned char *to, unsigned n)
{
    struct reading *r = user;
    if (r->from->n - r->at < n) return CAIRO_STATUS_READ_ERROR;
    memcpy(to, r->from->text + r->at, n);
    r->at += n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *png_of(const struct canvas *c, enum theme_name theme)
{
    struct written w;
    const char *why = "";
    FILE *to = begin(&w);
    if (!face_png_write(c, theme, to, &why)) fail_msg("%s", why);
    fclose(to);
    struct reading r = {&w, 0};
    cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &r);
    assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
    free(w.text);
    return image;
}

/* How many pixels of a cell have that colour. */
static int count_pixels(cairo_surface_t *image, int row, int column, struct colour colour)
{
    uint32_t wanted = (uint32_t)colour.red << 16 | (uint32_t)colour.green << 8 | colour.blue;
    int n = 0;
    for (int y = 0; y < FACE_PNG_CELL_ROWS; y++) {
        const unsigned char *line = cairo_image_surface_get_data(image) +
                                    (FACE_PNG_MARGIN + row * FACE_PNG_CELL_ROWS + y) * cairo_image_surface_get_stride(image) +
                                    (FACE_PNG_MARGIN + column * FACE_PNG_CELL_COLUMNS) * 4;
        for (int x = 0; x < FACE_PNG_CELL_COLUMNS; x++) {
            uint32_t pixel;
            memcpy(&pixel, line + 4 * x, 4);
            n += (pixel & 0xFFFFFF) == wanted;
        }
    }
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
        assert_int_equal(cairo_image_surface_get_width(image), c.columns * FACE_PNG_CELL_COLUMNS + 2 * FACE_PNG_MARGIN);
        assert_int_equal(cairo_image_surface_get_height(image), c.rows * FACE_PNG_CELL_ROWS + 2 * FACE_PNG_MARGIN);
        for (enum style style = 0; style < STYLE_N; style++) {
            int all = FACE_PNG_CELL_COLUMNS * FACE_PNG_CELL_ROWS,
                n = count_pixels(image, 0, (int)style, paint_style(theme, style, 0).front);
            if (theme_fill(style, false) != U' ' && n < 16)
                fail_msg("style %d in theme %d has %d pixels", (int)style, (int)theme, n);
            assert_int_equal(count_pixels(image, 1, (int)style, paint_paper(theme)), all);
            assert_int_equal(count_pixels(image, 2, (int)style, paint_style(theme, style, MARK_REVERSE).back), all);
        }
        /* The shapes tell apart what colours do not: a full cell, half, a quarter. */
        struct colour used = paint_style(theme, STYLE_PAYLOAD, 0).front;
        assert_int_equal(count_pixels(image, 0, STYLE_PAYLOAD, used), 512);
        assert_int_equal(count_pixels(image, 0, STYLE_FOREIGN, paint_style(theme, STYLE_FOREIGN, 0).front), 256);
        assert_int_equal(count_pixels(image, 0, STYLE_PADDING, paint_style(theme, STYLE_PADDING, 0).front), 128);
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
    FILE *to = begin(&w);
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
    FILE *to = begin(&w);
    assert_true(face_pdf_write(&c, THEME_LIGHT, &caption, to, &why));
    fclose(to);
    assert_memory_equal(w.text, "%PDF-1.", 7);
    assert_true(w.n > 6 && memcmp(w.text + w.n - 6, "%%EOF\n", 6) == 0);
    free(w.text);
    canvas_release(&c);
}

/* ── The page ── */

/* Read a row's text back as face_html.h tells it, and compare it with the canvas. */
static void must_be_row(const struct canvas *c, int row, const char *text)
{
    unsigned look = 0;
    int column = 0;
    struct cell last = {U' ', STYLE_PLAIN, 0};
    bool wide = false, last_wide = false;
    while (*text) {
        char32_t glyph = glyph_next(&text);
        int times = 1;
        if (glyph >= 0xE000 && glyph < 0xE800) {
            look = glyph - 0xE000;
            continue;
        }
        if (glyph == 0xF000) {
            wide = true;
            continue;
        }
        if (glyph >= 0xE800 && glyph < 0xF000)
            times = (int)(glyph - 0xE800);
        else
            last = (struct cell){glyph, (enum style)(look % 64), (uint8_t)(look / 64)}, last_wide = wide, wide = false;
        for (; times > 0; times--, column += last_wide ? 2 : 1) {
            const struct cell *cell = canvas_at(c, row, column);
            assert_non_null(cell);
            assert_int_equal(cell->glyph, last.glyph);
            assert_int_equal(last_wide, glyph_width(cell->glyph) == 2);
            for (enum theme_name theme = 0; theme < THEME_N; theme++) {
                struct paint a = paint_style(theme, cell->style, cell->marks), b = paint_style(theme, last.style, last.marks);
                if (cell->glyph != U' ')
                    assert_true(paint_same(&a, &b));
                else
                    assert_true(a.on_paper == b.on_paper && a.underline == b.underline &&
                                (a.on_paper || !memcmp(&a.back, &b.back, sizeof a.back)));
            }
        }
    }
    for (; column < c->columns; column++)
        assert_int_equal(canvas_at(c, row, column)->glyph, U' ');
}

static json_t *session_of(const char *page)
{
    static const char before[] = "id=\"session\">", after[] = "</script>";
    json_error_t error;
    const char *from = strstr(page, before);
    assert_non_null(from);
    from += strlen(before);
    const char *to = strstr(from, after);
    assert_non_null(to);
    json_t *j = json_loadb(from, (size_t)(to - from), 0, &error);
    if (!j) fail_msg("line %d: %s", error.line, error.text);
    return j;
}

/* Bytes of the first n units of UTF-16. */
static size_t unit_bytes(const char *text, size_t n)
{
    const char *at = text;
    while (n > 0)
        n -= glyph_next(&at) >= 0x10000 ? 2 : 1;
    return (size_t)(at - text);
}

/* A text as it stands in the page, malloc'd. */
static char *whole_text(const json_t *j, const char *old)
{
    char *text = NULL;
    if (json_is_string(j)) return strdup(json_string_value(j));
    size_t first = (size_t)json_integer_value(json_array_get(j, 0)), last = (size_t)json_integer_value(json_array_get(j, 1)),
           all = 0;
    assert_non_null(old);
    for (const char *at = old; *at;)
        all += glyph_next(&at) >= 0x10000 ? 2 : 1;
    assert_true(first + last <= all);
    assert_true(asprintf(&text, "%.*s%s%s", (int)unit_bytes(old, first), old, json_string_value(json_array_get(j, 2)),
                         old + unit_bytes(old, all - last)) >= 0);
    return text;
}

static void page_holds_every_frame(void **state)
{
    (void)state;
    enum { STEPS = 40, ROWS = 10 };
    struct canvas c;
    struct written w;
    char *row_now[ROWS] = {0}, *known[STEPS * ROWS];
    size_t n_known = 0;
    assert_true(canvas_init(&c, ROWS, 60, false));
    FILE *to = begin(&w);
    struct face_html *h = face_html_new(to, HOSTILE, THEME_LIGHT, ROWS, 60);
    assert_non_null(h);
    for (uint32_t seed = 0; seed < STEPS; seed++) {
        scribble_on(&c, seed / 2);
        assert_true(face_html_step(h, &c, &(struct face_html_words){HOSTILE, "p1 = malloc(1);", HOSTILE, seed % 2 == 1}));
    }
    assert_true(face_html_end(h));
    face_html_free(h);
    fclose(to);
    json_t *j = session_of(w.text), *steps = json_object_get(j, "steps");
    assert_int_equal(json_array_size(steps), STEPS);
    for (uint32_t seed = 0; seed < STEPS; seed++) {
        json_t *step = json_array_get(steps, seed), *rows = json_object_get(step, "r");
        if (seed % 2) assert_int_equal(json_array_size(rows), 0); /* the same frame again */
        for (size_t i = 0; i < json_array_size(rows); i += 2) {
            json_t *text = json_array_get(rows, i + 1);
            json_int_t row = json_integer_value(json_array_get(rows, i));
            if (!json_is_integer(text)) known[n_known++] = whole_text(text, row_now[row]);
            size_t number = json_is_integer(text) ? (size_t)json_integer_value(text) : n_known - 1;
            assert_true(row >= 0 && row < ROWS && number < n_known);
            row_now[row] = known[number];
        }
        assert_int_equal(json_integer_value(json_object_get(step, "f")), seed % 2);
        assert_non_null(strstr(json_string_value(json_object_get(step, "c")), "<script>alert(1)</script> & \"quotes\""));
        scribble_on(&c, seed / 2);
        for (int row = 0; row < ROWS; row++)
            must_be_row(&c, row, row_now[row]);
    }
    json_decref(j);
    while (n_known > 0)
        free(known[--n_known]);
    /* What was handed in opens no element: four are the page's own. */
    int scripts = 0;
    for (const char *p = w.text; (p = strstr(p, "<script")) != NULL; p++)
        scripts++;
    assert_int_equal(scripts, 2);
    assert_null(strstr(w.text, "alert(1)</"));
    free(w.text);
    canvas_release(&c);
}

/* ── The recording ── */

static void cast_is_valid_line_by_line(void **state)
{
    (void)state;
    struct canvas c;
    struct written w;
    struct face_cast f;
    assert_true(canvas_init(&c, 12, 50, false));
    FILE *to = begin(&w);
    assert_true(face_cast_begin(&f, to, HOSTILE, THEME_DARK, 12, 50));
    for (uint32_t seed = 0; seed < 30; seed++) {
        scribble(&c, seed);
        assert_true(face_cast_frame(&f, seed, &c));
        assert_true(face_cast_frame(&f, seed, &c)); /* nothing differs: no event */
    }
    assert_true(face_cast_end(&f, 31));
    face_cast_release(&f);
    fclose(to);
    size_t lines = 0;
    double before = 0;
    for (char *line = strtok(w.text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        json_error_t error;
        json_t *j = json_loads(line, 0, &error);
        if (!j) fail_msg("line %zu: %s", lines + 1, error.text);
        if (lines == 0) {
            assert_int_equal(json_integer_value(json_object_get(j, "version")), 2);
            assert_int_equal(json_integer_value(json_object_get(j, "width")), 50);
            assert_int_equal(json_integer_value(json_object_get(j, "height")), 12);
        } else {
            double seconds = json_number_value(json_array_get(j, 0));
            assert_int_equal(json_array_size(j), 3);
            assert_true(seconds >= before);
            before = seconds;
            assert_string_equal(json_string_value(json_array_get(j, 1)), "o");
            assert_true(json_is_string(json_array_get(j, 2)));
        }
        json_decref(j);
    }
    assert_int_equal(lines, 1 + 30 + 1);
    free(w.text);
    canvas_release(&c);
}

/* ── A full disk ── */

static void every_face_says_that_the_disk_is_full(void **state)
{
    (void)state;
    struct canvas c;
    const char *why = "";
    assert_true(canvas_init(&c, 30, 100, false));
    scribble(&c, 3);
    for (int kind = 0; kind < 5; kind++) {
        FILE *to = fopen("/dev/full", "w");
        assert_non_null(to);
        bool ok = true;
        struct face_cast f = {0};
        struct face_html *h = NULL;
        switch (kind) {
        case 0:
            ok = face_svg_write(&c, THEME_DARK, &caption, to);
            break;
        case 1:
            ok = face_png_write(&c, THEME_DARK, to, &why);
            break;
        case 2:
            ok = face_pdf_write(&c, THEME_DARK, &caption, to, &why);
            break;
        case 3:
            ok = (h = face_html_new(to, "", THEME_DARK, 30, 100)) &&
                 face_html_step(h, &c, &(struct face_html_words){"", "", "", false}) && face_html_end(h);
            break;
        default:
            ok = face_cast_begin(&f, to, "", THEME_DARK, 30, 100) && face_cast_frame(&f, 0, &c) && face_cast_end(&f, 1);
        }
        face_html_free(h);
        face_cast_release(&f);
        fclose(to);
        if (ok) fail_msg("face %d saw nothing", kind);
    }
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_cover_each_row_once),
        cmocka_unit_test(shapes_stay_in_their_cell),
        cmocka_unit_test(svg_is_well_formed),
        cmocka_unit_test(svg_has_the_colours_of_the_theme),
        cmocka_unit_test(png_has_every_state_in_its_colour),
        cmocka_unit_test(png_that_is_too_large_is_refused),
        cmocka_unit_test(pdf_has_a_head_and_an_end),
        cmocka_unit_test(page_holds_every_frame),
        cmocka_unit_test(cast_is_valid_line_by_line),
        cmocka_unit_test(every_face_says_that_the_disk_is_full),
    };
    return cmocka_run_group_tests_name("faces", tests, NULL, NULL);
}
