/* remember.c: read in one piece, and replaced whole. */
#include "cli/prompt/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/prompt/store.h"

enum theme_name theme_remembered(void)
{
    char word[16], *path = store_place("theme");
    struct stat st;
    ssize_t n = -1;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
        n = read(fd, word, sizeof word - 1);
    if (fd >= 0) close(fd);
    free(path);
    if (n < 0) return THEME_N;
    word[n] = 0;
    word[strcspn(word, "\n")] = 0;
    return theme_from_name(word);
}

bool theme_remember(enum theme_name theme)
{
    char *path = store_place("theme"), *beside = NULL;
    bool done = false;
    if (path && theme == THEME_N) {
        done = unlink(path) == 0 || errno == ENOENT;
    } else if (path && store_make_way(path) && asprintf(&beside, "%s.XXXXXX", path) >= 0) {
        const char *word = theme_name_text(theme);
        int fd = mkostemp(beside, O_CLOEXEC);
        done = fd >= 0 && dprintf(fd, "%s\n", word) == (int)strlen(word) + 1;
        if (fd >= 0) done = close(fd) == 0 && done && rename(beside, path) == 0;
        int why = errno;
        if (fd >= 0 && !done) unlink(beside);
        errno = why;
    }
    free(beside);
    free(path);
    return done;
}
