/* plain.c: outcomes as lines of text, in reading order: the command, its line of C, what it came
 * to, why. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/course.h"
#include "cli/command/placed.h"
#include "cli/report/report.h"
#include "cli/tell/outcome.h"
#include "cli/text/text.h"
#include "viz/fold.h"

#define TOLD_COLUMNS 78
#define BRIEF_BYTES 1024 /* of a complaint that there is no memory for */

/* No more than what stands before end, which is no place inside a character. */
static void put_safe(FILE *to, const char *text, const char *end)
{
    char shown[TEXT_SHOWN_MAX];
    while (text < end)
        if (*text == '\n' || *text == '\t')
            fputc(*text++, to);
        else
            fwrite(shown, 1, text_shown(&text, false, shown), to);
}

void report_safe(FILE *to, const char *text) { put_safe(to, text, text + strlen(text)); }

void report_safe_line(FILE *to, const char *text)
{
    for (size_t n; n = strcspn(text, "\n"), text[n]; text += n + 1) {
        put_safe(to, text, text + n);
        fputs("\\n", to);
    }
    report_safe(to, text);
}

void report_complain(FILE *to, const char *format, ...)
{
    va_list list;
    char *text = NULL, brief[BRIEF_BYTES];
    va_start(list, format);
    int n = vasprintf(&text, format, list);
    va_end(list);
    if (n < 0) {
        va_start(list, format);
        vsnprintf(text = brief, sizeof brief, format, list);
        va_end(list);
    }
    fputs("brkview: ", to);
    report_safe_line(to, text);
    fputc('\n', to);
    if (n >= 0) free(text);
}

static void put_line(const char *before, const char *text)
{
    if (!text || !*text) return;
    fputs(before, stdout);
    report_safe(stdout, text);
    putchar('\n');
}

/* Lines, in rows of the screen. Needs no memory. */
static void put_folded(const char *told)
{
    for (size_t from = 0, next;; from = next) {
        size_t n = strcspn(told, "\n"), end = fold_row(told, from, TOLD_COLUMNS, false, &next);
        put_safe(stdout, told + from, told + end);
        putchar('\n');
        if (next != 0) continue;
        if (!told[n]) break;
        told += n + 1;
    }
}

static void tell_error(const struct lab *lab, const struct outcome *out)
{
    char *owned;
    const char *error = placed(lab, out, out->error, &owned);
    report_complain(stderr, "command %" PRIu32 ", %s: %s", out->seq, text_printable(out->command),
                    error ? error : "out of memory");
    free(owned);
}

/* A line, or several, of what an outcome says, with addresses as the person wants them. */
static void put_placed(const struct lab *lab, const struct outcome *out, const char *text)
{
    char *owned;
    put_line("", placed(lab, out, text, &owned));
    free(owned);
}

static void put_brk(const struct lab *lab, const struct outcome *out)
{
    char line[80];
    snprintf(line, sizeof line, "brk 0x%" PRIx64 " (%+" PRId64 ")", out->brk_after,
             (int64_t)(out->brk_after - out->brk_before));
    put_placed(lab, out, line);
}

/* What goes before the text. */
static void plain_head(const struct report *r, const struct outcome *out, bool changed)
{
    if (r->echo) put_line("heap> ", out->command);
    if (changed) put_line("  ", out->c_line);
}

/* What the lesson or the quiz says; a lesson's page says behind its text which of how many it is.
 */
static void tell_taught(const struct lab *lab, const struct outcome *out)
{
    struct course_page page;
    const char *number = course_page(lab, &page) ? page.number : NULL;
    if (!out->taught || !*out->taught) return;
    put_folded(out->taught);
    if (number) printf("(%s)\n", number);
    putchar('\n');
    fflush(stdout);
}

/* Who reads with the ears hears why first: what is read of the picture is long. */
static void plain_outcome(const struct report *r, const struct lab *lab, const struct outcome *out)
{
    bool why_first = lab->reads && out->changed;
    if (!out->told) plain_head(r, out, out->changed);
    if (why_first) put_placed(lab, out, out->sentence);
    put_placed(lab, out, out->text);
    if (!why_first) put_placed(lab, out, out->sentence);
    if (out->changed) put_brk(lab, out);
    fflush(stdout);
    if (out->error || !out->ok) tell_error(lab, out);
    bool alone = !out->text && !out->sentence && !out->changed;
    if (out->taught && !alone) putchar('\n');
    tell_taught(lab, out);
}

/* Who reads JSON has the same words there. */
static void json_error(const struct outcome *out)
{
    report_complain(stderr, "command %" PRIu32 ", %s: %s", out->seq, text_printable(out->command),
                    out->error ? out->error : "out of memory");
}

static void json_outcome(struct lab *lab, const struct outcome *out)
{
    bool whole = report_json_line(lab, out, stdout);
    if (!whole) lab->failed = true;
    fflush(stdout);
    if (!whole && out->ok)
        report_complain(stderr, "command %" PRIu32 ", %s: out of memory: it can't be told",
                        out->seq, text_printable(out->command));
    else if (out->error || !out->ok)
        json_error(out);
}

/* Whole lines of a text that is still being made. JSON has no place for it. */
static void take_text(struct outcome_sink *self, struct outcome *out, size_t bytes)
{
    struct report *r = (struct report *)((uintptr_t)self -
                                         offsetof(struct report, sink)); /* NOLINT: container of */
    if (r->form == REPORT_JSON) return;
    if (!out->told) plain_head(r, out, r->lab->shown.session.trace.changed);
    char behind = out->text[bytes];
    out->text[bytes] = '\0';
    char *owned;
    report_safe(stdout, placed(r->lab, out, out->text, &owned));
    free(owned);
    out->text[bytes] = behind;
    if (!report_end()) r->lab->shown.session.stop = 1;
}

void report_attach(struct report *r, struct lab *lab)
{
    r->sink.take = take_text;
    r->lab = lab;
    lab->sink = &r->sink;
}

bool report_end(void)
{
    static bool told;
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    if (!ok && !told && errno != EPIPE && errno != EINTR)
        report_complain(stderr, "can't write to standard output: %s", strerror(errno));
    told = told || !ok;
    return ok;
}

bool report_outcome(const struct report *r, struct lab *lab, const struct outcome *out)
{
    if (r->form == REPORT_JSON)
        json_outcome(lab, out);
    else
        plain_outcome(r, lab, out);
    return report_end();
}

void report_left(const struct lab *lab)
{
    if (lab->shown.session.left[0]) report_complain(stderr, "%s", lab->shown.session.left);
}
