/* own_main.c: brkview-own LIBRARY: run the job at OWN_JOB_FD on a stranger's allocator, and write
 * what came of it to OWN_RESULT_FD. The viewer starts it, once for each trace and pass, with limits
 * set; nobody else does. */
#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocator/target/own.h"

enum { UNBUFFERED = 2 }; /* _IONBF */

static void *map_file(int fd, size_t least, int protection, size_t *bytes)
{
    struct stat about;
    if (fstat(fd, &about) != 0 || (size_t)about.st_size < least) return NULL;
    *bytes = (size_t)about.st_size;
    void *p = mmap(NULL, *bytes, protection, MAP_SHARED, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

static bool job_holds(const struct own_job *job, size_t bytes)
{
    if (job->version != OWN_VERSION || job->rounds > OWN_MOST_ROUNDS || job->align == 0 ||
        (bytes - sizeof *job) / sizeof job->op[0] < job->n_ops)
        return false;
    for (uint32_t i = 0; i < job->n_ops; i++)
        if (job->op[i].kind > OWN_FREE_NULL || job->op[i].id >= job->n_ids) return false;
    return true;
}

/* ── Loading ── */

static bool not_loaded(struct own *o, const char *words)
{
    size_t i = 0;
    for (; words && words[i] && i + 1 < sizeof o->result->words; i++)
        o->result->words[i] = words[i];
    o->result->words[i] = '\0';
    o->result->fault = OWN_NOT_LOADED;
    return false;
}

static bool load(struct own *o, const char *path)
{
    o->result->stage = OWN_LOADING;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL), *found[OWN_N_CALLS];
    struct link_map *map;
    if (!library) return not_loaded(o, dlerror());
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0) o->result->base = map->l_addr;
    for (int i = 0; i < OWN_N_CALLS; i++) {
        found[i] = o->job->name[i][0] ? dlsym(library, o->job->name[i]) : NULL;
        if (!found[i] && i != OWN_CALL_REALLOC) return not_loaded(o, dlerror());
    }
    memcpy(&o->init, &found[OWN_CALL_INIT], sizeof o->init);
    memcpy(&o->malloc, &found[OWN_CALL_MALLOC], sizeof o->malloc);
    memcpy(&o->realloc, &found[OWN_CALL_REALLOC], sizeof o->realloc);
    memcpy(&o->free, &found[OWN_CALL_FREE], sizeof o->free);
    return true;
}

/* What the stranger prints is to be there, whatever ends it. This file holds no stdio, so that what
 * it prints by is looked up. */
static void print_at_once(void)
{
    int (*set)(void *, char *, int, size_t);
    void *found = dlsym(RTLD_DEFAULT, "setvbuf");
    void **out = dlsym(RTLD_DEFAULT, "stdout");
    memcpy(&set, &found, sizeof set);
    if (found && out) (void)set(*out, NULL, UNBUFFERED, 0);
}

/* ── What both passes do ── */

bool own_begin_round(struct own *o, uint32_t round)
{
    own_memory_reset();
    o->result->round = round;
    o->result->op = 0;
    o->result->stage = OWN_INIT;
    bool ok = o->job->bool_init ? o->init.truth() : o->init.number() >= 0;
    if (ok)
        o->result->stage = OWN_RUNNING;
    else
        o->result->fault = OWN_INIT_FAILED;
    return ok;
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

int main(int argc, char **argv)
{
    struct own o = {.job = NULL};
    size_t bytes = 0;
    if (argc != 2) return 2;
    o.job = map_file(OWN_JOB_FD, sizeof *o.job, PROT_READ, &bytes);
    if (!o.job || !job_holds(o.job, bytes)) return 2;
    o.result = map_file(OWN_RESULT_FD, sizeof *o.result, PROT_READ | PROT_WRITE, &bytes);
    if (!o.result) return 2;
    close(OWN_JOB_FD);
    close(OWN_RESULT_FD);
    o.result->version = OWN_VERSION;
    own_trap_init(o.result);
    if (!o.job->timed) print_at_once();
    if (!own_memory_init(o.job->heap_most, o.job->guarded)) {
        o.result->fault = OWN_NO_ARENA;
        return 1;
    }
    own_cage_close();
    if (!load(&o, argv[1])) return 1;
    if (o.job->timed)
        own_time(&o);
    else
        own_check(&o);
    if (o.result->fault != OWN_SOUND) _exit(1);
    o.result->stage = OWN_DONE;
    _exit(0);
}
