/* own.h: what the viewer and brkview-own say to each other: a job, which the runner only reads, and
 * a result, which it writes while it works, so that it can be read whatever became of the runner.
 * Both are files in memory, at descriptors of fixed numbers, and lie the same in programs of 32
 * bits as in those of 64. What the result holds may have been written by a stranger's code: it is
 * hostile. */
#ifndef OWN_H
#define OWN_H

#include <stddef.h>
#include <stdint.h>

enum {
    OWN_VERSION = 4,
    OWN_JOB_FD = 3,
    OWN_RESULT_FD = 4,
    OWN_NAME = 32,
    OWN_MOST_ROUNDS = 32,
    OWN_MOST_FRAMES = 24,
    OWN_QUICK_OPS = 256,
    OWN_WATCH_MOST = 64,
    OWN_MOST_REGISTERS = 31
};

enum own_kind { OWN_ALLOC, OWN_REALLOC, OWN_FREE, OWN_FREE_NULL };

struct own_op {
    uint32_t kind; /* enum own_kind */
    uint32_t id; /* below the job's n_ids */
    uint32_t size;
};

enum own_call {
    OWN_CALL_INIT,
    OWN_CALL_MALLOC,
    OWN_CALL_REALLOC,
    OWN_CALL_FREE,
    OWN_CALL_CALLOC,
    OWN_CALL_CHECK, /* mm_checkheap */
    OWN_CALL_BLOCKS, /* mm_blocks (brkview.h) */
    OWN_N_CALLS
};

enum own_heap {
    OWN_HEAP_BREAK, /* mem_sbrk moves its end */
    OWN_HEAP_PAGES, /* mem_map gives pages, anywhere */
    OWN_HEAP_SEGMENT /* init is given all of it */
};

/* What mm_checkheap returns: nothing; a number, whose meaning is not the same in all labs; true for
 * good. */
enum own_says { OWN_SAYS_NOTHING, OWN_SAYS_NUMBER, OWN_SAYS_TRUTH };

struct own_job {
    uint32_t version;
    uint32_t heap; /* enum own_heap */
    uint32_t timed; /* measure, and check nothing; else check */
    uint32_t counted; /* of what is timed the processor's instructions are counted, too */
    uint32_t libc; /* not the library's functions, but libc's malloc and its kin */
    uint32_t guarded; /* what lies behind brk's page can't be touched; quick: in the first
                         round */
    uint32_t quick; /* a check that finds what is wrong, but perhaps not at the first operation: of
                       two rounds the first is short (OWN_QUICK_OPS) */
    uint32_t rounds; /* each begins with an empty heap and init; up to OWN_MOST_ROUNDS */
    uint32_t align; /* of payloads, a power of two */
    uint32_t bool_init; /* init says true for good; else a number below 0 for bad */
    uint32_t ignore_ranges; /* overlap is not looked for */
    uint32_t placed; /* the result's places are written, in the first whole round */
    uint32_t n_ids, n_ops;
    _Alignas(8) uint64_t heap_most; /* bytes that mem_sbrk gives */
    _Alignas(8) uint64_t watch_lo, watch_hi; /* what is watched of the heap; equal: nothing */
    char name[OWN_N_CALLS][OWN_NAME]; /* of the functions; "": it has none (realloc, calloc) */
    char check[OWN_NAME]; /* a function of theirs, called after each operation that is checked; "":
                             none is */
    uint32_t check_judges; /* it answers a bool: false is a fault */
    uint32_t step_op, step_round; /* whose calls are done step by step, the operation from 1 on; 0:
                                     none. What is watched tells by which instruction (wrote) */
    struct own_op op[];
};

enum own_stage { OWN_STARTING, OWN_LOADING, OWN_INIT, OWN_RUNNING, OWN_LAST_LOOK, OWN_DONE };

enum own_fault {
    OWN_SOUND,
    OWN_NOT_LOADED, /* words say why */
    OWN_NO_ARENA, /* there was no room for the heap or for what the runner keeps */
    OWN_INIT_FAILED,
    OWN_NULL, /* block.size was asked for */
    OWN_NOT_NULL, /* realloc(p, 0) answered block.address */
    OWN_MISALIGNED, /* block */
    OWN_OUTSIDE, /* block; the heap is lo to hi */
    OWN_OVERLAP, /* block, with other */
    OWN_GARBLED, /* other's payload, at offset, before the call of this operation */
    OWN_LOST, /* realloc's block does not hold what other's payload did, at offset */
    OWN_UNMAPPED, /* other's payload is no longer in the heap, before the call of this operation */
    OWN_BEHIND, /* something was written at `at`, beyond brk; quick alone */
    OWN_UNCHECKED, /* their own check answers false */
    OWN_ASSERT, /* words, function, file and line */
    OWN_CRASHED, /* signal, at, frame */
    OWN_N_FAULTS
};

struct own_block {
    _Alignas(8) uint64_t address, size; /* the payload, and what was asked for */
    uint32_t op; /* the operation that made it, from 0 on */
    uint32_t id;
};

/* Behind the result, of each operation, if placed: where its payload lay, and how large the heap
 * was after it. */
struct own_place {
    _Alignas(8) uint64_t address; /* 0: it made none */
    _Alignas(8) uint64_t heap;
};

struct own_result {
    uint32_t version; /* the runner's, once it has begun */
    uint32_t stage, fault; /* enum own_stage, enum own_fault */
    uint32_t op; /* the one at work, from 0 on */
    uint32_t round; /* from 0 on */
    struct own_block block, other;
    _Alignas(8) uint64_t offset; /* in other's payload */
    uint32_t expected, found; /* bytes there */
    _Alignas(8) uint64_t lo, hi; /* the heap from its start to brk, when the fault was found */
    int32_t signal;
    uint32_t n_frames;
    _Alignas(8) uint64_t at; /* the address that the signal is about */
    _Alignas(8) uint64_t
        frame[OWN_MOST_FRAMES]; /* where it was, then who called; addresses of the process */
    uint32_t n_registers; /* of general use, when it came */
    _Alignas(8) uint64_t registers[OWN_MOST_REGISTERS];
    _Alignas(8) uint64_t base; /* where the stranger's library lies */
    uint32_t line;
    char words[512], file[256], function[64];
    _Alignas(8) uint64_t peak_live; /* bytes asked for that lived at once, at most; of the first
                           whole round */
    _Alignas(8) uint64_t peak_heap; /* the heap's size, at most; of the first whole round */
    /* Of what is watched, of which the first OWN_WATCH_MOST bytes are compared: operations from 1
     * on, 0 for none; of the round at work. */
    uint32_t watch_op; /* the last that changed it, or whose caller did */
    uint32_t watch_freed; /* the last that gave a payload back that held some of it */
    uint32_t watch_owner; /* in whose payload it begins, when the fault was found */
    /* Of a signal about an address outside the heap: words of the heap that led there, how many,
     * and of one of them its value, where it stands, its bytes, and whether it did as a size. */
    uint32_t n_held, held_bytes, held_size;
    _Alignas(8) uint64_t held, held_at;
    _Alignas(8) uint64_t start,
        at_init; /* the heap's address, and its size after init; of that round */
    _Alignas(8) double seconds[OWN_MOST_ROUNDS]; /* that each round took */
    _Alignas(8) uint64_t instructions; /* of the last round, if counted; 0: there is no counter */
    _Alignas(8) uint64_t
        key; /* of the lab, before it begins: what a WIRE_COPY will have; it takes it away */
    uint32_t n_wrote; /* 0: not known */
    _Alignas(8) uint64_t wrote[OWN_MOST_FRAMES]; /* where the last change of what is watched was
                           made in step_op, then what led there */
};

/* Whatever the compiler of either side. */
_Static_assert(sizeof(struct own_op) == 12 && sizeof(struct own_job) == 352, "as it is mapped");
_Static_assert(offsetof(struct own_job, op) == 348 && sizeof(struct own_place) == 16, "likewise");
_Static_assert(offsetof(struct own_result, block) == 24 && sizeof(struct own_block) == 24,
               "likewise");
_Static_assert(sizeof(struct own_result) == 1960, "each at its place");

#endif
