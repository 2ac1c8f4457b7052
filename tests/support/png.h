/* png.h: a canvas as a PNG, read again. */
#ifndef PNG_H
#define PNG_H

#include <stdint.h>

#include <cairo.h>

#include "viz/canvas.h"
#include "viz/paint.h"
#include "viz/theme.h"

/* The picture that face_png_write makes; the caller's to destroy. */
cairo_surface_t *png_of(const struct canvas *c, enum theme_name theme);
/* A pixel of a cell, 0xRRGGBB. */
uint32_t png_pixel(cairo_surface_t *image, int row, int column, int x, int y);
uint32_t png_rgb(struct colour c);

#endif
