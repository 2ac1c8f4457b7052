/* test_heard.c: whatever goes over all blocks or ids listens on its way, every few thousand of
 * them; stopped there, it says so and tells nothing half. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

#define BLOCKS 13000u
#define PASS                                                                                       \
    (BLOCKS /                                                                                      \
     SESSION_ITEMS) /* hearings of one run over all of them, the one at the first left out */
#define ONCE 3u /* and of a command that does nothing long */

static unsigned long points, stop_at;

static void hear(const struct session_ear *self, struct session *s)
{
    (void)self;
    if (++points == stop_at) s->stop = 1;
}
static const struct session_ear ear = {hear, 0};

/* How often line listens, if it is stopped at point n (0: never). */
static unsigned long heard(const char *line, unsigned long n)
{
    points = 0;
    stop_at = n;
    try_lab.shown.session.ear = &ear;
    try_any("%s", line);
    try_lab.shown.session.ear = NULL;
    return points;
}

/* Whatever tells and changes nothing: stopped at any point, it has failed, says by what, and tells
 * nothing. */
static void is_told_whole_or_not(const char *line)
{
    char *before = try_state();
    for (unsigned long n = 1; heard(line, n) >= n; n += 1 + n / 3) {
        const struct outcome *out = try_lab.last;
        if (out->ok || !strstr(out->error, "interrupted"))
            fail_msg("%s, stopped at %lu: %s", line, n, out->ok ? "ok" : out->error);
        if (out->text && *out->text)
            fail_msg("%s, stopped at %lu, told: %.200s", line, n, out->text);
        assert_null(out->result);
        assert_null(out->extra);
    }
    assert_true(try_lab.last->ok);
    char *after = try_state();
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void listens(const char *line, unsigned long least)
{
    unsigned long n = heard(line, 0);
    if (!try_lab.last->ok) fail_msg("%s: %s", line, try_lab.last->error);
    if (n < least) fail_msg("%s listens %lu times; expected %lu", line, n, least);
}

/* A look; the blocks that differ, the bytes one by one, for no 64 in a row are alike; then words
 * told. */
static void differences(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat %u alloc 16", BLOCKS);
    listens("mark a", ONCE + PASS);
    try_ok("free all");
    try_ok("alloc 16"); /* or all of it is given back */
    try_ok("undo");
    listens("diff a", ONCE + PASS + (PASS + 1) + BLOCKS * 48 / SESSION_ITEMS + (PASS + 1));
    is_told_whole_or_not("diff a");
    try_close();
}

static void a_check(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy <= HEAP_FIRST_FIT; policy++) {
        try_open(policy);
        try_ok("repeat %u alloc 100", BLOCKS);
        for (unsigned i = 1; i < 40; i += 2)
            try_ok("free %u", i);
        listens("check", ONCE + BLOCKS * 128 / PROCESS_MEMORY_PIECE);
        is_told_whole_or_not("check");
        try_close();
    }
}

/* The walk, and the free list. */
static void looks(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("set coalesce off");
    try_ok("repeat %u alloc 16", BLOCKS);
    try_ok("free 1-%u", BLOCKS - 1);
    listens("mark b", ONCE + 2 * PASS);
    is_told_whole_or_not("mark b");
    try_close();
    try_open(HEAP_BUMP);
    try_ok("repeat %u alloc 16", BLOCKS);
    listens("mark b", ONCE + PASS);
    try_close();
}

/* Before the first is freed, all are looked up, and none is named twice: a stop there frees none.
 */
static void ids(void **unused)
{
    (void)unused;
    const char *const lines[] = {"free 1-13000", "free all"};
    for (size_t i = 0; i < 2; i++) {
        try_open(HEAP_HEADER);
        try_ok("repeat %u alloc 16", BLOCKS);
        char *before = try_state();
        unsigned long n = 2, none = 0;
        for (; n <= 2 * PASS + 2; n++) {
            heard(lines[i], n);
            assert_false(try_lab.last->ok);
            if (!strstr(try_lab.last->error,
                        "interrupted while the blocks were looked up; none was freed"))
                break;
            none++;
            char *after = try_state();
            assert_string_equal(after, before);
            free(after);
        }
        if (none < 2 * PASS) fail_msg("%s, stopped at %lu: %s", lines[i], n, try_lab.last->error);
        free(before);
        try_close();
    }
}

/* More ids than there are blocks in use: one is named twice, and nobody waits until all of them are
 * listed. */
static void more_than_there_are(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat 3 alloc 16");
    try_fails("free all 1-3", "#1 is named twice");
    try_fails("free 3 2 1 3", "#3 is named twice");
    try_fails("free 1-2 1-2 nobody", "#1 is named twice");
    try_ok("free 3 1 2");
    try_close();
}

/* What an aligned alloc leaves is free, however brk moved meanwhile; what nobody asked for is
 * foreign. */
static void gaps_of_bump(void **unused)
{
    (void)unused;
    try_open(HEAP_BUMP);
    for (unsigned i = 0; i < 3; i++) {
        try_ok("alloc 16");
        try_ok("aligned 256 16");
    }
    try_ok("sbrk +32");
    try_ok("alloc 16");
    try_ok("aligned 512 16");
    try_ok("blocks");
    assert_int_equal(try_stat("free"), 4);
    json_t *j = try_json();
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(j, "stats"), "foreign_bytes")), 32);
    json_decref(j);
    try_close();
}

/* What is told of a dead target is what was seen last, and says so; so does nothing of a living
 * one. */
static void of_a_dead_target(void **unused)
{
    static const char *const lines[] = {"blocks", "stats"};
    static const char words[] = "this is the last look at it before it ended\n";
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 16");
    for (size_t i = 0; i < 2; i++) {
        try_ok("%s", lines[i]);
        assert_null(strstr(try_lab.last->text, words));
    }
    try_kill();
    for (size_t i = 0; i < 2; i++) {
        try_ok("%s", lines[i]);
        try_tells(words);
    }
    try_close();
}

/* A free block of a difference has the id that it had as its last one. */
static void a_free_block_of_a_difference(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat 2 alloc 16");
    try_ok("mark a");
    try_ok("free 1");
    try_ok("diff a");
    json_t *j = try_json(),
           *block = json_array_get(json_object_get(json_object_get(j, "diff"), "blocks"), 0);
    json_t *after = json_object_get(block, "after");
    assert_true(json_is_null(json_object_get(after, "id")));
    assert_int_equal(json_integer_value(json_object_get(after, "last_id")), 1);
    assert_null(json_object_get(json_object_get(block, "before"), "last_id"));
    json_decref(j);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences),
        cmocka_unit_test(a_check),
        cmocka_unit_test(looks),
        cmocka_unit_test(ids),
        cmocka_unit_test(more_than_there_are),
        cmocka_unit_test(gaps_of_bump),
        cmocka_unit_test(of_a_dead_target),
        cmocka_unit_test(a_free_block_of_a_difference),
    };
    return cmocka_run_group_tests_name("heard", tests, NULL, NULL);
}
