/* children.c: who is whose parent, from /proc/PID/stat of all processes. */
#include "cli/source/children.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/source/proc.h"

static bool add(struct children *c, const struct child *child)
{
    if (c->n == c->room) {
        size_t room = c->room ? c->room * 2 : 16;
        struct child *moved = reallocarray(c->child, room, sizeof *moved);
        if (!moved) return false;
        c->child = moved;
        c->room = room;
    }
    c->child[c->n++] = *child;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct child *x = a, *y = b;
    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* All processes, in the order of their numbers. */
static bool read_all(struct children *all)
{
    struct proc_list list = {.id = NULL};
    bool done = proc_list_read(&list, PROC_PATH);
    for (size_t i = 0; i < list.n && done; i++) {
        struct proc_stat s;
        if (!proc_stat_read(&s, list.id[i])) continue; /* it has ended since */
        struct child one = {
            .pid = list.id[i], .parent = s.parent, .started = s.started, .state = s.state};
        snprintf(one.name, sizeof one.name, "%s", s.name);
        done = add(all, &one);
        if (!done) errno = ENOMEM;
    }
    int error = errno;
    proc_list_release(&list);
    if (all->n > 1) qsort(all->child, all->n, sizeof *all->child, by_number);
    return errno = error, done;
}

/* Those of one parent, which is not in the list yet: a number that comes twice, while processes
 * come and go, is in it once. */
static bool add_of(struct children *c, struct children *all, pid_t parent, unsigned depth)
{
    for (size_t i = 0; i < all->n; i++) {
        struct child *one = &all->child[i];
        if (one->parent != parent || one->depth > 0 || one->pid == parent) continue;
        one->depth = depth;
        if (!add(c, one)) return errno = ENOMEM, false;
    }
    return true;
}

bool children_read(struct children *c, pid_t pid)
{
    struct children all = {.child = NULL};
    c->n = 0;
    bool done = read_all(&all) && add_of(c, &all, pid, 1);
    for (size_t i = 0; i < c->n && done; i++)
        done = add_of(c, &all, c->child[i].pid, c->child[i].depth + 1);
    int error = errno;
    children_release(&all);
    if (done) return true;
    c->n = 0;
    return errno = error, false;
}

void children_release(struct children *c)
{
    free(c->child);
    *c = (struct children){.child = NULL};
}
