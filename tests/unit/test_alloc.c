/* test_alloc.c: the public verbs under every policy: sizes, alignment, contents and refusals.
 * test_alloc_growth.c has what sbrk does to them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/growth.h"
#include "allocator/policy.h"
#include "tests/support/rig.h"

static const size_t impossible_sizes[] = {SIZE_MAX,         SIZE_MAX - 8,     SIZE_MAX - 15,
                                          SIZE_MAX / 2 + 1, PTRDIFF_MAX,      PTRDIFF_MAX - 1,
                                          PTRDIFF_MAX - 15, PTRDIFF_MAX - 16, PTRDIFF_MAX - 47};

static void test_names(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    assert_int_equal(heap_policy_from_name(heap_policy_name(policy)), policy);
    for (int i = 0; i < HEAP_N_ORDERS; i++)
        assert_int_equal(heap_order_from_name(heap_order_name((enum heap_order)i)), i);
    for (int i = 0; i < HEAP_N_SWITCHES; i++)
        assert_int_equal(heap_switch_from_name(heap_switch_name((enum heap_switch)i)), i);
    for (int i = 0; i < HEAP_N_STATUSES; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(heap_status_text((enum heap_status)i),
                                    heap_status_text((enum heap_status)j));
    assert_int_equal(heap_policy_from_name("buddy"), HEAP_N_POLICIES);
    assert_int_equal(heap_order_from_name(""), HEAP_N_ORDERS);
    assert_int_equal(heap_switch_from_name("splits"), HEAP_N_SWITCHES);
    assert_null(heap_policy_name(HEAP_N_POLICIES));
    assert_null(heap_order_name(HEAP_N_ORDERS));
    assert_null(heap_switch_name(HEAP_N_SWITCHES));
    assert_string_equal(heap_status_text(HEAP_N_STATUSES), "an unknown status");
    assert_string_equal(heap_policy_name(HEAP_HEADER), "header");
    assert_string_equal(heap_order_name(HEAP_ORDER_SIZE_DOWN), "size-down");
    assert_false(heap_policy_has(HEAP_N_POLICIES, HEAP_SPLIT));
    assert_false(heap_policy_has(HEAP_FIRST_FIT, HEAP_N_SWITCHES));
    assert_false(heap_policy_has(HEAP_HEADER, HEAP_SPLIT));
    assert_true(heap_policy_has(HEAP_HEADER, HEAP_TRIM));
}

static void test_block_table(void **state)
{
    struct block_word words[BLOCK_WORDS_MAX];
    uint64_t rounded = 7;
    (void)state;
    assert_int_equal(block_words(HEAP_BUMP, true, BLOCK_IS_USED, 4096, words), 0);
    assert_int_equal(block_words(HEAP_HEADER, true, BLOCK_IS_FREE, 4096, words), 3);
    assert_int_equal(block_words(HEAP_HEADER, true, BLOCK_IS_FENCE, 4096, words), 0);
    assert_int_equal(block_words(HEAP_BEST_FIT, false, BLOCK_IS_USED, 4096, words), 2);
    assert_int_equal(block_words(HEAP_BEST_FIT, true, BLOCK_IS_USED, 4096, words), 4);
    assert_int_equal(words[3].field, FIELD_FIT_ASKED);
    assert_int_equal(block_words(HEAP_BEST_FIT, true, BLOCK_IS_FENCE, 4096, words), 2);
    assert_int_equal(words[0].field, FIELD_GAP_SIZE);
    assert_int_equal(block_words(HEAP_BEST_FIT, true, BLOCK_IS_FREE, 4096, words), 4);
    assert_int_equal(words[3].field, FIELD_PREV_FREE);
    assert_int_equal(block_words(HEAP_HEADER, true, BLOCK_IS_USED, 4096, words), 5);
    assert_int_equal(words[1].field, FIELD_IS_FREE);
    assert_string_equal(words[4].name, "asked");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(words[i].address, 4096 + words[i].offset);
        assert_true(i == 0 || words[i - 1].offset + words[i - 1].bytes <= words[i].offset);
    }
    assert_null(block_field_info(FIELD_N));
    for (int i = 0; i < FIELD_N; i++)
        assert_non_null(block_field_info((enum block_field)i)->name);
    assert_int_equal(block_field_info(FIELD_ROOT_GAP_TAIL)->offset,
                     offsetof(struct heap_root, gap_tail));
    assert_int_equal(block_header_bytes(HEAP_BUMP), 0);
    assert_int_equal(block_min_bytes(HEAP_BUMP), 16);
    assert_int_equal(block_min_bytes(HEAP_HEADER), block_header_bytes(HEAP_HEADER) + 16);
    assert_int_equal(block_min_bytes(HEAP_NEXT_FIT), 32);
    assert_true(block_round_up(17, &rounded) && rounded == 32);
    assert_true(block_round_up(PTRDIFF_MAX - 15, &rounded) && rounded == PTRDIFF_MAX - 15);
    assert_false(block_round_up(PTRDIFF_MAX - 14, &rounded));
    assert_int_equal(block_place(16, 16, 32, 16), 16);
    assert_int_equal(block_place(16, 16, 32, 64), 48);
    assert_int_equal(block_place(32, 16, 32, 64), 112);
    assert_int_equal(block_place(16, 0, 0, 64), 64);
    assert_int_equal(block_place(UINTPTR_MAX - 15, 16, 32, 16), 0);
    assert_int_equal(block_place(4096, 16, 32, UINT64_C(1) << 63), 0);
}

static void test_init(void **state)
{
    static struct heap heap;
    (void)state;
    arena_init(&rig.arena, 4096, 0);
    assert_false(heap_init(&heap, HEAP_N_POLICIES, &rig.arena.growth));
    rig.arena.silent = true;
    assert_false(heap_init(&heap, HEAP_HEADER, &rig.arena.growth));
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        assert_int_equal(rig.heap.root.start, rig.arena.base);
        assert_int_equal(rig.arena.moves, 0);
        assert_string_equal(rig_blocks(), "");
        rig_check();
    }
    assert_null(policy_of(HEAP_N_POLICIES));
}

/* A break that is no multiple of 16: the heap begins at the next, and the first growth pays for the
 * bytes between. */
static void test_odd_start(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start_at(policy, 5);
        rig_check();
        assert_string_equal(rig_blocks(), "");
        assert_int_equal(rig.heap.root.start, rig.arena.base + 16);
        rig_alloc(20);
        assert_int_equal(rig.arena.brk, rig.heap.root.top);
    }
}

static void test_contents(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        for (size_t size = 1; size < 200; size += 7)
            memset(rig_alloc(size), (int)size, size);
        unsigned char *dirty = rig_alloc(100);
        memset(dirty, 0xff, 100);
        if (policy != HEAP_BUMP) rig_free(dirty);
        unsigned char *clear = heap_calloc(&rig.heap, 10, 10);
        for (int i = 0; i < 100; i++)
            assert_int_equal(clear[i], 0);
        rig_check();
    }
}

static void test_bad_sizes(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        void *keeper = rig_alloc(32);
        for (size_t i = 0; i < sizeof impossible_sizes / sizeof impossible_sizes[0]; i++) {
            size_t size = impossible_sizes[i];
            rig_refused(heap_alloc(&rig.heap, size),
                        size > PTRDIFF_MAX - 48 ? HEAP_BAD_SIZE : HEAP_NO_MEMORY, ENOMEM);
            rig_refused(heap_aligned(&rig.heap, 64, size), rig.heap.failure, ENOMEM);
            rig_refused(heap_calloc(&rig.heap, 1, size), rig.heap.failure, ENOMEM);
            if (policy != HEAP_BUMP)
                rig_refused(heap_realloc(&rig.heap, keeper, size), rig.heap.failure, ENOMEM);
        }
        rig_refused(heap_alloc(&rig.heap, 0), HEAP_ZERO_SIZE, EINVAL);
        rig_refused(heap_calloc(&rig.heap, 0, 8), HEAP_ZERO_SIZE, EINVAL);
        rig_refused(heap_calloc(&rig.heap, 8, 0), HEAP_ZERO_SIZE, EINVAL);
        rig_refused(heap_realloc(&rig.heap, keeper, 0), HEAP_ZERO_SIZE, EINVAL);
        rig_refused(heap_calloc(&rig.heap, SIZE_MAX / 2, 3), HEAP_PRODUCT, ENOMEM);
        rig_refused(heap_calloc(&rig.heap, UINT64_C(1) << 32, UINT64_C(1) << 32), HEAP_PRODUCT,
                    ENOMEM);
        rig_refused(heap_calloc(&rig.heap, 2, PTRDIFF_MAX), HEAP_BAD_SIZE,
                    ENOMEM); /* which is a product that 64 bits hold */
        rig_refused(heap_alloc(&rig.heap, 2 << 20), HEAP_NO_MEMORY, ENOMEM);
        assert_int_equal(rig.arena.brk, rig.heap.root.top);
    }
}

static void test_alignment(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        rig_refused(heap_aligned(&rig.heap, 0, 8), HEAP_BAD_ALIGNMENT, EINVAL);
        rig_refused(heap_aligned(&rig.heap, 48, 8), HEAP_BAD_ALIGNMENT, EINVAL);
        rig_refused(heap_aligned(&rig.heap, 64, 0), HEAP_ZERO_SIZE, EINVAL);
        for (size_t alignment = 1; alignment <= 32768; alignment *= 2) {
            for (size_t size = 1; size < 100; size += 49) {
                unsigned char *payload = rig_aligned(alignment, size);
                assert_int_equal((uintptr_t)payload % alignment, 0);
                memset(payload, 0xaa, size);
                rig_check();
            }
        }
        rig_refused(heap_aligned(&rig.heap, UINT64_C(1) << 63, 8), HEAP_TOO_FAR, ENOMEM);
        rig_refused(heap_aligned(&rig.heap, UINT64_C(1) << 61, 8), HEAP_NO_MEMORY, ENOMEM);
    }
}

static void test_realloc_moves(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        if (policy == HEAP_BUMP) continue;
        rig_start(policy);
        unsigned char *p = rig_realloc(NULL, 40);
        for (int i = 0; i < 40; i++)
            p[i] = (unsigned char)i;
        rig_alloc(16);
        rig_forget();
        unsigned char *q = rig_realloc(p, 400);
        assert_ptr_not_equal(p, q);
        const struct step *copy = picture_step(&rig.log, STEP_COPY, 0);
        assert_true(copy != NULL && copy->b == (uintptr_t)p && copy->c == (uintptr_t)q &&
                    copy->a == 48);
        for (int i = 0; i < 40; i++)
            assert_int_equal(q[i], i);
        assert_ptr_equal(rig_realloc(q, 20), q);
        for (int i = 0; i < 20; i++)
            assert_int_equal(q[i], i);
        rig_refused(heap_realloc(&rig.heap, q, 2 << 20), HEAP_NO_MEMORY, ENOMEM);
        for (int i = 0; i < 20; i++)
            assert_int_equal(q[i], i);
    }
}

static void test_bump(void **state)
{
    size_t usable = 1;
    (void)state;
    rig_start(HEAP_BUMP);
    void *p = rig_alloc(20), *q = rig_alloc(1);
    assert_ptr_equal((char *)p + 32, q);
    assert_int_equal(rig_bytes(), 48);
    assert_int_equal(heap_free(&rig.heap, p), HEAP_UNKNOWN_LENGTH);
    rig_refused(heap_realloc(&rig.heap, p, 5), HEAP_UNKNOWN_LENGTH, EINVAL);
    assert_int_equal(policy_bump.usable(&rig.heap, (uintptr_t)p, &usable), HEAP_UNKNOWN_LENGTH);
    assert_int_equal(heap_free(&rig.heap, NULL), HEAP_OK);
    assert_ptr_equal(rig_aligned(256, 8), (char *)p + 256);
    rig_foreign(5);
    assert_int_equal(((uintptr_t)rig_alloc(8) - rig.arena.base), 256 + 16 + 16);
    assert_string_equal(rig_blocks(), "");
}

static void test_not_blocks(void **state)
{
    static char elsewhere[64];
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        if (policy == HEAP_BUMP) continue;
        rig_start(policy);
        char *p = rig_alloc(64), *q = rig_alloc(32);
        memset(p, 0, 64);
        rig_alloc(16);
        errno = 77;
        assert_int_equal(heap_free(&rig.heap, NULL), HEAP_OK);
        void *const wrong[] = {p + 1,
                               p + 16,
                               p + 32,
                               elsewhere,
                               (void *)16,
                               (void *)(uintptr_t)rig.heap.root.top,
                               (void *)(UINTPTR_MAX - 15)};
        for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            assert_int_equal(heap_free(&rig.heap, wrong[i]), HEAP_NOT_A_BLOCK);
            rig_refused(heap_realloc(&rig.heap, wrong[i], 8), HEAP_NOT_A_BLOCK, EINVAL);
            errno = 77;
        }
        rig_free(q);
        assert_int_equal(errno, 77);
        assert_int_equal(heap_free(&rig.heap, q), HEAP_ALREADY_FREE);
        rig_refused(heap_realloc(&rig.heap, q, 8), HEAP_ALREADY_FREE, EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_block_table),
        cmocka_unit_test(test_init),      cmocka_unit_test(test_odd_start),
        cmocka_unit_test(test_contents),  cmocka_unit_test(test_bad_sizes),
        cmocka_unit_test(test_alignment), cmocka_unit_test(test_realloc_moves),
        cmocka_unit_test(test_bump),      cmocka_unit_test(test_not_blocks),
    };
    return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
