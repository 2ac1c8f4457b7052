/* test_animation.c: a command played step by step shows nothing that is not so: whose a block is,
 * what was asked for, what the sums are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/page.h"
#include "tests/support/try.h"

static void open_played(enum heap_policy policy, bool canary)
{
    struct session_setup setup;
    session_setup_defaults(&setup, policy);
    setup.value[HEAP_CANARY] = canary;
    try_open_with(&setup, false);
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 4, .table_rows = 9, .there = true};
}

/* The used block at address in s, or one with size 0. */
static struct snapshot_block used_at(const struct snapshot *s, uint64_t address)
{
    size_t i = snapshot_find(s, address);
    struct snapshot_block b =
        i == SNAPSHOT_NONE ? (struct snapshot_block){0} : snapshot_block(s, i);
    return b.address == address && b.state == BLOCK_USED ? b : (struct snapshot_block){0};
}

/* Of each used block on a frame, owner and request are those that it had before or has after. */
static void check_frame(const char *command, const struct picture *p, const struct snapshot *before,
                        const struct snapshot *after)
{
    for (size_t i = 0; i < snapshot_n_blocks(p->snapshot); i++) {
        struct snapshot_block b = snapshot_block(p->snapshot, i);
        if (b.state != BLOCK_USED) continue;
        struct snapshot_block was = used_at(before, b.address), is = used_at(after, b.address);
        bool then = was.size && b.id == was.id && b.requested == was.requested,
             now = is.size && b.id == is.id &&
                   (b.requested == is.requested || b.requested == b.size - b.header);
        bool nobody =
            b.id == 0 &&
            b.requested == 0; /* the gap before an aligned block, until the word that frees it */
        if (!then && !now && !nobody)
            fail_msg("%s, %s: #%u with %llu requested", command, p->sentence, b.id,
                     (unsigned long long)b.requested);
    }
    for (size_t i = 0; i < p->detail->n_words;
         i++) /* the words are of that moment, too: a size is the block's */
        if (strcmp(p->detail->word[i].name, "size") == 0) {
            struct snapshot_block b = snapshot_block(p->snapshot, p->detail->block);
            if (b.state == BLOCK_USED && used_at(before, b.address).size == b.size)
                assert_int_equal(p->detail->word[i].value, b.size - 32);
        }
}

/* The process around the blocks is whole on a frame, and its heap ends where the blocks do. */
static void check_segments(const struct snapshot *frame, const struct snapshot *after)
{
    assert_int_equal(snapshot_n_segments(frame), snapshot_n_segments(after));
    for (size_t i = 0; i < snapshot_n_segments(frame); i++) {
        const struct snapshot_segment *g = snapshot_segment(frame, i),
                                      *is = snapshot_segment(after, i);
        assert_string_equal(g->name, is->name);
        assert_int_equal(g->start, is->start);
        assert_int_equal(g->end, g->kind == SEGMENT_HEAP ? snapshot_head(frame)->brk : is->end);
    }
}

static void play(const char *command)
{
    struct picture p;
    struct snapshot *before = session_picture(&try_lab.shown.session);
    try_ok("speed step");
    try_ok("%s", command);
    const struct snapshot *after = try_lab.shown.session.snapshot;
    if (!try_lab.shown.animation.playing) fail_msg("%s is not played", command);
    for (;;) {
        lab_picture(&try_lab, &p);
        check_frame(command, &p, before, after);
        check_segments(p.snapshot, after);
        if (try_lab.shown.animation.at + 1 == try_lab.shown.animation.n) break;
        assert_true(animation_move(&try_lab.shown.animation, &try_lab.shown.session, 1));
    }
    /* The last step's frame is the heap as it is. */
    assert_memory_equal(snapshot_stats(p.snapshot), snapshot_stats(after),
                        sizeof(struct snapshot_stats));
    assert_int_equal(snapshot_n_blocks(p.snapshot), snapshot_n_blocks(after));
    assert_int_equal(snapshot_same_first(p.snapshot, after), snapshot_n_blocks(after));
    assert_false(animation_move(&try_lab.shown.animation, &try_lab.shown.session, 1));
    snapshot_free(before);
    try_ok("speed off");
}

static void no_step_shows_what_is_not_so(void **unused)
{
    (void)unused;
    static const char *const commands[] = {
        "alloc 64", "alloc 32",      "alloc 16",   "free 2",        "alloc 8",
        "free 1",   "realloc 3 200", "calloc 3 5", "aligned 64 20", "free 3"};
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++)
        for (int canary = 0; canary < 2; canary++) {
            open_played(policy, canary);
            for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
                play(commands[i]);
            try_close();
        }
}

/* What is given back leaves the picture with the step that lowers brk, not before it and not after
 * it. */
static void brk_falls_with_its_step(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        struct picture p;
        open_played(policy, false);
        try_ok("set trim on");
        try_ok("alloc 64");
        try_ok("alloc 32");
        try_ok("alloc 100");
        uint64_t high = try_lab.shown.session.target.brk;
        play("free 2");
        play("free 3"); /* of two, where free neighbours become one */
        uint64_t low = try_lab.shown.session.target.brk;
        assert_true(low < high);
        try_ok("undo");
        try_ok("speed step");
        try_ok("free 3");
        bool fallen = false;
        do {
            lab_picture(&try_lab, &p);
            fallen |= strstr(p.sentence, "sbrk(-") != NULL;
            assert_int_equal(snapshot_head(p.snapshot)->brk, fallen ? low : high);
            assert_int_equal(snapshot_stats(p.snapshot)->heap_bytes,
                             (fallen ? low : high) - snapshot_head(p.snapshot)->heap_start);
        } while (animation_move(&try_lab.shown.animation, &try_lab.shown.session, 1));
        assert_true(fallen);
        try_close();
    }
}

/* A block that was free and is taken: 8 are asked for, and 88 live, at once and not at the end. */
static void a_request_is_known_from_the_start(void **unused)
{
    (void)unused;
    struct picture p;
    open_played(HEAP_HEADER, false);
    try_ok("alloc 64");
    try_ok("alloc 32");
    try_ok("alloc 16");
    try_ok("free 2");
    try_ok("speed step");
    try_ok("alloc 8");
    while (try_lab.shown.animation.at + 1 < try_lab.shown.animation.n)
        animation_move(&try_lab.shown.animation, &try_lab.shown.session, 1);
    lab_picture(&try_lab, &p);
    assert_non_null(strstr(p.sentence, "step 4 of 4"));
    assert_int_equal(snapshot_stats(p.snapshot)->live_bytes, 88);
    assert_int_equal(snapshot_block(p.snapshot, 1).requested, 8);
    assert_int_equal(snapshot_block(p.snapshot, 1).id, 4);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_step_shows_what_is_not_so),
        cmocka_unit_test(brk_falls_with_its_step),
        cmocka_unit_test(a_request_is_known_from_the_start),
    };
    return cmocka_run_group_tests_name("animation", tests, NULL, NULL);
}
