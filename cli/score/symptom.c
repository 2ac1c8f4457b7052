/* symptom.c: see symptom.h. Each try is a process of ours that starts a runner, waits for it and
 * leaves what it came to in memory that is shared. */
#include "cli/score/symptom.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/text/text.h"

/* It is valid: is its heap too large? */
static bool find_waste(struct symptom *s, const struct symptom_of *of, const struct trace *t,
                       const struct runner_end *end, char *error, size_t error_bytes)
{
    struct waste w;
    struct verdict *v = &s->verdict;
    char words[256];
    if (!waste_find(&w, of->runner, t, end, of->waste))
        return text_complain(error, error_bytes, "out of memory");
    s->any = w.op > 0;
    if (!s->any) return true;
    v->class = SYMPTOM_WASTE;
    v->op = w.op;
    v->line = t->op[w.op - 1].line;
    snprintf(v->message, sizeof v->message, "operation %u (line %u of %s): %s", v->op, v->line,
             of->name, waste_words(&w, t, words, sizeof words));
    return true;
}

bool symptom_find(struct symptom *s, const struct symptom_of *of, const struct trace *t,
                  char *error, size_t error_bytes)
{
    struct runner_end end;
    const struct runner *r = of->runner;
    *s = (struct symptom){.any = false};
    if (!runner_run(r, t, of->pass, &end, error, error_bytes)) return false;
    bool stopped = end.end == CHILD_STOPPED, ok = true;
    bool begun = end.result.version == OWN_VERSION || end.end != CHILD_ENDED;
    if (!stopped && begun) {
        s->any = !verdict_of(&s->verdict, r, &end, t, of->pass, of->name);
        s->later = runner_checks(of->pass) && end.result.round > 0;
        if (end.result.fault == OWN_CRASHED) s->signal = end.result.signal;
        if (isfinite(end.result.seconds[0]) && end.result.seconds[0] > 0)
            s->seconds = end.result.seconds[0];
        if (!s->any) s->later = false;
        if (!s->any && of->waste) ok = find_waste(s, of, t, &end, error, error_bytes);
    }
    runner_release(&end);
    if (stopped) return text_complain(error, error_bytes, "it was stopped");
    return begun ? ok : runner_complain(r, error, error_bytes);
}

bool symptom_is_same(const struct symptom *a, const struct symptom *b)
{
    if (!a->any || !b->any || strcmp(a->verdict.class, b->verdict.class) != 0) return false;
    /* The signal that ends a loop may be any of the limits'. */
    if (strcmp(a->verdict.class, "loop") == 0) return true;
    return a->later == b->later && a->signal == b->signal &&
           a->verdict.touched == b->verdict.touched &&
           (strcmp(a->verdict.class, "assert") != 0 || strcmp(a->verdict.at, b->verdict.at) == 0);
}

size_t symptom_most_tries(size_t most)
{
    cpu_set_t ours;
    int n = sched_getaffinity(0, sizeof ours, &ours) == 0 ? CPU_COUNT(&ours) : 1;
    return n < 1 ? 1 : (size_t)n < most ? (size_t)n : most;
}

struct slot {
    bool done;
    struct symptom symptom;
};

static pid_t start(struct slot *slot, const struct symptom_of *of, const struct trace *t)
{
    pid_t parent = getpid(), pid = fork();
    char unheard[256];
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* which ends its runner first */
    if (getppid() != parent) _exit(1);
    slot->done = symptom_find(&slot->symptom, of, t, unheard, sizeof unheard);
    _exit(0);
}

static void wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        if (child_signalled()) kill(pid, SIGTERM);
}

size_t symptom_first(struct symptom *found, const struct symptom *wanted,
                     const struct symptom_of *of, const struct trace *const t[], size_t n,
                     char *error, size_t error_bytes)
{
    size_t bytes = n * sizeof(struct slot), first = n;
    pid_t pid[16];
    struct slot *slot =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if ((void *)slot == MAP_FAILED || n > sizeof pid / sizeof pid[0]) {
        text_complain(error, error_bytes, "no memory to share: %s", strerror(errno));
        return SIZE_MAX;
    }
    for (size_t i = 0; i < n; i++)
        pid[i] = start(&slot[i], of, t[i]);
    for (size_t i = 0; i < n; i++)
        if (pid[i] > 0) wait_for(pid[i]);
    for (size_t i = 0; i < n && first == n; i++) {
        if (!slot[i].done) {
            text_complain(error, error_bytes,
                          pid[i] > 0 ? "a try did not end by itself" : "no process can be started");
            first = SIZE_MAX;
        } else if (symptom_is_same(&slot[i].symptom, wanted)) {
            *found = slot[i].symptom;
            first = i;
        }
    }
    munmap(slot, bytes);
    return child_signalled() ? SIZE_MAX : first;
}
