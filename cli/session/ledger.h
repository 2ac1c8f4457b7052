/* ledger.h: what the session knows and the heap does not: ids, requested sizes and names, keyed by payload address.
 *
 *   B1  live entries are in order of id; ids grow and are never used twice within one heap
 *   B2  a name belongs to at most one live id
 *   B3  freed entries are kept, the newest LEDGER_FREED_MAX of them, so that a double free can say who freed it
 * Addresses are kept as (address - base) / 16, sizes in 32 bits with the few larger ones apart: 12 bytes a live block. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_FREED_MAX 65536u
#define LEDGER_NAME_MAX 32u

struct ledger_entry {
    uint32_t id;
    uint32_t grain;
    uint32_t requested;
}; /* requested UINT32_MAX: see the list of large ones */
struct ledger_large {
    uint32_t id;
    uint64_t requested;
};
struct ledger_freed {
    uint32_t id;
    uint32_t grain;
    uint32_t by;
    uint32_t line : 31;
    uint32_t moved : 1;
}; /* by: number of the command; line: of the file that it sourced, 0; moved: by realloc */
struct ledger_name {
    uint32_t id;
    char name[LEDGER_NAME_MAX];
};
struct ledger_gap {
    uint64_t offset, bytes;
}; /* bump: bytes that an aligned alloc left to nobody */

struct ledger {
    uint64_t base; /* the heap's start */
    uint32_t now; /* the number of the person's present command; 0: not known */
    uint32_t away; /* of the one that came back from a lesson or a quiz last, what lies before was before that; 0: none did */
    uint32_t line; /* of the file that is being sourced, for what is freed now; 0 outside of files */
    uint32_t next_id;
    struct ledger_entry *live;
    size_t n_live, room_live, n_holes; /* a freed entry is a hole (grain UINT32_MAX) until compaction */
    struct ledger_large *large;
    size_t n_large, room_large;
    struct ledger_freed *freed;
    size_t n_freed, room_freed;
    struct ledger_name *names;
    size_t n_names, room_names;
    struct ledger_gap *gaps;
    size_t n_gaps, room_gaps;
};

void ledger_init(struct ledger *b, uint64_t base);
void ledger_release(struct ledger *b);

/* A new block: its id, 0 on no memory (or when ids have run out). */
uint32_t ledger_add(struct ledger *b, uint64_t payload, uint64_t requested);
/* The live block with that id; false if there is none. O(log n). */
bool ledger_find(const struct ledger *b, uint32_t id, uint64_t *payload, uint64_t *requested);
/* The live block with that payload address; 0. O(n). */
uint32_t ledger_live_at(const struct ledger *b, uint64_t payload);
bool ledger_move(struct ledger *b, uint32_t id, uint64_t payload, uint64_t requested, uint32_t command);
/* It was freed by the command with that number. */
bool ledger_drop(struct ledger *b, uint32_t id, uint32_t command);
/* The number of the command that freed id, 0 if that is not known (any more). */
uint32_t ledger_freed_by(const struct ledger *b, uint32_t id);
uint32_t ledger_freed_line(const struct ledger *b, uint32_t id); /* and the line of the file that it sourced, 0 if none */
bool ledger_add_gap(struct ledger *b, uint64_t address, uint64_t bytes);

/* Names. */
bool ledger_freed_room(
    struct ledger *b); /* false on no memory; with it, what the next ledger_drop or ledger_move leaves is remembered */
bool ledger_name_room(struct ledger *b); /* false on no memory; with it, the next ledger_name_set can't fail */
/* A live block that had the name has it no more. False on no memory. */
bool ledger_name_set(struct ledger *b, uint32_t id, const char *name);
uint32_t ledger_name_find(const struct ledger *b, const char *name); /* the newest id of that name, live or not; 0 */
const char *ledger_name_of(const struct ledger *b, uint32_t id); /* the newest, NULL */
bool ledger_name_lost(const struct ledger *b, uint32_t id); /* all its names went to others */
bool ledger_name_valid(const char *name); /* a C identifier of up to 31 bytes, not "all" or "NULL" */

/* Live ids in order: start with id 0; 0 at the end. */
uint32_t ledger_next_live(const struct ledger *b, uint32_t after);
size_t ledger_n_live(const struct ledger *b);
/* A live id that the number dice chooses, the same one for the same dice after the same history; 0 if none is live. */
uint32_t ledger_pick(const struct ledger *b, uint64_t dice);

/* Both lists in order of address (newest last among equals), for building a snapshot: 8 bytes an entry, an array of the caller's to free.
 * False on no memory. O(n). */
struct ledger_place {
    uint32_t grain;
    uint32_t index;
}; /* of freed[index] if below n_freed, else of live[index - n_freed] */
bool ledger_by_address(const struct ledger *b, struct ledger_place **places, size_t *n);
/* The entry at a place: its id, whether it is live, and then what was requested. */
uint32_t ledger_at_place(const struct ledger *b, const struct ledger_place *place, bool *live, uint64_t *requested);
/* Was that place left by a realloc, so that its id is elsewhere, or was when it was freed? */
bool ledger_was_moved(const struct ledger *b, const struct ledger_place *place);

#endif
