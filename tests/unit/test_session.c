/* test_session.c: the session that the README shows, every policy, and the sums, on a real target.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/try.h"

static const char *const shown[] = {"alloc 64", "alloc 32", "alloc 16", "free 2",
                                    "alloc 24", "free 3",   "free 1",   "free 4"};
#define N_SHOWN (sizeof shown / sizeof shown[0])

static void header_ends_with_one_free_block_that_is_stuck(void **unused)
{
    (void)unused;
    static const int deltas[N_SHOWN] = {96, 64, 48, 0, 0, -48, 0, -64};
    try_open(HEAP_HEADER);
    for (size_t i = 0; i < N_SHOWN; i++) {
        try_ok("%s", shown[i]);
        assert_int_equal((int64_t)(try_lab.last->brk_after - try_lab.last->brk_before), deltas[i]);
        if (i != 4) continue;
        try_tells("#4 = 0x411080, 24 bytes"); /* where #2 was, whole */
        assert_int_equal(try_stat("padding_bytes"), 8);
        assert_int_equal(try_stat("blocks"), 3);
    }
    assert_int_equal(try_stat("heap_bytes"), 96);
    assert_int_equal(try_stat("blocks"), 1);
    assert_int_equal(try_stat("free"), 1);
    assert_int_equal(try_stat("free_bytes"), 64);
    assert_int_equal(try_stat("header_bytes"), 32);
    try_ok("stats");
    try_tells("header gives back only the block that is being freed");
    assert_non_null(strstr(json_string_value(json_object_get(try_lab.last->result, "stuck")),
                           "stuck at the top"));
    try_close();
}

static void shown_under(enum heap_policy policy, const char *set, int64_t *heap_bytes)
{
    try_open(policy);
    if (set) try_ok("set %s", set);
    for (size_t i = 0; i < N_SHOWN; i++)
        try_ok("%s", shown[i]);
    *heap_bytes = try_stat("heap_bytes");
    try_ok("check");
    try_ok("stats");
}

static void the_fits_give_everything_back(void **unused)
{
    (void)unused;
    int64_t left;
    for (enum heap_policy policy = HEAP_FIRST_FIT; policy < HEAP_N_POLICIES; policy++) {
        shown_under(policy, NULL, &left);
        assert_int_equal(left, 0);
        assert_string_equal(json_string_value(json_object_get(try_lab.last->result, "stuck")), "");
        try_close();
        shown_under(policy, "coalesce off", &left);
        assert_true(left > 0);
        try_tells("coalesce is off");
        try_close();
        shown_under(policy, "trim off", &left);
        assert_true(left > 0);
        try_tells("trim is off");
        try_close();
    }
}

/* ── The sums: try_promises checks them after every command ── */

static void mixed(uint64_t *seed, char *line, size_t bytes)
{
    static const char *const policies[] = {"bump",     "header",   "first-fit",
                                           "next-fit", "best-fit", "worst-fit"};
    uint64_t z = *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u,
             size = (z >> 40) % 600 + 1;
    uint32_t last = try_lab.shown.session.ledger.next_id, id = (uint32_t)(z >> 20) % last + 1;
    switch ((z >> 58) % 24) {
    case 0:
    case 1:
    case 2:
    case 3:
        snprintf(line, bytes, "alloc %u", (unsigned)size);
        break;
    case 4:
        snprintf(line, bytes, "calloc %u 8", (unsigned)size / 8 + 1);
        break;
    case 5:
        snprintf(line, bytes, "aligned %u %u", 16u << (z >> 30) % 6, (unsigned)size);
        break;
    case 6:
    case 7:
        snprintf(line, bytes, "realloc %u %u", id, (unsigned)size);
        break;
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
        snprintf(line, bytes, "free %u", id);
        break;
    case 13:
        snprintf(line, bytes, "sbrk %d", (int)(size % 64) - 8);
        break;
    case 14:
        snprintf(line, bytes, "fill %u %u", id, (unsigned)size % 256);
        break;
    case 15:
        snprintf(line, bytes, "set %s %s", (const char *[]){"split", "coalesce", "trim"}[z % 3],
                 z & 4 ? "on" : "off");
        break;
    case 16:
        snprintf(line, bytes, "set order %s",
                 (const char *[]){"address", "lifo", "fifo", "size-up", "size-down"}[z % 5]);
        break;
    case 17:
        snprintf(line, bytes, "set growth %s",
                 (const char *[]){"exact", "exact", "page", "64K"}[z % 4]);
        break;
    case 18:
        snprintf(line, bytes, "random 5 seed %u", (unsigned)size);
        break;
    case 19:
        snprintf(line, bytes, "repeat 3 alloc %u", (unsigned)size);
        break;
    case 20:
        snprintf(line, bytes, "undo");
        break;
    case 21:
        snprintf(line, bytes, "redo");
        break;
    case 22:
        snprintf(line, bytes, "free all");
        break;
    default:
        if ((z & 7) == 0)
            snprintf(line, bytes, "policy %s replay", policies[z / 8 % 6]);
        else if (z & 8)
            snprintf(line, bytes, "limit off");
        else
            snprintf(line, bytes, "limit %u", (unsigned)size * 100);
    }
}

static void the_sums_hold(enum heap_policy policy)
{
    char line[128];
    uint64_t seed = policy * 7u + 1;
    size_t done = 0;
    try_open(policy);
    for (int i = 0; i < 400; i++) {
        mixed(&seed, line, sizeof line);
        done += try_any("%s", line);
        if (i % 16 == 0) try_ok("blocks");
        if (i % 50 == 49) try_ok("check");
    }
    assert_true(done > 100);
    try_close();
}

static void sums_under_bump(void **unused) { (void)unused, the_sums_hold(HEAP_BUMP); }
static void sums_under_header(void **unused) { (void)unused, the_sums_hold(HEAP_HEADER); }
static void sums_under_first_fit(void **unused) { (void)unused, the_sums_hold(HEAP_FIRST_FIT); }
static void sums_under_next_fit(void **unused) { (void)unused, the_sums_hold(HEAP_NEXT_FIT); }
static void sums_under_best_fit(void **unused) { (void)unused, the_sums_hold(HEAP_BEST_FIT); }
static void sums_under_worst_fit(void **unused) { (void)unused, the_sums_hold(HEAP_WORST_FIT); }

/* ── Death ── */

static void kill_target(void)
{
    siginfo_t info;
    kill(try_lab.shown.session.target.pid, SIGKILL);
    waitid(P_PID, (id_t)try_lab.shown.session.target.pid, &info, WEXITED | WNOWAIT);
}

static void a_killed_target_leaves_its_last_picture(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64 as one");
    try_ok("alloc 32");
    char *before = try_state();
    kill_target();
    try_fails(
        "alloc 16",
        "the target is dead (killed by signal 9 (SIGKILL)); expected `undo` or `reset` first");
    assert_int_equal(try_stat("heap_bytes"), 160);
    try_ok("blocks");
    try_tells("#2  0x411060");
    try_fails("free 1", "the target is dead");
    try_fails("write 1 0 41", "the target is dead");
    static const char *const lines[] = {"calloc 2 8", "aligned 64 8", "realloc 1 8",
                                        "fill 1 0",   "sbrk",         "random 3 seed 1",
                                        "race",       "limit 100",    "break double-free"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        try_fails(lines[i], "the target is dead");
        assert_string_equal(
            try_lab.last->error,
            "the target is dead (killed by signal 9 (SIGKILL)); expected `undo` or `reset` first");
    }
    try_fails("dump 1", "can't be read any more, the target is dead");
    try_fails("check", "the target is dead");
    try_fails("repeat 3 alloc 1", "the target is dead");
    try_fails("set trim off", "the target is dead");
    try_ok("stats");
    try_ok("show 1");
    try_ok("undo");
    char *after = try_state();
    assert_string_equal(before, after);
    try_ok("alloc 16");
    free(before);
    free(after);
    try_close();
}

static bool short_timeout(const struct target_timeout *self, double seconds)
{
    return (void)self, seconds < 0.15;
}

static void a_hung_target_gets_a_last_look(void **unused)
{
    (void)unused;
    struct target_timeout timeout = {short_timeout};
    try_open(HEAP_FIRST_FIT);
    try_lab.shown.session.timeout = &timeout;
    try_ok("alloc 64");
    char *before = try_state();
    kill(try_lab.shown.session.target.pid, SIGSTOP);
    try_fails("alloc 32", "the target was ended, because it did not answer (it is stopped by a "
                          "signal) while it did this");
    try_ok("blocks");
    try_tells("#1  0x411000");
    try_ok("undo");
    char *after = try_state();
    assert_string_equal(before, after);
    try_ok("redo"); /* it ends again, for that is what happened */
    assert_false(try_lab.shown.session.target.alive);
    assert_int_equal(try_stat("heap_bytes"), 80);
    try_ok("reset");
    assert_int_equal(try_stat("heap_bytes"), 0);
    free(before);
    free(after);
    try_close();
}

static void a_crash_is_told(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 8000");
    try_ok("sbrk -8000 force");
    char *before = try_state();
    try_fails(
        "fill 1 0",
        "killed by signal 11 (SIGSEGV) while it did this; `undo` or `reset` brings the heap back");
    try_ok("undo");
    char *after = try_state();
    assert_string_equal(before, after);
    free(before);
    free(after);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_ends_with_one_free_block_that_is_stuck),
        cmocka_unit_test(the_fits_give_everything_back),
        cmocka_unit_test(sums_under_bump),
        cmocka_unit_test(sums_under_header),
        cmocka_unit_test(sums_under_first_fit),
        cmocka_unit_test(sums_under_next_fit),
        cmocka_unit_test(sums_under_best_fit),
        cmocka_unit_test(sums_under_worst_fit),
        cmocka_unit_test(a_killed_target_leaves_its_last_picture),
        cmocka_unit_test(a_hung_target_gets_a_last_look),
        cmocka_unit_test(a_crash_is_told),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
