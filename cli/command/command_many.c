/* command_many.c: repeat, random, source: many commands as one. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/session/dice.h"

#define ERROR_BYTES 256
#define REPEAT_MAX 1000000u
#define SOURCE_MAX (16u << 20)
#define SOURCE_DEPTH_MAX 16u
#define RANDOM_SIZE_MAX 256u
#define PROGRESS_EVERY 4096u
#define FAILURES_MAX 100u

/* A file being sourced; they form a list from the innermost out. */
struct lab_source {
    dev_t device;
    ino_t inode;
    const struct lab_source *outer;
};

static void tell_progress(struct lab *lab, const char *what, uint64_t done, uint64_t total)
{
    char words[96];
    if (done % PROGRESS_EVERY != 0 || !lab->progress) return;
    snprintf(words, sizeof words, "%s: %" PRIu64 " of %" PRIu64 " (Ctrl-C stops)", what, done, total);
    lab->progress(lab, words);
}

/* ── repeat ── */

/* Would the same line do the same again, in an undo? Not if it depends on a file, on chance or on the log, nor if it does something
 * outside the heap. */
static bool is_steady(void *unused, const struct command *c, const struct arguments *args)
{
    (void)unused;
    if (c->run == run_random) {
        for (int i = 1; i < args->n; i += 2)
            if (strcmp(args->word[i], "seed") == 0) return true;
        return false;
    }
    if (c->run == run_policy) return args->n < 2;
    return c->run != run_source && c->run != run_save && c->run != run_export && c->run != run_mark && c->run != run_quit;
}

/* A command within another has been told; its sentence and its line of C are not the whole's. */
static void nested_done(struct outcome *out)
{
    free(out->sentence);
    free(out->c_line);
    out->sentence = out->c_line = NULL;
}

/* Run every command of text once. */
static bool run_text(struct lab *lab, const char *text, struct outcome *out)
{
    size_t at = 0;
    char *command;
    bool ok = true;
    while (ok && !lab->session.stop && !lab->quit && (command = command_split(text, &at)) != NULL) {
        ok = command_execute(lab, command, out);
        nested_done(out);
        free(command);
    }
    return ok;
}

/* The body as one allocation, which can be asked for in batches. */
static bool plain_alloc(const char *text, uint64_t *size)
{
    char error[ERROR_BYTES], *command;
    struct arguments args;
    size_t at = 0;
    bool plain = false;
    if ((command = command_split(text, &at)) == NULL) return false;
    char *second = command_split(text, &at);
    if (!second && arguments_parse(&args, command, error, sizeof error)) {
        const struct command *c = command_find(args.name, error, sizeof error);
        plain = c && c->run == run_alloc && args.n == 1 && parse_positive(args.word[0], "SIZE", size, error, sizeof error);
    }
    if (!second) arguments_release(&args);
    free(second);
    free(command);
    return plain;
}

static bool repeat_text(struct lab *lab, const char *text, uint64_t n, uint64_t *done, struct outcome *out)
{
    uint64_t size;
    *done = 0;
    if (plain_alloc(text, &size)) {
        bool ok = true;
        while (ok && *done < n && !lab->session.stop) {
            uint64_t made, batch = n - *done < PROGRESS_EVERY ? n - *done : PROGRESS_EVERY;
            ok = session_alloc_many(&lab->session, size, batch, &made);
            *done += made;
            if ((lab->n_nested += made) > LAB_NESTED_MAX)
                return outcome_fail(out, "more than %u commands in one; expected an end", LAB_NESTED_MAX);
            if (made == batch) tell_progress(lab, "repeat", *done, n);
        }
        lab->stale = true;
        return ok || outcome_fail(out, "%s", lab->session.error);
    }
    for (; *done < n && !lab->session.stop && !lab->quit; ++*done) {
        if (!run_text(lab, text, out)) return false;
        tell_progress(lab, "repeat", *done + 1, n);
    }
    return true;
}

RUN(repeat)
{
    char error[ERROR_BYTES];
    uint64_t n, done;
    if (!parse_positive(args->word[0], "N", &n, error, sizeof error)) return outcome_fail(out, "%s", error);
    if (n > REPEAT_MAX) return outcome_fail(out, "N is %" PRIu64 "; expected at most 1,000,000", n);
    const char *text = command_body(args);
    bool expand = !command_each(text, lab->depth, is_steady, NULL);
    struct log *log = &lab->session.log;
    if (!expand) lab_record(lab, args->line);
    log->suspended += !expand;
    bool ok = repeat_text(lab, text, n, &done, out);
    log->suspended -= !expand;
    outcome_result(out, json_pack("{s:o, s:o}", "asked", outcome_number(n), "done", outcome_number(done)));
    if (!ok) {
        char *why = out->error ? strdup(out->error) : NULL;
        outcome_fail(out, "stopped at number %" PRIu64 " of %" PRIu64 ": %s", done + 1, n, why ? why : "out of memory");
        free(why);
    } else if (lab->session.stop) {
        return outcome_fail(out, "interrupted after %" PRIu64 " of %" PRIu64, done, n);
    }
    if (ok) outcome_text(out, "done %" PRIu64 " time%s\n", done, done == 1 ? "" : "s");
    return ok;
}

/* ── random ── */

static bool random_arguments(const struct arguments *args, uint64_t *n, uint64_t *seed, bool *seeded, uint64_t *most,
                             struct outcome *out)
{
    char error[ERROR_BYTES];
    *seeded = false;
    *most = RANDOM_SIZE_MAX;
    if (!parse_positive(args->word[0], "N", n, error, sizeof error)) return outcome_fail(out, "%s", error);
    if (*n > REPEAT_MAX) return outcome_fail(out, "N is %" PRIu64 "; expected at most 1,000,000", *n);
    for (int i = 1; i < args->n; i += 2) {
        bool is_seed = strcmp(args->word[i], "seed") == 0, is_max = strcmp(args->word[i], "max") == 0;
        if (!is_seed && !is_max)
            return outcome_fail(out, "%s is not understood here; expected `seed S` or `max SIZE`", parse_shown(args->word[i]));
        if (i + 1 == args->n)
            return outcome_fail(out, "a number is missing behind %s; expected `%s`", args->word[i],
                                is_seed ? "seed S" : "max SIZE");
        bool ok = is_seed ? parse_size(args->word[i + 1], "seed", seed, error, sizeof error)
                          : parse_positive(args->word[i + 1], "max", most, error, sizeof error);
        if (!ok) return outcome_fail(out, "%s", error);
        if (*seed > INT64_MAX) return outcome_fail(out, "seed is %" PRIu64 "; expected less than 2^63", *seed);
        *seeded = *seeded || is_seed;
    }
    return true;
}

/* Three in five make a block, the others free one that is in use (under bump all make one). False: failed. */
static bool random_step(struct lab *lab, uint64_t *state, uint64_t most)
{
    struct session *s = &lab->session;
    struct session_block b;
    uint64_t dice = dice_next(state) % 5, size = dice_next(state) % most + 1, pick = dice_next(state);
    if (dice < 3 || book_n_live(&s->book) == 0 || s->setup.policy == HEAP_BUMP) return session_alloc(s, size, &b);
    return session_free(s, book_pick(&s->book, pick));
}

RUN(random)
{
    uint64_t n, seed = 0, most, done = 0;
    bool seeded, ok = true;
    if (!random_arguments(args, &n, &seed, &seeded, &most, out)) return false;
    if (!seeded && getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = lab->session.seq;
    if (!seeded) seed &= 0xffffffff; /* short enough to be typed again */
    if ((lab->n_nested += n) > LAB_NESTED_MAX)
        return outcome_fail(out, "more than %u commands in one; expected an end", LAB_NESTED_MAX);
    char line[128];
    snprintf(line, sizeof line, "random %" PRIu64 " seed %" PRIu64 " max %" PRIu64, n, seed, most);
    lab_record(lab, line);
    lab->stale = true;
    for (uint64_t state = seed; done < n && ok && !lab->session.stop; done += ok) {
        ok = random_step(lab, &state, most);
        if (ok) tell_progress(lab, "random", done + 1, n);
    }
    if (!ok)
        return outcome_fail(out, "stopped at number %" PRIu64 " of %" PRIu64 " (seed %" PRIu64 "): %s", done + 1, n, seed,
                            lab->session.error);
    if (done < n) return outcome_fail(out, "interrupted after %" PRIu64 " of %" PRIu64 " (seed %" PRIu64 ")", done, n, seed);
    outcome_result(out, json_pack("{s:o, s:o, s:o}", "done", outcome_number(done), "seed", outcome_number(seed), "max",
                                  outcome_number(most)));
    outcome_text(out, "%" PRIu64 " random operations, seed %" PRIu64 ", sizes up to %" PRIu64 "\n", done, seed, most);
    return true;
}

/* ── source ── */

static bool source_open(struct lab *lab, const char *path, int *fd, struct lab_source *source, size_t *bytes, struct outcome *out)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a fifo must not hang us before it is refused */
    if (*fd < 0) return outcome_fail(out, "%s can't be read: %s; expected a script", parse_shown(path), strerror(errno));
    if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
        return outcome_fail(out, "%s is not a regular file; expected a script", parse_shown(path));
    if (st.st_size > SOURCE_MAX) return outcome_fail(out, "%s is larger than 16 MiB; expected a script", parse_shown(path));
    if (lab->source_depth >= SOURCE_DEPTH_MAX)
        return outcome_fail(out, "%s is sourced too deep; expected at most %u files in one another", parse_shown(path),
                            SOURCE_DEPTH_MAX);
    for (const struct lab_source *outer = lab->sources; outer; outer = outer->outer)
        if (outer->device == st.st_dev && outer->inode == st.st_ino)
            return outcome_fail(out, "%s sources itself; expected an end", parse_shown(path));
    *source = (struct lab_source){st.st_dev, st.st_ino, lab->sources};
    *bytes = (size_t)st.st_size;
    return true;
}

/* The whole text of fd; malloc'd, NULL with the error in out. */
static char *source_read(int fd, const char *path, size_t bytes, struct outcome *out)
{
    char *text = calloc(1, bytes + 1);
    size_t n = 0;
    ssize_t got = 1;
    while (text && n < bytes && (got = read(fd, text + n, bytes - n)) > 0)
        n += (size_t)got;
    if (!text || got < 0) {
        outcome_fail(out, "%s can't be read: %s", parse_shown(path), strerror(text ? errno : ENOMEM));
    } else if (memchr(text, '\0', n) != NULL) {
        outcome_fail(out, "%s is not text (a zero byte at offset %zu); expected a script", parse_shown(path),
                     (size_t)((char *)memchr(text, '\0', n) - text));
    } else {
        text[n] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

static size_t line_of(const char *text, size_t *counted, size_t line, size_t at)
{
    for (; *counted < at; ++*counted)
        line += text[*counted] == '\n';
    return line;
}

/* What came of the commands of a file: each failure stands among what they told, and in the JSON. */
struct source_tally {
    const char *path;
    size_t n, failed;
    char *first; /* in words; NULL: none, or no memory */
    json_t *failures; /* of at most FAILURES_MAX */
};

static void tell_failure(struct source_tally *t, size_t line, const char *command, struct outcome *out)
{
    const char *why = out->error ? out->error : "failed";
    if (t->failed++ == 0 && asprintf(&t->first, "%s:%zu: %s: %s", parse_shown(t->path), line, parse_shown(command), why) < 0)
        t->first = NULL;
    if (t->failed > FAILURES_MAX) return;
    char *clean = outcome_utf8(command);
    outcome_text(out, "%s:%zu: %s: %s\n", parse_shown(t->path), line, parse_shown(command), why);
    if (clean)
        json_array_append_new(t->failures,
                              json_pack("{s:o, s:s, s:s}", "line", outcome_number(line), "command", clean, "error", why));
    free(clean);
}

/* The whole's own outcome. */
static bool source_conclude(struct lab *lab, struct source_tally *t, struct outcome *out)
{
    if (t->failed > FAILURES_MAX) outcome_text(out, "%zu more failed\n", t->failed - FAILURES_MAX);
    outcome_result(out, json_pack("{s:o, s:o}", "commands", outcome_number(t->n), "failed", outcome_number(t->failed)));
    if (t->failed > 0) outcome_extra(out, "failures", json_incref(t->failures));
    if (t->failed > 1) outcome_fail(out, "%s; %zu more failed", t->first ? t->first : "out of memory", t->failed - 1);
    if (t->failed == 1) outcome_fail(out, "%s", t->first ? t->first : "out of memory");
    if (t->failed > 0) return false;
    if (lab->session.stop) return outcome_fail(out, "interrupted after %zu commands of %s", t->n, parse_shown(t->path));
    outcome_text(out, "%zu command%s run\n", t->n, t->n == 1 ? "" : "s");
    return true;
}

static bool source_run(struct lab *lab, const char *path, const char *text, struct outcome *out)
{
    struct source_tally t = {.path = path, .failures = json_array()};
    size_t at = 0, counted = 0, line = 1, begin = 0;
    uint32_t outer = lab->session.book.line;
    char *command;
    while (!lab->session.stop && (begin = at, command = command_split(text, &at)) != NULL) {
        line = line_of(text, &counted, line, begin + strspn(text + begin, " \t\r\n;"));
        lab->session.book.line = (uint32_t)line;
        bool ok = command_execute(lab, command, out);
        nested_done(out);
        if (!ok) tell_failure(&t, line, command, out);
        t.n++;
        free(command);
        if ((!ok && lab->stop_on_error) || lab->n_nested > LAB_NESTED_MAX || lab->quit) break;
    }
    lab->session.book.line = outer;
    bool ok = source_conclude(lab, &t, out);
    json_decref(t.failures);
    free(t.first);
    return ok;
}

RUN(source)
{
    struct lab_source source;
    size_t bytes = 0;
    int fd = -1;
    bool ok = false;
    const char *path = args->word[0];
    if (args->length[0] != strlen(path)) return outcome_fail(out, "the file's name holds a zero byte; expected a name");
    if (source_open(lab, path, &fd, &source, &bytes, out)) {
        char *text = source_read(fd, path, bytes, out);
        close(fd);
        fd = -1;
        if (text) {
            struct lab_source *outer = lab->sources;
            lab->sources = &source;
            lab->source_depth++;
            ok = source_run(lab, path, text, out);
            lab->source_depth--;
            lab->sources = outer;
        }
        free(text);
    }
    if (fd >= 0) close(fd);
    return ok;
}
