/* write_file.c: beside and moved. */
#include "cli/command/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file beside path, open for writing; its name is *beside, malloc'd. NULL with *error. */
static FILE *open_beside(const char *path, char **beside, int *error)
{
    *beside = NULL;
    if (asprintf(beside, "%s.XXXXXX", path) < 0) return *beside = NULL, *error = ENOMEM, NULL;
    int fd = mkostemp(*beside, O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    *error = errno;
    if (!file && fd >= 0) {
        close(fd);
        unlink(*beside);
    }
    return file;
}

static bool write_whole(const char *path, struct file_content *content, struct outcome *out, int *error)
{
    char *beside;
    FILE *file = open_beside(path, &beside, error);
    bool ok = file != NULL;
    if (ok) {
        mode_t mask = umask(0);
        umask(mask);
        errno = 0;
        ok = content->write(content, file, out) && fflush(file) == 0 && !ferror(file) && fchmod(fileno(file), 0666 & ~mask) == 0;
        *error = errno ? errno : EIO;
        if (fclose(file) != 0 && ok) ok = false, *error = errno;
        if (ok && rename(beside, path) != 0) ok = false, *error = errno;
        if (!ok) unlink(beside);
    }
    free(beside);
    return ok;
}

bool write_file(const struct arguments *args, int index, const char *what, struct file_content *content, struct outcome *out)
{
    int error = 0;
    struct stat st;
    const char *path = args->word[index];
    if (args->length[index] != strlen(path)) return outcome_fail(out, "the file's name holds a zero byte; expected a name");
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return outcome_fail(out, "%s is not a regular file; expected a file to write %s to", parse_shown(path), what);
    if (write_whole(path, content, out, &error)) return true;
    return out->error
               ? false
               : outcome_fail(out, "%s can't be written: %s; expected a writable place", parse_shown(path), strerror(error));
}
