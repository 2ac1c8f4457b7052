/* outcome.c: what a command came to. */
#include "cli/command/outcome.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (256u << 20)
#define EXACT_MAX ((UINT64_C(1) << 53) - 1) /* of the integers of a double */

/* Bytes of the valid UTF-8 character at p, 0 if there is none (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF). */
size_t outcome_character(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80) return 1;
    size_t n = p[0] >= 0xc2 && p[0] <= 0xdf ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if (p[0] == 0xe0 && p[1] < 0xa0) return 0;
    if (p[0] == 0xed && p[1] > 0x9f) return 0;
    if (p[0] == 0xf0 && p[1] < 0x90) return 0;
    if (p[0] == 0xf4 && p[1] > 0x8f) return 0;
    return n;
}

char *outcome_utf8(const char *text)
{
    char *out = malloc(strlen(text) * 3 + 1), *to = out;
    if (!out) return NULL;
    for (const char *p = text; *p;) {
        size_t n = outcome_character(p);
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

struct outcome *outcome_new(uint32_t seq, const char *command)
{
    struct outcome *out = calloc(1, sizeof *out);
    if (!out) return NULL;
    out->seq = seq;
    out->command = outcome_utf8(command);
    if (out->command) return out;
    free(out);
    return NULL;
}

void outcome_free(struct outcome *out)
{
    if (!out) return;
    free(out->command);
    free(out->error);
    free(out->text);
    free(out->sentence);
    free(out->c_line);
    free(out->note);
    free(out->taught);
    json_decref(out->result);
    json_decref(out->extra);
    free(out);
}

/* printf into *slot, which was free'd or NULL before. */
static void put(char **slot, const char *format, va_list list)
{
    char *raw = NULL;
    free(*slot);
    *slot = NULL;
    if (vasprintf(&raw, format, list) < 0) return;
    *slot = outcome_utf8(raw);
    free(raw);
}

bool outcome_fail(struct outcome *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put(&out->error, format, list);
    va_end(list);
    return false;
}

void outcome_forget(struct outcome *out)
{
    free(out->text);
    free(out->sentence);
    out->text = out->sentence = NULL;
    out->text_bytes = out->text_room = 0;
    json_decref(out->result);
    json_decref(out->extra);
    out->result = out->extra = NULL;
}

void outcome_sentence(struct outcome *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put(&out->sentence, format, list);
    va_end(list);
}

void outcome_c_line(struct outcome *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    put(&out->c_line, format, list);
    va_end(list);
}

void outcome_note(struct outcome *out, const char *format, ...)
{
    va_list list;
    char *more = NULL, *before = out->note;
    va_start(list, format);
    put(&more, format, list);
    va_end(list);
    if (!more) return;
    out->note = NULL;
    if (before && asprintf(&out->note, "%s; %s", before, more) < 0) out->note = NULL;
    if (!out->note) out->note = more;
    if (out->note != more) free(more);
    free(before);
}

void outcome_taught(struct outcome *out, const char *text)
{
    free(out->taught);
    out->taught = outcome_utf8(text);
}

void outcome_text(struct outcome *out, const char *format, ...)
{
    va_list list;
    char *more = NULL;
    va_start(list, format);
    put(&more, format, list);
    va_end(list);
    if (!more) return;
    size_t have = out->text ? out->text_bytes : 0, n = strlen(more);
    if (have + n > TEXT_MAX) { /* a repeat of a table may ask for any amount */
        free(more);
        return;
    }
    if (!out->text || have + n + 1 > out->text_room) {
        size_t room = (have + n + 1) * 2;
        char *moved = realloc(out->text, room);
        if (!moved) {
            free(more);
            return;
        }
        out->text = moved;
        out->text_room = room;
    }
    memcpy(out->text + have, more, n + 1);
    out->text_bytes = have + n;
    free(more);
}

void outcome_result(struct outcome *out, json_t *value)
{
    json_decref(out->result);
    out->result = value;
}

void outcome_extra(struct outcome *out, const char *key, json_t *value)
{
    if (!out->extra) out->extra = json_object();
    json_object_set_new(out->extra, key, value);
}

json_t *outcome_address(uint64_t address)
{
    char text[32];
    snprintf(text, sizeof text, "0x%" PRIx64, address);
    return json_string(text);
}

json_t *outcome_number(uint64_t n) { return n <= EXACT_MAX ? json_integer((json_int_t)n) : outcome_address(n); }

json_t *outcome_signed(int64_t n)
{
    char text[32];
    uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (size <= EXACT_MAX) return json_integer((json_int_t)n);
    snprintf(text, sizeof text, "%s0x%" PRIx64, n < 0 ? "-" : "", size);
    return json_string(text);
}
