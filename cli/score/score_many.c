/* score_many.c: see score_many.h. A process for each trace writes its score into memory that is
 * shared; texts stand behind it. */
#include "cli/score/score_many.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/score/child.h"
#include "cli/text/text.h"

struct slot {
    bool ended, ok;
    struct score score; /* without printed */
    bool has_printed;
    char printed[4096], error[512];
};

struct crew {
    const struct score_many *m;
    struct slot *slot; /* shared; of each trace */
    pid_t *pid; /* 0: not begun, or ended */
    size_t next; /* trace to begin */
    unsigned at_work;
};

static bool one_by_one(const struct score_many *m, char *error, size_t error_bytes)
{
    for (size_t i = 0; i < m->n_paths; i++) {
        struct score s;
        bool ok = score_trace(&s, m->runner, m->paths[i], error, error_bytes);
        bool more = ok && m->tell(m->user, &s);
        score_release(&s);
        if (ok && !more) *error = '\0';
        if (!more) return false;
    }
    return true;
}

static void work(const struct score_many *m, size_t i, struct slot *slot)
{
    slot->ok = score_trace(&slot->score, m->runner, m->paths[i], slot->error, sizeof slot->error);
    slot->has_printed = slot->score.printed != NULL;
    if (slot->has_printed) snprintf(slot->printed, sizeof slot->printed, "%s", slot->score.printed);
    slot->score.printed = NULL;
    slot->ended = true;
    _exit(0);
}

static bool begin(struct crew *c, char *error, size_t error_bytes)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        return text_complain(error, error_bytes, "no process can be started: %s", strerror(errno));
    if (pid == 0) work(c->m, c->next, &c->slot[c->next]);
    c->pid[c->next++] = pid;
    c->at_work++;
    return true;
}

/* One has ended; which, does not matter here. */
static void wait_for_one(struct crew *c)
{
    pid_t ended = wait(NULL);
    if (ended < 0 && child_signalled())
        for (size_t i = 0; i < c->next; i++)
            if (c->pid[i]) kill(c->pid[i], SIGTERM);
    for (size_t i = 0; ended > 0 && i < c->next; i++)
        if (c->pid[i] == ended) {
            c->pid[i] = 0;
            c->at_work--;
        }
    if (ended < 0 && errno == ECHILD) c->at_work = 0;
}

static bool tell(struct crew *c, size_t i, char *error, size_t error_bytes)
{
    struct slot *slot = &c->slot[i];
    if (child_signalled()) return text_complain(error, error_bytes, "it was stopped");
    if (!slot->ended) return text_complain(error, error_bytes, "the process of a trace was ended");
    if (!slot->ok) return text_complain(error, error_bytes, "%s", slot->error);
    slot->score.printed = slot->has_printed ? slot->printed : NULL;
    if (c->m->tell(c->m->user, &slot->score)) return true;
    *error = '\0';
    return false;
}

static bool side_by_side(struct crew *c, char *error, size_t error_bytes)
{
    bool ok = true;
    for (size_t told = 0; ok && told < c->m->n_paths; told++) {
        while (ok && c->next < c->m->n_paths && c->at_work < c->m->jobs && !child_signalled())
            ok = begin(c, error, error_bytes);
        while (told < c->next && c->pid[told] != 0) {
            wait_for_one(c);
            while (ok && c->next < c->m->n_paths && c->at_work < c->m->jobs && !child_signalled())
                ok = begin(c, error, error_bytes);
        }
        ok = ok && tell(c, told, error, error_bytes);
    }
    for (size_t i = 0; i < c->next; i++)
        if (c->pid[i]) kill(c->pid[i], SIGTERM);
    while (c->at_work > 0)
        wait_for_one(c);
    return ok;
}

bool score_many(const struct score_many *m, char *error, size_t error_bytes)
{
    *error = '\0';
    if (m->jobs <= 1 || m->n_paths <= 1) return one_by_one(m, error, error_bytes);
    size_t bytes = m->n_paths * sizeof(struct slot);
    void *slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct crew c = {.m = m,
                     .slot = slots == MAP_FAILED ? NULL : slots,
                     .pid = calloc(m->n_paths, sizeof *c.pid)};
    bool ok = c.slot && c.pid ? side_by_side(&c, error, error_bytes)
                              : text_complain(error, error_bytes, "out of memory");
    free(c.pid);
    if (c.slot) munmap(c.slot, bytes);
    return ok;
}
