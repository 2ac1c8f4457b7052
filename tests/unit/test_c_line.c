/* test_c_line.c: lines of C are commands: what they become, what is refused, and that every line of
 * C that is shown can be typed again: of 60 random sessions, with BRKVIEW_QUICK, for valgrind, of
 * two for each policy. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/text/splitmix.h"
#include "tests/support/try.h"

struct row {
    const char *c, *expected;
};

/* #1 to #3, of which #2 is called buf and #3 is free. */
static struct ledger ledger_of_three(void)
{
    struct ledger ledger;
    ledger_init(&ledger, 0x1000);
    for (uint64_t i = 0; i < 3; i++)
        ledger_add(&ledger, 0x1010 + i * 64, 48);
    ledger_name_set(&ledger, 2, "buf");
    ledger_drop(&ledger, 3, 9);
    return ledger;
}

static void lines_become_commands(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"p4 = malloc(64);", "alloc 64"}, /* the next id is 4 */
        {"p4=malloc(64)", "alloc 64"},
        {"  p4\t= ( char * ) malloc ( 64 ) ; ", "alloc 64"},
        {"char *p4 = (char *)malloc(64);", "alloc 64"},
        {"malloc(64)", "alloc 64"},
        {"(void) malloc(64);", "alloc 64"},
        {"x = malloc(64); // a comment", "alloc 64 as x"},
        {"x = malloc(/* bytes */ 64)", "alloc 64 as x"},
        {"struct node *n = malloc(8);", "alloc 8 as n"},
        {"unsigned long long *n = malloc(8 * sizeof(unsigned long long))", "alloc 64 as n"},
        {"buf = malloc(8);", "alloc 8 as buf force"},
        {"p1 = malloc(8);", "alloc 8 as p1"},
        {"p7 = malloc(8);", "alloc 8 as p7"},
        {"x = malloc(10 * sizeof(int))", "alloc 40 as x"},
        {"x = malloc(sizeof(int) * 10 + 2 * (3 + 4))", "alloc 54 as x"},
        {"x = malloc(sizeof(void *) + sizeof buf + sizeof(short int))", "alloc 18 as x"},
        {"x = malloc(strlen(\"hello\") + 1)", "alloc 6 as x"},
        {"x = malloc(010 + 0x10 + 'a')", "alloc 121 as x"}, /* octal, as in C */
        {"x = malloc(1 << 20)", "alloc 1048576 as x"},
        {"x = malloc(64UL)", "alloc 64 as x"},
        {"x = malloc((size_t)10 - 3 % 2)", "alloc 9 as x"},
        {"x = malloc(-1)", "alloc 18446744073709551615 as x"},
        {"x = malloc(SIZE_MAX)", "alloc 18446744073709551615 as x"},
        {"x = malloc((unsigned char)300)", "alloc 44 as x"},
        {"p4 = calloc(4, 8);", "calloc 4 8"},
        {"p4 = calloc(4294967296, 4294967296);", "calloc 4294967296 4294967296"},
        {"p4 = aligned_alloc(32, 100)", "aligned 32 100"},
        {"posix_memalign(&p4, 32, 100);", "aligned 32 100"},
        {"posix_memalign((void **)&x, 32, 100);", "aligned 32 100 as x"},
        {"p1 = realloc(p1, 100);", "realloc p1 100"},
        {"buf = realloc(buf, 100);", "realloc buf 100"},
        {"p2 = realloc(buf, 100);", "realloc buf 100"}, /* #2 too */
        {"tmp = realloc(buf, 100);", "realloc buf 100 as tmp"},
        {"buf = realloc(p1, 100);", "realloc p1 100 as buf force"},
        {"p4 = realloc(NULL, 32);", "realloc NULL 32"},
        {"x = realloc((void *)0, 32);", "realloc NULL 32 as x"},
        {"realloc(p1, 0);", "realloc p1 0"},
        {"free(p1);", "free p1"},
        {"free ( buf )", "free buf"},
        {"free((void *)p1);", "free p1"},
        {"free(NULL);", "free NULL"},
        {"free((char *)0x1050);", "free 2"},
        {"free(&p1[0]);", "free p1"},
        {"sbrk(0);", "sbrk 0"},
        {"p1x = sbrk(0);", "sbrk 0"}, /* which is not p1 */
        {"p1x = realloc(p1, 8);", "realloc p1 8 as p1x"},
        {"p = sbrk(16);", "sbrk 16"},
        {"void *old = sbrk(-16);", "sbrk -16 force"},
        {"memset(p1, 0xff, 8)", "fill p1 0xff 8 force"},
        {"memset(p1 + 4, -1, 8)", "fill p1 0xff 8 4 force"},
        {"memset((int *)p1 + 2, 0, sizeof(int))", "fill p1 0x00 4 8 force"},
        {"memset(p1 - 8, 'A', 16)", "fill p1 0x41 16 -8 force"},
        {"strcpy(p1, \"hello\");", "write p1 0 \"hello\\x00\" force"},
        {"strcpy(p1, \"a;\\\"\\n\\x41\\0rest\")", "write p1 0 \"a;\\x22\\x0aA\\x00\" force"},
        {"strcpy(buf + 2, \"two\" \"parts\")", "write buf 2 \"twoparts\\x00\" force"},
        {"memcpy(p1, \"abc\", 3)", "write p1 0 \"abc\" force"},
        {"strcpy(p1, \"\\x4\")", "write p1 0 \"\\x04\\x00\" force"},
        {"memcpy(p1 + 1, \"a\\0c\", 4)", "write p1 1 \"a\\x00c\\x00\" force"},
        {"p1[3] = 'x'", "write p1 3 78 force"},
        {"p1[0] = 0;", "write p1 0 00 force"},
        {"p1[2] = -1", "write p1 2 ff force"},
        {"*p1 = ';'", "write p1 0 3b force"},
        {"*(p1 + 2) = '\\n'", "write p1 2 0a force"},
        {"p1[-1] = 1", "write p1 -1 01 force"},
        {"((int *)p1)[2] = 7", "write p1 8 07000000 force"},
        {"*(size_t *)p1 = 0xdeadbeef", "write p1 0 efbeadde00000000 force"},
        {"*(short *)(p1 + 1) = -2", "write p1 1 feff force"},
    };
    struct ledger ledger = ledger_of_three();
    char error[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct c_line c;
        assert_true(c_line_is(rows[i].c));
        if (!c_line_parse(&c, &ledger, rows[i].c, error, sizeof error))
            fail_msg("%s: %s", rows[i].c, error);
        if (strcmp(c.command, rows[i].expected) != 0) fail_msg("%s: %s", rows[i].c, c.command);
        free(c.command);
    }
    ledger_release(&ledger);
}

static void what_cannot_be_done_is_told(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"int x = 5;",
         "int x = 5; can't be done here: of C the lab understands malloc, calloc, realloc,"},
        {"int x;", "can't be done here"},
        {"char buf[10];", "can't be done here"},
        {"p = malloc(sizeof(struct))", "a name is missing behind struct; expected one"},
        {"p = malloc(sizeof(struct)", "a name is missing behind struct; expected one"},
        {"printf(\"hi\");", "printf(\"hi\"); can't be done here: of C the lab understands malloc"},
        {"for (i = 0", "can't be done here"},
        {"return 0", "can't be done here"},
        {"p1->next = p2", "can't be done here"},
        {"x = free(p1)", "can't be done here"},
        {"x = strdup(\"a\")", "can't be done here"},
        {"p1 = NULL", "a variable alone changes nothing in the heap"},
        {"p1 = buf", "a variable alone changes nothing in the heap"},
        {"buf = sbrk(0)", "buf points to #2, and would lose it"},
        {"free = malloc(8)", "free can't be a variable"},
        {"sizeof = malloc(8)", "sizeof can't be a variable"},
        {"free(all)", "all is no pointer"},
        {"free(p1 + 8)", "p1 +8 is not what malloc returned; expected p1 alone (`break wild-free` "
                         "shows what happens)"},
        {"free(p1, buf)", "is not understood in this line of C; expected )"},
        {"free(p1) free(buf)", "is not understood behind the call"},
        {"free(p1", "the line of C ends too early; expected )"},
        {"free(3)", "0x3 is not what malloc returned for a block in use"},
        {"free((char *)0x1090)",
         "0x1090 is not what malloc returned for a block in use"}, /* #3 is free */
        {"malloc(64", "ends too early"},
        {"malloc()", "is no number"},
        {"malloc(4k)", "4k is no number of C"},
        {"p1 = malloc(08);", "08 is no number of C; expected"},
        {"calloc(2, 0x)", "0x is no number of C"},
        {"malloc(1.5)", "is no number of C"},
        {"malloc(n)", "the lab does not know the value of n"},
        {"malloc(1 / 0)", "divided by 0"},
        {"malloc(9223372036854775807 + 1)", "beyond 64 bits"},
        {"malloc(18446744073709551616)", "18446744073709551616 is beyond 64 bits"},
        {"malloc(sizeof(struct node))", "does not know that type's size"},
        {"malloc(sizeof(*p))", "does not know what a pointer points to"},
        {"malloc('')", "a character in quotes can't be read"},
        {"malloc(((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))))))))",
         "more than 32 deep"},
        {"posix_memalign(&x, 4, 8)",
         "returns EINVAL for an alignment of 4; expected a multiple of 8"},
        {"posix_memalign(x, 8, 8)", "expected &"},
        {"memset(NULL, 0, 8)", "writing through NULL would end the process"},
        {"*NULL = 1", "writing through NULL would end the process"},
        {"memcpy(p1, \"abc\", 5)", "memcpy would read 5 bytes of a text of 4"},
        {"memcpy(p1, buf, 5)", "a text is missing"},
        {"strcpy(p1, \"abc", "a quote is not closed"},
        {"strcpy(p1, \"\\q\")", "expected an escape of C"},
        {"strcpy(p1, \"\\xfff\")", "expected an escape of C"},
        {"strcpy(p1, \"\\xg1\")", "expected an escape of C"},
        {"p1[0] = 300", "300 is more than 1 byte holds"},
        {"((int *)p1)[0] = 4294967296", "4294967296 is more than 4 bytes hold"},
        {"((double *)p1)[0] = 1", "only whole numbers can be stored here"},
        {"p1[0] == 1", "can't be done here"},
        {"p1[0]", "can't be done here"},
        {"(p1)", "can't be done here"},
        {"*", "a pointer is missing"},
    };
    struct ledger ledger = ledger_of_three();
    char error[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct c_line c;
        if (!c_line_is(rows[i].c)) fail_msg("%s is not taken for C", rows[i].c);
        if (c_line_parse(&c, &ledger, rows[i].c, error, sizeof error))
            fail_msg("%s: %s", rows[i].c, c.command);
        if (!strstr(error, rows[i].expected))
            fail_msg("%s: said \"%s\", not \"%s\"", rows[i].c, error, rows[i].expected);
    }
    ledger_release(&ledger);
}

static void commands_are_no_c(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"alloc 64",
                                       "free 1",
                                       "set theme dark",
                                       "answer p1 = malloc(8)",
                                       "answer = 5",
                                       "answer (a)",
                                       "mark (x",
                                       "quiz (3)",
                                       "write 1 0 \"p = q\"",
                                       "",
                                       "alloc 64 as int",
                                       "int",
                                       "source a(1).brk",
                                       "export x=y.svg",
                                       "undo [2]",
                                       "repeat 3 p = malloc(8)",
                                       "help malloc",
                                       "x == 3",
                                       "char",
                                       "p1"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (c_line_is(rows[i])) fail_msg("%s is taken for C", rows[i]);
}

static void c_is_split_as_c(void **unused)
{
    (void)unused;
    static const char text[] = "p1 = malloc(64); free(p1); // the end\np2[0] = ';'; p2[1] = '\"'; "
                               "p2[2] = '\\''; // don't; "
                               "stop\n// all; of it\nfree(p2)";
    static const char *const expected[] = {"p1 = malloc(64)", "free(p1)",      "p2[0] = ';'",
                                           "p2[1] = '\"'",    "p2[2] = '\\''", "free(p2)"};
    size_t at = 0;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char *command = command_split(text, &at);
        assert_non_null(command);
        assert_string_equal(command, expected[i]);
        free(command);
    }
    assert_null(command_split(text, &at));
}

/* ── In the lab ── */

static void a_class_types_c(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("p1 = malloc(64);");
    assert_string_equal(try_lab.last->command, "p1 = malloc(64);");
    assert_string_equal(try_lab.last->c_line, "p1 = malloc(64);");
    try_says("the heap is empty; brk moves up by 96");
    try_ok("strcpy(p1, \"hello\")");
    try_ok("show p1");
    try_ok("dump p1");
    try_tells("|hello.");
    try_ok("write p1 0 41");
    try_ok("why p1");
    try_ok("alloc 8");
    try_ok("free p1 p2");
    try_fails("free(p1)", "#1 is already free: freed by the command before this one");
    try_fails("free(p9)", "there is no block #9");
    try_fails("free(q)", "no block is called q");
    try_ok("repeat 3 malloc(16)");
    assert_int_equal(try_stat("used"), 3);
    try_ok("repeat 3 \"p9 = malloc(16); free(p9)\"");
    assert_int_equal(try_stat("used"), 3);
    try_ok("source %s",
           try_file("q = malloc(32); // a comment; of C\n/* nothing */ q[0] = ';';\nfree(q);\n"));
    try_close();
}

static void what_c_loses_is_told(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("malloc(64)");
    try_says("no variable holds the address: in a program it would be lost");
    try_ok("buf = malloc(8)");
    try_ok("buf = malloc(16)");
    try_says(
        "buf pointed to #2, and nothing points there any more: a leak (`free 2` still works here)");
    try_ok("free buf");
    assert_int_equal(
        json_integer_value(json_array_get(json_object_get(try_lab.last->result, "freed"), 0)), 3);
    try_ok("p1 = malloc(8)");
    try_says(
        "p1 pointed to #1, and nothing points there any more: a leak (`free 1` still works here)");
    try_ok("show p1");
    try_tells("#4 p1");
    try_ok("realloc 1 100");
    assert_string_equal(try_lab.last->c_line, "realloc((char *)0x411010, 100);");
    try_ok("tmp = realloc(p1, 200)");
    try_says("in a program p1 dangles now; here it means #4, too");
    try_ok("tmp = malloc(8)");
    try_says("tmp pointed to #4, to which p1 still points");
    try_ok("alloc 8 as p9");
    for (int i = 7; i < 9; i++)
        try_ok("alloc 8");
    try_ok("alloc 8"); /* #9, whose variable points to #6 */
    assert_string_equal(try_lab.last->c_line, "malloc(8);");
    try_ok("alloc 8 as int");
    assert_string_equal(try_lab.last->c_line, "p10 = malloc(8);");
    try_fails("alloc 8 as tmp", "the name tmp belongs to #5; expected one that is not in use");
    try_fails("alloc 8 as tmp now", "now is too much; expected `as NAME`, or `as NAME force`");
    try_ok("alloc 8 as tmp force");
    try_fails("x = malloc(-1)", "is more than PTRDIFF_MAX (8 EiB - 1), and no object may be; "
                                "expected less (-1 is 18446744073709551615 as a size_t)");
    try_fails("x = malloc(4611686018427387904 * sizeof(int))", "in a size_t it wraps around to 0");
    try_close();
}

/* C asks nobody before it writes past the end. */
static void c_overflows(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("p1 = malloc(16)");
    try_ok("p2 = malloc(16)");
    try_fails("write 1 0 \"0123456789abcdefg\"", "go beyond the payload");
    assert_null(try_lab.last->c_line);
    try_ok("strcpy(p1, \"0123456789abcdefg\")");
    try_says(
        "the bytes beyond #1's payload belong to the allocator, to another block or to nobody");
    try_fails("check", "the heap is not sound");
    try_ok("undo");
    try_ok("check");
    try_fails("write 1 -1 41", "OFFSET is negative");
    try_fails("write 1 -33 41 force", "offset -33 lies before the heap's start, 32 bytes back");
    try_ok("p2[-32] = 1"); /* the lowest byte of size, in its own header */
    try_says(
        "the bytes before #2's payload belong to the allocator, to another block or to nobody");
    try_fails("fill 1 0 17", "go beyond the payload of 16 bytes; expected less, or `force`");
    try_ok("memset(p1, 0, 17)");
    try_fails("memset(p1, 0, 100)", "go beyond brk");
    try_fails("sbrk -16", "expected `force` behind it");
    assert_null(try_lab.last->c_line);
    try_ok("sbrk(-16)");
    try_close();
}

/* What is logged is the command, so that it can be undone, done again and saved. */
static void c_is_logged_as_commands(void **unused)
{
    (void)unused;
    char saved[1024] = "";
    try_open(HEAP_BEST_FIT);
    static const char *const lines[] = {"p1 = malloc(64);",  "buf = calloc(2, 8)",
                                        "buf = malloc(100)", "strcpy(buf, \"text\")",
                                        "free(p1)",          "p1 = realloc(NULL, 40)"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        try_ok("%s", lines[i]);
    char *before = try_state();
    try_ok("undo all");
    try_ok("redo all");
    char *after = try_state();
    assert_string_equal(before, after);
    const char *path = try_file("");
    try_ok("save %s", path);
    FILE *file = fopen(path, "r");
    assert_true(file && fread(saved, 1, sizeof saved - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(saved, "# p1 = malloc(64);\nalloc 64\n"));
    assert_non_null(strstr(saved, "# buf = malloc(100)\nalloc 100 as buf force\n"));
    assert_non_null(strstr(saved, "\nwrite buf 0 \"text\\x00\" force\n"));
    free(before);
    free(after);
    try_close();
}

/* ── Every line of C that is shown ── */

/* The heap without what C does not know: names, and who freed what. */
static char *heap_state(void)
{
    size_t n, room = 0;
    char *text = NULL;
    unsigned char *bytes = try_bytes(&n);
    FILE *to = open_memstream(&text, &room);
    fprintf(to, "next %" PRIu32 "\n", try_lab.shown.session.ledger.next_id);
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%02x", bytes[i]);
    for (size_t i = 0; i < snapshot_n_blocks(try_lab.shown.session.snapshot); i++) {
        struct snapshot_block b = snapshot_block(try_lab.shown.session.snapshot, i);
        fprintf(to, "\n%" PRIx64 " %" PRIu64 " %d #%" PRIu32 " %" PRIu64, b.address, b.size,
                (int)b.state, b.id, b.requested);
    }
    fclose(to);
    free(bytes);
    return text;
}

/* A random command; ids and names may be of anything. */
static void random_command(uint64_t *state, char *line, size_t room)
{
    static const char *const names[] = {"a", "buf", "p1", "p5", "p12", "int", "tmp", "free", "p"};
    const char *name = names[splitmix_next(state) % (sizeof names / sizeof names[0])];
    unsigned id = (unsigned)(splitmix_next(state) % 24 + 1),
             size = (unsigned)(splitmix_next(state) % 200);
    switch (splitmix_next(state) % 16) {
    case 0:
        snprintf(line, room, "alloc %u as %s force", size, name);
        break;
    case 1:
        snprintf(line, room, "calloc %u %u", size % 9, size);
        break;
    case 2:
        snprintf(line, room, "aligned %u %u as %s", 8u << size % 6, size, name);
        break;
    case 3:
        snprintf(line, room, "realloc %u %u", id, size);
        break;
    case 4:
        snprintf(line, room, "realloc %u %u as %s force", id, size, name);
        break;
    case 5:
        snprintf(line, room, size % 3 ? "free %s" : "realloc NULL 8 as %s", name);
        break;
    case 6:
        snprintf(line, room, "free %u %u", id, id % 24 + 1);
        break;
    case 7:
        snprintf(line, room,
                 size % 4 ? "write %u %u \"tex\\x00\\xe94\\\"\\\\\""
                          : "write %u %d 4142434445464748494a4b4c4d4e",
                 id, (int)(size % 40));
        break;
    case 8:
        snprintf(line, room, "fill %u %u", id, size);
        break;
    case 9:
        snprintf(line, room, "fill %u 7 %u %u", id, size % 20 + 1, size % 16);
        break;
    case 10:
        snprintf(line, room, size % 4 ? "sbrk %u" : size % 8 ? "sbrk -%u" : "free all #%u", size);
        break;
    default:
        snprintf(line, room, size % 3 ? "alloc %u" : "free %u", size % 3 ? size : id);
    }
}

#define SHOWN_MAX 120

/* Type every command of a line of C, and be left with that heap. */
static void type_line(const char *shown, const char *expected, uint64_t seed)
{
    char *command;
    for (size_t at = 0; (command = command_split(shown, &at)) != NULL; free(command)) {
        if (!c_line_is(command)) fail_msg("seed %" PRIu64 ": %s is no C", seed, command);
        try_any("%s", command);
    }
    char *here = heap_state();
    if (strcmp(expected, here) != 0)
        fail_msg("seed %" PRIu64 ": %s: another heap:\n%s\ninstead of\n%s", seed, shown, here,
                 expected);
    free(here);
}

static void shown_lines_can_be_typed(void **unused)
{
    (void)unused;
    char line[200], *shown[SHOWN_MAX], *heap[SHOWN_MAX];
    uint64_t n_seeds = getenv("BRKVIEW_QUICK") ? 2 * HEAP_N_POLICIES : 60;
    for (uint64_t seed = 0; seed < n_seeds; seed++) {
        enum heap_policy policy = (enum heap_policy)(seed % HEAP_N_POLICIES);
        uint64_t state = seed;
        size_t n = 0;
        try_open(policy);
        for (int i = 0; i < SHOWN_MAX; i++) {
            random_command(&state, line, sizeof line);
            try_any("%s", line);
            if (try_lab.last->changed && !try_lab.last->c_line)
                fail_msg("%s changed the heap, and shows no line of C", line);
            if (!try_lab.last->c_line) continue;
            heap[n] = heap_state();
            shown[n++] = strdup(try_lab.last->c_line);
        }
        try_close();
        try_open(policy);
        for (size_t i = 0; i < n; i++) {
            type_line(shown[i], heap[i], seed);
            free(shown[i]);
            free(heap[i]);
        }
        try_close();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_commands),
        cmocka_unit_test(what_cannot_be_done_is_told),
        cmocka_unit_test(commands_are_no_c),
        cmocka_unit_test(c_is_split_as_c),
        cmocka_unit_test(a_class_types_c),
        cmocka_unit_test(what_c_loses_is_told),
        cmocka_unit_test(c_overflows),
        cmocka_unit_test(c_is_logged_as_commands),
        cmocka_unit_test(shown_lines_can_be_typed),
    };
    return cmocka_run_group_tests_name("c line", tests, NULL, NULL);
}
