/* lab.c: looking anew, and what the log is told. */
#include "cli/command/lab.h"

void lab_look(struct lab *lab)
{
    const struct session *s = &lab->shown.session;
    if (s->target.alive && s->snapshot && s->target.brk != snapshot_head(s->snapshot)->brk)
        lab->shown.stale = true;
    if (!lab->shown.stale || s->quiet) return;
    lab->shown.stale = !session_look(&lab->shown.session);
}

bool lab_sees(struct lab *lab, struct outcome *out)
{
    lab_look(lab);
    bool stale = lab->shown.stale && !lab->shown.session.quiet;
    return stale ? outcome_fail(out, "%s", lab->shown.session.error) : true;
}

bool lab_checkheap(struct lab *lab)
{
    struct session *s = &lab->shown.session;
    bool wanted = lab->checkheap && !s->quiet && s->target.alive;
    bool sound = !wanted || s->checked_at == s->target.n_asked || session_check_after(s);
    lab->unsound = lab->unsound || !sound;
    return sound;
}

static bool was_killed(const struct target *t)
{
    return !t->alive && !log_is_own_signal(t->signal);
}

void lab_note_death(struct lab *lab)
{
    struct log_entry *open = lab->shown.session.log.open;
    if (open != NULL && open->n_lines > 0 && !lab->shown.session.target.alive) open->death = true;
}

bool lab_cut_short(const struct lab *lab)
{
    return lab->shown.session.stop || lab->unsound || lab->n_nested > lab->nested_most ||
           was_killed(&lab->shown.session.target);
}

void lab_lost_line(struct lab *lab)
{
    if (lab->shown.session.log.open) lab->shown.session.log.open->incomplete = true;
}

void lab_record(struct lab *lab, const char *line, bool ok)
{
    struct session *s = &lab->shown.session;
    struct log *l = &s->log;
    if (!l->open || l->suspended > 0) return;
    if (l->open->death && !s->trace.fresh)
        return; /* nothing more was done to it: the line of its death stays the last */
    l->open->death = false;
    if (l->open->n_lines == 0 && s->trace.fresh) l->open->fresh = true;
    bool recorded = log_record(l, line,
                               was_killed(&s->target) ? LOG_KILLED
                               : ok                   ? LOG_DONE
                                                      : LOG_FAILED);
    if (recorded && s->trace.fresh) l->open->n_to_fresh = l->open->n_lines;
}
