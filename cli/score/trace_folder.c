/* trace_folder.c: see trace_folder.h. */
#include "cli/score/trace_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/text/text.h"

bool trace_folder_is(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int is_trace(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot && strcmp(dot, ".rep") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool trace_folder_each(const char *path, trace_folder_take *take, void *user, char *error,
                       size_t error_bytes)
{
    struct dirent **found = NULL;
    int n = scandir(path, &found, is_trace, by_name);
    bool ok = n > 0;
    if (n < 0)
        text_complain(error, error_bytes, "%s: %s", text_printable(path), strerror(errno));
    else if (n == 0)
        text_complain(error, error_bytes, "%s has no traces; expected files that end in .rep",
                      text_printable(path));
    for (int i = 0; i < n; i++) {
        char *name = NULL;
        if (ok && asprintf(&name, "%s/%s", path, found[i]->d_name) < 0) {
            name = NULL;
            ok = text_complain(error, error_bytes, "out of memory");
        }
        ok = ok && take(user, name);
        free(name);
        free(found[i]);
    }
    free(found);
    return ok;
}
