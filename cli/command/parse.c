/* parse.c: words, sizes, switches. */
#include "cli/command/parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* ── Words ── */

/* The escape behind a backslash at *p; *p ends behind it. -1: not one. */
static int escape_byte(const char **p)
{
    static const char from[] = "ntre0\\\"", to[] = "\n\t\r\033\0\\\"";
    char c = **p;
    const char *found = c ? strchr(from, c) : NULL;
    if (found) {
        ++*p;
        return (unsigned char)to[found - from];
    }
    if (c == 'x' && ascii_is_hex((*p)[1]) && ascii_is_hex((*p)[2])) {
        int byte = ascii_hex_value((*p)[1]) * 16 + ascii_hex_value((*p)[2]);
        *p += 3;
        return byte;
    }
    return -1;
}

/* Copy a quoted word from *p (behind the opening quote) to *out. */
static bool quoted_word(const char **p, char **out, char *error, size_t bytes)
{
    while (**p && **p != '"') {
        if (**p != '\\') {
            *(*out)++ = *(*p)++;
            continue;
        }
        if (!*++*p) break; /* not closed */
        int byte = escape_byte(p);
        if (byte < 0)
            return text_complain(
                error, bytes,
                "a backslash in quotes is followed by '%s'; expected one of n t r e 0 \\ \" xHH",
                text_printable(*p));
        *(*out)++ = (char)byte;
    }
    if (**p != '"')
        return text_complain(error, bytes, "a quote is not closed; expected another \"");
    ++*p;
    return true;
}

static bool has_control(const char *line)
{
    for (const char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' && *p != '\t' && *p != '\n' && *p != '\r') return true;
    return false;
}

static bool arguments_room(struct arguments *args, size_t length)
{
    size_t words = length + 2; /* a""b holds a word in every byte but one */
    args->word = calloc(words, sizeof *args->word);
    args->length = calloc(words, sizeof *args->length);
    args->quoted = calloc(words, sizeof *args->quoted);
    args->at = calloc(words, sizeof *args->at);
    args->storage = malloc(length + words + 1);
    return args->word && args->length && args->quoted && args->at && args->storage;
}

bool arguments_parse(struct arguments *args, const char *line, char *error, size_t error_bytes)
{
    size_t length = strlen(line);
    *args = (struct arguments){.line = line};
    if (length > PARSE_LINE_MAX)
        return text_complain(error, error_bytes,
                             "the command is %zu bytes long; expected at most %u", length,
                             PARSE_LINE_MAX);
    if (has_control(line))
        return text_complain(error, error_bytes,
                             "the command holds a control character; expected text");
    if (!arguments_room(args, length)) return text_complain(error, error_bytes, "out of memory");
    char *out = args->storage;
    int n = -1; /* the first word is the command's own */
    for (const char *p = line;;) {
        while (ascii_is_blank(*p))
            p++;
        if (!*p) break;
        char *begin = out;
        bool quoted = *p == '"';
        size_t at = (size_t)(p - line);
        if (quoted) {
            p++;
            if (!quoted_word(&p, &out, error, error_bytes)) return false;
        } else {
            while (*p && !ascii_is_blank(*p) && *p != '"')
                *out++ = *p++;
        }
        if (n < 0) {
            args->name = begin;
        } else {
            args->word[n] = begin;
            args->length[n] = (size_t)(out - begin);
            args->quoted[n] = quoted;
            args->at[n] = at;
        }
        *out++ = '\0';
        n++;
    }
    args->n = n < 0 ? 0 : n;
    return args->name != NULL ||
           text_complain(error, error_bytes, "nothing was said; expected a command");
}

void arguments_release(struct arguments *args)
{
    free((void *)args->word);
    free(args->length);
    free(args->quoted);
    free(args->at);
    free(args->storage);
    *args = (struct arguments){0};
}

bool arguments_take_force(const struct arguments *args, int *words)
{
    *words = args->n;
    if (args->n == 0 || args->quoted[args->n - 1] || strcmp(args->word[args->n - 1], "force") != 0)
        return false;
    --*words;
    return true;
}

/* ── Numbers ── */

static unsigned unit_shift(char c)
{
    switch (c) {
    case 'k':
    case 'K':
        return 10;
    case 'm':
    case 'M':
        return 20;
    case 'g':
    case 'G':
        return 30;
    case 't':
    case 'T':
        return 40;
    default:
        return 0;
    }
}

bool parse_is_hex(const char *word) { return word[0] == '0' && (word[1] == 'x' || word[1] == 'X'); }

bool parse_size(const char *word, const char *what, uint64_t *size, char *error, size_t error_bytes)
{
    const char *p = word;
    bool hex = parse_is_hex(p);
    if (*p == '-' && ascii_is_digit(p[1]))
        return text_complain(
            error, error_bytes,
            "%s is negative: %s; expected a number of bytes like 64, 0x40, 4k or 1M", what,
            text_printable(word));
    if (hex) p += 2;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(p, &end, hex ? 16 : 10);
    bool digits = hex ? ascii_is_hex(*p) : ascii_is_digit(*p);
    unsigned shift = hex ? 0 : unit_shift(*end);
    if (shift) end++;
    if (!digits || *end)
        return text_complain(error, error_bytes,
                             "%s can't be read: %s; expected a number like 64, 0x40, 4k or 1M",
                             what, text_printable(word));
    if (errno == ERANGE || value > UINT64_MAX >> shift)
        return text_complain(error, error_bytes,
                             "%s is beyond 64 bits: %s; expected less than 16 EiB", what,
                             text_printable(word));
    *size = (uint64_t)value << shift;
    return true;
}

bool parse_positive(const char *word, const char *what, uint64_t *size, char *error,
                    size_t error_bytes)
{
    if (!parse_size(word, what, size, error, error_bytes)) return false;
    return *size > 0 || text_complain(error, error_bytes, "%s is 0; expected at least 1", what);
}

bool parse_limit(const char *word, const char *what, uint64_t *limit, char *error,
                 size_t error_bytes)
{
    if (!parse_positive(word, what, limit, error, error_bytes)) return false;
    return *limit <= INT64_MAX ||
           text_complain(error, error_bytes, "%s is %" PRIu64 "; expected less than 8 EiB", what,
                         *limit);
}

bool parse_delta(const char *word, int64_t *delta, char *error, size_t error_bytes)
{
    bool negative = *word == '-';
    uint64_t size = 0;
    if (!parse_size(word + (*word == '-' || *word == '+'), "BYTES", &size, error, error_bytes))
        return false;
    if (size > INT64_MAX)
        return text_complain(
            error, error_bytes,
            "BYTES is out of range: %s; expected a number between -8 EiB and +8 EiB",
            text_printable(word));
    *delta = negative ? -(int64_t)size : (int64_t)size;
    return true;
}

bool parse_switch(const char *word, bool *on, char *error, size_t error_bytes)
{
    static const char *const yes[] = {"on", "yes", "1", "true"}, *const no[] = {"off", "no", "0",
                                                                                "false"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(word, yes[i]) == 0) return *on = true, true;
        if (strcmp(word, no[i]) == 0) return *on = false, true;
    }
    return text_complain(error, error_bytes, "%s is neither on nor off; expected on or off",
                         text_printable(word));
}
