/* progress.h: how far a long work is: one line on standard error that is written over, where that
 * is a terminal; nothing elsewhere. */
#ifndef PROGRESS_H
#define PROGRESS_H

/* At most some ten times a second, whatever is called. */
void progress_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The line is gone; before anything else is told. */
void progress_end(void);

#endif
