/* fuzz_glibc.c: a look at arbitrary memory: it ends, reads nothing outside the mappings, what it
 * visits tiles the regions, and its lists hold no more than there is.
 *
 * The input is eight bytes of options, four mappings of struct fuzz_map, and their bytes; what a
 * mapping has beyond these is zero. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "allocator/format/glibc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MAPS 4u
#define FUZZ_UNIT UINT64_C(256)
#define FUZZ_UNITS 1024u

struct fuzz_map {
    uint64_t start;
    uint16_t units, bytes; /* its size in FUZZ_UNITs, and how many bytes of it are in the input */
    uint8_t kind, reserved[3];
};
#define FUZZ_HEAD (8 + FUZZ_MAPS * sizeof(struct fuzz_map))

enum {
    FUZZ_SMALL = 1, /* read in pieces of 64 bytes */
    FUZZ_HOLE = 2, /* some bytes of the second mapping can't be read */
    FUZZ_NO_BRK = 4, /* brk is not told */
    FUZZ_STOP = 8, /* the visitor stops the walk */
    FUZZ_HELD = 16 /* the program stands still */
};
enum { KIND_HEAP = 1, KIND_LIBC = 2, KIND_PROGRAM = 4, KIND_ANONYMOUS = 8 };

struct fuzz {
    struct memory memory; /* first: what the look gets is the reader */
    struct glibc_map map[FUZZ_MAPS];
    const uint8_t *bytes[FUZZ_MAPS];
    size_t n_bytes[FUZZ_MAPS];
    size_t n;
    unsigned options;
    bool strayed;
    unsigned char *held;
    /* The walk. */
    uint64_t at, end;
    size_t blocks, damaged, listed;
    size_t by_run; /* of these blocks */
    bool stop;
};

static void fuzz_assert(bool truth)
{
    if (!truth) abort();
}

static const struct glibc_map *map_of(const struct fuzz *f, uint64_t address, size_t *index)
{
    for (*index = 0; *index < f->n; ++*index)
        if (address >= f->map[*index].start && address < f->map[*index].end) return &f->map[*index];
    return NULL;
}

static const unsigned char *fuzz_bytes(const struct memory *self, uintptr_t address, size_t least,
                                       size_t most, size_t *got)
{
    struct fuzz *f = (struct fuzz *)(uintptr_t)self;
    size_t n = 0, want = (f->options & FUZZ_SMALL) != 0 && most > 64 ? 64 : most, i;
    if (want < least) want = least;
    fuzz_assert(least <= most && most <= FUZZ_MAPS * FUZZ_UNITS * FUZZ_UNIT);
    for (uint64_t at = address; at < address + most && !f->strayed; at = f->map[i].end)
        if (map_of(f, at, &i) == NULL) {
            f->strayed = true;
            return NULL;
        }
    free(f->held);
    f->held = malloc(want);
    fuzz_assert(f->held != NULL);
    while (n < want) {
        const struct glibc_map *map = map_of(f, address + n, &i);
        if (map == NULL) break;
        size_t offset = address + n - map->start, piece = map->end - map->start - offset;
        bool hole = (f->options & FUZZ_HOLE) != 0 && i == 1;
        if (hole && offset / 64 == 20) break;
        if (hole && offset / 64 < 20 && piece > 20 * 64 - offset) piece = 20 * 64 - offset;
        if (piece > want - n) piece = want - n;
        size_t there = offset < f->n_bytes[i] ? f->n_bytes[i] - offset : 0;
        if (there > piece) there = piece;
        if (there != 0) memcpy(f->held + n, f->bytes[i] + offset, there);
        memset(f->held + n + there, 0, piece - there);
        n += piece;
    }
    *got = n;
    return n < least ? NULL : f->held;
}

static bool fuzz_visit(void *user, const struct walk_block *b)
{
    struct fuzz *f = user;
    struct block_word words[GLIBC_WORDS_MAX];
    char name[GLIBC_BIN_NAME];
    fuzz_assert(b->address == f->at && b->size > 0 && b->header <= b->size);
    fuzz_assert(b->size <= f->end - f->at && b->state < WALK_N_STATES);
    size_t n = glibc_words(b, words);
    fuzz_assert(n <= GLIBC_WORDS_MAX);
    for (size_t i = 0; i < n; i++) {
        fuzz_assert(words[i].offset + UINT64_C(8) <= b->size);
        fuzz_assert(i == 0 || words[i].offset >= words[i - 1].offset + 8);
    }
    fuzz_assert((b->bin != 0) == (*glibc_bin_name(b->bin, name) != '\0'));
    f->at += b->size;
    f->blocks++;
    f->damaged += b->state == WALK_IS_DAMAGED;
    return !f->stop || f->blocks < 3;
}

/* Takes all of one run, a part of the next. */
static size_t fuzz_visit_run(void *user, const struct glibc_run *run)
{
    struct fuzz *f = user;
    size_t most = f->by_run % 3 == 2 ? run->n / 2 : run->n, n = 0;
    fuzz_assert(run->address == f->at);
    for (; n < most; n++) {
        uint64_t size = run->word[n] & ~UINT64_C(15);
        if (size == 0 || size > run->end - f->at) break;
        f->at += size;
    }
    fuzz_assert(f->at <= f->end);
    f->blocks += n;
    f->by_run += n;
    return n;
}

static bool fuzz_listed(void *user, const struct glibc_listed *b)
{
    struct fuzz *f = user;
    fuzz_assert(b->size > 0 && b->bin != 0);
    f->listed++;
    return true;
}

/* By runs a region has the same blocks. */
static void fuzz_runs(struct fuzz *f, const struct glibc_heap *h, size_t region,
                      enum walk_result result, size_t blocks, size_t damaged)
{
    struct walk_damage damage;
    size_t all = f->blocks, all_damaged = f->damaged;
    f->at = h->region[region].start;
    f->by_run = 0;
    fuzz_assert(glibc_walk_runs(h, region, &f->memory, fuzz_visit_run, fuzz_visit, f, &damage) ==
                result);
    fuzz_assert(f->at == f->end && f->blocks - all == blocks);
    fuzz_assert(f->damaged - all_damaged == damaged);
    f->blocks = all;
    f->damaged = all_damaged;
}

static void fuzz_walk(struct fuzz *f, const struct glibc_heap *h, enum glibc_result result)
{
    struct glibc_sums sums;
    f->blocks = f->damaged = f->listed = 0;
    for (size_t i = 0; i < h->n_regions; i++) {
        struct walk_damage damage;
        const struct glibc_region *r = &h->region[i];
        fuzz_assert(r->start < r->end && (i == 0 || r[-1].end <= r->start));
        size_t blocks = f->blocks, damaged = f->damaged;
        f->at = r->start;
        f->end = r->end;
        enum walk_result w = glibc_walk(h, i, &f->memory, fuzz_visit, f, &damage);
        fuzz_assert(w == WALK_STOPPED || (f->at == r->end && damage.end == f->at));
        fuzz_assert(w != WALK_OK || damage.at == 0);
        if (!f->stop) fuzz_runs(f, h, i, w, f->blocks - blocks, f->damaged - damaged);
    }
    fuzz_assert(result == GLIBC_TORN || f->damaged == 0);
    glibc_free_list(h, fuzz_listed, f);
    glibc_cached(h, fuzz_listed, f);
    if (!f->stop) fuzz_assert(f->listed <= f->blocks);
    glibc_sums(h, GLIBC_NO_ARENA, &sums);
    fuzz_assert(sums.arena == sums.uordblks + sums.fordblks);
}

static void fuzz_check(const struct glibc_heap *h, enum glibc_result result)
{
    struct check_finding findings[8];
    size_t n = glibc_check(h, findings, 8);
    fuzz_assert(n == 0 || result == GLIBC_TORN);
    for (size_t i = 0; i < n && i < 8; i++) {
        fuzz_assert(findings[i].invariant >= 1 && findings[i].invariant <= GLIBC_N_INVARIANTS);
        fuzz_assert(findings[i].field <= FIELD_N && findings[i].text[0] == 'G');
        fuzz_assert(memchr(findings[i].text, '\0', sizeof findings[i].text) != NULL);
        for (const char *c = findings[i].text; *c != '\0'; c++)
            fuzz_assert(*c >= ' ' && *c <= '~');
    }
}

/* In order of address, apart from each other. */
static bool fuzz_maps(struct fuzz *f, const uint8_t *data, size_t size)
{
    size_t at = FUZZ_HEAD;
    for (size_t i = 0; i < FUZZ_MAPS; i++) {
        struct fuzz_map m;
        memcpy(&m, data + 8 + i * sizeof m, sizeof m);
        uint64_t start = m.start & UINT64_C(0x7ffffffffff0);
        if (m.units == 0 || m.units > FUZZ_UNITS || start == 0) continue;
        if (f->n != 0 && start < f->map[f->n - 1].end) return false;
        size_t bytes = m.bytes < size - at ? m.bytes : size - at;
        if (bytes > m.units * FUZZ_UNIT) bytes = m.units * FUZZ_UNIT;
        f->map[f->n] = (struct glibc_map){.start = start,
                                          .end = start + m.units * FUZZ_UNIT,
                                          .readable = true,
                                          .writable = true,
                                          .anonymous = (m.kind & KIND_ANONYMOUS) != 0,
                                          .heap = (m.kind & KIND_HEAP) != 0,
                                          .libc = (m.kind & KIND_LIBC) != 0,
                                          .program = (m.kind & KIND_PROGRAM) != 0};
        f->bytes[f->n] = data + at;
        f->n_bytes[f->n++] = bytes;
        at += bytes;
    }
    return true;
}

static uint64_t fuzz_brk(const struct fuzz *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->map[i].heap && (f->options & FUZZ_NO_BRK) == 0) return f->map[i].end;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = {.memory = {.bytes = fuzz_bytes}};
    struct glibc_heap h = {0};
    bool sound = false;
    if (size < FUZZ_HEAD || !fuzz_maps(&f, data, size)) return 0;
    f.options = data[0];
    f.stop = (f.options & FUZZ_STOP) != 0;
    h.held = (f.options & FUZZ_HELD) != 0;
    for (unsigned look = 0; look < 2; look++) {
        enum glibc_result result = glibc_look(&h, &f.memory, f.map, f.n, fuzz_brk(&f));
        fuzz_assert(result < GLIBC_N_RESULTS && result != GLIBC_NO_MEMORY);
        bool there = result == GLIBC_OK || result == GLIBC_TORN;
        fuzz_assert(there == (h.n_regions != 0));
        fuzz_assert(!sound || result == GLIBC_OK); /* who knows where it is finds it again */
        sound = result == GLIBC_OK;
        fuzz_walk(&f, &h, result);
        fuzz_check(&h, result);
        fuzz_assert(!f.strayed);
    }
    glibc_release(&h);
    free(f.held);
    return 0;
}
