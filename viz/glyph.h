/* glyph.h: single characters: from UTF-8, how wide they are, and what stands for them where only
 * ASCII can be shown. None of it depends on the locale, so that a frame is the same everywhere. */
#ifndef GLYPH_H
#define GLYPH_H

#include <stddef.h>
#include <uchar.h>

#define GLYPH_BAD 0xFFFDu /* what stands for a byte or a character that cannot be shown */

/* The character at *at, which moves behind it; an invalid byte gives GLYPH_BAD and moves by one.
 * Not at the final NUL. */
char32_t glyph_next(const char **at);
/* Write it as UTF-8, NUL-terminated; returns the bytes without the NUL. */
size_t glyph_to_utf8(char32_t glyph, char to[5]);
/* Columns: 2 for wide ones, 0 for combining ones, 1 else; -1 for controls, surrogates and what
 * would change the direction of text. */
int glyph_width(char32_t glyph);
/* The ASCII character nearest in shape, '?' if none is. */
char32_t glyph_ascii(char32_t glyph);

#endif
