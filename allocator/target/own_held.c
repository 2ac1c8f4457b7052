/* own_held.c: which word of the heap led to the address that a fault is about: it is that address,
 * or as the size of a block, at or before the word, it leads there. The address is what the signal
 * says, or a register near it, for code reads a member of what it points to; one that no processor
 * takes is not said by the signal: then it is any such one of a register. */
#include <string.h>

#include "allocator/target/own.h"

enum { NEAR = 4096, NULL_PAGE = 4096, WORD = 4, HEADER_MOST = 16, FLAGS = 7 };

static bool is_near(uint64_t a, uint64_t b) { return a - b <= NEAR || b - a <= NEAR; }

static bool is_no_address(uint64_t value)
{
    return value >> 47 != 0 && value >> 47 != UINT64_MAX >> 47;
}

/* A size counts from the word, or from a payload that begins behind it; as addresses do, it goes
 * round. */
static bool leads(uintptr_t at, uint64_t word, uint64_t to)
{
    uintptr_t size = (uintptr_t)(to - at), says = (uintptr_t)(word & ~(uint64_t)FLAGS);
    for (uintptr_t header = 0; header <= HEADER_MOST; header += WORD)
        if (size - header == says) return true;
    return false;
}

static void take(volatile struct own_result *r, uintptr_t at, uint64_t word, uint32_t bytes,
                 bool as_size)
{
    r->held = word;
    r->held_at = at;
    r->held_bytes = bytes;
    r->held_size = as_size;
    r->n_held++;
}

static void seek(volatile struct own_result *r, uint64_t to, uintptr_t lo, uintptr_t hi)
{
    uint32_t wide = to > UINT32_MAX ? 8 : 4;
    for (uintptr_t at = lo; at + 8 <= hi; at += WORD) {
        uint64_t eight;
        memcpy(&eight, (const void *)at, sizeof eight);
        uint64_t four = (uint32_t)eight;
        if ((wide == 8 ? eight : four) == to)
            take(r, at, to, wide, false);
        else if (leads(at, four, to))
            take(r, at, four, 4, true);
        else if (eight > UINT32_MAX && leads(at, eight, to))
            take(r, at, eight, 8, true);
    }
}

void own_held_find(volatile struct own_result *r)
{
    const volatile uint64_t *registers = r->registers;
    size_t n = r->n_registers;
    uintptr_t lo = own_memory_start(), hi = own_memory_brk();
    if (hi > own_memory_touchable()) hi = own_memory_touchable();
    r->n_held = 0;
    for (size_t i = 0; i <= n; i++) { /* the n-th is what the signal says */
        uint64_t value = i < n ? registers[i] : r->at;
        bool about = r->at ? is_near(value, r->at) : is_no_address(value);
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || registers[k] == value;
        if (about && !again && value >= NULL_PAGE && (value < lo || value >= hi))
            seek(r, value, lo, hi);
    }
}
