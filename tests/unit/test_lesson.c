/* test_lesson.c: reading lessons, hostile ones among them; playing; what --check finds on the real
 * heap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/teach/lesson_check.h"
#include "cli/teach/lesson_player.h"
#include "cli/teach/lesson_shelf.h"

/* ── The form ── */

static struct {
    char text[16384];
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
    if (!strstr(heard.text, complaint))
        fail_msg("expected \"%s\", heard: %s", complaint, heard.text);
    lesson_release(&lesson);
}

static void a_lesson_is_read(void **state)
{
    (void)state;
    struct lesson l;
    assert_true(parse(
        &l, "\xef\xbb\xbf# a comment\r\n@title A title\r\n@policy best-fit\n\nOne\nparagraph.\n\n  "
            "verbatim\nAnother.\n@run alloc 8\n@ask How\nmany?\n"
            "@choice a one\n@choice b two\n@answer choice b\n@answer number 2\n@run alloc "
            "16\n@because Two.\n#1 is "
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
    must_complain("@title T\n@ask Why?\nText\n\n@run alloc 1\n@end\n",
                  "2: this question has no answer");
    must_complain("@title T\n@ask Why?\n@end\n", "2: this question has no answer");
    must_complain("@title T\n@ask\n@answer yes\n@end\n", "2: the question is missing");
    must_complain("@title T\n@rnu alloc 1\n@end\n", "2: there is no direction @rnu");
    must_complain("@title T\n@answer yes\n@end\n", "2: @answer belongs to a question");
    must_complain("@title T\n@choice a b\n@end\n", "2: @choice belongs to a question");
    must_complain("@title T\n@screen\n@end\n", "2: the text is missing; expected `@screen WORDS`");
    must_complain("@title T\n@hint so\n@end\n", "2: @hint belongs to a question");
    must_complain("@title T\n@ask Q\n@hint\n@answer yes\n@end\n", "3: the hint is missing");
    must_complain("@title T\n@ask Q\n@hint a\n@hint b\n@answer yes\n@end\n",
                  "4: there is a @hint already");
    must_complain("@title T\n@because so\n@end\n", "2: @because explains an answer");
    must_complain("@title T\n@ask Q\n@answer maybe\n@end\n",
                  "3: the answer maybe is not understood");
    must_complain("@title T\n@ask Q\n@choice b x\n@end\n", "3: expected `@choice a WORDS`");
    must_complain("@title T\n@ask Q\n@choice a x\n@answer choice b\n@end\n",
                  "4: there is no choice b here");
    must_complain("@title T\n@run\n@end\n", "2: the command is missing");
    must_complain("@title T\n@wait long\n@end\n", "2: long is too much");
    must_complain("@title T\n@end\nmore\n", "3: this stands behind @end");
    must_complain("@title T\ntext\n@policy header\n@end\n", "3: @policy stands too late");
    must_complain("@title T\n@policy magic\n@end\n", "2: there is no policy magic");
    must_complain("@title T\n@title U\n@end\n", "2: there is a title already");
    must_complain("@title T\n@ask Q\n@answer yes\n@because a\n@because b\n@end\n",
                  "5: there is a @because already");
}

static void hostile_lessons_are_bounded(void **state)
{
    (void)state;
    struct lesson l;
    must_complain("@title T\nbell \a\n@end\n", "2: the line holds a control character (0x07)");
    must_complain("@title T\nescape \033[2J\n@end\n",
                  "2: the line holds a control character (0x1b)");
    must_complain("@title T\nc1 \xc2\x9b\n@end\n", "2: the line holds a control character");
    must_complain("@title T\nlatin \xe9\n@end\n", "2: the line is not UTF-8");
    must_complain(
        "@title xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n@end\n",
        "1: the title is too long");
    heard.text[0] = '\0';
    const char pasted[] = "\ufeff@title\u00a0T\n@policy\u00a0first-fit\n@run "
                          "alloc\u202f64\u200b\nA\u00a0text.\n@end\n";
    assert_true(lesson_parse(&l, pasted, sizeof pasted - 1, hear, NULL));
    assert_string_equal(l.item[0].text, "alloc 64");
    assert_string_equal(l.item[1].text, "A\u00a0text.");
    lesson_release(&l);
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

/* ── The player ── */

static const char trial[] = "@title T\nFirst.\n@ask Q1\n@answer brk +96\n@run alloc 64\n@because "
                            "B1\n\nSecond.\n@fails free "
                            "9\nThird.\n@wait\n@ask Q2\n@answer yes\n@because B2\n@end\n";

static void a_lesson_is_played(void **state)
{
    (void)state;
    struct lesson l;
    struct player p;
    struct effect e = {
        .ran = true, .ok = true, .delta = 96, .heap_start = 0x411000, .address = 0x411020};
    char error[200];
    assert_true(parse(&l, trial));
    assert_true(player_begin(&p, &l, true));
    assert_string_equal(p.text, "T\nFirst.\n? Q1");
    assert_int_equal(p.state, PLAYER_ASKING);
    player_next(&p); /* not while a question is open */
    assert_int_equal(p.state, PLAYER_ASKING);
    assert_false(player_answer(&p, "what?", &e, error, sizeof error));
    assert_true(player_answer(&p, "64", &e, error, sizeof error));
    assert_int_equal(p.state, PLAYER_ASKING);
    assert_string_equal(p.text,
                        "Not 64: it moves farther. Once more; `answer` alone tells it.\n? Q1");
    assert_int_equal(player_mark(&p), COURSE_BAD);
    assert_true(p.again);
    assert_true(player_answer(&p, "64", &e, error, sizeof error));
    assert_string_equal(player_command(&p), "alloc 64");
    player_heard(&p, &e);
    assert_string_equal(p.text, "Not so: the answer is +96, not \"64\".\nB1");
    assert_int_equal(player_mark(&p), COURSE_BAD);
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
    assert_int_equal(player_mark(&p), COURSE_GOOD);
    player_next(&p);
    assert_string_equal(p.text, "This is the end of the lesson: 1 of 2 questions answered right.");
    assert_int_equal(p.state, PLAYER_OVER);
    assert_false(player_answer(&p, "yes", &e, error, sizeof error));
    player_release(&p);
    lesson_release(&l);
}

/* Right at the second try is told as that, and counted apart; yes for no is no second try unless
 * the author has a hint. */
static void a_wrong_answer_is_asked_again(void **state)
{
    static const struct {
        const char *form, *given, *page; /* NULL: judged at once */
    } rows[] = {
        {"@answer number 10", "12",
         "Not 12: that is too much. Once more; `answer` alone tells it.\n? Q"},
        {"@answer number 10", "-12",
         "Not -12: that is too little. Once more; `answer` alone tells it.\n? Q"},
        {"@answer heap_bytes 96", "64",
         "Not 64: that is too little. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk +96\n@run alloc 64", "0",
         "Not 0: brk does move. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk +96\n@run alloc 64", "-96",
         "Not -96: it moves the other way. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk -48\n@run alloc 64", "-64",
         "Not -64: that is too far. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk 0\n@run alloc 64", "16",
         "Not 16: that is too far. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk up\n@run alloc 64", "down",
         "Not down: it does not go that way. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk stays\n@run alloc 64", "up",
         "Not up. Once more; `answer` alone tells it.\n? Q"},
        {"@answer brk up\n@run alloc 64", "no", NULL},
        {"@answer brk up\n@run alloc 64", "32", NULL}, /* by how much is not stated */
        {"@answer brk\n@run alloc 64", "12", NULL},
        {"@answer address +0x20\n@run alloc 64", "16",
         "Not 16: that is too low. Once more; `answer` alone tells it.\n? Q"},
        {"@answer address +0x20\n@run alloc 64", "0x411040",
         "Not 0x411040: that is too high. Once more; `answer` alone tells it.\n? Q"},
        {"@answer address +0x20\n@run alloc 64", "none",
         "Not none: there is one. Once more; `answer` alone tells it.\n? Q"},
        {"@answer block 2\n@run alloc 64", "3", "Not 3. Once more; `answer` alone tells it.\n? Q"},
        {"@answer yes", "no", NULL},
        {"@hint Think.\n@answer yes", "no",
         "Not no. Once more; `answer` alone tells it.\nHint: Think.\n? Q"},
        {"@choice a x\n@choice b y\n@answer choice b", "a", NULL},
        {"@choice a x\n@choice b y\n@choice c z\n@answer choice b", "a",
         "Not a. Once more; `answer` alone tells it.\n? Q\n  a) x  b) y  c) z"},
        {"@choice a up, to 9\n@choice b down\n@choice c none: it stays\n@answer choice b", "None",
         "Not None. Once more; `answer` alone tells it.\n? Q\n  a) up, to 9  b) down  c) none: it "
         "stays"},
        {"@choice a up, to 9\n@choice b down\n@choice c none\n@answer choice b", "up to 9",
         "Not up to 9. Once more; `answer` alone tells it.\n? Q\n  a) up, to 9  b) down  c) none"},
        {"@choice a up\n@choice b down\n@choice c none\n@answer choice b", "down", NULL},
        {"@answer word stack", "heap", "Not heap. Once more; `answer` alone tells it.\n? Q"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256], error[200];
        struct lesson l;
        struct player p;
        struct effect e = {.ran = true,
                           .ok = true,
                           .delta = 96,
                           .heap_start = 0x411000,
                           .stat = {[EFFECT_HEAP_BYTES] = 96}};
        snprintf(text, sizeof text, "@title T\n@ask Q\n%s\n@end\n", rows[i].form);
        assert_true(parse(&l, text));
        assert_true(player_begin(&p, &l, true));
        assert_true(player_answer(&p, rows[i].given, &e, error, sizeof error));
        if (p.again != (rows[i].page != NULL))
            fail_msg("%s, answered %s", rows[i].form, rows[i].given);
        if (rows[i].page) assert_string_equal(p.text, rows[i].page);
        if (strcmp(rows[i].given, "down") == 0 && l.item[0].n_choices > 0)
            assert_string_equal(p.text, "Right: b) down.");
        player_release(&p);
        lesson_release(&l);
    }
    struct lesson l;
    struct player p;
    struct effect e = {.ran = true};
    char error[200];
    assert_true(
        parse(&l, "@title T\n@ask Q1\n@answer number 3\n@ask Q2\n@answer number 4\n@end\n"));
    assert_true(player_begin(&p, &l, true));
    assert_true(player_answer(&p, "2", &e, error, sizeof error));
    assert_false(player_answer(&p, "what?", &e, error, sizeof error)); /* which is no try */
    assert_true(player_answer(&p, "3", &e, error, sizeof error));
    assert_string_equal(p.text, "Right, at the second try: 3.");
    assert_int_equal(player_mark(&p), COURSE_GOOD);
    player_next(&p);
    assert_false(p.again);
    assert_true(player_answer(&p, "4", &e, error, sizeof error));
    player_next(&p);
    assert_string_equal(
        p.text,
        "This is the end of the lesson: 1 of 2 questions answered right, and 1 at the second try.");
    assert_int_equal(p.right + p.second, 2);
    player_release(&p);
    lesson_release(&l);
}

/* What is said of the map is said where there is one; the pages are the same. */
static void each_medium_has_its_words(void **state)
{
    (void)state;
    for (int on_screen = 0; on_screen < 2; on_screen++) {
        struct lesson l;
        struct player p;
        assert_true(parse(&l, "@title T\n@screen See the\nmap.\n@plain Read the "
                              "list.\n@wait\n@screen Map only.\n@wait\nEnd.\n@end\n"));
        assert_true(player_begin(&p, &l, on_screen));
        assert_string_equal(p.text, on_screen ? "T\nSee the map." : "T\nRead the list.");
        player_next(&p);
        assert_string_equal(p.text, on_screen ? "Map only." : "");
        player_next(&p);
        assert_int_equal(p.page, 3);
        assert_int_equal(p.n_pages, 3);
        player_release(&p);
        lesson_release(&l);
    }
}

/* Earlier pages can be looked at again as they were, the question as it was asked first; the lesson
 * stands still meanwhile. */
static void pages_are_counted_and_looked_at_again(void **state)
{
    (void)state;
    struct lesson l;
    struct player p;
    struct effect e = {.ran = true, .ok = true, .delta = 96, .heap_start = 0x411000};
    char error[200];
    assert_true(parse(&l, trial));
    assert_true(player_begin(&p, &l, true));
    assert_int_equal(p.n_pages, 7);
    assert_false(player_back(&p));
    assert_false(player_forward(&p));
    player_answer(&p, "64", &e, error, sizeof error);
    player_answer(&p, "64", &e, error, sizeof error);
    player_heard(&p, &e);
    player_next(&p);
    assert_string_equal(player_text(&p), "Second.");
    assert_true(player_back(&p));
    assert_string_equal(player_text(&p), "Not so: the answer is +96, not \"64\".\nB1");
    assert_int_equal(player_mark(&p), COURSE_BAD);
    assert_true(player_back(&p));
    assert_string_equal(player_text(&p), "T\nFirst.\n? Q1");
    assert_int_equal(player_mark(&p), COURSE_NO_MARK);
    assert_false(player_back(&p));
    assert_int_equal(p.page, 3);
    assert_true(player_forward(&p) && player_forward(&p));
    assert_string_equal(player_text(&p), "Second.");
    assert_false(player_forward(&p));
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
    if (mistake && !strstr(heard.text, mistake))
        fail_msg("expected \"%s\", heard: %s", mistake, heard.text);
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
    must_find("@title T\n@run export /tmp/x.svg\n@end\n", "2: export is not for lessons");
    must_find("@title T\n@run repeat 1 save /tmp/x\n@end\n", "2: save is not for lessons");
    must_find("@title T\n@fails repeat 2 \"free 9; repeat 3 sou /tmp/x\"\n@end\n",
              "2: source is not for lessons");
    must_find("@title T\n@ask Q\n@answer brk +64\n@run alloc 64\n@end\n",
              "3: the heap contradicts this answer: it is +96");
    must_find("@title T\n@ask Q\n@answer blocks 2\n@end\n",
              "3: the heap contradicts this answer: it is 0");
    must_find("@title T\n@ask Q\n@answer brk\n@end\n", "3: this answer is about a command");
    must_find("@title T\n@ask Q\n@answer brk\n@because so\n@run alloc 8\n@end\n",
              "3: this answer is about a command");
    must_find("@title T\n 1\n 2\n 3\n 4\n 5\n 6\n 7\n@end\n", "has 9 rows of 80 columns");
}

/* What a lesson says of bytes is held against them where it stands. */
static void claims_are_held_against_the_heap(void **state)
{
    (void)state;
    must_find("@title T\n@run alloc 10\n@word 1 size 16\n@word #1 is_free 0\n@word +0x0 next "
              "0\n@stat padding_bytes 6\n"
              "@run alloc 8\n@word 1 next +0x30\n@bytes 1 0 10 00000000000000\n@run write 2 0 "
              "\"secret\"\n"
              "@bytes 2 32 \"secr\" 65 74\n@run free 1\n@word 1 is_free 1\n@end\n",
              NULL);
    must_find("@title T\n@policy first-fit\n@run alloc 32\n@run alloc 32\n@run free 1\n@word 2 "
              "prev_size 48\n"
              "@word 1 size_flags 49\n@bytes 2 -8 00\n@end\n",
              NULL);
    must_find("@title T\n@run alloc 10\n@word 1 size 10\n@end\n",
              "3: the heap contradicts this: size of #1 is 16, not 10");
    must_find("@title T\n@run alloc 8\n@run alloc 8\n@word +0 next +48\n@word 1 next +0x31\n@end\n",
              "5: the heap contradicts this: next of #1 is 0x411030, not 0x411031");
    must_find("@title T\n@run alloc 8\n@word 1 prev_size 0\n@end\n",
              "3: #1 has no word prev_size; expected one that it has: size, is_free, next");
    must_find("@title T\n@run alloc 8\n@bytes 1 32 41\n@end\n",
              "3: the heap contradicts this: the bytes at +32 of #1 are 00, not 41");
    must_find("@title T\n@run alloc 8\n@bytes 1 100000 41\n@end\n",
              "3: the bytes at +100000 of #1 can't be read");
    must_find("@title T\n@run alloc 8\n@word 7 size 1\n@end\n", "3: there is no block #7");
    must_find("@title T\n@run alloc 8\n@word +0x10 size 1\n@end\n",
              "3: what is at +0x10: no block begins there");
    must_find("@title T\n@stat blocks 1\n@run alloc 8\n@stat blocks 1\n@end\n",
              "2: the heap contradicts this: blocks is 0, not 1");
    must_find("@title T\n@ask Q\n@answer blocks 1\n@stat blocks 0\n@run alloc 8\n@because B\n@stat "
              "blocks 1\n@end\n",
              NULL);
    must_find("@title T\n@run alloc 8\n@stat blocks 2\n@end\n",
              "3: the heap contradicts this: blocks is 1, not 2");
}

/* They are no text, and no item: what is before and behind them is as if they weren't there. */
static void claims_are_read(void **state)
{
    (void)state;
    struct lesson l;
    assert_true(parse(&l, "@title T\n@ask Q\n@answer yes\n@stat blocks 0\n@run alloc 8\n@word 1 "
                          "size 16\n@because B\n@end\n"));
    assert_int_equal(l.n_items, 2);
    assert_string_equal(l.item[0].because, "B");
    assert_int_equal(l.n_claims, 2);
    assert_int_equal(l.claim[0].before, 1);
    assert_int_equal(l.claim[1].before, 2);
    lesson_release(&l);
    must_complain("@title T\n@word 1 size\n@end\n",
                  "2: a word is missing; expected `@word BLOCK FIELD VALUE`");
    must_complain("@title T\n@word x size 1\n@end\n", "2: x is not understood; expected `@word");
    must_complain("@title T\n@word 0 size 1\n@end\n", "2: 0 is not understood; expected `@word");
    must_complain("@title T\n@word 1 size 1 2\n@end\n", "2: 2 is not understood; expected `@word");
    must_complain("@title T\n@word 1 size -1\n@end\n", "2: -1 is not understood; expected `@word");
    must_complain("@title T\n@bytes 1 0\n@end\n", "2: a word is missing; expected `@bytes");
    must_complain("@title T\n@bytes 1 0 4g\n@end\n", "2: 4g is not understood; expected `@bytes");
    must_complain("@title T\n@bytes 1 0 414\n@end\n", "2: 414 is not understood; expected `@bytes");
    must_complain("@title T\n@bytes 1 0 \"\"\n@end\n", "2: a word is missing; expected `@bytes");
    must_complain("@title T\n@bytes 1 99999999999 41\n@end\n",
                  "2: 99999999999 is not understood; expected `@bytes");
    must_complain("@title T\n@bytes 1 0 "
                  "\"0123456789012345678901234567890123456789012345678901234567890123456\"\n@end\n",
                  "is not understood; expected `@bytes");
    must_complain("@title T\n@bytes 1 0 \"open\n@end\n", "2: ");
    must_complain("@title T\n@stat colour 1\n@end\n",
                  "2: colour is not understood; expected `@stat");
    must_complain("@title T\n@stat blocks\n@end\n", "2: a word is missing; expected `@stat");
}

/* No question without an answer that is taken as right. */
static void a_right_answer_can_be_given(void **state)
{
    (void)state;
    char text[1024] = "@title T\n@run repeat 240 alloc 16\n@run free";
    must_find("@title T\n@ask Q\n@answer word It isn't, \"you\" see.\n@end\n", NULL);
    must_find("@title T\n@ask Q\n@answer address +0x20\n@run alloc 8\n@end\n", NULL);
    for (unsigned id = 110; id < 238; id += 2)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %u", id);
    strcat(text, "\n@ask Q\n@answer free-list\n@end\n");
    must_find(text, "5: #110 #112");
    must_find(text, "which is right, can't be given; expected a shorter answer");
}

static void whose_place_is_taken_is_known_behind_a_guard(void **state)
{
    (void)state;
    must_find("@title T\n@policy first-fit\n@run set canary on\n@run alloc 64\n@run alloc 32\n@run "
              "free 1\n@ask Whose?\n"
              "@answer block 1\n@run alloc 64\n@end\n",
              NULL);
}

/* A lesson about allocators of one's own names them once, before all else. */
static void allocators_are_names(void **state)
{
    (void)state;
    must_complain("@title T\n@allocator\n@end\n",
                  "2: @allocator has no name; expected such as mm-list");
    must_complain("@title T\n@allocator mm-bump ../evil\n@end\n",
                  "2: ../evil can't be an allocator; expected small letters, digits and -");
    must_complain("@title T\n@allocator a b c d e f g h i\n@end\n",
                  "2: more than 8 allocators; expected fewer");
    must_complain("@title T\nText.\n@allocator mm-bump\n@end\n", "3: @allocator stands too late");
    must_complain("@title T\n@policy bump\n@allocator mm-bump\n@end\n",
                  "3: @allocator stands too late");
    must_complain("@title T\n@allocator mm-bump\n@policy bump\n@end\n",
                  "3: @policy stands too late");
    must_find("@title T\n@allocator mm-none\n@run alloc 8\n@end\n",
              "1: the lesson can't be tried: mm-none.so is missing");
    must_find("@title T\n@allocator mm-bump mm-list\n@run policy own mm-tags.c\n@end\n",
              "3: policy own mm-tags.c fails: mm-tags.c is not understood here");
    must_find("@title T\n@allocator mm-bump mm-list\n@run policy header mm-list.c\n@end\n",
              "3: policy header mm-list.c fails: mm-list.c is not understood here");
}

/* A lesson about a real program: its answers are drawn from what its heap came to. */
static void what_a_program_does_is_judged_by_its_heap(void **state)
{
    (void)state;
#define BEGIN "@title T\n@program class\n@run input a = malloc(20)\n@ask Q\n"
    must_find(BEGIN "@answer usable 24\n@run input b = malloc(20)\n@end\n", NULL);
    must_find(BEGIN "@answer usable 32\n@run input b = malloc(20)\n@end\n",
              "5: the heap contradicts this answer: it is 24");
    must_find(BEGIN "@answer kept cached\n@run input free(a)\n@stat cached 1\n@stat cached_bytes "
                    "24\n@end\n",
              NULL);
    must_find(BEGIN "@answer kept top\n@run input free(a)\n@end\n",
              "5: the heap contradicts this answer: it is cached");
    must_find(BEGIN "@answer elsewhere\n@run input b = malloc(20)\n@run input free(a)\n@ask "
                    "Q\n@answer again\n@run input c = malloc(24)\n@end\n",
              NULL);
    must_complain(BEGIN "@answer kept none\n@run input free(a)\n@end\n",
                  "5: the answer none is not understood; expected `kept`, `kept cached`, `kept "
                  "bin`, `kept top` or `kept gone`");
    must_find(BEGIN "@answer again\n@run input b = malloc(20)\n@end\n",
              "5: the heap contradicts this answer: it is no");
    must_find(BEGIN
              "@answer brk stays\n@run input b = malloc(5000)\n@ask Q\n@answer kept top\n@run "
              "input free(b)\n@end\n",
              NULL);
    must_find(BEGIN
              "@answer usable\n@run input b = malloc(200000)\n@ask Q\n@answer kept gone\n@run "
              "input free(b)\n@ask Q\n@answer brk up\n@run input b = malloc(200000)\n@end\n",
              NULL);
    must_find(BEGIN "@answer kept\n@end\n", "5: this answer is about a command");
    must_find("@title T\n@program class\n@run alloc 5\n@end\n",
              "3: alloc 5 fails: alloc: the heap on show is that of a process");
#undef BEGIN
    must_complain("@title T\n@program\n@end\n",
                  "2: there is no program without a name for lessons; expected `@program class`");
    must_complain("@title T\n@program ../../bin/sh\n@end\n", "2: there is no program ../../bin/sh");
    must_complain("@title T\nText.\n@program class\n@end\n", "3: @program stands too late");
    must_complain("@title T\n@policy bump\n@program class\n@end\n", "3: @program stands too late");
    must_complain("@title T\n@program class\n@policy bump\n@end\n", "3: @policy stands too late");
}

static void all_lessons_are_without_mistakes(void **state)
{
    (void)state;
    char path[128], error[256];
    static const char *const names[] = {"1-layout", "2-brk",    "3-bump",          "4-header",
                                        "5-free",   "6-reuse",  "7-fragmentation", "8-fits",
                                        "9-mutex",  "10-wrong", "11-real"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct lesson l;
        size_t n;
        snprintf(path, sizeof path, "cli/teach/lessons/%s.lesson", names[i]);
        char *text = shelf_load(path, &n, error, sizeof error);
        assert_non_null(text);
        heard.text[0] = '\0';
        if (!lesson_parse(&l, text, n, hear, NULL) || lesson_check(&l, hear, NULL) != 0)
            fail_msg("%s: %s", path, heard.text);
        assert_in_range(lesson_questions(&l), 5, 9);
        assert_true(l.n_claims > 0);
        for (size_t k = 0; k < l.n_items; k++) { /* each question has a hint, and an answer that is
                                                    known to be wrong before the command */
            const struct item *item = &l.item[k];
            if (item->kind == ITEM_ASK && (!item->hint || !item->answer[0].stated))
                fail_msg("%s: %u", path, item->line);
        }
        lesson_release(&l);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lesson_is_read),
        cmocka_unit_test(mistakes_of_form_are_told_with_their_lines),
        cmocka_unit_test(hostile_lessons_are_bounded),
        cmocka_unit_test(a_lesson_is_played),
        cmocka_unit_test(a_wrong_answer_is_asked_again),
        cmocka_unit_test(each_medium_has_its_words),
        cmocka_unit_test(pages_are_counted_and_looked_at_again),
        cmocka_unit_test(the_check_runs_every_command),
        cmocka_unit_test(claims_are_held_against_the_heap),
        cmocka_unit_test(claims_are_read),
        cmocka_unit_test(a_right_answer_can_be_given),
        cmocka_unit_test(whose_place_is_taken_is_known_behind_a_guard),
        cmocka_unit_test(allocators_are_names),
        cmocka_unit_test(what_a_program_does_is_judged_by_its_heap),
        cmocka_unit_test(all_lessons_are_without_mistakes),
    };
    return cmocka_run_group_tests_name("lesson", tests, NULL, NULL);
}
