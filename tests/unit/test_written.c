/* What a program writes to its terminal, as lines: controls and sequences are left out, nothing of
 * it grows without an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/source/written.h"

/* The lines that come of it, with / between them, the open one behind the last. */
static void try_bytes(const char *bytes, size_t n, const char *lines)
{
    struct written w = {.n = 0};
    char found[512] = "";
    assert_true(written_take(&w, bytes, n));
    for (size_t i = 0; i < w.n; i++) {
        strcat(found, w.line[i]);
        strcat(found, "/");
    }
    strcat(found, written_open_line(&w));
    assert_string_equal(found, lines);
    written_release(&w);
}

static void lines_as_they_would_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *lines;
    } tries[] = {
        {"one\r\ntwo\r\n", "one/two/"},
        {"half", "half"},
        {"10 %\r20 %\r100 %\n", "100 %/"}, /* a bar that is drawn anew */
        {"whole\r", "whole"}, /* until something takes its place */
        {"abc\b\bxy\n", "axy/"},
        {"\b\bnothing before\n", "nothing before/"},
        {"\x1b[31mred\x1b[0m \x1b[1;2Hat\n", "red at/"},
        {"\x1b]0;a title\aafter\n", "after/"},
        {"\x1b]0;a title\x1b\\after\n", "after/"},
        {"\x1bP1$r0m\x1b\\x\x1b(By\n", "xy/"},
        {"\x1b[31\nthe line's end ends it\n", "/the line's end ends it/"},
        {"a\tb\n", "a       b/"},
        {"bell\a and \x01\x02\x7f"
         "controls\n",
         "bell and controls/"},
        {"gr\xc3\xbc\xc3\x9f\b\be\n", "gre/"},
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        try_bytes(tries[i].bytes, strlen(tries[i].bytes), tries[i].lines);
    try_bytes("a\0b\n", 4, "ab/");
    try_bytes("\x1b\0c\n", 4, "c/"); /* a zero is no beginning of a string */
}

static void bounded(void **state)
{
    (void)state;
    struct written w = {.n = 0};
    char line[64];
    for (unsigned i = 0; i < WRITTEN_LINES_MAX + 10; i++)
        written_take(&w, line, (size_t)snprintf(line, sizeof line, "line %u\n", i));
    assert_int_equal(w.n, WRITTEN_LINES_MAX);
    assert_int_equal(w.n_forgotten, 10);
    assert_string_equal(w.line[0], "line 10");
    for (size_t i = 0; i < WRITTEN_LINE_BYTES + 100; i++)
        written_take(&w, "\xc3\xa4", 2);
    assert_int_equal(strlen(w.line[w.n - 1]) % 2, 0); /* a character is not cut in two */
    assert_true(strlen(w.line[w.n - 1]) <= WRITTEN_LINE_BYTES + 6);
    for (size_t i = 0; i < 3 * (size_t)WRITTEN_LINE_BYTES; i++)
        written_take(&w, "\x80", 1); /* what is no character, either */
    assert_true(w.n_open <= WRITTEN_LINE_BYTES + 7);
    written_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_as_they_would_be_read),
        cmocka_unit_test(bounded),
    };
    return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
