/* ledger.c: ids, requested sizes and names. */
#include "cli/session/ledger_private.h"

#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"

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

#define ROOM(b, list)                                                                              \
    room_for_one((void **)&(b)->list, (b)->n_##list, &(b)->room_##list, sizeof *(b)->list)

void ledger_init(struct ledger *b, uint64_t base)
{
    *b = (struct ledger){.base = base, .next_id = 1};
    ledger_touch_all(b);
}

void ledger_release(struct ledger *b)
{
    free(b->live);
    free(b->high);
    free(b->large);
    free(b->freed);
    free(b->names);
    free(b->gaps);
    free(b->table[LEDGER_LIVE].slot);
    free(b->table[LEDGER_FREED].slot);
    ledger_init(b, 0);
}

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
    if (low == b->n_live || b->live[low].id != id || ledger_payload(b, low) == 0) return NULL;
    return &b->live[low];
}

static uint32_t index_of(const struct ledger *b, const struct ledger_entry *e)
{
    return (uint32_t)(e - b->live);
}

/* Room for one more, and for an address like that one, in all that a live block is in. */
static bool room_for_live(struct ledger *b, uint64_t payload)
{
    size_t room = b->room_live;
    if (!ledger_table_room(b, LEDGER_LIVE) || !ROOM(b, live)) return false;
    if (!b->high && payload >> 32 == 0) return true;
    if (b->high && room == b->room_live) return true;
    uint32_t *moved = realloc(b->high, b->room_live * sizeof *moved);
    if (!moved) {
        b->room_live = room; /* the longer column stays: it is as good as the shorter */
        return false;
    }
    if (!b->high) memset(moved, 0, b->room_live * sizeof *moved);
    b->high = moved;
    return true;
}

/* Its address, in its entry and in the table; 0 makes it a hole. There is room. */
static void place(struct ledger *b, uint32_t index, uint64_t payload)
{
    if (ledger_payload(b, index) != 0) ledger_table_take(b, LEDGER_LIVE, index);
    b->live[index].low = (uint32_t)payload;
    if (b->high) b->high[index] = (uint32_t)(payload >> 32);
    if (payload != 0) ledger_table_put(b, LEDGER_LIVE, index);
}

static uint64_t requested_of(const struct ledger *b, const struct ledger_entry *e)
{
    if (e->requested != UINT32_MAX) return e->requested;
    for (size_t i = b->n_large; i-- > 0;)
        if (b->large[i].id == e->id) return b->large[i].requested;
    return e->requested;
}

/* requested as an entry keeps it; a large one goes to the list apart, the newest of an id counts.
 * False on no memory. */
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
    if (b->next_id == UINT32_MAX || payload == 0 || !room_for_live(b, payload)) return 0;
    struct ledger_entry entry = {b->next_id, 0, 0};
    if (!requested_put(b, &entry, requested)) return 0;
    b->live[b->n_live] = entry;
    if (b->high) b->high[b->n_live] = 0;
    place(b, (uint32_t)b->n_live++, payload);
    ledger_touch(b, payload);
    return b->next_id++;
}

bool ledger_find(const struct ledger *b, uint32_t id, uint64_t *payload, uint64_t *requested)
{
    const struct ledger_entry *e = entry_of(b, id);
    if (!e) return false;
    *payload = ledger_payload(b, index_of(b, e));
    *requested = requested_of(b, e);
    return true;
}

uint32_t ledger_overlaps(const struct ledger *b, uint32_t id, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < b->n_live; i++) {
        uint64_t payload = ledger_payload(b, i);
        if (payload >= to || payload == 0 || b->live[i].id == id) continue;
        if (from < payload + requested_of(b, &b->live[i])) return b->live[i].id;
    }
    return 0;
}

static void compact(struct ledger *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n_live; i++) {
        if (ledger_payload(b, i) == 0) continue;
        if (b->high) b->high[kept] = b->high[i];
        b->live[kept++] = b->live[i];
    }
    b->n_live = kept;
    b->n_holes = 0;
    ledger_table_fill(b, LEDGER_LIVE);
}

/* False on no memory: it is known to be freed, but not by whom. */
static bool freed_add(struct ledger *b, uint32_t id, uint64_t payload, uint32_t by, bool moved)
{
    ledger_touch(b, payload);
    if (b->n_freed == LEDGER_FREED_MAX) { /* forget the older half */
        memmove(b->freed, b->freed + LEDGER_FREED_MAX / 2, LEDGER_FREED_MAX / 2 * sizeof *b->freed);
        b->n_freed = LEDGER_FREED_MAX / 2;
        ledger_table_fill(b, LEDGER_FREED);
        ledger_touch_all(b);
    }
    if (!ROOM(b, freed) || !ledger_table_room(b, LEDGER_FREED)) return false;
    b->freed[b->n_freed] = (struct ledger_freed){payload, id, by, b->line & INT32_MAX, moved};
    ledger_table_put(b, LEDGER_FREED, (uint32_t)b->n_freed++);
    return true;
}

bool ledger_move(struct ledger *b, uint32_t id, uint64_t payload, uint64_t requested,
                 uint32_t command)
{
    struct ledger_entry *e = entry_of(b, id);
    if (!e || payload == 0) return false;
    uint32_t index = index_of(b, e);
    if (payload >> 32 != 0 && !b->high && !room_for_live(b, payload)) return false;
    uint64_t was = ledger_payload(b, index);
    bool remembered = payload == was || freed_add(b, id, was, command, true);
    if (payload != was) place(b, index, payload);
    ledger_touch(b, payload);
    return requested_put(b, &b->live[index], requested) && remembered;
}

bool ledger_drop(struct ledger *b, uint32_t id, uint32_t command)
{
    struct ledger_entry *e = entry_of(b, id);
    if (!e) return false;
    uint32_t index = index_of(b, e);
    bool remembered = freed_add(b, id, ledger_payload(b, index), command, false);
    place(b, index, 0);
    b->n_holes++;
    if (b->n_holes > COMPACT_FROM && b->n_holes > b->n_live / 2) compact(b);
    return remembered;
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

bool ledger_gap_room(struct ledger *b) { return ROOM(b, gaps); }

bool ledger_add_gap(struct ledger *b, uint64_t address, uint64_t bytes)
{
    if (!ROOM(b, gaps)) return false;
    b->gaps[b->n_gaps++] = (struct ledger_gap){address, bytes};
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
    while (low < b->n_live && ledger_payload(b, low) == 0)
        low++;
    return low < b->n_live ? b->live[low].id : 0;
}

uint32_t ledger_pick(const struct ledger *b, uint64_t dice)
{
    if (ledger_n_live(b) == 0) return 0;
    size_t i = (size_t)(dice % b->n_live);
    while (ledger_payload(b, i) == 0)
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

bool ledger_freed_room(struct ledger *b)
{
    return (b->n_freed == LEDGER_FREED_MAX || ROOM(b, freed)) && ledger_table_room(b, LEDGER_FREED);
}

bool ledger_name_set(struct ledger *b, uint32_t id, const char *name)
{
    if (!ROOM(b, names)) return false;
    for (size_t i = b->n_names; i-- > 0;)
        if (strcmp(b->names[i].name, name) == 0) {
            if (b->names[i].id != id && entry_of(b, b->names[i].id)) b->names[i].name[0] = '\0';
            break;
        }
    return ledger_name_add(b, id, name);
}

bool ledger_name_add(struct ledger *b, uint32_t id, const char *name)
{
    if (!ROOM(b, names)) return false;
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

/* By id; of one block the older first: they lie in one array. */
static int name_order(const void *a, const void *b)
{
    const struct ledger_name *x = *(const struct ledger_name *const *)a,
                             *y = *(const struct ledger_name *const *)b;
    return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : (x > y) - (x < y);
}

bool ledger_names_by_id(const struct ledger *b, struct ledger_name **names, size_t *n)
{
    size_t most = 0;
    *names = NULL;
    *n = 0;
    if (b->n_names == 0) return true;
    const struct ledger_name **order = malloc(b->n_names * sizeof *order);
    *names = malloc(b->n_names * sizeof **names);
    if (!order || !*names) {
        free((void *)order);
        free(*names);
        *names = NULL;
        return false;
    }
    for (size_t i = 0; i < b->n_names; i++)
        if (b->names[i].name[0]) order[most++] = &b->names[i];
    qsort((void *)order, most, sizeof *order, name_order);
    for (size_t i = 0; i < most; i++)
        if (i + 1 == most || order[i + 1]->id != order[i]->id) (*names)[(*n)++] = *order[i];
    free((void *)order);
    return true;
}

bool ledger_name_lost(const struct ledger *b, uint32_t id)
{
    if (ledger_name_of(b, id)) return false;
    for (size_t i = b->n_names; i-- > 0;)
        if (b->names[i].id == id) return true;
    return false;
}
