/* How long it takes to be at an operation of a trace of 100,000, in a fresh heap, and to do one
 * more, look and all: brkview's own traces under two policies and on two allocators of one's own.
 * Where the allocator itself is slow, beside it the seconds that its bare calls take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/run.h"
#include "cli/score/generate.h"
#include "cli/score/own_open.h"
#include "cli/score/replay.h"
#include "cli/score/verb_replay.h"
#include "cli/text/text.h"
#include "tests/support/sample.h"

enum { OPS = 100000, GOTOS = 7, STEPS = 101 };
#define GOTO_BUDGET 200.0
#define STEP_BUDGET (1000.0 / 60)

static struct lab lab;

static double median_of(const char *command, const char *before, size_t n)
{
    static double ms[STEPS];
    for (size_t i = 0; i < n; i++) {
        if (before && !lab_run(&lab, before)->ok) exit(1);
        double begin = sample_now_ms();
        if (!lab_run(&lab, command)->ok) exit(1);
        ms[i] = sample_now_ms() - begin;
    }
    return sample_median(ms, n);
}

/* The allocator's source; NULL: a policy. */
static bool bench(const char *shape, enum heap_policy policy, const char *source)
{
    static struct own_open own;
    char *file[] = {(char *)(uintptr_t)source};
    const struct own_files files = {.build = {.files = file, .n_files = 1}};
    struct session_setup setup;
    struct trace trace;
    struct replay replay;
    char *text = NULL, error[512];
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to || generate(to, generator_find(shape), 1, OPS) != 0 || fclose(to) != 0 ||
        !trace_parse(&trace, text, bytes, error, sizeof error) ||
        !replay_init(&replay, &trace, shape, NULL))
        exit(1);
    replay_command(&replay);
    session_setup_defaults(&setup, policy);
    if (source && !own_open(&own, &files, error, sizeof error)) {
        fprintf(stderr, "%s: %s\n", source, error);
        exit(1);
    }
    if (source) setup.own = &own.setup;
    if (!lab_init(&lab, &setup, false, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    lab.shown.player = &replay.base;
    char last[32];
    snprintf(last, sizeof last, "goto %zu", trace.n_ops);
    double there = median_of(last, NULL, GOTOS);
    if (!lab_run(&lab, "goto 50000")->ok) exit(1);
    double step = median_of("step", NULL, STEPS);
    printf("%-8s %-10s the last of %zu operations: %.0f ms (at most %.0f); a step: %.2f ms (at "
           "most %.1f)\n",
           shape, source ? text_base(source) : heap_policy_name(policy), trace.n_ops, there,
           GOTO_BUDGET, step, STEP_BUDGET);
    lab_release(&lab);
    if (source) own_open_release(&own);
    replay_release(&replay);
    trace_release(&trace);
    free(text);
    return there <= GOTO_BUDGET && step <= STEP_BUDGET;
}

int main(void)
{
    /* A stack under header is left out: thousands of small blocks before each that fits. */
    static const char *const shapes[] = {"powers", "queue", "uniform"};
    bool ok = true;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        ok = bench(shapes[i], HEAP_HEADER, NULL) && ok;
        ok = bench(shapes[i], HEAP_FIRST_FIT, NULL) && ok;
        ok = bench(shapes[i], HEAP_OWN, "tests/mm/tags.c") && ok;
        ok = bench(shapes[i], HEAP_OWN, "tests/mm/lists.c") && ok;
    }
    return ok ? 0 : 1;
}
