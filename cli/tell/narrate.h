/* narrate.h: one step of the allocator as a plain line. */
#ifndef NARRATE_H
#define NARRATE_H

#include <stddef.h>

#include "cli/session/session.h"

/* "looks at #2: free, 32 < 40: too small". before names the blocks (NULL: by address). */
void narrate_step(const struct snapshot *before, const struct step *step, char *text, size_t bytes);

#endif
