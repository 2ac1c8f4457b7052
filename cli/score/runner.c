/* runner.c: see runner.h. Job and result are files in memory that the runner maps. */
#include "cli/score/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/source/beside.h"
#include "cli/text/ascii.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

#define MEMORY ((size_t)2 << 30)
enum { SIMULATION_SLOWER = 50 };

static const enum own_kind kinds[] = {
    [TRACE_ALLOC] = OWN_ALLOC, [TRACE_REALLOC] = OWN_REALLOC, [TRACE_FREE] = OWN_FREE};

static const char *program(const struct runner *r)
{
    return r->form->m32 ? "brkview-own32" : "brkview-own";
}

bool runner_checks(enum runner_pass pass) { return pass < RUNNER_TIME; }

uint32_t runner_rounds(const struct runner *r, enum runner_pass pass)
{
    static const uint32_t rounds[] = {[RUNNER_CHECK_QUICKLY] = RUNNER_CHECKED_ROUNDS,
                                      [RUNNER_CHECK] = RUNNER_CHECKED_ROUNDS,
                                      [RUNNER_CHECK_OPEN] = RUNNER_CHECKED_ROUNDS,
                                      [RUNNER_TIME] = RUNNER_TIMED_ROUNDS,
                                      [RUNNER_COUNT] = RUNNER_CHECKED_ROUNDS,
                                      [RUNNER_SIMULATE] = 1,
                                      [RUNNER_LIBC] = RUNNER_TIMED_ROUNDS};
    return r->form->once && pass != RUNNER_LIBC ? 1 : rounds[pass];
}

static bool has_places(const struct runner *r, enum runner_pass pass)
{
    return r->placed && runner_checks(pass);
}

static void fill_job(struct own_job *job, const struct runner *r, const struct trace *t,
                     enum runner_pass pass)
{
    *job = (struct own_job){.version = OWN_VERSION,
                            .timed = !runner_checks(pass),
                            .counted = pass == RUNNER_COUNT,
                            .libc = pass == RUNNER_LIBC,
                            .guarded = pass == RUNNER_CHECK || pass == RUNNER_CHECK_QUICKLY,
                            .quick = pass == RUNNER_CHECK_QUICKLY,
                            .rounds = runner_rounds(r, pass),
                            .heap = pass == RUNNER_LIBC ? OWN_HEAP_BREAK : r->form->heap,
                            .placed = has_places(r, pass),
                            .align = r->align,
                            .bool_init = r->form->bool_init && pass != RUNNER_LIBC,
                            .ignore_ranges = t->ignore_ranges,
                            .n_ids = t->n_ids,
                            .n_ops = (uint32_t)t->n_ops,
                            .heap_most = r->heap_most,
                            .watch_lo = r->watch_lo,
                            .watch_hi = r->watch_hi,
                            .step_op = r->step_op,
                            .step_round = r->step_round};
    memcpy(job->name, r->form->name, sizeof job->name);
    job->check_judges = r->form->check_judges;
    if (r->check_heap && runner_checks(pass)) memcpy(job->check, r->form->check, sizeof job->check);
    for (size_t i = 0; i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        job->op[i] = op->id < 0 ? (struct own_op){OWN_FREE_NULL, 0, 0}
                                : (struct own_op){kinds[op->kind], (uint32_t)op->id, op->size};
    }
    if (job->n_ids == 0) job->n_ids = 1; /* a trace of free(NULL) alone */
}

/* A file in memory of that size, and where it is mapped. -1: none. */
static int shared(const char *name, size_t bytes, void **at)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0) return -1;
    *at = ftruncate(fd, (off_t)bytes) == 0
              ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
              : MAP_FAILED;
    if (*at != MAP_FAILED) return fd;
    close(fd);
    return -1;
}

static void take_result(struct runner_end *end, const struct own_result *from)
{
    struct own_result *r = &end->result;
    memcpy(r, from, sizeof *r);
    r->words[sizeof r->words - 1] = r->file[sizeof r->file - 1] = '\0';
    r->function[sizeof r->function - 1] = '\0';
    if (r->n_frames > OWN_MOST_FRAMES) r->n_frames = OWN_MOST_FRAMES;
    if (r->n_wrote > OWN_MOST_FRAMES) r->n_wrote = OWN_MOST_FRAMES;
}

/* What lackey says last: "guest instrs:  129,933". */
static uint64_t counted(const struct runner_end *end)
{
    static const char says[] = "guest instrs:";
    uint64_t n = 0;
    const char *found = NULL;
    for (const char *at = end->printed; at && (at = strstr(at, says)) != NULL; at++)
        found = at + sizeof says - 1;
    for (; found && *found && *found != '\n'; found++)
        if (ascii_is_digit(*found)) n = n * 10 + (uint64_t)(*found - '0');
    return n;
}

static void take_places(struct runner_end *end, const struct own_result *from, size_t bytes)
{
    end->place = malloc(bytes);
    if (end->place) memcpy(end->place, from + 1, bytes);
}

static bool start(const struct runner *r, enum runner_pass pass, int job, int result, int prints,
                  struct runner_end *end, char *error, size_t error_bytes)
{
    char path[4096];
    if (!beside_find(program(r), path, sizeof path, error, error_bytes)) return false;
    /* Callgrind would write a file when all has ended, which a runner may not. */
    char *argv[] = {"valgrind",
                    "--vgdb=no",
                    "--tool=lackey",
                    "--basic-counts=yes",
                    path,
                    (char *)(uintptr_t)r->library,
                    NULL};
    bool slow = pass == RUNNER_SIMULATE;
    struct child_setup child = {.argv = slow ? argv : argv + 4,
                                .fd = {-1, prints, prints, job, result},
                                .seconds = slow ? r->seconds * SIMULATION_SLOWER : r->seconds,
                                .memory = slow ? MEMORY * 8 : MEMORY,
                                .file = RUNNER_PRINTS_MOST};
    end->end = child_run(&child, &end->status, error, error_bytes);
    return end->end != CHILD_NOT_STARTED;
}

bool runner_run(const struct runner *r, const struct trace *t, enum runner_pass pass,
                struct runner_end *end, char *error, size_t error_bytes)
{
    size_t job_bytes = sizeof(struct own_job) + t->n_ops * sizeof(struct own_op);
    size_t places_bytes = has_places(r, pass) ? t->n_ops * sizeof(struct own_place) : 0;
    size_t result_bytes = sizeof(struct own_result) + places_bytes;
    void *job = MAP_FAILED, *result = MAP_FAILED;
    *end = (struct runner_end){.printed = NULL};
    int job_fd = shared("job", job_bytes, &job);
    int result_fd = shared("result", result_bytes, &result);
    bool heard = runner_checks(pass) || pass == RUNNER_SIMULATE;
    int prints = heard ? memfd_create("prints", MFD_CLOEXEC) : -1;
    bool ok = job_fd >= 0 && result_fd >= 0 && (prints >= 0 || !heard);
    if (ok) {
        fill_job(job, r, t, pass);
        ok = start(r, pass, job_fd, result_fd, prints, end, error, error_bytes);
        take_result(end, result);
        if (ok && places_bytes > 0) take_places(end, result, places_bytes);
    } else {
        text_complain(error, error_bytes, "no memory to share: %s", strerror(errno));
    }
    if (ok && prints >= 0 && lseek(prints, 0, SEEK_SET) == 0)
        end->printed = file_read(prints, RUNNER_PRINTS_MOST, &end->n_printed);
    end->instructions = pass == RUNNER_SIMULATE ? counted(end) : end->result.instructions;
    if (job != MAP_FAILED) munmap(job, job_bytes);
    if (result != MAP_FAILED) munmap(result, result_bytes);
    if (job_fd >= 0) close(job_fd);
    if (result_fd >= 0) close(result_fd);
    if (prints >= 0) close(prints);
    return ok;
}

bool runner_complain(const struct runner *r, char *error, size_t error_bytes)
{
    return text_complain(
        error, error_bytes,
        "%s could not begin; expected one of the same version, and memory for it%s", program(r),
        r->form->m32 ? ", and a machine that runs programs of 32 bits (on Debian: "
                       "libc6-i386)"
                     : "");
}

void runner_release(struct runner_end *end)
{
    free(end->printed);
    free(end->place);
    end->printed = NULL;
    end->place = NULL;
}
