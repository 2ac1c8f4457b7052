/* check.c: the invariants I1, I2, I4, I10, I11 and I15, one function each; what one format alone
 * has is judged in check_fit.c and check_list.c, the guards in check_guard.c. See check.h.
 *
 * One walk over the blocks judges I2 to I4 and I8, and counts the free blocks; one over the free
 * list judges I5 to I7 and I9. That both have met the same blocks is seen by their number and the
 * sum of a hash of their addresses, for there is no memory to list them in. */
#include "check_private.h"
#include "sentence.h"
#include "window.h"

static const char *const check_texts[CHECK_N_INVARIANTS] = {
    "the root is true: its magic, a known policy and order, start at or below top, both aligned",
    "the blocks tile the heap from start to top, each aligned and at least the policy's minimum",
    "each block's prev_size is the whole size of the block just before (0 at the start and behind "
    "a fence)",
    "root.last (under header root.first too) is the last (first) block",
    "the free list holds every free block exactly once, and nothing else",
    "the links of the free list agree in both directions, and free_head and free_tail are its ends",
    "the free list is in the order that the switch says",
    "no two neighbours are free, if coalesce has always been on",
    "the rover is 0 or a block of the free list; only next-fit has one",
    "brk is not below top",
    "brk is not above the limit, counted from start",
    "the fences behind foreign gaps are in address order inside the heap, and gap_tail is the last "
    "of them",
    "canary: each used block's guards, before and behind its payload, are as they were put on",
    "poison: free blocks hold nothing but poison behind header and links, and so do blocks in "
    "quarantine",
    "quarantine: the blocks in it are used blocks of the heap, each once, and not more than the "
    "switch says",
};

const char *check_invariant_text(unsigned invariant)
{
    return invariant >= 1 && invariant <= CHECK_N_INVARIANTS ? check_texts[invariant - 1] : NULL;
}

/* A new finding, and its sentence as far as what is wrong. False: there is no room for it. */
static bool check_begin(struct check *c, const struct check_finding *finding, struct sentence *s)
{
    if (c->n++ >= c->most) return false;
    struct check_finding *f = &c->findings[c->n - 1];
    *f = *finding;
    *s = sentence_in(f->text, sizeof f->text);
    sentence_put(s, "I");
    sentence_put_number(s, f->invariant, 10);
    sentence_put(s, f->address != 0 ? ": block " : ": the root");
    if (f->address != 0) sentence_put_number(s, f->address, 16);
    sentence_put(s, ": ");
    return true;
}

void check_report(struct check *c, unsigned invariant, uintptr_t address, const char *what,
                  uint64_t found, uint64_t expected, unsigned base)
{
    struct sentence s;
    const struct check_finding f = {.invariant = invariant,
                                    .address = address,
                                    .field = FIELD_N,
                                    .expected = expected,
                                    .found = found};
    if (!check_begin(c, &f, &s)) return;
    sentence_put(&s, what);
    if (base == 0) return;
    sentence_put(&s, " is ");
    sentence_put_number(&s, found, base);
    sentence_put(&s, ", expected ");
    sentence_put_number(&s, expected, base);
}

void check_about(struct check *c, enum block_field field)
{
    if (c->n <= c->most) c->findings[c->n - 1].field = field;
}

/* "next is 0x406060" */
static bool check_word(struct check *c, unsigned invariant, uintptr_t address,
                       enum block_field field, uint64_t found, uint64_t expected,
                       struct sentence *s)
{
    const struct check_finding f = {invariant, address, field, expected, found, ""};
    const char *name = block_field_info(field)->name;
    if (!check_begin(c, &f, s)) return false;
    sentence_put(s, address == 0 ? name + sizeof "root." - 1 : name);
    sentence_put(s, " is ");
    sentence_put_number(s, found, block_field_is_address(field) ? 16 : 10);
    return true;
}

void check_report_word(struct check *c, unsigned invariant, uintptr_t address,
                       enum block_field field, uint64_t found, uint64_t expected)
{
    struct sentence s;
    if (!check_word(c, invariant, address, field, found, expected, &s)) return;
    sentence_put(&s, ", expected ");
    sentence_put_number(&s, expected, block_field_is_address(field) ? 16 : 10);
}

void check_report_false(struct check *c, unsigned invariant, uintptr_t address,
                        enum block_field field, uint64_t found, const char *wrong, uint64_t that)
{
    struct sentence s;
    if (!check_word(c, invariant, address, field, found, 0, &s)) return;
    sentence_put(&s, wrong);
    if (that != 0) sentence_put_number(&s, that, 16);
}

static bool check_root(struct check *c, uintptr_t address)
{
    enum walk_result result = walk_root(c->memory, address, &c->root);
    if (result != WALK_OK)
        check_report(c, 1, 0, walk_root_text(result), c->root.magic, HEAP_ROOT_MAGIC, 0);
    c->format = format_of(&c->root);
    return result == WALK_OK;
}

bool check_is_known(const struct check *c)
{
    bool whole = c->damage.end == c->brk && c->brk >= c->root.top;
    return c->result == WALK_OK || (c->result == WALK_DAMAGED && whole && !c->unknown);
}

/* What is wrong with a word that the walk could not believe. */
static void check_false_word(struct check *c, uintptr_t block, enum block_field field,
                             uint64_t found, uint64_t expected)
{
    const char *wrong = ", which can't be true";
    uint64_t that = 0;
    bool listed = c->format->blocks->next == FIELD_NEXT;
    if (field == FIELD_PREV_SIZE || (field == FIELD_SIZE && expected != 0 && !listed)) {
        check_report_word(c, field == FIELD_PREV_SIZE ? 3 : 2, block, field, found, expected);
        return;
    }
    if (field == FIELD_SIZE && expected != 0)
        wrong = ", but next leads to ", that = block + HEADER_BLOCK_HEADER + expected;
    if (field == FIELD_SIZE_FLAGS && expected != 0)
        wrong = ", but the block behind it begins at ", that = block + (expected & ~FIT_FLAGS);
    if (field == FIELD_NEXT && found != 0)
        wrong = found <= block ? ", which leads back" : ", where no block begins";
    if (field == FIELD_NEXT && found == 0) wrong = ", but it is not the last block";
    if (field == FIELD_ROOT_FIRST || field == FIELD_ROOT_GAP_HEAD) wrong = ", where none begins";
    check_report_false(c, 2, block, field, found, wrong, that);
}

/* What is damaged and no block that the walk could pass: the root, a link between gaps, where it
 * ended. */
static void check_tiling(struct check *c)
{
    const struct walk_damage *d = &c->damage;
    bool damaged = c->result == WALK_DAMAGED;
    if (c->result == WALK_UNREADABLE && (d->field == FIELD_N || c->told))
        check_report(c, 2, d->end, "it can't be read", 0, 0, 0);
    if (!damaged && c->result != WALK_UNREADABLE) return;
    if (!c->told && d->field != FIELD_N && d->field != FIELD_ROOT_TOP)
        check_false_word(c, d->block, d->field, d->found, d->expected);
    bool ended = c->told ? d->end < c->brk && d->end < c->root.top
                         : d->field == FIELD_N || d->field == FIELD_ROOT_TOP;
    if (damaged && ended && c->brk >= c->root.top &&
        d->beyond == 0) /* below top, the block that crosses it is I10's */
        check_report(c, 2, c->told ? d->end : d->at, "no block can be there", 0, 0, 0);
    if (d->beyond != 0)
        check_report_false(c, 2, 0, FIELD_ROOT_TOP, c->root.top,
                           ", but the list leads to a block beyond, at ", d->beyond);
}

static void check_ends(struct check *c)
{
    const struct heap_root *r = &c->root;
    if (!check_is_known(c)) return;
    if (r->last != c->last) check_report_word(c, 4, 0, FIELD_ROOT_LAST, r->last, c->last);
}

static bool check_visit(void *user, const struct walk_block *block)
{
    struct check *c = user;
    bool damaged = block->state == WALK_IS_DAMAGED;
    enum walk_state state = damaged ? block->would_be : block->state;
    bool ours = state != WALK_FOREIGN, is_free = state == WALK_IS_FREE;
    if (damaged) {
        if (block->wrong != FIELD_N)
            check_false_word(c, block->whose, block->wrong, block->found, block->expected);
        c->told |= block->wrong != FIELD_N;
        c->unknown |= state == WALK_IS_DAMAGED;
    }
    if (ours && !damaged && c->format->check_block != NULL) c->format->check_block(c, block);
    if (ours && c->first == 0) c->first = block->address;
    if (ours) c->last = block->address;
    c->prev_size = ours ? block->size : 0;
    c->prev_free = is_free;
    c->n_quarantined += state == WALK_QUARANTINED;
    c->n_free += is_free;
    if (is_free) c->hash += check_hash(block->address);
    return true;
}

static void check_brk(struct check *c)
{
    if (c->root.top > c->root.start && c->brk < c->root.top)
        check_report(c, 10, 0, "brk", c->brk, c->root.top, 16);
}

static void check_limit(struct check *c)
{
    if (c->brk > c->root.start && c->brk - c->root.start > c->root.limit)
        check_report(c, 11, 0, "the distance from start to brk", c->brk - c->root.start,
                     c->root.limit, 10);
}

static void check_quarantine(struct check *c)
{
    const struct heap_root *r = &c->root;
    if (r->quarantine_n > r->quarantine || r->quarantine > HEAP_QUARANTINE_MAX ||
        r->quarantine_at >= HEAP_QUARANTINE_MAX)
        check_report(
            c, 15, 0,
            "the number of blocks in quarantine, or the place of the oldest, can't be true", 0, 0,
            0);
    else if (check_is_known(c) && c->n_quarantined != r->quarantine_n)
        check_report(c, 15, 0, "the number of used blocks that are in quarantine", c->n_quarantined,
                     r->quarantine_n, 10);
}

size_t check_heap(const struct memory *m, uintptr_t root_address, uintptr_t brk,
                  struct check_finding *findings, size_t most)
{
    struct check c = {.memory = m, .brk = brk, .findings = findings, .most = most};
    if (!check_root(&c, root_address)) return c.n;
    c.result = walk_blocks(&c.root, brk, m, check_visit, &c, &c.damage);
    check_tiling(&c);
    check_ends(&c);
    if (c.format->check_list != NULL) c.format->check_list(&c);
    check_brk(&c);
    check_limit(&c);
    if (c.format->check_gaps != NULL) c.format->check_gaps(&c);
    check_guards(&c);
    check_quarantine(&c);
    return c.n;
}
