/* fault.h: what staging a fault needs: blocks to do it with, the words that it changes, and what
 * the allocator and the checker say after it.
 *
 * A fault is staged on the target's own bytes, past the session's checks, and told in numbered
 * lines. Everything is chosen from the heap as it stands in the target, never from a picture of it,
 * so that the same command on the same heap does the same again in a replay. */
#ifndef FAULT_H
#define FAULT_H

#include "cli/command/lab.h"

#define FAULT_WORDS_MAX 64u
#define FAULT_KNOWN_MAX 16u

struct fault_block {
    uint32_t id;
    uint64_t address, payload; /* of the header, of the payload */
    uint64_t size, usable; /* whole bytes, payload bytes */
    uint64_t requested;
};

/* What the blocks of a fault must be like, besides in use and ours, the second right behind the
 * first. */
enum fault_need {
    FAULT_PAIR = 0,
    FAULT_EXACT = 1, /* the first has no byte to spare */
    FAULT_SOLE = 2, /* once freed, the first is the only free block that has room for it */
    FAULT_ROOM = 4 /* the first has at least 64 bytes */
};

struct fault_word {
    uint64_t block, old;
    uint32_t bytes, offset;
    enum block_field field;
};

struct fault {
    struct lab *lab;
    struct outcome *out;
    unsigned n_lines;
    json_t *words, *findings; /* of the result, owned */
    struct fault_block a, b; /* the blocks at hand */
    struct fault_block known[FAULT_KNOWN_MAX];
    size_t n_known;
    bool canary, quarantine; /* these guards are on */
    uint64_t largest_free; /* payload bytes, before the fault */
    struct fault_word word[FAULT_WORDS_MAX];
    size_t n_words;
    uint64_t watched_from, watched_to; /* where those words may lie */
    unsigned invariant; /* the first that was found broken, 0 */
    char when[64]; /* it was found, "" if never */
    char harm[160]; /* of the sentence: what the fault did */
    char unseen[192]; /* of the sentence: why the checker finds nothing, if it does not */
};

struct fault_kind {
    const char *name, *about; /* what it does, in a line */
    /* Do it, tell it, and set harm and unseen. False with the error in out: nothing could be done.
     */
    bool (*stage)(struct fault *f);
    bool bump; /* it can be done without headers */
};

/* The faults, from 0 on; NULL behind the last. */
const struct fault_kind *fault_kind(size_t index);

/* One numbered line. */
void fault_tell(struct fault *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "#2", or "the block at 0x411060"; one of a small ring of static texts. */
const char *fault_name(const struct fault *f, uint64_t address);

/* Find f->a and f->b as need says, or make them. False with the error in out: the heap is damaged
 * already, or staging was refused. */
bool fault_stage(struct fault *f, unsigned need);

/* Note the words of headers and links in [from, to) before they are overwritten; then tell which
 * have changed. */
void fault_watch(struct fault *f, uint64_t from, uint64_t to);
void fault_tell_words(struct fault *f);

/* Let the checker look from outside, and tell what it finds; when: "at once", "after the next
 * alloc". */
void fault_check(struct fault *f, const char *when);

/* malloc(bytes): tell what comes of it, made as *made (id 0 if nothing). False: the target has died
 * of it. */
bool fault_alloc(struct fault *f, uint64_t bytes, struct fault_block *made);
/* free of an address, whatever the session thinks of it; *status is the allocator's answer. False:
 * the target has died of it. */
bool fault_free(struct fault *f, const char *what, uint64_t payload, enum heap_status *status);
/* The bytes [address, address + n) become byte. False: the target has died of it. */
bool fault_fill(struct fault *f, uint64_t address, uint64_t n, uint8_t byte);
bool fault_write(struct fault *f, uint64_t address, uint64_t word);
uint64_t fault_read(struct fault *f, uint64_t address);

#endif
