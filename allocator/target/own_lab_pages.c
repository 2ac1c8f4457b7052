/* own_lab_pages.c: the memlib of CS4400 in the lab. Pages come of the process's own break: the
 * lowest run of pages that were given back, or brk moves up. What is unmapped can't be touched, and
 * brk moves down where it is the last. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "allocator/target/own.h"
#include "allocator/target/own_memlib.h"

enum { FOREIGN, MAPPED, UNMAPPED }; /* foreign: of somebody else who has moved brk, or beyond it */

static struct {
    unsigned char *is; /* by page, from start on; NULL: not this form */
    size_t n, n_mapped;
    uintptr_t start;
} pages;

static size_t page(void) { return mem_pagesize(); }
static uintptr_t round_up(uintptr_t to) { return (to + page() - 1) / page() * page(); }

bool own_pages_init(size_t most)
{
    void *p = mmap(NULL, most / page(), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    pages.is = p;
    pages.n = most / page();
    pages.start = round_up(own_memory_start());
    return true;
}

size_t own_pages_bytes(void) { return pages.n_mapped * page(); }

static uintptr_t at(size_t i) { return pages.start + i * page(); }

/* Pages up to brk. */
static size_t n_below(void)
{
    uintptr_t brk = own_memory_brk();
    size_t n = brk > pages.start ? (brk - pages.start) / page() : 0;
    return n < pages.n ? n : pages.n;
}

static size_t pages_of(size_t bytes) { return bytes / page() + (bytes % page() > 0); }

static bool protect(size_t first, size_t n, int how)
{
    return mprotect((void *)at(first), n * page(), how) == 0; /* NOLINT */
}

/* The lowest run of n pages that were given back; pages.n: there is none. */
static size_t find(size_t n)
{
    size_t run = 0, all = n_below();
    for (size_t i = 0; i < all; i++) {
        run = pages.is[i] == UNMAPPED ? run + 1 : 0;
        if (run == n) return i + 1 - n;
    }
    return pages.n;
}

static size_t grow(size_t n)
{
    uintptr_t brk = own_memory_brk(), place = round_up(brk);
    if (n > pages.n || (place - pages.start) / page() > pages.n - n) return pages.n;
    uintptr_t before = own_memory_grow(place - brk + n * page());
    return before == brk ? (place - pages.start) / page() : pages.n;
}

void *mem_map(size_t bytes)
{
    size_t n = pages_of(bytes), first = pages.n;
    if (pages.is && n > 0) first = find(n);
    if (pages.is && n > 0 && first == pages.n) first = grow(n);
    if (first == pages.n || !protect(first, n, PROT_READ | PROT_WRITE)) {
        if (pages.is) own_lab_tell(STEP_MAP, bytes, 0, 0);
        errno = ENOMEM;
        return NULL;
    }
    for (size_t i = first; i < first + n; i++)
        pages.is[i] = MAPPED;
    pages.n_mapped += n;
    own_lab_tell(STEP_MAP, n * page(), at(first), at(first + n));
    return (void *)at(first); /* NOLINT(performance-no-int-to-ptr) */
}

/* The last pages up to brk, if they are unmapped. */
static void give_back(void)
{
    size_t all = n_below(), first = all;
    if (own_memory_brk() != at(all)) return;
    while (first > 0 && pages.is[first - 1] == UNMAPPED)
        first--;
    /* Who gives back looks at what he gives. */
    if (first == all || !protect(first, all - first, PROT_READ | PROT_WRITE)) return;
    if (!own_lab_shrink(at(first))) {
        (void)protect(first, all - first, PROT_NONE);
        return;
    }
    for (size_t i = first; i < all; i++)
        pages.is[i] = FOREIGN;
}

static void unmap(size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++)
        pages.is[i] = UNMAPPED;
    pages.n_mapped -= n;
    /* zero, when they come again */
    (void)madvise((void *)at(first), n * page(), MADV_DONTNEED); /* NOLINT */
    (void)protect(first, n, PROT_NONE);
    own_lab_tell(STEP_UNMAP, n * page(), at(first), at(first + n));
}

/* What bytes of pages are here: false, none. */
static bool run_of(uintptr_t from, size_t bytes, size_t *first, size_t *n)
{
    if (!pages.is || from < pages.start || bytes > SIZE_MAX / 2) return false;
    *first = (from - pages.start) / page();
    *n = pages_of(bytes + from % page());
    return *first < n_below() && *n <= n_below() - *first;
}

/* Those of them that are mapped, run by run. */
static void unmap_all(size_t first, size_t n)
{
    for (size_t i = first, run = 0; i <= first + n; i++) {
        bool mapped = i < first + n && pages.is[i] == MAPPED;
        if (!mapped && run > 0) unmap(i - run, run);
        run = mapped ? run + 1 : 0;
    }
    give_back();
}

void mem_unmap(void *p, size_t bytes)
{
    size_t first, n;
    if ((uintptr_t)p % page() == 0 && run_of((uintptr_t)p, bytes, &first, &n)) unmap_all(first, n);
}

int mem_is_mapped(void *p, size_t bytes)
{
    size_t first, n;
    if (!run_of((uintptr_t)p, bytes, &first, &n)) return 0;
    for (size_t i = first; i < first + n; i++)
        if (pages.is[i] != MAPPED) return 0;
    return 1;
}

void mem_reset(void) { own_pages_reset(); }

void own_pages_reset(void)
{
    if (pages.is) unmap_all(0, n_below());
}

bool own_pages_hold(uintptr_t lo, uintptr_t hi)
{
    return hi >= lo && mem_is_mapped((void *)lo, hi - lo); /* NOLINT(performance-no-int-to-ptr) */
}
