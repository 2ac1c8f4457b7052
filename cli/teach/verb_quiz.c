/* verb_quiz.c: quiz, at the prompt. The subcommand of that name is cli/quiz_main.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/ostep/ostep.h"
#include "cli/teach/quiz_course.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256

static bool leave(struct lab *lab, struct outcome *out)
{
    char score[64];
    if (!course_quiz(lab)) return outcome_fail(out, "no quiz is under way; expected `quiz` first");
    quiz_score(course_quiz(lab), score, sizeof score);
    course_end(lab);
    out->brk_before = lab->shown.session.target.brk;
    outcome_text(out, "%s; back to your heap: brk is at 0x%" PRIx64 "\n", score,
                 lab->shown.session.target.brk);
    return true;
}

/* The homework is printed into memory, up to so many bytes, and no longer than nobody says stop. */
#define OSTEP_BYTES_MAX (1u << 20)

struct sheet {
    struct session *session;
    char *text;
    size_t n;
};

static ssize_t sheet_write(void *user, const char *bytes, size_t n)
{
    struct sheet *s = user;
    char *text = s->n + n <= OSTEP_BYTES_MAX && session_go_on(s->session)
                     ? realloc(s->text, s->n + n + 1)
                     : NULL;
    if (!text) return 0;
    memcpy(text + s->n, bytes, n);
    s->text = text;
    s->text[s->n += n] = '\0';
    return (ssize_t)n;
}

static bool homework(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct sheet sheet = {.session = &lab->shown.session};
    char *error = NULL, **words = calloc((size_t)args->n + 1, sizeof *words);
    size_t bytes = 0;
    FILE *to = fopencookie(&sheet, "w", (cookie_io_functions_t){.write = sheet_write}),
         *err = open_memstream(&error, &bytes);
    int status = -1;
    for (int i = 0; words && i < args->n; i++)
        words[i] = args->word[i]; /* --ostep stands where the program's name does */
    if (words && to && err) status = ostep_run(args->n, words, to, err);
    if (to) fclose(to);
    if (err) fclose(err);
    free((void *)words);
    const char *why = error ? error + (strncmp(error, "brkview: ", 9) == 0 ? 9 : 0) : "";
    if (status == 0) {
        outcome_text(out, "%s%s", sheet.text ? sheet.text : "",
                     why); /* why: a word that was passed over */
        outcome_result(out, json_pack("{s:s}", "text", sheet.text ? sheet.text : ""));
    } else if (lab->shown.session.stop) {
        outcome_fail(out, "interrupted");
    } else if (status == 1) {
        outcome_fail(out, "the homework is longer than 1 MiB; expected less, or `brkview quiz "
                          "--ostep` in the shell");
    } else {
        outcome_fail(out, "%.*s", (int)strcspn(why, "\n"), *why ? why : "out of memory");
    }
    free(sheet.text);
    free(error);
    return status == 0;
}

static bool run_quiz(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    struct quiz_options options = {.n = QUIZ_N_DEFAULT};
    int at = args->n % 2; /* the number comes first, if there is one */
    if (args->n == 1 && strcmp(args->word[0], "quit") == 0) return leave(lab, out);
    if (args->n > 0 && strcmp(args->word[0], "--ostep") == 0) return homework(lab, args, out);
    if (args->n > 3)
        return outcome_fail(out, "%s is too much; expected `quiz [N] [seed S]` or `quiz quit`",
                            text_printable(args->word[3]));
    if (at == 1 && !parse_positive(args->word[0], "N", &options.n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (options.n > QUIZ_N_MAX)
        return outcome_fail(out, "N is %" PRIu64 "; expected at most %u", options.n, QUIZ_N_MAX);
    if (args->n > at && strcmp(args->word[at], "seed") != 0)
        return outcome_fail(
            out, "%s is not understood here; expected `quiz [N] [seed S]` or `quiz quit`",
            text_printable(args->word[at]));
    if (args->n > at && !parse_size(args->word[at + 1], "seed", &options.seed, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (args->n == at) { /* short enough to be typed again */
        if (getrandom(&options.seed, sizeof options.seed, 0) != sizeof options.seed)
            options.seed = lab->shown.session.seq;
        options.seed &= 0xffff;
    }
    if (lab->course && !course_quiz(lab))
        return outcome_fail(out, "a %s is under way; expected `%s quit` first",
                            lab->course->kind->name, lab->course->kind->name);
    if (!course_begin_quiz(lab, &options, error, sizeof error))
        return outcome_fail(out, "%s", error);
    out->brk_before = lab->shown.session.target.brk;
    outcome_result(out, json_pack("{s:o, s:o}", "questions", value_number(options.n), "seed",
                                  value_number(options.seed)));
    outcome_text(out, "%" PRIu64 " question%s, seed %" PRIu64 ", on a heap of its own under %s\n",
                 options.n, options.n == 1 ? "" : "s", options.seed,
                 heap_policy_name(lab->shown.session.setup.policy));
    return true;
}

const struct command verb_quiz = {
    .name = "quiz",
    .usage = "[N|quit] [seed S] | --ostep [OPTION...]",
    .summary = "be asked what a command will do, before it is done",
    .help = "N questions (10) on a fresh heap under the present policy; yours comes back when it "
            "ends or at quiz quit. The same seed "
            "gives the same questions. --ostep prints OSTEP's homework, with its options; in the "
            "shell `brkview quiz --ostep --ask` "
            "asks it.\nExample: quiz 5 seed 7; quiz --ostep -n 2 -s 1",
    .group = "class",
    .needs = SOURCE_ASK,
    .most = -1,
    .kinds = {ARG_SIZE, ARG_WORD},
    .flags = COMMAND_ALONE | COMMAND_OUTSIDE | COMMAND_WHILE_ASKED,
    .run = run_quiz,
};
