/* heapwork.c: see heapwork.h. */
#include "heapwork.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS 60000

/* It stands beside the test; HEAPWORK names another, as one that runs it on another glibc. */
static void path_of(char path[4096])
{
    const char *other = getenv("HEAPWORK");
    if (other != NULL && snprintf(path, 4096, "%s", other) < 4096) return;
    ssize_t n = readlink("/proc/self/exe", path, 4000);
    assert_true(n > 0);
    path[n] = '\0';
    memcpy(strrchr(path, '/') + 1, "heapwork", sizeof "heapwork");
}

void heapwork_start(struct heapwork *h, const char *setting)
{
    char path[4096], error[PROCESS_WORDS];
    int to[2], from[2];
    memset(h, 0, sizeof *h);
    path_of(path);
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    h->pid = fork();
    assert_true(h->pid >= 0);
    if (h->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        if (setting != NULL) putenv((char *)(uintptr_t)setting);
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    h->to = to[1];
    h->from = from[0];
    heapwork_tell(h, "where 0"); /* it runs, and is no longer us */
    if (process_open(&h->process, h->pid, error, sizeof error) != REFUSAL_NONE)
        fail_msg("%s", error);
    assert_true(process_memory_init(&h->memory, h->pid));
}

void heapwork_end(struct heapwork *h)
{
    close(h->to);
    close(h->from);
    kill(h->pid, SIGKILL);
    waitpid(h->pid, NULL, 0);
    glibc_release(&h->heap);
    process_memory_release(&h->memory);
    process_release(&h->process);
    free(h->block);
}

const char *heapwork_tell(struct heapwork *h, const char *format, ...)
{
    static char answer[512];
    size_t n = 0;
    va_list list;
    va_start(list, format);
    vdprintf(h->to, format, list);
    va_end(list);
    assert_int_equal(write(h->to, "\n", 1), 1);
    while (n == 0 || answer[n - 1] != '\n') {
        struct pollfd p = {.fd = h->from, .events = POLLIN};
        if (poll(&p, 1, WAIT_MS) != 1) fail_msg("heapwork says nothing");
        if (n + 1 >= sizeof answer || read(h->from, answer + n, 1) != 1)
            fail_msg("heapwork has ended");
        n++;
    }
    answer[n - 1] = '\0';
    return answer;
}

uint64_t heapwork_where(struct heapwork *h, int slot, uint64_t *usable)
{
    unsigned long long address = 0, bytes = 0;
    assert_int_equal(sscanf(heapwork_tell(h, "where %d", slot), "%llx %llu", &address, &bytes), 2);
    if (usable != NULL) *usable = bytes;
    return address;
}

void heapwork_maps(struct heapwork *h)
{
    uint64_t start;
    assert_true(process_maps_refresh(&h->process));
    process_brk(&h->process, &start, &h->brk);
    h->n_maps = 0;
    for (size_t i = 0; i < h->process.maps.n; i++) {
        const struct map *m = &h->process.maps.map[i];
        assert_true(h->n_maps < sizeof h->map / sizeof h->map[0]);
        h->map[h->n_maps++] = (struct glibc_map){m->start,
                                                 m->end,
                                                 m->readable && m->kind != MAPS_KERNEL,
                                                 m->writable,
                                                 m->kind == MAPS_ANONYMOUS,
                                                 m->kind == MAPS_HEAP,
                                                 m->program,
                                                 m->libc};
    }
}

static bool visit(void *user, const struct walk_block *b)
{
    struct heapwork *h = user;
    const struct glibc_region *r = &h->heap.region[b->region];
    uint64_t at = h->n != 0 && h->block[h->n - 1].region == b->region
                      ? h->block[h->n - 1].address + h->block[h->n - 1].size
                      : r->start;
    assert_int_equal(b->address, at);
    assert_true(b->size > 0 && b->header <= b->size && b->address + b->size <= r->end);
    if (h->n == h->room) {
        h->room = 2 * h->room + 64;
        h->block = realloc(h->block, h->room * sizeof *h->block);
        assert_non_null(h->block);
    }
    h->block[h->n++] = (struct heapwork_block){b->address, b->size,     b->header, b->region,
                                               b->state,   b->would_be, b->bin,    b->cached};
    return true;
}

struct by_runs {
    struct heapwork *h;
    size_t next, in_runs; /* the place in h->block */
};

static bool visit_single(void *user, const struct walk_block *b)
{
    struct by_runs *r = user;
    const struct heapwork_block *known = &r->h->block[r->next++];
    assert_true(b->address == known->address && b->size == known->size &&
                b->header == known->header && b->region == known->region &&
                b->state == known->state && b->bin == known->bin && b->cached == known->cached);
    return true;
}

/* Takes all of it, but of every third run. */
static size_t visit_run(void *user, const struct glibc_run *run)
{
    struct by_runs *r = user;
    uint64_t at = run->address;
    size_t most = r->next % 3 == 0 ? run->n / 2 : run->n, n = 0;
    for (; n < most && at + (run->word[n] & ~UINT64_C(15)) <= run->end; n++) {
        const struct heapwork_block *known = &r->h->block[r->next++];
        assert_true(known->address == at && known->size == (run->word[n] & ~UINT64_C(15)) &&
                    known->header == 8 && known->region == run->region &&
                    known->state == WALK_USED);
        at += known->size;
    }
    r->in_runs += n;
    return n;
}

/* By runs the blocks are the same. */
static void walk_by_runs(struct heapwork *h)
{
    struct by_runs r = {.h = h};
    for (size_t i = 0; i < h->heap.n_regions; i++)
        (void)glibc_walk_runs(&h->heap, i, &h->memory.memory, visit_run, visit_single, &r, NULL);
    assert_int_equal(r.next, h->n);
    h->n_in_runs = r.in_runs;
}

enum glibc_result heapwork_look(struct heapwork *h)
{
    heapwork_maps(h);
    enum glibc_result result = glibc_look(&h->heap, &h->memory.memory, h->map, h->n_maps, h->brk);
    h->n = 0;
    for (size_t i = 0; i < h->heap.n_regions; i++) {
        struct walk_damage damage;
        enum walk_result r = glibc_walk(&h->heap, i, &h->memory.memory, visit, h, &damage);
        assert_true(r == WALK_OK || r == WALK_DAMAGED);
        assert_int_equal(damage.end, h->heap.region[i].end);
    }
    walk_by_runs(h);
    return result;
}

void heapwork_sound(struct heapwork *h)
{
    struct check_finding f = {.text = ""};
    enum glibc_result result = heapwork_look(h);
    size_t n = glibc_check(&h->heap, &f, 1);
    if (result != GLIBC_OK || n != 0) fail_msg("result %d, %zu findings: %s", result, n, f.text);
}

const struct heapwork_block *heapwork_block(const struct heapwork *h, uint64_t address)
{
    for (size_t i = 0; i < h->n; i++)
        if (address - h->block[i].address < h->block[i].size) return &h->block[i];
    fail_msg("no block is at %#llx", (unsigned long long)address);
    return NULL;
}

void heapwork_same_sums(struct heapwork *h)
{
    unsigned long long m[9];
    struct glibc_sums s;
    assert_int_equal(sscanf(heapwork_tell(h, "info"),
                            "%llu %llu %llu %llu %llu %llu %llu %llu %llu", &m[0], &m[1], &m[2],
                            &m[3], &m[4], &m[5], &m[6], &m[7], &m[8]),
                     9);
    glibc_sums(&h->heap, GLIBC_NO_ARENA, &s);
    assert_int_equal(s.arena, m[0]);
    assert_int_equal(s.ordblks, m[1]);
    assert_int_equal(s.smblks, m[2]);
    assert_int_equal(s.hblks, m[3]);
    assert_int_equal(s.hblkhd, m[4]);
    assert_int_equal(s.fsmblks, m[5]);
    assert_int_equal(s.uordblks, m[6]);
    assert_int_equal(s.fordblks, m[7]);
    assert_int_equal(s.keepcost, m[8]);
}
