/* test_scene_map.c: what the heap map shows: kinds in their shares, marks, the edge of the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "tests/support/rows.h"
#include "viz/scene.h"
#include "viz/view.h"

/* The page ends the map: where its edge is drawn, no row with higher addresses stands below. */
static void nothing_follows_the_edge_of_the_page(void **unused)
{
    (void)unused;
    struct canvas c;
    int edges = 0;
    assert_true(canvas_init(&c, 12, 80, false));
    for (int kind = 0; kind < SAMPLE_N; kind++) {
        struct picture_sample s;
        picture_sample_make(&s, (enum sample_kind)kind);
        for (int columns = 50; columns <= 200; columns += 3)
            for (int rows = 3; rows < 12; rows += 2)
                for (int zoom = 0; zoom < 9; zoom++) {
                    assert_true(canvas_resize(&c, 12, columns));
                    s.view.bytes_per_cell = zoom ? UINT64_C(1) << (zoom - 1) : 0;
                    s.view.map_from = zoom ? UINT64_MAX / 2 : 0;
                    scene_heap(&c, (struct area){0, 0, rows, columns}, &s.picture);
                    int edge = -1;
                    for (int row = 1; row < rows; row += 2)
                        for (int k = 0; k < columns; k++)
                            if (canvas_at(&c, row, k)->glyph == U'┤' ||
                                (canvas_at(&c, row + 1, k)->glyph == U'┤' && row + 1 < rows))
                                edge = row;
                    edges += edge >= 0;
                    for (int row = edge + 2; edge >= 0 && row < rows; row++)
                        assert_true(row_blank(&c, row));
                    assert_true(edge < 0 || snapshot_stats(s.after)->heap_bytes > 0);
                }
        picture_sample_release(&s);
    }
    assert_true(edges > 1000);
    canvas_release(&c);
}

/* A heap as small requests make it, of n blocks with 32 bytes of header and 16 that are live. */
static struct snapshot *small_blocks(size_t n)
{
    struct snapshot_head head = {.title = "lab",
                                 .alive = true,
                                 .heap_start = SAMPLE_HEAP,
                                 .brk = SAMPLE_HEAP + 48 * n,
                                 .page_bytes = 4096,
                                 .limit = UINT64_MAX};
    struct snapshot *s = snapshot_new(&head, n);
    assert_non_null(s);
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block block = {SAMPLE_HEAP + 48 * i, 48,        16, 32,
                                       (uint32_t)i + 1,      BLOCK_USED};
        assert_true(snapshot_add_block(s, &block));
    }
    assert_true(snapshot_finish(s));
    return s;
}

/* Two thirds of it are headers, at every scale, and no cell changes when the map is scrolled. */
static void cells_show_the_kinds_in_their_shares(void **unused)
{
    (void)unused;
    static struct cell seen[1 << 16];
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    struct snapshot *heap = small_blocks(20000);
    s.picture.snapshot = heap;
    assert_true(canvas_init(&c, 5, 80, false));
    for (uint64_t bytes = 64; bytes <= 4096; bytes *= 2) {
        int header = 0, live = 0, other = 0;
        memset(seen, 0, sizeof seen);
        for (uint64_t from = 0; from < 20000 * 48 - 128 * bytes; from += 16 * bytes) {
            s.view.bytes_per_cell = bytes;
            s.view.map_from = from;
            canvas_clear(&c);
            scene_heap(&c, (struct area){0, 0, 5, 80}, &s.picture);
            for (size_t i = 0; i < 128; i++) {
                const struct cell *cell = canvas_at(&c, i < 64 ? 1 : 3, 10 + (int)(i % 64));
                struct cell *was = &seen[from / bytes + i];
                if (was->glyph) assert_true(was->glyph == cell->glyph && was->style == cell->style);
                header += !was->glyph && cell->style == STYLE_HEADER;
                live += !was->glyph && cell->style == STYLE_PAYLOAD;
                other += cell->style != STYLE_HEADER && cell->style != STYLE_PAYLOAD;
                *was = *cell;
            }
        }
        assert_int_equal(other, 0);
        assert_in_range(header, 2 * live - live / 20 - 2, 2 * live + live / 20 + 2);
    }
    snapshot_free(heap);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* Also where all that is around it has changed. */
static void the_selected_block_is_marked_on_the_map(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    struct snapshot *heap = small_blocks(200), *none = small_blocks(1);
    changes_find(&s.changes, none, heap);
    s.picture.snapshot = heap;
    assert_true(canvas_init(&c, 5, 80, false));
    for (int block = 10; block < 190; block += 60) {
        s.view.bytes_per_cell = 8;
        s.view.map_from = (uint64_t)block * 48 / 128 * 128;
        s.view.selected_offset = (uint64_t)block * 48;
        s.detail.block = (size_t)block;
        canvas_clear(&c);
        scene_heap(&c, (struct area){0, 0, 5, 80}, &s.picture);
        int at = 10 + (int)((s.view.selected_offset - s.view.map_from) / 8);
        assert_true(canvas_at(&c, 2, at)->glyph == U'►' &&
                    canvas_at(&c, 2, at)->style == STYLE_SELECTED);
        assert_true(canvas_at(&c, 2, at + 6)->style == STYLE_CHANGED);
    }
    snapshot_free(heap);
    snapshot_free(none);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* It is used with nobody: only the picture knows that such blocks are kept from reuse. */
static void a_block_in_quarantine_has_a_look_of_its_own(void **unused)
{
    (void)unused;
    struct snapshot_head head = {
        .title = "lab", .alive = true, .heap_start = 0x411000, .brk = 0x4110a0, .page_bytes = 4096};
    struct snapshot_block blocks[] = {{0x411000, 80, 0, 16, 0, BLOCK_USED},
                                      {0x411050, 80, 64, 16, 2, BLOCK_USED}};
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    s.detail.block = 0;
    s.detail.n_words = 0;
    s.changes = (struct changes){.n = 1,
                                 .change = {{CHANGE_NEW, 0x411000, 0x411050, 0}},
                                 .brk_before = head.brk,
                                 .brk_after = head.brk};
    for (int kept = 0; kept < 2; kept++) {
        blocks[0].state = kept ? BLOCK_QUARANTINED : BLOCK_USED;
        struct snapshot *heap = snapshot_new(&head, 2);
        assert_true(heap && snapshot_add_block(heap, &blocks[0]) &&
                    snapshot_add_block(heap, &blocks[1]) && snapshot_finish(heap));
        s.picture.snapshot = heap;
        assert_true(canvas_init(&c, 24, 80, true));
        scene_screen(&c, &s.picture, 1);
        assert_int_equal(screen_has(&c, "hhhh quarantine 64 qhhhh"), kept);
        assert_int_equal(screen_has(&c, "^kept---"), kept);
        assert_int_equal(screen_has(&c, "^new---"), !kept);
        assert_int_equal(screen_has(&c, "0 kept"), kept);
        assert_int_equal(screen_has(&c, "0x411000 quarantine"), kept);
        assert_int_equal(screen_has(&c, "~~~~"), !kept);
        canvas_release(&c);
        snapshot_free(heap);
    }
    picture_sample_release(&s);
}

/* A change in a heap of a hundred thousand blocks is far smaller than a cell: its mark is there all
 * the same. */
static void no_change_is_too_small_to_be_marked(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_LARGE);
    assert_true(canvas_init(&c, 24, 80, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(row_has(&c, 7, "▲") || row_has(&c, 9, "▲"));
    canvas_clear(&c); /* one line, without a row for marks */
    scene_heap(&c, (struct area){5, 0, 2, 80}, &s.picture);
    int marked = 0;
    for (int k = 0; k < 80; k++)
        marked += canvas_at(&c, 6, k)->style == STYLE_CHANGED && canvas_at(&c, 6, k)->glyph == U'▲';
    assert_int_equal(marked, 1);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* Three regions on one map: a gap stands between them, selection and zoom go across, and a click
 * finds the block that is drawn. */
static void several_regions_are_one_map(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    uint64_t bytes, cells;
    picture_sample_make(&s, SAMPLE_REGIONS);
    assert_true(canvas_init(&c, 24, 80, false));
    size_t n = snapshot_n_blocks(s.after),
           rows = scene_table_rows(&c, scene_whole(&c), &s.picture, 1);
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "·│█") && screen_has(&c, "║mapped 0x7ffff7d8e000"));
    for (int zoom = 0; zoom < 8; zoom++) {
        scene_map_scale(&c, scene_whole(&c), &s.picture, 1, &bytes, &cells);
        for (size_t block = 0; block < n; block++) {
            static const char *const kinds[] = {"brk", "arena", "mapped"};
            bool marked = false, found = false;
            view_select(&s.view, s.after, cells, rows, block);
            s.detail.block = view_selected(&s.view, s.after, &s.changes);
            assert_int_equal(s.detail.block, block);
            scene_screen(&c, &s.picture, 1);
            for (int row = 5; row < 10; row++)
                for (int k = 0; k < c.columns; k++) {
                    marked |= canvas_at(&c, row, k)->glyph == U'►' ||
                              canvas_at(&c, row, k)->glyph == U'▲';
                    found |= scene_hit(&c, scene_whole(&c), &s.picture, 1, row, k) == block;
                }
            assert_true(marked);
            if (snapshot_block(s.after, block).size >= bytes) assert_true(found);
            int row = 0;
            while (row < 24 &&
                   !(canvas_at(&c, row, 1)->glyph == U'►' && canvas_at(&c, row, 6)->glyph == U'0'))
                row++;
            assert_true(row < 24 && row_has(&c, row, kinds[snapshot_block_region(s.after, block)]));
        }
        view_zoom(&s.view, s.after, cells, 1);
    }
    canvas_release(&c);
    picture_sample_release(&s);
}

/* The heap is low, a region is high: its lines begin with whole addresses, which no cell covers. */
static void the_longest_address_has_its_room(void **unused)
{
    (void)unused;
    static const uint64_t low = 0x40a000, high = 0x7ffff7d86000, bytes = 1 << 16;
    const struct snapshot_head head = {.title = "a process",
                                       .alive = true,
                                       .unasked = true,
                                       .heap_start = low,
                                       .brk = low + bytes,
                                       .page_bytes = 4096,
                                       .limit = UINT64_MAX};
    const struct snapshot_region regions[] = {{REGION_BRK, low, low + bytes},
                                              {REGION_MAPPED, high, high + bytes}};
    struct snapshot *heap = snapshot_new(&head, 2);
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    assert_true(snapshot_add_region(heap, &regions[0]) && snapshot_add_region(heap, &regions[1]));
    for (int i = 0; i < 2; i++) {
        const struct snapshot_block block = {.address = regions[i].start,
                                             .size = bytes,
                                             .header = 16,
                                             .requested = bytes - 16,
                                             .state = BLOCK_USED};
        assert_true(snapshot_add_block(heap, &block));
    }
    assert_true(snapshot_finish(heap) && canvas_init(&c, 9, 80, false));
    s.picture.snapshot = heap;
    s.view.bytes_per_cell = 1024;
    scene_heap(&c, (struct area){0, 0, 9, 80}, &s.picture);
    bool whole = false;
    for (int row = 2; row < 9; row++)
        whole |= row_has(&c, row, " 0x7ffff7d") && canvas_at(&c, row, 15)->glyph == U' ' &&
                 canvas_at(&c, row, 16)->style == STYLE_PAYLOAD;
    assert_true(whole);
    snapshot_free(heap);
    canvas_release(&c);
    picture_sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_follows_the_edge_of_the_page),
        cmocka_unit_test(cells_show_the_kinds_in_their_shares),
        cmocka_unit_test(the_selected_block_is_marked_on_the_map),
        cmocka_unit_test(a_block_in_quarantine_has_a_look_of_its_own),
        cmocka_unit_test(several_regions_are_one_map),
        cmocka_unit_test(the_longest_address_has_its_room),
        cmocka_unit_test(no_change_is_too_small_to_be_marked),
    };
    return cmocka_run_group_tests_name("scene map", tests, NULL, NULL);
}
