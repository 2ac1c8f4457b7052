/* bench_guards.c: what each guard and the lock cost, as ratios of runs side by side: time of the
 * same operations, bytes of the same heap. */
#include <stdio.h>
#include <stdlib.h>

#include "allocator/heap.h"
#include "tests/support/arena.h"
#include "tests/support/sample.h"

#define ROUNDS 11
#define OPERATIONS 40000u
#define HELD 512u

static const struct bench_guard {
    const char *name;
    enum heap_switch which;
    uint64_t value;
} guards[] = {
    {"lock off", HEAP_LOCK, 0},
    {"canary on", HEAP_CANARY, 1},
    {"poison on", HEAP_POISON, 1},
    {"quarantine 8", HEAP_QUARANTINE, 8},
    {"quarantine 64", HEAP_QUARANTINE, 64},
};
#define N_GUARDS (sizeof guards / sizeof guards[0])

/* The same allocs and frees under first-fit with one switch as said; *bytes becomes the heap's size
 * at the end. Milliseconds. */
static double run_ms(const struct bench_guard *guard, uint64_t *bytes)
{
    static struct heap heap;
    static struct arena arena;
    void *held[HELD] = {0};
    uint64_t random = 1;
    arena_init(&arena, ARENA_MOST, 0);
    if (!heap_init(&heap, HEAP_FIRST_FIT, &arena.growth)) exit(1);
    heap_set(&heap, HEAP_ORDER, HEAP_ORDER_LIFO);
    if (guard != NULL) heap_set(&heap, guard->which, guard->value);
    double begin = sample_now_ms();
    for (unsigned i = 0; i < OPERATIONS; i++) {
        random = random * UINT64_C(6364136223846793005) +
                 UINT64_C(1442695040888963407); /* Knuth's MMIX */
        void **slot = &held[random >> 55];
        if (*slot != NULL) heap_free(&heap, *slot);
        *slot = *slot != NULL ? NULL : heap_alloc(&heap, 8 + (random >> 30) % 200);
    }
    double ms = sample_now_ms() - begin;
    *bytes = arena.brk - heap.root.start;
    return ms;
}

int main(void)
{
    uint64_t plain_bytes, bytes = 0;
    double plain[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        plain[i] = run_ms(NULL, &plain_bytes);
    printf("%u allocs and frees, first-fit, no guard: %.2f ms, %llu bytes of heap\n", OPERATIONS,
           sample_median(plain, ROUNDS), (unsigned long long)plain_bytes);
    for (size_t g = 0; g < N_GUARDS; g++) {
        double ratio[ROUNDS];
        for (size_t i = 0; i < ROUNDS; i++) {
            double with = run_ms(&guards[g], &bytes);
            ratio[i] = with / run_ms(NULL, &plain_bytes);
        }
        printf("  %-14s time %.2f, bytes %.2f\n", guards[g].name, sample_median(ratio, ROUNDS),
               (double)bytes / (double)plain_bytes);
    }
    return 0;
}
