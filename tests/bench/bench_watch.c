/* bench_watch.c: what it costs to watch a program that runs by itself, as ratios in one run:
 *   a look at 1,000,000 chunks against copying the same heap out;
 *   the wall time of a job with a heap of 50 MB at the default rate, and of one with 2 MB at 30
 *   looks a second, each against the same job unwatched;
 *   and, in milliseconds, a look at 1,000 chunks, and from attach to the first picture of 50 MB. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/session/watch.h"
#include "tests/support/sample.h"

#define ROUNDS 21
#define PAIRS 15

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ── Programs to look at: ourselves, with another main ── */

/* So many chunks of 32 to 112 bytes. */
static int hold_chunks(long n)
{
    for (long i = 0; i < n; i++) {
        char *p = malloc((size_t)(24 + i * 7 % 80));
        if (p) *p = 1;
    }
    if (write(STDOUT_FILENO, "!", 1) != 1) return 1;
    pause();
    return 0;
}

/* Allocate and free at random, as a program does that works, with about so many bytes in use; and
 * do something with them. */
static int work(long bytes, long steps)
{
    enum { MEAN = 500 };
    size_t n = (size_t)(bytes / MEAN);
    char **slot = calloc(n, sizeof *slot);
    uint64_t seed = 1, sum = 0;
    for (long i = 0; slot && i < steps; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1;
        size_t at = (size_t)(seed >> 33) % n, size = 16 + (size_t)(seed >> 40) % (2 * MEAN - 32);
        free(slot[at]);
        slot[at] = malloc(size);
        if (slot[at]) memset(slot[at], (int)i, size);
        for (int k = 0; k < 300; k++)
            sum = sum * 31 + (uint64_t)k;
    }
    return sum == 42;
}

static pid_t start(const char *self, char *const *argv)
{
    int ready[2];
    char c;
    if (pipe(ready) != 0) give_up("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ready[1], STDOUT_FILENO);
        execv(self, argv);
        _exit(127);
    }
    close(ready[1]);
    if (pid < 0 || read(ready[0], &c, 1) != 1) give_up("the program did not start");
    close(ready[0]);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void watch(struct lab *lab, pid_t pid)
{
    char error[512];
    struct process *p = malloc(sizeof *p);
    if (!p || process_open(p, pid, error, sizeof error) != REFUSAL_NONE) give_up(error);
    const struct watch_setup setup = {.process = p, .rate = 10};
    if (!lab_attach(lab, &setup, error, sizeof error)) give_up(error);
}

/* ── Looks ── */

static double look_ms(struct session *s)
{
    double begin = sample_cpu_ms();
    if (!session_look(s)) give_up(s->error);
    session_forget(s);
    return sample_cpu_ms() - begin;
}

static double copy_ms(struct session *s)
{
    static unsigned char piece[PROCESS_MEMORY_PIECE];
    double begin = sample_cpu_ms();
    const struct snapshot_head *head = snapshot_head(s->snapshot);
    for (uint64_t at = head->heap_start; at < head->brk; at += sizeof piece)
        process_memory_copy(&s->memory, at, piece,
                            head->brk - at < sizeof piece ? (size_t)(head->brk - at)
                                                          : sizeof piece);
    return sample_cpu_ms() - begin;
}

static void bench_looks(const char *self, const char *chunks)
{
    static struct lab lab;
    double look[ROUNDS], copy[ROUNDS], ratio[ROUNDS];
    pid_t pid = start(self, (char *const[]){"bench", "chunks", (char *)(uintptr_t)chunks, NULL});
    watch(&lab, pid);
    for (size_t i = 0; i < ROUNDS; i++) {
        look[i] = look_ms(&lab.shown.session);
        copy[i] = copy_ms(&lab.shown.session);
        ratio[i] = look[i] / copy[i];
    }
    printf("a look at %s chunks of glibc's: %.2f ms, copying the heap out: %.2f ms: ratio %.2f%s\n",
           chunks, sample_median(look, ROUNDS), sample_median(copy, ROUNDS),
           sample_median(ratio, ROUNDS),
           strlen(chunks) > 4 ? " (to be at most 2.5)" : " (the look to be under 1 ms)");
    lab_release(&lab);
    end(pid);
}

/* ── The program's own time ── */

static double run_ms(char *const *argv)
{
    double begin = now_ms();
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(1);
        execv(argv[0], argv);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0) give_up("the job failed");
    return now_ms() - begin;
}

static void bench_job(char *self, char *viewer, char *bytes, char *steps, char *rate)
{
    char *plain[] = {self, "work", bytes, steps, NULL};
    char *watched[] = {viewer, "run", rate, "--", self, "work", bytes, steps, NULL};
    double a[PAIRS], b[PAIRS], ratio[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        bool first = i % 2 == 0; /* whoever comes first has another machine than the second */
        if (first) a[i] = run_ms(watched);
        b[i] = run_ms(plain);
        if (!first) a[i] = run_ms(watched);
        ratio[i] = a[i] / b[i];
    }
    printf(
        "a job with a heap of %s bytes under run %s: %.0f ms, unwatched: %.0f ms: ratio %.3f (to "
        "be at most 1.02)\n",
        bytes, rate, sample_median(a, PAIRS), sample_median(b, PAIRS), sample_median(ratio, PAIRS));
}

static void bench_attach(const char *self, char *viewer)
{
    double ms[PAIRS];
    char number[16];
    pid_t pid = start(self, (char *const[]){"bench", "chunks", "700000", NULL});
    snprintf(number, sizeof number, "%d", (int)pid);
    char *attach[] = {viewer, "attach", number, "--json", "-e", "rate", NULL};
    int out = dup(STDOUT_FILENO);
    fflush(stdout);
    if (out < 0 || !freopen("/dev/null", "w", stdout)) give_up("no /dev/null");
    for (size_t i = 0; i < PAIRS; i++)
        ms[i] = run_ms(attach);
    dup2(out, STDOUT_FILENO);
    printf(
        "from attach to the first picture of 700,000 chunks, 55 MB, and out again: %.0f ms (to be "
        "at most 150)\n",
        sample_median(ms, PAIRS));
    end(pid);
}

int main(int argc, char **argv)
{
    char *viewer = getenv("BRKVIEW");
    static char self[4096];
    if (argc == 3 && strcmp(argv[1], "chunks") == 0) return hold_chunks(atol(argv[2]));
    if (argc == 4 && strcmp(argv[1], "work") == 0) return work(atol(argv[2]), atol(argv[3]));
    if (!viewer) viewer = "build/brkview";
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0) give_up("no /proc");
    bench_looks(self, "1000000");
    bench_looks(self, "1000");
    bench_attach(self, viewer);
    bench_job(self, viewer, "50000000", "4000000", "--rate=10");
    bench_job(self, viewer, "2000000", "4000000", "--rate=30");
    return 0;
}
