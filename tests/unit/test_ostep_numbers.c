/* test_ostep_numbers.c: the numbers of the homework of OSTEP: read and written as Python does, and
 * drawn as Python draws them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/ostep/ostep_number.h"
#include "cli/ostep/ostep_random.h"

/* ── Numbers ── */

static void assert_big(const char *text, unsigned base, const char *decimal)
{
    struct ostep_big b;
    char shown[OSTEP_BIG_TEXT];
    enum ostep_number n =
        base ? ostep_big_parse(&b, text, strlen(text), base) : ostep_big_parse_option(&b, text);
    if (!decimal) {
        if (n != OSTEP_NUMBER_NONE) fail_msg("'%s' was read as a number", text);
        return;
    }
    if (n != OSTEP_NUMBER_OK) fail_msg("'%s' was not read", text);
    assert_int_equal(ostep_big_text(&b, shown), strlen(decimal));
    assert_string_equal(shown, decimal);
}

static void test_numbers_are_read_as_python_reads_them(void **state)
{
    static const struct {
        const char *text, *decimal;
    } option[] = {
        {"0", "0"},
        {"-0", "0"},
        {"+7", "7"},
        {" 42\t", "42"},
        {"1_000", "1000"},
        {"-012", "-12"},
        {"012", "10"},
        {"0o17", "15"},
        {"00", "0"},
        {"0_7", "7"},
        {"08", NULL},
        {"0x1F", "31"},
        {"0X_1f", "31"},
        {"0x", NULL},
        {"-0x1", NULL},
        {" 0x1", NULL},
        {"0b101", "5"},
        {"0b", "0"},
        {"0b-11", "-3"},
        {"0b2", NULL},
        {"", NULL},
        {" ", NULL},
        {"-", NULL},
        {"- 1", NULL},
        {"+-1", NULL},
        {"1__0", NULL},
        {"_1", NULL},
        {"1_", NULL},
        {"1.5", NULL},
        {"1e3", NULL},
        {"ten", NULL},
        {"0xffffffffffffffffffffffff", "79228162514264337593543950335"},
        {"-100000000000000000000000000000000000000", "-100000000000000000000000000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof option / sizeof option[0]; i++)
        assert_big(option[i].text, 0, option[i].decimal);
    assert_big("012", 10, "12");
    assert_big("0x10", 10, NULL);
}

static void test_numbers_have_a_limit(void **state)
{
    struct ostep_big b;
    char text[OSTEP_BIG_DIGITS + 2];
    ostep_int value = 5;
    (void)state;
    memset(text, '9', sizeof text);
    assert_int_equal(ostep_big_parse(&b, text, OSTEP_BIG_DIGITS, 10), OSTEP_NUMBER_OK);
    assert_int_equal(ostep_big_parse(&b, text, OSTEP_BIG_DIGITS + 1, 10), OSTEP_NUMBER_TOO_LONG);
    assert_int_equal(ostep_big_parse(&b, text, OSTEP_BIG_DIGITS, 16), OSTEP_NUMBER_TOO_LONG);
    memset(text, '0', sizeof text);
    assert_int_equal(ostep_big_parse(&b, text, OSTEP_BIG_DIGITS + 1, 10),
                     OSTEP_NUMBER_TOO_LONG); /* Python counts them too */
    assert_int_equal(ostep_big_parse(&b, text, OSTEP_BIG_DIGITS + 1, 16), OSTEP_NUMBER_OK);
    assert_int_equal(ostep_big_parse_option(&b, "1000000000000000000000001"), OSTEP_NUMBER_OK);
    assert_false(ostep_big_fits(&b, &value));
    assert_true(value == 5);
    assert_int_equal(ostep_big_parse_option(&b, "-1000000000000000000000000"), OSTEP_NUMBER_OK);
    assert_true(ostep_big_fits(&b, &value));
    assert_true(value == -OSTEP_INT_MOST);
}

/* ── Random numbers ── */

/* The first outputs that the authors of MT19937 publish for this key (mt19937ar.out). */
static void test_random_words_are_those_published(void **state)
{
    static const uint32_t key[] = {0x123, 0x234, 0x345, 0x456},
                          published[] = {1067595299, 955945823, 477289528, 4107218783, 4228976476};
    struct ostep_random r;
    (void)state;
    ostep_random_seed(&r, key, 4);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(ostep_random_word(&r), published[i]);
}

static void test_random_units_are_python_s(void **state)
{
    struct ostep_random r;
    double last = 0;
    (void)state;
    ostep_random_seed(&r, NULL, 0);
    assert_true(ostep_random_unit(&r) == 0.8444218515250481); /* random.seed(0) */
    assert_true(ostep_random_unit(&r) == 0.7579544029403025);
    for (int i = 0; i < 998; i++)
        last = ostep_random_unit(&r); /* the words are made anew after 624 of them */
    assert_true(last == 0.4804125346981437);
}

static void test_a_key_may_be_longer_than_the_state(void **state)
{
    uint32_t key[700];
    struct ostep_random r;
    (void)state;
    for (uint32_t i = 0; i < 700; i++)
        key[i] = i + 1;
    ostep_random_seed(&r, key, 700);
    assert_true(ostep_random_unit(&r) == 0.33391811713206);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_read_as_python_reads_them),
        cmocka_unit_test(test_numbers_have_a_limit),
        cmocka_unit_test(test_random_words_are_those_published),
        cmocka_unit_test(test_random_units_are_python_s),
        cmocka_unit_test(test_a_key_may_be_longer_than_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
