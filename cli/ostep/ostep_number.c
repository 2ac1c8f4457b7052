/* ostep_number.c: whole numbers as Python reads and writes them: Horner's rule in 32-bit words one
 * way, division by 10^9 the other. */
#include "cli/ostep/ostep_number.h"

#include <inttypes.h>
#include <string.h>

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A') + 10;
    return 99;
}

/* b = b * by + plus. False: it has outgrown its words. */
static bool big_step(struct ostep_big *b, uint32_t by, uint32_t plus)
{
    uint64_t carry = plus;
    for (size_t i = 0; i < b->n; i++) {
        carry += (uint64_t)b->word[i] * by;
        b->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry == 0) return true;
    if (b->n == OSTEP_BIG_WORDS) return false;
    b->word[b->n++] = (uint32_t)carry;
    return true;
}

/* Skip the prefix of base, where text starts with it, and the underscore that may follow it. */
static const char *skip_prefix(const char *text, const char *end, unsigned base)
{
    char letter = base == 16 ? 'x' : base == 8 ? 'o' : base == 2 ? 'b' : '\0';
    if (!letter || end - text < 2 || text[0] != '0' || (text[1] | 0x20) != letter) return text;
    text += 2;
    return text < end && *text == '_' ? text + 1 : text;
}

enum ostep_number ostep_big_parse(struct ostep_big *b, const char *text, size_t n, unsigned base)
{
    const char *end = text + n;
    size_t n_digits = 0;
    bool minus = false, fits = true, was_digit = false;
    b->n = 0;
    while (text < end && is_space(*text))
        text++;
    while (text < end && is_space(end[-1]))
        end--;
    if (text < end && (*text == '+' || *text == '-')) minus = *text++ == '-';
    for (text = skip_prefix(text, end, base); text < end; text++) {
        if (*text == '_' && was_digit) {
            was_digit = false;
            continue;
        }
        if (digit_of(*text) >= base) return OSTEP_NUMBER_NONE;
        fits = fits && big_step(b, base, digit_of(*text));
        was_digit = true;
        n_digits++;
    }
    if (!was_digit) return OSTEP_NUMBER_NONE;
    b->negative = minus && b->n > 0;
    if (!fits || (base == 10 && n_digits > OSTEP_BIG_DIGITS)) return OSTEP_NUMBER_TOO_LONG;
    char decimal[OSTEP_BIG_TEXT];
    return ostep_big_text(b, decimal) - b->negative > OSTEP_BIG_DIGITS ? OSTEP_NUMBER_TOO_LONG
                                                                       : OSTEP_NUMBER_OK;
}

enum ostep_number ostep_big_parse_option(struct ostep_big *b, const char *text)
{
    char second = text[0] ? (char)(text[1] | 0x20) : '\0';
    if (text[0] != '0') return ostep_big_parse(b, text, strlen(text), 10);
    if (second == 'x') return ostep_big_parse(b, text, strlen(text), 16);
    if (second != 'b') return ostep_big_parse(b, text, strlen(text), 8);
    return text[2] ? ostep_big_parse(b, text + 2, strlen(text + 2), 2)
                   : ostep_big_parse(b, "0", 1, 2);
}

bool ostep_big_fits(const struct ostep_big *b, ostep_int *value)
{
    ostep_int sum = 0;
    if (b->n > 3) return false;
    for (size_t i = b->n; i > 0; i--)
        sum = sum * ((ostep_int)1 << 32) + b->word[i - 1];
    if (sum > OSTEP_INT_MOST) return false;
    *value = b->negative ? -sum : sum;
    return true;
}

/* *b = *b / 10^9; returns the rest. */
static uint32_t big_divide(struct ostep_big *b)
{
    uint64_t rest = 0;
    for (size_t i = b->n; i > 0; i--) {
        rest = (rest << 32) | b->word[i - 1];
        b->word[i - 1] = (uint32_t)(rest / 1000000000);
        rest %= 1000000000;
    }
    while (b->n > 0 && b->word[b->n - 1] == 0)
        b->n--;
    return (uint32_t)rest;
}

size_t ostep_big_text(const struct ostep_big *b, char text[OSTEP_BIG_TEXT])
{
    struct ostep_big left = *b;
    uint32_t group[OSTEP_BIG_TEXT / 9];
    size_t n = 0, length;
    do
        group[n++] = big_divide(&left);
    while (left.n > 0);
    length =
        (size_t)snprintf(text, OSTEP_BIG_TEXT, "%s%" PRIu32, b->negative ? "-" : "", group[--n]);
    while (n > 0)
        length +=
            (size_t)snprintf(text + length, OSTEP_BIG_TEXT - length, "%09" PRIu32, group[--n]);
    return length;
}

void ostep_int_put(FILE *out, ostep_int value)
{
    char text[48], *at = text + sizeof text;
    bool minus = value < 0;
    if (value >= INT64_MIN && value <= INT64_MAX) {
        fprintf(out, "%" PRId64, (int64_t)value);
        return;
    }
    *--at = '\0';
    for (; value != 0; value /= 10) {
        int digit = (int)(value % 10);
        *--at = (char)('0' + (minus ? -digit : digit));
    }
    if (minus) *--at = '-';
    fputs(at, out);
}
