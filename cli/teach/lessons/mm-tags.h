/* mm-tags.h: lesson 12, the third and the fourth: boundary tags. A block has its size at its end,
 * too, so that whoever is freed finds the block before it, and merges with free neighbours. In
 * mm_init a block of 16 bytes in use stands before the first, and a header of size 0 behind the
 * last, so that nobody looks beyond the heap. */
#include <stddef.h>
#include <stdint.h>

void *mem_sbrk(int bytes);
void *mem_heap_lo(void);

#define USED 1u

static uint64_t size_of(const uint64_t *block) { return *block & ~(uint64_t)7; }
static uint64_t *next_of(uint64_t *block) { return block + size_of(block) / 8; }

static void put_header(uint64_t *block, uint64_t size, uint64_t used) { *block = size | used; }
static void put_footer(uint64_t *block) { block[size_of(block) / 8 - 1] = *block; }
static void put(uint64_t *block, uint64_t size, uint64_t used)
{
    put_header(block, size, used);
    put_footer(block);
}

int mm_init(void)
{
    uint64_t *b = mem_sbrk(24);
    if (b == (void *)-1) return -1;
    put(b, 16, USED);
    put_header(b + 2, 0, USED);
    return 0;
}

static uint64_t *merge(uint64_t *b)
{
    uint64_t *behind = next_of(b);
    if (!(*behind & USED)) put(b, size_of(b) + size_of(behind), 0);
    uint64_t before = b[-1]; /* its footer */
    if (before & USED) return b;
    uint64_t *first = b - (before & ~(uint64_t)7) / 8;
    put(first, (before & ~(uint64_t)7) + size_of(b), 0);
    return first;
}

/* What was the last header becomes the new block's. */
static uint64_t *grow(uint64_t size)
{
    uint64_t *b = mem_sbrk((int)size);
    if (b == (void *)-1) return NULL;
    put(b - 1, size, 0);
    put_header(next_of(b - 1), 0, USED);
    return merge(b - 1);
}

static uint64_t *find(uint64_t size)
{
    for (uint64_t *b = mem_heap_lo(); size_of(b) > 0; b = next_of(b))
        if (!(*b & USED) && size_of(b) >= size) return b;
    return NULL;
}

static void take(uint64_t *b, uint64_t size)
{
    uint64_t rest = size_of(b) - size;
    if (rest < 24) size += rest, rest = 0;
    put(b, size, USED);
    if (rest) PUT_REST(next_of(b), rest);
}

void *mm_malloc(size_t n)
{
    uint64_t size = 16 + (n + 7) / 8 * 8;
    if (size < 24) size = 24;
    uint64_t *b = find(size);
    if (!b) b = grow(size);
    if (!b) return NULL;
    take(b, size);
    return b + 1;
}

void mm_free(void *p)
{
    if (!p) return;
    uint64_t *b = (uint64_t *)p - 1;
    put(b, size_of(b), 0);
    merge(b);
}
