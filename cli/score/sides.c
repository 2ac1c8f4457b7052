/* sides.c: see sides.h. */
#include "cli/score/sides.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/run.h"
#include "cli/score/lockstep.h"
#include "cli/score/sides_private.h"
#include "cli/text/text.h"

const char sides_commands[] =
    "  step [N]           the next operation of the trace, or N of them, in all heaps\n"
    "  run                all that are left of it\n"
    "  until divergence   up to the first after which payload or brk differs; until N: up to the "
    "Nth\n"
    "  undo [N]           take back the last N commands, in all heaps\n"
    "Any other command is done in each heap.\n";

bool sides_fail(struct sides *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(s->said, sizeof s->said, format, args);
    va_end(args);
    s->failed = true;
    return false;
}

bool sides_init(struct sides *s, struct lab *const *labs, const char *const *names, size_t n,
                const struct trace *trace)
{
    *s = (struct sides){.n = n, .trace = trace};
    for (size_t i = 0; i < n; i++)
        s->side[i] = (struct side){.lab = labs[i], .name = names[i]};
    return sides_point(s);
}

void sides_release(struct sides *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->side[i].point);
    free(s->mark);
    s->mark = NULL;
    s->n = 0;
}

/* ── Curves ── */

static uint64_t x_of(const struct sides *s) { return s->trace ? s->at : s->n_done; }

static uint64_t brk_of(const struct lab *lab)
{
    const struct snapshot_head *head = snapshot_head(lab->shown.session.snapshot);
    return head->brk - head->heap_start;
}

bool sides_point(struct sides *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct side *side = &s->side[i];
        if (side->n_points == side->room) {
            size_t room = side->room ? side->room * 2 : 64;
            struct curve_point *point = realloc(side->point, room * sizeof *point);
            if (!point) return sides_fail(s, "out of memory: the curves end here");
            side->point = point;
            side->room = room;
        }
        const struct snapshot_stats *stats = snapshot_stats(side->lab->shown.session.snapshot);
        uint64_t live = stats->live_bytes;
        side->point[side->n_points++] = (struct curve_point){
            .x = x_of(s),
            .heap_bytes = brk_of(side->lab),
            .live_bytes = live > side->refused_bytes ? live - side->refused_bytes : 0,
            .free_bytes = stats->free_bytes};
    }
    return true;
}

void sides_curve(const struct sides *s, size_t i, struct curve *curve)
{
    const struct side *side = &s->side[i];
    const struct snapshot_head *head = snapshot_head(side->lab->shown.session.snapshot);
    *curve = (struct curve){.point = side->point,
                            .n = side->n_points,
                            .x_most = s->trace ? s->trace->n_ops : 0,
                            .has_free = !head->remembered,
                            .guessed = head->source && strcmp(head->source, "guess") == 0,
                            .parted = s->parted,
                            .parted_x = s->parted_x};
}

/* ── Where they part ── */

static uint64_t place_of(const struct lab *lab)
{
    uint64_t address = lab->last ? lab->last->address : 0;
    return address ? address - lab->shown.session.target.hello.heap_start : 0;
}

static uint64_t target_brk(const struct lab *lab)
{
    const struct target *t = &lab->shown.session.target;
    return t->brk - t->hello.heap_start;
}

static void part(struct sides *s, size_t other, const char *title, enum lockstep_by by,
                 uint64_t of_one, uint64_t of_other)
{
    char words[192];
    lockstep_difference_words(by, of_one, s->side[0].name, of_other, s->side[other].name, words,
                              sizeof words);
    s->parted = true;
    s->parted_x = x_of(s);
    snprintf(s->parted_words, sizeof s->parted_words, "%.60s: %.190s", title, words);
}

static void find_parting(struct sides *s, const char *title)
{
    const struct lab *a = s->side[0].lab;
    for (size_t i = 1; i < s->n && !s->parted; i++) {
        const struct lab *b = s->side[i].lab;
        bool one = a->last && !a->last->ok, other = b->last && !b->last->ok;
        if (one != other)
            part(s, i, title, PARTED_RESULT, one, other);
        else if (place_of(a) != place_of(b))
            part(s, i, title, PARTED_PLACE, place_of(a), place_of(b));
        else if (target_brk(a) != target_brk(b))
            part(s, i, title, PARTED_BRK, target_brk(a), target_brk(b));
    }
}

void sides_after(struct sides *s, const char *title) { find_parting(s, title); }

/* ── In all of them ── */

void sides_lend(const struct sides *s, size_t i)
{
    const struct lab *from = s->side[0].lab;
    struct lab *to = s->side[i].lab;
    if (i == 0) return;
    to->shown.session.ear = from->shown.session.ear;
    to->shown.session.timeout = from->shown.session.timeout;
    to->progress = from->progress;
}

bool sides_each(struct sides *s, sides_line *line, void *user, bool look)
{
    for (size_t i = 0; i < s->n && !s->stopped; i++) {
        struct lab *lab = s->side[i].lab;
        sides_lend(s, i);
        lab->shown.session.quiet = !look;
        lab_run(lab, line(user, i));
        lab->shown.session.quiet = false;
        s->stopped = s->side[0].lab->shown.session.stop || lab->shown.session.stop;
    }
    return !s->stopped;
}

static const char *same_line(void *user, size_t i)
{
    (void)i;
    return user;
}

/* A fresh heap holds nothing of the trace. */
static void begin_anew(struct sides *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct session *session = &s->side[i].lab->shown.session;
        if (!session->log.n || !session->log.entries[session->log.n - 1]->fresh) continue;
        s->at = 0;
        s->side[i].refused_bytes = 0;
    }
}

static void run_in_all(struct sides *s, const char *command)
{
    char title[80];
    if (!sides_mark_take(s)) return;
    sides_each(s, same_line, (void *)(uintptr_t)command, true);
    if (sides_mark_drop_idle(s)) return;
    s->n_done++;
    begin_anew(s);
    snprintf(title, sizeof title, "command %zu, %.50s", s->n_done, text_printable(command));
    find_parting(s, title);
    sides_point(s);
}

/* ── One command ── */

static bool play(struct sides *s, const struct arguments *args,
                 bool (*what)(struct sides *s, const struct arguments *args))
{
    if (!s->trace)
        return sides_fail(s, "there is no trace to %s; expected `brkview compare … TRACE`",
                          args->name);
    if (!sides_mark_take(s)) return false;
    bool ok = what(s, args);
    sides_mark_drop_idle(s);
    return ok;
}

static bool run_step(struct sides *s, const struct arguments *args)
{
    return play(s, args, sides_step);
}
static bool run_run(struct sides *s, const struct arguments *args)
{
    return play(s, args, sides_to_end);
}
static bool run_until(struct sides *s, const struct arguments *args)
{
    return play(s, args, sides_until);
}
static bool refuse(struct sides *s, const struct arguments *args)
{
    return sides_fail(s, "%s is for one heap alone; expected it in `brkview` without compare",
                      text_printable(args->name));
}

static const struct own {
    const char *name;
    bool (*run)(struct sides *s, const struct arguments *args);
    bool exact; /* the whole word: shorter ones are a lab's */
} own[] = {
    {"step", run_step, true},    {"run", run_run, true},    {"until", run_until, false},
    {"undo", sides_undo, false}, {"redo", refuse, false},   {"lesson", refuse, false},
    {"quiz", refuse, false},     {"answer", refuse, false}, {"policy", refuse, false},
    {"save", refuse, false},     {"export", refuse, false}, {"speed", refuse, false},
    {"source", refuse, false},   {"back", refuse, false},   {"goto", refuse, false},
};

static const struct own *own_find(const char *word)
{
    char error[256];
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (own[i].exact && strcmp(word, own[i].name) == 0) return &own[i];
    const struct command *c = command_find(word, error, sizeof error);
    for (size_t i = 0; c && i < sizeof own / sizeof own[0]; i++)
        if (!own[i].exact && strcmp(c->name, own[i].name) == 0) return &own[i];
    return NULL;
}

/* Does it say or do the same whatever the heap is? */
static bool is_of_no_heap(const char *word)
{
    char error[256];
    const struct command *c = command_find(word, error, sizeof error);
    return c && (strcmp(c->name, "help") == 0 || strcmp(c->name, "quit") == 0);
}

enum sides_took sides_run(struct sides *s, const char *command)
{
    struct arguments args;
    char error[256];
    s->said[0] = '\0';
    s->failed = s->stopped = false;
    errno = 0;
    bool parsed = !c_line_is(command) && arguments_parse(&args, command, error, sizeof error);
    if (!parsed && errno == ENOMEM) { /* it may be one of its own */
        sides_fail(s, "out of memory: nothing was done");
        return SIDES_OWN;
    }
    const struct own *mine = parsed ? own_find(args.name) : NULL;
    bool alone = parsed && !mine && is_of_no_heap(args.name);
    if (mine) mine->run(s, &args);
    if (parsed) arguments_release(&args);
    if (mine) return SIDES_OWN;
    if (alone)
        lab_run(s->side[0].lab, command);
    else
        run_in_all(s, command);
    return alone ? SIDES_ONE : s->failed ? SIDES_OWN : SIDES_ALL;
}
