/* test_complete.c: what the Tab key finds, from the table and the ledger alone. */
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

#include "cli/command/command.h"
#include "cli/source/own_target.h"
#include "tests/support/scratch.h"

static struct lab lab; /* without a target */

static int fill_ledger(void **unused)
{
    (void)unused;
    struct ledger *b = &lab.shown.session.ledger;
    ledger_init(b, 0x1000);
    for (uint64_t i = 0; i < 12; i++)
        ledger_add(b, 0x1000 + i * 64, 16);
    ledger_name_set(b, 3, "buffer");
    ledger_name_set(b, 5, "bad");
    ledger_drop(b, 5, 9);
    return 0;
}

static int empty_ledger(void **unused)
{
    (void)unused;
    ledger_release(&lab.shown.session.ledger);
    return 0;
}

/* Completing at the end of line gives exactly these words. */
static void gives(const char *line, const char *expected)
{
    char joined[2048] = "";
    size_t start = 0, length = strlen(line);
    char **list = command_complete(&lab, line, length, &start);
    for (char **word = list; word && *word; word++) {
        size_t n = strlen(joined);
        snprintf(joined + n, sizeof joined - n, "%s%s", n ? " " : "", *word);
        free(*word);
    }
    free((void *)list);
    if (strcmp(joined, expected) != 0) fail_msg("%s: \"%s\", not \"%s\"", line, joined, expected);
    size_t word = length;
    while (word > 0 && line[word - 1] != ' ' && line[word - 1] != ';' && line[word - 1] != '(')
        word--;
    if (!strchr(line, '"')) assert_int_equal(start, word);
}

static void commands(void **unused)
{
    (void)unused;
    gives("al", "aligned alloc");
    gives("alloc", "alloc");
    gives("mallo", "malloc"); /* an alias, for no name will do */
    gives("zz", "");
    gives("hex", "hexdump");
    gives("alloc 1; fr", "free");
    gives("alloc 1;fr", "free");
    gives("write 1 0 \"a;fr", "");
    gives("help alig", "aligned");
    gives("repeat 3 al", "aligned alloc");
    gives("repeat 3 repeat 2 free bu", "buffer");
    gives("repeat 3 set or", "order");
    gives("zoom ", "all in out");
    gives("lesson n", "next");
    gives("lesson ba", "back");
    gives("lesson q", "quit");
    gives("lesson --check n", "");
    gives("quiz q", "quit");
}

static void arguments(void **unused)
{
    (void)unused;
    gives("free b", "buffer");
    gives("free 1", "1 10 11 12");
    gives("free #1", "#1 #10 #11 #12");
    gives("free 1 2 a", "all");
    gives("free 5", ""); /* it is free */
    gives("policy be", "best-fit");
    gives("policy ", "best-fit bump first-fit header next-fit worst-fit");
    static const struct own_setup one = {.title = "mm.c"}, other = {.title = "mm-lists.c"};
    lab.shown.session.setup.own = &one;
    lab.shown.session.owns = &(struct own_list){.setup = {&one, &other}, .n = 2};
    gives("policy ", "best-fit bump first-fit header next-fit own worst-fit");
    gives("policy own m", "mm-lists.c mm.c");
    gives("policy bump m", "");
    lab.shown.session.setup.own = NULL;
    lab.shown.session.owns = NULL;
    gives("set sp", "split");
    gives("set o", "order");
    gives("set order ", "address fifo lifo size-down size-up");
    gives("set nothing ", "");
    gives("alloc 64 ", "as");
    gives("alloc \001 ", "");
    gives("nonsense 1 ", "");
}

static void lines_of_c(void **unused)
{
    (void)unused;
    gives("free p1", "p1 p10 p11 p12");
    gives("mall", "malloc");
    gives("x = ca", "calloc(");
    gives("char *x = (char *) posix", "");
    gives("x = (char *) mem", "memalign(");
    gives("strc", "strcpy(");
    gives("free(", "NULL buffer p1 p2 p3 p4 p6 p7 p8 p9 p10 p11 p12");
    gives("free(b", "buffer");
    gives("free(p1); free(p1", "p1 p10 p11 p12");
    gives("memset(p5", ""); /* it is free */
    gives("x = realloc(N", "NULL");
}

static void the_cursor_may_stand_inside(void **unused)
{
    (void)unused;
    size_t start;
    char **list = command_complete(&lab, "al 64; stats", 2, &start);
    assert_string_equal(list[0], "aligned");
    assert_string_equal(list[1], "alloc");
    assert_null(list[2]);
    assert_int_equal(start, 0);
    for (int i = 0; i < 2; i++)
        free(list[i]);
    free((void *)list);
    list = command_complete(&lab,
                            "free\xc2\xa0"
                            "bu",
                            99, &start); /* behind a blank of a web page's */
    assert_non_null(list);
    assert_string_equal(list[0], "buffer");
    assert_null(list[1]);
    assert_int_equal(start, 6);
    free(list[0]);
    free((void *)list);
    list = command_complete(&lab,
                            "\xe3\x80\x80"
                            "und",
                            99, &start);
    assert_non_null(list);
    assert_string_equal(list[0], "undo");
    assert_int_equal(start, 3);
    free(list[0]);
    free((void *)list);
    list = command_complete(&lab, "free bu", 99, &start);
    assert_string_equal(list[0], "buffer");
    free(list[0]);
    free((void *)list);
}

static void files(void **unused)
{
    (void)unused;
    const char *dir = scratch_path("complete");
    char path[SCRATCH_PATH + 32], line[SCRATCH_PATH + 32], expected[2 * SCRATCH_PATH + 32];
    static const char *const names[] = {"lesson.brk",   "less on",      "less\033on",
                                        ".lesson",      "lessons",      "x\"y",
                                        "less\u00a0on", "less\u202eon", "less\xff"};
    assert_int_equal(mkdir(dir, 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (i == 4)
            assert_int_equal(mkdir(path, 0700), 0);
        else
            fclose(fopen(path, "w"));
    }
    snprintf(line, sizeof line, "source %s/le", dir);
    snprintf(expected, sizeof expected, "%s/lesson.brk %s/lessons/", dir,
             dir); /* none that can't be typed */
    gives(line, expected);
    gives("save /nonexistent/", "");
    setenv("HOME", dir, 1);
    gives("source ~/le", "~/lesson.brk ~/lessons/");
    gives("lesson ~/le", "~/lesson.brk ~/lessons/");
    gives("source ~", "~/");
    gives("export ~roo", "~root/");
    gives("export ~nobody-has-this-name/", "");
}

static void depth_is_bounded(void **unused)
{
    (void)unused;
    static char line[60000];
    for (size_t at = 0; at + 20 < sizeof line;)
        at += (size_t)snprintf(line + at, sizeof line - at, "repeat 1 ");
    gives(line, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands),   cmocka_unit_test(arguments),
        cmocka_unit_test(lines_of_c), cmocka_unit_test(the_cursor_may_stand_inside),
        cmocka_unit_test(files),      cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests_name("complete", tests, fill_ledger, empty_ledger);
}
