/* shrink_tell.c: see shrink_tell.h. */
#include "cli/score/shrink_tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/write_file.h"
#include "cli/report/report.h"
#include "cli/score/blame.h"
#include "cli/score/lives.h"
#include "cli/score/table.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

enum { ALIKE_TOLD = 12 }; /* above so many operations it is told why there are so many */

const char *shrink_name(const struct score_options *o)
{
    return o->output ? text_printable(text_base(o->output)) : "the small trace";
}

/* ── The trace ── */

struct small_file {
    struct file_content content;
    const struct trace *trace;
};

static bool write_content(struct file_content *self, FILE *to, struct outcome *out)
{
    (void)out;
    return lives_write(((struct small_file *)self)->trace, to);
}

static bool put_trace(const struct score_options *o, const struct trace *t)
{
    struct small_file file = {.content = {.write = write_content}, .trace = t};
    if (!o->output) return o->json || (lives_write(t, stdout) && report_end());
    struct outcome *out = outcome_new(0, "shrink");
    bool ok = out && write_file(o->output, "a trace", &file.content, out);
    if (!ok)
        report_complain(stderr, "shrink: %s", out && out->error ? out->error : "out of memory");
    if (out) outcome_free(out);
    return ok;
}

/* ── What is true of it ── */

/* Who is to blame is looked for only now. A loop would need all of its time again. */
static struct verdict verdict_now(const struct score_options *o, const struct runner *r,
                                  const struct shrunk *s, enum shrink_end end)
{
    struct verdict v;
    char unheard[256];
    const char *class = s->symptom.verdict.class;
    bool whole = end != SHRINK_STOPPED && s->pass == RUNNER_CHECK && strcmp(class, "loop") != 0;
    if (whole && blame_run(&v, r, &s->trace, s->pass, shrink_name(o), unheard, sizeof unheard) &&
        v.class)
        return v;
    return s->symptom.verdict;
}

enum { N_NOTES = 2 };

/* Those that are true of it, into note. How many. */
static size_t find_notes(const struct shrunk *s, char note[N_NOTES][256])
{
    size_t n = 0;
    if (s->alike && s->trace.n_ops > ALIKE_TOLD)
        snprintf(
            note[n++], sizeof note[0],
            "what is left is malloc(1), %zu times; with one less it does not fail: it is their "
            "number that it fails by",
            s->trace.n_ops);
    if (s->unseen)
        snprintf(note[n++], sizeof note[0],
                 "it fails in the second of two whole runs on one heap; `brkview score` runs %d "
                 "operations before the whole, and says that it is valid",
                 OWN_QUICK_OPS);
    return n;
}

/* ── For people ── */

/* A line on standard output, or where the trace goes there, on standard error. */
static void tell(const struct score_options *o, const char *before, const char *text)
{
    if (!o->output) {
        report_complain(stderr, "shrink: %s%s", before, text);
        return;
    }
    fputs(before, stdout);
    report_safe_line(stdout, text);
    putchar('\n');
}

static bool tell_small(const struct score_options *o, const struct runner *r,
                       const struct shrunk *s, size_t n_ops, enum shrink_end end)
{
    char line[512], late[128], note[N_NOTES][256];
    snprintf(late, sizeof late,
             "; a smaller one was not found within %g s (--within), and there may be one",
             o->within);
    snprintf(line, sizeof line, "%zu of %zu operations of %s are left, after %zu tries%s",
             s->trace.n_ops, n_ops, text_printable(text_base(o->traces[0])), s->n_tries,
             end == SHRINK_STOPPED ? "; it was stopped before the least was found"
             : end == SHRINK_LATE  ? late
                                   : "");
    tell(o, "", line);
    size_t n = find_notes(s, note);
    const struct verdict v = verdict_now(o, r, s, end);
    snprintf(line, sizeof line, "%s: ", v.class);
    tell(o, line, v.message);
    if (v.blame.message[0]) tell(o, "blame: ", v.blame.message);
    for (size_t i = 0; i < n; i++)
        tell(o, "note: ", note[i]);
    return report_end();
}

static void complain_valid(const struct score_options *o, const struct shrunk *s)
{
    const struct waste *w = &s->waste;
    const char *file = text_printable(text_base(o->files[0]));
    uint64_t bytes = s->measured ? waste_bytes(w) : 0;
    report_complain(stderr, "shrink: %s is valid on it; expected a trace that fails%s", file,
                    o->waste ? ", or a smaller --waste" : "");
    if (!s->measured) return;
    report_complain(stderr,
                    "shrink: utilization is %.1f%%; the heap came to be %" PRIu64
                    " bytes larger than first fit needs (%" PRIu64 " for %" PRIu64 ")%s",
                    100 * s->util, bytes, w->heap, w->needed, o->waste || bytes < 2 ? "" : ":");
    if (!o->waste && bytes >= 2)
        report_complain(stderr,
                        "shrink: `--waste=%" PRIu64 "` looks for the smallest trace that makes it "
                        "so much larger",
                        bytes / 2);
}

/* ── JSON ── */

static json_t *small_json(const struct trace *t)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return NULL;
    bool ok = lives_write(t, to);
    ok = fclose(to) == 0 && ok;
    json_t *j = ok ? value_text(text) : NULL;
    free(text);
    return j;
}

static json_t *notes_json(const struct shrunk *s)
{
    char note[N_NOTES][256];
    size_t n = find_notes(s, note);
    json_t *j = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(j, value_text(note[i]));
    return j;
}

static json_t *waste_json(const struct shrunk *s)
{
    return s->measured ? json_pack("{s:o, s:o, s:o, s:f}", "heap", value_number(s->waste.heap),
                                   "first_fit", value_number(s->waste.needed), "bytes",
                                   value_number(waste_bytes(&s->waste)), "util", s->util)
                       : json_null();
}

static const char *const ends[] = {
    [SHRINK_DONE] = "least",  [SHRINK_STOPPED] = "stopped", [SHRINK_LATE] = "late",
    [SHRINK_SOUND] = "valid", [SHRINK_INVALID] = "failed",  [SHRINK_UNSTEADY] = "unsteady"};

static bool put_json(const struct score_options *o, const struct runner *r, const struct trace *t,
                     const struct shrunk *s, enum shrink_end end)
{
    bool any = s->trace.n_ops > 0;
    struct verdict v = any ? verdict_now(o, r, s, end) : s->symptom.verdict;
    return table_put_json(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "end", ends[end],
                                    "ops", any ? value_number(s->trace.n_ops) : json_null(), "of",
                                    value_number(t->n_ops), "tries", value_number(s->n_tries),
                                    "trace", any ? small_json(&s->trace) : json_null(), "error",
                                    end == SHRINK_SOUND ? json_null() : table_error_json(&v),
                                    "waste", waste_json(s), "notes", notes_json(s)));
}

/* ── All of it ── */

bool shrink_tell(const struct score_options *o, const struct runner *r, const struct trace *t,
                 const struct shrunk *s, enum shrink_end end, const char *error)
{
    const struct verdict *v = &s->symptom.verdict;
    bool any =
        (end == SHRINK_DONE || end == SHRINK_LATE || end == SHRINK_STOPPED) && s->trace.n_ops > 0;
    bool ok = any && put_trace(o, &s->trace);
    if (any && !ok) return false;
    if (end == SHRINK_FAILED) {
        report_complain(stderr, "shrink: %s", error);
        return false;
    }
    if (end == SHRINK_STOPPED && !any) return false;
    if (o->json) return put_json(o, r, t, s, end) && ok;
    if (any) return tell_small(o, r, s, t->n_ops, end);
    if (end == SHRINK_SOUND) complain_valid(o, s);
    if (end == SHRINK_INVALID)
        report_complain(stderr,
                        "shrink: it is not valid (%s: %s); expected a valid trace for --waste, or "
                        "none of that",
                        v->class, v->message);
    if (end == SHRINK_UNSTEADY)
        report_complain(stderr,
                        "shrink: it failed once (%s: %s), and when it was run again not in the "
                        "same way",
                        v->class, v->message);
    return false;
}
