/* book.h: what the session knows and the heap does not: ids, requested sizes and names, keyed by payload address.
 *
 *   B1  live entries are in order of id; ids grow and are never used twice within one heap
 *   B2  a name belongs to at most one live id
 *   B3  freed entries are kept, the newest BOOK_FREED_MAX of them, so that a double free can say who freed it
 * Addresses are kept as (address - base) / 16, sizes in 32 bits with the few larger ones apart: 12 bytes a live block. */
#ifndef BOOK_H
#define BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOK_FREED_MAX 65536u
#define BOOK_NAME_MAX 32u

struct book_entry {
    uint32_t id;
    uint32_t grain;
    uint32_t requested;
}; /* requested UINT32_MAX: see the list of large ones */
struct book_large {
    uint32_t id;
    uint64_t requested;
};
struct book_freed {
    uint32_t id;
    uint32_t grain;
    uint32_t by;
    uint32_t line : 31;
    uint32_t moved : 1;
}; /* by: number of the command; line: of the file that it sourced, 0; moved: by realloc */
struct book_name {
    uint32_t id;
    char name[BOOK_NAME_MAX];
};
struct book_gap {
    uint64_t offset, bytes;
}; /* bump: bytes that an aligned alloc left to nobody */

struct book {
    uint64_t base; /* the heap's start */
    uint32_t now; /* the number of the person's present command; 0: not known */
    uint32_t line; /* of the file that is being sourced, for what is freed now; 0 outside of files */
    uint32_t next_id;
    struct book_entry *live;
    size_t n_live, room_live, n_holes; /* a freed entry is a hole (grain UINT32_MAX) until compaction */
    struct book_large *large;
    size_t n_large, room_large;
    struct book_freed *freed;
    size_t n_freed, room_freed;
    struct book_name *names;
    size_t n_names, room_names;
    struct book_gap *gaps;
    size_t n_gaps, room_gaps;
};

void book_init(struct book *b, uint64_t base);
void book_release(struct book *b);

/* A new block: its id, 0 on no memory (or when ids have run out). */
uint32_t book_add(struct book *b, uint64_t payload, uint64_t requested);
/* The live block with that id; false if there is none. O(log n). */
bool book_find(const struct book *b, uint32_t id, uint64_t *payload, uint64_t *requested);
/* The live block with that payload address; 0. O(n). */
uint32_t book_live_at(const struct book *b, uint64_t payload);
bool book_move(struct book *b, uint32_t id, uint64_t payload, uint64_t requested, uint32_t command);
/* It was freed by the command with that number. */
bool book_drop(struct book *b, uint32_t id, uint32_t command);
/* The number of the command that freed id, 0 if that is not known (any more). */
uint32_t book_freed_by(const struct book *b, uint32_t id);
uint32_t book_freed_line(const struct book *b, uint32_t id); /* and the line of the file that it sourced, 0 if none */
bool book_add_gap(struct book *b, uint64_t address, uint64_t bytes);

/* Names. */
bool book_name_room(struct book *b); /* false on no memory; with it, the next book_name_set can't fail */
/* A live block that had the name has it no more. False on no memory. */
bool book_name_set(struct book *b, uint32_t id, const char *name);
uint32_t book_name_find(const struct book *b, const char *name); /* the newest id of that name, live or not; 0 */
const char *book_name_of(const struct book *b, uint32_t id); /* the newest, NULL */
bool book_name_lost(const struct book *b, uint32_t id); /* all its names went to others */
bool book_name_valid(const char *name); /* a C identifier of up to 31 bytes, not "all" or "NULL" */

/* Live ids in order: start with id 0; 0 at the end. */
uint32_t book_next_live(const struct book *b, uint32_t after);
size_t book_n_live(const struct book *b);
/* A live id that the number dice chooses, the same one for the same dice after the same history; 0 if none is live. */
uint32_t book_pick(const struct book *b, uint64_t dice);

/* Both lists in order of address (newest last among equals), for building a snapshot: 8 bytes an entry, an array of the caller's to free.
 * False on no memory. O(n). */
struct book_place {
    uint32_t grain;
    uint32_t index;
}; /* of freed[index] if below n_freed, else of live[index - n_freed] */
bool book_by_address(const struct book *b, struct book_place **places, size_t *n);
/* The entry at a place: its id, whether it is live, and then what was requested. */
uint32_t book_at_place(const struct book *b, const struct book_place *place, bool *live, uint64_t *requested);
/* Was that place left by a realloc, so that its id is elsewhere, or was when it was freed? */
bool book_was_moved(const struct book *b, const struct book_place *place);

#endif
