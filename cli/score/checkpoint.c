/* checkpoint.c: see checkpoint.h. */
#include "cli/score/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#define NEAR_MS 400.0 /* of playing: none so near to where somebody is goes for a new one */

bool checkpoints_init(struct checkpoints *c, size_t n_ops)
{
    *c = (struct checkpoints){.every_ms = CHECKPOINT_EVERY_MS,
                              .point = calloc(CHECKPOINT_MOST, sizeof *c->point),
                              .results = calloc(n_ops + 1, sizeof *c->results)};
    return c->point && c->results;
}

static void end_one(struct checkpoint *p)
{
    target_end(&p->target, NULL);
    target_forget(&p->target);
}

static void clear(struct checkpoints *c)
{
    for (size_t i = 0; i < c->n; i++)
        end_one(&c->point[i]);
    c->n = 0;
}

void checkpoints_release(struct checkpoints *c)
{
    clear(c);
    free(c->point);
    free(c->results);
    *c = (struct checkpoints){.n = 0};
}

static bool same_setup(const struct session_setup *a, const struct session_setup *b)
{
    return a->policy == b->policy && a->own == b->own && a->limit == b->limit &&
           memcmp(a->value, b->value, sizeof a->value) == 0;
}

bool checkpoints_are_of(const struct checkpoints *c, const struct session_setup *setup)
{
    return c->n > 0 && same_setup(&c->setup, setup);
}

struct checkpoint *checkpoints_before(struct checkpoints *c, size_t at)
{
    size_t i = c->n;
    while (i > 0 && c->point[i - 1].at > at)
        i--;
    return i ? &c->point[i - 1] : NULL;
}

void checkpoints_drop(struct checkpoints *c, struct checkpoint *point)
{
    size_t i = (size_t)(point - c->point);
    end_one(point);
    memmove(point, point + 1, (--c->n - i) * sizeof *point);
}

static uint64_t heap_bytes(const struct target *t) { return t->brk - t->hello.heap_start; }

/* Without which the way to any operation grows least. */
static struct checkpoint *least_missed(const struct checkpoints *c, double ms)
{
    struct checkpoint *least = NULL;
    double grows = 0;
    for (size_t i = 1; i < c->n; i++) {
        struct checkpoint *p = &c->point[i];
        double way = (i + 1 < c->n ? p[1].ms : ms) - p[-1].ms,
               off = p->ms < ms ? ms - p->ms : p->ms - ms;
        if (off < NEAR_MS || (least && way >= grows)) continue;
        least = p;
        grows = way;
    }
    return least;
}

static bool make_room(struct checkpoints *c, uint64_t bytes, double ms)
{
    uint64_t all = bytes;
    for (size_t i = 0; i < c->n; i++)
        all += heap_bytes(&c->point[i].target);
    while (c->n == CHECKPOINT_MOST || all > CHECKPOINT_BYTES) {
        struct checkpoint *p = least_missed(c, ms);
        if (!p) return false;
        all -= heap_bytes(&p->target);
        checkpoints_drop(c, p);
    }
    return true;
}

bool checkpoints_add(struct checkpoints *c, struct session *s, size_t at, double ms,
                     uint64_t n_steps)
{
    struct checkpoint new = {.at = at, .ms = ms, .n_steps = n_steps};
    if (at == 0) {
        clear(c);
        c->setup = s->setup;
    }
    struct checkpoint *before = checkpoints_before(c, at);
    if (before && before->at == at) return true;
    if (!make_room(c, heap_bytes(&s->target), ms)) return false;
    if (!target_copy(&s->target, &new.target, false, s->timeout)) return false;
    before = checkpoints_before(c, at);
    struct checkpoint *to = before ? before + 1 : c->point;
    memmove(to + 1, to, (size_t)(c->point + c->n++ - to) * sizeof *to);
    *to = new;
    return true;
}
