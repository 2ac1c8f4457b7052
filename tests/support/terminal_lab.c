/* terminal_lab.c: brkview inside the terminal. */
#include "tests/support/terminal_lab.h"

#include <inttypes.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <jansson.h>

struct terminal *lab_start(int rows, int columns, const char *const *env, const char *const *more)
{
    const char *argv[6] = {terminal_program()};
    for (int i = 0; more && more[i] && i < 4; i++)
        argv[i + 1] = more[i];
    struct terminal *t = terminal_start(rows, columns, env, argv);
    terminal_must_show(t, LAB_PROMPT);
    return t;
}

bool lab_matches(struct terminal *t, const char *regex)
{
    regex_t compiled;
    int rows, columns;
    bool found = false;
    if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) != 0)
        fail_msg("bad expression: %s", regex);
    terminal_size(t, &rows, &columns);
    for (int row = 0; row < rows && !found; row++)
        found = regexec(&compiled, terminal_row(t, row), 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

static bool matches(struct terminal *t, void *regex) { return lab_matches(t, regex); }

void lab_must_match(struct terminal *t, const char *regex)
{
    if (terminal_wait_until(t, matches, (void *)(uintptr_t)regex, TERMINAL_WAIT_MS)) return;
    terminal_print(t);
    fail_msg("no row matches /%s/", regex);
}

static bool prompt_is(struct terminal *t, void *text)
{
    int rows, columns;
    terminal_size(t, &rows, &columns);
    return !strcmp(terminal_row(t, rows - 1), text);
}

void lab_must_prompt(struct terminal *t, const char *row)
{
    if (terminal_wait_until(t, prompt_is, (void *)(uintptr_t)row, TERMINAL_WAIT_MS)) return;
    terminal_print(t);
    fail_msg("the prompt is not \"%s\"", row);
}

void lab_command(struct terminal *t, const char *command, const char *regex)
{
    char typed[512];
    snprintf(typed, sizeof typed, LAB_PROMPT " %s", command);
    terminal_type(t, command);
    lab_must_prompt(t, typed);
    terminal_type(t, "\r");
    lab_must_prompt(t, LAB_PROMPT);
    if (regex) lab_must_match(t, regex);
}

void lab_must_be_restored(struct terminal *t)
{
    struct termios settings;
    bool visible;
    int row, column;
    terminal_settings(t, &settings);
    terminal_cursor(t, &row, &column, &visible);
    assert_true(settings.c_lflag & ICANON);
    assert_true(settings.c_lflag & ECHO);
    assert_true(settings.c_lflag & ISIG);
    assert_true(settings.c_iflag & ICRNL);
    assert_true(settings.c_oflag & OPOST);
    assert_false(terminal_alternate(t));
    assert_false(terminal_mouse(t));
    assert_true(visible);
    assert_true(terminal_came(t, "\033[?2004l", 8, 0));
}

void lab_leave(struct terminal *t)
{
    int status = -1;
    terminal_type(t, "\001\013quit\r");
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    lab_must_be_restored(t);
    terminal_free(t);
}

pid_t lab_target(struct terminal *t)
{
    pid_t target = terminal_child_of(terminal_pid(t), "brkview-target");
    assert_true(target > 0);
    return target;
}

uint64_t lab_brk(struct terminal *t)
{
    const char *title = terminal_row(t, 0), *at = strstr(title, "brk 0x");
    if (!at) fail_msg("the title shows no brk: %s", title);
    return strtoull(at + 4, NULL, 16);
}

uint64_t lab_json_brk(const char *commands)
{
    char command[1024], *line = NULL;
    size_t room = 0;
    uint64_t now = 0;
    snprintf(command, sizeof command, "'%s' --json -e '%s'", terminal_program(), commands);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while (getline(&line, &room, out) > 0) {
        json_t *answer = json_loads(line, 0, NULL);
        const char *text =
            json_string_value(json_object_get(json_object_get(answer, "brk"), "now"));
        assert_non_null(text);
        now = strtoull(text, NULL, 16);
        json_decref(answer);
    }
    free(line);
    pclose(out);
    return now;
}

void lab_must_equal(struct terminal *t, uint64_t is, uint64_t should_be, const char *what)
{
    if (is == should_be) return;
    terminal_print(t);
    fail_msg("%s is 0x%" PRIx64 ", and should be 0x%" PRIx64, what, is, should_be);
}
