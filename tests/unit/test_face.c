/* test_face.c: a canvas as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "viz/face_curses.h"
#include "viz/face_text.h"

static char *written(const struct canvas *c, bool styles)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(styles ? face_text_write_styles(c, out) : face_text_write(c, out));
    fclose(out);
    return text;
}

static void rows_are_lines_without_trailing_blanks(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 3, 10, false));
    canvas_text(&c, 0, 1, 9, "a 日b", STYLE_HEADER, 0);
    canvas_text(&c, 2, 0, 9, "│", STYLE_BRK, 0);
    char *text = written(&c, false);
    assert_string_equal(text, " a 日b\n\n│\n");
    free(text);
    text = written(&c, true);
    assert_string_equal(text, " a 日b\n h hhh\n\n\n│\nB\n");
    free(text);
    canvas_release(&c);
}

static void a_full_disk_is_told(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 50, 200, false));
    canvas_fill(&c, 0, 0, 50, 200, U'x', STYLE_PLAIN, 0);
    FILE *full = fopen("/dev/full", "w");
    if (full) {
        assert_false(face_text_write(&c, full));
        assert_false(face_text_write_styles(&c, full));
        assert_true(canvas_resize(&c, 1, 3)); /* so little that only the flush fails */
        assert_false(face_text_write(&c, full));
        fclose(full);
    }
    canvas_release(&c);
}

static void terminals_without_a_cursor_are_refused(void **unused)
{
    (void)unused;
    static const char *const silent[] = {
        "", "dumb"}; /* TERM says so itself: there is nothing to tell */
    const char *why;
    for (size_t i = 0; i < 2; i++) {
        why = "";
        setenv("TERM", silent[i], 1);
        assert_false(face_curses_possible(&why));
        assert_null(why);
    }
    unsetenv("TERM");
    why = "";
    assert_false(face_curses_possible(&why));
    assert_null(why);
    setenv("TERM", "no-such-terminal-at-all", 1);
    assert_false(face_curses_possible(&why));
    assert_string_equal(why, "TERM names a terminal that the terminfo database does not know");
    setenv("TERM", "vt100", 1);
    assert_true(face_curses_possible(&why));
}

static void a_closed_face_is_harmless(void **unused)
{
    (void)unused;
    struct canvas c;
    int rows = 0, columns = 0;
    assert_true(canvas_init(&c, 2, 2, false));
    face_curses_show(&c);
    face_curses_resized();
    face_curses_size(&rows, &columns);
    assert_true(rows >= 1 && columns >= 1);
    face_curses_suspend();
    face_curses_resume();
    face_curses_set_mouse(true);
    face_curses_set_theme(THEME_LIGHT);
    face_curses_emergency();
    face_curses_close();
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_lines_without_trailing_blanks),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(terminals_without_a_cursor_are_refused),
        cmocka_unit_test(a_closed_face_is_harmless),
    };
    return cmocka_run_group_tests_name("face", tests, NULL, NULL);
}
