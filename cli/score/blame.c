/* blame.c: see blame.h. What fails otherwise when it is run again tells nothing. */
#include "cli/score/blame.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/source/where.h"
#include "cli/text/text.h"
#include "cli/text/textbuf.h"

struct blaming {
    struct verdict *v;
    const struct runner *r;
    const struct trace *t;
    const char *name; /* of the trace */
    const struct own_result *found; /* what is to be explained */
    const struct own_result *watched; /* the same, run again */
    struct textbuf text; /* v->blame.message */
    bool tells_writer; /* of what is watched: watched->watch_op */
    bool has_line; /* where in it, */
    struct where where;
};

/* op: from 1 on. False: no trace holds it. */
static bool blame(struct blaming *b, uint32_t op)
{
    if (op == 0 || op > b->t->n_ops) return false;
    b->v->blame.op = op;
    b->v->blame.line = b->t->op[op - 1].line;
    return true;
}

/* "operation 3 (line 7 of small.rep), free(id 0)" */
static void tell_op(struct blaming *b, uint32_t op)
{
    char words[64];
    textbuf_add(&b->text, "operation %" PRIu32 " (line %" PRIu32 " of %s), %s,", op,
                b->t->op[op - 1].line, b->name,
                trace_op_words(&b->t->op[op - 1], words, sizeof words));
}

/* The same of who changed something: who asked for a payload filled it then. */
static void tell_writer(struct blaming *b, uint32_t op)
{
    tell_op(b, op);
    if (b->t->op[op - 1].kind != TRACE_FREE && !b->has_line)
        textbuf_add(&b->text, " or its caller,");
    b->tells_writer = true;
}

/* ── What is watched, and what it says ── */

struct range {
    uint64_t lo, hi;
};

static struct range byte_of(const struct own_block *block, uint64_t offset)
{
    return (struct range){block->address + offset, block->address + offset + 1};
}

static struct range watch_garbled(const struct own_result *r)
{
    return byte_of(&r->other, r->offset);
}

static void tell_garbled(struct blaming *b)
{
    uint32_t op = b->watched->watch_op;
    if (op <= b->found->other.op + 1 || !blame(b, op)) return; /* it was filled then */
    tell_writer(b, op);
    textbuf_add(&b->text, " was the last to change that byte, 0x%" PRIx64,
                watch_garbled(b->found).lo);
}

static struct range watch_lost(const struct own_result *r) { return byte_of(&r->block, r->offset); }

static void tell_lost(struct blaming *b)
{
    uint32_t op = b->watched->watch_op, self = b->found->op + 1;
    uint64_t at = watch_lost(b->found).lo;
    if (op > b->t->n_ops || !blame(b, self)) return;
    if (op == self) {
        textbuf_add(&b->text, "this call itself changed that byte of its answer, 0x%" PRIx64, at);
        b->tells_writer = true;
    } else {
        textbuf_add(&b->text, "that byte of its answer, 0x%" PRIx64 ", is as it was before", at);
        if (op == 0) {
            textbuf_add(&b->text, " this call, and before all others");
        } else {
            textbuf_add(&b->text, " this call; ");
            tell_writer(b, op);
            textbuf_add(&b->text, " was the last to change it");
        }
    }
}

static struct range watch_overlap(const struct own_result *r)
{
    const struct own_block *a = &r->block, *b = &r->other;
    struct range both = {a->address > b->address ? a->address : b->address,
                         a->address + a->size < b->address + b->size ? a->address + a->size
                                                                     : b->address + b->size};
    return both;
}

/* A block that was freed once, and handed out twice since. */
static void tell_overlap(struct blaming *b)
{
    uint32_t freed = b->watched->watch_freed, first = b->found->other.op + 1;
    if (b->found->block.address != b->found->other.address) return;
    if (freed == 0 || freed >= first || !blame(b, first)) return;
    tell_op(b, first);
    textbuf_add(&b->text, " was given 0x%" PRIx64 " first, which has not been freed since; ",
                b->found->block.address);
    tell_op(b, freed);
    textbuf_add(&b->text, " had freed what lay there");
}

static struct range watch_held(const struct own_result *r)
{
    struct range none = {0, 0}, word = {r->held_at, r->held_at + r->held_bytes};
    bool one = r->n_held == 1 && (r->held_bytes == 4 || r->held_bytes == 8);
    return r->signal && one ? word : none;
}

static void tell_held(struct blaming *b)
{
    const struct own_result *w = b->watched;
    uint32_t op = w->watch_op, owner = w->watch_owner;
    bool left = w->watch_freed > op && w->watch_freed <= b->t->n_ops;
    if (w->held != b->found->held || w->held_at != b->found->held_at || !blame(b, op)) return;
    textbuf_add(&b->text,
                w->held_size ? "as a size, 0x%" PRIx64 ", which stands at 0x%" PRIx64
                               ", leads there"
                             : "0x%" PRIx64 " stands in one place of the heap, at 0x%" PRIx64,
                w->held, w->held_at);
    if (owner == op) {
        textbuf_add(&b->text, ": it is what the caller of ");
        tell_op(b, op);
        textbuf_add(&b->text, " wrote into its payload, which is not free");
        return;
    }
    if (left) { /* who should have written there is not known */
        b->v->blame.op = b->v->blame.line = 0;
        textbuf_add(&b->text, ": nobody has changed that since ");
        tell_op(b, w->watch_freed);
        textbuf_add(&b->text, " freed what it was in");
        return;
    }
    textbuf_add(&b->text, "; ");
    tell_writer(b, op);
    textbuf_add(&b->text, " was the last to change that");
    if (owner > 0 && owner <= b->t->n_ops)
        textbuf_add(&b->text, ", inside the payload of operation %" PRIu32 ", which is not free",
                    owner);
}

static const struct {
    struct range (*watch)(const struct own_result *r);
    void (*tell)(struct blaming *b);
} rows[OWN_N_FAULTS] = {
    [OWN_GARBLED] = {watch_garbled, tell_garbled},
    [OWN_LOST] = {watch_lost, tell_lost},
    [OWN_OVERLAP] = {watch_overlap, tell_overlap},
    [OWN_CRASHED] = {watch_held, tell_held},
};

/* ── The second run ── */

static bool is_same(const struct own_result *a, const struct own_result *b)
{
    return a->fault == b->fault && a->op == b->op && a->round == b->round && a->stage == b->stage &&
           a->block.address == b->block.address && a->other.address == b->other.address &&
           a->offset == b->offset && a->at == b->at && a->signal == b->signal;
}

/* Which line wrote it: the operation is run once more, step by step. It must come to the same. */
static void find_line(struct blaming *b, struct runner *watching, enum runner_pass pass)
{
    struct runner_end end;
    uint64_t address[OWN_MOST_FRAMES];
    char unheard[256];
    const struct own_result *r = &end.result;
    watching->step_op = b->watched->watch_op;
    watching->step_round = b->watched->round;
    if (!runner_run(watching, b->t, pass, &end, unheard, sizeof unheard)) return;
    bool same = end.end == CHILD_ENDED && is_same(b->found, r) &&
                r->watch_op == b->watched->watch_op && r->n_wrote > 0;
    for (uint32_t i = 0; i < r->n_wrote; i++)
        address[i] = r->wrote[i] - r->base;
    b->has_line = same && where_find(&b->where, b->r->library, address, r->n_wrote);
    runner_release(&end);
}

static void tell_line(struct blaming *b)
{
    const struct where *w = &b->where;
    snprintf(b->v->blame.at, sizeof b->v->blame.at, "%s:%d", text_printable(w->file), w->line);
    textbuf_add(&b->text, "; %s", b->v->blame.at);
    if (w->function[0]) textbuf_add(&b->text, " in %s", text_printable(w->function));
    textbuf_add(&b->text, " wrote it");
}

static bool is_told(const struct blaming *b)
{
    return b->watched->watch_op > 0 && b->watched->watch_op <= b->t->n_ops &&
           b->found->fault != OWN_OVERLAP;
}

static void explain(struct blaming *b, struct runner *watching, enum runner_pass pass)
{
    if (is_told(b)) find_line(b, watching, pass);
    rows[b->found->fault].tell(b);
    if (b->tells_writer && b->has_line) tell_line(b);
}

void blame_find(struct verdict *v, const struct runner *r, const struct trace *t,
                enum runner_pass pass, const char *name, const struct own_result *found)
{
    struct blaming b = {.v = v, .r = r, .t = t, .name = name, .found = found};
    struct runner watching = *r;
    struct runner_end end;
    char unheard[256];
    if (found->fault >= OWN_N_FAULTS || !rows[found->fault].watch) return;
    struct range range = rows[found->fault].watch(found);
    if (range.hi <= range.lo) return;
    watching.watch_lo = range.lo;
    watching.watch_hi = range.hi;
    if (!runner_run(&watching, t, pass, &end, unheard, sizeof unheard)) return;
    b.watched = &end.result;
    b.text = (struct textbuf){.text = v->blame.message, .room = sizeof v->blame.message};
    if (end.end == CHILD_ENDED && is_same(found, b.watched)) explain(&b, &watching, pass);
    runner_release(&end);
}

bool blame_run(struct verdict *v, const struct runner *r, const struct trace *t,
               enum runner_pass pass, const char *name, char *error, size_t error_bytes)
{
    struct runner_end end;
    if (!runner_run(r, t, pass, &end, error, error_bytes)) return false;
    bool ok =
        end.end != CHILD_STOPPED && (end.result.version == OWN_VERSION || end.end != CHILD_ENDED);
    if (end.end == CHILD_STOPPED)
        text_complain(error, error_bytes, "it was stopped");
    else if (!ok)
        runner_complain(r, error, error_bytes);
    else if (!verdict_of(v, r, &end, t, pass, name))
        blame_find(v, r, t, pass, name, &end.result);
    runner_release(&end);
    return ok;
}
