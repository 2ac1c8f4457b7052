/* remember.h: the theme that was chosen, for the next start: one word in the file theme beside the
 * history. */
#ifndef REMEMBER_H
#define REMEMBER_H

#include <stdbool.h>

#include "viz/theme.h"

enum theme_name theme_remembered(void); /* THEME_N: none, or it can't be read */
/* THEME_N: forget it. False and errno. */
bool theme_remember(enum theme_name theme);

#endif
