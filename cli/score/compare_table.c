/* compare_table.c: see compare_table.h. */
#include "cli/score/compare_table.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

void compare_take(struct compare_result *r, const struct lockstep *l, const char *trace)
{
    *r = (struct compare_result){
        .trace = trace, .n_ops = l->at, .parted = l->parted, .grew = l->grew};
    for (size_t i = 0; i < l->n; i++) {
        const struct lockstep_heap *h = &l->heap[i];
        r->row[i] = (struct compare_row){.n_ops = h->n_ops,
                                         .n_failed = h->n_failed,
                                         .util = lockstep_utilization(h),
                                         .looked = lockstep_looked(h),
                                         .counts_looks = h->counts_looks,
                                         .most_heap = h->most_heap,
                                         .peak = h->peak,
                                         .failure = h->failure,
                                         .death = h->death};
    }
    if (l->parted.op) {
        r->parted_line = l->trace->op[l->parted.op - 1].line;
        lockstep_parting_words(l, &l->parted, r->parted_words, sizeof r->parted_words);
    }
    if (l->grew.op) {
        r->grew_line = l->trace->op[l->grew.op - 1].line;
        lockstep_parting_words(l, &l->grew, r->grew_words, sizeof r->grew_words);
    }
}

/* ── Plain ── */

enum { LEAST_WIDTH = 9, MOST_WIDTH = 40, CELL = 32 };

static int width_of(const struct lockstep_setup *heaps, size_t n)
{
    int width = LEAST_WIDTH;
    for (size_t i = 0; i < n; i++) {
        int columns = (int)strlen(text_printable(heaps[i].name));
        if (columns > width) width = columns < MOST_WIDTH ? columns : MOST_WIDTH;
    }
    return width;
}

/* Whole per cents, and none where there is something. */
static const char *percent(char text[CELL], double part)
{
    if (part > 0 && part < 0.01)
        snprintf(text, CELL, "<1%%");
    else
        snprintf(text, CELL, "%.0f%%", part * 100);
    return text;
}

static double free_part(const struct lockstep_moment *m)
{
    return m->heap_bytes ? (double)m->free_bytes / (double)m->heap_bytes : 0;
}

static const char *util_cell(char text[CELL], const struct compare_row *r)
{
    return percent(text, r->util);
}

static const char *free_cell(char text[CELL], const struct compare_row *r)
{
    char part[CELL];
    if (!r->peak.has_free) return "-";
    percent(part, free_part(&r->peak));
    snprintf(text, CELL, "%s%.30s", r->peak.guessed ? "~" : "", part);
    return text;
}

/* Below the table, if there is one in it. */
static void put_guess(bool any)
{
    if (any)
        puts("~ a guess: what its words seem to be, read as CS:APP's headers from the heap's start "
             "to brk");
}

static const char *looked_cell(char text[CELL], const struct compare_row *r)
{
    if (!r->counts_looks) return "-";
    snprintf(text, CELL, "%.1f", r->looked);
    return text;
}

static void put_row(const struct compare_row *r, const char *name, int width)
{
    char util[CELL], part[CELL], looked[CELL], free_bytes[2 * CELL] = "-";
    if (r->peak.has_free)
        snprintf(free_bytes, sizeof free_bytes, "%" PRIu64 " (%s)", r->peak.free_bytes,
                 percent(part, free_part(&r->peak)));
    if (r->peak.guessed)
        snprintf(free_bytes, sizeof free_bytes, "~%" PRIu64 " (%s)", r->peak.free_bytes,
                 percent(part, free_part(&r->peak)));
    printf("%-*s %7zu %7zu %12s %10" PRIu64 " %16s %9s\n", width, text_printable(name), r->n_ops,
           r->n_failed, util_cell(util, r), r->most_heap, free_bytes, looked_cell(looked, r));
}

static void put_failure(const char *what, const char *name, const struct lockstep_failure *f)
{
    printf("%s: %s, operation %zu: ", text_printable(name), what, f->op);
    report_safe_line(stdout, f->words);
    putchar('\n');
}

bool compare_put_one(const struct compare_result *r, const struct lockstep_setup *heaps, size_t n)
{
    int width = width_of(heaps, n);
    printf("%-*s %7s %7s %12s %10s %16s %9s\n", width, "heap", "ops", "failed", "utilization",
           "peak brk", "free at the peak", "looked at");
    for (size_t i = 0; i < n; i++)
        put_row(&r->row[i], heaps[i].name, width);
    bool guessed = false;
    for (size_t i = 0; i < n; i++)
        guessed = guessed || (r->row[i].peak.has_free && r->row[i].peak.guessed);
    put_guess(guessed);
    for (size_t i = 0; i < n; i++) {
        const struct compare_row *row = &r->row[i];
        if (row->death.op)
            put_failure("it ended here", heaps[i].name, &row->death);
        else if (row->failure.op)
            put_failure("the first that failed", heaps[i].name, &row->failure);
    }
    if (n > 1) printf("first divergence: %s\n", r->parted.op ? r->parted_words : "none");
    if (r->grew.op && r->grew.op != r->parted.op)
        printf("first time that brk goes up under one alone: %s\n", r->grew_words);
    return report_end();
}

struct column {
    const char *title;
    const char *(*cell)(char text[CELL], const struct compare_row *r);
    double (*value)(const struct compare_row *r); /* for the mean */
    bool (*known)(const struct compare_row *r);
};

static double util_value(const struct compare_row *r) { return r->util; }
static double free_value(const struct compare_row *r) { return free_part(&r->peak); }
static double looked_value(const struct compare_row *r) { return r->looked; }
static bool util_known(const struct compare_row *r) { return r->n_ops > 0; }
static bool free_known(const struct compare_row *r) { return r->peak.has_free; }
static bool looked_known(const struct compare_row *r) { return r->counts_looks; }

static const struct column columns[] = {
    {"utilization", util_cell, util_value, util_known},
    {"free at the peak", free_cell, free_value, free_known},
    {"looked at", looked_cell, looked_value, looked_known},
};
enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

/* The mean of what is known, as a row's cell. */
static const char *mean_cell(const struct column *c, char text[CELL],
                             const struct compare_result *results, size_t n_results, size_t heap)
{
    double sum = 0;
    size_t n = 0;
    bool guessed = false;
    for (size_t i = 0; i < n_results; i++)
        guessed = guessed || results[i].row[heap].peak.guessed;
    for (size_t i = 0; i < n_results; i++)
        if (c->known(&results[i].row[heap])) sum += c->value(&results[i].row[heap]), n++;
    if (n == 0) return "-";
    double mean = sum / (double)n;
    struct compare_row row = {
        .util = mean,
        .looked = mean,
        .counts_looks = true,
        .peak = {.has_free = true, .guessed = guessed, .heap_bytes = 1000000}};
    row.peak.free_bytes = (uint64_t)(mean * 1000000 + 0.5);
    return c->cell(text, &row);
}

static void put_column(const struct column *c, const struct compare_result *results,
                       size_t n_results, const struct lockstep_setup *heaps, size_t n, int first)
{
    char text[CELL];
    printf("%-*s", first, c->title);
    for (size_t k = 0; k < n; k++)
        printf(" %*s", width_of(&heaps[k], 1), text_printable(heaps[k].name));
    for (size_t i = 0; i < n_results; i++) {
        printf("\n%-*s", first, text_printable(results[i].trace));
        for (size_t k = 0; k < n; k++)
            printf(" %*s", width_of(&heaps[k], 1), c->cell(text, &results[i].row[k]));
    }
    printf("\n%-*s", first, "mean");
    for (size_t k = 0; k < n; k++)
        printf(" %*s", width_of(&heaps[k], 1), mean_cell(c, text, results, n_results, k));
    putchar('\n');
}

bool compare_put_many(const struct compare_result *results, size_t n_results,
                      const struct lockstep_setup *heaps, size_t n)
{
    int first = 16; /* the longest title */
    for (size_t i = 0; i < n_results; i++) {
        int width = (int)strlen(text_printable(results[i].trace));
        if (width > first) first = width < MOST_WIDTH ? width : MOST_WIDTH;
    }
    bool guessed = false;
    for (size_t i = 0; i < n_results; i++)
        for (size_t k = 0; k < n; k++)
            guessed = guessed || results[i].row[k].peak.guessed;
    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (c) putchar('\n');
        put_column(&columns[c], results, n_results, heaps, n, first);
    }
    put_guess(guessed);
    for (size_t i = 0; i < n_results; i++)
        for (size_t k = 0; k < n; k++)
            if (results[i].row[k].death.op) {
                printf("%s: ", text_printable(results[i].trace));
                put_failure("it ended here", heaps[k].name, &results[i].row[k].death);
            }
    return report_end();
}

/* ── JSON ── */

static bool put_json(json_t *j)
{
    bool ok = j && report_put_json(j, stdout) && putchar('\n') != EOF;
    if (!ok && !ferror(stdout)) report_complain(stderr, "compare: out of memory");
    json_decref(j);
    return report_end() && ok;
}

static json_t *failure_json(const struct lockstep_failure *f)
{
    if (!f->op) return json_null();
    return json_pack("{s:o, s:o}", "op", value_number(f->op), "message", value_text(f->words));
}

static json_t *peak_json(const struct lockstep_moment *m)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:b}", "op", value_number(m->op), "heap_bytes",
                     value_number(m->heap_bytes), "live_bytes", value_number(m->live_bytes),
                     "free_bytes", m->has_free ? value_number(m->free_bytes) : json_null(),
                     "guessed", m->has_free && m->guessed);
}

bool compare_put_json(const struct compare_result *r, const struct lockstep_setup *heaps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct compare_row *row = &r->row[i];
        json_t *j = json_pack(
            "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "trace", value_text(r->trace),
            "heap", value_text(heaps[i].name), "ops", value_number(row->n_ops), "failed",
            value_number(row->n_failed), "util", json_real(row->util), "peak_brk",
            value_number(row->most_heap), "peak", peak_json(&row->peak), "looked_at",
            row->counts_looks ? json_real(row->looked) : json_null(), "first_failure",
            failure_json(&row->failure), "ended", failure_json(&row->death));
        if (!put_json(j)) return false;
    }
    return true;
}

static json_t *parting_json(const struct lockstep_parting *p, uint32_t line, const char *words,
                            const struct lockstep_setup *heaps)
{
    if (!p->op) return json_null();
    return json_pack("{s:o, s:o, s:[o, o], s:o}", "op", value_number(p->op), "line",
                     value_number(line), "heaps", value_text(heaps[p->one].name),
                     value_text(heaps[p->other].name), "message", value_text(words));
}

bool compare_put_json_total(const struct compare_result *results, size_t n_results,
                            const struct lockstep_setup *heaps, size_t n)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t i = 0; i < n_results; i++) {
        const struct compare_result *r = &results[i];
        json_t *j = json_pack(
            "{s:o, s:o, s:o, s:o}", "trace", value_text(r->trace), "ops", value_number(r->n_ops),
            "divergence", parting_json(&r->parted, r->parted_line, r->parted_words, heaps),
            "brk_divergence", parting_json(&r->grew, r->grew_line, r->grew_words, heaps));
        if (!j || json_array_append_new(list, j) != 0) whole = false;
    }
    if (whole)
        return put_json(
            json_pack("{s:{s:o, s:o}}", "total", "heaps", value_number(n), "traces", list));
    json_decref(list);
    return put_json(NULL);
}
