/* test_background.c: on a light terminal everything that matters is seen, and whoever chose a theme
 * has it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

#define WHITE "rgb:ffff/ffff/ffff"
#define BLACK "rgb:0000/0000/0000"

static struct terminal *start(const char *color, const char *const *env, const char *const *more)
{
    const char *argv[6] = {terminal_program()};
    for (int i = 0; more && more[i] && i < 4; i++)
        argv[i + 1] = more[i];
    struct terminal *t = terminal_start(24, 80, env, argv);
    terminal_set_background(t, color);
    terminal_must_show(t, LAB_PROMPT);
    return t;
}

/* Light, dark or mono, by the ink of the map's used blocks, as libvterm has the 256 colours: in
 * steps of 51. */
static const char *theme(struct terminal *t)
{
    int column;
    lab_command(t, "reset; alloc 64", "p1 = malloc\\(64\\);");
    int row = terminal_find(t, "█", &column);
    assert_true(row >= 0);
    struct terminal_cell cell = terminal_cell(t, row, column);
    if (cell.default_foreground) return "mono";
    if (cell.foreground[0] == 0 && cell.foreground[1] == 51 && cell.foreground[2] == 255)
        return "light";
    if (cell.foreground[0] == 51 && cell.foreground[1] == 153 && cell.foreground[2] == 255)
        return "dark";
    fail_msg("no theme has the ink %d %d %d", cell.foreground[0], cell.foreground[1],
             cell.foreground[2]);
    return NULL;
}

static void must_be(const char *expected, const char *color, const char *const *env,
                    const char *const *more)
{
    struct terminal *t = start(color, env, more);
    const char *is = theme(t);
    if (strcmp(is, expected) != 0) terminal_print(t);
    assert_string_equal(is, expected);
    lab_leave(t);
}

static double luminance(const unsigned char *c)
{
    return 0.2126 * c[0] * c[0] + 0.7152 * c[1] * c[1] + 0.0722 * c[2] * c[2];
} /* of 65025 */

/* brk on the map, in the title and its history, and all else on a white terminal: nothing is nearly
 * white. */
static void test_all_is_seen_on_white(void **state)
{
    (void)state;
    struct terminal *t = start(WHITE, NULL, NULL);
    int column;
    lab_command(t, "alloc 64; alloc 32; free 1", "p2 = malloc\\(32\\);|#1");
    int row = terminal_find(t, "│brk", &column);
    assert_true(row >= 0);
    for (int i = 0; i < 4; i++)
        assert_true(terminal_cell(t, row, column + i).default_foreground);
    for (row = 0; row < 24; row++)
        for (column = 0; column < 80; column++) {
            struct terminal_cell cell = terminal_cell(t, row, column);
            if (cell.glyph <= ' ' || cell.glyph == UINT32_MAX || cell.default_foreground ||
                !cell.default_background || cell.reverse)
                continue;
            if (luminance(cell.foreground) > 0.4 * 65025) {
                terminal_print(t);
                fail_msg("row %d column %d is %d %d %d on white", row, column, cell.foreground[0],
                         cell.foreground[1], cell.foreground[2]);
            }
        }
    lab_leave(t);
}

static void test_what_the_terminal_says(void **state)
{
    static const char *const light_variable[] = {"COLORFGBG=0;15", NULL},
                             *const dark_variable[] = {"COLORFGBG=15;default;0", NULL};
    static const char *const in_screen[] = {"TERM=screen-256color", "STY=1.x", NULL};
    (void)state;
    must_be("light", WHITE, NULL, NULL);
    must_be("light", "rgb:fd/f6/e3", NULL, NULL);
    must_be("dark", BLACK, NULL, NULL);
    must_be("dark", NULL, NULL, NULL); /* it says nothing */
    must_be("light", NULL, light_variable, NULL);
    must_be("dark", NULL, dark_variable, NULL);
    must_be("dark", BLACK, light_variable, NULL); /* the terminal knows better */
    must_be("dark", WHITE, in_screen, NULL); /* not asked */
}

/* It is asked only where the question can't be shown. */
static void test_who_is_not_asked(void **state)
{
    static const char *const terms[] = {"TERM=linux", "TERM=vt100", "TERM=ansi"};
    static const char *const plain[] = {"--plain", NULL}, *const themed[] = {"--theme=dark", NULL};
    (void)state;
    for (int i = 0; i < 5; i++) {
        const char *const env[] = {i < 3 ? terms[i] : "TERM=xterm", NULL};
        struct terminal *t = start(WHITE, env, i == 3 ? plain : i == 4 ? themed : NULL);
        assert_false(terminal_came(t, "\033]11;?", 6, 0));
        assert_false(terminal_came(t, "\033[c", 3, 0));
        terminal_free(t);
    }
}

static void test_what_was_chosen(void **state)
{
    static const char *const dark[] = {"--theme=dark", NULL},
                             *const automatic[] = {"--theme=auto", NULL},
                             *const no_color[] = {"NO_COLOR=1", NULL};
    (void)state;
    must_be("dark", WHITE, NULL, dark);
    must_be("mono", WHITE, no_color, NULL);
    must_be("dark", WHITE, no_color, dark);
    struct terminal *t = start(WHITE, NULL, NULL);
    lab_command(t, "set theme dark", "theme is dark");
    assert_string_equal(theme(t), "dark");
    lab_leave(t);
    must_be("dark", WHITE, NULL, NULL); /* remembered */
    must_be("dark", WHITE, no_color, NULL);
    must_be("light", WHITE, NULL, automatic);
    t = start(WHITE, NULL, NULL);
    lab_command(t, "set theme auto", "theme is auto");
    assert_string_equal(theme(t), "light");
    lab_leave(t);
    must_be("light", WHITE, NULL, NULL); /* forgotten */
    must_be("dark", BLACK, NULL, NULL);
}

/* What is typed while the terminal is asked is typed, and an answer that comes late is no key, in
 * whatever pieces it comes. */
static void test_keys_are_kept(void **state)
{
    static const char *const pieces[] = {"\033]11;r", "gb:ffff/ff", "ff/ffff", "\033\\\033[?62",
                                         ";22c"};
    const char *const argv[] = {terminal_program(), NULL};
    (void)state;
    struct terminal *t = terminal_start(24, 80, NULL, argv);
    terminal_set_background(t, "");
    terminal_type(t, "alloc 2");
    terminal_must_show(t, LAB_PROMPT);
    lab_must_prompt(t, LAB_PROMPT " alloc 2");
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        terminal_type(t, pieces[i]);
        terminal_pump(t, 60); /* longer than an escape sequence is waited for */
    }
    terminal_type(t, "4\r");
    lab_must_match(t, "p1 = malloc\\(24\\);");
    lab_must_prompt(t, LAB_PROMPT);
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_seen_on_white), cmocka_unit_test(test_what_the_terminal_says),
        cmocka_unit_test(test_who_is_not_asked),     cmocka_unit_test(test_what_was_chosen),
        cmocka_unit_test(test_keys_are_kept),
    };
    return cmocka_run_group_tests_name("background", tests, NULL, NULL);
}
