/* c_scan.c: the tokens, types and texts of C. Numbers stand in c_number.c, pointers in c_pointer.c.
 */
#include "cli/command/c_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

bool c_fail(struct c_scan *s, const char *format, ...)
{
    va_list list;
    if (*s->error) return false;
    va_start(list, format);
    vsnprintf(s->error, s->error_bytes, format, list);
    va_end(list);
    return false;
}

/* ── Tokens ── */

void c_skip(struct c_scan *s)
{
    for (;;) {
        while (ascii_is_blank(*s->at))
            s->at++;
        if (s->at[0] == '/' && s->at[1] == '/') {
            s->at += strlen(s->at);
        } else if (s->at[0] == '/' && s->at[1] == '*') {
            const char *end = strstr(s->at + 2, "*/");
            s->at = end ? end + 2 : s->at + strlen(s->at);
        } else {
            return;
        }
    }
}

bool c_take(struct c_scan *s, const char *punctuation)
{
    size_t n = strlen(punctuation);
    c_skip(s);
    if (strncmp(s->at, punctuation, n) != 0) return false;
    s->at += n;
    return true;
}

bool c_need(struct c_scan *s, const char *punctuation)
{
    if (c_take(s, punctuation)) return true;
    if (!*s->at) return c_fail(s, "the line of C ends too early; expected %s", punctuation);
    return c_fail(s, "%s is not understood in this line of C; expected %s", text_printable(s->at),
                  punctuation);
}

bool c_word(struct c_scan *s, char word[C_WORD_MAX])
{
    size_t n = 0;
    c_skip(s);
    if (!ascii_is_letter(*s->at) && *s->at != '_') return false;
    for (; ascii_is_alnum(*s->at) || *s->at == '_'; s->at++)
        if (n + 1 < C_WORD_MAX) word[n++] = *s->at;
    word[n] = '\0';
    return true;
}

/* ── Types ── */

static const struct type_word {
    const char *word;
    uint32_t bytes; /* 0: it says something about another word, or its size is not known */
    bool is_unsigned, is_float, is_void;
} type_words[] = {
    {"char", 1, 0, 0, 0},      {"short", 2, 0, 0, 0},     {"int", 4, 0, 0, 0},
    {"long", 8, 0, 0, 0},      {"float", 4, 0, 1, 0},     {"double", 8, 0, 1, 0},
    {"bool", 1, 1, 0, 0},      {"_Bool", 1, 1, 0, 0},     {"size_t", 8, 1, 0, 0},
    {"ssize_t", 8, 0, 0, 0},   {"ptrdiff_t", 8, 0, 0, 0}, {"intptr_t", 8, 0, 0, 0},
    {"uintptr_t", 8, 1, 0, 0}, {"int8_t", 1, 0, 0, 0},    {"int16_t", 2, 0, 0, 0},
    {"int32_t", 4, 0, 0, 0},   {"int64_t", 8, 0, 0, 0},   {"uint8_t", 1, 1, 0, 0},
    {"uint16_t", 2, 1, 0, 0},  {"uint32_t", 4, 1, 0, 0},  {"uint64_t", 8, 1, 0, 0},
    {"void", 0, 0, 0, 1},      {"unsigned", 0, 1, 0, 0},  {"signed", 0, 0, 0, 0},
    {"const", 0, 0, 0, 0},     {"volatile", 0, 0, 0, 0},  {"static", 0, 0, 0, 0},
    {"register", 0, 0, 0, 0},  {"struct", 0, 0, 0, 0},    {"union", 0, 0, 0, 0},
    {"enum", 0, 0, 0, 0},      {"restrict", 0, 0, 0, 0},
};

static const struct type_word *type_word_find(const char *word)
{
    for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++)
        if (strcmp(type_words[i].word, word) == 0) return &type_words[i];
    return NULL;
}

bool c_is_type_word(const char *word) { return type_word_find(word) != NULL; }

bool c_at_type(const struct c_scan *s)
{
    struct c_scan ahead = *s;
    char word[C_WORD_MAX];
    return c_word(&ahead, word) && c_is_type_word(word);
}

/* `short int` is a short, `long double` is 16 bytes, `unsigned` alone an int. */
static void type_add(struct c_type *type, const char *word, const struct type_word *w)
{
    bool sized = strcmp(word, "int") != 0 || type->bytes == 0;
    if (strcmp(word, "double") == 0 && type->bytes == 8)
        type->bytes = 16;
    else if (w->bytes && sized)
        type->bytes = w->bytes;
    else if (type->bytes == 0 && (strcmp(word, "unsigned") == 0 || strcmp(word, "signed") == 0))
        type->bytes = 4;
    type->is_unsigned |= w->is_unsigned;
    type->is_float |= w->is_float;
    type->is_void |= w->is_void;
}

bool c_type(struct c_scan *s, struct c_type *type)
{
    char word[C_WORD_MAX];
    *type = (struct c_type){0};
    while (c_at_type(s)) {
        c_word(s, word);
        type_add(type, word, type_word_find(word));
        bool tagged =
            strcmp(word, "struct") == 0 || strcmp(word, "union") == 0 || strcmp(word, "enum") == 0;
        if (tagged && !c_word(s, word))
            return c_fail(s, "a name is missing behind struct; expected one");
        while (c_take(s, "*"))
            type->stars++;
    }
    return true;
}

/* ── Texts ── */

/* The byte behind a backslash at *p, which ends behind it; -1: not one. Hex digits go on as long as
 * there are some, octal ones up to three. */
static int escape_byte(const char **p)
{
    static const char from[] = "ntrabfve\\\"'?", to[] = "\n\t\r\a\b\f\v\033\\\"'?";
    const char *found = **p ? strchr(from, **p) : NULL;
    int value = 0;
    if (found) return ++*p, (unsigned char)to[found - from];
    if (**p >= '0' && **p <= '7') {
        for (int i = 0; i < 3 && **p >= '0' && **p <= '7'; i++)
            value = value * 8 + *(*p)++ - '0';
        return value <= 255 ? value : -1;
    }
    if (**p != 'x' || !ascii_is_hex((*p)[1])) return -1;
    for (++*p; ascii_is_hex(**p); ++*p)
        value = value <= 255 ? value * 16 + ascii_hex_value(**p) : value;
    return value <= 255 ? value : -1;
}

int c_character(struct c_scan *s)
{
    if (*s->at != '\\') return *s->at ? (unsigned char)*s->at++ : -1;
    s->at++;
    int byte = escape_byte(&s->at);
    if (byte < 0)
        c_fail(s,
               "a backslash is followed by %s; expected an escape of C, such as \\n, \\0 or \\xff",
               text_printable(s->at));
    return byte;
}

char *c_text(struct c_scan *s, size_t *n)
{
    char *text = malloc(strlen(s->at) + 1);
    *n = 0;
    c_skip(s);
    bool ok = text ? *s->at == '"' || c_fail(s, "a text is missing; expected one in double quotes")
                   : c_fail(s, "out of memory");
    while (ok && c_take(s, "\"")) {
        while (ok && *s->at && *s->at != '"') {
            int byte = c_character(s);
            if ((ok = byte >= 0)) text[(*n)++] = (char)byte;
        }
        if (ok && *s->at != '"') ok = c_fail(s, "a quote is not closed; expected another \"");
        if (ok) s->at++;
    }
    if (ok) return text[*n] = '\0', text;
    free(text);
    return NULL;
}
