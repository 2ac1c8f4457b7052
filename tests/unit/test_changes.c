/* test_changes.c: what differs between two snapshots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/changes.h"

#define BASE UINT64_C(0x1000)

struct spec {
    uint64_t size, requested;
    uint32_t id;
    enum block_state state;
};
#define U(size, requested, id)                                                                     \
    {                                                                                              \
        size, requested, id, BLOCK_USED                                                            \
    }
#define F(size, id)                                                                                \
    {                                                                                              \
        size, 0, id, BLOCK_FREE                                                                    \
    }
#define X(size)                                                                                    \
    {                                                                                              \
        size, 0, 0, BLOCK_FOREIGN                                                                  \
    }
#define SPECS(...)                                                                                 \
    (const struct spec[]){__VA_ARGS__},                                                            \
        sizeof((const struct spec[]){__VA_ARGS__}) / sizeof(struct spec)

static struct snapshot *make(const struct spec *specs, size_t n, uint64_t damage)
{
    uint64_t at = BASE;
    for (size_t i = 0; i < n; i++)
        at += specs[i].size;
    struct snapshot_head head = {
        .title = "", .heap_start = BASE, .brk = at + damage, .page_bytes = 4096};
    struct snapshot *s = snapshot_new(&head, n);
    at = BASE;
    for (size_t i = 0; i < n; at += specs[i++].size) {
        struct snapshot_block b = {at, specs[i].size, specs[i].requested,
                                   16, specs[i].id,   specs[i].state};
        assert_true(snapshot_add_block(s, &b));
    }
    if (damage) assert_true(snapshot_add_damage(s, at));
    assert_true(snapshot_finish(s));
    return s;
}

static struct changes find(struct snapshot *before, struct snapshot *after)
{
    struct changes c;
    changes_find(&c, before, after);
    snapshot_free(before);
    snapshot_free(after);
    return c;
}

static void assert_change(const struct changes *c, size_t i, enum change_kind kind, uint64_t from,
                          uint64_t to)
{
    assert_true(i < c->n);
    assert_int_equal(c->change[i].kind, kind);
    assert_int_equal(c->change[i].from, BASE + from);
    assert_int_equal(c->change[i].to, BASE + to);
}

static void nothing_before_is_no_change(void **unused)
{
    (void)unused;
    struct changes c = find(NULL, make(SPECS(U(48, 20, 1)), 0));
    assert_int_equal(c.n, 0);
    assert_int_equal(c.brk_before, c.brk_after);
    c = find(make(SPECS(U(48, 20, 1), F(32, 2)), 0), make(SPECS(U(48, 20, 1), F(32, 2)), 0));
    assert_int_equal(c.n, 0);
}

static void each_kind_is_found(void **unused)
{
    (void)unused;
    struct changes c =
        find(make(SPECS(U(48, 20, 1)), 0), make(SPECS(U(48, 20, 1), U(32, 9, 2)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_NEW, 48, 80);
    assert_int_equal(c.change[0].id, 2);
    assert_int_equal(c.brk_after - c.brk_before, 32);

    c = find(make(SPECS(U(48, 20, 1), U(32, 9, 2), U(32, 9, 3)), 0),
             make(SPECS(U(48, 20, 1), F(32, 2), U(32, 9, 3)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_FREED, 48, 80);

    c = find(make(SPECS(U(48, 20, 1), U(32, 9, 2)), 0), make(SPECS(U(48, 20, 1)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_GONE, 48, 80);

    c = find(make(SPECS(U(48, 20, 1)), 0), make(SPECS(U(48, 25, 1)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_RESIZED, 0, 48);

    c = find(make(SPECS(U(48, 20, 1)), 0), make(SPECS(U(48, 20, 1), X(64)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_FOREIGN, 48, 112);

    c = find(make(SPECS(U(48, 20, 1), U(32, 9, 2)), 0), make(SPECS(U(48, 20, 1)), 32));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_DAMAGED, 48, 80);
    c = find(make(SPECS(U(48, 20, 1)), 80), make(SPECS(U(48, 20, 1), U(32, 16, 2), F(48, 3)), 0));
    assert_int_equal(c.n, 2); /* neither is new */
    assert_change(&c, 0, CHANGE_MENDED, 48, 80);
    assert_change(&c, 1, CHANGE_MENDED, 80, 128);
}

static void splits_and_merges(void **unused)
{
    (void)unused;
    /* a free block of 96 is split: 48 taken, the rest is free, smaller */
    struct changes c = find(make(SPECS(U(32, 9, 1), F(96, 2), U(32, 9, 3)), 0),
                            make(SPECS(U(32, 9, 1), U(48, 9, 4), F(48, 0), U(32, 9, 3)), 0));
    assert_int_equal(c.n, 2);
    assert_change(&c, 0, CHANGE_NEW, 32, 80);
    assert_change(&c, 1, CHANGE_RESIZED, 80, 128);
    /* freeing the middle merges three */
    c = find(make(SPECS(F(32, 1), U(48, 9, 2), F(32, 3), U(32, 1, 4)), 0),
             make(SPECS(F(112, 1), U(32, 1, 4)), 0));
    assert_int_equal(c.n, 1);
    assert_change(&c, 0, CHANGE_FREED, 0, 112);
    /* the same place, another owner */
    c = find(make(SPECS(U(32, 9, 1)), 0), make(SPECS(U(32, 9, 5)), 0));
    assert_change(&c, 0, CHANGE_NEW, 0, 32);
}

static void many_changes_are_kept_small(void **unused)
{
    (void)unused;
    enum { N = 300 };
    struct spec before[N], after[N];
    for (uint32_t i = 0; i < N; i++) {
        before[i] = (struct spec)U(32, 9, i + 1);
        after[i] = i % 2 ? before[i] : (struct spec)F(32, i + 1);
    }
    struct changes c = find(make(before, N, 0), make(after, N, 0));
    assert_int_equal(c.n, CHANGES_MAX);
    assert_int_equal(c.n + c.n_more, N / 2);
    assert_int_equal(c.change[CHANGES_MAX - 1].to, BASE + (N - 1) * 32);
    enum change_kind kind = CHANGE_NEW;
    assert_true(changes_touch(&c, BASE, BASE + 1, &kind));
    assert_int_equal(kind, CHANGE_FREED);
    assert_false(changes_touch(&c, BASE + 32, BASE + 64, NULL));
    assert_true(changes_touch(&c, BASE + 63, BASE + 65, NULL));
    assert_false(changes_touch(&c, BASE, BASE, NULL));
    assert_false(changes_touch(&c, BASE + N * 32, UINT64_MAX, NULL));
    assert_true(
        changes_touch(&c, BASE + 290 * 32, BASE + 290 * 32 + 1, NULL)); /* in the merged tail */
}

/* In a heap so large that its equal parts are compared in pieces, one change in each of its
 * regions. */
static void large_heaps(void **unused)
{
    (void)unused;
    enum { N = 20000 };
    static struct spec before[N], after[N];
    for (size_t place = 0; place < 4; place++) {
        size_t at = (size_t[]){0, 5000, N / 2, N - 1}[place];
        for (uint32_t i = 0; i < N; i++)
            before[i] = after[i] = (struct spec)U(32 + i % 3 * 16, 0, i + 1);
        after[at].state = BLOCK_FREE;
        struct changes c = find(make(before, N, 0), make(after, N, 0));
        assert_int_equal(c.n, 1);
        assert_int_equal(c.change[0].kind, CHANGE_FREED);
        assert_int_equal(c.change[0].id, at + 1);
    }
}

static void one_more_is_put_in_its_place(void **unused)
{
    (void)unused;
    struct changes c = {
        .n = 2, .change = {{CHANGE_NEW, 0x1000, 0x1040, 1}, {CHANGE_FREED, 0x2000, 0x2040, 2}}};
    changes_add(&c, (struct change){CHANGE_WRITTEN, 0x1100, 0x1104, 3});
    changes_add(&c, (struct change){CHANGE_WRITTEN, 0x2010, 0x2011, 2}); /* it is marked already */
    changes_add(&c, (struct change){CHANGE_WRITTEN, 0x3000, 0x3001, 4});
    assert_int_equal(c.n, 4);
    assert_int_equal(c.change[1].id, 3);
    assert_int_equal(c.change[3].id, 4);
    while (c.n < CHANGES_MAX)
        c.n++, c.change[c.n - 1] = (struct change){CHANGE_NEW, 0x4000 + c.n, 0x4000 + c.n, 0};
    changes_add(&c, (struct change){CHANGE_WRITTEN, 0x100, 0x101, 0});
    assert_int_equal(c.n, CHANGES_MAX);
    assert_int_equal(c.change[0].id, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_before_is_no_change),
        cmocka_unit_test(each_kind_is_found),
        cmocka_unit_test(splits_and_merges),
        cmocka_unit_test(many_changes_are_kept_small),
        cmocka_unit_test(large_heaps),
        cmocka_unit_test(one_more_is_put_in_its_place),
    };
    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
