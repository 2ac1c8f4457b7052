/* bench_guards.c: what each guard and the lock cost, as ratios of runs side by side: time of the same operations, bytes of the same heap. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "allocator/heap.h"
#include "tests/support/arena.h"

#define ROUNDS 11
#define OPERATIONS 40000u
#define HELD 512u

static const struct bench_guard {
    const char *name;
    enum heap_switch which;
    uint64_t value;
} guards[] = {
    {"lock off", HEAP_LOCK, 0},           {"canary on", HEAP_CANARY, 1},          {"poison on", HEAP_POISON, 1},
    {"quarantine 8", HEAP_QUARANTINE, 8}, {"quarantine 64", HEAP_QUARANTINE, 64},
};
#define N_GUARDS (sizeof guards / sizeof guards[0])

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

/* The same allocs and frees under first-fit with one switch as said; *bytes becomes the heap's size at the end. Milliseconds. */
static double run_ms(const struct bench_guard *guard, uint64_t *bytes)
{
    static struct heap heap;
    static struct arena arena;
    void *held[HELD] = {0};
    struct timespec begin, end;
    uint64_t random = 1;
    arena_init(&arena, ARENA_MOST, 0);
    if (!heap_init(&heap, HEAP_FIRST_FIT, &arena.growth)) exit(1);
    heap_set(&heap, HEAP_ORDER, HEAP_ORDER_LIFO);
    if (guard != NULL) heap_set(&heap, guard->which, guard->value);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (unsigned i = 0; i < OPERATIONS; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); /* Knuth's MMIX */
        void **slot = &held[random >> 55];
        if (*slot != NULL) heap_free(&heap, *slot);
        *slot = *slot != NULL ? NULL : heap_alloc(&heap, 8 + (random >> 30) % 200);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    *bytes = arena.brk - heap.root.start;
    return (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
}

int main(void)
{
    uint64_t plain_bytes, bytes = 0;
    double plain[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        plain[i] = run_ms(NULL, &plain_bytes);
    printf("%u allocs and frees, first-fit, no guard: %.2f ms, %llu bytes of heap\n", OPERATIONS, median(plain),
           (unsigned long long)plain_bytes);
    for (size_t g = 0; g < N_GUARDS; g++) {
        double ratio[ROUNDS];
        for (size_t i = 0; i < ROUNDS; i++) {
            double with = run_ms(&guards[g], &bytes);
            ratio[i] = with / run_ms(NULL, &plain_bytes);
        }
        printf("  %-14s time %.2f, bytes %.2f\n", guards[g].name, median(ratio), (double)bytes / (double)plain_bytes);
    }
    return 0;
}
