/* test_no_memory.c: the n-th allocation of the viewer fails, over whole sessions: nothing crashes,
 * what is told is as it would be, or the command has failed with words, and later commands go on.
 * Some n of each session, with BRKVIEW_QUICK few; with BRKVIEW_LONG all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/report/report.h"
#include "tests/support/scratch.h"
#include "tests/support/starve.h"
#include "tests/support/try.h"

/* ── A session, told as a script would be ── */

#define LINE_BYTES (1u << 18)
#define COMMANDS_MAX 24u

static const char *const sessions[][COMMANDS_MAX] = {
    {"alloc 64 as one", "alloc 32", "calloc 3 9", "free 2", "alloc 8", "why 1", "show one",
     "blocks", "stats", "check", "steps", "undo", "redo"},
    {"repeat 3 \"alloc 16; alloc 24 as x; free x\"", "random 20 seed 3", "free all",
     "policy best-fit replay", "alloc 100", "mark a", "realloc 1 300", "fill 1 0xaa", "diff a",
     "undo 2", "redo all", "limit 9k", "aligned 256 40"},
    {"set lock off", "alloc 16", "race", "blocks", "undo", "break double-free", "reset",
     "break overflow", "undo", "help alloc", "nonsense", "alloc 0", "lesson", "policy"},
    {"policy bump", "alloc 5 as five", "aligned 4096 8", "blocks", "repeat 2 blocks",
     "policy header replay", "write 1 0 \"abc\"", "dump 1"},
};
#define N_SESSIONS (sizeof sessions / sizeof sessions[0])

static char told[LINE_BYTES], expected[COMMANDS_MAX][LINE_BYTES];

/* Run a command and tell it as JSON. *ok: it says that it succeeded. */
static void run_and_tell(const char *command, bool *ok)
{
    const struct outcome *out = lab_run(&try_lab, command);
    assert_non_null(out);
    memset(told, 0, sizeof told);
    FILE *to = fmemopen(told, sizeof told - 1, "w");
    assert_non_null(to);
    setvbuf(to, NULL, _IONBF, 0);
    *ok = report_json_line(&try_lab, out, to) && out->ok;
    fclose(to);
    if (!out->ok && (!out->error || !*out->error))
        fail_msg("%s: it failed without a word", command);
}

static void open_lab(void)
{
    struct session_setup setup;
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    try_open_with(&setup, false);
}

/* What each command tells with all the memory of the world; returns how many allocations that took.
 */
static unsigned long expect(const char *const *session)
{
    bool ok;
    starve_at = 0;
    open_lab();
    starve_asked = 0;
    for (size_t i = 0; i < COMMANDS_MAX && session[i]; i++) {
        run_and_tell(session[i], &ok);
        strcpy(expected[i], told);
    }
    unsigned long n = starve_asked;
    try_close();
    return n;
}

/* The line is JSON, and has what was promised. */
static void must_be_whole(const char *command, unsigned long n)
{
    static const char *const members[] = {"seq",    "command", "ok",    "error",
                                          "result", "brk",     "steps", "stats"};
    json_t *j = json_loads(told, 0, NULL);
    if (!j) starve_fault("%s, without allocation %lu: this is no JSON: %.300s", command, n, told);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!json_object_get(j, members[i]))
            starve_fault("%s, without allocation %lu: no %s: %.300s", command, n, members[i], told);
    bool ok = json_is_true(json_object_get(j, "ok"));
    if (ok != json_is_null(json_object_get(j, "error")))
        starve_fault("%s, without allocation %lu: %.300s", command, n, told);
    json_decref(j);
}

static void run_without(const char *const *session, unsigned long n)
{
    bool ok, same = true;
    open_lab();
    for (size_t i = 0; i < COMMANDS_MAX && session[i]; i++) {
        starve_asked = i == 0 ? 0 : starve_asked;
        starve_at = n;
        unsigned long asked = starve_asked;
        try_lab.failed = false;
        run_and_tell(session[i], &ok);
        starve_at = 0;
        unsigned long kept = starve_asked;
        must_be_whole(session[i], n);
        bool met = starve_on ? kept >= n : asked < n && n <= kept;
        if (same && strcmp(told, expected[i]) != 0) {
            if (!met || ok)
                starve_fault("%s, without allocation %lu:\n%.1500s\nnot\n%.1500s", session[i], n,
                             told, expected[i]);
            same = false; /* the heap may be another one now */
        }
        starve_asked = kept;
    }
    starve_at = 0;
    assert_non_null(lab_run(&try_lab, "stats"));
    lab_run(&try_lab, "reset");
    if (!try_lab.last->ok)
        starve_fault("without allocation %lu, reset: %s", n, try_lab.last->error);
    try_ok("alloc 16");
    try_ok("check");
    try_ok("undo");
    try_close();
}

static void over_sessions(bool on)
{
    bool all = getenv("BRKVIEW_LONG") != NULL;
    unsigned long tries = getenv("BRKVIEW_QUICK") ? 4 : 60;
    starve_on = on;
    for (size_t i = 0; i < N_SESSIONS; i++) {
        unsigned long most = expect(sessions[i]), step = all ? 1 : most / tries + 1;
        for (unsigned long n = 1 + i; n <= most; n += step)
            run_without(sessions[i], n);
    }
    starve_none();
}

static void one_fails(void **unused)
{
    (void)unused;
    over_sessions(false);
}

static void all_fail_from_there_on(void **unused)
{
    (void)unused;
    over_sessions(true);
}

/* ── One command, whose allocations all fail, one after the other ── */

#define BEFORE_MAX 5u
static const char lesson[] = "@title Small\nA page.\n@ask Which number?\n@answer number "
                             "32\n@because So.\n@wait\nThe end.\n@end\n";
static const char program[] =
    "@title P\n@program class\nA page.\n@ask How many?\n@answer usable "
    "24\n@run input a = malloc(20)\n@because So.\n@wait\nThe end.\n@end\n";
static const char script[] = "alloc 16\nfree 77\nalloc 5 as x\nfree 99\n";

/* %s is the file with that text. */
static const struct {
    const char *file, *before[BEFORE_MAX], *command;
    bool killed; /* before it, from outside */
} alone[] = {
    {.before = {"alloc 64", "free 1", "alloc 5"}, .command = "steps"},
    {.before = {"alloc 64"}, .command = "screen"},
    {.before = {"alloc 64 as one", "alloc 5", "free one", "alloc 9"}, .command = "blocks"},
    {.before = {"alloc 64", "alloc 9", "mark a", "free 1", "alloc 5 as x"}, .command = "diff a"},
    {.before = {"alloc 64"}, .command = "break double-free"},
    {.before = {"set canary on"},
     .command = "break off-by-one"}, /* which frees for the owners of blocks */
    {.before = {"alloc 64", "alloc 5 as x"}, .command = "race"},
    {.before = {"policy bump", "alloc 5"}, .command = "aligned 4096 8"}, /* which leaves a gap */
    {.before = {"set lock off", "alloc 16"},
     .command = "repeat 1 \"race; blocks\""}, /* which has what the false word was */
    {.before = {"alloc 64", "free 1"}, .command = "undo"},
    {.before = {"alloc 64", "alloc 5"},
     .command = "undo",
     .killed = true}, /* the death is an entry of the log */
    {.file = "", .before = {"alloc 64"}, .command = "save %s"},
    {.file = script, .before = {"alloc 64"}, .command = "source %s"},
    {.command = "lesson"},
    {.file = lesson, .before = {"alloc 64"}, .command = "lesson %s"},
    {.file = lesson, .before = {"lesson %s"}, .command = "answer 7"},
    {.file = lesson, .before = {"lesson %s", "answer 7"}, .command = "answer 32"},
    {.file = lesson, .before = {"lesson %s", "answer 7"}, .command = "lesson back"},
    {.file = program, .before = {"alloc 64"}, .command = "lesson %s"},
    {.file = program, .before = {"lesson %s"}, .command = "answer 24"},
    {.file = program, .before = {"lesson %s", "answer 24"}, .command = "lesson quit"},
    {.file = program, .command = "lesson --check %s"},
};

/* What that command tells; told is what `blocks` tells behind it, with all the memory there is. */
static char done[LINE_BYTES];

/* Everything before the last with all the memory of the world; it without allocation n, 0: none.
 * Returns how many it asked for. */
static unsigned long run_alone(size_t i, unsigned long n, bool *ok)
{
    char command[4096];
    bool blocks;
    const char *path = alone[i].file ? try_file(alone[i].file) : "";
    open_lab();
    for (size_t k = 0; k < BEFORE_MAX && alone[i].before[k]; k++) {
        snprintf(command, sizeof command, alone[i].before[k], path);
        run_and_tell(command, ok);
    }
    snprintf(command, sizeof command, alone[i].command, path);
    if (alone[i].killed) try_kill();
    starve_asked = 0;
    starve_at = n;
    run_and_tell(command, ok);
    starve_at = 0;
    n = starve_asked;
    must_be_whole(command, n);
    strcpy(done, told);
    run_and_tell("blocks", &blocks);
    if (alone[i].file) unlink(path);
    try_close();
    return n;
}

/* The files' names differ. */
static void forget_file(char *text)
{
    for (char *at; (at = strstr(text, scratch_folder())) != NULL;)
        memmove(at, at + strcspn(at, " :\"\\"), strlen(at + strcspn(at, " :\"\\")) + 1);
}

static void each_of_one_command(void **unused)
{
    bool ok;
    (void)unused;
    starve_on = false;
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        unsigned long most = run_alone(i, 0, &ok);
        forget_file(strcpy(expected[0], done));
        strcpy(expected[1], told);
        for (unsigned long n = 1; n <= most; n++) {
            run_alone(i, n, &ok);
            forget_file(done);
            if (ok && strcmp(done, expected[0]) != 0)
                starve_fault("%s, without its allocation %lu:\n%.1500s\nnot\n%.1500s",
                             alone[i].command, n, done, expected[0]);
            if (ok && strcmp(told, expected[1]) != 0)
                starve_fault("%s, without its allocation %lu, leaves\n%.1500s\nnot\n%.1500s",
                             alone[i].command, n, told, expected[1]);
        }
    }
    starve_none();
}

/* A death that there was no memory to log is logged with the next command: undo takes back the
 * death, not what was done before it. */
static void a_death_is_logged_as_soon_as_it_can_be(void **unused)
{
    static const char words[] = "undone 1 command (# the target was killed by signal 9 (SIGKILL))";
    bool ok;
    (void)unused;
    starve_on = false;
    for (unsigned long n = 1, asked = n; asked >= n; n++) {
        open_lab();
        try_ok("alloc 64");
        try_kill();
        starve_asked = 0;
        starve_at = n;
        run_and_tell("stats", &ok);
        starve_at = 0;
        asked = starve_asked;
        run_and_tell("undo", &ok);
        if (!ok || !strstr(told, words))
            starve_fault("stats, without its allocation %lu, then undo: %.1500s", n, told);
        try_close();
    }
    starve_none();
}

/* What is told in rows is kept as rows: as values of the JSON, the next command would wait while
 * they are freed one by one. */
static void rows_are_no_values(void **unused)
{
    static const char *const lines[] = {"blocks", "diff a"};
    bool ok;
    (void)unused;
    open_lab();
    assert_true(lab_run(&try_lab, "repeat 1000 \"alloc 16; alloc 24\"")->ok &&
                lab_run(&try_lab, "mark a")->ok && lab_run(&try_lab, "free all")->ok);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        starve_asked = 0;
        assert_true(lab_run(&try_lab, lines[i])->ok);
        if (i == 0) continue; /* a line of text for each */
        if (starve_asked > 1000) fail_msg("%s asks for memory %lu times", lines[i], starve_asked);
    }
    starve_asked = 0;
    run_and_tell("diff a", &ok);
    if (starve_asked > 1000)
        fail_msg("diff a, told as JSON, asks for memory %lu times", starve_asked);
    try_close();
}

/* A lab that can't be begun says so. */
static void the_beginning(void **unused)
{
    (void)unused;
    struct session_setup setup;
    char error[512] = "";
    session_setup_defaults(&setup, HEAP_FIRST_FIT);
    starve_on = false;
    for (unsigned long n = 1;; n++) {
        starve_asked = 0;
        starve_at = n;
        bool begun = lab_init(&try_lab, &setup, false, error, sizeof error);
        starve_at = 0;
        if (begun) lab_release(&try_lab);
        if (starve_asked < n) break;
        if (!begun) assert_true(*error != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_beginning),
        cmocka_unit_test(each_of_one_command),
        cmocka_unit_test(a_death_is_logged_as_soon_as_it_can_be),
        cmocka_unit_test(rows_are_no_values),
        cmocka_unit_test(one_fails),
        cmocka_unit_test(all_fail_from_there_on),
    };
    return cmocka_run_group_tests_name("no memory", tests, NULL, NULL);
}
