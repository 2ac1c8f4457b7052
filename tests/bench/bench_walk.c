/* bench_walk.c: what looking at a heap of a million blocks costs, as ratios of runs side by side,
 * in processor time: the walk from outside against copying the same heap out in the same pieces;
 *   the look after a command, with all that belongs to it, against the walk in it and against
 *   copying the heap out;
 *   the first frame after a change against the walk that brought it; a frame of an unchanged heap
 *   against one of a thousand blocks;
 *   the viewer's memory a block. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/lab.h"
#include "cli/command/page.h"
#include "cli/command/run.h"
#include "tests/support/sample.h"
#include "viz/canvas.h"
#include "viz/scene.h"

#define N_BLOCKS 1000000u
#define ROUNDS 11

static bool count_block(void *user, const struct walk_block *b)
{
    uint64_t *sum = user;
    *sum += b->size;
    return true;
}

/* Fill a lab with n blocks of 64 bytes, a third of them freed again. */
static void fill(struct lab *lab, unsigned n)
{
    static struct session_setup setup;
    char error[512], line[64];
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    setup.value[HEAP_ORDER] = HEAP_ORDER_LIFO; /* building it must not be quadratic */
    if (!lab_init(lab, &setup, false, error, sizeof error)) {
        fprintf(stderr, "bench: %s\n", error);
        exit(1);
    }
    snprintf(line, sizeof line, "repeat %u alloc 64", n);
    lab_run(lab, line);
    lab->shown.session.quiet = true;
    for (uint32_t id = 2; id < n; id += 3)
        session_free(&lab->shown.session, id);
    lab->shown.session.quiet = false;
    lab_run(lab, "alloc 200");
}

static double copy_ms(struct session *s)
{
    uint64_t at = s->target.hello.heap_start, brk = s->target.brk;
    double begin = sample_cpu_ms();
    while (at < brk) {
        size_t piece = brk - at < PROCESS_MEMORY_PIECE ? brk - at : PROCESS_MEMORY_PIECE;
        process_memory_copy(&s->memory, at, s->memory.buffer, piece);
        at += piece;
    }
    return sample_cpu_ms() - begin;
}

static double walk_ms(struct session *s)
{
    uint64_t sum = 0;
    double begin = sample_cpu_ms();
    enum walk_result r =
        walk_blocks(&s->root, s->target.brk, &s->memory.memory, count_block, &sum, NULL);
    double ms = sample_cpu_ms() - begin;
    if (r != WALK_OK || sum != s->target.brk - s->root.start) {
        fprintf(stderr, "bench: the walk ended early (%d)\n", (int)r);
        exit(1);
    }
    return ms;
}

static void bench_walk(struct session *s)
{
    double copy[ROUNDS], walk[ROUNDS], ratio[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        copy[i] = copy_ms(s);
        walk[i] = walk_ms(s);
        ratio[i] = walk[i] / copy[i];
    }
    printf("walk from outside, %u blocks, %" PRIu64
           " MiB: %.1f ms, copying alone %.1f ms: ratio %.2f (to be at most 1.3)\n",
           N_BLOCKS, (s->target.brk - s->root.start) >> 20, sample_median(walk, ROUNDS),
           sample_median(copy, ROUNDS), sample_median(ratio, ROUNDS));
}

static double frame_ms(struct lab *lab, struct canvas *c)
{
    struct picture p;
    double begin = sample_cpu_ms();
    lab_picture(lab, &p);
    canvas_clear(c);
    scene_screen(c, &p, 1);
    return sample_cpu_ms() - begin;
}

/* The look after an alloc, and the frame it leads to, against the bare walk and the bare copy. */
static void bench_look(struct lab *lab, struct canvas *c)
{
    double look[ROUNDS], frame[ROUNDS], to_walk[ROUNDS], to_copy[ROUNDS], ratio[ROUNDS];
    struct session *s = &lab->shown.session;
    struct session_block made;
    for (size_t i = 0; i < ROUNDS; i++) {
        double copy = copy_ms(s), walk = walk_ms(s);
        session_forget(s);
        step_trace_reset(&s->trace, s->target.brk);
        if (!session_alloc(s, 16, &made)) exit(1);
        double begin = sample_cpu_ms();
        session_look(s);
        look[i] = sample_cpu_ms() - begin;
        frame[i] = frame_ms(lab, c);
        to_walk[i] = look[i] / walk;
        to_copy[i] = look[i] / copy;
        ratio[i] = frame[i] / walk;
    }
    printf("look after an alloc (walk, ledger, snapshot, sums, differences): %.1f ms, %.2f times "
           "the walk (to be at most 2), "
           "%.2f times the copy (to be at most 2.5)\n",
           sample_median(look, ROUNDS), sample_median(to_walk, ROUNDS),
           sample_median(to_copy, ROUNDS));
    printf("first frame after it, 200 x 50, snapshot to canvas: %.2f ms, %.2f times the walk (to "
           "be at most 4)\n",
           sample_median(frame, ROUNDS), sample_median(ratio, ROUNDS));
}

/* Scroll and zoom through an unchanged heap. */
static double moving_ms(struct lab *lab, struct canvas *c)
{
    static const int zooms[] = {1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1};
    struct picture p;
    uint64_t per_cell, cells;
    double sum = 0;
    lab_picture(lab, &p);
    scene_map_scale(c, scene_whole(c), &p, 1, &per_cell, &cells);
    for (size_t i = 0; i < sizeof zooms / sizeof zooms[0]; i++) {
        double begin = sample_cpu_ms();
        view_zoom(&lab->shown.view, lab->shown.session.snapshot, cells, zooms[i]);
        view_scroll(&lab->shown.view, lab->shown.session.snapshot, cells, 20, 1);
        sum += sample_cpu_ms() - begin + frame_ms(lab, c);
    }
    view_zoom(&lab->shown.view, lab->shown.session.snapshot, cells, 0);
    return sum / (double)(sizeof zooms / sizeof zooms[0]);
}

static void bench_moving(struct lab *large, struct lab *small, struct canvas *c)
{
    double a[ROUNDS], b[ROUNDS], ratio[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        a[i] = moving_ms(large, c);
        b[i] = moving_ms(small, c);
        ratio[i] = a[i] / b[i];
    }
    printf("scrolling and zooming, 200 x 50: %.3f ms a frame with %u blocks, %.3f ms with 1,000: "
           "ratio %.2f (to be at most 4)\n",
           sample_median(a, ROUNDS), N_BLOCKS, sample_median(b, ROUNDS),
           sample_median(ratio, ROUNDS));
}

static long status_kib(const char *key)
{
    char line[128];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0) kib = strtol(line + strlen(key), NULL, 10);
    if (f) fclose(f);
    return kib;
}

int main(void)
{
    static struct lab large, small;
    struct canvas c;
    if (!canvas_init(&c, 50, 200, false)) return 1;
    fill(&small, 1000);
    long before = status_kib("VmRSS:");
    fill(&large, N_BLOCKS);
    long peak = status_kib("VmHWM:"), after = status_kib("VmRSS:");
    bench_walk(&large.shown.session);
    bench_look(&large, &c);
    bench_moving(&large, &small, &c);
    printf("the viewer's memory: %.1f bytes a block held, %.1f at its peak (to be below 64)\n",
           (double)(after - before) * 1024 / N_BLOCKS, (double)(peak - before) * 1024 / N_BLOCKS);
    lab_release(&large);
    lab_release(&small);
    canvas_release(&c);
    return 0;
}
