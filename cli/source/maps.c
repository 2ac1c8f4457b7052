/* maps.c: one line a mapping (proc(5)): "start-end perms offset major:minor inode path". All of it
 * is read before any of it is looked at, so that the time in which the process can change it is
 * short. A file may be called anything; the kernel writes a newline in a name as \012. */
#include "cli/source/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli/text/ascii.h"
#include "cli/text/file.h"

#define DELETED " (deleted)"

/* A number of that base at *at, which moves behind it and behind the character end. */
static bool number(const char **at, unsigned base, char end, uint64_t *n)
{
    const char *p = *at;
    *n = 0;
    for (int digit; (digit = ascii_hex_value(*p)) >= 0 && (unsigned)digit < base; p++)
        *n = *n * base + (unsigned)digit;
    if (p == *at || p - *at > 20 || *p != end) return false;
    *at = p + 1;
    return true;
}

static enum maps_kind kind_of(const char *path)
{
    static const struct {
        const char *name;
        enum maps_kind kind;
    } row[] = {
        {"[heap]", MAPS_HEAP},      {"[stack]", MAPS_STACK},        {"[vdso]", MAPS_KERNEL},
        {"[vvar]", MAPS_KERNEL},    {"[vvar_vclock]", MAPS_KERNEL}, {"[vectors]", MAPS_KERNEL},
        {"[sigpage]", MAPS_KERNEL}, {"[uprobes]", MAPS_KERNEL},     {"[vsyscall]", MAPS_KERNEL}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        if (strcmp(path, row[i].name) == 0) return row[i].kind;
    return *path == '\0' || *path == '[' ? MAPS_ANONYMOUS : MAPS_FILE;
}

/* Made printable where it stands. */
static void path_take(struct map *m, char *path)
{
    size_t n = strlen(path), tail = sizeof DELETED - 1;
    m->deleted = n > tail && path[0] == '/' && strcmp(path + n - tail, DELETED) == 0;
    if (m->deleted) path[n - tail] = '\0';
    for (char *c = path; *c; c++)
        if (*c < ' ' || *c > '~') *c = '?';
    m->path = path;
    m->kind = kind_of(path);
}

/* One line, which ends with a zero byte. */
static bool line_parse(char *line, struct map *m)
{
    const char *at = line;
    uint64_t major, minor;
    *m = (struct map){.start = 0};
    if (!number(&at, 16, '-', &m->start) || !number(&at, 16, ' ', &m->end) ||
        strcspn(at, " ") != 4 || at[4] != ' ')
        return false;
    m->readable = at[0] == 'r';
    m->writable = at[1] == 'w';
    m->executable = at[2] == 'x';
    m->shared = at[3] == 's';
    at += 5;
    if (!number(&at, 16, ' ', &m->offset) || !number(&at, 16, ':', &major) ||
        !number(&at, 16, ' ', &minor))
        return false;
    m->device = makedev((unsigned)major, (unsigned)minor);
    size_t digits = strspn(at, "0123456789");
    m->inode = strtoull(at, NULL, 10);
    at += digits;
    path_take(m, line + (at - line) + strspn(at, " "));
    return digits > 0 && m->start < m->end;
}

static bool make_room(struct maps *m)
{
    if (m->n < m->room) return true;
    size_t room = m->room ? m->room * 2 : 64;
    struct map *moved = reallocarray(m->map, room, sizeof *moved);
    if (!moved) return false;
    m->map = moved;
    m->room = room;
    return true;
}

static bool parse(struct maps *m)
{
    for (char *line = m->text, *next; *line; line = next) {
        struct map fresh;
        next = strchrnul(line, '\n');
        if (*next) *next++ = '\0';
        if (!line_parse(line, &fresh)) continue;
        if (m->n > 0 && fresh.start < m->map[m->n - 1].end) continue;
        if (!make_room(m)) return false;
        m->map[m->n++] = fresh;
    }
    return true;
}

bool maps_read(struct maps *m, const char *proc, pid_t pid)
{
    char path[PATH_MAX];
    size_t n;
    m->n = 0;
    free(m->text);
    m->text = NULL;
    snprintf(path, sizeof path, "%s/%d/maps", proc, (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    m->text = file_read(fd, MAPS_BYTES_MAX, &n);
    int error = errno;
    close(fd);
    if (!m->text) return errno = error, false;
    if (parse(m)) return true;
    m->n = 0;
    return errno = ENOMEM, false;
}

void maps_release(struct maps *m)
{
    free(m->map);
    free(m->text);
    *m = (struct maps){.map = NULL};
}

const struct map *maps_at(const struct maps *m, uint64_t address)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->map[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->n && m->map[low].start <= address ? &m->map[low] : NULL;
}

const char *maps_base(const struct map *map)
{
    const char *slash = map->path[0] == '/' ? strrchr(map->path, '/') : NULL;
    return slash ? slash + 1 : map->path;
}
