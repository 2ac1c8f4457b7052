/* The screen end to end: what is typed moves the break that is shown, on every kind of terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

struct move {
    const char *command, *so_far, *regex;
};

static const struct move moves[] = {
    {"alloc 64", "alloc 64", "p1 = malloc\\(64\\);"},
    {"alloc 32", "alloc 64; alloc 32", "p2 = malloc\\(32\\);"},
    {"free 2", "alloc 64; alloc 32; free 2", "free\\(p2\\);"},
};

/* Where randomisation cannot be switched off, addresses of two runs agree by their distance from
 * the heap's start only. */
static void test_break_is_the_same(void **state)
{
    (void)state;
    uint64_t start = lab_json_brk("stats"), again = lab_json_brk("stats");
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    uint64_t base = start == again ? start : lab_brk(t);
    lab_must_equal(t, lab_brk(t), base, "brk at the start");
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        lab_command(t, moves[i].command, moves[i].regex);
        uint64_t expected =
            start == again ? lab_json_brk(moves[i].so_far) : base + (i == 1 ? 96 + 64 : 96);
        lab_must_equal(t, lab_brk(t), expected, "brk on the screen");
    }
    lab_leave(t);
}

static void test_what_moved_is_shown(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "HEAP 96 B");
    lab_must_match(t, "1 +0x[0-9a-f]+ +96 +64 +64 +used");
    lab_must_match(t, "brk .*\\+96");
    lab_must_match(t, "p1 = malloc\\(64\\);.*brk moves up by 96");
    lab_command(t, "alloc 32", "HEAP 160 B");
    lab_must_match(t, "2 +0x[0-9a-f]+ +64 +32 +32 +used");
    lab_must_match(t, "0x[0-9a-f]+ .*#1.*#2.*brk"); /* the map */
    lab_command(t, "free 2", "HEAP 96 B");
    lab_must_match(t, "brk .*(-|−)64");
    assert_false(lab_matches(t, "2 +0x[0-9a-f]+ +64 +32 +32 +used"));
    lab_command(t, "alloc 8; alloc 8; free 3", "3 +0x[0-9a-f]+ +48 .*free");
    lab_must_match(t, "#3 free"); /* the detail follows what changed */
    lab_must_match(t, "FREE LIST +#3");
    lab_leave(t);
}

struct kind {
    int rows, columns;
    const char *env[4];
    const char *more[4];
    bool ascii, colors;
};

static const struct kind kinds[] = {
    {24, 80, {NULL}, {NULL}, false, true},
    {40, 120, {NULL}, {NULL}, false, true},
    {30, 100, {NULL}, {"--theme", "light", NULL}, false, true},
    {24, 80, {NULL}, {"--theme", "mono", NULL}, false, false},
    {24, 80, {"NO_COLOR=1", NULL}, {NULL}, false, false},
    {24, 80, {"NO_COLOR=1", NULL}, {"--theme", "light", NULL}, false, true}, /* an option outranks
                                                                                the variable */
    {24, 80, {"NO_COLOR=1", NULL}, {"--set", "theme=dark", NULL}, false, true},
    {24, 80, {"NO_COLOR=", NULL}, {NULL}, false, true},
    {24, 80, {"TERM=linux", NULL}, {NULL}, false, true},
    {24, 80, {"TERM=vt100", NULL}, {NULL}, false, false},
    {24, 80, {"TERM=vt100", "LC_ALL=C", NULL}, {NULL}, true, false},
    {24, 80, {"LC_ALL=C", NULL}, {NULL}, true, true},
    {40, 120, {"LC_ALL=C", NULL}, {"--theme", "mono", NULL}, true, false},
    {24, 80, {NULL}, {"--ascii", NULL}, true, true},
    {24, 80, {"TERM=tmux-256color", NULL}, {NULL}, false, true},
};

static bool is_colored(struct terminal *t, void *unused)
{
    int rows, columns;
    (void)unused;
    terminal_size(t, &rows, &columns);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            struct terminal_cell cell = terminal_cell(t, row, column);
            if (!cell.default_foreground || !cell.default_background) return true;
        }
    return false;
}

static bool is_plain(struct terminal *t, void *unused) { return !is_colored(t, unused); }

/* Each kind shows the same words, nothing that is no text, and only what its terminal has. */
static void legible(const struct kind *kind)
{
    struct terminal *t = lab_start(kind->rows, kind->columns, kind->env, kind->more);
    lab_command(t, "alloc 64; alloc 32; alloc 16; free 2", "free\\(p2\\);");
    lab_must_match(t, "brk 0x[0-9a-f]+");
    lab_must_match(t, "text .*data +bss +heap.*stack");
    lab_must_match(t, "HEAP 208 B");
    lab_must_match(t, "1 +0x[0-9a-f]+ .* 96 .* 64 +used");
    lab_must_match(t, "2 +0x[0-9a-f]+ .* 64 .*free");
    lab_must_match(t, "only marked free");
    for (int row = 0; row < kind->rows; row++)
        for (int column = 0; column < kind->columns; column++) {
            struct terminal_cell cell = terminal_cell(t, row, column);
            bool good = cell.glyph == 0 || cell.glyph == UINT32_MAX ||
                        (cell.glyph >= 0x20 && cell.glyph < 0x7f) ||
                        (!kind->ascii && cell.glyph > 0xa0 && cell.glyph != 0xfffd);
            if (!good) terminal_print(t);
            assert_true(good);
        }
    if (is_colored(t, NULL) != kind->colors)
        fail_msg("expected %s", kind->colors ? "colours" : "no colours");
    lab_leave(t);
}

static void test_legible_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        print_message("# %d x %d %s %s%s\n", kinds[i].rows, kinds[i].columns,
                      kinds[i].env[0] ? kinds[i].env[0] : "",
                      kinds[i].more[0] ? kinds[i].more[0] : "",
                      kinds[i].more[0] && kinds[i].more[1] ? kinds[i].more[1] : "");
        legible(&kinds[i]);
    }
}

/* Without a screen it is a line tool, and says so nowhere in escapes. */
static void test_no_screen(void **state)
{
    (void)state;
    static const char *const env[] = {"TERM=dumb", NULL};
    const char *argv[] = {terminal_program(), NULL};
    int status;
    struct terminal *t = terminal_start(24, 80, env, argv);
    terminal_type(t, "alloc 64\r");
    terminal_must_show(t, "0x");
    lab_must_match(t, "^heap>$"); /* before, Ctrl-D would not be heard by who edits the line */
    terminal_type(t, "\004");
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_int_equal(status, 0);
    assert_false(terminal_came(t, "\033", 1, 0));
    terminal_free(t);
}

/* A command outranks the variable NO_COLOR, too, and none of it is written before. */
static void test_no_color_until_asked(void **state)
{
    (void)state;
    static const char *const env[] = {"NO_COLOR=1", NULL};
    struct terminal *t = lab_start(24, 80, env, NULL);
    lab_command(t, "alloc 64", "p1 = malloc\\(64\\);");
    assert_false(terminal_came(t, "\033[39;49m", 8, 0));
    lab_command(t, "set theme light", NULL);
    assert_true(terminal_wait_until(t, is_colored, NULL, TERMINAL_WAIT_MS));
    lab_command(t, "set theme mono", NULL);
    assert_true(terminal_wait_until(t, is_plain, NULL, TERMINAL_WAIT_MS));
    lab_command(t, "set theme auto", "theme is auto"); /* nothing is remembered */
    lab_leave(t);
}

/* A terminal that nobody knows: plain lines, and the reason for them. */
static void lines_with_reason(const char *subcommand, const char *word, const char *shown)
{
    static const char *const env[] = {"TERM=no-such-terminal-at-all", NULL};
    const char *argv[] = {terminal_program(), subcommand, word, NULL};
    struct terminal *t = terminal_start(24, 120, env, argv);
    terminal_must_show(t, shown);
    lab_must_match(t, "^brkview: TERM names a terminal that the terminfo database does not know: "
                      "plain lines instead$");
    assert_false(terminal_alternate(t));
    terminal_free(t);
}

static void test_unknown_terminal(void **state)
{
    (void)state;
    lines_with_reason(NULL, NULL, "heap>");
    lines_with_reason("lesson", "header", "lesson>");
}

/* A click selects in the table and in the map; the mouse can be given back. */
static void test_mouse(void **state)
{
    (void)state;
    int column, row;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    assert_true(terminal_mouse(t));
    lab_command(t, "alloc 64; alloc 32; alloc 16", "#3 used");
    row = terminal_find(t, " 64        64 used", &column);
    assert_true(row > 0);
    terminal_click(t, row, column + 2);
    lab_must_match(t, "#1 used");
    row = terminal_find(t, "#2", &column); /* the map is above the table */
    terminal_click(t, row, column);
    lab_must_match(t, "#2 used");
    lab_command(t, "set mouse off", NULL);
    assert_false(terminal_mouse(t));
    lab_command(t, "set mouse on", NULL);
    assert_true(terminal_mouse(t));
    lab_leave(t);
}

static void test_keys_move_the_view(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "repeat 100 alloc 16", "#1 used");
    terminal_type(t, "\033[1;3B");
    lab_must_match(t, "#2 used");
    terminal_type(t, "\033[1;3A");
    lab_must_match(t, "#1 used");
    for (int i = 0; i < 100; i++)
        terminal_type(t, "\033[6~");
    lab_must_match(t, "100 +0x[0-9a-f]+ +48 ");
    for (int i = 0; i < 100; i++)
        terminal_type(t, "\033[5~");
    lab_must_match(t, "(^|[^0-9])1 +0x[0-9a-f]+ +48 ");
    terminal_type(t, "\0330");
    lab_must_match(t, "cell=[0-9.]+ ?[kKMG]?i?B");
    for (int i = 0; i < 12; i++)
        terminal_type(t, "\033+");
    lab_must_match(t, "cell=1 ?B");
    terminal_type(t, "\033-");
    lab_must_match(t, "cell=2 ?B");
    lab_leave(t);
}

/* Fewer and larger things for the back row, and offsets for addresses: at a key, and by commands.
 */
static void test_projector_and_offsets(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64; alloc 32", "#2 used");
    terminal_must_show(t, "HISTORY");
    terminal_type(t, "\033p");
    terminal_must_lose(t, "HISTORY");
    terminal_type(t, "zz"); /* the prompt is painted last: with it, all that is above has come */
    terminal_must_show(t, "heap> zz");
    terminal_type(t, "\001\013");
    int column, row = terminal_find(t, "#1 64", &column);
    assert_true(row > 0);
    assert_int_equal(terminal_cell(t, row - 1, column).glyph,
                     0x2588); /* the block is three rows high */
    assert_int_equal(terminal_cell(t, row - 2, column).glyph, 0x2588);
    terminal_click(t, row - 2, column);
    lab_must_match(t, "►1 ");
    lab_command(t, "set projector off", "HISTORY");
    terminal_type(t, "\033o");
    lab_must_match(t, "2 +\\+0x60 +64");
    lab_command(t, "set addresses absolute", "2 +0x[0-9a-f]+060 +64");
    lab_leave(t);
}

/* What is long lies over the screen until a key takes it away; the key of a new command is kept. */
static void test_pager(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "help", "alloc SIZE");
    terminal_type(t, "\033[6~");
    terminal_must_lose(t, "alloc SIZE");
    terminal_type(t, "\033[5~");
    lab_must_match(t, "alloc SIZE");
    terminal_type(t, "q");
    terminal_must_show(t, "HEAP");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "\033OP");
    lab_must_match(t, "alloc SIZE");
    terminal_type(t, "\033[F");
    terminal_must_show(t, "Ctrl-Z");
    terminal_type(t, "alloc 64");
    lab_must_prompt(t, LAB_PROMPT " alloc 64");
    terminal_must_show(t, "HEAP");
    terminal_type(t, "\r");
    terminal_must_show(t, "p1 = malloc(64);");
    lab_command(t, "alloc nonsense; alloc 1",
                "nonsense"); /* an error that a later command would hide */
    terminal_type(t, "q");
    lab_command(t, "nonsense1; nonsense2",
                "command nonsense1"); /* both, though the second is the line's last word */
    lab_must_match(t, "command nonsense2");
    terminal_type(t, "quiz"); /* q alone is nothing but the way out */
    lab_must_prompt(t, LAB_PROMPT " quiz");
    terminal_type(t, "\003\033OP");
    lab_must_match(t, "alloc SIZE");
    terminal_type(t, "qalloc 32");
    lab_must_prompt(t, LAB_PROMPT " alloc 32");
    terminal_type(t, "\003\033OP");
    lab_must_match(t, "alloc SIZE");
    terminal_type(t, "qundo");
    lab_must_prompt(t, LAB_PROMPT " undo");
    terminal_type(t, "\003");
    lab_leave(t);
}

static void must_be_one_style(struct terminal *t, int row, int from, int columns, bool reverse)
{
    struct terminal_cell first = {0};
    for (int i = 0; i < columns; i++) {
        struct terminal_cell cell = terminal_cell(t, row, from + i);
        assert_int_equal(cell.reverse, reverse);
        assert_true(cell.default_background);
        if (cell.glyph <= ' ') continue;
        if (!first.glyph) first = cell;
        assert_memory_equal(cell.foreground, first.foreground, 3);
    }
}

/* Help is plain from its first letter to its last, blanks too; what is wrong has a mark, and is red
 * from there on. */
static void test_notices(void **state)
{
    static const char greeting[] = "type alloc 64, then free 1; help lists the commands",
                      endless[] = "a paste has begun and does not end";
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    int row, column;
    (void)state;
    row = terminal_find(t, greeting, &column);
    assert_true(row >= 0);
    must_be_one_style(t, row, 0, 80, false);
    assert_true(terminal_cell(t, row, column).default_foreground);
    terminal_type(t, "\033[200~x");
    terminal_must_show(t, endless);
    row = terminal_find(t, endless, &column);
    assert_int_equal(column, 3);
    must_be_one_style(t, row, 0, 3, true);
    must_be_one_style(t, row, 3, 77, false);
    assert_false(terminal_cell(t, row, column).default_foreground);
    terminal_type(t, "\003");
    terminal_must_lose(t, endless);
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_break_is_the_same),
        cmocka_unit_test(test_what_moved_is_shown),
        cmocka_unit_test(test_legible_everywhere),
        cmocka_unit_test(test_no_color_until_asked),
        cmocka_unit_test(test_unknown_terminal),
        cmocka_unit_test(test_no_screen),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_keys_move_the_view),
        cmocka_unit_test(test_projector_and_offsets),
        cmocka_unit_test(test_pager),
    };
    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
