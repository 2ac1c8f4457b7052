/* test_ostep.c: the homework of OSTEP, chapter 17: its answers, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/ostep/ostep.h"

/* ── Answers ── */

static char *answers, *complaint;

/* Run it with the words of line, which single spaces part. */
static int run(const char *line)
{
    char words[512], *argv[32] = {"--ostep"}, *save = NULL;
    int argc = 1;
    size_t answers_bytes, complaint_bytes;
    free(answers);
    free(complaint);
    snprintf(words, sizeof words, "%s", line);
    for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    FILE *out = open_memstream(&answers, &answers_bytes),
         *err = open_memstream(&complaint, &complaint_bytes);
    assert_non_null(out);
    assert_non_null(err);
    int status = ostep_run(argc, argv, out, err);
    fclose(out);
    fclose(err);
    return status;
}

static void assert_end(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    if (length < n || strcmp(text + length - n, end) != 0)
        fail_msg("expected at the end:\n%sfound:\n%s", end, text);
}

/* The answers to line, behind the 14 lines that repeat the options, are expected. */
static void assert_answers(const char *line, const char *expected)
{
    if (run(line) != 0) fail_msg("%s: %s", line, complaint);
    assert_string_equal(complaint, "");
    const char *at = answers;
    for (int i = 0; i < 14; i++)
        at = strchr(at, '\n') + 1;
    assert_string_equal(at, expected);
}

/* The last operation's answers are expected. */
static void assert_ends(const char *line, const char *expected)
{
    if (run(line) != 0) fail_msg("%s: %s", line, complaint);
    assert_string_equal(complaint, "");
    assert_end(answers, expected);
}

static void test_options_are_repeated_above(void **state)
{
    (void)state;
    assert_int_equal(
        run("-s 0x10 --siz=50 -b 7 -H2 -a4 -p FIRST --list SIZESORT- -Cn 0 -r 6 -P 33"), 0);
    assert_string_equal(answers, "seed 16\n"
                                 "size 50\n"
                                 "baseAddr 7\n"
                                 "headerSize 2\n"
                                 "alignment 4\n"
                                 "policy FIRST\n"
                                 "listOrder SIZESORT-\n"
                                 "coalesce True\n"
                                 "numOps 0\n"
                                 "range 6\n"
                                 "percentAlloc 33\n"
                                 "allocList \n"
                                 "compute False\n"
                                 "\n");
}

static void test_every_answer_is_a_question_mark(void **state)
{
    (void)state;
    assert_answers("-s 5 -n 3", "ptr[0] = Alloc(5) returned ?\nList? \n\n"
                                "Free(ptr[0])\nreturned ?\nList? \n\n"
                                "ptr[1] = Alloc(5) returned ?\nList? \n\n");
    assert_answers("-A +4,-0,-9", "ptr[0] = Alloc(4) returned ?\nList?\n\n"
                                  "Free(ptr[0])\nreturned ?\nList?\n\n"
                                  "Invalid Free: Skipping\n");
}

static void test_answers_are_told(void **state)
{
    (void)state;
    assert_answers(
        "-c -S 40 -H 2 -A +6,+4,-0,+30,+5",
        "ptr[0] = Alloc(6) returned 1000 (searched 1 elements)\nFree List [ Size 1 ]: [ addr:1008 "
        "sz:32 ]\n\n"
        "ptr[1] = Alloc(4) returned 1008 (searched 1 elements)\nFree List [ Size 1 ]: [ addr:1014 "
        "sz:26 ]\n\n"
        "Free(ptr[0])\nreturned 0\nFree List [ Size 2 ]: [ addr:1000 sz:8 ][ addr:1014 sz:26 ]\n\n"
        "ptr[2] = Alloc(30) returned -1 (searched 2 elements)\nFree List [ Size 2 ]: [ addr:1000 "
        "sz:8 ][ addr:1014 sz:26 ]\n\n"
        "ptr[3] = Alloc(5) returned 1000 (searched 2 elements)\nFree List [ Size 2 ]: [ addr:1007 "
        "sz:1 ][ addr:1014 sz:26 ]\n\n");
    assert_answers(
        "-c -S 40 -H 2 -s 3 -r 20 -n 5",
        "ptr[0] = Alloc(11) returned 1002 (searched 1 elements)\nFree List [ Size 1 ]: [ addr:1013 "
        "sz:27 ]\n\n"
        "ptr[1] = Alloc(13) returned 1015 (searched 1 elements)\nFree List [ Size 1 ]: [ addr:1028 "
        "sz:12 ]\n\n"
        "Free(ptr[0])\nreturned 0\nFree List [ Size 2 ]: [ addr:1000 sz:13 ][ addr:1028 sz:12 ]\n\n"
        "ptr[2] = Alloc(17) returned 1 (searched 2 elements)\nFree List [ Size 2 ]: [ addr:1000 "
        "sz:13 ][ addr:1028 sz:12 ]\n\n"
        "ptr[3] = Alloc(5) returned 1030 (searched 2 elements)\nFree List [ Size 2 ]: [ addr:1000 "
        "sz:13 ][ addr:1035 sz:5 ]\n\n");
}

static void test_best_worst_and_first_choose_and_count(void **state)
{
    (void)state;
    assert_ends("-c -p BEST -S 50 -A +9,+4,+6,+4,+7,-0,-2,-4,+6",
                "ptr[5] = Alloc(6) returned 1013 (searched 4 elements)\nFree List [ Size 3 ]: [ "
                "addr:1000 sz:9 ][ addr:1023 sz:7 "
                "][ addr:1030 sz:20 ]\n\n");
    assert_ends("-c -p WORST -S 50 -A +9,+4,+6,+4,+7,-0,-2,-4,+6",
                "ptr[5] = Alloc(6) returned 1030 (searched 4 elements)\nFree List [ Size 4 ]: [ "
                "addr:1000 sz:9 ][ addr:1013 sz:6 "
                "][ addr:1023 sz:7 ][ addr:1036 sz:14 ]\n\n");
    assert_ends("-c -p FIRST -S 50 -A +9,+4,+6,+4,+7,-0,-2,-4,+6",
                "ptr[5] = Alloc(6) returned 1000 (searched 1 elements)\nFree List [ Size 4 ]: [ "
                "addr:1006 sz:3 ][ addr:1013 sz:6 "
                "][ addr:1023 sz:7 ][ addr:1030 sz:20 ]\n\n");
}

static void test_ties_go_to_the_first_of_the_list(void **state)
{
    (void)state;
    assert_ends("-c -p BEST -S 20 -l INSERT-FRONT -A +5,+5,+5,+5,-0,-2,+4",
                "ptr[4] = Alloc(4) returned 1010 (searched 2 elements)\nFree List [ Size 2 ]: [ "
                "addr:1014 sz:1 ][ addr:1000 sz:5 ]\n\n");
    assert_ends("-c -p WORST -S 20 -l INSERT-FRONT -A +5,+5,+5,+5,-0,-2,+4",
                "ptr[4] = Alloc(4) returned 1010 (searched 2 elements)\nFree List [ Size 2 ]: [ "
                "addr:1014 sz:1 ][ addr:1000 sz:5 ]\n\n");
    assert_ends("-c -p FIRST -S 20 -l INSERT-FRONT -A +5,+5,+5,+5,-0,-2,+4",
                "ptr[4] = Alloc(4) returned 1010 (searched 1 elements)\nFree List [ Size 2 ]: [ "
                "addr:1014 sz:1 ][ addr:1000 sz:5 ]\n\n");
}

static void test_every_order_lists_its_way(void **state)
{
    (void)state;
    assert_ends("-c -S 30 -l ADDRSORT -A +5,+2,+7,+3,-0,-2,-3,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 5 ]: [ addr:1000 sz:5 ][ addr:1005 "
                "sz:2 ][ addr:1007 sz:7 ][ "
                "addr:1014 sz:3 ][ addr:1017 sz:13 ]\n\n");
    assert_ends("-c -S 30 -l SIZESORT+ -A +5,+2,+7,+3,-0,-2,-3,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 5 ]: [ addr:1005 sz:2 ][ addr:1014 "
                "sz:3 ][ addr:1000 sz:5 ][ "
                "addr:1007 sz:7 ][ addr:1017 sz:13 ]\n\n");
    assert_ends("-c -S 30 -l SIZESORT- -A +5,+2,+7,+3,-0,-2,-3,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 5 ]: [ addr:1017 sz:13 ][ addr:1007 "
                "sz:7 ][ addr:1000 sz:5 ][ "
                "addr:1014 sz:3 ][ addr:1005 sz:2 ]\n\n");
    assert_ends("-c -S 30 -l INSERT-FRONT -A +5,+2,+7,+3,-0,-2,-3,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 5 ]: [ addr:1005 sz:2 ][ addr:1014 "
                "sz:3 ][ addr:1007 sz:7 ][ "
                "addr:1000 sz:5 ][ addr:1017 sz:13 ]\n\n");
    assert_ends("-c -S 30 -l INSERT-BACK -A +5,+2,+7,+3,-0,-2,-3,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 5 ]: [ addr:1017 sz:13 ][ addr:1000 "
                "sz:5 ][ addr:1007 sz:7 ][ "
                "addr:1014 sz:3 ][ addr:1005 sz:2 ]\n\n");
}

static void test_sorts_are_stable_and_on_a_free_only(void **state)
{
    (void)state;
    assert_ends("-c -S 12 -l SIZESORT+ -A +3,+3,+3,+3,-3,-1,-0",
                "Free(ptr[0])\nreturned 0\nFree List [ Size 3 ]: [ addr:1009 sz:3 ][ addr:1003 "
                "sz:3 ][ addr:1000 sz:3 ]\n\n");
    assert_ends("-c -S 12 -l SIZESORT- -A +3,+3,+3,+3,-3,-1,-0",
                "Free(ptr[0])\nreturned 0\nFree List [ Size 3 ]: [ addr:1009 sz:3 ][ addr:1003 "
                "sz:3 ][ addr:1000 sz:3 ]\n\n");
    assert_ends("-c -l SIZESORT+ -A +9,+3,-0,+8,+85",
                "ptr[3] = Alloc(85) returned 1012 (searched 2 elements)\nFree List [ Size 2 ]: [ "
                "addr:1008 sz:1 ][ addr:1097 sz:3 ]\n\n");
    assert_ends("-c -l SIZESORT- -A +9,+3,-0,+2,+85",
                "ptr[3] = Alloc(85) returned 1012 (searched 2 elements)\nFree List [ Size 2 ]: [ "
                "addr:1097 sz:3 ][ addr:1002 sz:7 ]\n\n");
    assert_ends("-c -l SIZESORT- -A +9,+3,-0,+2,+85,-1",
                "Free(ptr[1])\nreturned 0\nFree List [ Size 3 ]: [ addr:1002 sz:7 ][ addr:1097 "
                "sz:3 ][ addr:1009 sz:3 ]\n\n");
}

static void test_coalescing_follows_the_list(void **state)
{
    (void)state;
    assert_ends("-c -C -S 12 -l ADDRSORT -A +4,+4,+4,-1,-0,-2",
                "Free(ptr[2])\nreturned 0\nFree List [ Size 1 ]: [ addr:1000 sz:12 ]\n\n");
    assert_ends("-c -C -S 12 -l SIZESORT+ -A +4,+4,+4,-1,-0,-2",
                "Free(ptr[2])\nreturned 0\nFree List [ Size 3 ]: [ addr:1004 sz:4 ][ addr:1000 "
                "sz:4 ][ addr:1008 sz:4 ]\n\n");
    assert_ends(
        "-c -C -S 12 -l INSERT-FRONT -A +4,+4,+4,-1,-0,-2",
        "Free(ptr[2])\nreturned 0\nFree List [ Size 2 ]: [ addr:1008 sz:4 ][ addr:1000 sz:8 ]\n\n");
    assert_ends("-c -C -S 12 -l INSERT-BACK -A +4,+4,+4,-1,-0,-2",
                "Free(ptr[2])\nreturned 0\nFree List [ Size 3 ]: [ addr:1004 sz:4 ][ addr:1000 "
                "sz:4 ][ addr:1008 sz:4 ]\n\n");
}

static void test_payloads_are_aligned_headers_are_added(void **state)
{
    (void)state;
    assert_ends("-c -H 3 -a 8 -S 64 -A +1,+8,+9",
                "ptr[2] = Alloc(9) returned 1022 (searched 1 elements)\nFree List [ Size 1 ]: [ "
                "addr:1041 sz:23 ]\n\n");
}

static void test_a_failed_alloc_returns_minus_one(void **state)
{
    (void)state;
    assert_ends("-c -S 5 -H 3 -A +6", "ptr[0] = Alloc(6) returned -1 (searched 1 elements)\nFree "
                                      "List [ Size 1 ]: [ addr:1000 sz:5 ]\n\n");
    assert_ends("-c -S 1 -H 3 -n 1 -r 9",
                "ptr[0] = Alloc(3) returned 2 (searched 1 elements)\nFree List [ Size 1 ]: [ "
                "addr:1000 sz:1 ]\n\n");
}

static void test_double_and_wild_frees_are_answered(void **state)
{
    (void)state;
    assert_ends("-c -S 9 -A +2,-0,-0", "Free(ptr[0])\nreturned -1\nFree List [ Size 2 ]: [ "
                                       "addr:1000 sz:2 ][ addr:1002 sz:7 ]\n\n");
    assert_ends("-c -S 9 -A +2,+20,-1", "Invalid Free: Skipping\n");
}

static void test_seeds_have_any_length_and_sign(void **state)
{
    (void)state;
    assert_ends(
        "-c -n 9 -s -17",
        "Free(ptr[4])\nreturned 0\nFree List [ Size 5 ]: [ addr:1000 sz:1 ][ addr:1007 sz:1 ][ "
        "addr:1008 sz:8 ][ addr:1016 sz:9 ][ addr:1025 sz:75 ]\n\n");
    assert_ends(
        "-c -n 9 -s 17",
        "Free(ptr[4])\nreturned 0\nFree List [ Size 5 ]: [ addr:1000 sz:1 ][ addr:1007 sz:1 ][ "
        "addr:1008 sz:8 ][ addr:1016 sz:9 ][ addr:1025 sz:75 ]\n\n");
    assert_ends("-c -n 9 -s 4294967296",
                "ptr[4] = Alloc(9) returned 1012 (searched 5 elements)\nFree List [ Size 4 ]: [ "
                "addr:1000 sz:4 ][ addr:1004 sz:1 ][ addr:1005 sz:7 ][ addr:1021 sz:79 ]\n\n");
    assert_ends("-c -n 9 -s 123456789012345678901234567890",
                "Free(ptr[2])\nreturned 0\nFree List [ Size 3 ]: [ addr:1000 sz:1 ][ addr:1007 "
                "sz:3 ][ addr:1018 sz:82 ]\n\n");
}

static void test_sizes_may_be_zero_or_less(void **state)
{
    (void)state;
    assert_ends("-c -S 9 -A +-4,+2", "ptr[1] = Alloc(2) returned -1 (searched 1 elements)\nFree "
                                     "List [ Size 1 ]: [ addr:996 sz:13 ]\n\n");
    assert_ends("-c -r -30 -n 2 -s 2", "Free(ptr[0])\nreturned 0\nFree List [ Size 2 ]: [ addr:999 "
                                       "sz:101 ][ addr:1000 sz:-1 ]\n\n");
    assert_ends("-c -a 4 -A +-5", "ptr[0] = Alloc(-5) returned 1000 (searched 1 elements)\nFree "
                                  "List [ Size 1 ]: [ addr:996 sz:104 ]\n\n");
    assert_ends("-c -S 3 -A +3,+0",
                "ptr[1] = Alloc(0) returned -1 (searched 0 elements)\nFree List [ Size 0 ]: \n\n");
}

static void test_percentages_and_counts_have_no_upper_or_lower_bound(void **state)
{
    (void)state;
    assert_ends("-c -P 1 -n 4 -s 8", "Free(ptr[1])\nreturned 0\nFree List [ Size 3 ]: [ addr:1000 "
                                     "sz:7 ][ addr:1007 sz:2 ][ addr:1009 sz:91 ]\n\n");
    assert_ends("-c -P 250 -n 4 -s 8", "ptr[3] = Alloc(3) returned 1021 (searched 1 "
                                       "elements)\nFree List [ Size 1 ]: [ addr:1024 sz:76 ]\n\n");
}

static void test_addresses_may_need_more_than_64_bits(void **state)
{
    (void)state;
    assert_ends("-c -b 0xffffffffffffff00 -S 0x10000000000000000 -r 0x4000000000000000 -n 2 -H 16",
                "Free(ptr[0])\nreturned 0\nFree List [ Size 2 ]: [ addr:18446744073709551360 "
                "sz:1194042757262714385 ][ "
                "addr:19640786830972265745 sz:17252701316446837231 ]\n\n");
}

/* ── What is refused ── */

static void assert_refused(const char *line, const char *printed, const char *why)
{
    char expected[600];
    snprintf(expected, sizeof expected, "brkview: quiz --ostep: %s\n", why);
    assert_int_equal(run(line), 2);
    assert_string_equal(complaint, expected);
    if (!*printed) assert_string_equal(answers, "");
    assert_end(answers, printed);
}

static void test_bad_options_are_refused_in_one_line(void **state)
{
    (void)state;
    assert_refused("-n ten", "", "-n can't be 'ten'; expected a whole number, such as 7 or 0x1f");
    assert_refused("-s 1.5", "", "-s can't be '1.5'; expected a whole number, such as 7 or 0x1f");
    assert_refused("-S 1000000000000000000000001", "",
                   "-S can't be 1000000000000000000000001; expected a number from -10^24 to 10^24");
    assert_refused("-p best", "", "-p can't be 'best'; expected BEST, WORST or FIRST");
    assert_refused("-l SIZESORT", "",
                   "-l can't be 'SIZESORT'; expected ADDRSORT, SIZESORT+, SIZESORT-, INSERT-FRONT "
                   "or INSERT-BACK");
    assert_refused("-a 0", "",
                   "-a can't be 0 or below -1; expected a number of bytes, or -1 for none");
    assert_refused("-a -2", "",
                   "-a can't be 0 or below -1; expected a number of bytes, or -1 for none");
    assert_refused("-P 0", "", "-P can't be 0 or less; expected a percentage, such as 50");
    assert_refused("-c -n", "", "-n needs a value; see `brkview quiz --ostep -h`");
    assert_refused("-cx", "",
                   "-x is not an option here; expected one that `brkview quiz --ostep -h` lists");
    assert_refused("--s=3", "",
                   "--s=3 is not an option here, or short for several; expected one that `brkview "
                   "quiz --ostep -h` lists");
    assert_refused("--coalesce=1", "", "--coalesce=1 has a value; expected none");
}

static void test_bad_lists_are_refused_before_they_begin(void **state)
{
    (void)state;
    assert_refused("-A +5,7", "",
                   "-A: '7' is not an operation; expected +SIZE or -INDEX, separated by commas, "
                   "such as +10,-0");
    assert_refused("-A +5,", "",
                   "-A: '' is not an operation; expected +SIZE or -INDEX, separated by commas, "
                   "such as +10,-0");
    assert_refused(
        "-A +5,-x", "",
        "-A: '-x' has no number; expected +SIZE or -INDEX, separated by commas, such as +10,-0");
    assert_refused(
        "-A +5,+", "",
        "-A: '+' has no number; expected +SIZE or -INDEX, separated by commas, such as +10,-0");
}

static void test_senseless_operations_end_it_where_they_come(void **state)
{
    (void)state;
    assert_refused("-S 10 -A +11,+3,-0 -c",
                   "ptr[1] = Alloc(3) returned 1000 (searched 1 elements)\nFree List [ Size 1 ]: [ "
                   "addr:1003 sz:7 ]\n\nFree(ptr[0])\n",
                   "-A frees ptr[0], whose alloc failed; expected a pointer that was returned");
    assert_refused("-H -3 -A +3,+4", "ptr[0] = Alloc(3) returned ?\nList?\n\n",
                   "a live block is at that address already, for a size with its header came to 0 "
                   "or less; expected sizes and "
                   "headers of more");
}

static void test_help_ends_the_options(void **state)
{
    (void)state;
    assert_int_equal(run("-c --hel -n ten"), 0);
    assert_true(strncmp(answers, "Usage: brkview quiz --ostep [options]\n\nOptions:\n", 48) == 0);
    assert_string_equal(complaint, "");
}

/* What stands behind a second sign is passed over, and repeated: not raw. */
static void test_a_list_is_repeated_safely(void **state)
{
    (void)state;
    assert_int_equal(run("-c -A +10+\033[31mX\xff"), 0);
    assert_non_null(strstr(answers, "\nallocList +10+\\x1b[31mX\\xff\n"));
}

static void test_a_word_passed_over_is_told(void **state)
{
    (void)state;
    assert_int_equal(run("-n 0 spare -- -x"), 0);
    assert_string_equal(complaint,
                        "brkview: quiz --ostep: spare is passed over; expected options only\n");
}

static void test_options_count_behind_a_word(void **state)
{
    (void)state;
    setenv("POSIXLY_CORRECT", "1", 1);
    assert_int_equal(run("-n 0 spare -c"), 0);
    unsetenv("POSIXLY_CORRECT");
    assert_end(answers, "compute True\n\n");
}

/* The largest and the smallest numbers that are taken run to their end, in whatever they are added
 * to. */
static void test_extreme_numbers_are_computed(void **state)
{
    static const char *const most[] = {"1000000000000000000000000", "-1000000000000000000000000"};
    (void)state;
    for (unsigned which = 0; which < 64; which++) {
        char line[400];
        snprintf(line, sizeof line, "-c -C -n 100 -S %s -b %s -H %s -r %s -P %s -p %s -a %s",
                 most[which & 1], most[which >> 1 & 1], most[which >> 2 & 1], most[which >> 3 & 1],
                 "60", which >> 4 & 1 ? "WORST" : "BEST", which >> 5 & 1 ? "-1" : most[0]);
        int status = run(line);
        if (status != 0 && !strstr(complaint, "a live block is at that address"))
            fail_msg("%s: %s", line, complaint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_are_repeated_above),
        cmocka_unit_test(test_every_answer_is_a_question_mark),
        cmocka_unit_test(test_answers_are_told),
        cmocka_unit_test(test_best_worst_and_first_choose_and_count),
        cmocka_unit_test(test_ties_go_to_the_first_of_the_list),
        cmocka_unit_test(test_every_order_lists_its_way),
        cmocka_unit_test(test_sorts_are_stable_and_on_a_free_only),
        cmocka_unit_test(test_coalescing_follows_the_list),
        cmocka_unit_test(test_payloads_are_aligned_headers_are_added),
        cmocka_unit_test(test_a_failed_alloc_returns_minus_one),
        cmocka_unit_test(test_double_and_wild_frees_are_answered),
        cmocka_unit_test(test_seeds_have_any_length_and_sign),
        cmocka_unit_test(test_sizes_may_be_zero_or_less),
        cmocka_unit_test(test_percentages_and_counts_have_no_upper_or_lower_bound),
        cmocka_unit_test(test_addresses_may_need_more_than_64_bits),
        cmocka_unit_test(test_bad_options_are_refused_in_one_line),
        cmocka_unit_test(test_bad_lists_are_refused_before_they_begin),
        cmocka_unit_test(test_senseless_operations_end_it_where_they_come),
        cmocka_unit_test(test_help_ends_the_options),
        cmocka_unit_test(test_a_list_is_repeated_safely),
        cmocka_unit_test(test_a_word_passed_over_is_told),
        cmocka_unit_test(test_options_count_behind_a_word),
        cmocka_unit_test(test_extreme_numbers_are_computed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(answers);
    free(complaint);
    return failed;
}
