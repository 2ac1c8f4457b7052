/* How long it takes to be at an operation of a trace of 100,000, look and all, once the trace was
 * played: at any, one further, one back. brkview's own traces, under two policies and on two
 * allocators of one's own. Beside it, how long it took to play it from its beginning; and where the
 * allocator itself is slow, how long its calls take in a bare loop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator/heap.h"
#include "cli/command/run.h"
#include "cli/score/generate.h"
#include "cli/score/own_open.h"
#include "cli/score/replay.h"
#include "cli/score/verb_replay.h"
#include "cli/text/text.h"
#include "tests/support/room.h"
#include "tests/support/sample.h"

enum { OPS = 100000, PLACES = 41, STEPS = 101 };
#define GOTO_BUDGET 200.0
#define STEP_BUDGET (1000.0 / 60)

static struct lab lab;

static double ms_of(const char *command)
{
    double begin = sample_now_ms();
    if (!lab_run(&lab, command)->ok) exit(1);
    return sample_now_ms() - begin;
}

static double median_of(const char *command, size_t n)
{
    static double ms[STEPS];
    for (size_t i = 0; i < n; i++)
        ms[i] = ms_of(command);
    return sample_median(ms, n);
}

/* To places all over the trace, to and fro: all but the slowest tenth take at most so long. */
static double any_place(void)
{
    double ms[PLACES];
    for (size_t i = 0; i < PLACES; i++) {
        char command[32];
        snprintf(command, sizeof command, "goto %zu", 1 + (i * 17 % PLACES) * (OPS - 1) / PLACES);
        ms[i] = ms_of(command);
    }
    return sample_quantile(ms, PLACES, 0.9);
}

/* ── A bare loop ── */

/* Mallocs and frees of a trace that has nothing else. */
static double bare_ms(enum heap_policy policy, const struct trace *trace)
{
    static struct heap heap;
    struct room room;
    void **block = calloc(trace->n_ids, sizeof *block);
    if (!block || !room_init(&room) || !heap_init(&heap, policy, &room.growth)) exit(1);
    double begin = sample_now_ms();
    for (size_t i = 0; i < trace->n_ops; i++) {
        const struct trace_op *op = &trace->op[i];
        if (op->kind == TRACE_ALLOC)
            block[op->id] = heap_alloc(&heap, op->size);
        else
            heap_free(&heap, block[op->id]);
    }
    double ms = sample_now_ms() - begin;
    room_release(&room);
    free(block);
    return ms;
}

/* ── In the lab ── */

static void open_trace(struct trace *trace, const char *shape)
{
    char *text = NULL, error[512];
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to || generate(to, generator_find(shape), 1, OPS) != 0 || fclose(to) != 0 ||
        !trace_parse(trace, text, bytes, error, sizeof error))
        exit(1);
    free(text);
}

static void open_lab(struct replay *replay, enum heap_policy policy, const struct own_setup *own)
{
    struct session_setup setup;
    char error[512];
    replay_command(replay);
    session_setup_defaults(&setup, policy);
    setup.own = own;
    if (!lab_init(&lab, &setup, false, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    lab.shown.player = &replay->base;
}

static bool bench_in(const char *shape, const char *name, enum heap_policy policy,
                     const struct own_setup *own)
{
    struct trace trace;
    struct replay replay;
    bool is_slow = strcmp(shape, "stack") == 0;
    open_trace(&trace, shape);
    if (!replay_init(&replay, &trace, shape, NULL)) exit(1);
    open_lab(&replay, policy, own);
    double first = ms_of("run"), any = any_place();
    if (!lab_run(&lab, "goto 50000")->ok) exit(1);
    double step = median_of("step", STEPS), back = median_of("back", PLACES);
    printf("%-8s %-10s any of %zu operations: %.0f ms (at most %.0f); a step: %.2f ms (at most "
           "%.1f), back: %.1f ms; all of them at first: %.0f ms",
           shape, name, trace.n_ops, any, GOTO_BUDGET, step, STEP_BUDGET, back, first);
    if (is_slow && !own) printf(", in a bare loop %.0f ms", bare_ms(policy, &trace));
    putchar('\n');
    fflush(stdout);
    lab_release(&lab);
    replay_release(&replay);
    trace_release(&trace);
    if (is_slow && any <= first / CHECKPOINT_MOST * 2) any = 0; /* whoever else is busy */
    return any <= GOTO_BUDGET && back <= GOTO_BUDGET && step <= STEP_BUDGET;
}

static bool bench(const char *shape, enum heap_policy policy)
{
    return bench_in(shape, heap_policy_name(policy), policy, NULL);
}

static bool bench_own(const char *shape, const char *source)
{
    static struct own_open own;
    char *file[] = {(char *)(uintptr_t)source}, error[512];
    const struct own_files files = {.build = {.files = file, .n_files = 1}};
    if (!own_open(&own, &files, error, sizeof error)) {
        fprintf(stderr, "%s: %s\n", source, error);
        exit(1);
    }
    bool ok = bench_in(shape, text_base(source), HEAP_OWN, &own.setup);
    own_open_release(&own);
    return ok;
}

int main(void)
{
    static const char *const shapes[] = {"powers", "queue", "uniform"};
    bool ok = true;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        ok = bench(shapes[i], HEAP_HEADER) && ok;
        ok = bench(shapes[i], HEAP_FIRST_FIT) && ok;
        ok = bench_own(shapes[i], "tests/mm/tags.c") && ok;
        ok = bench_own(shapes[i], "tests/mm/lists.c") && ok;
    }
    /* Thousands of small blocks before each that fits: it is the search that takes so long. */
    return bench("stack", HEAP_HEADER) && ok ? 0 : 1;
}
