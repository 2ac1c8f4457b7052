/* block.h: the block formats, their accessors, and THE diagram. Nothing here allocates or calls
 * out.
 *
 * `header` policy: 32 bytes before each payload; all blocks, used and free, in one list in address
 * order.
 *
 *     block ->  +0   size      payload bytes, a multiple of 16
 *               +8   is_free   0 used, 1 free        (4 bytes, then 4 of padding)
 *               +16  next      the next block's address, or 0
 *               +24  (unused: the union is aligned to 16)
 *     payload-> +32  size bytes
 *
 * The fits (first, next, best, worst): 16 bytes before each payload; blocks lie back to back, so
 * the next block is found by size and the one before by its boundary tag (Knuth, TAOCP 1, 2.5).
 * Free blocks are linked through their payload.
 *
 *     block ->  +0   prev_size the whole size of the block just before, 0 if none (heap's start, or
 *                    after a fence)
 *               +8   size      the whole block, a multiple of 16, with flags in the low bits:
 *                              FIT_FREE, FIT_FENCE
 *     payload-> +16  next_free the next block of the free list, or 0   } while it is free;
 *               +24  prev_free the one before it, or 0                 } else the caller's bytes
 *               ...
 *
 * A foreign gap (memory that somebody else's sbrk took between two of our growths) is followed by a
 * fence of ours:
 *
 *     gap   ->  ...            not ours, never written
 *     fence ->  +0   gap_size  bytes of the gap, a multiple of 16
 *               +8   next_gap  the next fence's address | FIT_FENCE, or just FIT_FENCE
 *               +16  the next block of ours, with prev_size 0
 *
 * The heap's root links the fences (gap_head, gap_tail), so a walk that arrives where a gap begins,
 * gap_size before its fence, knows to leap. The walk shows gap and fence as one block of state
 * foreign: its header bytes are the fence, 16, and lie at its end. Under `header` a gap needs no
 * fence: `next` leaps it, and the foreign block's header bytes are 0.
 *
 * With the switch canary, a used block's header (H bytes of it, above) is followed by a front
 * guard, and what the caller asked for by a rear one:
 *
 *     block ->  ...        the header
 *     guard ->  +H   canary    GUARD_WORD
 *               +H+8 asked     the bytes that the caller asked for
 *     payload-> +H+16          so many bytes of the caller's, then GUARD_BYTE, 8 to 32 times: as
 *                              often as the block has room for
 *
 * The walk counts the front guard as header, which then has H + 16 bytes; the rear one is padding.
 * A free block has neither. With the switch poison, the bytes of a free block from +32 on (behind
 * header and links) are POISON_BYTE. A block in quarantine is a used one, but for the root's list
 * of them; poisoned, from the payload on, as far as asked.
 *
 * Behind top, up to brk, lies a last foreign gap if brk is not at top. bump has no records at all;
 * `opaque`, the heap of an allocator of one's own, has some that nobody here knows: payloads may
 * lie anywhere, and what lies between them are words.
 *
 * `glibc`, the heap of a program on glibc's malloc, which brkview only reads (glibc.h). Its chunk
 * begins with prev_size, which belongs to the chunk before while that is in use; so a block begins
 * with the word behind, and ends with the prev_size of the next:
 *
 *     chunk ->  -8   (prev_size: the last word of the block before)
 *     block ->  +0   size      the whole block, a multiple of 16, with flags in the low bits:
 *                              1 PREV_INUSE the block before is in use, 2 IS_MMAPPED,
 *                              4 NON_MAIN_ARENA
 *     payload-> +8   fd        the next block of its bin, as a chunk's address   } while it is
 *               +16  bk        the one before it                                 } free;
 *               +24  fd_nextsize  the next block of another size  } of 1,024     } else the
 *               +32  bk_nextsize  the one before                  } bytes or     } caller's
 *               ...                                                more          } bytes
 *               +size-8  prev_size  size again                                   }
 *
 * A block that was freed, but is cached, has next at +8 (from 2.32 on xored with its own address >>
 * 12), and in a tcache key at +16; for its neighbours it is in use. The first block of a region has
 * a header of 16, since the prev_size before it is nobody's; so has a block mapped for itself,
 * where that word says how far from the mapping's start it is. top, the block that is cut when no
 * bin has one, ends with its region, 8 bytes before its size says. Two fenceposts of 16 bytes (the
 * second has size 0 in an arena) end a heap that is full, or that somebody else's sbrk cut off;
 * with the gap behind they are one foreign block.
 *
 * A block's address is its header's. Addresses are uintptr_t here, for they may be another
 * process's. */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "root.h"

#define HEADER_BLOCK_HEADER 32u /* bytes of header under `header` */
#define FIT_BLOCK_HEADER 16u /* bytes of header under the fits, and of a fence */
#define FIT_BLOCK_MIN 32u /* the smallest whole block of the fits: header and two links */
#define HEADER_BLOCK_MIN 48u /* the smallest whole block of `header` */

#define CHUNK_BLOCK_HEADER 8u /* bytes of header under glibc, but of a region's first block */
#define CHUNK_BLOCK_MIN 32u /* the smallest whole block of glibc */

#define GUARD_FRONT 16u /* bytes of the front guard */
#define GUARD_REAR 8u /* the least bytes of the rear guard, */
#define GUARD_REAR_MAX 32u /* and the most */
#define GUARD_BYTE 0xfdu
#define GUARD_WORD UINT64_C(0xfdfdfdfdfdfdfdfd)
#define POISON_BYTE 0xddu
/* Bytes of a free block that are not poisoned: its header, and the links of the fits. */
#define POISON_FROM 32u

#define FIT_FREE UINT64_C(1)
#define FIT_FENCE UINT64_C(2)
#define FIT_FLAGS UINT64_C(15)

/* The seed's header, to the letter. */
union header_block {
    struct {
        size_t size;
        unsigned is_free;
        union header_block *next;
    } s;
    _Alignas(16) unsigned char align[HEADER_BLOCK_HEADER];
};

struct fit_block {
    uint64_t prev_size;
    uint64_t size_flags;
    uint64_t next_free; /* valid only while free */
    uint64_t prev_free; /* valid only while free */
};

_Static_assert(sizeof(union header_block) == HEADER_BLOCK_HEADER, "the seed's header is 32 bytes");
_Static_assert(sizeof(struct fit_block) == FIT_BLOCK_MIN, "the smallest fit block is 32 bytes");

/* Every word of header, links and root that the allocator writes has a name and a place. A step
 * names it so, and the viewer labels bytes with it. Numbers are part of the wire: append, never
 * renumber. */
enum block_field {
    FIELD_SIZE, /* header: +0, 8 bytes */
    FIELD_IS_FREE, /* header: +8, 4 bytes */
    FIELD_NEXT, /* header: +16, 8 bytes */
    FIELD_PREV_SIZE, /* fits: +0 */
    FIELD_SIZE_FLAGS, /* fits: +8 */
    FIELD_NEXT_FREE, /* fits: +16 */
    FIELD_PREV_FREE, /* fits: +24 */
    FIELD_GAP_SIZE, /* fence: +0 */
    FIELD_NEXT_GAP, /* fence: +8 */
    FIELD_ROOT_TOP, /* words of struct heap_root: the step's block is 0, its offset that in the
                       root */
    FIELD_ROOT_FIRST,
    FIELD_ROOT_LAST,
    FIELD_ROOT_FREE_HEAD,
    FIELD_ROOT_FREE_TAIL,
    FIELD_ROOT_ROVER,
    FIELD_ROOT_GAP_HEAD,
    FIELD_ROOT_GAP_TAIL,
    FIELD_HEADER_CANARY, /* front guard under header: +32 */
    FIELD_HEADER_ASKED, /* +40 */
    FIELD_FIT_CANARY, /* front guard under the fits: +16 */
    FIELD_FIT_ASKED, /* +24 */
    FIELD_ROOT_QUARANTINE_N,
    FIELD_ROOT_QUARANTINE_AT,
    FIELD_ROOT_QUARANTINED, /* an array: the step's offset says which place of it */
    FIELD_CHUNK_SIZE, /* glibc: +0, but +8 in the first block of a region (glibc_words) */
    FIELD_CHUNK_FD, /* behind it, of a free block, */
    FIELD_CHUNK_BK,
    FIELD_CHUNK_FD_NEXTSIZE, /* of a free block of 1,024 bytes or more, */
    FIELD_CHUNK_BK_NEXTSIZE,
    FIELD_CHUNK_PREV_SIZE, /* of a free block, its last word; of a mapped one, its first */
    FIELD_CHUNK_NEXT, /* of a block in a tcache or fastbin, in the place of fd */
    FIELD_CHUNK_KEY, /* of one in a tcache, in the place of bk */
    FIELD_N
};

struct block_field_info {
    const char *name; /* as it is shown: "is_free", "root.top" */
    uint32_t offset; /* from the block, or from the root */
    uint32_t bytes; /* 4 or 8 */
    uint32_t n; /* how many such words follow each other; 0 and 1 are one */
};

/* The table of fields; NULL for a number out of range. */
const struct block_field_info *block_field_info(enum block_field field);

/* The word is an address, or a pattern, and is shown in hex. */
bool block_field_is_address(enum block_field field);

/* What of ours stands somewhere: a block in use (a front guard belongs to it where canary is on), a
 * free one (with links under the fits), or the fence behind a foreign gap. */
enum block_kind { BLOCK_IS_USED, BLOCK_IS_FREE, BLOCK_IS_FENCE, BLOCK_N_KINDS };

/* One word of it. */
struct block_word {
    enum block_field field;
    const char *name;
    uint64_t address;
    uint32_t offset, bytes; /* offset from the block's, or fence's, first byte */
};
#define BLOCK_WORDS_MAX 5u

/* What the free blocks of a heap make a list of. */
enum block_list {
    BLOCK_LIST_NONE,
    BLOCK_LIST_ALL, /* one list of all blocks, used and free, in address order */
    BLOCK_LIST_FREE /* the free ones alone, linked through their payloads */
};

/* A format's row, as far as both sides need it: how blocks lie. How they are walked and judged from
 * outside is in format.h. The fields of a block in each kind are in order of address. */
struct block_format {
    const char *name; /* "header" */
    bool recorded; /* the heap holds a record of its blocks: their sizes can be read, and they can
                      be freed */
    uint32_t header; /* bytes before the payload of a used block */
    uint32_t least; /* bytes of the smallest whole block */
    uint32_t grain; /* addresses and sizes are multiples of it */
    struct {
        enum block_field field[4];
        size_t n;
    } words[BLOCK_N_KINDS];
    enum block_field size; /* the word that says how long a block is, */
    enum block_field is_free; /* the one that says that it is free, */
    enum block_list list;
    enum block_field next; /* and the one by which the list goes on; FIELD_N without one */
    enum block_field canary, asked; /* the words of a front guard; FIELD_N: the format has none */
};
extern const struct block_format block_format_bump, block_format_header, block_format_fit,
    block_format_glibc, block_format_opaque;

/* The policy's; of an unknown policy one that has no words and no blocks. Never NULL. */
const struct block_format *block_format_of(enum heap_policy policy);

/* As its format says. */
bool block_is_recorded(enum heap_policy policy);

/* All words of headers, links and front guard at address, in order of address. Returns how many
 * were put into words; 0 under bump, and of a fence under header. Whoever shows, compares or
 * watches a block's words asks here. */
size_t block_words(enum heap_policy policy, bool canary, enum block_kind kind, uint64_t address,
                   struct block_word words[BLOCK_WORDS_MAX]);

/* Header bytes of a used or free block under policy (0 under bump), and its smallest whole size. */
uint32_t block_header_bytes(enum heap_policy policy);
uint32_t block_min_bytes(enum heap_policy policy);

/* Bytes before the payload of a used block: its header, and the front guard if canary is on. */
uint32_t block_front_bytes(const struct heap_root *root);

/* size rounded up to a multiple of HEAP_ALIGN; false, *rounded untouched, if that overflows
 * PTRDIFF_MAX. */
bool block_round_up(uint64_t size, uint64_t *rounded);

/* The lowest address at or above from for a block of that many header bytes whose payload is a
 * multiple of alignment (a power of two, at least HEAP_ALIGN), and which leaves either no gap or
 * one of at least least_gap bytes (at most 48). 0 if that overflows. */
uintptr_t block_place(uintptr_t from, uint32_t header, uint32_t least_gap, uint64_t alignment);

static inline uint64_t fit_size(const struct fit_block *b) { return b->size_flags & ~FIT_FLAGS; }
static inline bool fit_is_free(const struct fit_block *b)
{
    return (b->size_flags & FIT_FREE) != 0;
}

#endif
