/* test_snapshot_like.c: a snapshot that takes most of its blocks from an older one, by stretches,
 * and one made in the memory of one that was let go, are what they would be block by block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/text/splitmix.h"
#include "viz/changes.h"
#include "viz/snapshot.h"

#define BASE UINT64_C(0x555555559000)
#define MOST 20000u /* several stretches */
#define LARGE (UINT64_C(5) << 32) /* asked for: its high half has a column of its own */

struct heap {
    struct snapshot_block block[MOST];
    size_t n;
};

static bool many_used; /* all but one of 50, so that runs are long */

static struct snapshot_block block_of(uint64_t *chance)
{
    struct snapshot_block b = {.size = 16 * (2 + splitmix_next(chance) % 9)};
    b.state = (enum block_state)(splitmix_next(chance) % BLOCK_N_STATES);
    if (many_used && splitmix_next(chance) % 50 != 0) b.state = BLOCK_USED;
    b.header = b.state == BLOCK_DAMAGED ? 0 : 16;
    if (b.state == BLOCK_USED) b.requested = b.size - b.header - b.size % 13;
    return b;
}

/* What lies at one place is the same one's. */
static void settle(struct heap *h)
{
    uint64_t at = BASE;
    for (size_t i = 0; i < h->n; i++) {
        h->block[i].address = at;
        h->block[i].id = (uint32_t)((at - BASE) / 16 + 1);
        at += h->block[i].size;
    }
}

static void make(struct heap *h, uint64_t *chance, size_t n)
{
    h->n = n;
    for (size_t i = 0; i < n; i++)
        h->block[i] = block_of(chance);
    settle(h);
}

static void make_large(struct heap *h, size_t at)
{
    h->block[at] = (struct snapshot_block){
        .size = LARGE + 32, .requested = LARGE, .header = 16, .state = BLOCK_USED};
    settle(h);
}

/* With one block less at at, or one more, or another one there. */
static void change(struct heap *h, uint64_t *chance, size_t at)
{
    struct snapshot_block *b = &h->block[at];
    unsigned way = (unsigned)(splitmix_next(chance) % 3);
    if (way == 0 && h->n > 1) {
        memmove(b, b + 1, (--h->n - at) * sizeof *b);
    } else if (way == 1 && h->n < MOST) {
        memmove(b + 1, b, (h->n++ - at) * sizeof *b);
        *b = block_of(chance);
    } else {
        *b = block_of(chance);
    }
    settle(h);
}

/* The sizes of the used blocks with a header of 16 from block i on, and up to the next other one,
 * or to one before it that is not to be of the run. */
static size_t add_run(struct snapshot *s, const struct snapshot *older, const struct heap *h,
                      size_t i)
{
    static uint64_t word[MOST];
    size_t n = 0;
    for (; i + n < h->n && h->block[i + n].state == BLOCK_USED; n++)
        word[n] = h->block[i + n].size | (i + n) % 16; /* the low bits do not count */
    if (n == 0) return 0;
    uint64_t end = h->block[i + n - 1].address + h->block[i + n - 1].size - i % 3;
    const struct snapshot_run run = {
        .address = h->block[i].address, .end = end, .word = word, .n = n - i % 2, .header = 16};
    size_t taken = snapshot_add_run_as_in(s, older, &run);
    assert_true(taken <= run.n && (taken < n || i % 3 == 0));
    return taken;
}

/* spare: NULL, or what it is made of; older: NULL, or whom its blocks may be like. */
static struct snapshot *built(const struct heap *h, struct snapshot *spare,
                              const struct snapshot *older, size_t *n_like, size_t *n_in_runs)
{
    const struct snapshot_block *last = &h->block[h->n - 1];
    struct snapshot_head head = {
        .title = "t", .heap_start = BASE, .brk = last->address + last->size, .grain = 16};
    struct snapshot *s = snapshot_new_in(spare, &head, 0);
    assert_non_null(s);
    for (size_t i = 0; i < h->n; i++) {
        size_t n_run = older && n_in_runs ? add_run(s, older, h, i) : 0;
        if (n_run > 0) *n_in_runs += n_run, *n_like += n_run;
        if ((i += n_run) == h->n) break;
        struct snapshot_block asked = h->block[i];
        asked.id = 0, asked.requested = 0; /* the older one tells */
        bool like = older && snapshot_add_as_in(s, older, &asked);
        if (n_like) *n_like += like;
        if (!like) assert_true(snapshot_add_block(s, &h->block[i]));
    }
    assert_int_equal(snapshot_n_blocks(s), h->n);
    assert_true(snapshot_room_for_free(s, 1));
    for (size_t i = 0; i < h->n; i++)
        assert_int_equal(snapshot_block_address(s, i), h->block[i].address);
    for (size_t i = h->n; i-- > 0;)
        if (h->block[i].state == BLOCK_FREE) assert_true(snapshot_add_free(s, i));
    assert_true(snapshot_finish(s));
    return s;
}

static void assert_same(const struct snapshot *a, const struct snapshot *b)
{
    assert_int_equal(snapshot_n_blocks(a), snapshot_n_blocks(b));
    for (size_t i = 0; i < snapshot_n_blocks(a); i++) {
        struct snapshot_block x = snapshot_block(a, i), y = snapshot_block(b, i);
        assert_true(x.address == y.address && x.size == y.size && x.requested == y.requested &&
                    x.header == y.header && x.id == y.id && x.state == y.state);
    }
    assert_memory_equal(snapshot_stats(a), snapshot_stats(b), sizeof(struct snapshot_stats));
    assert_int_equal(snapshot_n_free(a), snapshot_n_free(b));
    for (size_t i = 0; i < snapshot_n_free(a); i++)
        assert_int_equal(snapshot_free_at(a, i), snapshot_free_at(b, i));
    for (uint64_t at = 0; at < snapshot_length(a); at += snapshot_length(a) / 997 + 1) {
        struct snapshot_sums x = snapshot_sums(a, at, at + 9999),
                             y = snapshot_sums(b, at, at + 9999);
        assert_memory_equal(&x, &y, sizeof x);
    }
    struct changes c;
    changes_find(&c, a, b);
    assert_int_equal(c.n, 0);
}

/* Of the heap with changes at those places, made of the older one's blocks and without. */
static void compare(const struct snapshot *older, struct heap *h, uint64_t *chance,
                    const size_t *at, size_t n_changes, bool large)
{
    size_t n_like = 0, was = h->n;
    for (size_t i = n_changes; i-- > 0;)
        change(h, chance, at[i]);
    if (large) make_large(h, at[0]);
    size_t n_by_runs = 0, n_in_runs = 0;
    struct snapshot *plain = built(h, NULL, NULL, NULL, NULL),
                    *s = built(h, NULL, older, &n_like, NULL),
                    *runs = built(h, NULL, older, &n_by_runs, &n_in_runs);
    assert_same(plain, s);
    assert_same(plain, runs);
    assert_int_equal(n_by_runs, n_like);
    if (n_changes == 0 && snapshot_length(older) < LARGE)
        assert_true(n_in_runs > (many_used ? was / 2 : 100));
    snapshot_free(runs);
    if (!large && n_changes == 0) assert_int_equal(n_like, was);
    if (!large) assert_true(n_like > 0);
    snapshot_free(plain);
    snapshot_free(s);
}

/* At the edges of stretches, where samples begin, at both ends, and anywhere. */
static void what_is_like_is_what_it_was(void **unused)
{
    static struct heap h, before;
    static const size_t places[][3] = {
        {0, 4095, 4096},    {31, 32, 33}, {8191, 8192, 12288},   {1, MOST - 100, MOST - 99},
        {4096, 4097, 4098}, {5, 6, 7},    {MOST - 101, 100, 99}, {3000, 3001, 16383}};
    uint64_t chance = 1;
    (void)unused;
    make(&before, &chance, MOST - 98);
    for (unsigned large = 0; large < 2; large++) { /* the older one, too */
        if (large) make_large(&before, 5000);
        struct snapshot *older = built(&before, NULL, NULL, NULL, NULL);
        h = before;
        compare(older, &h, &chance, NULL, 0, false);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            for (size_t n = 1; n <= 3; n++) {
                h = before;
                compare(older, &h, &chance, places[i], n, false);
                h = before;
                compare(older, &h, &chance, places[i], n, true);
            }
        snapshot_free(older);
    }
}

static void runs_are_long(void **unused)
{
    many_used = true;
    what_is_like_is_what_it_was(unused);
    many_used = false;
}

/* In the memory of a larger one, of a smaller one, and of one that somebody else holds. */
static void memory_is_used_again(void **unused)
{
    static struct heap h;
    static const size_t sizes[] = {5000, 40, 9000, 9001, 9000, 1};
    uint64_t chance = 2;
    struct snapshot *spare = NULL;
    (void)unused;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make(&h, &chance, sizes[i]);
        struct snapshot *plain = built(&h, NULL, NULL, NULL, NULL),
                        *s = built(&h, spare, NULL, NULL, NULL);
        assert_same(plain, s);
        assert_true(snapshot_memory_bytes(s) <= snapshot_memory_bytes(plain) * 3 / 2);
        snapshot_free(plain);
        spare = snapshot_empty(s);
        assert_ptr_equal(spare, s);
    }
    struct snapshot *s = built(&h, spare, NULL, NULL, NULL);
    assert_null(snapshot_empty(snapshot_hold(s)));
    assert_int_equal(snapshot_n_blocks(s), 1);
    assert_null(snapshot_empty(NULL));
    snapshot_free(s);
}

/* A sample's blocks that are all alike are counted at once; a free one on both sides is two
 * holes. */
static void used_ones_end_a_hole(void **unused)
{
    static struct heap h;
    (void)unused;
    h.n = 100;
    for (size_t i = 0; i < h.n; i++) {
        bool is_free = i == 31 || i == 64;
        h.block[i] = (struct snapshot_block){.size = 64,
                                             .header = 16,
                                             .requested = is_free ? 0 : 40,
                                             .state = is_free ? BLOCK_FREE : BLOCK_USED};
    }
    settle(&h);
    struct snapshot *s = built(&h, NULL, NULL, NULL, NULL);
    const struct snapshot_stats *t = snapshot_stats(s);
    assert_int_equal(t->n_holes, 2);
    assert_int_equal(t->largest_run, 64);
    assert_int_equal(t->n_used, 98);
    assert_int_equal(t->live_bytes, 98 * 40);
    assert_int_equal(t->padding_bytes, 98 * 8);
    assert_int_equal(t->header_bytes, 100 * 16);
    assert_int_equal(snapshot_sums(s, UINT64_C(64) * 32, UINT64_C(64) * 64).live, 32 * 40);
    snapshot_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_like_is_what_it_was),
        cmocka_unit_test(runs_are_long),
        cmocka_unit_test(used_ones_end_a_hole),
        cmocka_unit_test(memory_is_used_again),
    };
    return cmocka_run_group_tests_name("snapshots like others", tests, NULL, NULL);
}
