/* claim.h: what a lesson's words say about bytes, said so that it can be held against them: @word,
 * @bytes, @stat. A claim shows nothing; it holds where it stands, after the commands before it and
 * before those behind it. */
#ifndef LESSON_CLAIM_H
#define LESSON_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/teach/effect.h"

#define CLAIM_BYTES_MAX 64u
#define CLAIM_FIELD_MAX 24u /* bytes of a header word's name, with the zero */

enum claim_kind {
    CLAIM_WORD, /* @word BLOCK FIELD VALUE: a word of the block's header, by the name that the
                   screen shows */
    CLAIM_BYTES, /* @bytes BLOCK OFFSET BYTES: from the block's address on, as the screen counts */
    CLAIM_STAT /* @stat NAME VALUE: a number of `stats` */
};

struct claim {
    enum claim_kind kind;
    unsigned line; /* in the file, from 1 */
    size_t before; /* the item before which it holds; as many as there are: at the end */
    bool at_offset; /* BLOCK is +OFFSET, from the heap's start; else an id, of a free block its last
                       owner's */
    uint64_t block;
    char field[CLAIM_FIELD_MAX];
    bool relative; /* VALUE is +OFFSET: the address so far from the heap's start */
    uint64_t value;
    int64_t offset;
    unsigned char bytes[CLAIM_BYTES_MAX];
    size_t n_bytes;
    enum effect_stat stat;
};

/* From the author's words behind the direction. False with one line in error. */
bool claim_parse(struct claim *claim, enum claim_kind kind, const char *words, char *error,
                 size_t error_bytes);

struct lab;
/* Is it so now? False with one line in error: what is there instead, or why that can't be told.
 * Looks anew. */
bool claim_holds(const struct claim *claim, struct lab *lab, char *error, size_t error_bytes);

#endif
