/* lives.h: a trace as the lives of its blocks: what made one, resized it and freed it. Any of them
 * without the others is a trace, too. */
#ifndef LIVES_H
#define LIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/score/trace.h"

struct lives {
    const struct trace *of;
    uint32_t *life; /* by operation, from 0 on in the order in which they begin */
    bool *begins; /* by operation: its life does */
    uint32_t n;
};

enum { LIVES_HEADER = 4 }; /* lines before the operations of what lives_write writes */

/* False: no memory. To be released either way. */
bool lives_find(struct lives *l, const struct trace *of);
void lives_release(struct lives *l);

/* Make *t of the operations that are in, with those sizes (both by operation), an id a life, and
 * lines as lives_write writes them. False: no memory; *t is empty then. To be released. */
bool lives_trace(const struct lives *l, const bool *in, const uint32_t *size, struct trace *t);

/* Write a trace of lives_trace with the CS:APP header; with CMU's where overlap is not to be looked
 * for, which CS:APP's can't say. False and errno. */
bool lives_write(const struct trace *t, FILE *to);

/* The most bytes that live at once. 0 on no memory, too. */
uint64_t lives_peak(const struct trace *t);

#endif
