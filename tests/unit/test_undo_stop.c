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

static bool refuse(const struct undo_player *self, struct session *s, const char *line)
{
    return (void)self, (void)s, (void)line, false;
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
    assert_false(undo_back(&try_lab.session, 1, &player, &n));
    assert_non_null(strstr(try_lab.session.error, "nothing was undone"));
    assert_int_equal(n, 0);
    char *now = try_state();
    assert_string_equal(now, before);
    free(now);
    assert_true(session_look(&try_lab.session));
    now = try_state();
    assert_string_equal(now, before);
    try_ok("undo");
    free(before);
    before = try_state();
    assert_false(undo_forward(&try_lab.session, 1, &player, &n));
    assert_int_equal(try_lab.session.log.n_undone, 1);
    assert_non_null(strstr(try_lab.session.error, "redo was stopped"));
    free(now);
    free(before);
    try_close();
}

static bool slowly(const struct undo_player *self, struct session *s, const char *line)
{
    (void)self, (void)s, (void)line;
    usleep(300000);
    return true;
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
    assert_false(undo_back(&try_lab.session, 1, &player, &n));
    assert_true(asked_at < 6);
    assert_int_equal(try_lab.session.log.n, 8);
    char *now = try_state();
    assert_string_equal(now, before);
    free(before);
    free(now);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_undo_changes_nothing),
        cmocka_unit_test(a_long_undo_can_be_stopped),
    };
    return cmocka_run_group_tests_name("undo stop", tests, NULL, NULL);
}
