/* Every lesson played on a screen of 24 rows and 80 columns, with right and with wrong answers:
 * each page stands there whole. A second lab in this process plays along and knows what should be
 * seen. */
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
#include "cli/teach/lesson_course.h"
#include "tests/support/terminal_lab.h"

#define LESSONS 11

static struct lab lab;

static void open_lab(void)
{
    struct session_setup setup;
    char error[512];
    session_setup_defaults(&setup, HEAP_HEADER);
    assert_true(lab_init(&lab, &setup, false, error, sizeof error));
    lab.screen =
        (struct lab_screen){.map_cells = 70, .bytes_per_cell = 1, .table_rows = 4, .there = true};
}

/* In the second lab. */
static void run(const char *line)
{
    lab_run(&lab, line);
    for (char *command; (command = course_command(&lab)) != NULL; free(command))
        lab_run(&lab, command);
}

static void begin(unsigned lesson)
{
    static const char *const names[] = {"layout",        "brk",  "bump",  "header", "free", "reuse",
                                        "fragmentation", "fits", "mutex", "wrong",  "real"};
    char line[64];
    snprintf(line, sizeof line, "lesson cli/teach/lessons/%u-%s.lesson", lesson, names[lesson - 1]);
    run(line);
    assert_non_null(course_player(&lab));
}

static const char *last_word(const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] != ' ' && text[n - 1] != '\n')
        n--;
    return text + n;
}

struct wanted {
    char title[160];
    const char *hint, *word;
};

static bool page_stands(struct terminal *t, void *user)
{
    const struct wanted *w = user;
    int row = terminal_find(t, w->title, NULL);
    if (row < 0 || !strstr(terminal_row(t, row), w->hint)) return false;
    for (int r = row + 1; r < 23; r++)
        if (strstr(terminal_row(t, r), w->word)) return true;
    return false;
}

/* The page that the second lab has, whole: nothing of it is cut. A key that is typed is heard once
 * all commands have run, and takes away what covers the page. */
static void must_stand(struct terminal *t)
{
    struct course_page page;
    struct wanted w;
    assert_true(course_page(&lab, &page));
    snprintf(w.title, sizeof w.title, "%s ", page.title);
    w.hint = page.hint;
    w.word = last_word(page.text);
    terminal_type(t, "x");
    lab_must_prompt(t, LAB_PROMPT " x");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    bool there = terminal_wait_until(t, page_stands, &w, TERMINAL_WAIT_MS);
    int row = terminal_find(t, w.title, NULL);
    for (int r = row + 1; r < 23; r++)
        if (strstr(terminal_row(t, r), "…")) there = false;
    if (there) return;
    terminal_print(t);
    fail_msg("the page is not there, or not whole: %s: %s", page.title, page.text);
}

static void wrong_for(const char *right, char *wrong, size_t bytes)
{
    static const char *const pairs[][2] = {{"yes", "no"},     {"no", "yes"},     {"up", "down"},
                                           {"down", "up"},    {"stays", "up"},   {"a", "b"},
                                           {"cached", "top"}, {"top", "cached"}, {"gone", "top"}};
    snprintf(wrong, bytes, "%s",
             right[1] == '\0' && right[0] >= 'b' && right[0] <= 'f' ? "a"
             : right[0] >= 'a'                                      ? "nonsense"
                                                                    : "12345");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strcmp(right, pairs[i][0]) == 0) snprintf(wrong, bytes, "%s", pairs[i][1]);
}

#define ANSWERS_MAX 16
static char right[ANSWERS_MAX][ANSWER_GIVEN_MAX];

/* The right answers, by asking for them. */
static size_t find_answers(unsigned lesson)
{
    size_t n = 0;
    open_lab();
    begin(lesson);
    while (course_player(&lab)->state != PLAYER_OVER) {
        bool asking = course_player(&lab)->state == PLAYER_ASKING;
        run(asking ? "answer" : "lesson next");
        if (!asking) continue;
        assert_true(n < ANSWERS_MAX);
        const char *expected = course_player(&lab)->expected, *comma = strstr(expected, ", or ");
        snprintf(right[n++], ANSWER_GIVEN_MAX, "%s", comma ? comma + 5 : expected);
    }
    lab_release(&lab);
    return n;
}

static void play(unsigned lesson, bool rightly)
{
    char line[ANSWER_GIVEN_MAX + 2], given[ANSWER_GIVEN_MAX], score[80];
    size_t n = find_answers(lesson), at = 0;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    open_lab();
    lab_command(t, "alloc 24", "#1 used");
    uint64_t brk = lab_brk(t);
    begin(lesson);
    snprintf(line, sizeof line, "lesson %u\r", lesson);
    terminal_type(t, line);
    for (must_stand(t); course_player(&lab)->state != PLAYER_OVER; must_stand(t)) {
        if (course_player(&lab)->state == PLAYER_ASKING) {
            if (rightly)
                snprintf(given, sizeof given, "%s", right[at]);
            else
                wrong_for(right[at], given, sizeof given);
            char *answer = course_answer_line(given);
            run(answer);
            free(answer);
            at += course_player(&lab)->state != PLAYER_ASKING || !course_player(&lab)->again;
            terminal_type(t, given);
            terminal_type(t, "\r");
        } else {
            run("lesson next");
            terminal_type(t, "\r");
        }
    }
    assert_int_equal(course_player(&lab)->right, rightly ? n : 0);
    snprintf(score, sizeof score, rightly ? "all %zu questions" : "0 of %zu questions", n);
    terminal_must_show(t, score);
    terminal_type(t, "\r");
    terminal_must_show(t, "back to your heap: brk is at");
    terminal_must_show(t, "#1 used");
    lab_must_equal(t, lab_brk(t), brk, "brk after the lesson");
    lab_release(&lab);
    lab_leave(t);
}

static void test_right_answers(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= LESSONS; i++)
        play(i, true);
}

static void test_wrong_answers(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= LESSONS; i++)
        play(i, false);
}

/* What is typed while a question is open answers, unless it looks, leaves or asks for help. What
 * was tried is taken back. */
static void test_at_the_prompt(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "lesson header", "The header: page 1 of ");
    lab_command(t, "alloc 500", "#1 500");
    terminal_type(t, "\r");
    terminal_must_show(t, "page 2 of ");
    lab_command(t, "lots", "that does not answer the question");
    terminal_type(t, "\r");
    terminal_must_show(t, "a question is open");
    lab_command(t, "blocks", "q: back to the heap|no blocks|free list");
    terminal_type(t, "q");
    terminal_must_show(t, "type the answer");
    lab_command(t, "64", "✗ Not 64: it moves farther");
    terminal_must_show(t, "Hint: ");
    terminal_type(t, "\033[D");
    terminal_must_show(t, "page 1 of ");
    terminal_must_show(t, "heap of page 2, Enter: on");
    terminal_type(t, "\033[D");
    terminal_must_show(t, "this is the first page");
    terminal_type(t, "\033[C");
    terminal_must_show(t, "✗ Not 64");
    terminal_type(t, "\033[C");
    lab_command(t, "96", "Not so|Right");
    terminal_must_show(t, "#1 64");
    terminal_must_show(t, "✓ Right, at the second try: 96");
    lab_command(t, "free 1", "#1 is the last block");
    terminal_type(t, "\r");
    terminal_must_show(t, "malloc returned an address");
    lab_command(t, "lesson quit", "back to your heap");
    terminal_must_lose(t, "page 3");
    lab_leave(t);
}

/* A command of the lesson's that is stopped is gone on with when the person says so, or not at all.
 */
static void test_interrupt(void **state)
{
    (void)state;
    char path[512], line[600];
    snprintf(path, sizeof path, "%s/long.lesson", terminal_home());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("@title Long\nIt takes its time.\n@run repeat 1000000 \"alloc 16; free "
          "all\"\nDone.\n@end\n",
          file);
    fclose(file);
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 24", "#1 used|used");
    snprintf(line, sizeof line, "lesson %s\r", path);
    terminal_type(t, line);
    terminal_must_show(t, "It takes its time.");
    for (int i = 0; i < 2; i++) {
        terminal_type(t, "\r");
        terminal_must_show(t, "running (Ctrl-C stops)");
        terminal_type(t, "\003");
        terminal_must_show(t, "interrupted after");
        lab_must_prompt(t, LAB_PROMPT);
        terminal_must_show(t, "command was stopped. Enter runs it again");
    }
    lab_command(t, "lesson quit", "back to your heap: brk is at 0x411040|back to your heap");
    lab_command(t, "blocks", "#1");
    lab_leave(t);
}

static void test_quiz(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, (const char *[]){"--policy", "best-fit", NULL});
    lab_command(t, "alloc 24", "#1 used");
    lab_command(t, "quiz 2 seed 4", "Question 1 of 2");
    lab_command(t, "maybe", "expected");
    lab_command(t, "?!", "expected");
    lab_command(t, "answer", "Question 2 of 2");
    terminal_must_show(t, "The answer is");
    lab_command(t, "answer", "This is the end of the quiz: 0 of 2 answered right");
    terminal_type(t, "\r");
    terminal_must_show(t, "back to your heap: brk is at");
    lab_command(t, "blocks", "#1");
    lab_leave(t);
}

/* A lesson on a screen too small for a page is still readable as lines. */
static void test_other_sizes(void **state)
{
    (void)state;
    struct terminal *t = lab_start(40, 120, NULL, NULL);
    lab_command(t, "lesson 3", "An allocator without headers: page 1 of ");
    terminal_must_show(t, "HISTORY");
    terminal_resize(t, 14, 50);
    terminal_must_show(t, "Enter: go on");
    terminal_resize(t, 10, 40);
    terminal_must_show(t, "too small");
    terminal_resize(t, 24, 80);
    terminal_must_show(t, "An allocator without headers: page 1 of ");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_answers), cmocka_unit_test(test_wrong_answers),
        cmocka_unit_test(test_at_the_prompt), cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_quiz),          cmocka_unit_test(test_other_sizes),
    };
    return cmocka_run_group_tests_name("lesson on the screen", tests, NULL, NULL);
}
