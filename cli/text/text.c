/* text.c: characters by what they are for a reader. */
#include "cli/text/text.h"

#include <stdio.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "viz/glyph.h"

struct range {
    char32_t first, last;
};

static const struct range blanks[] = {{0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A},
                                      {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
static const struct range nothings[] = {{0x00AD, 0x00AD}, {0x200B, 0x200B}, {0x2060, 0x2060}, {0xFEFF, 0xFEFF}};
static const struct range quotes[] = {{0x201C, 0x201F}};
static const struct range minuses[] = {{0x2010, 0x2013}, {0x2212, 0x2212}};
/* Without a look of their own, beside those that have no width. */
static const struct range unseen[] = {{0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x115F, 0x1160}, {0x17B4, 0x17B5},
                                      {0x180B, 0x180F}, {0x2800, 0x2800}, {0x3164, 0x3164}, {0xFFA0, 0xFFA0}};

#define IN(ranges, glyph) in((ranges), sizeof(ranges) / sizeof *(ranges), (glyph))

static bool in(const struct range *ranges, size_t n, char32_t glyph)
{
    for (size_t i = 0; i < n; i++)
        if (glyph >= ranges[i].first && glyph <= ranges[i].last) return true;
    return false;
}

/* The glyph at text, and its bytes; 0 for what is no UTF-8. */
static char32_t glyph_at(const char *text, size_t *n)
{
    const char *end = text;
    char32_t glyph = *text ? glyph_next(&end) : 0;
    *n = (size_t)(end - text);
    return glyph == GLYPH_BAD && *n == 1 ? 0 : glyph;
}

static size_t is_one(const struct range *ranges, size_t n_ranges, const char *text)
{
    size_t n;
    if ((unsigned char)*text < 0x80) return 0;
    return in(ranges, n_ranges, glyph_at(text, &n)) ? n : 0;
}

size_t text_blank(const char *text) { return ascii_is_blank(*text) ? 1 : is_one(blanks, sizeof blanks / sizeof *blanks, text); }
size_t text_nothing(const char *text) { return is_one(nothings, sizeof nothings / sizeof *nothings, text); }
size_t text_quote(const char *text) { return is_one(quotes, sizeof quotes / sizeof *quotes, text); }
size_t text_minus(const char *text) { return is_one(minuses, sizeof minuses / sizeof *minuses, text); }

size_t text_shown(const char **at, bool words, char to[TEXT_SHOWN_MAX])
{
    size_t n;
    const char *from = *at;
    char32_t glyph = glyph_at(from, &n);
    *at += n;
    if (glyph < 0x20 || glyph == 0x7F) return (size_t)snprintf(to, TEXT_SHOWN_MAX, "\\x%02x", (unsigned char)*from);
    if (glyph_width(glyph) < 0 || IN(unseen, glyph) || (words && IN(blanks, glyph)))
        return (size_t)snprintf(to, TEXT_SHOWN_MAX, glyph > 0xFFFF ? "\\U%08x" : "\\u%04x", (unsigned)glyph);
    memcpy(to, from, n);
    to[n] = '\0';
    return n;
}
