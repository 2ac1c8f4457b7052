/* command_heap.c: alloc, calloc, realloc, aligned, free. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/facts.h"
#include "cli/command/run.h"

#define ERROR_BYTES 256

/* The `as NAME` behind the first words words; *name stays NULL without one. */
static bool take_name(struct lab *lab, const struct arguments *args, int words, const char **name, struct outcome *out)
{
    uint64_t payload, requested;
    *name = NULL;
    if (args->n == words) return true;
    if (args->n != words + 2 || strcmp(args->word[words], "as") != 0)
        return outcome_fail(out, "%s is not understood here; expected nothing more, or `as NAME`",
                            parse_shown(args->word[words]));
    const char *wanted = args->word[words + 1];
    if (!book_name_valid(wanted))
        return outcome_fail(out, "%s is not a name; expected up to 31 letters, digits and _, no digit first, and not \"all\"",
                            parse_shown(wanted));
    uint32_t owner = book_name_find(&lab->session.book, wanted);
    if (owner && book_find(&lab->session.book, owner, &payload, &requested))
        return outcome_fail(out, "the name %s belongs to #%" PRIu32 "; expected one that is not in use", wanted, owner);
    *name = wanted;
    return true;
}

static void tell_block(struct outcome *out, const struct session_block *b, const char *name)
{
    json_t *result = json_pack("{s:o, s:o, s:o}", "id", outcome_number(b->id), "address", outcome_address(b->address),
                               "requested", outcome_number(b->requested));
    if (name) json_object_set_new(result, "name", json_string(name));
    outcome_result(out, result);
    outcome_text(out, "#%" PRIu32 "%s%s%s = 0x%" PRIx64 ", %" PRIu64 " byte%s\n", b->id, name ? " (" : "", name ? name : "",
                 name ? ")" : "", b->address, b->requested, b->requested == 1 ? "" : "s");
}

static bool fail_session(struct lab *lab, struct outcome *out) { return outcome_fail(out, "%s", lab->session.error); }

/* The end of every command that makes a block. */
static bool made_block(struct lab *lab, struct outcome *out, bool ok, const struct session_block *b, const char *name)
{
    if (!ok) return fail_session(lab, out);
    if (name) book_name_set(&lab->session.book, b->id, name);
    tell_block(out, b, name);
    return true;
}

RUN(alloc)
{
    char error[ERROR_BYTES], p[BOOK_NAME_MAX + 8];
    uint64_t size;
    const char *name;
    struct session_block b;
    if (!parse_positive(args->word[0], "SIZE", &size, error, sizeof error)) return outcome_fail(out, "%s", error);
    if (!take_name(lab, args, 1, &name, out)) return false;
    bool ok = made_block(lab, out, session_alloc(&lab->session, size, &b), &b, name);
    outcome_c_line(out, "%s = malloc(%" PRIu64 ");", ok ? fact_c_name(lab, b.id, p, sizeof p) : name ? name : "p", size);
    return ok;
}

RUN(calloc)
{
    char error[ERROR_BYTES], p[BOOK_NAME_MAX + 8];
    uint64_t count, size;
    const char *name;
    struct session_block b;
    if (!parse_positive(args->word[0], "N", &count, error, sizeof error) ||
        !parse_positive(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (!take_name(lab, args, 2, &name, out)) return false;
    bool ok = made_block(lab, out, session_calloc(&lab->session, count, size, &b), &b, name);
    outcome_c_line(out, "%s = calloc(%" PRIu64 ", %" PRIu64 ");",
                   ok     ? fact_c_name(lab, b.id, p, sizeof p)
                   : name ? name
                          : "p",
                   count, size);
    return ok;
}

RUN(aligned)
{
    char error[ERROR_BYTES], p[BOOK_NAME_MAX + 8];
    uint64_t alignment, size;
    const char *name;
    struct session_block b;
    if (!parse_positive(args->word[0], "ALIGN", &alignment, error, sizeof error) ||
        !parse_positive(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (alignment & (alignment - 1))
        return outcome_fail(out, "ALIGN is %" PRIu64 "; expected a power of two, like 16, 64 or 4096", alignment);
    if (!take_name(lab, args, 2, &name, out)) return false;
    bool ok = made_block(lab, out, session_aligned(&lab->session, alignment, size, &b), &b, name);
    outcome_c_line(out, "%s = aligned_alloc(%" PRIu64 ", %" PRIu64 ");",
                   ok     ? fact_c_name(lab, b.id, p, sizeof p)
                   : name ? name
                          : "p",
                   alignment, size);
    return ok;
}

RUN(realloc)
{
    char error[ERROR_BYTES], p[BOOK_NAME_MAX + 8];
    uint64_t size, payload, requested;
    uint32_t id;
    struct session_block b;
    if (!parse_id(&lab->session.book, args->word[0], &id, error, sizeof error) ||
        !parse_positive(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    book_find(&lab->session.book, id, &payload, &requested);
    fact_c_name(lab, id, p, sizeof p);
    outcome_c_line(out, "%s = realloc(%s, %" PRIu64 ");", p, p, size);
    if (!session_realloc(&lab->session, id, size, &b)) return fail_session(lab, out);
    tell_block(out, &b, book_name_of(&lab->session.book, id));
    outcome_text(out, "%s\n", b.address == payload ? "in place" : "moved");
    return true;
}

static void free_c_line(struct lab *lab, struct outcome *out, const uint32_t *ids, size_t n)
{
    char line[160] = "", p[BOOK_NAME_MAX + 8];
    for (size_t i = 0; i < n && i < 3; i++) {
        size_t at = strlen(line);
        snprintf(line + at, sizeof line - at, "%sfree(%s);", i ? " " : "", fact_c_name(lab, ids[i], p, sizeof p));
    }
    outcome_c_line(out, "%s%s", line, n > 3 ? " ..." : "");
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
        at += (size_t)snprintf(line + at, sizeof line - at, next > i + 1 ? " %" PRIu32 "-%" PRIu32 : " %" PRIu32, ids[i],
                               ids[next - 1]);
        if (next < n && at < FREE_LINE_MAX) continue;
        lab_record(lab, line, true);
        at = 0;
    }
}

static bool free_them(struct lab *lab, struct outcome *out, const uint32_t *ids, size_t n, size_t *done)
{
    json_t *freed = json_array();
    bool ok = true;
    size_t i = 0;
    for (; i < n && session_go_on(&lab->session) && (ok = session_free(&lab->session, ids[i])); i++)
        json_array_append_new(freed, outcome_number(ids[i]));
    *done = i;
    if (!ok || i < n) {
        json_decref(freed);
        if (ok) return outcome_fail(out, "interrupted after %zu of %zu blocks", i, n);
        return i > 0 ? outcome_fail(out, "#%" PRIu32 ": %s; %zu freed before it", ids[i], lab->session.error, i)
                     : fail_session(lab, out);
    }
    outcome_result(out, json_pack("{s:o}", "freed", freed));
    if (n == 0) outcome_text(out, "no block is in use: nothing to free\n");
    for (i = 0; i < n && i < 8; i++)
        outcome_text(out, "%s#%" PRIu32, i ? ", " : "freed ", ids[i]);
    if (n > 0) outcome_text(out, n > 8 ? ", ... %zu in all\n" : "\n", n);
    return true;
}

RUN(free)
{
    char error[ERROR_BYTES];
    uint32_t *ids = NULL;
    size_t n = 0, done;
    bool ok = true;
    for (int i = 0; i < args->n && ok; i++)
        ok = parse_ids(&lab->session.book, args->word[i], &ids, &n, error, sizeof error);
    ok = ok && parse_ids_distinct(ids, n, error, sizeof error);
    if (!ok) {
        outcome_fail(out, "%s", error);
    } else {
        free_c_line(lab, out, ids, n);
        ok = free_them(lab, out, ids, n, &done);
        bool cut = done < n && lab_cut_short(lab);
        if (cut) record_freed(lab, ids, done);
        if (lab->session.trace.changed && (!cut || !lab->session.target.alive)) lab_record(lab, args->line, ok);
    }
    free(ids);
    return ok;
}
