/* test_score.c: allocators of tests/mm from source to score, each part asked by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/score/build.h"
#include "cli/score/form.h"
#include "cli/score/score.h"
#include "cli/source/where.h"
#include "tests/support/scratch.h"

#define SMALL                                                                                      \
    "20000\n6\n11\n1\na 0 2040\na 1 24\na 2 24\nf 0\na 3 100\na 4 4072\nr 1 38\nf 2\nf 1\n"        \
    "a 5 3000\nf 4\n"

static struct build made; /* of the last call */
static struct form form;

static bool make(const char *file, const char *cflags, char error[512])
{
    char *files[] = {(char *)(uintptr_t)file};
    const struct build_setup setup = {
        .cc = getenv("CC"), .cflags = cflags, .files = files, .n_files = 1};
    build_release(&made);
    return build_make(&made, &setup, error, 512);
}

static struct score scored(const char *file, const char *text)
{
    char error[512] = "";
    struct score s;
    assert_true(make(file, NULL, error));
    assert_true(form_find(&form, made.library, error, sizeof error));
    const struct runner runner = {.library = made.library,
                                  .form = &form,
                                  .align = form.align,
                                  .heap_most = 4 << 20,
                                  .seconds = 2};
    assert_true(score_trace(&s, &runner, scratch_file("t.rep", text), error, sizeof error));
    return s;
}

static void forms_are_told_apart(void **unused)
{
    static const struct {
        const char *file, *malloc, *realloc;
        unsigned align;
        bool truth;
    } rows[] = {
        {"tests/mm/tags.c", "mm_malloc", "mm_realloc", 8, false},
        {"tests/mm/bump.c", "mm_malloc", "", 8, false},
        {"tests/mm/lists.c", "mm_malloc", "mm_realloc", 16, true},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char error[512] = "";
        assert_true(make(rows[i].file, NULL, error));
        assert_true(form_find(&form, made.library, error, sizeof error));
        assert_string_equal(form.name[OWN_CALL_MALLOC], rows[i].malloc);
        assert_string_equal(form.name[OWN_CALL_REALLOC], rows[i].realloc);
        assert_int_equal(form.align, rows[i].align);
        assert_int_equal(form.bool_init, rows[i].truth);
    }
}

/* Every way in which C has a bool, and what is none. */
static void what_init_returns_is_read(void **unused)
{
    static const struct {
        const char *head, *error;
        bool truth;
    } rows[] = {
        {"_Bool mm_init(void)", NULL, true},
        {"typedef _Bool yes; const yes mm_init(void)", NULL, true},
        {"typedef enum { no } bool; bool mm_init(void)", NULL, true},
        {"typedef int bool; bool mm_init(void)", NULL, true},
        {"typedef int status; status mm_init(void)", NULL, false},
        {"long mm_init(void)", NULL, false},
        {"void mm_init(void)", "mm_init returns nothing; expected int (0 for good) or bool", false},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512], error[512] = "";
        snprintf(text, sizeof text,
                 "%s { %s }\nvoid *mm_malloc(int n) { return 0; }\nvoid "
                 "mm_free(void *p) {}\n",
                 rows[i].head, rows[i].error ? "" : "return 0;");
        assert_true(make(scratch_file("form.c", text), "-w", error));
        assert_int_equal(form_find(&form, made.library, error, sizeof error), !rows[i].error);
        if (rows[i].error)
            assert_string_equal(error, rows[i].error);
        else
            assert_int_equal(form.bool_init, rows[i].truth);
    }
}

static void sound_ones_are_valid_and_measured(void **unused)
{
    (void)unused;
    struct score s = scored("tests/mm/bump.c", SMALL);
    assert_true(s.valid);
    assert_int_equal(s.n_ops, 11);
    assert_true(s.util == 7172.0 / 9304.0); /* by hand */
    assert_true(s.seconds > 0 && s.seconds < 1);
    assert_string_equal(s.note, "");
    score_release(&s);
}

static void broken_ones_are_caught(void **unused)
{
    static const struct {
        const char *file, *class;
        uint32_t op;
    } rows[] = {
        {"tests/mm/bad_overlap.c", "overlap", 7}, {"tests/mm/bad_outside.c", "outside", 6},
        {"tests/mm/bad_realloc.c", "garbled", 7}, {"tests/mm/bad_crash.c", "crash", 4},
        {"tests/mm/bad_assert.c", "assert", 4},   {"tests/mm/bad_exit.c", "exit", 4},
        {"tests/mm/bad_loop.c", "loop", 10},      {"tests/mm/bad_second.c", "outside", 1},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct score s = scored(rows[i].file, SMALL);
        assert_false(s.valid);
        assert_string_equal(s.verdict.class, rows[i].class);
        assert_int_equal(s.verdict.op, rows[i].op);
        assert_int_equal(s.verdict.line, rows[i].op + 4);
        score_release(&s);
    }
}

static void what_is_printed_is_kept(void **unused)
{
    (void)unused;
    struct score s = scored("tests/mm/bad_abort.c", SMALL);
    assert_string_equal(s.printed, "\033[31mnot so\n");
    score_release(&s);
}

static void what_does_not_compile_says_why_and_leaves_nothing(void **unused)
{
    char error[512] = "", folder[sizeof made.folder];
    (void)unused;
    assert_false(make(scratch_file("broken.c", "int mm_init(void) { return 0 }\n"), NULL, error));
    assert_non_null(strstr(made.said, "broken.c:1:"));
    strcpy(folder, made.folder);
    assert_int_equal(access(folder, F_OK), 0);
    build_release(&made);
    assert_int_equal(access(folder, F_OK), -1);
}

static void no_address_has_no_line(void **unused)
{
    char error[512] = "";
    struct where w;
    (void)unused;
    assert_true(make("tests/mm/tags.c", NULL, error));
    assert_false(where_find(&w, made.library, (const uint64_t[]){0, UINT64_MAX}, 2));
    assert_false(where_find(&w, "/nowhere", (const uint64_t[]){0}, 1));
}

static int release(void **unused)
{
    (void)unused;
    build_release(&made);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_told_apart),
        cmocka_unit_test(what_init_returns_is_read),
        cmocka_unit_test(sound_ones_are_valid_and_measured),
        cmocka_unit_test(broken_ones_are_caught),
        cmocka_unit_test(what_is_printed_is_kept),
        cmocka_unit_test(what_does_not_compile_says_why_and_leaves_nothing),
        cmocka_unit_test(no_address_has_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
