/* ddmin.c: see ddmin.h. What is in is cut into ever more pieces of the same length, from one on;
 * each piece that it fails without is left out for good. */
#include "cli/score/ddmin.h"

#include <stdlib.h>
#include <string.h>

struct cutting {
    struct ddmin *d;
    size_t *part; /* those that are in, in order */
    size_t n; /* of them */
    size_t pieces;
    bool *try[DDMIN_MOST_TRIES];
};

static size_t piece_start(const struct cutting *c, size_t piece)
{
    return c->n / c->pieces * piece + c->n % c->pieces * piece / c->pieces;
}

static void make_try(struct cutting *c, size_t piece, bool *try)
{
    memcpy(try, c->d->in, c->d->n * sizeof *try);
    for (size_t i = piece_start(c, piece); i < piece_start(c, piece + 1); i++)
        try[c->part[i]] = false;
}

static void leave_out(struct cutting *c, size_t piece)
{
    size_t from = piece_start(c, piece), to = piece_start(c, piece + 1);
    for (size_t i = from; i < to; i++)
        c->d->in[c->part[i]] = false;
    memmove(c->part + from, c->part + to, (c->n - to) * sizeof *c->part);
    c->n -= to - from;
    if (c->pieces > 1) c->pieces--;
}

/* Without each piece once. False: stop. */
static bool pass(struct cutting *c, bool *changed)
{
    *changed = false;
    for (size_t piece = 0; c->n > 0 && piece < c->pieces;) {
        size_t n = c->pieces - piece;
        if (n > c->d->n_tries) n = c->d->n_tries;
        for (size_t i = 0; i < n; i++)
            make_try(c, piece + i, c->try[i]);
        size_t first = c->d->first(c->d->user, c->try, n);
        if (first == DDMIN_STOP) return false;
        piece += first;
        if (first == n) continue;
        leave_out(c, piece);
        *changed = true;
    }
    return true;
}

static bool cut(struct cutting *c)
{
    bool changed;
    c->pieces = 1;
    while (c->n > 0) {
        if (!pass(c, &changed)) return false;
        if (c->pieces >= c->n && !changed) return true;
        if (c->pieces < c->n) c->pieces = c->pieces * 2 < c->n ? c->pieces * 2 : c->n;
        if (c->pieces > c->n) c->pieces = c->n;
    }
    return true;
}

bool ddmin_run(struct ddmin *d)
{
    struct cutting c = {.d = d};
    bool *tries = calloc(d->n_tries * d->n + 1, sizeof *tries);
    c.part = calloc(d->n + 1, sizeof *c.part);
    for (size_t i = 0; tries && i < d->n_tries; i++)
        c.try[i] = tries + i * d->n;
    for (size_t i = 0; c.part && i < d->n; i++)
        if (d->in[i]) c.part[c.n++] = i;
    bool ok = tries && c.part && cut(&c);
    free(tries);
    free(c.part);
    return ok;
}
