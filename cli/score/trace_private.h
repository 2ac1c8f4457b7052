/* trace_private.h: what trace.c, trace_line.c and trace_read.c share: the words of one line, and
 * the lines of a trace. */
#ifndef TRACE_PRIVATE_H
#define TRACE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_WORDS = 8 };

/* A line, cut at its blanks. */
struct trace_line {
    uint32_t number; /* from 1 on */
    struct {
        const char *at;
        size_t n;
    } word[TRACE_WORDS];
    size_t n_words; /* at most TRACE_WORDS; those behind are not looked at */
};

/* The next line of [*at, end); *at moves behind it. False: there is none. */
bool trace_line_next(struct trace_line *line, const char **at, const char *end);

/* The word as a whole number of decimal digits. False: it is none, or above most. */
bool trace_line_number(const struct trace_line *line, size_t i, uint64_t most, uint64_t *value);

/* The word, printable, at most some 40 columns; as text_printable. */
const char *trace_line_word(const struct trace_line *line, size_t i);

/* trace_parse of what is a trace as it stands. */
struct trace;
bool trace_parse_lines(struct trace *t, const char *text, size_t n, char *error,
                       size_t error_bytes);

#endif
