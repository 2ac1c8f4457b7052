/* compare_commands.c: see compare_commands.h. */
#include "cli/score/compare_commands.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/report/report.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

/* ── What came of a command ── */

static void put_words(const char *words)
{
    fputs(": ", stdout);
    report_safe_line(stdout, words);
    putchar('\n');
}

static uint64_t offset_of(const struct lab *lab, uint64_t address)
{
    return address - lab->shown.session.target.hello.heap_start;
}

static void put_plain(const struct side *side)
{
    const struct outcome *out = side->lab->last;
    const char *text = out->ok ? out->text : NULL;
    printf("%s", text_printable(side->name));
    if (!out->ok)
        put_words(out->error ? out->error : "failed");
    else if (text && strchr(text, '\n'))
        printf(":\n"), report_safe(stdout, text), putchar('\n');
    else if (out->sentence || text)
        put_words(out->sentence ? out->sentence : text);
    else
        put_words(out->changed ? "done" : "nothing has changed");
}

static bool put_json(json_t *j)
{
    bool ok = j && report_put_json(j, stdout) && putchar('\n') != EOF;
    if (!ok && !ferror(stdout)) report_complain(stderr, "compare: out of memory");
    json_decref(j);
    return report_end() && ok;
}

static const struct curve_point *last_point(const struct side *side)
{
    return &side->point[side->n_points - 1];
}

/* Of how the heap stands now: JSON members. */
static json_t *heap_json(const struct sides *s, size_t i)
{
    struct curve curve;
    const struct side *side = &s->side[i];
    const struct curve_point *p = last_point(side);
    sides_curve(s, i, &curve);
    return json_pack("{s:o, s:o, s:o, s:o}", "heap", value_text(side->name), "heap_bytes",
                     value_number(p->heap_bytes), "live_bytes", value_number(p->live_bytes),
                     "free_bytes", curve.has_free ? value_number(p->free_bytes) : json_null());
}

static bool put_side_json(const struct sides *s, size_t i, const char *command)
{
    const struct lab *lab = s->side[i].lab;
    const struct outcome *out = lab->last;
    json_t *j = heap_json(s, i);
    json_t *more =
        json_pack("{s:o, s:b, s:o, s:o, s:o}", "command", value_text(command), "ok", out->ok,
                  "error", out->ok ? json_null() : value_text(out->error ? out->error : "failed"),
                  "offset", out->address ? value_number(offset_of(lab, out->address)) : json_null(),
                  "sentence", out->sentence ? value_text(out->sentence) : json_null());
    bool whole = j && more && json_object_update(j, more) == 0;
    json_decref(more);
    if (whole) return put_json(j);
    json_decref(j);
    return put_json(NULL);
}

static bool put_all(const struct sides *s, const char *command, bool json)
{
    if (!json) {
        fputs("> ", stdout);
        report_safe_line(stdout, command);
        putchar('\n');
    }
    for (size_t i = 0; i < s->n; i++) {
        if (json && !put_side_json(s, i, command)) return false;
        if (!json) put_plain(&s->side[i]);
    }
    return report_end();
}

/* ── What each came to ── */

static bool put_total_json(const struct sides *s)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t i = 0; i < s->n; i++) {
        json_t *j = heap_json(s, i);
        if (!j || json_array_append_new(list, j) != 0) whole = false;
    }
    if (whole)
        return put_json(json_pack(
            "{s:{s:o, s:o}}", "total", "heaps", list, "divergence",
            s->parted ? json_pack("{s:o}", "message", value_text(s->parted_words)) : json_null()));
    json_decref(list);
    return put_json(NULL);
}

static int width_of(const struct sides *s)
{
    int width = 9;
    for (size_t i = 0; i < s->n; i++) {
        int columns = (int)strlen(text_printable(s->side[i].name));
        if (columns > width) width = columns;
    }
    return width;
}

static bool put_total(const struct sides *s)
{
    int width = width_of(s);
    printf("%-*s %10s %10s %10s %12s\n", width, "heap", "brk", "asked for", "free", "utilization");
    for (size_t i = 0; i < s->n; i++) {
        struct curve curve;
        const struct curve_point *p = last_point(&s->side[i]);
        char free_bytes[32] = "-";
        sides_curve(s, i, &curve);
        if (curve.has_free)
            snprintf(free_bytes, sizeof free_bytes, "%s%" PRIu64, curve.guessed ? "~" : "",
                     p->free_bytes);
        printf("%-*s %10" PRIu64 " %10" PRIu64 " %10s %11.0f%%\n", width,
               text_printable(s->side[i].name), p->heap_bytes, p->live_bytes, free_bytes,
               p->heap_bytes ? 100.0 * (double)p->live_bytes / (double)p->heap_bytes : 0.0);
    }
    fputs("first divergence: ", stdout);
    report_safe_line(stdout, s->parted ? s->parted_words : "none");
    putchar('\n');
    return report_end();
}

/* ── All of them ── */

/* False: standard output has gone. *failed: it has, in a heap or in all. */
static bool run_one(struct sides *s, const char *command, bool json, bool *failed)
{
    enum sides_took took = sides_run(s, command);
    *failed = took == SIDES_OWN && s->failed;
    if (*failed) report_complain(stderr, "compare: %s: %s", text_printable(command), s->said);
    if (took == SIDES_ONE) {
        const struct outcome *out = s->side[0].lab->last;
        if (!json && out->text) report_safe(stdout, out->text), putchar('\n');
        return report_end();
    }
    for (size_t i = 0; took == SIDES_ALL && i < s->n; i++)
        *failed = *failed || !s->side[i].lab->last->ok;
    return *failed && took == SIDES_OWN ? true : put_all(s, command, json);
}

int compare_commands(struct sides *s, const char *text, bool json)
{
    size_t at = 0, n_failed = 0;
    char *command, brief[COMMAND_BRIEF];
    bool told = true;
    while (told && !s->side[0].lab->quit && command_next(text, &at, &command, brief)) {
        bool failed = true;
        if (command)
            told = run_one(s, command, json, &failed);
        else
            report_complain(stderr, "compare: %s: out of memory", brief);
        n_failed += failed;
        free(command);
    }
    if (told) told = json ? put_total_json(s) : put_total(s);
    if (n_failed)
        report_complain(stderr, "compare: %zu command%s failed, in one heap or in more", n_failed,
                        n_failed == 1 ? "" : "s");
    return n_failed == 0 && told ? 0 : 1;
}
