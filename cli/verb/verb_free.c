/* verb_free.c: free, of one block, several, or NULL. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/c_name.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/verb/edge.h"

#define ERROR_BYTES 256
#define FREE_NAMES 16u /* frees that one line of C shows */

/* The n frees as C, all of them: what is too long to be read or typed is left out whole. */
static void free_c_line(struct outcome *out, char (*names)[C_NAME_MAX], size_t n)
{
    char line[FREE_NAMES * (C_NAME_MAX + 8)] = "";
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(line + at, sizeof line - at, "%sfree(%s);", i ? " " : "", names[i]);
    outcome_c_line(out, "%s", line);
}

#define FREE_LINE_MAX 4096u

/* What was freed of ids that were to be freed, as lines in the same order: `free 1-4096 5000`. */
static void record_freed(struct lab *lab, const uint32_t *ids, size_t n)
{
    char line[FREE_LINE_MAX + 64];
    size_t at = 0;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && ids[next] == ids[next - 1] + 1;)
            next++;
        if (at == 0) at = (size_t)snprintf(line, sizeof line, "free");
        at += (size_t)snprintf(line + at, sizeof line - at,
                               next > i + 1 ? " %" PRIu32 "-%" PRIu32 : " %" PRIu32, ids[i],
                               ids[next - 1]);
        if (next < n && at < FREE_LINE_MAX) continue;
        lab_record(lab, line, true);
        at = 0;
    }
}

static bool free_them(struct lab *lab, struct outcome *out, const uint32_t *ids, size_t n,
                      size_t *done)
{
    json_t *freed = json_array();
    char names[FREE_NAMES][C_NAME_MAX];
    bool ok = true;
    size_t i = 0;
    for (; i < n && session_go_on(&lab->shown.session); i++) {
        if (i < FREE_NAMES) c_name(&lab->shown.session.ledger, ids[i], names[i], sizeof names[i]);
        if (!(ok = session_free(&lab->shown.session, ids[i]))) break;
        json_array_append_new(freed, value_number(ids[i]));
    }
    *done = i;
    if (i + !ok > 0 && i + !ok <= FREE_NAMES) free_c_line(out, names, i + !ok);
    if (!ok || i < n) {
        json_decref(freed);
        if (ok) return outcome_fail(out, "interrupted after %zu of %zu blocks", i, n);
        return i > 0 ? outcome_fail(out, "#%" PRIu32 ": %s; %zu freed before it", ids[i],
                                    lab->shown.session.error, i)
                     : outcome_fail(out, "%s", lab->shown.session.error);
    }
    outcome_result(out, json_pack("{s:o}", "freed", freed));
    if (n == 0) outcome_text(out, "no block is in use: nothing to free\n");
    for (i = 0; i < n && i < 8; i++)
        outcome_text(out, "%s#%" PRIu32, i ? ", " : "freed ", ids[i]);
    if (n > 0) outcome_text(out, n > 8 ? ", ... %zu in all\n" : "\n", n);
    return true;
}

static bool free_null(struct lab *lab, struct outcome *out)
{
    outcome_c_line(out, "free(NULL);");
    if (!session_free_null(&lab->shown.session))
        return outcome_fail(out, "%s", lab->shown.session.error);
    outcome_result(out, json_pack("{s:[]}", "freed"));
    edge_tell(out, EDGE_FREE_NULL, "free(NULL)");
    outcome_sentence(out, "free(NULL) does nothing");
    return true;
}

static bool run_free(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    uint32_t *ids = NULL;
    size_t n = 0, done;
    bool ok = true;
    if (args->n == 1 && strcmp(args->word[0], "NULL") == 0) return free_null(lab, out);
    for (int i = 0; i < args->n && ok && n <= ledger_n_live(&lab->shown.session.ledger);
         i++) /* of more, one is named twice */
        ok = parse_ids(&lab->shown.session, args->word[i], &ids, &n, error, sizeof error);
    ok = ok && parse_ids_distinct(&lab->shown.session, ids, n, error, sizeof error);
    if (!ok) {
        outcome_fail(out, "%s", error);
    } else {
        ok = free_them(lab, out, ids, n, &done);
        bool cut = done < n && lab_cut_short(lab);
        if (cut) record_freed(lab, ids, done);
        if (lab->shown.session.trace.changed && (!cut || !lab->shown.session.target.alive))
            lab_record(lab, args->line, ok);
    }
    free(ids);
    return ok;
}

const struct command verb_free = {
    .name = "free",
    .aliases = "delete",
    .usage = "ID...|NULL",
    .summary = "free blocks",
    .help = "ID: 2, #2, p2, a NAME, a range 4-6, or all. Nothing is freed if one of them is not in "
            "use; of NULL nothing ever is. "
            "In C: "
            "free(p2)."
            "\nExample: free 2; free 4-6 buffer",
    .group = "allocate",
    .least = 1,
    .most = -1,
    .kinds = {ARG_ID},
    .flags = COMMAND_CHANGE | COMMAND_COMPOSES,
    .needs = SOURCE_ASK,
    .run = run_free,
};
