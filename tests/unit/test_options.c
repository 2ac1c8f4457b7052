/* test_options.c: the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options.h"

static struct options o;
static char error[512];

static bool parse(const char *const *argv)
{
    char copy[40][64], *args[41];
    int argc = 0;
    for (; argv[argc]; argc++) {
        snprintf(copy[argc], sizeof copy[0], "%s", argv[argc]);
        args[argc] = copy[argc];
    }
    args[argc] = NULL;
    *error = '\0';
    bool ok = options_parse(&o, OPTIONS_LAB, argc, args, error, sizeof error);
    o.commands = o.commands ? "said" : NULL; /* they point into copy */
    o.script = o.script ? "said" : NULL;
    return ok;
}
#define PARSE(...) parse((const char *const[]){"brkview", __VA_ARGS__, NULL})

static void what_is_usual(void **unused)
{
    (void)unused;
    assert_true(parse((const char *const[]){"brkview", NULL}));
    assert_int_equal(o.setup.policy, HEAP_HEADER);
    assert_true(o.setup.limit == HEAP_NO_LIMIT && o.setup.value[HEAP_TRIM] == 1 &&
                o.setup.value[HEAP_GROWTH] == 1);
    assert_true(!o.json && !o.plain && !o.ascii && !o.aslr && !o.stop_on_error && o.mouse &&
                !o.help && !o.version && !o.commands && !o.script);
    assert_true(o.timeout > 9.9 && o.timeout < 10.1);
    assert_int_equal(o.theme, THEME_N);
}

static void all_options(void **unused)
{
    (void)unused;
    assert_true(PARSE("--json", "--plain", "--policy=best-fit", "--set=trim=off", "--set",
                      "order=lifo", "--set", "growth=64K", "--set=mouse=off", "--limit=1M",
                      "--aslr", "--theme=light", "--ascii", "--stop-on-error", "--timeout=2.5",
                      "-e", "alloc 1"));
    assert_true(o.json && o.plain && o.ascii && o.aslr && o.stop_on_error && !o.mouse &&
                o.commands && !o.script);
    assert_int_equal(o.setup.policy, HEAP_BEST_FIT);
    assert_true(o.setup.value[HEAP_TRIM] == 0 && o.setup.value[HEAP_ORDER] == HEAP_ORDER_LIFO &&
                o.setup.value[HEAP_GROWTH] == 65536);
    assert_int_equal(o.setup.limit, 1 << 20);
    assert_int_equal(o.theme, THEME_LIGHT);
    assert_true(o.timeout > 2.4 && o.timeout < 2.6);
    assert_true(PARSE("--set=theme=mono", "--set=split=off", "--policy", "first-fit",
                      "script")); /* in any order */
    assert_true(o.script && o.theme == THEME_MONO && o.setup.value[HEAP_SPLIT] == 0);
    assert_true(PARSE("--execute=stats"));
    assert_true(PARSE("--help") && o.help);
    assert_true(PARSE("--version") && o.version);
    assert_true(PARSE("--", "--json") && o.script && !o.json);
}

static void refused(bool ok, const char *expected)
{
    assert_false(ok);
    if (!strstr(error, expected) || strchr(error, '\n'))
        fail_msg("\"%s\", not \"%s\"", error, expected);
}

static void wrong_usage(void **unused)
{
    (void)unused;
    refused(PARSE("--nonsense"),
            "--nonsense is not an option here; expected one that `brkview --help` lists");
    refused(PARSE("-z"), "-z is not an option here");
    refused(PARSE("--policy"), "--policy needs a value");
    refused(PARSE("-e"), "-e needs a value");
    refused(PARSE("--policy=middle"), "there is no policy middle; expected bump");
    refused(PARSE("--theme=pink"), "there is no theme pink; expected dark, light, mono or auto");
    refused(PARSE("--limit=0"), "--limit is 0");
    refused(PARSE("--limit=x"), "--limit can't be read");
    refused(PARSE("--limit=0x8000000000000000"),
            "--limit is 9223372036854775808; expected less than 8 EiB");
    refused(PARSE("--timeout=0"), "--timeout can't be 0; expected seconds");
    refused(PARSE("--timeout=nan"), "--timeout can't be nan");
    refused(PARSE("--timeout=1x"), "--timeout can't be 1x");
    refused(PARSE("--timeout=1e9"), "--timeout can't be 1e9");
    refused(PARSE("--set=trim"), "--set trim has no value; expected OPTION=VALUE");
    refused(PARSE("--set==off"), "has no value");
    refused(PARSE("--set=colour=blue"), "there is no option colour");
    refused(PARSE("--set=trim=maybe"), "trim can't be maybe; expected on or off");
    refused(PARSE("--set=split=off"), "--set split=off: policy header has no such switch");
    refused(PARSE("a", "b"), "b is too much; expected one SCRIPT, or -e COMMANDS");
    refused(PARSE("-e", "stats", "a"), "a is too much");
    refused(PARSE("\033[31m", "\033[32m"), "\\x1b[32m is too much");
    const char *many[40] = {"brkview"};
    for (int i = 1; i < 35; i++)
        many[i] = "--set=trim=on";
    refused(parse(many), "--set is given too often");
}

static void the_help_names_them_all(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "-e, --execute", "--json",  "--plain",         "--policy",  "--set",  "--limit",  "--aslr",
        "--theme",       "--ascii", "--stop-on-error", "--timeout", "--help", "--version"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_non_null(strstr(options_help(), names[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_usual),
        cmocka_unit_test(all_options),
        cmocka_unit_test(wrong_usage),
        cmocka_unit_test(the_help_names_them_all),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
