/* test_trace_script.c: scripts of the lab, and its JSON, as traces: ids, names and lines are those
 * of the lab, and what can't be told as operations is refused in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/trace.h"

/* "3 a0 64, 4 r0 9, 5 f0": each with its line. */
static void must_be(const char *text, const char *ops, const char *note)
{
    static const char letter[] = "arf";
    struct trace t;
    char error[256] = "", found[1024] = "";
    bool ok = trace_parse(&t, text, strlen(text), error, sizeof error);
    if (!ok) fail_msg("%s", error);
    assert_int_equal(t.form, TRACE_COMMANDS);
    for (size_t i = 0; i < t.n_ops; i++) {
        size_t n = strlen(found);
        const struct trace_op *op = &t.op[i];
        n += (size_t)snprintf(found + n, sizeof found - n, "%s%u %c%d", i ? ", " : "", op->line,
                              letter[op->kind], op->id);
        if (op->kind != TRACE_FREE) snprintf(found + n, sizeof found - n, " %u", op->size);
        assert_true(op->id < 0 || (uint32_t)op->id < t.n_ids);
    }
    assert_string_equal(found, ops);
    assert_string_equal(trace_passed(&t) ? trace_passed(&t) : "", note);
    trace_release(&t);
}

static void commands_are_operations(void **unused)
{
    (void)unused;
    must_be("alloc 64\nfree 1\n", "1 a0 64, 2 f0", "");
    must_be("malloc 0x40; new 1k\nfree #2; delete p1\n", "1 a0 64, 1 a1 1024, 2 f1, 2 f0", "");
    must_be("# its first line\n\nalloc 8 as x # a name\n// C\nrealloc x 9 as y\nfree y\n",
            "3 a0 8, 5 r0 9, 6 f0", "");
    must_be("p = malloc(100);\nq = calloc(4, 16);\np = realloc(p, 200);\nfree(q); free(p);\n",
            "1 a0 100, 2 a1 64, 3 r0 200, 4 f1, 4 f0", "line 2: calloc stands as malloc");
    must_be("alloc 1\nalloc 2\nalloc 3\nalloc 4\nfree 2-3 1\nfree all",
            "1 a0 1, 2 a1 2, 3 a2 3, 4 a3 4, 5 f1, 5 f2, 5 f0, 6 f3", "");
    must_be("alloc 8 as t\nalloc 9 as t force\nfree t\nfree 1\n", "1 a0 8, 2 a1 9, 3 f1, 4 f0", "");
    must_be("realloc NULL 5 as n\nfree NULL\nrealloc n 7\n", "1 r0 5, 2 f-1, 3 r0 7", "");
    must_be("aligned 64 10\nfree 1", "1 a0 10, 2 f0", "line 1: aligned stands as malloc");
    must_be("repeat 2 \"alloc 8; free all\"\nrepeat 2 alloc 3\n",
            "1 a0 8, 1 f0, 1 a1 8, 1 f1, 2 a2 3, 2 a3 3", "");
}

static void others_are_passed_over(void **unused)
{
    (void)unused;
    must_be("policy first-fit\nset coalesce off\nalloc 8\nstats\n", "3 a0 8",
            "line 1: policy makes no operation; it and 2 more commands are passed over");
    must_be("repeat 2 \"repeat 5 stats; alloc 3\"\n", "1 a0 3, 1 a1 3",
            "line 1: stats makes no operation; it and 9 more commands are passed over");
    must_be("alloc 8\nwrite 1 0 ff\ncalloc 2 3\n", "1 a0 8, 3 a1 6",
            "line 2: write makes no operation, and is passed over; calloc stands as malloc");
}

static void what_the_lab_tells_as_json(void **unused)
{
    (void)unused;
    must_be("{\"seq\":1,\"command\":\"alloc 64 as x\",\"ok\":true}\n"
            "{\"seq\":2,\"command\":\"free 9\",\"ok\":false}\n"
            "{\"seq\":3,\"command\":\"free x\",\"ok\":true}\n",
            "1 a0 64, 3 f0", "");
    must_be(
        "[\n{\"command\":\"alloc 8\",\"ok\":true},\n{\"command\":\"free(p1);\",\"ok\":true}\n]\n",
        "2 a0 8, 3 f0", "");
}

static void what_is_wrong_is_told(void **unused)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"alloc 64; alloc 32\nfree 1\nfree 1\n",
         "line 3: #1 is already free: freed by the command before this one, at line 2 of its file"},
        {"alloc 8\nfree x\n", "line 2: no block is called x; expected an id"},
        {"alloc 8\n\nallok 8\n", "line 3: there is no command allok; did you mean alloc?"},
        {"# a\nalloc\n", "line 2: alloc has too few words; expected `alloc SIZE [as NAME]`"},
        {"alloc 8 8\n", "line 1: 8 is not understood here; expected nothing more, or `as NAME`"},
        {"alloc 8 as 9x\n", "line 1: 9x is not a name; expected up to 31 letters, digits and _, "},
        {"alloc 8 as x y\n", "line 1: y is too much; expected `as NAME`, or `as NAME force`"},
        {"alloc 8 is x\n", "line 1: is is not understood here; expected nothing more, or `as "},
        {"alloc 8 as t\nalloc 9 as t\n",
         "line 2: the name t belongs to #1; expected one that is not in use"},
        {"alloc 0\n",
         "line 1: of 0 bytes some allocators make a block, and some none; expected at"},
        {"alloc 5G\n", "line 1: 5368709120 bytes are more than 4 GiB; expected less"},
        {"calloc 4G 4G\n", "line 1: 4294967296 times 4294967296 bytes overflow; expected less"},
        {"alloc 8\nundo\n",
         "line 2: undo can't be told as operations of a trace; expected alloc, "},
        {"alloc 8\npolicy fit\n", "line 2: policy makes a fresh heap, and a trace has one; "},
        {"stats\nrandom 5\n", "line 2: random is not the same twice; expected a seed "},
        {"random 2000000 seed 7\n", "line 1: N is 2000000; expected at most 1,000,000"},
        {"random 10 seed 7 foo 9\n", "line 1: foo is not understood here; expected `seed S` or "},
        {"random 10 seed 7 max\n", "line 1: a number is missing behind max; expected `max SIZE`"},
        {"random 10 seed 0x8000000000000000\n", "line 1: seed is 9223372036854775808; expected "},
        {"repeat 0 alloc 8\n", "line 1: N is 0; "},
        {"alloc 8\nalloc \"8\n", "line 2: "},
        {"stats\n", "it has no operations; expected commands such as alloc 64 and free 1"},
        {"{\"command\":\"alloc 8\",\"ok\":true}\nalloc 8\n",
         "line 2: it is no object of a command; expected a line of brkview --json, or of export "},
        {"{\"ok\":true}\n", "line 1: it is no object of a command"},
        {"repeat 1000000 \"repeat 1000000 stats\"", "it has no operations; "}, /* at once */
        {"alloc 1\nrepeat 1000000 \"realloc 1 2; stats; stats\"",
         "line 2: more than 2000000 commands; "},
        {"repeat 1000001 alloc 8", "line 1: N is 1000001; expected at most 1000000"},
        {"hello 8\n", "line 1: hello is neither a number of the header nor an operation"},
        {"# nothing\n", "line 1: # is neither a number of the header nor an operation"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace t;
        char error[256] = "";
        assert_false(trace_parse(&t, rows[i].text, strlen(rows[i].text), error, sizeof error));
        assert_int_equal(t.n_ops, 0);
        if (strncmp(error, rows[i].error, strlen(rows[i].error)) != 0)
            fail_msg("%s\nis not\n%s", error, rows[i].error);
        trace_release(&t);
    }
}

static void a_trace_is_none_of_them(void **unused)
{
    static const char *const texts[] = {"a 0 8\nf 0\n", "4 1 1 1\na 0 8\n", "r 0 8\n",
                                        " \n\ta 0 8"};
    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct trace t;
        char error[256];
        assert_true(trace_parse(&t, texts[i], strlen(texts[i]), error, sizeof error));
        assert_int_not_equal(t.form, TRACE_COMMANDS);
        assert_null(trace_passed(&t));
        trace_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_operations),    cmocka_unit_test(others_are_passed_over),
        cmocka_unit_test(what_the_lab_tells_as_json), cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(a_trace_is_none_of_them),
    };
    return cmocka_run_group_tests_name("trace_script", tests, NULL, NULL);
}
