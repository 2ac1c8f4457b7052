/* test_fault.c: every fault under every policy: staged on the target's bytes, found or not as it
 * must be, undone to the byte, done again the same way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "tests/support/try.h"

/* What the checker says after each fault: the number of the invariant, 0 if it can't see it, under
 * header and under the fits. */
static const struct fault_row {
    const char *name;
    int header, fit;
    bool alive;
} rows[] = {
    {"overflow", 2, 2, true},    {"underflow", 2, 2, true},      {"off-by-one", 2, 3, true},
    {"double-free", 0, 0, true}, {"use-after-free", 0, 6, true}, {"wild-free", 0, 5, true},
    {"header", 2, 2, true},      {"cycle", 2, 5, true},          {"leak", 0, 0, true},
    {"oom", 0, 0, false},
};
#define N_ROWS (sizeof rows / sizeof rows[0])

static void assert_found(const struct outcome *out, const struct fault_row *row,
                         enum heap_policy policy)
{
    int expected = policy == HEAP_HEADER ? row->header : policy == HEAP_BUMP ? 0 : row->fit;
    json_t *invariant = json_object_get(out->result, "invariant");
    assert_string_equal(json_string_value(json_object_get(out->result, "fault")), row->name);
    assert_int_equal(json_is_true(json_object_get(out->result, "found")), expected != 0);
    /* In a circle of one block both the links and their number are wrong. */
    if (strcmp(row->name, "cycle") == 0 && json_integer_value(invariant) == 6) expected = 6;
    assert_int_equal(json_is_integer(invariant) ? json_integer_value(invariant) : 0, expected);
    assert_int_equal(json_is_true(json_object_get(out->result, "alive")), row->alive);
    if (expected == 0) assert_non_null(strstr(out->sentence, "not found by check, because "));
    assert_non_null(strstr(out->text, "  1. "));
}

static void one_fault(const struct fault_row *row, enum heap_policy policy,
                      const char *const *before, size_t n)
{
    static struct try_image good, broken, again;
    char line[64];
    try_open(policy);
    for (size_t i = 0; i < n; i++)
        try_ok("%s", before[i]);
    try_image_take(&good);
    size_t entries = try_lab.shown.session.log.n;
    snprintf(line, sizeof line, "break %s", row->name);
    assert_found(try_ok("%s", line), row, policy);
    assert_int_equal(try_lab.shown.session.log.n, entries + 1);
    assert_int_equal(try_lab.shown.session.target.alive, row->alive);
    if (row->alive) try_image_take(&broken);
    try_ok("undo");
    try_image_take(&again);
    try_image_same(&good, &again, line);
    if (policy != HEAP_BUMP) try_ok("check");
    try_ok("redo");
    assert_int_equal(try_lab.shown.session.target.alive, row->alive);
    if (row->alive) {
        try_image_take(&again);
        try_image_same(&broken, &again, "redo");
    }
    try_ok("undo");
    try_ok("alloc 32");
    try_close();
}

static void test_empty(void **state)
{
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++)
        for (size_t i = 0; i < N_ROWS; i++)
            one_fault(&rows[i], policy, NULL, 0);
}

static void test_full(void **state)
{
    static const char *const before[] = {"alloc 64", "alloc 32 as b", "alloc 100",
                                         "alloc 16", "alloc 64",      "alloc 300",
                                         "alloc 24", "free b",        "free 6"};
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++)
        for (size_t i = 0; i < N_ROWS; i++)
            one_fault(&rows[i], policy, before, sizeof before / sizeof before[0]);
}

/* Other orders, no coalescing, growth by the page, a foreign gap: staging still finds or makes its
 * blocks. */
static void test_switches(void **state)
{
    static const char *const before[] = {"set coalesce off", "set growth page", "set order lifo",
                                         "alloc 40",         "sbrk +100",       "alloc 8",
                                         "alloc 8",          "free 2"};
    (void)state;
    for (enum heap_policy policy = HEAP_FIRST_FIT; policy < HEAP_N_POLICIES; policy++)
        for (size_t i = 0; i < N_ROWS; i++)
            one_fault(&rows[i], policy, before, sizeof before / sizeof before[0]);
}

static void test_bump(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        char line[64];
        bool possible = i >= N_ROWS - 2;
        if (possible) one_fault(&rows[i], HEAP_BUMP, NULL, 0);
        if (possible) continue;
        try_open(HEAP_BUMP);
        snprintf(line, sizeof line, "break %s", rows[i].name);
        const struct outcome *out = lab_run(&try_lab, line);
        assert_false(out->ok);
        assert_non_null(strstr(out->error, "bump has no headers"));
        assert_null(strchr(out->error, '\n'));
        assert_int_equal(try_lab.shown.session.log.n, 0);
        try_close();
    }
}

/* What is broken already is not broken again; an unknown fault, and a heap that may not grow, are
 * refused in words. */
static void test_refused(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("break overflow");
    assert_false(lab_run(&try_lab, "break header")->ok);
    assert_non_null(strstr(try_lab.last->error, "damaged already"));
    try_ok("undo");
    try_ok("limit 64");
    assert_false(lab_run(&try_lab, "break overflow")->ok);
    assert_non_null(strstr(try_lab.last->error, "could not be made"));
    assert_false(lab_run(&try_lab, "break heart")->ok);
    assert_non_null(strstr(try_lab.last->error, "there is no fault heart"));
    try_close();
}

/* With the guards on: found earlier, or made harmless; and still undone to the byte. */
static const struct guarded_row {
    const char *name;
    int header, fit;
} guarded[] = {
    {"overflow", 2, 2},    {"underflow", 13, 13},      {"off-by-one", 13, 13},
    {"double-free", 0, 0}, {"use-after-free", 14, 14}, {"wild-free", 0, 0},
    {"header", 2, 2},      {"cycle", 2, 13},           {"leak", 0, 0},
};

static void test_guarded(void **state)
{
    static struct try_image good, again;
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++) {
            char line[64];
            int expected = policy == HEAP_HEADER ? guarded[i].header : guarded[i].fit;
            try_open(policy);
            try_ok("set canary on");
            try_ok("set poison on");
            try_ok("set quarantine 4");
            try_ok("random 30 seed 5");
            try_image_take(&good);
            snprintf(line, sizeof line, "break %s", guarded[i].name);
            const struct outcome *out = try_ok("%s", line);
            json_t *invariant = json_object_get(out->result, "invariant");
            int found = json_is_integer(invariant) ? (int)json_integer_value(invariant) : 0;
            if (found != expected)
                fail_msg("%s under %s: I%d\n%s\n%s", line, heap_policy_name(policy), found,
                         out->text, out->sentence);
            try_ok("undo");
            try_image_take(&again);
            try_image_same(&good, &again, line);
            try_ok("check");
            try_close();
        }
    }
}

/* A canary takes bytes of the freed block, which is reused all the same; and the links of the fits
 * stand where the front guard was. */
static void test_a_canary_hides_no_reuse(void **state)
{
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("set canary on");
        assert_non_null(strstr(try_ok("break double-free")->text, "lives there"));
        try_ok("undo");
        const struct outcome *out = try_ok("break use-after-free");
        assert_null(strstr(out->text, "links stand there"));
        assert_non_null(strstr(out->text, "the old pointer writes again"));
        try_close();
    }
}

/* Neither undo nor redo is itself a command that can be undone. */
static void test_undo_is_not_logged(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("alloc 16");
    try_ok("alloc 16");
    try_ok("undo");
    assert_int_equal(try_lab.shown.session.log.n, 1);
    try_ok("redo");
    assert_int_equal(try_lab.shown.session.log.n, 2);
    try_ok("undo 2");
    assert_int_equal(try_lab.shown.session.log.n, 0);
    assert_int_equal(try_lab.shown.session.log.n_undone, 2);
    try_close();
}

/* The map marks the bytes that did the harm, not what the check did after; a circle is told as one.
 */
static void the_harm_is_marked(void **unused)
{
    (void)unused;
    static const struct {
        const char *kind;
        uint64_t from, to;
    } row[] = {
        {"overflow", 0x411060, 0x411080},
        {"off-by-one", 0x411060, 0x411061},
        {"header", 0x411060, 0x411068},
        {"cycle", 0x411070, 0x411078},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        try_open(HEAP_HEADER);
        try_ok("alloc 64");
        try_ok("alloc 64");
        try_ok("break %s", row[i].kind);
        const struct changes *c = &try_lab.shown.session.changes;
        if (c->n != 1 || c->change[0].from != row[i].from || c->change[0].to != row[i].to)
            fail_msg("%s: %zu marks, the first from 0x%llx to 0x%llx", row[i].kind, c->n,
                     (unsigned long long)c->change[0].from, (unsigned long long)c->change[0].to);
        assert_int_equal(c->change[0].kind, CHANGE_WRITTEN);
        assert_true(try_lab.last->behind);
        if (strcmp(row[i].kind, "cycle") == 0)
            try_tells("the list, from its head on: #1 -> #2 -> #1 (a circle)");
        try_close();
    }
    try_open(HEAP_FIRST_FIT);
    try_ok("break cycle");
    try_ok("blocks");
    try_tells("next_free, from the first on, as it stands: #1 -> #1 (a circle)");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),         cmocka_unit_test(test_full),
        cmocka_unit_test(test_switches),      cmocka_unit_test(test_bump),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_undo_is_not_logged),
        cmocka_unit_test(test_guarded),       cmocka_unit_test(test_a_canary_hides_no_reuse),
        cmocka_unit_test(the_harm_is_marked),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
