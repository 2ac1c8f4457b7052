/* test_place.c: with set addresses offset one block has one name: the words tell the heap's
 * addresses as the table and the map do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/page.h"
#include "cli/command/placed.h"
#include "cli/text/place.h"
#include "tests/support/rows.h"
#include "tests/support/try.h"
#include "viz/scene.h"

static void addresses_of_the_heap_alone_are_offsets(void **unused)
{
    static const struct {
        const char *text, *placed; /* NULL: as it is */
    } rows[] = {
        {"brk stays at 0x411060", "brk stays at +0x60"},
        {"0x411000, 0x4110ff", "+0x0, +0xff"},
        {"0x410fff and 0x411100 are outside", NULL},
        {"+0x411060 0x411060z x0x411060 _0x411060", NULL},
        {"0x0000000000411060 is a value", NULL},
        {"(char *)0x411060 is C", NULL},
        {"0x41106000000000000000", NULL},
        {"#1 = 0x411020, 64 bytes", "#1 = +0x20, 64 bytes"},
        {"       1  0x411000         96", "       1  +0x0             96"}, /* columns stay */
        {"0x411010 20 00\n0x411020 00", "+0x10    20 00\n+0x20    00"},
        {"no 0x", NULL},
        {"", NULL},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *placed = place_text(rows[i].text, 0x411000, 0x411100, NULL);
        if (rows[i].placed)
            assert_string_equal(placed ? placed : "(as it is)", rows[i].placed);
        else
            assert_true(!placed || strcmp(placed, rows[i].text) == 0);
        free(placed);
    }
    char *placed =
        place_text("0x411060 is not an id; 0x411070 is", 0x411000, 0x411100, "free 0x411060");
    assert_string_equal(
        placed, "0x411060 is not an id; +0x70 is"); /* what was typed is quoted as it was typed */
    free(placed);
}

static void a_value_is_no_address(void **unused)
{
    char text[PLACE_VALUE_MAX];
    (void)unused;
    assert_string_equal(place_value(text, true, 0x411060), "0x411060");
    assert_string_equal(place_value(text, false, 0x40), "0x40");
    assert_string_equal(place_value(text, false, 0x411060), "0x0000000000411060");
    assert_string_equal(place_value(text, false, UINT64_MAX), "0xffffffffffffffff");
}

/* What is told of the last command, on the screen: no address of the heap is left as it is but
 * those of the segments. */
static void screen_without(const char *address)
{
    struct canvas c;
    struct picture p;
    lab_picture(&try_lab, &p);
    assert_true(canvas_init(&c, 24, 100, false));
    scene_screen(&c, &p, 1);
    for (int row = 0; row < 24; row++)
        if (row > 5 && row_has(&c, row, address)) fail_msg("%s", row_text(&c, row));
    assert_true(row_has(&c, 0, "brk +0x"));
    canvas_release(&c);
}

static void one_block_has_one_name_on_the_screen(void **unused)
{
    static const char *const commands[] = {"alloc 64",       "alloc 64", "alloc 16", "free 2",
                                           "alloc 8",        "sbrk",     "sbrk +32", "show 1",
                                           "break overflow", "undo",     "free 1",   "realloc 4 9",
                                           "write 4 0 ff",   "fill 4 3", "reset"};
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy <= HEAP_FIRST_FIT; policy++) {
        try_open(policy);
        try_ok("set addresses offset");
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
            try_any("%s", commands[i]);
            screen_without("0x411");
        }
        try_ok("alloc 64");
        try_says("brk moves up by "); /* JSON keeps what it promised */
        assert_non_null(strstr(try_lab.last->sentence, " to 0x411"));
        try_close();
    }
}

/* The process as a whole is told in its own addresses. */
static void segments_and_help_stay(void **unused)
{
    char *owned;
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("set addresses offset");
    const struct outcome *out = try_ok("segments");
    assert_non_null(strstr(placed(&try_lab, out, out->text, &owned), "0x411000"));
    assert_null(owned);
    out = try_ok("alloc 64");
    assert_string_equal(placed(&try_lab, out, out->text, &owned), "#1 = +0x20, 64 bytes");
    free(owned);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_heap_alone_are_offsets),
        cmocka_unit_test(a_value_is_no_address),
        cmocka_unit_test(one_block_has_one_name_on_the_screen),
        cmocka_unit_test(segments_and_help_stay),
    };
    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
