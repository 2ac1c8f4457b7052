/* pattern.h: what payloads of a trace are filled with: word k of the payload with a key is
 * (key + 1) * A + k * STEP with a 1 in each byte. None of its bytes is zero, and words differ from
 * those of other payloads and places. */
#ifndef PATTERN_H
#define PATTERN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATTERN_STEP UINT64_C(0xbf58476d1ce4e5b9)
#define PATTERN_ONES UINT64_C(0x0101010101010101)

static inline uint64_t pattern_first(uint32_t key)
{
    return (key + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t pattern_word(uint32_t key, size_t k)
{
    return (pattern_first(key) + k * PATTERN_STEP) | PATTERN_ONES;
}

/* The bytes from `from` to below size of the payload at p. Whole words are written as such. */
static inline void pattern_fill(unsigned char *p, uint32_t key, size_t from, size_t size)
{
    while (from < size) {
        uint64_t word = pattern_word(key, from / 8);
        size_t n = 8 - from % 8 < size - from ? 8 - from % 8 : size - from;
        memcpy(p + from, (const char *)&word + from % 8, n);
        from += n;
        for (word = pattern_first(key) + from / 8 * PATTERN_STEP; from + 8 <= size; from += 8) {
            uint64_t whole = word | PATTERN_ONES;
            memcpy(p + from, &whole, sizeof whole);
            word += PATTERN_STEP;
        }
    }
}

#endif
