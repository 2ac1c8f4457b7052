/* trace_line.c: see trace_private.h. */
#include "cli/score/trace_private.h"

#include <stdio.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

bool trace_line_next(struct trace_line *line, const char **at, const char *end)
{
    const char *p = *at;
    if (p >= end) return false;
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    const char *stop = newline ? newline : end;
    line->number++;
    line->n_words = 0;
    while (p < stop && line->n_words < TRACE_WORDS) {
        while (p < stop && ascii_is_blank(*p))
            p++;
        const char *from = p;
        while (p < stop && !ascii_is_blank(*p))
            p++;
        if (p == from) break;
        line->word[line->n_words].at = from;
        line->word[line->n_words++].n = (size_t)(p - from);
    }
    *at = newline ? newline + 1 : end;
    return true;
}

bool trace_line_number(const struct trace_line *line, size_t i, uint64_t most, uint64_t *value)
{
    const char *p = line->word[i].at, *end = p + line->word[i].n;
    uint64_t n = 0;
    for (; p < end; p++) {
        if (!ascii_is_digit(*p) || n > (UINT64_MAX - 9) / 10) return false;
        n = n * 10 + (uint64_t)(*p - '0');
    }
    *value = n;
    return n <= most;
}

const char *trace_line_word(const struct trace_line *line, size_t i)
{
    char copy[64];
    size_t n = line->word[i].n < sizeof copy - 1 ? line->word[i].n : sizeof copy - 1;
    memcpy(copy, line->word[i].at, n);
    copy[n] = '\0';
    return copy[0] ? text_printable(copy) : "\\x00";
}
