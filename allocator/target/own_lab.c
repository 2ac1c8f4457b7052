/* own_lab.c: brkview-target-own LIBRARY RETURNS NAME...: the lab, where the policy own is a
 * stranger's allocator, over this process's own break. RETURNS says what mm_init returns, "int" or
 * "bool"; the names are those of the library's functions, in the order of enum own_call. */
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "allocator/format/brkview.h"
#include "allocator/format/wire.h"
#include "allocator/growth.h"
#include "allocator/policy.h"
#include "allocator/target/lab.h"
#include "allocator/target/own.h"

static struct heap *heap; /* of the policy own, once it has begun */
static struct own own;
static bool bool_init;

/* ── The heap that memlib gives ── */

uintptr_t own_memory_start(void) { return heap ? heap->root.start : 0; }
uintptr_t own_memory_brk(void) { return heap ? growth_brk(heap) : 0; }

uintptr_t own_memory_grow(uintptr_t bytes)
{
    uintptr_t before = 0;
    return heap && growth_give(heap, bytes, &before) == HEAP_OK ? before : 0;
}

/* A heap begins where brk is: nothing was given yet that could be taken back. */
void own_memory_reset(void) {}

/* ── The policy ── */

static struct policy_made made(void *p)
{
    return (struct policy_made){p ? HEAP_OK : HEAP_GAVE_NULL, (uintptr_t)p};
}

static enum heap_status own_begin(struct heap *h)
{
    heap = h;
    own.result->stage = OWN_INIT;
    bool ok = bool_init ? own.init.truth() : own.init.number() >= 0;
    own.result->stage = OWN_RUNNING;
    return ok ? HEAP_OK : HEAP_INIT_FAILED;
}

/* heap.c asks for no alignment but its own, which is not theirs. */
static struct policy_made own_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    (void)h, (void)alignment;
    return made(own.malloc(size));
}

static enum heap_status own_free(struct heap *h, uintptr_t payload)
{
    (void)h;
    own.free((void *)payload);
    return HEAP_OK;
}

static enum heap_status own_usable(struct heap *h, uintptr_t payload, uint64_t *size)
{
    (void)h, (void)payload;
    *size = 0;
    return HEAP_UNKNOWN_LENGTH;
}

static struct policy_made own_move(struct heap *h, uintptr_t payload, uint64_t size)
{
    return made(own_realloc(&own, (void *)payload, h->was, size));
}

static struct policy_made own_clear(struct heap *h, uint64_t count, uint64_t size)
{
    (void)h;
    if (own.calloc) return made(own.calloc(count, size));
    void *p = own.malloc(count * size);
    if (p) memset(p, 0, count * size);
    return made(p);
}

static bool own_says(struct heap *h, int line, int *said)
{
    (void)h;
    if (own.says) *said = own.says(line);
    return own.says != NULL;
}

/* In memory of ours, which grows until all of them have room, up to a limit. */
static bool own_lists(struct heap *h, uintptr_t *at, uint64_t *n)
{
    enum { MOST = 1 << 22 };
    static struct mm_block *room;
    static size_t n_room = 1 << 12;
    (void)h;
    if (!own.blocks) return false;
    for (;; n_room *= 8, room = NULL) {
        if (!room) {
            void *p = mmap(NULL, n_room * sizeof *room, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (p == MAP_FAILED) return false;
            room = p;
        }
        *n = own.blocks(room, n_room);
        if (*n <= n_room || n_room >= MOST) break;
        munmap(room, n_room * sizeof *room);
    }
    *at = (uintptr_t)room;
    return true;
}

static const struct policy policy_own = {.alloc = own_alloc,
                                         .free = own_free,
                                         .usable = own_usable,
                                         .begin = own_begin,
                                         .calloc = own_clear,
                                         .realloc = own_move,
                                         .check = own_says,
                                         .blocks = own_lists};

/* ── The process ── */

/* The result holds what happened. The viewer is told that there is something to read, looks at the
 * heap as it stands, and ends us. */
static void end(void)
{
    char word = 0;
    if (send(WIRE_FD, &word, sizeof word, MSG_NOSIGNAL) < 0) _exit(1);
    for (;;)
        pause();
}

static bool load(int argc, char **argv)
{
    char name[OWN_N_CALLS][OWN_NAME];
    if (argc != 3 + OWN_N_CALLS) return false;
    bool_init = strcmp(argv[2], "bool") == 0;
    for (int i = 0; i < OWN_N_CALLS; i++) {
        if (strlen(argv[3 + i]) >= sizeof name[i]) return false;
        strcpy(name[i], argv[3 + i]);
    }
    void *p = mmap(NULL, sizeof *own.result, PROT_READ | PROT_WRITE, MAP_SHARED, OWN_RESULT_FD, 0);
    close(OWN_RESULT_FD);
    if (p == MAP_FAILED) return false;
    own.result = p;
    own.result->version = OWN_VERSION;
    own_trap_init(own.result, end);
    own_print_at_once();
    own_cage_close();
    own.result->stage = OWN_LOADING;
    const char *why = own_load(&own, argv[1], (const char(*)[OWN_NAME])name);
    for (size_t i = 0; why && why[i] && i + 1 < sizeof own.result->words; i++)
        own.result->words[i] = why[i];
    if (why) own.result->fault = OWN_NOT_LOADED;
    return !why;
}

int main(int argc, char **argv)
{
    /* Before the heap's base is taken: what loading takes is none of the heap. */
    if (!lab_prepare() || !load(argc, argv)) return 2;
    lab_serve(&policy_own, &own.result->op);
    return 0;
}
