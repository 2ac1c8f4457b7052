/* test_trace.c: traces as they are met, each oddity in a text of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/generate.h"
#include "cli/score/trace.h"
#include "tests/support/scratch.h"

static bool parse(struct trace *t, const char *text, char error[256])
{
    return trace_parse(t, text, strlen(text), error, 256);
}

static void a_header_has_three_meanings_and_may_be_short_or_missing(void **unused)
{
    static const struct {
        const char *text;
        enum trace_form form;
        unsigned weight;
        bool ignore;
        uint64_t suggested, most;
    } rows[] = {
        {"20000\n1\n2\n1\na 0 8\nf 0\n", TRACE_CSAPP, 1, false, 20000, 0},
        {"4\n1\n2\n2\na 0 8\nf 0\n", TRACE_CSAPP, 2, false, 4, 0},
        {"3\n1\n2\n0\na 0 8\nf 0\n", TRACE_CMU, 3, false, 0, 0},
        {"0\n1\n2\n1\na 0 8\nf 0\n", TRACE_CMU, 0, true, 0, 0},
        {"1\n1\n2\n8\na 0 8\nf 0\n", TRACE_CMU, 1, false, 0, 8},
        {"1\n2\na 0 8\nf 0\n", TRACE_XV6, 1, false, 0, 0},
        {"1 2\na 0 8\nf 0\n", TRACE_XV6, 1, false, 0, 0}, /* on one line */
        {"a 0 8\nf 0\n", TRACE_SCRIPT, 1, false, 0, 0},
        {"20000\r\n1\r\n2\r\n1\r\na 0 8\r\nf 0\r\n", TRACE_CSAPP, 1, false, 20000, 0},
        {"\n20000 \n\n1\n2\n1\n\n\ta\t0  8 \nf 0", TRACE_CSAPP, 1, false, 20000, 0},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace t;
        char error[256] = "";
        assert_true(parse(&t, rows[i].text, error));
        assert_int_equal(t.form, rows[i].form);
        assert_int_equal(t.weight, rows[i].weight);
        assert_int_equal(t.ignore_ranges, rows[i].ignore);
        assert_int_equal(t.suggested_bytes, rows[i].suggested);
        assert_int_equal(t.most_bytes, rows[i].most);
        assert_int_equal(t.n_ops, 2);
        assert_int_equal(t.n_ids, 1);
        assert_int_equal(t.n_notes, 0);
        assert_int_equal(t.op[0].kind, TRACE_ALLOC);
        assert_int_equal(t.op[0].size, 8);
        assert_int_equal(t.op[1].kind, TRACE_FREE);
        trace_release(&t);
    }
}

static void lines_are_those_of_the_file(void **unused)
{
    struct trace t;
    char error[256];
    (void)unused;
    assert_true(parse(&t, "9\n1\n2\n1\n\na 0 8\n\nf 0\n", error));
    assert_int_equal(t.op[0].line, 6);
    assert_int_equal(t.op[1].line, 8);
    trace_release(&t);
}

/* What drivers let pass. */
static void oddities_are_let_pass(void **unused)
{
    static const struct {
        const char *text, *ops, *note;
    } rows[] = {
        {"f -1\na 0 8\n", "free(NULL); malloc(8) of id 0; ", NULL},
        {"r 3 24\nr 3 48\n", "realloc(id 3, 24); realloc(id 3, 48); ", NULL},
        {"a 0 8\nr 0 0\nf 0\n", "malloc(8) of id 0; realloc(id 0, 0); free(id 0); ", NULL},
        {"a 0 8\nf 0\nr 0 16\nf 0\n",
         "malloc(8) of id 0; free(id 0); realloc(id 0, 16); free(id 0); ", NULL},
        {"a 0 24\na 1\na 2 8\nf 0\na 3\n",
         "malloc(24) of id 0; malloc(24) of id 1; malloc(8) of id 2; free(id 0); malloc(8) of id "
         "3; ",
         NULL},
        {"a 0 24\nr 0 40\na 1\n", "malloc(24) of id 0; realloc(id 0, 40); malloc(40) of id 1; ",
         NULL},
        {"a 0 24\na 0 40\nf 0\n", "malloc(24) of id 0; malloc(40) of id 0; free(id 0); ", NULL},
        {"9\n2\n2\n1\na 0 8\na 1 8\nf 0\n", "malloc(8) of id 0; malloc(8) of id 1; ",
         "line 7: the header says 2 operations; from here on nothing is run"},
        {"9\n2\n3\n1\na 0 8\na 1 8\n", "malloc(8) of id 0; malloc(8) of id 1; ",
         "line 6: it ends after 2 operations; the header says 3"},
        {"9\n1\n2\n1\na 0 8\na 1 8\n", "malloc(8) of id 0; malloc(8) of id 1; ",
         "line 6: id 1 is beyond the 1 ids of the header"},
        {"9\n1\n1\n1\na 0 8\n\n \n", "malloc(8) of id 0; ", NULL}, /* blank last lines */
        {"a 0 4294967295\n", "malloc(4294967295) of id 0; ", NULL},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace t;
        char error[256] = "", ops[512] = "", words[64];
        assert_true(parse(&t, rows[i].text, error));
        for (size_t k = 0; k < t.n_ops; k++) {
            strcat(ops, trace_op_words(&t.op[k], words, sizeof words));
            strcat(ops, "; ");
        }
        assert_string_equal(ops, rows[i].ops);
        assert_int_equal(t.n_notes, rows[i].note != NULL);
        if (rows[i].note) assert_string_equal(t.note[0], rows[i].note);
        trace_release(&t);
    }
}

static void what_is_wrong_is_told_with_its_line(void **unused)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"", "it has no operations; expected lines such as a 0 64 and f 0"},
        {"20000\n1\n2\n1\n", "it has no operations; expected lines such as a 0 64 and f 0"},
        {"1\n1\n0\n1\na 0 8\n", "it has no operations; expected lines such as a 0 64 and f 0"},
        {"20000\n6\n12\na 0 8\n",
         "line 4: 3 numbers before the first operation; expected four, two or none"},
        {"7\na 0 8\n", "line 2: 1 number before the first operation; expected four, two or none"},
        {"1\n2\n3\n4\n5\na 0 8\n",
         "line 5: a fifth number before the first operation; expected four, two or none"},
        {"x 0 8\n",
         "line 1: x is neither a number of the header nor an operation; expected a, r or f"},
        {"a 0 8\nx 0 8\n", "line 2: x is no operation; expected a, r or f"},
        {"a 0 8\n7\n", "line 2: 7 is no operation; expected a, r or f"},
        {"a\n", "line 1: a has no id; expected a ID SIZE, r ID SIZE or f ID"},
        {"a 0\n", "line 1: a has no size; expected a ID SIZE"}, /* there is no line before */
        {"a 0 8\nr 0\n", "line 2: r has no size; expected r ID SIZE"},
        {"a -1 8\n", "line 1: -1 can't be an id; expected a whole number up to 16777215"},
        {"a 16777216 8\n", "line 1: 16777216 can't be an id; expected a whole number up to "
                           "16777215"},
        {"a 0 -8\n", "line 1: -8 can't be a size; expected a whole number of bytes"},
        {"a 0 8x\n", "line 1: 8x can't be a size; expected a whole number of bytes"},
        {"a 0 99999999999999999999\n",
         "line 1: 99999999999999999999 can't be a size; expected a whole number of bytes"},
        {"a 0 4294967296\n", "line 1: 4294967296 bytes are more than 4 GiB; such traces are for "
                             "drivers that only pretend to have memory"},
        {"a 0 8 9\n", "line 1: 9 is too much; expected a ID SIZE, r ID SIZE or f ID"},
        {"a 0 8\nf 0 9\n", "line 2: 9 is too much; expected a ID SIZE, r ID SIZE or f ID"},
        {"f 0\n", "line 1: f 0 frees what was never allocated; expected an id that is live"},
        {"a 0 8\nf 0\nf 0\n", "line 3: f 0 frees it a second time; expected an id that is live"},
        {"\x1b[31m 0\n", "line 1: \\x1b[31m is neither a number of the header nor an operation; "
                         "expected a, r or f"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trace t;
        char error[256] = "";
        assert_false(parse(&t, rows[i].text, error));
        assert_string_equal(error, rows[i].error);
        assert_null(t.op);
    }
}

static void zero_bytes_are_no_end(void **unused)
{
    struct trace t;
    char error[256];
    (void)unused;
    assert_false(trace_parse(&t, "a 0 8\n\0\nf 0\n", 12, error, sizeof error));
    assert_string_equal(error, "line 2: \\x00 is no operation; expected a, r or f");
}

static void files_are_read_and_refused_in_words(void **unused)
{
    struct trace t;
    char error[256];
    (void)unused;
    assert_true(trace_read(&t, scratch_file("one.rep", "a 0 8\n"), error, sizeof error));
    trace_release(&t);
    assert_false(trace_read(&t, scratch_path("none.rep"), error, sizeof error));
    assert_string_equal(error, "No such file or directory");
    assert_false(trace_read(&t, scratch_folder(), error, sizeof error));
    assert_string_equal(error, "Is a directory");
}

/* Every shape, whatever the number of operations: it can be read, and leaves nothing. */
static void what_is_generated_is_a_trace(void **unused)
{
    static const uint32_t sizes[] = {0, 2, 3, 7, 100, 5001};
    (void)unused;
    for (size_t g = 0; generator_at(g); g++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            char *text = NULL, error[256] = "";
            size_t n = 0, live = 0;
            struct trace t;
            FILE *to = open_memstream(&text, &n);
            assert_int_equal(generate(to, generator_at(g), 7, sizes[i]), 0);
            fclose(to);
            assert_true(trace_parse(&t, text, n, error, sizeof error));
            assert_int_equal(t.form, TRACE_CSAPP);
            assert_int_equal(t.n_notes, 0);
            assert_true(t.n_ops <= (sizes[i] < 2 ? 2 : sizes[i]));
            assert_true(t.n_ops + 1 >= sizes[i]);
            for (size_t k = 0; k < t.n_ops; k++)
                live += (size_t)(t.op[k].kind == TRACE_ALLOC) - (t.op[k].kind == TRACE_FREE);
            assert_int_equal((uint32_t)live, 0);
            trace_release(&t);
            free(text);
        }
}

static void a_seed_is_a_trace(void **unused)
{
    char *text[3] = {NULL};
    size_t n[3];
    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        FILE *to = open_memstream(&text[i], &n[i]);
        assert_int_equal(generate(to, generator_find("uniform"), i == 2 ? 8 : 7, 200), 0);
        fclose(to);
    }
    assert_string_equal(text[0], text[1]);
    assert_string_not_equal(text[0], text[2]);
    for (size_t i = 0; i < 3; i++)
        free(text[i]);
    assert_null(generator_find("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_has_three_meanings_and_may_be_short_or_missing),
        cmocka_unit_test(lines_are_those_of_the_file),
        cmocka_unit_test(oddities_are_let_pass),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(zero_bytes_are_no_end),
        cmocka_unit_test(files_are_read_and_refused_in_words),
        cmocka_unit_test(what_is_generated_is_a_trace),
        cmocka_unit_test(a_seed_is_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
