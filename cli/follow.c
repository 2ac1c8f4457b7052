/* follow.c: see follow.h. A process is known by its number and when it began. */
#include "cli/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/session/session.h"
#include "cli/session/watch.h"
#include "cli/source/children.h"
#include "cli/source/source.h"
#include "cli/tell/value.h"

struct followed {
    struct followed *next;
    pid_t pid;
    uint64_t started;
    char name[CHILDREN_NAME]; /* as it was called last */
    bool watched; /* session is */
    struct session session;
};

static struct followed *find(const struct follow *f, const struct child *c)
{
    for (struct followed *one = f->first; one; one = one->next)
        if (one->pid == c->pid && one->started == c->started) return one;
    return NULL;
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
    return session_attach(&one->session, &setup);
}

static void add(struct follow *f, const struct child *c)
{
    struct followed *one = c->state == 'Z' || f->n >= FOLLOWED_MAX ? NULL : calloc(1, sizeof *one);
    if (!one) {
        f->n_unseen += c->state != 'Z';
        return;
    }
    one->pid = c->pid;
    one->started = c->started;
    one->watched = begin_watching(f, one);
    snprintf(one->name, sizeof one->name, "%s", c->name);
    one->next = f->first;
    f->first = one;
    f->n += one->watched;
    f->n_unseen += !one->watched;
}

static void look(struct follow *f, struct followed *one)
{
    struct session *s = &one->session;
    if (!one->watched || !s->target.alive || watch_wait(s->watch) > 0) return;
    process_memory_forgive(&s->memory);
    session_notice_death(s);
    s->watch->unasked = true;
    if (s->target.alive) session_look(s);
    session_forget(s);
    snprintf(one->name, sizeof one->name, "%s", s->watch->process->name);
    if (!s->target.alive) f->n--;
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
        double wait =
            one->watched && one->session.target.alive ? watch_wait(one->session.watch) : least;
        if (wait < least) least = wait;
    }
    return least;
}

void follow_tell(const struct follow *f)
{
    for (const struct followed *one = f->first; one; one = one->next) {
        if (!one->watched) continue;
        const struct watch_moment *peak = &one->session.watch->peak;
        report_complain(stderr,
                        "process %d below it, %s: peak seen: heap %" PRIu64
                        " bytes, in use %" PRIu64 ", free %" PRIu64 ", cached %" PRIu64,
                        (int)one->pid, one->name, peak->heap, peak->live, peak->free, peak->cached);
    }
    if (f->n_unseen > 0)
        report_complain(stderr, "%zu process%s below it could not be looked at", f->n_unseen,
                        f->n_unseen == 1 ? "" : "es");
}

json_t *follow_json(const struct follow *f)
{
    json_t *list = json_array();
    for (const struct followed *one = f->first; one; one = one->next) {
        if (!one->watched) continue;
        const struct watch *w = one->session.watch;
        json_array_append_new(list, json_pack("{s:i, s:o, s:{s:o, s:o, s:o, s:o}}", "pid",
                                              (int)one->pid, "name", value_text(one->name),
                                              "peak_seen", "heap_bytes", value_number(w->peak.heap),
                                              "live_bytes", value_number(w->peak.live),
                                              "free_bytes", value_number(w->peak.free),
                                              "cached_bytes", value_number(w->peak.cached)));
    }
    return list;
}

void follow_release(struct follow *f)
{
    while (f->first) {
        struct followed *one = f->first;
        f->first = one->next;
        if (one->watched) session_release(&one->session);
        free(one);
    }
}
