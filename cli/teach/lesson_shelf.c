/* lesson_shelf.c: where lessons stand. */
#include "cli/teach/lesson_shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/source/proc.h"
#include "cli/tell/lost.h"
#include "cli/text/ascii.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

#define SUFFIX ".lesson"

/* ── The place ── */

static DIR *open_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder && errno == ENOMEM) lost_note();
    return folder;
}

static DIR *open_place(char path[PATH_MAX])
{
    static const char *const beside[] = {"/lessons", "/cli/teach/lessons",
                                         "/../share/brkview/lessons"};
    char self[PATH_MAX];
    DIR *place = NULL;
    if (proc_executable(self, sizeof self)) {
        char *slash = strrchr(self, '/');
        if (slash) *slash = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof beside[0] && !place; i++)
            if (snprintf(path, PATH_MAX, "%s%s", self, beside[i]) < PATH_MAX)
                place = open_folder(path);
    }
    if (!place && snprintf(path, PATH_MAX, "%s/lessons", BRKVIEW_DATADIR) < PATH_MAX)
        place = open_folder(path);
    return place;
}

/* NUMBER-NAME.lesson */
static bool entry_parse(const char *file, struct shelf_entry *e)
{
    char *end;
    size_t n = strlen(file), suffix = strlen(SUFFIX);
    if (n <= suffix || strcmp(file + n - suffix, SUFFIX) != 0 || !ascii_is_digit(file[0]))
        return false;
    unsigned long number = strtoul(file, &end, 10);
    size_t length = n - suffix - (size_t)(end - file);
    if (number > 9999 || *end != '-' || length < 2 || length - 1 >= SHELF_NAME_MAX) return false;
    if (n >= sizeof e->file) return false;
    strcpy(e->file, file);
    snprintf(e->name, sizeof e->name, "%.*s", (int)length - 1, end + 1);
    e->number = (unsigned)number;
    return true;
}

/* The words behind @title, if they stand within the first lines. */
static void read_title(const char *place, const char *file, struct shelf_entry *e)
{
    char path[PATH_MAX], line[256];
    e->title[0] = '\0';
    if (snprintf(path, sizeof path, "%s/%s", place, file) >= PATH_MAX) return;
    FILE *f = fopen(path, "re");
    if (!f && errno == ENOMEM) lost_note(); /* a title that is there is not said to be none */
    for (int i = 0; f && i < 20 && fgets(line, sizeof line, f); i++) {
        if (strncmp(line, "@title ", 7) != 0) continue;
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(e->title, sizeof e->title, "%.*s", (int)LESSON_TITLE_MAX, line + 7);
        break;
    }
    if (f) fclose(f);
}

static int by_number(const void *a, const void *b)
{
    const struct shelf_entry *x = a, *y = b;
    return x->number != y->number ? (x->number < y->number ? -1 : 1) : strcmp(x->name, y->name);
}

void shelf_read(struct shelf *shelf)
{
    char path[PATH_MAX];
    DIR *place = open_place(path);
    shelf->n = 0;
    if (!place) return;
    for (struct dirent *d; shelf->n < SHELF_MAX && (d = readdir(place)) != NULL;) {
        struct shelf_entry *e = &shelf->entry[shelf->n];
        if (!entry_parse(d->d_name, e)) continue;
        read_title(path, d->d_name, e);
        shelf->n++;
    }
    closedir(place);
    qsort(shelf->entry, shelf->n, sizeof shelf->entry[0], by_number);
}

/* ── One of them ── */

static const struct shelf_entry *find_entry(const struct shelf *shelf, const char *word,
                                            size_t *meanings)
{
    const struct shelf_entry *found = NULL;
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    bool is_number = ascii_is_digit(word[0]) && *end == '\0';
    *meanings = 0;
    for (size_t i = 0; i < shelf->n; i++) {
        const struct shelf_entry *e = &shelf->entry[i];
        if (is_number ? e->number == number : strcmp(e->name, word) == 0) return *meanings = 1, e;
        if (!is_number && *word && strncmp(e->name, word, strlen(word)) == 0)
            found = e, ++*meanings;
    }
    return *meanings == 1 ? found : NULL;
}

char *shelf_find(const char *word, char *error, size_t error_bytes)
{
    struct shelf shelf;
    char place[PATH_MAX], *path = NULL;
    size_t n = strlen(word), suffix = strlen(SUFFIX), meanings;
    snprintf(error, error_bytes, "out of memory");
    if (strchr(word, '/') || (n > suffix && strcmp(word + n - suffix, SUFFIX) == 0))
        return strdup(word);
    shelf_read(&shelf);
    const struct shelf_entry *e = find_entry(&shelf, word, &meanings);
    if (!e) {
        snprintf(error, error_bytes,
                 "there is no lesson %s; expected a number or name that `lesson` lists, or a path "
                 "such as ./mine.lesson",
                 text_printable(word));
        if (meanings > 1)
            snprintf(error, error_bytes,
                     "%s is the beginning of several lessons' names; expected more of it",
                     text_printable(word));
        return NULL;
    }
    DIR *d = open_place(place);
    if (d) closedir(d);
    if (!d)
        snprintf(error, error_bytes,
                 "the lessons can't be read; expected them beside brkview or installed");
    return d && asprintf(&path, "%s/%s", place, e->file) >= 0 ? path : NULL;
}

char *shelf_load(const char *path, size_t *n, char *error, size_t error_bytes)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
                            O_NOCTTY); /* a fifo must not hang us before it is refused */
    char *text = NULL;
    *n = 0;
    if (fd < 0) {
        snprintf(error, error_bytes, "%s can't be read: %s; expected a lesson",
                 text_printable(path), strerror(errno));
        return NULL;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        snprintf(error, error_bytes, "%s is not a regular file; expected a lesson",
                 text_printable(path));
    else if (!(text = file_read(fd, LESSON_BYTES_MAX, n)) && errno == EFBIG)
        snprintf(error, error_bytes, "%s is larger than %u KiB; expected a lesson",
                 text_printable(path), LESSON_BYTES_MAX >> 10);
    else if (!text)
        snprintf(error, error_bytes, "%s can't be read: %s; expected a lesson",
                 text_printable(path), strerror(errno));
    close(fd);
    return text;
}
