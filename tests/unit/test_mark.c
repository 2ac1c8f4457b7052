/* test_mark.c: the differences between any two states of a random session, applied to the first,
 * give the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/lab.h"
#include "cli/command/run.h"
#include "cli/tell/rows.h"

#define STATES 26
#define COMMANDS_EACH 40 /* 1,000 commands between the first and the last */

static struct lab lab;

static void run(const char *line)
{
    const struct outcome *out = lab_run(&lab, line);
    if (!out->ok) fail_msg("%s: %s", line, out->error);
}

static void open_lab(enum heap_policy policy)
{
    struct session_setup setup;
    char error[512];
    session_setup_defaults(&setup, policy);
    assert_true(lab_init(&lab, &setup, false, error, sizeof error));
}

static bool same_block(struct snapshot_block x, struct snapshot_block y)
{
    return x.address == y.address && x.size == y.size && x.header == y.header &&
           x.state == y.state && x.id == y.id && x.requested == y.requested;
}

/* a's blocks with d applied are b's. */
static void assert_applies(const struct mark *a, const struct mark *b)
{
    struct difference d;
    size_t at = 0, next = 0, n = snapshot_n_blocks(b->snapshot);
    assert_true(difference_find(&d, &lab.shown.session, a, b));
    for (size_t i = 0; i <= snapshot_n_blocks(a->snapshot); i++) {
        bool end = i == snapshot_n_blocks(a->snapshot);
        struct snapshot_block block = {.address = UINT64_MAX};
        if (!end) block = snapshot_block(a->snapshot, i);
        for (; next < d.n_blocks && d.block[next].kind == DIFFERENCE_ADDED &&
               d.block[next].after.address < block.address;
             next++, at++) {
            assert_true(at < n);
            assert_true(same_block(d.block[next].after, snapshot_block(b->snapshot, at)));
        }
        if (end) break;
        if (next < d.n_blocks && d.block[next].before.address == block.address &&
            d.block[next].kind != DIFFERENCE_ADDED) {
            assert_true(same_block(d.block[next].before, block));
            bool removed = d.block[next].kind == DIFFERENCE_REMOVED;
            block = d.block[next++].after;
            if (removed) continue;
        }
        assert_true(at < n);
        assert_true(same_block(block, snapshot_block(b->snapshot, at++)));
    }
    assert_int_equal(next, d.n_blocks);
    assert_int_equal(at, n);
    difference_release(&d);
}

/* The runs, copied from b into a's bytes, make them equal as far as both go. */
static void assert_bytes_apply(const struct mark *a, const struct mark *b)
{
    struct difference d;
    assert_true(difference_find(&d, &lab.shown.session, a, b));
    assert_true(d.bytes_known);
    size_t n = a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes;
    uint64_t start = snapshot_head(a->snapshot)->heap_start;
    unsigned char *copy = malloc(n + 1);
    memcpy(copy, a->bytes, n);
    for (size_t i = 0; i < d.n_runs; i++)
        memcpy(copy + (d.run[i].address - start), b->bytes + (d.run[i].address - start),
               d.run[i].n_bytes);
    assert_memory_equal(copy, b->bytes, n);
    free(copy);
    difference_release(&d);
}

static void random_session(enum heap_policy policy)
{
    char line[64];
    struct mark state[STATES];
    open_lab(policy);
    for (size_t i = 0; i < STATES; i++) {
        if (i > 0) snprintf(line, sizeof line, "random %d seed %zu", COMMANDS_EACH, i), run(line);
        assert_true(mark_take(&state[i], &lab.shown.session, "s", UINT64_MAX));
    }
    for (size_t i = 0; i < STATES; i++)
        for (size_t k = 0; k < STATES; k++) {
            assert_applies(&state[i], &state[k]);
            assert_bytes_apply(&state[i], &state[k]);
        }
    for (size_t i = 0; i < STATES; i++)
        mark_release(&state[i]);
    lab_release(&lab);
}

static void differences_apply_under_header(void **unused)
{
    (void)unused, random_session(HEAP_HEADER);
}
static void differences_apply_under_first_fit(void **unused)
{
    (void)unused, random_session(HEAP_FIRST_FIT);
}
static void differences_apply_under_best_fit(void **unused)
{
    (void)unused, random_session(HEAP_BEST_FIT);
}

/* The bytes of a heap of more than MARK_BYTES_MAX, and of a dead one, are not kept: the blocks are.
 */
static void bytes_are_kept_up_to_a_bound(void **unused)
{
    (void)unused;
    struct mark mark;
    char line[64];
    open_lab(HEAP_HEADER);
    run("alloc 64");
    assert_true(mark_take(&mark, &lab.shown.session, "small", UINT64_MAX));
    assert_int_equal(mark.n_bytes, 96);
    assert_non_null(mark.bytes);
    mark_release(&mark);
    snprintf(line, sizeof line, "alloc %u", MARK_BYTES_MAX);
    run(line);
    assert_true(mark_take(&mark, &lab.shown.session, "large", UINT64_MAX));
    assert_int_equal(snapshot_n_blocks(mark.snapshot), 2);
    assert_null(mark.bytes);
    assert_int_equal(mark.n_bytes, 0);
    mark_release(&mark);
    run("undo");
    lab.shown.session.target.alive = false;
    assert_true(mark_take(&mark, &lab.shown.session, "dead", UINT64_MAX));
    assert_int_equal(snapshot_n_blocks(mark.snapshot), 1);
    assert_null(mark.bytes);
    mark_release(&mark);
    lab.shown.session.target.alive = true;
    lab_release(&lab);
}

static void a_state_does_not_differ_from_itself(void **unused)
{
    (void)unused;
    open_lab(HEAP_FIRST_FIT);
    run("random 50 seed 1");
    run("mark here");
    run("diff here");
    assert_int_equal(json_integer_value(json_object_get(lab.last->result, "blocks")), 0);
    assert_int_equal(json_integer_value(json_object_get(lab.last->result, "bytes")), 0);
    lab_release(&lab);
}

static void diff_names_what_changed(void **unused)
{
    (void)unused;
    open_lab(HEAP_HEADER);
    run("alloc 64");
    run("alloc 32");
    run("mark before");
    run("free 1");
    run("diff before");
    assert_non_null(
        strstr(lab.last->text, "~ 0x411000  #1 96 bytes, 64 requested  ->  free 96 bytes"));
    assert_non_null(strstr(lab.last->text, "~ 0x411000  is_free, at +8: 0x0 -> 0x1"));
    assert_non_null(strstr(lab.last->text, "1 byte differs, in 1 place"));
    assert_false(lab_run(&lab, "diff nowhere")->ok);
    assert_false(lab_run(&lab, "mark now")->ok);
    lab_release(&lab);
}

/* A block that is used for the allocator, and nobody's, has no number. */
static void diff_knows_what_is_nobodys(void **unused)
{
    (void)unused;
    open_lab(HEAP_HEADER);
    run("alloc 64");
    run("mark before");
    run("set quarantine 1");
    run("free 1");
    run("diff before");
    assert_non_null(strstr(lab.last->text,
                           "~ 0x411000  #1 96 bytes, 64 requested  ->  in quarantine 96 bytes\n"));
    json_t *all = json_object();
    assert_true(rows_json(lab.last->rows, all));
    const json_t *block =
        json_array_get(json_object_get(json_object_get(all, "diff"), "blocks"), 0);
    assert_true(json_is_true(json_object_get(json_object_get(block, "after"), "quarantined")));
    assert_null(json_object_get(json_object_get(block, "before"), "quarantined"));
    json_decref(all);
    lab_release(&lab);
    open_lab(HEAP_HEADER);
    run("alloc 64");
    run("mark before");
    run("race step 1 5"); /* its header is written, and malloc has not returned */
    run("diff before");
    assert_non_null(strstr(lab.last->text, "+ 0x411060  used, but nobody's 96 bytes\n"));
    lab_release(&lab);
}

static void why_adds_up(void **unused)
{
    (void)unused;
    open_lab(HEAP_BEST_FIT);
    run("alloc 100");
    run("alloc 16");
    run("free 1");
    run("alloc 90"); /* 96 of 112: the rest of 16 is no block */
    run("why 3");
    assert_non_null(strstr(lab.last->text, "a rest of 16 is less than the smallest block, 32"));
    json_t *r = lab.last->result;
    json_int_t sum = 0;
    static const char *const parts[] = {"requested", "rounding", "not_split", "header"};
    for (size_t i = 0; i < 4; i++)
        sum += json_integer_value(json_object_get(r, parts[i]));
    assert_int_equal(sum, json_integer_value(json_object_get(r, "size")));
    lab_release(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_apply_under_header),
        cmocka_unit_test(differences_apply_under_first_fit),
        cmocka_unit_test(differences_apply_under_best_fit),
        cmocka_unit_test(bytes_are_kept_up_to_a_bound),
        cmocka_unit_test(a_state_does_not_differ_from_itself),
        cmocka_unit_test(diff_names_what_changed),
        cmocka_unit_test(diff_knows_what_is_nobodys),
        cmocka_unit_test(why_adds_up),
    };
    return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
