/* command_log.c: undo, redo, save. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/session/undo.h"

#define ERROR_BYTES 256

/* ── undo, redo ── */

struct player { struct undo_player base; struct lab *lab; };

static bool play(const struct undo_player *self, struct session *s, const char *line)
{
    struct lab *lab = ((const struct player *)self)->lab;
    (void)s;
    struct outcome *out = outcome_new(lab->session.seq, line);
    if (!out) return false;
    lab->session.log.suspended++; /* undo and redo are no part of the log */
    command_execute(lab, line, out); /* what failed then fails again: that is part of the state */
    lab->session.log.suspended--;
    outcome_free(out);
    return true;
}

static bool progress(const struct undo_player *self, size_t done, size_t total)
{
    struct lab *lab = ((const struct player *)self)->lab;
    char words[96];
    snprintf(words, sizeof words, "making the heap again: %zu of %zu commands (Ctrl-C stops)", done, total);
    if (lab->progress) lab->progress(lab, words);
    return !lab->session.stop;
}

static bool count_parse(const struct arguments *args, uint64_t *n, struct outcome *out)
{
    char error[ERROR_BYTES];
    *n = 1;
    if (args->n == 1 && strcmp(args->word[0], "all") == 0) return *n = UINT32_MAX, true;
    return args->n == 0 || parse_positive(args->word[0], "N", n, error, sizeof error) || outcome_fail(out, "%s", error);
}

/* The end of both: one skipped step stands for the whole replay. */
static bool done_with(struct lab *lab, struct outcome *out, bool ok, size_t n, const char *verb, const char *title)
{
    uint64_t before = lab->session.trace.brk_before;
    trace_reset(&lab->session.trace, before);
    lab->session.trace.changed = true;
    lab->stale = false;
    if (!ok) return outcome_fail(out, "%s", lab->session.error);
    trace_add(&lab->session.trace, &(struct step){.kind = STEP_SKIPPED, .a = n}, 1);
    outcome_result(out, json_pack("{s:I}", verb, (json_int_t)n));
    outcome_sentence(out, "%s %zu command%s%s%s%s: brk is at 0x%" PRIx64, verb, n, n == 1 ? "" : "s", n == 1 ? " (" : "", n == 1 ? title : "",
                     n == 1 ? ")" : "", lab->session.target.brk);
    return true;
}

RUN(undo)
{
    uint64_t n;
    size_t done;
    if (!count_parse(args, &n, out)) return false;
    const struct log *l = &lab->session.log;
    if (l->n == 0) return outcome_fail(out, "there is nothing to undo; expected a command that changed the heap first");
    if (args->n == 1 && n > l->n && n != UINT32_MAX)
        return outcome_fail(out, "only %zu command%s can be undone; expected at most that many, or `all`", l->n, l->n == 1 ? "" : "s");
    char *title = strdup(l->entries[l->n - 1]->title);
    struct player player = {{play, progress}, lab};
    bool ok = undo_back(&lab->session, (size_t)n, &player.base, &done);
    ok = done_with(lab, out, ok, done, "undone", title ? title : "");
    free(title);
    return ok;
}

RUN(redo)
{
    uint64_t n;
    size_t done;
    if (!count_parse(args, &n, out)) return false;
    const struct log *l = &lab->session.log;
    if (l->n_undone == 0) return outcome_fail(out, "there is nothing to redo; expected an `undo` first");
    if (args->n == 1 && n > l->n_undone && n != UINT32_MAX)
        return outcome_fail(out, "only %zu command%s can be done again; expected at most that many, or `all`", l->n_undone, l->n_undone == 1 ? "" : "s");
    char *title = strdup(l->undone[l->n_undone - 1]->title);
    struct player player = {{play, progress}, lab};
    bool ok = undo_forward(&lab->session, (size_t)n, &player.base, &done);
    ok = done_with(lab, out, ok, done, "redone", title ? title : "");
    free(title);
    return ok;
}

/* ── save ── */

static void put_switches(FILE *file, const struct session_setup *setup)
{
    struct session_setup usual;
    session_setup_defaults(&usual, setup->policy);
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++) {
        if (setup->value[i] == usual.value[i] || !heap_policy_has(setup->policy, (enum heap_switch)i)) continue;
        if (i == HEAP_ORDER)
            fprintf(file, "set order %s\n", heap_order_name((enum heap_order)setup->value[i]));
        else if (i == HEAP_GROWTH || i == HEAP_QUARANTINE)
            fprintf(file, "set %s %" PRIu64 "\n", heap_switch_name((enum heap_switch)i), setup->value[i]);
        else
            fprintf(file, "set %s %s\n", heap_switch_name((enum heap_switch)i), setup->value[i] ? "on" : "off");
    }
}

static void put_log(FILE *file, const struct session *s)
{
    fprintf(file, "# a session of brkview: `brkview FILE` runs it again\npolicy %s\n", heap_policy_name(s->first_setup.policy));
    put_switches(file, &s->first_setup);
    if (s->first_setup.limit != HEAP_NO_LIMIT) fprintf(file, "limit %" PRIu64 "\n", s->first_setup.limit);
    for (size_t i = 0; i < s->log.n; i++) {
        const struct log_entry *e = s->log.entries[i];
        if (e->death || e->n_lines != 1 || strcmp(e->title, e->lines[0]) != 0) fprintf(file, "# %s\n", e->title + (e->death ? 2 : 0));
        for (size_t k = 0; k < e->n_lines; k++) fprintf(file, "%s\n", e->lines[k]);
    }
}

/* Written beside and moved into place, so that a full disk loses nothing. */
static bool save_file(const struct session *s, const char *path, int *error)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0) return *error = ENOMEM, false;
    int fd = mkostemp(beside, O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool ok = file != NULL;
    *error = errno;
    if (ok) {
        mode_t mask = umask(0);
        umask(mask);
        put_log(file, s);
        ok = fflush(file) == 0 && fchmod(fd, 0666 & ~mask) == 0;
        *error = errno;
        if (fclose(file) != 0 && ok) ok = false, *error = errno;
        if (ok && rename(beside, path) != 0) ok = false, *error = errno;
        if (!ok) unlink(beside);
    } else if (fd >= 0) {
        close(fd);
        unlink(beside);
    }
    free(beside);
    return ok;
}

RUN(save)
{
    int error = 0;
    struct stat st;
    const char *path = args->word[0];
    if (args->length[0] != strlen(path)) return outcome_fail(out, "the file's name holds a zero byte; expected a name");
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) return outcome_fail(out, "%s is not a regular file; expected a file to write the log to", parse_shown(path));
    if (!save_file(&lab->session, path, &error)) return outcome_fail(out, "%s can't be written: %s; expected a writable place", parse_shown(path), strerror(error));
    outcome_result(out, json_pack("{s:s, s:I}", "file", out->command, "entries", (json_int_t)lab->session.log.n));
    json_t *name = json_string(path);
    if (name) json_object_set_new(out->result, "file", name);
    outcome_text(out, "%zu command%s saved\n", lab->session.log.n, lab->session.log.n == 1 ? "" : "s");
    return true;
}
