/* compare_files.c: see compare_files.h. */
#include "cli/score/compare_files.h"

#include <stdlib.h>

#include "cli/text/text.h"

static bool open_one(struct compare_files *f, struct compare_options *o, size_t i, char *error,
                     size_t error_bytes)
{
    char why[512], *name = (char *)(uintptr_t)o->heap[i].name; /* a name is only read */
    const struct own_files files = {
        .build = {.cc = o->cc, .cflags = o->cflags, .files = &name, .n_files = 1},
        .align = o->align};
    f->open[i] = calloc(1, sizeof *f->open[i]);
    if (!f->open[i]) return text_complain(error, error_bytes, "out of memory");
    if (!own_open(f->open[i], &files, why, sizeof why))
        return text_complain(error, error_bytes, "%s: %s", text_printable(name), why);
    if (f->open[i]->form.heap == OWN_HEAP_SEGMENT)
        return text_complain(error, error_bytes,
                             "%s: it is of %s: brk never moves under it, and there is nothing to "
                             "compare; `brkview score` tells how much of the segment it uses",
                             text_printable(name), f->open[i]->form.about);
    o->heap[i].setup.own = &f->open[i]->setup;
    return true;
}

bool compare_files_open(struct compare_files *f, struct compare_options *o, char *error,
                        size_t error_bytes)
{
    *f = (struct compare_files){{NULL}};
    for (size_t i = 0; i < o->n_heaps; i++)
        if (o->heap[i].is_file && !open_one(f, o, i, error, error_bytes)) return false;
    return true;
}

void compare_files_release(struct compare_files *f)
{
    for (size_t i = 0; i < LOCKSTEP_MOST; i++) {
        if (f->open[i]) own_open_release(f->open[i]);
        free(f->open[i]);
    }
}
