/* test_reading.c: what is read out has what is drawn: every word and number of the screen's parts
 * stands in the lines. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/lab.h"
#include "cli/command/page.h"
#include "cli/command/run.h"
#include "viz/canvas.h"
#include "viz/scene.h"

static struct lab lab;

static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&lab, line);
    assert_non_null(out);
    return out;
}

static int open_lab(void **state)
{
    struct session_setup setup;
    char error[512];
    (void)state;
    session_setup_defaults(&setup, HEAP_HEADER);
    return lab_init(&lab, &setup, false, error, sizeof error) ? 0 : -1;
}

static int close_lab(void **state)
{
    (void)state;
    lab_release(&lab);
    return 0;
}

static void must_have(const char *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void must_have(const char *text, const char *format, ...)
{
    char wanted[256];
    va_list list;
    va_start(list, format);
    vsnprintf(wanted, sizeof wanted, format, list);
    va_end(list);
    if (!strstr(text, wanted)) fail_msg("\"%s\" is not read out in:\n%s", wanted, text);
}

static void assert_reads_the_snapshot(const char *text)
{
    const struct snapshot *s = lab.shown.session.snapshot;
    must_have(text, "brk is at 0x%" PRIx64, snapshot_head(s)->brk);
    must_have(text, "policy %s, process %" PRId64, snapshot_head(s)->policy, snapshot_head(s)->pid);
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        must_have(text, "%" PRIu64 " bytes at 0x%" PRIx64, b.size, b.address);
        if (b.state == BLOCK_USED)
            must_have(text, "block %zu of %zu: #%" PRIu32 ", ", i + 1, snapshot_n_blocks(s), b.id);
        if (b.state == BLOCK_FREE)
            must_have(text, "block %zu of %zu: free", i + 1, snapshot_n_blocks(s));
    }
    must_have(text, "free list, in search order: %zu\n", snapshot_n_free(s));
    for (size_t i = 0; i < snapshot_n_segments(s); i++) {
        const struct snapshot_segment *g = snapshot_segment(s, i);
        if (g->kind <= SEGMENT_STACK)
            must_have(text, "segment %s: 0x%" PRIx64 " to 0x%" PRIx64, g->name, g->start, g->end);
    }
    const struct snapshot_stats *sum = snapshot_stats(s);
    must_have(text,
              "%" PRIu64 " bytes, of which %" PRIu64 " live, %" PRIu64 " padding, %" PRIu64
              " headers, %" PRIu64 " free",
              sum->heap_bytes, sum->live_bytes, sum->padding_bytes, sum->header_bytes,
              sum->free_bytes);
}

static void everything_is_read(void **state)
{
    (void)state;
    static const char *const lines[] = {"alloc 64 as first", "alloc 32", "alloc 16",  "free 2",
                                        "alloc 8",           "sbrk +32", "alloc 100", "free 3"};
    assert_reads_the_snapshot(run("screen")->text);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(run(lines[i])->ok);
        assert_reads_the_snapshot(run("screen")->text);
    }
    must_have(lab.last->text, "header: is_free is 1, was 0");
    must_have(lab.last->text, "changed: #3, ");
    must_have(lab.last->text, "heap bytes after each command: 0 96 160");
}

/* The numbers that the drawn screen shows of the heap are all among those read. */
static void what_is_drawn_is_read(void **state)
{
    (void)state;
    struct canvas c;
    struct picture p;
    run("alloc 64");
    run("alloc 32");
    run("alloc 16");
    run("free 2");
    assert_true(canvas_init(&c, 40, 120, false));
    lab_picture(&lab, &p);
    scene_blocks(&c, (struct area){0, 0, 20, 120}, &p);
    char *text = strdup(run("screen")->text);
    size_t seen = 0;
    for (int row = 1; row < 20; row++) {
        char line[121];
        for (int k = 0; k < 120; k++)
            line[k] =
                canvas_at(&c, row, k)->glyph < 0x80 ? (char)canvas_at(&c, row, k)->glyph : ' ';
        line[120] = '\0';
        for (char *rest = line, *word; (word = strsep(&rest, " ")) != NULL;)
            if (strncmp(word, "0x", 2) == 0) must_have(text, "%s", word), seen++;
    }
    assert_int_equal(seen, 3);
    free(text);
    canvas_release(&c);
}

static void changes_are_told(void **state)
{
    (void)state;
    lab.reads = true;
    must_have(run("alloc 64")->text, "changed: #1, 96 bytes at 0x");
    must_have(run("alloc 64")->text, ": new\n");
    must_have(run("free 1")->text, ": freed\n");
    must_have(run("free 2")->text, ": given back\n");
    assert_null(strstr(run("stats")->text, "changed:"));
    run("alloc 64");
    must_have(
        run("write 3 8 68656c6c6f")->text,
        "changed: #3, 5 bytes at 0x411028: written\nselected: #3"); /* though no block changed */
    assert_null(strstr(run("alloc 16")->text, "written"));
    run("set quarantine 2");
    must_have(run("free 3")->text, ": kept\n"); /* as on the map */
    must_have(run("screen")->text, "block 1 of 2: quarantine, 96 bytes");
}

static void a_dead_target_is_read(void **state)
{
    (void)state;
    run("alloc 64");
    target_end(&lab.shown.session.target, "ended by a test");
    run("stats");
    must_have(run("screen")->text, "notice: undo or reset: the target was ended by a test");
}

/* Bytes are read eight a line, and the last line ends, however few it has. */
static void the_last_bytes_end_their_line(void **state)
{
    (void)state;
    static const char *const some[] = {"1", "7", "8", "9", "60"};
    lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 4, .table_rows = 9, .there = true};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        char line[64];
        snprintf(line, sizeof line, "sbrk %s", some[i]); /* foreign, of that many bytes */
        assert_true(run(line)->ok);
        snprintf(line, sizeof line, "select 0x%" PRIx64,
                 snapshot_head(lab.shown.session.snapshot)->heap_start);
        assert_true(run(line)->ok);
        const char *text = run("screen")->text;
        size_t n = strtoul(some[i], NULL, 10);
        for (size_t at = 0; at < n; at += 8) {
            char wanted[80];
            size_t k = (size_t)snprintf(wanted, sizeof wanted, "\nbytes at +%zu:", at);
            for (size_t b = at; b < n && b < at + 8; b++)
                k += (size_t)snprintf(wanted + k, sizeof wanted - k, " 00");
            must_have(text, "%s\n", wanted);
        }
        assert_true(run("reset")->ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_is_read, open_lab, close_lab),
        cmocka_unit_test_setup_teardown(what_is_drawn_is_read, open_lab, close_lab),
        cmocka_unit_test_setup_teardown(changes_are_told, open_lab, close_lab),
        cmocka_unit_test_setup_teardown(the_last_bytes_end_their_line, open_lab, close_lab),
        cmocka_unit_test_setup_teardown(a_dead_target_is_read, open_lab, close_lab),
    };
    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
