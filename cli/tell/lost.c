/* lost.c: one flag, for jansson asks for memory through functions without a context. */
#include "cli/tell/lost.h"

#include <jansson.h>
#include <stdlib.h>

static bool lost;

static void *watched_malloc(size_t n)
{
    void *p = malloc(n);
    if (!p) lost = true;
    return p;
}

void lost_watch(void) { json_set_alloc_funcs(watched_malloc, free); }

bool lost_any(void)
{
    bool was = lost;
    lost = false;
    return was;
}

void lost_note(void) { lost = true; }
