/* write_file.h: files that commands name and write: whole or not at all. */
#ifndef WRITE_FILE_H
#define WRITE_FILE_H

#include <stdio.h>

#include "cli/command/parse.h"
#include "cli/tell/outcome.h"

struct file_content {
    /* Write it all. False: it could not be made (then out->error may say why), or not be written
     * (errno). */
    bool (*write)(struct file_content *self, FILE *to, struct outcome *out);
};

/* The path that word number index of args means (file_named, but for quoted words, which mean what
 * they say); malloc'd, NULL with one line in out. */
char *file_argument(const struct arguments *args, int index, struct outcome *out);

/* Write content to the file at path: apart first, then moved into place, so that a full disk, a
 * stop or a signal loses nothing and leaves nothing. A file that is there keeps its mode, and who
 * may not write to it may not replace it; a symbolic link is followed. what says what is written,
 * for the refusal of what is no regular file. False with one line in out; the file is then as it
 * was. */
bool write_file(const char *path, const char *what, struct file_content *content,
                struct outcome *out);

/* For tests: false is as on a file system without nameless files (O_TMPFILE). */
extern bool write_file_nameless;

#endif
