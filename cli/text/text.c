/* text.c: characters by what they are for a reader. */
#include "cli/text/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "viz/glyph.h"

#define PRINTABLE_BYTES 60u /* of a word in a message */

struct range {
    char32_t first, last;
};

static const struct range blanks[] = {{0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A},
                                      {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
static const struct range nothings[] = {
    {0x00AD, 0x00AD}, {0x200B, 0x200B}, {0x2060, 0x2060}, {0xFEFF, 0xFEFF}};
static const struct range quotes[] = {{0x201C, 0x201F}};
static const struct range minuses[] = {{0x2010, 0x2013}, {0x2212, 0x2212}};
/* Without a look of their own, beside those that have no width. */
static const struct range unseen[] = {{0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x115F, 0x1160},
                                      {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2800, 0x2800},
                                      {0x3164, 0x3164}, {0xFFA0, 0xFFA0}};

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

size_t text_blank(const char *text)
{
    return ascii_is_blank(*text) ? 1 : is_one(blanks, sizeof blanks / sizeof *blanks, text);
}
size_t text_nothing(const char *text)
{
    return is_one(nothings, sizeof nothings / sizeof *nothings, text);
}
size_t text_quote(const char *text) { return is_one(quotes, sizeof quotes / sizeof *quotes, text); }
size_t text_minus(const char *text)
{
    return is_one(minuses, sizeof minuses / sizeof *minuses, text);
}

size_t text_shown(const char **at, bool words, char to[TEXT_SHOWN_MAX])
{
    size_t n;
    const char *from = *at;
    char32_t glyph = glyph_at(from, &n);
    *at += n;
    if (glyph < 0x20 || glyph == 0x7F)
        return (size_t)snprintf(to, TEXT_SHOWN_MAX, "\\x%02x", (unsigned char)*from);
    if (glyph_width(glyph) < 0 || IN(unseen, glyph) || (words && IN(blanks, glyph)))
        return (size_t)snprintf(to, TEXT_SHOWN_MAX, glyph > 0xFFFF ? "\\U%08x" : "\\u%04x",
                                (unsigned)glyph);
    memcpy(to, from, n);
    to[n] = '\0';
    return n;
}

const char *text_fit(const char *text, char *to, size_t bytes)
{
    char shown[TEXT_SHOWN_MAX];
    size_t n = 0;
    while (*text) {
        const char *next = text;
        size_t more = text_shown(&next, true, shown);
        if (n + more + sizeof "..." > bytes) break;
        memcpy(to + n, shown, more);
        n += more;
        text = next;
    }
    strcpy(to + n, *text ? "..." : "");
    return to;
}

const char *text_printable(const char *word)
{
    static char ring[4][PRINTABLE_BYTES + sizeof "..."];
    static unsigned at;
    char *t = ring[at++ % 4];
    return *word ? text_fit(word, t, sizeof ring[0]) : strcpy(t, "\"\"");
}

/* Bytes of the valid UTF-8 character at p, 0 if there is none (RFC 3629: no overlong forms, no
 * surrogates, up to U+10FFFF). */
size_t text_character(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80) return 1;
    size_t n = p[0] >= 0xc2 && p[0] <= 0xdf   ? 2
               : (p[0] & 0xf0) == 0xe0        ? 3
               : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
                                              : 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if (p[0] == 0xe0 && p[1] < 0xa0) return 0;
    if (p[0] == 0xed && p[1] > 0x9f) return 0;
    if (p[0] == 0xf0 && p[1] < 0x90) return 0;
    if (p[0] == 0xf4 && p[1] > 0x8f) return 0;
    return n;
}

char *text_utf8(const char *text)
{
    char *out = malloc(strlen(text) * 3 + 1), *to = out;
    if (!out) return NULL;
    for (const char *p = text; *p;) {
        size_t n = text_character(p);
        if (n == 0) {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
            p++;
        } else {
            memcpy(to, p, n);
            to += n;
            p += n;
        }
    }
    *to = '\0';
    return out;
}

bool text_complain(char *error, size_t bytes, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(error, bytes, format, list);
    va_end(list);
    return false;
}

const char *text_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}
