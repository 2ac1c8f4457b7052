/* test_report.c: the shape that scripts are promised, key by key, and what is shown to people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/report/report.h"
#include "cli/tell/outcome.h"
#include "cli/text/text.h"
#include "tests/support/try.h"

static json_t *last;

/* The member at a path of keys and numbers, "steps.0.block". */
static json_t *at(const char *path)
{
    char copy[128], *rest = copy, *key;
    json_t *j = last;
    snprintf(copy, sizeof copy, "%s", path);
    while (j && (key = strsep(&rest, ".")) != NULL)
        j = json_is_array(j) ? json_array_get(j, strtoul(key, NULL, 10)) : json_object_get(j, key);
    return j;
}

static void is_text(const char *path, const char *text)
{
    const char *found = json_string_value(at(path));
    if (!found || strcmp(found, text) != 0)
        fail_msg("%s is %s, not %s", path, found ? found : "no string", text);
}

static void is_number(const char *path, json_int_t number)
{
    if (!json_is_integer(at(path)) || json_integer_value(at(path)) != number)
        fail_msg("%s is %lld, not %lld", path, json_integer_value(at(path)), number);
}

static void is_null(const char *path)
{
    if (!json_is_null(at(path))) fail_msg("%s is not null", path);
}

static void run(const char *command)
{
    json_decref(last);
    try_any("%s", command);
    last = try_json();
}

static void end(void)
{
    json_decref(last);
    last = NULL;
    try_close();
}

static void an_alloc(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    run("alloc 64");
    is_number("seq", 1);
    is_text("command", "alloc 64");
    assert_true(json_is_true(at("ok")));
    is_null("error");
    is_number("result.id", 1);
    is_text("result.address", "0x411020");
    is_number("result.requested", 64);
    is_text("brk.start", "0x411000");
    is_text("brk.now", "0x411060");
    is_number("brk.delta", 96);
    is_text("steps.0.step", "sbrk");
    is_number("steps.0.bytes", 96);
    is_text("steps.0.from", "0x411000");
    is_text("steps.0.to", "0x411060");
    bool size_written = false;
    for (size_t i = 0; i < json_array_size(at("steps")); i++) {
        const json_t *s = json_array_get(at("steps"), i);
        const char *field = json_string_value(json_object_get(s, "field"));
        if (!field || strcmp(field, "size") != 0) continue;
        size_written = true;
        assert_string_equal(json_string_value(json_object_get(s, "step")), "write-header");
        assert_string_equal(json_string_value(json_object_get(s, "block")), "0x411000");
        assert_int_equal(json_integer_value(json_object_get(s, "offset")), 0);
        assert_string_equal(json_string_value(json_object_get(s, "old")), "0x0");
        assert_string_equal(json_string_value(json_object_get(s, "new")), "0x40");
    }
    assert_true(size_written);
    is_text("stats.policy", "header");
    static const struct {
        const char *key;
        int value;
    } stats[] = {
        {"heap_bytes", 96},   {"live_bytes", 64}, {"header_bytes", 32},
        {"padding_bytes", 0}, {"free_bytes", 0},  {"largest_free", 0},
        {"blocks", 1},        {"used", 1},        {"free", 0},
    };
    char path[64];
    for (size_t i = 0; i < sizeof stats / sizeof stats[0]; i++) {
        snprintf(path, sizeof path, "stats.%s", stats[i].key);
        is_number(path, stats[i].value);
    }
    end();
}

static void blocks_of_every_state(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    run("alloc 64");
    run("alloc 30 as two");
    run("free 1");
    run("sbrk 40");
    run("blocks");
    is_null("blocks.0.id");
    is_number("blocks.0.last_id", 1);
    is_null("blocks.0.requested");
    is_text("blocks.0.state", "free");
    is_number("blocks.0.offset", 0);
    is_number("blocks.0.size", 96);
    is_number("blocks.0.header", 32);
    is_text("blocks.0.address", "0x411000");
    is_text("blocks.0.payload", "0x411020");
    is_number("blocks.1.id", 2);
    is_number("blocks.1.requested", 30);
    is_text("blocks.1.state", "used");
    is_text("blocks.1.name", "two");
    assert_null(at("blocks.1.last_id"));
    is_text("blocks.2.state", "foreign");
    is_null("blocks.2.id");
    is_number("blocks.2.size", 40);
    is_number("stats.foreign_bytes", 40);
    is_number("free_list.0", 0);
    assert_int_equal(json_array_size(at("free_list")), 1);
    run("write 1 0 41");
    is_null("result");
    is_text("error", "#1 is already free: freed 3 commands ago");
    run("write 2 30 0000ffffffffffff force");
    run("write 2 -8 41 force");
    run("realloc 2 8");
    run("alloc 3");
    run("blocks");
    is_number("blocks.1.id", 2);
    end();
}

static void damage_is_told(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    run("alloc 16");
    run("alloc 16");
    run("write 1 16 ffffffffffffffff force");
    run("blocks");
    is_text("damaged_at", "0x411030");
    is_text("blocks.1.state", "damaged");
    is_number("blocks.1.last_id", 2);
    is_number("stats.damaged_bytes", 48);
    is_text("damage.block", "0x411030");
    is_number("damage.id", 2);
    is_text("damage.field", "size");
    is_text("damage.found", "0xffffffffffffffff");
    is_number("damage.was", 16);
    try_tells(
        "damaged at 0x411030: size of #2 is 18446744073709551615, which can't be true; it was 16");
    run("check");
    is_null("result");
    is_text("findings.0.field", "size");
    is_number("findings.0.id", 2);
    is_number("findings.0.was", 16);
    assert_true(json_array_size(at("findings")) > 0);
    assert_true(json_is_integer(at("findings.0.invariant")) &&
                json_is_string(at("findings.0.text")));
    run("show 2");
    is_text("result.state", "damaged");
    is_text("result.words.0.name", "size");
    try_tells("size       18446744073709551615  false, was 16");
    run("why 2");
    assert_non_null(strstr(json_string_value(at("error")),
                           "#2 is damaged, and its header does not say how large it is"));
    run("write 1 16 \"AAAAAAAAAAAAAAAAAAAAAAAA\" force"); /* its next, too: nobody can tell what
                                                             follows */
    run("show 2");
    run("alloc 16");
    run("blocks");
    try_tells("which can't be true; it was 16; what lies beyond can't be told from here");
    end();
    try_open(HEAP_FIRST_FIT);
    run("alloc 32");
    run("alloc 32");
    run("free 1");
    run("alloc 8"); /* #3 at #1's place */
    run("free 3");
    run("write 2 32 00 force");
    run("undo");
    run("reset");
    run("repeat 4 alloc 32");
    run("free 2");
    run("write 1 48 1111111111111111 force"); /* its link */
    run("blocks");
    assert_true(json_is_string(at("free_list_damaged_at")));
    try_tells(" damaged at 0x1111111111111111");
    end();
}

static void every_kind_of_step(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "alloc 100",     "alloc 16",        "free 1",     "alloc 20", "alloc 10",
        "realloc 2 300", "alloc 16",        "free 3",     "free 4",   "sbrk 20",
        "alloc 4000",    "set growth page", "alloc 9000", "free all"};
    static const struct {
        const char *step, *key;
    } promised[] = {
        {"probe", "why"},   {"take", "block"},   {"split", "rest"},         {"coalesce", "with"},
        {"link", "block"},  {"unlink", "block"}, {"write-header", "field"}, {"sbrk", "to"},
        {"trim", "to"},     {"copy", "bytes"},   {"mark-free", "block"},    {"skipped", "count"},
        {"fence", "bytes"},
    };
    bool seen[sizeof promised / sizeof promised[0]] = {false};
    for (int pass = 0; pass < 2; pass++) {
        try_open(pass ? HEAP_HEADER : HEAP_BEST_FIT);
        for (size_t i = 0; i <= sizeof lines / sizeof lines[0]; i++) {
            run(i < sizeof lines / sizeof lines[0] ? lines[i] : "random 2000 seed 1");
            for (size_t k = 0; k < json_array_size(at("steps")); k++) {
                const json_t *s = json_array_get(at("steps"), k);
                const char *name = json_string_value(json_object_get(s, "step"));
                bool known = false;
                for (size_t n = 0; n < sizeof promised / sizeof promised[0]; n++)
                    if (strcmp(name, promised[n].step) == 0)
                        known = seen[n] = json_object_get(s, promised[n].key) != NULL;
                if (!known) fail_msg("%s is not promised", name);
            }
        }
        end();
    }
    for (size_t n = 0; n < sizeof promised / sizeof promised[0]; n++)
        if (!seen[n]) fail_msg("no %s was seen", promised[n].step);
}

static void what_is_not_utf8_becomes_u_fffd(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    run("alloc \xff\xc3(\xed\xa0\x80\xe2\x82");
    is_text(
        "command",
        "alloc "
        "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    run("alloc 8 as \xc3\xa4");
    is_text("command", "alloc 8 as \xc3\xa4");
    static const struct {
        const char *from, *to;
    } texts[] = {
        {"plain", "plain"},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf0\x80\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf8", "\xef\xbf\xbd"},
        {"\x80\x80\x80\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* begins with none */
        {"\xf5\x80\x80\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* beyond U+10FFFF */
        {"a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *out = text_utf8(texts[i].from);
        assert_string_equal(out, texts[i].to);
        free(out);
    }
    end();
}

static void nothing_unprintable_is_shown(void **unused)
{
    (void)unused;
    char *out = NULL;
    size_t bytes;
    FILE *to = open_memstream(&out, &bytes);
    report_safe(to, "a\033[31m\n\tb\x7f\r\xc2\x9b\xc3\xa4\x9b\xe2\x82");
    fputc('|', to);
    report_safe_line(to, "one\ntwo\n");
    report_complain(to, "%s: no \u202efile\n", "\xff");
    fclose(to);
    assert_string_equal(out, "a\\x1b[31m\n\tb\\x7f\\x0d\\u009b\xc3\xa4\\x9b\\xe2\\x82|"
                             "one\\ntwo\\nbrkview: \\xff: no \\u202efile\\n\n");
    free(out);
}

/* ── Lines for people ── */

static char told[1 << 16];

/* What a report writes to standard output and standard error for a command. */
static const char *capture(const struct report *r, const char *command)
{
    FILE *to = tmpfile();
    const struct outcome *out = lab_run(&try_lab, command);
    fflush(stdout);
    fflush(stderr);
    int out_fd = dup(STDOUT_FILENO), err_fd = dup(STDERR_FILENO);
    dup2(fileno(to), STDOUT_FILENO);
    dup2(fileno(to), STDERR_FILENO);
    bool ok = report_outcome(r, &try_lab, out);
    fflush(stderr);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err_fd, STDERR_FILENO);
    close(out_fd);
    close(err_fd);
    assert_true(ok);
    rewind(to);
    told[fread(told, 1, sizeof told - 1, to)] = '\0';
    fclose(to);
    return told;
}

static void plain_lines(void **unused)
{
    (void)unused;
    struct report r = {.form = REPORT_PLAIN, .echo = true};
    try_open(HEAP_HEADER);
    assert_string_equal(
        capture(&r, "alloc 64"),
        "heap> alloc 64\n  p1 = malloc(64);\n#1 = 0x411020, 64 bytes\nthe heap is "
        "empty; brk moves up by 96 to 0x411060: 32 header + 64\nbrk 0x411060 (+96)\n");
    assert_string_equal(
        capture(&r, "free 9"),
        "heap> free 9\nbrkview: command 2, free 9: there is no block #9; expected the id "
        "of one in use, up to #1 (`blocks` lists them)\n");
    r.echo = false;
    assert_string_equal(capture(&r, "free 1"),
                        "  free(p1);\nfreed #1\n#1 is the last block: sbrk(-96) gives it back; brk "
                        "moves down to 0x411000\nbrk 0x411000 (-96)\n");
    capture(&r, "zz\033[31m");
    assert_null(strchr(told, '\033'));
    r.form = REPORT_JSON;
    capture(&r, "alloc \xc2\x9b");
    assert_non_null(strstr(told, "alloc \\u009B"));
    assert_null(strstr(told, "\xc2\x9b"));
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alloc),
        cmocka_unit_test(blocks_of_every_state),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(every_kind_of_step),
        cmocka_unit_test(what_is_not_utf8_becomes_u_fffd),
        cmocka_unit_test(nothing_unprintable_is_shown),
        cmocka_unit_test(plain_lines),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
