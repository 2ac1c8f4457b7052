/* test_glibc_damage.c: a heap of glibc's with false words: each is named, and what is sound is
 * shown as sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/image.h"

static struct heapwork h;

static int start(void **state)
{
    (void)state;
    heapwork_start(&h, NULL);
    /* A heap with something of everything. */
    heapwork_tell(&h, "alloc 0 24 100 8");
    heapwork_tell(&h, "free 0 100 3");
    heapwork_tell(&h, "alloc 100 1100 60 16");
    heapwork_tell(&h, "free 100 60 2");
    heapwork_tell(&h, "alloc 200 5000");
    heapwork_tell(&h, "alloc 210 2000 8");
    heapwork_tell(&h, "free 210 8 2");
    heapwork_sound(&h);
    return 0;
}

static int end(void **state)
{
    (void)state;
    heapwork_end(&h);
    return 0;
}

/* The only finding is of that invariant, block and word; and, if damaged, the block is shown so,
 * and no other. */
static void expect_one(unsigned invariant, uint64_t block, enum block_field field, bool damaged)
{
    struct check_finding f[8];
    assert_int_equal(heapwork_look(&h), GLIBC_TORN);
    size_t n = glibc_check(&h.heap, f, 8);
    for (size_t i = 0; i < n && i < 8 && n != 1; i++)
        print_message("%s\n", f[i].text);
    assert_int_equal(n, 1);
    if (f[0].invariant != invariant || f[0].address != block || f[0].field != field)
        fail_msg("found is: %s", f[0].text);
    for (size_t i = 0; i < h.n; i++)
        assert_int_equal(h.block[i].state == WALK_IS_DAMAGED,
                         damaged && h.block[i].address == block);
}

static uint64_t block_at(int slot) { return heapwork_where(&h, slot, NULL) - 8; }

/* ── What programs do ── */

/* What was written behind one block's end has gone over the size of the next. */
static void test_overflow(void **state)
{
    (void)state;
    uint64_t usable, address = heapwork_where(&h, 10, &usable), next = block_at(11);
    assert_int_equal(address + usable, next);
    heapwork_tell(&h, "fill %#llx %llu 65", (unsigned long long)address,
                  (unsigned long long)usable + 8);
    expect_one(2, next, FIELD_CHUNK_SIZE, true);
    struct check_finding f;
    char text[160];
    glibc_check(&h.heap, &f, 1);
    snprintf(text, sizeof text, "G2: block %#llx: size is 0x4141414141414141, expected 129",
             (unsigned long long)next);
    assert_string_equal(f.text, text);
    assert_int_equal(heapwork_block(&h, next)->would_be, WALK_USED);
}

/* One byte too many, a zero, takes PREV_INUSE away. */
static void test_one_byte(void **state)
{
    (void)state;
    uint64_t usable, address = heapwork_where(&h, 200, &usable);
    heapwork_tell(&h, "fill %#llx %llu 0", (unsigned long long)address,
                  (unsigned long long)usable + 1);
    assert_int_equal(heapwork_look(&h), GLIBC_TORN);
    const struct heapwork_block *b = heapwork_block(&h, address + usable);
    assert_int_equal(b->state, WALK_IS_DAMAGED);
    assert_int_equal(b->address, address + usable);
    struct check_finding f;
    assert_true(glibc_check(&h.heap, &f, 1) >= 1);
    assert_int_equal(f.address, b->address);
    assert_int_equal(f.field, FIELD_CHUNK_SIZE);
}

static void test_double_free(void **state)
{
    (void)state;
    uint64_t address = heapwork_where(&h, 1, NULL);
    heapwork_tell(&h, "free 1");
    heapwork_sound(&h);
    heapwork_tell(&h, "word %#llx 0", (unsigned long long)address + 8); /* its key */
    heapwork_tell(&h, "free 1");
    expect_one(12, block_at(1), FIELD_CHUNK_NEXT, false);
    assert_int_equal(heapwork_block(&h, address)->state, WALK_CACHED);
}

/* Freed twice with another between: the list goes round by both. */
static void test_double_free_apart(void **state)
{
    (void)state;
    heapwork_tell(&h, "alloc 300 700 2");
    uint64_t address = heapwork_where(&h, 300, NULL);
    heapwork_tell(&h, "free 300 2");
    heapwork_tell(&h, "word %#llx 0", (unsigned long long)address + 8);
    heapwork_tell(&h, "free 300");
    expect_one(12, block_at(301), FIELD_CHUNK_NEXT, false);
}

static void test_write_after_free(void **state)
{
    (void)state;
    uint64_t address = heapwork_where(&h, 3, NULL); /* in the tcache */
    heapwork_tell(&h, "word %#llx 0x4141414141414141", (unsigned long long)address);
    expect_one(12, block_at(3), FIELD_CHUNK_NEXT, false);
}

static void test_write_after_free_bin(void **state)
{
    (void)state;
    heapwork_sound(&h);
    uint64_t address = heapwork_where(&h, 102, NULL);
    const struct heapwork_block *b = heapwork_block(&h, address);
    assert_int_equal(b->state, WALK_IS_FREE);
    assert_true(b->bin >= GLIBC_BIN_LARGE);
    heapwork_tell(&h, "word %#llx 0x4141414141414141", (unsigned long long)address);
    expect_one(6, b->address, FIELD_CHUNK_FD, false);
}

static void test_write_after_free_bk(void **state)
{
    (void)state;
    heapwork_sound(&h);
    uint64_t address = heapwork_where(&h, 104, NULL);
    const struct heapwork_block *b = heapwork_block(&h, address);
    heapwork_tell(&h, "word %#llx 16", (unsigned long long)address + 8);
    expect_one(6, b->address, FIELD_CHUNK_BK, false);
    assert_int_equal(heapwork_block(&h, address)->state, WALK_IS_FREE);
}

static void test_tag(void **state)
{
    (void)state;
    heapwork_sound(&h);
    const struct heapwork_block *b = heapwork_block(&h, heapwork_where(&h, 106, NULL));
    heapwork_tell(&h, "word %#llx 77", (unsigned long long)(b->address + b->size - 8));
    expect_one(4, b->address, FIELD_CHUNK_PREV_SIZE, true);
}

static void test_count(void **state)
{
    (void)state;
    heapwork_sound(&h);
    uint64_t counts = h.heap.tcache[0].address;
    struct image m;
    image_of(&m, &h);
    unsigned char *count = image_at(&m, counts); /* of the first list, its low byte */
    assert_true(*count > 0);
    ++*count;
    struct glibc_heap heap = {0};
    struct check_finding f;
    assert_int_equal(glibc_look(&heap, &m.memory, m.map, m.n, m.brk), GLIBC_TORN);
    assert_int_equal(glibc_check(&heap, &f, 1), 1);
    assert_int_equal(f.invariant, 11);
    glibc_release(&heap);
    image_release(&m);
}

/* A size that leads past a free block: prev_size behind that one leads back into it. */
static void test_led_past_free(void **state)
{
    (void)state;
    heapwork_sound(&h);
    const struct heapwork_block *b = heapwork_block(&h, heapwork_where(&h, 101, NULL));
    assert_true(b[0].state == WALK_USED && b[1].state == WALK_IS_FREE);
    uint64_t address = b->address, next = b[1].address;
    heapwork_tell(&h, "word %#llx %llu", (unsigned long long)address,
                  (unsigned long long)(b[0].size + b[1].size));
    expect_one(2, address, FIELD_CHUNK_SIZE, true);
    assert_int_equal(heapwork_block(&h, next)->address, next);
    assert_int_equal(heapwork_block(&h, next)->state, WALK_IS_FREE);
}

/* A size that leads past others to where a block begins is contradicted only by the lists that know
 * one of these. They are asked where the program stands still. */
static void test_led_past(void **state)
{
    (void)state;
    heapwork_sound(&h);
    const struct heapwork_block *first = heapwork_block(&h, heapwork_where(&h, 10, NULL));
    assert_int_equal(first[2].state, WALK_CACHED);
    uint64_t address = first->address, size = 0;
    for (int i = 0; i < 4; i++)
        size += first[i].size;
    heapwork_tell(&h, "word %#llx %llu", (unsigned long long)address, (unsigned long long)size | 1);
    h.heap.held = true;
    expect_one(2, address, FIELD_CHUNK_SIZE, true);
    assert_true(h.heap.held);
    assert_int_equal(heapwork_block(&h, heapwork_where(&h, 12, NULL))->state, WALK_CACHED);
    h.heap.held = false;
    assert_int_equal(heapwork_look(&h), GLIBC_TORN);
}

/* Two in a bin, in the wrong order, but with links that agree. */
static void test_order(void **state)
{
    (void)state;
    static struct image m;
    heapwork_sound(&h);
    const struct heapwork_block *smaller = NULL, *larger = NULL;
    for (size_t i = 0; i < h.n && larger == NULL; i++)
        for (size_t k = i + 1; k < h.n && larger == NULL; k++)
            if (h.block[i].state == WALK_IS_FREE && h.block[i].bin >= GLIBC_BIN_LARGE &&
                h.block[i].bin < GLIBC_BIN_TOP && h.block[i].bin == h.block[k].bin &&
                h.block[i].size < h.block[k].size)
                smaller = &h.block[i], larger = &h.block[k];
    assert_non_null(larger);
    image_of(&m, &h);
    uint64_t a = smaller->address - 8, b = larger->address - 8, bin = image_word(&m, b + 24);
    assert_int_equal(image_word(&m, bin + 16), b); /* the larger one is first, */
    assert_int_equal(image_word(&m, b + 16), a);
    assert_int_equal(image_word(&m, a + 16), bin); /* and there is no third */
    const uint64_t ring[] = {bin, a, b, bin};
    for (int i = 0; i < 3; i++) {
        image_put(&m, ring[i] + 16, ring[i + 1]);
        image_put(&m, ring[i + 1] + 24, ring[i]);
    }
    struct glibc_heap heap = {0};
    struct check_finding f;
    assert_int_equal(glibc_look(&heap, &m.memory, m.map, m.n, m.brk), GLIBC_TORN);
    assert_int_equal(glibc_check(&heap, &f, 1), 1);
    assert_int_equal(f.invariant, 8);
    assert_int_equal(f.address, smaller->address);
    glibc_release(&heap);
    image_release(&m);
}

/* What is in a block of the program's own may look like a tcache: one of another version's is
 * none. */
static void test_no_tcache(void **state)
{
    (void)state;
    heapwork_sound(&h);
    bool late = h.heap.arena[0].fast == 0;
    unsigned bins = late ? 64 : 76;
    uint64_t other = heapwork_where(&h, 1, NULL);
    uint64_t place = (heapwork_block(&h, other)->size - 32) / 16;
    heapwork_tell(&h, "calloc 500 %u", bins * 10);
    uint64_t payload = heapwork_where(&h, 500, NULL);
    for (unsigned i = 0; i < bins / 4 && !late; i++)
        heapwork_tell(&h, "word %#llx 0x7000700070007", (unsigned long long)payload + 8 * i);
    if (late)
        heapwork_tell(&h, "word %#llx %llu", (unsigned long long)payload + place / 4 * 8,
                      1ull << place % 4 * 16);
    heapwork_tell(&h, "word %#llx %llu", (unsigned long long)(payload + 2 * bins + 8 * place),
                  (unsigned long long)other);
    heapwork_sound(&h);
    assert_int_equal(heapwork_block(&h, other)->state, WALK_USED);
}

/* ── Words ── */

struct named {
    uint64_t block;
    struct block_word words[GLIBC_WORDS_MAX];
    size_t n;
};

static bool name_words(void *user, const struct walk_block *b)
{
    struct named *named = user;
    if (b->address == named->block) named->n = glibc_words(b, named->words);
    return true;
}

static void expect_words(uint64_t block, uint64_t size, uint64_t from, size_t n,
                         const enum block_field *fields)
{
    struct named named = {.block = block};
    glibc_walk(&h.heap, 0, &h.memory.memory, name_words, &named, NULL);
    assert_int_equal(named.n, n);
    for (size_t i = 0; i < n; i++) {
        const struct block_word *w = &named.words[i];
        uint64_t offset = from + 8 * i;
        if (fields[i] == FIELD_CHUNK_PREV_SIZE) offset = i == 0 ? 0 : size - 8;
        assert_int_equal(w->field, fields[i]);
        assert_int_equal(w->offset, offset);
        assert_int_equal(w->address, block + offset);
        assert_int_equal(w->bytes, 8);
    }
}
#define EXPECT_WORDS(b, from, ...)                                                                 \
    expect_words((b)->address, (b)->size, from,                                                    \
                 sizeof((enum block_field[]){__VA_ARGS__}) / sizeof(enum block_field),             \
                 (enum block_field[]){__VA_ARGS__})

static void test_words(void **state)
{
    (void)state;
    heapwork_sound(&h);
    const struct heapwork_block *large = heapwork_block(&h, heapwork_where(&h, 102, NULL)),
                                *used = heapwork_block(&h, heapwork_where(&h, 1, NULL)),
                                *cached = heapwork_block(&h, heapwork_where(&h, 3, NULL)),
                                *top = &h.block[h.n - 1];
    assert_true(large->state == WALK_IS_FREE && large->bin >= GLIBC_BIN_LARGE);
    if (h.block[0].state == WALK_USED) /* a tcache, up to 2.42 */
        EXPECT_WORDS(&h.block[0], 0, FIELD_CHUNK_PREV_SIZE, FIELD_CHUNK_SIZE);
    else
        EXPECT_WORDS(&h.block[0], 0, FIELD_CHUNK_PREV_SIZE, FIELD_CHUNK_SIZE, FIELD_CHUNK_NEXT,
                     FIELD_CHUNK_KEY);
    EXPECT_WORDS(used, 0, FIELD_CHUNK_SIZE);
    EXPECT_WORDS(cached, 0, FIELD_CHUNK_SIZE, FIELD_CHUNK_NEXT, FIELD_CHUNK_KEY);
    EXPECT_WORDS(large, 0, FIELD_CHUNK_SIZE, FIELD_CHUNK_FD, FIELD_CHUNK_BK,
                 FIELD_CHUNK_FD_NEXTSIZE, FIELD_CHUNK_BK_NEXTSIZE, FIELD_CHUNK_PREV_SIZE);
    EXPECT_WORDS(top, 0, FIELD_CHUNK_SIZE);
    uint64_t tag;
    assert_int_equal(
        process_memory_copy(&h.memory, large->address + large->size - 8, &tag, sizeof tag),
        sizeof tag);
    assert_int_equal(tag, large->size);
}

/* ── Any word ── */

struct met {
    struct heapwork_block *block;
    size_t n, most;
    uint64_t at;
};

static bool meet(void *user, const struct walk_block *b)
{
    struct met *m = user;
    assert_int_equal(b->address, m->at);
    assert_true(b->size > 0);
    m->at += b->size;
    if (m->n < m->most)
        m->block[m->n++] = (struct heapwork_block){b->address, b->size,     b->header, b->region,
                                                   b->state,   b->would_be, b->bin,    b->cached};
    return true;
}

/* All blocks of the true heap but those from first to last are met as they are. */
static void expect_same_but(const struct met *m, size_t first, size_t last, uint64_t spoiled,
                            uint64_t word)
{
    size_t k = 0;
    /* What only a false link led to is no longer known to be cached. */
    bool listed = false;
    for (size_t i = first; i <= last && i < h.n; i++)
        listed |= h.block[i].state == WALK_CACHED ||
                  h.heap.tcache[0].address - h.block[i].address < h.block[i].size;
    for (size_t i = 0; i < h.n; i++) {
        if (i >= first && i <= last) continue;
        while (k < m->n && m->block[k].address < h.block[i].address)
            k++;
        bool there = k < m->n && m->block[k].address == h.block[i].address &&
                     m->block[k].size == h.block[i].size;
        bool lost = listed && h.block[i].state == WALK_CACHED && m->block[k].state == WALK_USED;
        if (!there || (m->block[k].state != h.block[i].state && !lost))
            fail_msg("block %#llx (%zu of %zu; spoiled: %zu) is not what it is: %#llx spoiled to "
                     "%#llx; met at %#llx, %llu bytes, state %d, not %llu bytes, state %d",
                     (unsigned long long)h.block[i].address, i, h.n, first + 1,
                     (unsigned long long)spoiled, (unsigned long long)word,
                     (unsigned long long)m->block[k].address, (unsigned long long)m->block[k].size,
                     m->block[k].state, (unsigned long long)h.block[i].size, h.block[i].state);
    }
}

static uint64_t random_word(void)
{
    uint64_t any = (uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand();
    switch (rand() % 6) {
    case 0:
        return any;
    case 1:
        return 0;
    case 2:
        return UINT64_C(0x4141414141414141);
    case 3:
        return any % 4096;
    case 4:
        return h.block[any % h.n].address + (any % 3) * 8;
    default:
        return (any % 512) << 4 | (any >> 20 & 7);
    }
}

static void spoil(struct image *m, struct met *met)
{
    size_t i = (size_t)rand() % h.n;
    const struct heapwork_block *b = &h.block[i];
    /* The words that are glibc's are mostly at the beginning. */
    uint64_t words = b->size / 8, at = rand() % 4 != 0 && words > 5 ? 5 : words;
    at = b->address + 8 * ((uint64_t)rand() % at);
    uint64_t old = image_word(m, at), word = random_word();
    struct glibc_heap heap = {.held = true};
    image_put(m, at, word);
    enum glibc_result result = glibc_look(&heap, &m->memory, m->map, m->n, m->brk);
    assert_true(result == GLIBC_OK || result == GLIBC_TORN);
    assert_false(m->strayed);
    met->n = 0;
    for (size_t r = 0; r < heap.n_regions; r++) {
        struct walk_damage damage;
        met->at = heap.region[r].start;
        (void)glibc_walk(&heap, r, &m->memory, meet, met, &damage);
        assert_int_equal(met->at, heap.region[r].end);
    }
    expect_same_but(met, i == 0 ? 0 : i - 1, i + 1, at, word);
    glibc_release(&heap);
    image_put(m, at, old);
}

static void test_any_word(void **state)
{
    (void)state;
    static struct image m;
    struct met met = {.most = 100000};
    heapwork_sound(&h);
    image_of(&m, &h);
    met.block = calloc(met.most, sizeof *met.block);
    assert_non_null(met.block);
    srand(23);
    for (int i = 0; i < 1000; i++)
        spoil(&m, &met);
    free(met.block);
    image_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_overflow, start, end),
        cmocka_unit_test_setup_teardown(test_one_byte, start, end),
        cmocka_unit_test_setup_teardown(test_double_free, start, end),
        cmocka_unit_test_setup_teardown(test_double_free_apart, start, end),
        cmocka_unit_test_setup_teardown(test_write_after_free, start, end),
        cmocka_unit_test_setup_teardown(test_write_after_free_bin, start, end),
        cmocka_unit_test_setup_teardown(test_write_after_free_bk, start, end),
        cmocka_unit_test_setup_teardown(test_tag, start, end),
        cmocka_unit_test_setup_teardown(test_count, start, end),
        cmocka_unit_test_setup_teardown(test_led_past_free, start, end),
        cmocka_unit_test_setup_teardown(test_led_past, start, end),
        cmocka_unit_test_setup_teardown(test_order, start, end),
        cmocka_unit_test_setup_teardown(test_no_tcache, start, end),
        cmocka_unit_test_setup_teardown(test_words, start, end),
        cmocka_unit_test_setup_teardown(test_any_word, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
