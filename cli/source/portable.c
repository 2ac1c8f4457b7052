/* portable.c: names of signals (glibc has sigabbrev_np from 2.32 on), close_range (glibc from 2.34,
 * Linux from 5.9 on). */
#include "cli/source/portable.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Without the system call: nobody has more open by chance. */
#define MOST_DESCRIPTORS 65536

static const char *const names[] = {
    [SIGHUP] = "HUP",       [SIGINT] = "INT",   [SIGQUIT] = "QUIT",   [SIGILL] = "ILL",
    [SIGTRAP] = "TRAP",     [SIGABRT] = "ABRT", [SIGBUS] = "BUS",     [SIGFPE] = "FPE",
    [SIGKILL] = "KILL",     [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV",   [SIGUSR2] = "USR2",
    [SIGPIPE] = "PIPE",     [SIGALRM] = "ALRM", [SIGTERM] = "TERM",   [SIGCHLD] = "CHLD",
    [SIGCONT] = "CONT",     [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",   [SIGTTIN] = "TTIN",
    [SIGTTOU] = "TTOU",     [SIGURG] = "URG",   [SIGXCPU] = "XCPU",   [SIGXFSZ] = "XFSZ",
    [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH", [SIGIO] = "POLL",
    [SIGPWR] = "PWR",       [SIGSYS] = "SYS",
#ifdef SIGSTKFLT
    [SIGSTKFLT] = "STKFLT",
#endif
};

const char *portable_signal_name(int signal_number)
{
    size_t n = sizeof names / sizeof names[0];
    if (signal_number >= SIGRTMIN && signal_number <= SIGRTMAX) return "RT";
    return signal_number > 0 && (size_t)signal_number < n && names[signal_number]
               ? names[signal_number]
               : "?";
}

void portable_close_from(int from)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, from, ~0u, 0) == 0) return;
#endif
    for (int fd = from; fd < MOST_DESCRIPTORS; fd++)
        close(fd);
}
