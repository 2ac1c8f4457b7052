/* c_scan.h: C as it is typed at a prompt, read from left to right: words, types, constant numbers,
 * texts, pointers to blocks. It is not a compiler: what stands here is what lines of C about a heap
 * are made of. Numbers are 64 bits wide; a literal of decimal digits is signed where it fits. */
#ifndef C_SCAN_H
#define C_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/ledger.h"

#define C_WORD_MAX 64u

struct c_scan {
    const char *at;
    const struct ledger *ledger;
    char *error; /* one line, of the first thing that could not be read */
    size_t error_bytes;
    unsigned depth;
    bool wrapped; /* an unsigned sum or product went beyond 64 bits, as C lets it */
};

struct c_type {
    uint32_t bytes; /* of the type without its stars; 0: not known (void, struct) */
    unsigned stars;
    bool is_unsigned, is_float, is_void;
};

struct c_number {
    uint64_t bits; /* two's complement if it is signed */
    bool is_unsigned;
};

struct c_pointer {
    char word[C_WORD_MAX]; /* a name or id as parse_id takes it; "" for NULL */
    int64_t offset; /* bytes */
    uint32_t element; /* bytes of what it points to: 1, but behind a cast */
    bool cast, is_float;
};

/* Keep the first error. Always false. */
bool c_fail(struct c_scan *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Pass over blanks and comments. */
void c_skip(struct c_scan *s);
/* Is that punctuation next? Then pass over it. */
bool c_take(struct c_scan *s, const char *punctuation);
/* The same; false with an error if it is not. */
bool c_need(struct c_scan *s, const char *punctuation);
/* An identifier; one that is too long is cut. False without an error if there is none. */
bool c_word(struct c_scan *s, char word[C_WORD_MAX]);
bool c_is_type_word(const char *word);
/* Does a type come next? Nothing is passed over. */
bool c_at_type(const struct c_scan *s);
bool c_type(struct c_scan *s, struct c_type *type);

/* A constant expression. False with an error. */
bool c_number(struct c_scan *s, struct c_number *n);
bool c_product(struct c_scan *s,
               struct c_number *n); /* the same without + and - outside parentheses */
/* One byte of a text or of a character in quotes, by C's escapes. -1 with an error for an escape
 * that is none, without one at the end. */
int c_character(struct c_scan *s);
/* One or several literals in quotes, by C's escapes; malloc'd, n bytes without the zero byte at its
 * end. NULL with an error. */
char *c_text(struct c_scan *s, size_t *n);
/* p1, buf + 8, (char *)0x411020, NULL. False with an error. */
bool c_pointer(struct c_scan *s, struct c_pointer *p);
/* The same without a + or - behind it: what a * or a [ applies to. */
bool c_pointer_term(struct c_scan *s, struct c_pointer *p);

#endif
