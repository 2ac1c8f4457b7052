/* test_block_rows.c: what `blocks` writes row by row has one shape with what is told of a block
 * alone; a long text is cut where nobody takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/tell/block_rows.h"
#include "cli/tell/outcome.h"
#include "tests/support/picture_sample.h"
#include "tests/support/try.h"

/* The result of `show` at that address, without the words that blocks does not have. */
static json_t *shown(const char *address)
{
    try_ok("show %s", address);
    json_t *line = try_json(), *result = json_incref(json_object_get(line, "result"));
    json_decref(line);
    assert_int_equal(json_object_del(result, "words"), 0);
    return result;
}

/* Every row of blocks is what show has. Returns the states that were there, as a set. */
static unsigned rows_are_shown(void)
{
    static const char *const states[] = {"used", "free", "foreign", "damaged"};
    unsigned seen = 0;
    try_ok("blocks");
    json_t *line = try_json(), *rows = json_object_get(line, "blocks"), *row;
    size_t i;
    assert_true(json_array_size(rows) > 0);
    json_array_foreach(rows, i, row)
    {
        json_t *one = shown(json_string_value(json_object_get(row, "address")));
        if (!json_equal(row, one))
            fail_msg("row %zu is\n%s\nshow has\n%s", i, json_dumps(row, JSON_COMPACT),
                     json_dumps(one, JSON_COMPACT));
        json_decref(one);
        for (unsigned k = 0; k < 4; k++)
            if (strcmp(states[k], json_string_value(json_object_get(row, "state"))) == 0)
                seen |= 1u << k;
    }
    json_decref(line);
    return seen;
}

static void a_row_is_what_show_has(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("alloc 30 as two");
    try_ok("alloc 5");
    try_ok("free 1");
    try_ok("sbrk 40");
    assert_int_equal(rows_are_shown(), 1 | 2 | 4);
    try_ok("break overflow");
    assert_true(rows_are_shown() & 8);
    try_close();
    try_open(HEAP_BUMP);
    try_ok("alloc 5 as five");
    assert_int_equal(rows_are_shown(), 1);
    try_close();
}

static void a_row_in_quarantine(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("set quarantine 8");
    try_ok("alloc 64");
    try_ok("alloc 16");
    try_ok("free 1");
    rows_are_shown();
    try_ok("blocks");
    json_t *line = try_json();
    assert_true(json_is_true(
        json_object_get(json_array_get(json_object_get(line, "blocks"), 0), "quarantined")));
    json_decref(line);
    try_close();
}

/* In the order of the search, by offsets. */
static void the_free_list_is_whole(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("set order lifo");
    try_ok("repeat 6 alloc 16");
    try_ok("free 1");
    try_ok("free 5");
    try_ok("free 3");
    try_ok("blocks");
    json_t *line = try_json(), *list = json_object_get(line, "free_list");
    assert_int_equal(json_array_size(list), 3);
    assert_int_equal(json_integer_value(json_array_get(list, 0)), 64);
    assert_int_equal(json_integer_value(json_array_get(list, 1)), 128);
    assert_int_equal(json_integer_value(json_array_get(list, 2)), 0);
    json_decref(line);
    try_close();
}

/* Nobody takes it here, as on the screen: whole lines of at most 4 MiB, and that there is more. */
static void a_long_text_is_cut(void **unused)
{
    (void)unused;
    static const char last[] = "\n... and more: cut here, at 4 MiB; `brkview -e` writes all of it";
    try_open(HEAP_FIRST_FIT);
    try_ok("repeat 900 alloc 16");
    const struct outcome *out = try_ok("repeat 100 blocks");
    size_t n = strlen(out->text), row;
    assert_int_equal(n, out->text_bytes);
    const char *end = out->text + n - (sizeof last - 1);
    assert_string_equal(end, last);
    assert_in_range(n, OUTCOME_TEXT_MAX - 200, OUTCOME_TEXT_MAX + sizeof last);
    const char *before =
        memrchr(out->text, '\n', (size_t)(end - out->text)); /* the line before is whole: a row */
    row = (size_t)(end - before - 1);
    assert_in_range(row, 60, 120);
    out = try_ok("repeat 20 blocks");
    assert_null(strstr(out->text, "cut here"));
    try_ok("stats");
    try_close();
}

/* Only where there are several regions are they told, and each block's. */
static void regions_are_told_where_there_are_several(void **unused)
{
    (void)unused;
    struct picture_sample sample;
    char *text = NULL;
    size_t bytes = 0;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("blocks");
    json_t *line = try_json();
    assert_null(json_object_get(line, "regions"));
    assert_null(json_object_get(json_array_get(json_object_get(line, "blocks"), 0), "region"));
    json_decref(line);
    picture_sample_make(&sample, SAMPLE_REGIONS);
    struct snapshot *own = try_lab.shown.session.snapshot;
    try_lab.shown.session.snapshot = sample.after;
    const struct block_choice all = block_choice_all();
    struct rows *rows = block_rows_keep(&try_lab.shown.session, &all);
    try_lab.shown.session.snapshot = own;
    FILE *to = open_memstream(&text, &bytes);
    assert_true(rows && to && fputs("{\"seq\":1", to) >= 0 && rows_write(rows, NULL, to) &&
                fputc('}', to) != EOF && fclose(to) == 0);
    line = json_loads(text, 0, NULL);
    json_t *regions = json_object_get(line, "regions"), *blocks = json_object_get(line, "blocks"),
           *block;
    assert_int_equal(json_array_size(regions), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(regions, 1), "kind")),
                        "arena");
    assert_string_equal(json_string_value(json_object_get(json_array_get(regions, 1), "start")),
                        "0x7ffff00008d0");
    assert_string_equal(json_string_value(json_object_get(json_array_get(regions, 2), "end")),
                        "0x7ffff7d90000");
    size_t i;
    json_int_t offset = 0;
    json_array_foreach(blocks, i, block)
    {
        assert_int_equal(json_integer_value(json_object_get(block, "region")), i < 6    ? 0
                                                                               : i < 10 ? 1
                                                                                        : 2);
        assert_int_equal(json_integer_value(json_object_get(block, "offset")),
                         offset); /* on the axis */
        offset += json_integer_value(json_object_get(block, "size"));
    }
    assert_int_equal(i, 11);
    assert_string_equal(json_string_value(json_object_get(json_array_get(blocks, 2), "state")),
                        "cached");
    assert_int_equal(json_integer_value(json_array_get(json_object_get(line, "free_list"), 2)),
                     4096 + 0x290 + 0x60 + 0x150);
    json_decref(line);
    free(text);
    rows_free(rows);
    picture_sample_release(&sample);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_what_show_has),
        cmocka_unit_test(a_row_in_quarantine),
        cmocka_unit_test(the_free_list_is_whole),
        cmocka_unit_test(regions_are_told_where_there_are_several),
        cmocka_unit_test(a_long_text_is_cut),
    };
    return cmocka_run_group_tests_name("block rows", tests, NULL, NULL);
}
