/* test_report_numbers.c: integers that readers of JSON would change are text: jq and browsers keep
 * numbers as doubles, exact up to 2^53 - 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/tell/value.h"
#include "tests/support/program.h"
#include "tests/support/try.h"

static void is(json_t *j, const char *expected)
{
    char *text = json_dumps(j, JSON_ENCODE_ANY);
    assert_string_equal(text, expected);
    free(text);
    json_decref(j);
}

static void the_border(void **unused)
{
    (void)unused;
    is(value_number(0), "0");
    is(value_number(9007199254740991), "9007199254740991");
    is(value_number(9007199254740992), "\"0x20000000000000\"");
    is(value_number(UINT64_MAX), "\"0xffffffffffffffff\"");
    is(value_signed(-96), "-96");
    is(value_signed(9007199254740991), "9007199254740991");
    is(value_signed(-9007199254740991), "-9007199254740991");
    is(value_signed(-9007199254740992), "\"-0x20000000000000\"");
    is(value_signed(9007199254740992), "\"0x20000000000000\"");
    is(value_signed(INT64_MIN), "\"-0x8000000000000000\"");
}

/* The last command's JSON holds text. */
static void holds(const char *text)
{
    json_t *j = try_json();
    char *line = json_dumps(j, JSON_COMPACT);
    if (!strstr(line, text)) fail_msg("%s: no %s in %s", try_lab.last->command, text, line);
    free(line);
    json_decref(j);
}

/* Words that a person or a broken heap made large; every command's integers are looked at by
 * try_promises. */
static void large_words(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("limit 9007199254740991");
    holds("\"limit\":9007199254740991");
    try_ok("limit 9007199254740992");
    holds("\"limit\":\"0x20000000000000\"");
    try_ok("stats");
    holds("\"limit\":\"0x20000000000000\"");
    try_ok("policy");
    holds("\"limit\":\"0x20000000000000\"");
    try_any("sbrk 9007199254740992");
    holds("\"bytes\":\"0x20000000000000\"");
    try_any("alloc 18446744073709551600");
    try_any("alloc 9223372036854775000");
    try_any("random 2 seed 9007199254740993");
    holds("\"seed\":\"0x20000000000001\"");
    try_any("random 2 seed 1 max 9007199254740993");
    try_close();

    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++) {
        static const char *const later[] = {
            "blocks", "show 1", "why 1",    "dump 1",        "check",  "stats", "segments",
            "mark b", "diff a", "alloc 16", "realloc 1 100", "free 1", "steps", "screen"};
        try_open(policy);
        try_any("alloc 64");
        try_any("alloc 64");
        try_any("alloc 64");
        try_any("free 2");
        try_any("mark a");
        try_any("write 2 0 \"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\" force");
        try_any("write 1 64 "
                "\"\\xf1\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
                "\\xf1\\xff\\xff\\xff\\xff\\xff"
                "\\xff\\xff\" force");
        for (size_t i = 0; i < sizeof later / sizeof *later; i++)
            try_any("%s", later[i]);
        try_close();
    }
}

static void a_seed_is_told_back_whole(void **unused)
{
    (void)unused;
    struct program p;
    PROGRAM(&p, "quit\n", "quiz", "--json", "--n=1", "--seed=18446744073709551615");
    program_says(&p, "\"seed\":\"0xffffffffffffffff\"");
    program_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_border),
        cmocka_unit_test(large_words),
        cmocka_unit_test(a_seed_is_told_back_whole),
    };
    return cmocka_run_group_tests_name("report numbers", tests, NULL, NULL);
}
