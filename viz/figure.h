/* figure.h: numbers as people read them. Each writes into to and returns it. */
#ifndef FIGURE_H
#define FIGURE_H

#include "picture.h"

#include <stdint.h>

#define FIGURE_MAX 64

const char *figure_count(char to[FIGURE_MAX], uint64_t n); /* 1,234,567 */
const char *figure_bytes(char to[FIGURE_MAX], uint64_t n); /* 208 B, 4 KiB, 1.5 MiB */
const char *figure_delta(char to[FIGURE_MAX], uint64_t from,
                         uint64_t to_n); /* +96, −48, ±0 (UTF-8) */
const char *figure_fit(char to[FIGURE_MAX], uint64_t n,
                       int width); /* bytes: 1234567, or 1.2M where that is too wide */
const char *figure_address(char to[FIGURE_MAX], uint64_t address); /* 0x4110d0 */
/* An address of the heap as the view wants it: 0x4110d0, or +0xd0 from the heap's start. */
const char *figure_place(char to[FIGURE_MAX], const struct picture *p, uint64_t address);

/* A header's word with that value: 64, 0x4110d0, or, with its flag set, 65 = 64 + free. */
const char *figure_word(char to[FIGURE_MAX], const struct picture_word *word, uint64_t value);

#endif
