/* form_make.c: see form_make.h. */
#include "cli/score/form_make.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/text/ascii.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

enum { MOST_FILES = 16, READ_MOST = 1 << 20 };

static char *read_text(const char *path)
{
    size_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text = fd < 0 ? NULL : file_read(fd, READ_MOST, &n);
    if (fd >= 0) close(fd);
    return text;
}

/* Of "a/b.c" the 2 bytes before "b.c". */
static int folder_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash + 1 - path) : 0;
}

/* ── What is compiled with it ── */

struct files {
    char *path[MOST_FILES]; /* the first is the caller's, the others malloc'd */
    size_t n;
};

/* Of the labs' own. */
static bool is_drivers(const char *name)
{
    static const char *const names[] = {"mm.c",    "memlib.c", "mdriver.c", "fsecs.c",   "fcyc.c",
                                        "clock.c", "ftimer.c", "config.c",  "ummalloc.c"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

/* header: n bytes of a path. */
static void add_beside(struct files *f, const char *header, size_t n)
{
    char path[PATH_MAX];
    int folder = folder_bytes(f->path[0]);
    if (n < 3 || memcmp(header + n - 2, ".h", 2) != 0 || n >= sizeof path || f->n == MOST_FILES)
        return;
    snprintf(path, sizeof path, "%.*s.c", (int)n - 2, header);
    if (folder_bytes(path) != folder || memcmp(path, f->path[0], (size_t)folder) != 0 ||
        strcmp(path, f->path[0]) == 0 || is_drivers(path + folder) || access(path, R_OK) != 0)
        return;
    for (size_t i = 1; i < f->n; i++)
        if (strcmp(f->path[i], path) == 0) return;
    char *copy = strdup(path);
    if (copy) f->path[f->n++] = copy;
}

/* depends: "mm.so: mm.c list.h \\" and so on. */
static void find_beside(struct files *f, const struct build *b)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/depends", b->folder) >= sizeof path) return;
    char *text = read_text(path);
    for (const char *at = text; at && *at;) {
        at += strspn(at, " \\\n");
        size_t n = strcspn(at, " \n");
        add_beside(f, at, n);
        at += n;
    }
    free(text);
}

static void name_them(struct form *form, const struct files *f)
{
    for (size_t i = 1; i < f->n; i++) {
        size_t n = strlen(form->with);
        snprintf(form->with + n, sizeof form->with - n, "%s%s", n ? ", " : "",
                 text_printable(f->path[i] + folder_bytes(f->path[i])));
    }
}

/* ── What config.h says ── */

static void take_alignment(struct form *f, const char *file)
{
    static const char define[] = "#define", name[] = "ALIGNMENT";
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%.*sconfig.h", folder_bytes(file), file) >=
        sizeof path)
        return;
    char *text = read_text(path);
    for (const char *at = text; at && (at = strstr(at, define)) != NULL;) {
        at += sizeof define - 1;
        at += strspn(at, " \t");
        if (strncmp(at, name, sizeof name - 1) != 0) continue;
        at += sizeof name - 1;
        unsigned long align = ascii_is_blank(*at) ? strtoul(at, NULL, 10) : 0;
        if (align != 4 && align != 8 && align != 16) continue;
        f->align = (unsigned)align;
        f->said_align = true;
    }
    free(text);
}

/* ── The whole ── */

static bool make_again(struct build *b, const struct build_setup *setup, char *error,
                       size_t error_bytes)
{
    char *said = b->said;
    b->said = NULL;
    build_release(b);
    bool ok = build_make(b, setup, error, error_bytes);
    if (ok && said) { /* it has said it before */
        free(b->said);
        b->said = said;
        said = NULL;
    }
    free(said);
    return ok;
}

bool form_make(struct form *f, struct build *b, const struct build_setup *setup, char *error,
               size_t error_bytes)
{
    struct build_setup all = *setup;
    struct files files = {.path = {setup->files[0]}, .n = 1};
    bool ok = build_make(b, setup, error, error_bytes);
    if (ok && setup->n_files == 1) find_beside(&files, b);
    if (files.n > 1) {
        all.files = files.path;
        all.n_files = files.n;
        ok = make_again(b, &all, error, error_bytes);
    }
    ok = ok && form_find(f, b->library, error, error_bytes);
    if (ok && f->own_sbrk) {
        all.wrap_sbrk = true;
        ok = make_again(b, &all, error, error_bytes);
    }
    if (ok) {
        name_them(f, &files);
        take_alignment(f, setup->files[0]);
    }
    for (size_t i = 1; i < files.n; i++)
        free(files.path[i]);
    return ok;
}
