/* c_number.c: constant expressions: literals, sizeof, + - * / % << >> ~ and parentheses, by C's
 * precedence. Where one side is unsigned the result is, and wraps around as it does in C; signed
 * numbers that leave 64 bits are refused, for in C they mean nothing. */
#include "cli/command/c_scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

#define DEPTH_MAX 32u

static bool sum(struct c_scan *s, struct c_number *n);
static bool unary(struct c_scan *s, struct c_number *n);

static const struct constant {
    const char *name;
    struct c_number value;
} constants[] = {
    {"SIZE_MAX", {UINT64_MAX, true}},
    {"PTRDIFF_MAX", {INT64_MAX, false}},
    {"INT_MAX", {INT32_MAX, false}},
    {"UINT_MAX", {UINT32_MAX, true}},
    {"LONG_MAX", {INT64_MAX, false}},
    {"CHAR_BIT", {8, false}},
    {"BUFSIZ", {8192, false}},
    {"true", {1, false}},
    {"false", {0, false}},
};

/* ── What a number is made of ── */

/* Alone, without what follows it: the parenthesis is not at fault. */
static bool no_literal(struct c_scan *s, const char *begin, const char *format)
{
    char word[C_WORD_MAX];
    size_t n = 0;
    while (n + 1 < sizeof word && (ascii_is_alnum(begin[n]) || begin[n] == '.' || begin[n] == '_'))
        n++;
    snprintf(word, sizeof word, "%.*s", (int)n, begin);
    return c_fail(s, "%s%s", word, format);
}

static bool literal(struct c_scan *s, struct c_number *n)
{
    const char *begin = s->at;
    bool hex = parse_is_hex(begin), octal = !hex && *begin == '0';
    char *end;
    errno = 0;
    n->bits = strtoull(begin, &end, hex ? 16 : octal ? 8 : 10);
    n->is_unsigned = n->bits > INT64_MAX;
    s->at = end;
    if (errno == ERANGE) return no_literal(s, begin, " is beyond 64 bits; expected less");
    for (; *s->at && strchr("uUlLzZ", *s->at); s->at++)
        n->is_unsigned |= *s->at == 'u' || *s->at == 'U' || *s->at == 'z' || *s->at == 'Z';
    if (ascii_is_alnum(*s->at) || *s->at == '.' || *s->at == '_')
        return no_literal(s, begin, " is no number of C; expected one like 64, 0x40 or 4 * 1024");
    return true;
}

static bool size_of(struct c_scan *s, struct c_number *n)
{
    struct c_type type;
    struct c_pointer p;
    *n = (struct c_number){8, true}; /* a pointer's */
    bool round = c_take(s, "(");
    if (round && c_at_type(s)) {
        if (!c_type(s, &type)) return false;
        if (type.stars == 0 && type.bytes == 0)
            return c_fail(s, "the lab does not know that type's size; expected one like int, a "
                             "pointer, or a number of bytes");
        if (type.stars == 0) n->bits = type.bytes;
    } else if (c_take(s, "*")) {
        return c_fail(s, "the lab does not know what a pointer points to; expected sizeof(int) or "
                         "another type, or a number of bytes");
    } else if (!c_pointer_term(s, &p)) {
        return false;
    }
    return !round || c_need(s, ")");
}

static bool length_of(struct c_scan *s, struct c_number *n)
{
    size_t bytes;
    char *text = c_need(s, "(") ? c_text(s, &bytes) : NULL;
    if (!text) return false;
    *n = (struct c_number){strlen(text), true};
    free(text);
    return c_need(s, ")");
}

static bool named(struct c_scan *s, struct c_number *n)
{
    char word[C_WORD_MAX];
    c_word(s, word);
    if (strcmp(word, "sizeof") == 0) return size_of(s, n);
    if (strcmp(word, "strlen") == 0) return length_of(s, n);
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        if (strcmp(constants[i].name, word) == 0) return *n = constants[i].value, true;
    return c_fail(
        s,
        "the lab does not know the value of %s; expected a number, such as 64 or 10 * sizeof(int)",
        text_printable(word));
}

static bool quoted(struct c_scan *s, struct c_number *n)
{
    s->at++;
    int byte = *s->at == '\'' ? -1 : c_character(s);
    if (byte < 0 || *s->at != '\'')
        return c_fail(s, "a character in quotes can't be read; expected one like 'x' or '\\n'");
    s->at++;
    *n = (struct c_number){(uint64_t)(int64_t)(signed char)byte, false};
    return true;
}

/* Behind a cast: the number as that type holds it. */
static bool cast(struct c_scan *s, struct c_number *n)
{
    struct c_type type;
    if (!c_type(s, &type) || !c_need(s, ")") || !unary(s, n)) return false;
    if (type.stars > 0 || type.bytes == 0 || type.bytes > 8 || type.is_float)
        return c_fail(
            s, "a number is cast to what is no whole number; expected a type like int or size_t");
    unsigned unused = 64 - 8 * type.bytes;
    n->bits <<= unused;
    n->bits = type.is_unsigned ? n->bits >> unused : (uint64_t)((int64_t)n->bits >> unused);
    n->is_unsigned =
        type.is_unsigned && type.bytes == 8; /* a smaller one is promoted to int, or fits a long */
    return true;
}

static bool primary(struct c_scan *s, struct c_number *n)
{
    c_skip(s);
    if (ascii_is_digit(*s->at)) return literal(s, n);
    if (*s->at == '\'') return quoted(s, n);
    if (ascii_is_letter(*s->at) || *s->at == '_') return named(s, n);
    if (c_take(s, "(")) return c_at_type(s) ? cast(s, n) : c_number(s, n) && c_need(s, ")");
    if (!*s->at) return c_fail(s, "the line of C ends too early; expected a number");
    return c_fail(s, "%s is no number; expected one like 64 or 10 * sizeof(int)",
                  text_printable(s->at));
}

static bool negate(struct c_scan *s, struct c_number *n)
{
    if (!n->is_unsigned && n->bits == (uint64_t)INT64_MIN)
        return c_fail(s, "a number is beyond 64 bits; expected less");
    n->bits = 0 - n->bits;
    return true;
}

static bool unary(struct c_scan *s, struct c_number *n)
{
    if (s->depth >= DEPTH_MAX)
        return c_fail(s, "the line of C is more than %u deep; expected less", DEPTH_MAX);
    s->depth++;
    bool ok;
    if (c_take(s, "-"))
        ok = unary(s, n) && negate(s, n);
    else if (c_take(s, "+"))
        ok = unary(s, n);
    else if (c_take(s, "~"))
        ok = unary(s, n) && (n->bits = ~n->bits, true);
    else
        ok = primary(s, n);
    s->depth--;
    return ok;
}

/* ── Two numbers ── */

static bool signed_result(struct c_scan *s, struct c_number *a, char op, struct c_number b)
{
    int64_t x = (int64_t)a->bits, y = (int64_t)b.bits, r = 0;
    bool beyond = false;
    if (op == '*') beyond = __builtin_mul_overflow(x, y, &r);
    if (op == '+') beyond = __builtin_add_overflow(x, y, &r);
    if (op == '-') beyond = __builtin_sub_overflow(x, y, &r);
    if (op == '/' || op == '%') {
        beyond = x == INT64_MIN && y == -1;
        if (!beyond) r = op == '/' ? x / y : x % y;
    }
    a->bits = (uint64_t)r;
    return !beyond || c_fail(s, "a number is beyond 64 bits; expected less");
}

static bool apply(struct c_scan *s, struct c_number *a, char op, struct c_number b)
{
    if ((op == '/' || op == '%') && b.bits == 0)
        return c_fail(s, "a number is divided by 0; expected another");
    if (!a->is_unsigned && !b.is_unsigned) return signed_result(s, a, op, b);
    uint64_t r = 0;
    bool wrapped = false;
    if (op == '*') wrapped = __builtin_mul_overflow(a->bits, b.bits, &r);
    if (op == '+') wrapped = __builtin_add_overflow(a->bits, b.bits, &r);
    if (op == '-') wrapped = __builtin_sub_overflow(a->bits, b.bits, &r);
    if (op == '/') r = a->bits / b.bits;
    if (op == '%') r = a->bits % b.bits;
    s->wrapped |= wrapped;
    *a = (struct c_number){r, true};
    return true;
}

static bool product(struct c_scan *s, struct c_number *n)
{
    if (!unary(s, n)) return false;
    for (;;) {
        struct c_number b;
        c_skip(s);
        char op = *s->at;
        if (op != '*' && op != '/' && op != '%') return true;
        s->at++;
        if (!unary(s, &b) || !apply(s, n, op, b)) return false;
    }
}

static bool sum(struct c_scan *s, struct c_number *n)
{
    if (!product(s, n)) return false;
    for (;;) {
        struct c_number b;
        c_skip(s);
        char op = *s->at;
        if (op != '+' && op != '-') return true;
        s->at++;
        if (!product(s, &b) || !apply(s, n, op, b)) return false;
    }
}

bool c_product(struct c_scan *s, struct c_number *n) { return product(s, n); }

bool c_number(struct c_scan *s, struct c_number *n)
{
    if (!sum(s, n)) return false;
    for (;;) {
        struct c_number b;
        bool left = c_take(s, "<<");
        if (!left && !c_take(s, ">>")) return true;
        if (!sum(s, &b)) return false;
        if (b.bits > 63)
            return c_fail(s, "a number is shifted by more than 63 bits; expected less");
        if (left && !n->is_unsigned &&
            ((int64_t)n->bits < 0 || n->bits > (uint64_t)INT64_MAX >> b.bits))
            return c_fail(s, "a number is beyond 64 bits; expected less");
        if (left)
            n->bits <<= b.bits;
        else
            n->bits = n->is_unsigned ? n->bits >> b.bits : (uint64_t)((int64_t)n->bits >> b.bits);
    }
}
