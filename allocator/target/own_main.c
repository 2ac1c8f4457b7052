/* own_main.c: brkview-own LIBRARY: run the job at OWN_JOB_FD on a stranger's allocator, and write
 * what came of it to OWN_RESULT_FD. The viewer starts it, once for each trace and pass, with limits
 * set; nobody else does. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocator/target/own.h"

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

static const char *load_check(struct own *o, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *found = library ? dlsym(library, o->job->check) : NULL;
    if (!found) return dlerror();
    memcpy(&o->check.judges, &found, sizeof found);
    return NULL;
}

static int nothing(void) { return 0; }

static bool load(struct own *o, const char *path)
{
    o->result->stage = OWN_LOADING;
    if (o->job->libc) {
        o->init.number = nothing;
        o->malloc = malloc;
        o->realloc = realloc;
        o->free = free;
        return true;
    }
    const char *why = own_load(o, path, o->job->name);
    if (!why && o->job->check[0]) why = load_check(o, path);
    if (!why) return true;
    size_t i = 0;
    for (; why[i] && i + 1 < sizeof o->result->words; i++)
        o->result->words[i] = why[i];
    o->result->words[i] = '\0';
    o->result->fault = OWN_NOT_LOADED;
    return false;
}

/* ── What both passes do ── */

static bool init(struct own *o)
{
    void *start = (void *)own_memory_start(); /* NOLINT(performance-no-int-to-ptr) */
    size_t most = (size_t)o->job->heap_most;
    if (o->job->heap != OWN_HEAP_SEGMENT)
        return o->job->bool_init ? o->init.truth() : o->init.number() >= 0;
    return o->job->bool_init ? o->init.truth_of_segment(start, most)
                             : o->init.number_of_segment(start, most) >= 0;
}

bool own_begin_round(struct own *o, uint32_t round)
{
    own_memory_reset();
    own_pages_reset();
    o->result->round = round;
    o->result->op = 0;
    o->result->stage = OWN_INIT;
    bool ok = init(o);
    if (ok)
        o->result->stage = OWN_RUNNING;
    else
        o->result->fault = OWN_INIT_FAILED;
    return ok;
}

static volatile struct own_result *told;

/* The result holds why, but for what led there. */
static void end(void)
{
    if (told->signal == SIGSEGV || told->signal == SIGBUS) own_held_find(told);
    own_watch_end();
    _exit(1);
}

int main(int argc, char **argv)
{
    struct own o = {.job = NULL};
    size_t bytes = 0;
    if (argc != 2) return 2;
    o.job = map_file(OWN_JOB_FD, sizeof *o.job, PROT_READ, &bytes);
    if (!o.job || !job_holds(o.job, bytes)) return 2;
    size_t places = o.job->placed ? o.job->n_ops * sizeof(struct own_place) : 0;
    o.result = map_file(OWN_RESULT_FD, sizeof *o.result + places, PROT_READ | PROT_WRITE, &bytes);
    if (!o.result) return 2;
    close(OWN_JOB_FD);
    close(OWN_RESULT_FD);
    o.result->version = OWN_VERSION;
    told = o.result;
    own_trap_init(o.result, end);
    if (!o.job->timed) own_print_at_once();
    bool guarded =
        o.job->heap == OWN_HEAP_PAGES || (o.job->heap == OWN_HEAP_BREAK && o.job->guarded);
    size_t most = (size_t)o.job->heap_most;
    if (!own_memory_init(most, guarded) ||
        (o.job->heap == OWN_HEAP_PAGES && !own_pages_init(most))) {
        o.result->fault = OWN_NO_ARENA;
        return 1;
    }
    if (o.job->counted) own_count_open();
    own_cage_close(0);
    if (!load(&o, argv[1])) return 1;
    if (o.job->timed)
        own_time(&o);
    else
        own_check(&o);
    if (o.result->fault != OWN_SOUND) _exit(1);
    o.result->stage = OWN_DONE;
    _exit(0);
}
