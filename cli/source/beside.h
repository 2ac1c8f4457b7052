/* beside.h: a program of ours that stands beside the viewer: in the build tree in one folder, once
 * installed in libexec/brkview. It is never looked for in PATH. */
#ifndef BESIDE_H
#define BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* The path of it. False with one line in error: where it was expected. */
bool beside_find(const char *name, char *path, size_t bytes, char *error, size_t error_bytes);

#endif
