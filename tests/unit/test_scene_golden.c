/* test_scene_golden.c: whole screens, compared with those kept in tests/golden.
 * BRKVIEW_UPDATE_GOLDEN=1 writes them anew: look at the difference before it is committed. Run from
 * the project's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/picture_sample.h"
#include "viz/face_text.h"
#include "viz/panes.h"
#include "viz/scene.h"
#include "viz/view.h"

struct form {
    const char *name;
    int rows, columns;
    bool ascii, styles, projector;
};

static char *draw(enum sample_kind kind, const struct form *form)
{
    struct picture_sample s;
    struct canvas c;
    char *text = NULL;
    size_t length = 0, rows;
    uint64_t bytes, cells;
    picture_sample_make(&s, kind);
    s.view.ascii = form->ascii;
    s.view.projector = form->projector;
    s.view.theme = form->styles ? THEME_MONO : THEME_DARK;
    assert_true(canvas_init(&c, form->rows, form->columns, form->ascii));
    scene_map_scale(&c, scene_whole(&c), &s.picture, 1, &bytes, &cells);
    rows = scene_table_rows(&c, scene_whole(&c), &s.picture, 1);
    view_follow(&s.view, s.after, &s.changes, cells, rows);
    scene_screen(&c, &s.picture, 1);
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(form->styles ? face_text_write_styles(&c, out) : face_text_write(&c, out));
    fclose(out);
    canvas_release(&c);
    picture_sample_release(&s);
    return text;
}

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = NULL;
    size_t length = 0;
    if (in) {
        if (getdelim(&text, &length, '\0', in) < 0) length = 0;
        fclose(in);
    }
    return text;
}

/* drawn is freed. */
static void must_be(const char *name, char *drawn)
{
    char path[200];
    snprintf(path, sizeof path, "tests/golden/%s.txt", name);
    if (getenv("BRKVIEW_UPDATE_GOLDEN")) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        assert_true(fputs(drawn, out) >= 0);
        assert_int_equal(fclose(out), 0);
    }
    char *kept = read_file(path);
    if (!kept || strcmp(kept, drawn)) {
        size_t line = 1, i = 0;
        for (; kept && kept[i] && kept[i] == drawn[i]; i++)
            line += kept[i] == '\n';
        print_error("%s\n", drawn);
        fail_msg("%s: %s, line %zu", path, kept ? "differs from what is drawn" : "cannot be read",
                 line);
    }
    free(kept);
    free(drawn);
}

static void compare(enum sample_kind kind, const struct form *form)
{
    char name[80];
    snprintf(name, sizeof name, "%s-%s", picture_sample_name(kind), form->name);
    must_be(name, draw(kind, form));
}

static void frames(const struct form *form)
{
    for (int kind = 0; kind < SAMPLE_N; kind++)
        compare((enum sample_kind)kind, form);
}

static void small(void **unused)
{
    (void)unused;
    frames(&(struct form){"80x24", 24, 80, false, false, false});
}
static void medium(void **unused)
{
    (void)unused;
    frames(&(struct form){"120x40", 40, 120, false, false, false});
}
static void ascii(void **unused)
{
    (void)unused;
    frames(&(struct form){"ascii", 24, 80, true, false, false});
}
static void mono_with_styles(void **unused)
{
    (void)unused;
    frames(&(struct form){"mono", 24, 80, false, true, false});
}
static void large(void **unused)
{
    (void)unused;
    compare(SAMPLE_FRAGMENTED, &(struct form){"200x50", 50, 200, false, false, false});
}
/* Several heaps, each in a pane, with the way that each has gone. */
static void panes_of(const char *name, int rows, int columns, size_t n, bool in_ascii)
{
    static const enum sample_kind kinds[PANES_MOST] = {SAMPLE_FREED, SAMPLE_FRAGMENTED, SAMPLE_DEAD,
                                                       SAMPLE_EMPTY};
    static const char *const names[PANES_MOST] = {"first-fit", "best-fit,split=off", "header",
                                                  "bump"};
    struct curve_point way[40];
    struct picture_sample s[PANES_MOST];
    struct pane pane[PANES_MOST];
    for (uint64_t i = 0; i < 40; i++)
        way[i] = (struct curve_point){3 * i, 4096 + 100 * i, 4000 - 50 * i, 90 * i};
    for (size_t i = 0; i < n; i++) {
        picture_sample_make(&s[i], kinds[i]);
        pane[i] = (struct pane){names[i],
                                &s[i].picture,
                                {.point = way,
                                 .n = 40 - 10 * i,
                                 .x_most = i == 1 ? 0 : 200,
                                 .has_free = i != 3,
                                 .parted = i < 2,
                                 .parted_x = 30}};
    }
    const struct panes all = {
        .pane = pane,
        .n = n,
        .prompt_rows = 1,
        .foot = {"operation 120 (line 124), free(id 7); of 200",
                 "first divergence: operation 30 (line 34), malloc(64) of id 3: the payload is at "
                 "+0x20 under first-fit, at +0x60 under best-fit,split=off"},
        .foot_style = {STYLE_PLAIN, STYLE_CHANGED}};
    struct canvas c;
    assert_true(canvas_init(&c, rows, columns, in_ascii));
    scene_panes(&c, scene_whole(&c), &all);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(face_text_write(&c, out));
    fclose(out);
    must_be(name, text);
    for (size_t i = 0; i < n; i++)
        picture_sample_release(&s[i]);
    canvas_release(&c);
}

static void panes(void **unused)
{
    (void)unused;
    panes_of("panes-2-120x40", 39, 120, 2, false);
    panes_of("panes-2-80x24", 23, 80, 2, false);
    panes_of("panes-3-80x24", 23, 80, 3, true);
    panes_of("panes-4-80x24", 23, 80, 4, false);
    panes_of("panes-4-120x40", 39, 120, 4, false);
    panes_of("panes-4-60x12", 11, 60, 4, false);
}

/* Where the heaps have parted is marked on each curve: operation 30 of 200 is in the seventh
 * column. */
static void parting_is_marked(void **unused)
{
    (void)unused;
    struct curve_point way[] = {{0, 64, 64, 0}, {200, 128, 64, 0}};
    struct picture_sample s;
    picture_sample_make(&s, SAMPLE_FREED);
    const struct pane pane = {
        "first-fit",
        &s.picture,
        {.point = way, .n = 2, .x_most = 200, .has_free = true, .parted = true, .parted_x = 30}};
    struct canvas c;
    assert_true(canvas_init(&c, 12, 80, false));
    scene_panes(&c, scene_whole(&c), &(struct panes){.pane = &pane, .n = 1});
    for (int row = 6; row < 9; row++)
        for (int column = 15; column < 54; column++) {
            const struct cell *cell = canvas_at(&c, row, column);
            bool marked = cell->style == STYLE_CHANGED && cell->marks == MARK_REVERSE;
            assert_true(marked == (column == 15 + 6));
        }
    picture_sample_release(&s);
    canvas_release(&c);
}

/* Fewer things, larger: the scale is finer, and the words of the header stand beside the blocks. */
static void projector(void **unused)
{
    (void)unused;
    compare(SAMPLE_FREED, &(struct form){"projector-80x24", 24, 80, false, false, true});
    compare(SAMPLE_FREED, &(struct form){"projector-120x40", 40, 120, false, false, true});
}
static void least(void **unused)
{
    (void)unused;
    compare(SAMPLE_FRAGMENTED, &(struct form){"50x14", 14, 50, false, false, false});
}

/* Two heaps on two areas of one canvas: each is drawn as it would be alone, a click finds its
 * blocks, and nothing outside is touched. */
static void side_by_side(void **unused)
{
    (void)unused;
    enum { ROWS = 26, LEFT = 82, RIGHT = 60, GAP = 1 };
    const struct area areas[2] = {{1, 0, ROWS - 1, LEFT}, {1, LEFT + GAP, ROWS - 1, RIGHT}};
    static const enum sample_kind kinds[2] = {SAMPLE_FREED, SAMPLE_FRAGMENTED};
    struct picture_sample s[2];
    struct canvas both, alone;
    assert_true(canvas_init(&both, ROWS, LEFT + GAP + RIGHT, false));
    canvas_fill(&both, 0, 0, ROWS, LEFT + GAP + RIGHT, U'%', STYLE_DIM, 0);
    for (int i = 0; i < 2; i++) {
        picture_sample_make(&s[i], kinds[i]);
        scene_screen_on(&both, areas[i], &s[i].picture, 0);
        assert_true(canvas_init(&alone, areas[i].rows, areas[i].columns, false));
        scene_screen(&alone, &s[i].picture, 0);
        for (int row = 0; row < areas[i].rows; row++)
            for (int column = 0; column < areas[i].columns; column++) {
                const struct cell *a = canvas_at(&both, areas[i].row + row,
                                                 areas[i].column + column),
                                  *b = canvas_at(&alone, row, column);
                assert_true(a->glyph == b->glyph && a->style == b->style && a->marks == b->marks);
                size_t hit = scene_hit(&both, areas[i], &s[i].picture, 0, areas[i].row + row,
                                       areas[i].column + column);
                assert_int_equal(
                    hit, scene_hit(&alone, scene_whole(&alone), &s[i].picture, 0, row, column));
            }
        canvas_release(&alone);
    }
    for (int row = 0; row < ROWS; row++)
        assert_true(canvas_at(&both, row, LEFT)->glyph == U'%' &&
                    (row > 0 || canvas_at(&both, 0, row * 3)->glyph == U'%'));
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(face_text_write(&both, out));
    fclose(out);
    must_be("side-by-side", text);
    picture_sample_release(&s[0]);
    picture_sample_release(&s[1]);
    canvas_release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small),     cmocka_unit_test(medium),
        cmocka_unit_test(ascii),     cmocka_unit_test(mono_with_styles),
        cmocka_unit_test(large),     cmocka_unit_test(least),
        cmocka_unit_test(projector), cmocka_unit_test(side_by_side),
        cmocka_unit_test(panes),     cmocka_unit_test(parting_is_marked),
    };
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
