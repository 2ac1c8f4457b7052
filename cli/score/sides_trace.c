/* sides_trace.c: the operations of a trace as commands of the labs. Each is a line of its own in
 * every log; the heaps are looked at now and then, and at the end. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/score/sides_private.h"
#include "cli/text/text.h"

enum { LOOKS = 240 }; /* on the way from one end of a trace to the other */

/* ── An operation as a command ── */

struct line {
    const struct sides *sides;
    const struct trace_op *op;
    char text[96];
};

static bool is_live(const struct lab *lab, const char *name, uint64_t *bytes)
{
    uint64_t payload;
    const struct ledger *b = &lab->shown.session.ledger;
    uint32_t id = ledger_name_find(b, name);
    return id && ledger_find(b, id, &payload, bytes);
}

static const char *line_of(void *user, size_t i)
{
    struct line *l = user;
    const struct trace_op *op = l->op;
    char name[24];
    uint64_t bytes;
    snprintf(name, sizeof name, "t%" PRId32, op->id);
    bool live = op->id >= 0 && is_live(l->sides->side[i].lab, name, &bytes);
    if (op->kind == TRACE_FREE || (op->kind == TRACE_REALLOC && op->size == 0))
        snprintf(l->text, sizeof l->text, "free %s", live ? name : "NULL");
    else if (op->kind == TRACE_REALLOC && live)
        snprintf(l->text, sizeof l->text, "realloc %s %" PRIu32, name, op->size);
    else if (op->kind == TRACE_REALLOC)
        snprintf(l->text, sizeof l->text, "realloc NULL %" PRIu32 " as %s", op->size, name);
    else
        snprintf(l->text, sizeof l->text, "alloc %" PRIu32 " as %s%s", op->size, name,
                 live ? " force" : "");
    return l->text;
}

/* What the program has freed is not live, whatever the allocator makes of it. */
static void count_refused(struct sides *s, const struct trace_op *op)
{
    char name[24];
    uint64_t bytes;
    if (op->kind != TRACE_FREE || op->id < 0) return;
    snprintf(name, sizeof name, "t%" PRId32, op->id);
    for (size_t i = 0; i < s->n; i++)
        if (is_live(s->side[i].lab, name, &bytes)) s->side[i].refused_bytes += bytes;
}

/* ── Playing ── */

static const char *op_title(const struct sides *s, size_t at, char *text, size_t bytes)
{
    char op[64];
    const struct trace_op *o = &s->trace->op[at];
    snprintf(text, bytes, "operation %zu (line %" PRIu32 "), %s", at + 1, o->line,
             trace_op_words(o, op, sizeof op));
    return text;
}

/* One operation; false: somebody has stopped it. */
static bool one(struct sides *s, bool look)
{
    char title[128];
    struct line line = {.sides = s, .op = &s->trace->op[s->at]};
    op_title(s, s->at, title, sizeof title);
    if (!sides_each(s, line_of, &line, look)) return false;
    count_refused(s, line.op);
    s->at++;
    s->n_done++;
    sides_after(s, title);
    return true;
}

static void look_at_all(struct sides *s)
{
    for (size_t i = 0; i < s->n; i++) {
        s->side[i].lab->shown.stale = true;
        lab_look(s->side[i].lab);
    }
}

static void tell_progress(const struct sides *s, size_t to)
{
    char words[96];
    struct lab *lab = s->side[0].lab;
    snprintf(words, sizeof words, "operation %zu of %zu", s->at, to);
    if (lab->progress) lab->progress(lab, words);
}

static bool end(struct sides *s, size_t to)
{
    if (s->stopped)
        return sides_fail(s, "interrupted behind operation %zu: the heaps may differ by one",
                          s->at);
    return s->at == to || s->parted;
}

/* Up to operation to, or to where they part. */
static bool play_to(struct sides *s, size_t to, bool divergence)
{
    size_t every = s->trace->n_ops / LOOKS + 1;
    bool seen = true, before = s->parted;
    while (s->at < to && !(divergence && s->parted && !before)) {
        seen = s->at + 1 == to || (s->at + 1) % every == 0;
        if (!one(s, seen)) break;
        if (seen && s->at < to && !sides_point(s)) return false;
        if (seen) tell_progress(s, to);
        s->stopped = s->stopped || s->side[0].lab->shown.session.stop;
        if (s->stopped) break;
    }
    if (!seen || s->stopped) look_at_all(s);
    return sides_point(s) && end(s, to);
}

static bool at_end(struct sides *s)
{
    return s->at < s->trace->n_ops ||
           sides_fail(s, "the trace is at its end, operation %zu; expected `undo` or `reset`",
                      s->at);
}

bool sides_step(struct sides *s, const struct arguments *args)
{
    uint64_t n = 1;
    char error[256];
    if (args->n > 1) return sides_fail(s, "step takes one number; expected `step [N]`");
    if (args->n == 1 && !parse_positive(args->word[0], "N", &n, error, sizeof error))
        return sides_fail(s, "%s", error);
    if (!at_end(s)) return false;
    size_t left = s->trace->n_ops - s->at;
    return play_to(s, s->at + (n < left ? (size_t)n : left), false);
}

bool sides_to_end(struct sides *s, const struct arguments *args)
{
    if (args->n > 0) return sides_fail(s, "run takes nothing; expected `step N` for so many");
    return at_end(s) && play_to(s, s->trace->n_ops, false);
}

bool sides_until(struct sides *s, const struct arguments *args)
{
    uint64_t n;
    char error[256];
    if (args->n != 1) return sides_fail(s, "expected `until divergence` or `until N`");
    if (!at_end(s)) return false;
    if (strcmp(args->word[0], "divergence") == 0) {
        if (s->parted) return sides_fail(s, "they have parted: %.200s", s->parted_words);
        return play_to(s, s->trace->n_ops, true);
    }
    if (!parse_positive(args->word[0], "N", &n, error, sizeof error))
        return sides_fail(s, "%s", error);
    if (n <= s->at || n > s->trace->n_ops)
        return sides_fail(s, "N is %" PRIu64 "; expected one from %zu to %zu", n, s->at + 1,
                          s->trace->n_ops);
    return play_to(s, (size_t)n, false);
}

const char *sides_position(const struct sides *s, char *text, size_t bytes)
{
    char title[128];
    if (!s->trace)
        snprintf(text, bytes, "%s", "");
    else if (s->at == 0)
        snprintf(text, bytes, "%zu operations: step [N], run, until divergence", s->trace->n_ops);
    else
        snprintf(text, bytes, "%s; of %zu", op_title(s, s->at - 1, title, sizeof title),
                 s->trace->n_ops);
    return text;
}
