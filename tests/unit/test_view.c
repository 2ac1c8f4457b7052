/* test_view.c: wherever the keys lead, the view stays within what there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/map.h"
#include "viz/view.h"

#define CELLS 128u
#define ROWS 10u

static void assert_within(const struct view *v, const struct snapshot *s)
{
    size_t n = snapshot_n_blocks(s);
    uint64_t heap = snapshot_stats(s)->heap_bytes, bytes = v->bytes_per_cell;
    assert_true(v->table_from == 0 || v->table_from + ROWS <= n);
    assert_true((bytes & (bytes - 1)) == 0);
    if (bytes == 0)
        assert_int_equal(v->map_from, 0);
    else
        assert_true(v->map_from == 0 || v->map_from < heap);
    if (v->map_from) { /* a multiple of 16 cells */
        struct axis axis = axis_of(s, CELLS);
        assert_int_equal(
            axis_cell(&axis, bytes, map_first_at(&axis, CELLS, bytes, v->map_from)).from,
            v->map_from);
        if (!axis.parted) assert_int_equal(v->map_from % (bytes * 16), 0);
    }
    assert_true(v->selected_offset == UINT64_MAX || v->selected_offset < heap);
}

static void any_walk_stays_within(void **unused)
{
    (void)unused;
    uint32_t state = 5;
    for (int kind = 0; kind < SAMPLE_N; kind++) {
        struct picture_sample p;
        picture_sample_make(&p, (enum sample_kind)kind);
        struct view v;
        view_init(&v);
        for (int step = 0; step < 500; step++) {
            int amount = (int)(picture_sample_random(&state) % 7) - 3;
            size_t n = snapshot_n_blocks(p.after);
            switch (picture_sample_random(&state) % 7) {
            case 0:
                view_zoom(&v, p.after, CELLS, amount);
                break;
            case 1:
                view_zoom_to(&v, p.after, CELLS, picture_sample_random(&state));
                break;
            case 2:
                view_scroll(&v, p.after, CELLS, ROWS, amount);
                break;
            case 3:
                view_select_step(&v, p.after, CELLS, ROWS, amount < 0 ? -1 : 1);
                break;
            case 4:
                view_select(&v, p.after, CELLS, ROWS,
                            n ? picture_sample_random(&state) % (n + 2) : SNAPSHOT_NONE);
                break;
            case 5:
                view_follow(&v, p.after, &p.changes, CELLS, ROWS);
                break;
            default:
                view_scroll(&v, p.after, CELLS, ROWS, amount < 0 ? INT32_MIN : INT32_MAX);
                break;
            }
            assert_within(&v, p.after);
            size_t selected = view_selected(&v, p.after, &p.changes);
            assert_true(selected == SNAPSHOT_NONE || selected < n);
        }
        picture_sample_release(&p);
    }
}

static void a_smaller_heap_is_followed(void **unused)
{
    (void)unused;
    struct snapshot *large = picture_sample_heap(5000, false),
                    *small = picture_sample_heap(12, false);
    struct changes c;
    struct view v;
    view_init(&v);
    view_zoom_to(&v, large, CELLS, 4);
    view_select(&v, large, CELLS, ROWS, 4999);
    assert_true(v.map_from > 0 && v.table_from == 4990);
    changes_find(&c, large, small);
    view_follow(&v, small, &c, CELLS, ROWS);
    assert_within(&v, small);
    assert_int_equal(v.selected_offset, UINT64_MAX); /* its block is gone */

    view_zoom_to(&v, large, CELLS, 4);
    view_scroll(&v, large, CELLS, ROWS, 1000000);
    changes_find(&c, NULL, large);
    struct snapshot *half = picture_sample_heap(2500, false);
    view_follow(&v, half, &c, CELLS, ROWS);
    assert_within(&v, half);
    assert_true(v.map_from > 0 && v.bytes_per_cell == 4);
    snapshot_free(half);
    snapshot_free(large);
    snapshot_free(small);
}

static void zoom_keeps_the_selected_block_in_sight(void **unused)
{
    (void)unused;
    struct snapshot *s = picture_sample_heap(5000, false);
    struct view v;
    view_init(&v);
    view_select(&v, s, CELLS, ROWS, 2500);
    int steps = 0;
    for (uint64_t last = 0; steps < 40; steps++) {
        view_zoom(&v, s, CELLS, 1);
        assert_true(v.selected_offset >= v.map_from &&
                    v.selected_offset < v.map_from + CELLS * v.bytes_per_cell);
        if (v.bytes_per_cell == last) break;
        last = v.bytes_per_cell;
    }
    assert_int_equal(v.bytes_per_cell, 1);
    for (int i = 0; i < 40; i++)
        view_zoom(&v, s, CELLS, -1);
    assert_int_equal(v.bytes_per_cell, 0);
    view_zoom_to(&v, s, CELLS, 100);
    assert_int_equal(v.bytes_per_cell, 128);
    view_zoom_to(&v, s, CELLS, 80);
    assert_int_equal(v.bytes_per_cell, 64);
    view_zoom(&v, s, CELLS, 0);
    assert_int_equal(v.bytes_per_cell, 0);
    snapshot_free(s);
}

static void what_changed_is_selected_until_somebody_chooses(void **unused)
{
    (void)unused;
    struct picture_sample p;
    picture_sample_make(&p, SAMPLE_FREED);
    struct view v;
    view_init(&v);
    assert_int_equal(view_selected(&v, p.after, &p.changes), 1);
    assert_true(view_selected(&v, p.after, NULL) == SNAPSHOT_NONE);
    view_select(&v, p.after, CELLS, ROWS, 2);
    assert_int_equal(view_selected(&v, p.after, &p.changes), 2);
    assert_int_equal(v.selected_id, 3);
    view_select_step(&v, p.after, CELLS, ROWS, 1); /* the last stays the last */
    assert_int_equal(view_selected(&v, p.after, &p.changes), 2);
    view_select(&v, p.before, CELLS, ROWS, 1);
    view_follow(&v, p.after, &p.changes, CELLS, ROWS); /* it has been freed: the place stays */
    assert_int_equal(view_selected(&v, p.after, &p.changes), 1);
    view_select(&v, p.after, CELLS, ROWS, SNAPSHOT_NONE);
    assert_int_equal(v.selected_offset, UINT64_MAX);
    v.selected_id = 3; /* by id alone */
    assert_int_equal(view_selected(&v, p.after, &p.changes), 2);
    picture_sample_release(&p);
}

/* Two lines of 64 cells: 120 of them are fine enough for 480 bytes at 4 bytes a cell. */
static void the_whole_heap_is_shown_as_fine_as_it_fits(void **unused)
{
    (void)unused;
    for (uint64_t cells = 1; cells < 1000; cells += 7)
        for (uint64_t heap = 0; heap < 100000; heap += 731) {
            uint64_t bytes = map_fit(&(struct axis){.length = heap}, cells, false);
            assert_true(heap <= bytes * cells);
            if (bytes > MAP_CELL_WHOLE)
                assert_true(heap > bytes / 2 * (cells > 48 ? cells - 4 : cells - 1));
        }
    assert_int_equal(map_fit(&(struct axis){.length = 480}, 128, false), 4);
    assert_int_equal(map_fit(&(struct axis){.length = 960000}, 128, false), 8192);
    assert_int_equal(map_fit(&(struct axis){.length = 96}, 128, false), 4);
    assert_int_equal(map_first_most(&(struct axis){.length = 1000}, 10, 0),
                     0); /* scales that no map has scroll nowhere */
    assert_int_equal(map_first_most(&(struct axis){.length = UINT64_MAX}, 1, UINT64_MAX), 0);
    assert_int_equal(map_first_most(&(struct axis){.length = UINT64_MAX}, UINT64_MAX, 16), 0);
    assert_int_equal(map_fit(&(struct axis){.length = 96}, 128, true),
                     1); /* fewer things, larger */
}

/* As when the projector's few rows replace the many. */
static void a_smaller_table_keeps_what_was_brought_into_sight(void **unused)
{
    (void)unused;
    struct snapshot *s = picture_sample_heap(100, false);
    struct view v;
    view_init(&v);
    view_select(&v, s, CELLS, ROWS, 9);
    assert_int_equal(view_table_from(&v, 100, ROWS), 0);
    assert_int_equal(view_table_from(&v, 100, 4), 7);
    assert_int_equal(view_table_from(&v, 10, 4), 6);
    assert_int_equal(view_table_from(&v, 5, 4), 0);
    assert_int_equal(view_table_from(&v, 100, 0), 9);
    view_scroll(&v, s, CELLS, 4, -1); /* from what is seen */
    assert_int_equal(view_table_from(&v, 100, 4), 5);
    assert_int_equal(view_table_from(&v, 100, 3), 5);
    snapshot_free(s);
}

/* From wherever the table stands, what is selected comes into sight: in the middle, or as near to
 * it as the ends allow. */
static void a_selected_block_comes_into_the_table(void **unused)
{
    (void)unused;
    struct snapshot *s = picture_sample_heap(100, false);
    for (size_t block = 0; block < 100; block++) {
        struct view v;
        view_init(&v);
        view_select(&v, s, CELLS, ROWS, block < 50 ? 99 : 0);
        assert_int_equal(v.table_from, block < 50 ? 100 - ROWS : 0);
        view_select(&v, s, CELLS, ROWS, block);
        assert_int_equal(v.table_from, block < ROWS / 2 ? 0
                                       : block > 95     ? 100 - ROWS
                                                        : block - ROWS / 2);
    }
    snapshot_free(s);
}

static void none_is_none_until_something_changes(void **unused)
{
    (void)unused;
    struct picture_sample p;
    picture_sample_make(&p, SAMPLE_FREED);
    struct changes none = {0};
    struct view v;
    view_init(&v);
    view_select(&v, p.after, CELLS, ROWS, SNAPSHOT_NONE);
    assert_true(view_selected(&v, p.after, &p.changes) == SNAPSHOT_NONE);
    view_follow(&v, p.after, &none, CELLS, ROWS);
    assert_true(view_selected(&v, p.after, &p.changes) == SNAPSHOT_NONE);
    view_select_step(&v, p.after, CELLS, ROWS, 1);
    assert_int_equal(view_selected(&v, p.after, &p.changes), 0);
    view_select(&v, p.after, CELLS, ROWS, SNAPSHOT_NONE);
    view_follow(&v, p.after, &p.changes, CELLS, ROWS);
    assert_int_equal(view_selected(&v, p.after, &p.changes), 1);
    picture_sample_release(&p);
}

static void a_choice_is_let_go_when_others_change(void **unused)
{
    (void)unused;
    struct picture_sample p;
    picture_sample_make(&p, SAMPLE_FREED);
    struct changes none = {0};
    struct view v;
    view_init(&v);
    view_select(&v, p.before, CELLS, ROWS, 2);
    view_follow(&v, p.before, &none, CELLS, ROWS);
    assert_int_equal(view_selected(&v, p.before, &none), 2);
    view_follow(&v, p.after, &p.changes, CELLS, ROWS); /* #2 was freed, #3 is as it was */
    assert_int_equal(view_selected(&v, p.after, &p.changes), 1);
    assert_int_equal(v.selected_offset, UINT64_MAX);
    picture_sample_release(&p);
}

static void a_change_out_of_sight_is_brought_into_sight(void **unused)
{
    (void)unused;
    struct picture_sample p;
    picture_sample_make(&p, SAMPLE_LARGE);
    struct view v;
    view_init(&v);
    view_zoom_to(&v, p.after, CELLS, 16);
    v.map_from = 0;
    view_follow(&v, p.after, &p.changes, CELLS, ROWS);
    uint64_t at = p.changes.change[0].from - SAMPLE_HEAP;
    assert_true(at >= v.map_from && at < v.map_from + CELLS * v.bytes_per_cell);
    assert_true(v.table_from <= 50000 && v.table_from + ROWS > 50000);
    picture_sample_release(&p);
}

static void scrolling_moves_both_by_half_a_page(void **unused)
{
    (void)unused;
    struct snapshot *s = picture_sample_heap(5000, false);
    struct view v;
    view_init(&v);
    view_scroll(&v, s, CELLS, ROWS, 1);
    assert_int_equal(v.table_from, ROWS / 2);
    view_zoom_to(&v, s, CELLS, 4);
    uint64_t from = v.map_from;
    view_scroll(&v, s, CELLS, ROWS, 1);
    assert_int_equal(v.map_from, from + CELLS / 2 * 4);
    view_scroll(&v, s, CELLS, ROWS, -1000000);
    assert_int_equal(v.map_from, 0);
    assert_int_equal(v.table_from, 0);
    view_scroll(&v, s, CELLS, ROWS, 1000000);
    assert_int_equal(v.table_from, 5000 - ROWS);
    assert_true(v.map_from + CELLS * 4 >= snapshot_stats(s)->heap_bytes);
    snapshot_free(s);
}

/* Cells and offsets agree, there and back, whatever the scale; each region begins a cell, behind
 * one for the gap. */
static void cells_of_the_axis(void **unused)
{
    (void)unused;
    struct picture_sample p;
    picture_sample_make(&p, SAMPLE_REGIONS);
    for (uint64_t bytes = 1; bytes < 20000; bytes *= 2) {
        struct axis axis = axis_of(p.after, 256);
        uint64_t cells = axis_cells(&axis, bytes), at = 0;
        size_t gaps = 0;
        assert_true(axis.parted && axis.length == snapshot_length(p.after));
        for (uint64_t cell = 0; cell < cells; cell++) {
            struct axis_cell c = axis_cell(&axis, bytes, cell);
            assert_int_equal(c.from, at);
            gaps += c.gap;
            if (c.gap) {
                assert_true(c.to == c.from && c.from == snapshot_region_offset(p.after, c.region) &&
                            c.region == gaps);
                continue;
            }
            assert_int_equal(axis_cell_of(&axis, bytes, c.from), cell);
            if (c.to <= axis.length) assert_int_equal(axis_cells_to(&axis, bytes, c.to), cell + 1);
            at = c.to < axis.length ? c.to : axis.length;
        }
        assert_true(at == axis.length && gaps == 2);
    }
    struct axis few = axis_of(p.after, 16); /* a gap's cell would be too dear */
    assert_false(few.parted);
    assert_int_equal(axis_cells(&few, 4096), (axis_of(p.after, 16).length + 4095) / 4096);
    picture_sample_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_walk_stays_within),
        cmocka_unit_test(a_smaller_heap_is_followed),
        cmocka_unit_test(zoom_keeps_the_selected_block_in_sight),
        cmocka_unit_test(what_changed_is_selected_until_somebody_chooses),
        cmocka_unit_test(the_whole_heap_is_shown_as_fine_as_it_fits),
        cmocka_unit_test(a_smaller_table_keeps_what_was_brought_into_sight),
        cmocka_unit_test(a_selected_block_comes_into_the_table),
        cmocka_unit_test(none_is_none_until_something_changes),
        cmocka_unit_test(a_choice_is_let_go_when_others_change),
        cmocka_unit_test(a_change_out_of_sight_is_brought_into_sight),
        cmocka_unit_test(cells_of_the_axis),
        cmocka_unit_test(scrolling_moves_both_by_half_a_page),
    };
    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
