/* proc.h: may /proc be believed? */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_PATH "/proc"

/* Do the numbers below proc (PROC_PATH, but in tests) name the processes that we know by these
 * numbers? False, with one clause in why: it is not mounted, or belongs to another pid namespace,
 * where our target's number is a stranger's. */
bool proc_is_ours(const char *proc, char *why, size_t why_bytes);

/* The path of our own executable, from /proc or, without one, as it was given to exec. False if
 * that can't be told. */
bool proc_executable(char *path, size_t bytes);

/* The state letter of a process ('T': stopped) and its debugger's number, 0 if it has none; 0 if
 * that can't be told. */
char proc_state(pid_t pid, pid_t *tracer);

#endif
