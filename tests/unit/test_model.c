/* test_model.c: seeded random sessions against a simple model, looked at from every side after
 * every operation: the payloads hold what was written to them, the checker and the walk find
 * nothing wrong, the free list is the free blocks, and the steps that were told turn the picture
 * before into the heap after.
 *
 * BRKVIEW_LONG=1 runs 100,000 operations for every combination of switches, each with one of
 * guards; else 2,000 for a pairwise choice of all. BRKVIEW_QUICK=1, for valgrind, runs 100, and
 * BRKVIEW_OPS=N runs N operations instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/block.h"
#include "allocator/format/check.h"
#include "allocator/format/walk.h"
#include "allocator/growth.h"
#include "allocator/heap.h"
#include "tests/support/arena.h"
#include "tests/support/picture.h"
#include "tests/support/plain.h"

#define MODEL_LIVE 64u
#define MODEL_FREE_MOST 4096u
#define MODEL_ARENA (4u << 20)

struct model_block {
    unsigned char *payload;
    size_t requested, alignment;
    unsigned char fill;
};

struct model {
    struct arena arena;
    struct heap heap;
    struct picture picture;
    struct model_block live[MODEL_LIVE];
    size_t n_live;
    uint64_t random;
    unsigned char next_fill;
    bool mixed; /* switches are changed on the way */
    uintptr_t free_blocks[MODEL_FREE_MOST];
    size_t n_free, n_used;
    uint64_t walked;
    uintptr_t walk_at;
    struct walk_found found;
    size_t list_n;
};

static struct picture_log model_log;
static unsigned long model_n_ops;

/* One combination of switches. */
struct model_switches {
    uint64_t value[HEAP_N_SWITCHES];
};
static const uint64_t model_growths[] = {1, 4096, 65536};
static const unsigned model_n_values[HEAP_N_SWITCHES] = {2, 2, 2, HEAP_N_ORDERS, 3, 1, 2, 2, 3};
static const uint64_t model_quarantines[] = {0, 1, 5};
#define MODEL_PLAIN (2u * 2 * 2 * HEAP_N_ORDERS * 3) /* combinations without guards, */
#define MODEL_COMBINATIONS (MODEL_PLAIN * 2 * 2 * 3) /* and with */

/* The value of a switch that stands at that place among those which are tried. */
static uint64_t model_value(enum heap_switch which, uint64_t index)
{
    if (which == HEAP_GROWTH) return model_growths[index];
    if (which == HEAP_QUARANTINE) return model_quarantines[index];
    return which == HEAP_LOCK ? 1 : index;
}

static uint64_t model_random(struct model *m, uint64_t below)
{
    m->random ^= m->random << 13; /* xorshift64 */
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return m->random % below;
}

static size_t model_random_size(struct model *m)
{
    uint64_t kind = model_random(m, 100);
    if (kind < 80) return 1 + (size_t)model_random(m, 160);
    if (kind < 98) return 1 + (size_t)model_random(m, 600);
    return 1 + (size_t)model_random(m, 5000);
}

static bool model_visit(void *user, const struct walk_block *block)
{
    struct model *m = user;
    assert_int_equal(block->address, m->walk_at);
    assert_true(block->size > 0 && block->header <= block->size);
    m->walk_at += block->size;
    m->walked += block->size;
    if (walk_is_used(block->state)) m->n_used++;
    if (block->state == WALK_IS_FREE) {
        assert_true(m->n_free < MODEL_FREE_MOST);
        m->free_blocks[m->n_free++] = block->address;
    }
    return true;
}

static bool model_free_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    const struct model *m =
        (const struct model *)((const char *)self - offsetof(struct model, found));
    size_t low = 0, high = m->n_free;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->free_blocks[middle] < block)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == m->n_free || m->free_blocks[low] != block) return false;
    if (m->heap.root.policy == HEAP_HEADER)
        *next = low + 1 < m->n_free ? m->free_blocks[low + 1] : 0;
    else
        *next = ((const struct fit_block *)block)->next_free;
    return true;
}

static bool model_list_visit(void *user, uintptr_t block)
{
    struct model *m = user;
    (void)block;
    m->list_n++;
    return true;
}

static void model_check_walk(struct model *m)
{
    struct plain plain;
    uintptr_t damaged, brk = growth_brk(&m->heap);
    m->n_free = m->n_used = 0;
    m->walked = 0;
    m->walk_at = m->heap.root.start;
    plain_of_heap(&plain, &m->heap, brk);
    plain.piece = m->random % 7 == 0 ? 32 : 0;
    assert_int_equal(walk_blocks(&m->heap.root, brk, &plain.memory, model_visit, m, NULL), WALK_OK);
    assert_false(plain.strayed);
    if (m->heap.root.policy != HEAP_BUMP) {
        assert_int_equal(m->walked, brk - m->heap.root.start);
        assert_int_equal(m->n_used, m->n_live + m->heap.root.quarantine_n);
        m->found =
            (struct walk_found){model_free_at, m->n_free != 0 ? m->free_blocks[0] : 0, m->n_free};
        m->list_n = 0;
        assert_int_equal(walk_free_list(&m->heap.root, &m->found, model_list_visit, m, &damaged),
                         WALK_OK);
        assert_int_equal(m->list_n, m->n_free);
    }
    struct check_finding finding;
    size_t n = check_heap(&plain.memory, (uintptr_t)&m->heap.root, brk, &finding, 1);
    if (n != 0) print_error("%s\n", finding.text);
    assert_int_equal(n, 0);
    assert_false(plain.strayed);
    plain_release(&plain);
}

static void model_check_payloads(const struct model *m)
{
    for (size_t i = 0; i < m->n_live; i++) {
        const struct model_block *b = &m->live[i];
        assert_int_equal((uintptr_t)b->payload % b->alignment, 0);
        assert_true((uintptr_t)b->payload >= m->heap.root.start &&
                    (uintptr_t)b->payload + b->requested <= m->heap.root.top);
        /* Every block has a byte of its own, so that an overlap shows as a changed one. */
        for (size_t at = 0; at < b->requested; at++)
            if (b->payload[at] != b->fill) fail_msg("byte %zu of block %zu was changed", at, i);
    }
}

static void model_fill(struct model *m, struct model_block *b)
{
    b->fill = ++m->next_fill;
    memset(b->payload, b->fill, b->requested);
}

static void model_add(struct model *m, void *payload, size_t requested, size_t alignment)
{
    if (payload == NULL) return;
    struct model_block *b = &m->live[m->n_live++];
    *b = (struct model_block){payload, requested, alignment, 0};
    model_fill(m, b);
}

static void model_alloc(struct model *m)
{
    size_t size = model_random_size(m), alignment = HEAP_ALIGN, count;
    unsigned char *payload;
    switch (model_random(m, 4)) {
    case 0:
        count = 1 + (size_t)model_random(m, 9);
        size = 1 + size / count;
        payload = heap_calloc(&m->heap, count, size);
        size *= count;
        for (size_t i = 0; payload != NULL && i < size; i++)
            assert_int_equal(payload[i], 0);
        break;
    case 1:
        alignment = (size_t)1 << model_random(m, 11);
        payload = heap_aligned(&m->heap, alignment, size);
        if (alignment < HEAP_ALIGN) alignment = HEAP_ALIGN;
        break;
    default:
        payload = heap_alloc(&m->heap, size);
    }
    model_add(m, payload, size, alignment);
}

static void model_free(struct model *m)
{
    if (m->n_live == 0 || m->heap.root.policy == HEAP_BUMP) return;
    struct model_block *b = &m->live[model_random(m, m->n_live)];
    assert_int_equal(heap_free(&m->heap, b->payload), HEAP_OK);
    *b = m->live[--m->n_live];
}

static void model_realloc(struct model *m)
{
    if (m->n_live == 0 || m->heap.root.policy == HEAP_BUMP) return;
    struct model_block *b = &m->live[model_random(m, m->n_live)];
    size_t size = model_random_size(m), kept = size < b->requested ? size : b->requested;
    unsigned char *payload = heap_realloc(&m->heap, b->payload, size);
    if (payload == NULL) return;
    for (size_t i = 0; i < kept; i++)
        assert_int_equal(payload[i], b->fill);
    *b = (struct model_block){payload, size, payload == b->payload ? b->alignment : HEAP_ALIGN, 0};
    model_fill(m, b);
}

static void model_sbrk(struct model *m)
{
    intptr_t delta = (intptr_t)model_random(m, 120) - 40;
    uintptr_t before;
    if (model_random(m, 2)) delta *= (intptr_t)HEAP_ALIGN;
    (void)heap_sbrk(&m->heap, delta, false, &before);
}

static void model_set(struct model *m)
{
    enum heap_switch which = (enum heap_switch)model_random(m, HEAP_N_SWITCHES);
    uint64_t index = model_random(m, model_n_values[which]);
    enum heap_status status = heap_set(&m->heap, which, model_value(which, index));
    bool has = heap_policy_has((enum heap_policy)m->heap.root.policy, which);
    if (has && which == HEAP_CANARY && status == HEAP_NOT_EMPTY)
        return; /* there are blocks: it stays as it is */
    assert_int_equal(status, has ? HEAP_OK : HEAP_UNSUPPORTED);
}

static void model_operate(struct model *m)
{
    uint64_t kind = model_random(m, 100);
    bool full = m->n_live == MODEL_LIVE;
    if (model_random(m, 40) == 0) arena_fail(&m->arena, 1);
    if (model_random(m, 100) == 0) m->heap.root.limit = HEAP_NO_LIMIT;
    if (model_random(m, 300) == 0)
        m->heap.root.limit = m->arena.brk - m->arena.base + model_random(m, 2000);
    /* A stranger would not ask whether the heap has a limit. */
    if (m->heap.root.limit == HEAP_NO_LIMIT && model_random(m, 200) == 0)
        arena_stray(&m->arena, 1, 48);
    if (kind < 45 && !full)
        model_alloc(m);
    else if (kind < 80)
        model_free(m);
    else if (kind < 94)
        model_realloc(m);
    else if (kind < 96)
        model_sbrk(m);
    else if (m->mixed)
        model_set(m);
}

static void model_step(struct model *m)
{
    picture_take(&m->picture, &m->heap);
    picture_log_reset(&model_log);
    unsigned stray_at = m->arena.stray_at;
    model_operate(m);
    model_n_ops++;
    bool strayed = m->arena.stray_at != stray_at && m->arena.moves >= m->arena.stray_at;
    m->arena.fail_at = m->arena.stray_at = 0;
    /* What a stranger did in the middle of a verb is nobody's step. */
    const char *wrong = strayed ? NULL : picture_apply(&m->picture, &model_log);
    if (!strayed && wrong == NULL) wrong = picture_compare(&m->picture, &m->heap);
    if (wrong != NULL) fail_msg("the steps do not give the heap: %s", wrong);
    model_check_walk(m);
    model_check_payloads(m);
}

static void model_session(enum heap_policy policy, const struct model_switches *switches,
                          uint64_t seed, unsigned long n)
{
    static struct model model;
    struct model *m = &model;
    struct picture picture = m->picture;
    *m = (struct model){.random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1,
                        .mixed = seed % 3 == 0,
                        .picture = picture};
    arena_init(&m->arena, MODEL_ARENA, 0);
    assert_true(heap_init(&m->heap, policy, &m->arena.growth));
    m->heap.steps = &model_log.sink;
    picture_log_reset(&model_log);
    for (int i = 0; i < HEAP_N_SWITCHES; i++) {
        uint64_t value = model_value((enum heap_switch)i, switches->value[i]);
        if (heap_policy_has(policy, (enum heap_switch)i))
            assert_int_equal(heap_set(&m->heap, (enum heap_switch)i, value), HEAP_OK);
    }
    for (unsigned long i = 0; i < n; i++) {
        model_step(m);
        /* Without coalescing or trimming a heap only ever grows; begin another when this one is
         * large. */
        if (m->arena.brk - m->arena.base > MODEL_ARENA / 4 || m->n_free > MODEL_FREE_MOST / 8)
            break;
    }
}

static struct model_switches model_combination(unsigned n)
{
    struct model_switches s;
    for (int i = 0; i < HEAP_N_SWITCHES; i++) {
        s.value[i] = n % model_n_values[i];
        n /= model_n_values[i];
    }
    return s;
}

/* How many pairs of values the combination adds to those seen; mark them if asked. */
static unsigned model_pairs(const struct model_switches *s,
                            bool seen[HEAP_N_SWITCHES][5][HEAP_N_SWITCHES][5], bool mark)
{
    unsigned n = 0;
    for (int i = 0; i < HEAP_N_SWITCHES; i++) {
        for (int j = i + 1; j < HEAP_N_SWITCHES; j++) {
            bool *pair = &seen[i][s->value[i]][j][s->value[j]];
            n += !*pair;
            if (mark) *pair = true;
        }
    }
    return n;
}

/* The next combination of a greedy pairwise choice; false when all pairs have been seen. */
static bool model_next_pairwise(bool seen[HEAP_N_SWITCHES][5][HEAP_N_SWITCHES][5],
                                struct model_switches *best)
{
    unsigned most = 0;
    for (unsigned i = 0; i < MODEL_COMBINATIONS; i++) {
        struct model_switches s = model_combination(i);
        unsigned n = model_pairs(&s, seen, false);
        if (n > most) *best = s;
        if (n > most) most = n;
    }
    if (most != 0) model_pairs(best, seen, true);
    return most != 0;
}

static void model_run(enum heap_policy policy)
{
    const char *text = getenv("BRKVIEW_OPS");
    bool all = getenv("BRKVIEW_LONG") != NULL;
    unsigned long n = text != NULL                      ? strtoul(text, NULL, 10)
                      : all                             ? 100000
                      : getenv("BRKVIEW_QUICK") != NULL ? 100
                                                        : 2000;
    uint64_t seed = 1;
    if (!heap_policy_has(policy, HEAP_SPLIT)) {
        for (unsigned i = 0; i < (policy == HEAP_BUMP ? 1u : 24u);
             i++) { /* trim and the guards: all that header has */
            struct model_switches s = model_combination((i & 1) * 4 + i / 2 * MODEL_PLAIN);
            for (unsigned long from = model_n_ops; model_n_ops - from < n;)
                model_session(policy, &s, seed++, n - (model_n_ops - from));
        }
        return;
    }
    bool seen[HEAP_N_SWITCHES][5][HEAP_N_SWITCHES][5] = {0};
    struct model_switches s;
    for (unsigned i = 0; all ? i < MODEL_PLAIN : model_next_pairwise(seen, &s); i++) {
        if (all)
            s = model_combination(i +
                                  i % 12 * MODEL_PLAIN); /* the combinations of guards in turn */
        for (unsigned long from = model_n_ops; model_n_ops - from < n;)
            model_session(policy, &s, seed++, n - (model_n_ops - from));
    }
}

static void test_bump(void **state)
{
    (void)state;
    model_run(HEAP_BUMP);
}
static void test_header(void **state)
{
    (void)state;
    model_run(HEAP_HEADER);
}
static void test_first_fit(void **state)
{
    (void)state;
    model_run(HEAP_FIRST_FIT);
}
static void test_next_fit(void **state)
{
    (void)state;
    model_run(HEAP_NEXT_FIT);
}
static void test_best_fit(void **state)
{
    (void)state;
    model_run(HEAP_BEST_FIT);
}
static void test_worst_fit(void **state)
{
    (void)state;
    model_run(HEAP_WORST_FIT);
}

/* A copy of the program named test_model_NAME runs test_NAME alone, so that make check-long can run
 * two at a time. */
int main(int argc, char **argv)
{
    const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL,
               *alone = name != NULL ? strstr(name, "test_model_") : NULL;
    char filter[64];
    if (alone != NULL &&
        snprintf(filter, sizeof filter, "test_%s", alone + strlen("test_model_")) > 0)
        cmocka_set_test_filter(filter);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bump),      cmocka_unit_test(test_header),
        cmocka_unit_test(test_first_fit), cmocka_unit_test(test_next_fit),
        cmocka_unit_test(test_best_fit),  cmocka_unit_test(test_worst_fit)};
    int failed = cmocka_run_group_tests_name("model", tests, NULL, NULL);
    fprintf(stderr, "# model: %lu operations\n", model_n_ops);
    return failed;
}
