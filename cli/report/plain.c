/* plain.c: outcomes as lines of text, in reading order: the command, its line of C, what it came to, why. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/report.h"

void report_safe(FILE *to, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f; /* the C1 controls, in UTF-8 */
        if ((*p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7f)
            fprintf(to, "\\x%02x", *p);
        else if (c1)
            fprintf(to, "\\x%02x", *++p);
        else
            fputc(*p, to);
    }
}

static void put_line(const char *before, const char *text)
{
    if (!text || !*text) return;
    fputs(before, stdout);
    report_safe(stdout, text);
    putchar('\n');
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
    if (out->error) {
        fprintf(stderr, "brkview: command %" PRIu32 ", ", out->seq);
        report_safe(stderr, out->command);
        fputs(": ", stderr);
        report_safe(stderr, out->error);
        fputc('\n', stderr);
        fflush(stderr);
    }
}

static void json_outcome(struct lab *lab, const struct outcome *out)
{
    json_t *j = report_json(lab, out);
    if (j) json_dumpf(j, stdout, JSON_COMPACT);
    json_decref(j);
    putchar('\n');
    if (out->error) {
        fprintf(stderr, "brkview: command %" PRIu32 ": ", out->seq);
        report_safe(stderr, out->error);
        fputc('\n', stderr);
    }
}

bool report_outcome(const struct report *r, struct lab *lab, const struct outcome *out)
{
    if (r->form == REPORT_JSON)
        json_outcome(lab, out);
    else
        plain_outcome(r, out);
    return fflush(stdout) == 0 && !ferror(stdout);
}
