/* lesson_allocators.c: see lesson_allocators.h. */
#include "cli/teach/lesson_allocators.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/source/beside.h"
#include "cli/text/text.h"

static bool open_one(struct own_open *o, const char *name, char *error, size_t bytes)
{
    char file[LESSON_ALLOCATOR_NAME + 4], path[PATH_MAX], *list[] = {path};
    const struct own_files files = {.build = {.files = list, .n_files = 1}};
    snprintf(file, sizeof file, "%s.so", name);
    if (!beside_find(file, path, sizeof path, error, bytes)) return false;
    if (!own_open(o, &files, error, bytes)) return false;
    snprintf(o->setup.title, sizeof o->setup.title, "%s.c", name); /* what there is to be read */
    return true;
}

bool lesson_allocators_open(struct lesson_allocators *a, const struct lesson *lesson,
                            struct session_setup *setup, char *error, size_t bytes)
{
    *a = (struct lesson_allocators){.open = NULL};
    if (lesson->n_allocators == 0) return true;
    a->open = calloc(lesson->n_allocators, sizeof *a->open);
    if (!a->open) return text_complain(error, bytes, "out of memory");
    for (size_t i = 0; i < lesson->n_allocators; i++) {
        if (!open_one(&a->open[i], lesson->allocator[i], error, bytes)) return false;
        a->list.setup[a->list.n++] = &a->open[i].setup;
    }
    setup->own = a->list.setup[0];
    return true;
}

void lesson_allocators_release(struct lesson_allocators *a)
{
    for (size_t i = 0; i < a->list.n; i++)
        own_open_release(&a->open[i]);
    free(a->open);
    *a = (struct lesson_allocators){.open = NULL};
}
