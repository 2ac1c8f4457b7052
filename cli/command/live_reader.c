/* live_reader.c: waiting for a program that was told something by its terminal. */
#include <string.h>
#include <time.h>

#include "cli/command/live.h"
#include "cli/session/watch.h"
#include "cli/source/reads.h"

#define ASK_NS 1000000L

static double since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* Has it asked for more, as far as that can be seen from what it writes? */
static bool prompts(const struct written *w, uint64_t lines_before, const char *prompt)
{
    return *prompt && w->n + w->n_forgotten > lines_before &&
           strcmp(written_open_line(w), prompt) == 0;
}

enum live_reader live_await_reader(struct lab *lab, const char *prompt, double seconds)
{
    struct session *s = &lab->shown.session;
    struct pty_program *p = s->watch->program;
    uint64_t lines = p->written.n + p->written.n_forgotten;
    struct timespec from;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (s->watch->paused) return LIVE_HELD;
    for (;;) {
        enum reads_state state = reads_ask(&p->spawn);
        pty_program_read(p); /* what it has written before it read */
        if (spawn_poll(&p->spawn) == SPAWN_STOPPED) return LIVE_BY_SIGNAL;
        if (state == READS_WAITING) return LIVE_READS;
        if (state == READS_UNKNOWN && prompts(&p->written, lines, prompt)) return LIVE_READS;
        if (session_notice_death(s)) return LIVE_OVER;
        if (!session_go_on(s)) return LIVE_STOPPED;
        if (since(&from) >= seconds) return LIVE_WORKS;
        nanosleep(&(struct timespec){.tv_nsec = ASK_NS}, NULL);
    }
}
