/* test_quiz.c: the same seed asks the same; every right answer is marked right, under every policy;
 * odd answers get words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/teach/quiz_course.h"
#include "tests/support/try.h"

/* A line, and what the quiz wants run after it. The last outcome's JSON of the course is kept. */
static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&try_lab, line);
    for (char *command; (command = course_command(&try_lab)) != NULL; free(command))
        out = lab_run(&try_lab, command);
    assert_non_null(out);
    return out;
}

/* Play seed to the end beside a session with that setup. give: the answers, else nobody knows, and
 * the right answers are kept. Returns how many were marked right. */
static size_t play_beside(const struct session_setup *setup, unsigned seed, size_t n,
                          char (*answers)[ANSWER_GIVEN_MAX], bool give, char *questions,
                          size_t bytes)
{
    char line[ANSWER_GIVEN_MAX + 16];
    try_open_with(setup, false);
    snprintf(line, sizeof line, "quiz %zu seed %u", n, seed);
    assert_true(run(line)->ok);
    for (size_t i = 0; i < n; i++) {
        const struct quiz *q = course_quiz(&try_lab);
        assert_int_equal(q->state, QUIZ_ASKING);
        snprintf(questions + strlen(questions), bytes - strlen(questions), "%s\n", q->question);
        char *answer = give ? course_answer_line(answers[i]) : strdup("answer");
        run(answer);
        free(answer);
        if (!give)
            snprintf(answers[i], ANSWER_GIVEN_MAX, "%.*s", (int)strcspn(q->expected, ","),
                     q->expected);
    }
    assert_int_equal(course_quiz(&try_lab)->state, QUIZ_OVER);
    size_t right = course_quiz(&try_lab)->right;
    try_close();
    return right;
}

static size_t play(enum heap_policy policy, unsigned seed, size_t n,
                   char (*answers)[ANSWER_GIVEN_MAX], bool give, char *questions, size_t bytes)
{
    struct session_setup setup;
    session_setup_defaults(&setup, policy);
    return play_beside(&setup, seed, n, answers, give, questions, bytes);
}

#define QUESTIONS 40

static void what_is_right_is_marked_right(void **state)
{
    static const enum heap_policy policies[] = {HEAP_BUMP,     HEAP_HEADER,   HEAP_FIRST_FIT,
                                                HEAP_NEXT_FIT, HEAP_BEST_FIT, HEAP_WORST_FIT};
    static char answers[QUESTIONS][ANSWER_GIVEN_MAX], first[1 << 15], second[1 << 15],
        wrong[QUESTIONS][ANSWER_GIVEN_MAX];
    (void)state;
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++)
        for (unsigned seed = 1; seed < 4; seed++) {
            first[0] = second[0] = '\0';
            assert_int_equal(
                play(policies[p], seed, QUESTIONS, answers, false, first, sizeof first), 0);
            assert_int_equal(
                play(policies[p], seed, QUESTIONS, answers, true, second, sizeof second),
                QUESTIONS);
            assert_string_equal(first, second);
            for (size_t i = 0; i < QUESTIONS; i++) { /* another answer of the same form */
                bool letter = answers[i][1] == '\0' && answers[i][0] >= 'a';
                snprintf(wrong[i], ANSWER_GIVEN_MAX, "%s",
                         letter ? answers[i][0] == 'a' ? "b" : "a" : "+12345");
            }
            second[0] = '\0';
            assert_int_equal(play(policies[p], seed, QUESTIONS, wrong, true, second, sizeof second),
                             0);
            assert_string_equal(first, second);
        }
}

/* What the session has switched on: guards, lock and growth leave the quiz as it is, the other
 * switches are the quiz's too. */
static void the_switches_of_the_session(void **state)
{
    static const struct {
        enum heap_switch which;
        uint64_t value;
        bool taken_over;
    } rows[] = {
        {HEAP_CANARY, 1, false},    {HEAP_POISON, 1, false}, {HEAP_QUARANTINE, 4, false},
        {HEAP_GROWTH, 4096, false}, {HEAP_LOCK, 0, false},   {HEAP_SPLIT, 0, true},
        {HEAP_COALESCE, 0, true},   {HEAP_TRIM, 0, true},    {HEAP_ORDER, HEAP_ORDER_LIFO, true}};
    static char usual[QUESTIONS][ANSWER_GIVEN_MAX], answers[QUESTIONS][ANSWER_GIVEN_MAX],
        first[1 << 15], second[1 << 15];
    struct session_setup setup;
    (void)state;
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    first[0] = '\0';
    play_beside(&setup, 1, QUESTIONS, usual, false, first, sizeof first);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        session_setup_defaults(&setup, HEAP_FIRST_FIT);
        setup.value[rows[i].which] = rows[i].value;
        memset(answers, 0, sizeof answers);
        second[0] = '\0';
        play_beside(&setup, 1, QUESTIONS, answers, false, second, sizeof second);
        bool same = strcmp(first, second) == 0 && memcmp(usual, answers, sizeof usual) == 0;
        if (same == rows[i].taken_over)
            fail_msg("%s: %s", heap_switch_name(rows[i].which), same ? "no change" : "a change");
        assert_int_equal(play_beside(&setup, 1, QUESTIONS, answers, true, second, sizeof second),
                         QUESTIONS);
    }
}

static void every_kind_of_question_is_asked(void **state)
{
    static char answers[QUESTIONS][ANSWER_GIVEN_MAX], text[1 << 15];
    static const char *const parts[] = {"by how many bytes", "which address",
                                        "which free blocks", "what will the allocator do",
                                        ", free ",           ", alloc "};
    (void)state;
    text[0] = '\0';
    play(HEAP_BEST_FIT, 1, QUESTIONS, answers, false, text, sizeof text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!strstr(text, parts[i])) fail_msg("%s is never asked", parts[i]);
    assert_non_null(
        strstr(text, "it becomes a free block of its own")); /* one answer is right: the last block
                                                                may merge, and go back */
    assert_non_null(strstr(text, "it merges with a free neighbour, and stays"));
    assert_null(
        strstr(text, "only marked")); /* the fits have a list, which the sentence tells of */
    bool refused = false;
    for (size_t i = 0; i < QUESTIONS; i++)
        refused |= strcmp(answers[i], "none") == 0;
    assert_true(refused); /* memory runs out, or the free list is empty */
}

static void odd_answers_get_words_and_change_nothing(void **state)
{
    static const char *const odd[] = {"answer perhaps", "answer \"\"", "answer \"   \"",
                                      "answer 0x",      "answer ++3",  "answer $(reboot)",
                                      "answer \xff\xfe"};
    (void)state;
    try_open(HEAP_HEADER);
    run("alloc 8");
    run("quiz 5 seed 4");
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        const struct outcome *out = run(odd[i]);
        if (out->ok || !strstr(out->error, "expected"))
            fail_msg("%s: %s", odd[i], out->error ? out->error : "taken");
        assert_int_equal(course_quiz(&try_lab)->asked, 1);
        assert_int_equal(course_quiz(&try_lab)->state, QUIZ_ASKING);
    }
    char *longest = malloc(60001);
    memset(longest, '1', 60000);
    longest[60000] = '\0';
    memcpy(longest, "answer ", 7);
    assert_false(run(longest)->ok);
    free(longest);
    assert_false(run("alloc 8")->ok); /* the heap is not to be changed */
    assert_false(run("undo")->ok);
    assert_true(run("blocks")->ok);
    assert_true(run("quiz quit")->ok);
    assert_int_equal(try_lab.shown.session.log.n, 1);
    assert_false(run("quiz quit")->ok);
    assert_false(run("quiz 5 sed 4")->ok);
    assert_false(run("quiz 5 seed")->ok);
    assert_false(run("quiz 1001")->ok);
    assert_false(run("quiz 0")->ok);
    try_close();
}

/* A reason in its words, whole or up to its colon, is its letter; other words are no answer. */
static void a_reason_in_words(void **state)
{
    char answer[200];
    (void)state;
    for (unsigned how = 0; how < 2; how++) {
        try_open(HEAP_HEADER);
        run("quiz 40 seed 7");
        const struct quiz *q = course_quiz(&try_lab);
        while (q->answer.form != ANSWER_REASON)
            run("answer");
        assert_false(run("answer \"it becomes a\"")->ok);
        assert_non_null(strstr(try_lab.last->error, "expected a choice's letter or its words"));
        const char *last = strrchr(q->question, ')'); /* "  c) it goes back: brk moves down" */
        assert_non_null(last);
        size_t n = how ? strcspn(last + 2, ":") : strlen(last + 2);
        snprintf(answer, sizeof answer, "answer \"%.*s\"", (int)n, last + 2);
        char letter = last[-1];
        assert_true(run(answer)->ok);
        assert_true(q->judged && !q->skipped);
        assert_int_equal(q->verdict == ANSWER_RIGHT, q->expected[0] == letter);
        if (q->verdict == ANSWER_RIGHT) assert_non_null(strstr(q->told, "Right: "));
        try_close();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_in_words),
        cmocka_unit_test(what_is_right_is_marked_right),
        cmocka_unit_test(the_switches_of_the_session),
        cmocka_unit_test(every_kind_of_question_is_asked),
        cmocka_unit_test(odd_answers_get_words_and_change_nothing),
    };
    return cmocka_run_group_tests_name("quiz", tests, NULL, NULL);
}
