/* test_hostile_keys.c: sequences that readline can't bear, on both screens: what comes behind them
 * is heard, and so is a signal. tests/fuzz/fuzz_keys.c looks for more of them; here they go all the
 * way through a terminal. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

#define BYTES(literal) .bytes = literal, .n = sizeof literal - 1

static const struct hostile {
    const char *bytes;
    size_t n;
    bool pastes; /* on the screen it begins a paste, which is left when it has been told of */
} hostile[] = {
    {BYTES(
        "\022\030a")}, /* while searching: the beginning of a sequence, and a key that it has not */
    {BYTES("\023\030q")},
    {BYTES("\022\030\030")},
    {BYTES("\022\030\025")},
    {BYTES("\022all\033[200~"), .pastes = true},
    {BYTES("\022\342\202")}, /* a piece of a character */
    {BYTES("\026\033\033[200~")}, /* a paste, where a key is to be quoted */
    {BYTES("\033\033[200~")},
    {BYTES("\033-\0335\026\001")}, /* five times the next key, backwards */
    {BYTES("\0339\0339999999999a")},
    {BYTES("\030(\022\030\030)\030e")}, /* a macro that does it */
    {BYTES("limit 1\0330\r")}, /* Enter with a count */
    {BYTES("\033\035\033[A")},
    {BYTES("\033?\033?y")},
};
#define N_HOSTILE (sizeof hostile / sizeof *hostile)

static struct terminal *start(const char *option)
{
    const char *const more[] = {option, NULL};
    return lab_start(24, 80, NULL, option ? more : NULL);
}

/* Ctrl-C leaves whatever it is; then a command runs. */
static void must_hear(struct terminal *t, unsigned number)
{
    char command[64], answer[64];
    terminal_type(t, "\003");
    lab_must_match(t, "^heap>$");
    snprintf(command, sizeof command, "reset; limit %u\r", number);
    terminal_type(t, command);
    snprintf(answer, sizeof answer, "refused beyond %u bytes", number);
    lab_must_match(t, answer);
    lab_must_match(t, "^heap>$");
}

/* Inside a paste, Ctrl-C counts only when it comes by itself. */
static void leave_paste(struct terminal *t)
{
    terminal_must_show(t, "a paste has begun and does not end");
    terminal_type(t, "\003");
    terminal_must_lose(t, "a paste has begun and does not end");
}

static void each_is_survived(const char *option)
{
    struct terminal *t = start(option);
    terminal_type(t, "alloc 64\r");
    lab_must_match(t, "p1 = malloc\\(64\\);");
    lab_must_match(t, "^heap>$");
    for (unsigned i = 0; i < N_HOSTILE; i++) {
        terminal_send(t, hostile[i].bytes, hostile[i].n);
        if (hostile[i].pastes && !option) leave_paste(t);
        must_hear(t, 100000 + i);
    }
    terminal_type(t, "quit\r");
    int status = -1;
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_true(WIFEXITED(status));
    terminal_free(t);
}

static void test_on_the_screen(void **state)
{
    (void)state;
    each_is_survived(NULL);
}

static void test_plain(void **state)
{
    (void)state;
    each_is_survived("--plain");
}

/* Whatever has been typed: SIGTERM ends it, and the terminal is as it was. */
static void test_signal(void **state)
{
    static const char *const options[] = {NULL, "--plain"};
    (void)state;
    for (unsigned i = 0; i < 2 * N_HOSTILE; i++) {
        struct terminal *t = start(options[i % 2]);
        struct termios settings;
        int status = -1;
        terminal_send(t, hostile[i / 2].bytes, hostile[i / 2].n);
        terminal_pump(t, 60); /* it is read, or the signal comes first: it ends the same way */
        terminal_signal(t, SIGTERM);
        assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
        terminal_settings(t, &settings);
        assert_int_equal(settings.c_lflag & (ECHO | ICANON), ECHO | ICANON);
        terminal_free(t);
    }
}

/* The marks of a paste that a terminal sends unasked are no part of it. */
static void test_paste_plain(void **state)
{
    (void)state;
    struct terminal *t = start("--plain");
    terminal_type(t, "\033[200~alloc 24\r");
    lab_must_match(t, "p1 = malloc\\(24\\);");
    lab_must_match(t, "^heap>$");
    terminal_type(t, "alloc 40\033[201~\r");
    lab_must_match(t, "p2 = malloc\\(40\\);");
    terminal_free(t);
}

/* A search ends where it is, and the key that ended it does what it does. */
static void search_goes_on(const char *option)
{
    struct terminal *t = start(option);
    terminal_type(t, "alloc 64\r");
    lab_must_match(t, "p1 = malloc\\(64\\);");
    lab_must_match(t, "^heap>$"); /* without a screen, a key before that is the terminal's own */
    terminal_type(t, "\022loc");
    lab_must_match(t, "reverse-i-search.*loc.*alloc 64");
    terminal_type(t, "\033[F0\r"); /* End */
    lab_must_match(t, "p2 = malloc\\(640\\);");
    lab_must_match(t, "^heap>$");
    terminal_type(t, "\022640");
    lab_must_match(t, "reverse-i-search.*640");
    terminal_type(t, "\030\025\003"); /* Ctrl-X Ctrl-U: undo */
    must_hear(t, 99);
    terminal_free(t);
}

static void test_search(void **state)
{
    (void)state;
    search_goes_on(NULL);
    search_goes_on("--plain");
}

/* Without a screen readline draws: at every size there is. */
static void test_narrow(void **state)
{
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=vt100", "TERM=dumb"};
    static const char *const plain[] = {"--plain", NULL};
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *const env[] = {terms[i], NULL};
        struct terminal *t = lab_start(24, 80, env, plain);
        terminal_type(t, "alloc 6400");
        for (int rows = 1; rows <= 3; rows++)
            for (int columns = 1; columns <= 8; columns++) {
                terminal_resize(t, rows, columns);
                terminal_type(t, "\001x\005y\022al\033[D\t");
                terminal_pump(t, 20);
            }
        terminal_resize(t, 24, 80);
        terminal_type(t, "\003reset; limit 12345\r");
        lab_must_match(t, "refused beyond 12345 bytes");
        terminal_free(t);
    }
}

static void write_inputrc(const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/.inputrc", terminal_home());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* What an init file may do: vi's keys, macros that search, keys bound to what waits, terminators of
 * its own. */
static void test_inputrc(void **state)
{
    static const char *const files[] = {
        "set editing-mode vi\n",
        "\"\\C-t\": \"\\C-r\\C-xq\"\n\"\\C-xq\": \"\\C-t\\C-t\"\n",
        "\"\\C-t\": bracketed-paste-begin\n\"\\C-xq\": skip-csi-sequence\n",
        ("set isearch-terminators \"x\"\nset keyseq-timeout 5000\nset convert-meta on\n"
         "set enable-bracketed-paste on\n"),
    };
    (void)state;
    for (unsigned i = 0; i < 2 * sizeof files / sizeof *files; i++) {
        write_inputrc(files[i / 2]);
        struct terminal *t = start(i % 2 ? "--plain" : NULL);
        terminal_type(t, "\024\024\030q\022\030q\033\033[Ad2f\030\022r\033[A");
        must_hear(t, 777);
        terminal_free(t);
    }
    write_inputrc("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_the_screen), cmocka_unit_test(test_plain),
        cmocka_unit_test(test_signal),        cmocka_unit_test(test_paste_plain),
        cmocka_unit_test(test_search),        cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_inputrc),
    };
    return cmocka_run_group_tests_name("hostile keys", tests, NULL, NULL);
}
