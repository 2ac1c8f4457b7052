/* refusal.h: why a process can't be looked at, and what to do about it. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum refusal {
    REFUSAL_NONE,
    REFUSAL_NO_PROCESS, /* of that number or name */
    REFUSAL_SEVERAL, /* have that name */
    REFUSAL_ZOMBIE,
    REFUSAL_KERNEL, /* a thread of the kernel */
    REFUSAL_OURSELVES,
    REFUSAL_32_BIT,
    REFUSAL_NAMESPACE, /* /proc is not of our pid namespace */
    REFUSAL_HIDDEN, /* by /proc's hidepid */
    REFUSAL_USER, /* another user's */
    REFUSAL_PRIVILEGED, /* it may more than we may */
    REFUSAL_NOT_DUMPABLE,
    REFUSAL_YAMA, /* kernel.yama.ptrace_scope */
    REFUSAL_SYSTEM, /* a filter of system calls, a security module: something else */
    REFUSAL_NO_MEMORY, /* of ours */
    REFUSAL_N
};

/* What decides whether the memory of a process may be read (ptrace(2), "Ptrace access mode
 * checking"). */
struct refusal_rights {
    uid_t uid; /* ours, effective */
    gid_t gid;
    bool capable; /* we have CAP_SYS_PTRACE */
    uid_t its_uid[3]; /* real, effective, saved */
    gid_t its_gid[3];
    bool more; /* it has capabilities that we lack */
    uid_t owner; /* of its files in /proc: its own, or root where it is not dumpable */
    int yama; /* kernel.yama.ptrace_scope, 0 where there is none */
    bool descendant; /* of ours */
};

/* The rights between us and process pid, as /proc tells them. False: it is gone, or hidden. */
bool refusal_rights_read(struct refusal_rights *r, pid_t pid);

/* Which of them it is that refuses to let us read, in the order in which the kernel asks; of none
 * of them REFUSAL_SYSTEM. */
enum refusal refusal_judge(const struct refusal_rights *r);

/* One line for a refusal by rights (REFUSAL_USER to REFUSAL_SYSTEM): what, why, and what was
 * expected. name: the process's, printable; error: the errno. */
void refusal_say(enum refusal refusal, const struct refusal_rights *r, pid_t pid, const char *name,
                 int error, char *text, size_t bytes);

#endif
