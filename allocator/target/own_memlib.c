/* own_memlib.c: the memlib that a stranger's allocator is linked to, over the heap of whoever runs
 * it (own.h: own_memory_*). mem_sbrk never takes memory back, as in the labs' memlib. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "allocator/target/own.h"
#include "allocator/target/own_memlib.h"

void *mem_sbrk(intptr_t bytes)
{
    /* Declared with int, a negative one may come without its upper half: no heap has so much. */
    uintptr_t before = bytes < 0 || bytes > INT32_MAX ? 0 : own_memory_grow((uintptr_t)bytes);
    if (before == 0) errno = ENOMEM;
    return before == 0 ? (void *)-1 /* NOLINT(performance-no-int-to-ptr) */
                       : (void *)before; /* NOLINT(performance-no-int-to-ptr) */
}

void mem_init(void) {}
void mem_deinit(void) {}
void mem_reset_brk(void) { own_memory_reset(); }
void *mem_heap_lo(void) { return (void *)own_memory_start(); }
void *mem_heap_hi(void) { return (void *)(own_memory_brk() - 1); }
size_t mem_heapsize(void) { return own_memory_size(); }
size_t mem_pagesize(void) { return (size_t)sysconf(_SC_PAGESIZE); }

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

/* What is linked with --wrap=sbrk calls this. */
char *__wrap_sbrk(int bytes) { return mem_sbrk(bytes); }
