/* Typing end to end: completion, pastes, wide and hostile characters, long lines, a person's own
 * key bindings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static void test_completion(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64 as buffer", "#1 buffer used");
    terminal_type(t, "fre\t");
    lab_must_prompt(t, "heap> free");
    terminal_type(t, "buf\t\r");
    terminal_must_show(t, "free(buffer);");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "policy \t");
    terminal_must_show(t, "│best-fit");
    terminal_must_show(t, "│worst-fit");
    lab_must_prompt(t, "heap> policy");
    terminal_type(t, "\t");
    lab_must_prompt(t, "heap> policy best-fit");
    int column = 0, row = terminal_find(t, "│best-fit", &column);
    assert_true(terminal_cell(t, row, column + 1).reverse);
    terminal_type(t, "\t");
    lab_must_prompt(t, "heap> policy bump");
    terminal_type(t, "\033[Z");
    lab_must_prompt(t, "heap> policy best-fit");
    terminal_type(t, " ");
    terminal_must_lose(t, "│worst-fit");
    lab_must_prompt(t, "heap> policy best-fit");
    terminal_type(t, "\003policy f\t");
    lab_must_prompt(t, "heap> policy first-fit");
    terminal_type(t, "\003\t");
    terminal_must_show(t, "alloc");
    lab_must_match(t, "┌─.*┐"); /* all commands, in columns */
    terminal_type(t, "\033");
    terminal_must_lose(t, "┐");
    lab_must_prompt(t, LAB_PROMPT);
    lab_leave(t);
}

static void test_paste(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    terminal_type(t, "\033[200~alloc 64\nalloc 32 # the second\r\n\n# nothing\nfree 2\n\033[201~");
    lab_must_prompt(t, "heap> alloc 64; alloc 32; free 2");
    assert_false(lab_matches(t, "#1"));
    terminal_type(t, "\r");
    terminal_must_show(t, "free(p2);");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "alloc 1\033[200~28\033[201~ as x");
    lab_must_prompt(t, "heap> alloc 128 as x");
    terminal_type(t, "\003\033[200~fr\033]0;evil\007ee\0331\302\233 \xff\xe2\x80\xae\033[201~");
    lab_must_prompt(t, "heap> fr]0;evilee1");
    assert_false(terminal_came(t, "\033]0;", 4, 0));
    assert_false(terminal_came(t, "\302\233", 2, 0));
    terminal_type(t, "\003\033[200~never ended");
    terminal_must_show(t, "a paste has begun");
    terminal_type(t, "\003");
    terminal_must_lose(t, "a paste has begun");
    lab_command(t, "free 1", "free\\(p1\\);");
    lab_leave(t);
}

/* Wide characters take two cells; controls and halves of characters are shown, never sent. */
static void test_wide_and_hostile(void **state)
{
    (void)state;
    int row, column;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    terminal_type(t, "漢字é");
    lab_must_prompt(t, "heap> 漢字é");
    assert_int_equal(terminal_cell(t, 23, 6).glyph, 0x6f22);
    assert_int_equal(terminal_cell(t, 23, 6).width, 2);
    terminal_cursor(t, &row, &column, NULL);
    assert_int_equal(row, 23);
    assert_int_equal(column, 11);
    terminal_type(t, "\177\177\033[D");
    lab_must_prompt(t, "heap> 漢");
    terminal_type(t, "\003\026\033");
    lab_must_prompt(t, "heap> ^["); /* quoted */
    terminal_type(t, "]0;evil\026\007\026\001");
    lab_must_prompt(t, "heap> ^[]0;evil^G^A");
    terminal_type(t, "\r");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_must_show(t, "evil");
    terminal_type(t, "\xc3(\xff\xf0\x90");
    lab_must_prompt(t, "heap> (");
    terminal_type(t, "\003show \"\026\033");
    lab_must_prompt(t, "heap> show \"^[");
    terminal_type(t, "[31m\r");
    lab_must_prompt(t, LAB_PROMPT);
    assert_false(terminal_came(t, "\033]0;", 4, 0));
    assert_false(terminal_came(t, "\007", 1, 0));
    lab_leave(t);
}

static void test_long_line_scrolls(void **state)
{
    (void)state;
    int row, column;
    struct terminal *t = lab_start(24, 40, NULL, NULL);
    for (int i = 0; i < 30; i++)
        terminal_type(t, "0123456789");
    terminal_type(t, "END");
    lab_must_match(t, "^<.*END$");
    terminal_cursor(t, &row, &column, NULL);
    assert_int_equal(terminal_cell(t, row, column - 1).glyph, 'D');
    terminal_type(t, "\001");
    lab_must_match(t, "^heap> 0123456789.*>$");
    terminal_cursor(t, &row, &column, NULL);
    assert_int_equal(column, 6);
    lab_leave(t);
}

/* A person's inputrc counts, except where it would break the screen. */
static void test_inputrc(void **state)
{
    (void)state;
    char path[128], setting[160];
    snprintf(path, sizeof path, "%s/inputrc", terminal_home());
    snprintf(setting, sizeof setting, "INPUTRC=%s", path);
    FILE *file = fopen(path, "w");
    fputs("set bell-style audible\nset enable-bracketed-paste on\n\"\\C-o\": complete\n\"\\C-t\": "
          "menu-complete\nTAB: self-insert\n"
          "\"\\eq\": \"alloc 64\"\n",
          file);
    fclose(file);
    const char *env[] = {setting, NULL};
    struct terminal *t = lab_start(24, 80, env, NULL);
    terminal_type(t, "/etc/pas\017\024\017x");
    lab_must_prompt(t, "heap> /etc/pasx");
    terminal_type(t, "\003\033q");
    lab_must_prompt(t, "heap> alloc 64"); /* a macro of theirs */
    terminal_type(t, "\003hel\t");
    lab_must_prompt(t, "heap> help");
    assert_false(terminal_came(t, "\007", 1, 0));
    lab_leave(t);
}

/* Keys, reports, pieces of sequences, commands and sizes in no order: afterwards the prompt is
 * there, and works. */
static void test_storm(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "alloc 64\r",
        "free 1\r",
        "help\r",
        "blocks\r",
        "undo\r",
        "repeat 50 alloc 8\r",
        "policy best-fit\r",
        "\t",
        "\t\t",
        "\033[Z",
        "\022",
        "\007",
        "\033[A",
        "\033[B",
        "\033[C",
        "\033[5~",
        "\033[6~",
        "\033+",
        "\033-",
        "\0330",
        "\033[1;3A",
        "\033[1;3B",
        "\033OP",
        "q",
        " ",
        "\033",
        "\033[",
        "\033[<0;5;9M",
        "\033[<65;5;9M",
        "\033[<0;999;999M",
        "\033[200~alloc 1\nfree 2\033[201~",
        "\033[201~",
        "\xe6",
        "漢",
        "\001",
        "\013",
        "\027",
        "\031",
        "\037",
        "\033y",
        "\0333",
        "\026",
        "\003",
        "\014",
        "\033]0;x",
        "\007",
        "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1m",
        "select 3\r",
        "zoom in\r",
        "set mouse off\r",
        "set mouse on\r",
        "nonsense; ; \"\r",
    };
    uint32_t seed = 7;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1664525u + 1013904223u;
        terminal_type(t, pieces[(seed >> 8) % (sizeof pieces / sizeof *pieces)]);
        if (i % 50 == 49)
            terminal_resize(t, 1 + (int)(seed >> 20) % 50, 1 + (int)(seed >> 12) % 150);
        if (i % 500 == 499) {
            terminal_type(t, "\033[201~q\003\003"); /* out of whatever it is */
            terminal_resize(t, 24, 80);
            lab_must_prompt(t, LAB_PROMPT);
        }
    }
    lab_command(t, "reset; policy header; alloc 64", "p1 = malloc\\(64\\);");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_completion),       cmocka_unit_test(test_paste),
        cmocka_unit_test(test_wide_and_hostile), cmocka_unit_test(test_long_line_scrolls),
        cmocka_unit_test(test_inputrc),          cmocka_unit_test(test_storm),
    };
    return cmocka_run_group_tests_name("typing", tests, NULL, NULL);
}
