/* test_session_steps.c: the steps of a command, applied to the bytes and the brk before it, give
 * those after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/tell/shapes.h"
#include "tests/support/try.h"

#define ROOM (1u << 20)
#define COMMANDS 400

/* The heap as the steps say it is. */
static unsigned char heap[ROOM];
static uint64_t start, brk_now;
static struct heap_root root;

static uint64_t address(const json_t *step, const char *key)
{
    const char *text = json_string_value(json_object_get(step, key));
    return text ? strtoull(text, NULL, 16) : 0;
}

static void move_brk(uint64_t to)
{
    assert_true(to >= start && to - start <= ROOM);
    if (to > brk_now)
        memset(heap + (brk_now - start), 0, to - brk_now); /* what lies behind brk is nobody's */
    brk_now = to;
}

static void apply_write(const json_t *step)
{
    uint64_t block = address(step, "block"),
             offset = (uint64_t)json_integer_value(json_object_get(step, "offset")),
             value = address(step, "new"), was = 0;
    const char *field = json_string_value(json_object_get(step, "field"));
    size_t bytes = strcmp(field, "is_free") == 0 ? 4 : 8;
    unsigned char *at = block ? heap + (block + offset - start) : (unsigned char *)&root + offset;
    assert_true(block ? block + offset + bytes <= brk_now : offset + bytes <= sizeof root);
    memcpy(&was, at, bytes);
    if (was != address(step, "old"))
        fail_msg("%s: %s was 0x%llx", try_lab.last->command, field, (unsigned long long)was);
    memcpy(at, &value, bytes);
}

static void apply(const json_t *step)
{
    const char *name = json_string_value(json_object_get(step, "step"));
    if (strcmp(name, "write-header") == 0) {
        apply_write(step);
    } else if (strcmp(name, "sbrk") == 0 || strcmp(name, "trim") == 0) {
        assert_int_equal(address(step, "from"), brk_now);
        move_brk(address(step, "to"));
    } else if (strcmp(name, "copy") == 0) {
        memmove(heap + (address(step, "to") - start), heap + (address(step, "from") - start),
                (size_t)json_integer_value(json_object_get(step, "bytes")));
    } else if (strcmp(name, "skipped") == 0) {
        fail_msg("%s: steps were skipped", try_lab.last->command);
    }
}

static void read_all(void)
{
    size_t n;
    unsigned char *bytes = try_bytes(&n);
    assert_true(n <= ROOM);
    start = try_lab.shown.session.target.hello.heap_start;
    brk_now = try_lab.shown.session.target.brk;
    memcpy(heap, bytes, n);
    free(bytes);
    assert_int_equal(session_read(&try_lab.shown.session,
                                  try_lab.shown.session.target.hello.root_address, &root,
                                  sizeof root),
                     sizeof root);
}

/* Bytes that the verb grew may be dirty from an earlier time where nobody has written: only blocks'
 * records are compared, as a snapshot is. */
static void same_as_real(void)
{
    struct session *s = &try_lab.shown.session;
    struct heap_root real;
    size_t n;
    assert_int_equal(brk_now, s->target.brk);
    assert_int_equal(session_read(s, s->target.hello.root_address, &real, sizeof real),
                     sizeof real);
    if (memcmp(&real, &root, sizeof real) != 0)
        fail_msg("%s: the root is another", try_lab.last->command);
    unsigned char *bytes = try_bytes(&n);
    for (size_t i = 0; i < snapshot_n_blocks(s->snapshot); i++) {
        struct snapshot_block b = snapshot_block(s->snapshot, i);
        struct block_word words[BLOCK_WORDS_MAX];
        size_t n_words =
            shape_block_words(s->setup.policy, s->setup.value[HEAP_CANARY] != 0, &b, words);
        for (size_t k = 0; k < n_words; k++) {
            size_t at = words[k].address - start;
            if (memcmp(bytes + at, heap + at, words[k].bytes) != 0)
                fail_msg("%s: %s of 0x%llx", try_lab.last->command, words[k].name,
                         (unsigned long long)b.address);
        }
    }
    free(bytes);
}

static void steps_give_the_next_state(enum heap_policy policy)
{
    static const char *const switches[] = {"split off",       "coalesce off",  "trim off",
                                           "split on",        "coalesce on",   "trim on",
                                           "order lifo",      "order size-up", "order fifo",
                                           "order size-down", "growth page",   "growth exact"};
    uint64_t z = policy + 11u;
    try_open(policy);
    for (int i = 0; i < COMMANDS; i++) {
        z = z * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint32_t id = ledger_pick(&try_lab.shown.session.ledger, z >> 20);
        unsigned size = (unsigned)(z >> 40) % 300 + 1;
        read_all();
        switch ((z >> 59) % 16) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
            try_any("alloc %u", size);
            break;
        case 6:
            try_any("aligned 64 %u", size);
            break;
        case 7:
            try_any("realloc %u %u", id, size);
            break;
        case 8:
            try_any("calloc 3 %u", size);
            break;
        case 9:
            try_any("sbrk %u", size);
            break;
        case 10:
            try_any("set %s", switches[size % 12]);
            continue; /* it may sort the list: the allocator tells that too, but it is no verb */
        default:
            try_any("free %u", id);
            break;
        }
        json_t *j = try_json(), *steps = json_object_get(j, "steps");
        for (size_t k = 0; k < json_array_size(steps); k++)
            apply(json_array_get(steps, k));
        json_decref(j);
        same_as_real();
    }
    try_close();
}

static void under_bump(void **unused) { (void)unused, steps_give_the_next_state(HEAP_BUMP); }
static void under_header(void **unused) { (void)unused, steps_give_the_next_state(HEAP_HEADER); }
static void under_first_fit(void **unused)
{
    (void)unused, steps_give_the_next_state(HEAP_FIRST_FIT);
}
static void under_next_fit(void **unused)
{
    (void)unused, steps_give_the_next_state(HEAP_NEXT_FIT);
}
static void under_best_fit(void **unused)
{
    (void)unused, steps_give_the_next_state(HEAP_BEST_FIT);
}
static void under_worst_fit(void **unused)
{
    (void)unused, steps_give_the_next_state(HEAP_WORST_FIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(under_bump),      cmocka_unit_test(under_header),
        cmocka_unit_test(under_first_fit), cmocka_unit_test(under_next_fit),
        cmocka_unit_test(under_best_fit),  cmocka_unit_test(under_worst_fit),
    };
    return cmocka_run_group_tests_name("session steps", tests, NULL, NULL);
}
