/* test_guard.c: what the guards catch, what they keep, what they cost, and that they change nothing
 * while they are off. The steps are held against the heap by test_model.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define FOR_EACH_GUARDED(policy)                                                                   \
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++)

static void start(enum heap_policy policy, bool canary, bool poison, uint64_t quarantine)
{
    rig_start(policy);
    rig_set(HEAP_CANARY, canary);
    rig_set(HEAP_POISON, poison);
    rig_set(HEAP_QUARANTINE, quarantine);
}

static void test_canary_format(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, true, false, 0);
        uint32_t header = block_header_bytes(policy);
        unsigned char *p = rig_alloc(40);
        assert_int_equal((uintptr_t)p - rig.heap.root.start, header + GUARD_FRONT);
        assert_int_equal(rig_bytes(), header + 64); /* 16 before, 40, 8 behind */
        assert_int_equal(((uint64_t *)p)[-2], GUARD_WORD);
        assert_int_equal(((uint64_t *)p)[-1], 40);
        for (int i = 40; i < 48; i++)
            assert_int_equal(p[i], GUARD_BYTE);
        assert_string_equal(rig_blocks(), "u48");
        unsigned char *q = rig_realloc(p, 30); /* in place: the guards follow */
        assert_ptr_equal(q, p);
        assert_int_equal(((uint64_t *)p)[-1], 30);
        assert_int_equal(p[30], GUARD_BYTE);
        memset(p, 'x', 30);
        unsigned char *aligned = rig_aligned(256, 24);
        assert_int_equal((uintptr_t)aligned % 256, 0);
        q = rig_realloc(p, 500);
        for (int i = 0; i < 30; i++)
            assert_int_equal(q[i], 'x');
        rig_free(q);
        rig_free(aligned);
    }
}

/* Any byte of the guards, changed, is found by the checker and refused by free and realloc; mended,
 * all is well. */
static void test_canary_catches(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, true, false, 0);
        unsigned char *p = rig_alloc(33);
        rig_alloc(16);
        for (int at = -16; at < 48; at++) {
            if (at >= 0 && at < 33) continue;
            p[at] ^= 0x5a;
            assert_int_equal(rig_broken(), 1u << 13);
            assert_int_equal(heap_free(&rig.heap, p), HEAP_CANARY_DEAD);
            errno = 0;
            assert_null(heap_realloc(&rig.heap, p, 8));
            assert_int_equal(errno, EINVAL);
            p[at] ^= 0x5a;
            rig_check();
        }
        rig_free(p);
    }
}

static void test_canary_needs_an_empty_heap(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, false, false, 0);
        void *p = rig_alloc(16);
        assert_int_equal(heap_set(&rig.heap, HEAP_CANARY, 1), HEAP_NOT_EMPTY);
        rig_set(HEAP_CANARY, 0);
        assert_int_equal(heap_set(&rig.heap, HEAP_CANARY, 2), HEAP_UNSUPPORTED);
        rig_free(p);
        rig_set(HEAP_CANARY, 1);
    }
}

static void test_poison(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        for (int early = 0; early < 2; early++) { /* switched on before the frees, or after them */
            start(policy, false, early, 0);
            unsigned char *p[5];
            for (int i = 0; i < 5; i++)
                p[i] = memset(rig_alloc(100), 'x', 100);
            rig_free(p[1]);
            rig_free(p[3]);
            rig_free(p[2]);
            if (!early) rig_set(HEAP_POISON, 1);
            size_t links = policy == HEAP_HEADER ? 0 : 16;
            for (size_t i = links; i < 112; i++)
                assert_int_equal(p[1][i], POISON_BYTE);
            for (int i = 1; i < 4; i++) {
                p[i][60] = 'y';
                assert_int_equal(rig_broken(), 1u << 14);
                p[i][60] = POISON_BYTE;
                rig_check();
            }
        }
    }
}

/* A refused switch leaves every byte as it was, those in quarantine too. */
static void test_refused_poison(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, false, false, 1);
        unsigned char *p[4], heap[1024];
        for (int i = 0; i < 4; i++)
            p[i] = memset(rig_alloc(100), 'x', 100);
        rig_free(p[0]);
        rig_free(p[2]); /* that one is kept, the first is free now */
        uint32_t header = block_header_bytes(policy);
        memset(policy == HEAP_HEADER ? p[1] - header : p[0], 0x77, header);
        size_t n = rig.heap.root.top - rig.heap.root.start;
        memcpy(heap, (void *)rig.heap.root.start, n);
        rig_forget();
        assert_int_equal(heap_set(&rig.heap, HEAP_POISON, 1), HEAP_DAMAGED);
        assert_memory_equal(heap, (void *)rig.heap.root.start, n);
        assert_string_equal(rig_steps(), "");
        assert_int_equal(rig.heap.root.poison, 0);
    }
}

/* Poison is laid when it is switched on. Another switch, and switching it off, leave what was
 * written since where it can be found. */
static void test_poison_is_laid_once(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, false, true, 0);
        unsigned char *p = rig_alloc(100);
        rig_alloc(100);
        rig_free(p);
        p[60] = 'y';
        assert_int_equal(heap_set(&rig.heap, HEAP_TRIM, !rig.heap.root.trim), HEAP_OK);
        assert_int_equal(heap_set(&rig.heap, HEAP_QUARANTINE, 4), HEAP_OK);
        assert_int_equal(p[60], 'y');
        assert_int_equal(rig_broken(), 1u << 14);
        rig_set(HEAP_POISON, 0);
        assert_int_equal(p[60], 'y');
        rig_check();
        memset(p - block_header_bytes(policy), 0x77,
               16); /* to leave it off, no list need be sound */
        assert_int_equal(heap_set(&rig.heap, HEAP_POISON, 0), HEAP_OK);
    }
}

static void test_quarantine(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, false, true, 2);
        unsigned char *p[4], *q;
        for (int i = 0; i < 4; i++)
            p[i] = rig_alloc(64);
        rig_alloc(16);
        rig_forget();
        rig_free(p[0]);
        assert_int_equal(rig.heap.root.quarantine_n, 1);
        assert_string_equal(rig_steps(), "fill quarantine");
        assert_int_equal(heap_free(&rig.heap, p[0]), HEAP_ALREADY_FREE);
        assert_null(heap_realloc(&rig.heap, p[0], 8));
        assert_int_equal(rig.heap.failure, HEAP_ALREADY_FREE);
        for (int i = 0; i < 64; i++)
            assert_int_equal(p[0][i], POISON_BYTE);
        q = rig_alloc(64);
        assert_ptr_not_equal(q, p[0]); /* it is kept */
        rig_free(p[1]);
        assert_string_equal(rig_free_list(), "");
        rig_free(p[2]); /* the first may go */
        assert_int_equal(rig.heap.root.quarantine_n, 2);
        assert_string_equal(rig_free_list(), "0");
        assert_ptr_equal(rig_alloc(64), p[0]);
        p[1][20] = 'y';
        assert_int_equal(rig_broken(), 1u << 14);
        p[1][20] = POISON_BYTE;
        rig_set(HEAP_QUARANTINE, 1);
        assert_int_equal(rig.heap.root.quarantine_n, 1);
        rig_set(HEAP_QUARANTINE, 0);
        assert_int_equal(rig.heap.root.quarantine_n, 0);
        assert_int_equal(heap_set(&rig.heap, HEAP_QUARANTINE, HEAP_QUARANTINE_MAX + 1),
                         HEAP_UNSUPPORTED);
    }
}

/* The ring goes round; what is in it stands in the root alone. */
static void test_quarantine_ring(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, true, true, HEAP_QUARANTINE_MAX);
        for (unsigned i = 0; i < 3 * HEAP_QUARANTINE_MAX; i++)
            rig_free(rig_alloc(16 + i % 5 * 16));
        assert_int_equal(rig.heap.root.quarantine_n, HEAP_QUARANTINE_MAX);
        rig.heap.root.quarantined[7] += 16;
        assert_int_equal(rig_broken(), 1u << 15);
        rig.heap.root.quarantined[7] -= 16;
        rig.heap.root.quarantine_n++;
        assert_int_equal(rig_broken() & 1u << 15, 1u << 15);
        rig.heap.root.quarantine_n--;
        uint64_t at = rig.heap.root.quarantine_at;
        rig.heap.root.quarantine_at = HEAP_QUARANTINE_MAX; /* one behind the ring's last place */
        assert_int_equal(rig_broken(), 1u << 15);
        rig.heap.root.quarantine_at = at;
        rig_set(HEAP_QUARANTINE, 0);
        if (policy != HEAP_HEADER)
            assert_int_equal(rig_bytes(), 0); /* header never gives back what it has marked */
    }
}

/* What is damaged can't leave quarantine, and is not forgotten. */
static void test_quarantine_of_damage(void **state)
{
    (void)state;
    FOR_EACH_GUARDED(policy)
    {
        start(policy, false, false, 1);
        void *p = rig_alloc(16), *q = rig_alloc(16);
        rig_alloc(16);
        rig_free(p);
        uint64_t *word = rig_word(p, policy == HEAP_HEADER ? 0 : 8), old = *word;
        *word = 7;
        assert_int_not_equal(heap_free(&rig.heap, q), HEAP_OK);
        assert_int_equal(rig.heap.root.quarantine_n, 1);
        *word = old;
        rig_free(q);
    }
}

static void test_bump_has_none(void **state)
{
    (void)state;
    rig_start(HEAP_BUMP);
    assert_int_equal(heap_set(&rig.heap, HEAP_CANARY, 1), HEAP_UNSUPPORTED);
    assert_int_equal(heap_set(&rig.heap, HEAP_POISON, 1), HEAP_UNSUPPORTED);
    assert_int_equal(heap_set(&rig.heap, HEAP_QUARANTINE, 1), HEAP_UNSUPPORTED);
    rig_set(HEAP_LOCK, 0);
    rig_alloc(16);
    rig_set(HEAP_LOCK, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_canary_format),
                                       cmocka_unit_test(test_canary_catches),
                                       cmocka_unit_test(test_canary_needs_an_empty_heap),
                                       cmocka_unit_test(test_poison),
                                       cmocka_unit_test(test_refused_poison),
                                       cmocka_unit_test(test_poison_is_laid_once),
                                       cmocka_unit_test(test_quarantine),
                                       cmocka_unit_test(test_quarantine_ring),
                                       cmocka_unit_test(test_quarantine_of_damage),
                                       cmocka_unit_test(test_bump_has_none)};
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
