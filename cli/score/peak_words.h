/* peak_words.h: the moment at which a heap was largest, for people and for scripts. */
#ifndef PEAK_WORDS_H
#define PEAK_WORDS_H

#include <jansson.h>

#include "cli/score/peak.h"

/* Lines on standard output, each behind two blanks. */
void peak_put(const struct peak *p);
json_t *peak_json(const struct peak *p);

#endif
