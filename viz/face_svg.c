/* face_svg.c: runs as rectangles, paths and text. */
#include "face_svg.h"

#include "escape.h"
#include "runs.h"

#define MARGIN 8
#define BASELINE 12 /* of 16 */
#define FONTS "'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,'Courier New',monospace"
#define FONT_SIZE "13.3" /* so that a letter of most such fonts is 8 wide */

static void put_rect(FILE *to, int x, int y, int w, int h, struct colour fill)
{
    char text[PAINT_TEXT];
    fprintf(to, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", x, y, w, h, paint_text(text, fill));
}

static void put_shape(FILE *to, const struct run *r, int x, int y)
{
    char path[SHAPE_PATH_MAX], text[PAINT_TEXT];
    fprintf(to, "<path fill=\"%s\"", paint_text(text, r->paint.front));
    fprintf(to, " d=\"M%d %d", x, y);
    if (r->shape.stretches) {
        const signed char *at = r->shape.part[0].at;
        fprintf(to, "m0 %dh%dv%dh-%dz", at[1], r->columns * SHAPE_COLUMNS, at[3], r->columns * SHAPE_COLUMNS);
    } else {
        shape_path(&r->shape, path);
        for (int i = 0; i < r->columns; i++) {
            if (i) fputs("m8 0", to);
            fputs(path, to);
        }
    }
    fputs("\"/>", to);
}

static void put_text(FILE *to, const struct canvas *c, const struct run *r, int row, int x, int y)
{
    char text[PAINT_TEXT];
    fprintf(to, "<text x=\"%d\" y=\"%d\" fill=\"%s\"%s textLength=\"%d\">", x, y + BASELINE, paint_text(text, r->paint.front),
            r->paint.bold ? " font-weight=\"bold\"" : "", r->columns * SHAPE_COLUMNS);
    for (int i = 0; i < r->columns; i++) {
        char32_t glyph = canvas_at(c, row, r->column + i)->glyph;
        bool plain = (glyph >= U'a' && glyph <= U'z') || (glyph >= U'0' && glyph <= U'9') || glyph == U' ';
        if (plain)
            putc_unlocked((int)glyph, to); /* most of a picture */
        else if (glyph)
            escape_xml_glyph(to, glyph);
    }
    fputs("</text>", to);
}

static void put_row(FILE *to, const struct canvas *c, enum theme_name theme, int row)
{
    int y = MARGIN + row * SHAPE_ROWS;
    for (int column = 0; column < c->columns;) {
        struct run r = run_at(c, theme, row, column);
        int x = MARGIN + column * SHAPE_COLUMNS, w = r.columns * SHAPE_COLUMNS;
        column += r.columns;
        if (run_empty(&r)) continue;
        if (!r.paint.on_paper) put_rect(to, x, y, w, SHAPE_ROWS, r.paint.back);
        if (r.kind == RUN_SHAPE) put_shape(to, &r, x, y);
        if (r.kind == RUN_TEXT) put_text(to, c, &r, row, x, y);
        if (r.paint.underline) put_rect(to, x, y + BASELINE + 2, w, 1, r.paint.front);
        fputc('\n', to);
    }
}

bool face_svg_write(const struct canvas *c, enum theme_name theme, const struct caption *caption, FILE *to)
{
    int width = c->columns * SHAPE_COLUMNS + 2 * MARGIN, height = c->rows * SHAPE_ROWS + 2 * MARGIN;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-labelledby=\"title text\" font-family=\"" FONTS "\" font-size=\"" FONT_SIZE "\">\n<title id=\"title\">",
            width, height, width, height);
    escape_xml(to, caption->title);
    fputs("</title>\n<desc id=\"text\">", to);
    escape_xml(to, caption->text);
    fputs("</desc>\n<g>\n", to);
    put_rect(to, 0, 0, width, height, paint_paper(theme));
    fputc('\n', to);
    for (int row = 0; row < c->rows; row++)
        put_row(to, c, theme, row);
    fputs("</g>\n</svg>\n", to);
    return fflush(to) == 0 && !ferror(to);
}
