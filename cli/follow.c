/* follow.c: see follow.h. A process is known by its number and when it began. */
#include "cli/follow.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/session/session.h"
#include "cli/session/watch.h"
#include "cli/source/children.h"
#include "cli/source/source.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"

struct followed {
    struct followed *next;
    pid_t pid;
    uint64_t started;
    char name[CHILDREN_NAME]; /* as it was called last */
    bool seen; /* it was looked at */
    struct watch_moment peak; /* then */
    struct session *session; /* owned; NULL: it can't be watched, or has ended */
};

static struct followed *find(const struct follow *f, const struct child *c)
{
    for (struct followed *one = f->first; one; one = one->next)
        if (one->pid == c->pid && one->started == c->started) return one;
    return NULL;
}

static void end_watching(struct follow *f, struct followed *one)
{
    session_release(one->session);
    free(one->session);
    one->session = NULL;
    f->n--;
}

static void note(struct followed *one)
{
    one->peak = one->session->watch->peak;
    snprintf(one->name, sizeof one->name, "%s", one->session->watch->process->name);
}

static bool begin_watching(struct follow *f, struct followed *one)
{
    char why[PROCESS_WORDS];
    struct process *process = calloc(1, sizeof *process);
    if (!process || process_open(process, one->pid, why, sizeof why) != REFUSAL_NONE) {
        free(process);
        return false;
    }
    const struct watch_setup setup = {
        .process = process, .rate = f->rate, .never_stop = f->never_stop};
    one->session = calloc(1, sizeof *one->session);
    if (!one->session) watch_drop(&setup);
    if (!one->session || !session_attach(one->session, &setup)) {
        free(one->session);
        one->session = NULL;
        return false;
    }
    one->session->watch->keep_every = INFINITY; /* nobody plays them back */
    note(one);
    f->n++;
    return true;
}

/* One that is not watched is remembered, too: it is counted once. */
static void add(struct follow *f, const struct child *c)
{
    if (c->state == 'Z') return;
    struct followed *one = calloc(1, sizeof *one);
    if (!one) return; /* the next tick finds it anew */
    one->pid = c->pid;
    one->started = c->started;
    snprintf(one->name, sizeof one->name, "%s", c->name);
    one->seen = f->n < FOLLOWED_MAX && begin_watching(f, one);
    one->next = f->first;
    f->first = one;
    f->n_unseen += !one->seen;
}

static void look(struct follow *f, struct followed *one)
{
    struct session *s = one->session;
    if (!s || watch_wait(s->watch) > 0) return;
    process_memory_forgive(&s->memory);
    session_notice_death(s);
    s->watch->unasked = true;
    if (s->target.alive) session_look(s);
    session_forget(s);
    note(one);
    if (!s->target.alive) end_watching(f, one);
}

void follow_tick(struct follow *f)
{
    struct children below = {.n = 0};
    children_read(&below, f->root);
    for (size_t i = 0; i < below.n; i++)
        if (!find(f, &below.child[i])) add(f, &below.child[i]);
    children_release(&below);
    for (struct followed *one = f->first; one; one = one->next)
        look(f, one);
}

double follow_wait(const struct follow *f)
{
    double least = 1 / f->rate; /* for those that will begin */
    for (const struct followed *one = f->first; one; one = one->next) {
        double wait = one->session ? watch_wait(one->session->watch) : least;
        if (wait < least) least = wait;
    }
    return least;
}

void follow_tell(const struct follow *f)
{
    for (const struct followed *one = f->first; one; one = one->next) {
        if (!one->seen) continue;
        char peak[WATCHED_MOMENT_MAX];
        report_complain(stderr, "process %d below it, %s: peak seen: %s", (int)one->pid, one->name,
                        watched_moment(&one->peak, peak));
    }
    if (f->n_unseen > 0)
        report_complain(stderr, "%zu process%s below it could not be looked at", f->n_unseen,
                        f->n_unseen == 1 ? "" : "es");
}

json_t *follow_json(const struct follow *f)
{
    json_t *list = json_array();
    for (const struct followed *one = f->first; one; one = one->next) {
        if (!one->seen) continue;
        const struct watch_moment *peak = &one->peak;
        json_array_append_new(list, json_pack("{s:i, s:o, s:{s:o, s:o, s:o, s:o}}", "pid",
                                              (int)one->pid, "name", value_text(one->name),
                                              "peak_seen", "heap_bytes", value_number(peak->heap),
                                              "live_bytes", value_number(peak->live), "free_bytes",
                                              value_number(peak->free), "cached_bytes",
                                              value_number(peak->cached)));
    }
    return list;
}

void follow_release(struct follow *f)
{
    while (f->first) {
        struct followed *one = f->first;
        f->first = one->next;
        if (one->session) end_watching(f, one);
        free(one);
    }
}
