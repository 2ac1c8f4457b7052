/* verb_look.c: segments, show, dump, check: they ask the target nothing and change nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator/format/glibc.h"
#include "cli/command/choose.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/tell/block_rows.h"
#include "cli/tell/finding.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"
#include "cli/text/text.h"
#include "cli/verb/own_words.h"
#include "cli/verb/verb_look.h"
#include "cli/verb/watched.h"
#include "viz/figure.h"
#include "viz/label.h"

#define ERROR_BYTES 256
#define DUMP_DEFAULT 64u
#define DUMP_MAX (1u << 20)

/* ── segments ── */

#define SEGMENT_COLUMNS                                                                            \
    64 /* as far as its size; what is told of it beside that stays within 80                       \
        */

static void segment_row(struct outcome *out, const struct snapshot_segment *g)
{
    char place[160];
    int n = snprintf(place, sizeof place, "%-20s 0x%-12" PRIx64 " 0x%-12" PRIx64, g->name, g->start,
                     g->end);
    outcome_text(out, "%s %*" PRIu64 "%s\n", place,
                 n + 1 < SEGMENT_COLUMNS ? SEGMENT_COLUMNS - n - 1 : 1, g->end - g->start,
                 g->kind == SEGMENT_HEAP    ? "  up, to brk"
                 : g->kind == SEGMENT_STACK ? "  down"
                                            : "");
}

static bool run_segments(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    if (!lab_sees(lab, out)) return false;
    const struct snapshot *s = lab->shown.session.snapshot;
    const struct snapshot_head *head = snapshot_head(s);
    json_t *list = json_array();
    out->absolute = true;
    outcome_text(out, "process %" PRId64 ", lowest address first\n", head->pid);
    outcome_text(out, "%-20s %-14s %-14s %*s  %s\n", "segment", "start", "end",
                 SEGMENT_COLUMNS - 52, "bytes", "grows");
    for (size_t i = 0; i < snapshot_n_segments(s); i++) {
        const struct snapshot_segment *g = snapshot_segment(s, i);
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o}", "name", g->name, "start",
                                        value_address(g->start), "end", value_address(g->end)));
        segment_row(out, g);
    }
    if (lab->shown.session.unseen[0]) {
        outcome_text(out, "%s\n", lab->shown.session.unseen);
        outcome_extra(out, "unseen", json_string(lab->shown.session.unseen));
    }
    outcome_extra(out, "pid", value_signed(head->pid));
    outcome_extra(out, "segments", list);
    outcome_result(out, json_pack("{s:b}", "randomised", head->randomised));
    if (head->randomised && !lab->shown.session.aslr)
        outcome_text(out, "the system refused to switch address randomisation off: heap, stack and "
                          "libraries lie elsewhere in every run\n");
    else if (head->randomised)
        outcome_text(out, "--aslr: heap, stack and libraries lie elsewhere in every run; text, "
                          "data and bss do not, for the "
                          "program is not position-independent\n");
    return true;
}

const struct command verb_segments = {
    .name = "segments",
    .aliases = "maps",
    .summary = "list the segments of the process",
    .help = "Text, data, bss, heap, stack and the others, from the program's file and /proc. Where "
            "/proc can't be believed, what is "
            "missing is said.",
    .group = "look",
    .kinds = {ARG_NONE},
    .run = run_segments,
};

/* ── show, dump ── */

static void show_heading(struct lab *lab, const struct snapshot_block *b, struct outcome *out)
{
    char id[24];
    const char *name =
        b->state == BLOCK_USED && b->id ? ledger_name_of(&lab->shown.session.ledger, b->id) : NULL;
    const char *state = value_state_words(b->state);
    outcome_text(out, "%s%s%s: %" PRIu64 " bytes at 0x%" PRIx64,
                 b->id ? value_id_text(b, id, sizeof id) : "a block", name ? " " : "",
                 name ? name : "", b->size, b->address);
    if (b->state == BLOCK_DAMAGED) {
        outcome_text(out, ", damaged\n");
        return;
    }
    outcome_text(out, " = %" PRIu32 " header + ", b->header);
    if (b->state == BLOCK_USED && b->id)
        outcome_text(out, "%" PRIu64 " requested + %" PRIu64 " padding\n", b->requested,
                     b->size - b->header - b->requested);
    else
        outcome_text(out, "%" PRIu64 " %s\n", b->size - b->header, state);
}

bool run_show(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct snapshot_block b;
    char text[32];
    const char *wanted = choose_word(lab, args, text, sizeof text, out);
    if (!wanted || !choose_block(lab, wanted, &b, out)) return false;
    struct shape_word words[SHAPE_WORDS_MAX];
    size_t n = shape_words(&lab->shown.session, &lab->shown.marked, &b, words);
    json_t *list = json_array(), *result = block_row_json(&lab->shown.session, &b);
    show_heading(lab, &b, out);
    for (size_t i = 0; i < n; i++) {
        const struct picture_word *word = &words[i].word;
        char value[FIGURE_MAX];
        json_array_append_new(list, shape_word_json(&words[i]));
        char was[FIGURE_MAX], before[FIGURE_MAX + 8] = "";
        if (word->wrong && word->changed)
            snprintf(before, sizeof before, ", was %s", figure_word(was, word, word->was));
        char note[WATCHED_NOTE_MAX] = "";
        if (lab->shown.session.watch) watched_note(&lab->shown.session, &words[i], note);
        outcome_text(out, "  +%-3u %-10s %s%s%s%s\n", (unsigned)(word->address - b.address),
                     word->name, figure_word(value, word, word->value), note,
                     word->wrong ? "  false" : "", before);
    }
    json_object_set_new(result, "words", list);
    outcome_result(out, result);
    if (b.state == BLOCK_USED && b.id)
        outcome_text(out, "  +%-3" PRIu32 " payload    0x%" PRIx64 " (what malloc returned)\n",
                     b.header, b.address + b.header);
    /* The word before belongs to it, if nobody knows whose it is. */
    uint64_t before = b.state == BLOCK_USED && b.header == 0 ? 8 : 0;
    own_words_guess(lab, b.address - before, b.address + b.size, out);
    return true;
}

const struct command verb_show = {
    .name = "show",
    .aliases = "inspect",
    .usage = "[ID|ADDRESS]",
    .summary = "show a block's header fields",
    .help = "Of a block in use, or of a freed one that is still a block of its own. Alone, it "
            "takes the selected block: the one that "
            "was chosen, else the one that "
            "changed last. Of an allocator of your own, words of it that may be headers or "
            "footers are told, as guesses.\nExample: show 2",
    .group = "look",
    .most = 1,
    .kinds = {ARG_ID},
    .run = run_show,
};

static void dump_row(struct outcome *out, uint64_t address, const unsigned char *bytes, size_t n)
{
    char row[128];
    size_t at = 0;
    for (size_t i = 0; i < 16; i++)
        at += (size_t)snprintf(row + at, sizeof row - at, i < n ? "%s%02x" : "%s  ",
                               i == 8 ? "  " : " ", i < n ? bytes[i] : 0);
    at += (size_t)snprintf(row + at, sizeof row - at, "  |");
    for (size_t i = 0; i < n; i++)
        row[at++] = bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.';
    row[at] = '\0';
    outcome_text(out, "0x%" PRIx64 " %s|\n", address, row);
}

static bool dump_place(struct lab *lab, const struct arguments *args, uint64_t *address,
                       uint64_t *n, struct outcome *out)
{
    char error[ERROR_BYTES];
    uint32_t id;
    uint64_t requested;
    char text[32];
    const char *word = choose_word(lab, args, text, sizeof text, out);
    *n = DUMP_DEFAULT;
    if (!word) return false;
    if (parse_is_hex(word)) {
        if (!parse_size(word, "ADDRESS", address, error, sizeof error))
            return outcome_fail(out, "%s", error);
    } else if (lab->shown.session.watch) {
        return outcome_fail(out, CHOOSE_NO_IDS, text_printable(word));
    } else if (!parse_id_ever(&lab->shown.session.ledger, word, &id, error, sizeof error)) {
        return outcome_fail(out, "%s", error);
    } else if (ledger_find(&lab->shown.session.ledger, id, address,
                           &requested)) { /* where it should be, however damaged the heap is */
        uint32_t header = session_front_bytes(&lab->shown.session);
        *address -= header;
        *n = requested + header;
    } else {
        struct snapshot_block b;
        if (!choose_block(lab, word, &b, out)) return false;
        *address = b.address;
        *n = b.size;
    }
    if (*n > DUMP_MAX) *n = DUMP_MAX;
    if (args->n > 1 && !parse_positive(args->word[1], "BYTES", n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (*n > DUMP_MAX) return outcome_fail(out, "BYTES is %" PRIu64 "; expected at most 1M", *n);
    return true;
}

bool run_dump(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t address = 0, n = 0;
    char dead[SESSION_DEAD_MAX];
    if (!dump_place(lab, args, &address, &n, out)) return false;
    unsigned char *bytes = malloc(n);
    char *hex = malloc(n * 2 + 1);
    size_t got = bytes && hex ? session_read(&lab->shown.session, address, bytes, n) : 0;
    if (got == 0) {
        outcome_fail(out,
                     lab->shown.session.target.alive
                         ? "nothing can be read at 0x%" PRIx64
                           "; expected an address that is mapped (`segments` lists them)"
                         : "0x%" PRIx64 " can't be read any more, %s",
                     address, session_dead(&lab->shown.session, dead));
    } else {
        for (size_t i = 0; i < got; i++)
            snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
        outcome_result(out,
                       json_pack("{s:o, s:s}", "address", value_address(address), "bytes", hex));
        for (size_t i = 0; i < got; i += 16)
            dump_row(out, address + i, bytes + i, got - i < 16 ? got - i : 16);
        own_words_guess(lab, address, address + got, out);
        if (got < n)
            outcome_text(out, "0x%" PRIx64 " and beyond can't be read: not mapped\n",
                         address + got);
    }
    free(bytes);
    free(hex);
    return got > 0;
}

const struct command verb_dump = {
    .name = "dump",
    .aliases = "hexdump x",
    .usage = "[ID|ADDRESS [BYTES]]",
    .summary = "show bytes of memory",
    .help = "Of a block with its header, or from an address in hex. Alone, it takes the selected "
            "block. Of an allocator of your own, words beside payloads that may be headers are "
            "told, as guesses.\nExample: dump 2; dump "
            "0x411000 "
            "32",
    .group = "look",
    .most = 2,
    .kinds = {ARG_ID, ARG_SIZE},
    .run = run_dump,
};

/* ── check ── */

/* Of a stranger's heap, what can be judged is what it gave. */
static bool check_own(struct lab *lab, struct outcome *out)
{
    struct session *s = &lab->shown.session;
    size_t n = 0, n_live = ledger_n_live(&s->ledger);
    json_t *list = json_array();
    for (uint32_t id = ledger_next_live(&s->ledger, 0); id != 0;
         id = ledger_next_live(&s->ledger, id)) {
        uint64_t payload, requested;
        if (!session_go_on(s)) break;
        if (!ledger_find(&s->ledger, id, &payload, &requested) ||
            session_judge_own(s, id, payload, requested) || n++ >= 16)
            continue;
        json_array_append_new(list,
                              json_pack("{s:o, s:s}", "id", value_number(id), "text", s->error));
        outcome_text(out, "%s\n", s->error);
    }
    s->trace.shown_from = s->trace.shown_to = 0;
    outcome_extra(out, "findings", list);
    if (s->stop) return outcome_fail(out, "interrupted before all payloads were looked at");
    if (n > 0)
        return outcome_fail(out, "%zu payload%s in use %s wrong", n, n == 1 ? "" : "s",
                            n == 1 ? "is" : "are");
    outcome_result(out, json_pack("{s:o}", "payloads", value_number(n_live)));
    outcome_text(out,
                 "%zu payload%s in use: aligned, in the heap, and apart; what the allocator keeps "
                 "of them is its own\n",
                 n_live, n_live == 1 ? "" : "s");
    return true;
}

static bool run_check(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    char dead[SESSION_DEAD_MAX];
    if (!lab_sees(lab, out)) return false;
    if (!lab->shown.session.target.alive)
        return outcome_fail(out, "%s", session_dead(&lab->shown.session, dead));
    if (lab->shown.session.setup.policy == HEAP_OWN) return check_own(lab, out);
    struct check_finding findings[16];
    char text[FINDING_MAX];
    bool stopped;
    size_t n = session_check(&lab->shown.session, findings, 16, &stopped);
    if (stopped)
        return outcome_fail(
            out,
            "interrupted before all of the heap was checked: whether it is sound is not known");
    json_t *list = json_array();
    shape_tell_last_look(&lab->shown.session, out);
    for (size_t i = 0; i < n && i < 16; i++) {
        json_array_append_new(list, finding_json(&lab->shown.session, &findings[i]));
        outcome_text(out, "%s\n", finding_text(&lab->shown.session, &findings[i], text));
    }
    outcome_extra(out, "findings", list);
    if (n > 0)
        return outcome_fail(out, "the heap is not sound: %zu finding%s, the first: %s", n,
                            n == 1 ? "" : "s",
                            finding_text(&lab->shown.session, &findings[0], text));
    outcome_result(out, json_pack("{s:b, s:i}", "sound", true, "invariants", CHECK_N_INVARIANTS));
    outcome_text(out, "sound: %d invariants hold\n", CHECK_N_INVARIANTS);
    return true;
}

static bool check_invariant_line(unsigned i, char *text, size_t bytes)
{
    bool ours = i < CHECK_N_INVARIANTS;
    unsigned n = ours ? i + 1 : i + 1 - CHECK_N_INVARIANTS;
    const char *said = ours ? check_invariant_text(n) : glibc_invariant_text(n);
    if (said) snprintf(text, bytes, "%c%u:  %s", ours ? 'I' : 'G', n, said);
    return said != NULL;
}

const struct command verb_check = {
    .name = "check",
    .aliases = "verify",
    .summary = "check the heap's invariants",
    .help = "Numbered, read from outside; fails if one does not hold. I1 to I15 are the lab's, G1 "
            "to G15 those of a program on glibc's malloc.",
    .group = "look",
    .kinds = {ARG_NONE},
    .run = run_check,
    .run_watched = check_watched,
    .help_line = check_invariant_line,
};
