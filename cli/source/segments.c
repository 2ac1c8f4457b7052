/* segments.c: /proc/PID/maps, read as the textbook names it. */
#include "cli/source/segments.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/source/proc.h"

struct mapping {
    uint64_t start, end;
    char perms[5];
    char path[PATH_MAX];
};

static void name_put(struct snapshot_segment *segment, const char *name)
{
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof segment->name; n++)
        segment->name[n] = name[n] > ' ' && name[n] < 0x7f ? name[n] : '?';
    segment->name[n] = '\0';
}

static bool mapping_parse(const char *line, struct mapping *m)
{
    int at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*x:%*x %*u %n", &m->start, &m->end, m->perms,
               &at) < 3 ||
        at == 0)
        return false;
    snprintf(m->path, sizeof m->path, "%s", line + at);
    m->path[strcspn(m->path, "\n")] = '\0';
    return m->start < m->end;
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
        snprintf(s->unseen, sizeof s->unseen,
                 "the process has more than %u segments; these are some of them", SEGMENTS_MAX);
        return;
    }
    memmove(&s->segment[at + 1], &s->segment[at], (s->n - at) * sizeof fresh);
    s->segment[at] = fresh;
    s->n++;
}

static void add_mapping(struct segments *s, const struct mapping *m,
                        const struct segment_marks *marks)
{
    if (strcmp(m->path, "[heap]") == 0)
        return; /* the heap is what lies between its start and brk */
    if (m->start < marks->end) return; /* the program's own, which its file divides better */
    if (strcmp(m->path, "[stack]") == 0) {
        add(s, SEGMENT_STACK, "stack", m->start, m->end);
    } else if (m->path[0] == '/') {
        add(s, SEGMENT_LIBRARY, strrchr(m->path, '/') + 1, m->start, m->end);
    } else if (m->path[0] == '[') {
        char name[SNAPSHOT_NAME_MAX];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(m->path + 1, "]"), m->path + 1);
        add(s, SEGMENT_OTHER, name, m->start, m->end);
    } else {
        add(s, SEGMENT_OTHER, "anonymous", m->start, m->end);
    }
}

static void add_mappings(struct segments *s, const char *proc, pid_t pid,
                         const struct segment_marks *marks)
{
    char path[PATH_MAX], line[PATH_MAX + 128], why[160];
    static struct mapping m; /* PATH_MAX bytes of it: not for the stack */
    if (!proc_is_ours(proc, why, sizeof why)) {
        snprintf(s->unseen, sizeof s->unseen, "stack and libraries can't be told: %s", why);
        return;
    }
    snprintf(path, sizeof path, "%s/%d/maps", proc, (int)pid);
    FILE *maps = fopen(path, "re");
    if (!maps) {
        s->no_memory = errno == ENOMEM;
        snprintf(s->unseen, sizeof s->unseen, "stack and libraries can't be told: %.100s: %s", path,
                 strerror(errno));
        return;
    }
    while (fgets(line, sizeof line, maps))
        if (mapping_parse(line, &m)) add_mapping(s, &m, marks);
    fclose(maps);
}

void segments_read(struct segments *s, const char *proc, pid_t pid, const struct layout *layout,
                   const struct segment_marks *marks)
{
    s->n = 0;
    s->no_memory = false;
    s->unseen[0] = '\0';
    if (layout->n == 0)
        snprintf(s->unseen, sizeof s->unseen,
                 "text, data and bss can't be told: the program's file can't be read");
    for (size_t i = 0; i < layout->n; i++)
        add(s, layout->part[i].kind, layout_name(layout->part[i].kind), layout->part[i].start,
            layout->part[i].end);
    add(s, SEGMENT_HEAP, "heap", marks->heap_start, marks->brk);
    add_mappings(s, proc, pid, marks);
}
