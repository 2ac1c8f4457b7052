/* lesson_main.c: the command `lesson`, run from the command line. In lines, what is typed answers
 * and an empty line goes on. */
#include "cli/lesson_main.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/prompt/lines.h"
#include "cli/prompt/loop.h"
#include "cli/report/report.h"
#include "cli/source/timeout.h"
#include "cli/surroundings.h"

#define USAGE_STATUS 2
#define LINE_BYTES 65536

static const char help_text[] =
    "Usage: brkview lesson [--plain] NAME|FILE    play a lesson\n"
    "       brkview lesson                        list the lessons\n"
    "       brkview lesson --check FILE...        tell the author of mistakes\n"
    "On the screen and in plain lines Enter goes on, and what you type answers.\n";

const char *lesson_help(void) { return help_text; }

static const struct report plain = {.form = REPORT_PLAIN};

struct teller {
    struct lab_feeder base;
    struct lab *lab;
};

static bool told(struct lab_feeder *self, const struct outcome *out, bool more)
{
    struct lab *lab = ((struct teller *)self)->lab;
    (void)more;
    return report_outcome(&plain, lab, out) && !lab->shown.session.stop;
}

static bool run_all(struct lab *lab, const char *text)
{
    struct teller t = {{.told = told}, lab};
    return lab_feed(lab, text, &t.base);
}

/* What is typed: an answer, an empty line to go on, or a command. False: no more, for the lesson is
 * over, or nobody reads. */
static bool take_line(struct lab *lab, const char *line)
{
    char *typed;
    bool known = course_typed(lab, line, &typed);
    bool go_on = known ? run_all(lab, typed ? typed : line)
                       : report_outcome(&plain, lab, lab_refuse(lab, line));
    free(typed);
    return (go_on || lab->shown.session.stop) && lab->course;
}

struct pupil {
    struct lines_taker base;
    struct lab *lab;
};

static bool pupil_takes(struct lines_taker *self, const char *line)
{
    return take_line(((struct pupil *)self)->lab, line);
}

/* One line of standard input; what is too long is cut, which no answer survives. False at the end,
 * and when it can't be read. */
static bool read_line(char line[LINE_BYTES])
{
    size_t n = 0;
    int c;
    while ((c = surroundings_getc(stdin)) != EOF && c != '\n')
        if (n + 1 < LINE_BYTES)
            line[n++] =
                c ? (char)c : '\001'; /* refused as a control character, rather than cut off */
    line[n] = '\0';
    return (c != EOF || n > 0) && !ferror(stdin);
}

/* Lines that nobody edits. False: they can't be read. */
static bool play_stream(struct lab *lab)
{
    char line[LINE_BYTES];
    bool go_on = lab->course != NULL;
    while (go_on && !lab->quit)
        go_on = read_line(line) && take_line(lab, line);
    if (ferror(stdin))
        report_complain(stderr, "lesson: standard input can't be read: %s", strerror(errno));
    return !ferror(stdin);
}

/* Until the lesson is left, or the lines end. The exit status. */
static int play_in_lines(struct lab *lab)
{
    struct pupil pupil = {{pupil_takes}, lab};
    bool person = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    int ending = person && lab->course ? lines_run(lab, "lesson> ", &pupil.base) : 0;
    if (ending != 0) return ending;
    return (person || play_stream(lab)) && !lab->failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* `lesson WORD`, with the word quoted: file names may hold anything. */
static char *lesson_line(const char *before, const char *word)
{
    char *line = malloc(strlen(before) + strlen(word) * 2 + 3), *to = line;
    if (!line) return NULL;
    to += sprintf(to, "%s\"", before);
    for (; *word; word++) {
        if (*word == '"' || *word == '\\') *to++ = '\\';
        *to++ = *word;
    }
    strcpy(to, "\"");
    return line;
}

static bool run_one(struct lab *lab, const char *before, const char *word)
{
    char *line = lesson_line(before, word);
    const struct outcome *out = line ? lab_run(lab, line) : lab_refuse(lab, before);
    bool ok = report_outcome(&plain, lab, out) && out->ok;
    free(line);
    return ok;
}

static bool check_all(struct lab *lab, int n, char **files)
{
    bool ok = true;
    for (int i = 0; i < n; i++)
        ok = run_one(lab, "lesson --check ", files[i]) && ok;
    return ok;
}

/* On the screen if there is one: its loop begins with the lesson. */
static int play(struct lab *lab, const char *word, bool lines)
{
    char *line = lesson_line("lesson ", word);
    const struct prompt_options options = {.begin = line};
    int status = !lines && line ? prompt_run(lab, &options) : PROMPT_IMPOSSIBLE;
    free(line);
    if (status != PROMPT_IMPOSSIBLE) return status;
    if (!run_one(lab, "lesson ", word)) return EXIT_FAILURE;
    if (!run_all(lab, "")) return EXIT_FAILURE;
    return play_in_lines(lab);
}

/* What the command line asks for. */
struct wish {
    bool check, lines, help;
    int n;
    char **words; /* the names and files: argv's, moved together behind the options */
};

/* Options may stand before or behind the names; behind -- everything is a name. */
static bool take_wish(struct wish *w, int argc, char **argv)
{
    bool options = true;
    w->words = argv + 1;
    for (int i = 1; i < argc; i++) {
        bool option = options && argv[i][0] == '-';
        if (option && strcmp(argv[i], "--check") == 0)
            w->check = true;
        else if (option && strcmp(argv[i], "--plain") == 0)
            w->lines = true;
        else if (option && strcmp(argv[i], "--help") == 0)
            w->help = true;
        else if (option && strcmp(argv[i], "--") == 0)
            options = false;
        else if (option)
            return false;
        else
            w->words[w->n++] = argv[i];
    }
    return w->check ? !w->lines && w->n > 0 : w->n <= 1 && !(w->lines && w->n == 0);
}

int lesson_main(int argc, char **argv)
{
    static struct lab lab;
    struct session_setup setup;
    char error[512];
    struct wish w = {0};
    if (!take_wish(&w, argc, argv)) {
        report_complain(
            stderr, "lesson: this is not understood; expected what `brkview lesson --help` says");
        return USAGE_STATUS;
    }
    if (w.help) return fputs(help_text, stdout) == EOF || !report_end();
    if (!isatty(STDOUT_FILENO)) surroundings_output_waits();
    session_setup_defaults(&setup, HEAP_HEADER);
    if (!lab_init(&lab, &setup, false, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_FAILURE;
    }
    struct timeout timeout = timeout_of(TIMEOUT_SECONDS, &lab.shown.session.stop);
    lab.shown.session.timeout = &timeout.base; /* the screen has its own */
    lab.shown.view.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    int status = w.check    ? !check_all(&lab, w.n, w.words)
                 : w.n == 0 ? !run_all(&lab, "lesson")
                            : play(&lab, w.words[0], w.lines);
    lab_release(&lab);
    report_left(&lab);
    return status;
}
