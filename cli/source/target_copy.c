/* target_copy.c: a copy of a target, made by the target itself (WIRE_COPY). */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/source/own_target.h"
#include "cli/source/target.h"

/* Both answer: the target with the number of the other, which has a wire of its own. */
static bool hear_both(struct target *t, struct target *copy, const struct target_timeout *timeout)
{
    struct target_answer *answer = malloc(sizeof *answer);
    bool ok = answer && target_hear(t, answer, timeout) && answer->head.status == HEAP_OK;
    if (ok) {
        copy->hello.pid = (int64_t)answer->head.result;
        copy->pid = (pid_t)answer->head.result;
        copy->alive = true;
        ok = target_hear(copy, answer, timeout);
    }
    free(answer);
    return ok;
}

static bool ask_for(struct target *t, struct target *copy, int theirs,
                    const struct target_timeout *timeout)
{
    const struct wire_request request = {.op = WIRE_COPY, .a = t->own ? t->own->key : 0};
    int fd[TARGET_FDS] = {theirs};
    size_t n = 1;
    if (copy->own && copy->own->told_fd >= 0) {
        fd[n++] = copy->own->told_fd;
        fd[n++] = copy->own->prints;
    }
    bool sent = target_send(t, &request, NULL, fd, n);
    close(theirs);
    copy->seq = t->seq;
    return sent && hear_both(t, copy, timeout);
}

bool target_copy(struct target *t, struct target *copy, bool asked,
                 const struct target_timeout *timeout)
{
    int pair[2];
    *copy = (struct target){.fd = -1};
    if (!t->alive || (t->own && t->own->key == 0)) return false;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return false;
    *copy = *t;
    copy->alive = false;
    copy->pid = 0;
    copy->fd = pair[0];
    copy->own = t->own ? own_target_of_copy(t->own, asked) : NULL;
    bool ok = !t->own || copy->own;
    if (!ok) close(pair[1]);
    ok = ok && ask_for(t, copy, pair[1], timeout);
    if (!ok) {
        target_end(copy, NULL);
        if (copy->fd >= 0) close(copy->fd);
        copy->fd = -1;
        target_forget(copy);
    }
    return ok;
}
