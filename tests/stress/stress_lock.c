/* stress_lock.c: two threads allocate and free as fast as they can, led by nobody: for
 * ThreadSanitizer, which a held schedule would hide the race from, as holding orders the threads.
 *
 * stress_lock POLICY on|off: with the lock on it ends with 0 and a sound heap; off, ThreadSanitizer
 * has something to report. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "allocator/format/check.h"
#include "allocator/heap.h"
#include "tests/support/arena.h"
#include "tests/support/plain.h"

#define ROUNDS 20000u
#define HELD 16u

static struct heap heap;
static struct arena arena;
static pthread_barrier_t start;

static void *work(void *user)
{
    unsigned char *held[HELD] = {0}, mark = (unsigned char)(uintptr_t)user;
    uint64_t random = mark, wrong = 0;
    pthread_barrier_wait(&start);
    for (unsigned i = 0; i < ROUNDS; i++) {
        random = random * UINT64_C(6364136223846793005) +
                 UINT64_C(1442695040888963407); /* Knuth's MMIX */
        unsigned char **slot = &held[random >> 60];
        if (*slot != NULL) {
            wrong += (*slot)[0] != mark || (*slot)[7] != mark;
            wrong += heap_free(&heap, *slot) != HEAP_OK;
            *slot = NULL;
        } else if ((*slot = heap_alloc(&heap, 8 + (random >> 32) % 200)) != NULL) {
            memset(*slot, mark, 8);
        }
    }
    return (void *)(uintptr_t)wrong;
}

static size_t findings(void)
{
    struct plain plain;
    struct check_finding finding;
    plain_of_heap(&plain, &heap, arena.brk);
    size_t n = check_heap(&plain.memory, (uintptr_t)&heap.root, arena.brk, &finding, 1);
    plain_release(&plain);
    return n;
}

int main(int argc, char **argv)
{
    pthread_t other;
    void *wrong_there = NULL;
    enum heap_policy policy = argc == 3 ? heap_policy_from_name(argv[1]) : HEAP_N_POLICIES;
    arena_init(&arena, ARENA_MOST, 0);
    if (policy == HEAP_N_POLICIES || !heap_init(&heap, policy, &arena.growth)) {
        fprintf(stderr, "usage: stress_lock POLICY on|off\n");
        return 2;
    }
    heap_set(&heap, HEAP_LOCK, strcmp(argv[2], "on") == 0);
    pthread_barrier_init(&start, NULL, 2);
    if (pthread_create(&other, NULL, work, (void *)1) != 0) return 2;
    uintptr_t wrong = (uintptr_t)work((void *)2);
    pthread_join(other, &wrong_there);
    wrong += (uintptr_t)wrong_there + findings();
    fprintf(stderr, "stress_lock: %s, lock %s: %s\n", argv[1], argv[2],
            wrong == 0 ? "sound" : "broken");
    return wrong == 0 ? 0 : 1;
}
