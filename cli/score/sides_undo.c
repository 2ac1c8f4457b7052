/* sides_undo.c: what was done in all of them is taken back in all, each by its own log. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/run.h"
#include "cli/score/sides_private.h"
#include "cli/text/text.h"

bool sides_mark_take(struct sides *s)
{
    if (s->n_marks == s->room_marks) {
        size_t room = s->room_marks ? s->room_marks * 2 : 64;
        struct sides_mark *mark = realloc(s->mark, room * sizeof *mark);
        if (!mark) return sides_fail(s, "out of memory: nothing was done");
        s->mark = mark;
        s->room_marks = room;
    }
    struct sides_mark *m = &s->mark[s->n_marks++];
    *m = (struct sides_mark){.at = s->at, .n_done = s->n_done, .parted = s->parted};
    for (size_t i = 0; i < s->n; i++) {
        m->n_log[i] = s->side[i].lab->shown.session.log.n;
        m->n_points[i] = s->side[i].n_points;
        m->refused_bytes[i] = s->side[i].refused_bytes;
    }
    return true;
}

bool sides_mark_drop_idle(struct sides *s)
{
    const struct sides_mark *m = &s->mark[s->n_marks - 1];
    for (size_t i = 0; i < s->n; i++)
        if (s->side[i].lab->shown.session.log.n != m->n_log[i]) return false;
    s->n_marks--;
    return true;
}

static bool undo_one(struct sides *s)
{
    const struct sides_mark *m = &s->mark[s->n_marks - 1];
    for (size_t i = 0; i < s->n; i++) {
        struct lab *lab = s->side[i].lab;
        char line[48];
        size_t n = lab->shown.session.log.n - m->n_log[i];
        if (n == 0) continue;
        snprintf(line, sizeof line, "undo %zu", n);
        sides_lend(s, i);
        const struct outcome *out = lab_run(lab, line);
        if (!out->ok)
            return sides_fail(s, "%s: %.200s", text_printable(s->side[i].name),
                              out->error ? out->error : "undo failed");
    }
    for (size_t i = 0; i < s->n; i++) {
        s->side[i].n_points = m->n_points[i];
        s->side[i].refused_bytes = m->refused_bytes[i];
    }
    s->at = m->at;
    s->n_done = m->n_done;
    s->parted = m->parted;
    s->n_marks--;
    return true;
}

bool sides_undo(struct sides *s, const struct arguments *args)
{
    uint64_t n = 1;
    char error[256];
    if (args->n > 1) return sides_fail(s, "undo takes one number; expected `undo [N]`");
    if (args->n == 1 && strcmp(args->word[0], "all") == 0)
        n = s->n_marks;
    else if (args->n == 1 && !parse_positive(args->word[0], "N", &n, error, sizeof error))
        return sides_fail(s, "%s", error);
    if (s->n_marks == 0) return sides_fail(s, "there is nothing to undo");
    if (n > s->n_marks)
        return sides_fail(s, "only %zu can be undone; expected at most that many, or `all`",
                          s->n_marks);
    for (; n > 0; n--)
        if (!undo_one(s)) return false;
    return true;
}
