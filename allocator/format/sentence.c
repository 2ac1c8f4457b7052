/* sentence.c: see sentence.h. */
#include "sentence.h"

struct sentence sentence_in(char *text, size_t bytes)
{
    *text = '\0';
    return (struct sentence){text, text + bytes - 1};
}

void sentence_put(struct sentence *s, const char *text)
{
    while (*text != '\0' && s->at < s->end)
        *s->at++ = *text++;
    *s->at = '\0';
}

void sentence_put_number(struct sentence *s, uint64_t n, unsigned base)
{
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    do {
        *--at = "0123456789abcdef"[n % base];
        n /= base;
    } while (n != 0);
    if (base == 16) sentence_put(s, "0x");
    sentence_put(s, at);
}
