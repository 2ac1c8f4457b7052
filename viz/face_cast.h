/* face_cast.h: frames as a recording in the form asciicast v2 (docs.asciinema.org): a header, then
 * one line an event, of what a terminal would get. */
#ifndef FACE_CAST_H
#define FACE_CAST_H

#include <stdio.h>

#include "canvas.h"

struct face_cast {
    FILE *to; /* borrowed */
    enum theme_name theme;
    struct canvas shown; /* what the terminal has */
    bool fresh; /* nothing was written yet */
};

/* Write the header. False on no memory or a write error. */
bool face_cast_begin(struct face_cast *f, FILE *to, const char *title, enum theme_name theme,
                     int rows, int columns);
/* At seconds from the start: what makes the terminal show c, which has the cast's rows and columns.
 * Only what differs is written, nothing if nothing does. Seconds must not go back. False on a write
 * error. */
bool face_cast_frame(struct face_cast *f, double seconds, const struct canvas *c);
/* Give the terminal back; seconds as above. False on a write error. */
bool face_cast_end(struct face_cast *f, double seconds);
void face_cast_release(struct face_cast *f);

#endif
