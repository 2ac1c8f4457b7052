/* splitmix.h: chance that can be had again: Sebastiano Vigna's splitmix64 (public domain, 2015):
 * small, and the same everywhere. */
#ifndef SPLITMIX_H
#define SPLITMIX_H

#include <stdint.h>

/* The next number; *state is the seed at first. */
static inline uint64_t splitmix_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
