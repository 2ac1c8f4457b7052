/* bench_look.c: a look costs by blocks, not by their bytes, as ratios of processor time in one run:
 *   a command on 2,000 blocks of 30,000 bytes against one on 2,000 blocks of 16;
 *   a realloc that grows by 128 bytes again and again (the trace realloc-bal of the malloc lab)
 *   under header, which leaves a free block behind each time,
 *   against first-fit, which does not. JSON to /dev/null. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "tests/support/sample.h"

#define ROUNDS 41
#define GROWTHS 4800 /* 14,401 commands */

static void fill(struct lab *lab, unsigned bytes)
{
    static struct session_setup setup;
    char error[512], line[64];
    session_setup_defaults(&setup, HEAP_HEADER);
    snprintf(line, sizeof line, "repeat 2000 alloc %u", bytes);
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

static void bench_bytes(void)
{
    static struct lab large, small;
    double a[ROUNDS], b[ROUNDS], ratio[ROUNDS];
    fill(&large, 30000);
    fill(&small, 16);
    for (size_t i = 0; i < ROUNDS; i++) {
        a[i] = commands_ms(&large) / 2;
        b[i] = commands_ms(&small) / 2;
        ratio[i] = a[i] / b[i];
    }
    printf("a command on 2,000 blocks of 30,000 bytes: %.2f ms, of 16 bytes: %.2f ms: ratio %.2f "
           "(to be at most 3)\n",
           sample_median(a, ROUNDS), sample_median(b, ROUNDS), sample_median(ratio, ROUNDS));
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

static double play_s(const char *viewer, const char *policy, const char *script)
{
    double before = children_s();
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(viewer, viewer, "--json", "--policy", policy, script, (char *)NULL);
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
    double fit = play_s(viewer, "first-fit", path), header = play_s(viewer, "header", path);
    printf("a realloc in 14,401 commands, header: %.1f s, first-fit: %.1f s: ratio %.1f (to be at "
           "most 3)\n",
           header, fit, header / fit);
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
