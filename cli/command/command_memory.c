/* command_memory.c: sbrk, write, fill: what touches the target's memory past the allocator. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/facts.h"
#include "cli/command/run.h"
#include "cli/session/ascii.h"

#define ERROR_BYTES 256

/* Drop a last word `force`; true if it was there. */
static bool take_force(const struct arguments *args, int *words)
{
    *words = args->n;
    if (args->n == 0 || args->quoted[args->n - 1] || strcmp(args->word[args->n - 1], "force") != 0) return false;
    --*words;
    return true;
}

RUN(sbrk)
{
    char error[ERROR_BYTES];
    int words;
    bool force = take_force(args, &words);
    int64_t delta = 0;
    uint64_t before;
    if (words > 1)
        return outcome_fail(out, "%s is not understood here; expected a number of bytes and perhaps `force`",
                            parse_shown(args->word[1]));
    if (words == 1 && !parse_delta(args->word[0], &delta, error, sizeof error)) return outcome_fail(out, "%s", error);
    outcome_c_line(out, "p = sbrk(%" PRId64 ");", delta);
    if (!session_sbrk(&lab->session, delta, force, &before)) {
        enum heap_status status = (enum heap_status)lab->session.answer.head.status;
        if (lab->session.target.alive && (status == HEAP_LIMIT || status == HEAP_NO_MEMORY))
            return outcome_fail(out, "sbrk(%" PRId64 ") = (void *) -1: %s", delta, lab->session.error);
        return outcome_fail(out, "sbrk(%" PRId64 "): %s%s", delta, lab->session.error,
                            lab->session.target.alive && status == HEAP_CUTS_BLOCKS
                                ? "; expected `force` behind it, if that is what you want"
                                : "");
    }
    outcome_result(out, json_pack("{s:o}", "previous", outcome_address(before)));
    outcome_text(out, "sbrk(%" PRId64 ") = 0x%" PRIx64 "; brk is 0x%" PRIx64 "\n", delta, before, lab->session.target.brk);
    return true;
}

/* ── Whose bytes a write reaches ── */

/* Payload bytes of the block in use at payload, as the heap has it now; 0 if it does not show one. In a replay too it is looked at, for what
 * was allowed then must be allowed again. */
static uint64_t payload_bytes(struct lab *lab, uint64_t payload)
{
    bool quiet = lab->session.quiet;
    lab->session.quiet = false;
    lab->stale |= quiet;
    lab_look(lab);
    lab->session.quiet = quiet;
    size_t i = snapshot_find(lab->session.snapshot, payload);
    if (i == SNAPSHOT_NONE) i = snapshot_find(lab->session.snapshot, payload - 1);
    if (i == SNAPSHOT_NONE) return 0;
    struct snapshot_block b = snapshot_block(lab->session.snapshot, i);
    return b.address + b.header == payload ? b.size - b.header : 0;
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
static unsigned char *gather_bytes(const struct arguments *args, int first, int words, size_t *n, struct outcome *out)
{
    unsigned char *bytes = calloc(1, strlen(args->line) + 1);
    *n = 0;
    for (int i = first; bytes && i < words; i++) {
        size_t more = args->length[i];
        if (args->quoted[i]) {
            memcpy(bytes + *n, args->word[i], more);
        } else if ((more = add_hex(args->word[i], bytes + *n)) == 0) {
            outcome_fail(out, "BYTES can't be read: %s; expected pairs of hex digits like 41 42 or deadbeef, or \"TEXT\"",
                         parse_shown(args->word[i]));
            free(bytes);
            return NULL;
        }
        *n += more;
    }
    if (!bytes) outcome_fail(out, "out of memory");
    return bytes;
}

/* A single quoted string, a single run of hex: how the bytes look in a line of C. A hex digit right behind \xHH would belong to it. */
static void write_c_line(const struct lab *lab, struct outcome *out, uint32_t id, uint64_t offset, const unsigned char *bytes,
                         size_t n)
{
    char text[100] = "", p[64];
    size_t at = 0;
    bool hex = false;
    for (size_t i = 0; i < n && i < 12; i++) {
        unsigned char c = bytes[i];
        hex = c < ' ' || c >= 0x7f || c == '"' || c == '\\' || (hex && ascii_is_hex((char)c));
        at += (size_t)snprintf(text + at, sizeof text - at, hex ? "\\x%02x" : "%c", c);
    }
    outcome_c_line(out, "memcpy(%s + %" PRIu64 ", \"%s%s\", %zu);", fact_c_name(lab, id, p, sizeof p), offset, text,
                   n > 12 ? "..." : "", n);
}

/* May n bytes at offset of a payload of size bytes be written? Beyond the payload only by force, and never outside the heap. */
static bool may_write(struct lab *lab, uint64_t payload, uint64_t size, uint64_t offset, uint64_t n, bool force,
                      struct outcome *out)
{
    uint64_t brk = lab->session.target.brk, room = brk > payload ? brk - payload : 0;
    if (offset <= size && n <= size - offset) return true;
    if (!force)
        return outcome_fail(out,
                            "%" PRIu64 " bytes at offset %" PRIu64 " go beyond the payload of %" PRIu64
                            " bytes; expected less, or `force` behind it",
                            n, offset, size);
    if (offset > room || n > room - offset)
        return outcome_fail(out,
                            "%" PRIu64 " bytes at offset %" PRIu64 " go beyond brk, %" PRIu64
                            " bytes ahead; expected to stay inside the heap",
                            n, offset, room);
    return true;
}

/* Another live block whose payload, as the session knows it, overlaps [from, to); 0. Whoever breaks the heap can get the same bytes twice. */
static uint32_t other_owner(const struct book *book, uint32_t id, uint64_t from, uint64_t to)
{
    uint64_t payload, requested;
    for (uint32_t other = 0; (other = book_next_live(book, other)) != 0;)
        if (other != id && book_find(book, other, &payload, &requested) && payload < to && from < payload + requested)
            return other;
    return 0;
}

/* What was changed by a write to bytes [from, to), the payload's being [payload, payload + size). size is the heap's word, and may be a lie;
 * what was asked for and who else has bytes there is the session's own knowledge. */
static void tell_reach(struct lab *lab, uint32_t id, uint64_t size, uint64_t from, uint64_t to, struct outcome *out)
{
    const struct book *book = &lab->session.book;
    uint64_t payload, requested;
    book_find(book, id, &payload, &requested);
    uint32_t other = other_owner(book, id, from, to);
    uint64_t brk = lab->session.target.brk;
    if (to > brk)
        outcome_sentence(out,
                         "%" PRIu64 " of these bytes lie beyond brk, in a page that is mapped still: #%" PRIu32
                         "'s payload was cut off, and they are no heap any more",
                         to - (from > brk ? from : brk), id);
    else if (other != 0)
        outcome_sentence(out, "the bytes are #%" PRIu32 "'s too: its payload changed%s", other,
                         from < payload + requested ? ", for the heap has given them out twice, or it was written past" : "");
    else if (to <= payload + requested)
        outcome_sentence(out, "only #%" PRIu32 "'s payload changed; the allocator was not asked", id);
    else if (to - payload <= size && lab->session.setup.value[HEAP_CANARY])
        outcome_sentence(out, "the bytes behind the %" PRIu64 " that #%" PRIu32 " asked for are its canary: `check` tells",
                         requested, id);
    else if (to - payload <= size)
        outcome_sentence(out, "only #%" PRIu32 "'s block changed, and in it padding that nobody asked for", id);
    else
        outcome_sentence(out,
                         "the bytes beyond #%" PRIu32
                         "'s payload belong to the allocator, to another block or to nobody: `check` "
                         "tells what broke, if anything",
                         id);
}

RUN(write)
{
    char error[ERROR_BYTES];
    int words;
    bool force = take_force(args, &words), ok = false;
    uint32_t id;
    uint64_t offset, payload, requested;
    size_t n;
    if (words < 3) return outcome_fail(out, "BYTES are missing; expected `write ID OFFSET BYTES|\"TEXT\" [force]`");
    if (!parse_id(&lab->session.book, args->word[0], &id, error, sizeof error) ||
        !parse_size(args->word[1], "OFFSET", &offset, error, sizeof error))
        return outcome_fail(out, "%s", error);
    book_find(&lab->session.book, id, &payload, &requested);
    unsigned char *bytes = gather_bytes(args, 2, words, &n, out);
    if (!bytes) return false;
    write_c_line(lab, out, id, offset, bytes, n);
    uint64_t size = payload_bytes(lab, payload);
    if (n == 0) {
        outcome_fail(out, "BYTES are empty; expected at least one byte");
    } else if (may_write(lab, payload, size, offset, n, force, out)) {
        ok = session_write(&lab->session, payload + offset, bytes, n);
        if (!ok) outcome_fail(out, "%s", lab->session.error);
    }
    if (ok) {
        bool beyond = offset > size || n > size - offset;
        outcome_result(out, json_pack("{s:o, s:o, s:o}", "id", outcome_number(id), "address", outcome_address(payload + offset),
                                      "bytes", outcome_number(n)));
        outcome_text(out, "%zu byte%s written at 0x%" PRIx64 "%s\n", n, n == 1 ? "" : "s", payload + offset,
                     beyond ? ", beyond the payload" : "");
        tell_reach(lab, id, size, payload + offset, payload + offset + n, out);
    }
    free(bytes);
    return ok;
}

RUN(fill)
{
    char error[ERROR_BYTES], p[64];
    uint32_t id;
    uint64_t payload, requested, byte;
    if (!parse_id(&lab->session.book, args->word[0], &id, error, sizeof error) ||
        !parse_size(args->word[1], "BYTE", &byte, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (byte > 255) return outcome_fail(out, "BYTE is %" PRIu64 "; expected 0 to 255", byte);
    book_find(&lab->session.book, id, &payload, &requested);
    outcome_c_line(out, "memset(%s, 0x%02" PRIx64 ", %" PRIu64 ");", fact_c_name(lab, id, p, sizeof p), byte, requested);
    if (!session_fill(&lab->session, payload, requested, (uint8_t)byte)) return outcome_fail(out, "%s", lab->session.error);
    outcome_result(out, json_pack("{s:o, s:o, s:o}", "id", outcome_number(id), "address", outcome_address(payload), "bytes",
                                  outcome_number(requested)));
    outcome_text(out, "%" PRIu64 " bytes of #%" PRIu32 " are 0x%02" PRIx64 " now\n", requested, id, byte);
    tell_reach(lab, id, requested, payload, payload + requested, out);
    return true;
}
