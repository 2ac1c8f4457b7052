/* plain.c: outcomes as lines of text, in reading order: the command, its line of C, what it came to, why. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/outcome.h"
#include "cli/command/parse.h"
#include "cli/report/report.h"
#include "viz/fold.h"

#define TOLD_COLUMNS 78

void report_safe(FILE *to, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        size_t n = outcome_character((const char *)p);
        bool c1 = n == 2 && p[0] == 0xc2 && p[1] <= 0x9f;
        if (c1) p++;
        if ((*p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7f || c1 || n == 0)
            n = 1, fprintf(to, "\\x%02x", *p);
        else
            fwrite(p, 1, n, to);
        p += n;
    }
}

void report_safe_line(FILE *to, const char *text)
{
    for (size_t n; n = strcspn(text, "\n"), text[n]; text += n + 1) {
        char *line = strndup(text, n);
        if (line) report_safe(to, line);
        free(line);
        fputs("\\n", to);
    }
    report_safe(to, text);
}

static void put_line(const char *before, const char *text)
{
    if (!text || !*text) return;
    fputs(before, stdout);
    report_safe(stdout, text);
    putchar('\n');
}

void report_taught(FILE *to, const char *told)
{
    if (!told || !*told) return;
    for (const char *line = told; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        size_t n = strcspn(line, "\n"), from = 0, next = 0;
        char *one = strndup(line, n);
        if (!one) return;
        do {
            size_t end = fold_row(one, from, TOLD_COLUMNS, false, &next);
            char *piece = strndup(one + from, end - from);
            if (piece) report_safe(to, piece);
            free(piece);
            fputc('\n', to);
            from = next;
        } while (next);
        free(one);
    }
    fputc('\n', to);
    fflush(to);
}

static void tell_error(const struct outcome *out)
{
    fprintf(stderr, "brkview: command %" PRIu32 ", ", out->seq);
    report_safe_line(stderr, parse_shown(out->command));
    fputs(": ", stderr);
    report_safe_line(stderr, out->error);
    fputc('\n', stderr);
}

static void plain_outcome(const struct report *r, const struct outcome *out)
{
    if (r->echo) put_line("heap> ", out->command);
    if (out->changed) put_line("  ", out->c_line);
    put_line("", out->text);
    put_line("", out->sentence);
    int64_t delta = (int64_t)(out->brk_after - out->brk_before);
    if (out->changed) printf("brk 0x%" PRIx64 " (%+" PRId64 ")\n", out->brk_after, delta);
    fflush(stdout);
    if (out->error) tell_error(out);
    bool alone = !out->text && !out->sentence && !out->changed;
    if (out->taught && !alone) putchar('\n');
    report_taught(stdout, out->taught);
}

static void json_outcome(struct lab *lab, const struct outcome *out)
{
    json_t *j = report_json(lab, out);
    if (j) json_dumpf(j, stdout, JSON_COMPACT | JSON_ENSURE_ASCII); /* which escapes the C1 controls too */
    json_decref(j);
    putchar('\n');
    fflush(stdout);
    if (out->error) tell_error(out);
}

bool report_end(void)
{
    static bool told;
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    if (!ok && !told && errno != EPIPE) fprintf(stderr, "brkview: can't write to standard output: %s\n", strerror(errno));
    told = told || !ok;
    return ok;
}

bool report_outcome(const struct report *r, struct lab *lab, const struct outcome *out)
{
    if (r->form == REPORT_JSON)
        json_outcome(lab, out);
    else
        plain_outcome(r, out);
    return report_end();
}
