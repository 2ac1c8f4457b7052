/* test_faces_ink.c: PNG and PDF by what is on them: ink where the canvas has a glyph and nowhere
 * else, each letter as it is drawn alone, grounds in their colours; and what is said when they
 * can't be written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/png.h"
#include "tests/support/scribble.h"
#include "viz/face_cairo.h"
#include "viz/paint.h"
#include "viz/shape.h"

#define EDGE 3 /* pixels at a cell's sides into which a neighbour's letter may reach */

/* Pixels of a cell, its sides left out, that are not the ground's. */
static int ink(cairo_surface_t *image, int row, int column, struct colour ground)
{
    int n = 0;
    for (int y = 0; y < FACE_PNG_CELL_ROWS; y++)
        for (int x = EDGE; x < FACE_PNG_CELL_COLUMNS - EDGE; x++)
            n += png_pixel(image, row, column, x, y) != png_rgb(ground);
    return n;
}

static bool same_cell(cairo_surface_t *a, int row_a, int column_a, cairo_surface_t *b, int row_b,
                      int column_b)
{
    for (int y = 0; y < FACE_PNG_CELL_ROWS; y++)
        for (int x = EDGE; x < FACE_PNG_CELL_COLUMNS - EDGE; x++)
            if (png_pixel(a, row_a, column_a, x, y) != png_pixel(b, row_b, column_b, x, y))
                return false;
    return true;
}

/* Words of letters, with blanks, runs of signs that are drawn, marks, and every style. */
static void write_page(struct canvas *c, uint32_t seed)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    canvas_clear(c);
    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns; column++) {
            seed = seed * 1664525u + 1013904223u;
            unsigned dice = seed >> 8;
            enum style style = (enum style)(((unsigned)row + dice / 4096 % 2) % STYLE_N);
            unsigned marks = dice % 16 == 0 ? MARK_REVERSE : dice % 16 == 1 ? MARK_BOLD : 0;
            const struct cell *left = canvas_at(c, row, column - 1);
            if (column > 0 && dice % 3 == 0 && left->glyph >= 0x80)
                canvas_put(c, row, column, left->glyph, left->style, left->marks);
            else if (dice % 7 == 0)
                canvas_put(c, row, column, U' ', style, marks);
            else if (dice % 7 == 1)
                canvas_put(c, row, column, shape_glyphs[dice / 64 % shape_n_glyphs], style, marks);
            else
                canvas_put(c, row, column, (char32_t)letters[dice / 64 % (sizeof letters - 1)],
                           style, marks);
        }
}

static void ink_is_where_the_glyphs_are(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, STYLE_N, 60, false));
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        write_page(&c, 7u + (uint32_t)theme);
        cairo_surface_t *image = png_of(&c, theme);
        for (int row = 0; row < c.rows; row++)
            for (int column = 0; column < c.columns; column++) {
                const struct cell *cell = canvas_at(&c, row, column);
                struct paint paint = paint_style(theme, cell->style, cell->marks);
                int n = ink(image, row, column, paint.back);
                if (cell->glyph == U' ' && !paint.underline && n > 0)
                    fail_msg("row %d column %d is blank, and has %d pixels of ink", row, column, n);
                if (cell->glyph != U' ' && n < 4)
                    fail_msg("row %d column %d: U+%04X has %d pixels of ink", row, column,
                             (unsigned)cell->glyph, n);
            }
        cairo_surface_destroy(image);
    }
    canvas_release(&c);
}

/* Letters in a word look as they do alone, and stand where they are read. */
static void letters_are_as_they_are_alone(void **state)
{
    (void)state;
    static const char words[] =
        "brk moves up by 96: #1 (in use) Quick {wizards} jump 0x411060 @ |free|";
    struct canvas word, alone;
    int n = (int)strlen(words);
    assert_true(canvas_init(&word, 1, n, false) && canvas_init(&alone, 2, 2 * n, false));
    int amount[2] = {0, 0};
    for (int bold = 0; bold < 2; bold++) {
        unsigned marks = bold ? MARK_BOLD : 0;
        canvas_text(&word, 0, 0, n, words, STYLE_PLAIN, marks);
        for (int i = 0; i < n; i++)
            canvas_put(&alone, 1, 2 * i, (char32_t)words[i], STYLE_PLAIN, marks);
        cairo_surface_t *a = png_of(&word, THEME_LIGHT), *b = png_of(&alone, THEME_LIGHT);
        for (int i = 0; i < n; i++)
            if (!same_cell(a, 0, i, b, 1, 2 * i))
                fail_msg("'%c' at column %d", words[i], i);
            else
                amount[bold] += ink(a, 0, i, paint_paper(THEME_LIGHT));
        assert_false(same_cell(a, 0, 0, a, 0, 1)); /* "b" and "r": there are letters at all */
        cairo_surface_destroy(a);
        cairo_surface_destroy(b);
    }
    assert_true(amount[1] > amount[0]);
    canvas_release(&word);
    canvas_release(&alone);
}

/* A line under text lies under all of it, in its colour, and in no other row. */
static void lines_lie_under_their_text(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 3, 12, false));
    canvas_text(&c, 1, 3, 6, "abc de", STYLE_PLAIN, MARK_UNDERLINE);
    cairo_surface_t *image = png_of(&c, THEME_LIGHT);
    uint32_t front = png_rgb(paint_style(THEME_LIGHT, STYLE_PLAIN, 0).front);
    for (int column = 0; column < c.columns; column++) {
        int lines = 0;
        for (int y = 0; y < FACE_PNG_CELL_ROWS; y++) {
            int x = 0;
            while (x < FACE_PNG_CELL_COLUMNS && png_pixel(image, 1, column, x, y) == front)
                x++;
            lines += x == FACE_PNG_CELL_COLUMNS;
        }
        if ((lines > 0) != (column >= 3 && column < 9))
            fail_msg("column %d has %d lines", column, lines);
        assert_int_equal(ink(image, 0, column, paint_paper(THEME_LIGHT)) +
                             ink(image, 2, column, paint_paper(THEME_LIGHT)),
                         0);
    }
    cairo_surface_destroy(image);
    canvas_release(&c);
}

/* The disk is full: false, with a reason, and errno is the disk's own. */
static void a_full_disk_is_told(void **state)
{
    (void)state;
    const struct caption caption = {"title", "text"};
    struct canvas c;
    assert_true(canvas_init(&c, 30, 100, false));
    write_page(&c, 3);
    for (int page = 0; page < 2; page++)
        for (int buffered = 0; buffered < 2; buffered++) {
            const char *why = NULL;
            FILE *full = fopen("/dev/full", "w");
            assert_non_null(full);
            if (!buffered) setvbuf(full, NULL, _IONBF, 0);
            errno = 0;
            assert_false(page ? face_pdf_write(&c, THEME_DARK, &caption, full, &why)
                              : face_png_write(&c, THEME_DARK, full, &why));
            assert_int_equal(errno, ENOSPC);
            assert_true(ferror(full));
            assert_string_equal(why, "error while writing to output stream");
            fclose(full);
        }
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_is_where_the_glyphs_are),
        cmocka_unit_test(letters_are_as_they_are_alone),
        cmocka_unit_test(lines_lie_under_their_text),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests_name("faces ink", tests, NULL, NULL);
}
