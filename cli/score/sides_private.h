/* sides_private.h: what sides.c and sides_trace.c share. */
#ifndef SIDES_PRIVATE_H
#define SIDES_PRIVATE_H

#include "cli/command/parse.h"
#include "cli/score/sides.h"

/* False, with the words in s->said. */
bool sides_fail(struct sides *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What came of a command of the person's. title: how it is called where they part. */
void sides_after(struct sides *s, const char *title);
/* A point on each curve. False on no memory. */
bool sides_point(struct sides *s);
/* The same command in all, each in words of its own: line(user, i). Looks only if look. False:
 * somebody has stopped it. */
typedef const char *sides_line(void *user, size_t i);
bool sides_each(struct sides *s, sides_line *line, void *user, bool look);

/* Whoever hears and waits for the first lab does so for the i-th. */
void sides_lend(const struct sides *s, size_t i);

/* Before what can be undone: remember where all stand. False with the words. */
bool sides_mark_take(struct sides *s);
/* Forget the last mark if no heap has logged anything since: there is nothing to take back. True:
 * it was so. */
bool sides_mark_drop_idle(struct sides *s);
bool sides_undo(struct sides *s, const struct arguments *args);

/* step, run and until. */
bool sides_step(struct sides *s, const struct arguments *args);
bool sides_to_end(struct sides *s, const struct arguments *args);
bool sides_until(struct sides *s, const struct arguments *args);

#endif
