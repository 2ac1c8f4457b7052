/* looks.c: see looks.h. */
#include "cli/export/looks.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/report/report.h"
#include "cli/session/watch.h"
#include "cli/tell/value.h"
#include "viz/figure.h"

/* What a step says: when it was, and how the heap stood. */
static void say(const struct watch_kept *k, char *when, size_t when_bytes, char *words,
                size_t words_bytes)
{
    const struct snapshot_stats *n = snapshot_stats(k->snapshot);
    char heap[FIGURE_MAX], live[FIGURE_MAX], free[FIGURE_MAX];
    snprintf(when, when_bytes, "%.1f s", k->at);
    snprintf(words, words_bytes, "heap %s, %s in use, %s free", figure_bytes(heap, n->heap_bytes),
             figure_bytes(live, n->live_bytes), figure_bytes(free, n->free_bytes));
}

bool looks_play(struct lab *lab, struct record_taker *taker)
{
    struct session *s = &lab->shown.session;
    const struct watch *w = s->watch;
    struct snapshot *now = s->snapshot;
    struct changes changes = s->changes;
    struct view view = lab->shown.view;
    bool alive = s->target.alive, ok = true;
    lab->shown.view.selected_none = true; /* bytes of then were not kept */
    for (size_t i = 0; i < w->n_kept && ok; i++) {
        char when[32], words[256];
        s->snapshot = w->kept[i].snapshot;
        changes_find(&s->changes, i > 0 ? w->kept[i - 1].snapshot : NULL, s->snapshot);
        say(&w->kept[i], when, sizeof when, words, sizeof words);
        ok = taker->take(taker, &(struct record_step){.lab = lab, .command = when, .words = words});
    }
    s->snapshot = now;
    s->changes = changes;
    s->target.alive = alive;
    lab->shown.view = view;
    return ok;
}

bool looks_json(struct export *e, FILE *to)
{
    const struct watch *w = e->lab->shown.session.watch;
    fputs("[\n", to);
    for (size_t i = 0; i < w->n_kept; i++) {
        const struct snapshot_stats *n = snapshot_stats(w->kept[i].snapshot);
        const struct snapshot_head *head = snapshot_head(w->kept[i].snapshot);
        json_t *j =
            json_pack("{s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "seconds", w->kept[i].at,
                      "brk", value_address(head->brk), "heap_bytes", value_number(n->heap_bytes),
                      "live_bytes", value_number(n->live_bytes), "header_bytes",
                      value_number(n->header_bytes), "cached_bytes", value_number(n->cached_bytes),
                      "free_bytes", value_number(n->free_bytes), "blocks",
                      value_number(n->n_blocks), "used", value_number(n->n_used));
        bool ok = j && report_put_json(j, to) && fputs(i + 1 < w->n_kept ? ",\n" : "\n", to) >= 0;
        json_decref(j);
        if (!ok) return false;
        e->n_steps++;
    }
    fputs("]\n", to);
    return !ferror(to);
}
