/* own_lab.c: brkview-target-own LIBRARY RETURNS HEAP NAME...: the lab, where the policy own is a
 * stranger's allocator, over this process's own break. RETURNS says what mm_init returns, "int" or
 * "bool"; HEAP where its memory comes from, "break" (mem_sbrk), "pages" (mem_map), or so many bytes
 * that mm_init is given; the names are those of the library's functions, in the order of enum
 * own_call. */
#include <stdlib.h>
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

#define PAGES_MOST ((size_t)2 << 30) /* bytes */

static struct heap *heap; /* of the policy own, once it has begun */
static struct own own;
static bool bool_init;
static enum own_heap form;
static size_t segment_bytes; /* of OWN_HEAP_SEGMENT */

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

size_t own_memory_size(void)
{
    return form == OWN_HEAP_PAGES ? own_pages_bytes() : own_memory_brk() - own_memory_start();
}

bool own_lab_shrink(uintptr_t to)
{
    if (!growth_trim(heap, to)) return false;
    heap->root.top = to;
    return true;
}

void own_lab_tell(enum step_kind kind, size_t bytes, uintptr_t from, uintptr_t to)
{
    step_tell(heap->steps, kind, WHY_NONE, 0, bytes, from, to);
}

/* ── The policy ── */

static struct policy_made made(void *p)
{
    return (struct policy_made){p ? HEAP_OK : HEAP_GAVE_NULL, (uintptr_t)p};
}

static bool init(void *segment)
{
    if (form != OWN_HEAP_SEGMENT) return bool_init ? own.init.truth() : own.init.number() >= 0;
    return bool_init ? own.init.truth_of_segment(segment, segment_bytes)
                     : own.init.number_of_segment(segment, segment_bytes) >= 0;
}

static enum heap_status own_begin(struct heap *h)
{
    uintptr_t segment = 0;
    heap = h;
    if (form == OWN_HEAP_SEGMENT) {
        enum heap_status got = growth_give(h, segment_bytes, &segment);
        if (got != HEAP_OK) return got;
    }
    if (form == OWN_HEAP_PAGES && !own_pages_init(PAGES_MOST)) return HEAP_NO_MEMORY;
    own.result->stage = OWN_INIT;
    bool ok = init((void *)segment); /* NOLINT(performance-no-int-to-ptr) */
    own.result->stage = OWN_RUNNING;
    return ok ? HEAP_OK : HEAP_INIT_FAILED;
}

static bool own_holds(const struct heap *h, uintptr_t payload, uint64_t size)
{
    (void)h;
    return form != OWN_HEAP_PAGES || (size < PAGES_MOST && own_pages_hold(payload, payload + size));
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
                                         .blocks = own_lists,
                                         .holds = own_holds};

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

enum { OWN_WORDS = 4 }; /* before the names */

static bool load(int argc, char **argv)
{
    char name[OWN_N_CALLS][OWN_NAME];
    if (argc != OWN_WORDS + OWN_N_CALLS) return false;
    bool_init = strcmp(argv[2], "bool") == 0;
    form = strcmp(argv[3], "break") == 0   ? OWN_HEAP_BREAK
           : strcmp(argv[3], "pages") == 0 ? OWN_HEAP_PAGES
                                           : OWN_HEAP_SEGMENT;
    segment_bytes = strtoul(argv[3], NULL, 10);
    for (int i = 0; i < OWN_N_CALLS; i++) {
        if (strlen(argv[OWN_WORDS + i]) >= sizeof name[i]) return false;
        strcpy(name[i], argv[OWN_WORDS + i]);
    }
    void *p = mmap(NULL, sizeof *own.result, PROT_READ | PROT_WRITE, MAP_SHARED, OWN_RESULT_FD, 0);
    close(OWN_RESULT_FD);
    if (p == MAP_FAILED) return false;
    own.result = p;
    own.result->version = OWN_VERSION;
    own_trap_init(own.result, end);
    own_print_at_once();
    uint64_t key = own.result->key;
    own.result->key = 0;
    own_cage_close(key);
    *(volatile uint64_t *)&key = 0;
    own.result->stage = OWN_LOADING;
    const char *why = own_load(&own, argv[1], (const char(*)[OWN_NAME])name);
    for (size_t i = 0; why && why[i] && i + 1 < sizeof own.result->words; i++)
        own.result->words[i] = why[i];
    if (why) own.result->fault = OWN_NOT_LOADED;
    return !why;
}

/* What was told so far stands in the new one, too. */
static bool take_files(int told, int prints)
{
    void *here = (void *)(uintptr_t)own.result;
    struct own_result *now = mmap(NULL, sizeof *now, PROT_READ | PROT_WRITE, MAP_SHARED, told, 0);
    if ((void *)now == MAP_FAILED) return false;
    memcpy(now, here, sizeof *now);
    munmap(now, sizeof *now);
    return mmap(here, sizeof *now, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, told, 0) !=
               MAP_FAILED &&
           dup2(prints, STDOUT_FILENO) >= 0 && dup2(prints, STDERR_FILENO) >= 0;
}

int main(int argc, char **argv)
{
    /* Before the heap's base is taken: what loading takes is none of the heap. */
    if (!lab_prepare() || !load(argc, argv)) return 2;
    lab_serve(&(struct lab_setup){&policy_own, &own.result->op, take_files});
    return 0;
}
