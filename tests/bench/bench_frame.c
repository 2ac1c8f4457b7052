/* bench_frame.c: what a frame costs: the first after a change (snapshot built and finished, changes
 * found, 200 × 50 drawn) and those of an unchanged heap that is scrolled and zoomed. Medians of
 * several runs, in milliseconds.
 *
 * With BENCH_NO_MAIN the functions can be linked into a larger bench. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/sample.h"
#include "viz/scene.h"
#include "viz/view.h"

#define RUNS 9
#define ROWS 50
#define COLUMNS 200

struct bench_frame {
    size_t n_blocks;
    double build, changes, draw; /* of the first frame after a change */
    double scroll, zoom; /* of an unchanged one: the mean of a tour */
    double bytes_per_block; /* with two snapshots alive */
};

struct bench_frame bench_frame_measure(size_t n_blocks);
void bench_frame_print(const struct bench_frame *b);

/* What the walk would bring, made before the clock runs. */
static struct snapshot_block *make_blocks(size_t n)
{
    struct snapshot_block *blocks = calloc(n, sizeof *blocks);
    uint32_t random = 1;
    uint64_t at = 0x411000;
    if (!blocks) abort();
    for (size_t i = 0; i < n; i++) {
        random = random * 1664525u + 1013904223u;
        uint64_t asked = 16 + (random >> 8) % 104, size = 16 + (asked + 15) / 16 * 16;
        bool hole = (random >> 16) % 4 == 0;
        blocks[i] = (struct snapshot_block){.address = at,
                                            .size = size,
                                            .requested = hole ? 0 : asked,
                                            .header = 16,
                                            .id = (uint32_t)i + 1,
                                            .state = hole ? BLOCK_FREE : BLOCK_USED};
        at += size;
    }
    return blocks;
}

static struct snapshot *build(const struct snapshot_block *blocks, size_t n)
{
    struct snapshot_head head = {.title = "lab",
                                 .policy = "first-fit",
                                 .pid = 1,
                                 .alive = true,
                                 .heap_start = blocks[0].address,
                                 .brk = blocks[n - 1].address + blocks[n - 1].size,
                                 .page_bytes = 4096,
                                 .limit = UINT64_MAX};
    struct snapshot *s = snapshot_new(&head, n);
    for (size_t i = 0; s && i < n; i++)
        if (!snapshot_add_block(s, &blocks[i]) ||
            (blocks[i].state == BLOCK_FREE && !snapshot_add_free(s, i)))
            abort();
    if (!s || !snapshot_finish(s)) abort();
    return s;
}

static double draw_ms(struct canvas *c, const struct picture *p)
{
    double start = sample_now_ms();
    scene_screen(c, p, 1);
    return sample_now_ms() - start;
}

static void tour(struct bench_frame *b, struct canvas *c, struct picture *p, struct view *v,
                 size_t rows)
{
    uint64_t bytes, cells;
    scene_map_scale(c, scene_whole(c), p, 1, &bytes, &cells);
    double start = sample_now_ms();
    for (int i = 0; i < 20; i++) {
        view_zoom(v, p->snapshot, cells, i < 10 ? 1 : -1);
        scene_screen(c, p, 1);
    }
    b->zoom = (sample_now_ms() - start) / 20;
    view_zoom(v, p->snapshot, cells, 0);
    view_zoom(v, p->snapshot, cells, 1);
    view_zoom(v, p->snapshot, cells, 1);
    start = sample_now_ms();
    for (int i = 0; i < 20; i++) {
        view_scroll(v, p->snapshot, cells, rows, i < 12 ? 1 : -1);
        scene_screen(c, p, 1);
    }
    b->scroll = (sample_now_ms() - start) / 20;
    view_zoom(v, p->snapshot, cells, 0);
}

struct bench_frame bench_frame_measure(size_t n_blocks)
{
    struct bench_frame b = {.n_blocks = n_blocks};
    struct snapshot_block *blocks = make_blocks(n_blocks);
    struct snapshot *before = build(blocks, n_blocks);
    double built[RUNS], compared[RUNS], drawn[RUNS], scrolled[RUNS], zoomed[RUNS];
    struct canvas c;
    if (!canvas_init(&c, ROWS, COLUMNS, false)) abort();
    for (int run = 0; run < RUNS; run++) {
        struct snapshot_block *changed = &blocks[n_blocks / 2];
        changed->state = changed->state == BLOCK_FREE ? BLOCK_USED : BLOCK_FREE;
        changed->requested = changed->state == BLOCK_USED ? 16 : 0;
        struct changes changes;
        struct view view;
        struct picture_detail detail = {.name = ""};
        struct picture_history history = {0};
        double start = sample_now_ms();
        struct snapshot *after = build(blocks, n_blocks);
        built[run] = sample_now_ms() - start;
        start = sample_now_ms();
        changes_find(&changes, before, after);
        compared[run] = sample_now_ms() - start;
        view_init(&view);
        struct picture p = {.snapshot = after,
                            .changes = &changes,
                            .detail = &detail,
                            .history = &history,
                            .view = &view,
                            .c_line = "free(p);",
                            .sentence = "it is marked free.",
                            .notice = ""};
        uint64_t bytes, cells;
        scene_map_scale(&c, scene_whole(&c), &p, 1, &bytes, &cells);
        size_t rows = scene_table_rows(&c, scene_whole(&c), &p, 1);
        start = sample_now_ms();
        view_follow(&view, after, &changes, cells, rows);
        detail.block = view_selected(&view, after, &changes);
        drawn[run] = sample_now_ms() - start + draw_ms(&c, &p);
        tour(&b, &c, &p, &view, rows);
        scrolled[run] = b.scroll;
        zoomed[run] = b.zoom;
        b.bytes_per_block = (double)(snapshot_memory_bytes(before) + snapshot_memory_bytes(after)) /
                            (double)n_blocks;
        snapshot_free(before);
        before = after;
    }
    b.build = sample_median(built, RUNS);
    b.changes = sample_median(compared, RUNS);
    b.draw = sample_median(drawn, RUNS);
    b.scroll = sample_median(scrolled, RUNS);
    b.zoom = sample_median(zoomed, RUNS);
    snapshot_free(before);
    canvas_release(&c);
    free(blocks);
    return b;
}

void bench_frame_print(const struct bench_frame *b)
{
    printf("%9zu blocks: first frame %8.3f ms = snapshot %.3f + changes %.3f + draw %.3f; scroll "
           "%.3f, zoom %.3f; %.1f bytes a "
           "block (two snapshots)\n",
           b->n_blocks, b->build + b->changes + b->draw, b->build, b->changes, b->draw, b->scroll,
           b->zoom, b->bytes_per_block);
}

#ifndef BENCH_NO_MAIN
int main(void)
{
    struct bench_frame small = bench_frame_measure(1000), middle = bench_frame_measure(100000),
                       large = bench_frame_measure(1000000);
    bench_frame_print(&small);
    bench_frame_print(&middle);
    bench_frame_print(&large);
    printf("1,000,000 to 1,000 blocks, unchanged: scroll %.2f times, zoom %.2f times\n",
           large.scroll / small.scroll, large.zoom / small.zoom);
    return 0;
}
#endif
