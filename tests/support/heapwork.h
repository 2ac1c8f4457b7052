/* heapwork.h: the program tests/fixtures/heapwork.c, told what to allocate, and its heap as it is
 * read from outside. */
#ifndef HEAPWORK_H
#define HEAPWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "allocator/format/glibc.h"
#include "cli/source/process.h"
#include "cli/source/process_memory.h"

struct heapwork_block {
    uint64_t address, size;
    uint32_t header;
    unsigned region;
    enum walk_state state, would_be;
    uint16_t bin, cached;
};

struct heapwork {
    pid_t pid;
    int to, from;
    struct process process;
    struct process_memory memory;
    struct glibc_map map[4096]; /* as the last look was given them */
    size_t n_maps;
    uint64_t brk;
    struct glibc_heap heap;
    struct heapwork_block *block; /* of all regions, in order of address */
    size_t n, room;
    size_t n_in_runs; /* of these, so many were taken as runs */
};

/* Start it; setting, "NAME=VALUE" or NULL, stands in its environment. Fails the test if it can't.
 */
void heapwork_start(struct heapwork *h, const char *setting);
void heapwork_end(struct heapwork *h);

/* Tell it a command, printf-like; its answer, valid until the next. */
const char *heapwork_tell(struct heapwork *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The address of a slot, and what malloc_usable_size says. */
uint64_t heapwork_where(struct heapwork *h, int slot, uint64_t *usable);

/* Its mappings, as a look wants them. */
void heapwork_maps(struct heapwork *h);
/* Look, and walk every region: the blocks must tile it. */
enum glibc_result heapwork_look(struct heapwork *h);
/* A look that must find everything sound: says what is wrong if it is not. */
void heapwork_sound(struct heapwork *h);
/* The block whose payload, or some byte of it, is at address; fails the test if there is none. */
const struct heapwork_block *heapwork_block(const struct heapwork *h, uint64_t address);
/* The same sums as mallinfo2 gives, or the test fails. */
void heapwork_same_sums(struct heapwork *h);

#endif
