/* face_cairo.c: runs as rectangles, shapes and glyphs, on any surface of cairo's. The unit is that
 * of shape.h: a cell is 8 × 16. */
#include "face_cairo.h"

#include <cairo-pdf.h>
#include <cairo.h>

#include "glyph.h"
#include "runs.h"

#define MARGIN 8
#define BASELINE 12.5
#define FONT_SIZE 13.3
#define PDF_SCALE 0.75
#define CLEAN_MAX 1024

static void set_colour(cairo_t *cr, struct colour c, double alpha)
{
    cairo_set_source_rgba(cr, c.red / 255.0, c.green / 255.0, c.blue / 255.0, alpha);
}

static void fill_rect(cairo_t *cr, double x, double y, double w, double h, struct colour c)
{
    set_colour(cr, c, 1);
    cairo_rectangle(cr, x, y, w, h);
    cairo_fill(cr);
}

static void add_part(cairo_t *cr, const struct shape_part *p, double x, double y)
{
    const signed char *a = p->at;
    cairo_new_sub_path(cr);
    switch (p->kind) {
    case PART_RECT:
        cairo_rectangle(cr, x + a[0], y + a[1], a[2], a[3]);
        break;
    case PART_TRIANGLE:
        cairo_move_to(cr, x + a[0], y + a[1]);
        cairo_line_to(cr, x + a[2], y + a[3]);
        cairo_line_to(cr, x + a[4], y + a[5]);
        cairo_close_path(cr);
        break;
    case PART_DISC:
        cairo_arc(cr, x + a[0], y + a[1], a[2], 0, 2 * 3.14159265358979);
        break;
    }
}

static void draw_shape(cairo_t *cr, const struct run *r, double x, double y)
{
    set_colour(cr, r->paint.front, 1);
    if (r->shape.stretches) {
        const signed char *a = r->shape.part[0].at;
        cairo_rectangle(cr, x, y + a[1], r->columns * SHAPE_COLUMNS, a[3]);
    } else {
        for (int i = 0; i < r->columns; i++)
            for (int k = 0; k < r->shape.n; k++)
                add_part(cr, &r->shape.part[k], x + i * SHAPE_COLUMNS, y);
    }
    cairo_fill(cr);
}

/* Each character on its own column, whatever the font's widths are. */
static void draw_text(cairo_t *cr, const struct canvas *c, const struct run *r, int row, double x,
                      double y)
{
    set_colour(cr, r->paint.front, 1);
    cairo_select_font_face(cr, "monospace", CAIRO_FONT_SLANT_NORMAL,
                           r->paint.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, FONT_SIZE);
    for (int i = 0; i < r->columns; i++) {
        char utf8[5];
        char32_t glyph = canvas_at(c, row, r->column + i)->glyph;
        if (!glyph || glyph == U' ') continue;
        glyph_to_utf8(glyph, utf8);
        cairo_move_to(cr, x + i * SHAPE_COLUMNS, y + BASELINE);
        cairo_show_text(cr, utf8);
    }
}

static void draw_run(cairo_t *cr, const struct canvas *c, const struct run *r, int row)
{
    double x = MARGIN + r->column * SHAPE_COLUMNS, y = MARGIN + row * SHAPE_ROWS,
           w = r->columns * SHAPE_COLUMNS;
    if (!r->paint.on_paper) fill_rect(cr, x, y, w, SHAPE_ROWS, r->paint.back);
    if (r->kind == RUN_SHAPE) draw_shape(cr, r, x, y);
    if (r->kind == RUN_TEXT) draw_text(cr, c, r, row, x, y);
    if (r->paint.underline) fill_rect(cr, x, y + BASELINE + 1.5, w, 1, r->paint.front);
}

static void draw_canvas(cairo_t *cr, const struct canvas *c, enum theme_name theme)
{
    set_colour(cr, paint_paper(theme), 1);
    cairo_paint(cr);
    for (int row = 0; row < c->rows; row++)
        for (int column = 0; column < c->columns;) {
            struct run r = run_at(c, theme, row, column);
            column += r.columns;
            if (!run_empty(&r)) draw_run(cr, c, &r, row);
        }
}

static int width_of(const struct canvas *c) { return c->columns * SHAPE_COLUMNS + 2 * MARGIN; }
static int height_of(const struct canvas *c) { return c->rows * SHAPE_ROWS + 2 * MARGIN; }

static cairo_status_t write_bytes(void *to, const unsigned char *bytes, unsigned n)
{
    return fwrite(bytes, 1, n, to) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* Draw on the surface, which is given up. */
static cairo_status_t draw_surface(cairo_surface_t *surface, const struct canvas *c,
                                   enum theme_name theme, double scale)
{
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, scale, scale);
    draw_canvas(cr, c, theme);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    return status;
}

static bool done(cairo_status_t status, FILE *to, const char **why)
{
    bool ok = status == CAIRO_STATUS_SUCCESS && fflush(to) == 0 && !ferror(to);
    if (!ok)
        *why = cairo_status_to_string(status == CAIRO_STATUS_SUCCESS ? CAIRO_STATUS_WRITE_ERROR
                                                                     : status);
    return ok;
}

bool face_png_write(const struct canvas *c, enum theme_name theme, FILE *to, const char **why)
{
    double scale = (double)FACE_PNG_CELL_COLUMNS / SHAPE_COLUMNS;
    int width = (int)(width_of(c) * scale), height = (int)(height_of(c) * scale);
    if (width > FACE_PNG_SIDE_MAX || height > FACE_PNG_SIDE_MAX) {
        *why = "the picture is too large";
        return false;
    }
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_status_t status = draw_surface(surface, c, theme, scale);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, write_bytes, to);
    cairo_surface_destroy(surface);
    return done(status, to, why);
}

/* cairo refuses what is no UTF-8; text that is too long is cut. */
static void set_metadata(cairo_surface_t *surface, cairo_pdf_metadata_t which, const char *utf8)
{
    char clean[CLEAN_MAX];
    size_t n = 0;
    while (*utf8 && n + 5 < sizeof clean) {
        char32_t glyph = glyph_next(&utf8);
        n += glyph_to_utf8(glyph < 0x20 ? GLYPH_BAD : glyph, clean + n);
    }
    clean[n] = '\0';
    cairo_pdf_surface_set_metadata(surface, which, clean);
}

bool face_pdf_write(const struct canvas *c, enum theme_name theme, const struct caption *caption,
                    FILE *to, const char **why)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        write_bytes, to, width_of(c) * PDF_SCALE, height_of(c) * PDF_SCALE);
    set_metadata(surface, CAIRO_PDF_METADATA_TITLE, caption->title);
    set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, caption->text);
    set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "brkview");
    cairo_status_t status = draw_surface(surface, c, theme, PDF_SCALE);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return done(status, to, why);
}
