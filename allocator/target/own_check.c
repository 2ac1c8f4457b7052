/* own_check.c: the pass that judges. Payloads are filled with a pattern of their own, no byte of
 * which is zero, and which is looked for when they are resized or freed, and at the end. */
#include <string.h>
#include <sys/mman.h>

#include "allocator/target/own.h"

struct payload {
    unsigned char *at; /* NULL: freed */
    uint32_t size, key; /* key: whose pattern it has */
    uint32_t id;
};

static struct payload *payload; /* by the operation that made them */
static uint32_t *by_id; /* id: the operation that made what it names, or OWN_NONE */
static uint64_t live;

/* ── Patterns ── */

/* The k-th eight bytes: none of them is zero, and each differs from those of other payloads. */
static inline uint64_t pattern(uint32_t key, size_t k)
{
    uint64_t word =
        (key + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15) + k * UINT64_C(0xbf58476d1ce4e5b9);
    return word | UINT64_C(0x0101010101010101);
}

static void fill(const struct payload *p, size_t from)
{
    size_t k = from / 8;
    for (; (k + 1) * 8 <= p->size; k++) {
        uint64_t word = pattern(p->key, k);
        memcpy(p->at + k * 8, &word, 8);
    }
    uint64_t word = pattern(p->key, k);
    memcpy(p->at + k * 8, &word, p->size - k * 8);
}

/* The first byte of the first n that is not as it should be; n if all are. */
static size_t spoiled(const struct payload *p, size_t n, uint32_t *expected)
{
    size_t k = 0;
    uint64_t word;
    for (; (k + 1) * 8 <= n; k++) {
        memcpy(&word, p->at + k * 8, 8);
        if (word != pattern(p->key, k)) break;
    }
    word = pattern(p->key, k);
    for (size_t i = k * 8; i < n; i++) {
        unsigned char byte;
        memcpy(&byte, (const char *)&word + i % 8, 1);
        *expected = byte;
        if (p->at[i] != byte) return i;
    }
    return n;
}

/* ── Faults ── */

static struct own_block block_of(uint32_t op)
{
    return (struct own_block){(uintptr_t)payload[op].at, payload[op].size, op, payload[op].id};
}

static bool fail(struct own *o, enum own_fault fault)
{
    o->result->lo = own_memory_start();
    o->result->hi = own_memory_brk();
    o->result->fault = fault;
    return false;
}

static bool fail_with(struct own *o, enum own_fault fault, uint32_t op, uint32_t other)
{
    o->result->block = block_of(op);
    if (other != OWN_NONE) o->result->other = block_of(other);
    return fail(o, fault);
}

static bool is_whole(struct own *o, uint32_t op)
{
    uint32_t expected = 0;
    size_t at = spoiled(&payload[op], payload[op].size, &expected);
    if (at == payload[op].size) return true;
    o->result->offset = at;
    o->result->expected = expected;
    o->result->found = payload[op].at[at];
    return fail_with(o, OWN_GARBLED, op, op);
}

/* ── Operations ── */

/* No bytes overlap nothing. */
static bool ranged(const struct own *o, uint32_t op)
{
    return !o->job->ignore_ranges && payload[op].size > 0;
}

/* The new payload is what it must be, and from now on lives. */
static bool accept(struct own *o, uint32_t op)
{
    const struct payload *p = &payload[op];
    uintptr_t lo = (uintptr_t)p->at, hi = lo + p->size;
    if (lo % o->job->align != 0) return fail_with(o, OWN_MISALIGNED, op, OWN_NONE);
    if (lo < own_memory_start() || hi > own_memory_brk() || hi < lo)
        return fail_with(o, OWN_OUTSIDE, op, OWN_NONE);
    uint32_t other = ranged(o, op) ? own_ranges_add(op, lo, hi) : OWN_NONE;
    if (other != OWN_NONE) return fail_with(o, OWN_OVERLAP, op, other);
    live += p->size;
    if (o->result->round == 0 && live > o->result->peak_live) o->result->peak_live = live;
    return true;
}

static void forget(struct own *o, uint32_t op)
{
    live -= payload[op].size;
    if (ranged(o, op)) own_ranges_remove(op);
}

static bool check_alloc(struct own *o, uint32_t i)
{
    const struct own_op *op = &o->job->op[i];
    payload[i] = (struct payload){o->malloc(op->size), op->size, i, op->id};
    by_id[op->id] = OWN_NONE;
    if (!payload[i].at) return op->size == 0 || fail_with(o, OWN_NULL, i, OWN_NONE);
    if (!accept(o, i)) return false;
    fill(&payload[i], 0);
    by_id[op->id] = i;
    return true;
}

static bool kept(struct own *o, uint32_t i, uint32_t was)
{
    uint32_t expected = 0;
    size_t n = payload[was].size < payload[i].size ? payload[was].size : payload[i].size;
    size_t at = spoiled(&payload[i], n, &expected);
    if (at == n) return true;
    o->result->offset = at;
    o->result->expected = expected;
    o->result->found = payload[i].at[at];
    return fail_with(o, OWN_LOST, i, was);
}

static bool check_realloc(struct own *o, uint32_t i)
{
    const struct own_op *op = &o->job->op[i];
    uint32_t was = by_id[op->id];
    void *old = NULL;
    size_t old_size = 0;
    if (was != OWN_NONE) {
        if (!is_whole(o, was)) return false;
        old = payload[was].at;
        old_size = payload[was].size;
        forget(o, was);
    }
    by_id[op->id] = OWN_NONE;
    payload[i] = (struct payload){own_realloc(o, old, old_size, op->size), op->size,
                                  was != OWN_NONE ? payload[was].key : i, op->id};
    if (op->size == 0 && old) {
        payload[was].at = NULL;
        return !payload[i].at || fail_with(o, OWN_NOT_NULL, i, OWN_NONE);
    }
    if (!payload[i].at) return op->size == 0 || fail_with(o, OWN_NULL, i, OWN_NONE);
    if (!accept(o, i) || (was != OWN_NONE && !kept(o, i, was))) return false;
    fill(&payload[i], old_size < op->size ? old_size : op->size);
    if (was != OWN_NONE) payload[was].at = NULL;
    by_id[op->id] = i;
    return true;
}

static bool check_free(struct own *o, uint32_t i)
{
    uint32_t was = by_id[o->job->op[i].id];
    if (was == OWN_NONE) {
        o->free(NULL);
        return true;
    }
    if (!is_whole(o, was)) return false;
    forget(o, was);
    o->free(payload[was].at);
    payload[was].at = NULL;
    by_id[o->job->op[i].id] = OWN_NONE;
    return true;
}

static bool check_null(struct own *o, uint32_t i)
{
    (void)i;
    o->free(NULL);
    return true;
}

static bool (*const check_kind[])(struct own *, uint32_t) = {
    [OWN_ALLOC] = check_alloc,
    [OWN_REALLOC] = check_realloc,
    [OWN_FREE] = check_free,
    [OWN_FREE_NULL] = check_null,
};

/* ── The pass ── */

static void *room(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static bool check_round(struct own *o, uint32_t round)
{
    live = 0;
    own_ranges_clear();
    memset(payload, 0, o->job->n_ops * sizeof *payload);
    for (uint32_t id = 0; id < o->job->n_ids; id++)
        by_id[id] = OWN_NONE;
    if (!own_begin_round(o, round)) return false;
    for (uint32_t i = 0; i < o->job->n_ops; i++) {
        o->result->op = i;
        if (!check_kind[o->job->op[i].kind](o, i)) return false;
        uint64_t heap = own_memory_brk() - own_memory_start();
        if (round == 0 && heap > o->result->peak_heap) o->result->peak_heap = heap;
    }
    o->result->stage = OWN_LAST_LOOK;
    for (uint32_t i = 0; i < o->job->n_ops; i++)
        if (payload[i].at && !is_whole(o, i)) return false;
    return true;
}

void own_check(struct own *o)
{
    payload = room((o->job->n_ops + (size_t)1) * sizeof *payload);
    by_id = room((o->job->n_ids + (size_t)1) * sizeof *by_id);
    if (!payload || !by_id || !own_ranges_init(o->job->n_ops)) {
        fail(o, OWN_NO_ARENA);
        return;
    }
    for (uint32_t round = 0; round < o->job->rounds; round++)
        if (!check_round(o, round)) return;
}
