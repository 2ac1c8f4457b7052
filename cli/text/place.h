/* place.h: sentences are made with absolute addresses, and kept so; where the person wants offsets
 * (set addresses offset), what is shown is worded here, in one place for all of them, as the table
 * and the map do it: an address of the heap is told from the heap's start on. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a word in hex. A large one that is no address has leading zeros, so that it is not
 * taken for one. Returns text. */
#define PLACE_VALUE_MAX 24
const char *place_value(char text[PLACE_VALUE_MAX], bool is_address, uint64_t value);

/* text with every address of [from, to), "0x411060", as its offset from from, "+0x60"; columns stay
 * where they are. Left as they are: numbers with leading zeros (values that are no addresses are
 * written so), what C casts to a pointer, and words that typed holds as well (NULL: none).
 * Malloc'd; NULL if nothing is to be changed, or on no memory. */
char *place_text(const char *text, uint64_t from, uint64_t to, const char *typed);

#endif
