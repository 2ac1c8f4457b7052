/* keep.c: keep [-d DIRECTORY] [-g MILLISECONDS] COMMAND [ARGUMENT]...: run a command, and let
 * nothing that it started outlive it.
 *
 * It becomes the parent of every orphan below it (PR_SET_CHILD_SUBREAPER), so that what has left
 * its group or session is found, too. When the command ends, what still runs after MILLISECONDS
 * (5000) is named on standard error and killed; when keep itself is told to end, everything is
 * killed at once. DIRECTORY, the command's scratch, is removed at last.
 *
 * It is told to end by SIGHUP, SIGINT, SIGQUIT or SIGTERM; by the death of its parent, if there is
 * another keep above it (so that one that is killed outright takes with it what stands below the
 * next); by the death of a make above it, or of what stands between.
 *
 * Its status is the command's, 128 and the signal's number if one killed it, 125 if it ended well
 * and left something behind, 127 if it can't be run. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_WATCHED 32
#define KILL_MS 20000
#define NAP_MS 10
#define LEFT_BEHIND 125

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A process's name, into name of 32 bytes, and its parent; 0 if it is gone. */
static pid_t process_parent(pid_t pid, char *name)
{
    char path[32], text[256];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *from = fopen(path, "re");
    size_t n = from ? fread(text, 1, sizeof text - 1, from) : 0;
    if (from) fclose(from);
    text[n] = '\0';
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    int parent;
    if (!open || !close || sscanf(close + 1, " %*c %d", &parent) != 1) return 0;
    snprintf(name, 32, "%.*s", (int)(close - open - 1), open + 1);
    return (pid_t)parent;
}

/* Everything that is our child by now: killed, or only named. A child's children become ours when
 * it is gone. */
static void children_each(bool named)
{
    DIR *all = opendir("/proc");
    for (struct dirent *e; all && (e = readdir(all));) {
        char name[32];
        pid_t pid = (pid_t)atoi(e->d_name);
        if (pid <= 0 || process_parent(pid, name) != getpid()) continue;
        if (named)
            fprintf(stderr, "left behind: process %d (%s)\n", (int)pid, name);
        else
            kill(pid, SIGKILL);
    }
    if (all) closedir(all);
}

/* Bury the dead. Of the command, *status is taken. False: no child is left. */
static bool children_bury(pid_t command, int *status, bool *ended)
{
    for (;;) {
        int how;
        pid_t pid = waitpid(-1, &how, WNOHANG);
        if (pid == 0) return true;
        if (pid < 0) return errno == EINTR;
        if (pid == command)
            *status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how), *ended = true;
    }
}

static void children_end(pid_t command)
{
    int status;
    bool ended;
    for (long until = now_ms() + KILL_MS; children_bury(command, &status, &ended);
         usleep(NAP_MS * 1000)) {
        if (now_ms() > until) {
            fputs("what is left can't be killed\n", stderr);
            return;
        }
        children_each(false);
    }
}

/* Watch the processes above us, up to the uppermost make: the count of those watched. */
static nfds_t watch_above(struct pollfd *p)
{
    pid_t above[MOST_WATCHED - 1];
    int n = 0, last = 0;
    char name[32];
    for (pid_t pid = getppid(), next;
         n < MOST_WATCHED - 1 && pid > 1 && (next = process_parent(pid, name)); pid = next) {
        above[n++] = pid;
        if (!strcmp(name, "make") || !strcmp(name, "gmake")) last = n;
    }
    nfds_t watched = 0;
    for (int i = 0; i < last; i++) {
        int fd = (int)syscall(SYS_pidfd_open, above[i], 0);
        if (fd >= 0) p[watched++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    return watched;
}

/* Remove the directory, whatever stands in it. */
static void remove_scratch(const char *directory)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", directory, (char *)NULL);
        _exit(127);
    }
    if (pid > 0) waitpid(pid, NULL, 0);
}

static void command_exec(char **argv, pid_t keeper, const sigset_t *mask)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) _exit(127);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* As nohup leaves it, and a shell in the background: then it is not for us either. */
static bool ignored(int signal_number)
{
    struct sigaction a;
    return sigaction(signal_number, NULL, &a) == 0 && a.sa_handler == SIG_IGN;
}

/* Wait for the command's end, 0, or for the signal by which we are told to end. */
static int wait_for_end(pid_t command, int signals, int *status)
{
    struct pollfd p[MOST_WATCHED] = {{.fd = signals, .events = POLLIN}};
    nfds_t n = 1 + (getenv("BRKVIEW_KEPT") ? 0 : watch_above(p + 1));
    for (bool ended = false;;) {
        children_bury(command, status, &ended);
        if (ended) return 0;
        if (poll(p, n, -1) < 0) continue;
        for (nfds_t i = 1; i < n; i++)
            if (p[i].revents) return SIGTERM;
        struct signalfd_siginfo got;
        if (p[0].revents && read(signals, &got, sizeof got) == sizeof got &&
            got.ssi_signo != SIGCHLD)
            return (int)got.ssi_signo;
    }
}

int main(int argc, char **argv)
{
    const char *scratch = NULL;
    long grace_ms = 5000;
    for (int c; (c = getopt(argc, argv, "+d:g:")) != -1;) {
        if (c == 'd') scratch = optarg;
        if (c == 'g') grace_ms = atol(optarg);
        if (c == '?') return 2;
    }
    if (optind == argc) return 2;
    sigset_t ours, before;
    sigemptyset(&ours);
    signal(SIGCHLD, SIG_DFL);
    for (const int *s = (const int[]){SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, 0}; *s; s++)
        if (!ignored(*s)) sigaddset(&ours, *s);
    sigprocmask(SIG_BLOCK, &ours, &before);
    int signals = signalfd(-1, &ours, SFD_CLOEXEC), status = 0;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t self = getpid(), parent = getppid();
    if (getenv("BRKVIEW_KEPT")) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) return 128 + SIGTERM;
    }
    pid_t command = fork();
    if (command == 0) {
        setenv("BRKVIEW_KEPT", "1", 1);
        command_exec(argv + optind, self, &before);
    }
    if (command < 0) return 127;
    int told = wait_for_end(command, signals, &status);
    bool ended, left = false;
    if (!told && status < 128)
        for (long until = now_ms() + grace_ms;
             (left = children_bury(command, &status, &ended)) && now_ms() < until;
             usleep(NAP_MS * 1000))
            ;
    if (left) children_each(true);
    children_end(command);
    if (scratch) remove_scratch(scratch);
    if (told) {
        signal(told, SIG_DFL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        raise(told);
        return 128 + told;
    }
    return left && status == 0 ? LEFT_BEHIND : status;
}
