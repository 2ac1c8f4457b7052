/* verb_memory.c: write, fill: what touches the bytes of the target's memory past the allocator. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_name.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256
#define C_BYTES_MAX 1024u /* bytes that a line of C shows as a text */

/* ── Whose bytes a write reaches ── */

/* *size: the payload bytes of the block in use at payload, as the heap has it now; 0 if it does not
 * show one. In a replay too it is looked at, for what was allowed then must be allowed again.
 * False: it could not be looked at. */
static bool payload_bytes(struct lab *lab, uint64_t payload, uint64_t *size, struct outcome *out)
{
    bool quiet = lab->shown.session.quiet;
    lab->shown.session.quiet = false;
    lab->shown.stale |= quiet;
    lab_look(lab);
    lab->shown.session.quiet = quiet;
    *size = 0;
    if (lab->shown.stale) return outcome_fail(out, "%s", lab->shown.session.error);
    size_t i = snapshot_find(lab->shown.session.snapshot, payload);
    if (i == SNAPSHOT_NONE) i = snapshot_find(lab->shown.session.snapshot, payload - 1);
    if (i == SNAPSHOT_NONE) return true;
    struct snapshot_block b = snapshot_block(lab->shown.session.snapshot, i);
    if (b.address + b.header == payload) *size = b.size - b.header;
    return true;
}

static size_t add_hex(const char *word, unsigned char *bytes)
{
    const char *p = parse_is_hex(word) ? word + 2 : word;
    size_t n = strlen(p);
    if (n == 0 || n % 2 || strspn(p, "0123456789abcdefABCDEF") != n) return 0;
    for (size_t i = 0; i < n; i += 2) {
        char pair[3] = {p[i], p[i + 1], '\0'};
        bytes[i / 2] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return n / 2;
}

/* The bytes that the words from first on mean; malloc'd, NULL with the error in out. */
static unsigned char *gather_bytes(const struct arguments *args, int first, int words, size_t *n,
                                   struct outcome *out)
{
    unsigned char *bytes = calloc(1, strlen(args->line) + 1);
    *n = 0;
    for (int i = first; bytes && i < words; i++) {
        size_t more = args->length[i];
        if (args->quoted[i]) {
            memcpy(bytes + *n, args->word[i], more);
        } else if ((more = add_hex(args->word[i], bytes + *n)) == 0) {
            outcome_fail(out,
                         "BYTES can't be read: %s; expected pairs of hex digits like 41 42 or "
                         "deadbeef, or \"TEXT\"",
                         text_printable(args->word[i]));
            free(bytes);
            return NULL;
        }
        *n += more;
    }
    if (!bytes) outcome_fail(out, "out of memory");
    return bytes;
}

/* Where the bytes go, as C: "p1 + 4", "p1 - 1". */
static const char *c_place(const struct lab *lab, uint32_t id, int64_t offset, char *text,
                           size_t bytes)
{
    char p[C_NAME_MAX];
    bool back = offset < 0;
    uint64_t distance = back ? 0 - (uint64_t)offset : (uint64_t)offset;
    snprintf(text, bytes, "%s %c %" PRIu64, c_name(&lab->shown.session.ledger, id, p, sizeof p),
             back ? '-' : '+', distance);
    return text;
}

/* One literal, whole: what is too long to be read or typed again is left out. A hex digit right
 * behind \xHH would belong to it. */
static void write_c_line(const struct lab *lab, struct outcome *out, uint32_t id, int64_t offset,
                         const unsigned char *bytes, size_t n)
{
    char text[4 * C_BYTES_MAX + 1] = "", place[C_NAME_MAX + 32];
    size_t at = 0;
    bool hex = false;
    if (n > C_BYTES_MAX) return;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = bytes[i];
        hex = c < ' ' || c >= 0x7f || c == '"' || c == '\\' || (hex && ascii_is_hex((char)c));
        at += (size_t)snprintf(text + at, sizeof text - at, hex ? "\\x%02x" : "%c", c);
    }
    outcome_c_line(out, "memcpy(%s, \"%s\", %zu);", c_place(lab, id, offset, place, sizeof place),
                   text, n);
}

/* Bytes that are written, from the payload on. */
struct reach {
    uint64_t payload, size; /* of the block; its payload bytes as the heap has them */
    int64_t offset;
    uint64_t n;
};

static bool is_inside(const struct reach *r)
{
    return r->offset >= 0 && (uint64_t)r->offset <= r->size &&
           r->n <= r->size - (uint64_t)r->offset;
}

/* OFFSET, which may be negative only by force. */
static bool offset_parse(const char *word, bool force, int64_t *offset, struct outcome *out)
{
    char error[ERROR_BYTES];
    uint64_t size = 0;
    if (*word == '-' && force)
        return parse_delta(word, offset, error, sizeof error) || outcome_fail(out, "%s", error);
    if (!parse_size(word, "OFFSET", &size, error, sizeof error))
        return outcome_fail(out, "%s", error);
    *offset = (int64_t)size;
    return size <= INT64_MAX ||
           outcome_fail(out, "bytes at offset %s go beyond brk; expected to stay inside the heap",
                        text_printable(word));
}

/* May those bytes be written? Beyond the payload only by force, and never outside the heap. */
static bool may_write(struct lab *lab, const struct reach *r, bool force, struct outcome *out)
{
    uint64_t brk = lab->shown.session.target.brk,
             start = lab->shown.session.target.hello.heap_start,
             room = brk > r->payload ? brk - r->payload : 0;
    if (is_inside(r)) return true;
    if (!force)
        return outcome_fail(
            out,
            "%" PRIu64 " byte%s at offset %" PRId64 " %s beyond the payload of %" PRIu64
            " bytes; expected less, or `force` behind it",
            r->n, r->n == 1 ? "" : "s", r->offset, r->n == 1 ? "goes" : "go", r->size);
    if (r->offset < 0 && 0 - (uint64_t)r->offset > r->payload - start)
        return outcome_fail(out,
                            "offset %" PRId64 " lies before the heap's start, %" PRIu64
                            " bytes back; expected to stay inside the heap",
                            r->offset, r->payload - start);
    uint64_t from = r->offset > 0 ? (uint64_t)r->offset : 0,
             before = r->offset < 0 ? 0 - (uint64_t)r->offset : 0;
    if (from > room || r->n > room - from + before)
        return outcome_fail(out,
                            "%" PRIu64 " byte%s at offset %" PRId64 " %s beyond brk, %" PRIu64
                            " bytes ahead; expected to stay inside the heap",
                            r->n, r->n == 1 ? "" : "s", r->offset, r->n == 1 ? "goes" : "go", room);
    return true;
}

/* Another live block whose payload, as the session knows it, overlaps [from, to); 0. Whoever breaks
 * the heap can get the same bytes twice. */
static uint32_t other_owner(const struct ledger *ledger, uint32_t id, uint64_t from, uint64_t to)
{
    uint64_t payload, requested;
    for (uint32_t other = 0; (other = ledger_next_live(ledger, other)) != 0;)
        if (other != id && ledger_find(ledger, other, &payload, &requested) && payload < to &&
            from < payload + requested)
            return other;
    return 0;
}

/* What was changed by a write to bytes [from, to), the payload's being [payload, payload + size).
 * size is the heap's word, and may be a lie; what was asked for and who else has bytes there is the
 * session's own knowledge. */
static void tell_reach(struct lab *lab, uint32_t id, uint64_t size, uint64_t from, uint64_t to,
                       struct outcome *out)
{
    const struct ledger *ledger = &lab->shown.session.ledger;
    uint64_t payload, requested;
    ledger_find(ledger, id, &payload, &requested);
    uint32_t other = other_owner(ledger, id, from, to);
    uint64_t brk = lab->shown.session.target.brk;
    if (to > brk)
        outcome_sentence(out,
                         "%" PRIu64
                         " of these bytes lie beyond brk, in a page that is mapped still: #%" PRIu32
                         "'s payload was cut off, and they are no heap any more",
                         to - (from > brk ? from : brk), id);
    else if (from < payload && other != 0)
        outcome_sentence(out,
                         "the bytes before #%" PRIu32 "'s payload reach into #%" PRIu32
                         "'s: its payload changed",
                         id, other);
    else if (from < payload)
        outcome_sentence(
            out,
            "the bytes before #%" PRIu32
            "'s payload belong to the allocator, to another block or to nobody: `check` "
            "tells what broke, if anything",
            id);
    else if (other != 0)
        outcome_sentence(out, "the bytes are #%" PRIu32 "'s too: its payload changed%s", other,
                         from < payload + requested
                             ? ", for the heap has given them out twice, or it was written past"
                             : "");
    else if (to <= payload + requested)
        outcome_sentence(out, "only #%" PRIu32 "'s payload changed; the allocator was not asked",
                         id);
    else if (to - payload <= size && lab->shown.session.setup.value[HEAP_CANARY])
        outcome_sentence(out,
                         "the bytes behind the %" PRIu64 " that #%" PRIu32
                         " asked for are its canary: `check` tells",
                         requested, id);
    else if (to - payload <= size)
        outcome_sentence(
            out, "only #%" PRIu32 "'s block changed, and in it padding that nobody asked for", id);
    else
        outcome_sentence(
            out,
            "the bytes beyond #%" PRIu32
            "'s payload belong to the allocator, to another block or to nobody: `check` "
            "tells what broke, if anything",
            id);
}

static void tell_written(struct outcome *out, uint32_t id, const struct reach *r)
{
    outcome_result(out, json_pack("{s:o, s:o, s:o}", "id", value_number(id), "address",
                                  value_address(r->payload + (uint64_t)r->offset), "bytes",
                                  value_number(r->n)));
}

static bool run_write(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    int words;
    bool force = arguments_take_force(args, &words), ok = false;
    uint32_t id;
    uint64_t requested;
    size_t n;
    struct reach r;
    if (words < 3)
        return outcome_fail(out,
                            "BYTES are missing; expected `write ID OFFSET BYTES|\"TEXT\" [force]`");
    if (!parse_id(&lab->shown.session.ledger, args->word[0], &id, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (!offset_parse(args->word[1], force, &r.offset, out)) return false;
    ledger_find(&lab->shown.session.ledger, id, &r.payload, &requested);
    unsigned char *bytes = gather_bytes(args, 2, words, &n, out);
    if (!bytes) return false;
    r.n = n;
    if (!payload_bytes(lab, r.payload, &r.size, out)) {
        free(bytes);
        return false;
    }
    if (n == 0) {
        outcome_fail(out, "BYTES are empty; expected at least one byte");
    } else if (may_write(lab, &r, force, out)) {
        write_c_line(lab, out, id, r.offset, bytes, n);
        ok = session_write(&lab->shown.session, r.payload + (uint64_t)r.offset, bytes, n);
        if (!ok) outcome_fail(out, "%s", lab->shown.session.error);
    }
    if (ok) {
        uint64_t from = r.payload + (uint64_t)r.offset;
        tell_written(out, id, &r);
        outcome_text(out, "%zu byte%s written at 0x%" PRIx64 "%s\n", n, n == 1 ? "" : "s", from,
                     is_inside(&r)  ? ""
                     : r.offset < 0 ? ", before the payload"
                                    : ", beyond the payload");
        tell_reach(lab, id, r.size, from, from + n, out);
    }
    free(bytes);
    return ok;
}

const struct command verb_write = {
    .name = "write",
    .aliases = "poke",
    .usage = "ID OFFSET BYTES|\"TEXT\" [force]",
    .summary = "write into a block",
    .help = "BYTES are pairs of hex digits. Beyond the payload, and before it (-1), only with "
            "force: that is how heaps break. In C, "
            "which asks nobody: "
            "strcpy(p1, \"hello\"), memcpy(p1 + 1, \"ell\", 3), p1[0] = 'H'.\nExample: write 1 0 "
            "\"hello\"; write 1 64 ff ff force",
    .group = "memory",
    .least = 2,
    .most = -1,
    .kinds = {ARG_ID, ARG_SIZE, ARG_WORD},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_WRITE,
    .run = run_write,
};

/* ID BYTE [BYTES [OFFSET]]: the requested bytes, which r holds, or so many. */
static bool fill_arguments(struct lab *lab, const struct arguments *args, int words, bool force,
                           struct reach *r, struct outcome *out)
{
    char error[ERROR_BYTES];
    if (words > 4)
        return outcome_fail(out, "%s is too much; expected `fill ID BYTE [BYTES [OFFSET]] [force]`",
                            text_printable(args->word[4]));
    if (words > 2 && !parse_positive(args->word[2], "BYTES", &r->n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (words > 3 && !offset_parse(args->word[3], force, &r->offset, out)) return false;
    if (is_inside(r)) return true; /* what was asked for can be filled, whatever the heap says */
    return payload_bytes(lab, r->payload, &r->size, out) && may_write(lab, r, force, out);
}

static bool run_fill(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES], place[C_NAME_MAX + 32];
    int words;
    bool force = arguments_take_force(args, &words);
    uint32_t id;
    uint64_t byte;
    struct reach r = {0};
    if (words < 2)
        return outcome_fail(out,
                            "BYTE is missing; expected `fill ID BYTE [BYTES [OFFSET]] [force]`");
    if (!parse_id(&lab->shown.session.ledger, args->word[0], &id, error, sizeof error) ||
        !parse_size(args->word[1], "BYTE", &byte, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (byte > 255) return outcome_fail(out, "BYTE is %" PRIu64 "; expected 0 to 255", byte);
    ledger_find(&lab->shown.session.ledger, id, &r.payload, &r.n);
    r.size = r.n;
    if (!fill_arguments(lab, args, words, force, &r, out)) return false;
    if (r.offset == 0)
        c_name(&lab->shown.session.ledger, id, place, sizeof place);
    else
        c_place(lab, id, r.offset, place, sizeof place);
    outcome_c_line(out, "memset(%s, 0x%02" PRIx64 ", %" PRIu64 ");", place, byte, r.n);
    uint64_t from = r.payload + (uint64_t)r.offset;
    if (!session_fill(&lab->shown.session, from, r.n, (uint8_t)byte))
        return outcome_fail(out, "%s", lab->shown.session.error);
    tell_written(out, id, &r);
    if (is_inside(&r))
        outcome_text(out, "%" PRIu64 " byte%s of #%" PRIu32 " %s 0x%02" PRIx64 " now\n", r.n,
                     r.n == 1 ? "" : "s", id, r.n == 1 ? "is" : "are", byte);
    else
        outcome_text(out,
                     "%" PRIu64 " bytes from 0x%" PRIx64 " on are 0x%02" PRIx64
                     " now, %s the payload\n",
                     r.n, from, byte, r.offset < 0 ? "before" : "beyond");
    tell_reach(lab, id, r.size, from, from + r.n, out);
    return true;
}

const struct command verb_fill = {
    .name = "fill",
    .aliases = "memset",
    .usage = "ID BYTE [BYTES [OFFSET]] [force]",
    .summary = "fill a block's requested bytes",
    .help = "Or so many BYTES from OFFSET on; beyond the payload only with force. In C, which asks "
            "nobody: memset(p1, 0xaa, "
            "16).\nExample: fill 1 0xaa; fill 1 0 16",
    .group = "memory",
    .least = 2,
    .most = 5,
    .kinds = {ARG_ID, ARG_SIZE, ARG_SIZE, ARG_SIZE},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_WRITE,
    .run = run_fill,
};
