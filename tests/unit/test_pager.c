/* test_pager.c: what lies over the screen: the list of completions, and pages of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/prompt/pager.h"
#include "cli/prompt/popup.h"
#include "tests/support/rows.h"
#include "viz/fold.h"

static void test_popup_fits(void **state)
{
    (void)state;
    char *words[60];
    for (int i = 0; i < 60; i++)
        if (asprintf(&words[i], i == 7 ? "\033]0;%d" : "word-%d", i) < 0) fail();
    for (int rows = 1; rows < 30; rows++)
        for (int columns = 1; columns < 100; columns += 3)
            for (size_t n = 0; n <= 60; n += 4) {
                struct canvas c;
                assert_true(canvas_init(&c, rows, columns, n % 8 == 0));
                c.cursor_column = columns / 2;
                struct line_matches m = {.words = words, .n = n, .chosen = n ? n / 2 : 0};
                popup_draw(&c, rows - 1, &m);
                assert_int_equal(canvas_at(&c, rows - 1, 0)->glyph,
                                 ' '); /* the prompt's row is left alone */
                bool room = n && rows >= 5 && columns >= 12;
                char chosen[16];
                snprintf(chosen, sizeof chosen, "word-%zu", n / 2);
                bool found = false;
                for (int row = 0; row < rows; row++)
                    found = found || strstr(row_trimmed(&c, row), chosen);
                if (room && n / 2 != 7) assert_true(found);
                canvas_release(&c);
            }
    for (int i = 0; i < 60; i++)
        free(words[i]);
}

static struct key key_of(const char *bytes)
{
    struct key key = {.kind = KEY_BYTES, .n = strlen(bytes)};
    memcpy(key.bytes, bytes, key.n);
    return key;
}

static bool press(struct pager *p, struct canvas *c, const char *bytes)
{
    struct key key = key_of(bytes);
    bool taken = pager_takes(p, &key);
    if (p->text) pager_draw(p, c, c->rows);
    return taken;
}

/* The rows that a line is folded to, joined by |. */
static const char *folded(const char *line, int columns, bool ascii)
{
    static char text[4096];
    size_t from = 0, next, n = 0;
    do {
        size_t end = fold_row(line, from, columns, ascii, &next);
        int indent = from ? fold_indent(line, columns, ascii) : 0;
        n += (size_t)sprintf(text + n, "%s%*s%.*s", from ? "|" : "", indent, "", (int)(end - from),
                             line + from);
        assert_true(next == 0 || next > from);
        from = next;
    } while (next);
    return text;
}

static void test_fold(void **state)
{
    (void)state;
    assert_string_equal(folded(" 12. thread 2 finds 96 foreign bytes", 30, false),
                        " 12. thread 2 finds 96 foreign|     bytes");
    assert_string_equal(folded("1.5 is no number of a line here", 28, false),
                        "1.5 is no number of a line|here");
    assert_string_equal(folded("", 10, false), "");
    assert_string_equal(folded("short", 10, false), "short");
    assert_string_equal(folded("one two three four", 10, false), "one two|three four");
    assert_string_equal(folded("0123456789", 10, false), "0123456789");
    assert_string_equal(folded("0123456789 ", 10, false), "0123456789");
    assert_string_equal(folded("0123456789abc", 10, false), "0123456789|abc");
    assert_string_equal(folded("漢字漢字", 5, false), "漢字|漢字");
    assert_string_equal(folded("a\033\033b", 5, false), "a\033\033|b");
    assert_string_equal(folded("  free ID  free blocks of the heap now", 35, false),
                        "  free ID  free blocks of the heap|           now");
    assert_string_equal(folded("abc", 1, false), "a|b|c");
    assert_string_equal(folded("漢b", 1, false),
                        "漢|b"); /* wider than the screen: cut by the canvas, and got past */
}

static void test_pager(void **state)
{
    (void)state;
    struct canvas c;
    struct pager p = {0};
    char text[4000] = "", *end = text;
    for (int i = 1; i <= 50; i++)
        end += sprintf(end, "line %d 漢字 and much that does not fit\n", i); /* three rows each */
    assert_true(canvas_init(&c, 11, 20, false));
    assert_true(pager_open(&p, text));
    assert_int_equal(p.n_lines, 50);
    pager_draw(&p, &c, 11);
    assert_string_equal(row_trimmed(&c, 0), "line 1 漢字 and much");
    assert_string_equal(row_trimmed(&c, 1), "that does not fit");
    assert_string_equal(row_trimmed(&c, 2), "line 2 漢字 and much");
    assert_true(press(&p, &c, "\033[6~"));
    assert_string_equal(row_trimmed(&c, 0), "that does not fit");
    assert_string_equal(row_trimmed(&c, 1), "line 6 漢字 and much");
    assert_true(press(&p, &c, " "));
    assert_string_equal(row_trimmed(&c, 0), "line 10 漢字 and");
    assert_true(press(&p, &c, "\033[5~"));
    assert_string_equal(row_trimmed(&c, 1), "line 6 漢字 and much");
    assert_true(press(&p, &c, "\033[F"));
    assert_string_equal(row_trimmed(&c, 9), "fit");
    pager_scroll(&p, 1000);
    pager_draw(&p, &c, 11);
    assert_string_equal(row_trimmed(&c, 9), "fit");
    assert_true(press(&p, &c, "\033[B"));
    assert_string_equal(row_trimmed(&c, 9), "fit");
    assert_true(press(&p, &c, "\033[A"));
    assert_string_equal(row_trimmed(&c, 9), "much that does not");
    assert_true(press(&p, &c, "\033[1~"));
    assert_string_equal(row_trimmed(&c, 0), "line 1 漢字 and much");
    assert_true(press(&p, &c, "q"));
    assert_null(p.text);
    assert_true(pager_open(&p, "one\ntwo"));
    assert_false(press(&p, &c, "a")); /* closed, and the key is heard below */
    assert_null(p.text);
    for (int rows = 1; rows < 4; rows++) {
        assert_true(pager_open(&p, text));
        pager_draw(&p, &c, rows);
        pager_scroll(&p, 1000);
        pager_draw(&p, &c, rows - 1);
        pager_scroll(&p, -1000);
        assert_int_equal(p.top.line, 0);
        pager_close(&p);
    }
    assert_true(pager_open(&p, "\n\n"));
    pager_draw(&p, &c, 11);
    pager_close(&p);
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_popup_fits),
        cmocka_unit_test(test_pager),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests_name("pager", tests, NULL, NULL);
}
