/* test_source.c: what a source can't do is refused in words, before anything is asked; what it can
 * is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/command.h"
#include "cli/source/source.h"
#include "tests/support/try.h"

/* The lab's target, as if it were somebody else's: it is looked at, and never asked. */
static struct source watched;

static void open_watched(void)
{
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 64");
    try_ok("alloc 32");
    try_ok("free 1");
    watched = source_lab;
    watched.name = "process 12";
    watched.decides = "a running program decides for itself";
    watched.can = SOURCE_PAUSE;
    watched.ask = NULL;
    try_lab.shown.session.target.source = &watched;
}

static void close_watched(void)
{
    try_lab.shown.session.target.source = &source_lab;
    try_close();
}

static void what_needs_asking_is_refused(void **unused)
{
    static const char *const asks[] = {
        "alloc 8",         "calloc 2 8",     "realloc 2 8", "aligned 64 8",    "free 2",
        "sbrk 16",         "limit 4k",       "policy bump", "set split off",   "reset",
        "random 3 seed 1", "break overflow", "race",        "p3 = malloc(8);", "repeat 3 alloc 8",
        "steps",           "speed step"};
    (void)unused;
    open_watched();
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++)
        try_fails(asks[i],
                  "its allocator can't be asked, for a running program decides for itself");
    try_fails("write 2 0 \"abc\"", "nothing can be written there, for a running program");
    try_fails("fill 2 0xff", "nothing can be written there");
    try_fails("undo", "it can't be made again");
    try_fails("redo", "it can't be made again");
    close_watched();
}

static void what_looks_is_done(void **unused)
{
    static const char *const looks[] = {"blocks", "segments", "show 2", "dump 2",
                                        "stats",  "check",    "why 2",  "mark a",
                                        "diff a", "help",     "screen", "set addresses offset"};
    (void)unused;
    open_watched();
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        try_ok("%s", looks[i]);
    assert_int_equal(try_stat("blocks"), 2);
    close_watched();
}

/* Each row of the commands asks for what it is refused for, and nobody else knows. */
static void a_row_names_what_it_needs(void **unused)
{
    char text[SOURCE_LACKS_MAX];
    (void)unused;
    assert_null(
        source_lacks(&source_lab, SOURCE_ASK | SOURCE_WRITE | SOURCE_REPLAY, text, sizeof text));
    assert_non_null(source_lacks(&source_lab, SOURCE_PAUSE, text, sizeof text));
    assert_non_null(strstr(text, "nothing runs there by itself"));
    for (size_t i = 0; i < command_table_size; i++)
        if (strcmp(command_table[i]->group, "allocate") == 0)
            assert_int_equal(command_table[i]->needs, SOURCE_ASK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_asking_is_refused),
        cmocka_unit_test(what_looks_is_done),
        cmocka_unit_test(a_row_names_what_it_needs),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
