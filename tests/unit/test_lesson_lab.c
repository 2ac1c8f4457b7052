/* test_lesson_lab.c: a lesson beside the session: it leaves that as it was, and finds its own heap
 * whatever was tried on it. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/teach/lesson_course.h"
#include "cli/tell/shapes.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&try_lab, line);
    assert_non_null(out);
    return out;
}

/* Target, log, redo list, marks: all are as before. */
static void a_lesson_leaves_the_session_as_it_was(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    run("alloc 64");
    run("alloc 32");
    run("mark here");
    run("alloc 16");
    run("undo");
    pid_t pid = try_lab.shown.session.target.pid;
    uint64_t brk = try_lab.shown.session.target.brk;
    assert_true(run("lesson cli/teach/lessons/4-header.lesson")->ok);
    assert_int_not_equal(try_lab.shown.session.target.pid, pid);
    assert_int_equal(try_lab.shown.session.log.n, 0);
    run("alloc 1000");
    run("mark other");
    assert_true(run("lesson quit")->ok);
    assert_int_equal(try_lab.shown.session.target.pid, pid);
    assert_int_equal(try_lab.shown.session.target.brk, brk);
    assert_int_equal(try_lab.shown.session.log.n, 2);
    assert_int_equal(try_lab.shown.session.log.n_undone, 1);
    assert_int_equal(try_lab.shown.marks.n, 1);
    assert_true(run("diff here")->ok);
    assert_true(run("redo")->ok);
    assert_true(run("undo all")->ok);
    assert_false(run("lesson quit")->ok);
    assert_false(run("lesson next")->ok);
    assert_false(run("answer 3")->ok);
    assert_false(run("repeat 2 lesson 1")->ok);
    assert_true(run("lesson cli/teach/lessons/4-header.lesson")
                    ->ok); /* and one that is not left ends with the lab */
    try_close();
}

/* What the last command changed is marked again when its heap comes back; how things are shown
 * stays as it was chosen last. */
static void marks_and_display_go_over(void **state)
{
    struct shape_word words[SHAPE_WORDS_MAX];
    (void)state;
    try_open(HEAP_HEADER);
    run("alloc 64");
    run("alloc 32");
    run("free 1");
    run("set projector on");
    run("lesson cli/teach/lessons/4-header.lesson");
    assert_true(try_lab.shown.view.projector);
    run("set addresses offset");
    run("alloc 1000");
    run("lesson quit");
    assert_true(try_lab.shown.view.projector && try_lab.shown.view.offsets);
    struct snapshot_block b = snapshot_block(try_lab.shown.session.snapshot, 0);
    assert_int_equal(shape_words(&try_lab.shown.session, &try_lab.shown.marked, &b, words), 3);
    assert_false(words[0].word.changed);
    assert_true(words[1].word.changed && words[1].word.value == 1 && words[1].word.was == 0);
    try_close();
}

/* Bytes that are no text, in an answer that takes any word. */
static void an_answer_of_any_bytes_is_told(void **state)
{
    (void)state;
    char line[SCRATCH_PATH + 16];
    const char *path = scratch_file("any.lesson", "@title T\n@ask Q\n@answer word x\n@end\n");
    try_open(HEAP_HEADER);
    snprintf(line, sizeof line, "lesson %s", path);
    assert_true(run(line)->ok);
    assert_false(run("answer \"\\e[2J\"")->ok);
    const struct outcome *out = run("answer \"\\xff\"");
    json_t *course = json_object_get(out->extra, "course");
    assert_string_equal(json_string_value(json_object_get(course, "given")), "\xef\xbf\xbd");
    assert_null(json_object_get(course, "verdict"));
    assert_null(json_object_get(course, "expected"));
    out = run("answer \"\\xff\"");
    assert_true(out->ok);
    course = json_object_get(out->extra, "course");
    assert_string_equal(json_string_value(json_object_get(course, "given")), "\xef\xbf\xbd");
    assert_string_equal(json_string_value(json_object_get(course, "verdict")), "wrong");
    assert_non_null(json_string_value(json_object_get(course, "text")));
    try_close();
}

/* JSON has the whole name of a lesson's file, of whatever bytes it is. */
static void a_file_is_named_in_full(void **state)
{
    (void)state;
    char line[SCRATCH_PATH + 32];
    const char *path = scratch_file("\xff-with-a-name-of-more-than-forty-columns.lesson",
                                    "@title T\nText.\n@end\n"),
               *name = scratch_path("\xef\xbf\xbd-with-a-name-of-more-than-forty-columns.lesson");
    try_open(HEAP_HEADER);
    snprintf(line, sizeof line, "lesson --check \"%s\"", path);
    assert_string_equal(json_string_value(json_object_get(try_ok("%s", line)->result, "file")),
                        name);
    snprintf(line, sizeof line, "lesson \"%s\"", path);
    assert_string_equal(json_string_value(json_object_get(try_ok("%s", line)->result, "lesson")),
                        name);
    try_close();
}

/* A line, and what the lesson wants run after it. */
static void run_all(const char *line)
{
    run(line);
    for (char *command; (command = course_command(&try_lab)) != NULL; free(command))
        run(command);
}

/* A block freed before the question is freed again as its answer: how many commands ago is no
 * number that a reader would find again. */
static void pages_and_answers_are_no_commands_to_count(void **state)
{
    char line[128];
    (void)state;
    try_open(HEAP_HEADER);
    snprintf(line, sizeof line, "lesson %s",
             try_file("@title T\n@run alloc 8\n@run alloc 8\n@run free 1\n@ask Q\n@answer "
                      "fails\n@fails free 1\n@end\n"));
    run(line);
    run_all("lesson next");
    run("answer fails");
    char *command = course_command(&try_lab);
    assert_string_equal(run(command)->error, "#1 is already free: freed earlier");
    free(command);
    assert_string_equal(run("free 1")->error, "#1 is already free: freed earlier");
    run("lesson quit");
    run("alloc 8");
    run("free 1");
    assert_string_equal(run("free 1")->error,
                        "#1 is already free: freed by the command before this one");
    for (int quiz = 0; quiz < 2; quiz++) { /* what came of another heap is not counted; a state made
                                              again counts as the first did */
        run(quiz ? "quiz 1 1" : line);
        run(quiz ? "quiz quit" : "lesson quit");
        assert_string_equal(run("free 1")->error,
                            "#1 is already free: freed before the last lesson or quiz");
        assert_string_equal(
            run("show 1")->error,
            "#1 is already free: freed before the last lesson or quiz, and its bytes were given "
            "back or belong to another block; expected one that `blocks` lists, or its address");
    }
    run("alloc 8");
    run("alloc 8");
    run("free 2");
    run("blocks");
    assert_string_equal(run("free 2")->error, "#2 is already free: freed 2 commands ago");
    run("undo");
    run("free 3");
    assert_string_equal(run("free 3")->error,
                        "#3 is already free: freed by the command before this one");
    assert_string_equal(run("free 1")->error,
                        "#1 is already free: freed before the last lesson or quiz");
    try_close();
}

/* The lesson's own commands and the person's may be what a class types: C. */
static void a_line_of_c_is_a_command_in_a_lesson(void **state)
{
    char line[128];
    (void)state;
    try_open(HEAP_HEADER);
    snprintf(line, sizeof line, "lesson %s",
             try_file("@title T\n@run p1 = malloc(64);\n@ask Q\n@answer block 1\n@run free(p1); p2 "
                      "= malloc(32);\n"
                      "@word 2 size 64\n@run free(p2);\nLast.\n@end\n"));
    assert_true(run(line)->ok);
    run_all("lesson next");
    assert_int_equal(snapshot_n_blocks(try_lab.shown.session.snapshot), 1);
    assert_int_equal(course_player(&try_lab)->state, PLAYER_ASKING);
    char *typed;
    static const char *const themselves[] = {"blocks", "stats", "zoom in", "lesson quit", "exit"};
    for (size_t i = 0; i < sizeof themselves / sizeof *themselves; i++) { /* whatever is asked */
        assert_true(course_typed(&try_lab, themselves[i], &typed));
        assert_null(typed);
    }
    assert_true(
        course_typed(&try_lab, "alloc 8", &typed)); /* this is no time for it: it is an answer */
    assert_string_equal(typed, "answer alloc 8");
    free(typed);
    run_all("answer 1");
    assert_true(course_typed(&try_lab, "p3 = malloc(8);", &typed));
    assert_null(typed);
    assert_true(run("p3 = malloc(8);")->ok);
    run_all("lesson next");
    assert_int_equal(course_player(&try_lab)->state, PLAYER_OVER);
    try_close();
}

/* A lesson is hostile: its own commands reach no file, start no other lesson and do not end this
 * one, at any depth. The person's do. */
static void a_lesson_stays_in_its_lab(void **state)
{
    static const char *const outside[] = {"save outside",
                                          "export outside.svg",
                                          "repeat 1 save outside",
                                          "repeat 2 \"alloc 8; repeat 1 run /dev/null\"",
                                          "source cli/teach/lessons",
                                          "lesson 1",
                                          "lesson quit",
                                          "lesson --check /dev/null",
                                          "quiz",
                                          "answer 1",
                                          "quit",
                                          "q"};
    (void)state;
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        char text[256], line[SCRATCH_PATH + 32];
        snprintf(text, sizeof text, "@title T\n@run %s\n@ask Q\n@answer yes\n@run alloc 8\n@end\n",
                 outside[i]);
        try_open(HEAP_HEADER);
        snprintf(line, sizeof line, "lesson %s", try_file(text)); /* a path with a / in it */
        run(line);
        run("lesson next");
        char *command = course_command(&try_lab);
        assert_string_equal(command, outside[i]);
        const struct outcome *out = run(command);
        free(command);
        if (out->ok || !strstr(out->error, "is not for lessons; expected a command of the lab"))
            fail_msg("%s: %s", outside[i], out->ok ? "it is run" : out->error);
        assert_int_equal(access("outside", F_OK), -1);
        assert_int_equal(access("outside.svg", F_OK), -1);
        assert_int_equal(course_player(&try_lab)->state, PLAYER_ASKING);
        assert_false(try_lab.quit);
        assert_true(run("repeat 1 mark here")->ok);
        snprintf(line, sizeof line, "repeat 1 source %s", try_file("alloc 8\n"));
        assert_true(run(line)->ok);
        assert_true(run("answer yes")->ok);
        assert_true(run("lesson quit")->ok);
        try_close();
    }
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
        try_open(HEAP_HEADER);
        run_all("lesson cli/teach/lessons/5-free.lesson");
        for (int page = 0; page < 2; page++)
            run_all("lesson next");
        snprintf(line, sizeof line, "%s", tries[i]);
        while ((one = strsep(&at, ";")) != NULL)
            run_all(one + strspn(one, " "));
        run_all("answer 0");
        const struct player *p = course_player(&try_lab);
        assert_true(p->judged && p->verdict == ANSWER_RIGHT);
        const struct snapshot_stats *stats = snapshot_stats(try_lab.shown.session.snapshot);
        assert_int_equal(stats->heap_bytes, 208);
        assert_int_equal(stats->free_bytes, 32);
        assert_int_equal(try_lab.shown.session.setup.policy, HEAP_HEADER);
        assert_false(try_lab.failed);
        try_close();
    }
}

static const char *course_text(const struct outcome *out, const char *member)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(out->extra, "course"), member));
    return text ? text : "";
}

static json_int_t course_number(const struct outcome *out, const char *member)
{
    return json_integer_value(json_object_get(json_object_get(out->extra, "course"), member));
}

/* Earlier pages are looked at, and say that the heap is not theirs; no question is answered there.
 */
static void pages_are_looked_back_at(void **state)
{
    struct course_page page;
    (void)state;
    try_open(HEAP_HEADER);
    assert_false(run("lesson back")->ok);
    const struct outcome *out = run("lesson cli/teach/lessons/4-header.lesson");
    json_int_t pages = course_number(out, "pages");
    assert_true(pages > 10);
    assert_false(run("lesson back")->ok);
    assert_string_equal(course_text(run("lesson next"), "state"), "asking");
    assert_true(course_page(&try_lab, &page));
    assert_non_null(strstr(page.title, "page 2 of "));
    assert_string_equal(page.hint, "type the answer");
    try_lab.screen.there = true;
    assert_true(course_page(&try_lab, &page));
    assert_string_equal(page.hint, "type the answer, Left: back");
    try_lab.screen.there = false;
    out = run("answer 64");
    assert_true(out->ok);
    assert_int_equal(course_number(out, "try"), 2);
    assert_string_equal(course_text(out, "verdict"), "");
    assert_string_equal(course_text(out, "state"), "asking");
    assert_true(course_page(&try_lab, &page) && page.mark == COURSE_BAD);
    uint64_t brk = try_lab.shown.session.target.brk;
    out = run("lesson back");
    assert_true(out->ok);
    assert_string_equal(course_text(out, "state"), "back");
    assert_int_equal(course_number(out, "page"), 1);
    assert_int_equal(course_number(out, "pages"), pages);
    assert_non_null(strstr(out->text, "page 1 again; the heap is as page 2 has it"));
    assert_true(course_page(&try_lab, &page));
    assert_string_equal(page.hint, "heap of page 2, Enter: on");
    assert_false(run("answer 96")->ok);
    assert_int_equal(try_lab.shown.session.target.brk, brk);
    assert_string_equal(course_text(run("lesson next"), "state"), "asking");
    run("answer 96");
    char *command = course_command(&try_lab);
    out = run(command);
    free(command);
    assert_string_equal(course_text(out, "verdict"), "right");
    assert_int_equal(course_number(out, "try"), 2);
    assert_true(course_page(&try_lab, &page) && page.mark == COURSE_GOOD);
    while (course_player(&try_lab)->state != PLAYER_OVER) {
        bool asking = course_player(&try_lab)->state == PLAYER_ASKING;
        run(asking ? "answer" : "lesson next");
        while ((command = course_command(&try_lab)) != NULL) {
            run(command);
            free(command);
        }
    }
    assert_int_equal(course_player(&try_lab)->page, pages);
    run("lesson back");
    assert_true(run("lesson next")->ok); /* comes back to the last page, and does not leave */
    assert_true(course_player(&try_lab) != NULL);
    assert_true(run("lesson next")->ok);
    assert_false(course_player(&try_lab) != NULL);
    try_close();
}

/* A lesson about a real program: that is its heap, it alone leads it, and it ends with it. */
static void a_lesson_has_a_program_of_its_own(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    run("alloc 64");
    uint64_t brk = try_lab.shown.session.target.brk;
    assert_true(run("lesson cli/teach/lessons/11-real.lesson")->ok);
    pid_t pid = (pid_t)try_lab.shown.session.target.pid;
    assert_int_equal(kill(pid, 0), 0);
    assert_false(run("alloc 64")->ok);
    static const char *const leads[] = {"input a = malloc(20)", "pause", "continue", "until ended"};
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        const struct outcome *out = run(leads[i]);
        assert_false(out->ok);
        assert_non_null(strstr(out->error, "the lesson leads its program itself"));
    }
    run_all("lesson next");
    run_all("answer d");
    const struct player *p = course_player(&try_lab);
    assert_true(p->judged && p->verdict == ANSWER_RIGHT);
    assert_int_equal(snapshot_stats(try_lab.shown.session.snapshot)->n_used, 2);
    assert_true(run("blocks")->ok);
    assert_true(run("lesson quit")->ok);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(try_lab.shown.session.target.brk, brk);
    try_close();
}

/* Its program is killed by somebody else: the lesson does not go on as if it were there. */
static void a_lesson_without_its_program_goes_no_further(void **state)
{
    struct course_page page;
    (void)state;
    try_open(HEAP_HEADER);
    run_all("lesson cli/teach/lessons/11-real.lesson");
    run_all("lesson next");
    kill((pid_t)try_lab.shown.session.target.pid, SIGKILL);
    run_all("answer d");
    for (int i = 0; i < 60000 && try_lab.shown.session.target.alive; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* it is about to end */
        run_all("lesson next");
    }
    for (int i = 0; i < 2; i++) {
        assert_true(course_page(&try_lab, &page));
        assert_string_equal(page.text, "The lesson's program has ended. `lesson quit` leaves.");
        run_all("lesson next");
    }
    assert_int_equal(course_player(&try_lab)->asked, 0);
    assert_true(run("lesson quit")->ok);
    assert_true(run("alloc 8")->ok);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lesson_has_a_program_of_its_own),
        cmocka_unit_test(a_lesson_without_its_program_goes_no_further),
        cmocka_unit_test(an_answer_of_any_bytes_is_told),
        cmocka_unit_test(a_lesson_stays_in_its_lab),
        cmocka_unit_test(pages_and_answers_are_no_commands_to_count),
        cmocka_unit_test(a_line_of_c_is_a_command_in_a_lesson),
        cmocka_unit_test(pages_are_looked_back_at),
        cmocka_unit_test(a_file_is_named_in_full),
        cmocka_unit_test(what_is_tried_is_taken_back),
        cmocka_unit_test(marks_and_display_go_over),
        cmocka_unit_test(a_lesson_leaves_the_session_as_it_was),
    };
    return cmocka_run_group_tests_name("lesson_lab", tests, NULL, NULL);
}
