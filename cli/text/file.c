/* file.c: names and contents. */
#include "cli/text/file.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536u

/* Where the user of that name lives, the empty name being ours; malloc'd. */
static char *home_of(const char *user, char *error, size_t error_bytes)
{
    const char *home = *user ? NULL : getenv("HOME");
    const struct passwd *person = home && *home ? NULL
                                  : *user       ? getpwnam(user)
                                                : getpwuid(geteuid());
    if (person) home = person->pw_dir;
    if (home && *home) return strdup(home);
    if (*user)
        snprintf(error, error_bytes,
                 "there is no user %.40s; expected ~/ or ~NAME/, or ./~ for a file of that name",
                 user);
    else
        snprintf(error, error_bytes,
                 "nobody knows where ~ is, for HOME is not set; expected a path");
    return NULL;
}

char *file_named(const char *word, char *error, size_t error_bytes)
{
    size_t n = strcspn(word, "/");
    char *path = NULL;
    snprintf(error, error_bytes, "out of memory");
    if (*word != '~') return strdup(word);
    char *user = strndup(word + 1, n - 1), *home = user ? home_of(user, error, error_bytes) : NULL;
    if (home && asprintf(&path, "%s%s", home, word + n) < 0) path = NULL;
    free(user);
    free(home);
    return path;
}

/* Room for a piece more behind n bytes. */
static bool make_room(char **text, size_t *room, size_t n)
{
    if (*room > n + PIECE) return true;
    char *moved = realloc(*text, *room * 2 + PIECE + 1);
    if (!moved) return false;
    *text = moved;
    *room = *room * 2 + PIECE + 1;
    return true;
}

char *file_read(int fd, size_t most, size_t *n)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t got = 1;
    *n = 0;
    errno = ENOMEM;
    while (got > 0 && *n <= most && make_room(&text, &room, *n)) {
        got = read(fd, text + *n, room - *n - 1);
        if (got > 0) *n += (size_t)got;
    }
    if (got > 0 && *n > most) errno = EFBIG;
    if (got != 0) {
        int error = errno;
        free(text);
        return errno = error, NULL;
    }
    text[*n] = '\0';
    return text;
}
