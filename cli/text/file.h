/* file.h: the files that commands name: which one a word means, and all that is in it. */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/* The path that word means: malloc'd; ~ and ~/… lead to $HOME (without it, to the home of who runs
 * us), ~NAME to that user's. NULL with one line in error: there is no such user, nobody knows where
 * home is, or no memory. */
char *file_named(const char *word, char *error, size_t error_bytes);

/* All that can be read from fd, whatever size its file claims (those of /proc claim none), with a
 * zero byte behind; malloc'd. NULL and errno, which is EFBIG if there are more than most bytes. */
char *file_read(int fd, size_t most, size_t *n);

#endif
