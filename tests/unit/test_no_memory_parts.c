/* test_no_memory_parts.c: parts alone, every allocation failing once: what they say is so, and what
 * they held is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/session/ledger.h"
#include "tests/support/image.h"
#include "tests/support/starve.h"

#define BASE UINT64_C(0x411000)

/* The n-th allocation from here on fails. */
static void starve(unsigned long n)
{
    starve_on = false;
    starve_asked = 0;
    starve_at = n;
}

/* True if it came to that. */
static bool starved(void)
{
    bool met = starve_at != 0 && starve_asked >= starve_at;
    starve_at = 0;
    return met;
}

/* An id is given to what is kept, and to nothing else. A request of 4 GiB or more has a place of
 * its own, and so has the rest of a high address. */
static void an_id_is_of_what_is_kept(void **unused)
{
    (void)unused;
    unsigned long n = 1;
    for (bool failed = true; failed; n++) {
        struct ledger b;
        uint64_t payload = 0, requested = 0, high = BASE + (UINT64_C(3) << 40),
                 large = UINT64_C(5) << 32;
        ledger_init(&b, BASE);
        assert_int_equal(ledger_add(&b, BASE, 64), 1);
        starve(n);
        uint32_t id = ledger_add(&b, high, large);
        failed = starved();
        assert_int_equal(id, failed ? 0 : 2);
        assert_int_equal(ledger_find(&b, 2, &payload, &requested), !failed);
        if (!failed) assert_true(payload == high && requested == large);
        assert_int_equal(ledger_live_at(&b, high), id);
        assert_int_equal(ledger_live_at(&b, BASE), 1);
        assert_int_equal(ledger_n_live(&b), failed ? 1 : 2);
        assert_int_equal(ledger_add(&b, BASE + 128, 16), failed ? 2 : 3);
        ledger_release(&b);
    }
    assert_true(n > 3); /* there was more than one to fail */
}

/* Sorted by address or not at all: a later block lies below an earlier one. */
static void no_order_is_said_to_be_none(void **unused)
{
    (void)unused;
    unsigned long n = 1;
    for (bool failed = true; failed; n++) {
        struct ledger b;
        struct ledger_block *blocks = NULL;
        size_t n_blocks = 0;
        ledger_init(&b, BASE);
        for (uint64_t i = 8; i > 0; i--)
            assert_true(ledger_add(&b, BASE + 32 * i, 16 + i) != 0);
        starve(n);
        bool ok = ledger_in_order(&b, &blocks, &n_blocks);
        failed = starved();
        assert_int_equal(ok, !failed);
        if (ok) {
            assert_int_equal(n_blocks, 8);
            for (uint32_t i = 0; i < 8; i++) {
                assert_int_equal(blocks[i].payload, BASE + 32 * (i + 1));
                assert_int_equal(blocks[i].id, 8 - i);
                assert_int_equal(blocks[i].requested, 17 + i);
            }
            free(blocks);
        }
        ledger_release(&b);
    }
    assert_true(n > 2);
}

static bool count(void *user, const struct walk_block *block)
{
    *(size_t *)user += block->size > 0;
    return true;
}

static size_t n_blocks_of(const struct glibc_heap *h, struct image *m)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_regions; i++)
        assert_int_equal(glibc_walk(h, i, &m->memory, count, &n, NULL), WALK_OK);
    return n;
}

/* A look at a strange heap has all of it, or says that there is no memory and has nothing; then the
 * next one has all. So for the first look, and for one where all but a few things are known. */
static void a_look_is_whole_or_none(void **unused)
{
    (void)unused;
    static struct heapwork work;
    static struct image m;
    heapwork_start(&work, NULL);
    heapwork_tell(&work, "alloc 0 100 300 9");
    heapwork_tell(&work, "free 0 300 3");
    heapwork_tell(&work, "@1 alloc 400 200 300");
    heapwork_tell(&work, "alloc 900 200000 2");
    heapwork_sound(&work);
    image_of(&m, &work);
    for (int looks = 1; looks <= 2; looks++) {
        unsigned long n = 1;
        for (bool failed = true; failed; n++) {
            struct glibc_heap h = {0};
            if (looks == 2)
                assert_int_equal(glibc_look(&h, &m.memory, m.map, 1, m.brk), GLIBC_NONE);
            starve(n);
            enum glibc_result result = glibc_look(&h, &m.memory, m.map, m.n, m.brk);
            failed = starved();
            if (result == GLIBC_NO_MEMORY) assert_true(failed && h.own == NULL && h.n_regions == 0);
            if (result != GLIBC_NO_MEMORY) assert_int_equal(result, GLIBC_OK);
            assert_int_equal(glibc_look(&h, &m.memory, m.map, m.n, m.brk), GLIBC_OK);
            assert_int_equal(n_blocks_of(&h, &m), work.n);
            glibc_release(&h);
        }
        assert_true(n > 10);
    }
    image_release(&m);
    heapwork_end(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_of_what_is_kept),
        cmocka_unit_test(no_order_is_said_to_be_none),
        cmocka_unit_test(a_look_is_whole_or_none),
    };
    return cmocka_run_group_tests_name("no memory, parts", tests, NULL, NULL);
}
