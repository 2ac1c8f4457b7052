/* target.c: the life of the process being watched, and the wire to it. */
#include "cli/source/target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/beside.h"
#include "cli/source/own_target.h"
#include "cli/source/portable.h"

#define TIMEOUT_MS 100

/* ── Waiting ── */

/* Wait until there is something to read; *seconds is how long that took. False: timeout ran out. */
static bool await_packet(const struct target *t, const struct target_timeout *timeout,
                         double *seconds)
{
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (*seconds = 0;;) {
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        int ready = poll(&p, 1, TIMEOUT_MS);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return true; /* let recv say what is wrong */
        clock_gettime(CLOCK_MONOTONIC, &now);
        *seconds =
            (double)(now.tv_sec - begin.tv_sec) + (double)(now.tv_nsec - begin.tv_nsec) / 1e9;
        if (timeout ? !timeout->waiting(timeout, *seconds) : *seconds >= TARGET_SECONDS)
            return false;
    }
}

/* ── Starting ── */

/* A heap may be filled until the machine has no memory left: then let it be the target that the
 * kernel ends, and nobody else. */
static void first_out_of_memory(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t ignored = write(fd, "1000", 4);
    (void)ignored;
    close(fd);
}

/* In the child: no return. What goes wrong before exec is told as an errno over the pair. */
static void child_exec(int fd, const char *path, bool aslr, pid_t viewer,
                       const struct own_target *own)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    setpgid(0, 0); /* the terminal's Ctrl-C is for the viewer */
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever it is that stands there as the target */
    if (getppid() != viewer) _exit(127);
    int null = open("/dev/null", O_RDWR);
    if (null >= 0)
        for (int i = 0; i < 3; i++)
            dup2(null, i);
    char *argv[OWN_TARGET_WORDS] = {"brkview-target", NULL};
    /* The wire out of the way, while the others take their places. */
    if (own) {
        fd = fcntl(fd, F_DUPFD, OWN_RESULT_FD + 1);
        own_target_become(own, argv);
    }
    if (fd == WIRE_FD)
        fcntl(fd, F_SETFD, 0);
    else
        dup2(fd, WIRE_FD);
    portable_close_from(own ? OWN_RESULT_FD + 1 : WIRE_FD + 1);
    first_out_of_memory();
    int persona = personality(0xffffffff);
    unsigned long wanted = aslr ? (unsigned long)persona & ~(unsigned long)ADDR_NO_RANDOMIZE
                                : (unsigned long)persona | ADDR_NO_RANDOMIZE;
    if (persona != -1) personality(wanted); /* a refusal shows in the hello */
    char *envp[] = {NULL};
    execve(path, argv, envp);
    int error = errno;
    ssize_t ignored = send(WIRE_FD, &error, sizeof error, MSG_NOSIGNAL);
    (void)ignored;
    _exit(127);
}

static bool hello_receive(struct target *t, const struct target_timeout *timeout, char *error,
                          size_t error_bytes)
{
    double seconds;
    bool heard = await_packet(t, timeout, &seconds);
    ssize_t n = heard ? recv(t->fd, &t->hello, sizeof t->hello, MSG_TRUNC) : -1;
    char words[OWN_ENDED_MAX];
    int number;
    if (heard && t->own && own_target_ended(t->own, words, sizeof words, &number)) {
        snprintf(error, error_bytes, "the target was %s", words);
    } else if (!heard) {
        char holder[TARGET_HOLDER];
        target_holder(t, holder, sizeof holder);
        snprintf(error, error_bytes, "brkview-target did not say hello in %.1f s%s; expected it to",
                 seconds, holder);
    } else if (n == (ssize_t)sizeof(int)) {
        int code;
        memcpy(&code, &t->hello, sizeof code);
        snprintf(error, error_bytes, "can't run brkview-target: %s", strerror(code));
    } else if (n <= 0) {
        target_await_end(t);
        snprintf(error, error_bytes, "brkview-target did not say hello: it was %s; expected it to",
                 t->ended);
    } else if (n < (ssize_t)(sizeof(uint64_t) + sizeof(uint32_t)) || t->hello.magic != WIRE_MAGIC) {
        snprintf(error, error_bytes,
                 "brkview-target speaks another language; expected the one that was built with "
                 "this brkview");
    } else if (t->hello.version != WIRE_VERSION || n != (ssize_t)sizeof t->hello) {
        snprintf(error, error_bytes,
                 "brkview-target speaks version %u of the wire; expected version %u: install both "
                 "from one build",
                 t->hello.version, WIRE_VERSION);
    } else {
        return true;
    }
    return false;
}

static bool start(struct target *t, bool aslr, const struct target_timeout *timeout, char *error,
                  size_t error_bytes)
{
    char path[PATH_MAX + 64];
    if (!beside_find(t->own ? "brkview-target-own" : "brkview-target", path, sizeof path, error,
                     error_bytes))
        return false;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        snprintf(error, error_bytes, "can't make a socket pair: %s", strerror(errno));
        return false;
    }
    pid_t viewer = getpid(), pid = fork();
    if (pid == 0) child_exec(pair[1], path, aslr, viewer, t->own);
    close(pair[1]);
    if (pid < 0) {
        snprintf(error, error_bytes, "can't start a process: %s", strerror(errno));
        close(pair[0]);
        return false;
    }
    t->pid = pid;
    t->fd = pair[0];
    t->alive = true;
    if (!hello_receive(t, timeout, error, error_bytes)) {
        target_end(t, "never spoke");
        return false;
    }
    t->brk = t->hello.heap_start;
    errno = 0;
    layout_read(&t->layout, path);
    if (errno != ENOMEM) return true;
    target_end(t, "was not needed");
    snprintf(error, error_bytes, "out of memory");
    return false;
}

bool target_start(struct target *t, bool aslr, const struct target_timeout *timeout, char *error,
                  size_t error_bytes)
{
    *t = (struct target){.fd = -1};
    return start(t, aslr, timeout, error, error_bytes);
}

bool target_start_own(struct target *t, const struct own_setup *setup, bool aslr,
                      const struct target_timeout *timeout, char *error, size_t error_bytes)
{
    *t = (struct target){.fd = -1, .own = own_target_new(setup)};
    if (!t->own) {
        snprintf(error, error_bytes, "no memory to share: %s", strerror(errno));
        return false;
    }
    bool ok = start(t, aslr, timeout, error, error_bytes);
    if (!ok) target_forget(t);
    return ok;
}

void target_forget(struct target *t)
{
    own_target_free(t->own);
    t->own = NULL;
}

/* ── Asking ── */

/* Take the packet apart into *answer; false if it is not one answer to seq. */
static bool unpack(const unsigned char *packet, size_t bytes, uint32_t seq,
                   struct target_answer *answer)
{
    if (bytes < sizeof answer->head) return false;
    memcpy(&answer->head, packet, sizeof answer->head);
    const struct wire_answer *h = &answer->head;
    if (h->seq != seq || h->status >= HEAP_N_STATUSES || h->n_results > WIRE_BATCH_MAX ||
        h->n_steps > STEP_LOG_MAX)
        return false;
    size_t results = h->n_results * sizeof answer->results[0],
           steps = h->n_steps * sizeof answer->steps[0];
    if (bytes != sizeof answer->head + results + steps) return false;
    memcpy(answer->results, packet + sizeof answer->head, results);
    memcpy(answer->steps, packet + sizeof answer->head + results, steps);
    return true;
}

bool target_send(struct target *t, const struct wire_request *request, const void *data,
                 const int *fd, size_t n)
{
    union {
        char room[CMSG_SPACE(TARGET_FDS * sizeof(int))];
        struct cmsghdr aligned;
    } control = {{0}};
    struct wire_request r = *request;
    r.seq = ++t->seq;
    struct iovec part[2] = {{&r, sizeof r}, {(void *)(uintptr_t)data, r.data_bytes}};
    struct msghdr message = {.msg_iov = part, .msg_iovlen = r.data_bytes ? 2 : 1};
    if (n > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(n * sizeof *fd);
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(n * sizeof *fd),
                              .cmsg_level = SOL_SOCKET,
                              .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(c), fd, n * sizeof *fd);
    }
    ssize_t sent;
    do
        sent = sendmsg(t->fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

bool target_hear(struct target *t, struct target_answer *answer,
                 const struct target_timeout *timeout)
{
    ssize_t n;
    static unsigned char
        packet[WIRE_ANSWER_MAX + 1]; /* too large for the stack's taste; one viewer has one wire */
    double seconds;
    do {
        if (!await_packet(t, timeout, &seconds)) {
            t->hung = true;
            return false;
        }
        n = recv(t->fd, packet, sizeof packet, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        target_await_end(t);
        return false;
    }
    if (n == 1 && t->own) { /* it has written down how it ends */
        t->hung = true;
        return false;
    }
    if (!unpack(packet, (size_t)n, t->seq, answer)) {
        target_end(t, "ended, for it broke the wire (an answer that can't be true)");
        return false;
    }
    t->brk = answer->head.brk;
    return true;
}

bool target_ask(struct target *t, const struct wire_request *request, const void *data,
                struct target_answer *answer, const struct target_timeout *timeout)
{
    if (!t->alive) return false;
    if (target_send(t, request, data, NULL, 0)) return target_hear(t, answer, timeout);
    target_await_end(t);
    return false;
}
