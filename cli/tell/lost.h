/* lost.h: what is to be told and was lost, for there was no memory. */
#ifndef LOST_H
#define LOST_H

#include <stdbool.h>

/* Was anything lost since this was asked last, for there was no memory: words, or values of the
 * JSON? lost_watch makes it hear of all that jansson does; once is enough. */
bool lost_any(void);
void lost_note(void);
void lost_watch(void);

#endif
