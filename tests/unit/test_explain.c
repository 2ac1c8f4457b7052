/* test_explain.c: the sentences: what moved and why, in the words of the field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

struct line {
    const char *command, *sentence;
};

/* Each command succeeds (one with a - before it fails), and its sentence holds the other. */
static void says(enum heap_policy policy, const struct line *line, size_t n)
{
    try_open(policy);
    for (size_t i = 0; i < n; i++) {
        bool ok = try_any("%s", line[i].command + (line[i].command[0] == '-'));
        if (ok == (line[i].command[0] == '-'))
            fail_msg("%s: %s", line[i].command, ok ? "it succeeded" : try_lab.last->error);
        if (line[i].sentence) try_says(line[i].sentence);
        if (try_lab.last->sentence) assert_null(strchr(try_lab.last->sentence, '\n'));
    }
    try_close();
}
#define SAYS(policy, list) says(policy, list, sizeof list / sizeof list[0])

/* A switch that is off is the reason, where it is one. */
static void switches_in_words(void **unused)
{
    (void)unused;
    static const struct line split[] = {
        {"set split off", NULL},
        {"alloc 200", NULL},
        {"alloc 16", NULL},
        {"free 1", "goes into the free list; brk stays"},
        {"alloc 8", "#1 is taken whole, 192 bytes more than it needs, for split is off"},
    };
    static const struct line coalesce[] = {
        {"set coalesce off", NULL},
        {"repeat 4 alloc 48", NULL},
        {"free 1", "#1 is not the last block: it goes into the free list; brk stays"},
        {"free 3", "#3 is not the last block: it goes into the free list; brk stays"},
        {"free 2",
         "it goes into the free list; it is not merged with #1, for coalesce is off; brk stays"},
        {"alloc 300", ": nothing fits; brk moves up"},
        {"alloc 96", ": nothing fits (free neighbours would, but coalesce is off); brk moves up"},
        {"aligned 256 96",
         ": nothing fits; brk moves up"}, /* what is merged need not hold one that is aligned */
    };
    static const struct line header[] = {
        {"repeat 3 alloc 48", NULL},
        {"free 1", NULL},
        {"free 2", "it is only marked free; brk stays"},
        {"alloc 96",
         ": nothing fits (free neighbours would, but header never merges them); brk moves up"},
    };
    SAYS(HEAP_FIRST_FIT, split);
    SAYS(HEAP_FIRST_FIT, coalesce);
    SAYS(HEAP_HEADER, header);
}

static void header_in_words(void **unused)
{
    (void)unused;
    static const struct line list[] = {
        {"alloc 64", "the heap is empty; brk moves up by 96 to 0x411060: 32 header + 64"},
        {"alloc 32", "header looked at #1 (in use): nothing fits; brk moves up by 64 to 0x4110a0"},
        {"alloc 16", "#1 (in use), #2 (in use): nothing fits; brk moves up by 48"},
        {"free 2", "#2 is not the last block: it is only marked free; brk stays at 0x4110d0"},
        {"alloc 40",
         "#2 (free, holds 32 < 48: too small), #3 (in use): nothing fits; brk moves up by "
         "80 to 0x411120: 32 header + 48 (40 rounded up)"},
        {"free 4", "#4 is the last block: sbrk(-80) gives it back; brk moves down to 0x4110d0"},
        {"alloc 16", "#2 (holds 32: fits): #2 is taken whole, 16 bytes more than it needs, for "
                     "header never splits; brk stays"},
        {"realloc 5 300", "bytes are copied to 0x"},
        {"write 1 0 41", "only #1's payload changed; the allocator was not asked"},
        {"write 1 60 4141414141 force",
         "belong to the allocator, to another block or to nobody: `check` tells what broke"},
        {"undo", "undone 1 command"},
        {"fill 1 9", "only #1's payload changed"},
        {"write 1 70 41 force", "'s payload belong to the allocator"},
        {"undo", NULL},
        {"sbrk 24", "sbrk(24) behind the allocator's back: brk moves from"},
        {"free 3", "only marked free"},
        {"free 5", "someone else moved it"},
        {"alloc 400", "32 foreign bytes are stepped over"},
        {"repeat 3 alloc 8", "3 requests, 3 blocks made; brk "},
        {"free all", "freed; brk"},
        {"set trim off", "trim is off from now on; what was done before stays"},
        {"reset", "a fresh heap under header: brk is at its start, 0x411000"},
        {"sbrk 24", "sbrk(24) by the program itself: brk moves from 0x411000 to 0x411018; there "
                    "are no blocks"},
        {"sbrk -24", "sbrk(-24) by the program itself: brk moves from 0x411018 to 0x411000; there "
                     "are no blocks"},
        {"alloc 8", NULL},
        {"free 1", "#1 is the last block, but trim is off: it stays"},
        {"-alloc 64T", NULL},
        {"policy best-fit replay", "a fresh heap under best-fit: brk is at its start, 0x411000"},
        {"break oom", NULL},
        {"policy first-fit replay", "the target was killed by signal 11 (SIGSEGV)"},
    };
    SAYS(HEAP_HEADER, list);
}

static void the_fits_in_words(void **unused)
{
    (void)unused;
    static const struct line first[] = {
        {"alloc 100", NULL},
        {"alloc 16", "the free list is empty; brk moves up"},
        {"free 1", NULL},
        {"alloc 20",
         "first-fit looked at #1 (holds 112: fits): split into 32 + 16 header + 64; brk stays"},
        {"alloc 16", NULL},
        {"free 3", "#3 is not the last block: it goes into the free list"},
        {"free 4", "merges with #3"},
        {"free 2", "it is the last block: sbrk(-"},
        {"aligned 256 64", NULL},
        {"alloc 16", NULL},
        {"free all", NULL},
    };
    static const struct line best[] = {
        {"alloc 200", NULL},
        {"alloc 16", NULL},
        {"alloc 100", NULL},
        {"alloc 16", NULL},
        {"free 1 3", NULL},
        {"alloc 90", "best-fit looked at #1 (holds 208: best so far), #3 (holds 112: best so far): "
                     "#3 is taken whole, 16 bytes "
                     "more than it needs: too few for a block of their own (the least is 32)"},
        {"alloc 300", "(free, holds 208 < 304: too small): nothing fits"},
        {"alloc 200", "best-fit looked at #1 (holds 208: best so far): #1 is taken whole"},
        {"free 7", NULL}, /* one choice is no comparison: nothing "is it" */
        {"alloc 20",
         "best-fit looked at #7 (holds 208: best so far): split into 32 + 16 header + 160"},
    };
    static const struct line worst[] = {
        {"alloc 100", NULL},
        {"alloc 16", NULL},
        {"alloc 100", NULL},
        {"alloc 16", NULL},
        {"free 1 3", NULL},
        {"alloc 50", "worst-fit looked at #1 (holds 112: best so far), #3 (holds 112: no better): "
                     "#1 it is, split into 64 + 16 header + 32"},
    };
    static const struct line next[] = {{"alloc 64", NULL},
                                       {"alloc 64", NULL},
                                       {"free 1", NULL},
                                       {"alloc 16", "next-fit looked at #1 (holds 64: fits)"}};
    static const struct line bump[] = {{"alloc 64", "bump keeps no record; brk moves up by 64"},
                                       {"-free 1", NULL}};
    SAYS(HEAP_FIRST_FIT, first);
    SAYS(HEAP_BEST_FIT, best);
    SAYS(HEAP_WORST_FIT, worst);
    SAYS(HEAP_NEXT_FIT, next);
    SAYS(HEAP_BUMP, bump);
}

/* In place nothing is searched: the block is cut, grows into what is behind it, or has room enough.
 */
static void a_damaged_heap_has_no_last_block(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat 6 alloc 24");
    try_ok(
        "write 1 32 ff ff ff ff ff ff ff ff force"); /* the size of the second: its next leads on */
    try_ok("free 5");
    try_says("#5 is not the last block: it is only marked free; brk stays");
    try_ok("undo 2");
    try_ok("write 1 32 \"AAAAAAAAAAAAAAAAAAAAAAAA\" force"); /* and its next: the third is found by
                                                                itself */
    try_ok("free 5");
    try_says("#5 is not the last block: it is only marked free; brk stays");
    try_ok("undo 1");
    try_ok("write 1 104 07 force"); /* is_free of the third, the fourth, and the sixth: none is
                                       found that leads to a sound one */
    try_ok("write 1 168 07 force");
    try_ok("write 5 40 07 force");
    try_ok("free 5");
    try_says("0x411100 is marked free, in a heap that is damaged before it; brk stays");
    try_close();
}

static void a_realloc_in_place_in_words(void **unused)
{
    (void)unused;
    static const struct line first[] = {
        {"alloc 512", NULL},
        {"realloc 1 32", "#1 shrinks where it stands: split into blocks of 48 + 480 bytes; the "
                         "rest is the last block: "
                         "sbrk(-480) gives it back; brk moves "
                         "down to 0x411030"},
        {"realloc 1 200",
         "#1 is the last block: it grows where it stands; brk moves up by 176 to 0x4110e0"},
        {"realloc 1 208", "#1 stays as it is, in a block of 224 bytes; brk stays at 0x4110e0"},
        {"alloc 64", NULL},
        {"alloc 64", NULL},
        {"realloc 1 64", "split into blocks of 80 + 144 bytes; the rest is not the last block: it "
                         "goes into the free list; brk "
                         "stays at 0x411180"},
        {"realloc 1 208", "#1 grows into the free block 0x411050 behind it: a block of 224 bytes; "
                          "brk stays at 0x411180"},
        {"free 2", NULL},
        {"realloc 1 64", "the rest merges with #2: a block of 224 bytes; it is not the last block: "
                         "it goes into the free list; brk stays"},
        {"realloc 3 300", "#3 is the last block: it grows where it stands; brk moves up by 240 to "
                          "0x411270"}, /* others
                                          are
                                          free
                                        */
        {"realloc 1 100", "#1 grows into the free block 0x411050 behind it: a block of 304 bytes, "
                          "split into blocks of 128 + 176 "
                          "bytes; brk stays"},
        {"set trim off", NULL},
        {"realloc 3 32",
         "the rest is the last block, but trim is off: it stays; brk stays at 0x411270"},
        {"realloc 3 400", "#3 grows into the free block 0x411160 behind it, the last one, and on "
                          "beyond: a block of 416 bytes; brk moves up "
                          "by 96 to 0x4112d0"},
        {"set split off", NULL},
        {"realloc 3 32", "#3 stays as it is, in a block of 416 bytes"},
        {"sbrk 16", NULL},
        {"set split on", NULL},
        {"realloc 3 32", "the rest goes into the free list, for brk is not where the heap ends: "
                         "someone else moved it"},
    };
    static const struct line guarded[] = {
        {"set canary on", NULL},
        {"alloc 512", NULL},
        {"realloc 1 32", "#1 shrinks where it stands: split into blocks of 80 + 480 bytes; the "
                         "rest is the last block: sbrk(-480) gives it back"},
        {"realloc 1 31", "#1 stays as it is, in a block of 80 bytes; brk stays at 0x411050"},
        {"alloc 64", NULL},
        {"alloc 64", NULL},
        {"free 2", NULL},
        {"realloc 3 200", "#3 is the last block: it grows where it stands; brk moves up by 128"},
        {"realloc 1 64", "#1 grows into the free block #2 behind it: a block of 192 bytes, split "
                         "into blocks of 112 + 80 bytes; brk stays"},
        {"realloc 1 32",
         "the rest merges with 0x411070: a block of 112 bytes; it is not the last block"},
    };
    static const struct line header[] = {
        {"alloc 512", NULL}, {"realloc 1 32", "#1 stays as it is, in a block of 544 bytes"}};
    static const struct line page[] = {
        {"set growth page", NULL},
        {"alloc 4080", NULL},
        {"realloc 1 4096", "#1 is the last block: it grows where it stands, split into blocks of "
                           "4112 + 4080 bytes; brk moves up by 4096"},
        {"repeat 2 realloc 1 16", "2 requests; brk moved down"},
    };
    SAYS(HEAP_FIRST_FIT, first);
    SAYS(HEAP_BEST_FIT, guarded);
    SAYS(HEAP_HEADER, header);
    SAYS(HEAP_FIRST_FIT, page);
}

/* The block that comes out of quarantine is told, whatever becomes of it. */
static void the_oldest_in_quarantine_is_let_go(void **unused)
{
    (void)unused;
    static const struct line list[] = {
        {"set quarantine 2", NULL},
        {"repeat 6 alloc 16", NULL},
        {"free 1", "#1 goes into quarantine, where 1 of 2 are: nobody gets its bytes until 2 more "
                   "have been freed; brk stays"},
        {"free 6",
         "where 2 of 2 are: nobody gets its bytes until 2 more have been freed; brk stays"},
        {"free 2", "where 2 of 2 are: nobody gets its bytes until 2 more have been freed; the "
                   "oldest is let go: it is only marked "
                   "free; brk stays"},
        {"free 4", "the oldest is let go: sbrk(-"},
    };
    static const struct line merged = {
        "free 5", "the oldest is let go: it merges with a free neighbour; brk stays"};
    struct line fits[7];
    memcpy(fits, list, sizeof list);
    fits[4].sentence = "the oldest is let go: it goes into the free list; brk stays";
    fits[6] = merged;
    SAYS(HEAP_HEADER, list);
    SAYS(HEAP_FIRST_FIT, fits);
}

static void a_long_search_is_summed_up(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat 2000 alloc 16");
    try_ok("alloc 64");
    try_says("#4 (in use), 1995 more, #2000 (in use): nothing fits");
    try_close();
}

static void a_refusal_is_told_as_sbrk_tells_it(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("limit 100");
    try_fails("sbrk 200", "sbrk(200) = (void *) -1");
    try_ok("steps");
    try_tells("calls sbrk(200): (void *) -1, the limit refuses");
    try_close();
}

static void what_is_stuck(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("repeat 5 alloc 32");
    try_ok("free 2 3");
    try_ok("stats");
    try_tells(
        "128 bytes lie free in 2 blocks below the last one: brk can move down only from the top");
    try_tells("1 free block stands beside a free neighbour, not merged (header never coalesces): "
              "the largest request that fits "
              "without moving brk is 32, merged it would be 96");
    try_ok("sbrk 16");
    try_ok("stats");
    try_tells("The top 16 bytes are foreign");
    try_close();
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 32");
    try_ok("set trim off");
    try_ok("free 1");
    try_ok("stats");
    try_tells("(48 bytes, free) is stuck at the top: trim is off");
    try_close();
    try_open(HEAP_BUMP);
    try_ok("alloc 32");
    try_ok("stats");
    try_tells("Everything is stuck: bump keeps no record");
    try_close();
}

/* Every step has a line of its own, numbered. */
static void steps_in_lines(void **unused)
{
    (void)unused;
    static const char *const expected[] = {
        "  1. looks at #1: free, holds 208 >= 96: ",
        "takes #3",
        "cuts ",
        "merges ",
        "puts ",
        "out of the free list",
        "writes size_flags of ",
        "calls sbrk(",
        "copies ",
        " foreign bytes at 0x",
        "writes root.top: ",
        "best so far",
        "no better",
        "too small",
    };
    static const char *const lines[] = {
        "alloc 200",     "alloc 16",   "alloc 100",       "alloc 16", "free 1 3",      "alloc 90",
        "alloc 20",      "free 2",     "realloc 5 500",   "sbrk 24",  "alloc 900",     "free all",
        "alloc 16",      "alloc 2000", "aligned 1024 16", "reset",    "alloc 48 as a", "alloc 16",
        "alloc 96 as b", "alloc 16",   "free a b",        "alloc 16",
    };
    bool seen[sizeof expected / sizeof expected[0]] = {false};
    try_open(HEAP_BEST_FIT);
    try_fails("steps", "no command has changed the heap yet");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        try_ok("%s", lines[i]);
        try_ok("steps");
        for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++)
            seen[k] |= strstr(try_lab.last->text, expected[k]) != NULL;
    }
    for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++)
        if (!seen[k]) fail_msg("no step \"%s\"", expected[k]);
    try_ok("speed 100");
    try_ok("alloc 16");
    try_tells("  1. looks at");
    try_ok("speed off");
    try_close();
}

static void lines_of_c(void **unused)
{
    (void)unused;
    static const struct line list[] = {
        {"alloc 64 as buf", "buf = malloc(64);"},
        {"calloc 3 8", "p2 = calloc(3, 8);"},
        {"aligned 64 8", "p3 = aligned_alloc(64, 8);"},
        {"realloc buf 9", "buf = realloc(buf, 9);"},
        {"fill 2 0xff", "memset(p2, 0xff, 24);"},
        {"write 2 4 \"a\\n\\\"\"", "memcpy(p2 + 4, \"a\\x0a\\x22\", 3);"},
        {"sbrk -0", "p = sbrk(0);"},
        {"free buf", "free(buf);"},
        {"repeat 5 alloc 8", ""},
        {"free 2 3 4", "free(p2); free(p3); free(p4);"},
        {"free all", "free(p5); free(p6); free(p7); free(p8);"},
    };
    try_open(HEAP_FIRST_FIT);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        try_ok("%s", list[i].command);
        const char *c = try_lab.last->c_line ? try_lab.last->c_line : "";
        if (strcmp(c, list[i].sentence) != 0) fail_msg("%s: \"%s\"", list[i].command, c);
    }
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_heap_has_no_last_block),
        cmocka_unit_test(switches_in_words),
        cmocka_unit_test(header_in_words),
        cmocka_unit_test(the_fits_in_words),
        cmocka_unit_test(a_realloc_in_place_in_words),
        cmocka_unit_test(the_oldest_in_quarantine_is_let_go),
        cmocka_unit_test(a_long_search_is_summed_up),
        cmocka_unit_test(a_refusal_is_told_as_sbrk_tells_it),
        cmocka_unit_test(what_is_stuck),
        cmocka_unit_test(steps_in_lines),
        cmocka_unit_test(lines_of_c),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
