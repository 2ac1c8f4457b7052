/* test_background.c: answers to the question for the background, and who is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/prompt/background.h"

static void test_colors(void **state)
{
    static const struct {
        const char *text;
        enum background is;
    } colors[] = {
        {"rgb:ffff/ffff/ffff", BACKGROUND_LIGHT},
        {"rgb:0000/0000/0000", BACKGROUND_DARK},
        {"rgb:f/f/f", BACKGROUND_LIGHT},
        {"rgb:fd/F6/e3", BACKGROUND_LIGHT},
        {"rgb:00/2b/36", BACKGROUND_DARK},
        {"rgba:ffff/ffff/ffff/ffff", BACKGROUND_LIGHT},
        {"rgb:0000/0000/ffff", BACKGROUND_DARK},
        {"rgb:0000/ffff/0000", BACKGROUND_LIGHT},
        {"", BACKGROUND_UNKNOWN},
        {"rgb:", BACKGROUND_UNKNOWN},
        {"rgb:ff/ff", BACKGROUND_UNKNOWN},
        {"rgb:ff//ff", BACKGROUND_UNKNOWN},
        {"rgb:fffff/ff/ff", BACKGROUND_UNKNOWN},
        {"white", BACKGROUND_UNKNOWN},
        {"rgb:gg/00/00", BACKGROUND_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
        if (background_of_color(colors[i].text, strlen(colors[i].text)) != colors[i].is)
            fail_msg("%s", colors[i].text);
}

static void test_variable(void **state)
{
    (void)state;
    assert_int_equal(background_of_variable("0;15"), BACKGROUND_LIGHT);
    assert_int_equal(background_of_variable("0;default;7"), BACKGROUND_LIGHT);
    assert_int_equal(background_of_variable("15;0"), BACKGROUND_DARK);
    assert_int_equal(background_of_variable("7;8"), BACKGROUND_DARK);
    static const char *const unknown[] = {NULL,        "",     "15",   "0;",
                                          "0;default", "0;16", "0;7x", "0;-1"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(background_of_variable(unknown[i]), BACKGROUND_UNKNOWN);
}

static void test_who_is_asked(void **state)
{
    static const char *const no[] = {"linux",       "dumb",   "vt100",  "vt220",
                                     "ansi",        "cons25", "screen", "screen-256color",
                                     "eterm-color", "",       NULL};
    (void)state;
    assert_true(background_may_ask("xterm-256color", NULL, NULL));
    assert_true(background_may_ask("tmux-256color", "/tmp/x", NULL));
    assert_true(background_may_ask("screen-256color", "/tmp/x", NULL));
    assert_false(background_may_ask("xterm", NULL, "1.pts"));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(background_may_ask(no[i], NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_colors),
                                       cmocka_unit_test(test_variable),
                                       cmocka_unit_test(test_who_is_asked)};
    return cmocka_run_group_tests_name("background", tests, NULL, NULL);
}
