/* test_edge.c: size 0 and NULL are asked of the allocator, and told: what C promises, what happens
 * here, what glibc does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/try.h"

/* The JSON has it, too. */
static void promises(const char *call, const char *glibc)
{
    json_t *j = try_json(), *p = json_object_get(j, "promises");
    assert_string_equal(json_string_value(json_object_get(p, "call")), call);
    assert_non_null(strstr(json_string_value(json_object_get(p, "glibc")), glibc));
    assert_true(json_is_string(json_object_get(p, "c")) &&
                json_is_string(json_object_get(p, "here")));
    json_decref(j);
}

static void zero_bytes(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_BUMP; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("alloc 16 as buf");
        char *before = try_state();
        try_fails("alloc 0", "SIZE is 0; expected at least 1: malloc(0) returned NULL (EINVAL)");
        try_tells("in C: the implementation chooses: NULL, or a pointer that may be freed but not "
                  "looked through\n  here: NULL");
        promises("malloc(0)", "a pointer of its own");
        assert_string_equal(try_lab.last->c_line, "p2 = malloc(0);");
        try_fails("malloc(0);", "malloc(0) returned NULL");
        try_fails("calloc 8 0", "SIZE is 0; expected at least 1: calloc(8, 0) returned NULL");
        try_fails("realloc buf 0", "realloc(buf, 0) returned NULL (EINVAL), and #1 is as it was");
        try_tells("C23: undefined\n  here: NULL, and errno is EINVAL; the block stays as it was\n  "
                  "in glibc: frees the block");
        promises("realloc(buf, 0)", "frees the block and returns NULL");
        assert_string_equal(try_lab.last->c_line, "buf = realloc(buf, 0);");
        try_fails("buf = realloc(buf, 0);", "returned NULL (EINVAL)");
        char *after = try_state();
        assert_string_equal(before, after);
        assert_int_equal(try_lab.shown.session.log.n, 1);
        free(before);
        free(after);
        try_close();
    }
}

static void null_pointers(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_BUMP; policy < HEAP_N_POLICIES; policy++) {
        try_open(policy);
        try_ok("free NULL");
        assert_false(try_lab.last->changed);
        try_says("free(NULL) does nothing");
        try_tells("in C: nothing happens: it is promised");
        promises("free(NULL)", "nothing happens");
        assert_int_equal(json_array_size(json_object_get(try_lab.last->result, "freed")), 0);
        try_ok("free(NULL); ");
        assert_int_equal(try_lab.shown.session.log.n, 0); /* there is nothing to undo */
        try_ok("realloc NULL 32 as buf");
        try_says("brk moves up");
        try_says("realloc of NULL is malloc: C promises it, and glibc does the same");
        assert_string_equal(try_lab.last->c_line, "buf = realloc(NULL, 32);");
        try_ok("p2 = realloc(NULL, 8);");
        assert_int_equal(try_stat("used"), 2);
        try_ok("undo 2");
        assert_int_equal(try_stat("heap_bytes"), 0);
        try_fails("alloc 8 as NULL", "NULL is not a name");
        try_fails("free NULL 1", "NULL is not an id");
        try_close();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_bytes),
        cmocka_unit_test(null_pointers),
    };
    return cmocka_run_group_tests_name("edge", tests, NULL, NULL);
}
