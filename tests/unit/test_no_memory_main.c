/* test_no_memory_main.c: the n-th allocation of the whole program fails, or all from there on, from
 * main to its exit: scripts, streams, files, lessons. It never crashes; status 0 is for what told
 * and wrote all that it should; status 1 comes with words; and what follows the command that had no
 * memory is done. Some n of each run; with BRKVIEW_LONG all of them. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/scratch.h"
#include "tests/support/starve.h"

#define ARGUMENTS_MAX 8
#define TOLD_BYTES (1u << 20)
#define SAMPLES 12

/* cli/main.c's; the linker leads the name main here. */
int __real_main(int argc, char **argv);
int __wrap_main(void);

/* A run of the program. What it writes is judged like what it says. */
struct run {
    const char *name;
    const char *argument[ARGUMENTS_MAX];
    const char *input; /* its standard input, NULL: none */
    const char *writes[ARGUMENTS_MAX];
    bool answers; /* what is typed answers a lesson: what follows a loss means something else */
};

static const struct run runs[] = {
    {.name = "commands",
     .argument = {"-e", "alloc 64 as one; alloc 32 # a comment\nfree 2; alloc 8; why 1; show one; "
                        "blocks; screen; stats; check; "
                        "steps; undo; redo; undo; save out.heap; stats"},
     .writes = {"out.heap"}},
    {.name = "a script that sources another",
     .argument = {"outer.heap"},
     .writes = {"out.heap", "out.txt"}},
    {.name = "JSON of a stream",
     .argument = {"--json"},
     .input = "alloc 16; alloc 24 as x\nrepeat 3 \"alloc 40 as y; free y; alloc 16\"\nsource "
              "inner.heap\nblocks\nmark a; free "
              "all\nundo; "
              "diff a\nhelp quit; stats\n"},
    {.name = "blocks, written row by row",
     .argument = {"-e", "repeat 900 alloc 16; blocks; repeat 3 blocks; stats"}},
    {.name = "exports",
     .argument = {"-e", "alloc 64; alloc 32 as two; free 1; alloc 16; export out.txt; export "
                        "out.html; export out.json; stats"},
     .writes = {"out.txt", "out.html", "out.json"}},
    {.name = "a lesson",
     .argument = {"lesson", "--plain", "small.lesson"},
     .input = "\n48\nstats; alloc 5\n\n7\n32\n\n\n",
     .answers = true},
    {.name = "a lesson of a script",
     .argument = {"-e", "lesson small.lesson; lesson next; answer 48; lesson next; answer; lesson "
                        "quit; alloc 5; stats"},
     .answers = true},
    {.name = "lesson --check", .argument = {"lesson", "--check", "small.lesson"}},
    {.name = "compare on a trace",
     .argument = {"compare", "header", "first-fit,coalesce=off", "bump", "small.rep"}},
    {.name = "compare on two traces, as JSON",
     .argument = {"compare", "--json", "header", "best-fit", "small.rep", "--generate=queue",
                  "--ops=30"}},
    {.name = "compare on commands, as JSON",
     .argument = {"compare", "--json", "bump", "best-fit", "-e", "alloc 64; alloc 32; undo"}},
    {.name = "compare on commands",
     .argument = {"compare", "header", "best-fit", "-e",
                  "alloc 64; alloc 32; free 1; blocks; undo"}},
};
#define N_RUNS (sizeof runs / sizeof runs[0])

static const struct {
    const char *name, *text;
} files[] = {
    {"outer.heap",
     "# a script\nalloc 16; alloc 24 as x\nsource inner.heap; alloc 9\nexport out.txt\n"
     "repeat 2 \"alloc 8 as x; source inner.heap\"\nundo\nsave out.heap\nalloc 7; stats\n"},
    {"inner.heap",
     "alloc 100\nalloc 200; free x # one\n  # none\ncalloc 3 9\np = malloc(5);\nfree p\n"},
    {"small.rep", "a 0 100\na 1 20\nr 0 300\nf 1\na 2 9\nf 0\nf 2\n"},
    {"small.lesson", "@title Small\n@policy header\nA page, and a question behind it.\n@wait\n@ask "
                     "alloc 16: by how many bytes does brk move?\n"
                     "@answer brk +48\n@run alloc 16\n@because A header of 32 bytes, and "
                     "16.\n@wait\n@run alloc 24\nAnother page.\n"
                     "@ask At which offset is the first payload?\n@answer number 32\n@because "
                     "Behind the header.\n@wait\nThe end.\n@end\n"},
};

/* ── One run, in a child ── */

struct result {
    int status; /* as of waitpid */
    unsigned long asked;
    size_t out_bytes; /* of told: what it said, with what it wrote behind that */
    char told[TOLD_BYTES], said[TOLD_BYTES], errors[1u << 16];
};

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static size_t get_file(const char *name, char *text, size_t room)
{
    FILE *f = fopen(name, "r");
    size_t n = f ? fread(text, 1, room - 1, f) : 0;
    assert_true(n + 1 < room);
    text[n] = '\0';
    if (f) fclose(f);
    return n;
}

/* Numbers of processes differ, also in length: the digits behind those words are taken out, with
 * the blanks that fill up. */
static void forget_pids(char *text)
{
    static const char first_row[] = "\"r\":[0,";
    static const char *const words[] = {"process ", " pid "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (char *at = text; (at = strstr(at, words[i])) != NULL;) {
            at += strlen(words[i]);
            size_t n = strspn(at, "0123456789");
            if (n > 0) n += strspn(at + n, " ");
            memmove(at, at + n, strlen(at + n) + 1);
        }
    for (char *at = text; (at = strstr(at, first_row)) !=
                          NULL;) { /* the page's first row has one, and counts its digits */
        at += strlen(first_row);
        size_t n = strcspn(at + 1, *at == '[' ? "]" : "\"");
        memmove(at, at + n, strlen(at + n) + 1);
    }
}

static void be_the_program(const struct run *r, unsigned long n, bool on)
{
    char *argv[ARGUMENTS_MAX + 2] = {(char *)(uintptr_t) "brkview"};
    int argc = 1;
    for (size_t i = 0; i < ARGUMENTS_MAX && r->argument[i]; i++)
        argv[argc++] = (char *)(uintptr_t)r->argument[i];
    if (!freopen("in", "r", stdin) || !freopen("said", "w", stdout) ||
        !freopen("errors", "w", stderr))
        _exit(99);
    starve_asked = 0;
    starve_at = n;
    starve_on = on;
    int status = __real_main(argc, argv);
    starve_at = 0;
    unsigned long asked = starve_asked;
    FILE *f = fopen("asked", "w");
    if (!f || fprintf(f, "%lu", asked) < 0 || fclose(f) != 0) _exit(98);
    fflush(NULL);
    _exit(status);
}

static void run_without(const struct run *r, unsigned long n, bool on, struct result *got)
{
    char asked[32];
    for (size_t i = 0; i < ARGUMENTS_MAX && r->writes[i]; i++)
        unlink(r->writes[i]);
    put_file("in", r->input ? r->input : "");
    put_file("asked", "0");
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) be_the_program(r, n, on);
    assert_int_equal(waitpid(child, &got->status, 0), child);
    size_t at = got->out_bytes = get_file("said", got->told, sizeof got->told);
    for (size_t i = 0; i < ARGUMENTS_MAX && r->writes[i]; i++)
        at += get_file(r->writes[i], got->told + at, sizeof got->told - at);
    memcpy(got->said, got->told, got->out_bytes);
    got->said[got->out_bytes] = '\0';
    get_file("errors", got->errors, sizeof got->errors);
    get_file("asked", asked, sizeof asked);
    got->asked = strtoul(asked, NULL, 10);
    forget_pids(got->told);
    forget_pids(got->said);
}

/* ── What is asked of it ── */

static struct result expected, got;

/* Every line of JSON is whole, and there are as many as there should be. */
static void judge_json(const struct run *r, unsigned long n, size_t lines_expected)
{
    size_t lines = 0;
    for (char *line = got.said, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++) {
        json_t *j = json_loadb(line, (size_t)(end - line), 0, NULL);
        if (!j)
            starve_fault("%s, without allocation %lu: this is no JSON: %.200s", r->name, n, line);
        if (json_is_true(json_object_get(j, "ok")) != json_is_null(json_object_get(j, "error")))
            starve_fault("%s, without allocation %lu: %.200s", r->name, n, line);
        json_decref(j);
    }
    if (lines_expected && lines != lines_expected)
        starve_fault("%s, without allocation %lu: %zu commands of %zu\n%s", r->name, n, lines,
                     lines_expected, got.errors);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

/* Where the first line begins that is another one. */
static size_t same_lines(void)
{
    size_t at = 0;
    for (size_t i = 0; got.told[i] && got.told[i] == expected.told[i]; i++)
        if (got.told[i] == '\n') at = i + 1;
    return at;
}

static void judge(const struct run *r, unsigned long n, bool on)
{
    if (!WIFEXITED(got.status))
        starve_fault("%s, without allocation %lu: signal %d", r->name, n, WTERMSIG(got.status));
    int status = WEXITSTATUS(got.status);
    if (status != 0 && status != 1)
        starve_fault("%s, without allocation %lu: status %d", r->name, n, status);
    size_t at = same_lines();
    if (status == 0 && strcmp(got.told, expected.told) != 0)
        starve_fault("%s, without allocation %lu%s: status 0, and told\n%.500s\n%s\nnot\n%.500s",
                     r->name, n, on ? " and more" : "", got.told + at, got.errors,
                     expected.told + at);
    if (status == 1 && !got.errors[0] && !strstr(got.said, "out of memory"))
        starve_fault("%s, without allocation %lu%s: status 1 without a word\n%.4000s", r->name, n,
                     on ? " and more" : "", got.told);
    bool begun = got.said[0] != '\0', json = r->argument[0][0] == '-' && r->argument[0][1] == '-';
    if (json) judge_json(r, n, on || !begun ? 0 : count(expected.said, "\n"));
    if (!on && begun && !json && !r->answers &&
        count(got.said, "heap> ") != count(expected.said, "heap> "))
        starve_fault("%s, without allocation %lu: a command was left out\n%.4000s\n%s", r->name, n,
                     got.said, got.errors);
}

static void over_runs(bool on)
{
    bool all = getenv("BRKVIEW_LONG") != NULL;
    const char *only = getenv("BRKVIEW_RUN"),
               *at = getenv("BRKVIEW_AT"); /* one of them by its name, and one n */
    for (size_t i = 0; i < N_RUNS; i++) {
        if (only && strcmp(only, runs[i].name) != 0) continue;
        run_without(&runs[i], 0, false, &got);
        run_without(&runs[i], 0, false, &expected);
        if (expected.status != 0 || strcmp(got.told, expected.told) != 0)
            fail_msg("%s: status %d\n%s\n%.3000s\nand\n%.3000s", runs[i].name, expected.status,
                     got.errors, got.told, expected.told);
        unsigned long step = all ? 1 : expected.asked / SAMPLES + 1,
                      first = at ? strtoul(at, NULL, 10) : 1 + i % step;
        for (unsigned long n = first; n <= (at ? first : expected.asked); n += step) {
            run_without(&runs[i], n, on, &got);
            judge(&runs[i], n, on);
        }
    }
    starve_none();
}

static void one_fails(void **unused)
{
    (void)unused;
    over_runs(false);
}

static void all_fail_from_there_on(void **unused)
{
    (void)unused;
    over_runs(true);
}

static int set_up(void **unused)
{
    (void)unused;
    assert_int_equal(chdir(scratch_folder()), 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        put_file(files[i].name, files[i].text);
    return 0;
}

int __wrap_main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_fails),
        cmocka_unit_test(all_fail_from_there_on),
    };
    return cmocka_run_group_tests_name("no memory, from main on", tests, set_up, NULL);
}
