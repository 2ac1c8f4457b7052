/* ledger.c: ids, requested sizes and names. */
#include "cli/session/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"

#define HOLE UINT32_MAX
#define GRAIN 16u
#define COMPACT_FROM 1024u

/* Room for one more element in an array that grows by half. */
static bool room_for_one(void **array, size_t n, size_t *room, size_t bytes)
{
    if (n < *room) return true;
    size_t more = *room ? *room + *room / 2 : 64;
    void *moved = realloc(*array, more * bytes);
    if (!moved) return false;
    *array = moved;
    *room = more;
    return true;
}

#define ROOM(b, list) room_for_one((void **)&(b)->list, (b)->n_##list, &(b)->room_##list, sizeof *(b)->list)

void ledger_init(struct ledger *b, uint64_t base) { *b = (struct ledger){.base = base, .next_id = 1}; }

void ledger_release(struct ledger *b)
{
    free(b->live);
    free(b->large);
    free(b->freed);
    free(b->names);
    free(b->gaps);
    *b = (struct ledger){.next_id = 1};
}

static uint32_t grain_of(const struct ledger *b, uint64_t payload) { return (uint32_t)((payload - b->base) / GRAIN); }

/* ── Live blocks ── */

static struct ledger_entry *entry_of(const struct ledger *b, uint32_t id)
{
    size_t low = 0, high = b->n_live;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->live[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == b->n_live || b->live[low].id != id || b->live[low].grain == HOLE) return NULL;
    return &b->live[low];
}

static uint64_t requested_of(const struct ledger *b, const struct ledger_entry *e)
{
    if (e->requested != UINT32_MAX) return e->requested;
    for (size_t i = b->n_large; i-- > 0;)
        if (b->large[i].id == e->id) return b->large[i].requested;
    return e->requested;
}

/* requested as an entry keeps it; a large one goes to the list apart, the newest of an id counts. False on no memory. */
static bool requested_put(struct ledger *b, struct ledger_entry *e, uint64_t requested)
{
    e->requested = requested < UINT32_MAX ? (uint32_t)requested : UINT32_MAX;
    if (requested < UINT32_MAX) return true;
    if (!ROOM(b, large)) return false;
    b->large[b->n_large++] = (struct ledger_large){e->id, requested};
    return true;
}

uint32_t ledger_add(struct ledger *b, uint64_t payload, uint64_t requested)
{
    if (b->next_id == UINT32_MAX || !ROOM(b, live)) return 0;
    struct ledger_entry entry = {b->next_id, grain_of(b, payload), 0};
    if (!requested_put(b, &entry, requested)) return 0;
    b->live[b->n_live++] = entry;
    return b->next_id++;
}

bool ledger_find(const struct ledger *b, uint32_t id, uint64_t *payload, uint64_t *requested)
{
    const struct ledger_entry *e = entry_of(b, id);
    if (!e) return false;
    *payload = b->base + (uint64_t)e->grain * GRAIN;
    *requested = requested_of(b, e);
    return true;
}

static void compact(struct ledger *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n_live; i++)
        if (b->live[i].grain != HOLE) b->live[kept++] = b->live[i];
    b->n_live = kept;
    b->n_holes = 0;
}

static void freed_add(struct ledger *b, uint32_t id, uint32_t grain, uint32_t by, bool moved)
{
    if (b->n_freed == LEDGER_FREED_MAX) { /* forget the older half */
        memmove(b->freed, b->freed + LEDGER_FREED_MAX / 2, LEDGER_FREED_MAX / 2 * sizeof *b->freed);
        b->n_freed = LEDGER_FREED_MAX / 2;
    }
    if (!ROOM(b, freed)) return; /* it will be remembered as freed, but not by whom */
    b->freed[b->n_freed++] = (struct ledger_freed){id, grain, by, b->line & INT32_MAX, moved};
}

uint32_t ledger_live_at(const struct ledger *b, uint64_t payload)
{
    uint64_t grain = (payload - b->base) / GRAIN;
    for (size_t i = 0; i < b->n_live && payload >= b->base && grain < UINT32_MAX; i++)
        if (b->live[i].grain == grain) return b->live[i].id;
    return 0;
}

bool ledger_move(struct ledger *b, uint32_t id, uint64_t payload, uint64_t requested, uint32_t command)
{
    struct ledger_entry *e = entry_of(b, id);
    if (!e) return false;
    uint32_t grain = grain_of(b, payload);
    if (grain != e->grain) freed_add(b, id, e->grain, command, true);
    e->grain = grain;
    return requested_put(b, e, requested);
}

bool ledger_drop(struct ledger *b, uint32_t id, uint32_t command)
{
    struct ledger_entry *e = entry_of(b, id);
    if (!e) return false;
    freed_add(b, id, e->grain, command, false);
    e->grain = HOLE;
    b->n_holes++;
    if (b->n_holes > COMPACT_FROM && b->n_holes > b->n_live / 2) compact(b);
    return true;
}

static const struct ledger_freed *freed_find(const struct ledger *b, uint32_t id)
{
    for (size_t i = b->n_freed; i-- > 0;)
        if (b->freed[i].id == id && !b->freed[i].moved) return &b->freed[i];
    return NULL;
}

uint32_t ledger_freed_by(const struct ledger *b, uint32_t id)
{
    const struct ledger_freed *freed = freed_find(b, id);
    return freed != NULL ? freed->by : 0;
}

uint32_t ledger_freed_line(const struct ledger *b, uint32_t id)
{
    const struct ledger_freed *freed = freed_find(b, id);
    return freed != NULL ? freed->line : 0;
}

bool ledger_add_gap(struct ledger *b, uint64_t address, uint64_t bytes)
{
    if (!ROOM(b, gaps)) return false;
    b->gaps[b->n_gaps++] = (struct ledger_gap){address - b->base, bytes};
    return true;
}

size_t ledger_n_live(const struct ledger *b) { return b->n_live - b->n_holes; }

uint32_t ledger_next_live(const struct ledger *b, uint32_t after)
{
    size_t low = 0, high = b->n_live;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->live[middle].id <= after)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < b->n_live && b->live[low].grain == HOLE)
        low++;
    return low < b->n_live ? b->live[low].id : 0;
}

uint32_t ledger_pick(const struct ledger *b, uint64_t dice)
{
    if (ledger_n_live(b) == 0) return 0;
    size_t i = (size_t)(dice % b->n_live);
    while (b->live[i].grain == HOLE)
        i = (i + 1) % b->n_live;
    return b->live[i].id;
}

/* ── Names ── */

bool ledger_name_valid(const char *name)
{
    if (!ascii_is_letter(name[0]) && name[0] != '_') return false;
    size_t n = 0;
    for (; name[n]; n++)
        if (!ascii_is_alnum(name[n]) && name[n] != '_') return false;
    return n < LEDGER_NAME_MAX && strcmp(name, "all") != 0 && strcmp(name, "NULL") != 0;
}

bool ledger_name_room(struct ledger *b) { return ROOM(b, names); }

bool ledger_freed_room(struct ledger *b) { return b->n_freed == LEDGER_FREED_MAX || ROOM(b, freed); }

bool ledger_name_set(struct ledger *b, uint32_t id, const char *name)
{
    if (!ROOM(b, names)) return false;
    for (size_t i = b->n_names; i-- > 0;)
        if (strcmp(b->names[i].name, name) == 0) {
            if (b->names[i].id != id && entry_of(b, b->names[i].id)) b->names[i].name[0] = '\0';
            break;
        }
    struct ledger_name *slot = &b->names[b->n_names++];
    slot->id = id;
    strncpy(slot->name, name, sizeof slot->name - 1);
    slot->name[sizeof slot->name - 1] = '\0';
    return true;
}

uint32_t ledger_name_find(const struct ledger *b, const char *name)
{
    for (size_t i = b->n_names; *name && i-- > 0;) /* an empty one went to another block */
        if (strcmp(b->names[i].name, name) == 0) return b->names[i].id;
    return 0;
}

const char *ledger_name_of(const struct ledger *b, uint32_t id)
{
    for (size_t i = b->n_names; i-- > 0;)
        if (b->names[i].id == id && b->names[i].name[0]) return b->names[i].name;
    return NULL;
}

bool ledger_name_lost(const struct ledger *b, uint32_t id)
{
    if (ledger_name_of(b, id)) return false;
    for (size_t i = b->n_names; i-- > 0;)
        if (b->names[i].id == id) return true;
    return false;
}

/* ── By address ── */

/* One stable pass of a radix sort over 11 bits of grain. */
static void radix_pass(const struct ledger_place *from, struct ledger_place *to, size_t n, unsigned shift)
{
    size_t count[2048] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
        count[(from[i].grain >> shift) & 2047u]++;
    for (size_t i = 0; i < 2048; i++) {
        size_t here = count[i];
        count[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[count[(from[i].grain >> shift) & 2047u]++] = from[i];
}

static bool sort_by_grain(struct ledger_place **places, size_t n)
{
    struct ledger_place *spare = malloc((n + 1) * sizeof *spare);
    if (!spare) return false;
    radix_pass(*places, spare, n, 0);
    radix_pass(spare, *places, n, 11);
    radix_pass(*places, spare, n, 22);
    free(*places);
    *places = spare;
    return true;
}

bool ledger_by_address(const struct ledger *b, struct ledger_place **places, size_t *n)
{
    size_t most = b->n_live + b->n_freed, at = 0;
    struct ledger_place *all = malloc((most + 1) * sizeof *all);
    bool sorted = true;
    if (!all) return false;
    for (size_t i = 0; i < most; i++) {
        uint32_t grain = i < b->n_freed ? b->freed[i].grain : b->live[i - b->n_freed].grain;
        if (grain == HOLE) continue;
        sorted = sorted && (at == 0 || all[at - 1].grain <= grain);
        all[at++] = (struct ledger_place){grain, (uint32_t)i};
    }
    *places = all;
    *n = at;
    if (sorted || sort_by_grain(places, at)) return true;
    free(all);
    *places = NULL;
    return false;
}

uint32_t ledger_at_place(const struct ledger *b, const struct ledger_place *place, bool *live, uint64_t *requested)
{
    *live = place->index >= b->n_freed;
    *requested = 0;
    if (!*live) return b->freed[place->index].id;
    const struct ledger_entry *e = &b->live[place->index - b->n_freed];
    *requested = requested_of(b, e);
    return e->id;
}

bool ledger_was_moved(const struct ledger *b, const struct ledger_place *place)
{
    return place->index < b->n_freed && b->freed[place->index].moved;
}
