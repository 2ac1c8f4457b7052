/* own_open.c: see own_open.h. */
#include "cli/score/own_open.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/report/report.h"
#include "cli/score/child.h"
#include "cli/score/form_make.h"
#include "cli/text/text.h"

enum { SEGMENT_BYTES = 64 << 10 };

static bool is_library(const char *path)
{
    Elf64_Ehdr head;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, &head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_type == ET_DYN;
    if (fd >= 0) close(fd);
    return is;
}

static bool make(struct own_open *o, const struct own_files *files, char *error, size_t error_bytes)
{
    child_signals_keep();
    bool ok = form_make(&o->form, &o->build, &files->build, error, error_bytes);
    if (o->build.said) report_safe(stderr, o->build.said);
    /* Nothing is left, however we end: the folder goes now, and the library is what is open. */
    int fd = ok ? open(o->build.library, O_RDONLY | O_CLOEXEC) : -1;
    if (ok && fd < 0) ok = text_complain(error, error_bytes, "%s", strerror(errno));
    snprintf(o->setup.library, sizeof o->setup.library, "/proc/%d/fd/%d", (int)getpid(), fd);
    o->library = fd >= 0 ? fd + 1 : 0;
    build_release(&o->build);
    child_signal_again(); /* one that came meanwhile ends us */
    return ok;
}

bool own_open(struct own_open *o, const struct own_files *files, char *error, size_t error_bytes)
{
    *o = (struct own_open){.setup = {.align = files->align}};
    if (files->build.n_files == 0)
        return text_complain(error, error_bytes, "there is no file; expected mm.c");
    const char *first = files->build.files[0], *slash = strrchr(first, '/');
    snprintf(o->setup.title, sizeof o->setup.title, "%s",
             text_printable(slash && slash[1] ? slash + 1 : first));
    bool whole = files->build.n_files == 1 && is_library(first);
    if (whole && !realpath(first, o->setup.library))
        return text_complain(error, error_bytes, "%s: %s", text_printable(first), strerror(errno));
    if (whole ? !form_find(&o->form, o->setup.library, error, error_bytes)
              : !make(o, files, error, error_bytes))
        return false;
    if (o->form.m32)
        return text_complain(error, error_bytes,
                             "it is of 32 bits, and the lab is a program of 64; `brkview score "
                             "--m32` runs it");
    if (!o->setup.align) o->setup.align = o->form.align;
    o->setup.bool_init = o->form.bool_init;
    o->setup.heap = o->form.heap;
    o->setup.segment = files->segment ? files->segment : SEGMENT_BYTES;
    o->setup.says = o->form.says;
    memcpy(o->setup.name, o->form.name, sizeof o->setup.name);
    return true;
}

void own_open_release(struct own_open *o)
{
    build_release(&o->build);
    if (o->library > 0) close(o->library - 1);
    o->library = 0;
}
