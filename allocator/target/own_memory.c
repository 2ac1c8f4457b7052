/* own_memory.c: the memlib that a stranger's allocator is linked to: a heap of its own in one
 * mapping below 4 GiB, so that code which keeps addresses in 4 bytes runs. brk never goes down, as
 * in the labs' memlib. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocator/target/own.h"
#include "allocator/target/own_memlib.h"

static struct {
    uintptr_t start, brk, end;
    uintptr_t open; /* pages up to here can be touched; or, where all can, are given */
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

static bool open_up_to(uintptr_t brk)
{
    if (brk <= heap.open) return true;
    uintptr_t to = (brk + heap.page - 1) / heap.page * heap.page;
    if (heap.watched)
        look(heap.open, to);
    else if (mprotect((void *)heap.open, to - heap.open, PROT_READ | PROT_WRITE) != 0)
        return false;
    heap.open = to;
    return true;
}

/* ── memlib ── */

void *mem_sbrk(intptr_t bytes)
{
    uintptr_t before = heap.brk;
    /* Declared with int, a negative one may come without its upper half: that is too much, too. */
    if (bytes < 0 || (uintptr_t)bytes > heap.end - before ||
        !open_up_to(before + (uintptr_t)bytes)) {
        errno = ENOMEM;
        return (void *)-1; /* NOLINT(performance-no-int-to-ptr) */
    }
    heap.brk += (uintptr_t)bytes;
    return (void *)before; /* NOLINT(performance-no-int-to-ptr) */
}

void mem_init(void) {}
void mem_deinit(void) {}
void mem_reset_brk(void) { heap.brk = heap.start; }
void *mem_heap_lo(void) { return (void *)heap.start; }
void *mem_heap_hi(void) { return (void *)(heap.brk - 1); }
size_t mem_heapsize(void) { return heap.brk - heap.start; }
size_t mem_pagesize(void) { return heap.page; }

void *mem_memcpy(void *to, const void *from, size_t n) { return memcpy(to, from, n); }
void *mem_memset(void *to, int c, size_t n) { return memset(to, c, n); }

uint64_t mem_read(const void *from, size_t n)
{
    uint64_t value = 0;
    memcpy(&value, from, n < sizeof value ? n : sizeof value);
    return value;
}

void mem_write(void *to, uint64_t value, size_t n)
{
    memcpy(to, &value, n < sizeof value ? n : sizeof value);
}

/* The bytes in hex, on standard output. */
void hprobe(void *p, int offset, size_t count)
{
    static const char digit[] = "0123456789abcdef";
    const unsigned char *at = (const unsigned char *)p + offset;
    for (size_t i = count; i > 0; i--) { /* the first byte is the lowest, and stands last */
        char two[2] = {digit[at[i - 1] >> 4], digit[at[i - 1] & 15]};
        if (write(STDOUT_FILENO, two, 2) != 2) return;
    }
    if (write(STDOUT_FILENO, "\n", 1) != 1) return;
}

void *mm_memcpy(void *to, const void *from, size_t n) { return memcpy(to, from, n); }
void *mm_memset(void *to, int c, size_t n) { return memset(to, c, n); }
void *mm_sbrk(intptr_t bytes) { return mem_sbrk(bytes); }
void *mm_heap_lo(void) { return mem_heap_lo(); }
void *mm_heap_hi(void) { return mem_heap_hi(); }
size_t mm_heapsize(void) { return mem_heapsize(); }
size_t mm_pagesize(void) { return mem_pagesize(); }
