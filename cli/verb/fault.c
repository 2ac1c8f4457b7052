/* fault.c: blocks, words, checks and verbs for the fault lab. */
#include "cli/verb/fault.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/finding.h"
#include "cli/tell/lost.h"
#include "cli/tell/value.h"
#include "cli/text/place.h"

#define CANDIDATES_MAX 64u
#define STAGE_MOST 8u
#define STAGE_BYTES 64u

void fault_tell(struct fault *f, const char *format, ...)
{
    char *line = NULL;
    va_list list;
    va_start(list, format);
    bool made = vasprintf(&line, format, list) >= 0;
    va_end(list);
    if (!made) {
        lost_note();
        return;
    }
    outcome_text(f->out, "%3u. %s\n", ++f->n_lines, line);
    free(line);
}

static void remember(struct fault *f, const struct fault_block *b)
{
    if (f->n_known < FAULT_KNOWN_MAX) f->known[f->n_known++] = *b;
}

const char *fault_name(const struct fault *f, uint64_t address)
{
    static char ring[4][48];
    static unsigned at;
    char *text = ring[at++ % 4];
    snprintf(text, sizeof ring[0], "the block at 0x%" PRIx64, address);
    for (size_t i = 0; i < f->n_known; i++)
        if (f->known[i].address == address)
            snprintf(text, sizeof ring[0], "#%" PRIu32, f->known[i].id);
    return text;
}

/* ── The heap as it is ── */

static const struct memory *memory_of(const struct fault *f)
{
    return &f->lab->shown.session.memory.memory;
}

static bool walk(struct fault *f, walk_visit *visit, void *user)
{
    const struct target *t = &f->lab->shown.session.target;
    struct heap_root root;
    if (!t->alive || walk_root(memory_of(f), t->hello.root_address, &root) != WALK_OK) return false;
    enum walk_result r = walk_blocks(&root, t->brk, memory_of(f), visit, user, NULL);
    return r == WALK_OK || r == WALK_STOPPED;
}

static bool visit_free(void *user, const struct walk_block *b)
{
    struct fault *f = user;
    if (b->state == WALK_IS_FREE && b->size - b->header > f->largest_free)
        f->largest_free = b->size - b->header;
    return true;
}

/* The search for a pair of neighbours, among the first blocks of the ledger. */
struct search {
    struct fault *f;
    unsigned need;
    uint32_t least_id;
    struct fault_block candidate[CANDIDATES_MAX];
    size_t n;
    struct fault_block last; /* the block just before, id 0 if it will not do */
    bool before_free,
        last_before_free; /* the block just before is free; so is the one before last */
    bool found;
};

static bool serves(const struct search *s, const struct fault_block *a)
{
    if (a->id < s->least_id) return false;
    if ((s->need & FAULT_EXACT) && !s->f->canary && a->requested != a->usable)
        return false; /* a canary stands right behind what was asked for */
    if ((s->need & FAULT_SOLE) && (a->usable <= s->f->largest_free || s->last_before_free))
        return false;
    return !(s->need & FAULT_ROOM) || a->usable >= STAGE_BYTES;
}

static bool visit_pair(void *user, const struct walk_block *w)
{
    struct search *s = user;
    struct fault_block b = {0};
    for (size_t i = 0; i < s->n && w->state == WALK_USED; i++)
        if (s->candidate[i].payload == w->address + w->header) b = s->candidate[i];
    b.address = w->address;
    b.size = w->size;
    b.usable = w->size - w->header;
    if (b.id && s->last.id && s->last.address + s->last.size == b.address && serves(s, &s->last)) {
        s->f->a = s->last;
        s->f->b = b;
        s->found = true;
        return false;
    }
    s->last = b;
    s->last_before_free = s->before_free;
    s->before_free = w->state == WALK_IS_FREE;
    return true;
}

/* Look for a pair, the first of it not older than least_id. */
static bool find_pair(struct fault *f, unsigned need, uint32_t least_id)
{
    const struct ledger *ledger = &f->lab->shown.session.ledger;
    struct search s = {.f = f, .need = need, .least_id = least_id};
    for (uint32_t id = ledger_next_live(ledger, least_id ? least_id - 1 : 0);
         id && s.n < CANDIDATES_MAX; id = ledger_next_live(ledger, id)) {
        struct fault_block *c = &s.candidate[s.n++];
        c->id = id;
        ledger_find(ledger, id, &c->payload, &c->requested);
    }
    if (!walk(f, visit_pair, &s) || !s.found) return false;
    remember(f, &f->a);
    remember(f, &f->b);
    return true;
}

static bool is_sound(struct fault *f)
{
    struct check_finding finding;
    char text[FINDING_MAX];
    const struct target *t = &f->lab->shown.session.target;
    session_go_on(&f->lab->shown.session);
    if (check_heap(memory_of(f), t->hello.root_address, t->brk, &finding, 1) == 0) return true;
    return outcome_fail(
        f->out, "the heap is damaged already (%s); expected a sound one: `undo` or `reset` first",
        finding_text(&f->lab->shown.session, &finding, text));
}

static void tell_stage(struct fault *f, bool made)
{
    fault_tell(f,
               "%s #%" PRIu32 " at 0x%" PRIx64 " (%" PRIu64 " bytes, payload at 0x%" PRIx64
               "), and right behind it #%" PRIu32 ", whose header is at 0x%" PRIx64,
               made ? "made for this:" : "the blocks:", f->a.id, f->a.address, f->a.size,
               f->a.payload, f->b.id, f->b.address);
}

bool fault_stage(struct fault *f, unsigned need)
{
    struct session *s = &f->lab->shown.session;
    if (!is_sound(f)) return false;
    walk(f, visit_free, f);
    if (find_pair(f, need, 0)) {
        tell_stage(f, false);
        return true;
    }
    /* Larger than any free block, so that it goes to the end, and the next one behind it; whole
     * units of growth leave no rest between. */
    uint64_t bytes = f->largest_free < STAGE_BYTES ? STAGE_BYTES : f->largest_free + HEAP_ALIGN,
             unit = s->setup.value[HEAP_GROWTH];
    uint64_t header = session_front_bytes(s) + (f->canary ? GUARD_REAR : 0);
    if (unit > 1) bytes = ((bytes + header + unit - 1) & ~(unit - 1)) - header;
    struct session_block made;
    uint32_t first = 0;
    for (unsigned i = 0; i < STAGE_MOST; i++) {
        if (!session_alloc(s, bytes, &made))
            return outcome_fail(f->out, "the blocks for this could not be made: %s", s->error);
        if (first == 0) first = made.id;
        if (i > 0 && find_pair(f, need, first)) {
            tell_stage(f, true);
            return true;
        }
    }
    return outcome_fail(
        f->out,
        "no two blocks lie side by side here as this needs; expected a heap without guards or gaps "
        "between blocks, such as after `reset`");
}

/* ── Words ── */

struct word_watch {
    struct fault *f;
    uint64_t from, to;
};

static bool visit_watch(void *user, const struct walk_block *b)
{
    struct word_watch *w = user;
    struct fault *f = w->f;
    struct block_word words[BLOCK_WORDS_MAX];
    if (b->address >= w->to) return false;
    if (b->state == WALK_FOREIGN || b->address + b->size <= w->from) return true;
    enum block_kind kind = b->state == WALK_IS_FREE ? BLOCK_IS_FREE : BLOCK_IS_USED;
    size_t n = block_words(f->lab->shown.session.setup.policy, f->canary, kind, b->address, words);
    for (size_t i = 0; i < n && f->n_words < FAULT_WORDS_MAX; i++) {
        if (words[i].address + words[i].bytes <= w->from || words[i].address >= w->to) continue;
        struct fault_word *word = &f->word[f->n_words++];
        *word = (struct fault_word){.block = b->address,
                                    .field = words[i].field,
                                    .offset = words[i].offset,
                                    .bytes = words[i].bytes};
        session_read(&f->lab->shown.session, words[i].address, &word->old, word->bytes);
    }
    return true;
}

void fault_watch(struct fault *f, uint64_t from, uint64_t to)
{
    struct word_watch w = {f, from, to};
    f->n_words = 0;
    f->watched_from = from;
    f->watched_to = to;
    walk(f, visit_watch, &w);
}

void fault_tell_words(struct fault *f)
{
    size_t changed = 0;
    for (size_t i = 0; i < f->n_words; i++) {
        const struct fault_word *w = &f->word[i];
        const char *name = block_field_info(w->field)->name;
        uint64_t now = 0;
        char was[PLACE_VALUE_MAX], is[PLACE_VALUE_MAX];
        if (session_read(&f->lab->shown.session, w->block + w->offset, &now, w->bytes) !=
                w->bytes ||
            now == w->old)
            continue;
        changed++;
        fault_tell(f, "%s's header, %s at 0x%" PRIx64 ": %s -> %s", fault_name(f, w->block), name,
                   w->block + w->offset, place_value(was, block_field_is_address(w->field), w->old),
                   place_value(is, block_field_is_address(w->field), now));
        json_array_append_new(
            f->words, json_pack("{s:o, s:s, s:o, s:o, s:o}", "block", value_address(w->block),
                                "field", name, "offset", value_number(w->offset), "old",
                                value_address(w->old), "new", value_address(now)));
    }
    if (changed == 0) fault_tell(f, "no word of a header changed");
}

/* ── What the others say ── */

void fault_check(struct fault *f, const char *when)
{
    struct check_finding findings[8];
    char text[FINDING_MAX];
    const struct target *t = &f->lab->shown.session.target;
    if (!t->alive) return;
    session_go_on(&f->lab->shown.session);
    size_t n = check_heap(memory_of(f), t->hello.root_address, t->brk, findings, 8);
    if (n == 0) {
        fault_tell(f, "check, %s: finds nothing", when);
        return;
    }
    fault_tell(f, "check, %s: %s%s", when, finding_text(&f->lab->shown.session, &findings[0], text),
               n > 1 ? ", and more" : "");
    if (f->invariant) return;
    f->invariant = findings[0].invariant;
    snprintf(f->when, sizeof f->when, "%s", when);
    for (size_t i = 0; i < n && i < 8; i++)
        json_array_append_new(
            f->findings, json_string(finding_text(&f->lab->shown.session, &findings[i], text)));
}

static bool tell_death(struct fault *f, const char *what)
{
    fault_tell(f, "%s: the target was %s", what, f->lab->shown.session.target.ended);
    return false;
}

/* Whose bytes has the block that was just made? A block in use that it overlaps; NULL. */
static const struct fault_block *overlaps(const struct fault *f, uint64_t payload, uint64_t bytes)
{
    for (size_t i = 0; i < f->n_known; i++) {
        const struct fault_block *k = &f->known[i];
        uint64_t p, requested;
        if (!ledger_find(&f->lab->shown.session.ledger, k->id, &p, &requested) || p != k->payload)
            continue;
        if (payload < p + requested && p < payload + bytes) return k;
    }
    return NULL;
}

bool fault_alloc(struct fault *f, uint64_t bytes, struct fault_block *made)
{
    struct session *s = &f->lab->shown.session;
    struct session_block b;
    char what[64];
    snprintf(what, sizeof what, "the next malloc(%" PRIu64 ")", bytes);
    *made = (struct fault_block){0};
    if (!session_alloc(s, bytes, &b)) {
        if (!s->target.alive) return tell_death(f, what);
        fault_tell(f, "%s = NULL: %s", what, s->error);
        return true;
    }
    const struct fault_block *victim = overlaps(f, b.address, bytes);
    *made = (struct fault_block){.id = b.id, .payload = b.address, .requested = bytes};
    made->address = b.address - (f->a.payload - f->a.address);
    if (victim)
        fault_tell(f,
                   "%s = 0x%" PRIx64 " is #%" PRIu32 ": it lies in the bytes of #%" PRIu32
                   ", which is in use: two owners",
                   what, b.address, b.id, victim->id);
    else
        fault_tell(f, "%s = 0x%" PRIx64 " is #%" PRIu32, what, b.address, b.id);
    remember(f, made);
    return true;
}

bool fault_free(struct fault *f, const char *what, uint64_t payload, enum heap_status *status)
{
    struct session *s = &f->lab->shown.session;
    bool ok = session_free_at(s, payload);
    if (!s->target.alive) return tell_death(f, what);
    *status = (enum heap_status)s->answer.head.status;
    if (ok)
        fault_tell(f, "%s: accepted", what);
    else
        fault_tell(f, "%s: refused, %s", what, s->error);
    return true;
}

/* The first write of a fault that is being watched did the harm: what of it hit those words, or
 * else all of it, is what the map marks. */
static void show_harm(struct fault *f, uint64_t address, uint64_t n)
{
    struct step_trace *t = &f->lab->shown.session.trace;
    uint64_t from = address > f->watched_from ? address : f->watched_from,
             to = address + n < f->watched_to ? address + n : f->watched_to;
    if (f->watched_to == 0 || t->shown_from != t->shown_to) return;
    t->shown = CHANGE_WRITTEN;
    t->shown_from = from < to ? from : address;
    t->shown_to = from < to ? to : address + n;
}

bool fault_fill(struct fault *f, uint64_t address, uint64_t n, uint8_t byte)
{
    show_harm(f, address, n);
    return session_fill(&f->lab->shown.session, address, n, byte) || tell_death(f, "that write");
}

bool fault_write(struct fault *f, uint64_t address, uint64_t word)
{
    show_harm(f, address, sizeof word);
    return session_write(&f->lab->shown.session, address, &word, sizeof word) ||
           tell_death(f, "that write");
}

uint64_t fault_read(struct fault *f, uint64_t address)
{
    uint64_t word = 0;
    session_read(&f->lab->shown.session, address, &word, sizeof word);
    return word;
}
