/* test_spoiled.c: damage is shown where it is. One word of a block of a random heap is spoiled,
 * again and again: all other blocks, but at most the direct neighbours of the one spoiled, are on
 * the walk what they were; and the checker is not silent about a word that can't be true.
 *
 * 200 words for each policy; with BRKVIEW_LONG 1,000, with BRKVIEW_QUICK, for valgrind, 20. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/plain.h"
#include "tests/support/rig.h"

#define BLOCKS_MOST 512u
#define OPERATIONS 90u

struct seen {
    struct walk_block block[BLOCKS_MOST];
    size_t n;
};

static uint64_t random_state;

static uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static bool visit(void *user, const struct walk_block *block)
{
    struct seen *s = user;
    assert_true(s->n < BLOCKS_MOST);
    s->block[s->n++] = *block;
    return true;
}

static enum walk_result walk(struct seen *s, struct walk_damage *damage)
{
    struct plain plain;
    s->n = 0;
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    enum walk_result result =
        walk_blocks(&rig.heap.root, rig.arena.brk, &plain.memory, visit, s, damage);
    assert_false(plain.strayed);
    plain_release(&plain);
    return result;
}

/* Blocks of 1 to 400 bytes, filled with something, a third of them freed, with foreign gaps now and
 * then. */
static void make_heap(enum heap_policy policy, uint64_t seed)
{
    char *live[OPERATIONS];
    size_t n = 0;
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    rig_start(policy);
    if (heap_policy_has(policy, HEAP_CANARY)) {
        assert_int_equal(heap_set(&rig.heap, HEAP_CANARY, seed % 3 == 1), HEAP_OK);
        assert_int_equal(heap_set(&rig.heap, HEAP_QUARANTINE, seed % 5 == 2 ? 4 : 0), HEAP_OK);
    }
    for (unsigned i = 0; i < OPERATIONS; i++) {
        if (n > 0 && random_number() % 3 == 0) {
            size_t k = random_number() % n;
            assert_int_equal(heap_free(&rig.heap, live[k]), HEAP_OK);
            live[k] = live[--n];
            continue;
        }
        size_t size = 1 + random_number() % (random_number() % 8 == 0 ? 400 : 60);
        live[n] = heap_alloc(&rig.heap, size);
        assert_non_null(live[n]);
        memset(live[n++], (int)(random_number() & 0xff), size);
        if (seed % 4 == 3 && random_number() % 12 == 0)
            rig_foreign((intptr_t)(16 + 16 * (random_number() % 4)));
    }
}

/* What a stray write may leave there: letters, a little more or less, a bit, another block's word
 * or address. */
static uint64_t spoil(uint64_t word, const struct seen *s)
{
    const struct walk_block *other = &s->block[random_number() % s->n];
    switch (random_number() % 8) {
    case 0:
        return UINT64_C(0x4141414141414141);
    case 1:
        return 0;
    case 2:
        return word ^ UINT64_C(1) << random_number() % 64;
    case 3:
        return word + 16 * (1 + random_number() % 8);
    case 4:
        return word - 16 * (1 + random_number() % 8);
    case 5:
        return other->address;
    case 6:
        return other->size;
    default:
        return random_number();
    }
}

static bool is_same(const struct walk_block *a, const struct walk_block *b)
{
    return a->address == b->address && a->size == b->size && a->state == b->state &&
           a->header == b->header;
}

static bool is_among(const struct seen *s, const struct walk_block *block)
{
    for (size_t i = 0; i < s->n; i++)
        if (is_same(&s->block[i], block)) return true;
    return false;
}

static enum block_kind kind_of(const struct walk_block *b)
{
    return b->state == WALK_FOREIGN   ? BLOCK_IS_FENCE
           : b->state == WALK_IS_FREE ? BLOCK_IS_FREE
                                      : BLOCK_IS_USED;
}

/* The finding names the word, or another of the same block. */
static bool names(const struct check_finding *f, const struct block_word *word, uintptr_t block)
{
    return f->address == block && (f->field == word->field || f->field == FIELD_N);
}

/* What no other word contradicts, for what lies in a gap is not ours and may look like anything: a
 * size of the fits that leads on to where a gap begins, and a gap that begins where a block
 * does. */
static bool nothing_tells(const struct seen *s, const struct block_word *word, uintptr_t block,
                          uint64_t value)
{
    bool to_gap = false, to_block = false;
    for (size_t i = 0; i < s->n; i++) {
        bool foreign = s->block[i].state == WALK_FOREIGN;
        to_gap |= foreign && s->block[i].address == block + (value & ~FIT_FLAGS);
        to_block |= !foreign && s->block[i].address == block - value;
    }
    return (word->field == FIELD_SIZE_FLAGS && to_gap) ||
           (word->field == FIELD_GAP_SIZE && to_block);
}

/* One word of a heap; how many of the checker's first findings named it, and how many words were
 * such that a walk can't believe them. */
static void spoil_one(enum heap_policy policy, uint64_t seed, unsigned *n_named, unsigned *n_told)
{
    static struct seen before, after;
    struct walk_damage damage;
    struct block_word words[BLOCK_WORDS_MAX];
    struct check_finding finding;
    make_heap(policy, seed);
    assert_int_equal(walk(&before, &damage), WALK_OK);
    size_t at = random_number() % before.n;
    const struct walk_block *b = &before.block[at];
    uintptr_t whose = b->state == WALK_FOREIGN ? b->address + b->size - b->header : b->address;
    size_t n = b->state == WALK_FOREIGN && b->header == 0
                   ? 0
                   : block_words(policy, rig.heap.root.canary != 0, kind_of(b), whose, words);
    if (n == 0) return;
    const struct block_word *word = &words[random_number() % n];
    uint64_t was = 0, is;
    memcpy(&was, (const void *)word->address, word->bytes);
    is = spoil(was, &before);
    if (word->bytes == 4) is &= UINT32_MAX;
    if (nothing_tells(&before, word, whose, is)) return;
    memcpy((void *)word->address, &is, word->bytes);
    enum walk_result result = walk(&after, &damage);
    for (size_t i = 0; i < before.n; i++) {
        if ((i + 1 >= at && i <= at + 1) || is_among(&after, &before.block[i])) continue;
        print_error("%s, seed %lu: %s of block %zu at 0x%lx was 0x%lx, is 0x%lx: block %zu at "
                    "0x%lx is not shown as it is\n",
                    heap_policy_name(policy), seed, word->name, at, whose, was, is, i,
                    before.block[i].address);
        fail();
    }
    if (result == WALK_OK) return;
    struct plain plain;
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    assert_true(check_heap(&plain.memory, (uintptr_t)&rig.heap.root, rig.arena.brk, &finding, 1) >
                0);
    plain_release(&plain);
    ++*n_told;
    *n_named += names(&finding, word, whose);
}

static void test_one_word(void **state)
{
    (void)state;
    uint64_t n = getenv("BRKVIEW_LONG") ? 1000 : getenv("BRKVIEW_QUICK") ? 20 : 200;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        unsigned n_named = 0, n_told = 0;
        for (uint64_t seed = 1; seed <= n; seed++)
            spoil_one(policy, seed, &n_named, &n_told);
        print_message("# %s: %u of %u words that the walk met were named first\n",
                      heap_policy_name(policy), n_named, n_told);
        assert_true(n_told >= n / 4 && n_named * 20 >= n_told * 19);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_word)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
