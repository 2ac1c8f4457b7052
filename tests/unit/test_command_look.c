/* test_command_look.c: what the commands that only look tell, as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/command.h"
#include "cli/command/page.h"
#include "tests/support/try.h"

static json_int_t result(const char *key)
{
    return json_integer_value(json_object_get(try_lab.last->result, key));
}

static void show_names_the_words_of_a_block(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 60 as one");
    try_ok("alloc 16");
    try_ok("show one");
    try_tells("#1 one: 96 bytes at 0x411000 = 32 header + 60 requested + 4 padding");
    try_tells("  +0   size       64 payload\n");
    try_tells("  +8   is_free    0\n");
    try_tells("  +16  next       0x411060\n");
    try_tells("  +32  payload    0x411020 (what malloc returned)");
    const json_t *words = json_object_get(try_lab.last->result, "words");
    assert_int_equal(json_array_size(words), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(words, 2), "value")),
                        "0x411060");
    assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "name")), "one");
    try_close();
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 20");
    try_ok("show 1");
    try_tells("prev_size");
    try_tells("  +16  payload    0x411010");
    try_close();
}

/* A block that was freed is looked at like any other, while it is one. */
static void freed_blocks_are_shown(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 64 as node");
    try_ok("alloc 32");
    try_ok("sbrk 8");
    try_ok("free node");
    try_ok("show node");
    try_tells("(#1): 80 bytes at 0x411000 = 16 header + 64 free");
    try_tells("  +8   size_flags 81 = 80 + free\n");
    try_ok("show 0x41104f");
    assert_int_equal(result("last_id"), 1);
    try_ok("dump 1");
    assert_int_equal(strlen(json_string_value(json_object_get(try_lab.last->result, "bytes"))),
                     2 * 80);
    try_fails("why 1", "#1 is already free: freed 4 commands ago; expected a block in use");
    try_ok("why 0x411060");
    assert_int_equal(result("id"), 2);
    try_ok("show 0x411080");
    try_tells("a block: 8 bytes at 0x411080 = 0 header + 8 foreign");
    try_fails("show 0x411088", "no block is at 0x411088");
    try_ok("alloc 64");
    try_fails("show 1", "#1 is already free: freed ");
    try_fails("dump 1", "its bytes were given back or belong to another block");
    try_fails("fill 1 0", "#1");
    try_ok("set quarantine 2");
    try_ok("free 3");
    try_ok("show 0x411000");
    try_tells("a block: 80 bytes at 0x411000 = 16 header + 64 in quarantine");
    try_fails("why 0x411000", "in quarantine");
    try_close();
}

/* The guard before a payload goes when the block is freed; the block is still known by where that
 * payload was. */
static void freed_blocks_keep_their_ids_behind_a_guard(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("set canary on");
        try_ok("alloc 64");
        try_ok("alloc 32");
        try_ok("free 1");
        try_ok("show 1");
        assert_int_equal(result("last_id"), 1);
        try_ok("alloc 64");
        try_says("looked at #1 (");
        try_close();
    }
}

static void dump_shows_bytes(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 20");
    try_ok("write 1 0 \"Hi\\x7f\\n\" ff");
    try_ok("dump 1");
    try_tells("0x411020  48 69 7f 0a ff 00 00 00  00 00 00 00 00 00 00 00  |Hi..............|");
    try_tells("0x411030  00 00 00 00                                       |....|");
    assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "address")),
                        "0x411000");
    assert_int_equal(strlen(json_string_value(json_object_get(try_lab.last->result, "bytes"))),
                     2 * 52);
    try_ok("dump 0x411020 2");
    assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "bytes")), "4869");
    try_ok("dump 0x411fff 64"); /* the page's last byte, and no more */
    try_tells("0x412000 and beyond can't be read: not mapped");
    assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "bytes")), "00");
    try_close();
}

/* The line beside a command is C, under the names that were given. */
static void c_lines_are_c(void **unused)
{
    static const struct {
        const char *command, *c;
    } rows[] = {{"alloc 64 as buf", "buf = malloc(64);"},
                {"alloc 8", "p2 = malloc(8);"},
                {"write buf 0 \"hello\"", "memcpy(buf + 0, \"hello\", 5);"},
                {"write 2 1 0161 67", "memcpy(p2 + 1, \"\\x01\\x61g\", 3);"},
                {"write 2 1 225c 0a", "memcpy(p2 + 1, \"\\x22\\x5c\\x0a\", 3);"},
                {"fill buf 0xaa", "memset(buf, 0xaa, 64);"},
                {"free buf 2", "free(buf); free(p2);"}};
    (void)unused;
    try_open(HEAP_HEADER);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_ok("%s", rows[i].command);
        assert_string_equal(try_lab.last->c_line, rows[i].c);
    }
    try_close();
}

static void why_explains_every_byte(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 100");
    try_ok("alloc 16");
    try_ok("free 1");
    try_ok("alloc 20");
    try_ok("why 3");
    try_tells("for header never splits");
    assert_int_equal(result("size"), result("requested") + result("rounding") +
                                         result("not_split") + result("header"));
    try_close();
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 100");
    try_ok("alloc 16");
    try_ok("free 1");
    try_ok("set split off");
    try_ok("alloc 20");
    try_ok("why 3");
    try_tells("not split off, because split is off");
    try_ok("set split on");
    try_ok("why 3");
    try_tells("split was off when it was taken, or a write has changed its size");
    try_close();
    try_open(HEAP_BUMP);
    try_ok("alloc 100");
    try_ok("why 1");
    try_tells("+ 0 header: bump keeps no record");
    try_close();
}

static void marks_are_kept_by_name(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("mark");
    try_tells("no state is marked; `mark NAME` keeps this one");
    try_ok("mark a");
    try_ok("alloc 64");
    try_ok("mark b");
    try_ok("mark a"); /* in place of the first */
    try_ok("mark");
    try_tells("a: kept after command 5, 80 bytes, 1 block"); /* the newest now, from which diff
                                                                alone looks */
    try_ok("diff");
    try_tells("from a");
    try_ok("mark");
    assert_int_equal(json_array_size(json_object_get(try_lab.last->result, "marks")), 2);
    try_ok("repeat 60 alloc 8");
    try_ok("diff a b");
    assert_int_equal(result("blocks"), 0);
    try_ok("diff a");
    try_tells("20 more blocks differ");
    assert_int_equal(result("blocks"), 60);
    json_t *j = try_json();
    assert_int_equal(json_array_size(json_object_get(json_object_get(j, "diff"), "blocks")), 60);
    json_decref(j);
    try_ok("free 1-3");
    try_ok("diff a now");
    try_tells("->  free");
    try_fails("diff c", "no state is called c; expected a name given with `mark`, or now");
    try_fails("diff a c", "no state is called c");
    try_close();
}

/* The history begins where the heap does, whatever was the first that was done to it. */
static void a_history_has_every_command(void **unused)
{
    (void)unused;
    struct picture p;
    try_open(HEAP_HEADER);
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 10, .table_rows = 5, .there = true};
    try_ok("set trim off"); /* which changes no byte of it */
    lab_picture(&try_lab, &p);
    assert_int_equal(p.history->n, 2);
    for (size_t i = 3; i < 40; i++) {
        try_ok("alloc 16");
        lab_picture(&try_lab, &p);
        assert_int_equal(p.history->n, i);
        for (size_t k = 0; k < i; k++) {
            assert_int_equal(p.history->heap_bytes[k], k < 2 ? 0 : 48 * (k - 1));
            assert_int_equal(p.history->live_bytes[k], k < 2 ? 0 : 16 * (k - 1));
        }
    }
    try_close();
}

static void a_picture_has_every_name(void **unused)
{
    (void)unused;
    struct picture p;
    try_open(HEAP_HEADER);
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 10, .table_rows = 5, .there = true};
    for (size_t i = 1; i < 100; i++) {
        char name[16];
        try_ok("alloc 16 as n%zu", i);
        lab_picture(&try_lab, &p);
        assert_int_equal(p.n_names, i);
        for (size_t k = 0; k < i; k++) {
            snprintf(name, sizeof name, "n%zu", i - k); /* the newest first */
            assert_string_equal(p.names[k], name);
            assert_int_equal(p.name_ids[k], i - k);
        }
    }
    try_close();
}

static void help_explains(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("help");
    for (size_t i = 0; i < command_table_size; i++)
        try_tells(command_table[i]->name);
    assert_int_equal(json_array_size(json_object_get(try_lab.last->result, "commands")),
                     command_table_size);
    try_ok("help malloc");
    try_tells("alloc SIZE [as NAME]\n  allocate SIZE bytes.");
    try_tells("Also called: malloc new");
    assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "usage")),
                        "alloc SIZE [as NAME]");
    try_ok("quit");
    assert_true(try_lab.quit);
    try_close();
}

static void settings_are_told(void **unused)
{
    (void)unused;
    try_open(HEAP_BEST_FIT);
    try_ok("set theme light");
    assert_int_equal(try_lab.shown.view.theme, THEME_LIGHT);
    try_ok("set mouse off");
    assert_false(try_lab.mouse);
    assert_int_equal(try_lab.shown.session.log.n, 0); /* the screen's business is not the heap's */
    try_ok("set growth page");
    try_ok("policy");
    try_tells("policy best-fit, split on, coalesce on, trim on, order address, growth page");
    try_ok("set growth 64K");
    try_ok("policy");
    try_tells("growth 64K");
    try_ok("set growth 512");
    try_ok("stats");
    try_tells("growth 512, no limit");
    try_ok("set growth exact");
    try_ok("limit 4k");
    try_ok("stats");
    try_tells("growth exact, limit 4096");
    try_ok("speed");
    try_tells("commands are not played");
    try_ok("speed 100");
    try_ok("speed step");
    try_tells("every command tells its steps");
    assert_true(json_is_true(json_object_get(try_lab.last->result, "by_hand")));
    try_close();
}

/* ── With a screen ── */

static void a_picture_has_it_all(void **unused)
{
    (void)unused;
    struct picture p;
    try_open(HEAP_HEADER);
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 10, .table_rows = 5, .there = true};
    try_ok("repeat 20 alloc 30");
    try_ok("alloc 64 as last");
    lab_picture(&try_lab, &p);
    assert_ptr_equal(p.snapshot, try_lab.shown.session.snapshot);
    assert_string_equal(p.c_line, "last = malloc(64);");
    assert_false(p.failed);
    assert_int_equal(p.history->n, 3);
    assert_int_equal(p.history->heap_bytes[2], try_stat("heap_bytes"));
    try_ok("policy best-fit replay"); /* a fresh heap, and all at once what it holds now */
    lab_picture(&try_lab, &p);
    assert_int_equal(p.history->n, 2);
    assert_int_equal(p.history->heap_bytes[1], try_stat("heap_bytes"));
    try_ok("undo");
    assert_string_equal(p.notice, "");
    try_ok("select 3");
    lab_picture(&try_lab, &p);
    assert_int_equal(snapshot_block(p.snapshot, p.detail->block).id, 3);
    assert_int_equal(p.detail->n_words, 3);
    assert_int_equal(p.detail->n_bytes, 64);
    try_ok("select next");
    lab_picture(&try_lab, &p);
    assert_int_equal(snapshot_block(p.snapshot, p.detail->block).id, 4);
    try_ok("select previous");
    try_ok("select 0x411050");
    lab_picture(&try_lab, &p);
    assert_int_equal(snapshot_block(p.snapshot, p.detail->block).id, 2);
    try_ok("select none");
    try_fails("select 0x10", "no block is at 0x10; expected an address of the heap");
    try_fails("select 99", "there is no block #99");
    for (int i = 0; i < 3; i++)
        try_ok("zoom %s", (const char *[]){"in", "out", "all"}[i]);
    try_ok("zoom 4");
    assert_int_equal(try_lab.shown.view.bytes_per_cell, 4);
    try_fails("zoom nearer", "nearer can't be zoomed to; expected in, out, all or bytes a cell");
    for (int i = 0; i < 4; i++)
        try_ok("scroll %s", (const char *[]){"up", "down", "top", "bottom"}[i]);
    try_fails("scroll sideways", "sideways is no direction; expected up, down, top or bottom");
    lab_picture(&try_lab, &p);
    assert_true(p.refused && !p.failed);
    assert_non_null(strstr(p.answer, "sideways is no direction"));
    target_end(&try_lab.shown.session.target, "killed by a test");
    try_ok("stats");
    lab_picture(&try_lab, &p);
    assert_non_null(strstr(p.notice, "the target was killed by a test"));
    assert_ptr_equal(strstr(p.notice, "undo or reset"),
                     p.notice); /* the way out is not what a narrow screen cuts */
    try_close();
}

/* The reason for what is seen stays while somebody looks around; what they ask for stands beside
 * it. */
static void the_reason_stays(void **unused)
{
    (void)unused;
    static const char *const looks[] = {"zoom in",     "scroll up",  "select 1",
                                        "select none", "stats",      "blocks",
                                        "show 1",      "help alloc", "screen"};
    struct picture p;
    try_open(HEAP_HEADER);
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 4, .table_rows = 5, .there = true};
    try_fails("zoom nearer", "can't be zoomed");
    lab_picture(&try_lab, &p); /* nothing has changed yet: it stands alone */
    assert_true(p.failed && *p.sentence && !*p.answer);
    try_ok("alloc 64");
    try_ok("alloc 32");
    try_ok("free 1");
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        try_ok("%s", looks[i]);
        lab_picture(&try_lab, &p);
        assert_string_equal(p.c_line, "free(p1);");
        assert_string_equal(
            p.sentence, "#1 is not the last block: it is only marked free; brk stays at 0x4110a0");
        assert_false(p.failed || p.refused);
        lab_picture_told(&try_lab, &p);
        assert_string_equal(p.c_line, "free(p1);");
        assert_string_equal(p.answer, "");
    }
    try_fails("free 1", "#1 is already free");
    lab_picture(&try_lab, &p);
    assert_string_equal(p.c_line, "free(p1);");
    assert_true(p.refused && !p.failed);
    assert_non_null(strstr(p.answer, "#1 is already free"));
    try_ok("free 2");
    lab_picture(&try_lab, &p);
    assert_string_equal(p.c_line, "free(p2);");
    assert_string_equal(p.answer, "");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(show_names_the_words_of_a_block),
        cmocka_unit_test(c_lines_are_c),
        cmocka_unit_test(freed_blocks_are_shown),
        cmocka_unit_test(freed_blocks_keep_their_ids_behind_a_guard),
        cmocka_unit_test(dump_shows_bytes),
        cmocka_unit_test(why_explains_every_byte),
        cmocka_unit_test(marks_are_kept_by_name),
        cmocka_unit_test(a_history_has_every_command),
        cmocka_unit_test(a_picture_has_every_name),
        cmocka_unit_test(help_explains),
        cmocka_unit_test(settings_are_told),
        cmocka_unit_test(a_picture_has_it_all),
        cmocka_unit_test(the_reason_stays),
    };
    return cmocka_run_group_tests_name("command look", tests, NULL, NULL);
}
