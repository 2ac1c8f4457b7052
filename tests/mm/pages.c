/* pages.c: of CS4400's form: pages by mem_map, no realloc. A small payload has a page of its own
 * kind, large ones have pages of their own; both are unmapped when nothing of them is left. Sound,
 * unless what includes it says otherwise. */
#include <stddef.h>
#include <stdint.h>

#include "memlib.h"
#include "mm.h"

#ifndef EMPTY /* the page's memory goes back */
#define EMPTY(run) ((run)->n_live == 0)
#endif
#ifndef ASKED /* bytes of pages for a large payload */
#define ASKED(bytes) (bytes)
#endif

struct run {
    uint32_t n_live, taken; /* payloads; bytes */
    uint64_t bytes;
};

static struct run *open_run; /* small payloads are still put here */

int mm_init(void)
{
    open_run = NULL;
    return 0;
}

static struct run *run_of(void *p)
{
    return (void *)((uintptr_t)p & ~(uintptr_t)(mem_pagesize() - 1));
}

static void *take(struct run *run, size_t bytes)
{
    void *p = (char *)run + run->taken;
    run->taken += (uint32_t)bytes;
    run->n_live++;
    return p;
}

static struct run *map(size_t bytes)
{
    size_t page = mem_pagesize();
    struct run *run = mem_map((bytes + page - 1) / page * page);
    if (!run) return NULL;
    run->bytes = (bytes + page - 1) / page * page;
    run->taken = sizeof *run;
    return run;
}

static void give_back(struct run *run)
{
    if (run == open_run || !EMPTY(run)) return;
    mem_unmap(run, run->bytes);
}

void *mm_malloc(size_t n)
{
    size_t bytes = (n + 15) & ~(size_t)15, page = mem_pagesize();
    if (bytes + sizeof *open_run > page / 4) {
        struct run *run = map(ASKED(bytes) + sizeof *run);
        return run ? take(run, bytes) : NULL;
    }
    if (!open_run || open_run->taken + bytes > page) {
        struct run *before = open_run;
        if ((open_run = map(page)) == NULL) return NULL;
        if (before) give_back(before);
    }
    return take(open_run, bytes);
}

void mm_free(void *p)
{
    if (!p) return;
    run_of(p)->n_live--;
    give_back(run_of(p));
}
