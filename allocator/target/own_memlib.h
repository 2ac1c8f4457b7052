/* own_memlib.h: the names that a stranger's allocator is linked to, as the labs' memlib.h has them.
 * own.syms exports them. */
#ifndef OWN_MEMLIB_H
#define OWN_MEMLIB_H

#include <stddef.h>
#include <stdint.h>

void mem_init(void);
void mem_deinit(void);
void mem_reset_brk(void);
/* The old brk; (void *)-1 and ENOMEM if bytes is negative or beyond what the heap may have. */
void *mem_sbrk(intptr_t bytes);
void *mem_heap_lo(void);
void *mem_heap_hi(void); /* the last byte */
size_t mem_heapsize(void);
size_t mem_pagesize(void);
void *mem_memcpy(void *to, const void *from, size_t n);
void *mem_memset(void *to, int c, size_t n);
uint64_t mem_read(const void *from, size_t n);
void mem_write(void *to, uint64_t value, size_t n);
void hprobe(void *p, int offset, size_t count);
/* NULL: there is no more. */
void *mem_map(size_t bytes);
void mem_unmap(void *p, size_t bytes);
int mem_is_mapped(void *p, size_t bytes);
void mem_reset(void);
char *__wrap_sbrk(int bytes);
void *mm_memcpy(void *to, const void *from, size_t n);
void *mm_memset(void *to, int c, size_t n);
void *mm_sbrk(intptr_t bytes);
void *mm_heap_lo(void);
void *mm_heap_hi(void);
size_t mm_heapsize(void);
size_t mm_pagesize(void);

/* An assert that has failed; told with what it said. */
void __assert_fail(const char *what, const char *file, unsigned line, const char *function)
    __attribute__((noreturn));

#endif
