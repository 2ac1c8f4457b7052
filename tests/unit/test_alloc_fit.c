/* test_alloc_fit.c: what the four fits do with their blocks, each switch, and how they meet a damaged heap. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define FOR_EACH_FIT(policy) for (enum heap_policy policy = HEAP_FIRST_FIT; policy < HEAP_N_POLICIES; policy++)

/* The class's example: everything is given back, unless a switch is off. */
static uint64_t left_after_example(enum heap_policy policy, int off)
{
    rig_start(policy);
    if (off >= 0) rig_set((enum heap_switch)off, 0);
    void *p1 = rig_alloc(64), *p2 = rig_alloc(32), *p3 = rig_alloc(16);
    rig_free(p2);
    void *p4 = rig_alloc(24);
    assert_ptr_equal(p4, p2);
    rig_free(p3);
    rig_free(p1);
    rig_free(p4);
    return rig_bytes();
}

static void test_must_show(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        assert_int_equal(left_after_example(policy, -1), 0);
        assert_int_equal(left_after_example(policy, HEAP_COALESCE), 80);
        assert_string_equal(rig_blocks(), "f64");
        assert_int_equal(left_after_example(policy, HEAP_TRIM), 160);
        assert_string_equal(rig_blocks(), "f144");
    }
}

/* Free blocks of 48, 160, 96 and 160 between used ones; payloads of the free ones are put into holes. */
static void make_holes(enum heap_policy policy, char *holes[4])
{
    const size_t sizes[4] = {48, 160, 96, 160};
    rig_start(policy);
    for (int i = 0; i < 4; i++) {
        holes[i] = rig_alloc(sizes[i]);
        rig_alloc(16);
    }
    for (int i = 0; i < 4; i++) rig_free(holes[i]);
    rig_forget();
}

static void test_choice(void **state)
{
    char *holes[4];
    (void)state;
    make_holes(HEAP_FIRST_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[1]);
    assert_string_equal(rig_steps(), "probe/too small probe/fits take split unlink link");
    assert_string_equal(rig_blocks(), "f48 u16 u80 f64 u16 f96 u16 f160 u16");
    make_holes(HEAP_BEST_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[2]);
    assert_string_equal(rig_steps(), "probe/too small probe/best so far probe/best so far probe/not better take unlink");
    make_holes(HEAP_WORST_FIT, holes);
    assert_ptr_equal(rig_alloc(30), holes[1]);
    assert_string_equal(rig_steps(), "probe/best so far probe/best so far probe/not better probe/not better take split unlink link");
    make_holes(HEAP_NEXT_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[1]);
    assert_int_equal(rig.heap.root.rover, (uintptr_t)holes[1] - 16 + 96); /* what is left of it */
    rig_forget();
    assert_ptr_equal(rig_alloc(96), holes[2]);
    assert_string_equal(rig_steps(), "probe/too small probe/fits take unlink");
    rig_forget();
    assert_ptr_equal(rig_alloc(160), holes[3]);
    assert_int_equal(rig.heap.root.rover, 0);
    assert_ptr_equal(rig_alloc(48), holes[0]);
    assert_string_equal(rig_free_list(), "3");
}

static void test_next_fit_round(void **state)
{
    char *holes[4];
    (void)state;
    make_holes(HEAP_NEXT_FIT, holes);
    assert_ptr_equal(rig_alloc(96), holes[1]);
    assert_ptr_equal(rig_alloc(96), holes[2]);
    assert_ptr_equal(rig_alloc(96), holes[3]);
    assert_string_equal(rig_free_list(), "8 0 3"); /* from the rover on, and round to it */
    rig_forget();
    assert_ptr_equal(rig_alloc(40), holes[3] + 112);
    assert_ptr_equal(rig_alloc(40), holes[0]);
    rig_forget();
    rig_alloc(1000); /* none: all are looked at once */
    assert_string_equal(rig_steps(), "probe/too small sbrk");
    rig_free(holes[1]); /* the rover's block is merged */
    assert_int_equal(rig.heap.root.rover, (uintptr_t)holes[1] - 16);
    rig_free(rig_alloc(16));
}

static void test_split(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT (policy) {
        make_holes(policy, holes);
        rig_set(HEAP_SPLIT, 0);
        rig_alloc(100);
        assert_string_equal(rig_blocks(), "f48 u16 u160 u16 f96 u16 f160 u16");
        make_holes(policy, holes);
        rig_alloc(144); /* a rest of 16 is no block */
        assert_string_equal(rig_blocks(), "f48 u16 u160 u16 f96 u16 f160 u16");
        make_holes(policy, holes);
        rig_alloc(128);
        assert_string_equal(rig_blocks(), "f48 u16 u128 f16 u16 f96 u16 f160 u16");
    }
}

static void test_coalesce(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT (policy) {
            void *p[7];
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            for (int i = 0; i < 7; i++) p[i] = rig_alloc(32);
            rig_free(p[0]);
            rig_free(p[2]);
            rig_free(p[4]);
            rig_forget();
            rig_free(p[1]); /* with both */
            assert_int_equal(picture_count(&rig.log, STEP_COALESCE), 2);
            assert_string_equal(rig_blocks(), "f128 u32 f32 u32 u32");
            rig_free(p[3]);
            assert_string_equal(rig_blocks(), "f224 u32 u32");
            rig_free(p[5]); /* with the one before */
            assert_string_equal(rig_blocks(), "f272 u32");
            rig_forget();
            rig_free(p[6]);
            assert_string_equal(rig_blocks(), "");
            assert_int_equal(picture_step(&rig.log, STEP_TRIM, 0)->a, 7 * 48);
            assert_int_equal(rig.heap.root.free_head | rig.heap.root.rover, 0);
        }
    }
}

/* With the one behind alone. */
static void test_coalesce_behind(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        rig_start(HEAP_NEXT_FIT);
        rig_set(HEAP_ORDER, (uint64_t)order);
        void *p1 = rig_alloc(32), *p2 = rig_alloc(32);
        rig_alloc(32);
        rig_free(p2);
        rig.heap.root.rover = (uintptr_t)p2 - 16;
        rig_free(p1);
        assert_string_equal(rig_blocks(), "f80 u32");
        assert_int_equal(rig.heap.root.rover, (uintptr_t)p1 - 16);
    }
}

static void test_no_trim_of_neighbours(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        rig_set(HEAP_COALESCE, 0);
        void *p1 = rig_alloc(32), *p2 = rig_alloc(32);
        rig_free(p1);
        rig_free(p2); /* given back alone: what becomes the last stays */
        assert_string_equal(rig_blocks(), "f32");
        /* Without coalescing it is not extended either. */
        rig_alloc(64);
        assert_string_equal(rig_blocks(), "f32 u64");
    }
}

static void test_extend_last(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT (policy) {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            rig_set(HEAP_TRIM, 0);
            rig_alloc(16);
            void *p = rig_alloc(48);
            rig_free(p);
            rig_forget();
            assert_ptr_equal(rig_alloc(100), p);
            assert_string_equal(rig_steps(), "probe/too small sbrk take unlink");
            assert_int_equal(picture_step(&rig.log, STEP_SBRK, 0)->a, 64);
            assert_string_equal(rig_blocks(), "u16 u112");
            rig_free(p);
            char *q = rig_aligned(256, 400);
            assert_int_equal((uintptr_t)q % 256, 0);
            assert_string_equal(rig_blocks(), "u16 f192 u400");
        }
    }
}

static void test_growth(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        rig_set(HEAP_GROWTH, 4096);
        void *p = rig_alloc(100);
        assert_int_equal(rig_bytes(), 4096);
        assert_string_equal(rig_blocks(), "u112 f3952");
        rig_set(HEAP_SPLIT, 0); /* the rest of grown memory is a block in any case */
        void *q = rig_alloc(5000);
        assert_int_equal(rig_bytes(), 8192);
        assert_string_equal(rig_blocks(), "u112 u5008 f3024");
        void *r = rig_alloc(3024 + 4080); /* a rest of 16 stays with the block */
        assert_string_equal(rig_blocks(), "u112 u5008 u7120");
        rig_free(r);
        rig_free(q);
        rig_free(p);
        assert_int_equal(rig_bytes(), 0);
    }
}

static void expect_order(enum heap_order order, const char *first, const char *second)
{
    char *holes[4];
    make_holes(HEAP_FIRST_FIT, holes);
    rig_set(HEAP_ORDER, order);
    assert_string_equal(rig_free_list(), first);
    rig_free(rig_realloc(rig_alloc(170), 200)); /* at the end, and trimmed again */
    rig_free(rig_alloc(100));                  /* where first fit finds it, merged again */
    assert_string_equal(rig_free_list(), second);
}

static void test_orders(void **state)
{
    (void)state;
    expect_order(HEAP_ORDER_ADDRESS, "0 2 4 6", "0 2 4 6");
    expect_order(HEAP_ORDER_LIFO, "0 2 4 6", "2 0 4 6");
    expect_order(HEAP_ORDER_FIFO, "0 2 4 6", "0 4 6 2");
    expect_order(HEAP_ORDER_SIZE_UP, "0 4 2 6", "0 4 6 2");
    expect_order(HEAP_ORDER_SIZE_DOWN, "2 6 4 0", "6 2 4 0");
}

/* Freed in one sequence, listed in each order; then sorted by address again. */
static void test_order_of_frees(void **state)
{
    static const char *const expected[HEAP_N_ORDERS] = {"0 2 4 6 8", "4 8 0 6 2", "2 6 0 8 4", "0 2 4 6 8", "8 6 4 2 0"};
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        void *p[5];
        static const int sequence[5] = {1, 3, 0, 4, 2};
        rig_start(HEAP_FIRST_FIT);
        rig_set(HEAP_ORDER, (uint64_t)order);
        for (size_t i = 0; i < 5; i++) {
            p[i] = rig_alloc(16 + 16 * i);
            rig_alloc(16);
        }
        for (int i = 0; i < 5; i++) rig_free(p[sequence[i]]);
        assert_string_equal(rig_free_list(), expected[order]);
        rig_set(HEAP_ORDER, HEAP_ORDER_SIZE_DOWN);
        assert_string_equal(rig_free_list(), "8 6 4 2 0");
        rig_set(HEAP_ORDER, HEAP_ORDER_ADDRESS);
        assert_string_equal(rig_free_list(), "0 2 4 6 8");
    }
}

static void test_aligned_in_the_middle(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT (policy) {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            char *hole = rig_alloc(600);
            void *other = rig_alloc(96);
            rig_alloc(16);
            rig_free(hole);
            assert_int_equal((uintptr_t)hole % 256, 16);
            char *p = rig_aligned(256, 100); /* a piece before, a piece behind */
            assert_ptr_equal(p, hole + 240);
            assert_string_equal(rig_blocks(), "f224 u112 f240 u96 u16");
            rig_free(other);
            rig_free(p);
            assert_string_equal(rig_blocks(), "f720 u16");
            rig_forget();
            rig_aligned(4096, 700); /* large enough, but not there */
            assert_non_null(strstr(rig_steps(), "probe/misaligned"));
        }
    }
}

static void test_resize(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        char *p = rig_alloc(100), *q = rig_alloc(100);
        rig_alloc(16);
        rig_free(q);
        memset(p, 0x55, 100);
        assert_ptr_equal(rig_realloc(p, 120), p); /* into the next: 16 bytes, over its links */
        assert_string_equal(rig_blocks(), "u128 f96 u16");
        assert_ptr_equal(rig_realloc(p, 216), p); /* a rest of 16 comes along */
        assert_string_equal(rig_blocks(), "u240 u16");
        for (int i = 0; i < 100; i++) assert_int_equal(p[i], 0x55);
        assert_ptr_equal(rig_realloc(p, 224), p); /* less by less than a block */
        assert_string_equal(rig_blocks(), "u240 u16");
        assert_ptr_equal(rig_realloc(p, 10), p);
        assert_string_equal(rig_blocks(), "u16 f208 u16");
        assert_ptr_equal(rig_realloc(p, 100), p);
        rig_set(HEAP_SPLIT, 0);
        assert_ptr_equal(rig_realloc(p, 10), p);
        assert_string_equal(rig_blocks(), "u112 f112 u16");
        assert_ptr_equal(rig_realloc(p, 130), p);
        assert_string_equal(rig_blocks(), "u240 u16");
    }
}

static void test_resize_at_the_end(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        char *p = rig_alloc(100);
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 200), p);
        assert_string_equal(rig_steps(), "sbrk");
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 50), p);
        assert_string_equal(rig_steps(), "split trim");
        assert_int_equal(rig_bytes(), 80);
        rig_set(HEAP_TRIM, 0);
        assert_ptr_equal(rig_realloc(p, 16), p);
        assert_string_equal(rig_blocks(), "u16 f32");
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 200), p); /* the free block behind, and what is missing still */
        assert_string_equal(rig_steps(), "sbrk coalesce unlink");
        assert_string_equal(rig_blocks(), "u208");
        rig_set(HEAP_GROWTH, 4096);
        assert_ptr_equal(rig_realloc(p, 300), p);
        assert_string_equal(rig_blocks(), "u304 f3984");
        rig_set(HEAP_GROWTH, 1);
        char *last = rig_alloc(3984);
        arena_fail(&rig.arena, 1);
        assert_ptr_not_equal(rig_realloc(last, 4000), last); /* refused once, then moved */
        assert_null(heap_realloc(&rig.heap, p, 2 << 20));
        rig_check();
    }
}

static void test_foreign(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        rig_foreign(5); /* before: 5 bytes, rounded up, and a fence */
        char *p1 = rig_alloc(16), *p2 = rig_alloc(16);
        assert_string_equal(rig_blocks(), "x16 u16 u16");
        rig_foreign(32);
        rig_forget();
        char *p3 = rig_alloc(16), *p4 = rig_alloc(16);
        assert_non_null(strstr(rig_steps(), "sbrk fence"));
        rig_foreign(64);
        char *p5 = rig_alloc(16);
        assert_string_equal(rig_blocks(), "x16 u16 u16 x32 u16 u16 x64 u16");
        rig_free(p2); /* next to a gap: no neighbour there */
        rig_free(p3);
        assert_string_equal(rig_blocks(), "x16 u16 f16 x32 f16 u16 x64 u16");
        assert_ptr_equal(rig_realloc(p1, 40), p1);
        rig_foreign(3); /* behind: nothing can be trimmed, nor grown in place */
        rig_free(p5);
        assert_string_equal(rig_blocks(), "x16 u48 x32 f16 u16 x64 f16 x3");
        rig_foreign(-3);
        p5 = rig_alloc(24);
        assert_string_equal(rig_blocks(), "x16 u48 x32 f16 u16 x64 u32");
        rig_foreign(3);
        assert_ptr_not_equal(rig_realloc(p5, 400), p5);
        (void)p4;
    }
}

static void test_fence_is_given_back(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        void *p1 = rig_alloc(16);
        rig_foreign(48);
        void *p2 = rig_alloc(16);
        rig_foreign(48);
        void *p3 = rig_alloc(16), *p4 = rig_alloc(16);
        uintptr_t before = rig.heap.root.gap_head;
        rig_free(p3);
        rig_forget();
        rig_free(p4);
        assert_int_equal(picture_step(&rig.log, STEP_TRIM, 0)->a, 80);
        assert_string_equal(rig_blocks(), "u16 x48 u16 x48");
        assert_int_equal(rig.heap.root.gap_tail, before);
        rig_foreign(-48);
        rig_free(p2);
        assert_string_equal(rig_blocks(), "u16 x48");
        assert_int_equal(rig.heap.root.gap_head | rig.heap.root.gap_tail, 0);
        rig_free(p1); /* a gap lies behind it: it stays */
        assert_string_equal(rig_blocks(), "f16 x48");
        rig_foreign(-48);
        rig_free(rig_alloc(100));
        assert_string_equal(rig_blocks(), "");
        rig_foreign(16); /* a gap at the very start */
        rig_free(rig_alloc(16));
        assert_string_equal(rig_blocks(), "x16");
    }
}

static void test_trim_refused(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT (policy) {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            void *p1 = rig_alloc(16), *p2 = rig_alloc(16);
            rig_free(p1);
            arena_fail(&rig.arena, 1);
            rig_free(p2);
            assert_string_equal(rig_blocks(), "f48");
        }
    }
}

static void expect_alloc(size_t size, enum heap_status status)
{
    assert_null(heap_alloc(&rig.heap, size));
    assert_int_equal(rig.heap.failure, status);
    assert_int_equal(errno, ENOMEM);
}

/* Each wrong link ends a search, a free and a change of order with words. */
static void test_damaged_links(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT (policy) {
        make_holes(policy, holes);
        const uintptr_t block = (uintptr_t)holes[1] - 16;
        const uint64_t next = *rig_word(holes[1], 16), prev = *rig_word(holes[1], 24);
        const uint64_t wild[] = {8, block + 8, (uintptr_t)holes[0] + 48, rig.heap.root.top, rig.heap.root.top - 16, UINT64_MAX - 15};
        char *used = holes[0] + 64;
        for (int i = 0; i < 6; i++) {
            *rig_word(holes[1], 16) = wild[i];
            expect_alloc(200, HEAP_DAMAGED);
            assert_int_equal(heap_set(&rig.heap, HEAP_ORDER, HEAP_ORDER_SIZE_UP), HEAP_DAMAGED);
            assert_int_equal(rig.heap.root.order, HEAP_ORDER_ADDRESS);
            assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED); /* a neighbour of it */
        }
        *rig_word(holes[1], 16) = (uintptr_t)holes[0] - 16; /* round and round */
        expect_alloc(200, HEAP_CYCLE);
        *rig_word(holes[1], 16) = next;
        *rig_word(holes[1], 24) = (uintptr_t)holes[2] - 16;
        assert_null(heap_alloc(&rig.heap, 160)); /* chosen, but it can't be taken out */
        assert_int_equal(rig.heap.failure, HEAP_DAMAGED);
        *rig_word(holes[1], 24) = prev;
        rig_check();
    }
}

static void test_damaged_headers(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT (policy) {
        make_holes(policy, holes);
        char *used = holes[0] + 64, *last = holes[3] + 176;
        uint64_t flags = *rig_word(used, 8), prev = *rig_word(used, 0);
        *rig_word(used, 8) = flags | 4;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 8) = 1 << 30;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 8) = flags;
        *rig_word(used, 0) = 16;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 0) = 1 << 30;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 0) = prev;
        uint64_t next_prev = *rig_word(holes[1], 0), next_size = *rig_word(holes[1], 8);
        *rig_word(holes[1], 0) = 0;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        *rig_word(holes[1], 0) = next_prev;
        *rig_word(holes[1], 8) = 3;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        *rig_word(holes[1], 8) = next_size;
        rig.heap.root.last -= 16;
        assert_int_equal(heap_free(&rig.heap, last), HEAP_DAMAGED);
        rig.heap.root.last += 16;
        uint64_t last_size = *rig_word(last, 8);
        *rig_word(last, 8) = 0;
        expect_alloc(400, HEAP_DAMAGED);
        *rig_word(last, 8) = last_size;
        rig_check();
    }
}

/* The ends of the list lead astray. */
static void test_damaged_ends(void **state)
{
    char *holes[4];
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        make_holes(HEAP_FIRST_FIT, holes);
        char *used = rig_alloc(400);
        rig_alloc(16);
        rig_set(HEAP_ORDER, (uint64_t)order);
        uint64_t head = rig.heap.root.free_head, tail = rig.heap.root.free_tail;
        rig.heap.root.free_head = rig.heap.root.start + 8;
        if (order != HEAP_ORDER_FIFO && order != HEAP_ORDER_ADDRESS) assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        if (order != HEAP_ORDER_FIFO) assert_null(heap_realloc(&rig.heap, used, 500));
        rig.heap.root.free_head = head;
        rig.heap.root.free_tail = (uintptr_t)holes[0] + 48;
        if (order == HEAP_ORDER_FIFO || order == HEAP_ORDER_ADDRESS) assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        assert_null(heap_alloc(&rig.heap, 1000));
        rig.heap.root.free_tail = tail;
        rig_check();
        /* Shrinking frees what is cut off. */
        rig.heap.root.free_tail = rig.heap.root.free_head = 8;
        assert_null(heap_realloc(&rig.heap, used, 100));
        assert_int_equal(rig.heap.failure, HEAP_DAMAGED);
        rig.heap.root.free_tail = tail;
        rig.heap.root.free_head = head;
        rig_check();
    }
}

/* The free last block is missing from the list: extending it would give it out twice. */
static void test_damaged_last(void **state)
{
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    rig_set(HEAP_TRIM, 0);
    rig_free(rig_alloc(160));
    rig.heap.root.free_head = rig.heap.root.free_tail = 0;
    expect_alloc(16, HEAP_DAMAGED);
    assert_int_equal(rig_broken(), 1u << 5);
    /* A list that leads past it, though its own links are right. */
    rig_start(HEAP_NEXT_FIT);
    rig_set(HEAP_TRIM, 0);
    void *p = rig_alloc(16);
    rig_alloc(16);
    void *last = rig_alloc(160);
    rig_free(p);
    rig_free(last);
    *rig_word(p, 16) = 0;
    expect_alloc(100, HEAP_DAMAGED);
}

static void test_damaged_fences(void **state)
{
    (void)state;
    FOR_EACH_FIT (policy) {
        rig_start(policy);
        void *p1 = rig_alloc(16);
        rig_foreign(32);
        void *p2 = rig_alloc(16);
        uint64_t size = *rig_word(p1, 8);
        *rig_word(p1, 8) = 0; /* nobody knows any more which block lies before the gap: it is only freed */
        assert_int_equal(heap_free(&rig.heap, p2), HEAP_OK);
        *rig_word(p1, 8) = size;
        assert_string_equal(rig_blocks(), "u16 x32 f16");
        assert_ptr_equal(rig_alloc(16), p2);
        *rig_word(p1, 8) = size + 32;
        assert_int_equal(heap_free(&rig.heap, p2), HEAP_OK);
        *rig_word(p1, 8) = size;
        rig_check();
        rig.heap.root.gap_head = 8; /* no fence there: the gap is not seen, and no hang */
        assert_int_equal(heap_free(&rig.heap, p1), HEAP_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_must_show),       cmocka_unit_test(test_choice),
        cmocka_unit_test(test_next_fit_round),  cmocka_unit_test(test_split),
        cmocka_unit_test(test_coalesce),        cmocka_unit_test(test_coalesce_behind),
        cmocka_unit_test(test_no_trim_of_neighbours), cmocka_unit_test(test_extend_last),
        cmocka_unit_test(test_growth),          cmocka_unit_test(test_orders),
        cmocka_unit_test(test_order_of_frees),  cmocka_unit_test(test_aligned_in_the_middle),
        cmocka_unit_test(test_resize),          cmocka_unit_test(test_resize_at_the_end),
        cmocka_unit_test(test_foreign),         cmocka_unit_test(test_fence_is_given_back),
        cmocka_unit_test(test_trim_refused),    cmocka_unit_test(test_damaged_links),
        cmocka_unit_test(test_damaged_headers), cmocka_unit_test(test_damaged_ends),
        cmocka_unit_test(test_damaged_last),    cmocka_unit_test(test_damaged_fences),
    };
    return cmocka_run_group_tests_name("alloc fit", tests, NULL, NULL);
}
