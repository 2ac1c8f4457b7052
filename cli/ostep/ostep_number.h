/* ostep_number.h: whole numbers as Python reads and writes them. */
#ifndef OSTEP_NUMBER_H
#define OSTEP_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Sizes, addresses and counts. What a user gives lies within ±OSTEP_INT_MOST; one operation adds
 * less than 4 × OSTEP_INT_MOST to any sum of them, so that only a run of 10^13 operations could
 * leave the type's range. */
__extension__ typedef __int128 ostep_int;
#define OSTEP_INT_MOST ((ostep_int)1000000000000 * 1000000000000)
#define OSTEP_INT_RANGE "-10^24 to 10^24"

/* Seeds: sign and magnitude, n 32-bit words, least first, none of them for zero; the last is never
 * 0, zero is never negative. */
#define OSTEP_BIG_WORDS 447
#define OSTEP_BIG_DIGITS 4300 /* as many decimal digits as Python writes; they need 447 words */
struct ostep_big {
    uint32_t word[OSTEP_BIG_WORDS];
    size_t n;
    bool negative;
};

enum ostep_number { OSTEP_NUMBER_OK, OSTEP_NUMBER_NONE, OSTEP_NUMBER_TOO_LONG };

/* The number that the n bytes at text are in base 2, 8, 10 or 16, by the rules of Python's
 * int(text, base): white space around it, a sign, the base's prefix and single underscores between
 * digits are allowed; digits are those of ASCII. On failure *b is undefined. */
enum ostep_number ostep_big_parse(struct ostep_big *b, const char *text, size_t n, unsigned base);

/* The same, the base chosen by the first characters as optparse does: 0x is 16, 0b is 2, any other
 * 0 is 8, else 10. */
enum ostep_number ostep_big_parse_option(struct ostep_big *b, const char *text);

/* False when *b lies outside ±OSTEP_INT_MOST; *value is then untouched. */
bool ostep_big_fits(const struct ostep_big *b, ostep_int *value);

/* Write *b in decimal and end it with a NUL. Returns its length. */
#define OSTEP_BIG_TEXT 4321
size_t ostep_big_text(const struct ostep_big *b, char text[OSTEP_BIG_TEXT]);

/* Print value in decimal. */
void ostep_int_put(FILE *out, ostep_int value);

#endif
