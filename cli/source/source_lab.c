/* source_lab.c: the built-in target. */
#include "cli/source/proc.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"
#include "cli/source/target.h"

static void lab_segments(const struct target *t, uint64_t brk, struct segments *to)
{
    const struct segment_marks marks = {
        .end = t->hello.end, .heap_start = t->hello.heap_start, .brk = brk};
    segments_read(to, PROC_PATH, t->pid, &t->layout, &marks);
}

const struct source source_lab = {
    .name = "the lab",
    .can = SOURCE_ASK | SOURCE_WRITE | SOURCE_REPLAY,
    .decides = "it does only what it is told",
    .instead = "a program to watch: `brkview run`, `brkview attach`",
    .ask = target_ask,
    .segments = lab_segments,
    .has_ended = target_has_died,
    .end = target_end,
};
