/* test_parse.c: words, sizes, ids: what is understood, and what is said of what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/text/text.h"

static char error[256];

/* ── Words ── */

static void words_are_taken_apart(void **unused)
{
    (void)unused;
    struct arguments a;
    const char *line = "  write 1\t0 \"a;b #c\" \"\" x";
    assert_true(arguments_parse(&a, line, error, sizeof error));
    assert_string_equal(a.name, "write");
    assert_int_equal(a.n, 5);
    assert_string_equal(a.word[0], "1");
    assert_string_equal(a.word[2], "a;b #c");
    assert_int_equal(a.length[3], 0);
    assert_true(a.quoted[2] && a.quoted[3] && !a.quoted[4]);
    assert_string_equal(line + a.at[4], "x");
    arguments_release(&a);
}

static void escapes_stand_for_bytes(void **unused)
{
    (void)unused;
    struct arguments a;
    assert_true(
        arguments_parse(&a, "w \"\\n\\t\\r\\e\\0\\\\\\\"\\x41\\xfF\"", error, sizeof error));
    assert_int_equal(a.length[0], 9);
    assert_memory_equal(a.word[0], "\n\t\r\033\0\\\"A\xff", 9);
    arguments_release(&a);
}

static void adjacent_quotes_are_words_of_their_own(void **unused)
{
    (void)unused;
    struct arguments a;
    char line[1024];
    for (size_t i = 0; i < 1020; i += 3)
        memcpy(line + i, "a\"\"", 4);
    assert_true(arguments_parse(&a, line, error, sizeof error));
    assert_int_equal(a.n, 679); /* two words in three bytes, the first of them the command's own */
    for (int i = 0; i < a.n; i++)
        assert_int_equal(a.length[i], i % 2);
    arguments_release(&a);
}

static void refused(const char *line, const char *expected)
{
    struct arguments a;
    assert_false(arguments_parse(&a, line, error, sizeof error));
    if (!strstr(error, expected)) fail_msg("%s: \"%s\"", line, error);
    arguments_release(&a);
}

static void bad_lines_are_refused(void **unused)
{
    (void)unused;
    refused("", "expected a command");
    refused(" \t ", "expected a command");
    refused("write 1 0 \"abc", "quote is not closed");
    refused("write 1 0 \"\\q\"", "backslash in quotes");
    refused("write 1 0 \"\\x4\"", "backslash in quotes");
    refused("write 1 0 \"\\", "a quote is not closed");
    refused("alloc \033[31m", "control character");
    refused("alloc \001", "control character");
    char *line = malloc(PARSE_LINE_MAX + 2);
    memset(line, 'a', PARSE_LINE_MAX + 1);
    line[PARSE_LINE_MAX + 1] = '\0';
    refused(line, "65537 bytes long; expected at most 65536");
    free(line);
}

/* ── Numbers ── */

static void sizes_are_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *word;
        uint64_t size;
    } good[] = {
        {"0", 0},
        {"64", 64},
        {"0x40", 64},
        {"0XfF", 255},
        {"4k", 4096},
        {"4K", 4096},
        {"1M", 1 << 20},
        {"2g", UINT64_C(2) << 30},
        {"1T", UINT64_C(1) << 40},
        {"18446744073709551615", UINT64_MAX},
        {"0xffffffffffffffff", UINT64_MAX},
        {"007", 7},
        {"16777215T", UINT64_C(16777215) << 40},
    };
    static const struct {
        const char *word, *expected;
    } bad[] = {
        {"", "can't be read"},
        {"x", "can't be read"},
        {"0x", "can't be read"},
        {"-5", "SIZE is negative: -5"},
        {"+5", "can't be read"},
        {"4kk", "can't be read"},
        {"4 ", "can't be read"},
        {"0x4k", "can't be read"},
        {"1.5", "can't be read"},
        {"-", "can't be read"},
        {"0x-1", "can't be read"},
        {" 1", "can't be read"},
        {"18446744073709551616", "beyond 64 bits"},
        {"16777216T", "beyond 64 bits"},
        {"0x10000000000000000", "beyond 64 bits"},
        {"99999999999999999999k", "beyond 64 bits"},
    };
    uint64_t size;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!parse_size(good[i].word, "SIZE", &size, error, sizeof error))
            fail_msg("%s: %s", good[i].word, error);
        if (size != good[i].size) fail_msg("%s is %llu", good[i].word, (unsigned long long)size);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (parse_size(bad[i].word, "SIZE", &size, error, sizeof error))
            fail_msg("\"%s\" was taken for %llu", bad[i].word, (unsigned long long)size);
        if (!strstr(error, bad[i].expected) || !strstr(error, "expected"))
            fail_msg("\"%s\": %s", bad[i].word, error);
    }
    assert_false(parse_positive("0", "SIZE", &size, error, sizeof error));
    assert_string_equal(error, "SIZE is 0; expected at least 1");
}

static void deltas_have_a_sign(void **unused)
{
    (void)unused;
    int64_t delta;
    assert_true(parse_delta("+16", &delta, error, sizeof error) && delta == 16);
    assert_true(parse_delta("-4k", &delta, error, sizeof error) && delta == -4096);
    assert_true(parse_delta("0", &delta, error, sizeof error) && delta == 0);
    assert_true(parse_delta("9223372036854775807", &delta, error, sizeof error) &&
                delta == INT64_MAX);
    assert_true(parse_delta("-9223372036854775807", &delta, error, sizeof error) &&
                delta == -INT64_MAX);
    assert_false(parse_delta("9223372036854775808", &delta, error, sizeof error));
    assert_non_null(strstr(error, "out of range"));
    assert_false(parse_delta("--1", &delta, error, sizeof error));
    assert_false(parse_delta("", &delta, error, sizeof error));
}

static void switches_are_on_or_off(void **unused)
{
    (void)unused;
    static const char *const yes[] = {"on", "yes", "1", "true"}, *const no[] = {"off", "no", "0",
                                                                                "false"};
    bool on;
    for (size_t i = 0; i < 4; i++) {
        assert_true(parse_switch(yes[i], &on, error, sizeof error) && on);
        assert_true(parse_switch(no[i], &on, error, sizeof error) && !on);
    }
    assert_false(parse_switch("maybe", &on, error, sizeof error));
    assert_non_null(strstr(error, "expected on or off"));
}

/* ── Ids ── */

static struct session session; /* no target: its ledger is all that is asked */
static struct ledger *const ledger = &session.ledger;

static int fill_ledger(void **unused)
{
    (void)unused;
    ledger_init(ledger, 0x1000);
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(ledger_add(ledger, 0x1000 + i * 64, 16), i);
    ledger_name_set(ledger, 2, "two");
    ledger_name_set(ledger, 4, "four");
    assert_int_equal(parse_pointer(ledger, "two"), 2);
    assert_int_equal(parse_pointer(ledger, "p3"), 3);
    assert_int_equal(parse_pointer(ledger, "p3x"), 0);
    assert_int_equal(parse_pointer(ledger, "p0x3"), 0);
    assert_int_equal(parse_pointer(ledger, "p99"), 0);
    assert_int_equal(parse_pointer(ledger, "p"), 0);
    assert_int_equal(parse_pointer(ledger, ""), 0);
    ledger_drop(ledger, 4, 17);
    ledger->now = 20;
    return 0;
}

static int empty_ledger(void **unused)
{
    (void)unused;
    ledger_release(ledger);
    return 0;
}

static void ids_are_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *word, *expected;
    } bad[] = {
        {"4", "#4 (four) is already free: freed 3 commands ago"},
        {"four", "#4 (four) is already free: freed 3 commands ago"},
        {"6", "there is no block #6; expected the id of one in use, up to #5"},
        {"99999999999", "there is no block #99999999999"},
        {"#4294967295", "there is no block #4294967295"},
        {"0", "there is no block #0"},
        {"six", "no block is called six"},
        {"2x", "2x is not an id"},
        {"#", "# is not an id"},
        {"-1", "-1 is not an id"},
        {"#two", "#two is not an id"},
        {"", "is not an id"},
    };
    uint32_t id;
    assert_true(parse_id(ledger, "3", &id, error, sizeof error) && id == 3);
    assert_true(parse_id(ledger, "#3", &id, error, sizeof error) && id == 3);
    assert_true(parse_id(ledger, "two", &id, error, sizeof error) && id == 2);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(parse_id(ledger, bad[i].word, &id, error, sizeof error));
        if (!strstr(error, bad[i].expected)) fail_msg("\"%s\": %s", bad[i].word, error);
    }
}

static void many_ids_are_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *word, *expected;
    } bad[] = {
        {"4-2", "the range 4-2 runs backwards"},
        {"2-5", "#4 (four) is already free"},
        {"2-99999999999", "no block #99999999999"},
        {"0-2", "no block #0"},
        {"1-", "1- is not an id"},
        {"1-2-3", "not an id"},
        {"two-five", "not an id"},
    };
    uint32_t *ids = NULL;
    size_t n = 0;
    assert_true(parse_ids(&session, "1-3", &ids, &n, error, sizeof error));
    assert_true(parse_ids(&session, "#5", &ids, &n, error, sizeof error));
    assert_int_equal(n, 4);
    assert_true(ids[0] == 1 && ids[2] == 3 && ids[3] == 5);
    assert_true(parse_ids_distinct(&session, ids, n, error, sizeof error));
    assert_true(parse_ids(&session, "all", &ids, &n, error, sizeof error));
    assert_int_equal(n, 8);
    assert_false(parse_ids_distinct(&session, ids, n, error, sizeof error));
    assert_non_null(strstr(error, "is named twice"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(parse_ids(&session, bad[i].word, &ids, &n, error, sizeof error));
        if (!strstr(error, bad[i].expected)) fail_msg("\"%s\": %s", bad[i].word, error);
    }
    free(ids);
    assert_true(parse_ids_distinct(&session, NULL, 0, error, sizeof error));
}

static void an_empty_heap_has_words_of_its_own(void **unused)
{
    (void)unused;
    struct ledger none;
    uint32_t id;
    ledger_init(&none, 0);
    assert_false(parse_id(&none, "1", &id, error, sizeof error));
    assert_non_null(strstr(error, "no block is in use, expected an `alloc` first"));
    ledger_release(&none);
}

static void quoted_words_are_printable_and_short(void **unused)
{
    (void)unused;
    assert_string_equal(text_printable("a\033[31m\n\x7f"), "a\\x1b[31m\\x0a\\x7f");
    assert_string_equal(text_printable("alloc\u00a064"), "alloc\\u00a064");
    assert_string_equal(text_printable("a b\xc2\x9b\xff\u202e\u200b\u2800"),
                        "a b\\u009b\\xff\\u202e\\u200b\\u2800");
    assert_string_equal(text_printable("\U000e0041\xc3\xa4\xe6\xbc\xa2"),
                        "\\U000e0041\xc3\xa4\xe6\xbc\xa2");
    char sixty[80] = "012345678901234567890123456789012345678901234567890123456789", cut[80];
    assert_string_equal(text_printable(sixty), sixty);
    snprintf(cut, sizeof cut, "%s...", sixty);
    strcat(sixty, "0");
    assert_string_equal(text_printable(sixty), cut);
    /* neither a character of two bytes nor an escape is cut in the middle */
    strcpy(sixty + 59, "\xc3\xa4zz");
    strcpy(cut + 59, "...");
    assert_string_equal(text_printable(sixty), cut);
    strcpy(sixty + 59, "\033zz");
    assert_string_equal(text_printable(sixty), cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_taken_apart),
        cmocka_unit_test(escapes_stand_for_bytes),
        cmocka_unit_test(adjacent_quotes_are_words_of_their_own),
        cmocka_unit_test(bad_lines_are_refused),
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(deltas_have_a_sign),
        cmocka_unit_test(switches_are_on_or_off),
        cmocka_unit_test_setup_teardown(ids_are_read, fill_ledger, empty_ledger),
        cmocka_unit_test_setup_teardown(many_ids_are_read, fill_ledger, empty_ledger),
        cmocka_unit_test(an_empty_heap_has_words_of_its_own),
        cmocka_unit_test(quoted_words_are_printable_and_short),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
