/* ledger.h: what the session knows and the heap does not: ids, requested sizes and names, keyed by
 * payload address.
 *
 *   B1  live entries are in order of id; ids grow and are never used twice within one heap
 *   B2  a name belongs to at most one live id
 *   B3  freed entries are kept, the newest LEDGER_FREED_MAX of them, so that a double free can say
 *       who freed it
 *
 * A payload may lie at any address but 0. The low halves of addresses and sizes stand in an entry,
 * the high ones of addresses in a column of their own once there is one, the few large sizes apart:
 * 12 bytes a live block (16 from 4 GiB on), and 6 to 11 of a hash table by address. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_FREED_MAX 65536u
#define LEDGER_NAME_MAX 32u

#define LEDGER_TOUCHED_MAX 64u

struct ledger_entry {
    uint32_t id;
    uint32_t low; /* of the payload's address */
    uint32_t requested;
}; /* requested UINT32_MAX: see the list of large ones */
struct ledger_large {
    uint32_t id;
    uint64_t requested;
};
struct ledger_freed {
    uint64_t payload;
    uint32_t id;
    uint32_t by;
    uint32_t line : 31;
    uint32_t moved : 1;
}; /* by: number of the command; line: of the file that it sourced, 0; moved: by realloc */
struct ledger_name {
    uint32_t id;
    char name[LEDGER_NAME_MAX];
};
struct ledger_gap {
    uint64_t address, bytes;
}; /* bump: bytes that an aligned alloc left to nobody */

enum ledger_list { LEDGER_LIVE, LEDGER_FREED, LEDGER_N_LISTS };

/* Indices of a list, plus 1, by payload address. */
struct ledger_table {
    uint32_t *slot; /* 0: empty */
    size_t n_slots, n; /* n_slots: a power of two, or 0 */
};

struct ledger {
    uint64_t base; /* the heap's start, for who judges addresses; the ledger does not */
    uint32_t now; /* the number of the person's present command; 0: not known */
    uint32_t away; /* of the one that came back from a lesson or a quiz last, what lies before was
                      before that; 0: none did */
    uint32_t
        line; /* of the file that is being sourced, for what is freed now; 0 outside of files */
    uint32_t next_id;
    struct ledger_entry *live;
    size_t n_live, room_live, n_holes; /* a freed entry is a hole (address 0) until compaction */
    uint32_t *high; /* of live ones: the high halves of their addresses; NULL while all are 0 */
    struct ledger_large *large;
    size_t n_large, room_large;
    struct ledger_freed *freed;
    size_t n_freed, room_freed;
    struct ledger_name *names;
    size_t n_names, room_names;
    struct ledger_gap *gaps;
    size_t n_gaps, room_gaps;
    struct ledger_table table[LEDGER_N_LISTS];
    size_t n_touched; /* addresses of which something else is known since the last ledger_settle;
                         above LEDGER_TOUCHED_MAX: any may be one */
    uint64_t touched[LEDGER_TOUCHED_MAX];
};

void ledger_init(struct ledger *b, uint64_t base);
void ledger_release(struct ledger *b);

/* A new block: its id, 0 on no memory (or when ids have run out). */
uint32_t ledger_add(struct ledger *b, uint64_t payload, uint64_t requested);
/* The live block with that id; false if there is none. O(log n). */
bool ledger_find(const struct ledger *b, uint32_t id, uint64_t *payload, uint64_t *requested);
/* A live block other than id whose bytes reach into [from, to), the first by id; 0. O(n), and
 * quick: it is asked after each alloc of a stranger's. */
uint32_t ledger_overlaps(const struct ledger *b, uint32_t id, uint64_t from, uint64_t to);
/* The live block with that payload address; 0. O(1). */
uint32_t ledger_live_at(const struct ledger *b, uint64_t payload);
/* The two verbs below: false if no live block has that id; or on no memory, and then it has moved
 * or is gone, but not all of that is remembered. */
bool ledger_move(struct ledger *b, uint32_t id, uint64_t payload, uint64_t requested,
                 uint32_t command);
/* It was freed by the command with that number. */
bool ledger_drop(struct ledger *b, uint32_t id, uint32_t command);
/* The number of the command that freed id, 0 if that is not known (any more). */
uint32_t ledger_freed_by(const struct ledger *b, uint32_t id);
uint32_t ledger_freed_line(const struct ledger *b,
                           uint32_t id); /* and the line of the file that it sourced, 0 if none */
bool ledger_gap_room(struct ledger *b); /* false on no memory; with it, the next ledger_add_gap
                                           can't fail */
bool ledger_add_gap(struct ledger *b, uint64_t address, uint64_t bytes); /* false on no memory */

/* Names. */
bool ledger_freed_room(struct ledger *b); /* false on no memory; with it, what the next ledger_drop
                                             or ledger_move leaves is remembered */
bool ledger_name_room(
    struct ledger *b); /* false on no memory; with it, the next ledger_name_set can't fail */
/* A live block that had the name has it no more. False on no memory. */
bool ledger_name_set(struct ledger *b, uint32_t id, const char *name);
/* The same for a name that no live block has. O(1). */
bool ledger_name_add(struct ledger *b, uint32_t id, const char *name);
uint32_t ledger_name_find(const struct ledger *b,
                          const char *name); /* the newest id of that name, live or not; 0 */
const char *ledger_name_of(const struct ledger *b, uint32_t id); /* the newest, NULL */
/* The newest name of each block that has one, in order of id: malloc'd, NULL if there are none.
 * False on no memory. O(n log n). */
bool ledger_names_by_id(const struct ledger *b, struct ledger_name **names, size_t *n);
bool ledger_name_lost(const struct ledger *b, uint32_t id); /* all its names went to others */
bool ledger_name_valid(
    const char *name); /* a C identifier of up to 31 bytes, not "all" or "NULL" */

/* Live ids in order: start with id 0; 0 at the end. */
uint32_t ledger_next_live(const struct ledger *b, uint32_t after);
size_t ledger_n_live(const struct ledger *b);
/* A live id that the number dice chooses, the same one for the same dice after the same history; 0
 * if none is live. */
uint32_t ledger_pick(const struct ledger *b, uint64_t dice);

/* What is known of a payload's address: the live block that has it, else the one that had it last;
 * id 0: none. O(1). */
struct ledger_known {
    uint32_t id;
    bool live;
    bool
        moved; /* it was left by a realloc, so that its id is elsewhere, or was when it was freed */
    uint64_t requested; /* of a live one */
};
struct ledger_known ledger_known_at(const struct ledger *b, uint64_t payload);

/* The live blocks in order of address, in an array of the caller's to free. False on no memory. O(n
 * log n). */
struct ledger_block {
    uint64_t payload, requested;
    uint32_t id;
};
bool ledger_in_order(const struct ledger *b, struct ledger_block **blocks, size_t *n);

/* For whoever keeps what ledger_known_at said: from ledger_settle on, touched tells of which
 * addresses it says something else. */
void ledger_settle(struct ledger *b);
void ledger_touch(struct ledger *b, uint64_t payload);
void ledger_touch_all(struct ledger *b);

#endif
