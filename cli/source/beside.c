/* beside.c: see beside.h. */
#include "cli/source/beside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/source/proc.h"

static bool try(char *path, size_t bytes, const char *directory, size_t directory_bytes,
                const char *rest, const char *name)
{
    int n = snprintf(path, bytes, "%.*s%s%s", (int)directory_bytes, directory, rest, name);
    return n > 0 && (size_t)n < bytes && access(path, X_OK) == 0;
}

bool beside_find(const char *name, char *path, size_t bytes, char *error, size_t error_bytes)
{
    char self[PATH_MAX];
    if (proc_executable(self, sizeof self)) {
        const char *slash = strrchr(self, '/');
        size_t n = slash ? (size_t)(slash - self) : 0;
        if (try(path, bytes, self, n, "/", name)) return true;
        if (try(path, bytes, self, n, "/../libexec/brkview/", name)) return true;
    }
    if (try(path, bytes, BRKVIEW_LIBEXECDIR, strlen(BRKVIEW_LIBEXECDIR), "/", name)) return true;
    snprintf(error, error_bytes, "%s is missing; expected it beside brkview or in %s", name,
             BRKVIEW_LIBEXECDIR);
    return false;
}
