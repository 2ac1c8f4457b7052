/* write_file.h: files that commands write: whole or not at all. */
#ifndef WRITE_FILE_H
#define WRITE_FILE_H

#include <stdio.h>

#include "cli/command/outcome.h"
#include "cli/command/parse.h"

struct file_content {
    /* Write it all. False: it could not be made (then out->error may say why), or not be written (errno). */
    bool (*write)(struct file_content *self, FILE *to, struct outcome *out);
};

/* Write content to the file that word number index of args names: beside it first, then moved into place, so that a full disk or a stop loses nothing.
 * what says what is written, for the refusal of what is no regular file. False with one line in out; the file is then as it was. */
bool write_file(const struct arguments *args, int index, const char *what, struct file_content *content, struct outcome *out);

#endif
