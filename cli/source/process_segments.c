/* process_segments.c: what a process's mappings are called, and where its threads have their
 * stacks: a thread that waits in a system call, or is stopped, has its stack pointer in /proc. */
#include <stdlib.h>
#include <string.h>

#include "cli/source/process.h"
#include "cli/source/segments.h"

#define ASKED_MOST 64u /* threads, a call */
#define PAGE_LEAST 4096u

static bool stack_known(const struct process *p, pid_t thread)
{
    for (size_t i = 0; i < p->n_stacks; i++)
        if (p->thread_stack[i].thread == thread) return true;
    return false;
}

static bool stack_add(struct process *p, pid_t thread, uint64_t pointer)
{
    if (p->n_stacks == p->stacks_room) {
        size_t room = p->stacks_room ? p->stacks_room * 2 : 16;
        struct segment_stack *moved = reallocarray(p->thread_stack, room, sizeof *moved);
        if (!moved) return false;
        p->thread_stack = moved;
        p->stacks_room = room;
    }
    p->thread_stack[p->n_stacks++] = (struct segment_stack){thread, pointer};
    return true;
}

/* The first thread's stack is [stack]. */
static void stacks_refresh(struct process *p)
{
    uint64_t pc, sp;
    unsigned asked = 0;
    if (!process_threads_refresh(p)) return;
    for (size_t i = p->n_stacks; i-- > 0;)
        if (!proc_list_has(&p->threads, p->thread_stack[i].thread))
            p->thread_stack[i] = p->thread_stack[--p->n_stacks];
    for (size_t i = 0; i < p->threads.n && asked < ASKED_MOST; i++) {
        pid_t thread = p->threads.id[i];
        if (thread == p->pid || stack_known(p, thread)) continue;
        asked++;
        if (proc_where(p->pid, thread, &pc, &sp) && !stack_add(p, thread, sp)) return;
    }
}

void process_segments(struct process *p, uint64_t brk, struct segments *to)
{
    struct segment_marks marks = {.brk = brk};
    uint64_t end;
    process_brk(p, &marks.heap_start, &end);
    if (marks.brk < marks.heap_start) marks.brk = end;
    if (p->layout.n > 0) {
        marks.start = p->layout.part[0].start & ~(uint64_t)(PAGE_LEAST - 1);
        marks.end = p->layout.part[p->layout.n - 1].end;
    }
    stacks_refresh(p);
    marks.stack = p->thread_stack;
    marks.n_stacks = p->n_stacks;
    segments_of(to, &p->maps, &p->layout, &marks);
}
