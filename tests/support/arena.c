/* arena.c: see arena.h. */
#include "arena.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#endif

#define ARENA_SCRIBBLE 0xdb

static _Alignas(4096) unsigned char arena_bytes[ARENA_MOST];

static bool arena_move(struct arena *a, intptr_t delta)
{
    if (delta > 0 ? (uintptr_t)delta > a->end - a->brk : 0 - (uintptr_t)delta > a->brk - a->base)
        return false;
    uintptr_t brk = a->brk + (uintptr_t)delta;
    if (delta < 0) memset((void *)brk, ARENA_SCRIBBLE, a->brk - brk);
    a->brk = brk;
    ASAN_UNPOISON_MEMORY_REGION(arena_bytes, brk - (uintptr_t)arena_bytes);
    ASAN_POISON_MEMORY_REGION((void *)brk, a->end - brk);
    return true;
}

static void *arena_sbrk(const struct growth *self, intptr_t delta)
{
    struct arena *a = (struct arena *)(uintptr_t)self;
    uintptr_t before;
    if (delta != 0) a->moves++;
    if (delta != 0 && a->moves == a->stray_at) assert(arena_move(a, a->stray));
    before = a->brk;
    if (a->deaf && delta < 0) return (void *)before;
    if (a->silent || (delta != 0 && a->moves == a->fail_at) || !arena_move(a, delta)) {
        errno = ENOMEM;
        return (void *)-1;
    }
    return (void *)before;
}

void arena_init(struct arena *a, size_t bytes, size_t offset)
{
    assert(bytes <= sizeof arena_bytes && offset <= bytes);
    ASAN_UNPOISON_MEMORY_REGION(arena_bytes, sizeof arena_bytes);
    memset(arena_bytes, 0, bytes);
    uintptr_t base = (uintptr_t)arena_bytes;
    *a = (struct arena){
        .growth = {arena_sbrk}, .base = base, .brk = base + offset, .end = base + bytes};
}

void arena_fail(struct arena *a, unsigned n) { a->fail_at = a->moves + n; }

void arena_stray(struct arena *a, unsigned n, intptr_t delta)
{
    a->stray_at = a->moves + n;
    a->stray = delta;
}

uintptr_t arena_foreign(struct arena *a, intptr_t delta)
{
    uintptr_t before = a->brk;
    bool moved = arena_move(a, delta);
    assert(moved);
    return moved ? before : 0;
}
