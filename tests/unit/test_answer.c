/* test_answer.c: the forms of an answer, and how what was given is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/teach/answer.h"

static struct effect sample(void)
{
    struct effect e = {.ran = true,
                       .ok = true,
                       .delta = 96,
                       .heap_start = 0x411000,
                       .address = 0x411020,
                       .reused = 2,
                       .reason = REASON_MARKED};
    e.usable = 24;
    e.again = true;
    e.kept = KEPT_BIN;
    e.stat[EFFECT_FREE_BYTES] = 48;
    e.free[0] = (struct effect_free){2, 0x60, 32};
    e.free[1] = (struct effect_free){0, 0xa0, 16};
    e.n_free = 2;
    return e;
}

static void answers_are_judged_by_matter_not_form(void **state)
{
    (void)state;
    static const struct {
        const char *form, *given;
        enum answer_verdict verdict;
    } rows[] = {
        {"brk +96", "96", ANSWER_RIGHT},
        {"brk +96", " +96 Bytes.", ANSWER_RIGHT},
        {"brk", "up by 0x60", ANSWER_RIGHT},
        {"brk +96", "\ufeff\u00a0+96\u2003bytes", ANSWER_RIGHT}, /* pasted */
        {"brk -96", "\u221296", ANSWER_WRONG},
        {"brk", "down by 96", ANSWER_WRONG},
        {"brk", "-96", ANSWER_WRONG},
        {"brk", "up", ANSWER_ODD},
        {"brk up", "UP", ANSWER_RIGHT},
        {"brk up", "yes", ANSWER_RIGHT},
        {"brk up", "stays", ANSWER_WRONG},
        {"brk up", "96", ANSWER_RIGHT},
        {"brk up", "y", ANSWER_RIGHT},
        {"brk up", "yes, up", ANSWER_RIGHT},
        {"brk up", "It does.", ANSWER_RIGHT},
        {"brk up", "it moves up by 96 bytes", ANSWER_RIGHT},
        {"brk up", "yes, it moves", ANSWER_RIGHT},
        {"brk up", "grows", ANSWER_RIGHT},
        {"brk up", "n", ANSWER_WRONG},
        {"brk up", "no, it stays", ANSWER_WRONG},
        {"brk up", "it doesn't move", ANSWER_WRONG},
        {"brk up", "does not move at all", ANSWER_WRONG},
        {"brk up", "yes, down", ANSWER_WRONG},
        {"brk up", "up and down", ANSWER_ODD},
        {"brk up", "up down", ANSWER_ODD},
        {"brk up", "yes no", ANSWER_ODD},
        {"brk up", "yes, it stays", ANSWER_ODD},
        {"brk up", "sideways", ANSWER_ODD},
        {"brk up", "by", ANSWER_ODD},
        {"brk", "yes", ANSWER_ODD},
        {"brk", "n", ANSWER_WRONG},
        {"brk", "no", ANSWER_WRONG},
        {"yes", "it does", ANSWER_RIGHT},
        {"yes", "it doesn't", ANSWER_WRONG},
        {"yes", "it can not", ANSWER_WRONG},
        {"yes", "yes no", ANSWER_ODD},
        {"yes", "up", ANSWER_ODD},
        {"brk", "", ANSWER_ODD},
        {"brk", "1 2", ANSWER_ODD},
        {"brk", "99999999999999999999", ANSWER_ODD},
        {"address", "0x411020", ANSWER_RIGHT},
        {"address", "+0x20", ANSWER_RIGHT},
        {"address", "32", ANSWER_RIGHT},
        {"address", "#2", ANSWER_RIGHT},
        {"address", "0x411000", ANSWER_WRONG},
        {"address", "none", ANSWER_WRONG},
        {"address", "0x411020, or +0x20", ANSWER_RIGHT},
        {"address", "0x411020 or 0x411000", ANSWER_WRONG},
        {"address", "0x411020 or elsewhere", ANSWER_ODD},
        {"address", "there", ANSWER_ODD},
        {"block", "#2", ANSWER_RIGHT},
        {"block 2", "block 2", ANSWER_RIGHT},
        {"block", "none", ANSWER_WRONG},
        {"block", "3", ANSWER_WRONG},
        {"succeeds", "Yes", ANSWER_RIGHT},
        {"fails", "yes", ANSWER_RIGHT},
        {"succeeds", "refused", ANSWER_WRONG},
        {"yes", "y", ANSWER_RIGHT},
        {"no", "Y", ANSWER_WRONG},
        {"yes", "perhaps", ANSWER_ODD},
        {"number 3", "3", ANSWER_RIGHT},
        {"number 3", "0x3", ANSWER_RIGHT},
        {"number 3", "-3", ANSWER_WRONG},
        {"number 10", "010", ANSWER_RIGHT},
        {"free_bytes", "48", ANSWER_RIGHT},
        {"free_bytes", "48 bytes", ANSWER_RIGHT},
        {"choice b", "B)", ANSWER_RIGHT},
        {"choice b", "a", ANSWER_WRONG},
        {"choice b", "bee", ANSWER_ODD},
        {"word Stack", "  STACK ", ANSWER_RIGHT},
        {"word a stack", "a  stack", ANSWER_RIGHT},
        {"word stack", "heap", ANSWER_WRONG},
        {"word It doesn't fit, does it.", "it doesn't fit, does it", ANSWER_RIGHT},
        {"word e.g.", "E.g.", ANSWER_RIGHT},
        {"word \"brk\"", "brk", ANSWER_RIGHT},
        {"word doesn't", "does", ANSWER_WRONG},
        {"word stack", "st\033[2Jack", ANSWER_ODD},
        {"number 3", "3\n", ANSWER_ODD},
        {"free-list", "#2 +0xa0", ANSWER_RIGHT},
        {"free-list", "2, 0x4110a0(16)", ANSWER_RIGHT},
        {"free-list", "+0xa0 #2", ANSWER_WRONG},
        {"free-list", "#2", ANSWER_WRONG},
        {"free-list", "none", ANSWER_WRONG},
        {"free-list", "#2 -> +0xa0", ANSWER_RIGHT},
        {"free-list", "the second", ANSWER_ODD},
        {"usable 24", "24 bytes", ANSWER_RIGHT},
        {"usable", "20", ANSWER_WRONG},
        {"usable", "some", ANSWER_ODD},
        {"again", "yes, it does", ANSWER_RIGHT},
        {"elsewhere", "no", ANSWER_WRONG},
        {"again", "there", ANSWER_ODD},
        {"kept", "bin", ANSWER_RIGHT},
        {"kept bin", "in a Bin.", ANSWER_RIGHT},
        {"kept", "in the top", ANSWER_WRONG},
        {"kept", "tcache", ANSWER_WRONG},
        {"kept", "gone to the kernel", ANSWER_WRONG},
        {"kept", "none", ANSWER_WRONG},
        {"kept", "in a bin or the top", ANSWER_ODD},
        {"kept", "not in a bin", ANSWER_ODD},
        {"kept", "somewhere", ANSWER_ODD},
        {"reason", "a", ANSWER_RIGHT},
        {"reason", "b", ANSWER_WRONG},
    };
    struct effect e = sample();
    struct answer a;
    char error[200];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(answer_parse(&a, rows[i].form, error, sizeof error));
        enum answer_verdict v = answer_judge(&a, rows[i].given, &e);
        if (v != rows[i].verdict)
            fail_msg("%s, answered \"%s\": %d", rows[i].form, rows[i].given, (int)v);
    }
}

/* What is said to be right is judged right. */
static void the_right_answer_is_right(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "usable", "again",    "kept",     "elsewhere",  "brk",         "brk up",
        "block",  "succeeds", "fails",    "free_bytes", "address",     "free-list",
        "reason", "number 7", "choice c", "word x y",   "word can't.", "no"};
    struct effect effects[] = {sample(), {.ran = true, .delta = -48}, {.ran = true, .ok = true}};
    struct answer a;
    char error[200], right[ANSWER_GIVEN_MAX];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        for (size_t k = 0; k < 3; k++) {
            assert_true(answer_parse(&a, forms[i], error, sizeof error));
            answer_right(&a, &effects[k], right, sizeof right);
            if (answer_judge(&a, right, &effects[k]) != ANSWER_RIGHT)
                fail_msg("%s: %s", forms[i], right);
        }
}

static void bad_forms_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "number",       "number x",         "choice",    "choice 1", "word",
        "word '.",  "brk sideways", "address 0x411020", "block 0",   "yes sir",  "free_bytes -1",
        "reason x", "usable x",     "again 1",          "kept none", "kept far"};
    struct answer a;
    char error[200];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (answer_parse(&a, bad[i], error, sizeof error)) fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_judged_by_matter_not_form),
        cmocka_unit_test(the_right_answer_is_right),
        cmocka_unit_test(bad_forms_are_refused),
    };
    return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
