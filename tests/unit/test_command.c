/* test_command.c: what can't be done is answered in one line that says what was expected, and the
 * heap stays as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/command.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

struct refused_line {
    const char *command, *expected;
};

/* Under policy, after a short session with #1 (named one), #2 free and #3 in use. */
static void all_refused(enum heap_policy policy, const struct refused_line *r, size_t n)
{
    try_open(policy);
    try_ok("alloc 64 as one");
    try_ok("alloc 32");
    try_ok("alloc 16 as three");
    if (policy != HEAP_BUMP) try_ok("free 2");
    char *before = try_state();
    for (size_t i = 0; i < n; i++) {
        try_fails(r[i].command, r[i].expected);
        char *after = try_state();
        if (strcmp(before, after) != 0) fail_msg("%s changed the heap", r[i].command);
        if (try_lab.last->changed) fail_msg("%s is said to have changed the heap", r[i].command);
        free(after);
    }
    size_t undoable = try_lab.shown.session.log.n;
    assert_int_equal(undoable, policy == HEAP_BUMP ? 3 : 4);
    assert_true(try_lab.failed);
    free(before);
    try_ok("alloc 8"); /* and goes on */
    try_close();
}
#define ALL_REFUSED(policy, list) all_refused(policy, list, sizeof list / sizeof list[0])

static void sizes(void **unused)
{
    (void)unused;
    static const struct refused_line list[] = {
        {"alloc", "alloc needs more than its name; expected `alloc SIZE [as NAME]`"},
        {"alloc 0", "SIZE is 0; expected at least 1"},
        {"alloc -5", "SIZE is negative: -5"},
        {"alloc x", "SIZE can't be read: x; expected a number like 64"},
        {"alloc 0", "malloc(0) returned NULL (EINVAL)"},
        {"alloc 18446744073709551615",
         "the size, rounded up and with room for a header, is more than PTRDIFF_MAX"},
        {"alloc 18446744073709551616", "beyond 64 bits"},
        {"alloc 9223372036854775807",
         "is more than PTRDIFF_MAX (8 EiB - 1), and no object may be; expected less"},
        {"alloc 9223372036854775808", "is more than PTRDIFF_MAX"},
        {"alloc 4611686018427387904", "the kernel refused to move brk"},
        {"repeat 2 alloc 18446744073709551615", "is more than PTRDIFF_MAX"},
        {"random 2 seed 1 max 18446744073709551615", "is more than PTRDIFF_MAX"},
        {"alloc 1 2 3", "2 is not understood here; expected nothing more, or `as NAME`"},
        {"alloc 1 as a b", "b is too much; expected `as NAME`, or `as NAME force`"},
        {"alloc 1 as", "as is not understood here"},
        {"alloc 1 as 9", "9 is not a name"},
        {"alloc 1 as all", "all is not a name"},
        {"alloc 1 as one", "the name one belongs to #1"},
        {"calloc 4294967296 4294967296",
         "the product of the number and the size overflows size_t (64 bits); expected less"},
        {"calloc 2 9223372036854775807",
         "is more than PTRDIFF_MAX"}, /* the product is less than 2^64 */
        {"calloc 0 1", "N is 0; expected at least 1: calloc(0, 1) returned NULL (EINVAL)"},
        {"calloc 1 0", "SIZE is 0"},
        {"calloc 1", "calloc: something is missing; expected `calloc N SIZE [as NAME]`"},
        {"calloc 2 2 as one", "the name one belongs to #1"},
        {"aligned 24 8", "ALIGN is 24; expected a power of two"},
        {"aligned 0 8", "ALIGN is 0"},
        {"aligned 16 8 as one", "the name one belongs to #1"},
        {"aligned 16 0",
         "SIZE is 0; expected at least 1: aligned_alloc(16, 0) returned NULL (EINVAL)"},
        {"aligned 0x8000000000000000 1",
         "would end more than PTRDIFF_MAX bytes up, further than sbrk can be asked to go"},
        {"aligned 16 9223372036854775807", "is more than PTRDIFF_MAX"},
        {"realloc 1 0", "SIZE is 0; expected at least 1: realloc(one, 0) returned NULL (EINVAL), "
                        "and #1 is as it was"},
        {"realloc 2 8", "#2 is already free: freed 32 commands ago"},
        {"realloc 9 8", "there is no block #9"},
        {"realloc 1 18446744073709551615", "is more than PTRDIFF_MAX"},
        {"realloc NULL 0",
         "SIZE is 0; expected at least 1: realloc(NULL, 0) returned NULL (EINVAL)"},
    };
    ALL_REFUSED(HEAP_HEADER, list);
    ALL_REFUSED(HEAP_BEST_FIT, list);
}

/* An alloc returned the address: it is the header that is wrong, or is gone. */
static void a_header_that_can_not_be_true_is_the_reason(void **unused)
{
    static const enum heap_policy policies[] = {HEAP_HEADER, HEAP_FIRST_FIT};
    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        try_open(policies[i]);
        try_ok("alloc 16");
        try_ok("alloc 16");
        try_ok("alloc 16");
        try_ok("write 1 16 ffffffffffffffffffffffffffffffff force");
        try_fails("free 2", "no header that agrees with the heap stands before #2's payload; "
                            "expected a sound heap: `check` tells");
        try_fails("realloc 2 64", "no header that agrees with the heap stands before #2's payload; "
                                  "expected a sound heap");
        try_ok("undo");
        try_ok("free 2");
        try_close();
    }
}

static void ids(void **unused)
{
    (void)unused;
    static const struct refused_line list[] = {
        {"free", "free needs more than its name"},
        {"free 2", "#2 is already free: freed 2 commands ago"},
        {"free 1 2", "#2 is already free"},
        {"free 1 1", "#1 is named twice; expected each id once"},
        {"free one 1", "#1 is named twice"},
        {"free 4-2", "the range 4-2 runs backwards"},
        {"free 1-3", "#2 is already free"},
        {"free 99999999999",
         "there is no block #99999999999; expected the id of one in use, up to #3"},
        {"free 0", "there is no block #0"},
        {"free -1", "-1 is not an id"},
        {"free nobody", "no block is called nobody"},
        {"free 0x411020", "0x411020 is not an id"},
        {"fill 2 0", "#2 is already free"},
        {"write 2 0 41", "#2 is already free"},
        {"why 2", "#2 is already free"},
    };
    ALL_REFUSED(HEAP_HEADER, list);
    ALL_REFUSED(HEAP_FIRST_FIT, list);
}

static void memory(void **unused)
{
    (void)unused;
    static const struct refused_line list[] = {
        {"write 1", "write: something is missing"},
        {"write 1 0", "BYTES are missing"},
        {"write 1 0 force", "BYTES are missing"},
        {"write 1 0 4", "BYTES can't be read: 4; expected pairs of hex digits"},
        {"write 1 0 xyz", "BYTES can't be read"},
        {"write 1 0 \"\"", "BYTES are empty"},
        {"write 1 64 41", "1 byte at offset 64 goes beyond the payload of 64 bytes; expected less, "
                          "or `force` behind it"},
        {"write 1 60 0011223344", "5 bytes at offset 60 go beyond"},
        {"write 1 18446744073709551615 41", "go beyond"},
        {"write 1 18446744073709551615 41 force", "go beyond brk"},
        {"write 1 100000 41 force", "goes beyond brk"},
        {"write 1 -1 41", "OFFSET is negative"},
        {"write 1 0 \"abc", "a quote is not closed"},
        {"write 1 0 \"\\z\"", "a backslash in quotes"},
        {"fill 1 256", "BYTE is 256; expected 0 to 255"},
        {"fill 1 x", "BYTE can't be read"},
        {"dump 0x10", "nothing can be read at 0x10; expected an address that is mapped"},
        {"dump 0xzz", "ADDRESS can't be read"},
        {"dump 1 0", "BYTES is 0"},
        {"dump 1 2M", "BYTES is 2097152; expected at most 1M"},
        {"sbrk x", "BYTES can't be read"},
        {"sbrk 1 2", "2 is not understood here"},
        {"sbrk 1 2 force", "expected `sbrk"},
        {"sbrk 9223372036854775808", "out of range"},
        {"sbrk -16", "expected `force` behind it"},
        {"sbrk 0x7fffffffffffffff", "(void *) -1"},
        {"sbrk -8E force", "BYTES can't be read"},
    };
    ALL_REFUSED(HEAP_HEADER, list);
    ALL_REFUSED(HEAP_WORST_FIT, list);
}

static void sessions(void **unused)
{
    (void)unused;
    static const struct refused_line list[] = {
        {"frobnicate", "there is no command frobnicate"},
        {"allco 3", "did you mean alloc?"},
        {"s", "s is ambiguous; expected one of segments, "},
        {"alloc \033[31m", "control character"},
        {"policy middle-fit", "there is no policy middle-fit; expected bump, header"},
        {"policy \"\"", "there is no policy \"\"; expected bump, header"},
        {"free \"\"", "\"\" is not an id"},
        {"policy bump again", "again is not understood here; expected nothing more, or `replay`"},
        {"set split", "VALUE is missing"},
        {"set split off", "policy header has no switch split"},
        {"set colour blue", "there is no option colour; expected one of split"},
        {"set trim maybe", "trim can't be maybe; expected on or off"},
        {"set order random", "order can't be random; expected address, lifo"},
        {"set growth 3", "growth can't be 3"},
        {"set growth 2M", "growth can't be 2M"},
        {"set theme pink", "theme can't be pink; expected auto, dark, light or mono"},
        {"set trim on on", "on is too much"},
        {"why none", "no block is called none"},
        {"limit 0", "SIZE is 0"},
        {"limit x", "SIZE can't be read"},
        {"limit 16", "the heap has 208 bytes already; expected at least that many, or `off`"},
        {"limit 9223372036854775808", "expected"},
        {"undo 0", "N is 0"},
        {"undo 99", "only 4 commands can be undone"},
        {"undo x", "N can't be read"},
        {"redo", "there is nothing to redo"},
        {"repeat 3", "repeat: something is missing"},
        {"repeat 0 alloc 1", "N is 0"},
        {"repeat 1000001 alloc 1", "N is 1000001; expected at most 1,000,000"},
        {"repeat x alloc 1", "N can't be read"},
        {"repeat 3 nonsense", "stopped at number 1 of 3: there is no command nonsense"},
        {"repeat 3 undo", "undo can't stand inside another command"},
        {"repeat 3 redo", "redo can't stand inside another command"},
        {"repeat 2 \"alloc 0\"", "stopped at number 1 of 2: SIZE is 0"},
        {"repeat 2 alloc 0", "stopped at number 1 of 2: SIZE is 0"},
        {"random", "random needs more"},
        {"random 0", "N is 0"},
        {"random 1000001", "expected at most 1,000,000"},
        {"random 5 seed", "a number is missing behind seed"},
        {"random 5 sed 1", "sed is not understood here"},
        {"random 5 max 0", "max is 0"},
        {"random 5 seed x", "seed can't be read"},
        {"random 5 seed 9223372036854775808", "expected"},
        {"source", "source needs more"},
        {"source /nonexistent/x",
         "/nonexistent/x can't be read: No such file or directory; expected a script"},
        {"source /tmp", "/tmp is not a regular file"},
        {"source /dev/zero", "/dev/zero is not a regular file"},
        {"source /bin/sh", "/bin/sh is not text (a zero byte at offset"},
        {"source \"a\\0b\"", "holds a zero byte"},
        {"save /nonexistent/x", "/nonexistent/x can't be written"},
        {"save /tmp", "/tmp is not a regular file"},
        {"save \"a\\0b\"", "holds a zero byte"},
        {"help frobnicate", "there is no command frobnicate"},
        {"zoom in", "there is no screen here"},
        {"scroll up", "there is no screen here"},
        {"select 1", "there is no screen here"},
        {"speed warp", "warp is no speed"},
        {"diff", "no state is marked"},
        {"mark 9", "9 is not a name"},
        {"blocks 1", "1 is no way to choose blocks; expected used, free"},
    };
    ALL_REFUSED(HEAP_HEADER, list);
}

static void bump_knows_no_length(void **unused)
{
    (void)unused;
    static const struct refused_line list[] = {
        {"free 1", "bump"},
        {"realloc 1 8", "bump"},
        {"set trim off", "policy bump has no switch trim"},
        {"free 9", "there is no block #9"},
    };
    ALL_REFUSED(HEAP_BUMP, list);
    try_open(HEAP_BUMP);
    try_ok("alloc 24 as one");
    try_ok("aligned 64 8");
    try_ok("blocks");
    try_tells("remembered by brkview, not by the heap");
    json_t *j = try_json(), *blocks = json_object_get(j, "blocks");
    assert_int_equal(json_array_size(blocks), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(blocks, 0), "source")),
                        "session");
    json_decref(j);
    try_close();
}

static void the_limit_refuses_not_the_kernel(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_BUMP; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("limit 160");
        try_says("sbrk is refused beyond 160 bytes");
        try_ok("alloc 64");
        try_fails("alloc 200", "the limit of 160 bytes refused, not the kernel");
        try_fails("repeat 1000000 alloc 64", "the limit of 160 bytes refused");
        try_fails("random 1000000 seed 1 max 4096", "the limit of 160 bytes refused");
        assert_true(try_stat("heap_bytes") <= 160);
        try_fails("sbrk 4096", "(void *) -1: out of memory: the limit");
        try_ok("limit off");
        try_ok("alloc 200");
        try_close();
    }
    try_open(HEAP_HEADER);
    try_fails("alloc 1T", "kernel");
    assert_int_equal(try_stat("heap_bytes"), 0);
    try_close();
}

/* ── Scripts within scripts ── */

static void files_source_files(void **unused)
{
    (void)unused;
    char line[SCRATCH_PATH + 32], path[SCRATCH_PATH], name[32], chain[18][SCRATCH_PATH];
    try_open(HEAP_HEADER);
    try_ok("source %s", try_file("# a lesson\nalloc 64; alloc 32\nfree #2 # back again\n"));
    try_tells("3 commands run");
    assert_int_equal(try_stat("used"), 1);
    snprintf(line, sizeof line, "source %s", try_file("alloc 1\nallco 2\n\nalloc 0\nalloc 3"));
    try_fails(line, ":2: allco 2: there is no command allco; did you mean alloc?; 1 more failed");
    try_tells(
        ":2: allco 2: there is no command allco; did you mean alloc?\n"); /* each in its place, */
    try_tells(":4: alloc 0: SIZE is 0");
    json_t *j = try_json(), *failures = json_object_get(j, "failures"); /* and for scripts */
    assert_int_equal(json_array_size(failures), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(failures, 1), "line")), 4);
    assert_string_equal(json_string_value(json_object_get(json_array_get(failures, 1), "command")),
                        "alloc 0");
    json_decref(j);
    assert_int_equal(try_stat("used"), 3);
    snprintf(line, sizeof line, "source %s", /* whatever stands before it */
             try_file("# one\n\n  # two\nallco 2 # here\n// three\n; ; alloc 0\n"));
    try_fails(line, ":4: allco 2: there is no command allco; did you mean alloc?; 1 more failed");
    try_tells(":6: alloc 0: SIZE is 0");
    try_any("source %s", try_file("alloc 8 as late\n\nfree late\n"));
    try_fails("free late", "freed by the command before this one, at line 3 of its file");
    snprintf(path, sizeof path, "%s", try_file(""));
    FILE *file = fopen(path, "w");
    fprintf(file, "alloc 16\nsource %s\n", path);
    fclose(file);
    snprintf(line, sizeof line, "source %s", path);
    try_fails(line, "sources itself; expected an end");
    assert_int_equal(try_stat("used"), 4);
    for (int i = 0; i < 18; i++) {
        snprintf(name, sizeof name, "chain-%d", i);
        strcpy(chain[i], scratch_path(name));
        file = fopen(chain[i], "w");
        if (i > 0) fprintf(file, "source %s\n", chain[i - 1]);
        fclose(file);
    }
    try_ok("source %s", chain[15]); /* sixteen in one another */
    snprintf(line, sizeof line, "source %s", chain[16]);
    try_fails(line, "is sourced too deep; expected at most 16 files in one another");
    try_close();
}

/* "at line N of its file" is the file's that the command which freed it has named, and is said of
 * no other. */
static void lines_of_files(void **unused)
{
    (void)unused;
    char text[3 * SCRATCH_PATH], path[SCRATCH_PATH];
    try_open(HEAP_HEADER);
    try_ok("repeat 5 alloc 16");
    strcpy(path, try_file("\n\n\nfree 1\n"));
    snprintf(text, sizeof text, "stats\nsource %s\nfree 2\n", path);
    strcpy(path, try_file(text));
    try_ok("source %s", path);
    try_fails("free 1",
              "#1 is already free: freed by the command before this one, at line 2 of its file");
    try_fails("free 2", "#2 is already free: freed 2 commands ago, at line 3 of its file");
    try_ok("free 3");
    try_fails("free 3", "#3 is already free: freed by the command before this one");
    assert_null(strstr(try_lab.last->error, "line"));
    try_ok("undo"); /* a replay knows no lines, and says none */
    try_fails("free 2", "#2 is already free: ");
    assert_null(strstr(try_lab.last->error, "line"));
    try_ok("redo");
    try_fails("free 3", "#3 is already free: ");
    assert_null(strstr(try_lab.last->error, "line"));
    strcpy(path, try_file("\n\npolicy header replay\nstats\n"));
    try_ok("source %s", path);
    try_fails("free 3", "#3 is already free: freed by the command before this one");
    assert_null(strstr(try_lab.last->error, "line"));
    try_close();
}

static void odd_files_are_refused(void **unused)
{
    (void)unused;
    char line[SCRATCH_PATH + 32];
    const char *large = try_file("alloc 1\n"), *fifo = scratch_path("fifo");
    try_open(HEAP_HEADER);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    snprintf(line, sizeof line, "source %s", fifo);
    try_fails(line, "is not a regular file");
    snprintf(line, sizeof line, "save %s", fifo);
    try_fails(line, "is not a regular file");
    assert_int_equal(truncate(large, (16 << 20) + 1), 0);
    snprintf(line, sizeof line, "source %s", large);
    try_fails(line, "is larger than 16 MiB");
    snprintf(line, sizeof line, "source \"%s\\e[31m\"", large);
    try_fails(line, "can't be read: No such file");
    assert_null(strchr(try_lab.last->error, '\033'));
    try_close();
}

static void nesting_is_bounded(void **unused)
{
    (void)unused;
    char line[600] = "";
    try_open(HEAP_HEADER);
    for (int i = 0; i < 50; i++)
        strcat(line, "repeat 1 ");
    strcat(line, "alloc 1");
    try_fails(line, "commands stand more than 32 deep in one another");
    assert_int_equal(try_stat("heap_bytes"), 0);
    try_close();
}

/* Every command knows how many words it takes at most: one more is refused, by its name and with
 * what was expected. */
static void one_word_too_many_is_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *command;
        int most;
    } full[] = {
        {"alloc", 4},    {"calloc", 5},    {"aligned", 5}, {"realloc", 5},  {"find", 1},
        {"segments", 0}, {"show", 1},      {"why", 1},     {"dump", 2},     {"check", 0},
        {"steps", 0},    {"stats", 0},     {"mark", 1},    {"diff", 2},     {"sbrk", 2},
        {"fill", 5},     {"break", 1},     {"undo", 1},    {"redo", 1},     {"save", 1},
        {"random", 5},   {"source", 1},    {"policy", 2},  {"reset", 0},    {"set", 2},
        {"limit", 1},    {"speed", 1},     {"screen", 0},  {"zoom", 1},     {"scroll", 1},
        {"select", 1},   {"help", 1},      {"quit", 0},    {"export", 2},   {"lesson", 2},
        {"look", 0},     {"rate", 1},      {"pause", 0},   {"continue", 0}, {"until", 2},
        {"output", 1},   {"targets", 0},   {"step", 1},    {"run", 1},      {"back", 1},
        {"goto", 2},     {"checkheap", 1}, {"words", 1},
    };
    try_open(HEAP_HEADER);
    size_t bounded = 0;
    for (size_t i = 0; i < command_table_size; i++)
        bounded += command_table[i]->most >= 0;
    for (size_t i = 0; i < sizeof full / sizeof *full; i++) {
        char line[200], usage[160], expected[300];
        size_t n = (size_t)snprintf(line, sizeof line, "%s", full[i].command);
        for (int k = 0; k < full[i].most; k++)
            n += (size_t)snprintf(line + n, sizeof line - n, " x");
        snprintf(line + n, sizeof line - n, " more");
        const struct command *c = command_find(full[i].command, expected, sizeof expected);
        assert_non_null(c);
        command_usage(c, usage, sizeof usage);
        snprintf(expected, sizeof expected, "more is too much; expected `%s`", usage);
        try_fails(line, expected);
    }
    assert_int_equal(bounded, sizeof full / sizeof *full);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(ids),
        cmocka_unit_test(a_header_that_can_not_be_true_is_the_reason),
        cmocka_unit_test(memory),
        cmocka_unit_test(sessions),
        cmocka_unit_test(bump_knows_no_length),
        cmocka_unit_test(the_limit_refuses_not_the_kernel),
        cmocka_unit_test(files_source_files),
        cmocka_unit_test(lines_of_files),
        cmocka_unit_test(odd_files_are_refused),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(one_word_too_many_is_refused),
    };
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
