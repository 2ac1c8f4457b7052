/* own_load.c: a stranger's library becomes part of this process, and its functions are found. */
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "allocator/target/own.h"

enum { UNBUFFERED = 2 }; /* _IONBF */

static bool is_needed(int call)
{
    return call == OWN_CALL_INIT || call == OWN_CALL_MALLOC || call == OWN_CALL_FREE;
}

const char *own_load(struct own *o, const char *path, const char (*name)[OWN_NAME])
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL), *found[OWN_N_CALLS];
    struct link_map *map;
    if (!library) return dlerror();
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0) o->result->base = map->l_addr;
    for (int i = 0; i < OWN_N_CALLS; i++) {
        found[i] = name[i][0] ? dlsym(library, name[i]) : NULL;
        if (!found[i] && is_needed(i)) return dlerror();
    }
    memcpy(&o->init, &found[OWN_CALL_INIT], sizeof o->init);
    memcpy(&o->malloc, &found[OWN_CALL_MALLOC], sizeof o->malloc);
    memcpy(&o->realloc, &found[OWN_CALL_REALLOC], sizeof o->realloc);
    memcpy(&o->free, &found[OWN_CALL_FREE], sizeof o->free);
    memcpy(&o->calloc, &found[OWN_CALL_CALLOC], sizeof o->calloc);
    memcpy(&o->says, &found[OWN_CALL_CHECK], sizeof o->says);
    memcpy(&o->blocks, &found[OWN_CALL_BLOCKS], sizeof o->blocks);
    return NULL;
}

/* What the stranger prints is to be there, whatever ends it. This file holds no stdio, so that what
 * it prints by is looked up. */
void own_print_at_once(void)
{
    int (*set)(void *, char *, int, size_t);
    void *found = dlsym(RTLD_DEFAULT, "setvbuf");
    void **out = dlsym(RTLD_DEFAULT, "stdout");
    memcpy(&set, &found, sizeof set);
    if (found && out) (void)set(*out, NULL, UNBUFFERED, 0);
}

void *own_realloc(struct own *o, void *p, size_t was, size_t size)
{
    if (o->realloc) return o->realloc(p, size);
    if (p && size == 0) {
        o->free(p);
        return NULL;
    }
    void *fresh = o->malloc(size);
    if (fresh && p) memcpy(fresh, p, was < size ? was : size);
    if (fresh && p) o->free(p);
    return fresh;
}
