/* test_scene.c: scenes at every size stay within their area; what the mouse finds is what is drawn.
 */
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
#include "viz/glyph.h"
#include "viz/layout.h"
#include "viz/pen.h"
#include "viz/scene.h"
#include "viz/view.h"

typedef void scene(struct canvas *c, struct area area, const struct picture *p);

static scene *const scenes[] = {scene_title,  scene_process, scene_heap,
                                scene_blocks, scene_detail,  scene_history,
                                scene_log,    scene_output,  scene_command};
#define N_SCENES (sizeof scenes / sizeof *scenes)

#define HOSTILE                                                                                    \
    "\033[2J\033]0;x\007 \xff\xfe日本\xe2\x80\xae\n\r\t\x9b"                                     \
    "31m a long word "

/* Everything that can be odd at once: hostile words, addresses of 16 digits, a heap of petabytes,
 * no page size, great ids. */
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
    struct snapshot_segment segment = {
        .kind = SEGMENT_TEXT, .start = start - 100, .end = start - 4};
    memcpy(segment.name, HOSTILE,
           sizeof segment.name < sizeof HOSTILE ? sizeof segment.name : sizeof HOSTILE);
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
    s->picture.output = s->log;
    s->picture.n_output = 2;
    s->picture.has_output = true;
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

/* Bars, what went wrong, and names within a block's own cells; nothing else stands out by that. */
static bool may_be_reversed(enum style style)
{
    return style == STYLE_TITLE || style == STYLE_BAD || theme_letter(style) != ' ';
}

static void assert_printable(const struct canvas *c)
{
    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns; column++) {
            const struct cell *cell = canvas_at(c, row, column);
            if (cell->glyph) assert_true(glyph_width(cell->glyph) > 0);
            if (c->ascii) assert_true(cell->glyph >= 0x20 && cell->glyph < 0x7F);
            assert_true((unsigned)cell->style < STYLE_N);
            if (cell->marks & MARK_REVERSE) assert_true(may_be_reversed(cell->style));
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
            for (int columns = 1 + rows % 3; columns <= 200;
                 columns += columns < 90 ? 5 : 17, step++) {
                assert_true(canvas_resize(&c, rows, columns));
                c.ascii = step % 2;
                s.view.bytes_per_cell = step % 3 ? 0 : UINT64_C(1) << (step / 3 % 12);
                s.view.map_from = step % 5 ? 0 : UINT64_MAX / 2;
                s.view.table_from = step % 7 ? 0 : SIZE_MAX / 2;
                s.view.projector = step % 4 == 3;
                scene_screen(&c, &s.picture, step % 4);
                assert_printable(&c);
                uint64_t bytes, cells;
                scene_map_scale(&c, scene_whole(&c), &s.picture, step % 4, &bytes, &cells);
                assert_true(bytes > 0 && cells > 0 &&
                            scene_table_rows(&c, scene_whole(&c), &s.picture, step % 4) > 0);
                size_t hit =
                    scene_hit(&c, scene_whole(&c), &s.picture, step % 4, rows / 2, columns / 2);
                bool nothing = rows < SCREEN_ROWS_MIN || columns < SCREEN_COLUMNS_MIN;
                if (nothing)
                    assert_true(hit == SNAPSHOT_NONE && cells > 0 &&
                                scene_table_rows(&c, scene_whole(&c), &s.picture, step % 4) == 1);
            }
        canvas_release(&c);
        picture_sample_release(&s);
    }
}

static bool apart(struct area a, struct area b)
{
    return a.row + a.rows <= b.row || b.row + b.rows <= a.row || a.column + a.columns <= b.column ||
           b.column + b.columns <= a.column;
}

/* Where there is something written it has its place beside the log, whose words stay, and which has
 * all of it where nothing is. */
static void output_has_its_place(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    make(&s, SAMPLE_FREED);
    assert_true(canvas_init(&c, 1, 1, false));
    for (int rows = 1; rows <= 60; rows++)
        for (int columns = 40; columns <= 200; columns += 8) {
            struct area all = {0, 0, rows, columns};
            s.picture.has_output = false;
            struct layout before = layout_make(&c, all, &s.picture, 1);
            bool shows = scene_shows_output(&c, all, &s.picture, 1);
            assert_int_equal(before.output.rows, 0);
            s.picture.has_output = true;
            struct layout l = layout_make(&c, all, &s.picture, 1);
            assert_true(shows == (l.output.rows > 1 && !l.too_small));
            if (columns < 150 || rows >= 20) /* beside the table it has as many rows as that */
                assert_true(shows == (rows >= SCREEN_ROWS_MIN && columns >= SCREEN_COLUMNS_MIN));
            assert_true((l.log.rows > 0) == (before.log.rows > 0));
            assert_true(apart(l.log, l.output) && apart(l.blocks, l.output) &&
                        apart(l.detail, l.output) && apart(l.history, l.output) &&
                        apart(l.command, l.output));
            s.picture.no_log = true;
            l = layout_make(&c, all, &s.picture, 1);
            assert_true(l.log.rows == 0 && (l.output.rows > 1 || !shows));
            s.picture.no_log = false;
        }
    canvas_release(&c);
    picture_sample_release(&s);
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
                    bool inside =
                        row >= 3 && row < 3 + area.rows && column >= 4 && column < 4 + area.columns;
                    const struct cell *cell = canvas_at(&c, row, column);
                    if (!inside && (cell->glyph != U'@' || cell->style != STYLE_PROMPT))
                        fail_msg("picture %d, scene %zu, %d×%d: wrote at %d, %d", kind,
                                 i % N_SCENES, area.rows, area.columns, row, column);
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

/* The map's rows at 80 × 24: 6 and 8 are lines, behind a gutter; the table begins at row 11 or 12.
 */
static void a_click_hits_what_is_drawn(void **unused)
{
    (void)unused;
    static const enum sample_kind kinds[] = {SAMPLE_FREED, SAMPLE_DAMAGED, SAMPLE_BUMP,
                                             SAMPLE_FOREIGN};
    for (size_t kind = 0; kind < 4; kind++) {
        struct picture_sample s;
        struct canvas c;
        picture_sample_make(&s, kinds[kind]);
        assert_true(canvas_init(&c, 24, 80, false));
        scene_screen(&c, &s.picture, 1);
        size_t n = snapshot_n_blocks(s.after), in_map[16] = {0}, in_table[16] = {0};
        for (int row = 0; row < c.rows; row++)
            for (int column = 0; column < c.columns; column++) {
                size_t block = scene_hit(&c, scene_whole(&c), &s.picture, 1, row, column);
                const struct cell *cell = canvas_at(&c, row, column);
                if (row == 6 || row == 8)
                    assert_int_equal(block != SNAPSHOT_NONE,
                                     column >= 10 && column < 74 &&
                                         style_fits(cell->style, BLOCK_USED) +
                                                 style_fits(cell->style, BLOCK_FREE) +
                                                 style_fits(cell->style, BLOCK_FOREIGN) +
                                                 style_fits(cell->style, BLOCK_DAMAGED) >
                                             0);
                if (block == SNAPSHOT_NONE) continue;
                assert_true(block < n);
                if (row == 6 || row == 8)
                    assert_true(style_fits(cell->style, snapshot_block(s.after, block).state));
                if (row < 10)
                    in_map[block]++;
                else
                    in_table[block]++;
                if (row < 10) continue;
                char shown[9] = "", address[24];
                for (int i = 0; i < 8; i++)
                    shown[i] = (char)canvas_at(&c, row, 8 + i)->glyph;
                snprintf(address, sizeof address, "0x%llx",
                         (unsigned long long)snapshot_block(s.after, block).address);
                assert_string_equal(shown, address);
            }
        for (size_t i = 0; i < n; i++)
            assert_true(in_map[i] > 0 && in_table[i] > 0);
        assert_true(scene_hit(&c, scene_whole(&c), &s.picture, 1, -1, -1) == SNAPSHOT_NONE);
        assert_true(scene_hit(&c, scene_whole(&c), &s.picture, 1, 99, 99) == SNAPSHOT_NONE);
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
    size_t rows = scene_table_rows(&c, scene_whole(&c), &s.picture, 1), most = 100000 - rows;
    for (size_t from = most - 2; from < most + 3; from++) {
        s.view.table_from = from;
        assert_int_equal(scene_hit(&c, scene_whole(&c), &s.picture, 1, 12, 0),
                         from < most ? from + 1 : most + 1);
    }
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

/* With a lesson below the blocks, too; it needs no bytes. */
static void the_projector_shows_the_words_of_the_header(void **unused)
{
    (void)unused;
    struct picture_sample s;
    struct canvas c;
    picture_sample_make(&s, SAMPLE_FREED);
    s.view.projector = true;
    for (int lesson = 0; lesson < 2; lesson++) {
        if (lesson)
            s.picture.lesson =
                (struct picture_lesson){"header", "Look at the header.", "", STYLE_PLAIN};
        assert_true(canvas_init(&c, 24, 80, false));
        scene_screen(&c, &s.picture, 1);
        assert_true(screen_has(&c, "size    32") && screen_has(&c, "is_free 1") &&
                    screen_has(&c, "next    0x4110a0"));
        assert_true(screen_has(&c, "cell=2B") || screen_has(&c, "cell=4B"));
        assert_false(screen_has(&c, "20 00 00 00"));
        canvas_release(&c);
    }
    picture_sample_release(&s);
}

/* A question has a ground of its own: it goes on between its words. */
static void a_ground_goes_on_between_words(void **unused)
{
    (void)unused;
    struct canvas c;
    assert_true(canvas_init(&c, 3, 12, false));
    struct pen pen = {&c, {0, 0, 3, 12}};
    pen_wrap(&pen, 0, 0, 2, STYLE_CHANGED, "does brk move up?");
    assert_string_equal(row_trimmed(&c, 0), "does brk");
    for (int column = 0; column < 8; column++)
        assert_int_equal(canvas_at(&c, 0, column)->style, STYLE_CHANGED);
    assert_int_not_equal(canvas_at(&c, 0, 8)->style, STYLE_CHANGED);
    canvas_release(&c);
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
    s.picture.lesson = (struct picture_lesson){"header", "? How many?", "", STYLE_PLAIN};
    scene_screen(&c, &s.picture, 1);
    assert_true(row_has(&c, 2, "undo or reset") && screen_has(&c, "? How many?"));
    assert_true(scene_hit(&c, scene_whole(&c), &s.picture, 1, 0, 0) == SNAPSHOT_NONE);
    canvas_release(&c);
    picture_sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_of_every_size),
        cmocka_unit_test(output_has_its_place),
        cmocka_unit_test(scenes_stay_in_their_area),
        cmocka_unit_test(a_click_hits_what_is_drawn),
        cmocka_unit_test(the_table_begins_where_the_view_says),
        cmocka_unit_test(everything_is_there_at_80_by_24),
        cmocka_unit_test(the_projector_shows_the_words_of_the_header),
        cmocka_unit_test(a_ground_goes_on_between_words),
        cmocka_unit_test(too_small_says_so),
    };
    return cmocka_run_group_tests_name("scene", tests, NULL, NULL);
}
