/* check_private.h: what the files of the checker share. For check*.c and format_*.c only. */
#ifndef CHECK_PRIVATE_H
#define CHECK_PRIVATE_H

#include "check.h"
#include "format.h"

struct check {
    const struct format *format;
    const struct memory *memory;
    struct heap_root root;
    uintptr_t brk;
    struct check_finding *findings;
    size_t most, n;
    /* What the walk has found. */
    uintptr_t first, last; /* blocks of ours */
    uint64_t prev_size; /* of the block just before, 0 behind a gap */
    bool prev_free; /* so is that block */
    uint64_t n_free, hash; /* the free blocks, and the sum of their hashes */
    uint64_t n_quarantined; /* used blocks that the root says are in quarantine */
    enum walk_result result;
    bool told; /* what the walk could not believe first is reported */
    bool unknown; /* of some block nobody can tell whether it is free */
    struct walk_damage damage;
};

/* "I3: block 0x406060: prev_size is 0, expected 96"; base 16 for addresses, 10 for numbers, 0 for
 * no numbers at all. */
void check_report(struct check *c, unsigned invariant, uintptr_t address, const char *what,
                  uint64_t found, uint64_t expected, unsigned base);

/* The finding reported last is about that word. */
void check_about(struct check *c, enum block_field field);

/* The same of a word: "I3: block 0x406060: prev_size is 0, expected 96"; field's name, in hex where
 * it is an address. */
void check_report_word(struct check *c, unsigned invariant, uintptr_t address,
                       enum block_field field, uint64_t found, uint64_t expected);
/* "I2: block 0x406060: size is 7, which can't be true": field's value, and what is wrong with it;
 * that, if not 0, stands behind the words. */
void check_report_false(struct check *c, unsigned invariant, uintptr_t address,
                        enum block_field field, uint64_t found, const char *wrong, uint64_t that);

/* The walk came to the end, and has told of each block whether it is free. */
bool check_is_known(const struct check *c);

/* A hash of a block's address, to be summed. */
uint64_t check_hash(uint64_t address);

/* I9, where the format has no free list that a rover could stand in. */
void check_no_rover(struct check *c);
/* header: I4, of root.first, and I9. */
void check_first(struct check *c);
/* The fits: I3 and I8, of a block; I12. */
void check_fit_block(struct check *c, const struct walk_block *block);
void check_fences(struct check *c);
/* I5 to I7 and I9, along the free list of the fits, where check_is_known. */
void check_free_list(struct check *c);

/* I13 and I14, of the blocks that a second walk comes to. */
void check_guards(struct check *c);

#endif
