/* test_capture.c: what is painted of the selected block was read at the look, or when it was
 * selected: painting it again reads nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/page.h"
#include "cli/command/run.h"
#include "tests/support/try.h"

/* The first byte of the selected block's payload, as it would be painted now. */
static unsigned char painted(void)
{
    struct picture p;
    lab_picture(&try_lab, &p);
    struct snapshot_block b = snapshot_block(p.snapshot, p.detail->block);
    assert_true(p.detail->n_bytes > b.header && p.detail->n_words == 3);
    return p.detail->bytes[b.header];
}

static void painting_reads_no_target(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    struct session *s = &try_lab.shown.session;
    try_ok("alloc 16");
    try_ok("alloc 16");
    uint64_t second = snapshot_block(s->snapshot, 1).address,
             first = snapshot_block(s->snapshot, 0).address;
    const unsigned char before = painted();
    const char letters[2] = "AB";
    assert_true(session_write(s, second + 32, &letters[0], 1) &&
                session_write(s, first + 32, &letters[1], 1));
    assert_int_equal(painted(), before); /* nobody has looked since */
    pid_t pid = s->memory.pid;
    process_memory_watch(&s->memory, 0); /* nor could anybody */
    assert_int_equal(painted(), before);
    process_memory_watch(&s->memory, pid);
    view_select(&try_lab.shown.view, s->snapshot, 100, 10, 0);
    assert_int_equal(painted(), 'B'); /* another block is read when it is selected */
    view_select(&try_lab.shown.view, s->snapshot, 100, 10, 1);
    assert_true(session_look(s));
    assert_int_equal(painted(), 'A');
    assert_true(session_write(s, second + 32, &letters[1], 1) && session_look(s));
    assert_int_equal(painted(), 'B'); /* as it is after each look */
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(painting_reads_no_target)};
    return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
