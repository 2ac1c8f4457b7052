/* test_scene.c: scenes at every size stay within their area; what the mouse finds is what is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/glyph.h"
#include "viz/scene.h"
#include "viz/view.h"

typedef void scene(struct canvas *c, struct area area, const struct picture *p);

static scene *const scenes[] = {scene_title,  scene_process, scene_heap, scene_blocks,
                                scene_detail, scene_history, scene_log,  scene_command};
#define N_SCENES (sizeof scenes / sizeof *scenes)

#define HOSTILE                                                                                                                  \
    "\033[2J\033]0;x\007 \xff\xfe日本\xe2\x80\xae\n\r\t\x9b"                                                                   \
    "31m a long word "

/* Everything that can be odd at once: hostile words, addresses of 16 digits, a heap of petabytes, no page size, great ids. */
static void make_odd(struct picture_sample *s)
{
    static char word[2000];
    static const char *const names[] = {HOSTILE HOSTILE, NULL};
    static const uint32_t ids[] = {UINT32_MAX, 5};
    picture_sample_make(s, SAMPLE_FREED);
    snapshot_free(s->after);
    uint64_t start = UINT64_C(0xfff0000000000000), big = UINT64_C(1) << 46;
    struct snapshot_head head = {.title = HOSTILE,
                                 .policy = HOSTILE,
                                 .ended = HOSTILE,
                                 .pid = INT64_MIN,
                                 .heap_start = start,
                                 .brk = start + 3 * big + 7,
                                 .randomised = true,
                                 .remembered = true,
                                 .limit = UINT64_MAX - 1};
    s->after = snapshot_new(&head, 0);
    struct snapshot_block blocks[] = {
        {start, big, big - 50, 16, UINT32_MAX, BLOCK_USED},
        {start + big, big, 0, 32, 0, BLOCK_FREE},
        {start + 2 * big, big - 16, 0, 16, 0, BLOCK_FOREIGN},
    };
    for (size_t i = 0; i < 3; i++)
        assert_true(snapshot_add_block(s->after, &blocks[i]));
    assert_true(snapshot_add_free(s->after, 1));
    struct snapshot_segment segment = {.kind = SEGMENT_TEXT, .start = start - 100, .end = start - 4};
    memcpy(segment.name, HOSTILE, sizeof segment.name < sizeof HOSTILE ? sizeof segment.name : sizeof HOSTILE);
    assert_true(snapshot_add_segment(s->after, &segment));
    assert_true(snapshot_add_damage(s->after, UINT64_MAX));
    snapshot_set_list_damage(s->after, UINT64_MAX);
    assert_true(snapshot_finish(s->after));
    changes_find(&s->changes, s->before, s->after);
    memset(word, 'w', sizeof word - 1);
    s->detail.block = 0;
    s->detail.name = HOSTILE;
    s->detail.word[0].name = HOSTILE;
    s->detail.word[0].value = UINT64_MAX;
    s->detail.bytes_at = start + big - 8;
    s->picture.snapshot = s->after;
    s->picture.c_line = HOSTILE;
    s->picture.sentence = word;
    s->picture.notice = HOSTILE HOSTILE HOSTILE;
    s->log[0].text = word;
    s->log[1].text = HOSTILE;
    s->picture.names = names;
    s->picture.name_ids = ids;
    s->picture.n_names = 2;
    for (int i = 0; i < 4; i++)
        s->heap_bytes[i] = i % 2 ? UINT64_MAX : 0;
}

static void make(struct picture_sample *s, int kind)
{
    if (kind < SAMPLE_N)
        picture_sample_make(s, (enum sample_kind)kind);
    else
        make_odd(s);
}

static void assert_printable(const struct canvas *c)
{
    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns; column++) {
            const struct cell *cell = canvas_at(c, row, column);
            if (cell->glyph) assert_true(glyph_width(cell->glyph) > 0);
            if (c->ascii) assert_true(cell->glyph >= 0x20 && cell->glyph < 0x7F);
            assert_true((unsigned)cell->style < STYLE_N);
        }
}

static void screens_of_every_size(void **unused)
{
    (void)unused;
    for (int kind = 0; kind <= SAMPLE_N; kind++) {
        struct picture_sample s;
        struct canvas c;
        make(&s, kind);
        assert_true(canvas_init(&c, 1, 1, false));
        for (int rows = 1, step = 0; rows <= 60; rows += rows < 25 ? 1 : 4)
            for (int columns = 1 + rows % 3; columns <= 200; columns += columns < 90 ? 5 : 17, step++) {
                assert_true(canvas_resize(&c, rows, columns));
                c.ascii = step % 2;
                s.view.bytes_per_cell = step % 3 ? 0 : UINT64_C(1) << (step / 3 % 12);
                s.view.map_from = step % 5 ? 0 : UINT64_MAX / 2;
                s.view.table_from = step % 7 ? 0 : SIZE_MAX / 2;
                s.view.log_back = (size_t)step % 11;
                s.view.projector = step % 4 == 3;
                scene_screen(&c, &s.picture, step % 4);
                assert_printable(&c);
                uint64_t bytes, cells;
                scene_map_scale(&c, &s.picture, step % 4, &bytes, &cells);
                assert_true(bytes > 0 && cells > 0 && scene_table_rows(&c, &s.picture, step % 4) > 0);
                scene_hit(&c, &s.picture, step % 4, rows / 2, columns / 2);
            }
        canvas_release(&c);
        picture_sample_release(&s);
    }
}

static void scenes_stay_in_their_area(void **unused)
{
    (void)unused;
    static const int sizes[] = {0, 1, 2, 3, 5, 8, 14, 22, 37, 60, 81, 120, 180};
    struct canvas c;
    assert_true(canvas_init(&c, 40, 190, false));
    for (int kind = 0; kind <= SAMPLE_N; kind++) {
        struct picture_sample s;
        make(&s, kind);
        for (size_t i = 0; i < N_SCENES * 13 * 8; i++) {
            struct area area = {3, 4, sizes[i / N_SCENES / 13], sizes[i / N_SCENES % 13]};
            canvas_fill(&c, 0, 0, c.rows, c.columns, U'@', STYLE_PROMPT, 0);
            scenes[i % N_SCENES](&c, area, &s.picture);
            for (int row = 0; row < c.rows; row++)
                for (int column = 0; column < c.columns; column++) {
                    bool inside = row >= 3 && row < 3 + area.rows && column >= 4 && column < 4 + area.columns;
                    const struct cell *cell = canvas_at(&c, row, column);
                    if (!inside && (cell->glyph != U'@' || cell->style != STYLE_PROMPT))
                        fail_msg("picture %d, scene %zu, %d×%d: wrote at %d, %d", kind, i % N_SCENES, area.rows, area.columns,
                                 row, column);
                }
        }
        picture_sample_release(&s);
    }
    canvas_release(&c);
}

static bool style_fits(enum style style, enum block_state state)
{
    switch (style) {
    case STYLE_PAYLOAD:
    case STYLE_PADDING:
        return state == BLOCK_USED;
    case STYLE_FREE:
        return state == BLOCK_FREE;
    case STYLE_FOREIGN:
        return state == BLOCK_FOREIGN;
    case STYLE_DAMAGED:
        return state == BLOCK_DAMAGED;
    default:
        return style == STYLE_HEADER;
    }
}

/* The map's rows at 80 × 24: 6 and 8 are lines, behind a gutter; the table begins at row 11 or 12. */
static void a_click_hits_what_is_drawn(void **unused)
{
    (void)unused;
    static const enum sample_kind kinds[] = {SAMPLE_FREED, SAMPLE_DAMAGED, SAMPLE_BUMP, SAMPLE_FOREIGN};
    for (size_t kind = 0; kind < 4; kind++) {
        struct picture_sample s;
        struct canvas c;
        picture_sample_make(&s, kinds[kind]);
        assert_true(canvas_init(&c, 24, 80, false));
        scene_screen(&c, &s.picture, 1);
        size_t n = snapshot_n_blocks(s.after), in_map[16] = {0}, in_table[16] = {0};
        for (int row = 0; row < c.rows; row++)
            for (int column = 0; column < c.columns; column++) {
                size_t block = scene_hit(&c, &s.picture, 1, row, column);
                const struct cell *cell = canvas_at(&c, row, column);
                if (row == 6 || row == 8)
                    assert_int_equal(block != SNAPSHOT_NONE,
                                     column >= 10 && column < 74 &&
                                         style_fits(cell->style, BLOCK_USED) + style_fits(cell->style, BLOCK_FREE) +
                                                 style_fits(cell->style, BLOCK_FOREIGN) + style_fits(cell->style, BLOCK_DAMAGED) >
                                             0);
                if (block == SNAPSHOT_NONE) continue;
                assert_true(block < n);
                if (row == 6 || row == 8) assert_true(style_fits(cell->style, snapshot_block(s.after, block).state));
                if (row < 10)
                    in_map[block]++;
                else
                    in_table[block]++;
                if (row < 10) continue;
                char shown[9] = "", address[24];
                for (int i = 0; i < 8; i++)
                    shown[i] = (char)canvas_at(&c, row, 8 + i)->glyph;
                snprintf(address, sizeof address, "0x%llx", (unsigned long long)snapshot_block(s.after, block).address);
                assert_string_equal(shown, address);
            }
        for (size_t i = 0; i < n; i++)
            assert_true(in_map[i] > 0 && in_table[i] > 0);
        assert_true(scene_hit(&c, &s.picture, 1, -1, -1) == SNAPSHOT_NONE);
        assert_true(scene_hit(&c, &s.picture, 1, 99, 99) == SNAPSHOT_NONE);
        canvas_release(&c);
        picture_sample_release(&s);
    }
}

static void the_table_begins_where_the_view_says(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_LARGE);
    assert_true(canvas_init(&c, 24, 80, false));
    size_t rows = scene_table_rows(&c, &s.picture, 1), most = 100000 - rows;
    for (size_t from = most - 2; from < most + 3; from++) {
        s.view.table_from = from;
        assert_int_equal(scene_hit(&c, &s.picture, 1, 12, 0), from < most ? from + 1 : most + 1);
    }
    canvas_release(&c);
    picture_sample_release(&s);
}

static bool row_has(const struct canvas *c, int row, const char *text)
{
    char all[1024];
    size_t n = 0;
    for (int k = 0; k < c->columns && n < sizeof all - 8; k++)
        if (canvas_at(c, row, k)->glyph) n += glyph_to_utf8(canvas_at(c, row, k)->glyph, all + n);
    all[n] = '\0';
    return strstr(all, text) != NULL;
}

static bool screen_has(const struct canvas *c, const char *text)
{
    for (int row = 0; row < c->rows; row++)
        if (row_has(c, row, text)) return true;
    return false;
}

/* The row as UTF-8. */
static char *row_text(const struct canvas *c, int row, char all[2048])
{
    size_t n = 0;
    for (int k = 0; k < c->columns && n < 2040; k++)
        if (canvas_at(c, row, k)->glyph) n += glyph_to_utf8(canvas_at(c, row, k)->glyph, all + n);
    all[n] = '\0';
    return all;
}

/* Every address of the samples has six digits or more, and their process is 4242: less is a part of a number. */
static void assert_numbers_whole(const struct canvas *c, const char *what)
{
    char all[2048];
    for (int row = 0; row < c->rows; row++) {
        row_text(c, row, all);
        for (const char *at = all; (at = strstr(at, "0x")); at += 2)
            if (strspn(at + 2, "0123456789abcdef") < 6 && (at == all || at[-1] != '+')) fail_msg("%s: %s", what, all);
        const char *pid = strstr(all, "pid ");
        if (pid && strncmp(pid, "pid 4242", 8) != 0) fail_msg("%s: %s", what, all);
    }
}

static void numbers_are_whole_or_left_out(void **unused)
{
    (void)unused;
    struct canvas c;
    char what[80];
    assert_true(canvas_init(&c, 24, 80, false));
    for (int kind = 0; kind < SAMPLE_N; kind++) {
        struct picture_sample s;
        picture_sample_make(&s, (enum sample_kind)kind);
        s.picture.c_line = ""; /* it may have any number */
        for (int named = 0; named < 2; named++)
            for (int columns = SCREEN_COLUMNS_MIN; columns < 130; columns++) {
                snprintf(what, sizeof what, "%s at %d columns", picture_sample_name((enum sample_kind)kind), columns);
                if (named) s.detail.name = "averyveryverylongnameforablock";
                assert_true(canvas_resize(&c, 24, columns));
                scene_screen(&c, &s.picture, 1);
                assert_numbers_whole(&c, what);
                canvas_clear(&c);
                scene_detail(&c, (struct area){0, 0, 10, columns - 40}, &s.picture);
                assert_numbers_whole(&c, what);
                scene_title(&c, (struct area){12, 0, 1, columns}, &s.picture);
                assert_numbers_whole(&c, what);
            }
        picture_sample_release(&s);
    }
    canvas_release(&c);
}

/* The narrowest detail there is: 29 columns. */
static void the_place_of_a_block_stands_beside_it_or_below(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_BUMP);
    struct area area = {0, 0, 7, 29};
    assert_true(canvas_init(&c, 24, 80, false));
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 used  payload at 0x411060"));
    s.detail.name = "node";
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 node used payload 0x411060"));
    s.detail.name = "averyveryverylongnameforablock";
    canvas_clear(&c);
    scene_detail(&c, area, &s.picture);
    assert_true(row_has(&c, 0, "#3 averyveryverylongnam… used"));
    assert_true(row_has(&c, 1, "  payload at 0x411060"));
    picture_sample_release(&s);
    struct snapshot_head head = {.title = "lab", .alive = true, .heap_start = 0x411000, .brk = 0x411040, .page_bytes = 4096};
    struct snapshot_block block = {0x411000, 64, 48, 16, 1234567, BLOCK_USED};
    picture_sample_make(&s, SAMPLE_FREED);
    struct snapshot *many = snapshot_new(&head, 1);
    assert_true(many && snapshot_add_block(many, &block) && snapshot_finish(many));
    s.picture.snapshot = many;
    s.detail.block = SNAPSHOT_NONE;
    canvas_clear(&c);
    scene_blocks(&c, (struct area){0, 0, 3, 49}, &s.picture);
    assert_true(row_has(&c, 1, "  1234567 0x411000 "));
    snapshot_free(many);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* What an 80 × 24 screen owes. */
static void everything_is_there_at_80_by_24(void **unused)
{
    (void)unused;
    static const char *const words[] = {
        "brk 0x4110d0",
        "±0",
        "text",
        "data",
        "bss",
        "heap ►",
        "◄ stack",
        "0x401000",
        "0x411000",
        "0x7ffffffde000",
        "HEAP 208 B",
        "█ 80 live",
        "░ 0 padding",
        "≡ 96 headers",
        "· 32 free",
        "#1 64",
        "▲freed",
        "│brk",
        "mapped, not heap",
        "page to 0x412000┤",
        "requested",
        "is_free 1",
        "(was 0)",
        "FREE LIST #2(32)",
        "HISTORY",
        "free(p2);",
        "only marked free",
    };
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    assert_true(canvas_init(&c, 24, 80, false));
    scene_screen(&c, &s.picture, 1);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!screen_has(&c, words[i])) fail_msg("not on the screen: %s", words[i]);
    canvas_release(&c);
    picture_sample_release(&s);
}

static void a_long_line_of_c_has_a_row_of_its_own(void **unused)
{
    (void)unused;
    static const char code[] = "memcpy(p1 + 32, \"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\", 8);";
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    s.picture.c_line = code;
    s.picture.sentence = "the bytes beyond #1 are the header of #2";
    assert_true(canvas_init(&c, 3, 80, false));
    scene_command(&c, (struct area){0, 0, 3, 80}, &s.picture);
    assert_true(row_has(&c, 0, code));
    assert_true(row_has(&c, 1, "   the bytes beyond #1 are the header of #2"));
    canvas_clear(&c);
    scene_command(&c, (struct area){0, 0, 3, 40}, &s.picture);
    assert_true(row_has(&c, 0, "memcpy(p1 + 32, \"\\xff") && row_has(&c, 0, "…"));
    canvas_clear(&c);
    scene_command(&c, (struct area){0, 0, 1, 80}, &s.picture); /* one row: both, cut with a mark */
    assert_true(row_has(&c, 0, "…  the bytes beyond"));
    canvas_clear(&c);
    s.picture.sentence = "done";
    scene_command(&c, (struct area){0, 0, 1, 80}, &s.picture);
    assert_true(row_has(&c, 0, code) && row_has(&c, 0, ";  done"));
    canvas_release(&c);
    picture_sample_release(&s);
}

static bool row_blank(const struct canvas *c, int row)
{
    for (int k = 0; k < c->columns; k++)
        if (canvas_at(c, row, k)->glyph != U' ') return false;
    return true;
}

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
        struct snapshot_block block = {SAMPLE_HEAP + 48 * i, 48, 16, 32, (uint32_t)i + 1, BLOCK_USED};
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
        assert_true(canvas_at(&c, 2, at)->glyph == U'►' && canvas_at(&c, 2, at)->style == STYLE_SELECTED);
        assert_true(canvas_at(&c, 2, at + 6)->style == STYLE_CHANGED);
    }
    snapshot_free(heap);
    snapshot_free(none);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* On one row, too; the word for the most goes before the bars do. */
static void brk_and_live_cover_the_same_commands(void **unused)
{
    (void)unused;
    static const char32_t bars[] = U"▁▂▃▄▅▆▇█";
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    for (size_t i = 0; i < 40; i++) {
        s.heap_bytes[i] = 5000 - i * 100;
        s.live_bytes[i] = 4000 - i * 100;
    }
    for (size_t n = 1; n <= 40; n++)
        for (int columns = 60; columns < 150; columns++) {
            int brk = 0, live = 0;
            assert_true(canvas_init(&c, 2, columns, false));
            s.history.n = n;
            scene_history(&c, (struct area){0, 0, 2, columns}, &s.picture);
            for (int k = 0; k < columns; k++) {
                const struct cell *cell = canvas_at(&c, 1, k);
                bool bar = false;
                for (size_t i = 0; bars[i]; i++)
                    bar |= cell->glyph == bars[i];
                brk += bar && cell->style == STYLE_BRK;
                live += bar && cell->style == STYLE_PAYLOAD;
            }
            assert_int_equal(brk, live);
            assert_true(brk >= ((int)n < 8 ? (int)n : 8));
            assert_true(row_has(&c, 1, "B") && (columns < 110 || n < 2 || row_has(&c, 1, ", most ")));
            canvas_release(&c);
        }
    picture_sample_release(&s);
}

/* With a lesson below the blocks, too; it needs no bytes. */
static void the_projector_shows_the_words_of_the_header(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    s.view.projector = true;
    for (int lesson = 0; lesson < 2; lesson++) {
        if (lesson) s.picture.lesson = (struct picture_lesson){"header", "Look at the header.", ""};
        assert_true(canvas_init(&c, 24, 80, false));
        scene_screen(&c, &s.picture, 1);
        assert_true(screen_has(&c, "size    32") && screen_has(&c, "is_free 1") && screen_has(&c, "next    0x4110a0"));
        assert_true(screen_has(&c, "cell=2B") || screen_has(&c, "cell=4B"));
        assert_false(screen_has(&c, "20 00 00 00"));
        canvas_release(&c);
    }
    picture_sample_release(&s);
}

static void a_question_is_shown_before_what_leads_to_it(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    s.picture.lesson = (struct picture_lesson){
        "The header: page 2",
        "A block is its header and then its payload. malloc returns the payload's address; the program never sees the header.\n"
        "? The heap is empty. alloc 64: by how many bytes does brk move?",
        "type the answer"};
    assert_true(canvas_init(&c, 14, 50, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "A block is its header") && screen_has(&c, "screen` shows all"));
    assert_true(screen_has(&c, "? The heap is empty. alloc 64: by how many bytes") && screen_has(&c, "   does brk move?"));
    s.picture.lesson.text = "one\ntwo\nthree\nfour\nfive\nsix\n";
    scene_screen(&c, &s.picture, 1);
    assert_true(screen_has(&c, "four") && !screen_has(&c, "five") && screen_has(&c, "screen` shows all"));
    canvas_clear(&c); /* all of it fits */
    scene_lesson(&c, (struct area){0, 0, 7, 50}, &s.picture);
    assert_true(screen_has(&c, "six") && !screen_has(&c, "shows all"));
    canvas_release(&c);
    picture_sample_release(&s);
}

/* It is used with nobody: only the picture knows that such blocks are kept from reuse. */
static void a_block_in_quarantine_has_a_look_of_its_own(void **unused)
{
    (void)unused;
    struct snapshot_head head = {.title = "lab", .alive = true, .heap_start = 0x411000, .brk = 0x4110a0, .page_bytes = 4096};
    struct snapshot_block blocks[] = {{0x411000, 80, 0, 16, 0, BLOCK_USED}, {0x411050, 80, 64, 16, 2, BLOCK_USED}};
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_EMPTY);
    struct snapshot *heap = snapshot_new(&head, 2);
    assert_true(heap && snapshot_add_block(heap, &blocks[0]) && snapshot_add_block(heap, &blocks[1]) && snapshot_finish(heap));
    s.picture.snapshot = heap;
    s.detail.block = 0;
    s.detail.n_words = 0;
    s.changes =
        (struct changes){.n = 1, .change = {{CHANGE_NEW, 0x411000, 0x411050, 0}}, .brk_before = head.brk, .brk_after = head.brk};
    for (int kept = 0; kept < 2; kept++) {
        s.picture.quarantine = kept;
        assert_true(canvas_init(&c, 24, 80, true));
        scene_screen(&c, &s.picture, 1);
        assert_int_equal(screen_has(&c, "hhhh quarantine 64 qhhhh"), kept);
        assert_int_equal(screen_has(&c, "^kept---"), kept);
        assert_int_equal(screen_has(&c, "^new---"), !kept);
        assert_int_equal(screen_has(&c, "0 kept"), kept);
        assert_int_equal(screen_has(&c, "+0x0 quarantine"), kept);
        assert_int_equal(screen_has(&c, "~~~~"), !kept);
        canvas_release(&c);
    }
    snapshot_free(heap);
    picture_sample_release(&s);
}

static void too_small_says_so(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    assert_true(canvas_init(&c, 10, 40, false));
    scene_screen(&c, &s.picture, 1);
    assert_true(row_has(&c, 0, "too small: 40×10"));
    assert_true(row_has(&c, 1, "brk 0x4110d0 ±0"));
    assert_true(row_has(&c, 2, "#2 is not the last block: it is only"));
    assert_true(screen_has(&c, "`blocks`, `stats` and `screen`"));
    s.picture.notice = "undo or reset: the target was killed";
    s.picture.lesson = (struct picture_lesson){"header", "? How many?", ""};
    scene_screen(&c, &s.picture, 1);
    assert_true(row_has(&c, 2, "undo or reset") && screen_has(&c, "? How many?"));
    assert_true(scene_hit(&c, &s.picture, 1, 0, 0) == SNAPSHOT_NONE);
    canvas_release(&c);
    picture_sample_release(&s);
}

/* A change in a heap of a hundred thousand blocks is far smaller than a cell: its mark is there all the same. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_of_every_size),
        cmocka_unit_test(scenes_stay_in_their_area),
        cmocka_unit_test(a_click_hits_what_is_drawn),
        cmocka_unit_test(everything_is_there_at_80_by_24),
        cmocka_unit_test(the_table_begins_where_the_view_says),
        cmocka_unit_test(numbers_are_whole_or_left_out),
        cmocka_unit_test(the_place_of_a_block_stands_beside_it_or_below),
        cmocka_unit_test(a_long_line_of_c_has_a_row_of_its_own),
        cmocka_unit_test(nothing_follows_the_edge_of_the_page),
        cmocka_unit_test(cells_show_the_kinds_in_their_shares),
        cmocka_unit_test(the_selected_block_is_marked_on_the_map),
        cmocka_unit_test(brk_and_live_cover_the_same_commands),
        cmocka_unit_test(the_projector_shows_the_words_of_the_header),
        cmocka_unit_test(a_question_is_shown_before_what_leads_to_it),
        cmocka_unit_test(a_block_in_quarantine_has_a_look_of_its_own),
        cmocka_unit_test(too_small_says_so),
        cmocka_unit_test(no_change_is_too_small_to_be_marked),
    };
    return cmocka_run_group_tests_name("scene", tests, NULL, NULL);
}
