/* test_listing.c: a command alone lists what there is and what is in force, or takes the selected
 * block; it changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

static json_t *result(const char *key) { return json_object_get(try_lab.last->result, key); }

static void alone_they_list(void **unused)
{
    (void)unused;
    static const char *const rows[][2] = {
        {"set", "trim        *on off\n"},
        {"set", "canary      on *off\n"},
        {"set", "split       on off (policy header has none)\n"},
        {"set", "quarantine  off 8 *3, or another number up to 64\n"},
        {"set", "theme       auto dark *light mono\n"},
        {"policy", "policy header, trim on, quarantine 3\n"},
        {"policy", "\n* header     one list"},
        {"policy", "\n  best-fit   the smallest free block that is large enough\n"},
        {"break", "use-after-free  write through a pointer to a block that was freed\n"},
        {"limit", "the heap may have 4096 bytes; it has 96; `limit off`"},
        {"export", ".html  a page that plays the session back\n"},
        {"lesson", "`lesson "},
        {"speed", "`speed off`, step, slow, normal, fast or milliseconds"},
    };
    try_open(HEAP_HEADER);
    try_ok("set quarantine 3");
    try_ok("set theme light");
    try_ok("limit 4k");
    try_ok("alloc 64");
    char *before = try_state();
    size_t n = try_lab.shown.session.log.n;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        try_ok("%s", rows[i][0]);
        try_tells(rows[i][1]);
        assert_false(try_lab.last->changed);
    }
    char *after = try_state();
    assert_string_equal(before, after);
    assert_int_equal(try_lab.shown.session.log.n, n);
    try_ok("set");
    assert_int_equal(json_array_size(result("options")), 14);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(result("options"), 9), "value")), "light");
    assert_true(json_is_null(json_object_get(json_array_get(result("options"), 0), "value")));
    try_ok("policy");
    assert_string_equal(json_string_value(result("policy")), "header");
    assert_int_equal(json_array_size(result("policies")), 6);
    try_ok("break");
    assert_int_equal(json_array_size(result("faults")), 10);
    try_ok("export");
    assert_string_equal(json_string_value(json_array_get(result("endings"), 0)), ".svg");
    try_kill(); /* they ask nothing of the target */
    try_ok("break");
    try_ok("limit");
    free(before);
    free(after);
    try_close();
}

static void a_quiz_lets_them_list(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("quiz 1 seed 1");
    try_ok("set");
    try_ok("policy");
    try_ok("break");
    try_fails("set trim off", "a quiz is under way");
    try_fails("break leak", "a quiz is under way");
    try_close();
}

static void alone_they_take_the_selected_block(void **unused)
{
    (void)unused;
    static const char *const commands[] = {"show", "why", "dump"};
    try_open(HEAP_FIRST_FIT);
    for (size_t i = 0; i < 3; i++)
        try_fails(commands[i], "no block is selected; expected one, as in `");
    try_ok("alloc 24");
    try_ok("alloc 8");
    try_ok("show");
    assert_int_equal(json_integer_value(result("id")), 2); /* what changed last */
    try_ok("why");
    assert_int_equal(json_integer_value(result("id")), 2);
    try_ok("dump");
    try_tells("0x411030 ");
    try_ok("free 1");
    try_ok("show");
    assert_string_equal(json_string_value(result("state")), "free");
    try_fails("why", "#1 is already free");
    size_t first = 0, second = snapshot_find_id(try_lab.shown.session.snapshot, 2);
    view_select(&try_lab.shown.view, try_lab.shown.session.snapshot, 64, 8, second);
    try_ok("show");
    assert_int_equal(json_integer_value(result("id")), 2); /* what was chosen */
    view_select(&try_lab.shown.view, try_lab.shown.session.snapshot, 64, 8, first);
    try_ok("dump");
    try_tells("0x411000 ");
    view_select(&try_lab.shown.view, try_lab.shown.session.snapshot, 64, 8, SNAPSHOT_NONE);
    try_fails("show", "no block is selected");
    try_close();
}

static void the_homework_at_the_prompt(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("quiz --ostep -n 2 -s 1");
    try_tells("ptr[0] = Alloc(9) returned ?\nList? \n");
    try_ok("quiz --ostep -n 2 -s 1 -c");
    try_tells("ptr[0] = Alloc(9) returned 1000 (searched 1 elements)\nFree List [ Size 1 ]: [ "
              "addr:1009 sz:91 ]");
    assert_non_null(strstr(json_string_value(result("text")), "returned 1000"));
    try_ok("quiz --ostep -A +10,-0 -c");
    try_fails("quiz --ostep -n many", "quiz --ostep: -n can't be 'many'; expected a whole number");
    try_fails("quiz --ostep --ask", "--ask reads answers; expected it in the shell");
    try_fails("quiz --ostep -n 1000000000", "the homework is longer than 1 MiB");
    try_fails("quiz 3 seed 1 2", "2 is too much; expected `quiz [N] [seed S]`");
    assert_null(try_lab.course);
    assert_int_equal(try_lab.shown.session.log.n, 0);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_they_list),
        cmocka_unit_test(a_quiz_lets_them_list),
        cmocka_unit_test(alone_they_take_the_selected_block),
        cmocka_unit_test(the_homework_at_the_prompt),
    };
    return cmocka_run_group_tests_name("listing", tests, NULL, NULL);
}
