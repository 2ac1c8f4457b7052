/* lesson_shelf.h: the lessons that come with brkview, and lessons in files. They are found beside
 * the executable (build tree) or in the installed place, never through the current directory; a
 * file is taken only by a path that has a / in it or ends in .lesson. */
#ifndef LESSON_SHELF_H
#define LESSON_SHELF_H

#include <limits.h>

#include "cli/teach/lesson_format.h"

#define SHELF_MAX 64u
#define SHELF_NAME_MAX 32u

struct shelf_entry {
    unsigned number;
    char name[SHELF_NAME_MAX];
    char title[LESSON_TITLE_MAX + 1];
    char file[NAME_MAX + 1]; /* NUMBER-NAME.lesson; the number may be written 01, too */
};
struct shelf {
    struct shelf_entry entry[SHELF_MAX];
    size_t n;
};

/* In order of numbers; empty if there is no such place. */
void shelf_read(struct shelf *shelf);
/* The file of a lesson's number, name or unique beginning of a name, or word itself if it is a
 * path; malloc'd. NULL with one line in error. */
char *shelf_find(const char *word, char *error, size_t error_bytes);

/* The bytes of a file: regular, at most LESSON_BYTES_MAX; malloc'd, *n of them and a zero. NULL
 * with one line in error. */
char *shelf_load(const char *path, size_t *n, char *error, size_t error_bytes);

#endif
