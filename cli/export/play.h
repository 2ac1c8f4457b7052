/* play.h: the kinds of export that hold a whole session. */
#ifndef PLAY_H
#define PLAY_H

#include "cli/export/kind.h"

bool play_html(struct export *e, FILE *to);
bool play_cast(struct export *e, FILE *to);
bool play_json(struct export *e, FILE *to);

#endif
