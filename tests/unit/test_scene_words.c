/* test_scene_words.c: what the scenes say in words and numbers: whole, or not at all, and what
 * matters most first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "tests/support/rows.h"
#include "viz/scene.h"

/* All segments are drawn in the least room that holds their addresses: one blank parts them, and
 * two are behind that of brk. */
static void the_strip_takes_the_least_room(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    assert_true(canvas_init(&c, 5, 200, false));
    char least[1024] = "";
    for (int columns = 200; columns > 40; columns--) {
        canvas_clear(&c);
        scene_process(&c, (struct area){0, 0, 5, columns}, &s.picture);
        if (!strstr(row_text(&c, 1), "libraries")) break;
        snprintf(least, sizeof least, "%s", row_text(&c, 3));
    }
    assert_non_null(strstr(least, " 0x411000 0x4110d0  0x7ffff7dd5000 0x7ffffffde000"));
    for (int columns = 80; columns > 20; columns--) { /* the shortest: a box as wide as its address,
                                                         only the arrows of two take room */
        canvas_clear(&c);
        scene_process(&c, (struct area){0, 0, 5, columns}, &s.picture);
        if (strstr(row_text(&c, 1), "(no room")) break;
        snprintf(least, sizeof least, "%s", row_text(&c, 1));
    }
    assert_non_null(strstr(least, " data  bss     heap ► brk"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* Every address of the samples has six digits or more, and their process is 4242: less is a part of
 * a number. */
static void assert_numbers_whole(const struct canvas *c, const char *what)
{
    for (int row = 0; row < c->rows; row++) {
        const char *all = row_text(c, row);
        for (const char *at = all; (at = strstr(at, "0x")); at += 2)
            if (strspn(at + 2, "0123456789abcdef") < 6 && (at == all || at[-1] != '+'))
                fail_msg("%s: %s", what, all);
        const char *pid = strstr(all, "pid ");
        if (pid && strncmp(pid, "pid 4242", 8) != 0) fail_msg("%s: %s", what, all);
    }
}

static void numbers_are_whole_or_left_out(void **unused)
{
    (void)unused;
    struct canvas c;
    char what[80];
    assert_true(canvas_init(&c, 24, 80, false));
    for (int kind = 0; kind < SAMPLE_N; kind++) {
        struct picture_sample s;
        picture_sample_make(&s, (enum sample_kind)kind);
        s.picture.c_line = ""; /* it may have any number */
        for (int named = 0; named < 2; named++)
            for (int columns = SCREEN_COLUMNS_MIN; columns < 130; columns++) {
                snprintf(what, sizeof what, "%s at %d columns",
                         picture_sample_name((enum sample_kind)kind), columns);
                if (named) s.detail.name = "averyveryverylongnameforablock";
                assert_true(canvas_resize(&c, 24, columns));
                scene_screen(&c, &s.picture, 1);
                assert_numbers_whole(&c, what);
                canvas_clear(&c);
                scene_detail(&c, (struct area){0, 0, 10, columns - 40}, &s.picture);
                assert_numbers_whole(&c, what);
                scene_title(&c, (struct area){12, 0, 1, columns}, &s.picture);
                assert_numbers_whole(&c, what);
            }
        picture_sample_release(&s);
    }
    canvas_release(&c);
}

/* The narrowest detail there is: 29 columns. */
static void the_place_of_a_block_stands_beside_it_or_below(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_BUMP);
    struct area area = {0, 0, 7, 29};
    assert_true(canvas_init(&c, 24, 80, false));
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 used  payload at 0x411060"));
    s.detail.name = "node";
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 node used payload 0x411060"));
    s.detail.name = "averyveryverylongnameforablock";
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 averyveryverylongnam… used"));
    assert_true(row_has(&c, 1, "  payload at 0x411060"));
    picture_sample_release(&s);
    struct snapshot_head head = {
        .title = "lab", .alive = true, .heap_start = 0x411000, .brk = 0x411040, .page_bytes = 4096};
    struct snapshot_block block = {0x411000, 64, 48, 16, 1234567, BLOCK_USED};
    picture_sample_make(&s, SAMPLE_FREED);
    struct snapshot *many = snapshot_new(&head, 1);
    assert_true(many && snapshot_add_block(many, &block) && snapshot_finish(many));
    s.picture.snapshot = many;
    s.detail.block = SNAPSHOT_NONE;
    canvas_clear(&c);
    scene_blocks(&c, (struct area){0, 0, 3, 49}, &s.picture);
    assert_true(row_has(&c, 1, "  1234567 0x411000 "));
    snapshot_free(many);
    canvas_release(&c);
    picture_sample_release(&s);
}

static void a_long_line_of_c_has_a_row_of_its_own(void **unused)
{
    (void)unused;
    static const char code[] = "memcpy(p1 + 32, \"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\", 8);";
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    s.picture.c_line = code;
    s.picture.sentence = "the bytes beyond #1 are the header of #2";
    assert_true(canvas_init(&c, 3, 80, false));
    scene_command(&c, (struct area){0, 0, 3, 80}, &s.picture);
    assert_true(row_has(&c, 0, code));
    assert_true(row_has(&c, 1, "   the bytes beyond #1 are the header of #2"));
    canvas_clear(&c);
    scene_command(&c, (struct area){0, 0, 3, 40}, &s.picture);
    assert_true(row_has(&c, 0, "memcpy(p1 + 32, \"\\xff") && row_has(&c, 0, "…"));
    canvas_clear(&c);
    scene_command(&c, (struct area){0, 0, 1, 80}, &s.picture); /* one row: both, cut with a mark */
    assert_true(row_has(&c, 0, "…  the bytes beyond"));
    canvas_clear(&c);
    s.picture.sentence = "done";
    scene_command(&c, (struct area){0, 0, 1, 80}, &s.picture);
    assert_true(row_has(&c, 0, code) && row_has(&c, 0, ";  done"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* On one row, too; the word for the most goes before the bars do. */
static void brk_and_live_cover_the_same_commands(void **unused)
{
    (void)unused;
    static const char32_t bars[] = U"▁▂▃▄▅▆▇█";
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    for (size_t i = 0; i < 40; i++) {
        s.heap_bytes[i] = 5000 - i * 100;
        s.live_bytes[i] = 4000 - i * 100;
    }
    for (size_t n = 1; n <= 40; n++)
        for (int columns = 60; columns < 150; columns++) {
            int brk = 0, live = 0;
            assert_true(canvas_init(&c, 2, columns, false));
            s.history.n = n;
            scene_history(&c, (struct area){0, 0, 2, columns}, &s.picture);
            for (int k = 0; k < columns; k++) {
                const struct cell *cell = canvas_at(&c, 1, k);
                bool bar = false;
                for (size_t i = 0; bars[i]; i++)
                    bar |= cell->glyph == bars[i];
                brk += bar && cell->style == STYLE_BRK;
                live += bar && cell->style == STYLE_PAYLOAD;
            }
            assert_int_equal(brk, live);
            assert_true(brk >= ((int)n < 8 ? (int)n : 8));
            assert_true(row_has(&c, 1, "B") &&
                        (columns < 110 || n < 2 || row_has(&c, 1, ", most ")));
            canvas_release(&c);
        }
    picture_sample_release(&s);
}

/* Of a watched heap all regions are in it: it is not called brk. */
static void the_history_of_all_regions_is_the_heaps(void **unused)
{
    (void)unused;
    static const uint64_t none[40];
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    for (int rows = 2; rows <= 4; rows++)
        for (int watched = 0; watched < 2; watched++) {
            assert_true(canvas_init(&c, rows, 100, false));
            s.history.free_bytes = s.history.cached_bytes = watched ? none : NULL;
            scene_history(&c, (struct area){0, 0, rows, 100}, &s.picture);
            bool heap = false, brk = false;
            for (int i = 0; i < rows; i++) {
                heap |= row_has(&c, i, " heap ");
                brk |= row_has(&c, i, " brk ");
            }
            assert_int_equal(heap, watched);
            assert_int_equal(brk, !watched);
            canvas_release(&c);
        }
    picture_sample_release(&s);
}

static void a_question_is_shown_before_what_leads_to_it(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    s.picture.lesson =
        (struct picture_lesson){"The header: page 2",
                                "A block is its header and then its payload. malloc returns the "
                                "payload's address; the program never sees the header.\n"
                                "? The heap is empty. alloc 64: by how many bytes does brk move?",
                                "type the answer", STYLE_PLAIN};
    assert_true(canvas_init(&c, 14, 50, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "A block is its header") && screen_has(&c, "screen` shows all"));
    assert_true(screen_has(&c, "? The heap is empty. alloc 64: by how many bytes") &&
                screen_has(&c, "   does brk move?"));
    s.picture.lesson.text = "one\ntwo\nthree\nfour\nfive\nsix\n";
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "four") && !screen_has(&c, "five") &&
                screen_has(&c, "screen` shows all"));
    canvas_clear(&c); /* all of it fits */
    scene_lesson(&c, (struct area){0, 0, 7, 50}, &s.picture);
    assert_true(screen_has(&c, "six") && !screen_has(&c, "shows all"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* What somebody wrote into a large block is shown, though its header comes first. */
static void what_was_written_is_in_sight(void **unused)
{
    (void)unused;
    static unsigned char bytes[256];
    struct picture_sample s;
    struct canvas c;
    struct area area = {0, 0, 6, 29};
    picture_sample_make(&s, SAMPLE_FREED);
    memcpy(bytes + 100, "hello", 5);
    s.detail.bytes = bytes;
    s.detail.n_bytes = sizeof bytes;
    assert_true(canvas_init(&c, 6, 29, false));
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 4, "+0   00"));
    s.detail.touched_from = s.detail.bytes_at + 100;
    s.detail.touched_to = s.detail.touched_from + 5;
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 4, "+96  00 00 00 00 68 65 6c 6c") && row_has(&c, 5, "+104 6f"));
    assert_true(canvas_at(&c, 4, 17)->style == STYLE_CHANGED &&
                canvas_at(&c, 4, 14)->style != STYLE_CHANGED);
    s.detail.touched_from = s.detail.bytes_at - 1; /* somewhere else */
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 4, "+0   00"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* What is switched is said in the title, before what matters less; in the most words that leave it
 * whole. */
static void the_title_names_the_switches(void **unused)
{
    static const struct {
        const char *switches, *row;
    } rows[] = {
        {"", " brkview · lab · policy best-fit · pid 4242 "},
        {"split off", " brkview · lab · policy best-fit · split off "},
        {"split off, coalesce off", " brkview · lab · policy best-fit · split off, coalesce off "},
        {"split off, coalesce off, x", " brkview · policy best-fit · split off, coalesce off, x "},
        {"split off, coalesce off, lock off", " best-fit · split off, coalesce off, lock off "},
        {"split off, canary on", " brkview · lab · policy best-fit · split off, canary on "},
        {"split off, coalesce off, order lifo, growth 64K",
         " best-fit · split off, coalesce off, order lifo, "}};
    (void)unused;
    struct picture_sample s;
    picture_sample_make(&s, SAMPLE_FRAGMENTED);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct canvas c;
        s.picture.switches = rows[i].switches;
        assert_true(canvas_init(&c, 24, 80, false));
        scene_screen(&c, &s.picture, 1);
        if (!row_has(&c, 0, rows[i].row) || !row_has(&c, 0, "brk 0x4125e0"))
            fail_msg("%s", rows[i].row);
        canvas_release(&c);
    }
    picture_sample_release(&s);
}

/* Beside a lesson of 24 rows and 80 columns stand the free list, more than four blocks, and how
 * many there are besides. */
static void a_lesson_leaves_room_for_the_blocks(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FRAGMENTED);
    s.picture.lesson = (struct picture_lesson){"The header: page 2 of 9",
                                               "One.\nTwo.\nThree.\n? How many?", "", STYLE_PLAIN};
    s.picture.sentence = "#2 is not the last block: it is only marked free; brk stays at 0x4110d0";
    assert_true(canvas_init(&c, 24, 80, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "FREE LIST #2(112)"));
    assert_true(screen_has(&c, " more "));
    assert_true(screen_has(&c, "? How many?"));
    assert_true(scene_table_rows(&c, scene_whole(&c), &s.picture, 1) > 4);
    s.picture.lesson.text =
        "1\n2\n3\n4\n5\n? Six rows?"; /* the addresses of the segments give way */
    assert_true(screen_has(&c, "0x7ffffffde000"));
    scene_screen(&c, &s.picture, 1);
    assert_true(scene_table_rows(&c, scene_whole(&c), &s.picture, 1) > 4 &&
                screen_has(&c, "stack"));
    assert_false(screen_has(&c, "0x7ffffffde000"));
    s.picture.lesson.text =
        "1\n2\n3\n4\n5\n6\n? Seven rows?"; /* the longest page that --check allows is whole */
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "FREE LIST #2(112)") && screen_has(&c, " more ") &&
                screen_has(&c, "? Seven rows?"));
    assert_false(screen_has(&c, "screen` shows all"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* What happened and what was asked since stand there whole, where the table does not need the rows.
 */
static void beside_a_lesson_nothing_told_is_cut(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    s.picture.lesson = (struct picture_lesson){"What goes wrong: page 9 of 24",
                                               "Right: no.\nOne.\nTwo.\nThree.", "", STYLE_GOOD};
    s.picture.c_line = "memcpy(p1 + 0, \"abcdefghijklmnopqrst\", 20);";
    s.picture.sentence = "the bytes beyond #1's payload belong to the allocator, to another block "
                         "or to nobody: `check` tells what "
                         "broke, if anything";
    s.picture.answer = "the address can't be the payload of a block of this heap; expected what an "
                       "alloc returned, unharmed";
    assert_true(canvas_init(&c, 24, 80, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "qrst\", 20);") && screen_has(&c, "if anything") &&
                screen_has(&c, "unharmed"));
    assert_int_equal(scene_table_rows(&c, scene_whole(&c), &s.picture, 1) >=
                         snapshot_n_blocks(s.picture.snapshot),
                     1);
    picture_sample_release(&s);
    picture_sample_make(&s, SAMPLE_FRAGMENTED); /* many blocks: their rows give way for the moment,
                                                   and say how many are out of sight */
    s.picture.lesson = (struct picture_lesson){"The four fits", "One.\n? Which?", "", STYLE_PLAIN};
    s.picture.c_line = "p7 = malloc(40);";
    s.picture.sentence = "best-fit looked at #1 (holds 96: best so far), #3 (holds 48: best so "
                         "far), #5 (holds 192: no better): #3 is "
                         "taken whole; brk stays at 0x4111e0";
    s.picture.answer =
        "that does not answer the question; expected the number of a block, such as 2, or none";
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "stays at 0x4111e0") || screen_has(&c, " 0x4111e0"));
    assert_true(screen_has(&c, "or none") && screen_has(&c, " more ") &&
                screen_has(&c, "? Which?"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* Where a lesson's title is too long, it gives way to the page's number. */
static void a_page_is_numbered_beside_any_title(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    s.picture.lesson =
        (struct picture_lesson){"Fragmentation, splitting, coalescing: all of it: page 10 of 27",
                                "Text.", "type the answer, Left: back", STYLE_PLAIN};
    assert_true(canvas_init(&c, 24, 80, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, " Fragmentation, splitting, coales"));
    assert_true(screen_has(&c, "…: page 10 of 27  type the answer, Left: back"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* Right and wrong are told by words, by a shape and by a colour. */
static void a_verdict_has_a_shape_and_a_colour(void **unused)
{
    static const struct {
        enum style verdict;
        bool ascii;
        const char *row;
        enum style style;
    } rows[] = {{STYLE_GOOD, false, " ✓ Right: 96.", STYLE_GOOD},
                {STYLE_BAD, false, " ✗ Right: 96.", STYLE_BAD},
                {STYLE_GOOD, true, " [ok] Right: 96.", STYLE_GOOD},
                {STYLE_BAD, true, " [no] Right: 96.", STYLE_BAD},
                {STYLE_PLAIN, false, " Right: 96.", STYLE_PLAIN}};
    (void)unused;
    struct picture_sample s;
    picture_sample_make(&s, SAMPLE_EMPTY);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct canvas c;
        s.picture.lesson =
            (struct picture_lesson){"The header", "Right: 96.\nBecause.", "", rows[i].verdict};
        assert_true(canvas_init(&c, 24, 80, rows[i].ascii));
        scene_screen(&c, &s.picture, 1);
        assert_true(screen_has(&c, rows[i].row) && screen_has(&c, " Because."));
        int row = 0;
        while (!row_has(&c, row, "Right: 96."))
            row++;
        assert_int_equal(canvas_at(&c, row, 1)->style, rows[i].style);
        assert_int_equal(canvas_at(&c, row + 1, 1)->style, STYLE_PLAIN);
        canvas_release(&c);
    }
    picture_sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strip_takes_the_least_room),
        cmocka_unit_test(a_page_is_numbered_beside_any_title),
        cmocka_unit_test(the_title_names_the_switches),
        cmocka_unit_test(a_lesson_leaves_room_for_the_blocks),
        cmocka_unit_test(beside_a_lesson_nothing_told_is_cut),
        cmocka_unit_test(a_verdict_has_a_shape_and_a_colour),
        cmocka_unit_test(numbers_are_whole_or_left_out),
        cmocka_unit_test(the_place_of_a_block_stands_beside_it_or_below),
        cmocka_unit_test(a_long_line_of_c_has_a_row_of_its_own),
        cmocka_unit_test(brk_and_live_cover_the_same_commands),
        cmocka_unit_test(the_history_of_all_regions_is_the_heaps),
        cmocka_unit_test(a_question_is_shown_before_what_leads_to_it),
        cmocka_unit_test(what_was_written_is_in_sight),
    };
    return cmocka_run_group_tests_name("scene words", tests, NULL, NULL);
}
