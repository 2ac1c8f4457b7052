/* own.h: brkview-own and brkview-target-own from the inside: a stranger's allocator is loaded, and
 * a trace is run on it (brkview-own: one process does one job and ends), or it stands in the lab.
 * Neither allocates anything by libc's malloc once the stranger's code runs. */
#ifndef TARGET_OWN_H
#define TARGET_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/own.h"
#include "allocator/format/steps.h"

struct mm_block; /* brkview.h */

struct own {
    const struct own_job *job;
    volatile struct own_result *result;
    union {
        int (*number)(void);
        bool (*truth)(void);
        int (*number_of_segment)(void *start, size_t bytes);
        bool (*truth_of_segment)(void *start, size_t bytes);
    } init;
    void *(*malloc)(size_t size);
    void *(*realloc)(void *p, size_t size); /* NULL: there is none */
    void (*free)(void *p);
    union {
        bool (*judges)(int line);
        void (*looks)(int line);
    } check; /* either NULL: there is none */
    void *(*calloc)(size_t n, size_t size); /* NULL: there is none */
    int (*says)(int line); /* the same, for the lab: what it returns is judged outside */
    size_t (*blocks)(struct mm_block *b, size_t n); /* NULL: there is none */
};

/* ── Loading (own_load.c) ── */

/* Load the library at path, and find what o calls by these names; "": there is none.
 * o->result->base becomes where it lies. NULL, or in words why not. */
const char *own_load(struct own *o, const char *path, const char (*name)[OWN_NAME]);
void own_print_at_once(void);

/* ── The heap that memlib gives (own_memlib.c): own_memory.c's in brkview-own, the process's own
 * break in brkview-target-own (own_lab.c). ── */

/* Of own_memory.c: room for a heap of most bytes below 4 GiB. guarded: pages beyond brk can't be
 * touched; else they can, and growing costs nothing. False: there is none. */
bool own_memory_init(size_t most, bool guarded);
/* From now on all of it can be touched, of pages as large as the kernel has; but what is written on
 * pages beyond brk is found when brk comes there. False: it can't be. */
bool own_memory_open(void);
/* An address beyond brk, as it was then, where something other than zero was found; 0: nowhere so
 * far. look: what lies beyond brk now is looked at, too, as far as it is near. */
uintptr_t own_memory_spoiled(bool look);
void own_memory_reset(void); /* brk goes back; the bytes stay as they are */
uintptr_t own_memory_start(void);
uintptr_t own_memory_brk(void);
uintptr_t own_memory_touchable(void); /* below it all of the heap can be read */
/* Where brk was; 0, and nothing has moved: there is no more. */
uintptr_t own_memory_grow(uintptr_t bytes);

/* Of heaps that mem_sbrk does not grow: brk is their start and this. */
void own_memory_set_size(size_t bytes);
size_t own_memory_size(void); /* what mem_heapsize says */

/* ── Pages that mem_map gives: own_pages.c's in brkview-own, instead of all of own_memory's;
 * own_lab_pages.c's in brkview-target-own. ── */

bool own_pages_init(size_t most); /* once there is a heap to begin at; false: no memory */
void own_pages_reset(void); /* none is mapped */
bool own_pages_hold(uintptr_t lo, uintptr_t hi); /* all bytes of [lo, hi) are on such */

size_t own_pages_bytes(void); /* that are mapped; of own_lab_pages.c */

/* ── What the lab's pages need of its heap (own_lab.c) ── */

/* Give back what lies from to on, which can be read. False: something else has moved brk. */
bool own_lab_shrink(uintptr_t to);
void own_lab_tell(enum step_kind kind, size_t bytes, uintptr_t from, uintptr_t to);

/* ── What lives (own_ranges.c): payloads by address. ── */

#define OWN_NONE UINT32_MAX

/* Room for payloads named 0 to n - 1, that lie within [from, from + bytes) and begin at multiples
 * of align, a power of two; bytes 0: anywhere. False: no memory. */
bool own_ranges_init(uint32_t n, uintptr_t from, size_t bytes, unsigned align);
void own_ranges_clear(void);
/* The payload that [lo, hi), which is not empty, overlaps, or OWN_NONE, after which it is one of
 * them, as name. To find that none does takes O(log n) on average, whatever the addresses and
 * however large it is. */
uint32_t own_ranges_add(uint32_t name, uintptr_t lo, uintptr_t hi);
/* The payload that has a byte of [lo, hi), or OWN_NONE. */
uint32_t own_ranges_find(uintptr_t lo, uintptr_t hi);
void own_ranges_remove(uint32_t name);

/* ── Bytes that are watched (own_watch.c), if the job names some ── */

void own_watch_begin(struct own *o); /* of a round, behind init */
void own_watch(void); /* an operation is done */
void own_watch_freed(uintptr_t lo, uintptr_t hi); /* a payload ends */
void own_watch_end(void); /* a fault was found */
/* Those bytes as they are, OWN_WATCH_MOST of them; zeros, where they can't be touched. */
void own_watch_bytes(unsigned char *to);

/* ── Which instruction changes them (own_step.c) ── */

/* The stranger's functions are called step by step, until the end: result->wrote is where the last
 * change of what is watched was made, if it was made in one of them. */
void own_step_begin(struct own *o);
void own_step_end(struct own *o);

/* ── Where the address that a signal is about came from (own_held.c) ── */

void own_held_find(volatile struct own_result *r);

/* ── Signals and asserts (own_trap.c) ── */

/* What ends the process is written to result, and then end is called, which does not return. */
void own_trap_init(volatile struct own_result *result, void (*end)(void));

/* ── What the process may do (own_cage.c) ── */

/* key: with that as its third argument, clone makes what lab_copy.c asks for; 0: nothing does. */
void own_cage_close(uint64_t key);

/* ── The passes. They end early with result->fault. ── */

void own_check(struct own *o);
void own_time(struct own *o);
/* A counter of this process's instructions, from own_count_begin on; where there is none, 0. */
void own_count_open(void);
void own_count_begin(void);
uint64_t own_count_end(void);
double own_now(void); /* seconds since some moment */
/* An empty heap, and init. False: it says that it failed, and fault says so. */
bool own_begin_round(struct own *o, uint32_t round);
/* As realloc, where the stranger has none: made of the others. was: the old payload's bytes. */
void *own_realloc(struct own *o, void *p, size_t was, size_t size);

#endif
