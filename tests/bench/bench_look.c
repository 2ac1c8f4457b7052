/* bench_look.c: a look costs by blocks, not by their bytes, as ratios of processor time in one run:
 *   a command on 2,000 blocks of 30,000 bytes against one on 2,000 blocks of 16;
 *   a realloc that grows by 128 bytes again and again (the trace realloc-bal of the malloc lab)
 *   under header, which leaves a free block behind each time,
 *   against first-fit, which does not. JSON to /dev/null.
 * Beside each, what no look can do without: the kernel's reading of 2,000 headers that lie on pages
 * of their own; and the same requests as one command, with one look. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/session/gather.h"
#include "tests/support/sample.h"

#define ROUNDS 41
#define N_BLOCKS 2000u
#define GROWTHS 4800 /* 14,401 commands */

static void fill(struct lab *lab, unsigned bytes)
{
    static struct session_setup setup;
    char error[512], line[64];
    session_setup_defaults(&setup, HEAP_HEADER);
    snprintf(line, sizeof line, "repeat %u alloc %u", N_BLOCKS, bytes);
    if (!lab_init(lab, &setup, false, error, sizeof error)) {
        fprintf(stderr, "bench: %s\n", error);
        exit(1);
    }
    lab_run(lab, line);
}

/* An alloc and a free, so that the heap stays what it is. */
static double commands_ms(struct lab *lab)
{
    double begin = sample_cpu_ms();
    lab_run(lab, "alloc 16 as x");
    lab_run(lab, "free x");
    return sample_cpu_ms() - begin;
}

/* The headers of all blocks, read as the look reads them, and nothing else. */
static double headers_ms(struct lab *lab)
{
    static uintptr_t address[N_BLOCKS];
    static unsigned char bytes[N_BLOCKS][GATHER_BYTES];
    struct session *s = &lab->shown.session;
    for (size_t i = 0; i < N_BLOCKS; i++)
        address[i] = snapshot_block_address(s->snapshot, i);
    double begin = sample_cpu_ms();
    if (process_memory_gather(&s->memory, address, N_BLOCKS, GATHER_BYTES, bytes) != N_BLOCKS)
        exit(1);
    return sample_cpu_ms() - begin;
}

static void bench_bytes(void)
{
    static struct lab large, small;
    double a[ROUNDS], b[ROUNDS], ratio[ROUNDS], headers[ROUNDS], of_small[ROUNDS];
    fill(&large, 30000);
    fill(&small, 16);
    for (size_t i = 0; i < ROUNDS; i++) {
        a[i] = commands_ms(&large) / 2;
        b[i] = commands_ms(&small) / 2;
        ratio[i] = a[i] / b[i];
        headers[i] = headers_ms(&large);
        of_small[i] = headers[i] / b[i];
    }
    printf("a command on 2,000 blocks of 30,000 bytes: %.2f ms, of 16 bytes: %.2f ms: ratio %.2f "
           "(to be at most 3)\n",
           sample_median(a, ROUNDS), sample_median(b, ROUNDS), sample_median(ratio, ROUNDS));
    printf(
        "  of that the kernel reads 2,000 headers on 2,000 pages: %.2f ms, %.2f times the command "
        "on 16 bytes\n",
        sample_median(headers, ROUNDS), sample_median(of_small, ROUNDS));
    lab_release(&large);
    lab_release(&small);
}

static void write_script(FILE *to)
{
    fputs("alloc 512\nalloc 128\n", to);
    for (unsigned i = 0; i < GROWTHS - 1; i++)
        fprintf(to, "realloc 1 %u\nalloc 128\nfree %u\n", 640 + 128 * i, i + 2);
    fprintf(to, "realloc 1 %u\nfree 1\n", 640 + 128 * (GROWTHS - 1));
}

static double children_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* once: as one command. */
static double play_s(const char *viewer, const char *policy, const char *script, bool once)
{
    double before = children_s();
    char command[64];
    int status = 0;
    snprintf(command, sizeof command, "source %s", script);
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(viewer, viewer, "--json", "--policy", policy, once ? "-e" : script,
                  once ? command : (char *)NULL, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: the script failed under %s\n", policy);
        exit(1);
    }
    return children_s() - before;
}

static void bench_script(const char *viewer)
{
    char path[] = "/tmp/brkview-bench-XXXXXX";
    int fd = mkstemp(path);
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!to) exit(1);
    write_script(to);
    fclose(to);
    double fit = play_s(viewer, "first-fit", path, false),
           header = play_s(viewer, "header", path, false),
           once = play_s(viewer, "header", path, true);
    printf("a realloc in 14,401 commands, header: %.1f s, first-fit: %.1f s: ratio %.1f (to be at "
           "most 3)\n",
           header, fit, header / fit);
    printf(
        "  as one command, which is looked at once, header: %.1f s, %.1f times all of first-fit\n",
        once, once / fit);
    unlink(path);
}

int main(void)
{
    const char *viewer = getenv("BRKVIEW");
    bench_bytes();
    fflush(stdout);
    if (viewer) bench_script(viewer);
    return 0;
}
