/* lab_play.c: operations of a trace, as the program does them that the trace was taken of: each
 * after the other, and what is asked for is written to. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocator/format/pattern.h"
#include "allocator/growth.h"
#include "allocator/heap.h"
#include "allocator/policy.h"
#include "allocator/target/lab.h"

/* What a stranger returned may lie anywhere. */
static bool is_inside(const struct heap *h, uintptr_t payload, uint64_t size)
{
    uintptr_t brk = growth_brk(h);
    if (h->policy->holds && !h->policy->holds(h, payload, size)) return false;
    return payload >= h->root.start && payload <= brk && size <= brk - payload;
}

static void fill(const struct heap *h, uintptr_t payload, const struct wire_play *op, uint32_t key,
                 uint64_t from)
{
    if (payload && is_inside(h, payload, op->size))
        pattern_fill((unsigned char *)payload, key, from, op->size);
}

static uint64_t play_resize(struct heap *h, const struct wire_play *op, uintptr_t payload,
                            bool fills)
{
    uintptr_t now = 0;
    bool frees = payload && op->size == 0 && h->root.policy != HEAP_OWN;
    h->was = op->was;
    h->failure = HEAP_OK;
    if (frees)
        h->failure = heap_free(h, (void *)payload);
    else
        now = (uintptr_t)heap_realloc(h, (void *)payload, op->size);
    if (fills) fill(h, now, op, payload ? op->was_key : op->key, payload ? op->was : 0);
    return WIRE_PLAYED(now, h->failure);
}

static uint64_t play_one(struct heap *h, const struct wire_play *op, uintptr_t payload, bool fills)
{
    uintptr_t made;
    switch (op->kind) {
    case WIRE_PLAY_ALLOC:
        made = (uintptr_t)heap_alloc(h, op->size);
        if (fills) fill(h, made, op, op->key, 0);
        return WIRE_PLAYED(made, h->failure);
    case WIRE_PLAY_REALLOC:
        return play_resize(h, op, payload, fills);
    default:
        return WIRE_PLAYED(0, heap_free(h, (void *)payload));
    }
}

/* What an id holds after an operation. */
struct holding {
    uintptr_t payload;
    uint32_t size, key;
};

static struct holding holds(const struct wire_play *op, struct holding before, uint64_t result)
{
    uintptr_t payload = (uintptr_t)WIRE_PLAYED_PAYLOAD(result);
    bool kept = op->kind == WIRE_PLAY_REALLOC && !payload && op->size != 0; /* it failed */
    bool grown = op->kind == WIRE_PLAY_REALLOC && before.payload;
    return kept ? before : (struct holding){payload, op->size, grown ? before.key : op->key};
}

/* The checker after an operation. False: it says no, or what it prints is to be taken away first.
 */
static bool goes_on(struct heap *h, uint32_t judge, uint64_t *said)
{
    enum { PRINTS_MOST = 256 << 10 };
    struct stat about;
    *said = WIRE_CHECKED(judge, *said & ~(uint64_t)WIRE_SAID_NO);
    if (!lab_check(h, 0, said)) *said = 0;
    if (*said & WIRE_SAID_NO) return false;
    return fstat(STDOUT_FILENO, &about) != 0 || about.st_size < PRINTS_MOST;
}

uint32_t lab_play(struct heap *h, const unsigned char *ops, uint32_t n, uint64_t *results,
                  uint64_t *brk, uint64_t *said, volatile uint32_t *at)
{
    struct holding now[WIRE_PLAY_MAX];
    uint32_t judge = said ? WIRE_CHECKED_JUDGE(*said) : WIRE_JUDGE_NONE;
    if (said) *said = WIRE_CHECKED_BEFORE(*said);
    for (uint32_t i = 0; i < n; i++) {
        struct wire_play one;
        memcpy(&one, ops + i * sizeof one, sizeof one);
        if (one.made_by > i || one.kind > WIRE_PLAY_FREE) return i;
        struct holding before = {(uintptr_t)one.payload, one.was, one.was_key};
        if (one.made_by) before = now[one.made_by - 1];
        one.was = before.size;
        one.was_key = before.key;
        *at = i;
        results[i] = play_one(h, &one, before.payload, brk == NULL);
        if (brk) brk[i] = growth_brk(h);
        now[i] = holds(&one, before, results[i]);
        if (said && !goes_on(h, judge, said)) return i + 1;
    }
    return n;
}
