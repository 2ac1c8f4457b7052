/* terminal_screen.c: what the emulator shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/terminal_private.h"

static int moved(VTermPos pos, VTermPos old, int visible, void *user)
{
    struct terminal *t = user;
    (void)old, (void)visible;
    t->cursor = pos;
    return 1;
}

static int property(VTermProp prop, VTermValue *value, void *user)
{
    struct terminal *t = user;
    if (prop == VTERM_PROP_CURSORVISIBLE) t->cursor_visible = value->boolean;
    if (prop == VTERM_PROP_ALTSCREEN) t->alternate = value->boolean;
    if (prop == VTERM_PROP_MOUSE) t->mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

/* The terminal's answers to questions. */
static void answer(const char *bytes, size_t n, void *user)
{
    const struct terminal *t = user;
    if (!t->background || t->background[0]) terminal_send(user, bytes, n);
}

bool terminal_screen_open(struct terminal *t, int rows, int columns)
{
    static const VTermScreenCallbacks callbacks = {.movecursor = moved, .settermprop = property};
    t->vt = vterm_new(rows, columns);
    if (!t->vt) return false;
    t->rows = rows;
    t->columns = columns;
    t->cursor_visible = true;
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, answer, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    return true;
}

void terminal_screen_close(struct terminal *t)
{
    for (int i = 0; i < t->n_row_text; i++)
        free(t->row_text[i]);
    free(t->row_text);
    vterm_free(t->vt);
}

void terminal_screen_take(struct terminal *t, const char *bytes, size_t n)
{
    vterm_input_write(t->vt, bytes, n);
    vterm_screen_flush_damage(t->screen);
}

void terminal_screen_resize(struct terminal *t, int rows, int columns)
{
    vterm_set_size(t->vt, rows, columns);
    t->rows = rows;
    t->columns = columns;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) return to[0] = (char)c, 1;
    if (c < 0x800) return to[0] = (char)(0xc0 | c >> 6), to[1] = (char)(0x80 | (c & 0x3f)), 2;
    if (c < 0x10000)
        return to[0] = (char)(0xe0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 0x3f)),
               to[2] = (char)(0x80 | (c & 0x3f)), 3;
    to[0] = (char)(0xf0 | c >> 18), to[1] = (char)(0x80 | (c >> 12 & 0x3f)),
    to[2] = (char)(0x80 | (c >> 6 & 0x3f)), to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

const char *terminal_row(struct terminal *t, int row)
{
    if (row >= t->n_row_text) {
        t->row_text = realloc(t->row_text, (size_t)(row + 1) * sizeof *t->row_text);
        while (t->n_row_text <= row)
            t->row_text[t->n_row_text++] = NULL;
    }
    free(t->row_text[row]);
    char *text = t->row_text[row] = malloc((size_t)t->columns * 4 * VTERM_MAX_CHARS_PER_CELL + 1);
    size_t n = 0;
    for (int column = 0; row < t->rows && column < t->columns; column++) {
        VTermScreenCell cell;
        if (!vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = column}, &cell))
            continue;
        if (cell.chars[0] == (uint32_t)-1) continue;
        if (!cell.chars[0]) text[n++] = ' ';
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            n += put_utf8(text + n, cell.chars[i]);
    }
    while (n && text[n - 1] == ' ')
        n--;
    text[n] = 0;
    return text;
}

int terminal_find(struct terminal *t, const char *text, int *column)
{
    for (int row = 0; row < t->rows; row++) {
        const char *line = terminal_row(t, row), *at = strstr(line, text);
        if (!at) continue;
        if (column) {
            *column = 0; /* every character before it; the tests look for wide ones by cell */
            for (const char *c = line; c < at; c++)
                *column += ((unsigned char)*c & 0xc0) != 0x80;
        }
        return row;
    }
    return -1;
}

static void rgb(struct terminal *t, VTermColor color, unsigned char out[3])
{
    vterm_screen_convert_color_to_rgb(t->screen, &color);
    out[0] = color.rgb.red;
    out[1] = color.rgb.green;
    out[2] = color.rgb.blue;
}

struct terminal_cell terminal_cell(struct terminal *t, int row, int column)
{
    VTermScreenCell cell;
    struct terminal_cell c = {0};
    if (!vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = column}, &cell)) return c;
    c.glyph = cell.chars[0];
    c.width = cell.width;
    c.bold = cell.attrs.bold;
    c.reverse = cell.attrs.reverse;
    c.underline = cell.attrs.underline != 0;
    c.default_foreground = VTERM_COLOR_IS_DEFAULT_FG(&cell.fg);
    c.default_background = VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
    rgb(t, cell.fg, c.foreground);
    rgb(t, cell.bg, c.background);
    return c;
}

void terminal_cursor(struct terminal *t, int *row, int *column, bool *visible)
{
    *row = t->cursor.row;
    *column = t->cursor.col;
    if (visible) *visible = t->cursor_visible;
}

void terminal_size(struct terminal *t, int *rows, int *columns)
{
    *rows = t->rows;
    *columns = t->columns;
}

bool terminal_alternate(struct terminal *t) { return t->alternate; }
bool terminal_mouse(struct terminal *t) { return t->mouse; }
size_t terminal_bytes(struct terminal *t) { return t->n_raw; }

bool terminal_came(struct terminal *t, const void *bytes, size_t n, size_t from)
{
    return from < t->n_raw && memmem(t->raw + from, t->n_raw - from, bytes, n);
}

void terminal_print(struct terminal *t)
{
    fprintf(stderr, "# the terminal, %d x %d, cursor %d,%d:\n", t->rows, t->columns, t->cursor.row,
            t->cursor.col);
    for (int row = 0; row < t->rows; row++)
        fprintf(stderr, "# |%s\n", terminal_row(t, row));
}

void terminal_must_show(struct terminal *t, const char *text)
{
    if (terminal_wait(t, text, TERMINAL_WAIT_MS)) return;
    terminal_print(t);
    fail_msg("the terminal does not show \"%s\"", text);
}

void terminal_must_lose(struct terminal *t, const char *text)
{
    if (terminal_wait_gone(t, text, TERMINAL_WAIT_MS)) return;
    terminal_print(t);
    fail_msg("the terminal still shows \"%s\"", text);
}
