/* process_each.h: the processes that may be watched. */
#ifndef PROCESS_EACH_H
#define PROCESS_EACH_H

#include <stdbool.h>
#include <sys/types.h>

/* Visit those whose memory we may read, ourselves and our parent (the shell that asks) excepted, by
 * number; name is printable. False and errno: /proc can't be read. O(processes of the machine). */
typedef void process_visit(void *user, pid_t pid, const char *name);
bool process_each(process_visit *visit, void *user);

#endif
