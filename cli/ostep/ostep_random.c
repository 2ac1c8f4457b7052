/* ostep_random.c: MT19937 (Matsumoto and Nishimura 1998). Everything is modulo 2^32; the constants
 * are the paper's. */
#include "cli/ostep/ostep_random.h"

enum { N = OSTEP_RANDOM_WORDS, M = 397 };

/* The recurrence of both seedings: the word before, mixed. */
static uint32_t mixed(const uint32_t *word, size_t i) { return word[i - 1] ^ (word[i - 1] >> 30); }

static void seed_from_word(struct ostep_random *r, uint32_t seed)
{
    r->word[0] = seed;
    for (size_t i = 1; i < N; i++)
        r->word[i] = 1812433253u * mixed(r->word, i) + (uint32_t)i;
    r->at = N;
}

/* One step of seeding by an array: from i to the next word, 1 behind N - 1. */
static size_t step(uint32_t *word, size_t i)
{
    if (++i < N) return i;
    word[0] = word[N - 1];
    return 1;
}

void ostep_random_seed(struct ostep_random *r, const uint32_t *key, size_t n)
{
    static const uint32_t zero = 0;
    size_t i = 1;
    if (n == 0) key = &zero, n = 1;
    seed_from_word(r, 19650218u);
    for (size_t k = 0; k < (n > N ? n : N); k++) {
        size_t j = k % n;
        r->word[i] = (r->word[i] ^ (mixed(r->word, i) * 1664525u)) + key[j] + (uint32_t)j;
        i = step(r->word, i);
    }
    for (size_t k = 0; k < N - 1; k++) {
        r->word[i] = (r->word[i] ^ (mixed(r->word, i) * 1566083941u)) - (uint32_t)i;
        i = step(r->word, i);
    }
    r->word[0] = 0x80000000u;
}

/* Make the next N words of the last N. */
static void twist(struct ostep_random *r)
{
    uint32_t *w = r->word;
    for (size_t i = 0; i < N; i++) {
        uint32_t joined = (w[i] & 0x80000000u) | (w[(i + 1) % N] & 0x7fffffffu);
        w[i] = w[(i + M) % N] ^ (joined >> 1) ^ (joined & 1 ? 0x9908b0dfu : 0);
    }
    r->at = 0;
}

uint32_t ostep_random_word(struct ostep_random *r)
{
    if (r->at == N) twist(r);
    uint32_t y = r->word[r->at++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

double ostep_random_unit(struct ostep_random *r)
{
    uint32_t high = ostep_random_word(r) >> 5, low = ostep_random_word(r) >> 6;
    return ((double)high * 67108864.0 + (double)low) / 9007199254740992.0;
}
