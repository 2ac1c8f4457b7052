/* lesson_program.c: see lesson_program.h. */
#include "cli/teach/lesson_program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/source/beside.h"
#include "cli/source/reads.h"

#define NAME "brkview-class"
#define RATE 10.0
#define START_SECONDS 20
#define ASK_NS 1000000L
#define ASKS ((long)START_SECONDS * 1000000000L / ASK_NS)

/* It reads once its first prompt is there. */
static bool await_prompt(struct pty_program *p)
{
    for (long i = 0; i < ASKS; i++) {
        pty_program_read(p);
        bool prompts = strcmp(written_open_line(&p->written), "> ") == 0;
        if (prompts && reads_ask(&p->spawn) != READS_BUSY) return true;
        if (spawn_poll(&p->spawn) == SPAWN_ENDED) return false;
        nanosleep(&(struct timespec){.tv_nsec = ASK_NS}, NULL);
    }
    return false;
}

static bool start(struct pty_program *p, struct process *process, char *error, size_t bytes)
{
    static const struct spawn_signals plain; /* none is blocked, none ignored */
    static const struct spawn_setup setup = {
        .mode = SPAWN_PTY, .signals = &plain, .rows = 24, .columns = 80, .terminal = "dumb"};
    char path[PATH_MAX];
    char *words[] = {path, NULL};
    if (!beside_find(NAME, path, sizeof path, error, bytes)) return false;
    if (spawn_start(&p->spawn, words, &setup, error, bytes) != 0) return false;
    bool reads = await_prompt(p);
    if (!reads) snprintf(error, bytes, "%s does not read; expected it to", NAME);
    if (reads && process_open(process, p->spawn.pid, error, bytes) == REFUSAL_NONE) return true;
    spawn_end(&p->spawn, 1);
    pty_program_release(p);
    return false;
}

bool lesson_program_start(struct watch_setup *setup, char *error, size_t bytes)
{
    struct pty_program *program = calloc(1, sizeof *program);
    struct process *process = calloc(1, sizeof *process);
    snprintf(error, bytes, "out of memory");
    if (program && process && start(program, process, error, bytes)) {
        *setup = (struct watch_setup){.process = process, .program = program, .rate = RATE};
        return true;
    }
    free(program);
    free(process);
    return false;
}
