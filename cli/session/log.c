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

bool log_push(struct log_entry ***list, size_t *n, size_t *room, struct log_entry *e)
{
    if (*n == *room) {
        size_t more = *room ? *room * 2 : 64;
        void *moved = realloc((void *)*list, more * sizeof(struct log_entry *));
        if (!moved) return false;
        *list = moved;
        *room = more;
    }
    (*list)[(*n)++] = e;
    return true;
}

bool log_open(struct log *l, const char *title, uint32_t seq, const struct session_setup *setup)
{
    entry_free(l->open);
    l->suspended = 0;
    l->open = calloc(1, sizeof *l->open);
    if (!l->open) return false;
    l->open->title = strdup(title);
    l->open->seq = seq;
    l->open->setup = *setup;
    return l->open->title != NULL;
}

bool log_record(struct log *l, const char *line)
{
    struct log_entry *e = l->open;
    if (!e || l->suspended > 0) return true;
    if ((e->n_lines & (e->n_lines - 1)) == 0) { /* full at 0, 1, 2, 4, … */
        void *moved = realloc((void *)e->lines, (e->n_lines ? e->n_lines * 2 : 1) * sizeof *e->lines);
        if (!moved) return false;
        e->lines = moved;
    }
    e->lines[e->n_lines] = strdup(line);
    if (!e->lines[e->n_lines]) return false;
    e->n_lines++;
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

bool log_add_death(struct log *l, uint32_t seq, int signal, const char *words, uint64_t heap_bytes, uint64_t live_bytes)
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

size_t log_n_to_play(const struct log_entry *e)
{
    bool own = e->signal == SIGSEGV || e->signal == SIGBUS || e->signal == SIGABRT || e->signal == SIGILL || e->signal == SIGFPE;
    return e->n_lines - (e->death && !own && e->n_lines > 0);
}
