/* undo.c: the state before an entry is made again by playing the log from the last fresh heap on,
 * in a fresh target. */
#include "cli/session/undo.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/source/source.h"

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
    for (int i = 0; i < 1000 && !s->target.source->has_ended(&s->target) && session_go_on(s); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    session_end_target(s, &s->target, "ended again, as it was then");
}

static bool refuse(struct session *s, const struct log_entry *e, const char *why)
{
    snprintf(s->error, sizeof s->error, "command %" PRIu32 ", %.80s, %s", e->seq, e->title, why);
    return false;
}

/* The state after an entry is the one that it came to then, as far as that can be told without a
 * look. */
static bool came_out_the_same(struct session *s, const struct log_entry *e)
{
    if (e->death || !s->target.alive) return true;
    if (s->target.brk - s->target.hello.heap_start == e->brk_bytes &&
        s->ledger.next_id == e->next_id && ledger_n_live(&s->ledger) == e->n_live)
        return true;
    return refuse(s, e, "came to another heap than the first time");
}

static bool play_lines(struct session *s, const struct log_entry *e,
                       const struct undo_player *player, struct clock *clock, size_t done,
                       size_t total)
{
    size_t n_lines = log_n_to_play(e);
    for (size_t k = 0; k < n_lines; k++) {
        if (e->fates[k] == LOG_KILLED)
            die_again(s, e);
        else if (!player->play(player, s, e->lines[k], (enum log_fate)e->fates[k]))
            return false;
        if ((second_gone(clock) && !player->progress(player, done + k, total)) || s->stop)
            return false;
    }
    if (e->death) die_again(s, e);
    return came_out_the_same(s, e);
}

static bool play_entries(struct session *s, size_t from, size_t to,
                         const struct undo_player *player)
{
    size_t done = 0, total = count_lines(&s->log, from, to);
    uint32_t seq = s->seq;
    struct clock clock;
    bool ok = true;
    clock_gettime(CLOCK_MONOTONIC, &clock.last);
    for (size_t i = from; i < to && ok; i++) {
        const struct log_entry *e = s->log.entries[i];
        s->seq = e->seq; /* a block freed then was freed by that command */
        if (e->death) session_look_last(s);
        ok = e->incomplete
                 ? refuse(s, e, "is not whole in the log, for there was no memory left then")
                 : play_lines(s, e, player, &clock, done, total);
        done += e->n_lines;
    }
    s->seq = seq;
    return ok;
}

/* Make the state after the first n entries, in a fresh target. The one that there is stays aside
 * until that is done, so that a stop costs nothing. */
static bool rebuild(struct session *s, size_t n, const struct undo_player *player)
{
    size_t from = n;
    while (from > 0 && !s->log.entries[from - 1]->fresh)
        from--;
    if (from > 0) from--; /* the entry that made the fresh heap */
    bool at_fresh = from < n && s->log.entries[from]->fresh;
    struct session_setup setup = at_fresh ? s->log.entries[from]->setup : s->first_setup,
                         old_setup = s->setup;
    struct target old_target = s->target;
    struct ledger old_ledger = s->ledger;
    struct session_race old_race = s->race;
    struct heap_root old_root = s->root;
    bool quiet = s->quiet;
    s->target = (struct target){.fd = -1};
    ledger_init(&s->ledger, 0);
    s->ledger.now = old_ledger.now;
    s->ledger.away = old_ledger.away;
    s->quiet = true;
    bool ok = session_restart(s, &setup) && play_entries(s, from, n, player);
    s->quiet = quiet;
    if (ok) {
        session_end_target(s, &old_target, NULL);
        target_forget(&old_target);
        ledger_release(&old_ledger);
        return true;
    }
    session_end_target(s, &s->target, NULL);
    target_forget(&s->target);
    ledger_release(&s->ledger);
    s->target = old_target;
    process_memory_watch(&s->memory, old_target.pid);
    s->ledger = old_ledger;
    ledger_touch_all(&s->ledger); /* the picture may be of another moment */
    s->setup = old_setup;
    s->race = old_race;
    s->root = old_root;
    if (s->before) { /* a look on the way was at the other one */
        snapshot_free(s->snapshot);
        s->snapshot = s->before;
        s->before = NULL;
    }
    return false;
}

/* In words, for whatever was to be done ("undone", "redone"). */
static bool was_not(struct session *s, const char *done)
{
    char why[sizeof s->error];
    snprintf(why, sizeof why, "%s", s->stop ? "it was stopped" : s->error);
    snprintf(s->error, sizeof s->error, "nothing was %s (%.400s); the heap is as it was", done,
             why);
    return false;
}

/* Move n entries from the end of one list to the end of another that has room for them, the last
 * one first. */
static void move(struct log_entry **from, size_t *n_from, struct log_entry **to, size_t *n_to,
                 size_t n)
{
    for (; n > 0; n--)
        to[(*n_to)++] = from[--*n_from];
}

bool undo_back(struct session *s, size_t n, const struct undo_player *player, size_t *undone)
{
    struct log *l = &s->log;
    size_t left_off = n < l->n ? n : l->n;
    *undone = 0;
    snprintf(s->error, sizeof s->error, "out of memory");
    if (!log_room(&l->undone, l->n_undone + left_off, &l->room_undone) ||
        !rebuild(s, l->n - left_off, player))
        return was_not(s, "undone");
    move(l->entries, &l->n, l->undone, &l->n_undone, left_off);
    *undone = left_off;
    return true;
}

bool undo_forward(struct session *s, size_t n, const struct undo_player *player, size_t *redone)
{
    struct log *l = &s->log;
    size_t again = n < l->n_undone ? n : l->n_undone;
    *redone = 0;
    snprintf(s->error, sizeof s->error, "out of memory");
    if (!log_room(&l->entries, l->n + again, &l->room)) return was_not(s, "redone");
    move(l->undone, &l->n_undone, l->entries, &l->n, again);
    if (!rebuild(s, l->n, player)) {
        move(l->entries, &l->n, l->undone, &l->n_undone, again);
        return was_not(s, "redone");
    }
    *redone = again;
    return true;
}
