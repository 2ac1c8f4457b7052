/* test_line.c: the pieces around the line: its row on the screen, pastes, the keys that are bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <readline/readline.h>

#include "cli/prompt/bindings.h"
#include "cli/prompt/line.h"
#include "cli/prompt/paste.h"
#include "cli/prompt/row.h"
#include "tests/support/rows.h"

static void expect_row(int columns, const char *text, size_t point, const char *shown, int cursor)
{
    struct canvas c;
    assert_true(canvas_init(&c, 1, columns, false));
    row_draw(&c, 0, "heap> ", text, point);
    assert_string_equal(row_trimmed(&c, 0), shown);
    assert_int_equal(c.cursor_column, cursor);
    canvas_release(&c);
}

static void test_row(void **state)
{
    (void)state;
    expect_row(20, "", 0, "heap>", 6);
    expect_row(20, "alloc 64", 8, "heap> alloc 64", 14);
    expect_row(20, "alloc 64", 2, "heap> alloc 64", 8);
    expect_row(20, "a\033[1m\t\177", 3, "heap> a^[[1m^I^?", 10);
    expect_row(20,
               "\xff"
               "a\xc3",
               3,
               "heap> \xef\xbf\xbd"
               "a\xef\xbf\xbd",
               9);
    expect_row(20, "漢字", 6, "heap> 漢字", 10);
    expect_row(20,
               "a\xe2\x80\xae"
               "b",
               5,
               "heap> a\xef\xbf\xbd"
               "b",
               9); /* would turn the text around */
    expect_row(20, "0123456789abcdef", 0, "heap> 0123456789abc>", 6);
    expect_row(20, "0123456789abcdef", 16, "<56789abcdef", 12);
    expect_row(1, "abc", 3, "", 0);
    expect_row(2, "abc", 3, "", 0);
    expect_row(4, "abc", 3, "<", 1);
}

/* Wherever the point is and however narrow the row: the cursor is in it, on the character of the
 * point. */
static void test_row_keeps_the_cursor(void **state)
{
    (void)state;
    char text[301];
    for (int i = 0; i < 300; i++)
        text[i] = (char)('a' + i % 26);
    text[300] = 0;
    for (int columns = 1; columns < 120; columns++)
        for (size_t point = 0; point <= 300; point++) {
            struct canvas c;
            assert_true(canvas_init(&c, 1, columns, point % 2));
            row_draw(&c, 0, "heap> ", text, point);
            assert_in_range(c.cursor_column, 0, columns - 1);
            char32_t expected = point < 300 ? (char32_t)text[point] : ' ';
            assert_int_equal(canvas_at(&c, 0, c.cursor_column)->glyph, expected);
            canvas_release(&c);
        }
}

static void test_row_ascii(void **state)
{
    (void)state;
    struct canvas c;
    assert_true(canvas_init(&c, 1, 30, true));
    row_draw(&c, 0, "\001\033[1m\002heap> ", "漢\xff é", 4);
    for (int i = 0; i < 30; i++)
        assert_in_range(canvas_at(&c, 0, i)->glyph, 0x20, 0x7e);
    canvas_release(&c);
}

static void expect_paste(const char *bytes, bool utf8, const char *expected)
{
    char *text = paste_text(bytes, strlen(bytes), utf8);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_paste_text(void **state)
{
    (void)state;
    expect_paste("", true, "");
    expect_paste("\n\n", true, "");
    expect_paste("alloc 64", true, "alloc 64");
    expect_paste(" # kept as it is", true, " # kept as it is");
    expect_paste("alloc 64\n", true, "alloc 64");
    expect_paste("a\nb", true, "a; b");
    expect_paste("a\r\nb\rc\n\n", true, "a; b; c");
    expect_paste("a # x; y\nb\n# z\n", true, "a; b");
    expect_paste("write 1 0 \"a;b\"\nfree 1", true, "write 1 0 \"a;b\"; free 1");
    expect_paste("a\tb\033[31m\007", true, "a b[31m");
    expect_paste("漢\xff\xe6\xbc"
                 "x\xc2\x9b\xe2\x80\xae",
                 true, "漢x");
    expect_paste("漢é x", false, " x");
    char *text = paste_text("a\0b\nc", 5, true);
    assert_string_equal(text, "ab; c");
    free(text);
}

static struct key key_of(const char *bytes)
{
    struct key key = {.kind = KEY_BYTES, .n = strlen(bytes)};
    memcpy(key.bytes, bytes, key.n);
    return key;
}

static void test_bindings(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum action action;
    } some[] = {
        {"\033[5~", ACTION_SCROLL_BACK},
        {"\033+", ACTION_ZOOM_IN},
        {"\033=", ACTION_ZOOM_IN},
        {"\033-", ACTION_ZOOM_OUT},
        {"\033[1;3A", ACTION_SELECT_PREVIOUS},
        {"\033OP", ACTION_HELP},
        {"\003", ACTION_ABANDON},
        {"a", ACTION_NONE},
        {"\033[", ACTION_NONE},
        {"", ACTION_NONE},
    };
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct key key = key_of(some[i].bytes);
        assert_int_equal(bindings_find(&key), some[i].action);
    }
    const char *text = prompt_keys_text();
    assert_non_null(strstr(text, "Ctrl-Z")); /* the table's last row: nothing was cut off */
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_ptr_equal(text, prompt_keys_text());
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_in_range(strcspn(line, "\n"), 1, 79);
}

/* Without a screen readline draws, and can't on fewer columns than it divides by; 0 is a terminal
 * that does not know its size. */
static void test_least_size(void **state)
{
    (void)state;
    static const struct {
        int columns, told;
    } some[] = {{0, 80}, {1, 12}, {2, 12}, {12, 12}, {13, 13}, {200, 200}};
    const char *notice;
    FILE *nowhere = fopen("/dev/null", "r+");
    assert_non_null(nowhere);
    setenv("TERM", "xterm", 1);
    setenv("HOME", "/dev/null", 1); /* nothing is kept */
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    line_open(&(struct line_options){.prompt = "heap> ", .plain = true, .terminal = nowhere},
              &notice);
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        int rows, columns;
        line_set_size(24, some[i].columns);
        rl_get_screen_size(&rows, &columns);
        assert_int_equal(rows, 24);
        assert_int_equal(columns, some[i].told);
    }
    line_close();
    fclose(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row),       cmocka_unit_test(test_row_keeps_the_cursor),
        cmocka_unit_test(test_row_ascii), cmocka_unit_test(test_paste_text),
        cmocka_unit_test(test_bindings),  cmocka_unit_test(test_least_size),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
