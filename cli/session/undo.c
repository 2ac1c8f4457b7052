/* undo.c: the state before an entry is made again by playing the log from the last fresh heap on, in a fresh target. */
#include "cli/session/undo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct clock {
    struct timespec last;
};

static bool second_gone(struct clock *c)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - c->last.tv_sec < 1) return false;
    c->last = now;
    return true;
}

static size_t count_lines(const struct log *l, size_t from, size_t to)
{
    size_t lines = 0;
    for (size_t i = from; i < to; i++)
        lines += l->entries[i]->n_lines;
    return lines;
}

/* A death is part of the log: it happens again, by the same signal. */
static void die_again(struct session *s, const struct log_entry *e)
{
    if (!s->target.alive) return;
    kill(s->target.pid, e->signal ? e->signal : SIGKILL);
    for (int i = 0; i < 1000 && !target_has_died(&s->target); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    target_end(&s->target, "ended again, as it was then");
}

static bool play_entries(struct session *s, size_t from, size_t to, const struct undo_player *player)
{
    size_t done = 0, total = count_lines(&s->log, from, to);
    struct clock clock;
    clock_gettime(CLOCK_MONOTONIC, &clock.last);
    for (size_t i = from; i < to; i++) {
        const struct log_entry *e = s->log.entries[i];
        uint32_t seq = s->seq;
        s->seq = e->seq; /* a block freed then was freed by that command */
        size_t n_lines = log_n_to_play(e);
        if (e->death) session_look_last(s);
        for (size_t k = 0; k < n_lines; k++, done++) {
            bool go_on = player->play(player, s, e->lines[k]);
            if (second_gone(&clock) && !player->progress(player, done, total)) go_on = false;
            if (!go_on || s->stop) {
                s->seq = seq;
                return false;
            }
        }
        if (e->death) die_again(s, e);
        s->seq = seq;
    }
    return true;
}

/* Make the state after the first n entries, in a fresh target. The one that there is stays aside until that is done, so that a stop
 * costs nothing. */
static bool rebuild(struct session *s, size_t n, const struct undo_player *player)
{
    size_t from = n;
    while (from > 0 && !s->log.entries[from - 1]->fresh)
        from--;
    if (from > 0) from--; /* the entry that made the fresh heap */
    bool at_fresh = from < n && s->log.entries[from]->fresh;
    struct session_setup setup = at_fresh ? s->log.entries[from]->setup : s->first_setup, old_setup = s->setup;
    struct target old_target = s->target;
    struct book old_book = s->book;
    struct session_race old_race = s->race;
    bool quiet = s->quiet;
    s->target = (struct target){.fd = -1};
    book_init(&s->book, 0);
    s->quiet = true;
    bool ok = session_restart(s, &setup) && play_entries(s, from, n, player);
    s->quiet = quiet;
    if (ok) {
        target_end(&old_target, NULL);
        book_release(&old_book);
        return true;
    }
    target_end(&s->target, NULL);
    book_release(&s->book);
    s->target = old_target;
    process_memory_watch(&s->memory, old_target.pid);
    s->book = old_book;
    s->setup = old_setup;
    s->race = old_race;
    if (s->before) { /* a look on the way was at the other one */
        snapshot_free(s->snapshot);
        s->snapshot = s->before;
        s->before = NULL;
    }
    return false;
}

bool undo_back(struct session *s, size_t n, const struct undo_player *player, size_t *undone)
{
    struct log *l = &s->log;
    size_t all = l->n, keep = n < all ? all - n : 0;
    *undone = 0;
    s->stop = 0;
    if (!rebuild(s, keep, player)) {
        char why[sizeof s->error];
        snprintf(why, sizeof why, "%s", s->stop ? "it was stopped" : s->error);
        snprintf(s->error, sizeof s->error, "nothing was undone (%.400s); the heap is as it was", why);
        s->stop = 0;
        return false;
    }
    while (l->n > keep && log_push(&l->undone, &l->n_undone, &l->room_undone, l->entries[l->n - 1]))
        l->n--;
    *undone = all - l->n;
    return session_look(s);
}

bool undo_forward(struct session *s, size_t n, const struct undo_player *player, size_t *redone)
{
    struct log *l = &s->log;
    size_t before = l->n;
    *redone = 0;
    s->stop = 0;
    while (*redone < n && l->n_undone > 0 && log_push(&l->entries, &l->n, &l->room, l->undone[l->n_undone - 1])) {
        l->n_undone--;
        ++*redone;
    }
    bool quiet = s->quiet;
    s->quiet = true;
    bool ok = play_entries(s, before, l->n, player);
    s->quiet = quiet;
    if (ok) return session_look(s);
    s->stop = 0;
    while (l->n > before && log_push(&l->undone, &l->n_undone, &l->room_undone, l->entries[l->n - 1]))
        l->n--;
    *redone = 0;
    bool back = rebuild(s, before, player);
    snprintf(s->error, sizeof s->error, "redo was stopped; the heap is %s",
             back ? "as it was" : "not what it was: `reset` makes a fresh one");
    session_look(s);
    return false;
}
