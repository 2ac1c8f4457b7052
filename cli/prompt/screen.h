/* screen.h: one frame: the scenes, above them a text or a list if there is one, and the prompt in
 * the last row. */
#ifndef SCREEN_H
#define SCREEN_H

#include "cli/command/lab.h"
#include "cli/prompt/pager.h"
#include "viz/canvas.h"

#define SCREEN_PROMPT_ROWS 1

struct sides; /* sides.h */

struct screen {
    struct lab *lab; /* borrowed */
    struct sides *sides; /* borrowed: several labs, lab the first of them; NULL: it is alone */
    struct pager *pager; /* borrowed */
    struct canvas canvas;
    bool stale; /* the scenes are to be drawn again, not the prompt alone */
    bool story; /* Enter tells how the heap came to what is shown */
    const char *notice; /* shown while the lab has none; "" */
    bool notice_hints; /* it is help: nothing is wrong */
};

/* False on no memory. */
bool screen_init(struct screen *s, struct lab *lab, struct pager *pager);
void screen_release(struct screen *s);
/* Take the face's size over, and tell the lab and the line. False on no memory: the old size stays.
 */
bool screen_resize(struct screen *s);
/* One line of the prompt's own, borrowed, until the next: what is wrong ("": nothing is), or help.
 */
void screen_warn(struct screen *s, const char *notice);
void screen_hint(struct screen *s, const char *notice);
/* Draw and show what has changed. */
void screen_paint(struct screen *s);
/* Show one line in the prompt's place, while a command runs; what the scenes show stays. */
void screen_paint_status(struct screen *s, const char *status);
/* The labs on it, from 0 on; NULL behind the last. */
struct lab *screen_lab(const struct screen *s, size_t i);
/* The block at a place of the frame last painted, and the lab it is of; SNAPSHOT_NONE. */
size_t screen_hit(struct screen *s, int row, int column, struct lab **lab);

#endif
