/* test_lesson.c: reading lessons, hostile ones among them; judging answers; playing; what --check finds on the real heap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/course.h"
#include "cli/lesson/check.h"
#include "cli/lesson/player.h"
#include "cli/lesson/shelf.h"

/* ── The form ── */

static struct {
    char text[8192];
    size_t n;
} heard; /* "LINE: words\n" */

static void hear(void *user, unsigned line, const char *words)
{
    (void)user;
    size_t at = strlen(heard.text);
    snprintf(heard.text + at, sizeof heard.text - at, "%u: %s\n", line, words);
    heard.n++;
}

static bool parse(struct lesson *lesson, const char *text)
{
    heard.text[0] = '\0';
    heard.n = 0;
    return lesson_parse(lesson, text, strlen(text), hear, NULL);
}

static void must_complain(const char *text, const char *complaint)
{
    struct lesson lesson;
    assert_false(parse(&lesson, text));
    if (!strstr(heard.text, complaint)) fail_msg("expected \"%s\", heard: %s", complaint, heard.text);
    lesson_release(&lesson);
}

static void a_lesson_is_read(void **state)
{
    (void)state;
    struct lesson l;
    assert_true(parse(&l, "\xef\xbb\xbf# a comment\r\n@title A title\r\n@policy best-fit\n\nOne\nparagraph.\n\n  "
                          "verbatim\nAnother.\n@run alloc 8\n@ask How\nmany?\n"
                          "@choice a one\n@choice b two\n@answer choice b\n@answer number 2\n@run alloc 16\n@because Two.\n#1 is "
                          "no comment.\n@end\n# after\n\n"));
    assert_string_equal(l.title, "A title");
    assert_int_equal(l.policy, HEAP_BEST_FIT);
    assert_int_equal(l.n_items, 6);
    assert_string_equal(l.item[0].text, "One paragraph.");
    assert_string_equal(l.item[1].text, "  verbatim");
    assert_string_equal(l.item[2].text, "Another.");
    assert_int_equal(l.item[3].kind, ITEM_RUN);
    assert_string_equal(l.item[4].text, "How many?");
    assert_int_equal(l.item[4].n_answers, 2);
    assert_string_equal(l.item[4].because, "Two. #1 is no comment.");
    assert_false(l.item[4].told_first);
    assert_int_equal(l.item[4].line, 11);
    assert_int_equal(lesson_questions(&l), 1);
    lesson_release(&l);
}

static void mistakes_of_form_are_told_with_their_lines(void **state)
{
    (void)state;
    must_complain("", "1: the lesson has no end; expected @end as its last line");
    must_complain("@end\n", "1: the lesson has no title");
    must_complain("@title T\n@ask Why?\nText\n\n@run alloc 1\n@end\n", "2: this question has no answer");
    must_complain("@title T\n@ask Why?\n@end\n", "2: this question has no answer");
    must_complain("@title T\n@ask\n@answer yes\n@end\n", "2: the question is missing");
    must_complain("@title T\n@rnu alloc 1\n@end\n", "2: there is no direction @rnu");
    must_complain("@title T\n@answer yes\n@end\n", "2: @answer belongs to a question");
    must_complain("@title T\n@choice a b\n@end\n", "2: @choice belongs to a question");
    must_complain("@title T\n@because so\n@end\n", "2: @because explains an answer");
    must_complain("@title T\n@ask Q\n@answer maybe\n@end\n", "3: the answer maybe is not understood");
    must_complain("@title T\n@ask Q\n@choice b x\n@end\n", "3: expected `@choice a WORDS`");
    must_complain("@title T\n@ask Q\n@choice a x\n@answer choice b\n@end\n", "4: there is no choice b here");
    must_complain("@title T\n@run\n@end\n", "2: the command is missing");
    must_complain("@title T\n@wait long\n@end\n", "2: long is too much");
    must_complain("@title T\n@end\nmore\n", "3: this stands behind @end");
    must_complain("@title T\ntext\n@policy header\n@end\n", "3: @policy stands too late");
    must_complain("@title T\n@policy magic\n@end\n", "2: there is no policy magic");
    must_complain("@title T\n@title U\n@end\n", "2: there is a title already");
    must_complain("@title T\n@ask Q\n@answer yes\n@because a\n@because b\n@end\n", "5: there is a @because already");
}

static void hostile_lessons_are_bounded(void **state)
{
    (void)state;
    struct lesson l;
    must_complain("@title T\nbell \a\n@end\n", "2: the line holds a control character (0x07)");
    must_complain("@title T\nescape \033[2J\n@end\n", "2: the line holds a control character (0x1b)");
    must_complain("@title T\nc1 \xc2\x9b\n@end\n", "2: the line holds a control character");
    must_complain("@title T\nlatin \xe9\n@end\n", "2: the line is not UTF-8");
    must_complain("@title xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n@end\n",
                  "1: the title is too long");
    heard.text[0] = '\0';
    assert_false(lesson_parse(&l, "@title T\na\0b\n@end\n", 18, hear, NULL));
    assert_non_null(strstr(heard.text, "2: the line holds a control character (0x00)"));
    lesson_release(&l);

    size_t n = LESSON_BYTES_MAX + 1;
    char *huge = malloc(n + 1);
    memset(huge, 'x', n);
    huge[n] = '\0';
    must_complain(huge, "1: the file is larger than 256 KiB");
    huge[LESSON_LINE_MAX + 1] = '\0';
    must_complain(huge, "1: the line is 1001 bytes long");
    for (size_t i = 0; i < n; i += 3)
        memcpy(huge + i, "x\n\n", i + 3 <= n ? 3 : n - i);
    huge[LESSON_ITEMS_MAX * 3 + 30] = '\0';
    must_complain(huge, "the lesson is too long; expected at most 1000");
    for (size_t i = 0; i + 3 < n; i += 3)
        memcpy(huge + i, "@x\n", 3);
    huge[3000] = '\0';
    must_complain(huge, "there are more mistakes");
    assert_true(heard.n < 60);
    free(huge);
}

/* ── Answers ── */

static struct effect sample(void)
{
    struct effect e = {
        .ran = true, .ok = true, .delta = 96, .heap_start = 0x411000, .address = 0x411020, .reused = 2, .reason = REASON_MARKED};
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
        {"brk", "down by 96", ANSWER_WRONG},
        {"brk", "-96", ANSWER_WRONG},
        {"brk", "up", ANSWER_ODD},
        {"brk up", "UP", ANSWER_RIGHT},
        {"brk up", "yes", ANSWER_RIGHT},
        {"brk up", "stays", ANSWER_WRONG},
        {"brk up", "96", ANSWER_RIGHT},
        {"brk", "", ANSWER_ODD},
        {"brk", "1 2", ANSWER_ODD},
        {"brk", "99999999999999999999", ANSWER_ODD},
        {"address", "0x411020", ANSWER_RIGHT},
        {"address", "+0x20", ANSWER_RIGHT},
        {"address", "32", ANSWER_RIGHT},
        {"address", "#2", ANSWER_RIGHT},
        {"address", "0x411000", ANSWER_WRONG},
        {"address", "none", ANSWER_WRONG},
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
        {"word stack", "st\033[2Jack", ANSWER_ODD},
        {"number 3", "3\n", ANSWER_ODD},
        {"free-list", "#2 +0xa0", ANSWER_RIGHT},
        {"free-list", "2, 0x4110a0(16)", ANSWER_RIGHT},
        {"free-list", "+0xa0 #2", ANSWER_WRONG},
        {"free-list", "#2", ANSWER_WRONG},
        {"free-list", "none", ANSWER_WRONG},
        {"free-list", "#2 -> +0xa0", ANSWER_RIGHT},
        {"free-list", "the second", ANSWER_ODD},
        {"reason", "a", ANSWER_RIGHT},
        {"reason", "b", ANSWER_WRONG},
    };
    struct effect e = sample();
    struct answer a;
    char error[200];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(answer_parse(&a, rows[i].form, error, sizeof error));
        enum answer_verdict v = answer_judge(&a, rows[i].given, &e);
        if (v != rows[i].verdict) fail_msg("%s, answered \"%s\": %d", rows[i].form, rows[i].given, (int)v);
    }
}

/* What is said to be right is judged right. */
static void the_right_answer_is_right(void **state)
{
    (void)state;
    static const char *const forms[] = {"brk",       "brk up", "block",    "succeeds", "fails",    "free_bytes",
                                        "free-list", "reason", "number 7", "choice c", "word x y", "no"};
    struct effect effects[] = {sample(), {.ran = true, .delta = -48}, {.ran = true, .ok = true}};
    struct answer a;
    char error[200], right[ANSWER_GIVEN_MAX];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        for (size_t k = 0; k < 3; k++) {
            assert_true(answer_parse(&a, forms[i], error, sizeof error));
            answer_right(&a, &effects[k], right, sizeof right);
            if (answer_judge(&a, right, &effects[k]) != ANSWER_RIGHT) fail_msg("%s: %s", forms[i], right);
        }
}

static void bad_forms_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         "number",  "number x",      "choice",
                                      "choice 1", "word",    "brk sideways",  "address 0x411020",
                                      "block 0",  "yes sir", "free_bytes -1", "reason x"};
    struct answer a;
    char error[200];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (answer_parse(&a, bad[i], error, sizeof error)) fail_msg("%s is taken", bad[i]);
}

/* ── The player ── */

static const char trial[] = "@title T\nFirst.\n@ask Q1\n@answer brk +96\n@run alloc 64\n@because B1\n\nSecond.\n@fails free "
                            "9\nThird.\n@wait\n@ask Q2\n@answer yes\n@because B2\n@end\n";

static void a_lesson_is_played(void **state)
{
    (void)state;
    struct lesson l;
    struct player p;
    struct effect e = sample();
    char error[200];
    assert_true(parse(&l, trial));
    assert_true(player_begin(&p, &l));
    assert_string_equal(p.text, "T\nFirst.\n? Q1");
    assert_int_equal(p.state, PLAYER_ASKING);
    player_next(&p); /* not while a question is open */
    assert_int_equal(p.state, PLAYER_ASKING);
    assert_false(player_answer(&p, "what?", &e, error, sizeof error));
    assert_true(player_answer(&p, "64", &e, error, sizeof error));
    assert_string_equal(player_command(&p), "alloc 64");
    player_heard(&p, &e);
    assert_string_equal(p.text, "Not so: the answer is +96, not 64.\nB1");
    player_next(&p);
    assert_string_equal(p.text, "Second.");
    player_next(&p);
    assert_string_equal(player_command(&p), "free 9");
    assert_true(player_expects_failure(&p));
    player_heard(&p, &e);
    assert_string_equal(p.text, "Third.");
    player_next(&p);
    assert_string_equal(p.text, "? Q2");
    assert_true(player_answer(&p, "yes", &e, error, sizeof error));
    assert_string_equal(p.text, "Right: yes.\nB2");
    player_next(&p);
    assert_string_equal(p.text, "This is the end of the lesson: 1 of 2 questions answered right.");
    assert_int_equal(p.state, PLAYER_OVER);
    assert_false(player_answer(&p, "yes", &e, error, sizeof error));
    player_release(&p);
    lesson_release(&l);
}

/* ── The check ── */

static void must_find(const char *text, const char *mistake)
{
    struct lesson l;
    assert_true(parse(&l, text));
    size_t n = lesson_check(&l, hear, NULL);
    if (!mistake) assert_int_equal(n, 0);
    if (mistake && !strstr(heard.text, mistake)) fail_msg("expected \"%s\", heard: %s", mistake, heard.text);
    lesson_release(&l);
}

static void the_check_runs_every_command(void **state)
{
    (void)state;
    must_find(trial, NULL);
    must_find("@title T\n@run alocate 5\n@end\n", "2: there is no command alocate");
    must_find("@title T\n@run free 1\n@end\n", "2: free 1 fails: there is no block #1");
    must_find("@title T\n@fails alloc 8\n@end\n", "2: alloc 8 does not fail");
    must_find("@title T\n@run alloc 8; alloc 8\n@end\n", "2: alloc 8; alloc 8 is not one command");
    must_find("@title T\n@run lesson 1\n@end\n", "2: lesson is not for lessons");
    must_find("@title T\n@run quit\n@end\n", "2: quit is not for lessons");
    must_find("@title T\n@run save /tmp/x\n@end\n", "2: save is not for lessons");
    must_find("@title T\n@ask Q\n@answer brk +64\n@run alloc 64\n@end\n", "3: the heap contradicts this answer: it is +96");
    must_find("@title T\n@ask Q\n@answer blocks 2\n@end\n", "3: the heap contradicts this answer: it is 0");
    must_find("@title T\n@ask Q\n@answer brk\n@end\n", "3: this answer is about a command");
    must_find("@title T\n@ask Q\n@answer brk\n@because so\n@run alloc 8\n@end\n", "3: this answer is about a command");
    must_find("@title T\n 1\n 2\n 3\n 4\n 5\n 6\n 7\n@end\n", "has 9 rows of 80 columns");
}

static void all_lessons_are_without_mistakes(void **state)
{
    (void)state;
    char path[128], error[256];
    static const char *const names[] = {"1-layout", "2-brk",           "3-bump", "4-header", "5-free",
                                        "6-reuse",  "7-fragmentation", "8-fits", "9-mutex",  "10-wrong"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct lesson l;
        size_t n;
        snprintf(path, sizeof path, "cli/lesson/lessons/%s.lesson", names[i]);
        char *text = shelf_load(path, &n, error, sizeof error);
        assert_non_null(text);
        heard.text[0] = '\0';
        if (!lesson_parse(&l, text, n, hear, NULL) || lesson_check(&l, hear, NULL) != 0) fail_msg("%s: %s", path, heard.text);
        assert_in_range(lesson_questions(&l), 5, 9);
        lesson_release(&l);
        free(text);
    }
}

/* ── In the lab ── */

static struct lab lab;

static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&lab, line);
    assert_non_null(out);
    return out;
}

static void open_lab(void)
{
    struct session_setup setup;
    char error[512];
    session_setup_defaults(&setup, HEAP_HEADER);
    assert_true(lab_init(&lab, &setup, false, error, sizeof error));
}

/* Target, log, redo list, marks: all are as before. */
static void a_lesson_leaves_the_session_as_it_was(void **state)
{
    (void)state;
    open_lab();
    run("alloc 64");
    run("alloc 32");
    run("mark here");
    run("alloc 16");
    run("undo");
    pid_t pid = lab.session.target.pid;
    uint64_t brk = lab.session.target.brk;
    assert_true(run("lesson cli/lesson/lessons/4-header.lesson")->ok);
    assert_int_not_equal(lab.session.target.pid, pid);
    assert_int_equal(lab.session.log.n, 0);
    run("alloc 1000");
    run("mark other");
    assert_true(run("lesson quit")->ok);
    assert_int_equal(lab.session.target.pid, pid);
    assert_int_equal(lab.session.target.brk, brk);
    assert_int_equal(lab.session.log.n, 2);
    assert_int_equal(lab.session.log.n_undone, 1);
    assert_int_equal(lab.marks.n, 1);
    assert_true(run("diff here")->ok);
    assert_true(run("redo")->ok);
    assert_true(run("undo all")->ok);
    assert_false(run("lesson quit")->ok);
    assert_false(run("lesson next")->ok);
    assert_false(run("answer 3")->ok);
    assert_false(run("repeat 2 lesson 1")->ok);
    assert_true(run("lesson cli/lesson/lessons/4-header.lesson")->ok); /* and one that is not left ends with the lab */
    lab_release(&lab);
}

/* Bytes that are no text, in an answer that takes any word. */
static void an_answer_of_any_bytes_is_told(void **state)
{
    (void)state;
    char path[] = "/tmp/brkview-XXXXXX.lesson", line[64];
    int fd = mkstemps(path, 7);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    assert_non_null(file);
    fputs("@title T\n@ask Q\n@answer word x\n@end\n", file);
    fclose(file);
    open_lab();
    snprintf(line, sizeof line, "lesson %s", path);
    assert_true(run(line)->ok);
    assert_false(run("answer \"\\e[2J\"")->ok);
    const struct outcome *out = run("answer \"\\xff\"");
    assert_true(out->ok);
    json_t *course = json_object_get(out->extra, "course");
    assert_string_equal(json_string_value(json_object_get(course, "given")), "\xef\xbf\xbd");
    assert_string_equal(json_string_value(json_object_get(course, "verdict")), "wrong");
    assert_non_null(json_string_value(json_object_get(course, "text")));
    lab_release(&lab);
    unlink(path);
}

/* A line, and what the lesson wants run after it. */
static void run_all(const char *line)
{
    run(line);
    for (char *command; (command = course_command(&lab)) != NULL; free(command))
        run(command);
}

/* Whatever is done to a lesson's heap, the next of its commands finds the heap that it should. */
static void what_is_tried_is_taken_back(void **state)
{
    static const char *const tries[] = {"alloc 500",
                                        "undo",
                                        "undo all",
                                        "undo; alloc 500",
                                        "undo all; alloc 7; alloc 9",
                                        "policy best-fit",
                                        "reset; undo; undo; alloc 8; undo"};
    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        char line[128], *at = line, *one;
        open_lab();
        run_all("lesson cli/lesson/lessons/5-free.lesson");
        for (int page = 0; page < 2; page++)
            run_all("lesson next");
        snprintf(line, sizeof line, "%s", tries[i]);
        while ((one = strsep(&at, ";")) != NULL)
            run_all(one + strspn(one, " "));
        run_all("answer 0");
        const struct player *p = course_player(&lab);
        assert_true(p->judged && p->verdict == ANSWER_RIGHT);
        const struct snapshot_stats *stats = snapshot_stats(lab.session.snapshot);
        assert_int_equal(stats->heap_bytes, 208);
        assert_int_equal(stats->free_bytes, 32);
        assert_int_equal(lab.session.setup.policy, HEAP_HEADER);
        assert_false(lab.failed);
        lab_release(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lesson_is_read),
        cmocka_unit_test(mistakes_of_form_are_told_with_their_lines),
        cmocka_unit_test(hostile_lessons_are_bounded),
        cmocka_unit_test(answers_are_judged_by_matter_not_form),
        cmocka_unit_test(the_right_answer_is_right),
        cmocka_unit_test(bad_forms_are_refused),
        cmocka_unit_test(a_lesson_is_played),
        cmocka_unit_test(the_check_runs_every_command),
        cmocka_unit_test(all_lessons_are_without_mistakes),
        cmocka_unit_test(an_answer_of_any_bytes_is_told),
        cmocka_unit_test(what_is_tried_is_taken_back),
        cmocka_unit_test(a_lesson_leaves_the_session_as_it_was),
    };
    return cmocka_run_group_tests_name("lesson", tests, NULL, NULL);
}
