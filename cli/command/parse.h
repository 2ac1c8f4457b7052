/* parse.h: from a typed line to words, sizes, switches. Every function that fails leaves one line
 * in error: what was wrong, what was expected. */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARSE_LINE_MAX 65536u /* bytes of one command */

/* A command's words. Text in double quotes is one word, with \n \t \e \0 \\ \" and \xHH; it may
 * hold zero bytes, hence the lengths. */
struct arguments {
    int n; /* words after the command's own */
    char **word; /* [0, n), NUL-terminated */
    size_t *length; /* bytes of each */
    bool *quoted;
    size_t *at; /* where each begins in line */
    char *name; /* the command's word */
    const char *line; /* borrowed */
    void *storage;
};

/* Take line apart; it must outlive args. False on an open quote, a bad escape, a control byte, too
 * long a line, or no memory. */
bool arguments_parse(struct arguments *args, const char *line, char *error, size_t error_bytes);
void arguments_release(struct arguments *args);
/* Is the last word `force`, unquoted? *words is how many stand before it, or all. */
bool arguments_take_force(const struct arguments *args, int *words);

/* 64, 0x40, 4k, 1M, 1G (binary multiples). what names it in errors: "SIZE". */
bool parse_size(const char *word, const char *what, uint64_t *size, char *error,
                size_t error_bytes);
/* The same, but zero is refused. */
bool parse_positive(const char *word, const char *what, uint64_t *size, char *error,
                    size_t error_bytes);
/* The most bytes of a heap: a positive size below 8 EiB. */
bool parse_limit(const char *word, const char *what, uint64_t *limit, char *error,
                 size_t error_bytes);
/* With a sign: +16, -4k, 0. */
bool parse_delta(const char *word, int64_t *delta, char *error, size_t error_bytes);
/* Is the word an address rather than an id (ids are small numbers and names): does it begin with
 * 0x? */
bool parse_is_hex(const char *word);
/* on, off, yes, no, 1, 0. */
bool parse_switch(const char *word, bool *on, char *error, size_t error_bytes);

#endif
