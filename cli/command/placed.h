/* placed.h: what an outcome says, as the person wants addresses shown. JSON takes the words as they
 * are: absolute. */
#ifndef PLACED_H
#define PLACED_H

#include "cli/command/lab.h"

/* text is one of out's: as it stands, or in words of the caller's to free (*owned, else NULL). NULL
 * stays NULL. */
const char *placed(const struct lab *lab, const struct outcome *out, const char *text,
                   char **owned);

#endif
