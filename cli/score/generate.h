/* generate.h: traces of the project's own, made from a seed: the same seed, the same bytes. */
#ifndef GENERATE_H
#define GENERATE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct generator {
    const char *name;
    const char *about; /* one line */
};

/* The i-th, NULL behind the last. */
const struct generator *generator_at(size_t i);
const struct generator *generator_find(const char *name);

/* Write a trace with the CS:APP header of at most n_ops operations (and at least two), which ends
 * with nothing live. 0; or -1 and errno, if to can't be written or there is no memory. */
int generate(FILE *to, const struct generator *g, uint64_t seed, uint32_t n_ops);

#endif
