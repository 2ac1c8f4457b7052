/* own_pages.c: the memlib of CS4400: pages are mapped and unmapped one run by one, in no order that
 * an allocator may rely on: from the top of own_memory's room down, where they fit first. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "allocator/target/own.h"
#include "allocator/target/own_memlib.h"

static struct {
    unsigned char *mapped; /* by page, from own_memory_start on: 1 or 0; NULL: not this form */
    size_t n, n_mapped;
    size_t full_from; /* pages from here on are all mapped */
} pages;

bool own_pages_init(size_t most)
{
    void *p = mmap(NULL, most / mem_pagesize() + 1, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return false;
    pages.mapped = p;
    pages.n = pages.full_from = most / mem_pagesize();
    return true;
}

static void *at(size_t page)
{
    return (void *)(own_memory_start() +
                    page * mem_pagesize()); /* NOLINT(performance-no-int-to-ptr) */
}

static void set(size_t first, size_t n, unsigned char mapped)
{
    for (size_t i = first; i < first + n; i++) {
        pages.n_mapped += mapped;
        pages.n_mapped -= pages.mapped[i];
        pages.mapped[i] = mapped;
    }
    if (!mapped && first + n > pages.full_from) pages.full_from = first + n;
    while (pages.full_from > 0 && pages.mapped[pages.full_from - 1])
        pages.full_from--;
    own_memory_set_size(pages.n_mapped * mem_pagesize());
}

/* The highest run of n pages that are not mapped; pages.n: there is none. */
static size_t find(size_t n)
{
    size_t run = 0;
    for (size_t i = pages.full_from; i-- > 0;) {
        run = pages.mapped[i] ? 0 : run + 1;
        if (run == n) return i;
    }
    return pages.n;
}

static size_t pages_of(size_t bytes)
{
    return bytes / mem_pagesize() + (bytes % mem_pagesize() > 0);
}

void *mem_map(size_t bytes)
{
    size_t n = pages_of(bytes), first = n > 0 && n <= pages.n ? find(n) : pages.n;
    if (!pages.mapped || first == pages.n ||
        mprotect(at(first), n * mem_pagesize(), PROT_READ | PROT_WRITE) != 0) {
        errno = ENOMEM;
        return NULL;
    }
    set(first, n, 1);
    return at(first);
}

/* What bytes of pages are here: false, none. */
static bool run_of(const void *p, size_t bytes, size_t *first, size_t *n)
{
    uintptr_t from = (uintptr_t)p;
    if (!pages.mapped || from < own_memory_start()) return false;
    *first = (from - own_memory_start()) / mem_pagesize();
    *n = pages_of(bytes + from % mem_pagesize());
    return bytes <= SIZE_MAX / 2 && *first < pages.n && *n <= pages.n - *first;
}

void mem_unmap(void *p, size_t bytes)
{
    size_t first, n;
    if ((uintptr_t)p % mem_pagesize() != 0 || !run_of(p, bytes, &first, &n) || n == 0) return;
    (void)madvise(at(first), n * mem_pagesize(), MADV_DONTNEED); /* zero, when they come again */
    (void)mprotect(at(first), n * mem_pagesize(), PROT_NONE);
    set(first, n, 0);
}

int mem_is_mapped(void *p, size_t bytes)
{
    size_t first, n;
    if (!run_of(p, bytes, &first, &n)) return 0;
    for (size_t i = first; i < first + n; i++)
        if (!pages.mapped[i]) return 0;
    return 1;
}

void mem_reset(void) { own_pages_reset(); }

void own_pages_reset(void)
{
    if (pages.mapped && pages.n_mapped > 0) mem_unmap(at(0), pages.n * mem_pagesize());
}

bool own_pages_hold(uintptr_t lo, uintptr_t hi)
{
    return hi >= lo && mem_is_mapped((void *)lo, hi - lo); /* NOLINT(performance-no-int-to-ptr) */
}
