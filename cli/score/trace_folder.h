/* trace_folder.h: the traces (.rep) of a folder, in order of their names. */
#ifndef TRACE_FOLDER_H
#define TRACE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Take one, false: stop. path lives during the call. */
typedef bool trace_folder_take(void *user, const char *path);

/* Is it a folder? */
bool trace_folder_is(const char *path);
/* False: take said so; or, with one line in error, it can't be read, or has none. */
bool trace_folder_each(const char *path, trace_folder_take *take, void *user, char *error,
                       size_t error_bytes);

#endif
