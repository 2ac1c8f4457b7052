/* test_cast.c: a recording, played by a terminal's emulator: after each frame's event it shows that
 * frame's glyphs, colours and cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>
#include <vterm.h>

#include "tests/support/scribble.h"
#include "viz/face_cast.h"
#include "viz/glyph.h"

#define ROWS 12
#define COLUMNS 50

static bool cursor_is_seen;

static int on_property(VTermProp property, VTermValue *value, void *unused)
{
    (void)unused;
    if (property == VTERM_PROP_CURSORVISIBLE) cursor_is_seen = value->boolean;
    return 1;
}

/* One frame that scribble makes, with the cursor of some; the same for the same number. */
static void frame(struct canvas *c, uint32_t number)
{
    scribble_on(c, number);
    c->cursor_row = number % 3 == 2 ? -1 : (int)(number * 7 % ROWS);
    c->cursor_column =
        number % 3 == 2 ? -1
                        : (int)(number / 4 * 11 % COLUMNS); /* some frames differ in nothing else */
}

static bool is_color(VTermScreen *screen, VTermColor color, bool own, int red, int green, int blue)
{
    bool is_own = VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color);
    if (own || is_own) return own && is_own;
    vterm_screen_convert_color_to_rgb(screen, &color);
    return color.rgb.red == red && color.rgb.green == green && color.rgb.blue == blue;
}

static void must_show(VTerm *terminal, const struct canvas *c, enum theme_name theme,
                      uint32_t number)
{
    VTermScreen *screen = vterm_obtain_screen(terminal);
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            const struct cell *cell = canvas_at(c, row, column);
            VTermScreenCell seen;
            if (!cell->glyph) continue; /* the second half of a wide one */
            vterm_screen_get_cell(screen, (VTermPos){row, column}, &seen);
            const struct theme_ink *ink = theme_ink(theme, cell->style);
            unsigned marks = (cell->marks | ink->marks) & ~MARK_REVERSE;
            bool reversed = ((cell->marks ^ ink->marks) & MARK_REVERSE) !=
                            0; /* what is reversed twice is not */
            bool same = (seen.chars[0] ? seen.chars[0] : U' ') == cell->glyph &&
                        seen.width == glyph_width(cell->glyph) &&
                        seen.attrs.bold == ((marks & MARK_BOLD) != 0) &&
                        seen.attrs.reverse == reversed &&
                        (seen.attrs.underline != 0) == ((marks & MARK_UNDERLINE) != 0) &&
                        is_color(screen, seen.fg, ink->default_foreground, ink->red, ink->green,
                                 ink->blue) &&
                        is_color(screen, seen.bg, ink->default_background, ink->back_red,
                                 ink->back_green, ink->back_blue);
            if (!same)
                fail_msg("frame %u, row %d, column %d: U+%04X", number, row, column,
                         (unsigned)seen.chars[0]);
        }
    assert_int_equal(cursor_is_seen, c->cursor_row >= 0);
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal), &at);
    if (c->cursor_row < 0) return;
    assert_int_equal(at.row, c->cursor_row);
    assert_int_equal(at.col, c->cursor_column);
}

static void a_terminal_shows_each_frame(void **unused)
{
    (void)unused;
    enum { FRAMES = 60 };
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        struct canvas c;
        struct written w;
        struct face_cast f;
        static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
        VTerm *terminal = vterm_new(ROWS, COLUMNS);
        VTermScreen *screen = vterm_obtain_screen(terminal);
        vterm_set_utf8(terminal, 1);
        vterm_screen_set_callbacks(screen, &callbacks, NULL);
        vterm_screen_enable_altscreen(screen, 1);
        vterm_screen_reset(screen, 1);
        assert_true(canvas_init(&c, ROWS, COLUMNS, false));
        FILE *to = written_begin(&w);
        assert_true(face_cast_begin(&f, to, "played", theme, ROWS, COLUMNS));
        for (uint32_t number = 0; number < FRAMES; number++) {
            frame(&c, number);
            assert_true(face_cast_frame(&f, number, &c));
        }
        face_cast_release(&f);
        fclose(to);
        char *line = strchr(w.text, '\n') + 1;
        for (uint32_t number = 0; number < FRAMES; number++) {
            frame(&c, number);
            char *end = strchr(line, '\n');
            json_t *event = end ? json_loadb(line, (size_t)(end - line), 0, NULL) : NULL;
            if (event && json_number_value(json_array_get(event, 0)) == number) {
                const char *data = json_string_value(json_array_get(event, 2));
                vterm_input_write(terminal, data, strlen(data));
                line = end + 1;
            } /* else nothing differs */
            json_decref(event);
            must_show(terminal, &c, theme, number);
        }
        assert_int_equal(*line, '\0');
        free(w.text);
        canvas_release(&c);
        vterm_free(terminal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_terminal_shows_each_frame)};
    return cmocka_run_group_tests_name("cast", tests, NULL, NULL);
}
