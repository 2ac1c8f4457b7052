/* segments.c: /proc/PID/maps, read as the textbook names it. */
#include "cli/target/segments.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

struct list {
    struct snapshot_segment *segments;
    size_t n, most;
};

static void list_add(struct list *l, enum segment_kind kind, const char *name, uint64_t start, uint64_t end)
{
    struct snapshot_segment *last = l->n ? &l->segments[l->n - 1] : NULL;
    bool library = kind == SEGMENT_LIBRARY && last && last->kind == kind;
    struct snapshot_segment fresh = {.kind = kind, .start = start, .end = end};
    name_put(&fresh, name);
    if (library && strcmp(last->name, fresh.name) == 0 && last->end == start) {
        last->end = end;
        return;
    }
    if (l->n < l->most) l->segments[l->n++] = fresh;
}

static bool mapping_parse(const char *line, struct mapping *m)
{
    int at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*x:%*x %*u %n", &m->start, &m->end, m->perms, &at) < 3 || at == 0)
        return false;
    snprintf(m->path, sizeof m->path, "%s", line + at);
    m->path[strcspn(m->path, "\n")] = '\0';
    return m->start < m->end;
}

/* One mapping of the program's own file. text_seen tells headers from rodata, both read-only. */
static void add_program(struct list *l, const struct mapping *m, const struct segment_marks *marks, bool *text_seen,
                        bool *data_seen)
{
    if (m->perms[2] == 'x' && !*text_seen) {
        *text_seen = true;
        list_add(l, SEGMENT_TEXT, "text", m->start, marks->etext > m->start ? marks->etext : m->end);
    } else if (m->perms[1] == 'w' && !*data_seen) {
        *data_seen = true;
        list_add(l, SEGMENT_DATA, "data", m->start, marks->edata);
        list_add(l, SEGMENT_BSS, "bss", marks->edata, marks->end);
    } else if (m->perms[1] == 'w') {
        return; /* the rest of data and bss */
    } else if (!*text_seen) {
        list_add(l, SEGMENT_HEADERS, "headers", m->start, m->end);
    } else {
        const struct snapshot_segment *last = l->n ? &l->segments[l->n - 1] : NULL;
        bool after_rodata = last && (last->kind == SEGMENT_RODATA || last->kind == SEGMENT_RELRO);
        list_add(l, after_rodata ? SEGMENT_RELRO : SEGMENT_RODATA, after_rodata ? "relro" : "rodata", m->start, m->end);
    }
}

static void add_other(struct list *l, const struct mapping *m, const struct segment_marks *marks)
{
    if (strcmp(m->path, "[heap]") == 0) return; /* the heap is what lies between its start and brk */
    if (strcmp(m->path, "[stack]") == 0) {
        list_add(l, SEGMENT_STACK, "stack", m->start, m->end);
    } else if (m->path[0] == '/') {
        list_add(l, SEGMENT_LIBRARY, strrchr(m->path, '/') + 1, m->start, m->end);
    } else if (m->path[0] == '[') {
        char name[SNAPSHOT_NAME_MAX];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(m->path + 1, "]"), m->path + 1);
        list_add(l, SEGMENT_OTHER, name, m->start, m->end);
    } else if (m->start >= marks->end) {
        list_add(l, SEGMENT_OTHER, "anonymous", m->start, m->end);
    }
}

size_t segments_read(pid_t pid, const struct segment_marks *marks, struct snapshot_segment *segments, size_t most)
{
    char path[64], exe[PATH_MAX], line[PATH_MAX + 128];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    ssize_t exe_bytes = readlink(path, exe, sizeof exe - 1);
    exe[exe_bytes > 0 ? exe_bytes : 0] = '\0';
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    if (!maps) return 0;
    struct list l = {segments, 0, most};
    bool text_seen = false, data_seen = false, heap_added = false;
    static struct mapping m; /* PATH_MAX bytes of it: not for the stack */
    while (fgets(line, sizeof line, maps)) {
        if (!mapping_parse(line, &m)) continue;
        if (!heap_added && m.start >= marks->heap_start) {
            list_add(&l, SEGMENT_HEAP, "heap", marks->heap_start, marks->brk);
            heap_added = true;
        }
        if (exe[0] && strcmp(m.path, exe) == 0)
            add_program(&l, &m, marks, &text_seen, &data_seen);
        else
            add_other(&l, &m, marks);
    }
    fclose(maps);
    return l.n;
}
