/* shot.h: the kinds of export that hold the present picture. */
#ifndef SHOT_H
#define SHOT_H

#include "cli/export/kind.h"
#include "viz/canvas.h"
#include "viz/picture.h"

bool shot_svg(struct export *e, FILE *to);
bool shot_png(struct export *e, FILE *to);
bool shot_pdf(struct export *e, FILE *to);
bool shot_txt(struct export *e, FILE *to);

/* Bring what changed last into the picture that c is to show: the view that p has moves. */
void export_follow(struct lab *lab, const struct canvas *c, const struct picture *p,
                   int prompt_rows);

#endif
