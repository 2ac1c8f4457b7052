/* shrink_cut.c: see shrink_private.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/score/ddmin.h"
#include "cli/score/shrink_private.h"

enum { MOST_SIZES = 100 }; /* that are made less one by one */

/* ── Parts ── */

static void choose(const struct shrinking *s, const bool *parts, bool *in, uint32_t *size)
{
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        bool goes = s->part[i] != SHRINK_STAYS && !parts[s->part[i]];
        in[i] = s->in[i] && (!goes || s->of_bytes);
        size[i] = goes && s->of_bytes && s->size[i] > 1 ? 1 : s->size[i];
    }
}

static size_t first_of(void *user, bool *const try[], size_t n)
{
    struct shrinking *s = user;
    struct trace t[DDMIN_MOST_TRIES];
    bool *in = calloc(s->lives.of->n_ops + 1, sizeof *in);
    uint32_t *size = calloc(s->lives.of->n_ops + 1, sizeof *size);
    size_t made = 0, first = DDMIN_STOP;
    for (; in && size && made < n; made++) {
        choose(s, try[made], in, size);
        if (!lives_trace(&s->lives, in, size, &t[made])) break;
    }
    if (made == n)
        first = shrink_first_same(s, t, n);
    else
        shrink_no_memory(s);
    while (made > 0)
        trace_release(&t[--made]);
    free(in);
    free(size);
    return first;
}

/* Leave out those of the parts that are not needed. True: some were. */
static bool cut_parts(struct shrinking *s)
{
    size_t before = s->n_ops;
    struct ddmin d = {.n = s->n_parts,
                      .in = malloc(s->n_parts + 1),
                      .n_tries = symptom_most_tries(DDMIN_MOST_TRIES),
                      .first = first_of,
                      .user = s};
    if (!d.in) return shrink_no_memory(s);
    memset(d.in, true, d.n);
    if (!ddmin_run(&d) && shrink_goes_on(s)) shrink_no_memory(s);
    choose(s, d.in, s->in, s->size);
    free(d.in);
    return s->n_ops < before;
}

/* Lives of which something is left. */
bool shrink_cut_lives(struct shrinking *s)
{
    uint32_t *part = malloc((s->lives.n + (size_t)1) * sizeof *part);
    if (!part) return shrink_no_memory(s);
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        uint32_t life = s->lives.life[i];
        if (s->lives.begins[i]) part[life] = s->in[i] ? (uint32_t)s->n_parts++ : SHRINK_STAYS;
        s->part[i] = part[life];
    }
    free(part);
    return shrink_goes_on(s) && cut_parts(s);
}

/* Frees and resizes alone. What begins a life stays while the life does. */
bool shrink_cut_ends(struct shrinking *s)
{
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        s->part[i] = s->in[i] && !s->lives.begins[i] ? (uint32_t)s->n_parts++ : SHRINK_STAYS;
    return shrink_goes_on(s) && s->n_parts > 0 && cut_parts(s);
}

/* What stands behind the operation at which it fails. */
bool shrink_cut_behind(struct shrinking *s)
{
    uint32_t last = s->symptom.verdict.op;
    size_t n = s->lives.of->n_ops;
    if (last == 0 || last >= s->n_ops) return false;
    bool *in = calloc(n + 1, sizeof *in);
    if (!in) return shrink_no_memory(s);
    for (size_t i = 0, kept = 0; i < n && kept < last; i++)
        kept += in[i] = s->in[i];
    bool same = shrink_is_same(s, in, s->size);
    if (same) memcpy(s->in, in, n * sizeof *in);
    free(in);
    return same;
}

/* ── Bytes ── */

/* Those that need no more than one byte. */
static bool cut_to_one(struct shrinking *s)
{
    uint64_t before = 0, after = 0;
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        bool may = s->in[i] && s->size[i] > 1;
        s->part[i] = may ? (uint32_t)s->n_parts++ : SHRINK_STAYS;
        before += may;
    }
    s->of_bytes = true;
    if (shrink_goes_on(s) && s->n_parts > 0) (void)cut_parts(s);
    s->of_bytes = false;
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        after += s->in[i] && s->size[i] > 1;
    return after < before;
}

/* All in the same proportion, by halves: where two sizes hold each other they go down together. */
static bool cut_together(struct shrinking *s)
{
    enum { WHOLE = 1024 };
    size_t n = s->lives.of->n_ops;
    uint32_t low = 0, high = WHOLE, *was = malloc((n + 1) * sizeof *was);
    bool changed = false;
    if (!was) return shrink_no_memory(s);
    memcpy(was, s->size, n * sizeof *was);
    for (uint32_t part = WHOLE / 2; shrink_goes_on(s) && high - low > 1;
         part = low + (high - low) / 2) {
        for (size_t i = 0; i < n; i++)
            s->size[i] = (uint32_t)(((uint64_t)was[i] * part + WHOLE - 1) / WHOLE);
        bool same = shrink_is_same(s, s->in, s->size);
        *(same ? &high : &low) = part;
    }
    for (size_t i = 0; i < n; i++) {
        s->size[i] = (uint32_t)(((uint64_t)was[i] * high + WHOLE - 1) / WHOLE);
        changed |= s->in[i] && s->size[i] < was[i];
    }
    free(was);
    return changed;
}

/* The least size of one operation, by halves, as if all above failed, too. One byte is too few. */
static bool cut_size(struct shrinking *s, size_t i)
{
    uint32_t was = s->size[i], low = 1, high = was;
    while (shrink_goes_on(s) && high - low > 1) { /* high fails */
        s->size[i] = low + (high - low) / 2;
        bool same = shrink_is_same(s, s->in, s->size);
        *(same ? &high : &low) = s->size[i];
    }
    s->size[i] = high;
    return high < was;
}

bool shrink_cut_sizes(struct shrinking *s)
{
    size_t n = 0;
    bool changed = cut_to_one(s);
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        n += s->in[i] && s->size[i] > 1;
    if (n > 1 && shrink_goes_on(s)) changed |= cut_together(s);
    if (n > MOST_SIZES) return changed;
    for (size_t i = 0; shrink_goes_on(s) && i < s->lives.of->n_ops; i++)
        if (s->in[i] && s->size[i] > 1) changed |= cut_size(s, i);
    return changed;
}

/* In one try, what is often not needed at all. */
static void cut_frees_at_once(struct shrinking *s, bool *in)
{
    size_t n = s->lives.of->n_ops;
    for (size_t i = 0; i < n; i++)
        in[i] = s->in[i] && s->lives.begins[i];
    if (shrink_goes_on(s) && shrink_is_same(s, in, s->size)) memcpy(s->in, in, n * sizeof *in);
}

static void cut_bytes_at_once(struct shrinking *s, uint32_t *size)
{
    size_t n = s->lives.of->n_ops;
    for (size_t i = 0; i < n; i++)
        size[i] = s->size[i] > 1 ? 1 : s->size[i];
    if (shrink_goes_on(s) && shrink_is_same(s, s->in, size))
        memcpy(s->size, size, n * sizeof *size);
}

void shrink_cut_wholesale(struct shrinking *s)
{
    bool *in = malloc(s->lives.of->n_ops + 1);
    uint32_t *size = malloc((s->lives.of->n_ops + 1) * sizeof *size);
    size_t before = s->n_ops;
    if (in && size) {
        cut_frees_at_once(s, in);
        cut_bytes_at_once(s, size);
        /* What is never given back may have been too much while it was larger. */
        if (s->n_ops == before) cut_frees_at_once(s, in);
    } else {
        shrink_no_memory(s);
    }
    free(in);
    free(size);
}

/* ── Number ── */

static bool is_alike(const struct shrinking *s)
{
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        const struct trace_op *op = &s->lives.of->op[i];
        if (!s->in[i]) continue;
        if (op->id < 0 || op->kind != TRACE_ALLOC || s->size[i] != 1) return false;
    }
    return true;
}

/* The first n of what is left. */
static bool cut_to(struct shrinking *s, size_t n)
{
    size_t kept = 0;
    bool *in = calloc(s->lives.of->n_ops + 1, sizeof *in);
    if (!in) return shrink_no_memory(s);
    for (size_t i = 0; i < s->lives.of->n_ops && kept < n; i++)
        kept += in[i] = s->in[i];
    bool same = shrink_is_same(s, in, s->size);
    if (same) memcpy(s->in, in, s->lives.of->n_ops * sizeof *in);
    free(in);
    return same;
}

bool shrink_cut_alike(struct shrinking *s)
{
    size_t low = 0;
    if (!is_alike(s)) return false;
    while (shrink_goes_on(s) && s->n_ops - low > 1) { /* with low it does not fail */
        size_t n = low + (s->n_ops - low) / 2;
        if (!cut_to(s, n)) low = n;
    }
    s->alike = shrink_goes_on(s);
    return true;
}
