/* quiz_main.c: options, and the loop: a question, a line, what the heap did, the mark. */
#include "cli/quiz_main.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "cli/report/report.h"
#include "cli/source/timeout.h"
#include "cli/surroundings.h"
#include "cli/teach/quiz_course.h"
#include "cli/tell/blocks.h"
#include "cli/tell/rows.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define USAGE_STATUS 2
#define LINE_BYTES 4096

struct desk {
    struct lab lab;
    struct timeout timeout;
    struct session_setup setup;
    struct quiz_options quiz;
    bool json, seeded, help;
};

static const char help_format[] =
    "Usage: brkview quiz [OPTION]...\n"
    "Ask what a command will do before it is done, on a real heap; answers are read\n"
    "from standard input, a line each. `?` tells the answer, `quit` ends.\n"
    "\n"
    "  -n, --n=N      so many questions (10)\n"
    "  -s, --seed=S   the same seed, policy and N give the same questions\n"
    "  --policy=NAME  %s\n"
    "  --json         one JSON object a line: quiz, question, odd, answer, score\n"
    "  --ostep        OSTEP's homework, chapter 17, which has options of its own\n"
    "  --help         show this\n";

const char *quiz_help(void)
{
    static char help[1024];
    char list[HEAP_LIST_MAX];
    snprintf(help, sizeof help, help_format, heap_policy_lines(HEAP_HEADER, 17, list));
    return help;
}

/* ── Options ── */

static bool take(struct desk *d, int c, char *error, size_t bytes)
{
    char list[HEAP_LIST_MAX];
    switch (c) {
    case 'j':
        return d->json = true;
    case 'h':
        return d->help = true;
    case 's':
        return d->seeded = parse_size(optarg, "--seed", &d->quiz.seed, error, bytes);
    case 'n':
        if (!parse_positive(optarg, "--n", &d->quiz.n, error, bytes)) return false;
        if (d->quiz.n > QUIZ_N_MAX)
            return text_complain(error, bytes, "--n is %" PRIu64 "; expected at most %u", d->quiz.n,
                                 QUIZ_N_MAX);
        return true;
    default:
        session_setup_defaults(&d->setup, heap_policy_from_name(optarg));
        if (heap_policy_info(d->setup.policy) != NULL) return true;
        snprintf(error, bytes, "there is no policy %s; expected %s", text_printable(optarg),
                 heap_policy_list("or", list));
        return false;
    }
}

static bool parse(struct desk *d, int argc, char **argv, char *error, size_t bytes)
{
    static const struct option options[] = {
        {"n", required_argument, NULL, 'n'},      {"seed", required_argument, NULL, 's'},
        {"policy", required_argument, NULL, 'p'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    opterr = 0;
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, ":n:s:h", options, NULL)) != -1;) {
        if (c == '?' || c == ':') {
            snprintf(error, bytes,
                     c == '?'
                         ? "%s is not an option here; expected one that `brkview quiz --help` lists"
                         : "%s needs a value; see `brkview quiz --help`",
                     text_printable(argv[optind - 1]));
            return false;
        }
        if (!take(d, c, error, bytes)) return false;
    }
    if (optind < argc)
        return text_complain(error, bytes,
                             "%s is too much; expected options only, see `brkview quiz --help`",
                             text_printable(argv[optind]));
    return true;
}

/* ── JSON ── */

static bool put(json_t *j)
{
    if (j) report_put_json(j, stdout);
    json_decref(j);
    putchar('\n');
    return report_end();
}

static bool put_question(struct desk *d)
{
    const struct quiz *q = course_quiz(&d->lab);
    struct outcome *heap = outcome_new(0, "");
    if (!heap) return false;
    const struct block_choice all = block_choice_all();
    bool kept = blocks_tell(&d->lab.shown.session, &all, heap);
    json_t *j =
        json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:{s:o, s:o}}", "event", "question", "n",
                  value_number(q->asked), "of", value_number(q->options.n), "command", q->command,
                  "asks", answer_form_name(q->answer.form), "question", q->question + 2, "brk",
                  "start", value_address(d->lab.shown.session.target.hello.heap_start), "now",
                  value_address(d->lab.shown.session.target.brk));
    if (j && heap->extra) json_object_update(j, heap->extra);
    if (j && (!kept || !rows_json(heap->rows, j))) json_decref(j), j = NULL;
    outcome_free(heap);
    return put(j);
}

static bool put_answer(const struct quiz *q, const struct outcome *out)
{
    json_t *given = q->skipped ? json_null() : json_string(q->given);
    size_t n = q->asked - (q->state == QUIZ_ASKING); /* the next question may be open already */
    return put(json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:s?, s:s?}", "event", "answer", "n",
                         value_number(n), "given", given ? given : json_null(), "verdict",
                         q->skipped                   ? "skipped"
                         : q->verdict == ANSWER_RIGHT ? "right"
                                                      : "wrong",
                         "expected", q->expected, "command", out->command, "sentence",
                         out->sentence, "error", out->error));
}

static bool put_score(const struct desk *d)
{
    const struct quiz *q = course_quiz(&d->lab);
    size_t answered = q->asked - (q->state == QUIZ_ASKING) - q->n_skipped;
    char words[64];
    quiz_score(q, words, sizeof words);
    if (!d->json && q->state != QUIZ_OVER) printf("%s\n", words); /* at the end it was said */
    if (!d->json) return report_end();
    return put(json_pack("{s:s, s:o, s:o, s:o, s:o}", "event", "score", "right",
                         value_number(q->right), "answered", value_number(answered), "of",
                         value_number(q->options.n), "skipped", value_number(q->n_skipped)));
}

/* ── Asking ── */

static bool tell(struct desk *d, const struct outcome *out)
{
    static const struct report plain = {.form = REPORT_PLAIN, .echo = true};
    const struct quiz *q = course_quiz(&d->lab);
    if (!d->json) return report_outcome(&plain, &d->lab, out);
    if (q->judged && !put_answer(q, out)) return false;
    return q->state != QUIZ_ASKING || put_question(d);
}

static bool complain(const char *what, const char *why)
{
    report_complain(stderr, "quiz: %s%s", what, why);
    return false;
}

/* The quiz's own commands, up to the next question. On a dead target there is nothing more to ask.
 */
static bool run_its_commands(struct desk *d)
{
    for (const struct outcome *out; (out = lab_run_taught(&d->lab)) != NULL;) {
        if (out->unseen || out->lost)
            return complain("", out->error ? out->error : "the heap can't be seen");
        if (!d->lab.shown.session.target.alive)
            return complain("", out->error ? out->error : "the target is dead");
        if (!tell(d, out)) return false;
    }
    return true;
}

static bool put_odd(const struct desk *d, const char *given, const char *error)
{
    char *text = text_utf8(given);
    bool ok = true;
    if (d->json) {
        ok = put(json_pack("{s:s, s:o, s:s, s:s}", "event", "odd", "n",
                           value_number(course_quiz(&d->lab)->asked), "given", text ? text : "",
                           "error", error));
    } else {
        report_safe(stdout, error);
        ok = putchar('\n') != EOF && report_end();
    }
    free(text);
    return ok;
}

/* One line of standard input without its end; what is too long is cut, which no answer survives.
 * False at the end, and when it can't be read. */
static bool read_line(char line[LINE_BYTES])
{
    size_t n = 0;
    int c;
    while ((c = surroundings_getc(stdin)) != EOF && c != '\n')
        if (n + 1 < LINE_BYTES) line[n++] = c ? (char)c : '\001';
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\r' || line[n - 1] == '\t'))
        n--;
    line[n] = '\0';
    return (c != EOF || n > 0) && !ferror(stdin);
}

static bool ask(struct desk *d)
{
    char line[LINE_BYTES];
    bool person = !d->json && isatty(STDIN_FILENO), ok = true;
    while (course_quiz(&d->lab)->state == QUIZ_ASKING) {
        if (person) fputs("answer> ", stdout), fflush(stdout);
        if (!read_line(line)) {
            if (ferror(stdin)) ok = complain("standard input can't be read: ", strerror(errno));
            if (person) putchar('\n');
            break;
        }
        if (strcmp(line, "quit") == 0) break;
        if (!*line &&
            !put_odd(d, line, "an empty line is no answer; expected one, or ? to be told"))
            return false;
        if (!*line) continue;
        char *answer = strcmp(line, "?") == 0 ? strdup("answer") : course_answer_line(line);
        const struct outcome *out = answer ? lab_run(&d->lab, answer) : NULL;
        free(answer);
        if (!out || (out->error && !put_odd(d, line, out->error))) return false;
        if (!out->error && !run_its_commands(d)) return false;
    }
    return put_score(d) && ok;
}

static bool begin(struct desk *d, char *error, size_t bytes)
{
    if (!lab_init(&d->lab, &d->setup, false, error, bytes)) return false;
    d->timeout = timeout_of(TIMEOUT_SECONDS, &d->lab.shown.session.stop);
    d->lab.shown.session.timeout = &d->timeout.base;
    if (course_begin_quiz(&d->lab, &d->quiz, error, bytes)) return true;
    lab_release(&d->lab);
    return false;
}

int quiz_main(int argc, char **argv)
{
    static struct desk d;
    char error[512];
    d.quiz.n = QUIZ_N_DEFAULT;
    session_setup_defaults(&d.setup, HEAP_HEADER);
    if (!parse(&d, argc, argv, error, sizeof error)) {
        report_complain(stderr, "quiz: %s", error);
        return USAGE_STATUS;
    }
    if (d.help) return fputs(quiz_help(), stdout) == EOF || !report_end();
    surroundings_output_waits();
    if (!d.seeded && getrandom(&d.quiz.seed, sizeof d.quiz.seed, 0) == sizeof d.quiz.seed)
        d.quiz.seed &= 0xffff; /* short enough to be typed again */
    if (!begin(&d, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_FAILURE;
    }
    const char *policy = heap_policy_name(d.setup.policy);
    bool ok = true;
    if (d.json)
        ok = put(json_pack("{s:s, s:o, s:o, s:s}", "event", "quiz", "seed",
                           value_number(d.quiz.seed), "of", value_number(d.quiz.n), "policy",
                           policy));
    else
        printf("%" PRIu64 " question%s, seed %" PRIu64 ", policy %s\n", d.quiz.n,
               d.quiz.n == 1 ? "" : "s", d.quiz.seed, policy);
    ok = ok && run_its_commands(&d) && ask(&d);
    lab_release(&d.lab);
    report_left(&d.lab);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
