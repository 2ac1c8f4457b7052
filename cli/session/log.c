/* log.c: the entries, and what was undone and can be done again. */
#include "cli/session/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void log_init(struct log *l) { *l = (struct log){0}; }

static void entry_free(struct log_entry *e)
{
    if (!e) return;
    for (size_t i = 0; i < e->n_lines; i++)
        free(e->lines[i]);
    free((void *)e->lines);
    free(e->fates);
    free(e->title);
    free(e);
}

static void list_clear(struct log_entry **list, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        entry_free(list[i]);
    *n = 0;
}

void log_release(struct log *l)
{
    list_clear(l->entries, &l->n);
    list_clear(l->undone, &l->n_undone);
    entry_free(l->open);
    free((void *)l->entries);
    free((void *)l->undone);
    *l = (struct log){0};
}

bool log_room(struct log_entry ***list, size_t n, size_t *room)
{
    if (n <= *room) return true;
    size_t more = n < 64 ? 64 : n * 2;
    void *moved = realloc((void *)*list, more * sizeof(struct log_entry *));
    if (!moved) return false;
    *list = moved;
    *room = more;
    return true;
}

bool log_push(struct log_entry ***list, size_t *n, size_t *room, struct log_entry *e)
{
    if (!log_room(list, *n + 1, room)) return false;
    (*list)[(*n)++] = e;
    return true;
}

bool log_open(struct log *l, const char *title, uint32_t seq, const struct session_setup *setup)
{
    entry_free(l->open);
    l->suspended = 0;
    l->open = log_room(&l->entries, l->n + 1, &l->room) ? calloc(1, sizeof *l->open) : NULL;
    if (!l->open) return false;
    l->open->seq = seq;
    l->open->setup = *setup;
    if ((l->open->title = strdup(title)) != NULL) return true;
    free(l->open);
    l->open = NULL;
    return false;
}

static bool room_for_line(struct log_entry *e)
{
    if ((e->n_lines & (e->n_lines - 1)) != 0) return true; /* full at 0, 1, 2, 4, … */
    size_t room = e->n_lines ? e->n_lines * 2 : 1;
    void *lines = realloc((void *)e->lines, room * sizeof *e->lines);
    if (!lines) return false;
    e->lines = lines;
    void *fates = realloc(e->fates, room);
    if (!fates) return false;
    e->fates = fates;
    return true;
}

bool log_record(struct log *l, const char *line, enum log_fate fate)
{
    struct log_entry *e = l->open;
    if (!e || l->suspended > 0) return true;
    char *copy = room_for_line(e) ? strdup(line) : NULL;
    if (!copy) return e->incomplete = true, false;
    e->lines[e->n_lines] = copy;
    e->fates[e->n_lines++] = (unsigned char)fate;
    return true;
}

struct log_place log_place(const struct log *l)
{
    const struct log_entry *e = l->open;
    return e ? (struct log_place){e->n_lines, e->n_to_fresh, e->fresh, e->death, e->incomplete}
             : (struct log_place){0};
}

void log_go_back(struct log *l, const struct log_place *place)
{
    struct log_entry *e = l->open;
    if (!e || l->suspended > 0) return;
    while (e->n_lines > place->n_lines)
        free(e->lines[--e->n_lines]);
    e->n_to_fresh = place->n_to_fresh;
    e->fresh = place->fresh;
    e->death = place->death;
    e->incomplete = place->incomplete;
}

bool log_put_before(struct log *l, const struct log_place *place, const char *line)
{
    struct log_entry *e = l->open;
    size_t at = place->n_lines;
    if (!e || l->suspended > 0) return true;
    if (!log_record(l, line, LOG_DONE)) return false;
    for (size_t i = e->n_lines - 1; i > at; i--) {
        char *text = e->lines[i];
        unsigned char fate = e->fates[i];
        e->lines[i] = e->lines[i - 1], e->fates[i] = e->fates[i - 1];
        e->lines[i - 1] = text, e->fates[i - 1] = fate;
    }
    e->fresh = place->fresh;
    if (e->n_to_fresh > at) e->n_to_fresh++;
    return true;
}

void log_close(struct log *l, bool keep, uint64_t heap_bytes, uint64_t live_bytes)
{
    struct log_entry *e = l->open;
    l->open = NULL;
    if (!e) return;
    e->heap_bytes = heap_bytes;
    e->live_bytes = live_bytes;
    if (!keep || !log_push(&l->entries, &l->n, &l->room, e)) {
        entry_free(e);
        return;
    }
    list_clear(l->undone, &l->n_undone);
}

bool log_add_death(struct log *l, uint32_t seq, int signal, const char *words, uint64_t heap_bytes,
                   uint64_t live_bytes)
{
    struct log_entry *e = calloc(1, sizeof *e);
    char title[160];
    snprintf(title, sizeof title, "# the target was %s", words);
    if (!e || !(e->title = strdup(title)) || !log_push(&l->entries, &l->n, &l->room, e)) {
        entry_free(e);
        return false;
    }
    e->seq = seq;
    e->death = true;
    e->signal = signal;
    e->heap_bytes = heap_bytes;
    e->live_bytes = live_bytes;
    list_clear(l->undone, &l->n_undone);
    return true;
}

bool log_is_own_signal(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGILL ||
           signal == SIGFPE;
}

size_t log_n_to_play(const struct log_entry *e)
{
    return e->n_lines - (e->death && !log_is_own_signal(e->signal) && e->n_lines > 0);
}
