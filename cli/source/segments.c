/* segments.c: the mappings of a process, called as the textbook calls them. */
#include "cli/source/segments.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/source/proc.h"
#include "cli/text/textbuf.h"

static void name_put(struct snapshot_segment *segment, const char *name)
{
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof segment->name; n++)
        segment->name[n] = name[n] > ' ' && name[n] < 0x7f ? name[n] : '?';
    segment->name[n] = '\0';
}

/* Into its place by address; the mappings of one library become one. */
static void add(struct segments *s, enum segment_kind kind, const char *name, uint64_t start,
                uint64_t end)
{
    struct snapshot_segment fresh = {.kind = kind, .start = start, .end = end};
    name_put(&fresh, name);
    size_t at = s->n;
    while (at > 0 && s->segment[at - 1].start > start)
        at--;
    struct snapshot_segment *below = at > 0 ? &s->segment[at - 1] : NULL;
    if (kind == SEGMENT_LIBRARY && below && below->kind == kind &&
        strcmp(below->name, fresh.name) == 0 && below->end == start) {
        below->end = end;
        return;
    }
    if (s->n == SEGMENTS_MAX) {
        s->n_left++;
        return;
    }
    memmove(&s->segment[at + 1], &s->segment[at], (s->n - at) * sizeof fresh);
    s->segment[at] = fresh;
    s->n++;
}

static const struct segment_stack *stack_of(const struct segment_marks *marks, const struct map *m)
{
    for (size_t i = 0; i < marks->n_stacks; i++)
        if (marks->stack[i].pointer >= m->start && marks->stack[i].pointer < m->end)
            return &marks->stack[i];
    return NULL;
}

/* What it is called, "" if it is not told of here: the heap is what lies between its start and brk,
 * the program's own its file divides better. */
static enum segment_kind kind_of(const struct map *m, const struct segment_marks *marks,
                                 char name[SNAPSHOT_NAME_MAX])
{
    const struct segment_stack *stack;
    name[0] = '\0';
    if (m->kind == MAPS_HEAP || (m->start >= marks->start && m->start < marks->end))
        return SEGMENT_OTHER;
    if (m->kind == MAPS_STACK) {
        snprintf(name, SNAPSHOT_NAME_MAX, "stack");
        return SEGMENT_STACK;
    }
    if (m->path[0] == '/') {
        snprintf(name, SNAPSHOT_NAME_MAX, "%s", maps_base(m));
        return SEGMENT_LIBRARY;
    }
    if (m->path[0] == '[')
        snprintf(name, SNAPSHOT_NAME_MAX, "%.*s", (int)strcspn(m->path + 1, "]"), m->path + 1);
    else if ((stack = stack_of(marks, m)) != NULL)
        snprintf(name, SNAPSHOT_NAME_MAX, "stack:%d", (int)stack->thread);
    else
        snprintf(name, SNAPSHOT_NAME_MAX, "anonymous");
    return SEGMENT_OTHER;
}

/* Where there are more than fit, the first of these kinds are there. */
static void add_mappings(struct segments *s, const struct maps *maps,
                         const struct segment_marks *marks)
{
    static const enum segment_kind order[] = {SEGMENT_STACK, SEGMENT_LIBRARY, SEGMENT_OTHER};
    char name[SNAPSHOT_NAME_MAX];
    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
        for (size_t i = 0; i < maps->n; i++) {
            const struct map *m = &maps->map[i];
            if (kind_of(m, marks, name) == order[k] && *name)
                add(s, order[k], name, m->start, m->end);
        }
}

static void begin(struct segments *s, const struct layout *layout,
                  const struct segment_marks *marks)
{
    s->n = 0;
    s->n_left = 0;
    s->no_memory = false;
    s->unseen[0] = '\0';
    if (layout->n == 0)
        snprintf(s->unseen, sizeof s->unseen,
                 "text, data and bss can't be told: the program's file can't be read");
    for (size_t i = 0; i < layout->n; i++)
        add(s, layout->part[i].kind, layout_name(layout->part[i].kind), layout->part[i].start,
            layout->part[i].end);
    add(s, SEGMENT_HEAP, "heap", marks->heap_start, marks->brk);
}

static void say_left(struct segments *s)
{
    struct textbuf w = {s->unseen, strlen(s->unseen), sizeof s->unseen};
    if (s->n_left > 0)
        textbuf_add(&w,
                    "%sthe process has %zu segments more than the %u that are told: libraries come "
                    "before what has no name",
                    w.n ? "; " : "", s->n_left, SEGMENTS_MAX);
}

void segments_of(struct segments *s, const struct maps *maps, const struct layout *layout,
                 const struct segment_marks *marks)
{
    begin(s, layout, marks);
    add_mappings(s, maps, marks);
    say_left(s);
}

void segments_read(struct segments *s, const char *proc, pid_t pid, const struct layout *layout,
                   const struct segment_marks *marks)
{
    struct maps maps = {.map = NULL};
    char why[160];
    begin(s, layout, marks);
    if (!proc_is_ours(proc, why, sizeof why)) {
        snprintf(s->unseen, sizeof s->unseen, "stack and libraries can't be told: %s", why);
    } else if (!maps_read(&maps, proc, pid)) {
        s->no_memory = errno == ENOMEM;
        snprintf(s->unseen, sizeof s->unseen, "stack and libraries can't be told: %s/%d/maps: %s",
                 proc, (int)pid, strerror(errno));
    } else {
        add_mappings(s, &maps, marks);
        say_left(s);
    }
    maps_release(&maps);
}
