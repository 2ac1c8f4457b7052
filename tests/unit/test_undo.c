/* test_undo.c: whatever changed the heap can be taken back, equal to the byte, and done again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

/* Run lines one after the other, then undo them one by one and redo them one by one: each state
 * comes back. */
static void there_and_back(enum heap_policy policy, const char *const *lines, size_t n)
{
    char *state[32];
    size_t made = 0;
    assert_true(n < 31);
    try_open(policy);
    state[made++] = try_state();
    for (size_t i = 0; i < n; i++) {
        if (strcmp(lines[i], "kill") == 0) {
            try_kill();
            assert_true(session_notice_death(&try_lab.shown.session));
        } else {
            try_any("%s", lines[i]);
        }
        state[made++] = try_state();
    }
    assert_int_equal(try_lab.shown.session.log.n, n);
    for (size_t i = made - 1; i-- > 0;) {
        try_ok("undo");
        char *now = try_state();
        if (strcmp(now, state[i]) != 0)
            fail_msg("undo of %s:\n%.600s\nwas\n%.600s", lines[i], now, state[i]);
        free(now);
    }
    for (size_t i = 1; i < made; i++) {
        try_ok("redo");
        char *now = try_state();
        if (strcmp(now, state[i]) != 0)
            fail_msg("redo of %s:\n%.600s\nwas\n%.600s", lines[i - 1], now, state[i]);
        free(now);
    }
    try_ok("undo all");
    char *first = try_state();
    assert_string_equal(first, state[0]);
    try_ok("redo %zu", n);
    char *last = try_state();
    assert_string_equal(last, state[n]);
    free(first);
    free(last);
    for (size_t i = 0; i < made; i++)
        free(state[i]);
    try_close();
}
#define THERE_AND_BACK(policy, list) there_and_back(policy, list, sizeof list / sizeof list[0])

static void verbs(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "alloc 64 as one",
        "calloc 4 9",
        "aligned 256 30",
        "fill 2 0x5a",
        "write 1 3 \"some;text\"",
        "realloc one 200",
        "free 2",
        "alloc 20 as two",
        "sbrk 40",
        "alloc 7",
        "free 1 3",
        "free all",
    };
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++)
        THERE_AND_BACK(policy, lines);
}

static void setups(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "alloc 64",
        "policy best-fit",
        "set split off",
        "alloc 100",
        "limit 4k",
        "set order lifo",
        "alloc 30",
        "free 1",
        "reset",
        "alloc 5",
        "policy header replay",
        "limit off",
        "set trim off",
        "free 1",
        "policy bump",
        "alloc 9",
    };
    THERE_AND_BACK(HEAP_FIRST_FIT, lines);
}

static void deaths(void **unused)
{
    (void)unused;
    static const char *const lines[] = {"alloc 64",
                                        "alloc 32",
                                        "kill",
                                        "reset",
                                        "alloc 16",
                                        "kill",
                                        "policy first-fit",
                                        "alloc 8000",
                                        "sbrk -8000 force",
                                        "fill 1 0",
                                        "reset",
                                        "alloc 3"};
    THERE_AND_BACK(HEAP_HEADER, lines);
}

/* Whatever stands behind the death in the same file, the death comes again where it came, and the
 * last look at it. */
static void deaths_inside_a_file(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "alloc 64\nalloc 32\nbreak oom\nrepeat 2 alloc 8\n",
        "alloc 64\nbreak oom\nrandom 3 seed 1\nalloc 7\n",
        "alloc 64\nbreak oom\nreset\nalloc 32\nbreak oom\nrandom 3 seed 1\n",
        "alloc 64\nrepeat 2 break oom\nrepeat 3 alloc 8\n",
        "alloc 64\nbreak oom\npolicy best-fit\nalloc 32\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char source[96];
        snprintf(source, sizeof source, "source %s", try_file(texts[i]));
        const char *const lines[] = {"alloc 16", source, "reset", "alloc 1000"};
        THERE_AND_BACK(HEAP_HEADER, lines);
    }
}

static void damage(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "alloc 64", "alloc 32",       "write 1 64 ffffffffffffffffffffffff force",
        "alloc 16", "sbrk -16 force", "sbrk 64",
    };
    char noise[9000] = "write 1 0 ";
    uint64_t z = 7;
    try_open(HEAP_HEADER);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        try_any("%s", lines[i]);
    try_close();
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("repeat 20 alloc 32");
        try_ok("free 5 9-11");
        char *before = try_state();
        size_t at = strlen(noise);
        for (int i = 0; i < 800; i++, z = z * UINT64_C(6364136223846793005) + 1)
            at += (size_t)snprintf(noise + at, sizeof noise - at, "%02x", (unsigned)(z >> 56));
        snprintf(noise + at, sizeof noise - at, " force");
        try_ok("%s", noise);
        try_fails("check", "the heap is not sound");
        try_ok("blocks");
        try_ok("stats");
        static const char *const after_damage[] = {"alloc 16",     "free 1",        "free 20",
                                                   "realloc 2 99", "aligned 64 64", "show 3",
                                                   "free all",     "dump 1 900",    "set trim off"};
        for (size_t i = 0; i < sizeof after_damage / sizeof after_damage[0]; i++)
            try_any("%s", after_damage[i]);
        while (try_lab.shown.session.log.n > 2)
            try_ok("undo");
        char *now = try_state();
        assert_string_equal(now, before);
        try_ok("check");
        free(before);
        free(now);
        noise[strlen("write 1 0 ")] = '\0';
        try_close();
    }
}

static void many_in_one(void **unused)
{
    (void)unused;
    char sourced[100], again[128];
    snprintf(sourced, sizeof sourced, "source %s",
             try_file("alloc 64\nrandom 9\nfree 1\nrepeat 2 \"alloc 3; random 4\"\npolicy "
                      "best-fit\nalloc 10\npolicy next-fit replay\n"));
    snprintf(again, sizeof again, "repeat 2 %s", sourced);
    const char *const lines[] = {
        "repeat 3 alloc 24",
        "repeat 2 \"alloc 8; free all\"",
        "random 30",
        "random 30 seed 4 max 900",
        "repeat 3 random 5",
        "repeat 2 repeat 2 \"random 3 seed 1; alloc 1\"",
        sourced,
        again,
        "repeat 2 policy worst-fit replay",
        "repeat 5 nonsense 1",
        "repeat 2 \"alloc 16; nonsense\"",
        "alloc 1",
    };
    const char *kept[12];
    size_t n = 0;
    for (size_t i = 0; i < 12; i++)
        if (i != 9) kept[n++] = lines[i]; /* it changes nothing, and is no entry */
    there_and_back(HEAP_FIRST_FIT, kept, n);
}

/* What an undo plays again does nothing outside the heap. */
static void files_are_written_once(void **unused)
{
    (void)unused;
    const char *path = try_file("");
    char text[16] = "";
    try_open(HEAP_HEADER);
    try_ok("repeat 2 \"alloc 16; save %s\"", path);
    FILE *file = fopen(path, "w");
    fputs("mine", file);
    fclose(file);
    try_ok("alloc 8");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 2);
    file = fopen(path, "r");
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "mine");
    try_close();
}

static void undo_has_its_place(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("alloc 32");
    try_ok("undo");
    try_says("undone 1 command (alloc 32): brk is at 0x411060");
    try_ok("redo");
    try_says("redone 1 command (alloc 32)");
    try_ok("undo 2");
    try_says("undone 2 commands: brk is at 0x411000");
    try_ok("redo all");
    try_ok("undo");
    try_ok("alloc 8"); /* and so there is nothing to redo */
    try_fails("redo", "there is nothing to redo");
    char line[128];
    snprintf(line, sizeof line, "source %s", try_file("alloc 16\nundo\n"));
    try_fails(line, ":2: undo: undo can't stand inside another command");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 2);
    try_close();
}

/* What was freed is still known by the command that freed it then. */
static void memories_come_back(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64 as one");
    try_ok("alloc 32");
    try_ok("free 1");
    try_ok("stats");
    try_ok("alloc 1");
    try_ok("undo");
    try_fails("free 1", "#1 (one) is already free: freed 4 commands ago");
    try_ok("undo");
    try_ok("free one");
    try_close();
}

/* ── Stopped on the way ── */

/* ── save ── */

static void a_saved_log_makes_the_same_heap(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "alloc 64 as one",
        "random 40",
        "write 1 0 \"a;b # c\"",
        "repeat 3 \"alloc 24; random 2\"",
        "set split off",
        "limit 64k",
        "free 1",
        "alloc 0",
        "policy best-fit replay",
        "set order lifo",
        "set growth page",
        "alloc 100",
        "kill",
        "undo",
        "sbrk 24",
        "alloc 5 as five",
    };
    struct session_setup setup;
    session_setup_defaults(&setup, HEAP_NEXT_FIT);
    setup.value[HEAP_COALESCE] = 0;
    setup.value[HEAP_ORDER] = HEAP_ORDER_SIZE_UP;
    setup.value[HEAP_GROWTH] = 4096;
    setup.limit = 100000;
    try_open_with(&setup, false);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (strcmp(lines[i], "kill") == 0)
            try_kill();
        else
            try_any("%s", lines[i]);
    const char *path = try_file("");
    try_ok("save %s", path);
    char *before = try_state();
    try_close();
    try_open(HEAP_HEADER);
    try_ok("source %s", path);
    char *after = try_state();
    char *a = before, *b = after;
    while (*a && *a == *b) /* but commands are numbered anew */
        if (strncmp(a, " by ", 4) == 0)
            a += 4 + strspn(a + 4, "0123456789"), b += 4 + strspn(b + 4, "0123456789");
        else
            a++, b++;
    if (*a || *b) fail_msg("it differs: %.60s, %.60s", a, b);
    free(before);
    free(after);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs),
        cmocka_unit_test(setups),
        cmocka_unit_test(deaths),
        cmocka_unit_test(deaths_inside_a_file),
        cmocka_unit_test(damage),
        cmocka_unit_test(many_in_one),
        cmocka_unit_test(files_are_written_once),
        cmocka_unit_test(undo_has_its_place),
        cmocka_unit_test(memories_come_back),
        cmocka_unit_test(a_saved_log_makes_the_same_heap),
    };
    return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
}
