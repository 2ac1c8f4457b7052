/* bench_score.c: what `brkview score` costs beside a bare loop of the same operations on the same
 * allocator, in the same run: the checked pass (to be at most 3 times as long) and the timed one
 * (at most 1.02 times). The traces are generated; and those of BRKVIEW_TRACES, a folder, where that
 * is set (the course's own, which are not ours to bring). BRKVIEW_MM names another allocator, as
 * libraries or sources, instead of those of tests/mm. */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocator/target/own.h"
#include "cli/score/build.h"
#include "cli/score/form.h"
#include "cli/score/generate.h"
#include "cli/score/runner.h"
#include "tests/support/sample.h"
#include "tests/support/scratch.h"

enum { PAIRS = 5, MOST_TRACES = 128, MOST_HELD = 1 << 20 };

struct times {
    double bare, floor, timed, checked, whole; /* ms; see tell */
};

static char *path[MOST_TRACES];
static size_t n_paths;
static pid_t owner;

static struct build made; /* goes with the process, however that ends */

static void release(void)
{
    if (getpid() == owner) build_release(&made);
}

static void die(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(1);
}

/* ── The bare loop, in a process of its own, as the course's drivers have it ── */

struct bare {
    int (*init)(void);
    void *(*malloc)(size_t size);
    void *(*realloc)(void *p, size_t size);
    void (*free)(void *p);
};

static void *find(void *library, const char *name)
{
    void *found = name[0] ? dlsym(library, name) : NULL;
    if (name[0] && !found) die(name);
    return found;
}

static void *resized(const struct bare *b, void *p, size_t was, size_t size)
{
    if (b->realloc) return b->realloc(p, size);
    void *fresh = b->malloc(size);
    if (p) memcpy(fresh, p, was < size ? was : size);
    if (p) b->free(p);
    return fresh;
}

/* floor: payloads are written and read, too, as fast as libc can, which no check can do without. */
static void loop(const struct bare *b, const struct trace *t, bool floor)
{
    static void *held[MOST_HELD];
    static size_t size[MOST_HELD];
    size_t zeros = 0;
    for (size_t i = 0; i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        if (op->id < 0) {
            b->free(NULL);
            continue;
        }
        size_t had = op->kind == TRACE_REALLOC ? size[op->id] : 0;
        if (floor && op->kind == TRACE_FREE && held[op->id])
            zeros += memchr(held[op->id], 0, size[op->id]) != NULL;
        if (op->kind == TRACE_ALLOC)
            held[op->id] = b->malloc(op->size);
        else if (op->kind == TRACE_REALLOC)
            held[op->id] = resized(b, held[op->id], size[op->id], op->size);
        else
            b->free(held[op->id]);
        size[op->id] = op->size;
        if (floor && had < op->size) memset((char *)held[op->id] + had, 1, op->size - had);
    }
    if (zeros > t->n_ops) die("more were read than there are");
}

static double bare_ms(const struct runner *r, const struct trace *t, bool floor)
{
    double *ms = mmap(NULL, sizeof *ms, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if ((void *)ms == MAP_FAILED || t->n_ids > MOST_HELD) die("no room");
    *ms = -1;
    pid_t pid = fork();
    if (pid == 0) {
        double rounds[RUNNER_TIMED_ROUNDS];
        struct bare b;
        if (!own_memory_init(r->heap_most, false)) die("no heap");
        void *library = dlopen(r->library, RTLD_NOW);
        if (!library) die(dlerror());
        void *found[] = {find(library, r->form->name[OWN_CALL_INIT]),
                         find(library, r->form->name[OWN_CALL_MALLOC]),
                         find(library, r->form->name[OWN_CALL_REALLOC]),
                         find(library, r->form->name[OWN_CALL_FREE])};
        memcpy(&b, found, sizeof b);
        for (size_t i = 0; i < RUNNER_TIMED_ROUNDS; i++) {
            double begin = sample_cpu_ms();
            own_memory_reset();
            (void)b.init();
            loop(&b, t, floor);
            rounds[i] = sample_cpu_ms() - begin;
        }
        *ms = sample_median(rounds, RUNNER_TIMED_ROUNDS);
        _exit(0);
    }
    while (waitpid(pid, NULL, 0) < 0) {
    }
    double value = *ms;
    munmap(ms, sizeof *ms);
    if (value < 0) die("the bare loop did not end");
    return value;
}

/* ── The passes ── */

static double pass_ms(const struct runner *r, const struct trace *t, enum runner_pass pass)
{
    struct runner_end end;
    char error[512];
    double seconds[OWN_MOST_ROUNDS], sum = 0;
    if (!runner_run(r, t, pass, &end, error, sizeof error)) die(error);
    if (end.result.stage != OWN_DONE) die("it is not valid");
    memcpy(seconds, end.result.seconds, sizeof seconds);
    runner_release(&end);
    if (pass == RUNNER_TIME) return sample_median(seconds, RUNNER_TIMED_ROUNDS) * 1000;
    for (size_t i = 0; i < RUNNER_CHECKED_ROUNDS; i++)
        sum += seconds[i];
    return sum * 1000;
}

static struct times once(const struct runner *r, const struct trace *t)
{
    struct times ms;
    /* What drifts meanwhile (the clock's rate, what else runs) is in both alike. */
    ms.bare = bare_ms(r, t, false);
    ms.timed = pass_ms(r, t, RUNNER_TIME);
    ms.timed = (ms.timed + pass_ms(r, t, RUNNER_TIME)) / 2;
    ms.bare = (ms.bare + bare_ms(r, t, false)) / 2;
    ms.floor = bare_ms(r, t, true);
    double begin = sample_now_ms();
    ms.checked = pass_ms(r, t, RUNNER_CHECK_QUICKLY);
    ms.whole = sample_now_ms() - begin;
    return ms;
}

/* The median of the pairs; of the timed pass the least and the most, too, for 1.02 may be less than
 * what two runs of the same differ by. Beside the checked pass: the bare loop that writes each
 * payload and reads it once; and the checked pass with the start of its process. */
static void tell(const char *name, const struct times *t)
{
    double floor[PAIRS], timed[PAIRS], checked[PAIRS], whole[PAIRS], bare[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        bare[i] = t[i].bare;
        floor[i] = t[i].floor / t[i].bare;
        timed[i] = t[i].timed / t[i].bare;
        checked[i] = t[i].checked / t[i].bare;
        whole[i] = t[i].whole / t[i].bare;
    }
    double median = sample_median(timed, PAIRS), least = timed[0], most = timed[0];
    for (size_t i = 1; i < PAIRS; i++) {
        least = timed[i] < least ? timed[i] : least;
        most = timed[i] > most ? timed[i] : most;
    }
    printf(
        "    %-19s bare %8.3f ms; timed x %.3f (%.3f to %.3f); checked x %.2f (written and read x "
        "%.2f; with its process x %.2f)\n",
        name, sample_median(bare, PAIRS), median, least, most, sample_median(checked, PAIRS),
        sample_median(floor, PAIRS), sample_median(whole, PAIRS));
}

static void bench_traces(const struct runner *r, size_t from, size_t to)
{
    struct times all[PAIRS] = {{0}}, one[PAIRS];
    for (size_t k = from; k < to; k++) {
        struct trace t;
        char error[512];
        if (!trace_read(&t, path[k], error, sizeof error)) die(error);
        for (size_t i = 0; i < PAIRS; i++) {
            one[i] = once(r, &t);
            all[i].bare += one[i].bare;
            all[i].timed += one[i].timed;
            all[i].floor += one[i].floor;
            all[i].checked += one[i].checked;
            all[i].whole += one[i].whole;
        }
        tell(strrchr(path[k], '/') + 1, one);
        trace_release(&t);
    }
    tell("all of them", all);
}

/* ── Which ── */

static void add_path(const char *name)
{
    if (n_paths < MOST_TRACES) path[n_paths++] = strdup(name);
}

static void generate_all(void)
{
    const struct generator *g;
    for (size_t i = 0; (g = generator_at(i)) != NULL; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.rep", g->name);
        FILE *to = fopen(scratch_path(name), "w");
        if (!to || generate(to, g, 1, 9000) != 0 || fclose(to) != 0) die(name);
        add_path(scratch_path(name));
    }
}

static void add_folder(const char *folder)
{
    struct dirent **found;
    int n = scandir(folder, &found, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char name[4096];
        const char *dot = strrchr(found[i]->d_name, '.');
        snprintf(name, sizeof name, "%s/%s", folder, found[i]->d_name);
        if (dot && strcmp(dot, ".rep") == 0) add_path(name);
        free(found[i]);
    }
    if (n > 0) free(found);
}

static void bench(char *file, size_t n_ours)
{
    struct form form;
    char error[512];
    const struct build_setup setup = {.cc = getenv("CC"), .files = &file, .n_files = 1};
    if (!build_make(&made, &setup, error, sizeof error) ||
        !form_find(&form, made.library, error, sizeof error))
        die(error);
    const struct runner r = {.library = made.library,
                             .form = &form,
                             .align = form.align,
                             .heap_most = form.heap_most,
                             .seconds = 60};
    printf("%s\n  generated\n", file);
    bench_traces(&r, 0, n_ours);
    if (n_paths > n_ours) puts("  of BRKVIEW_TRACES");
    if (n_paths > n_ours) bench_traces(&r, n_ours, n_paths);
    build_release(&made);
    made.folder[0] = '\0';
    made.said = NULL;
}

int main(void)
{
    static char *ours[] = {"tests/mm/tags.c", "tests/mm/lists.c", NULL};
    const char *more = getenv("BRKVIEW_TRACES");
    char *other = getenv("BRKVIEW_MM");
    owner = getpid();
    atexit(release);
    setvbuf(stdout, NULL, _IOLBF, 0); /* a slow allocator takes minutes */
    generate_all();
    size_t n_ours = n_paths;
    if (more) add_folder(more);
    printf(
        "score: the checked pass is to take at most 3 times a bare loop of the same operations, "
        "the "
        "timed one at most 1.02 times (median of %d pairs; in brackets the least and the most):\n",
        PAIRS);
    for (char **file = ours; *file && !other; file++)
        bench(*file, n_ours);
    if (other) bench(other, n_ours);
    return 0;
}
