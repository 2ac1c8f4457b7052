/* test_export.c: a session played again for a file goes through the states of the first, and leaves
 * that one alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/export/export.h"
#include "cli/export/record.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

#define STEPS 1000
#define PAGE_BYTES_MAX 5000000

static void kill_target(void)
{
    try_kill();
    assert_true(session_notice_death(&try_lab.shown.session));
}

/* ── The replay ── */

/* What a state is, but for addresses where they are random: what the session's own states are
 * compared with. */
struct seen {
    struct record_taker base;
    size_t n, stop_at;
    uint32_t seq[64];
    bool failed[64], alive[64];
    uint64_t heap[64], live[64];
    char command[64][80];
    struct snapshot_block block[64]; /* of the last state */
    size_t n_blocks;
};

static bool take(struct record_taker *self, const struct record_step *step)
{
    struct seen *s = (struct seen *)self;
    const struct snapshot *snapshot = step->lab->shown.session.snapshot;
    assert_true(s->n < 64);
    s->seq[s->n] = step->lab->shown.session.seq;
    s->failed[s->n] = step->failed;
    s->alive[s->n] = step->lab->shown.session.target.alive;
    s->heap[s->n] = snapshot_stats(snapshot)->heap_bytes;
    s->live[s->n] = snapshot_stats(snapshot)->live_bytes;
    snprintf(s->command[s->n], sizeof s->command[0], "%s", step->command);
    s->n_blocks = snapshot_n_blocks(snapshot);
    for (size_t i = 0; i < s->n_blocks && i < 64; i++)
        s->block[i] = snapshot_block(snapshot, i);
    assert_ptr_not_equal(step->lab, &try_lab);
    assert_int_not_equal(step->lab->shown.session.target.pid, try_lab.shown.session.target.pid);
    return ++s->n != s->stop_at;
}

static void play(struct seen *s, bool expected)
{
    char error[256];
    size_t left_out;
    uint32_t seq = try_lab.shown.session.seq;
    pid_t pid = try_lab.shown.session.target.pid;
    size_t entries = try_lab.shown.session.log.n, undone = try_lab.shown.session.log.n_undone;
    struct snapshot *snapshot = try_lab.shown.session.snapshot;
    if (record_play(&try_lab, &s->base, &left_out, error, sizeof error) != expected)
        fail_msg("%s", error);
    assert_int_equal(try_lab.shown.session.seq, seq);
    assert_int_equal(try_lab.shown.session.target.pid, pid);
    assert_int_equal(try_lab.shown.session.log.n, entries);
    assert_int_equal(try_lab.shown.session.log.n_undone, undone);
    assert_ptr_equal(try_lab.shown.session.snapshot, snapshot);
}

/* Every state has the numbers that the log remembers, the last one the person's very blocks. */
static void must_be_the_log(const struct seen *s)
{
    const struct log *l = &try_lab.shown.session.log;
    assert_int_equal(s->n, l->n + 1);
    for (size_t i = 0; i < l->n; i++) {
        const struct log_entry *e = l->entries[i];
        assert_string_equal(s->command[i + 1], e->title + (e->n_lines ? 0 : 2));
        assert_int_equal(s->seq[i + 1], e->seq);
        assert_int_equal(s->heap[i + 1], e->heap_bytes);
        assert_int_equal(s->live[i + 1], e->live_bytes);
        assert_int_equal(s->failed[i + 1] && !s->alive[i + 1], e->death);
    }
    assert_int_equal(s->n_blocks, snapshot_n_blocks(try_lab.shown.session.snapshot));
    for (size_t i = 0; i < s->n_blocks && i < 64; i++) {
        struct snapshot_block a = s->block[i],
                              b = snapshot_block(try_lab.shown.session.snapshot, i);
        assert_true(a.size == b.size && a.header == b.header && a.state == b.state &&
                    a.id == b.id && a.requested == b.requested);
    }
}

static void the_replay_is_the_session(void **state)
{
    (void)state;
    static struct seen s;
    char source[SCRATCH_PATH + 16];
    snprintf(source, sizeof source, "source %s",
             try_file("alloc 10\nalloc 20 as twenty\nfree twenty\n"));
    try_open(HEAP_FIRST_FIT);
    const char *const lines[] = {"alloc 64 as first",
                                 "alloc 100",
                                 "free 1",
                                 "undo",
                                 "repeat 3 alloc 24",
                                 "random 30 seed 5",
                                 source,
                                 "set coalesce off",
                                 "alloc 5000",
                                 "undo 2",
                                 "redo",
                                 "sbrk +48",
                                 "policy best-fit",
                                 "alloc 70 as \"first\"",
                                 "write 1 0 \"<b>\"",
                                 "reset",
                                 "alloc 8",
                                 "limit 100"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        try_ok("%s", lines[i]);
    assert_false(
        lab_run(&try_lab, "alloc 400")->ok); /* refused: it changes nothing, and is no entry */
    s = (struct seen){.base = {take}};
    play(&s, true);
    must_be_the_log(&s);
    try_close();
}

static void a_death_is_a_state(void **state)
{
    (void)state;
    static struct seen s;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    kill_target();
    s = (struct seen){.base = {take}};
    play(&s, true);
    assert_int_equal(s.n, 3);
    assert_false(s.alive[2]);
    assert_non_null(strstr(s.command[2], "killed by signal 9"));
    must_be_the_log(&s);
    try_ok("undo");
    try_ok("alloc 32");
    s = (struct seen){.base = {take}};
    play(&s, true);
    must_be_the_log(&s);
    kill_target();
    try_ok("reset");
    try_ok("alloc 16");
    s = (struct seen){.base = {take}};
    play(&s, true);
    must_be_the_log(&s);
    try_close();
}

static bool kill_waiting(const struct target_timeout *self, double seconds)
{
    (void)self, (void)seconds;
    kill(try_lab.shown.session.target.pid, SIGKILL);
    return true;
}

/* It dies while it does a command: that command is not done again, for it might hang. */
static void a_death_of_a_command_is_a_state(void **state)
{
    (void)state;
    static struct seen s;
    struct target_timeout timeout = {kill_waiting};
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_lab.shown.session.timeout = &timeout;
    kill(try_lab.shown.session.target.pid, SIGSTOP);
    assert_false(lab_run(&try_lab, "alloc 8")->ok);
    try_lab.shown.session.timeout = NULL;
    assert_false(try_lab.shown.session.target.alive);
    s = (struct seen){.base = {take}};
    play(&s, true);
    assert_int_equal(s.n, 3);
    assert_string_equal(s.command[2], "alloc 8");
    assert_true(s.failed[2] && !s.alive[2]);
    must_be_the_log(&s);
    try_close();
}

static void stop_at_once(struct lab *l, const char *words)
{
    assert_non_null(strstr(words, "of 3 commands"));
    l->shown.session.stop = 1;
}

static void the_replay_can_be_stopped(void **state)
{
    (void)state;
    static struct seen s;
    try_open(HEAP_HEADER);
    try_ok("alloc 1");
    try_ok("alloc 2");
    try_ok("alloc 3");
    s = (struct seen){.base = {take}, .stop_at = 2};
    play(&s, false);
    assert_int_equal(s.n, 2);
    try_lab.progress = stop_at_once;
    s = (struct seen){.base = {take}};
    play(&s, false);
    assert_int_equal(s.n, 1);
    char line[SCRATCH_PATH + 16];
    const char *stopped = scratch_path("stopped.html");
    snprintf(line, sizeof line, "export %s", stopped);
    const struct outcome *out = lab_run(&try_lab, line);
    assert_false(out->ok);
    assert_non_null(strstr(out->error, "it was stopped"));
    assert_int_equal(access(stopped, F_OK), -1);
    try_lab.progress = NULL;
    try_ok("alloc 4");
    try_close();
}

/* ── The files ── */

static size_t exported_bytes(const char *ending, int rows, int columns, char **text)
{
    size_t n = 0;
    struct export e = {
        .kind = export_kind_of(ending), .lab = &try_lab, .rows = rows, .columns = columns};
    FILE *to = open_memstream(text, &n);
    if (!export_write(&e, to)) fail_msg("%s: %s", ending, e.error);
    fclose(to);
    return n;
}

static void a_long_page_is_small(void **state)
{
    (void)state;
    try_open(HEAP_FIRST_FIT);
    for (int i = 1, freed = 1; i <= STEPS; i++) {
        char line[64];
        if (i % 3)
            snprintf(line, sizeof line, "alloc %d", i * 37 % 300 + 1);
        else
            snprintf(line, sizeof line, "free %d", freed), freed += 2;
        try_ok("%s", line);
    }
    char *text;
    size_t n = exported_bytes(".html", 30, 100, &text);
    free(text);
    assert_in_range(n, 100000, PAGE_BYTES_MAX);
    n = exported_bytes(".html", 60, 200, &text);
    free(text);
    assert_in_range(n, 100000, PAGE_BYTES_MAX);
    try_close();
}

static void a_picture_shows_what_the_command_before_told(void **state)
{
    (void)state;
    char *text;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("alloc 64");
    try_ok("free 1");
    for (int i = 0; i < 2; i++) { /* the second picture is no other */
        const char *path = scratch_path("told.txt");
        try_ok("export %s", path);
        FILE *from = fopen(path, "r");
        assert_non_null(from);
        char *words = NULL;
        size_t room = 0;
        assert_true(getdelim(&words, &room, '\0', from) > 0);
        assert_non_null(strstr(words, "freed"));
        assert_non_null(strstr(words, "(was 0)"));
        assert_non_null(strstr(words, "free(p1);  #1 is not the last block"));
        free(words);
        fclose(from);
    }
    size_t n = exported_bytes(".svg", 30, 100, &text);
    assert_true(n > 1000);
    free(text);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_replay_is_the_session),
        cmocka_unit_test(a_death_is_a_state),
        cmocka_unit_test(a_death_of_a_command_is_a_state),
        cmocka_unit_test(the_replay_can_be_stopped),
        cmocka_unit_test(a_long_page_is_small),
        cmocka_unit_test(a_picture_shows_what_the_command_before_told),
    };
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
