/* ostep_random.h: the numbers that Python's random module gives for a seed.
 *
 * MT19937: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
 * uniform pseudo-random number generator", ACM Transactions on Modeling and Computer Simulation 8
 * (1998), 3-30; seeding by an array is theirs of 2002. */
#ifndef OSTEP_RANDOM_H
#define OSTEP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#define OSTEP_RANDOM_WORDS 624
struct ostep_random {
    uint32_t word[OSTEP_RANDOM_WORDS];
    size_t at;
};

/* Seed r with n words of key. Python's random.seed(k) gives the 32-bit words of |k|, least first;
 * for 0 the key is one word 0, as is an empty one here. */
void ostep_random_seed(struct ostep_random *r, const uint32_t *key, size_t n);

/* The next 32 bits. */
uint32_t ostep_random_word(struct ostep_random *r);

/* The next of Python's random.random(): 53 bits, at least 0, less than 1. It takes two words. */
double ostep_random_unit(struct ostep_random *r);

#endif
