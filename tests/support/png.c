/* png.c: what face_cairo.c has written, as pixels. */
#include "tests/support/png.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/scribble.h"
#include "viz/face_cairo.h"

struct reading {
    const struct written *from;
    size_t at;
};

static cairo_status_t read_bytes(void *user, unsigned char *to, unsigned n)
{
    struct reading *r = user;
    if (r->from->n - r->at < n) return CAIRO_STATUS_READ_ERROR;
    memcpy(to, r->from->text + r->at, n);
    r->at += n;
    return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *png_of(const struct canvas *c, enum theme_name theme)
{
    struct written w;
    const char *why = "";
    FILE *to = written_begin(&w);
    if (!face_png_write(c, theme, to, &why)) fail_msg("%s", why);
    fclose(to);
    struct reading r = {&w, 0};
    cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &r);
    assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
    free(w.text);
    return image;
}

uint32_t png_pixel(cairo_surface_t *image, int row, int column, int x, int y)
{
    uint32_t pixel;
    memcpy(&pixel,
           cairo_image_surface_get_data(image) +
               (FACE_PNG_MARGIN + row * FACE_PNG_CELL_ROWS + y) *
                   cairo_image_surface_get_stride(image) +
               (FACE_PNG_MARGIN + column * FACE_PNG_CELL_COLUMNS + x) * 4,
           4);
    return pixel & 0xFFFFFF;
}

uint32_t png_rgb(struct colour c)
{
    return (uint32_t)c.red << 16 | (uint32_t)c.green << 8 | c.blue;
}
