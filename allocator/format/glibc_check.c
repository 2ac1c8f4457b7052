/* glibc_check.c: what a look finds wrong, in words. */
#include "glibc_private.h"
#include "sentence.h"

static const char *const texts[GLIBC_N_INVARIANTS] = {
    "the chunks tile each region, up to top or a fencepost",
    "each size is a multiple of 16, at least 32, and not more than the region has",
    "each PREV_INUSE says whether the block before is free",
    "behind a free block prev_size is its size",
    "no two neighbours are free",
    "the links of the bins agree in both directions, and lead to free blocks",
    "each bin holds the sizes of its class",
    "large bins are in order of size, and their nextsize links make a ring",
    "each free block is in a bin",
    "fastbins hold blocks of their size, each once",
    "a tcache's counts are the lengths of its lists",
    "a tcache's lists hold blocks of their size class, each once",
    "top reaches the end of its region",
    "system_mem is the bytes of the arena's regions",
    "the arenas lead to each other in a ring, and the heaps of each back to its first",
};

const char *glibc_invariant_text(unsigned invariant)
{
    return invariant >= 1 && invariant <= GLIBC_N_INVARIANTS ? texts[invariant - 1] : NULL;
}

size_t glibc_check(const struct glibc_heap *h, struct check_finding *findings, size_t most)
{
    const struct glibc_private *own = h->own;
    if (own == NULL) return 0;
    for (size_t i = 0; i < own->n_findings && i < most && i < FINDINGS_KEPT; i++)
        findings[i] = own->finding[i];
    return own->n_findings;
}

/* A new finding, and its sentence as far as its subject. False: there is no room for it. */
static bool begin(struct glibc_looking *l, struct check_finding finding, const char *subject,
                  uint64_t address, struct sentence *s)
{
    struct glibc_private *own = l->own;
    if (own->n_findings++ >= FINDINGS_KEPT) return false;
    struct check_finding *f = &own->finding[own->n_findings - 1];
    *f = finding;
    *s = sentence_in(f->text, sizeof f->text);
    sentence_put(s, "G");
    sentence_put_number(s, f->invariant, 10);
    sentence_put(s, subject);
    sentence_put_number(s, address, 16);
    sentence_put(s, ": ");
    return true;
}

/* A size is short in decimal; what was written over it is not. */
static unsigned base_of(enum block_field field, uint64_t word)
{
    return block_field_is_address(field) || word > UINT32_MAX ? 16 : 10;
}

static bool begin_word(struct glibc_looking *l, unsigned invariant, uint64_t block,
                       enum block_field field, uint64_t found, uint64_t expected,
                       struct sentence *s)
{
    const struct check_finding f = {invariant, block, field, expected, found, ""};
    if (!begin(l, f, ": block ", block, s)) return false;
    sentence_put(s, block_field_info(field)->name);
    sentence_put(s, " is ");
    sentence_put_number(s, found, base_of(field, found));
    return true;
}

void found_word(struct glibc_looking *l, unsigned invariant, uint64_t block, enum block_field field,
                uint64_t found, uint64_t expected)
{
    struct sentence s;
    if (!begin_word(l, invariant, block, field, found, expected, &s)) return;
    sentence_put(&s, ", expected ");
    sentence_put_number(&s, expected, base_of(field, expected));
}

void found_false(struct glibc_looking *l, unsigned invariant, uint64_t block,
                 enum block_field field, uint64_t found, const char *wrong)
{
    struct sentence s;
    if (begin_word(l, invariant, block, field, found, 0, &s)) sentence_put(&s, wrong);
}

static void put_count(struct sentence *s, const char *what, uint64_t found, uint64_t expected,
                      unsigned base)
{
    sentence_put(s, what);
    sentence_put(s, " is ");
    sentence_put_number(s, found, base);
    sentence_put(s, ", expected ");
    sentence_put_number(s, expected, base);
}

void found_arena(struct glibc_looking *l, unsigned invariant, uint64_t state, const char *what,
                 uint64_t found, uint64_t expected, unsigned base)
{
    struct sentence s;
    const struct check_finding f = {invariant, 0, FIELD_N, expected, found, ""};
    if (begin(l, f, ": the arena at ", state, &s)) put_count(&s, what, found, expected, base);
}

void found_count(struct glibc_looking *l, unsigned invariant, uint64_t block, const char *what,
                 uint64_t found, uint64_t expected)
{
    struct sentence s;
    const struct check_finding f = {invariant, block, FIELD_N, expected, found, ""};
    if (begin(l, f, ": block ", block, &s)) put_count(&s, what, found, expected, 10);
}

void found_head(struct glibc_looking *l, unsigned invariant, bool arena, uint64_t address,
                const char *what, unsigned bin, uint64_t found, const char *wrong)
{
    struct sentence s;
    char name[GLIBC_BIN_NAME];
    const struct check_finding f = {invariant, arena ? 0 : address, FIELD_N, 0, found, ""};
    if (!begin(l, f, arena ? ": the arena at " : ": block ", address, &s)) return;
    sentence_put(&s, what);
    sentence_put(&s, " of ");
    sentence_put(&s, glibc_bin_name(bin, name));
    sentence_put(&s, " is ");
    sentence_put_number(&s, found, 16);
    sentence_put(&s, wrong);
}

void found_ring(struct glibc_looking *l, uint64_t state, const char *wrong)
{
    struct sentence s;
    const struct check_finding f = {15, 0, FIELD_N, 0, 0, ""};
    if (begin(l, f, ": the arena at ", state, &s)) sentence_put(&s, wrong);
}

void found_unread(struct glibc_looking *l, uint64_t block)
{
    struct sentence s;
    const struct check_finding f = {1, block, FIELD_N, 0, 0, ""};
    if (begin(l, f, ": block ", block, &s)) sentence_put(&s, "it can't be read");
}
