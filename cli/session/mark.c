/* mark.c: states kept by name. */
#include "cli/session/mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/watch.h"

void mark_release(struct mark *mark)
{
    snapshot_free(mark->snapshot);
    free(mark->bytes);
    *mark = (struct mark){0};
}

bool mark_take(struct mark *mark, struct session *s, const char *name, uint64_t most)
{
    *mark = (struct mark){
        .seq = s->seq, .policy = s->setup.policy, .canary = s->setup.value[HEAP_CANARY] != 0};
    snprintf(mark->name, sizeof mark->name, "%s", name);
    /* What is told of a watched heap beside its picture (lists, sums) is of that same look. */
    mark->snapshot = s->watch ? snapshot_hold(s->snapshot) : session_picture(s);
    if (!mark->snapshot) return false;
    const struct snapshot_head *head = snapshot_head(mark->snapshot);
    uint64_t n = head->brk - head->heap_start, own = snapshot_memory_bytes(mark->snapshot);
    if (own > most) {
        mark_release(mark);
        snprintf(s->error, sizeof s->error,
                 "the states that are kept take %" PRIu64
                 " MiB already; expected a name that one of them has",
                 MARKS_TOTAL_MAX >> 20);
        return false;
    }
    bool moves = s->watch && !s->watch->paused; /* its bytes would be of another moment */
    if (!s->target.alive || moves || n > MARK_BYTES_MAX || n > most - own) return true;
    if ((mark->bytes = malloc(n + 1)) == NULL) {
        mark_release(mark);
        snprintf(s->error, sizeof s->error, "out of memory");
        return false;
    }
    for (size_t piece; mark->n_bytes < n; mark->n_bytes += piece) {
        if (!session_go_on(s)) {
            mark_release(mark);
            snprintf(s->error, sizeof s->error, "interrupted while the heap's bytes were read");
            return false;
        }
        size_t left = n - mark->n_bytes;
        piece = session_read(s, head->heap_start + mark->n_bytes, mark->bytes + mark->n_bytes,
                             left < PROCESS_MEMORY_PIECE ? left : PROCESS_MEMORY_PIECE);
        if (piece == 0) break;
    }
    return true;
}

/* What the others than the one to be replaced leave of MARKS_TOTAL_MAX. */
static uint64_t room_left(const struct marks *marks, const char *name)
{
    uint64_t taken = 0;
    for (size_t i = 0; i < marks->n; i++)
        if (strcmp(marks->mark[i].name, name) != 0)
            taken += snapshot_memory_bytes(marks->mark[i].snapshot) + marks->mark[i].n_bytes;
    return taken < MARKS_TOTAL_MAX ? MARKS_TOTAL_MAX - taken : 0;
}

bool marks_add(struct marks *marks, struct session *s, const char *name)
{
    struct mark fresh;
    if (marks->n == MARKS_MAX && !marks_find(marks, name)) {
        snprintf(s->error, sizeof s->error,
                 "%u states are kept already; expected a name that one of them has", MARKS_MAX);
        return false;
    }
    if (!mark_take(&fresh, s, name, room_left(marks, name))) return false;
    for (size_t i = 0; i < marks->n; i++)
        if (strcmp(marks->mark[i].name, fresh.name) == 0) {
            mark_release(&marks->mark[i]);
            memmove(&marks->mark[i], &marks->mark[i + 1], (--marks->n - i) * sizeof fresh);
        }
    if (marks->n == marks->room) {
        size_t room = marks->room ? marks->room * 2 : 8;
        struct mark *moved = realloc(marks->mark, room * sizeof *moved);
        if (!moved) {
            mark_release(&fresh);
            snprintf(s->error, sizeof s->error, "brkview has no memory left to keep this state");
            return false;
        }
        marks->mark = moved;
        marks->room = room;
    }
    marks->mark[marks->n++] = fresh;
    return true;
}

const struct mark *marks_find(const struct marks *marks, const char *name)
{
    for (size_t i = 0; i < marks->n; i++)
        if (strcmp(marks->mark[i].name, name) == 0) return &marks->mark[i];
    return NULL;
}

void marks_release(struct marks *marks)
{
    for (size_t i = 0; i < marks->n; i++)
        mark_release(&marks->mark[i]);
    free(marks->mark);
    *marks = (struct marks){0};
}
