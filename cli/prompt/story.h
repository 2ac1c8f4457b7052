/* story.h: what several commands of a line have to say, for the pager. */
#ifndef STORY_H
#define STORY_H

#include "cli/command/lab.h"

struct story {
    char *text; /* NULL: nothing */
    size_t n;
};

/* Append; on no memory less is said. */
void story_add(struct story *w, const char *more);
/* Does it take no more than a few lines? What changed is on the screen already; only what takes
 * more to tell (break, race) is worth a page. */
bool story_is_short(const char *text);
/* Has a command that failed told more than why it failed? */
bool story_has_told(const struct outcome *out);
/* One of out's texts, with addresses as they are to be shown. */
void story_add_placed(struct story *w, const struct lab *lab, const struct outcome *out,
                      const char *text);
/* What it said, if that is not on the screen; only: no other command was run. */
void story_add_outcome(struct story *w, const struct lab *lab, const struct outcome *out,
                       bool only);

#endif
