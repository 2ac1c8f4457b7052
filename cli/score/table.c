/* table.c: see table.h. */
#include "cli/score/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/score/peak_words.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

enum { LEAST_WIDTH = 12, MOST_WIDTH = 40, LINES_PRINTED = 8 };

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return text_printable(slash && slash[1] ? slash + 1 : path);
}

/* ── Lines ── */

struct numbers {
    bool has_util, has_speed;
    double util, seconds;
    size_t n_ops;
    uint64_t instructions; /* 0: none were counted */
    size_t counted_ops; /* theirs */
    double libc_kops; /* 0: not measured */
};

/* The columns that are asked for, each behind its mark. */
static void put_more(const struct score_options *o, const struct numbers *n)
{
    bool tabs = o->tabs;
    if (o->instructions && n->instructions > 0)
        printf(tabs ? "\t%" PRIu64 "\t%.0f" : "  %12" PRIu64 "  %8.0f", n->instructions,
               (double)n->instructions / (double)n->counted_ops);
    else if (o->instructions)
        fputs(tabs ? "\t-\t-" : "             -         -", stdout);
    if (o->libc && n->libc_kops > 0)
        printf(tabs ? "\t%.0f" : "  %9.0f", n->libc_kops);
    else if (o->libc)
        fputs(tabs ? "\t-" : "          -", stdout);
    putchar('\n');
}

static void put_heads(const struct score_options *o)
{
    if (o->instructions)
        fputs(o->tabs ? "\tinstructions\tan op" : "  instructions     an op", stdout);
    if (o->libc) fputs(o->tabs ? "\tlibc Kops" : "  libc Kops", stdout);
    putchar('\n');
}

void table_begin(struct table *t, const struct score_options *o, const struct runner *runner)
{
    *t = (struct table){.o = o, .width = LEAST_WIDTH, .runner = runner};
    for (size_t i = 0; i < o->n_traces; i++) {
        size_t width = strlen(name_of(o->traces[i]));
        if (width > (size_t)t->width) t->width = width < MOST_WIDTH ? (int)width : MOST_WIDTH;
    }
    if (o->json) return;
    if (o->tabs)
        fputs("trace\tvalid\tutil\tops\tsecs\tKops", stdout);
    else
        printf("%-*s  valid  util       ops      secs      Kops", t->width, "trace");
    put_heads(o);
}

static void put_tabs(const char *name, const char *valid, const struct numbers *n)
{
    printf("%s\t%s\t", name, valid);
    if (n->has_util)
        printf("%.1f%%\t", n->util * 100);
    else
        fputs("-\t", stdout);
    if (n->has_speed)
        printf("%zu\t%.6f\t%.0f", n->n_ops, n->seconds, score_kops((double)n->n_ops, n->seconds));
    else
        fputs("-\t-\t-", stdout);
}

static void put_numbers(const struct table *t, const char *name, const char *valid,
                        const struct numbers *n)
{
    if (t->o->tabs) {
        put_tabs(name, valid, n);
        put_more(t->o, n);
        return;
    }
    printf("%-*s  %-5s", t->width, name, valid);
    if (n->has_util)
        printf("  %3.0f%%", n->util * 100);
    else
        printf("  %4s", "-");
    if (n->has_speed)
        printf("  %8zu  %8.6f  %8.0f", n->n_ops, n->seconds,
               score_kops((double)n->n_ops, n->seconds));
    else
        printf("  %8s  %8s  %8s", "-", "-", "-");
    put_more(t->o, n);
}

/* Where the last few lines of text begin. */
static const char *last_lines(const char *text)
{
    const char *at = text + strlen(text);
    for (int lines = 0; at > text; at--)
        if (at[-1] == '\n' && at[0] && ++lines == LINES_PRINTED) break;
    return at;
}

/* Each line of it behind a mark. */
static void put_printed(const char *text)
{
    for (const char *at = last_lines(text); *at;) {
        size_t n = strcspn(at, "\n");
        char line[256];
        snprintf(line, sizeof line, "%.*s", n < sizeof line ? (int)n : (int)sizeof line - 1, at);
        fputs("  | ", stdout);
        report_safe_line(stdout, line);
        putchar('\n');
        at += n + (at[n] == '\n');
    }
}

static bool put_row(const struct table *t, const struct score *s)
{
    const struct numbers n = {.has_util = s->valid,
                              .has_speed = s->valid && s->seconds > 0,
                              .util = s->util,
                              .seconds = s->seconds,
                              .n_ops = s->n_ops,
                              .instructions = s->instructions,
                              .counted_ops = s->n_ops,
                              .libc_kops = score_kops((double)s->n_ops, s->libc_seconds)};
    put_numbers(t, name_of(s->path), s->valid ? "yes" : "no", &n);
    if (!s->valid) {
        printf("  %s: ", s->verdict.class);
        report_safe_line(stdout, s->verdict.message);
        putchar('\n');
        if (s->verdict.blame.message[0]) {
            fputs("  blame: ", stdout);
            report_safe_line(stdout, s->verdict.blame.message);
            putchar('\n');
        }
    }
    if (s->note[0]) {
        fputs("  note: ", stdout);
        report_safe_line(stdout, s->note);
        putchar('\n');
    }
    if (s->has_peak) peak_put(&s->peak);
    if (!s->valid && s->printed) {
        puts("  the last that it printed:");
        put_printed(s->printed);
    }
    return report_end();
}

/* ── JSON ── */

static json_t *blame_json(const struct verdict *v)
{
    uint32_t op = v->blame.op;
    if (!v->blame.message[0]) return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "op", op ? value_number(op) : json_null(), "line",
                     op ? value_number(v->blame.line) : json_null(), "message",
                     value_text(v->blame.message), "at",
                     v->blame.at[0] ? value_text(v->blame.at) : json_null());
}

json_t *table_error_json(const struct verdict *v)
{
    return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "op",
                     v->op ? value_number(v->op) : json_null(), "line",
                     v->line ? value_number(v->line) : json_null(), "class", v->class, "message",
                     value_text(v->message), "at", v->at[0] ? value_text(v->at) : json_null(),
                     "blame", blame_json(v));
}

static json_t *real(bool any, double value) { return any ? json_real(value) : json_null(); }

bool table_put_json(json_t *j)
{
    bool ok = j && report_put_json(j, stdout) && putchar('\n') != EOF;
    if (!j) report_complain(stderr, "out of memory");
    json_decref(j);
    return report_end() && ok;
}

bool table_error(const struct verdict *v)
{
    return table_put_json(
        json_pack("{s:o}", "error", v->class ? table_error_json(v) : json_null()));
}

static bool put_row_json(const struct score *s)
{
    return table_put_json(
        json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "trace",
                  value_text(s->path), "valid", s->valid, "util", real(s->valid, s->util), "ops",
                  s->n_ops ? value_number(s->n_ops) : json_null(), "secs",
                  real(s->valid && s->seconds > 0, s->seconds), "kops",
                  real(s->valid && s->seconds > 0, score_kops((double)s->n_ops, s->seconds)),
                  "instructions", s->instructions ? value_number(s->instructions) : json_null(),
                  "error", s->valid ? json_null() : table_error_json(&s->verdict), "note",
                  s->note[0] ? value_text(s->note) : json_null(), "printed",
                  s->printed ? value_text(s->printed) : json_null(), "peak",
                  s->has_peak ? peak_json(&s->peak) : json_null(), "libc_secs",
                  real(s->libc_seconds > 0, s->libc_seconds)));
}

/* ── The course's index ── */

static double speed_of(const struct scale *s, const struct score_total *n)
{
    return s->geometric ? n->kops : score_kops((double)n->n_ops, n->seconds);
}

/* All are valid, and all that it is made of is there. */
static bool has_index(const struct score_total *n)
{
    return n->n > 0 && n->n_valid == n->n && n->n_util > 0 && n->n_ops > 0;
}

static json_t *index_json(const struct score_options *o, const struct score_total *n)
{
    if (!o->scale || !has_index(n)) return json_null();
    struct scale_points p = scale_points(o->scale, n->util, speed_of(o->scale, n), o->reference);
    return json_pack("{s:s, s:f, s:f, s:f, s:s}", "scale", o->scale->name, "util", p.util, "speed",
                     p.speed, "points", p.util + p.speed, "source", o->scale->source);
}

static void put_index(const struct score_options *o, const struct score_total *n)
{
    const struct scale *s = o->scale;
    if (!has_index(n)) {
        printf("index of %s: 0 of 100, for not all traces are valid and measured; by %s\n", s->name,
               s->source);
        return;
    }
    struct scale_points p = scale_points(s, n->util, speed_of(s, n), o->reference);
    printf(
        "index of %s: %.0f (utilization, of %.0f) + %.0f (speed, of %.0f) = %.0f of 100; by %s\n",
        s->name, p.util, s->util_points, p.speed, 100 - s->util_points, p.util + p.speed,
        s->source);
}

static bool put_total_json(const struct table *t, const struct score_total *n)
{
    bool any = n->n_ops > 0;
    const struct runner *r = t->runner;
    return table_put_json(json_pack(
        "{s:{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}}", "total", "traces",

        value_number(n->n), "valid", value_number(n->n_valid), "util", real(n->n_util > 0, n->util),
        "ops", value_number(n->n_ops), "secs", real(any, n->seconds), "kops",
        real(any, score_kops((double)n->n_ops, n->seconds)), "form",
        r ? value_text(r->form->about) : json_null(), "align",
        r ? value_number(r->align) : json_null(), "bits",
        r ? value_number(r->form->m32 ? 32 : 64) : json_null(), "index", index_json(t->o, n),
        "instructions", n->instructions ? value_number(n->instructions) : json_null(), "libc_secs",
        real(n->libc_seconds > 0, n->libc_seconds)));
}

static void put_form(const struct runner *r)
{
    const struct form *f = r->form;
    printf("%s%s; payloads are multiples of %u%s, the heap has up to %zu MiB", f->about,
           f->m32 ? ", in 32 bits" : "", r->align,
           f->said_align && r->align == f->align ? " (config.h)" : "", r->heap_most >> 20);
    if (f->with[0]) {
        fputs("; with ", stdout);
        report_safe_line(stdout, f->with);
    }
    putchar('\n');
}

bool table_row(const struct table *t, const struct score *s)
{
    return t->o->json ? put_row_json(s) : put_row(t, s);
}

bool table_end(const struct table *t, const struct score_total *total)
{
    if (t->o->json) return put_total_json(t, total);
    char of[32];
    snprintf(of, sizeof of, "%zu/%zu", total->n_valid, total->n);
    const struct numbers n = {.has_util = total->n_util > 0,
                              .has_speed = total->n_ops > 0,
                              .util = total->util,
                              .seconds = total->seconds,
                              .n_ops = total->n_ops,
                              .instructions = total->instructions,
                              .counted_ops = total->n_instructions,
                              .libc_kops =
                                  score_kops((double)total->n_libc_ops, total->libc_seconds)};
    put_numbers(t, "total", of, &n);
    if (t->o->scale) put_index(t->o, total);
    if (t->runner) put_form(t->runner);
    return report_end();
}
