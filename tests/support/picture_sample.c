/* picture_sample.c: pictures made by hand. */
#include "tests/support/picture_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/view.h"

struct spec {
    uint64_t header, payload, requested;
    uint32_t id;
    enum block_state state;
};

static void must(bool done)
{
    if (done) return;
    perror("picture_sample");
    abort();
}

uint32_t picture_sample_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

const char *picture_sample_name(enum sample_kind kind)
{
    static const char *const names[SAMPLE_N] = {"empty",   "freed",  "fragmented", "large",
                                                "damaged", "dead",   "bump",       "foreign",
                                                "regions", "guessed"};
    return names[kind];
}

static void add_segments(struct snapshot *s, uint64_t brk)
{
    const struct snapshot_segment segments[] = {
        {SEGMENT_TEXT, "text", 0x401000, 0x408a3d},
        {SEGMENT_RODATA, "rodata", 0x40a000, 0x40c1f0},
        {SEGMENT_DATA, "data", 0x40e000, 0x40e040},
        {SEGMENT_BSS, "bss", 0x410000, 0x410a60},
        {SEGMENT_HEAP, "heap", SAMPLE_HEAP, brk},
        {SEGMENT_LIBRARY, "libc.so.6", 0x7ffff7dd5000, 0x7ffff7fab000},
        {SEGMENT_LIBRARY, "ld-linux-x86-64.so.2", 0x7ffff7fc9000, 0x7ffff7fff000},
        {SEGMENT_STACK, "stack", 0x7ffffffde000, 0x7ffffffff000},
    };
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++)
        must(snapshot_add_segment(s, &segments[i]));
}

static struct snapshot_head head_of(const char *policy, uint64_t heap_bytes)
{
    return (struct snapshot_head){.title = "lab",
                                  .policy = policy,
                                  .pid = 4242,
                                  .alive = true,
                                  .ended = "",
                                  .heap_start = SAMPLE_HEAP,
                                  .block_header = strcmp(policy, "header") == 0 ? 32 : 16,
                                  .brk = SAMPLE_HEAP + heap_bytes,
                                  .page_bytes = 4096,
                                  .limit = UINT64_MAX};
}

/* beyond: bytes after the blocks, which are damaged if there are any. Behind a damaged block
 * nothing can be told. */
static struct snapshot *build(struct snapshot_head head, const struct spec *specs, size_t n,
                              uint64_t beyond)
{
    uint64_t at = SAMPLE_HEAP;
    for (size_t i = 0; i < n; i++)
        at += specs[i].header + specs[i].payload;
    head.brk = at + beyond;
    struct snapshot *s = snapshot_new(&head, n);
    must(s != NULL);
    add_segments(s, head.brk);
    at = SAMPLE_HEAP;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block block = {.address = at,
                                       .size = specs[i].header + specs[i].payload,
                                       .requested = specs[i].requested,
                                       .header = (uint32_t)specs[i].header,
                                       .id = specs[i].id,
                                       .state = specs[i].state};
        must(snapshot_add_block(s, &block));
        if (block.state == BLOCK_FREE) must(snapshot_add_free(s, i));
        at += block.size;
    }
    if (beyond || (n && specs[n - 1].state == BLOCK_DAMAGED)) must(snapshot_add_damage(s, at));
    must(snapshot_finish(s));
    return s;
}

#define BUILD(policy, specs, beyond)                                                               \
    build(head_of(policy, 0), specs, sizeof specs / sizeof *specs, beyond)

static void make_freed(struct picture_sample *s)
{
    static const struct spec before[] = {
        {32, 64, 64, 1, BLOCK_USED}, {32, 32, 32, 2, BLOCK_USED}, {32, 16, 16, 3, BLOCK_USED}};
    static const struct spec after[] = {
        {32, 64, 64, 1, BLOCK_USED}, {32, 32, 0, 2, BLOCK_FREE}, {32, 16, 16, 3, BLOCK_USED}};
    s->before = BUILD("header", before, 0);
    s->after = BUILD("header", after, 0);
    s->picture.c_line = "free(p2);";
    s->picture.sentence =
        "#2 is not the last block: it is only marked free, and brk stays at 0x4110d0.";
}

static void make_fragmented(struct picture_sample *s)
{
    struct spec specs[40];
    uint32_t state = 7;
    for (uint32_t i = 0; i < 40; i++) {
        uint64_t asked = 8 + picture_sample_random(&state) % 190;
        bool hole = i % 3 == 1 && i < 39;
        specs[i] = (struct spec){16, (asked + 15) / 16 * 16, hole ? 0 : asked, i + 1,
                                 hole ? BLOCK_FREE : BLOCK_USED};
    }
    s->before = build(head_of("best-fit", 0), specs, 39, 0);
    s->after = build(head_of("best-fit", 0), specs, 40, 0);
    s->picture.c_line = "p40 = malloc(177);";
    s->picture.sentence = "best fit looked at 13 free blocks, none fits 192 (largest: 192 B of "
                          "payload are needed, #17 has 176); "
                          "brk moves up by 208 for #40.";
}

struct snapshot *picture_sample_heap(size_t n, bool changed)
{
    uint32_t state = 1;
    uint64_t total = 0;
    for (int pass = 0;; pass++) {
        struct snapshot_head head = head_of("first-fit", total);
        struct snapshot *s = pass ? snapshot_new(&head, n) : NULL;
        must(!pass || s);
        if (pass) add_segments(s, head.brk);
        total = 0;
        state = 1;
        for (size_t i = 0; i < n; i++) {
            uint64_t asked = 16 + picture_sample_random(&state) % 104,
                     payload = (asked + 15) / 16 * 16;
            bool hole = picture_sample_random(&state) % 1000 < (i * 5 / n % 2 ? 300u : 60u) ||
                        (changed && i == n / 2);
            struct snapshot_block block = {.address = SAMPLE_HEAP + total,
                                           .size = payload + 16,
                                           .requested = hole ? 0 : asked,
                                           .header = 16,
                                           .id = (uint32_t)i + 1,
                                           .state = hole ? BLOCK_FREE : BLOCK_USED};
            if (pass) must(snapshot_add_block(s, &block));
            if (pass && hole) must(snapshot_add_free(s, i));
            total += block.size;
        }
        if (!pass) continue;
        must(snapshot_finish(s));
        return s;
    }
}

static void make_large(struct picture_sample *s)
{
    s->before = picture_sample_heap(100000, false);
    s->after = picture_sample_heap(100000, true);
    s->picture.c_line = "free(p50001);";
    s->picture.sentence = "#50001 is marked free and put into the free list by address; brk stays.";
}

static void make_damaged(struct picture_sample *s)
{
    static const struct spec before[] = {
        {32, 64, 64, 1, BLOCK_USED}, {32, 32, 30, 2, BLOCK_USED}, {32, 96, 90, 3, BLOCK_USED}};
    static const struct spec after[] = {
        {32, 64, 64, 1, BLOCK_USED}, {32, 32, 30, 2, BLOCK_USED}, {0, 128, 0, 3, BLOCK_DAMAGED}};
    s->before = BUILD("header", before, 0);
    s->after = BUILD("header", after, 0);
    snapshot_set_list_damage(s->after, SAMPLE_HEAP + 0xa0);
    s->picture.c_line = "memset(p2, 0x41, 64);";
    s->picture.sentence =
        "64 bytes written to #2, which has 32: the header at 0x4110a0 is overwritten.";
    s->picture.notice = "damaged at 0x4110a0: what stands there cannot be a header; undo or reset";
    s->picture.failed = true;
}

static void make_dead(struct picture_sample *s)
{
    static const struct spec specs[] = {{32, 64, 64, 1, BLOCK_USED}, {32, 32, 32, 2, BLOCK_USED}};
    struct snapshot_head head = head_of("header", 0);
    head.alive = false;
    head.ended = "killed by signal 9 (SIGKILL)";
    s->before = BUILD("header", specs, 0);
    s->after = build(head, specs, 2, 0);
    s->picture.c_line = "p3 = malloc(16);";
    s->picture.sentence = "no answer: the target has ended.";
    s->picture.failed = true;
    s->picture.notice =
        "undo or reset: the target was killed by signal 9 (SIGKILL); its last picture";
}

static void make_bump(struct picture_sample *s)
{
    static const struct spec specs[] = {
        {0, 64, 64, 1, BLOCK_USED}, {0, 32, 20, 2, BLOCK_USED}, {0, 48, 48, 3, BLOCK_USED}};
    struct snapshot_head head = head_of("bump", 0);
    head.remembered = true;
    s->before = build(head, specs, 2, 0);
    s->after = build(head, specs, 3, 0);
    s->picture.c_line = "p3 = malloc(48);";
    s->picture.sentence = "sbrk(48): brk moves up by 48, and what it passed is handed out; nothing "
                          "writes down how long it is.";
}

static void make_foreign(struct picture_sample *s)
{
    static const struct spec before[] = {{16, 64, 50, 1, BLOCK_USED}};
    static const struct spec after[] = {{16, 64, 50, 1, BLOCK_USED},
                                        {16, 112, 0, 0, BLOCK_FOREIGN},
                                        {16, 32, 32, 2, BLOCK_USED},
                                        {16, 48, 0, 3, BLOCK_FREE},
                                        {16, 16, 9, 4, BLOCK_USED}};
    s->before = BUILD("first-fit", before, 0);
    s->after = BUILD("first-fit", after, 0);
    s->picture.c_line = "p4 = malloc(9);";
    s->picture.sentence = "brk was not where the heap had left it: 112 bytes are somebody else's; "
                          "the heap goes on behind them.";
}

/* A stranger's heap, whose words lead from block to block. */
static void make_guessed(struct picture_sample *s)
{
    static const struct spec before[] = {{8, 64, 64, 1, BLOCK_USED}, {8, 200, 200, 2, BLOCK_USED}};
    static const struct spec after[] = {{8, 64, 0, 1, BLOCK_FREE}, {8, 200, 200, 2, BLOCK_USED}};
    struct snapshot_head head = head_of("own (mm.c)", 0);
    head.source = "guess";
    s->before = build(head, before, 2, 0);
    s->after = build(head, after, 2, 0);
    s->picture.c_line = "free(p1);";
    s->picture.sentence = "no mem_sbrk was called; 1 word beside the payloads changed";
}

/* A process's heap as glibc keeps it: nobody knows what was asked for. The block that is looked at
 * lies in the arena. */
static struct snapshot *build_regions(bool after)
{
    static const uint64_t brk = UINT64_C(0x55555555a000), arena = UINT64_C(0x7ffff00008d0),
                          mapped = UINT64_C(0x7ffff7d8e000);
    const struct part {
        enum region_kind kind;
        uint64_t start;
        size_t n;
        struct {
            uint64_t size;
            enum block_state state;
        } block[6];
    } parts[] = {
        {REGION_BRK,
         brk,
         6,
         {{0x290, BLOCK_USED},
          {0x50, BLOCK_USED},
          {0x50, BLOCK_CACHED},
          {0x110, BLOCK_FREE},
          {0x200, BLOCK_USED},
          {0x9c0, BLOCK_FREE}}},
        {REGION_ARENA,
         arena,
         4,
         {{0x290, BLOCK_USED},
          {0x60, after ? BLOCK_CACHED : BLOCK_USED},
          {0x150, BLOCK_USED},
          {0x2f0, BLOCK_FREE}}},
        {REGION_MAPPED, mapped, 1, {{0x2000, BLOCK_USED}}},
    };
    struct snapshot_head head = {.title = "process python3",
                                 .policy = "glibc",
                                 .pid = 4242,
                                 .alive = true,
                                 .ended = "",
                                 .heap_start = brk,
                                 .brk = brk + 0x1000,
                                 .page_bytes = 4096,
                                 .limit = UINT64_MAX,
                                 .block_header = 8};
    struct snapshot *s = snapshot_new(&head, 16);
    must(s != NULL);
    must(snapshot_add_segment(
        s, &(struct snapshot_segment){SEGMENT_TEXT, "text", 0x555555554000, 0x555555557a3d}));
    must(snapshot_add_segment(
        s, &(struct snapshot_segment){SEGMENT_DATA, "data", 0x555555558000, 0x555555558040}));
    must(snapshot_add_segment(
        s, &(struct snapshot_segment){SEGMENT_BSS, "bss", 0x555555558040, 0x555555559000}));
    must(snapshot_add_segment(s, &(struct snapshot_segment){SEGMENT_HEAP, "heap", brk, head.brk}));
    must(snapshot_add_segment(
        s, &(struct snapshot_segment){SEGMENT_STACK, "stack", 0x7ffffffde000, 0x7ffffffff000}));
    for (size_t i = 0; i < 3; i++) {
        uint64_t end = parts[i].start;
        for (size_t k = 0; k < parts[i].n; k++)
            end += parts[i].block[k].size;
        must(snapshot_add_region(s, &(struct snapshot_region){parts[i].kind, parts[i].start, end}));
    }
    for (size_t i = 0; i < 3; i++) {
        uint64_t at = parts[i].start;
        for (size_t k = 0; k < parts[i].n; k++) {
            struct snapshot_block b = {.address = at,
                                       .size = parts[i].block[k].size,
                                       .header = 8,
                                       .state = parts[i].block[k].state};
            if (b.state == BLOCK_USED) b.requested = b.size - b.header;
            must(snapshot_add_block(s, &b));
            if (b.state == BLOCK_FREE) must(snapshot_add_free(s, snapshot_n_blocks(s) - 1));
            at += b.size;
        }
    }
    must(snapshot_finish(s));
    return s;
}

static void make_regions(struct picture_sample *s)
{
    s->before = build_regions(false);
    s->after = build_regions(true);
    s->picture.sentence = "one block less is used than at the look before; its bytes are cached";
}

static void fill_detail(struct picture_sample *s)
{
    struct picture_detail *d = &s->detail;
    d->block = view_selected(&s->view, s->after, &s->changes);
    d->name = "";
    if (d->block == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(s->after, d->block);
    bool freed = b.state == BLOCK_FREE;
    uint64_t next = b.address + b.size;
    if (b.header == 32) {
        d->n_words = 3;
        d->word[0] = (struct picture_word){.name = "size",
                                           .measures = "payload",
                                           .address = b.address,
                                           .bytes = 8,
                                           .value = b.size - 32,
                                           .was = b.size - 32};
        d->word[1] = (struct picture_word){.name = "is_free",
                                           .address = b.address + 8,
                                           .bytes = 4,
                                           .value = freed,
                                           .was = 0,
                                           .changed = freed};
        d->word[2] = (struct picture_word){.name = "next",
                                           .address = b.address + 16,
                                           .bytes = 8,
                                           .value = next,
                                           .was = next,
                                           .pointer = true};
    } else if (b.header == 16) {
        d->n_words = 2;
        d->word[0] = (struct picture_word){
            .name = "prev_size", .address = b.address, .bytes = 8, .value = 80, .was = 80};
        d->word[1] = (struct picture_word){.name = "size_flags",
                                           .address = b.address + 8,
                                           .bytes = 8,
                                           .value = b.size | freed,
                                           .was = b.size,
                                           .changed = freed};
    }
    if (b.header == 8) {
        d->n_words = 1;
        d->word[0] = (struct picture_word){.name = "size",
                                           .address = b.address,
                                           .bytes = 8,
                                           .value = b.size | 5,
                                           .was = b.size | 5};
    }
    if (b.state == BLOCK_DAMAGED) {
        const uint64_t letters = UINT64_C(0x4141414141414141);
        d->n_words = 3;
        d->word[0] = (struct picture_word){"size", b.address, 8,     letters, 96,
                                           true,   true,      false, NULL,    "payload"};
        d->word[1] = (struct picture_word){"is_free", b.address + 8, 4,     letters >> 32, 0,
                                           true,      false,         false, NULL,          NULL};
        d->word[2] = (struct picture_word){"next", b.address + 16, 8,    letters, 0,
                                           true,   false,          true, NULL,    NULL};
    }
    d->bytes_at = b.address;
    d->bytes = s->bytes;
    d->n_bytes = b.size < sizeof s->bytes ? (size_t)b.size : sizeof s->bytes;
    for (size_t i = 0; i < d->n_bytes; i++)
        s->bytes[i] = i < b.header ? 0 : (unsigned char)("Hello, heap. "[i % 13]);
    for (size_t i = 0; i < d->n_words; i++)
        memcpy(s->bytes + (d->word[i].address - b.address), &d->word[i].value, d->word[i].bytes);
}

static void fill_rest(struct picture_sample *s, enum sample_kind kind)
{
    static const char *const log[SAMPLE_LOG] = {
        "1 alloc 64  → #1 at 0x411020, brk +96",   "2 alloc 32  → #2 at 0x411080, brk +64",
        "3 alloc 16  → #3 at 0x4110c0, brk +48",   "4 free 2  → brk ±0",
        "5 alloc 1000000000000  → cannot: ENOMEM", "6 stats"};
    const struct snapshot_stats *stats = snapshot_stats(s->after);
    size_t n = kind == SAMPLE_EMPTY ? 0 : kind == SAMPLE_LARGE ? 200 : 4;
    for (size_t i = 0; i < n; i++) {
        s->heap_bytes[i] = stats->heap_bytes * (i + 1 < n ? i + 1 : n) / n;
        s->live_bytes[i] = i + 1 < n ? stats->live_bytes * (i + 2) / n : stats->live_bytes;
    }
    s->history =
        (struct picture_history){.n = n, .heap_bytes = s->heap_bytes, .live_bytes = s->live_bytes};
    size_t lines = kind == SAMPLE_EMPTY ? 0 : 6;
    for (size_t i = 0; i < lines; i++)
        s->log[i] = (struct picture_line){log[i], i == 4 ? STYLE_BAD : STYLE_PLAIN};
    changes_find(&s->changes, s->before, s->after);
    view_init(&s->view);
    fill_detail(s);
    s->picture.snapshot = s->after;
    s->picture.changes = &s->changes;
    s->picture.detail = &s->detail;
    s->picture.history = &s->history;
    s->picture.view = &s->view;
    s->picture.seq = (uint32_t)n;
    s->picture.log = s->log;
    s->picture.n_log = lines;
}

void picture_sample_make(struct picture_sample *s, enum sample_kind kind)
{
    memset(s, 0, sizeof *s);
    s->picture.c_line = s->picture.sentence = s->picture.notice = "";
    switch (kind) {
    case SAMPLE_FREED:
        make_freed(s);
        break;
    case SAMPLE_FRAGMENTED:
        make_fragmented(s);
        break;
    case SAMPLE_LARGE:
        make_large(s);
        break;
    case SAMPLE_DAMAGED:
        make_damaged(s);
        break;
    case SAMPLE_DEAD:
        make_dead(s);
        break;
    case SAMPLE_BUMP:
        make_bump(s);
        break;
    case SAMPLE_FOREIGN:
        make_foreign(s);
        break;
    case SAMPLE_REGIONS:
        make_regions(s);
        break;
    case SAMPLE_GUESSED:
        make_guessed(s);
        break;
    default:
        s->after = build(head_of("header", 0), NULL, 0, 0);
        break;
    }
    fill_rest(s, kind);
}

void picture_sample_release(struct picture_sample *s)
{
    snapshot_free(s->before);
    snapshot_free(s->after);
}
