/* refusal.c: the kernel's rules for who may read whose memory, asked in its order: the same user,
 * no more capabilities, dumpable, yama. */
#include "cli/source/refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/source/proc.h"
#include "cli/text/text.h"

#define YAMA "/proc/sys/kernel/yama/ptrace_scope"
#define CAPABILITY_PTRACE 19u /* CAP_SYS_PTRACE, linux/capability.h */
#define ANCESTORS_MAX 4096u

/* ── What there is ── */

static int yama_read(void)
{
    char digit = '0';
    int fd = open(YAMA, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, &digit, 1) != 1) digit = '0';
    if (fd >= 0) close(fd);
    return digit - '0';
}

static uint64_t capabilities(pid_t pid, const char *which)
{
    char value[32];
    return proc_status_line(pid, which, value, sizeof value) ? strtoull(value, NULL, 16) : 0;
}

static bool is_descendant(pid_t pid)
{
    struct proc_stat s;
    for (unsigned i = 0; i < ANCESTORS_MAX && pid > 0 && proc_stat_read(&s, pid); i++) {
        if (s.parent == getpid()) return true;
        pid = s.parent;
    }
    return false;
}

bool refusal_rights_read(struct refusal_rights *r, pid_t pid)
{
    char path[64], line[64];
    struct stat st;
    unsigned id[3];
    *r = (struct refusal_rights){.uid = geteuid(), .gid = getegid(), .yama = yama_read()};
    if (!proc_status_line(pid, "Uid:", line, sizeof line) ||
        sscanf(line, "%u %u %u", &id[0], &id[1], &id[2]) != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        r->its_uid[i] = id[i];
    if (!proc_status_line(pid, "Gid:", line, sizeof line) ||
        sscanf(line, "%u %u %u", &id[0], &id[1], &id[2]) != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        r->its_gid[i] = id[i];
    uint64_t ours = capabilities(getpid(), "CapEff:");
    r->capable = ours & (UINT64_C(1) << CAPABILITY_PTRACE);
    r->more = capabilities(pid, "CapPrm:") & ~ours;
    snprintf(path, sizeof path, PROC_PATH "/%d/status", (int)pid);
    if (stat(path, &st) != 0) return false;
    r->owner = st.st_uid;
    r->descendant = is_descendant(pid);
    return true;
}

/* ── What it means ── */

static bool same_user(const struct refusal_rights *r)
{
    for (size_t i = 0; i < 3; i++)
        if (r->its_uid[i] != r->uid || r->its_gid[i] != r->gid) return false;
    return true;
}

enum refusal refusal_judge(const struct refusal_rights *r)
{
    if (!r->capable) {
        if (!same_user(r)) return REFUSAL_USER;
        if (r->owner != r->its_uid[1]) return REFUSAL_NOT_DUMPABLE;
        if (r->more) return REFUSAL_PRIVILEGED;
    }
    if (r->yama >= 3 || (r->yama == 2 && !r->capable)) return REFUSAL_YAMA;
    if (r->yama == 1 && !r->capable && !r->descendant) return REFUSAL_YAMA;
    return REFUSAL_SYSTEM;
}

static const char *user_name(uid_t uid, char text[64])
{
    struct passwd *user = getpwuid(uid);
    if (user)
        snprintf(text, 64, "%.32s (uid %u)", text_printable(user->pw_name), (unsigned)uid);
    else
        snprintf(text, 64, "uid %u", (unsigned)uid);
    return text;
}

static void say_user(const struct refusal_rights *r, pid_t pid, const char *name, char *text,
                     size_t bytes)
{
    char its[64], ours[64];
    uid_t other = r->its_uid[0];
    for (size_t i = 0; i < 3; i++)
        if (r->its_uid[i] != r->uid) other = r->its_uid[i];
    if (other != r->uid)
        text_complain(text, bytes,
                      "process %d (%s) is another user's: %s, and you are %s; expected one of your "
                      "own, or: sudo brkview attach %d",
                      (int)pid, name, user_name(other, its), user_name(r->uid, ours), (int)pid);
    else
        text_complain(text, bytes,
                      "process %d (%s) runs as another group than you (it is setgid, or you are); "
                      "expected: sudo brkview attach %d",
                      (int)pid, name, (int)pid);
}

static void say_yama(const struct refusal_rights *r, pid_t pid, const char *name, char *text,
                     size_t bytes)
{
    if (r->yama >= 3)
        text_complain(
            text, bytes,
            "process %d (%s) may be read by nobody: kernel.yama.ptrace_scope is %d, which "
            "stays so until the next boot; expected it to be 0, 1 or 2",
            (int)pid, name, r->yama);
    else if (r->yama == 2)
        text_complain(text, bytes,
                      "process %d (%s) may be read by root alone: kernel.yama.ptrace_scope is 2; "
                      "expected: sudo brkview attach %d, or sudo sysctl kernel.yama.ptrace_scope=0",
                      (int)pid, name, (int)pid);
    else
        text_complain(text, bytes,
                      "process %d (%s) may be read by root and those who started it alone: "
                      "kernel.yama.ptrace_scope is 1; expected: brkview run -- PROG, or sudo "
                      "brkview attach %d, or sudo sysctl kernel.yama.ptrace_scope=0",
                      (int)pid, name, (int)pid);
}

void refusal_say(enum refusal refusal, const struct refusal_rights *r, pid_t pid, const char *name,
                 int error, char *text, size_t bytes)
{
    switch (refusal) {
    case REFUSAL_USER:
        say_user(r, pid, name, text, bytes);
        break;
    case REFUSAL_PRIVILEGED:
        text_complain(text, bytes,
                      "process %d (%s) has capabilities that you lack; expected: sudo brkview "
                      "attach %d",
                      (int)pid, name, (int)pid);
        break;
    case REFUSAL_NOT_DUMPABLE:
        text_complain(
            text, bytes,
            "process %d (%s) lets root alone read its memory: it is not dumpable (it says "
            "so itself, or its file gives it rights, or can't be read by you); expected: "
            "sudo brkview attach %d",
            (int)pid, name, (int)pid);
        break;
    case REFUSAL_YAMA:
        say_yama(r, pid, name, text, bytes);
        break;
    default:
        text_complain(text, bytes,
                      "the memory of process %d (%s) can't be read (%s): the system refuses "
                      "process_vm_readv and /proc/%d/mem (a filter of system calls, a security "
                      "module, a container); expected one of them (of a container: the capability "
                      "SYS_PTRACE)",
                      (int)pid, name, strerror(error), (int)pid);
        break;
    }
}
