/* test_glibc.c: the heap of a running program on glibc's malloc, read from outside, in the states
 * that its pattern brings it to: each block where the program has it, the sums those of
 * mallinfo2. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/heapwork.h"

static struct heapwork h;

static int start(void **state)
{
    (void)state;
    heapwork_start(&h, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    heapwork_end(&h);
    return 0;
}

/* The slot's block is in that state and bin; its payload is where malloc says, as long as
 * malloc_usable_size says while it is used. */
static const struct heapwork_block *expect_slot(int slot, enum walk_state state, unsigned bin)
{
    uint64_t usable;
    uint64_t address = heapwork_where(&h, slot, &usable);
    const struct heapwork_block *b = heapwork_block(&h, address);
    assert_int_equal(b->state, state);
    assert_int_equal(b->bin, bin);
    if (state == WALK_IS_FREE) return b;
    assert_int_equal(b->address + b->header, address);
    if (state == WALK_USED) assert_int_equal(b->size - b->header, usable);
    return b;
}

static void sound(void)
{
    heapwork_sound(&h);
    heapwork_same_sums(&h);
}

/* ── Tests ── */

static void test_sizes(void **state)
{
    (void)state;
    heapwork_tell(&h, "alloc 0 0 300 7");
    heapwork_tell(&h, "calloc 300 5000");
    heapwork_tell(&h, "alloc 301 100000");
    sound();
    for (int i = 0; i < 302; i++)
        expect_slot(i, WALK_USED, 0);
    assert_true(h.n_in_runs >= 150);
    assert_int_equal(h.heap.n_regions, 1);
    assert_int_equal(h.heap.region[0].kind, GLIBC_BRK);
    assert_int_equal(h.heap.region[0].end, h.brk);
    const struct heapwork_block *first = &h.block[0], *top = &h.block[h.n - 1];
    assert_int_equal(first->header, 16);
    assert_int_equal(first[1].header, 8);
    assert_int_equal(top->bin, GLIBC_BIN_TOP);
    assert_int_equal(top->address + top->size, h.brk);
    assert_true(h.heap.tcache_known && h.heap.mapped_known);
    assert_int_equal(h.heap.behind_top, 0);
}

/* In which bin a free block is: in its own, or in the unsorted one, as malloc sees fit. */
static void expect_free(int slot, unsigned bin)
{
    const struct heapwork_block *b = heapwork_block(&h, heapwork_where(&h, slot, NULL));
    expect_slot(slot, WALK_IS_FREE, b->bin == GLIBC_BIN_UNSORTED ? GLIBC_BIN_UNSORTED : bin);
}

/* So many of a size go into a tcache. */
static int tcache_room(void)
{
    heapwork_tell(&h, "alloc 90000 700 40");
    heapwork_tell(&h, "free 90000 40");
    heapwork_sound(&h);
    assert_int_equal(h.heap.n_tcaches, 1);
    assert_true(h.heap.tcache[0].n == 7 || h.heap.tcache[0].n == 16); /* up to 2.42, from 2.43 */
    return (int)h.heap.tcache[0].n;
}

/* The first of a size go into the tcache, the others into a fastbin or, if too large for one, into
 * a bin; the next large request puts all that are unsorted into the bins of their sizes. */
static void test_bins(void **state)
{
    (void)state;
    int room = tcache_room();
    heapwork_tell(&h, "alloc 0 56 50"); /* chunks of 64 */
    heapwork_tell(&h, "alloc 100 504 50"); /* of 512, */
    heapwork_tell(&h, "alloc 200 2000 3"); /* 2,016 */
    heapwork_tell(&h, "alloc 300 24");
    heapwork_tell(&h, "free 0 50 2");
    heapwork_tell(&h, "free 100 50 2");
    heapwork_tell(&h, "free 201");
    sound();
    for (int i = 0; i < 50; i++) {
        if (i % 2 != 0) {
            expect_slot(i, WALK_USED, 0);
            expect_slot(100 + i, WALK_USED, 0);
        } else if (i < 2 * room) {
            expect_slot(i, WALK_CACHED, GLIBC_BIN_TCACHE + 2);
            expect_slot(100 + i, WALK_CACHED, GLIBC_BIN_TCACHE + 30);
        } else {
            if (h.heap.arena[0].fast != 0)
                expect_slot(i, WALK_CACHED, GLIBC_BIN_FAST + 2);
            else
                expect_free(i, 4);
            expect_free(100 + i, 32);
        }
    }
    heapwork_tell(&h, "alloc 400 3000"); /* too large for all of these: it sorts them */
    sound();
    expect_slot(100 + 2 * room, WALK_IS_FREE, 32);
    assert_int_equal(h.heap.n_tcaches, 1);
    assert_int_equal(h.heap.tcache[0].n, 3 * room);
    assert_int_equal(h.heap.tcache[0].bytes, room * (64 + 512 + 720));
}

/* The list is in the order in which malloc takes from it. */
struct in_order {
    struct glibc_listed block[256];
    size_t n;
};

static bool put_in_order(void *user, const struct glibc_listed *block)
{
    struct in_order *list = user;
    assert_true(list->n < 256);
    list->block[list->n++] = *block;
    return true;
}

static void test_search_order(void **state)
{
    (void)state;
    static struct in_order free_list, cached;
    free_list.n = cached.n = 0;
    heapwork_tell(&h, "alloc 0 2000 40 96");
    heapwork_tell(&h, "alloc 40 1500"); /* behind the last */
    heapwork_tell(&h, "alloc 50 40 20");
    heapwork_tell(&h, "free 0 40 2");
    heapwork_tell(&h, "alloc 41 20000");
    heapwork_tell(&h, "free 50 20");
    sound();
    glibc_free_list(&h.heap, put_in_order, &free_list);
    glibc_cached(&h.heap, put_in_order, &cached);
    size_t n = 0, n_cached = 0;
    for (size_t i = 0; i < h.n; i++) {
        n += h.block[i].state == WALK_IS_FREE || h.block[i].bin / 128 == 1;
        n_cached += h.block[i].bin >= GLIBC_BIN_TCACHE;
    }
    assert_true(n >= 20 && n_cached >= 7);
    assert_int_equal(free_list.n, n);
    assert_int_equal(free_list.block[free_list.n - 1].bin, GLIBC_BIN_TOP);
    for (size_t i = 1; i + 1 < free_list.n; i++) {
        const struct glibc_listed *a = &free_list.block[i - 1], *b = &free_list.block[i];
        assert_true(a->bin >= GLIBC_BIN_FAST || a->bin < b->bin ||
                    (a->bin == b->bin && a->size <= b->size));
    }
    assert_int_equal(cached.n, n_cached);
    /* Last in, first out: what the program gets next is what the list has first. */
    heapwork_tell(&h, "alloc 40 40");
    const struct heapwork_block *next = heapwork_block(&h, heapwork_where(&h, 40, NULL));
    bool found = false;
    for (size_t i = 0; i < cached.n && !found; i++)
        if (cached.block[i].bin == GLIBC_BIN_TCACHE + 1) {
            assert_int_equal(cached.block[i].address, next->address);
            found = true;
        }
    assert_true(found);
}

static void test_mapped(void **state)
{
    (void)state;
    heapwork_tell(&h, "alloc 0 200000 3 50000");
    heapwork_tell(&h, "aligned 3 64 300000");
    heapwork_tell(&h, "aligned 4 4096 300000");
    heapwork_tell(&h, "aligned 5 65536 300000");
    sound();
    assert_true(h.heap.mapped_known);
    size_t mapped = 0;
    for (size_t i = 0; i < h.heap.n_regions; i++)
        mapped += h.heap.region[i].kind == GLIBC_MAPPED;
    assert_int_equal(mapped, 6);
    for (int i = 0; i < 6; i++)
        expect_slot(i, WALK_USED, 0);
    heapwork_tell(&h, "realloc 0 900000");
    heapwork_tell(&h, "free 1");
    sound();
    expect_slot(0, WALK_USED, 0);
}

/* Before main_arena has any block, malloc's own counts are known, too. */
static void test_mapped_alone(void **state)
{
    (void)state;
    heapwork_tell(&h, "aligned 0 64 300000");
    heapwork_tell(&h, "aligned 1 64 300000");
    sound();
    assert_int_equal(h.heap.n_regions, 2);
    assert_true(h.heap.mapped_known && h.heap.tcache_known);
    heapwork_tell(&h, "alloc 2 100");
    sound();
    assert_int_equal(h.heap.n_regions, 3);
    assert_true(h.heap.mapped_known);
}

/* Mappings that are not malloc's lie between, and the kernel shows them all as one. */
static void test_mapped_between(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        heapwork_tell(&h, "map 40000");
        heapwork_tell(&h, "alloc %d 140000 2", 10 * i);
    }
    for (int round = 0; round < 2; round++) {
        sound();
        assert_true(h.heap.mapped_known);
        for (int i = 0; i < 10; i++)
            expect_slot(10 * i + 1, WALK_USED, 0);
        heapwork_tell(&h, "free 0");
        heapwork_tell(&h, "free 51");
        heapwork_tell(&h, "alloc 0 150000 1");
        heapwork_tell(&h, "alloc 51 200000 1");
    }
}

/* Each thread has an arena of its own, and its own tcache in it. */
static void test_threads(void **state)
{
    (void)state;
    heapwork_tell(&h, "alloc 900 100");
    heapwork_tell(&h, "free 900"); /* from 2.43 on it has a tcache only from here on */
    for (int t = 0; t < 4; t++) {
        heapwork_tell(&h, "@%d alloc %d 100 30 64", t, 100 * t);
        heapwork_tell(&h, "@%d free %d 30 3", t, 100 * t);
    }
    sound();
    assert_int_equal(h.heap.n_arenas, 5); /* the first thread has main_arena */
    assert_int_equal(h.heap.n_tcaches, 5);
    bool seen[8] = {false};
    for (int t = 0; t < 4; t++) {
        const struct heapwork_block *b = heapwork_block(&h, heapwork_where(&h, 100 * t, NULL));
        assert_int_equal(b->state, WALK_CACHED);
        assert_true(b->cached > 1 && !seen[b->cached]);
        seen[b->cached] = true;
        expect_slot(100 * t + 1, WALK_USED, 0);
        assert_int_equal(h.heap.region[b->region].kind, GLIBC_ARENA);
    }
    heapwork_tell(&h, "@0 alloc 1000 100000 3000"); /* more than one heap of 64 MiB */
    sound();
    expect_slot(1000, WALK_USED, 0);
    expect_slot(3999, WALK_USED, 0);
    size_t heaps = 0;
    for (size_t i = 0; i < h.heap.n_regions; i++)
        heaps += h.heap.region[i].kind == GLIBC_ARENA;
    assert_true(heaps > 4 + 3);
    heapwork_tell(&h, "@0 free 1000 3000");
    heapwork_tell(&h, "trim");
    sound();
}

/* Two threads in main_arena: both their tcaches are found in it. */
static void test_one_arena(void **state)
{
    (void)state;
    heapwork_tell(&h, "opt %d 1", M_ARENA_MAX);
    heapwork_tell(&h, "alloc 0 100 20");
    heapwork_tell(&h, "@1 alloc 20 100 20");
    heapwork_tell(&h, "@1 free 20 5");
    heapwork_tell(&h, "free 0 3");
    sound();
    assert_int_equal(h.heap.n_arenas, 1);
    assert_int_equal(h.heap.n_tcaches, 2);
    const struct heapwork_block *one = expect_slot(0, WALK_CACHED, GLIBC_BIN_TCACHE + 5);
    const struct heapwork_block *other = expect_slot(20, WALK_CACHED, GLIBC_BIN_TCACHE + 5);
    assert_int_not_equal(one->cached, other->cached);
}

/* Somebody else's sbrk is foreign: between two runs of blocks, and behind top. */
static void test_foreign(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        heapwork_tell(&h, "alloc %d 1000 100", 1000 * i);
        heapwork_tell(&h, "sbrk %d", 4096 * (i + 1) + 40 * i);
        heapwork_tell(&h, "alloc %d 100000 3", 1000 * i + 100);
        sound();
        size_t foreign = 0;
        for (size_t b = 0; b < h.n; b++)
            foreign += h.block[b].state == WALK_FOREIGN;
        assert_int_equal(foreign, i + 1);
        for (int slot = 0; slot <= i; slot++) {
            expect_slot(1000 * slot, WALK_USED, 0);
            expect_slot(1000 * slot + 102, WALK_USED, 0);
        }
    }
    heapwork_tell(&h, "sbrk 8192");
    sound();
    assert_true(h.heap.behind_top >= 8192);
    assert_int_equal(h.block[h.n - 1].state, WALK_FOREIGN);
}

/* Where brk can't move on, malloc goes on in mappings, a run after the other. */
static void test_wall(void **state)
{
    (void)state;
    heapwork_tell(&h, "alloc 0 1000 20");
    assert_string_equal(heapwork_tell(&h, "wall"), "ok");
    for (int i = 0; i < 6; i++) {
        assert_string_equal(heapwork_tell(&h, "gap"), "ok"); /* the next run stands apart */
        heapwork_tell(&h, "alloc %d 90000 20", 100 * (i + 1));
        heapwork_tell(&h, "alloc %d 700 20", 100 * (i + 1) + 50);
        heapwork_tell(&h, "free %d 20 2", 100 * (i + 1) + 50);
        sound();
        for (int slot = 100; slot <= 100 * (i + 1); slot += 100)
            for (int k = 0; k < 20; k++)
                expect_slot(slot + k, WALK_USED, 0);
    }
    heapwork_tell(&h, "alloc 1000 2000000 2"); /* mapped as ever */
    heapwork_tell(&h, "free 0 20 2");
    sound();
    expect_slot(1000, WALK_USED, 0);
    assert_true(h.heap.mapped_known && h.heap.n_regions > 3);
}

/* Without fastbins, and with a threshold for mappings of its own. */
static void test_settings(void **state)
{
    (void)state;
    heapwork_tell(&h, "opt %d 65536", M_MMAP_THRESHOLD);
    heapwork_tell(&h, "opt %d 0", M_MXFAST);
    heapwork_tell(&h, "alloc 0 70000 20 5000");
    heapwork_tell(&h, "alloc 20 30 100 1");
    heapwork_tell(&h, "free 20 100 2");
    heapwork_tell(&h, "free 0 20 3");
    sound();
    expect_slot(1, WALK_USED, 0);
}

/* As its user may set malloc. */
static void test_tunables(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        unsigned cached; /* of 20 */
    } settings[] = {
        {"GLIBC_TUNABLES=glibc.malloc.tcache_count=0", 0},
        {"GLIBC_TUNABLES=glibc.malloc.tcache_count=20", 20},
        {"GLIBC_TUNABLES=glibc.malloc.tcache_count=3:glibc.malloc.mxfast=0", 3},
        {"GLIBC_TUNABLES=glibc.malloc.perturb=170:glibc.malloc.tcache_count=1", 1},
        {"GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=1", 1},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        heapwork_start(&h, settings[i].setting);
        heapwork_tell(&h, "alloc 0 300 40");
        heapwork_tell(&h, "free 0 40 2");
        heapwork_tell(&h, "@1 alloc 100 50 100");
        heapwork_tell(&h, "@1 free 100 100 3");
        heapwork_tell(&h, "alloc 200 500000");
        sound();
        unsigned n = 0;
        for (size_t b = 0; b < h.n; b++)
            n += h.block[b].bin == GLIBC_BIN_TCACHE + 18;
        assert_int_equal(n, settings[i].cached);
        assert_true(h.heap.tcache_known && h.heap.mapped_known);
        heapwork_end(&h);
    }
}

static void test_random(void **state)
{
    (void)state;
    static bool live[500];
    srand(17);
    memset(live, 0, sizeof live);
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 100; i++) {
            int slot = rand() % 500, size = rand() % (rand() % 8 ? 600 : 60000);
            int thread = rand() % 3;
            const char *who[] = {"", "@1 ", "@2 "};
            if (live[slot])
                heapwork_tell(&h, "%sfree %d", who[thread], slot);
            else
                heapwork_tell(&h, "%salloc %d %d", who[thread], slot, size);
            live[slot] = !live[slot];
        }
        sound();
        for (int i = 0; i < 500; i += 7)
            if (live[i]) expect_slot(i, WALK_USED, 0);
    }
}

/* What a look finds where it was is found as well by who looks for the first time. */
static void test_no_heap(void **state)
{
    (void)state;
    assert_int_equal(heapwork_look(&h), GLIBC_NONE);
    assert_int_equal(h.heap.n_regions, 0);
    struct check_finding f;
    assert_int_equal(glibc_check(&h.heap, &f, 1), 0);
    heapwork_tell(&h, "sbrk 4096");
    assert_int_equal(heapwork_look(&h), GLIBC_FOREIGN);
    heapwork_tell(&h, "alloc 0 100");
    sound();
    assert_int_equal(h.block[0].state, WALK_FOREIGN);
    assert_int_equal(h.block[0].size, 4096);
}

static void test_names(void **state)
{
    (void)state;
    char text[GLIBC_BIN_NAME];
    static const struct {
        unsigned bin;
        const char *name;
    } names[] = {{0, ""},
                 {1, "unsorted"},
                 {2, "small 32"},
                 {63, "small 1008"},
                 {64, "large 1024+"},
                 {96, "large 3072+"},
                 {97, "large 3136+"},
                 {126, "large 786432+"},
                 {127, "top"},
                 {128, "fast 32"},
                 {137, "fast 176"},
                 {138, ""},
                 {255, ""},
                 {256, "tcache 32"},
                 {319, "tcache 1040"},
                 {320, "tcache 1056+"},
                 {321, "tcache 2048+"},
                 {331, "tcache 2097152+"},
                 {332, ""},
                 {65535, ""}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(glibc_bin_name(names[i].bin, text), names[i].name);
    char flags[GLIBC_FLAGS_TEXT];
    assert_string_equal(glibc_flags_text(0x120, flags), "");
    assert_string_equal(glibc_flags_text(0x127, flags), "PREV_INUSE, IS_MMAPPED, NON_MAIN_ARENA");
    for (unsigned i = 1; i <= GLIBC_N_INVARIANTS; i++)
        assert_non_null(glibc_invariant_text(i));
    assert_null(glibc_invariant_text(0));
    assert_null(glibc_invariant_text(GLIBC_N_INVARIANTS + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sizes, start, end),
        cmocka_unit_test_setup_teardown(test_bins, start, end),
        cmocka_unit_test_setup_teardown(test_search_order, start, end),
        cmocka_unit_test_setup_teardown(test_mapped, start, end),
        cmocka_unit_test_setup_teardown(test_mapped_alone, start, end),
        cmocka_unit_test_setup_teardown(test_mapped_between, start, end),
        cmocka_unit_test_setup_teardown(test_threads, start, end),
        cmocka_unit_test_setup_teardown(test_one_arena, start, end),
        cmocka_unit_test_setup_teardown(test_foreign, start, end),
        cmocka_unit_test_setup_teardown(test_wall, start, end),
        cmocka_unit_test_setup_teardown(test_settings, start, end),
        cmocka_unit_test(test_tunables),
        cmocka_unit_test_setup_teardown(test_random, start, end),
        cmocka_unit_test_setup_teardown(test_no_heap, start, end),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
