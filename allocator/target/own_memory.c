/* own_memory.c: the heap of brkview-own: one mapping below 4 GiB, so that code which keeps
 * addresses in 4 bytes runs. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocator/target/own.h"

static struct {
    uintptr_t start, brk, end;
    uintptr_t open; /* pages up to here can be touched; or, where all can, are given */
    uintptr_t fetched; /* pages up to here were asked for */
    bool watched; /* all can, and those beyond open are to be zero */
    uintptr_t spoiled; /* 0: they are */
    size_t page;
} heap;

bool own_memory_init(size_t most, bool guarded)
{
    heap.page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (most + heap.page - 1) / heap.page * heap.page;
    /* The page behind stays closed. The same addresses every time: the process's own
     * brk begins within 1 GiB behind its program, which lies near 0x400000. */
    for (uintptr_t at = 0x50000000; at + bytes < UINT32_MAX - heap.page; at += 0x8000000) {
        void *p = mmap((void *)at, bytes + heap.page, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (p == MAP_FAILED) continue;
        if (p != (void *)at) { /* a kernel that does not know the flag */
            munmap(p, bytes + heap.page);
            continue;
        }
        heap.start = heap.brk = heap.open = at;
        heap.end = at + most;
        if (guarded) return true;
        heap.open = at + bytes;
        return mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0;
    }
    return false;
}

void own_memory_reset(void) { heap.brk = heap.start; }
uintptr_t own_memory_start(void) { return heap.start; }
uintptr_t own_memory_brk(void) { return heap.brk; }
uintptr_t own_memory_touchable(void) { return heap.open; }
size_t own_memory_size(void) { return heap.brk - heap.start; }
void own_memory_set_size(size_t bytes) { heap.brk = heap.start + bytes; }

bool own_memory_open(void)
{
    size_t bytes = (heap.end - heap.start + heap.page - 1) / heap.page * heap.page;
    if (mprotect((void *)heap.start, bytes, PROT_READ | PROT_WRITE) != 0) return false;
    (void)madvise((void *)heap.start, bytes, MADV_HUGEPAGE);
    heap.watched = true;
    return true;
}

enum { NEAR = 256 << 10 }; /* bytes of it that are looked at, of all that is new */

static void look(uintptr_t from, uintptr_t to)
{
    static const char zeros[4096];
    if (to > heap.end) to = heap.end;
    if (to > from + NEAR) to = from + NEAR;
    for (; from < to && !heap.spoiled; from += sizeof zeros) {
        size_t n = to - from < sizeof zeros ? to - from : sizeof zeros;
        if (memcmp((const void *)from, zeros, n) == 0) continue;
        heap.spoiled = from;
        while (*(const char *)heap.spoiled == 0)
            heap.spoiled++;
    }
}

uintptr_t own_memory_spoiled(bool all)
{
    if (all && heap.watched) look(heap.open, heap.end);
    return heap.spoiled;
}

#ifdef MADV_POPULATE_WRITE
enum { SOME = 16 << 10, PIECE = 2 << 20 };

/* Pages that will be written are asked for many at once, each of which is a fault else; where that
 * can't be they come as faults. */
static void fetch(uintptr_t to)
{
    uintptr_t from = heap.open > heap.fetched ? heap.open : heap.fetched;
    if (heap.watched && to <= UINTPTR_MAX - PIECE)
        to = (to + PIECE - 1) / PIECE * PIECE; /* all of it can be touched */
    if (to > heap.end) to = (heap.end + heap.page - 1) / heap.page * heap.page;
    if (to < from + (heap.watched ? 1 : SOME) || to > from + 2 * PIECE) return;
    if (madvise((void *)from, to - from, MADV_POPULATE_WRITE) == 0) heap.fetched = to;
}
#else
static void fetch(uintptr_t to) { (void)to; }
#endif

static bool open_up_to(uintptr_t brk)
{
    if (brk <= heap.open) return true;
    uintptr_t to = (brk + heap.page - 1) / heap.page * heap.page;
    if (!heap.watched && mprotect((void *)heap.open, to - heap.open, PROT_READ | PROT_WRITE) != 0)
        return false;
    fetch(to);
    if (heap.watched) look(heap.open, to);
    heap.open = to;
    return true;
}

uintptr_t own_memory_grow(uintptr_t bytes)
{
    uintptr_t before = heap.brk;
    if (bytes > heap.end - before || !open_up_to(before + bytes)) return 0;
    heap.brk += bytes;
    return before;
}
