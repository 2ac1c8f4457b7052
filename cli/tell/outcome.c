/* outcome.c: what a command came to. */
#include "cli/tell/outcome.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/lost.h"
#include "cli/tell/rows.h"
#include "cli/text/text.h"

#define SPILL_BYTES (64u << 10)
#define CUT_WORDS "... and more: cut here, at 4 MiB; `brkview -e` writes all of it"

_Static_assert(OUTCOME_TEXT_MAX == 4u << 20, "CUT_WORDS says so");

/* ── No memory ── */

static char no_memory[] = "out of memory";
static char done_untold[] =
    "out of memory: what was done stays done, but not all that belongs here could be told";
static char nothing_done[] = "out of memory: nothing was done";

static void free_error(struct outcome *out)
{
    if (out->error != no_memory && out->error != done_untold && out->error != nothing_done)
        free(out->error);
    out->error = NULL;
}

void outcome_lose(struct outcome *out)
{
    if (out->ok || !out->error) {
        free_error(out);
        out->error = done_untold;
    }
    out->ok = false;
    out->lost = true;
    json_decref(out->result);
    out->result = NULL;
}

void outcome_make_spare(struct outcome *spare, uint32_t seq, const char *command)
{
    *spare = (struct outcome){.seq = seq, .spare = true, .error = nothing_done};
    size_t n = 0, more;
    while (command[n] && (more = text_character(command + n)) != 0 &&
           n + more < sizeof spare->brief)
        memcpy(spare->brief + n, command + n, more), n += more;
    spare->command = spare->brief;
}

struct outcome *outcome_new(uint32_t seq, const char *command)
{
    struct outcome *out = calloc(1, sizeof *out);
    if (!out) return NULL;
    out->seq = seq;
    out->command = text_utf8(command);
    if (out->command) return out;
    free(out);
    return NULL;
}

void outcome_free(struct outcome *out)
{
    if (!out) return;
    if (out->command != out->brief) free(out->command);
    free_error(out);
    free(out->text);
    free(out->sentence);
    free(out->c_line);
    free(out->note);
    free(out->taught);
    rows_free(out->rows);
    json_decref(out->result);
    json_decref(out->extra);
    if (out->spare)
        *out = (struct outcome){.spare = true};
    else
        free(out);
}

/* printf into *slot, which was free'd or NULL before. */
static void put(char **slot, const char *format, va_list list)
{
    char *raw = NULL;
    free(*slot);
    *slot = NULL;
    if (vasprintf(&raw, format, list) < 0) raw = NULL;
    if (raw) *slot = text_utf8(raw);
    if (!*slot) lost_note();
    free(raw);
}

bool outcome_fail(struct outcome *out, const char *format, ...)
{
    va_list list;
    free_error(out);
    va_start(list, format);
    put(&out->error, format, list);
    va_end(list);
    if (!out->error) out->error = no_memory;
    return false;
}

bool outcome_refuse(struct outcome *out, const char *command)
{
    lost_note();
    return outcome_fail(out, "%s: out of memory: nothing was done", text_printable(command));
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
    rows_free(out->rows);
    out->rows = NULL;
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
    if (before && asprintf(&out->note, "%s; %s", before, more) < 0) out->note = NULL, lost_note();
    if (!out->note) out->note = more;
    if (out->note != more) free(more);
    free(before);
}

void outcome_taught(struct outcome *out, const char *text)
{
    free(out->taught);
    out->taught = text_utf8(text);
    if (!out->taught) lost_note();
}

/* Room for n more bytes of text, and a zero. */
static bool text_room(struct outcome *out, size_t n)
{
    size_t have = out->text ? out->text_bytes : 0, room = (have + n + 1) * 2;
    if (out->text && have + n + 1 <= out->text_room) return true;
    char *moved = realloc(out->text, room);
    if (!moved) return lost_note(), false;
    out->text = moved;
    out->text_room = room;
    out->text_bytes = have;
    return true;
}

/* Whole lines go to whoever takes them. */
static void spill(struct outcome *out)
{
    const char *end = out->sink && out->text_bytes > SPILL_BYTES
                          ? memrchr(out->text, '\n', out->text_bytes)
                          : NULL;
    if (!end) return;
    size_t n = (size_t)(end + 1 - out->text);
    out->sink->take(out->sink, out, n);
    out->told = true;
    out->text_bytes -= n;
    memmove(out->text, out->text + n, out->text_bytes + 1);
}

static void append(struct outcome *out, const char *more)
{
    size_t n = strlen(more);
    if (!text_room(out, n)) return;
    memcpy(out->text + out->text_bytes, more, n + 1);
    out->text_bytes += n;
}

static void shorten(struct outcome *out, size_t bytes)
{
    out->text_bytes = bytes;
    if (out->text) out->text[bytes] = '\0';
}

void outcome_text(struct outcome *out, const char *format, ...)
{
    va_list list;
    char *more = NULL;
    size_t before = out->text_bytes;
    if (out->cut) return;
    va_start(list, format);
    put(&more, format, list);
    va_end(list);
    if (more) append(out, more);
    free(more);
    out->cut = !out->sink && out->text_bytes > OUTCOME_TEXT_MAX;
    if (out->cut) shorten(out, before);
    spill(out);
}

void outcome_end_text(struct outcome *out)
{
    if (out->cut) {
        const char *end =
            memrchr(out->text, '\n', out->text_bytes); /* some lines are put together */
        shorten(out, end ? (size_t)(end + 1 - out->text) : 0);
        append(out, CUT_WORDS);
    }
    if (out->text_bytes > 0 && out->text[out->text_bytes - 1] == '\n')
        shorten(out, out->text_bytes - 1);
}

void outcome_result(struct outcome *out, json_t *value)
{
    json_decref(out->result);
    out->result = value;
}

void outcome_extra(struct outcome *out, const char *key, json_t *value)
{
    if (!out->extra) out->extra = json_object();
    if (json_object_set_new(out->extra, key, value) != 0) lost_note();
}
