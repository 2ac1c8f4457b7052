/* test_interrupted.c: a command that was stopped on its way is in the log as what was done of it:
 * undo, redo, save and the exports agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

/* ── A person who presses Ctrl-C at the n-th point where somebody listens ── */

static unsigned long points, stop_at;

static void hear(const struct session_ear *self, struct session *s)
{
    (void)self;
    if (++points == stop_at) s->stop = 1;
}
static const struct session_ear ear = {hear, 0};

/* Run line, stopped at point n. False: it was over before. */
static bool run_stopped(const char *line, unsigned long n)
{
    points = 0;
    stop_at = n;
    try_lab.shown.session.ear = &ear;
    try_any("%s", line);
    try_lab.shown.session.ear = NULL;
    return points >= n;
}

static void same(const char *line, unsigned long n, const char *what, const char *expected)
{
    char *now = try_state();
    if (strcmp(now, expected) != 0)
        fail_msg("%s, stopped at %lu, %s:\n%.500s\nwas\n%.500s", line, n, what, now, expected);
    free(now);
}

static void prepare(enum heap_policy policy)
{
    try_open(policy);
    try_ok("alloc 64 as one");
    try_ok("repeat 3 alloc 40");
    if (policy != HEAP_BUMP) try_ok("free 2");
}

/* The saved log in a fresh lab makes the same bytes. */
static void saved_the_same(enum heap_policy policy, const char *line, unsigned long n)
{
    size_t n_before, n_after;
    const char *path = try_file("");
    try_ok("save %s", path);
    unsigned char *before = try_bytes(&n_before);
    try_close();
    try_open(policy);
    try_any("source %s", path);
    unsigned char *after = try_bytes(&n_after);
    if (n_after != n_before || memcmp(after, before, n_after) != 0)
        fail_msg("%s, stopped at %lu, saved: %zu bytes, not the %zu that there were", line, n,
                 n_after, n_before);
    free(before);
    free(after);
}

/* False: it was not stopped any more. */
static bool stop_and_undo(enum heap_policy policy, const char *line, unsigned long n)
{
    prepare(policy);
    char *before = try_state();
    size_t n_log = try_lab.shown.session.log.n;
    bool stopped = run_stopped(line, n);
    bool changed = try_lab.shown.session.log.n > n_log;
    char *done = try_state();
    if (!changed) assert_string_equal(done, before);
    try_ok("alloc 7");
    try_ok("undo");
    same(line, n, "alloc and undo", done);
    if (changed) {
        try_ok("undo");
        same(line, n, "undone", before);
        try_ok("redo");
        same(line, n, "redone", done);
    }
    saved_the_same(policy, line, n);
    free(before);
    free(done);
    try_close();
    return stopped;
}

static void at_every_point(enum heap_policy policy, const char *line)
{
    unsigned long n = 1;
    while (stop_and_undo(policy, line, n))
        n += 1 + n / 4;
    assert_true(n > 1);
}

static void many_commands(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "repeat 9 \"alloc 16; alloc 24; free 1\"",
        "repeat 9000 alloc 16",
        "repeat 5 \"repeat 3 alloc 8; alloc 5\"",
        "repeat 4 repeat 3 repeat 2 \"alloc 8; alloc 9\"",
        "random 30 seed 4",
        "random 40",
        "repeat 3 random 7",
        "repeat 3 \"random 7 seed 2; alloc 3\"",
        "repeat 3 \"reset; alloc 8; alloc 9\"",
        "free all",
        "free 3-4 one",
        "repeat 2 \"alloc 16; policy best-fit replay\"",
        "policy worst-fit replay",
        "race 1 2 1 2 1 2 1 1 2 2",
        "repeat 3 \"alloc 20; nonsense\"",
        "repeat 5 \"alloc 20; free 2\"",
        "repeat 2 \"break double-free; reset\"",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        at_every_point(HEAP_FIRST_FIT, lines[i]);
    at_every_point(HEAP_HEADER, lines[0]);
    at_every_point(HEAP_BUMP, "repeat 4 \"alloc 8; alloc 9\"");
}

static void files(void **unused)
{
    (void)unused;
    char line[128];
    const char *inner = try_file("alloc 8\nrepeat 3 alloc 100\nrandom 5\nfree all\n");
    char text[256];
    snprintf(text, sizeof text,
             "alloc 16\nsource %s\npolicy best-fit\nrepeat 4 \"alloc 9; source %s\"\nalloc 3\n",
             inner, inner);
    snprintf(line, sizeof line, "source %s", try_file(text));
    at_every_point(HEAP_FIRST_FIT, line);
}

/* The issue's own: 198,144 blocks were made, and as many stay. */
static void what_was_done_stays(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    assert_true(run_stopped("repeat 100000 alloc 16", 10));
    json_int_t bytes = try_stat("heap_bytes"), used = try_stat("used");
    assert_true(used > 0 && used < 100000);
    try_ok("alloc 7");
    try_ok("undo");
    assert_int_equal(try_stat("heap_bytes"), bytes);
    assert_string_equal(try_lab.shown.session.log.entries[0]->title,
                        "repeat 100000 alloc 16 # interrupted");
    char line[64];
    snprintf(line, sizeof line, "repeat %lld alloc 16", (long long)used);
    assert_int_equal(try_lab.shown.session.log.entries[0]->n_lines, 1);
    assert_string_equal(try_lab.shown.session.log.entries[0]->lines[0], line);
    try_close();
}

/* free all of a million is as many commands: what was freed is few lines. */
static void a_long_free_is_few_lines(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("repeat 30000 alloc 16");
    try_ok("free 100-200 5000");
    assert_true(run_stopped("free all", 20000));
    try_fails("nonsense", "");
    const struct log *l = &try_lab.shown.session.log;
    assert_string_equal(l->entries[l->n - 1]->title, "free all # interrupted");
    assert_int_equal(l->entries[l->n - 1]->n_lines, 1);
    json_int_t used = try_stat("used");
    try_ok("undo");
    try_ok("redo");
    assert_int_equal(try_stat("used"), used);
    try_close();
}

/* The first point lies before the command. */
static void stopped_with(const char *words, unsigned long n)
{
    const char *expected = n == 1 ? "interrupted before it began: nothing was done" : words;
    if (!strstr(try_lab.last->error, expected))
        fail_msg("stopped at %lu: %s", n, try_lab.last->error);
}

/* An interrupted undo or redo has done nothing. */
static void undo_itself(void **unused)
{
    (void)unused;
    for (unsigned long n = 1, going = 1; going; n += 1 + n / 3) {
        prepare(HEAP_FIRST_FIT);
        try_ok("repeat 4 \"alloc 10; alloc 11\"");
        char *last = try_state();
        going = run_stopped("undo", n);
        if (!try_lab.last->ok) {
            stopped_with("nothing was undone (it was stopped); the heap is as it was", n);
            assert_false(try_lab.last->changed);
            same("undo", n, "stopped", last);
            try_ok("undo");
        }
        char *first = try_state();
        run_stopped("redo", n);
        if (!try_lab.last->ok) {
            stopped_with("nothing was redone (it was stopped)", n);
            same("redo", n, "stopped", first);
            try_ok("redo");
        }
        same("redo", n, "done", last);
        free(first);
        free(last);
        try_close();
    }
}

/* How many commands were run again is what is said. */
static void an_interrupted_replay_counts_what_it_did(void **unused)
{
    (void)unused;
    char told[80];
    try_open(HEAP_HEADER);
    for (int i = 0; i < 5; i++)
        try_ok("alloc 16");
    for (unsigned long n = 3; run_stopped("policy first-fit replay", n); n++) {
        if (try_lab.last->ok) break;
        snprintf(told, sizeof told, "interrupted after %lld of 5 commands of the log",
                 (long long)try_stat("used"));
        if (strcmp(try_lab.last->error, told) != 0)
            fail_msg("%lu: %s, not %s", n, try_lab.last->error, told);
        assert_null(strstr(try_lab.last->text, "run again"));
        try_ok("undo");
    }
    assert_int_equal(try_stat("used"), 5);
    try_tells("5 commands of the log run again, 0 failed");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_commands),
        cmocka_unit_test(files),
        cmocka_unit_test(what_was_done_stays),
        cmocka_unit_test(a_long_free_is_few_lines),
        cmocka_unit_test(undo_itself),
        cmocka_unit_test(an_interrupted_replay_counts_what_it_did),
    };
    return cmocka_run_group_tests_name("interrupted", tests, NULL, NULL);
}
