/* The pieces around the line: its row on the screen, pastes, the file of earlier lines, the list of completions, the text that lies over the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/prompt/bindings.h"
#include "cli/prompt/fold.h"
#include "cli/prompt/pager.h"
#include "cli/prompt/paste.h"
#include "cli/prompt/popup.h"
#include "cli/prompt/row.h"
#include "cli/prompt/store.h"
#include "viz/glyph.h"

/* A row as text, blanks at the end left off. */
static const char *row_text(const struct canvas *c, int row)
{
    static char text[2048];
    size_t n = 0;
    for (int column = 0; column < c->columns; column++) {
        const struct cell *cell = canvas_at(c, row, column);
        if (cell->glyph) n += glyph_to_utf8(cell->glyph, text + n);
    }
    while (n && text[n - 1] == ' ')
        n--;
    text[n] = 0;
    return text;
}

static void expect_row(int columns, const char *text, size_t point, const char *shown, int cursor)
{
    struct canvas c;
    assert_true(canvas_init(&c, 1, columns, false));
    row_draw(&c, 0, "heap> ", text, point);
    assert_string_equal(row_text(&c, 0), shown);
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

/* Wherever the point is and however narrow the row: the cursor is in it, on the character of the point. */
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

/* ── The file of earlier lines ── */

static char base[] = "/tmp/brkview-store-XXXXXX";
static char last_seen[STORE_LINE_BYTES_MAX + 1];
static int n_seen;

static void seen(const char *line)
{
    snprintf(last_seen, sizeof last_seen, "%s", line);
    n_seen++;
}

static struct store opened(void)
{
    struct store s;
    n_seen = 0;
    last_seen[0] = 0;
    store_open(&s, seen);
    return s;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void test_store(void **state)
{
    (void)state;
    char path[200];
    assert_non_null(mkdtemp(base));
    snprintf(path, sizeof path, "%s/a/b", base);
    setenv("XDG_STATE_HOME", path, 1);
    struct store s = opened(), other = opened();
    assert_string_equal(s.notice, "");
    store_add(&s, "alloc 64");
    store_add(&other, "free\n1\033");
    store_add(&s, "free 2");
    store_close(&s);
    store_close(&other);
    s = opened();
    assert_int_equal(n_seen, 3);
    assert_string_equal(last_seen, "free 2");
    assert_int_equal(mode_of(s.path), 0600);
    assert_int_equal(chmod(s.path, 0644), 0); /* it was somebody's mistake: put right at the next use */
    store_add(&s, "free 3");
    assert_int_equal(mode_of(s.path), 0600);
    assert_int_equal(mode_of(path), 0700);
    for (int i = 0; i < 5000; i++) {
        char line[32];
        snprintf(line, sizeof line, "line %d", i);
        store_add(&s, line);
    }
    store_close(&s);
    s = opened();
    assert_int_equal(n_seen, STORE_LINES_MAX);
    assert_string_equal(last_seen, "line 4999");
    char *endless = malloc(100000);
    memset(endless, 'x', 99999);
    endless[99999] = 0;
    store_add(&s, endless); /* too long: left out */
    free(endless);
    store_close(&s);
    s = opened();
    assert_string_equal(last_seen, "line 4999");
    store_close(&s);
}

static void test_store_without_a_place(void **state)
{
    (void)state;
    char path[200], target[200];
    setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
    struct store s = opened();
    assert_non_null(strstr(s.notice, "not kept"));
    store_add(&s, "x");
    store_close(&s);
    setenv("XDG_STATE_HOME", "relative/does/not/count", 1);
    setenv("HOME", base, 1);
    s = opened();
    snprintf(path, sizeof path, "%s/.local/state/brkview/history", base);
    assert_string_equal(s.path, path);
    store_close(&s);
    FILE *file = fopen(path, "w"); /* the last line was cut short */
    fputs("one\ntw", file);
    fclose(file);
    s = opened();
    assert_string_equal(last_seen, "tw");
    store_add(&s, "three");
    store_close(&s);
    s = opened();
    assert_int_equal(n_seen, 3);
    store_close(&s);
    unlink(path); /* a link or a pipe in its place is not followed, and not waited for */
    snprintf(target, sizeof target, "%s/elsewhere", base);
    assert_int_equal(symlink(target, path), 0);
    s = opened();
    assert_null(s.path);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    s = opened();
    assert_null(s.path);
    unlink(path);
    file = fopen(path, "w"); /* bytes that are no lines */
    for (int i = 0; i < 3 * 1024 * 1024; i++)
        putc(i % 4096 ? i * 7 : 0, file);
    fclose(file);
    s = opened();
    assert_non_null(s.path);
    assert_true(n_seen <= (int)STORE_LINES_MAX);
    store_close(&s);
    char command[220];
    snprintf(command, sizeof command, "rm -rf %s", base);
    assert_int_equal(system(command), 0);
}

/* ── What lies over the screen ── */

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
                assert_int_equal(canvas_at(&c, rows - 1, 0)->glyph, ' '); /* the prompt's row is left alone */
                bool room = n && rows >= 5 && columns >= 12;
                char chosen[16];
                snprintf(chosen, sizeof chosen, "word-%zu", n / 2);
                bool found = false;
                for (int row = 0; row < rows; row++)
                    found = found || strstr(row_text(&c, row), chosen);
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
        n += (size_t)sprintf(text + n, "%s%*s%.*s", from ? "|" : "", indent, "", (int)(end - from), line + from);
        assert_true(next == 0 || next > from);
        from = next;
    } while (next);
    return text;
}

static void test_fold(void **state)
{
    (void)state;
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
    assert_string_equal(folded("漢b", 1, false), "漢|b"); /* wider than the screen: cut by the canvas, and got past */
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
    assert_string_equal(row_text(&c, 0), "line 1 漢字 and much");
    assert_string_equal(row_text(&c, 1), "that does not fit");
    assert_string_equal(row_text(&c, 2), "line 2 漢字 and much");
    assert_true(press(&p, &c, "\033[6~"));
    assert_string_equal(row_text(&c, 0), "that does not fit");
    assert_string_equal(row_text(&c, 1), "line 6 漢字 and much");
    assert_true(press(&p, &c, " "));
    assert_string_equal(row_text(&c, 0), "line 10 漢字 and");
    assert_true(press(&p, &c, "\033[5~"));
    assert_string_equal(row_text(&c, 1), "line 6 漢字 and much");
    assert_true(press(&p, &c, "\033[F"));
    assert_string_equal(row_text(&c, 9), "fit");
    pager_scroll(&p, 1000);
    pager_draw(&p, &c, 11);
    assert_string_equal(row_text(&c, 9), "fit");
    assert_true(press(&p, &c, "\033[B"));
    assert_string_equal(row_text(&c, 9), "fit");
    assert_true(press(&p, &c, "\033[A"));
    assert_string_equal(row_text(&c, 9), "much that does not");
    assert_true(press(&p, &c, "\033[1~"));
    assert_string_equal(row_text(&c, 0), "line 1 漢字 and much");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row),        cmocka_unit_test(test_row_keeps_the_cursor),
        cmocka_unit_test(test_row_ascii),  cmocka_unit_test(test_paste_text),
        cmocka_unit_test(test_store),      cmocka_unit_test(test_store_without_a_place),
        cmocka_unit_test(test_popup_fits), cmocka_unit_test(test_pager),
        cmocka_unit_test(test_fold),       cmocka_unit_test(test_bindings),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
