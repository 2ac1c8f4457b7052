/* From a key to its cell: the time until a typed character stands in the terminal emulator, with
 * 10,000 blocks on the screen and brk moving after every line, beside a bare readline prompt in the
 * same emulator. The two take turns, line by line, so that both meet the same machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "tests/support/sample.h"
#include "tests/support/terminal_lab.h"

#define LINES 300
#define WARM_LINES 20
#define BARE_PROMPT "bare> "
#define COLUMN 6 /* both prompts are as wide */
#define BUDGET 10.0
#define FRAME_MS (1000.0 / 60)

static const char *const lines[] = {"alloc 48 as x", "free x", "alloc 16"}; /* up, down, up */

/* This program started with --bare: what the other is compared with. */
static int bare(void)
{
    for (char *line; (line = readline(BARE_PROMPT)); free(line)) {
    }
    return 0;
}

struct expected {
    int column;
    uint32_t glyph;
};

static bool stands(struct terminal *t, void *user)
{
    const struct expected *e = user;
    int row, column;
    terminal_cursor(t, &row, &column, NULL);
    uint32_t glyph = terminal_cell(t, row, e->column).glyph;
    return column == e->column + 1 && (glyph ? glyph : ' ') == e->glyph;
}

/* An empty prompt: where the cursor stands after Enter. */
static bool empty(struct terminal *t, void *user)
{
    int row, column;
    terminal_cursor(t, &row, &column, NULL);
    return column == COLUMN && terminal_cell(t, row, COLUMN).glyph != *(const uint32_t *)user &&
           terminal_cell(t, row, COLUMN - 2).glyph == '>';
}

struct samples {
    double *ms;
    size_t n;
};

static void type_line(struct terminal *t, const char *line, struct samples *keys,
                      struct samples *enters)
{
    for (size_t i = 0; line[i]; i++) {
        struct expected e = {COLUMN + (int)i, (uint32_t)line[i]};
        double begin = sample_now_ms();
        terminal_send(t, line + i, 1);
        if (!terminal_wait_until(t, stands, &e, TERMINAL_WAIT_MS)) {
            terminal_print(t);
            exit(1);
        }
        keys->ms[keys->n++] = sample_now_ms() - begin;
    }
    uint32_t first = (uint32_t)line[0];
    double begin = sample_now_ms();
    terminal_send(t, "\r", 1);
    if (!terminal_wait_until(t, empty, &first, TERMINAL_WAIT_MS)) {
        terminal_print(t);
        exit(1);
    }
    enters->ms[enters->n++] = sample_now_ms() - begin;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--bare")) return bare();
    const char *bare_argv[] = {argv[0], "--bare", NULL};
    struct samples key[2], enter[2];
    for (int i = 0; i < 2; i++) {
        key[i] = (struct samples){.ms = malloc(LINES * 16 * sizeof(double))};
        enter[i] = (struct samples){.ms = malloc(LINES * sizeof(double))};
        if (!key[i].ms || !enter[i].ms) return 1;
    }
    struct terminal *lab = lab_start(24, 80, NULL, NULL),
                    *readline_only = terminal_start(24, 80, NULL, bare_argv);
    lab_command(lab, "repeat 10000 alloc 16", "10,?000");
    terminal_must_show(readline_only, "bare>");
    for (int i = 0; i < WARM_LINES + LINES; i++) {
        const char *line = lines[(size_t)i % (sizeof lines / sizeof *lines)];
        if (i == WARM_LINES) key[0].n = key[1].n = enter[0].n = enter[1].n = 0;
        type_line(lab, line, &key[0], &enter[0]);
        type_line(readline_only, line, &key[1], &enter[1]);
    }
    double p50[2], p99[2];
    for (int i = 0; i < 2; i++)
        p50[i] = sample_quantile(key[i].ms, key[i].n, 0.5),
        p99[i] = sample_quantile(key[i].ms, key[i].n, 0.99);
    printf("key to cell, 80 x 24, 10,000 blocks, %zu keys: p50 %.3f ms, p99 %.3f ms; a bare "
           "readline prompt: p50 %.3f ms, p99 "
           "%.3f ms: ratio of p99 %.2f (to be at "
           "most %.0f, and p99 below a frame of %.1f ms)\n",
           key[0].n, p50[0], p99[0], p50[1], p99[1], p99[0] / p99[1], BUDGET, FRAME_MS);
    printf("Enter to the new picture: p50 %.3f ms, p99 %.3f ms\n",
           sample_quantile(enter[0].ms, enter[0].n, 0.5),
           sample_quantile(enter[0].ms, enter[0].n, 0.99));
    terminal_free(lab);
    terminal_free(readline_only);
    for (int i = 0; i < 2; i++)
        free(key[i].ms), free(enter[i].ms);
    return p99[0] <= BUDGET * p99[1] && p99[0] < FRAME_MS ? 0 : 1;
}
