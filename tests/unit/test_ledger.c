/* test_ledger.c: ids, names and requests, against a plain model; and what an address was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/session/ledger.h"

#define BASE UINT64_C(0x411000)
#define MANY 6000u

static void ids_are_never_used_twice(void **unused)
{
    (void)unused;
    struct ledger b;
    uint64_t payload, requested;
    ledger_init(&b, BASE);
    assert_int_equal(ledger_add(&b, BASE + 16, 5), 1);
    assert_true(ledger_drop(&b, 1, 7));
    assert_int_equal(ledger_add(&b, BASE + 16, 6), 2);
    assert_false(ledger_find(&b, 1, &payload, &requested));
    assert_false(ledger_drop(&b, 1, 8));
    assert_false(ledger_move(&b, 1, BASE, 1, 8));
    assert_int_equal(ledger_freed_by(&b, 1), 7);
    assert_int_equal(ledger_freed_by(&b, 2), 0);
    assert_true(ledger_find(&b, 2, &payload, &requested) && payload == BASE + 16 && requested == 6);
    b.next_id = UINT32_MAX; /* ids have run out */
    assert_int_equal(ledger_add(&b, BASE, 1), 0);
    ledger_release(&b);
}

static void large_requests_are_kept(void **unused)
{
    (void)unused;
    struct ledger b;
    uint64_t payload, requested;
    ledger_init(&b, BASE);
    ledger_add(&b, BASE, UINT32_MAX);
    ledger_add(&b, BASE + 32, UINT64_C(5) << 32);
    ledger_add(&b, BASE + 64, UINT32_MAX - 1);
    assert_true(ledger_find(&b, 1, &payload, &requested) && requested == UINT32_MAX);
    assert_true(ledger_find(&b, 2, &payload, &requested) && requested == UINT64_C(5) << 32);
    assert_true(ledger_find(&b, 3, &payload, &requested) && requested == UINT32_MAX - 1);
    assert_true(ledger_move(&b, 2, BASE + 96, UINT64_C(6) << 32, 4));
    assert_true(ledger_find(&b, 2, &payload, &requested) && requested == UINT64_C(6) << 32 &&
                payload == BASE + 96);
    assert_true(ledger_move(&b, 2, BASE + 96, 9, 5));
    assert_true(ledger_find(&b, 2, &payload, &requested) && requested == 9);
    assert_int_equal(ledger_freed_by(&b, 2), 0); /* it moved: it was not freed */
    ledger_release(&b);
}

/* Who has been freed, or is asked about, overlaps nobody; ends do not. */
static void the_first_that_overlaps(void **unused)
{
    (void)unused;
    struct ledger b;
    ledger_init(&b, BASE);
    ledger_add(&b, BASE, 32);
    ledger_add(&b, BASE + 32, 32);
    ledger_add(&b, BASE + 64, UINT64_C(5) << 32);
    assert_int_equal(ledger_overlaps(&b, 4, BASE + 31, BASE + 40), 1);
    assert_int_equal(ledger_overlaps(&b, 1, BASE + 31, BASE + 40), 2);
    assert_int_equal(ledger_overlaps(&b, 1, BASE, BASE + 32), 0);
    assert_int_equal(ledger_overlaps(&b, 4, BASE + (UINT64_C(4) << 32), BASE + (UINT64_C(6) << 32)),
                     3);
    assert_int_equal(ledger_overlaps(&b, 3, BASE + 64, BASE + 65), 0);
    assert_true(ledger_drop(&b, 1, 7));
    assert_int_equal(ledger_overlaps(&b, 4, BASE, BASE + 32), 0);
    assert_int_equal(ledger_overlaps(&b, 4, 1, UINT64_MAX), 2);
    ledger_release(&b);
}

static void names_belong_to_ids(void **unused)
{
    (void)unused;
    struct ledger b;
    ledger_init(&b, BASE);
    ledger_add(&b, BASE, 1);
    ledger_add(&b, BASE + 16, 1);
    ledger_name_set(&b, 1, "p");
    assert_int_equal(ledger_name_find(&b, "p"), 1);
    assert_string_equal(ledger_name_of(&b, 1), "p");
    assert_null(ledger_name_of(&b, 2));
    assert_int_equal(ledger_name_find(&b, "q"), 0);
    ledger_name_set(&b, 2, "p"); /* the newest bearer counts */
    assert_int_equal(ledger_name_find(&b, "p"), 2);
    assert_true(ledger_name_valid("_x9") && ledger_name_valid("buffer"));
    assert_false(ledger_name_valid("") || ledger_name_valid("9x") || ledger_name_valid("all") ||
                 ledger_name_valid("a-b") || ledger_name_valid("\xc3\xa4"));
    assert_true(ledger_name_valid("a234567890123456789012345678901"));
    assert_false(ledger_name_valid("a2345678901234567890123456789012"));
    ledger_release(&b);
}

static void names_by_id(void **unused)
{
    (void)unused;
    struct ledger b;
    struct ledger_name *names;
    size_t n;
    ledger_init(&b, BASE);
    assert_true(ledger_names_by_id(&b, &names, &n) && n == 0 && !names);
    for (uint32_t i = 0; i < 4; i++)
        ledger_add(&b, BASE + 16 * i, 1);
    ledger_name_set(&b, 4, "d");
    ledger_name_set(&b, 2, "old");
    ledger_name_set(&b, 1, "x");
    ledger_name_set(&b, 2, "new");
    ledger_name_set(&b, 3, "x"); /* #1 has none now */
    assert_true(ledger_names_by_id(&b, &names, &n));
    assert_int_equal(n, 3);
    static const char *const expected[] = {"new", "x", "d"};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(names[i].id, i + 2);
        assert_string_equal(names[i].name, expected[i]);
    }
    free(names);
    ledger_release(&b);
}

/* Random adds, moves and drops beside an array. */
static void agrees_with_a_model(void **unused)
{
    (void)unused;
    static uint64_t where[MANY + 1]; /* of a live id; 0 */
    struct ledger b;
    uint64_t seed = 1;
    size_t live = 0;
    memset(where, 0, sizeof where);
    ledger_init(&b, BASE);
    for (uint32_t last = 0; last < MANY;) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint32_t dice = (uint32_t)(seed >> 60), id = last ? (uint32_t)(seed >> 33) % last + 1 : 0;
        uint64_t payload = BASE + (seed >> 40) % 100000 * 16, found, requested;
        if (dice < 8 || id == 0) {
            assert_int_equal(ledger_add(&b, payload, payload - BASE), ++last);
            where[last] = payload;
            live++;
        } else if (dice < 14) {
            assert_int_equal(ledger_drop(&b, id, last), where[id] != 0);
            live -= where[id] != 0;
            where[id] = 0;
        } else {
            assert_int_equal(ledger_move(&b, id, payload, payload - BASE, last), where[id] != 0);
            if (where[id]) where[id] = payload;
        }
        if (id) assert_int_equal(ledger_find(&b, id, &found, &requested), where[id] != 0);
        if (id && where[id]) assert_true(found == where[id] && requested == where[id] - BASE);
        assert_int_equal(ledger_n_live(&b), live);
        uint32_t pick = ledger_pick(&b, seed);
        assert_true(live == 0 ? pick == 0 : where[pick] != 0);
    }
    uint32_t next = 0;
    for (uint32_t id = 1; id <= MANY; id++)
        if (where[id]) assert_int_equal(next = ledger_next_live(&b, next), id);
    assert_int_equal(ledger_next_live(&b, next), 0);
    struct ledger_block *blocks;
    size_t n;
    assert_true(ledger_in_order(&b, &blocks, &n));
    assert_int_equal(n, live);
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || blocks[i - 1].payload <= blocks[i].payload);
        assert_int_equal(blocks[i].payload, where[blocks[i].id]);
        assert_int_equal(blocks[i].requested, where[blocks[i].id] - BASE);
    }
    for (uint32_t id = 1; id <= MANY; id++) { /* by address, too; of several the oldest */
        if (!where[id]) continue;
        uint32_t found = ledger_live_at(&b, where[id]);
        assert_true(found != 0 && found <= id && where[found] == where[id]);
    }
    free(blocks);
    ledger_release(&b);
}

/* What an address was: the live block there, else the last one that was; whatever the address, up
 * to the last page that there is. */
static void any_address_is_known(void **unused)
{
    static const uint64_t places[] = {16, 0x411010, UINT64_C(0x7ffff7a00008),
                                      UINT64_C(0x7fffffffefff0), UINT64_MAX - 15};
    (void)unused;
    struct ledger b;
    ledger_init(&b, BASE);
    assert_int_equal(ledger_add(&b, 0, 1), 0); /* no payload lies there */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct ledger_known known = ledger_known_at(&b, places[i]);
        uint64_t payload, requested;
        assert_true(known.id == 0 && !known.live);
        uint32_t id = ledger_add(&b, places[i], i + 7);
        known = ledger_known_at(&b, places[i]);
        assert_true(id != 0 && known.id == id && known.live && known.requested == i + 7);
        assert_true(ledger_find(&b, id, &payload, &requested) && payload == places[i]);
        assert_int_equal(ledger_known_at(&b, places[i] ^ UINT64_C(1) << 40).id, 0);
        assert_true(ledger_move(&b, id, places[i] ^ UINT64_C(1) << 33, 9, 1));
        known = ledger_known_at(&b, places[i]);
        assert_true(known.id == id && !known.live && known.moved);
        assert_int_equal(ledger_live_at(&b, places[i] ^ UINT64_C(1) << 33), id);
        assert_true(ledger_move(&b, id, places[i], 9, 2) && ledger_drop(&b, id, 3));
        known = ledger_known_at(&b, places[i]);
        assert_true(known.id == id && !known.live && !known.moved);
    }
    ledger_release(&b);
}

/* Many at once, in an order of their own: the table by address stays true through growth, holes and
 * compaction. */
static void addresses_come_and_go(void **unused)
{
    (void)unused;
    enum { N = 20000 };
    struct ledger b;
    ledger_init(&b, BASE);
    for (uint32_t round = 0; round < 3; round++) {
        uint32_t first = b.next_id;
        for (uint32_t i = 0; i < N; i++) /* two regions, one block a page in the second */
            assert_true(ledger_add(&b,
                                   i % 2 ? BASE + i * UINT64_C(48)
                                         : UINT64_C(0x7f0000000010) + i * UINT64_C(4096),
                                   i) != 0);
        for (uint32_t i = 0; i < N; i++) {
            uint64_t payload =
                i % 2 ? BASE + i * UINT64_C(48) : UINT64_C(0x7f0000000010) + i * UINT64_C(4096);
            assert_int_equal(ledger_live_at(&b, payload), first + i);
            if (i % 3) assert_true(ledger_drop(&b, first + i, round));
            assert_int_equal(ledger_live_at(&b, payload), i % 3 ? 0 : first + i);
        }
        for (uint32_t i = 0; i < N; i += 3)
            assert_true(ledger_drop(&b, first + i, round));
        assert_int_equal(ledger_n_live(&b), 0);
    }
    ledger_release(&b);
}

/* Whoever keeps what was said hears of what is no longer so. */
static void what_changes_is_told(void **unused)
{
    (void)unused;
    struct ledger b;
    ledger_init(&b, BASE);
    assert_true(b.n_touched > LEDGER_TOUCHED_MAX); /* nothing was said yet */
    ledger_settle(&b);
    assert_int_equal(b.n_touched, 0);
    uint32_t id = ledger_add(&b, BASE, 1);
    assert_true(b.n_touched == 1 && b.touched[0] == BASE);
    ledger_settle(&b);
    assert_true(ledger_move(&b, id, BASE + 64, 1, 1));
    bool left = false, come = false;
    for (size_t i = 0; i < b.n_touched; i++)
        left |= b.touched[i] == BASE, come |= b.touched[i] == BASE + 64;
    assert_true(left && come);
    ledger_settle(&b);
    assert_true(ledger_move(&b, id, BASE + 64, 2, 1)); /* in its place: another request */
    assert_true(b.n_touched >= 1 && b.touched[0] == BASE + 64);
    ledger_settle(&b);
    assert_true(ledger_drop(&b, id, 2) && b.n_touched == 1 && b.touched[0] == BASE + 64);
    for (unsigned i = 0; i < LEDGER_TOUCHED_MAX + 1; i++)
        ledger_add(&b, BASE + 128 + i * 16, 1);
    assert_true(b.n_touched > LEDGER_TOUCHED_MAX);
    ledger_release(&b);
}

/* Only the newest of those that were freed are remembered. */
static void freed_ones_are_forgotten_in_the_end(void **unused)
{
    (void)unused;
    struct ledger b;
    ledger_init(&b, BASE);
    for (uint32_t id = 1; id <= LEDGER_FREED_MAX + 10; id++) {
        assert_int_equal(ledger_add(&b, BASE + id * UINT64_C(16), 1), id);
        assert_true(ledger_drop(&b, id, id));
    }
    assert_int_equal(ledger_freed_by(&b, 1), 0);
    assert_int_equal(ledger_freed_by(&b, LEDGER_FREED_MAX + 10), LEDGER_FREED_MAX + 10);
    assert_true(b.n_freed <= LEDGER_FREED_MAX);
    assert_true(b.n_live < 4096); /* the holes were closed */
    ledger_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_never_used_twice),
        cmocka_unit_test(large_requests_are_kept),
        cmocka_unit_test(the_first_that_overlaps),
        cmocka_unit_test(names_belong_to_ids),
        cmocka_unit_test(names_by_id),
        cmocka_unit_test(agrees_with_a_model),
        cmocka_unit_test(any_address_is_known),
        cmocka_unit_test(addresses_come_and_go),
        cmocka_unit_test(what_changes_is_told),
        cmocka_unit_test(freed_ones_are_forgotten_in_the_end),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
