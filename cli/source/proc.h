/* proc.h: may /proc be believed? */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* What proc/PID/stat says. The addresses are 0 to who may not read the process's memory. */
struct proc_stat {
    char name[64]; /* comm, printable */
    char state; /* 'R', 'S', 'D', 'T', 't', 'Z', … */
    bool kernel; /* a thread of the kernel: it has no memory of its own */
    pid_t parent;
    pid_t group; /* its process group */
    uint64_t n_threads;
    uint64_t started; /* ticks since boot: with the number it names a process for good */
    uint64_t resident; /* bytes */
    uint64_t code, stack, brk; /* where its code, its first stack and its heap begin */
};

/* Of the process or thread of that number. False and errno (ENOENT or ESRCH: there is none). */
bool proc_stat_read(struct proc_stat *s, pid_t pid);

/* A growing list of numbers: of threads, of processes. Zero is an empty one. */
struct proc_list {
    pid_t *id;
    size_t n, room;
};
/* False on no memory; the list is as it was. */
bool proc_list_add(struct proc_list *l, pid_t id);
bool proc_list_has(const struct proc_list *l, pid_t id);
void proc_list_release(struct proc_list *l);

/* All numbers below a folder of /proc ("/proc", "/proc/12/task"), in place of what *l held. False
 * and errno, the list is empty then. */
bool proc_list_read(struct proc_list *l, const char *folder);

/* A line of proc/PID/status, without its name and the blanks behind it: "Uid:" leads to
 * "0\t0\t0\t0". False: there is no such process, or no such line. */
bool proc_status_line(pid_t pid, const char *name, char *value, size_t bytes);

/* Where a thread stands that waits in a system call, or is stopped: its instruction and its stack
 * pointer. False, and both are 0: it runs, or nobody lets us ask. */
bool proc_where(pid_t pid, pid_t thread, uint64_t *pc, uint64_t *sp);

#endif
