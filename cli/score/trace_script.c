/* trace_script.c: see trace_script.h. Is a text one, its lines or its JSON, and what is told of it.
 */
#include "cli/score/trace_script.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/score/trace_script_private.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* ── JSON: a line, a command ── */

static bool take_object(struct script *s, const char *line, size_t n)
{
    json_error_t unheard;
    json_t *j = json_loadb(line, n, JSON_DISABLE_EOF_CHECK, &unheard);
    const char *command = j ? json_string_value(json_object_get(j, "command")) : NULL;
    bool ok = command != NULL;
    if (!ok)
        script_wrong(
            s, "it is no object of a command; expected a line of brkview --json, or of export "
               "FILE.json");
    else if (json_is_true(json_object_get(j, "ok")))
        ok = script_take(s, command, false);
    json_decref(j);
    return ok;
}

static bool take_json(struct script *s, const char *text, size_t n)
{
    const char *end = text + n;
    bool ok = true;
    for (const char *at = text; ok && at < end; s->line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
        while (at < stop && (ascii_is_blank(*at) || strchr("[],", *at)))
            at++;
        if (at < stop) ok = take_object(s, at, (size_t)(stop - at));
        at = stop + 1;
    }
    return ok;
}

/* ── The whole ── */

/* What became of the commands that are none of a trace, in one note. */
static void tell_passed(const struct script *s)
{
    char passed[128] = "", like[40] = "";
    uint64_t more = s->n_passed - 1;
    uint32_t line = s->n_passed ? s->first_passed : s->like_line;
    if (!s->n_passed && !s->like) return;
    if (s->n_passed == 1)
        snprintf(passed, sizeof passed, "%s makes no operation, and is passed over", s->passed);
    if (s->n_passed > 1)
        snprintf(passed, sizeof passed,
                 "%s makes no operation; it and %" PRIu64 " more command%s are passed over",
                 s->passed, more, more == 1 ? "" : "s");
    if (s->like) snprintf(like, sizeof like, "%s stands as malloc", s->like);
    snprintf(s->t->note[s->t->n_notes++], sizeof s->t->note[0], "line %" PRIu32 ": %s%s%s", line,
             passed, passed[0] && like[0] ? "; " : "", like);
}

/* The first line that is no comment, from its first word on. */
static const char *first_line(const char *text, size_t n, size_t *bytes)
{
    const char *end = text + n, *at = text;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
        while (at < stop && (ascii_is_blank(*at) || *at == ';'))
            at++;
        *bytes = (size_t)(stop - at);
        bool comment = *bytes >= 1 && (*at == '#' || (*bytes >= 2 && memcmp(at, "//", 2) == 0));
        if (*bytes > 0 && !comment) return at;
        at = stop + 1;
    }
    *bytes = 0;
    return NULL;
}

static bool is_json(const char *line) { return line && (*line == '{' || *line == '['); }

bool trace_script_is(const char *text, size_t n)
{
    enum { LEAST = 3 }; /* letters: a, r and f are operations of a trace */
    size_t bytes;
    char word[32], start[128], unheard[256];
    const char *line = first_line(text, n, &bytes);
    if (!line || is_json(line)) return line != NULL;
    snprintf(start, sizeof start, "%.*s", (int)(bytes < 120 ? bytes : 120), line);
    size_t length = strcspn(start, " \t\r;#");
    if (c_line_is(start)) return true;
    if (length < LEAST || length >= sizeof word) return false;
    snprintf(word, sizeof word, "%.*s", (int)length, start);
    return command_find(word, unheard, sizeof unheard) != NULL;
}

static bool take_all(struct script *s, const char *text, size_t n)
{
    size_t bytes;
    char *copy = memchr(text, '\0', n) ? NULL : strndup(text, n);
    s->session = calloc(1, sizeof *s->session);
    bool ok = copy && s->session;
    if (ok) ledger_init(&s->session->ledger, 0);
    if (!ok)
        text_complain(s->error, s->error_bytes, "%s",
                      memchr(text, '\0', n) ? "it is not text (it has a zero byte)"
                                            : "out of memory");
    if (ok)
        ok = is_json(first_line(text, n, &bytes)) ? take_json(s, copy, n)
                                                  : script_take(s, copy, true);
    if (s->session) ledger_release(&s->session->ledger);
    free(s->session);
    free(copy);
    if (ok && s->t->n_ops == 0)
        ok = text_complain(s->error, s->error_bytes,
                           "it has no operations; expected commands such as alloc 64 and free 1");
    return ok;
}

const char *trace_passed(const struct trace *t)
{
    return t->form == TRACE_COMMANDS && t->n_notes > 0 ? t->note[0] : NULL;
}

bool trace_script_parse(struct trace *t, const char *text, size_t n, char *error,
                        size_t error_bytes)
{
    struct script s = {.t = t, .line = 1, .error = error, .error_bytes = error_bytes};
    *t = (struct trace){.form = TRACE_COMMANDS, .weight = 1};
    bool ok = take_all(&s, text, n);
    if (ok)
        tell_passed(&s);
    else
        trace_release(t);
    return ok;
}
