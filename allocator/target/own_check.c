/* own_check.c: the pass that judges. Payloads are filled with a pattern of their own, no byte of
 * which is zero, and which is looked for when they are resized or freed, and at the end.
 *
 * A quick pass finds what is wrong, but not always at once. Its first round is short, and what lies
 * beyond brk can't be touched; in the second it can, on large pages. What realloc is to keep is
 * looked for when it ends: once, however often it has moved. A pass that is not quick then tells
 * where it was. */
#include <string.h>
#include <sys/mman.h>

#include "allocator/format/pattern.h"
#include "allocator/target/own.h"

struct payload {
    unsigned char *at; /* NULL: freed */
    uint32_t size, key; /* key: whose pattern it has */
    uint32_t id;
};

static struct payload *payload; /* by the operation that made them */
static uint32_t *by_id; /* id: the operation that made what it names, or OWN_NONE */
static uint64_t live, live_most;

/* ── Patterns (pattern.h). Four words are made at once. ── */

typedef uint64_t four __attribute__((vector_size(32)));
typedef uint64_t four_at __attribute__((vector_size(32), aligned(1), may_alias));
/* Where the compiler and libc can choose by what the processor has. */
#if defined __x86_64__ && defined __GLIBC__
#define FOR_ALL_PROCESSORS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_ALL_PROCESSORS
#endif

#define STEP PATTERN_STEP
#define ONES PATTERN_ONES
enum { RUN = 128 }; /* words that are looked at together */

/* Words from the k-th on without their ones; those behind come by adding 4 * STEP. */
#define FOUR_OF(key, k) ((four){0, STEP, 2 * STEP, 3 * STEP} + (pattern_first(key) + (k)*STEP))

/* Bytes from to below size of them, which lie in one word. */
static void fill_bytes(const struct payload *p, size_t from, size_t size)
{
    uint64_t word = pattern_word(p->key, from / 8);
    memcpy(p->at + from, (const char *)&word + from % 8, size - from);
}

/* What lies before from stays as it is, for it was written before, and may be spoiled. */
FOR_ALL_PROCESSORS
static void fill(const struct payload *p, size_t from)
{
    size_t size = p->size;
    if (from % 8 && from < size) {
        size_t end = from / 8 * 8 + 8 < size ? from / 8 * 8 + 8 : size;
        fill_bytes(p, from, end);
        from = end;
    }
    if (from >= size) return;
    size_t k = from / 8, n = size / 8;
    four next = FOUR_OF(p->key, k);
    for (; k + 4 <= n; k += 4, next += 4 * STEP)
        *(four_at *)(p->at + k * 8) = next | ONES;
    for (; k < n; k++)
        fill_bytes(p, k * 8, k * 8 + 8);
    if (size % 8) fill_bytes(p, n * 8, size);
}

/* How many words before the n-th are as they should be, from the k-th on, in whole runs. */
FOR_ALL_PROCESSORS
static size_t sound_words(const struct payload *p, size_t k, size_t n)
{
    four next = FOUR_OF(p->key, k);
    while (k + 4 <= n) {
        size_t run = n - k < RUN ? (n - k) / 4 * 4 : RUN;
        four wrong = {0};
        for (size_t i = 0; i < run; i += 4, next += 4 * STEP)
            wrong |= *(const four_at *)(p->at + (k + i) * 8) ^ (next | ONES);
        if (wrong[0] | wrong[1] | wrong[2] | wrong[3]) break;
        k += run;
    }
    return k;
}

/* The first byte before the n-th that is not as it should be, from the word of from on; n if there
 * is none. */
static size_t spoiled(const struct payload *p, size_t from, size_t n, uint32_t *expected)
{
    size_t k = sound_words(p, from / 8, n / 8);
    uint64_t word;
    for (; (k + 1) * 8 <= n; k++) {
        memcpy(&word, p->at + k * 8, 8);
        if (word != pattern_word(p->key, k)) break;
    }
    word = pattern_word(p->key, k);
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
    o->result->hi = o->job->heap == OWN_HEAP_SEGMENT ? own_memory_start() + o->job->heap_most
                                                     : own_memory_brk();
    o->result->fault = fault;
    own_watch_end();
    return false;
}

static bool fail_with(struct own *o, enum own_fault fault, uint32_t op, uint32_t other)
{
    o->result->block = block_of(op);
    if (other != OWN_NONE) o->result->other = block_of(other);
    return fail(o, fault);
}

static bool is_whole_from(struct own *o, uint32_t op, size_t from)
{
    uint32_t expected = 0;
    uintptr_t lo = (uintptr_t)payload[op].at;
    if (o->job->heap == OWN_HEAP_PAGES && !own_pages_hold(lo, lo + payload[op].size))
        return fail_with(o, OWN_UNMAPPED, op, op);
    size_t at = spoiled(&payload[op], from, payload[op].size, &expected);
    if (at == payload[op].size) return true;
    o->result->offset = at;
    o->result->expected = expected;
    o->result->found = payload[op].at[at];
    return fail_with(o, OWN_GARBLED, op, op);
}

static bool is_whole(struct own *o, uint32_t op) { return is_whole_from(o, op, 0); }

/* ── Operations ── */

/* No bytes overlap nothing. */
static bool ranged(const struct own *o, uint32_t op)
{
    return !o->job->ignore_ranges && payload[op].size > 0;
}

static bool inside(struct own *o, uintptr_t lo, uintptr_t hi)
{
    if (o->job->heap == OWN_HEAP_PAGES) return own_pages_hold(lo, hi);
    bool all = o->job->heap == OWN_HEAP_SEGMENT;
    uintptr_t start = own_memory_start(),
              end = all ? start + (size_t)o->job->heap_most : own_memory_brk();
    if (lo < start || hi > end || hi < lo) return false;
    /* Of a segment as much is used as lies before the end of the last payload. */
    if (all && hi > own_memory_brk()) own_memory_set_size(hi - start);
    return true;
}

/* The new payload is what it must be, and from now on lives. */
static bool accept(struct own *o, uint32_t op)
{
    const struct payload *p = &payload[op];
    uintptr_t lo = (uintptr_t)p->at, hi = lo + p->size;
    if (lo % o->job->align != 0) return fail_with(o, OWN_MISALIGNED, op, OWN_NONE);
    if (!inside(o, lo, hi)) return fail_with(o, OWN_OUTSIDE, op, OWN_NONE);
    uint32_t other = ranged(o, op) ? own_ranges_add(op, lo, hi) : OWN_NONE;
    if (other != OWN_NONE) return fail_with(o, OWN_OVERLAP, op, other);
    live += p->size;
    if (live > live_most) live_most = live;
    return true;
}

static void forget(struct own *o, uint32_t op)
{
    live -= payload[op].size;
    own_watch_freed((uintptr_t)payload[op].at, (uintptr_t)payload[op].at + payload[op].size);
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
    size_t at = spoiled(&payload[i], 0, n, &expected);
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
        if (!is_whole_from(o, was, o->job->quick ? op->size : 0)) return false;
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
    bool later = o->job->quick; /* what it spoils is found when that ends */
    if (!accept(o, i) || (was != OWN_NONE && !later && !kept(o, i, was))) return false;
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
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Those that answer a bool are given a line, as if it was called by a macro; others may take it for
 * a wish to hear much, and are given 0. */
static bool their_check(struct own *o)
{
    if (!o->check.looks) return true;
    if (!o->job->check_judges) {
        o->check.looks(0);
        return true;
    }
    return o->check.judges(__LINE__) || fail(o, OWN_UNCHECKED);
}

/* One operation, whose calls may be those that are to be done step by step. */
static bool check_one(struct own *o, uint32_t i, uint32_t round)
{
    bool steps = i + 1 == o->job->step_op && round == o->job->step_round;
    if (steps) own_step_begin(o);
    bool sound = check_kind[o->job->op[i].kind](o, i);
    if (steps) own_step_end(o);
    return sound;
}

static bool grew(struct own *o, bool whole, uint64_t heap)
{
    if (whole) o->result->peak_heap = heap;
    o->result->at = own_memory_spoiled(false);
    return o->result->at == 0 || fail(o, OWN_BEHIND);
}

static bool last_look(struct own *o, uint32_t n_ops)
{
    o->result->stage = OWN_LAST_LOOK;
    for (uint32_t i = 0; i < n_ops; i++)
        if (payload[i].at && !is_whole(o, i)) return false;
    o->result->at = own_memory_spoiled(true);
    return o->result->at == 0 || fail(o, OWN_BEHIND);
}

/* whole: its peaks are those that count. */
static bool check_round(struct own *o, uint32_t round, uint32_t n_ops, bool whole)
{
    uint64_t most = 0;
    live = live_most = 0;
    own_ranges_clear();
    memset(payload, 0, n_ops * sizeof *payload);
    for (uint32_t id = 0; id < o->job->n_ids; id++)
        by_id[id] = OWN_NONE;
    if (!own_begin_round(o, round)) return false;
    own_watch_begin(o);
    volatile struct own_place *place = (volatile struct own_place *)(o->result + 1);
    bool placed = whole && o->job->placed;
    o->result->start = own_memory_start();
    o->result->at_init = own_memory_brk() - own_memory_start();
    for (uint32_t i = 0; i < n_ops; i++) {
        o->result->op = i;
        if (!check_one(o, i, round) || !their_check(o)) return false;
        own_watch();
        uint64_t heap = own_memory_brk() - own_memory_start();
        if (placed) {
            place[i].address = (uintptr_t)payload[i].at;
            place[i].heap = heap;
        }
        if (heap <= most) continue;
        most = heap;
        if (!grew(o, whole, heap)) return false;
    }
    if (whole) o->result->peak_live = live_most;
    return last_look(o, n_ops);
}

static void check_rounds(struct own *o)
{
    uint32_t n = o->job->n_ops;
    bool quick = o->job->quick;
    for (uint32_t round = 0; round < o->job->rounds; round++) {
        double from = own_now();
        bool first = quick && round + 1 < o->job->rounds;
        if (quick && !first && o->job->heap == OWN_HEAP_BREAK && !own_memory_open()) {
            fail(o, OWN_NO_ARENA);
            return;
        }
        uint32_t n_ops = first && n > OWN_QUICK_OPS ? OWN_QUICK_OPS : n;
        if (!check_round(o, round, n_ops, quick ? !first : round == 0)) return;
        o->result->seconds[round] = own_now() - from;
    }
}

void own_check(struct own *o)
{
    payload = room((o->job->n_ops + (size_t)1) * sizeof *payload);
    by_id = room((o->job->n_ids + (size_t)1) * sizeof *by_id);
    size_t heap = o->job->heap == OWN_HEAP_PAGES ? 0 : (size_t)o->job->heap_most;
    if (!payload || !by_id ||
        !own_ranges_init(o->job->n_ops, own_memory_start(), heap, o->job->align))
        fail(o, OWN_NO_ARENA);
    else
        check_rounds(o);
}
