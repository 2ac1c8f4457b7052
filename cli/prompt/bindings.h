/* bindings.h: the screen's own keys, in one table: what they are called, what they do, which bytes
 * they send. All others are readline's. */
#ifndef BINDINGS_H
#define BINDINGS_H

#include "cli/prompt/keys.h"

enum action {
    ACTION_NONE, /* readline's, or only documented */
    ACTION_SCROLL_BACK,
    ACTION_SCROLL_ON,
    ACTION_ZOOM_IN,
    ACTION_ZOOM_OUT,
    ACTION_ZOOM_ALL,
    ACTION_OFFSETS,
    ACTION_PROJECTOR,
    ACTION_SELECT_PREVIOUS,
    ACTION_SELECT_NEXT,
    ACTION_HELP,
    ACTION_REPAINT,
    ACTION_ABANDON,
    ACTION_SUSPEND,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_HOME,
    ACTION_PAGE_BACK, /* readline's, but on an empty line of a lesson */
    ACTION_PAGE_ON,
    ACTION_END /* readline's, too, unless a list or a text lies over the screen */
};

enum action bindings_find(const struct key *key);

/* The table as text, a key a line: what F1 shows. Lives for ever. */
const char *prompt_keys_text(void);

#endif
