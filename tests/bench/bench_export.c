/* bench_export.c: the picture of a heap of 100,000 blocks as svg, against drawing a frame and
 * writing a file of the same size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/lab.h"
#include "cli/command/page.h"
#include "cli/command/run.h"
#include "cli/export/export.h"
#include "tests/support/sample.h"
#include "viz/scene.h"

#define N_BLOCKS 100000u
#define ROUNDS 31
#define EACH 10 /* runs of a round */
#define SVG_BYTES_MAX 2000000u

static void stop(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(1);
}

/* Blocks of many sizes, every third free again. */
static void fill(struct lab *lab)
{
    struct session_setup setup;
    char error[512];
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    setup.value[HEAP_ORDER] = HEAP_ORDER_LIFO; /* building it must not be quadratic */
    if (!lab_init(lab, &setup, false, error, sizeof error)) stop(error);
    lab->shown.session.quiet = true;
    for (uint32_t i = 0; i < N_BLOCKS; i++) {
        struct session_block made;
        if (!session_alloc(&lab->shown.session, 16 + i * 37 % 200, &made))
            stop(lab->shown.session.error);
    }
    for (uint32_t id = 2; id < N_BLOCKS; id += 3)
        session_free(&lab->shown.session, id);
    lab->shown.session.quiet = false;
    if (!lab_run(lab, "alloc 200")->ok) stop("the last block was refused");
    session_forget(&lab->shown.session);
}

static FILE *open_file(const char *path)
{
    FILE *to = fopen(path, "w");
    if (!to) stop("no file can be written here");
    return to;
}

static double export_ms(struct lab *lab, const char *path, int rows, int columns,
                        const char *ending)
{
    double begin = sample_now_ms();
    for (int i = 0; i < EACH; i++) {
        struct export e = {
            .kind = export_kind_of(ending), .lab = lab, .rows = rows, .columns = columns};
        FILE *to = open_file(path);
        if (!export_write(&e, to) || fclose(to) != 0) stop(e.error);
    }
    return (sample_now_ms() - begin) / EACH;
}

static double frame_and_write_ms(struct lab *lab, const char *path, int rows, int columns,
                                 const char *bytes, size_t n)
{
    double begin = sample_now_ms();
    for (int i = 0; i < EACH; i++) {
        struct canvas c;
        struct picture p;
        if (!canvas_init(&c, rows, columns, false)) stop("no memory");
        lab_picture(lab, &p);
        scene_screen(&c, &p, 0);
        FILE *to = open_file(path);
        if (fwrite(bytes, 1, n, to) != n || fclose(to) != 0) stop("the file can't be written");
        canvas_release(&c);
    }
    return (sample_now_ms() - begin) / EACH;
}

static void bench(struct lab *lab, const char *path, int rows, int columns)
{
    double svg[ROUNDS], plain[ROUNDS], ratio[ROUNDS];
    export_ms(lab, path, rows, columns, ".svg");
    FILE *from = fopen(path, "r");
    static char bytes[SVG_BYTES_MAX + 1];
    size_t n = from ? fread(bytes, 1, sizeof bytes, from) : 0;
    if (!from || n == 0 || n > SVG_BYTES_MAX) stop("the picture is not under 2 MB");
    fclose(from);
    for (size_t i = 0; i < ROUNDS; i++) {
        plain[i] = frame_and_write_ms(lab, path, rows, columns, bytes, n);
        svg[i] = export_ms(lab, path, rows, columns, ".svg");
        ratio[i] = svg[i] / plain[i];
    }
    printf("svg of %u blocks, %d x %d: %zu bytes (to be under 2 MB), %.2f ms; a frame and its "
           "bytes written %.2f ms: ratio %.2f "
           "(to be at most 2)\n",
           N_BLOCKS, columns, rows, n, sample_median(svg, ROUNDS), sample_median(plain, ROUNDS),
           sample_median(ratio, ROUNDS));
}

int main(void)
{
    static struct lab lab;
    const char *dir = getenv("BENCH_DIR");
    char path[512];
    snprintf(path, sizeof path, "%s/export.svg", dir ? dir : "/tmp");
    fill(&lab);
    bench(&lab, path, EXPORT_ROWS, EXPORT_COLUMNS);
    bench(&lab, path, 50, 200);
    unlink(path);
    lab_release(&lab);
    return 0;
}
