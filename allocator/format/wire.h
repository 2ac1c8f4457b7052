/* wire.h: commands and answers between the viewer and a target, over a SOCK_SEQPACKET pair; one
 * message, one packet. Both ends run on one machine and are built together: native byte order,
 * fixed layouts, and a version that must agree. The viewer asks, the target answers; it never
 * speaks unasked but for the hello, its first message. */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

#include "root.h"
#include "steps.h"

#define WIRE_MAGIC UINT64_C(0x65726977766b7262) /* "brkvwire" */
#define WIRE_VERSION 7u
#define WIRE_FD 3 /* the target's end of the pair */
#define WIRE_DATA_MAX 32768u /* bytes of payload data in one request */
#define WIRE_BATCH_MAX 1024u /* allocations in one request */

struct wire_hello {
    uint64_t magic;
    uint32_t version;
    uint32_t randomised; /* 1 if the kernel lays this process out at random */
    uint64_t root_address; /* of its struct heap_root */
    uint64_t heap_start; /* sbrk(0) at its first use */
    uint64_t etext, edata, end; /* addresses of the linker's symbols */
    uint64_t page_bytes;
    int64_t pid;
};

/* Part of the wire: append, never renumber. */
enum wire_op {
    WIRE_POLICY, /* a = enum heap_policy: heap_init; only as the first request */
    WIRE_SET, /* a = enum heap_switch, b = value */
    WIRE_LIMIT, /* a = bytes or HEAP_NO_LIMIT */
    WIRE_ALLOC, /* a = size, b = count (1 to WIRE_BATCH_MAX): stops at the first failure */
    WIRE_CALLOC, /* a = count, b = size */
    WIRE_REALLOC, /* a = payload, b = size, c = what was asked for before */
    WIRE_ALIGNED, /* a = alignment, b = size */
    WIRE_FREE, /* a = payload */
    WIRE_SBRK, /* a = delta (signed), b = 1 to force */
    WIRE_WRITE, /* a = address, data = the bytes: written as they are; the viewer has judged whether
                   it may be */
    WIRE_FILL, /* a = address, b = bytes, c = the byte */
    WIRE_THREAD, /* start a thread that allocates nothing, and join it: brk must not move */
    WIRE_RACE_BEGIN, /* a, b = bytes: two threads stand ready to allocate so much each (race.h) */
    WIRE_RACE_STEP, /* a = 0 or 1, the thread that goes on; b = 1: it is not held where it only
                       looks at a block */
    WIRE_RACE_END, /* both run to their ends. Between begin and end all other requests but write and
                      fill answer HEAP_BUSY */
    WIRE_PLAY, /* a = count (1 to WIRE_PLAY_MAX), data = so many struct wire_play: operations of a
                  trace, one after the other, whatever becomes of them; b: WIRE_PLAY_TOLD, their
                  steps are told, else counted; WIRE_PLAY_PLAIN, payloads are left as they are, brk
                  behind each stands behind the results (a is half of WIRE_PLAY_MAX at most), and
                  result is how many blocks mallocs and reallocs looked at; not with it
                  WIRE_PLAY_CHECKED: own: its checker is called after each, as c says
                  (WIRE_CHECKED), they end behind the one after which it says no, or where much was
                  printed, and result is what it said last (WIRE_SAID_*) */
    WIRE_CHECK, /* own: its checker is called, a = the line that it is given; result is what it
                   returned; or, if c says how it is judged (WIRE_CHECKED), what it said */
    WIRE_BLOCKS, /* own: it lists its blocks (brkview.h): result is where, n_results is 1: how many
                  */
    WIRE_COPY, /* a second process of the target's state, which answers, too, on its own wire: that
                  comes with the request (SCM_RIGHTS), and behind it, of an own, the files that it
                  has instead of OWN_RESULT_FD and of its output, or none, if it is to do nothing;
                  a = own: the key that it was started with. result is its pid, in the copy 0 */
    WIRE_N_OPS
};

struct wire_request {
    uint32_t op;
    uint32_t seq;
    uint64_t a, b, c;
    uint32_t data_bytes; /* of data that follow in the same packet */
    uint32_t reserved;
};

/* An operation of a trace. What it makes is filled with its pattern (pattern.h). */
enum wire_play_kind { WIRE_PLAY_ALLOC, WIRE_PLAY_REALLOC, WIRE_PLAY_FREE };
struct wire_play {
    uint64_t payload; /* of realloc and free: 0 is NULL; */
    uint32_t
        made_by; /* or, if this is not 0, what operation made_by - 1 of the same request made */
    uint32_t kind; /* enum wire_play_kind */
    uint32_t size, was; /* bytes asked for, now and, of payload, before */
    uint32_t key, was_key; /* of the pattern of what it makes of nothing, and of payload's */
};
#define WIRE_PLAY_TOLD 1u
#define WIRE_PLAY_PLAIN 2u
#define WIRE_PLAY_CHECKED 4u
#define WIRE_PLAY_MAX (WIRE_DATA_MAX / sizeof(struct wire_play))
/* Its answer: n_results operations were done, each with what it returned (of free: 0) and its
 * status. */
#define WIRE_PLAYED(payload, status) ((uint64_t)(payload) | (uint64_t)(status) << 48)
#define WIRE_PLAYED_PAYLOAD(result) ((result)&UINT64_C(0xffffffffffff))
#define WIRE_PLAYED_STATUS(result) ((uint32_t)((result) >> 48))

/* How a stranger's checker says no: the meaning of what it returns is not the same in all labs. */
enum wire_judge {
    WIRE_JUDGE_NONE,
    WIRE_JUDGE_PRINTS, /* it returns nothing, or nobody knows what: it prints, and did not the time
                          before */
    WIRE_JUDGE_NUMBER, /* or what it returns becomes 0, or is 0 no longer */
    WIRE_JUDGE_ZERO, /* or it returns 0 */
    WIRE_JUDGE_TRUTH /* it returns false, and by nothing else */
};
/* What it said: WIRE_SAID_*, and what it returned. 0: it was not called. */
#define WIRE_SAID_ANY 1u
#define WIRE_SAID_PRINTED 2u
#define WIRE_SAID_NO 4u
#define WIRE_SAID(flags, returned) ((uint64_t)(flags) | (uint64_t)(uint32_t)(returned) << 32)
#define WIRE_SAID_RETURNED(said) ((int)(uint32_t)((said) >> 32))
/* before: what it said the time before. */
#define WIRE_CHECKED(judge, before) ((uint64_t)(judge) << 8 | (before))
#define WIRE_CHECKED_JUDGE(c) ((uint32_t)((c) >> 8 & 0xff))
#define WIRE_CHECKED_BEFORE(c) ((c) & ~UINT64_C(0xff00))

/* What a thread of a race does (race.h). Part of the wire: append, never renumber. */
enum race_state {
    RACE_READY, /* it has not begun */
    RACE_HELD, /* it has told a step, and stands there */
    RACE_WAITING, /* it waits for the heap's lock */
    RACE_DONE, /* its malloc has returned */
    RACE_RUNNING /* never seen between two calls */
};

/* Of the WIRE_RACE_*: result holds the states of the two threads, and the statuses of their mallocs
 * where those returned NULL; n_results is 2: what they returned, 0 before. */
#define WIRE_RACE_OF(thread, state, status)                                                        \
    (((uint64_t)(state) | (uint64_t)(status) << 16) << 8 * (thread))
#define WIRE_RACE_STATE(result, thread) ((uint8_t)((result) >> 8 * (thread)))
#define WIRE_RACE_STATUS(result, thread) ((uint8_t)((result) >> (16 + 8 * (thread))))

/* Followed in the same packet by n_results payload addresses (uint64_t, of WIRE_ALLOC with b > 1
 * and of the races) and n_steps struct step. */
struct wire_answer {
    uint32_t seq; /* of the request */
    uint32_t status; /* enum heap_status */
    int32_t error; /* errno of the verb, 0 if it succeeded */
    uint32_t n_results;
    uint32_t n_steps;
    uint32_t reserved;
    uint64_t result; /* a payload address; what sbrk returned */
    uint64_t brk; /* sbrk(0) after the verb */
};

#define WIRE_REQUEST_MAX (sizeof(struct wire_request) + WIRE_DATA_MAX)
#define WIRE_ANSWER_MAX                                                                            \
    (sizeof(struct wire_answer) + WIRE_BATCH_MAX * sizeof(uint64_t) +                              \
     STEP_LOG_MAX * sizeof(struct step))

#endif
