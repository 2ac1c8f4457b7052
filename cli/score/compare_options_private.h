/* compare_options_private.h: what compare_options.c and compare_heaps.c share. */
#ifndef COMPARE_OPTIONS_PRIVATE_H
#define COMPARE_OPTIONS_PRIVATE_H

#include "cli/score/compare_options.h"
#include "cli/text/text.h"

struct compare_reading {
    struct compare_options *o;
    char *error;
    size_t error_bytes;
};

#define COMPLAIN(r, ...) text_complain((r)->error, (r)->error_bytes, __VA_ARGS__)

/* A word that may be a heap: a file of an allocator, or what begins with a policy's name
 * (*is_heap). False with the words. */
bool compare_take_heap(const struct compare_reading *r, const char *word, bool *is_heap);
/* Where no heap is named. */
void compare_all_policies(struct compare_options *o);

#endif
