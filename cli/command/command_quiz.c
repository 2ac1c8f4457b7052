/* command_quiz.c: quiz, at the prompt. The subcommand of that name stands in cli/quiz. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "cli/command/course.h"
#include "cli/command/run.h"

#define ERROR_BYTES 256

static bool leave(struct lab *lab, struct outcome *out)
{
    char score[64];
    if (!course_is_quiz(lab)) return outcome_fail(out, "no quiz is under way; expected `quiz` first");
    quiz_score(course_quiz(lab), score, sizeof score);
    course_end(lab);
    out->brk_before = lab->session.target.brk;
    outcome_text(out, "%s; back to your heap: brk is at 0x%" PRIx64 "\n", score, lab->session.target.brk);
    return true;
}

RUN(quiz)
{
    char error[ERROR_BYTES];
    struct quiz_options options = {.n = QUIZ_N_DEFAULT};
    int at = args->n % 2; /* the number comes first, if there is one */
    if (args->n == 1 && strcmp(args->word[0], "quit") == 0) return leave(lab, out);
    if (at == 1 && !parse_positive(args->word[0], "N", &options.n, error, sizeof error)) return outcome_fail(out, "%s", error);
    if (options.n > QUIZ_N_MAX) return outcome_fail(out, "N is %" PRIu64 "; expected at most %u", options.n, QUIZ_N_MAX);
    if (args->n > at && strcmp(args->word[at], "seed") != 0)
        return outcome_fail(out, "%s is not understood here; expected `quiz [N] [seed S]` or `quiz quit`",
                            parse_shown(args->word[at]));
    if (args->n > at && !parse_size(args->word[at + 1], "seed", &options.seed, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (args->n == at) { /* short enough to be typed again */
        if (getrandom(&options.seed, sizeof options.seed, 0) != sizeof options.seed) options.seed = lab->session.seq;
        options.seed &= 0xffff;
    }
    if (course_is_lesson(lab)) return outcome_fail(out, "a lesson is under way; expected `lesson quit` first");
    if (!course_begin_quiz(lab, &options, error, sizeof error)) return outcome_fail(out, "%s", error);
    out->brk_before = lab->session.target.brk;
    outcome_result(out, json_pack("{s:o, s:o}", "questions", outcome_number(options.n), "seed", outcome_number(options.seed)));
    outcome_text(out, "%" PRIu64 " question%s, seed %" PRIu64 ", on a heap of its own under %s\n", options.n,
                 options.n == 1 ? "" : "s", options.seed, heap_policy_name(lab->session.setup.policy));
    return true;
}
