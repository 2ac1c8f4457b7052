/* verb_many.c: random, source, and what they share with repeat: many commands as one. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/command/write_file.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/file.h"
#include "cli/text/splitmix.h"
#include "cli/text/text.h"
#include "cli/verb/many.h"

#define ERROR_BYTES 256
#define SOURCE_MAX (16u << 20)
#define SOURCE_DEPTH_MAX 16u
#define RANDOM_SIZE_MAX 256u
#define FAILURES_MAX 100u

/* A file being sourced; they form a list from the innermost out. */
struct lab_source {
    dev_t device;
    ino_t inode;
    const struct lab_source *outer;
};

void many_progress(struct lab *lab, const char *what, uint64_t done, uint64_t total)
{
    char words[96];
    if (done % MANY_PROGRESS_EVERY != 0 || !lab->progress) return;
    snprintf(words, sizeof words, "%s: %" PRIu64 " of %" PRIu64, what, done, total);
    lab->progress(lab, words);
}

void many_nested_done(struct outcome *out)
{
    free(out->sentence);
    free(out->c_line);
    free(out->note);
    out->sentence = out->c_line = out->note = NULL;
}

bool many_too_many(const struct lab *lab, struct outcome *out)
{
    return outcome_fail(out, "more than %" PRIu64 " commands in one; expected an end",
                        lab->nested_most);
}

/* ── random ── */

static bool random_arguments(const struct arguments *args, uint64_t *n, uint64_t *seed,
                             bool *seeded, uint64_t *most, struct outcome *out)
{
    char error[ERROR_BYTES];
    *seeded = false;
    *most = RANDOM_SIZE_MAX;
    if (!parse_positive(args->word[0], "N", n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (*n > MANY_REPEAT_MAX)
        return outcome_fail(out, "N is %" PRIu64 "; expected at most 1,000,000", *n);
    for (int i = 1; i < args->n; i += 2) {
        bool is_seed = strcmp(args->word[i], "seed") == 0,
             is_max = strcmp(args->word[i], "max") == 0;
        if (!is_seed && !is_max)
            return outcome_fail(out, "%s is not understood here; expected `seed S` or `max SIZE`",
                                text_printable(args->word[i]));
        if (i + 1 == args->n)
            return outcome_fail(out, "a number is missing behind %s; expected `%s`", args->word[i],
                                is_seed ? "seed S" : "max SIZE");
        bool ok = is_seed ? parse_size(args->word[i + 1], "seed", seed, error, sizeof error)
                          : parse_positive(args->word[i + 1], "max", most, error, sizeof error);
        if (!ok) return outcome_fail(out, "%s", error);
        if (*seed > INT64_MAX)
            return outcome_fail(out, "seed is %" PRIu64 "; expected less than 2^63", *seed);
        *seeded = *seeded || is_seed;
    }
    return true;
}

/* Three in five make a block, the others free one that is in use (under bump all make one). False:
 * failed. */
static bool random_step(struct lab *lab, uint64_t *state, uint64_t most)
{
    struct session *s = &lab->shown.session;
    struct session_block b;
    uint64_t dice = splitmix_next(state) % 5, size = splitmix_next(state) % most + 1,
             pick = splitmix_next(state);
    if (dice < 3 || ledger_n_live(&s->ledger) == 0 || !heap_policy_frees(s->setup.policy))
        return session_alloc(s, size, &b);
    return session_free(s, ledger_pick(&s->ledger, pick));
}

static void record_random(struct lab *lab, uint64_t n, uint64_t seed, uint64_t most, bool ok)
{
    char line[128];
    snprintf(line, sizeof line, "random %" PRIu64 " seed %" PRIu64 " max %" PRIu64, n, seed, most);
    if (lab->shown.session.trace.changed) lab_record(lab, line, ok);
}

static bool run_random(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n, seed = 0, most, done = 0;
    bool seeded, ok = true, sound = true;
    if (!random_arguments(args, &n, &seed, &seeded, &most, out)) return false;
    if (!seeded && getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = lab->shown.session.seq;
    if (!seeded) seed &= 0xffffffff; /* short enough to be typed again */
    if ((lab->n_nested += n) > lab->nested_most) return many_too_many(lab, out);
    lab->shown.stale = true;
    for (uint64_t state = seed; done < n && ok && sound && session_go_on(&lab->shown.session);
         done += ok) {
        ok = random_step(lab, &state, most);
        sound = !ok || lab_checkheap(lab);
        if (ok) many_progress(lab, "random", done + 1, n);
    }
    bool cut = done < n && lab_cut_short(lab);
    if (cut && done > 0) record_random(lab, done, seed, most, true);
    if (!cut || (sound && !lab->shown.session.target.alive)) record_random(lab, n, seed, most, ok);
    if (cut && lab->shown.session.stop)
        return outcome_fail(out, "interrupted after %" PRIu64 " of %" PRIu64 " (seed %" PRIu64 ")",
                            done, n, seed);
    if (!sound)
        return outcome_fail(
            out, "stopped behind number %" PRIu64 " of %" PRIu64 " (seed %" PRIu64 "): %s", done, n,
            seed, lab->shown.session.error);
    if (!ok)
        return outcome_fail(out,
                            "stopped at number %" PRIu64 " of %" PRIu64 " (seed %" PRIu64 "): %s",
                            done + 1, n, seed, lab->shown.session.error);
    outcome_result(out, json_pack("{s:o, s:o, s:o}", "done", value_number(done), "seed",
                                  value_number(seed), "max", value_number(most)));
    outcome_text(out, "%" PRIu64 " random operations, seed %" PRIu64 ", sizes up to %" PRIu64 "\n",
                 done, seed, most);
    return true;
}

static bool random_steady(const struct arguments *args)
{
    for (int i = 1; i < args->n; i += 2)
        if (strcmp(args->word[i], "seed") == 0) return true;
    return false;
}

const struct command verb_random = {
    .name = "random",
    .usage = "N [seed S] [max SIZE]",
    .summary = "run N random allocs and frees",
    .help = "The same seed gives the same operations. Sizes are up to 256 unless max says "
            "otherwise.\nExample: random 100 seed 7",
    .group = "session",
    .least = 1,
    .most = 5,
    .kinds = {ARG_SIZE, ARG_WORD},
    .flags = COMMAND_COMPOSES | COMMAND_NEEDS_LIFE,
    .needs = SOURCE_ASK,
    .run = run_random,
    .steady = random_steady,
};

/* ── source ── */

static bool source_open(struct lab *lab, const char *path, int *fd, struct lab_source *source,
                        struct outcome *out)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
                         O_NOCTTY); /* a fifo must not hang us before it is refused */
    if (*fd < 0)
        return outcome_fail(out, "%s can't be read: %s; expected a script", text_printable(path),
                            strerror(errno));
    if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
        return outcome_fail(out, "%s is not a regular file; expected a script",
                            text_printable(path));
    if (lab->source_depth >= SOURCE_DEPTH_MAX)
        return outcome_fail(out, "%s is sourced too deep; expected at most %u files in one another",
                            text_printable(path), SOURCE_DEPTH_MAX);
    for (const struct lab_source *outer = lab->sources; outer; outer = outer->outer)
        if (outer->device == st.st_dev && outer->inode == st.st_ino)
            return outcome_fail(out, "%s sources itself; expected an end", text_printable(path));
    *source = (struct lab_source){st.st_dev, st.st_ino, lab->sources};
    return true;
}

/* The whole text of fd; malloc'd, NULL with the error in out. */
static char *source_read(int fd, const char *path, struct outcome *out)
{
    size_t n;
    char *text = file_read(fd, SOURCE_MAX, &n), *zero = text ? memchr(text, '\0', n) : NULL;
    if (!text && errno == EFBIG)
        outcome_fail(out, "%s is larger than 16 MiB; expected a script", text_printable(path));
    else if (!text)
        outcome_fail(out, "%s can't be read: %s; expected a script", text_printable(path),
                     strerror(errno));
    else if (zero)
        outcome_fail(out, "%s is not text (a zero byte at offset %td); expected a script",
                     text_printable(path), zero - text);
    else
        return text;
    free(text);
    return NULL;
}

static size_t line_of(const char *text, size_t *counted, size_t line, size_t at)
{
    for (; *counted < at; ++*counted)
        line += text[*counted] == '\n';
    return line;
}

/* What came of the commands of a file: each failure stands among what they told, and in the JSON.
 */
struct source_tally {
    const char *path;
    size_t n, failed; /* commands that were done, and those of them that failed */
    char *cut; /* where a command was stopped on its way, and its words; NULL */
    char *first; /* in words; NULL: none, or no memory */
    json_t *failures; /* of at most FAILURES_MAX */
};

static void tell_failure(struct source_tally *t, size_t line, const char *command,
                         struct outcome *out)
{
    const char *why = out->error ? out->error : "failed";
    if (t->failed++ == 0 && asprintf(&t->first, "%s:%zu: %s: %s", text_printable(t->path), line,
                                     text_printable(command), why) < 0)
        t->first = NULL, lost_note();
    if (t->failed > FAILURES_MAX) return;
    outcome_text(out, "%s:%zu: %s: %s\n", text_printable(t->path), line, text_printable(command),
                 why);
    json_array_append_new(t->failures, json_pack("{s:o, s:o, s:s}", "line", value_number(line),
                                                 "command", value_text(command), "error", why));
}

/* The whole's own outcome. */
static bool source_conclude(struct lab *lab, struct source_tally *t, struct outcome *out)
{
    if (t->failed > FAILURES_MAX) outcome_text(out, "%zu more failed\n", t->failed - FAILURES_MAX);
    outcome_result(out, json_pack("{s:o, s:o}", "commands", value_number(t->n), "failed",
                                  value_number(t->failed)));
    if (t->failed > 0) outcome_extra(out, "failures", json_incref(t->failures));
    if (lab->shown.session.stop)
        return outcome_fail(out, "interrupted after %zu command%s of %s%s%s%s", t->n,
                            t->n == 1 ? "" : "s", text_printable(t->path), t->cut ? t->cut : "",
                            t->failed > 0 ? "; failed before: " : "",
                            t->failed == 0 ? ""
                            : t->first     ? t->first
                                           : "out of memory");
    if (t->failed > 1)
        outcome_fail(out, "%s; %zu more failed", t->first ? t->first : "out of memory",
                     t->failed - 1);
    if (t->failed == 1) outcome_fail(out, "%s", t->first ? t->first : "out of memory");
    if (t->failed > 0) return false;
    outcome_text(out, "%zu command%s run\n", t->n, t->n == 1 ? "" : "s");
    return true;
}

static bool source_run(struct lab *lab, const char *path, const char *text, struct outcome *out)
{
    struct source_tally t = {.path = path, .failures = json_array()};
    size_t at = 0, counted = 0, line = 1, begin = 0;
    uint32_t outer = lab->shown.session.ledger.line;
    char *command, brief[COMMAND_BRIEF];
    while (session_go_on(&lab->shown.session) &&
           (begin = command_start(text, at), command_next(text, &at, &command, brief))) {
        line = line_of(text, &counted, line, begin);
        lab->shown.session.ledger.line =
            outer ? outer : (uint32_t)line; /* of the file that the person named */
        bool ok = command ? command_execute(lab, command, out) : outcome_refuse(out, brief);
        many_nested_done(out);
        bool cut = !ok && lab->shown.session.stop;
        if (cut &&
            asprintf(&t.cut, ", at its line %zu: %s", line, out->error ? out->error : "failed") < 0)
            t.cut = NULL, lost_note();
        if (!ok && !cut) tell_failure(&t, line, command ? command : brief, out);
        t.n += !cut;
        free(command);
        if ((!ok && lab->stop_on_error) || lab->n_nested > lab->nested_most || lab->quit) break;
    }
    lab->shown.session.ledger.line = outer;
    bool ok = source_conclude(lab, &t, out);
    json_decref(t.failures);
    free(t.first);
    free(t.cut);
    return ok;
}

static bool run_source(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct lab_source source;
    int fd = -1;
    bool ok = false;
    char *path = file_argument(args, 0, out), *text = NULL;
    if (path && source_open(lab, path, &fd, &source, out)) text = source_read(fd, path, out);
    if (fd >= 0) close(fd);
    if (text) {
        struct lab_source *outer = lab->sources;
        lab->sources = &source;
        lab->source_depth++;
        ok = source_run(lab, path, text, out);
        lab->source_depth--;
        lab->sources = outer;
    }
    free(text);
    free(path);
    return ok;
}

const struct command verb_source = {
    .name = "source",
    .usage = "FILE",
    .summary = "run the commands of a file",
    .help = "A regular file of up to 16 MiB; files may source others, 16 deep.\nExample: source "
            "lesson.brk",
    .group = "session",
    .least = 1,
    .most = 1,
    .kinds = {ARG_FILE},
    .flags = COMMAND_COMPOSES | COMMAND_OUTSIDE | COMMAND_UNSTEADY,
    .run = run_source,
};
