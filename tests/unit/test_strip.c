/* test_strip.c: what moves is seen to move: brk on the strip of the process; what has no room for
 * its word has it beside; the scale is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/course.h"
#include "cli/command/page.h"
#include "tests/support/try.h"
#include "viz/map.h"
#include "viz/scene.h"

static struct canvas canvas;

static void draw(void)
{
    struct picture p;
    lab_picture(&try_lab, &p);
    scene_screen(&canvas, &p, 1);
    try_lab.screen = (struct lab_screen){.table_rows = 5, .there = true, .rows = 23, .columns = 80};
    scene_map_scale(&canvas, scene_whole(&canvas), &p, 1, &try_lab.screen.bytes_per_cell,
                    &try_lab.screen.map_cells);
}

/* The column of brk on the strip's row of segments. */
static int brk_column(void)
{
    draw();
    for (int column = 0; column < canvas.columns; column++)
        if (canvas_at(&canvas, 2, column)->glyph == U'│') return column;
    fail_msg("no brk on the strip");
    return 0;
}

static void open_screen(void)
{
    try_open(HEAP_HEADER);
    assert_true(canvas_init(&canvas, 24, 80, false));
    draw();
}

static void close_screen(void)
{
    canvas_release(&canvas);
    try_close();
}

static void brk_moves_on_the_strip(void **unused)
{
    (void)unused;
    open_screen();
    int at = brk_column(), before;
    try_ok("alloc 64"); /* 96 bytes */
    assert_true((before = brk_column()) > at);
    try_ok("alloc 32");
    try_ok("alloc 160"); /* 352 */
    assert_true((at = brk_column()) >= before + 2);
    for (int i = 0; i < 40; i++) { /* never down while the heap grows, and never out of sight */
        try_ok("alloc %d", 100 << (i / 3));
        before = at;
        assert_true((at = brk_column()) >= before);
    }
    try_ok("reset");
    assert_true(brk_column() < at);
    close_screen();
}

static bool drawn(const char *words)
{
    char row[1024];
    for (int i = 0; i < canvas.rows; i++) {
        size_t n = 0;
        for (int k = 0; k < canvas.columns && n + 4 < sizeof row; k++) {
            char32_t g = canvas_at(&canvas, i, k)->glyph;
            row[n++] = g < 0x7F ? (char)g : '?';
        }
        row[n] = '\0';
        if (strstr(row, words)) return true;
    }
    return false;
}

static void small_marks_have_words(void **unused)
{
    (void)unused;
    open_screen();
    try_ok("alloc 64");
    try_ok("alloc 16");
    try_ok("free 2"); /* 12 cells, and a word of 15 columns */
    draw();
    assert_true(drawn("given back 48 B"));
    close_screen();
}

static void the_scale_is_held_and_told(void **unused)
{
    (void)unused;
    open_screen();
    try_ok("alloc 300");
    draw();
    assert_true(drawn("cell=4B"));
    try_ok("alloc 200"); /* beyond what the map has at 4 bytes a cell */
    draw();
    assert_true(drawn("cell=8B") && drawn("was 4B"));
    try_ok("stats");
    draw();
    assert_true(drawn("was 4B")); /* until something changes */
    try_ok("free 2");
    draw();
    assert_true(drawn("cell=8B") && !drawn("was ")); /* it would fit again, and is held */
    try_ok("free 1");
    draw();
    assert_true(drawn("cell=4B") && drawn("was 8B"));
    close_screen();
    assert_int_equal(map_hold(&(struct axis){.length = 96}, 100, false, 0), 4);
    assert_int_equal(map_hold(&(struct axis){.length = 300}, 100, false, 8), 8);
    assert_int_equal(map_hold(&(struct axis){.length = 199}, 100, false, 8), 4);
    assert_int_equal(map_hold(&(struct axis){.length = 900}, 100, false, 8), 16);
}

/* On a map of one line, too: there the marks leave room. */
static void the_scale_is_told_among_the_marks(void **unused)
{
    (void)unused;
    open_screen();
    canvas_release(&canvas);
    assert_true(canvas_init(&canvas, 17, 80, false));
    draw();
    try_ok("alloc 64");
    try_ok("alloc 64");
    draw();
    assert_true(drawn("cell=4B") && !drawn("was 4B"));
    try_ok("alloc 40");
    draw();
    assert_true(drawn("cell=8B  was 4B"));
    try_ok("alloc 8");
    draw();
    assert_true(!drawn("was 4B"));
    close_screen();
}

/* Letters are no words: what is 0 is left out first. */
static void the_equation_keeps_its_words(void **unused)
{
    (void)unused;
    open_screen();
    for (int i = 0; i < 4; i++)
        try_ok("alloc 32");
    try_ok("sbrk +96");
    try_ok("alloc 32");
    try_ok("write 5 -16 ffffffffffffffff force");
    draw();
    assert_true(drawn("live") && drawn("headers") && drawn("96 foreign") && drawn("damaged") &&
                !drawn("padding"));
    close_screen();
}

/* Many commands of a lesson's page are one change for who reads it. */
static void a_page_of_commands_is_one_change_of_scale(void **unused)
{
    (void)unused;
    open_screen();
    canvas_release(&canvas);
    assert_true(canvas_init(&canvas, 24, 80, false));
    try_ok("lesson cli/teach/lessons/8-fits.lesson");
    draw();
    assert_true(drawn("cell=4B"));
    try_ok("lesson next");
    for (char *command; (command = course_command(&try_lab)) != NULL; free(command))
        try_ok("%s", command);
    draw();
    assert_true(drawn("cell=8B") && drawn("was 4B"));
    try_ok("alloc 8");
    draw();
    assert_true(drawn("cell=8B") && !drawn("was 4B"));
    close_screen();
}

/* Where there is no room for its address, the page's end has its word. */
static void a_far_edge_has_its_word(void **unused)
{
    (void)unused;
    open_screen();
    canvas_release(&canvas);
    assert_true(canvas_init(&canvas, 17, 80, false));
    try_ok("alloc 64");
    try_ok("alloc 64");
    draw();
    assert_true(drawn(" page end?") && !drawn(" 0x412000?"));
    try_ok("free 2");
    draw();
    assert_true(drawn(" page to 0x412000?"));
    close_screen();
}

static void a_small_selected_block_has_its_word(void **unused)
{
    (void)unused;
    open_screen();
    try_ok("alloc 8"); /* 12 cells, 6 when they are 8 bytes each */
    for (int i = 0; i < 7; i++)
        try_ok("alloc 8");
    try_ok("select 2");
    draw();
    assert_true(drawn("selected"));
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brk_moves_on_the_strip),
        cmocka_unit_test(small_marks_have_words),
        cmocka_unit_test(the_scale_is_held_and_told),
        cmocka_unit_test(the_scale_is_told_among_the_marks),
        cmocka_unit_test(the_equation_keeps_its_words),
        cmocka_unit_test(a_small_selected_block_has_its_word),
        cmocka_unit_test(a_far_edge_has_its_word),
        cmocka_unit_test(a_page_of_commands_is_one_change_of_scale),
    };
    return cmocka_run_group_tests_name("strip", tests, NULL, NULL);
}
