/* snapshot.h: the immutable picture of a process's heap at one moment, and its statistics.
 *
 * A snapshot knows nothing of targets, commands or the allocator's formats: whoever builds it
 * (cli/session) brings addresses, sizes, states and named words. Built once through snapshot_new,
 * snapshot_add_* and snapshot_finish, it is never changed again.
 *
 * A heap is one region, [heap_start, brk), or several, each with a kind. Laid end to end in address
 * order they are one axis: an offset is a place on it, which for a heap of one region is the
 * distance from heap_start.
 *
 * Blocks are kept as columns, about 20 bytes each, so that a million of them is cheap to hold and
 * quick to scan: S1  blocks are in address order and tile the regions; none lies in two S2  every
 * block but the last starts and ends at a multiple of the grain on the axis S3  heap_bytes = live +
 * padding + header + free + cached + foreign + unknown + damaged bytes, which tile the regions S4
 * ids are unique among used blocks; a free block has the id that its last owner had, or 0
 *
 * A heap of more than 2^32 grains (64 GiB for 16 bytes) costs 8 bytes a block more; 2^32 - 1 blocks
 * are the most. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNAPSHOT_GRAIN 8u /* where the head has none */
#define SNAPSHOT_NAME_MAX 48u

enum block_state {
    BLOCK_USED,
    BLOCK_FREE,
    BLOCK_FOREIGN,
    BLOCK_DAMAGED,
    BLOCK_CACHED, /* freed by the program, kept by the allocator for the next request of that size
                   */
    BLOCK_QUARANTINED, /* freed, and kept from reuse on purpose: the policy takes it for used */
    BLOCK_UNKNOWN, /* bytes of the heap of which nobody here knows what they are */
    BLOCK_N_STATES
};

/* True if it is not free for others: used, or freed and kept. Such a block has no owner and no
 * request unless it is used. */
static inline bool block_is_taken(enum block_state state)
{
    return state == BLOCK_USED || state == BLOCK_CACHED || state == BLOCK_QUARANTINED;
}

enum region_kind {
    REGION_BRK, /* the heap up to brk */
    REGION_ARENA, /* a heap of another arena */
    REGION_MAPPED, /* a single block, mapped for itself */
    REGION_PAGES, /* pages below brk, of a heap where not all are mapped */
    REGION_N_KINDS
};

/* A run of memory that holds blocks. */
struct snapshot_region {
    enum region_kind kind;
    uint64_t start, end;
};

enum segment_kind {
    SEGMENT_TEXT,
    SEGMENT_DATA,
    SEGMENT_BSS,
    SEGMENT_HEAP,
    SEGMENT_STACK, /* the five of the textbook */
    SEGMENT_HEADERS,
    SEGMENT_RODATA,
    SEGMENT_RELRO,
    SEGMENT_LIBRARY,
    SEGMENT_OTHER
};

struct snapshot_segment {
    enum segment_kind kind;
    char name[SNAPSHOT_NAME_MAX]; /* printable: "text", "libc.so.6" */
    uint64_t start, end;
};

struct snapshot_stats {
    uint64_t heap_bytes; /* of all regions: brk - heap_start, where that is the only one */
    uint64_t live_bytes; /* asked for, in used blocks */
    uint64_t padding_bytes; /* payload - asked for, in used blocks; and the payloads of those in
                               quarantine */
    uint64_t header_bytes; /* of all blocks */
    uint64_t free_bytes; /* payloads of free blocks */
    uint64_t cached_bytes; /* payloads of cached blocks */
    uint64_t quarantined_bytes; /* payloads of those in quarantine, which padding_bytes has */
    uint64_t foreign_bytes, unknown_bytes;
    uint64_t damaged_bytes; /* of damaged blocks, and from where the walk ended to brk */
    uint64_t largest_free; /* payload bytes */
    uint64_t used_header_bytes; /* headers of used blocks */
    uint64_t hole_bytes; /* whole free blocks that have another one above them in their region */
    uint64_t n_holes; /* runs of free neighbours that they make */
    uint64_t top_bytes; /* whole free blocks at the top of a region */
    uint64_t largest_run; /* the most whole bytes of free neighbours */
    uint64_t largest_stretch; /* the most whole bytes that are free between two foreign blocks, or
                                 one and an end: a foreign one can't be moved */
    uint64_t n_blocks, n_used, n_free, n_foreign; /* n_blocks = used + free + foreign + cached */
    uint64_t n_cached, n_quarantined; /* n_used has those in quarantine */
};

/* One block, as it is handed in and out. */
struct snapshot_block {
    uint64_t address; /* of the header */
    uint64_t size; /* whole bytes */
    uint64_t requested; /* used: bytes asked for, at most the payload (more is cut to it); else 0 */
    uint32_t header; /* header bytes, at most the size and 8,191 (more is cut); of a foreign block
                        they lie at its end, else at its start */
    uint32_t id; /* used: its id, 0 if the session has none; free: its last owner's, or 0 */
    enum block_state state;
};

struct snapshot; /* the columns are private */

/* What a snapshot begins with. Strings are copied and need only live during the call. */
struct snapshot_head {
    const char *title; /* the target: "lab" */
    const char *policy; /* "header", "" if there is none */
    int64_t pid; /* 0: no process */
    bool alive;
    const char *ended; /* how the target ended: "killed by signal 9 (SIGKILL)"; "" while alive */
    bool remembered; /* blocks are the session's memory, the heap itself has no record (bump) */
    const char *source; /* of a heap whose record nobody here can read: who knows of the blocks,
                           "session", "guess" or "report", which must stay; else NULL */
    bool unasked; /* what was asked for is not known: requested is all of the payload, and policy is
                     the name of the allocator */
    bool randomised; /* addresses differ from run to run */
    uint64_t heap_start, brk, page_bytes;
    uint64_t limit; /* the most bytes that the heap may have; UINT64_MAX for none */
    uint32_t block_header; /* bytes of header that a free block has */
    uint32_t guard_bytes; /* what guards take of the payload of a block that is asked for */
    uint32_t grain; /* a power of two up to 16 of which every block's place is a multiple; 0:
                       SNAPSHOT_GRAIN */
};

/* An empty snapshot; NULL and errno on no memory. Room for most blocks is made at once (it may grow
 * beyond). */
struct snapshot *snapshot_new(const struct snapshot_head *head, size_t most);
/* The same in the memory of an empty one, which is no more then, whatever comes of it; NULL: there
 * is none. */
struct snapshot *snapshot_new_in(struct snapshot *spare, const struct snapshot_head *head,
                                 size_t most);

/* Append. False and errno ENOMEM, the snapshot still usable, on no memory; EINVAL if S1 or S2 would
 * break. Regions come before the first block, in address order; with none, the head's heap_start
 * and brk are the only one. Where their sizes ask for it, the grain becomes less. */
bool snapshot_add_segment(struct snapshot *s, const struct snapshot_segment *segment);
bool snapshot_add_region(struct snapshot *s, const struct snapshot_region *region);
bool snapshot_add_block(struct snapshot *s, const struct snapshot_block *block);
/* Append the block of that address, size, header and state as older has it, with its id and
 * request. False, and nothing is appended, if older does not have that very block (or on no
 * memory). older is finished, and the same one each time; the block is in the first region, which
 * begins where older's does. It is needed until snapshot_finish. */
bool snapshot_add_as_in(struct snapshot *s, const struct snapshot *older,
                        const struct snapshot_block *block);
/* Used blocks with a header of so many bytes, each behind the other from address on. Their sizes
 * are words, whose low four bits do not count: of n at most, those that end at or below end. */
struct snapshot_run {
    uint64_t address, end;
    const uint64_t *word;
    size_t n;
    uint32_t header;
};
/* The same for the first blocks of the run, by stretches: how many were appended. 0, too, where
 * snapshot_add_as_in is to go on; nothing is said of the block behind. */
size_t snapshot_add_run_as_in(struct snapshot *s, const struct snapshot *older,
                              const struct snapshot_run *run);
/* The free list, in search order: of free blocks, and of damaged ones that it goes through. EINVAL
 * of any other block. */
bool snapshot_add_free(struct snapshot *s, size_t block_index);
/* So many will be added; it may be more. From here on the blocks that were added can be read, too,
 * before all is done. */
bool snapshot_room_for_free(struct snapshot *s, size_t n);

/* The walk ended early at address; what lies between the last block's end and that of its region is
 * shown as one block of state damaged, and each region behind it as another. EINVAL if address is
 * inside a block that was added, or if S2 would break. Nothing can be added after it. */
bool snapshot_add_damage(struct snapshot *s, uint64_t address);
/* Something is damaged that is no block: the root, found so when all below address was. */
void snapshot_note_damage(struct snapshot *s, uint64_t address);
/* The free list ended early at the link to address (it may lie anywhere). */
void snapshot_set_list_damage(struct snapshot *s, uint64_t address);

/* Done: the statistics and the index for quick sums, which grew with the blocks, are closed. False
 * and errno EINVAL if the blocks do not reach the end of the last region. */
bool snapshot_finish(struct snapshot *s);
void snapshot_free(struct snapshot *s); /* NULL is allowed */
/* Let it go, but for the memory of its blocks, which is the next one's (snapshot_new_in): a million
 * of them come and go with every look. NULL if others own it too, or there is none. */
struct snapshot *snapshot_empty(struct snapshot *s);
struct snapshot *
snapshot_hold(struct snapshot *s); /* one more owner: s, which each of them frees */
/* A copy of a finished one, under another head that has the same heap_start and brk. NULL and errno
 * on no memory. O(blocks). */
struct snapshot *snapshot_copy(const struct snapshot *s, const struct snapshot_head *head);

/* Everything below is O(1) unless said. */
const struct snapshot_head *snapshot_head(const struct snapshot *s);
const struct snapshot_stats *snapshot_stats(const struct snapshot *s);
size_t snapshot_n_segments(const struct snapshot *s);
const struct snapshot_segment *snapshot_segment(const struct snapshot *s, size_t index);
size_t snapshot_n_blocks(const struct snapshot *s); /* with foreign and damaged ones */
struct snapshot_block snapshot_block(const struct snapshot *s, size_t index);
uint64_t snapshot_block_address(const struct snapshot *s, size_t index);
size_t snapshot_block_region(const struct snapshot *s, size_t index); /* O(log regions) */
size_t snapshot_n_free(const struct snapshot *s);
size_t snapshot_free_at(const struct snapshot *s, size_t position); /* a block index */
/* *address is of the first damage: a block of that state, what was noted, or where the walk ended.
 */
bool snapshot_damaged(const struct snapshot *s, uint64_t *address);
/* The walk ended early: what lies beyond the last damage can't be told. */
bool snapshot_ended_early(const struct snapshot *s);
bool snapshot_list_damaged(const struct snapshot *s, uint64_t *address);
size_t snapshot_memory_bytes(const struct snapshot *s); /* what it holds of memory */

size_t snapshot_n_regions(const struct snapshot *s); /* at least 1 */
const struct snapshot_region *snapshot_region(const struct snapshot *s, size_t index);
const char *region_kind_name(enum region_kind kind); /* "brk", "arena", "mapped", "pages" */
/* The axis. Its length; where a region begins on it; the way from an address to an offset,
 * UINT64_MAX for one that is in no region, and back (of the length itself, the end of the last
 * region). O(log regions). */
uint64_t snapshot_length(const struct snapshot *s);
uint64_t snapshot_region_offset(const struct snapshot *s, size_t region);
uint64_t snapshot_offset_of(const struct snapshot *s, uint64_t address);
uint64_t snapshot_address_of(const struct snapshot *s, uint64_t offset);

#define SNAPSHOT_NONE SIZE_MAX
/* The block that holds address, SNAPSHOT_NONE if none does. O(log blocks). */
size_t snapshot_find(const struct snapshot *s, uint64_t address);
/* The used block with that id, SNAPSHOT_NONE. O(blocks). */
size_t snapshot_find_id(const struct snapshot *s, uint32_t id);

/* How the bytes of the offsets [from, to), clipped to the axis, divide. O(log blocks): sums come
 * from the index. */
struct snapshot_sums {
    uint64_t header, live, padding, free, cached, quarantined, foreign,
        damaged; /* foreign has the unknown, too */
    uint64_t n_starts; /* blocks that begin in the range */
};
struct snapshot_sums snapshot_sums(const struct snapshot *s, uint64_t from, uint64_t to);

/* The same for ranges that follow each other, as the cells of a map do: each costs O(log of its
 * blocks). */
struct snapshot_scan {
    const struct snapshot *snapshot;
    struct snapshot_sums before; /* of [0, where the scan stands) */
    size_t sample;
};
void snapshot_scan_begin(struct snapshot_scan *scan, const struct snapshot *s, uint64_t from);
struct snapshot_sums snapshot_scan_to(struct snapshot_scan *scan,
                                      uint64_t to); /* of [where it stood, to), to not below it */

/* How many blocks a and b have in common (by offset, size, state, id and request) at their start;
 * and at their end, at most most. O(blocks), fast. */
size_t snapshot_same_first(const struct snapshot *a, const struct snapshot *b);
size_t snapshot_same_last(const struct snapshot *a, const struct snapshot *b, size_t most);

#endif
