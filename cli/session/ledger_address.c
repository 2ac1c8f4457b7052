/* ledger_address.c: entries by their payload's address, any 64 bits of it: two hash tables of
 * indices, with linear probing. Entries of one page lie near each other in the table, in order of
 * address, so that a look that asks for one block after the other stays in the cache. */
#include <stdlib.h>
#include <string.h>

#include "cli/session/ledger_private.h"

#define EMPTY 0u /* a slot is an index + 1 */
#define SLOTS_MIN 64u

static uint64_t payload_of(const struct ledger *b, enum ledger_list list, uint32_t index)
{
    return list == LEDGER_LIVE ? ledger_payload(b, index) : b->freed[index].payload;
}

static size_t home(const struct ledger_table *t, uint64_t payload)
{
    uint64_t page =
        (payload >> 12) * UINT64_C(0x9E3779B97F4A7C15); /* 2^64 by the golden ratio: Knuth, 6.4 */
    return (size_t)((page >> 32) + (payload >> 4 & 255)) & (t->n_slots - 1);
}

static void put(struct ledger *b, enum ledger_list list, uint32_t index)
{
    struct ledger_table *t = &b->table[list];
    uint64_t payload = payload_of(b, list, index);
    size_t i = home(t, payload);
    while (t->slot[i] != EMPTY) {
        if (list == LEDGER_FREED && payload_of(b, list, t->slot[i] - 1) == payload) {
            t->slot[i] = index + 1; /* it is the newer one */
            return;
        }
        i = (i + 1) & (t->n_slots - 1);
    }
    t->slot[i] = index + 1;
    t->n++;
}

void ledger_table_put(struct ledger *b, enum ledger_list list, uint32_t index)
{
    put(b, list, index);
}

void ledger_table_fill(struct ledger *b, enum ledger_list list)
{
    struct ledger_table *t = &b->table[list];
    size_t n = list == LEDGER_LIVE ? b->n_live : b->n_freed;
    if (t->n_slots > 0) memset(t->slot, 0, t->n_slots * sizeof *t->slot);
    t->n = 0;
    for (uint32_t i = 0; i < n; i++)
        if (payload_of(b, list, i) != 0) put(b, list, i);
}

bool ledger_table_room(struct ledger *b, enum ledger_list list)
{
    struct ledger_table *t = &b->table[list];
    if ((t->n + 1) * 4 <= t->n_slots * 3) return true; /* a quarter stays empty */
    size_t n_slots = t->n_slots > 0 ? t->n_slots * 2 : SLOTS_MIN;
    uint32_t *slot = malloc(n_slots * sizeof *slot);
    if (!slot) return false;
    free(t->slot);
    *t = (struct ledger_table){.slot = slot, .n_slots = n_slots};
    ledger_table_fill(b, list);
    return true;
}

/* The hole is closed by whatever stands behind it and may stand there. */
static void close_up(struct ledger *b, enum ledger_list list, size_t hole)
{
    struct ledger_table *t = &b->table[list];
    size_t mask = t->n_slots - 1;
    for (size_t i = (hole + 1) & mask; t->slot[i] != EMPTY; i = (i + 1) & mask) {
        size_t from_home = (i - home(t, payload_of(b, list, t->slot[i] - 1))) & mask;
        if (from_home < ((i - hole) & mask)) continue;
        t->slot[hole] = t->slot[i];
        hole = i;
    }
    t->slot[hole] = EMPTY;
    t->n--;
}

void ledger_table_take(struct ledger *b, enum ledger_list list, uint32_t index)
{
    struct ledger_table *t = &b->table[list];
    size_t i = home(t, payload_of(b, list, index));
    while (t->slot[i] != index + 1)
        i = (i + 1) & (t->n_slots - 1);
    close_up(b, list, i);
}

uint32_t ledger_table_next(const struct ledger *b, enum ledger_list list, uint64_t payload,
                           size_t *at)
{
    const struct ledger_table *t = &b->table[list];
    if (t->n == 0) return UINT32_MAX;
    for (size_t i = home(t, payload) + *at;; i++) {
        uint32_t found = t->slot[i & (t->n_slots - 1)];
        if (found == EMPTY) return UINT32_MAX;
        ++*at;
        if (payload_of(b, list, found - 1) == payload) return found - 1;
    }
}

/* ── What is asked ── */

uint32_t ledger_live_at(const struct ledger *b, uint64_t payload)
{
    uint32_t first = UINT32_MAX, i;
    size_t at = 0;
    while ((i = ledger_table_next(b, LEDGER_LIVE, payload, &at)) != UINT32_MAX)
        if (i < first) first = i; /* in a broken heap two may have it */
    return first != UINT32_MAX ? b->live[first].id : 0;
}

struct ledger_known ledger_known_at(const struct ledger *b, uint64_t payload)
{
    uint32_t id = ledger_live_at(b, payload);
    struct ledger_known known = {.id = id, .live = id != 0};
    uint64_t same;
    if (id != 0 && ledger_find(b, id, &same, &known.requested)) return known;
    size_t at = 0;
    uint32_t i = ledger_table_next(b, LEDGER_FREED, payload, &at);
    if (i != UINT32_MAX) known.id = b->freed[i].id, known.moved = b->freed[i].moved;
    return known;
}

static int by_payload(const void *a, const void *b)
{
    const struct ledger_block *x = a, *y = b;
    if (x->payload != y->payload) return x->payload < y->payload ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

bool ledger_in_order(const struct ledger *b, struct ledger_block **blocks, size_t *n)
{
    struct ledger_block *all = malloc((b->n_live + 1) * sizeof *all);
    size_t at = 0;
    bool sorted = true;
    if (!all) return false;
    for (uint32_t id = ledger_next_live(b, 0); id != 0; id = ledger_next_live(b, id), at++) {
        all[at].id = id;
        (void)ledger_find(b, id, &all[at].payload, &all[at].requested);
        sorted = sorted && (at == 0 || all[at - 1].payload <= all[at].payload);
    }
    if (!sorted) qsort(all, at, sizeof *all, by_payload);
    *blocks = all;
    *n = at;
    return true;
}

/* ── What has changed ── */

static void touch(struct ledger *b, uint64_t payload)
{
    if (b->n_touched < LEDGER_TOUCHED_MAX) b->touched[b->n_touched] = payload;
    if (b->n_touched <= LEDGER_TOUCHED_MAX) b->n_touched++;
}

void ledger_touch(struct ledger *b, uint64_t payload) { touch(b, payload); }
void ledger_touch_all(struct ledger *b) { b->n_touched = LEDGER_TOUCHED_MAX + 1; }
void ledger_settle(struct ledger *b) { b->n_touched = 0; }
