/* front.c: the screen if there is one and it is wanted, else the plain line tool. */
#include "cli/front.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/prompt/lines.h"
#include "cli/report/report.h"
#include "cli/surroundings.h"

#define LINE_BYTES (1u << 20) /* of one line of a stream, at most */
#define SCRIPT_BYTES_MAX (16 << 20) /* as for source */

static bool is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

/* Tell what a command came to. False: stop, for the reader has gone, or an error or a person has
 * stopped it. */
static bool tell(struct lab *lab, const struct report *r, const struct outcome *out)
{
    if (!report_outcome(r, lab, out)) return false;
    return !lab->shown.session.stop && (out->ok || out->expected || !lab->stop_on_error);
}

struct teller {
    struct lab_feeder base;
    struct lab *lab;
    const struct report *report;
};

static bool told(struct lab_feeder *self, const struct outcome *out, bool more)
{
    const struct teller *t = (const struct teller *)self;
    (void)more;
    return tell(t->lab, t->report, out);
}

static bool run_commands(struct lab *lab, const struct report *r, const char *text)
{
    struct teller t = {{.told = told}, lab, r};
    return lab_feed(lab, text, &t.base);
}

/* One line of a stream, whatever it holds, in at most room bytes. False at the end, and when it
 * can't be read. */
static bool read_line(FILE *from, char *line, size_t room, size_t *n)
{
    int c = 0;
    for (*n = 0; *n + 1 < room && c != '\n' && (c = surroundings_getc(from)) != EOF;)
        line[(*n)++] = (char)c;
    line[*n] = '\0';
    return *n > 0 && !ferror(from);
}

static bool complain(const char *path, const char *what)
{
    report_complain(stderr, "%s: %s; expected a script", *path ? path : "\"\"", what);
    return false;
}

/* Run what a person typed: a command, or to a lesson or a quiz an answer. */
static bool run_typed(struct lab *lab, const struct report *r, const char *line)
{
    char *typed;
    if (!course_typed(lab, line, &typed)) return tell(lab, r, lab_refuse(lab, line));
    bool go_on = run_commands(lab, r, typed ? typed : line);
    free(typed);
    return go_on;
}

struct person {
    struct lines_taker base;
    struct lab *lab;
    const struct report *report;
};

static bool person_takes(struct lines_taker *self, const char *line)
{
    struct person *p = (struct person *)self;
    return run_typed(p->lab, p->report, line) ||
           p->lab->shown.session.stop; /* Ctrl-C costs the rest of the line */
}

/* Commands of a stream, line by line as they come. False: it is no text, or can't be read. */
static bool run_stream(struct lab *lab, const struct report *r, FILE *from, const char *path)
{
    bool ok = true;
    size_t n;
    char *line = malloc(LINE_BYTES);
    bool asked = from == stdin && r->form == REPORT_PLAIN &&
                 !r->echo; /* a person types: say that it is their turn */
    while (line && ok && !lab->quit) {
        if (asked) fputs("heap> ", stdout), fflush(stdout);
        errno = 0;
        if (!read_line(from, line, LINE_BYTES, &n)) {
            if (ferror(from)) ok = complain(path, strerror(errno));
            break;
        }
        bool binary = strlen(line) != n;
        if (n + 1 == LINE_BYTES && line[n - 1] != '\n') {
            ok = complain(path, "a line is longer than 1 MiB");
        } else if (binary && from != stdin) {
            ok = complain(path, "it is not text, for there is a zero byte in it");
        } else {
            for (size_t i = 0; i < n; i++)
                if (line[i] == '\0')
                    line[i] = '\001'; /* refused as a control character, rather than cut off */
            if (!(asked ? run_typed(lab, r, line) : run_commands(lab, r, line)))
                break; /* in a script, answers are commands */
        }
    }
    if (!line) ok = complain(path, "out of memory");
    free(line);
    return ok;
}

static bool holds_zero(FILE *file)
{
    char piece[4096];
    bool found = false;
    for (size_t n; !found && (n = fread(piece, 1, sizeof piece, file)) > 0;)
        found = memchr(piece, '\0', n) != NULL;
    rewind(file);
    return found;
}

/* A script on the command line is a regular file, which is judged before any of it runs, or
 * anything that can be read as lines. */
static bool run_script(struct lab *lab, const struct report *r, const char *path)
{
    struct stat st;
    FILE *file = fopen(path, "re");
    bool ok = false;
    if (!file || fstat(fileno(file), &st) != 0)
        complain(path, strerror(errno));
    else if (S_ISDIR(st.st_mode))
        complain(path, strerror(EISDIR));
    else if (S_ISREG(st.st_mode) && st.st_size > SCRIPT_BYTES_MAX)
        complain(path, "it is larger than 16 MiB");
    else if (S_ISREG(st.st_mode) && holds_zero(file))
        complain(path, "it is not text, for there is a zero byte in it");
    else
        ok = run_stream(lab, r, file, path);
    if (file) fclose(file);
    return ok;
}

static bool wants_screen(const struct options *o)
{
    return !o->commands && !o->script && !o->plain && !o->json;
}

static int run_plain(struct lab *lab, const struct options *o)
{
    struct report report = {.form = o->json ? REPORT_JSON : REPORT_PLAIN,
                            .echo = o->commands || o->script || !isatty(STDIN_FILENO)};
    struct person person = {{person_takes}, lab, &report};
    report_attach(&report, lab);
    bool ok = true;
    int ending = 0;
    bool person_types =
        !o->commands && !o->script && !o->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!person_types) surroundings_output_waits();
    if (lab->shown.session.target.hello.randomised && !o->aslr)
        report_complain(stderr, "the system refused to switch address randomisation off: addresses "
                                "differ in every run");
    if (o->begin) run_commands(lab, &report, o->begin);
    if (o->commands)
        run_commands(lab, &report, o->commands);
    else if (o->script)
        ok = run_script(lab, &report, o->script);
    else if (person_types)
        ending = lines_run(lab, "heap> ", &person.base);
    else
        ok = run_stream(lab, &report, stdin, "standard input");
    return ending ? ending : ok && !ferror(stdout) && !lab->failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

int front_run(struct lab *lab, const struct options *o, struct prompt_options *prompt)
{
    if (o->theme != THEME_N) lab->shown.view.theme = o->theme;
    lab->theme_auto = o->theme_auto;
    lab->shown.view.ascii = o->ascii || !is_utf8();
    lab->mouse = o->mouse;
    lab->checkheap = o->checkheap;
    lab->shown.view.offsets = o->offsets;
    lab->shown.view.projector = o->projector;
    lab->stop_on_error = o->stop_on_error;
    lab->one_look = o->commands != NULL;
    lab->reads = o->screen_reader;
    prompt->theme_unsaid = o->theme == THEME_N && !o->theme_auto;
    int status = wants_screen(o) ? prompt_run(lab, prompt) : PROMPT_IMPOSSIBLE;
    if (status == PROMPT_IMPOSSIBLE) status = run_plain(lab, o);
    lab_release(lab);
    report_left(lab);
    return status;
}
