/* root.h: the root of a heap, and what its policies, orders, switches and statuses are called.
 *
 * A heap is a run of memory that grows upward through sbrk. Everything that the allocator must
 * remember apart from the blocks themselves stands in one struct heap_root, so that someone
 * outside, who can read this process's memory and nothing else, finds the whole heap from it
 * (walk.h). All sizes are in bytes. */
#ifndef ROOT_H
#define ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAP_ALIGN 16u
#define HEAP_ROOT_MAGIC UINT64_C(0x316b7276776b7262) /* "brkwvrk1" read as little-endian bytes */
#define HEAP_NO_LIMIT UINT64_MAX
#define HEAP_QUARANTINE_MAX 64u /* blocks at most */
#define HEAP_GROWTH_MAX (UINT64_C(1) << 20) /* bytes */

/* Placement policies: the places of their rows in policies.c. The numbers are part of the wire:
 * append, never renumber. */
enum heap_policy {
    HEAP_BUMP, /* sbrk and hand out: no header, no free */
    HEAP_HEADER, /* the seed's list: 32-byte header, first free block taken whole */
    HEAP_FIRST_FIT, /* these four share one block format, block_format_fit */
    HEAP_NEXT_FIT,
    HEAP_BEST_FIT,
    HEAP_WORST_FIT,
    HEAP_N_POLICIES,
    HEAP_OWN = 255 /* an allocator that was loaded: none of the table, and only where one was */
};

struct block_format; /* block.h */

/* The order in which a fit policy keeps its free list. */
enum heap_order {
    HEAP_ORDER_ADDRESS,
    HEAP_ORDER_LIFO,
    HEAP_ORDER_FIFO,
    HEAP_ORDER_SIZE_UP,
    HEAP_ORDER_SIZE_DOWN,
    HEAP_N_ORDERS
};

/* What can be switched. A policy has some of them (heap_policy_has). Append, never renumber. */
enum heap_switch {
    HEAP_SPLIT,
    HEAP_COALESCE,
    HEAP_TRIM,
    HEAP_ORDER,
    HEAP_GROWTH,
    HEAP_LOCK,
    HEAP_CANARY, /* this and the two below are the guards: guard.h */
    HEAP_POISON,
    HEAP_QUARANTINE,
    HEAP_N_SWITCHES
};

enum heap_status {
    HEAP_OK,
    HEAP_NO_MEMORY, /* the kernel refused to move brk */
    HEAP_LIMIT, /* the heap's own limit refused, not the kernel */
    HEAP_BAD_SIZE, /* rounded up, with room for a header, it is more than PTRDIFF_MAX */
    HEAP_BAD_ALIGNMENT, /* not a power of two */
    HEAP_NOT_A_BLOCK, /* the address can't be the payload of a block of this heap */
    HEAP_ALREADY_FREE, /* the block at the address is marked free */
    HEAP_UNKNOWN_LENGTH, /* bump: nobody knows how long the block is */
    HEAP_DAMAGED, /* a header that can't be true was met; nothing was changed after it was met */
    HEAP_CYCLE, /* the search looked at more blocks than the heap can hold */
    HEAP_UNSUPPORTED, /* the policy does not have that switch */
    HEAP_CUTS_BLOCKS, /* a negative sbrk would cut into blocks of the heap, and force was not
                         said */
    HEAP_CANARY_DEAD, /* the bytes just before or just behind the payload were overwritten */
    HEAP_NOT_EMPTY, /* what changes the blocks' format can be switched only while there are none */
    HEAP_BUSY, /* a thread is held inside the allocator (race.h); no verb says it, the target
                  does */
    HEAP_ZERO_SIZE, /* zero bytes were asked for */
    HEAP_PRODUCT, /* count times size overflows size_t */
    HEAP_TOO_FAR, /* the block would end further up than sbrk can be asked to go; it was not
                     asked */
    HEAP_GAVE_NULL, /* own: its function returned NULL */
    HEAP_HAS_NONE, /* own: it has no function for that */
    HEAP_INIT_FAILED, /* own: its mm_init said so */
    HEAP_N_STATUSES
};

/* The heap as the walk finds it. Fixed layout, 8-byte fields first: it is read from another
 * process. `start <= top`; blocks of ours lie in [start, top); a walk from outside also knows brk,
 * which lies at top unless someone else called sbrk. start and top are multiples of HEAP_ALIGN. */
struct heap_root {
    uint64_t magic; /* HEAP_ROOT_MAGIC once heap_init has run */
    uint64_t start; /* sbrk(0) at the first use, rounded up to HEAP_ALIGN */
    uint64_t top; /* the end of our last block; start when there is none */
    uint64_t first; /* header: the first block, or 0 */
    uint64_t last; /* header, fits: the last block, or 0 */
    uint64_t free_head; /* fits: the first block of the free list, or 0 */
    uint64_t free_tail; /* fits: the last block of the free list, or 0 */
    uint64_t rover; /* next-fit: the free block at which the next search starts; 0: free_head */
    uint64_t gap_head; /* fits: the first fence behind a foreign gap, or 0; see block.h */
    uint64_t gap_tail; /* fits: the last fence, or 0 */
    uint64_t limit; /* the most bytes that brk may lie above start; HEAP_NO_LIMIT */
    uint64_t growth; /* fits: bytes asked of sbrk are rounded up to a multiple of this; 1: exact */
    uint32_t policy; /* enum heap_policy */
    uint8_t split; /* fits: cut a free block that is larger than needed by a whole block or more */
    uint8_t coalesce; /* fits: merge a freed block with its free neighbours at once */
    uint8_t trim; /* header, fits: give the last block back when it is freed */
    uint8_t order; /* enum heap_order */
    uint8_t uncoalesced; /* 1 if coalesce has ever been off: two free neighbours may then stand */
    uint8_t lock; /* the verbs take the lock; 0 leaves them to race */
    uint8_t canary; /* header, fits: known bytes before and behind each payload */
    uint8_t poison; /* header, fits: what is freed is filled with a known byte */
    uint8_t reserved[4];
    uint64_t quarantine; /* header, fits: so many freed blocks are kept from reuse; 0 is off */
    uint64_t quarantine_n; /* how many are kept now, */
    uint64_t quarantine_at; /* and where in the ring the oldest stands */
    uint64_t quarantined[HEAP_QUARANTINE_MAX]; /* their blocks, which are marked used still */
};

/* A policy's row: what can be said of it without running it. The table is policies.c. */
struct heap_policy_info {
    const char *name; /* "first-fit" */
    const char *about; /* one line, for who chooses */
    const struct block_format *format; /* how its blocks lie: block.h */
    unsigned switches; /* those that it has: 1u << enum heap_switch for each */
    bool rover; /* a search goes on where the last one ended */
    bool looks_at_all; /* a search looks at every free block, and keeps the best so far */
    bool never_frees; /* what was given is given for good */
};
extern const struct heap_policy_info heap_policies[];
extern const unsigned heap_n_policies;
extern const struct heap_policy_info heap_policy_own; /* policy_own.c: HEAP_OWN's */

/* NULL if unknown. */
const struct heap_policy_info *heap_policy_info(enum heap_policy policy);

/* The policy's name, NULL if unknown; and the way back, a number that no policy has if unknown. */
const char *heap_policy_name(enum heap_policy policy);
enum heap_policy heap_policy_from_name(const char *name);

/* "bump, header, … or worst-fit", for people; last is "or" or "and". */
#define HEAP_LIST_MAX 256u
const char *heap_policy_list(const char *last, char text[HEAP_LIST_MAX]);

/* The same with "(the default)" behind that one, in lines of at most 79 columns that begin at
 * column. */
const char *heap_policy_lines(enum heap_policy by_default, unsigned column,
                              char text[HEAP_LIST_MAX]);

/* Likewise for orders ("size-up") and switches ("coalesce"). */
const char *heap_order_name(enum heap_order order);
enum heap_order heap_order_from_name(const char *name);
const char *heap_switch_name(enum heap_switch which);
enum heap_switch heap_switch_from_name(const char *name);

/* Can what it gave be freed? */
bool heap_policy_frees(enum heap_policy policy);

/* True if the policy has that switch. */
bool heap_policy_has(enum heap_policy policy, enum heap_switch which);

/* One sentence fragment for each status, for people: "the heap's limit refused". Never NULL. */
const char *heap_status_text(enum heap_status status);

/* True if block is in quarantine: freed, but marked used. Believes nothing of the root.
 * O(quarantine_n). */
static inline bool heap_is_quarantined(const struct heap_root *root, uint64_t block)
{
    for (uint64_t i = 0; i < root->quarantine_n && i < HEAP_QUARANTINE_MAX; i++)
        if (root->quarantined[(root->quarantine_at + i) % HEAP_QUARANTINE_MAX] == block)
            return true;
    return false;
}

#endif
