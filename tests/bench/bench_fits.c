/* bench_fits.c: how the cost of an operation grows from 1,000 to 100,000 live blocks. The policies
 * keep lists and search them from their heads, so that the cost grows with the free blocks
 * (`header`: with all blocks); the figures say by how much. In process, over one mapping. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "allocator/heap.h"
#include "tests/support/room.h"
#include "tests/support/sample.h"

#define PAIRS 100u
#define ROUNDS 3

static struct room room;

static uint64_t state = 1;

/* Sebastiano Vigna's splitmix64 (public domain, 2015). */
static uint64_t next(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* n live blocks between as many holes of mixed sizes; then what a pair of alloc and free costs, in
 * ns an operation. */
static double cost(enum heap_policy policy, size_t n)
{
    static struct heap heap;
    double rounds[ROUNDS];
    void **block = calloc(2 * n, sizeof *block);
    room_empty(&room);
    if (!block || !heap_init(&heap, policy, &room.growth)) exit(1);
    if (heap_policy_has(policy, HEAP_ORDER))
        heap_set(&heap, HEAP_ORDER, HEAP_ORDER_LIFO); /* building must not be quadratic */
    /* `header` looks at every block for each alloc: its heap is made of blocks of one size, which
     * are never free meanwhile. */
    for (size_t i = 0; i < 2 * n && policy != HEAP_HEADER; i++)
        block[i] = heap_alloc(&heap, 16 + next() % 240);
    for (size_t i = 1; i < 2 * n && policy != HEAP_HEADER; i += 2)
        heap_free(&heap, block[i]);
    for (size_t i = 0; i < n && policy == HEAP_HEADER; i++)
        block[i] = heap_alloc(&heap, 64);
    for (size_t round = 0; round < ROUNDS; round++) {
        double begin = sample_now_ms();
        for (size_t i = 0; i < PAIRS; i++) {
            void *p = heap_alloc(&heap, 16 + next() % 240);
            if (!p || heap_free(&heap, p) != HEAP_OK) exit(1);
        }
        rounds[round] = (sample_now_ms() - begin) * 1e6 / (2 * PAIRS);
    }
    free(block);
    return sample_median(rounds, ROUNDS);
}

int main(void)
{
    static const struct {
        enum heap_policy policy;
        size_t many;
    } rows[] = {
        {HEAP_HEADER, 10000},    {HEAP_FIRST_FIT, 100000}, {HEAP_NEXT_FIT, 100000},
        {HEAP_BEST_FIT, 100000}, {HEAP_WORST_FIT, 100000},
    };
    if (!room_init(&room)) return 1;
    printf("cost of an operation (alloc or free), and how it grows with the live blocks: these are "
           "lists, searched from the head\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double few = cost(rows[i].policy, 1000), many = cost(rows[i].policy, rows[i].many);
        printf("  %-10s 1,000 live: %8.0f ns   %zu live: %9.0f ns   x %.1f\n",
               heap_policy_name(rows[i].policy), few, rows[i].many, many, many / few);
    }
    return 0;
}
