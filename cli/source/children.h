/* children.h: the processes below another. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHILDREN_NAME 64u

struct child {
    pid_t pid, parent;
    unsigned depth; /* 1: a child of it; 2: a child of that */
    uint64_t started; /* as process.h has it */
    char state;
    char name[CHILDREN_NAME]; /* printable */
};

/* Parents come before their children; brothers in the order of their numbers. Zero is none. */
struct children {
    struct child *child;
    size_t n, room;
};

/* All descendants of pid, zombies too, in place of what *c held. Who has lost its parent has left:
 * it is a child of init, or of a subreaper, then. False and errno: no memory, or /proc can't be
 * read; *c is empty then. O(processes of the machine). */
bool children_read(struct children *c, pid_t pid);
void children_release(struct children *c);

#endif
