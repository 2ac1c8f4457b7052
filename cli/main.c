/* main.c: options, wiring, exit status. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/options.h"
#include "cli/prompt/loop.h"
#include "cli/report/report.h"
#include "cli/subcommand.h"
#include "viz/face_curses.h"

#define EXIT_USAGE 2

static bool is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

/* ── The plain line tool ── */

struct script_patience { struct target_patience base; double seconds; };

static bool script_waiting(const struct target_patience *self, double seconds)
{
    return seconds < ((const struct script_patience *)self)->seconds;
}

/* Run every command of text. False: stop, for the reader has gone, or an error was to stop it. */
static bool run_commands(struct lab *lab, const struct report *r, const char *text)
{
    size_t at = 0;
    char *command;
    while (!lab->quit && (command = command_split(text, &at)) != NULL) {
        const struct outcome *out = lab_run(lab, command);
        free(command);
        if (!out || !report_outcome(r, lab, out)) return false;
        if (!out->ok && lab->stop_on_error) return false;
    }
    return true;
}

/* Commands of a stream, line by line as they come. */
static void run_stream(struct lab *lab, const struct report *r, FILE *from)
{
    char *line = NULL;
    size_t room = 0;
    bool asked = from == stdin && r->form == REPORT_PLAIN && !r->echo; /* a person types: say that it is their turn */
    while (!lab->quit) {
        if (asked) fputs("heap> ", stdout), fflush(stdout);
        ssize_t n = getline(&line, &room, from);
        if (n < 0) break;
        for (ssize_t i = 0; i < n; i++)
            if (line[i] == '\0') line[i] = '\001'; /* refused as a control character, rather than cut off */
        if (!run_commands(lab, r, line)) break;
    }
    free(line);
}

/* A script on the command line is a regular file or anything that can be read as lines. */
static bool run_script(struct lab *lab, const struct report *r, const char *path)
{
    FILE *file = fopen(path, "re");
    int c = file ? getc(file) : 0;
    if (!file || (c == EOF && ferror(file))) {
        fputs("brkview: ", stderr);
        report_safe(stderr, path);
        fprintf(stderr, ": %s; expected a script\n", strerror(errno));
        if (file) fclose(file);
        return false;
    }
    ungetc(c, file);
    run_stream(lab, r, file);
    fclose(file);
    return true;
}

static int run_plain(struct lab *lab, const struct options *o)
{
    struct script_patience patience = {{script_waiting}, o->timeout};
    struct report report = {.form = o->json ? REPORT_JSON : REPORT_PLAIN, .echo = o->commands || o->script || !isatty(STDIN_FILENO)};
    bool ok = true;
    lab->session.patience = &patience.base;
    if (lab->session.target.hello.randomised && !o->aslr)
        fputs("brkview: the system refused to switch address randomisation off: addresses differ in every run\n", stderr);
    if (o->commands)
        run_commands(lab, &report, o->commands);
    else if (o->script)
        ok = run_script(lab, &report, o->script);
    else
        run_stream(lab, &report, stdin);
    return ok && !lab->failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ── The screen ── */

static enum theme_name theme_of(const struct options *o)
{
    const char *no_color = getenv("NO_COLOR");
    if (o->theme != THEME_N) return o->theme;
    return no_color && *no_color ? THEME_MONO : THEME_DARK;
}

static bool wants_screen(const struct options *o)
{
    const char *why;
    if (o->commands || o->script || o->plain || o->json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return false;
    return face_curses_possible(&why);
}

static void list_subcommands(void)
{
    const struct subcommand *sub;
    fputs("\nAs the first word, with options of their own:\n", stdout);
    for (size_t i = 0; (sub = subcommand_at(i)) != NULL; i++) printf("  %-8s %s\n", sub->name, sub->summary);
}

int main(int argc, char **argv)
{
    static struct lab lab; /* large: traces and answers */
    struct options o;
    char error[512];
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);
    const struct subcommand *sub = argc > 1 ? subcommand_find(argv[1]) : NULL;
    if (sub) return sub->run(argc - 1, argv + 1);
    if (!options_parse(&o, argc, argv, error, sizeof error)) {
        fprintf(stderr, "brkview: %s\n", error);
        return EXIT_USAGE;
    }
    if (o.help || o.version) {
        fputs(o.help ? options_help() : "brkview " BRKVIEW_VERSION "\n", stdout);
        if (o.help) list_subcommands();
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (!lab_init(&lab, &o.setup, o.aslr, error, sizeof error)) {
        fputs("brkview: ", stderr);
        report_safe(stderr, error);
        fputc('\n', stderr);
        return EXIT_FAILURE;
    }
    lab.view.theme = theme_of(&o);
    lab.view.ascii = o.ascii || !is_utf8();
    lab.mouse = o.mouse;
    lab.stop_on_error = o.stop_on_error;
    lab.reads = o.screen_reader;
    struct prompt_options prompt = {.greeting = "type alloc 64, then free 1; help lists the commands"};
    const char *why = NULL;
    int status = wants_screen(&o) ? prompt_run(&lab, &prompt, &why) : PROMPT_IMPOSSIBLE;
    if (why) fprintf(stderr, "brkview: %s: plain lines instead\n", why);
    if (status == PROMPT_IMPOSSIBLE) status = run_plain(&lab, &o);
    lab_release(&lab);
    return status;
}
