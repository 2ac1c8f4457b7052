/* test_snapshot.c: the invariants S1 to S4, and the quick sums against counting byte by byte. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/changes.h"
#include "viz/snapshot.h"

#define BASE UINT64_C(0x555555559000)
#define BLOCKS_MAX 200

struct heap {
    struct snapshot_block block[BLOCKS_MAX];
    size_t n;
    uint64_t end, brk;
    bool damaged;
    struct snapshot *snapshot;
};

static struct snapshot *empty(uint64_t start, uint64_t brk, size_t most)
{
    struct snapshot_head head = {.title = "t",
                                 .policy = "p",
                                 .ended = "",
                                 .alive = true,
                                 .heap_start = start,
                                 .brk = brk,
                                 .page_bytes = 4096};
    return snapshot_new(&head, most);
}

static struct snapshot_block random_block(uint32_t *state, uint64_t at, uint32_t id)
{
    struct snapshot_block b = {
        .address = at, .size = 16 * (1 + picture_sample_random(state) % 12), .id = id};
    b.state = (enum block_state)(picture_sample_random(state) % 3);
    b.header = 16 * (picture_sample_random(state) % 3);
    if (b.header > b.size) b.header = 16;
    if (b.state == BLOCK_USED) b.requested = picture_sample_random(state) % (b.size - b.header + 1);
    return b;
}

static void make_heap(struct heap *h, uint32_t seed)
{
    uint32_t state = seed;
    *h = (struct heap){.n = picture_sample_random(&state) % BLOCKS_MAX, .end = BASE};
    for (size_t i = 0; i < h->n; i++) {
        h->block[i] = random_block(&state, h->end, (uint32_t)i + 1);
        if (i + 1 == h->n && seed % 3 == 0 && h->block[i].state == BLOCK_FOREIGN)
            h->block[i].size += 5; /* a break off the grain */
        h->end += h->block[i].size;
    }
    h->damaged = seed % 4 == 1 && (h->end - BASE) % 16 == 0;
    h->brk = h->end + (h->damaged ? 37 : 0);
    h->snapshot = empty(BASE, h->brk, seed % 2 ? h->n : 0);
    assert_non_null(h->snapshot);
    for (size_t i = 0; i < h->n; i++) {
        assert_true(snapshot_add_block(h->snapshot, &h->block[i]));
        if (h->block[i].state == BLOCK_FREE) assert_true(snapshot_add_free(h->snapshot, i));
    }
    if (h->damaged) assert_true(snapshot_add_damage(h->snapshot, h->end));
    assert_true(snapshot_finish(h->snapshot));
}

/* What one byte counts as. */
static void count_byte(struct snapshot_sums *sums, const struct heap *h, uint64_t address)
{
    if (address >= h->end) {
        if (address < h->brk) sums->damaged++;
        if (address == h->end && address < h->brk) sums->n_starts++;
        return;
    }
    size_t i = 0;
    while (h->block[i].address + h->block[i].size <= address)
        i++;
    const struct snapshot_block *b = &h->block[i];
    uint64_t into = address - b->address;
    if (into == 0) sums->n_starts++;
    bool header = b->state == BLOCK_FOREIGN ? into >= b->size - b->header : into < b->header;
    if (header)
        sums->header++;
    else if (b->state == BLOCK_FOREIGN)
        sums->foreign++;
    else if (b->state == BLOCK_FREE)
        sums->free++;
    else if (into - b->header < b->requested)
        sums->live++;
    else
        sums->padding++;
}

static void assert_sums(struct snapshot_sums a, struct snapshot_sums b)
{
    assert_int_equal(a.header, b.header);
    assert_int_equal(a.live, b.live);
    assert_int_equal(a.padding, b.padding);
    assert_int_equal(a.free, b.free);
    assert_int_equal(a.foreign, b.foreign);
    assert_int_equal(a.damaged, b.damaged);
    assert_int_equal(a.n_starts, b.n_starts);
}

static void sums_agree_with_counting(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct heap h;
        uint32_t state = seed * 77;
        make_heap(&h, seed);
        for (int k = 0; k < 40; k++) {
            uint64_t span = h.brk - BASE + 40, from = BASE + picture_sample_random(&state) % span;
            uint64_t to = from + picture_sample_random(&state) % (k % 2 ? span : 64);
            struct snapshot_sums counted = {0};
            for (uint64_t at = from < BASE ? BASE : from; at < to; at++)
                count_byte(&counted, &h, at);
            assert_sums(snapshot_sums(h.snapshot, from - BASE, to - BASE), counted);
        }
        snapshot_free(h.snapshot);
    }
}

static void scan_equals_sums(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct heap h;
        uint32_t state = seed;
        make_heap(&h, seed);
        struct snapshot_scan scan;
        uint64_t at = BASE;
        snapshot_scan_begin(&scan, h.snapshot, at - BASE);
        while (at < h.brk + 10) {
            uint64_t to = at + picture_sample_random(&state) % 900;
            assert_sums(snapshot_scan_to(&scan, to - BASE),
                        snapshot_sums(h.snapshot, at - BASE, to - BASE));
            at = to;
        }
        snapshot_free(h.snapshot);
    }
}

static void statistics_tile_the_heap(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct heap h;
        make_heap(&h, seed);
        const struct snapshot_stats *s = snapshot_stats(h.snapshot);
        struct snapshot_sums all = snapshot_sums(h.snapshot, 0, h.brk - BASE);
        assert_int_equal(s->heap_bytes, h.brk - BASE);
        assert_int_equal(s->heap_bytes, s->live_bytes + s->padding_bytes + s->header_bytes +
                                            s->free_bytes + s->foreign_bytes + s->damaged_bytes);
        assert_int_equal(all.live, s->live_bytes);
        assert_int_equal(all.padding, s->padding_bytes);
        assert_int_equal(all.header, s->header_bytes);
        assert_int_equal(all.free, s->free_bytes);
        assert_int_equal(all.damaged, s->damaged_bytes);
        assert_int_equal(s->n_blocks, h.n);
        assert_int_equal(s->n_used + s->n_free + s->n_foreign, h.n);
        assert_int_equal(all.n_starts, snapshot_n_blocks(h.snapshot));
        uint64_t largest = 0;
        for (size_t i = 0; i < h.n; i++)
            if (h.block[i].state == BLOCK_FREE && h.block[i].size - h.block[i].header > largest)
                largest = h.block[i].size - h.block[i].header;
        assert_int_equal(s->largest_free, largest);
        assert_int_equal(snapshot_n_free(h.snapshot), s->n_free);
        snapshot_free(h.snapshot);
    }
}

static void blocks_come_back_as_they_went_in(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 30; seed++) {
        struct heap h;
        make_heap(&h, seed);
        for (size_t i = 0; i < h.n; i++) {
            struct snapshot_block b = snapshot_block(h.snapshot, i), *was = &h.block[i];
            assert_int_equal(b.address, was->address);
            assert_int_equal(b.size, was->size);
            assert_int_equal(b.requested, was->requested);
            assert_int_equal(b.header, was->header);
            assert_int_equal(b.id, was->id);
            assert_int_equal(b.state, was->state);
            assert_int_equal(snapshot_find(h.snapshot, b.address), i);
            assert_int_equal(snapshot_find(h.snapshot, b.address + b.size - 1), i);
            if (b.state == BLOCK_USED) assert_int_equal(snapshot_find_id(h.snapshot, b.id), i);
        }
        assert_true(snapshot_find(h.snapshot, BASE - 1) == SNAPSHOT_NONE);
        assert_true(snapshot_find(h.snapshot, h.brk) == SNAPSHOT_NONE);
        assert_true(snapshot_find_id(h.snapshot, 100000) == SNAPSHOT_NONE);
        uint64_t bad = 0;
        assert_int_equal(snapshot_damaged(h.snapshot, &bad), h.damaged);
        if (h.damaged) assert_int_equal(bad, h.end);
        snapshot_free(h.snapshot);
    }
}

static void refused(struct snapshot *s, struct snapshot_block b)
{
    errno = 0;
    assert_false(snapshot_add_block(s, &b));
    assert_int_equal(errno, EINVAL);
}

static void what_breaks_the_tiling_is_refused(void **unused)
{
    (void)unused;
    struct snapshot *s = empty(BASE, BASE + 100, 1);
    struct snapshot_block b = {.address = BASE, .size = 32, .header = 16, .requested = 16, .id = 1};
    refused(s, (struct snapshot_block){.address = BASE + 16, .size = 16});
    refused(s, (struct snapshot_block){.address = BASE, .size = 0});
    refused(s, (struct snapshot_block){.address = BASE, .size = 101});
    refused(s, (struct snapshot_block){.address = BASE, .size = UINT64_MAX});
    refused(s, (struct snapshot_block){.address = BASE, .size = 16, .state = (enum block_state)9});
    assert_true(snapshot_add_block(s, &b));
    assert_false(snapshot_add_free(s, 0)); /* it is used */
    assert_false(snapshot_add_free(s, 7));
    assert_false(snapshot_finish(s)); /* does not reach brk */
    assert_int_equal(errno, EINVAL);
    assert_false(snapshot_add_damage(s, BASE + 31));
    assert_true(snapshot_add_damage(s, BASE + 40)); /* what lies before it is not known either */
    assert_false(snapshot_add_damage(s, BASE + 40));
    assert_true(snapshot_finish(s));
    assert_int_equal(snapshot_stats(s)->damaged_bytes, 68);
    b.address = BASE + 32;
    refused(s, b);
    snapshot_free(s);

    s = empty(BASE, BASE + 100, 1);
    b = (struct snapshot_block){.address = BASE, .size = 20, .state = BLOCK_FREE, .header = 16};
    assert_true(snapshot_add_block(s, &b));
    refused(s, (struct snapshot_block){.address = BASE + 20, .size = 16}); /* S2 */
    assert_false(snapshot_add_damage(s, BASE + 20));
    snapshot_free(s);
    snapshot_free(NULL);
}

static void too_much_is_cut(void **unused)
{
    (void)unused;
    struct snapshot *s = empty(BASE, BASE + 64, 0);
    struct snapshot_block b = {
        .address = BASE, .size = 64, .header = 16, .requested = 1000, .id = 1};
    assert_true(snapshot_add_block(s, &b));
    assert_true(snapshot_finish(s));
    assert_int_equal(snapshot_block(s, 0).requested, 48);
    assert_int_equal(snapshot_stats(s)->padding_bytes, 0);
    snapshot_free(s);
}

static void heaps_beyond_64_gib(void **unused)
{
    (void)unused;
    uint64_t big = UINT64_C(1) << 44;
    struct snapshot *s = empty(BASE, BASE + big + 64, 0);
    struct snapshot_block a = {
        .address = BASE, .size = big, .header = 16, .requested = big - 100, .id = 1};
    struct snapshot_block b = {
        .address = BASE + big, .size = 64, .header = 16, .state = BLOCK_FREE};
    assert_true(snapshot_add_block(s, &a));
    assert_true(snapshot_add_block(s, &b));
    assert_true(snapshot_finish(s));
    assert_int_equal(snapshot_block(s, 1).address, b.address);
    assert_int_equal(snapshot_block(s, 0).size, big);
    assert_int_equal(snapshot_find(s, b.address + 5), 1);
    assert_int_equal(snapshot_sums(s, 0, big).live, big - 100);
    assert_int_equal(snapshot_sums(s, 0, UINT64_MAX).free, 48);
    assert_int_equal(snapshot_same_first(s, s), 2);
    assert_int_equal(snapshot_same_last(s, s, 2), 2);
    snapshot_free(s);
}

static void the_head_is_copied(void **unused)
{
    (void)unused;
    char title[] = "lab", ended[] = "killed";
    struct snapshot_head head = {
        .title = title, .policy = NULL, .ended = ended, .heap_start = 100, .brk = 50, .limit = 7};
    struct snapshot *s = snapshot_new(&head, 0);
    assert_non_null(s);
    title[0] = ended[0] = 'X';
    assert_string_equal(snapshot_head(s)->title, "lab");
    assert_string_equal(snapshot_head(s)->policy, "");
    assert_string_equal(snapshot_head(s)->ended, "killed");
    assert_int_equal(snapshot_head(s)->brk, 100); /* not below its start */
    struct snapshot_segment segment = {.kind = SEGMENT_TEXT, .start = 1, .end = 2};
    memset(segment.name, 'n', sizeof segment.name);
    assert_true(snapshot_add_segment(s, &segment));
    assert_int_equal(strlen(snapshot_segment(s, 0)->name), SNAPSHOT_NAME_MAX - 1);
    assert_true(snapshot_finish(s));
    snapshot_set_list_damage(s, 0x123);
    uint64_t bad = 0;
    assert_true(snapshot_list_damaged(s, &bad));
    assert_int_equal(bad, 0x123);
    snapshot_free(s);
}

static void a_block_costs_at_most_22_bytes(void **unused)
{
    (void)unused;
    struct snapshot *s = picture_sample_heap(100000, false);
    assert_true(snapshot_memory_bytes(s) <= 22 * UINT64_C(100000));
    snapshot_free(s);
}

/* Regions lie end to end on the axis; addresses and offsets lead to each other, and sums know no
 * gaps. */
static void regions_are_one_axis(void **unused)
{
    static const struct snapshot_region regions[] = {{REGION_BRK, 0x1000, 0x1048},
                                                     {REGION_ARENA, 0x2008, 0x2008 + 40},
                                                     {REGION_MAPPED, 0x9000, 0xa000}};
    (void)unused;
    struct snapshot_head head = {.heap_start = 0x1000, .brk = 0x1048, .grain = 16};
    struct snapshot *s = snapshot_new(&head, 0);
    assert_non_null(s);
    for (size_t i = 0; i < 3; i++)
        assert_true(snapshot_add_region(s, &regions[i]));
    assert_false(snapshot_add_region(s, &regions[1])); /* out of order */
    const struct snapshot_block blocks[] = {
        {.address = 0x1000, .size = 24, .header = 8, .requested = 10, .id = 1},
        {.address = 0x1018, .size = 48, .header = 8, .state = BLOCK_FREE},
        {.address = 0x2008, .size = 40, .header = 8, .state = BLOCK_CACHED},
        {.address = 0x9000, .size = 4096, .header = 16, .state = BLOCK_QUARANTINED},
    };
    const struct snapshot_block across = {.address = 0x1018, .size = 56, .header = 8};
    assert_true(snapshot_add_block(s, &blocks[0]));
    assert_false(snapshot_add_block(s, &across)); /* no block lies in two regions */
    assert_false(snapshot_finish(s)); /* nor does one end before the last */
    for (size_t i = 1; i < 4; i++)
        assert_true(snapshot_add_block(s, &blocks[i]));
    assert_true(snapshot_add_free(s, 1) && snapshot_finish(s));
    assert_int_equal(snapshot_n_regions(s), 3);
    assert_int_equal(snapshot_length(s), 72 + 40 + 4096);
    for (size_t i = 0, region = 0; i < 4; i++) {
        struct snapshot_block b = snapshot_block(s, i);
        assert_true(b.address == blocks[i].address && b.size == blocks[i].size &&
                    b.state == blocks[i].state);
        region += i >= 2;
        assert_int_equal(snapshot_block_region(s, i), region);
        for (uint64_t at = b.address; at < b.address + b.size; at++) {
            assert_int_equal(snapshot_find(s, at), i);
            assert_int_equal(snapshot_address_of(s, snapshot_offset_of(s, at)), at);
        }
    }
    assert_true(snapshot_find(s, 0x1048) == SNAPSHOT_NONE &&
                snapshot_find(s, 0x2007) == SNAPSHOT_NONE &&
                snapshot_find(s, 0xfff) == SNAPSHOT_NONE);
    const struct snapshot_stats *stats = snapshot_stats(s);
    assert_true(stats->heap_bytes == 4208 && stats->live_bytes == 10 && stats->cached_bytes == 32 &&
                stats->n_cached == 1);
    assert_true(stats->quarantined_bytes == 4080 && stats->padding_bytes == 4086 &&
                stats->n_quarantined == 1 && stats->n_used == 2);
    assert_true(stats->top_bytes == 48 && stats->n_holes == 0); /* at the top of its own region */
    struct snapshot_sums sums = snapshot_sums(s, 70, 70 + 2 + 40 + 10);
    assert_true(sums.free == 2 && sums.cached == 32 && sums.header == 18 && sums.n_starts == 2);
    struct snapshot *copy = snapshot_copy(s, snapshot_head(s));
    assert_true(copy && snapshot_n_regions(copy) == 3 && snapshot_block(copy, 3).address == 0x9000);
    assert_true(snapshot_same_first(s, copy) == 4);
    snapshot_free(copy);
    snapshot_free(s);
}

/* The same blocks at other addresses are others; a region that ends nowhere near a multiple of the
 * grain still lets the next begin. */
static void regions_are_compared(void **unused)
{
    (void)unused;
    struct snapshot *s[2];
    for (uint64_t i = 0; i < 2; i++) {
        struct snapshot_head head = {.heap_start = 0x1000, .brk = 0x1021};
        struct snapshot_region a = {REGION_BRK, 0x1000, 0x1021},
                               b = {REGION_ARENA, 0x8000 + i * 0x1000, 0x8020 + i * 0x1000};
        struct snapshot_block
            x = {.address = 0x1000, .size = 0x21, .header = 8, .requested = 1, .id = 1},
            y = {.address = b.start, .size = 32, .header = 8, .requested = 2, .id = 2};
        s[i] = snapshot_new(&head, 0);
        assert_true(s[i] && snapshot_add_region(s[i], &a) && snapshot_add_region(s[i], &b));
        assert_true(snapshot_add_block(s[i], &x) && snapshot_add_block(s[i], &y) &&
                    snapshot_finish(s[i]));
        assert_int_equal(snapshot_block(s[i], 1).address, b.start);
        assert_int_equal(snapshot_block(s[i], 0).size, 0x21);
    }
    assert_int_equal(snapshot_same_first(s[0], s[1]), 0);
    struct changes c;
    changes_find(&c, s[0], s[1]);
    assert_true(c.n == 1 && c.change[0].kind == CHANGE_NEW && c.change[0].from == 0x9000 &&
                c.change[0].id == 2);
    snapshot_free(s[0]);
    snapshot_free(s[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree_with_counting),
        cmocka_unit_test(scan_equals_sums),
        cmocka_unit_test(statistics_tile_the_heap),
        cmocka_unit_test(blocks_come_back_as_they_went_in),
        cmocka_unit_test(what_breaks_the_tiling_is_refused),
        cmocka_unit_test(too_much_is_cut),
        cmocka_unit_test(heaps_beyond_64_gib),
        cmocka_unit_test(the_head_is_copied),
        cmocka_unit_test(regions_are_one_axis),
        cmocka_unit_test(regions_are_compared),
        cmocka_unit_test(a_block_costs_at_most_22_bytes),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
