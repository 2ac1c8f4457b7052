/* build.c: see build.h. */
#include "cli/score/build.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/score/child.h"
#include "cli/score/headers.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

enum { SECONDS = 60, SAID_MOST = 1 << 20 };
#define MEMORY ((size_t)4 << 30)
#define WRITES ((size_t)256 << 20)
#define BLANKS " \t\n"

static bool make_folder(struct build *b, char *error, size_t error_bytes)
{
    const char *below = getenv("TMPDIR");
    int n = snprintf(b->folder, sizeof b->folder, "%s/brkview-XXXXXX",
                     below && *below ? below : "/tmp");
    if (n < 0 || (size_t)n >= sizeof b->folder || !mkdtemp(b->folder)) {
        text_complain(error, error_bytes, "%s: no folder can be made there: %s",
                      text_printable(below && *below ? below : "/tmp"), strerror(errno));
        b->folder[0] = '\0';
        return false;
    }
    snprintf(b->library, sizeof b->library, "%s/mm.so", b->folder);
    if (headers_write(b->folder)) return true;
    return text_complain(error, error_bytes, "%s: %s", b->folder, strerror(errno));
}

/* ── The compiler's command line ── */

struct words {
    char **word; /* malloc'd, each of them too */
    size_t n, room;
    bool lost; /* no memory */
};

static void add(struct words *w, const char *text, size_t n)
{
    if (w->n + 1 >= w->room) {
        size_t room = w->room * 2 + 32;
        char **more = realloc(w->word, room * sizeof *more);
        if (!more) {
            w->lost = true;
            return;
        }
        w->word = more;
        w->room = room;
    }
    char *copy = strndup(text, n);
    w->lost = w->lost || !copy;
    w->word[w->n] = copy;
    w->n += copy != NULL;
    w->word[w->n] = NULL;
}

static void add_word(struct words *w, const char *text) { add(w, text, strlen(text)); }

static void add_cut(struct words *w, const char *text)
{
    for (const char *at = text + strspn(text, BLANKS); *at; at += strspn(at, BLANKS)) {
        size_t n = strcspn(at, BLANKS);
        add(w, at, n);
        at += n;
    }
}

static void release(struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->word[i]);
    free(w->word);
}

/* A file whose name begins like an option is none. */
static void add_file(struct words *w, const char *file)
{
    char path[PATH_MAX];
    bool safe = file[0] != '-' && file[0] != '@';
    if (!safe && (size_t)snprintf(path, sizeof path, "./%s", file) < sizeof path) file = path;
    add_word(w, file);
}

static void add_depends(struct words *w, const struct build *b)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/depends", b->folder) >= sizeof path) return;
    add_word(w, "-MMD");
    add_word(w, "-MF");
    add_word(w, path);
}

/* xv6's allocators stand in user/, and include "kernel/types.h". */
static void add_above(struct words *w, const char *file)
{
    char path[PATH_MAX];
    const char *slash = strrchr(file, '/');
    int n = slash ? (int)(slash - file) : 1;
    if ((size_t)snprintf(path, sizeof path, "%.*s/..", n, slash ? file : ".") >= sizeof path)
        return;
    add_word(w, "-idirafter");
    add_word(w, path);
}

static struct words command(const struct build *b, const struct build_setup *setup)
{
    static const char *const fixed[] = {"-g",      "-Wall",          "-O2",     "-fPIC",
                                        "-shared", "-Wl,-Bsymbolic", "-DDRIVER"};
    struct words w = {.word = NULL};
    add_cut(&w, setup->cc ? setup->cc : "cc");
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        add_word(&w, fixed[i]);
    if (setup->m32) add_word(&w, "-m32");
    add_cut(&w, setup->cflags ? setup->cflags : "");
    if (setup->wrap_sbrk) add_word(&w, "-Wl,--wrap=sbrk");
    if (setup->n_files == 1) add_depends(&w, b);
    add_above(&w, setup->files[0]);
    add_word(&w, "-idirafter");
    add_word(&w, b->folder);
    add_word(&w, "-o");
    add_word(&w, b->library);
    for (size_t i = 0; i < setup->n_files; i++)
        add_file(&w, setup->files[i]);
    add_word(&w, "-lm");
    return w;
}

/* ── The whole ── */

static bool compile(struct build *b, const struct words *w, char *error, size_t error_bytes)
{
    int status = 0, said = memfd_create("said", MFD_CLOEXEC);
    if (said < 0) return text_complain(error, error_bytes, "%s", strerror(errno));
    struct child_setup child = {.argv = w->word,
                                .fd = {-1, said, said, -1, -1},
                                .temporary = b->folder, /* what it leaves goes with it */
                                .seconds = SECONDS,
                                .memory = MEMORY,
                                .file = WRITES};
    enum child_end end = child_run(&child, &status, error, error_bytes);
    size_t n;
    if (lseek(said, 0, SEEK_SET) == 0) b->said = file_read(said, SAID_MOST, &n);
    close(said);
    if (end == CHILD_NOT_STARTED) return false;
    if (end == CHILD_STOPPED) return text_complain(error, error_bytes, "it was stopped");
    if (end == CHILD_LATE || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return text_complain(error, error_bytes, "%s had not ended after %d seconds",
                             text_printable(w->word[0]), SECONDS);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return text_complain(error, error_bytes, "%s can't be run; expected a compiler, see --cc",
                             text_printable(w->word[0]));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || access(b->library, R_OK) != 0)
        return text_complain(error, error_bytes, "%s made nothing of it",
                             text_printable(w->word[0]));
    return true;
}

bool build_make(struct build *b, const struct build_setup *setup, char *error, size_t error_bytes)
{
    *b = (struct build){.said = NULL};
    if (!make_folder(b, error, error_bytes)) return false;
    struct words w = command(b, setup);
    bool ok = !w.lost && w.n > 0 ? compile(b, &w, error, error_bytes)
                                 : text_complain(error, error_bytes, "out of memory");
    release(&w);
    return ok;
}

static void remove_folder(const char *path)
{
    DIR *all = opendir(path);
    for (struct dirent *e; all && (e = readdir(all)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(all), e->d_name, 0);
    if (all) closedir(all);
    rmdir(path);
}

void build_release(struct build *b)
{
    for (size_t i = 0; b->folder[0] && headers_folders[i]; i++) {
        char path[PATH_MAX];
        if ((size_t)snprintf(path, sizeof path, "%s/%s", b->folder, headers_folders[i]) <
            sizeof path)
            remove_folder(path);
    }
    if (b->folder[0]) remove_folder(b->folder);
    free(b->said);
    *b = (struct build){.said = NULL};
}
