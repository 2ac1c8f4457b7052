/* verb_heap.c: alloc, calloc, realloc, aligned. */
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
#include "cli/text/text.h"
#include "cli/verb/edge.h"

#define ERROR_BYTES 256

/* A block's variable: the NAME behind `as`. */
struct naming {
    const char *name; /* NULL: none was given */
    uint32_t loses; /* the block in use whose only pointer it was, 0 */
};

/* The `as NAME [force]` behind the first words words. */
static bool take_name(struct lab *lab, const struct arguments *args, int words,
                      struct naming *naming, struct outcome *out)
{
    const struct ledger *ledger = &lab->shown.session.ledger;
    uint64_t payload, requested;
    char pointer[C_NAME_MAX];
    *naming = (struct naming){NULL, 0};
    if (args->n == words) return true;
    bool force = args->n == words + 3 && strcmp(args->word[words + 2], "force") == 0;
    if (args->n == words + 3 && !force)
        return outcome_fail(out, "%s is too much; expected `as NAME`, or `as NAME force`",
                            text_printable(args->word[words + 2]));
    if (args->n < words + 2 || strcmp(args->word[words], "as") != 0)
        return outcome_fail(out, "%s is not understood here; expected nothing more, or `as NAME`",
                            text_printable(args->word[words]));
    const char *wanted = args->word[words + 1];
    if (!ledger_name_valid(wanted))
        return outcome_fail(out,
                            "%s is not a name; expected up to 31 letters, digits and _, no digit "
                            "first, and not \"all\" or \"NULL\"",
                            text_printable(wanted));
    uint32_t owner = ledger_name_find(ledger, wanted);
    if (owner && ledger_find(ledger, owner, &payload, &requested) && !force)
        return outcome_fail(out,
                            "the name %s belongs to #%" PRIu32 "; expected one that is not in use",
                            wanted, owner);
    owner = parse_pointer(ledger, wanted);
    if (owner && ledger_find(ledger, owner, &payload, &requested) &&
        strcmp(c_name(&lab->shown.session.ledger, owner, pointer, sizeof pointer), wanted) == 0)
        naming->loses = owner;
    naming->name = wanted;
    return ledger_name_room(&lab->shown.session.ledger) ||
           outcome_fail(out, "out of memory: nothing was done");
}

/* Give the block its name, and tell who loses it. */
static void put_name(struct lab *lab, const struct naming *naming, uint32_t id, struct outcome *out)
{
    char pointer[C_NAME_MAX];
    if (!naming->name) return;
    ledger_name_set(&lab->shown.session.ledger, id, naming->name);
    if (naming->loses == 0 || naming->loses == id) return;
    c_name(&lab->shown.session.ledger, naming->loses, pointer, sizeof pointer);
    if (*pointer == '(')
        outcome_note(out,
                     "%s pointed to #%" PRIu32
                     ", and nothing points there any more: a leak (`free %" PRIu32
                     "` still works here)",
                     naming->name, naming->loses, naming->loses);
    else
        outcome_note(out, "%s pointed to #%" PRIu32 ", to which %s still points", naming->name,
                     naming->loses, pointer);
}

static void tell_block(struct outcome *out, const struct session_block *b, const char *name)
{
    json_t *result = json_pack("{s:o, s:o, s:o}", "id", value_number(b->id), "address",
                               value_address(b->address), "requested", value_number(b->requested));
    if (name) json_object_set_new(result, "name", json_string(name));
    outcome_result(out, result);
    out->address = b->address;
    outcome_text(out, "#%" PRIu32 "%s%s%s = 0x%" PRIx64 ", %" PRIu64 " byte%s\n", b->id,
                 name ? " (" : "", name ? name : "", name ? ")" : "", b->address, b->requested,
                 b->requested == 1 ? "" : "s");
}

static bool fail_session(struct lab *lab, struct outcome *out)
{
    return outcome_fail(out, "%s", lab->shown.session.error);
}

/* The variable of a block that was not made: its name, else that of the next one. */
static const char *wanted_target(struct lab *lab, const struct naming *naming, char *text,
                                 size_t bytes)
{
    if (!naming->name || !c_line_can_name(naming->name))
        return c_name_target(&lab->shown.session.ledger, lab->shown.session.ledger.next_id, text,
                             bytes);
    snprintf(text, bytes, "%s = ", naming->name);
    return text;
}

/* The end of every command that makes a block by call, "malloc(64)". what names an argument that is
 * 0: "SIZE", NULL if none is. */
static bool made_block(struct lab *lab, struct outcome *out, bool ok, const struct session_block *b,
                       const struct naming *naming, const char *call, const char *zero)
{
    char target[C_NAME_MAX];
    bool made = ok || b->id != 0; /* what was made may be judged to be wrong */
    if (made) put_name(lab, naming, b->id, out);
    outcome_c_line(out, "%s%s;",
                   made ? c_name_target(&lab->shown.session.ledger, b->id, target, sizeof target)
                        : wanted_target(lab, naming, target, sizeof target),
                   call);
    if (made) tell_block(out, b, naming->name);
    if (ok || !zero) return ok || fail_session(lab, out);
    if (lab->shown.session.target.alive &&
        lab->shown.session.answer.head.status == HEAP_ZERO_SIZE) {
        edge_tell(out, EDGE_ZERO, call);
        return outcome_fail(out, "%s is 0; expected at least 1: %s returned NULL (EINVAL)", zero,
                            call);
    }
    return fail_session(lab, out);
}

static bool run_alloc(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES], call[64];
    uint64_t size;
    struct naming naming;
    struct session_block b = {.id = 0};
    if (!parse_size(args->word[0], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (!take_name(lab, args, 1, &naming, out)) return false;
    snprintf(call, sizeof call, "malloc(%" PRIu64 ")", size);
    return made_block(lab, out, session_alloc(&lab->shown.session, size, &b), &b, &naming, call,
                      size ? NULL : "SIZE");
}

static bool alloc_plain_size(const struct arguments *args, uint64_t *size)
{
    char error[ERROR_BYTES];
    return args->n == 1 && parse_positive(args->word[0], "SIZE", size, error, sizeof error);
}

const struct command verb_alloc = {
    .name = "alloc",
    .aliases = "malloc new",
    .usage = "SIZE [as NAME]",
    .summary = "allocate SIZE bytes",
    .help = "The block gets the next id, and the NAME if one is given; the name of a block in use "
            "only with force: nothing points to "
            "that one then. "
            "In C: p1 = malloc(64).\nExample: alloc 64 as buffer",
    .group = "allocate",
    .least = 1,
    .most = 4,
    .kinds = {ARG_SIZE, ARG_WORD, ARG_NAME, ARG_WORD},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_ASK,
    .run = run_alloc,
    .plain_size = alloc_plain_size,
};

static bool run_calloc(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES], call[96];
    uint64_t count, size;
    struct naming naming;
    struct session_block b = {.id = 0};
    if (!parse_size(args->word[0], "N", &count, error, sizeof error) ||
        !parse_size(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (!take_name(lab, args, 2, &naming, out)) return false;
    snprintf(call, sizeof call, "calloc(%" PRIu64 ", %" PRIu64 ")", count, size);
    return made_block(lab, out, session_calloc(&lab->shown.session, count, size, &b), &b, &naming,
                      call,
                      count == 0  ? "N"
                      : size == 0 ? "SIZE"
                                  : NULL);
}

const struct command verb_calloc = {
    .name = "calloc",
    .usage = "N SIZE [as NAME]",
    .summary = "allocate N times SIZE bytes, cleared",
    .help = "A product that overflows is refused, as calloc must. In C: p2 = calloc(4, "
            "16).\nExample: calloc 4 16",
    .group = "allocate",
    .least = 2,
    .most = 5,
    .kinds = {ARG_SIZE, ARG_SIZE, ARG_WORD, ARG_NAME},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_ASK,
    .run = run_calloc,
};

static bool run_aligned(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES], call[96];
    uint64_t alignment, size;
    struct naming naming;
    struct session_block b = {.id = 0};
    if (!parse_positive(args->word[0], "ALIGN", &alignment, error, sizeof error) ||
        !parse_size(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (alignment & (alignment - 1))
        return outcome_fail(
            out, "ALIGN is %" PRIu64 "; expected a power of two, like 16, 64 or 4096", alignment);
    if (!take_name(lab, args, 2, &naming, out)) return false;
    snprintf(call, sizeof call, "aligned_alloc(%" PRIu64 ", %" PRIu64 ")", alignment, size);
    return made_block(lab, out, session_aligned(&lab->shown.session, alignment, size, &b), &b,
                      &naming, call, size ? NULL : "SIZE");
}

const struct command verb_aligned = {
    .name = "aligned",
    .aliases = "aligned_alloc memalign",
    .usage = "ALIGN SIZE [as NAME]",
    .summary = "allocate at a multiple of ALIGN, a power of two",
    .help = "A gap before the block becomes a free block. In C: p3 = aligned_alloc(256, "
            "100).\nExample: aligned 256 100",
    .group = "allocate",
    .least = 2,
    .most = 5,
    .kinds = {ARG_SIZE, ARG_SIZE, ARG_WORD, ARG_NAME},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_ASK,
    .run = run_aligned,
};

/* ── realloc ── */

static bool realloc_null(struct lab *lab, uint64_t size, const struct naming *naming,
                         struct outcome *out)
{
    char call[64];
    struct session_block b = {.id = 0};
    snprintf(call, sizeof call, "realloc(NULL, %" PRIu64 ")", size);
    bool ok = made_block(lab, out, session_realloc_null(&lab->shown.session, size, &b), &b, naming,
                         call, size ? NULL : "SIZE");
    if (ok) outcome_note(out, "realloc of NULL is malloc: C promises it, and glibc does the same");
    return ok;
}

static bool fail_realloc(struct lab *lab, uint32_t id, uint64_t size, const char *call,
                         struct outcome *out)
{
    if (size > 0 || !lab->shown.session.target.alive ||
        lab->shown.session.answer.head.status != HEAP_ZERO_SIZE)
        return fail_session(lab, out);
    edge_tell(out, EDGE_REALLOC_ZERO, call);
    return outcome_fail(out,
                        "SIZE is 0; expected at least 1: %s returned NULL (EINVAL), and #%" PRIu32
                        " is as it was",
                        call, id);
}

static bool run_realloc(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES], from[C_NAME_MAX], to[C_NAME_MAX], call[96];
    uint64_t size, payload, requested;
    uint32_t id = 0;
    struct naming naming;
    struct session_block b = {.id = 0};
    bool null = strcmp(args->word[0], "NULL") == 0;
    if ((!null && !parse_id(&lab->shown.session.ledger, args->word[0], &id, error, sizeof error)) ||
        !parse_size(args->word[1], "SIZE", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (!take_name(lab, args, 2, &naming, out)) return false;
    if (null) return realloc_null(lab, size, &naming, out);
    ledger_find(&lab->shown.session.ledger, id, &payload, &requested);
    snprintf(call, sizeof call, "realloc(%s, %" PRIu64 ")",
             c_name(&lab->shown.session.ledger, id, from, sizeof from), size);
    bool ok = session_realloc(&lab->shown.session, id, size, &b);
    if (ok && b.address == 0) { /* an allocator of one's own, asked for 0 bytes */
        outcome_c_line(out, "%s;", call);
        outcome_result(out, json_pack("{s:o, s:n}", "id", value_number(id), "address"));
        outcome_text(out, "freed #%" PRIu32 ": it returned NULL\n", id);
        return true;
    }
    if (ok) put_name(lab, &naming, id, out);
    outcome_c_line(out, "%s%s;",
                   ok || !naming.name ? c_name_target(&lab->shown.session.ledger, id, to, sizeof to)
                                      : wanted_target(lab, &naming, to, sizeof to),
                   call);
    if (!ok) return fail_realloc(lab, id, size, call, out);
    tell_block(out, &b, ledger_name_of(&lab->shown.session.ledger, id));
    outcome_text(out, "%s\n", b.address == payload ? "in place" : "moved");
    if (naming.name && b.address != payload && *from != '(' && strcmp(from, naming.name) != 0)
        outcome_note(out, "in a program %s dangles now; here it means #%" PRIu32 ", too", from, id);
    return true;
}

const struct command verb_realloc = {
    .name = "realloc",
    .aliases = "resize",
    .usage = "ID|NULL SIZE [as NAME]",
    .summary = "make a block SIZE bytes long",
    .help = "In place where the allocator can, else the block moves; it keeps its id and name. Of "
            "NULL it is alloc. In C: p2 = "
            "realloc(p2, 128)."
            "\nExample: realloc 2 128",
    .group = "allocate",
    .least = 2,
    .most = 5,
    .kinds = {ARG_ID, ARG_SIZE, ARG_WORD, ARG_NAME},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_ASK,
    .run = run_realloc,
};
