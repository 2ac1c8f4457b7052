/* live.c: see live.h. */
#include "cli/command/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/session/watch.h"
#include "cli/source/source.h"

#define STALE_SECONDS 0.5 /* a picture that is older says so, beyond the time between two looks */
#define LISTEN_MS 20
#define WAIT_MAX 3600000 /* ms: then it is asked again */

static const struct watch *watching(const struct lab *lab)
{
    const struct session *s = &lab->shown.session;
    return s->watch && s->target.alive ? s->watch : NULL;
}

int live_wait(const struct lab *lab)
{
    const struct watch *w = watching(lab);
    if (!w || w->paused) return -1;
    double ms = watch_wait(w) * 1000;
    if (ms >= WAIT_MAX) return WAIT_MAX;
    int whole = (int)ms;
    return whole + (ms > whole); /* never too early */
}

/* If it is due. What was before stays until it is forgotten. */
static bool look(struct lab *lab)
{
    struct session *s = &lab->shown.session;
    if (live_wait(lab) != 0) return false;
    process_memory_forgive(&s->memory);
    session_forget(s);
    s->watch->unasked = true;
    session_look(s);
    s->watch->unasked = false;
    return true;
}

int live_fd(const struct lab *lab)
{
    const struct watch *w = lab->shown.session.watch;
    return w && w->program ? w->program->spawn.fd : -1;
}

/* The program's terminal is as wide as the screen that its lines are shown on. */
static void follow_size(const struct lab *lab, struct pty_program *program)
{
    unsigned rows = (unsigned)lab->screen.rows, columns = (unsigned)lab->screen.columns;
    if (!lab->screen.there || (rows == program->rows && columns == program->columns)) return;
    if (program->columns != 0) spawn_resize(&program->spawn, rows, columns);
    program->rows = rows;
    program->columns = columns;
}

bool live_tick(struct lab *lab)
{
    struct session *s = &lab->shown.session;
    if (s->watch && s->watch->program) follow_size(lab, s->watch->program);
    bool heard = s->watch && s->watch->program && pty_program_read(s->watch->program);
    if (s->watch && session_notice_death(s)) return true;
    bool looked = look(lab);
    if (looked) session_forget(s);
    return looked || heard;
}

const char *live_pulse(const struct lab *lab, char text[LIVE_PULSE_BYTES])
{
    const struct watch *w = watching(lab);
    text[0] = '\0';
    if (!w) return text;
    double age = watch_age(w), rate = watch_rate(w);
    if (w->paused)
        snprintf(text, LIVE_PULSE_BYTES, "paused");
    else if (age > 1 / rate + STALE_SECONDS)
        snprintf(text, LIVE_PULSE_BYTES, "%.0f s old", age);
    else
        snprintf(text, LIVE_PULSE_BYTES, "%.2g looks/s", rate);
    return text;
}

/* ── until ── */

static bool is_used(const struct snapshot *s, uint64_t address)
{
    size_t i = snapshot_find(s, address);
    return i != SNAPSHOT_NONE && snapshot_block(s, i).state == BLOCK_USED;
}

/* A used block of so many bytes that stood not so in the picture before: its address, 0. */
static uint64_t large_one(const struct session *s, uint64_t least)
{
    const struct snapshot *was = s->before;
    if (!was) return 0; /* there is but one picture yet */
    for (size_t i = 0; i < snapshot_n_blocks(s->snapshot); i++) {
        struct snapshot_block b = snapshot_block(s->snapshot, i);
        if (b.state != BLOCK_USED || b.size - b.header < least) continue;
        size_t k = snapshot_find(was, b.address);
        if (k == SNAPSHOT_NONE) return b.address;
        struct snapshot_block older = snapshot_block(was, k);
        if (older.address != b.address || older.state != BLOCK_USED || older.size != b.size)
            return b.address;
    }
    return 0;
}

static bool seen(const struct session *s, const struct live_until *u, char *words, size_t bytes)
{
    const struct snapshot_head *head = snapshot_head(s->snapshot);
    const struct snapshot_stats *n = snapshot_stats(s->snapshot);
    uint64_t brk = head->brk - head->heap_start, at;
    switch (u->what) {
    case LIVE_BRK_ABOVE:
    case LIVE_BRK_BELOW:
        snprintf(words, bytes, "brk is at 0x%" PRIx64 ", %" PRIu64 " bytes from the heap's start",
                 head->brk, brk);
        return u->what == LIVE_BRK_ABOVE ? brk > u->value : brk < u->value;
    case LIVE_LIVE_ABOVE:
    case LIVE_LIVE_BELOW:
        snprintf(words, bytes, "%" PRIu64 " bytes are in use", n->live_bytes);
        return u->what == LIVE_LIVE_ABOVE ? n->live_bytes > u->value : n->live_bytes < u->value;
    case LIVE_BLOCK:
        at = large_one(s, u->value);
        snprintf(words, bytes, "a block of %" PRIu64 " bytes or more has appeared at 0x%" PRIx64,
                 u->value, at);
        return at != 0;
    case LIVE_FREED:
        snprintf(words, bytes, "no block in use is at 0x%" PRIx64, u->value);
        return !is_used(s->snapshot, u->value);
    case LIVE_DAMAGED:
        snprintf(words, bytes, "the heap is damaged");
        return snapshot_damaged(s->snapshot, NULL) || snapshot_list_damaged(s->snapshot, NULL);
    default:
        return false;
    }
}

/* Where blocks can't be read, nothing is known of what is in use, freed or damaged. */
static bool can_see(const struct session *s, enum live_condition what, char *words, size_t bytes)
{
    static const bool blocks[] = {
        [LIVE_LIVE_ABOVE] = true, [LIVE_LIVE_BELOW] = true, [LIVE_BLOCK] = true,
        [LIVE_FREED] = true,      [LIVE_DAMAGED] = true,    [LIVE_ENDED] = false};
    if (!blocks[what] || s->watch->kind != WATCH_FOREIGN) return true;
    snprintf(words, bytes, "it can't be seen: %s; expected brk-above, brk-below or ended",
             s->watch->words);
    return false;
}

/* What was seen is so, whether the program could be held then or not. */
static void hold(struct session *s, char *words, size_t bytes)
{
    if (session_pause(s)) return;
    size_t n = strlen(words);
    snprintf(words + n, bytes - n, "; it is not paused: %s",
             s->target.alive ? s->error : "it has ended since");
}

static void sleep_ms(int ms)
{
    struct timespec t = {.tv_nsec = (long)(ms < LISTEN_MS ? ms : LISTEN_MS) * 1000000L};
    nanosleep(&t, NULL);
}

bool live_until(struct lab *lab, const struct live_until *until, char *words, size_t bytes)
{
    struct session *s = &lab->shown.session;
    while (session_go_on(s)) {
        uint64_t before = s->looks;
        look(lab);
        if (!s->target.alive) {
            snprintf(words, bytes, "the program was %s", s->target.ended);
            return until->what == LIVE_ENDED;
        }
        if (!can_see(s, until->what, words, bytes)) return false;
        if (s->looks != before && seen(s, until, words, bytes)) {
            hold(s, words, bytes);
            return true;
        }
        int wait = live_wait(lab);
        if (wait > 0) sleep_ms(wait);
    }
    snprintf(words, bytes, "interrupted: it was not seen; the program goes on");
    return false;
}
