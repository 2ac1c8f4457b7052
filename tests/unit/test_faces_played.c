/* test_faces_played.c: frames as a page and as a recording: true to each canvas, harmless whatever
 * the text says; and a full disk, for all faces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "tests/support/scribble.h"
#include "viz/face_cairo.h"
#include "viz/face_cast.h"
#include "viz/face_html.h"
#include "viz/face_svg.h"
#include "viz/glyph.h"
#include "viz/paint.h"

static const struct caption caption = {"a <title> & \"more\"",
                                       "text with ]]> and \x02 and \xc3 and </desc>"};

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
            last = (struct cell){glyph, (enum style)(look % 64), (uint8_t)(look / 64)},
            last_wide = wide, wide = false;
        for (; times > 0; times--, column += last_wide ? 2 : 1) {
            const struct cell *cell = canvas_at(c, row, column);
            assert_non_null(cell);
            assert_int_equal(cell->glyph, last.glyph);
            assert_int_equal(last_wide, glyph_width(cell->glyph) == 2);
            for (enum theme_name theme = 0; theme < THEME_N; theme++) {
                struct paint a = paint_style(theme, cell->style, cell->marks),
                             b = paint_style(theme, last.style, last.marks);
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
    size_t first = (size_t)json_integer_value(json_array_get(j, 0)),
           last = (size_t)json_integer_value(json_array_get(j, 1)), all = 0;
    assert_non_null(old);
    for (const char *at = old; *at;)
        all += glyph_next(&at) >= 0x10000 ? 2 : 1;
    assert_true(first + last <= all);
    assert_true(asprintf(&text, "%.*s%s%s", (int)unit_bytes(old, first), old,
                         json_string_value(json_array_get(j, 2)),
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
    FILE *to = written_begin(&w);
    struct face_html *h = face_html_new(to, SCRIBBLE_HOSTILE, THEME_LIGHT, ROWS, 60);
    assert_non_null(h);
    for (uint32_t seed = 0; seed < STEPS; seed++) {
        scribble_on(&c, seed / 2);
        assert_true(face_html_step(h, &c,
                                   &(struct face_html_words){SCRIBBLE_HOSTILE, "p1 = malloc(1);",
                                                             SCRIBBLE_HOSTILE, seed % 2 == 1}));
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
        assert_non_null(strstr(json_string_value(json_object_get(step, "c")),
                               "<script>alert(1)</script> & \"quotes\""));
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
    FILE *to = written_begin(&w);
    assert_true(face_cast_begin(&f, to, SCRIBBLE_HOSTILE, THEME_DARK, 12, 50));
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
                 face_html_step(h, &c, &(struct face_html_words){"", "", "", false}) &&
                 face_html_end(h);
            break;
        default:
            ok = face_cast_begin(&f, to, "", THEME_DARK, 30, 100) && face_cast_frame(&f, 0, &c) &&
                 face_cast_end(&f, 1);
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
        cmocka_unit_test(page_holds_every_frame),
        cmocka_unit_test(cast_is_valid_line_by_line),
        cmocka_unit_test(every_face_says_that_the_disk_is_full),
    };
    return cmocka_run_group_tests_name("faces played", tests, NULL, NULL);
}
