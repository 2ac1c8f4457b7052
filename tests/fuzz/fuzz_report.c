/* fuzz_report.c: whatever a stranger's mm_blocks tells of its heap (brkview.h), and however its
 * payloads lie beside that: each look gives a picture that keeps what snapshot.h says, and what is
 * not believed is told in one printable line.
 *
 * The input is a struct fuzz_head, and for each of up to FUZZ_LOOKS looks a struct fuzz_look, the
 * blocks that are told and the payloads that the session gave meanwhile. Blocks are struct mm_block
 * as they are, but for the heap's start, which is added to the addresses; or, with COMPACT, a
 * struct fuzz_block each, which lies behind the one before. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocator/format/brkview.h"
#include "cli/session/session_private.h"
#include "cli/source/own_target.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

enum { FUZZ_LOOKS = 3, FUZZ_HEAP = 1 << 16, FUZZ_BLOCKS = 512, FUZZ_PAYLOADS = 64 };

enum fuzz_option { NO_GUESS = 1, ALIGN_4 = 2, NO_REPORT = 4, PAGES = 8 };

struct fuzz_head {
    uint8_t options, start; /* where in its first page the heap begins */
};

enum fuzz_told {
    COMPACT = 1,
    NO_ANSWER = 2,
    REFUSED = 4,
    UNREADABLE = 8, /* the list can't be read */
    MANY = 16, /* of as many blocks as n says, by 65536, it lists the first */
    BEYOND = 32, /* the heap's last page can't be read */
    DROPS = 64, /* the oldest payload is freed first */
    HELD = 128 /* of the heap's words some say sizes, as in CS:APP */
};

struct fuzz_look {
    uint8_t told, n_blocks, n_payloads;
    uint8_t heap[2]; /* bytes; the highest bit: a page of it can't be read */
};

struct fuzz_block {
    int8_t gap; /* behind the block before */
    uint8_t front, used;
    uint8_t size[2];
};

struct fuzz_payload {
    uint8_t offset[2], size[2];
};

static struct fuzz {
    const uint8_t *data;
    size_t n;
    unsigned char *heap; /* FUZZ_HEAP bytes and a page that can't be read */
    size_t written; /* of them */
    unsigned char *hole; /* a page of them; NULL: none */
    struct process_memory memory; /* ours */
    struct mm_block block[FUZZ_BLOCKS];
    struct fuzz_look look; /* the one under way */
    size_t n_blocks;
} fuzz;

static bool take(void *to, size_t n)
{
    if (fuzz.n < n) return false;
    memcpy(to, fuzz.data, n);
    fuzz.data += n;
    fuzz.n -= n;
    return true;
}

static size_t two(const uint8_t bytes[2]) { return bytes[0] | (size_t)bytes[1] << 8; }

/* ── A target that is none ── */

static bool fuzz_ask(struct target *t, const struct wire_request *request, const void *data,
                     struct target_answer *answer, const struct target_timeout *timeout)
{
    uint64_t times = fuzz.look.told & MANY ? 65536 : 1;
    (void)data, (void)timeout;
    MUST(request->op == WIRE_BLOCKS);
    if (fuzz.look.told & NO_ANSWER) return !(t->hung = true);
    answer->head =
        (struct wire_answer){.status = fuzz.look.told & REFUSED ? HEAP_GAVE_NULL : HEAP_OK,
                             .n_results = 1,
                             .result = (uintptr_t)fuzz.block};
    if (fuzz.look.told & UNREADABLE) answer->head.result = 16;
    answer->results[0] = fuzz.n_blocks * times;
    return true;
}

static void fuzz_segments(const struct target *t, uint64_t brk, struct segments *to)
{
    (void)t, (void)brk;
    to->n = 0;
    to->no_memory = false;
    to->unseen[0] = '\0';
}

static bool fuzz_has_ended(struct target *t) { return !t->alive; }

static bool fuzz_end(struct target *t, const char *why)
{
    (void)why;
    t->alive = false;
    return true;
}

static const struct source fuzz_source = {.name = "fuzz",
                                          .can = SOURCE_ASK,
                                          .ask = fuzz_ask,
                                          .segments = fuzz_segments,
                                          .has_ended = fuzz_has_ended,
                                          .end = fuzz_end};

/* ── A look ── */

static bool next_block(const struct session *s, struct mm_block *b, uint64_t *here)
{
    struct fuzz_block c;
    uint64_t start = s->target.hello.heap_start;
    if (!(fuzz.look.told & COMPACT)) {
        if (!take(b, sizeof *b)) return false;
        b->address = (void *)((uintptr_t)b->address + start); /* NOLINT: any number */
        b->payload = (void *)((uintptr_t)b->payload + start); /* NOLINT */
        return true;
    }
    if (!take(&c, sizeof c)) return false;
    uint64_t at = *here + (uint64_t)(int64_t)c.gap;
    *b = (struct mm_block){(void *)at, two(c.size), (void *)(at + c.front), c.used}; /* NOLINT */
    *here = at + two(c.size);
    return true;
}

/* Where the list ends the input does. */
static void take_blocks(const struct session *s)
{
    uint64_t here = s->target.hello.heap_start;
    fuzz.n_blocks = 0;
    while (fuzz.n_blocks < fuzz.look.n_blocks && fuzz.n_blocks < FUZZ_BLOCKS &&
           next_block(s, &fuzz.block[fuzz.n_blocks], &here))
        fuzz.n_blocks++;
}

static void take_payloads(struct session *s)
{
    uint64_t start = s->target.hello.heap_start;
    struct fuzz_payload p;
    uint32_t oldest = ledger_next_live(&s->ledger, 0);
    if ((fuzz.look.told & DROPS) && oldest) MUST(ledger_drop(&s->ledger, oldest, 1));
    for (size_t i = 0; i < fuzz.look.n_payloads && i < FUZZ_PAYLOADS && take(&p, sizeof p); i++)
        if (!ledger_live_at(&s->ledger, start + two(p.offset)))
            MUST(ledger_add(&s->ledger, start + two(p.offset), two(p.size)));
}

/* Words that lead from the heap's start to brk, some of them. */
static void write_words(const struct session *s)
{
    uint64_t start = s->target.hello.heap_start;
    memset(fuzz.heap, 0, fuzz.written);
    fuzz.written = two(fuzz.look.heap) + 512 < FUZZ_HEAP ? two(fuzz.look.heap) + 512 : FUZZ_HEAP;
    for (size_t i = 0; (fuzz.look.told & HELD) && i < fuzz.n_blocks; i++) {
        uint64_t at = (uintptr_t)fuzz.block[i].address - start,
                 word = (fuzz.block[i].size & ~UINT64_C(7)) | (fuzz.block[i].used != 0);
        if (at + 256 + sizeof word <= fuzz.written && at < fuzz.written)
            memcpy(fuzz.heap + (start - (uintptr_t)fuzz.heap) + at, &word, sizeof word);
    }
}

static void must_be_a_picture(const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    const struct snapshot_stats *stats = snapshot_stats(now);
    const struct snapshot_region *region = snapshot_region(now, 0);
    size_t n_regions = 1; /* up to this one */
    uint64_t here = region->start, sum = 0;
    for (size_t i = 0; i < snapshot_n_blocks(now); i++) {
        struct snapshot_block b = snapshot_block(now, i);
        uint64_t payload = 0, requested = 0;
        if (here == region->end && n_regions < snapshot_n_regions(now)) {
            region = snapshot_region(now, n_regions++);
            here = region->start;
        }
        MUST(b.address == here && b.size > 0 && b.state < BLOCK_N_STATES);
        MUST(b.size <= region->end - here);
        MUST(b.header <= b.size && b.requested <= b.size - b.header);
        here += b.size;
        sum += b.size;
        if (b.state != BLOCK_USED) {
            MUST(b.requested == 0);
            MUST(b.state == BLOCK_DAMAGED || !ledger_find(&s->ledger, b.id, &payload, &requested));
            continue;
        }
        if (b.id == 0) continue;
        /* Whose it is called is there, and nowhere else. */
        MUST(ledger_find(&s->ledger, b.id, &payload, &requested));
        MUST(payload == b.address + b.header && b.requested <= requested);
        MUST(snapshot_find_id(now, b.id) == i);
    }
    MUST(n_regions == snapshot_n_regions(now) && here == region->end);
    MUST(sum == stats->heap_bytes);
    MUST(sum == stats->live_bytes + stats->padding_bytes + stats->header_bytes + stats->free_bytes +
                    stats->cached_bytes + stats->foreign_bytes + stats->unknown_bytes +
                    stats->damaged_bytes);
}

/* A list that is shown without a word against it has each payload in a block of its own. */
static void must_be_told(const struct session *s)
{
    const struct own_view *v = &s->own;
    MUST(memchr(v->wrong, '\0', sizeof v->wrong));
    for (const char *c = v->wrong; *c; c++)
        MUST(*c >= ' ' && *c <= '~');
    if (!s->target.alive || v->source != OWN_SOURCE_REPORT || v->wrong[0]) return;
    for (uint32_t id = ledger_next_live(&s->ledger, 0); id; id = ledger_next_live(&s->ledger, id)) {
        uint64_t payload = 0, requested = 0;
        size_t i = snapshot_find_id(s->snapshot, id);
        MUST(ledger_find(&s->ledger, id, &payload, &requested));
        MUST(i != SNAPSHOT_NONE && snapshot_block(s->snapshot, i).requested == requested);
    }
}

/* The page that can't be read is another each time, or none. */
static void move_hole(bool any)
{
    MUST(!fuzz.hole || mprotect(fuzz.hole, 4096, PROT_READ | PROT_WRITE) == 0);
    fuzz.hole = any ? fuzz.heap + fuzz.look.heap[0] % 4 * 4096 : NULL;
    MUST(!fuzz.hole || mprotect(fuzz.hole, 4096, PROT_NONE) == 0);
}

static void look(struct session *s)
{
    bool hole = fuzz.look.heap[1] & 0x80;
    session_forget(s);
    move_hole(false);
    fuzz.look.heap[1] &= 0x7f;
    uint64_t start = s->target.hello.heap_start, heap = two(fuzz.look.heap);
    s->target.brk = start + heap;
    if (fuzz.look.told & BEYOND) s->target.brk = (uintptr_t)fuzz.heap + FUZZ_HEAP + heap % 4096;
    take_blocks(s);
    write_words(s);
    take_payloads(s);
    move_hole(hole);
    MUST(session_look(s));
    must_be_a_picture(s);
    must_be_told(s);
}

static void begin(void)
{
    if (fuzz.heap) return;
    void *p =
        mmap(NULL, FUZZ_HEAP + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(p != MAP_FAILED && mprotect((char *)p + FUZZ_HEAP, 4096, PROT_NONE) == 0);
    fuzz.heap = p;
    MUST(process_memory_init(&fuzz.memory, getpid()));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct session s;
    struct own_setup own = {.title = "mm.c", .align = 8};
    struct fuzz_head head;
    begin();
    fuzz.data = data;
    fuzz.n = size;
    if (!take(&head, sizeof head)) return 0;
    if (head.options & ALIGN_4) own.align = 4;
    if (head.options & PAGES) own.heap = OWN_HEAP_PAGES;
    if (!(head.options & NO_REPORT)) strcpy(own.name[OWN_CALL_BLOCKS], "mm_blocks");
    memset(&s, 0, sizeof s);
    session_setup_defaults(&s.setup, HEAP_OWN);
    s.setup.own = &own;
    s.own.no_guess = head.options & NO_GUESS;
    s.target = (struct target){.source = &fuzz_source, .alive = true, .pid = getpid(), .fd = -1};
    s.target.hello.heap_start = (uintptr_t)fuzz.heap + head.start;
    s.target.hello.page_bytes = 4096;
    s.memory = fuzz.memory; /* its buffer is large */
    ledger_init(&s.ledger, s.target.hello.heap_start);
    for (size_t i = 0; i < FUZZ_LOOKS && s.target.alive && take(&fuzz.look, sizeof fuzz.look); i++)
        look(&s);
    move_hole(false);
    s.memory = (struct process_memory){.file = -1};
    session_release(&s);
    return 0;
}
