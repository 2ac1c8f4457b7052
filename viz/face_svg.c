/* face_svg.c: runs as rectangles, paths and text. */
#include "face_svg.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "runs.h"

#define MARGIN 8
#define BASELINE 12 /* of 16 */
#define FONTS "'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,'Courier New',monospace"
#define FONT_SIZE "13.3" /* so that a letter of most such fonts is 8 wide */

static void put_rect(FILE *to, int x, int y, int w, int h, struct colour fill)
{
    char text[PAINT_TEXT];
    fprintf(to, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", x, y, w, h,
            paint_text(text, fill));
}

/* The digits of n, which is not negative; the place behind them. */
static char *number(char *to, int n)
{
    char digits[12];
    size_t left = sizeof digits;
    do
        digits[--left] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    memcpy(to, digits + left, sizeof digits - left);
    return to + (sizeof digits - left);
}

/* One run of shapes, as the next part of a path. */
static void put_shape(FILE *to, const struct run *r, int y)
{
    char path[SHAPE_PATH_MAX];
    int x = MARGIN + r->column * SHAPE_COLUMNS, w = r->columns * SHAPE_COLUMNS;
    if (r->shape.stretches) { /* most of a picture: M%d %dh%dv%dh-%dz */
        const signed char *part = r->shape.part[0].at;
        char text[64], *at = text;
        *at++ = 'M';
        at = number(at, x);
        *at++ = ' ';
        at = number(at, y + part[1]);
        *at++ = 'h';
        at = number(at, w);
        *at++ = 'v';
        at = number(at, part[3]);
        *at++ = 'h';
        *at++ = '-';
        at = number(at, w);
        *at++ = 'z';
        fwrite_unlocked(text, 1, (size_t)(at - text), to);
        return;
    }
    fprintf(to, "M%d %d", x, y);
    shape_path(&r->shape, path);
    for (int i = 0; i < r->columns; i++) {
        if (i) fputs("m8 0", to);
        fputs(path, to);
    }
}

/* All shapes of a row, those of one colour in one path: a map of many small runs has few colours.
 * They lie beside each other, so that their order does not matter. */
static void put_shapes(FILE *to, struct run *runs, size_t n, int y)
{
    char text[PAINT_TEXT];
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind != RUN_SHAPE) continue;
        struct colour colour = runs[i].paint.front;
        fprintf(to, "<path fill=\"%s\" d=\"", paint_text(text, colour));
        for (size_t k = i; k < n; k++) {
            if (runs[k].kind != RUN_SHAPE ||
                memcmp(&runs[k].paint.front, &colour, sizeof colour) != 0)
                continue;
            put_shape(to, &runs[k], y);
            runs[k].kind = RUN_BLANK;
        }
        fputs("\"/>\n", to);
    }
}

static void put_text(FILE *to, const struct canvas *c, const struct run *r, int row, int x, int y)
{
    char text[PAINT_TEXT];
    fprintf(to, "<text x=\"%d\" y=\"%d\" fill=\"%s\"%s textLength=\"%d\">", x, y + BASELINE,
            paint_text(text, r->paint.front), r->paint.bold ? " font-weight=\"bold\"" : "",
            r->columns * SHAPE_COLUMNS);
    for (int i = 0; i < r->columns; i++) {
        char32_t glyph = canvas_at(c, row, r->column + i)->glyph;
        bool plain =
            (glyph >= U'a' && glyph <= U'z') || (glyph >= U'0' && glyph <= U'9') || glyph == U' ';
        if (plain)
            putc_unlocked((int)glyph, to); /* most of a picture */
        else if (glyph)
            escape_xml_glyph(to, glyph);
    }
    fputs("</text>", to);
}

/* runs: room for as many as the canvas has columns. */
static void put_row(FILE *to, const struct canvas *c, enum theme_name theme, int row,
                    struct run *runs)
{
    int y = MARGIN + row * SHAPE_ROWS;
    size_t n = 0;
    for (int column = 0; column < c->columns;) {
        struct run *r = &runs[n];
        *r = run_at(c, theme, row, column);
        int x = MARGIN + column * SHAPE_COLUMNS, w = r->columns * SHAPE_COLUMNS;
        column += r->columns;
        if (run_empty(r)) continue;
        n++;
        if (!r->paint.on_paper) put_rect(to, x, y, w, SHAPE_ROWS, r->paint.back);
        if (r->kind == RUN_TEXT) put_text(to, c, r, row, x, y);
        if (r->paint.underline) put_rect(to, x, y + BASELINE + 2, w, 1, r->paint.front);
        if (r->kind != RUN_SHAPE || r->paint.underline) fputc('\n', to);
    }
    put_shapes(to, runs, n, y);
}

bool face_svg_write(const struct canvas *c, enum theme_name theme, const struct caption *caption,
                    FILE *to)
{
    int width = c->columns * SHAPE_COLUMNS + 2 * MARGIN, height = c->rows * SHAPE_ROWS + 2 * MARGIN;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
            "%d\" role=\"img\" "
            "aria-labelledby=\"title text\" font-family=\"" FONTS "\" font-size=\"" FONT_SIZE
            "\">\n<title id=\"title\">",
            width, height, width, height);
    escape_xml(to, caption->title);
    fputs("</title>\n<desc id=\"text\">", to);
    escape_xml(to, caption->text);
    fputs("</desc>\n<g>\n", to);
    put_rect(to, 0, 0, width, height, paint_paper(theme));
    fputc('\n', to);
    struct run *runs = malloc(sizeof *runs * (size_t)c->columns);
    bool drawn = runs != NULL;
    for (int row = 0; drawn && row < c->rows; row++)
        put_row(to, c, theme, row, runs);
    free(runs);
    fputs("</g>\n</svg>\n", to);
    return fflush(to) == 0 && !ferror(to) && drawn;
}
