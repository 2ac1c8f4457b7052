/* test_claims.c: random sessions, and every sentence in them held against the bytes
 * (tests/support/claims.h); what is said to fit is tried. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/text/splitmix.h"
#include "tests/support/claims.h"
#include "tests/support/try.h"

static uint64_t dice;
static uint64_t below(uint64_t n) { return splitmix_next(&dice) % n; }

/* Run a command, and hold what it says against the heap before and after. */
static bool claim(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool claim(const char *format, ...)
{
    char line[256];
    struct claims c;
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    claims_before(&c);
    bool ok = try_any("%s", line);
    claims_after(&c);
    claims_hold(&c);
    claims_release(&c);
    return ok;
}

/* ── What fits ── */

static uint64_t fits(const char *which)
{
    try_ok("stats");
    return (uint64_t)json_integer_value(
        json_object_get(json_object_get(try_lab.last->result, "fragmentation"), which));
}

static bool moves_brk(uint64_t size)
{
    uint64_t before = try_lab.shown.session.target.brk;
    bool ok = try_any("alloc %" PRIu64, size);
    bool moved = !ok || try_lab.shown.session.target.brk != before;
    if (ok) try_ok("undo");
    return moved;
}

/* The largest request that fits without moving brk fits, and one byte more does not. */
static void what_fits_is_tried(void)
{
    uint64_t n = fits("fits_now");
    if (n > 0 && moves_brk(n)) fail_msg("%" PRIu64 " bytes should fit, and do not", n);
    if (!moves_brk(n + 1))
        fail_msg("%" PRIu64 " bytes fit, one more than the most that is told", n + 1);
}

/* ── Random sessions ── */

static uint64_t some_size(void)
{
    uint64_t kind = below(20);
    return kind == 0 ? 1 + below(6000) : kind < 5 ? 1 + below(600) : 1 + below(120);
}

static uint32_t some_id(void)
{
    uint32_t id = ledger_pick(&try_lab.shown.session.ledger, splitmix_next(&dice));
    return id ? id : 1;
}

static void some_setting(void)
{
    static const char *const settings[] = {
        "split off",    "split on",       "coalesce off", "coalesce on",
        "trim off",     "trim on",        "order lifo",   "order address",
        "order fifo",   "order size-up",  "growth page",  "growth exact",
        "quarantine 3", "quarantine off", "poison on",    "canary on"};
    claim("set %s", settings[below(sizeof settings / sizeof settings[0])]);
}

static void some_write(void)
{
    uint64_t payload, requested;
    uint32_t id = some_id();
    if (!ledger_find(&try_lab.shown.session.ledger, id, &payload, &requested)) return;
    if (below(4) == 0)
        claim("fill %" PRIu32 " %" PRIu64, id, below(256));
    else
        claim("write %" PRIu32 " %" PRIu64 " 41424344", id, below(requested));
}

static void some_command(void)
{
    switch (below(22)) {
    case 0:
        claim("calloc %" PRIu64 " %" PRIu64, 1 + below(8), 1 + below(60));
        break;
    case 1:
        claim("aligned %" PRIu64 " %" PRIu64, UINT64_C(1) << below(10), some_size());
        break;
    case 2:
    case 3:
    case 4:
        claim("realloc %" PRIu32 " %" PRIu64, some_id(), some_size());
        break;
    case 5:
        claim("sbrk %" PRIu64, 1 + below(100));
        break;
    case 6:
        some_setting();
        break;
    case 7:
        claim("repeat %" PRIu64 " alloc %" PRIu64, 2 + below(4), some_size());
        break;
    case 8:
        some_write();
        break;
    case 9:
        claim(below(2) ? "undo" : "redo");
        break;
    case 10:
        claim("limit %" PRIu64, try_lab.shown.session.target.brk -
                                    try_lab.shown.session.target.hello.heap_start + below(400));
        break;
    case 11:
        claim("limit off");
        break;
    case 12:
        claim("free %" PRIu32 " %" PRIu32, some_id(), some_id());
        break;
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
        claim("free %" PRIu32, some_id());
        break;
    default:
        claim("alloc %" PRIu64, some_size());
        break;
    }
}

/* The checker's own verdict, for what is said in a sound heap must be so in each of them. */
static void play(enum heap_policy policy, uint64_t seed, unsigned commands)
{
    dice = seed * 977 + policy;
    try_open(policy);
    if (policy != HEAP_BUMP && below(3) == 0) claim("set canary on");
    for (unsigned i = 0; i < commands; i++)
        some_command();
    if (policy != HEAP_BUMP) what_fits_is_tried();
    try_close();
}

static unsigned n_sessions(void)
{
    return getenv("BRKVIEW_LONG") ? 300 : getenv("BRKVIEW_QUICK") ? 2 : 12;
}

static void every_sentence_is_so(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++)
        for (unsigned seed = 1; seed <= n_sessions(); seed++)
            play(policy, seed, 60);
}

/* ── Sentences that were false ── */

static void guards_count(void **unused)
{
    (void)unused;
    struct session_setup setup;
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    setup.value[HEAP_CANARY] = 1;
    try_open_with(&setup, false);
    try_ok("alloc 96");
    try_ok("alloc 16");
    try_ok("free 1");
    assert_int_equal(fits("fits_now"), 96 + 32 - 24);
    what_fits_is_tried();
    try_close();
}

static void a_refusal_that_is_not_the_end(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    claim("limit 400");
    claim("alloc 200");
    claim("alloc 16");
    claim("alloc 100");
    claim("free 1");
    claim("realloc 3 180");
    try_says("it can't grow in its place, sbrk(80) fails, (void *) -1: the limit refused; "
             "first-fit looked at #1 (holds 208: fits)");
    try_says("then the last block is free: sbrk(-128) gives it back; brk moves down to 0x411100");
    try_close();
}

static void bytes_beyond_brk(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    claim("alloc 100");
    claim("sbrk -50 force");
    claim("fill 1 0xaa");
    try_says("38 of these bytes lie beyond brk");
    try_close();
}

static void bytes_of_two(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    claim("alloc 16");
    claim("alloc 16");
    claim("write 1 16 ff force");
    try_says("the bytes beyond #1's payload belong to");
    try_ok("undo");
    try_ok("set lock off");
    try_ok("race");
    try_close();
    struct session_setup setup;
    session_setup_defaults(&setup, HEAP_HEADER);
    setup.value[HEAP_CANARY] = 1;
    try_open_with(&setup, false);
    claim("alloc 20");
    claim("write 1 20 00");
    try_says("the bytes behind the 20 that #1 asked for are its canary");
    try_close();
    try_open(HEAP_HEADER);
    claim("alloc 20");
    claim("write 1 20 00");
    try_says("only #1's block changed, and in it padding");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sentence_is_so),
        cmocka_unit_test(guards_count),
        cmocka_unit_test(a_refusal_that_is_not_the_end),
        cmocka_unit_test(bytes_beyond_brk),
        cmocka_unit_test(bytes_of_two),
    };
    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
