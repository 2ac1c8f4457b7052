/* place.c: addresses in words. */
#include "cli/text/place.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"

#define SMALL 0x100000u /* no heap begins below */

const char *place_value(char text[PLACE_VALUE_MAX], bool is_address, uint64_t value)
{
    snprintf(text, PLACE_VALUE_MAX, is_address || value < SMALL ? "0x%" PRIx64 : "0x%016" PRIx64,
             value);
    return text;
}

#define ADDRESS_MAX 18 /* "0x" and 16 digits */

/* Bytes of the address of [from, to) that begins at p; 0: none does. */
static size_t address_at(const char *text, const char *p, uint64_t from, uint64_t to,
                         uint64_t *address)
{
    if (p[0] != '0' || p[1] != 'x' || p[2] == '0') return 0;
    if (p > text && (ascii_is_letter(p[-1]) || ascii_is_digit(p[-1]) || strchr("+)_", p[-1])))
        return 0;
    size_t n = 2 + strspn(p + 2, "0123456789abcdef");
    if (n == 2 || n > ADDRESS_MAX || ascii_is_letter(p[n]) || ascii_is_digit(p[n]) || p[n] == '_')
        return 0;
    *address = strtoull(p + 2, NULL, 16);
    return *address >= from && *address < to ? n : 0;
}

static bool stands_in(const char *typed, const char *word, size_t n)
{
    char copy[ADDRESS_MAX + 1];
    snprintf(copy, sizeof copy, "%.*s", (int)n, word);
    return typed && strstr(typed, copy);
}

/* Does what stands behind an address, or before it, belong to a column of a table? */
static bool in_column(const char *text, const char *p, size_t n)
{
    bool row = p == text || p[-1] == '\n', gap = p - text >= 2 && p[-1] == ' ' && p[-2] == ' ';
    return p[n] == ' ' && (p[n + 1] == ' ' || row || gap);
}

char *place_text(const char *text, uint64_t from, uint64_t to, const char *typed)
{
    uint64_t address;
    bool any = false;
    for (const char *p = text; (p = strstr(p, "0x")) != NULL && !any; p += 2)
        any = address_at(text, p, from, to, &address) > 0;
    char *placed = any ? malloc(strlen(text) * 2 + 1) : NULL,
         *end = placed; /* "+0x0" is no longer than an address can be */
    if (!placed) return NULL;
    for (const char *p = text; *p;) {
        size_t n = address_at(text, p, from, to, &address);
        if (n == 0 || stands_in(typed, p, n)) {
            *end++ = *p++;
            continue;
        }
        int told = sprintf(end, "+0x%" PRIx64, address - from);
        while (in_column(text, p, n) && (size_t)told < n)
            end[told++] = ' ';
        end += told;
        p += n;
    }
    *end = '\0';
    return placed;
}
