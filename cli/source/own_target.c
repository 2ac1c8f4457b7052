/* own_target.c: see own_target.h. */
#include "cli/source/own_target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/source/portable.h"
#include "cli/source/where.h"
#include "cli/text/text.h"

static struct own_target *with_files(const struct own_setup *setup)
{
    struct own_target *o = malloc(sizeof *o);
    if (!o) return NULL;
    *o = (struct own_target){.setup = setup, .told = MAP_FAILED};
    if (setup->heap == OWN_HEAP_SEGMENT)
        snprintf(o->heap, sizeof o->heap, "%" PRIu64, setup->segment);
    else
        strcpy(o->heap, setup->heap == OWN_HEAP_PAGES ? "pages" : "break");
    o->prints = memfd_create("prints", MFD_CLOEXEC);
    o->told_fd = memfd_create("told", MFD_CLOEXEC);
    if (o->prints >= 0 && o->told_fd >= 0 && fcntl(o->prints, F_SETFL, O_APPEND) == 0 &&
        ftruncate(o->told_fd, sizeof *o->told) == 0)
        o->told = mmap(NULL, sizeof *o->told, PROT_READ, MAP_SHARED, o->told_fd, 0);
    if ((const void *)o->told != MAP_FAILED) return o;
    own_target_free(o);
    return NULL;
}

struct own_target *own_target_new(const struct own_setup *setup)
{
    const off_t at = (off_t)offsetof(struct own_result, key);
    uint64_t key;
    struct own_target *o = with_files(setup);
    bool ok = o && getrandom(&key, sizeof key, GRND_NONBLOCK) == (ssize_t)sizeof key &&
              pwrite(o->told_fd, &key, sizeof key, at) == (ssize_t)sizeof key;
    if (ok) o->key = key;
    return o;
}

struct own_target *own_target_of_copy(const struct own_target *o, bool asked)
{
    struct own_target *copy = asked ? with_files(o->setup) : malloc(sizeof *copy);
    if (copy && !asked)
        *copy =
            (struct own_target){.setup = o->setup, .prints = -1, .told_fd = -1, .told = MAP_FAILED};
    if (copy) copy->key = o->key;
    return copy;
}

void own_target_free(struct own_target *o)
{
    int error = errno;
    if (!o) return;
    if ((const void *)o->told != MAP_FAILED) munmap((void *)(uintptr_t)o->told, sizeof *o->told);
    if (o->told_fd >= 0) close(o->told_fd);
    if (o->prints >= 0) close(o->prints);
    written_release(&o->written);
    free(o);
    errno = error;
}

void own_target_become(const struct own_target *o, char *argv[OWN_TARGET_WORDS])
{
    const struct own_setup *setup = o->setup;
    /* What is in the way of the one must not be the other. */
    int told = fcntl(o->told_fd, F_DUPFD, OWN_RESULT_FD + 1),
        prints = fcntl(o->prints, F_DUPFD, OWN_RESULT_FD + 1);
    dup2(told, OWN_RESULT_FD);
    dup2(prints, STDOUT_FILENO);
    dup2(prints, STDERR_FILENO);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){OWN_PRINTS_MOST, OWN_PRINTS_MOST});
    int n = 0;
    argv[n++] = (char *)(uintptr_t) "brkview-target-own";
    argv[n++] = (char *)(uintptr_t)setup->library;
    argv[n++] = (char *)(uintptr_t)(setup->bool_init ? "bool" : "int");
    argv[n++] = (char *)(uintptr_t)o->heap;
    for (int i = 0; i < OWN_N_CALLS; i++)
        argv[n++] = (char *)(uintptr_t)setup->name[i];
    argv[n] = NULL;
}

size_t own_target_printed(struct own_target *o, char *text, size_t bytes)
{
    struct stat about;
    char piece[4096];
    size_t n = 0, all = 0;
    text[0] = '\0';
    if (fstat(o->prints, &about) != 0) return 0;
    for (ssize_t got; (off_t)all < about.st_size; all += (size_t)got) {
        if ((got = pread(o->prints, piece, sizeof piece, (off_t)all)) <= 0) break;
        written_take(&o->written, piece, (size_t)got);
        size_t room = bytes - 1 - n, kept = (size_t)got < room ? (size_t)got : room;
        memcpy(text + n, piece, kept);
        n += kept;
    }
    if (all == 0) return 0;
    text[n] = '\0';
    for (char *zero; (zero = memchr(text, '\0', n)) != NULL;)
        *zero = ' ';
    /* The stranger appends: what comes next stands at the beginning again. */
    (void)!ftruncate(o->prints, 0);
    return all;
}

/* " at line 30 of mm.c, in mm_free", or "". */
static void say_where(const struct own_target *o, const struct own_result *r, char *text,
                      size_t bytes)
{
    struct where w;
    uint64_t place[OWN_MOST_FRAMES];
    size_t n = r->n_frames < OWN_MOST_FRAMES ? r->n_frames : OWN_MOST_FRAMES;
    for (size_t i = 0; i < n; i++)
        place[i] = r->frame[i] - r->base;
    text[0] = '\0';
    if (!where_find(&w, o->setup->library, place, n)) return;
    snprintf(text, bytes, " at line %d of %.80s%s%.60s", w.line, text_printable(w.file),
             w.function[0] ? ", in " : "", text_printable(w.function));
}

bool own_target_ended(const struct own_target *o, char *text, size_t bytes, int *number)
{
    struct own_result r;
    char where[240], address[40] = "", words[300];
    memcpy(&r, o->told, sizeof r); /* at one moment */
    r.words[sizeof r.words - 1] = r.file[sizeof r.file - 1] = '\0';
    r.function[sizeof r.function - 1] = '\0';
    text_fit(r.words, words, sizeof words);
    *number = 0;
    switch (r.fault) {
    case OWN_NOT_LOADED:
        snprintf(text, bytes, "not able to load it: %s", words);
        return true;
    case OWN_ASSERT:
        *number = SIGABRT;
        snprintf(text, bytes,
                 "ended by an assertion that failed at line %" PRIu32 " of %s, in %s: %s", r.line,
                 text_printable(text_base(r.file)), text_printable(r.function), words);
        return true;
    case OWN_CRASHED:
        *number = r.signal > 0 && r.signal < NSIG ? r.signal : SIGKILL;
        say_where(o, &r, where, sizeof where);
        if (r.at || r.signal == SIGSEGV || r.signal == SIGBUS)
            snprintf(address, sizeof address, ": it touched 0x%" PRIx64, r.at);
        if (r.signal == SIGXFSZ)
            snprintf(text, bytes, "ended, for it printed more than %d bytes at once%s",
                     OWN_PRINTS_MOST, where);
        else
            snprintf(text, bytes, "killed by signal %d (SIG%s)%s%s", *number,
                     portable_signal_name(*number), where, address);
        return true;
    default:
        return false;
    }
}
