/* verb_find.c: where bytes stand in memory, and who points to a block. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"
#include "viz/label.h"

#define ERROR_BYTES 256
#define PIECE (1u << 20)
#define TOLD_MAX 40u /* places in the text, */
#define KEPT_MAX 1000u /* and in the result */

/* What is looked for: bytes, wherever they stand; or words that lead into [from, to). */
struct wanted {
    const char *bytes; /* NULL: words */
    size_t n; /* of one find */
    uint64_t from, to;
};

struct search {
    struct session *session;
    struct outcome *out;
    struct wanted wanted;
    unsigned char *piece; /* PIECE bytes */
    json_t *places;
    uint64_t n_found;
};

/* What the kernel maps into every process: nothing of the program's stands there. */
static bool is_kernels(const struct snapshot_segment *g)
{
    static const char *const names[] = {"vvar", "vvar_vclock", "vdso", "vsyscall"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(g->name, names[i]) == 0) return true;
    return false;
}

static bool is_searched(const struct snapshot_segment *g)
{
    switch (g->kind) {
    case SEGMENT_DATA:
    case SEGMENT_BSS:
    case SEGMENT_HEAP:
    case SEGMENT_STACK:
    case SEGMENT_LIBRARY:
    case SEGMENT_RODATA:
        return true;
    case SEGMENT_OTHER:
        return !is_kernels(g);
    default:
        return false;
    }
}

/* The block at address in words: " in the block at 0x…, used", or "". */
static void tell_place(struct search *s, const struct snapshot_segment *g, uint64_t at,
                       uint64_t value)
{
    const struct snapshot *snapshot = s->session->snapshot;
    size_t i = snapshot_find(snapshot, at);
    json_t *j = json_pack("{s:o, s:s}", "address", value_address(at), "segment", g->name);
    char block[96] = "";
    if (i != SNAPSHOT_NONE) {
        struct snapshot_block b = snapshot_block(snapshot, i);
        int n = b.id ? snprintf(block, sizeof block, ", in #%" PRIu32, b.id)
                     : snprintf(block, sizeof block, ", in the block at 0x%" PRIx64, b.address);
        snprintf(block + n, sizeof block - (size_t)n, " (%s) + %" PRIu64,
                 value_state_words(b.state), at - b.address);
        json_object_set_new(j, "block", value_address(b.address));
        json_object_set_new(j, "state", json_string(value_state_name(b.state)));
    }
    if (!s->wanted.bytes) json_object_set_new(j, "value", value_address(value));
    if (s->n_found <= KEPT_MAX)
        json_array_append_new(s->places, j);
    else
        json_decref(j);
    if (s->n_found > TOLD_MAX) return;
    outcome_text(s->out, "0x%" PRIx64 "  %s%s", at, g->name, block);
    if (!s->wanted.bytes) outcome_text(s->out, ": 0x%" PRIx64, value);
    outcome_text(s->out, "\n");
}

static size_t smaller(size_t a, uint64_t b) { return a < b ? a : (size_t)b; }

static void search_bytes(struct search *s, const struct snapshot_segment *g, uint64_t at, size_t n,
                         size_t fresh)
{
    const unsigned char *from = s->piece, *end = s->piece + n;
    while ((from = memmem(from, (size_t)(end - from), s->wanted.bytes, s->wanted.n)) != NULL) {
        if ((size_t)(from - s->piece) >= fresh) return; /* the next piece has it */
        s->n_found++;
        tell_place(s, g, at + (uint64_t)(from - s->piece), 0);
        from++;
    }
}

static void search_words(struct search *s, const struct snapshot_segment *g, uint64_t at, size_t n)
{
    uint64_t word;
    for (size_t i = 0; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, s->piece + i, sizeof word);
        if (word < s->wanted.from || word >= s->wanted.to) continue;
        s->n_found++;
        tell_place(s, g, at + i, word);
    }
}

/* False: stopped. Bytes that begin in this segment may end in the next one. */
static bool search_segment(struct search *s, const struct snapshot_segment *g)
{
    uint64_t at = s->wanted.bytes ? g->start : (g->start + 7) & ~UINT64_C(7);
    uint64_t end = s->wanted.bytes ? g->end + s->wanted.n - 1 : g->end;
    while (at < g->end) {
        if (!session_go_on(s->session)) return false;
        uint64_t left = end - at;
        size_t got = session_read(s->session, at, s->piece, left < PIECE ? (size_t)left : PIECE);
        if (got == 0) { /* not there: the next page may be */
            at = (at | 4095) + 1;
            continue;
        }
        size_t overlap = s->wanted.bytes && got == PIECE ? (s->wanted.n + 6) & ~(size_t)7 : 0;
        if (s->wanted.bytes)
            search_bytes(s, g, at, got, smaller(got - overlap, g->end - at));
        else
            search_words(s, g, at, got);
        at += (got - overlap) & ~(size_t)7;
        if (got < 8) at = (at | 4095) + 1;
    }
    return true;
}

/* Quoted: bytes. An address: words that lead into its block, or to it alone if it is in none. */
static bool take_wanted(struct lab *lab, const struct arguments *args, struct wanted *w,
                        struct outcome *out)
{
    char error[ERROR_BYTES];
    uint64_t address;
    *w = (struct wanted){.n = args->length[0]};
    if (args->quoted[0] || !parse_is_hex(args->word[0])) {
        w->bytes = args->word[0];
        if (w->n == 0 || w->n > 4096)
            return outcome_fail(out, "the text has %zu bytes; expected 1 to 4096", w->n);
        return true;
    }
    if (!parse_size(args->word[0], "ADDRESS", &address, error, sizeof error))
        return outcome_fail(out, "%s", error);
    size_t i = snapshot_find(lab->shown.session.snapshot, address);
    w->from = address;
    w->to = address + 1;
    if (i == SNAPSHOT_NONE) return true;
    struct snapshot_block b = snapshot_block(lab->shown.session.snapshot, i);
    w->from = b.address + b.header;
    w->to = b.address + b.size;
    return true;
}

static bool run_find(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct search s = {.session = &lab->shown.session, .out = out};
    if (!lab_sees(lab, out) || !take_wanted(lab, args, &s.wanted, out)) return false;
    if (!s.session->target.alive) {
        char dead[SESSION_DEAD_MAX];
        return outcome_fail(out, "%s", session_dead(s.session, dead));
    }
    s.piece = malloc(PIECE);
    if (!s.piece) return outcome_fail(out, "out of memory");
    s.places = json_array();
    out->absolute = true;
    bool whole = true;
    const struct snapshot *now = s.session->snapshot;
    for (size_t i = 0; i < snapshot_n_segments(now) && whole; i++)
        if (is_searched(snapshot_segment(now, i)))
            whole = search_segment(&s, snapshot_segment(now, i));
    free(s.piece);
    if (s.n_found > TOLD_MAX) outcome_text(out, "%" PRIu64 " more places\n", s.n_found - TOLD_MAX);
    if (s.wanted.bytes)
        outcome_text(out, "found %" PRIu64 " time%s\n", s.n_found, s.n_found == 1 ? "" : "s");
    else
        outcome_text(out,
                     "%" PRIu64 " word%s with an address from 0x%" PRIx64 " to 0x%" PRIx64
                     ": what points there, or only looks so\n",
                     s.n_found, s.n_found == 1 ? "" : "s", s.wanted.from, s.wanted.to - 1);
    outcome_result(out,
                   json_pack("{s:o, s:o}", "found", value_number(s.n_found), "places", s.places));
    return whole || outcome_fail(out, "interrupted: not all of the memory was searched");
}

const struct command verb_find = {
    .name = "find",
    .usage = "ADDRESS|\"TEXT\"",
    .summary = "find bytes in memory, or who points to a block",
    .help = "In data, bss, heap, stacks, libraries and other mappings. Of an address in a block: "
            "the words that "
            "hold an address of its payload, of which some may be other numbers that look "
            "so.\nExample: find \"hello\"; find 0x411020",
    .group = "look",
    .least = 1,
    .most = 1,
    .kinds = {ARG_WORD},
    .run = run_find,
};
