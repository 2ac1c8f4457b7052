/* verb_program.c: input, output: of a program that brkview has started on a terminal of its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/live.h"
#include "cli/command/parse.h"
#include "cli/session/watch.h"
#include "cli/source/own_target.h"
#include "cli/source/portable.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

static struct pty_program *program_of(struct lab *lab, struct outcome *out)
{
    struct pty_program *p = lab->shown.session.watch->program;
    if (!p)
        outcome_fail(out, "its terminal is somebody else's; expected a program that was started "
                          "with `brkview run`");
    return p;
}

/* The words as they were typed, with single blanks, and the Enter behind them. */
static char *input_line(const struct arguments *args, size_t *n)
{
    size_t room = 2;
    for (int i = 0; i < args->n; i++)
        room += args->length[i] + 1;
    char *line = malloc(room);
    *n = 0;
    for (int i = 0; line && i < args->n; i++) {
        if (i > 0) line[(*n)++] = ' ';
        memcpy(line + *n, args->word[i], args->length[i]);
        *n += args->length[i];
    }
    if (line) line[(*n)++] = '\n';
    return line;
}

/* A person does not wait for a program that is at work; a lesson must. */
#define WAIT_SECONDS 1.0
#define LESSON_SECONDS 20.0

/* What was typed stands behind the prompt again, if the terminal echoes it. */
static bool is_echo(const char *line, const char *prompt, const char *typed)
{
    size_t n = strlen(prompt);
    return strncmp(line, prompt, n) == 0 && strcmp(line + n, typed) == 0;
}

/* The lines that were written behind the first so many, without the echo. On the screen they stand
 * there by themselves. */
static json_t *written_since(const struct lab *lab, uint64_t before, const char *prompt,
                             const char *typed, struct outcome *out)
{
    const struct written *p = &lab->shown.session.watch->program->written;
    json_t *lines = json_array();
    uint64_t from = before > p->n_forgotten ? before - p->n_forgotten : 0;
    for (uint64_t i = from; i < p->n; i++) {
        if (i == from && is_echo(p->line[i], prompt, typed)) continue;
        if (!lab->screen.there) outcome_text(out, "%s\n", p->line[i]);
        json_array_append_new(lines, value_text(p->line[i]));
    }
    return lines;
}

static bool tell_reader(struct lab *lab, enum live_reader reader, struct outcome *out)
{
    switch (reader) {
    case LIVE_READS:
    case LIVE_OVER: /* that it has ended is told by itself */
    case LIVE_STOPPED:
        return true;
    case LIVE_BY_SIGNAL:
        outcome_text(out, "a signal has stopped it (SIG%s): `continue` lets it go on\n",
                     portable_signal_name(lab->shown.session.watch->program->spawn.signal));
        return true;
    case LIVE_HELD:
        outcome_text(out, "it is paused, and reads that once it goes on\n");
        return true;
    case LIVE_WORKS:
        break;
    }
    if (lab->confined) return outcome_fail(out, "the program does not read; expected it to");
    outcome_text(out, "it is still at work, and does not wait for a line\n");
    return true;
}

static bool run_input(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct pty_program *p = program_of(lab, out);
    size_t n;
    if (!p) return false;
    pty_program_read(p);
    char prompt[WRITTEN_LINE_BYTES + 8];
    uint64_t before = p->written.n + p->written.n_forgotten;
    snprintf(prompt, sizeof prompt, "%s", written_open_line(&p->written));
    bool key = args->n == 1 && args->quoted[0] && args->length[0] == 1 &&
               (unsigned char)args->word[0][0] < ' ';
    char *line = input_line(args, &n);
    if (!line) return outcome_fail(out, "out of memory");
    if (key) n = 1; /* a control character is a key, not a line */
    ssize_t wrote = spawn_write(&p->spawn, line, n);
    int error = errno;
    line[n - 1] = '\0'; /* what is echoed of it stands in one line, and ends there */
    bool ok = wrote == (ssize_t)n;
    enum live_reader reader = LIVE_WORKS;
    if (ok) reader = live_await_reader(lab, prompt, lab->confined ? LESSON_SECONDS : WAIT_SECONDS);
    json_t *lines = ok ? written_since(lab, before, prompt, line, out) : NULL;
    free(line);
    if (wrote < 0) return outcome_fail(out, "it can't be typed: %s", strerror(error));
    if (!ok)
        return outcome_fail(out,
                            "%zd of %zu bytes were typed: its terminal takes no more before the "
                            "program reads",
                            wrote, n);
    lab->shown.stale = lab->shown.session.target.alive;
    outcome_result(out, json_pack("{s:o, s:b, s:o}", "typed", value_number(n), "reads",
                                  reader == LIVE_READS, "lines", lines));
    return tell_reader(lab, reader, out);
}

const struct command verb_input = {
    .name = "input",
    .aliases = "type",
    .usage = "LINE",
    .summary = "type a line into the program",
    .help = "With Enter behind it. Then the program has a second to do what it says and read "
            "again, before the next picture is taken; what it has written is told. A quoted "
            "control character alone is typed as that key: input \"\\x04\" ends its input, input "
            "\"\\x03\" is Ctrl-C, input \"\\x1a\" is Ctrl-Z.\nExample: input hello",
    .group = "watch",
    .most = -1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE | COMMAND_LEADS,
    .needs = SOURCE_PAUSE,
    .run = run_input,
};

/* What the program has written, or the allocator of one's own that is on show has printed. */
static const struct written *written_of(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    if (s->target.own) return &s->target.own->written;
    if (s->watch) {
        const struct pty_program *p = program_of(lab, out);
        return p ? &p->written : NULL;
    }
    outcome_fail(out, "brkview's own policies write nothing; expected brkview --allocator FILE, or "
                      "brkview run -- PROGRAM");
    return NULL;
}

static bool run_output(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    const struct written *w = written_of(lab, out);
    const char *wanted = args->n > 0 ? args->word[0] : NULL;
    if (!w) return false;
    json_t *lines = json_array();
    if (w->n_forgotten > 0)
        outcome_text(out, "(%llu older lines are forgotten)\n", (unsigned long long)w->n_forgotten);
    for (size_t i = 0; i <= w->n; i++) {
        const char *line = i < w->n ? w->line[i] : written_open_line(w);
        if ((i == w->n && !*line) || (wanted && !strstr(line, wanted))) continue;
        outcome_text(out, "%s\n", line);
        json_array_append_new(lines, value_text(line));
    }
    if (json_array_size(lines) == 0)
        outcome_text(out, wanted ? "no line has that\n" : "it has written nothing yet\n");
    outcome_result(out, json_pack("{s:o}", "lines", lines));
    return true;
}

const struct command verb_output = {
    .name = "output",
    .usage = "[TEXT]",
    .summary = "show what the program, or your allocator, has written, or its lines with TEXT",
    .help = "The last 10,000 lines, of a program that brkview has started, or of an allocator of "
            "your own: what it has printed up to the heap on show.\nExample: output error",
    .group = "watch",
    .most = 1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_UNSTEADY,
    .run = run_output,
};
