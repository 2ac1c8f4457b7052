/* room.c: see room.h. */
#include "tests/support/room.h"

#include <stdint.h>
#include <sys/mman.h>

#define ROOM_BYTES (INT64_C(1) << 30)

static void *room_sbrk(const struct growth *self, intptr_t delta)
{
    struct room *r = (struct room *)(uintptr_t)self; /* its first member */
    int64_t now = r->brk - r->start;
    if (delta < -now || delta > ROOM_BYTES - now) return (void *)-1;
    unsigned char *was = r->brk;
    r->brk += delta;
    return was;
}

bool room_init(struct room *r)
{
    void *start = mmap(NULL, ROOM_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    *r = (struct room){{.sbrk = room_sbrk}, start, start};
    return start != MAP_FAILED;
}

void room_empty(struct room *r) { r->brk = r->start; }
void room_release(struct room *r) { munmap(r->start, ROOM_BYTES); }
