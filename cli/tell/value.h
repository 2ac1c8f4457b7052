/* value.h: the values of the JSON, one way each. */
#ifndef VALUE_H
#define VALUE_H

#include <jansson.h>
#include <stdint.h>

#include "allocator/format/block.h"
#include "viz/snapshot.h"

#define VALUE_EXACT_MAX ((UINT64_C(1) << 53) - 1) /* beyond, numbers are strings in hex */

/* "0x406020" */
json_t *value_address(uint64_t address);
/* Any bytes, as valid UTF-8. NULL on no memory, which is noted. */
json_t *value_text(const char *text);
/* Every integer of the JSON: as one up to 2^53 - 1, beyond which readers that keep numbers as
 * doubles (jq, browsers) would change it: from there on text in hex, "0x20000000000000"; a negative
 * one with its sign before it. */
json_t *value_number(uint64_t n);
json_t *value_signed(int64_t n);
/* The value of a word of that kind: an address in hex, or a number. */
json_t *value_field(enum block_field field, uint64_t value);
/* "used", as scripts are promised: so is a block in quarantine, which has "quarantined":true beside
 * it. */
const char *value_state_name(enum block_state state);
const char *
value_state_words(enum block_state state); /* "used", "in quarantine": within a sentence */

/* "#2", "(#2)" of a free block that was #2, "-" of one without an id. Returns text. */
const char *value_id_text(const struct snapshot_block *b, char *text, size_t bytes);

#endif
