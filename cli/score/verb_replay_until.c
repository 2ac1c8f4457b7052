/* verb_replay_until.c: until, where a trace is played: an operation, an id, a size are found in the
 * trace; what is written, and damage, by looking after each operation. */
#include <inttypes.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/score/verb_replay.h"
#include "cli/tell/outcome.h"
#include "cli/text/text.h"

#define ERROR_BYTES 512

enum { WATCHED = 8 }; /* bytes from an address on */

struct wait {
    struct replay *r;
    struct lab *lab;
    struct outcome *out;
    uint64_t value;
};

/* ── Found in the trace: operations until then, 0: never ── */

static size_t find_op(const struct wait *w)
{
    size_t at = replay_at(w->r, w->lab);
    return w->value > at && w->value <= w->r->trace->n_ops ? (size_t)w->value - at : 0;
}

static size_t find_id(const struct wait *w)
{
    size_t at = replay_at(w->r, w->lab);
    for (size_t i = at; i < w->r->trace->n_ops; i++)
        if (w->r->trace->op[i].id >= 0 && (uint64_t)w->r->trace->op[i].id == w->value)
            return i + 1 - at;
    return 0;
}

static size_t find_size(const struct wait *w)
{
    size_t at = replay_at(w->r, w->lab);
    for (size_t i = at; i < w->r->trace->n_ops; i++)
        if (w->r->trace->op[i].size >= w->value) return i + 1 - at;
    return 0;
}

/* ── Found by looking ── */

struct bytes {
    unsigned char at[WATCHED];
    size_t n;
};

static struct bytes look(struct session *s, uint64_t address)
{
    struct bytes b = {.n = 0};
    b.n = session_read(s, address, b.at, sizeof b.at);
    return b;
}

static bool is_written(const struct wait *w, const struct bytes *before)
{
    struct bytes now = look(&w->lab->shown.session, w->value);
    return now.n != before->n || memcmp(now.at, before->at, now.n) != 0;
}

static bool is_damaged(const struct wait *w, const struct bytes *unused)
{
    struct check_finding finding;
    bool stopped = false;
    (void)unused;
    return session_check(&w->lab->shown.session, &finding, 1, &stopped) > 0 && !stopped;
}

static void tell_progress(const struct wait *w)
{
    char words[96];
    size_t at = replay_at(w->r, w->lab);
    if (at % 4096 != 0 || !w->lab->progress) return;
    snprintf(words, sizeof words, "operation %zu of %zu", at, w->r->trace->n_ops);
    w->lab->progress(w->lab, words);
}

/* One operation after the other. */
static bool play_until(struct wait *w, bool (*so)(const struct wait *w, const struct bytes *before),
                       const char *never)
{
    struct session *s = &w->lab->shown.session;
    struct bytes before = look(s, w->value);
    struct play_done all = {.n = 0}, one;
    bool ok = true, met = false;
    while (ok && !met && !all.unsound && replay_at(w->r, w->lab) < w->r->trace->n_ops) {
        ok = replay_play(w->r, w->lab, 1, &one);
        if (one.n_failed && all.n_failed++ == 0) {
            all.first_failed = one.first_failed;
            memcpy(all.words, one.words, sizeof all.words);
        }
        all.n += one.n;
        all.unsound = one.unsound;
        met = ok && so(w, &before);
        tell_progress(w);
    }
    bool told = replay_tell(w->r, w->lab, ok, &all, w->out);
    if (told && !met) outcome_text(w->out, "%s, and the trace is at its end\n", never);
    return told;
}

static bool until_written(struct wait *w)
{
    return play_until(w, is_written, "nothing there has changed");
}

/* A stranger's heap is judged by what it does with payloads. */
static bool until_damaged(struct wait *w)
{
    char error[ERROR_BYTES];
    if (!w->r->runner) return play_until(w, is_damaged, "the heap is sound");
    if (!replay_judge(w->r, error, sizeof error)) return outcome_fail(w->out, "%s", error);
    size_t at = replay_at(w->r, w->lab), to = w->r->verdict.op;
    if (!w->r->verdict.class || to <= at)
        return outcome_fail(w->out, "no operation behind this one is the first to be wrong; "
                                    "expected `run`, or `goto bad`");
    if (!replay_do(w->r, w->lab, to - at, w->out)) return false;
    replay_tell_verdict(w->r, w->lab, w->out);
    return true;
}

static const struct {
    const char *name, *value; /* NULL: it stands alone */
    size_t (*find)(const struct wait *w);
    bool (*play)(struct wait *w);
} conditions[] = {
    {"op", "N", find_op, NULL},
    {"id", "ID", find_id, NULL},
    {"size", "SIZE", find_size, NULL},
    {"written", "ADDRESS", NULL, until_written},
    {"damaged", NULL, NULL, until_damaged},
};
enum { N_CONDITIONS = sizeof conditions / sizeof conditions[0] };

static bool found(struct wait *w, size_t i, const char *word)
{
    size_t n = conditions[i].find(w);
    if (n > 0) return replay_do(w->r, w->lab, n, w->out);
    return outcome_fail(w->out, "no operation behind this one has %s %s; nothing was done",
                        conditions[i].name, text_printable(word));
}

bool replay_until(struct trace_player *self, struct lab *lab, const struct arguments *args,
                  struct outcome *out)
{
    char error[ERROR_BYTES];
    size_t i = 0;
    struct wait w = {(struct replay *)self, lab, out, 0};
    while (i < N_CONDITIONS && strcmp(conditions[i].name, args->word[0]) != 0)
        i++;
    if (i == N_CONDITIONS)
        return outcome_fail(out,
                            "%s is no condition of a trace; expected op N, id ID, size SIZE, "
                            "written ADDRESS, or damaged",
                            text_printable(args->word[0]));
    if ((conditions[i].value != NULL) != (args->n > 1))
        return outcome_fail(out, conditions[i].value ? "%s needs %s" : "%s stands alone%.0s",
                            conditions[i].name, conditions[i].value ? conditions[i].value : "");
    if (!replay_has_more(w.r, lab, out)) return false;
    if (args->n > 1 &&
        !parse_size(args->word[1], conditions[i].value, &w.value, error, sizeof error))
        return outcome_fail(out, "%s", error);
    return conditions[i].find ? found(&w, i, args->word[1]) : conditions[i].play(&w);
}
