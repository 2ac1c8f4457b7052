/* What is taken home is what the screen shows: the text of a picture, and a recording played in
 * another terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/terminal_lab.h"

#define ROWS 30
#define COLUMNS 100

static const char *home_file(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", terminal_home(), name);
    return path;
}

static void export(struct terminal *t, const char *name)
{
    char line[300];
    snprintf(line, sizeof line, "export %s", home_file(name));
    lab_command(t, line, name);
}

static void keep_rows(struct terminal *t, char rows[ROWS][1024])
{
    for (int row = 0; row < ROWS; row++)
        snprintf(rows[row], sizeof rows[row], "%s", terminal_row(t, row));
}

static void test_text_is_the_screen(void **state)
{
    (void)state;
    static char screen[ROWS][1024];
    char line[1024];
    struct terminal *t = lab_start(ROWS, COLUMNS, NULL, NULL);
    lab_command(t, "alloc 64; alloc 32; alloc 100; free 2", "freed");
    keep_rows(t, screen);
    export(t, "screen.txt");
    FILE *from = fopen(home_file("screen.txt"), "r");
    assert_non_null(from);
    for (int row = 0; row < ROWS - 1; row++) { /* the last one is the prompt's */
        assert_non_null(fgets(line, sizeof line, from));
        line[strcspn(line, "\n")] = '\0';
        assert_string_equal(line, screen[row]);
    }
    assert_null(fgets(line, sizeof line, from));
    fclose(from);
    lab_leave(t);
}

/* The data of all events but the last, which gives the terminal back. */
static void unpack_cast(const char *name, const char *raw)
{
    char *line = NULL;
    size_t room = 0;
    FILE *from = fopen(home_file(name), "r"), *to = fopen(raw, "w");
    assert_non_null(from);
    assert_non_null(to);
    char *before = NULL;
    while (getline(&line, &room, from) > 0) {
        json_t *event = json_loads(line, 0, NULL);
        assert_non_null(event);
        if (json_is_array(event)) {
            if (before) fputs(before, to);
            free(before);
            before = strdup(json_string_value(json_array_get(event, 2)));
        }
        json_decref(event);
    }
    free(before);
    free(line);
    fclose(from);
    fclose(to);
}

static void test_recording_ends_as_the_screen(void **state)
{
    (void)state;
    static char screen[ROWS][1024];
    char raw[256];
    struct terminal *t = lab_start(ROWS, COLUMNS, NULL, NULL);
    lab_command(t, "alloc 64; alloc 32; alloc 100; free 2; alloc 16", "p4 = malloc");
    keep_rows(t, screen);
    export(t, "screen.cast");
    snprintf(raw, sizeof raw, "%s/raw", terminal_home());
    unpack_cast("screen.cast", raw);
    struct terminal *player = terminal_start(
        ROWS, COLUMNS, NULL,
        (const char *const[]){"/bin/sh", "-c", "stty raw; cat $HOME/raw; sleep 60", NULL});
    for (int row = 1; row < ROWS; row++) /* played to its end: all of it is there */
        if (screen[row][0]) terminal_must_show(player, screen[row]);
    for (int row = 1; row < ROWS; row++) /* the first one holds the other process's id */
        if (strcmp(terminal_row(player, row), screen[row]) != 0) {
            terminal_print(player);
            assert_string_equal(terminal_row(player, row), screen[row]);
        }
    int row, column;
    assert_true((row = terminal_find(player, "#2 free 32", &column)) > 0 ||
                (row = terminal_find(player, "p4 = malloc", &column)) > 0);
    struct terminal_cell is = terminal_cell(player, row, column);
    assert_false(is.default_foreground); /* in the theme's colours */
    terminal_free(player);
    lab_leave(t);
}

static void test_interrupt_stops_it(void **state)
{
    (void)state;
    char line[300];
    struct terminal *t = lab_start(ROWS, COLUMNS, NULL, NULL);
    lab_command(t, "repeat 20000 alloc 16",
                "HEAP 960,000 B"); /* every one looks at all before it: seconds */
    snprintf(line, sizeof line, "export %s\r", home_file("stopped.html"));
    terminal_type(t, line);
    terminal_must_show(t, "running (Ctrl-C stops)");
    terminal_type(t, "\003");
    terminal_must_show(t, "it was stopped");
    assert_int_equal(access(home_file("stopped.html"), F_OK), -1);
    lab_command(t, "alloc 24", "p20001 = malloc");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_the_screen),
        cmocka_unit_test(test_recording_ends_as_the_screen),
        cmocka_unit_test(test_interrupt_stops_it),
    };
    return cmocka_run_group_tests_name("take home", tests, NULL, NULL);
}
