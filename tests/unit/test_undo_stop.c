/* test_undo_stop.c: an undo or a redo that is stopped leaves everything as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/session/undo.h"
#include "tests/support/try.h"

static bool refuse(const struct undo_player *self, struct session *s, const char *line,
                   enum log_fate fate)
{
    return (void)self, (void)s, (void)line, (void)fate, false;
}

static void a_stopped_undo_changes_nothing(void **unused)
{
    (void)unused;
    struct undo_player player = {refuse, NULL};
    size_t n;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_kill();
    try_any("stats");
    try_ok("reset");
    try_ok("alloc 32");
    try_ok("alloc 8");
    char *before = try_state();
    assert_false(undo_back(&try_lab.shown.session, 1, &player, &n));
    assert_non_null(strstr(try_lab.shown.session.error, "nothing was undone"));
    assert_int_equal(n, 0);
    char *now = try_state();
    assert_string_equal(now, before);
    free(now);
    assert_true(session_look(&try_lab.shown.session));
    now = try_state();
    assert_string_equal(now, before);
    try_ok("undo");
    free(before);
    before = try_state();
    assert_false(undo_forward(&try_lab.shown.session, 1, &player, &n));
    assert_int_equal(try_lab.shown.session.log.n_undone, 1);
    assert_non_null(strstr(try_lab.shown.session.error, "nothing was redone"));
    free(now);
    free(before);
    try_close();
}

static bool slowly(const struct undo_player *self, struct session *s, const char *line,
                   enum log_fate fate)
{
    struct session_block made;
    (void)self, (void)line, (void)fate;
    usleep(300000);
    return session_alloc(s, 16, &made);
}

static size_t asked_at = 99;
static bool stop_when_asked(const struct undo_player *self, size_t done, size_t total)
{
    return (void)self, asked_at = done, done == total;
}

/* More than a second of it is asked about, and obeys. */
static void a_long_undo_can_be_stopped(void **unused)
{
    (void)unused;
    struct undo_player player = {slowly, stop_when_asked};
    size_t n;
    try_open(HEAP_HEADER);
    for (int i = 0; i < 8; i++)
        try_ok("alloc 16");
    char *before = try_state();
    assert_false(undo_back(&try_lab.shown.session, 1, &player, &n));
    assert_true(asked_at < 6);
    assert_int_equal(try_lab.shown.session.log.n, 8);
    char *now = try_state();
    assert_string_equal(now, before);
    free(before);
    free(now);
    try_close();
}

/* ── What is done again comes out as it did, or is not done ── */

/* Each entry has as many nested commands of its own as it had the first time, however many the log
 * has. */
static void entries_do_not_share_their_number_of_commands(void **unused)
{
    (void)unused;
    try_open(HEAP_BUMP);
    try_lab.nested_most = 100;
    for (int i = 0; i < 5; i++)
        try_ok("repeat 40 alloc 1");
    try_ok("alloc 7");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 200);
    try_ok("undo");
    assert_int_equal(try_stat("used"), 160);
    try_ok("redo all");
    assert_int_equal(try_stat("used"), 201);
    try_ok("policy first-fit replay");
    try_tells("6 commands of the log run again, 0 failed");
    try_ok("alloc 1");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 201);
    try_close();
}

/* What was refused for its number is in the log as what was done before that. */
static void what_was_too_much_is_cut(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "repeat 40 \"alloc 1; alloc 2\"\nrepeat 40 \"alloc 3; alloc 4; free all\"\nalloc 5\n",
        "repeat 90 alloc 1\nrepeat 90 alloc 2\nalloc 3\n",
        "repeat 3 \"repeat 9 \\\"alloc 2; alloc 5\\\"; repeat 20 \\\"alloc 1; free all\\\"\"\n"};
    for (size_t i = 0; i < 3; i++) {
        try_open(HEAP_FIRST_FIT);
        try_lab.nested_most = 100;
        char line[96];
        snprintf(line, sizeof line, "source %s", try_file(texts[i]));
        try_fails(line, "more than 100 commands in one");
        char *before = try_state();
        try_lab.nested_most = 1000;
        try_ok("alloc 7");
        try_ok("undo");
        char *now = try_state();
        assert_string_equal(now, before);
        free(now);
        free(before);
        try_close();
    }
}

/* Commands in one another have as much room in an undo as they had at first. */
static void the_deepest_command_can_be_undone(void **unused)
{
    (void)unused;
    char line[512] = "";
    for (unsigned i = 1; i < LAB_DEPTH_MAX; i++)
        strcat(line, "repeat 1 ");
    strcat(line, "alloc 16");
    try_open(HEAP_HEADER);
    try_ok("%s", line);
    try_ok("alloc 8");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 1);
    try_close();
}

static void refuses(const char *command, const char *why)
{
    char *before = try_state(), *now;
    size_t n_log = try_lab.shown.session.log.n, n_undone = try_lab.shown.session.log.n_undone;
    try_fails(command, why);
    assert_non_null(strstr(try_lab.last->error, "; the heap is as it was"));
    assert_false(try_lab.last->changed);
    assert_int_equal(try_lab.shown.session.log.n, n_log);
    assert_int_equal(try_lab.shown.session.log.n_undone, n_undone);
    now = try_state();
    assert_string_equal(now, before);
    assert_true(session_look(&try_lab.shown.session));
    free(now);
    now = try_state();
    assert_string_equal(now, before);
    free(now);
    free(before);
}

static void another_outcome_is_refused(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("alloc 32");
    try_any("limit 256");
    try_any("repeat 9 alloc 32");
    try_ok("limit off");
    try_ok("alloc 16");
    char **lines = try_lab.shown.session.log.entries[0]->lines;
    strcpy(lines[0], "alloc 0");
    refuses("undo", "nothing was undone (alloc 0 fails this time: SIZE is 0");
    strcpy(lines[0], "alloc 99");
    refuses("undo",
            "nothing was undone (command 1, alloc 64, came to another heap than the first time)");
    strcpy(lines[0], "alloc 64");
    lines = try_lab.shown.session.log.entries[2]->lines;
    strcpy(lines[0], "limit 9k");
    refuses("undo", "nothing was undone (repeat 9 alloc 32 succeeds this time: it failed then)");
    strcpy(lines[0], "limit 256");
    try_ok("undo");
    strcpy(try_lab.shown.session.log.undone[0]->lines[0], "alloc 0");
    refuses("redo", "nothing was redone (alloc 0 fails this time");
    try_lab.shown.session.log.entries[1]->incomplete = true;
    refuses("undo", "nothing was undone (command 2, alloc 32, is not whole in the log, for there "
                    "was no memory left then)");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_undo_changes_nothing),
        cmocka_unit_test(a_long_undo_can_be_stopped),
        cmocka_unit_test(entries_do_not_share_their_number_of_commands),
        cmocka_unit_test(what_was_too_much_is_cut),
        cmocka_unit_test(the_deepest_command_can_be_undone),
        cmocka_unit_test(another_outcome_is_refused),
    };
    return cmocka_run_group_tests_name("undo stop", tests, NULL, NULL);
}
