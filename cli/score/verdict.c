/* verdict.c: see verdict.h. The numbers of a result are hostile: they are shown, and followed only
 * as far as the trace reaches. */
#include "cli/score/verdict.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/source/where.h"
#include "cli/text/text.h"
#include "cli/text/textbuf.h"

struct judging {
    struct verdict *v;
    const struct runner *r;
    const struct runner_end *end;
    const struct own_result *result; /* end's */
    const struct trace *t;
    const char *name; /* of the trace */
    enum runner_pass pass;
    struct textbuf text; /* v->message */
};

void verdict_say(struct verdict *v, const char *class, const char *format, ...)
{
    va_list args;
    *v = (struct verdict){.class = class};
    va_start(args, format);
    vsnprintf(v->message, sizeof v->message, format, args);
    va_end(args);
}

/* ── Where it was ── */

static const struct trace_op *op_at_work(const struct judging *j)
{
    return j->result->op < j->t->n_ops ? &j->t->op[j->result->op] : NULL;
}

static void tell_stage(struct judging *j)
{
    const struct trace_op *op = op_at_work(j);
    struct verdict *v = j->v;
    switch (j->result->stage) {
    case OWN_STARTING:
    case OWN_LOADING:
        textbuf_add(&j->text, "while it was loaded: ");
        return;
    case OWN_INIT:
        textbuf_add(&j->text, "in %s, before operation 1: ", j->r->form->name[OWN_CALL_INIT]);
        return;
    case OWN_LAST_LOOK:
        textbuf_add(&j->text, "after the last operation: ");
        return;
    default:
        break;
    }
    if (!runner_checks(j->pass) || !op) {
        textbuf_add(&j->text, "while it was timed, where no operation is told apart: ");
        return;
    }
    v->op = j->result->op + 1;
    v->line = op->line;
    textbuf_add(&j->text, "operation %" PRIu32 " (line %" PRIu32 " of %s): ", v->op, v->line,
                j->name);
}

/* "malloc(64) of id 3" of the operation at work. */
static void tell_call(struct judging *j)
{
    char words[64];
    const struct trace_op *op = op_at_work(j);
    textbuf_add(&j->text, "%s", op ? trace_op_words(op, words, sizeof words) : "a call");
}

/* "0x20000010 to 0x2000004f", the last byte's address. */
static void tell_range(struct judging *j, const struct own_block *b)
{
    if (b->size == 0)
        textbuf_add(&j->text, "0x%" PRIx64 ", no bytes", b->address);
    else
        textbuf_add(&j->text, "0x%" PRIx64 " to 0x%" PRIx64, b->address, b->address + b->size - 1);
}

static void tell_other(struct judging *j)
{
    const struct own_block *b = &j->result->other;
    textbuf_add(&j->text, "the payload of id %" PRIu32 " (", b->id);
    tell_range(j, b);
    if (b->op < j->t->n_ops)
        textbuf_add(&j->text, ", of operation %" PRIu32 ", line %" PRIu32, b->op + 1,
                    j->t->op[b->op].line);
    textbuf_add(&j->text, ")");
}

static void tell_round(struct judging *j)
{
    if (j->result->round == 0) return;
    j->v->again = true;
    if (j->pass == RUNNER_CHECK_QUICKLY)
        textbuf_add(&j->text,
                    "; up to %d operations of this trace had been run before, and were "
                    "sound; this is after mem_reset_brk and another mm_init",
                    OWN_QUICK_OPS);
    else if (runner_checks(j->pass))
        textbuf_add(&j->text, "; the first run of this trace was sound, this is the second, after "
                              "mem_reset_brk and another mm_init");
}

/* ── Faults ── */

static void tell_not_loaded(struct judging *j)
{
    /* "/tmp/…/mm.so: undefined symbol: list_init" */
    const char *words = j->result->words, *colon = strstr(words, ".so: ");
    char shown[sizeof j->result->words];
    textbuf_add(&j->text, "%s; expected it in a FILE, in memlib or in libc",
                text_fit(colon ? colon + 5 : words, shown, sizeof shown));
}

static void tell_no_arena(struct judging *j)
{
    textbuf_add(&j->text, "no memory for a heap of %zu bytes and what is kept beside it",
                j->r->heap_most);
}

static void tell_init_failed(struct judging *j)
{
    textbuf_add(&j->text, "%s says that it failed (%s)", j->r->form->name[OWN_CALL_INIT],
                j->r->form->bool_init ? "false" : "a number below 0");
}

static void tell_null(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " returned NULL");
    if (j->r->form->heap != OWN_HEAP_SEGMENT)
        textbuf_add(&j->text, "; the heap has %" PRIu64 " of %zu bytes",
                    j->result->hi - j->result->lo, j->r->heap_most);
    else
        textbuf_add(&j->text, "; the segment has %zu bytes", j->r->heap_most);
}

static void tell_not_null(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " returned 0x%" PRIx64 "; expected NULL, for it frees",
                j->result->block.address);
}

static void tell_misaligned(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " returned 0x%" PRIx64 ", which is no multiple of %u",
                j->result->block.address, j->r->align);
}

static void tell_outside(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " returned ");
    tell_range(j, &j->result->block);
    if (j->r->form->heap == OWN_HEAP_PAGES)
        textbuf_add(&j->text, ", which is not all on pages that mem_map gave");
    else if (j->result->hi > j->result->lo)
        textbuf_add(&j->text, ", outside the heap, which is 0x%" PRIx64 " to 0x%" PRIx64,
                    j->result->lo, j->result->hi - 1);
    else
        textbuf_add(&j->text, ", and the heap is empty");
}

static void tell_overlap(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " returned ");
    tell_range(j, &j->result->block);
    textbuf_add(&j->text, ", which overlaps ");
    tell_other(j);
}

static void tell_byte(struct judging *j)
{
    textbuf_add(&j->text, ": byte %" PRIu64 " is 0x%02" PRIx32 ", and was written as 0x%02" PRIx32,
                j->result->offset, j->result->found & 0xff, j->result->expected & 0xff);
}

static void tell_garbled(struct judging *j)
{
    tell_other(j);
    textbuf_add(&j->text, " was overwritten by then");
    tell_byte(j);
}

static void tell_lost(struct judging *j)
{
    tell_call(j);
    textbuf_add(&j->text, " did not keep what was in ");
    tell_other(j);
    tell_byte(j);
    textbuf_add(&j->text, "; its answer is ");
    tell_range(j, &j->result->block);
}

static void tell_unmapped(struct judging *j)
{
    tell_other(j);
    textbuf_add(&j->text, " was unmapped by then");
}

static void tell_written_behind(struct judging *j)
{
    j->v->touched = true;
    textbuf_add(&j->text,
                "0x%" PRIx64 ", outside the heap, was written before the heap grew so far",
                j->result->at);
}

static void tell_unchecked(struct judging *j)
{
    textbuf_add(&j->text, "%s, called after it, says that the heap is wrong (false)",
                j->r->form->check);
}

static void tell_assert(struct judging *j)
{
    const struct own_result *r = j->result;
    char words[sizeof r->words];
    snprintf(j->v->at, sizeof j->v->at, "%s:%" PRIu32, text_printable(text_base(r->file)), r->line);
    textbuf_add(&j->text, "assertion failed at %s", j->v->at);
    textbuf_add(&j->text, " in %s: %s", text_printable(r->function),
                text_fit(r->words, words, sizeof words));
}

/* Where it was in their source; where only other code ran (a library, on their behalf), nothing. */
static void tell_where(struct judging *j)
{
    struct where w;
    uint64_t address[OWN_MOST_FRAMES];
    for (uint32_t i = 0; i < j->result->n_frames; i++)
        address[i] = j->result->frame[i] - j->result->base;
    if (!where_find(&w, j->r->library, address, j->result->n_frames)) return;
    snprintf(j->v->at, sizeof j->v->at, "%s:%d", text_printable(w.file), w.line);
    textbuf_add(&j->text, ", at %s", j->v->at);
    if (w.function[0]) textbuf_add(&j->text, " in %s", text_printable(w.function));
}

static void tell_late(struct judging *j, const char *on)
{
    textbuf_add(&j->text, "it had not returned after %g s %s", j->r->seconds, on);
}

/* True: it was the memory behind brk, which is not its own yet. */
static bool tell_behind(struct judging *j)
{
    const struct own_result *r = j->result;
    if (j->r->form->heap != OWN_HEAP_BREAK) return false;
    if (r->at < r->hi || r->at - r->lo > j->r->heap_most || r->hi < r->lo) return false;
    j->v->class = "outside";
    j->v->touched = true;
    textbuf_add(&j->text, "it touched 0x%" PRIx64 ", outside the heap", r->at);
    if (r->hi > r->lo)
        textbuf_add(&j->text, ", which is 0x%" PRIx64 " to 0x%" PRIx64, r->lo, r->hi - 1);
    else
        textbuf_add(&j->text, ", which is empty");
    return true;
}

static void tell_crashed(struct judging *j)
{
    const struct own_result *r = j->result;
    switch (r->signal) {
    case SIGXCPU:
        j->v->class = "loop";
        tell_late(j, "of work for the whole trace");
        break;
    case SIGXFSZ:
        j->v->class = "prints";
        textbuf_add(&j->text, "it printed more than %d bytes", RUNNER_PRINTS_MOST);
        break;
    case SIGSEGV:
    case SIGBUS:
        if (tell_behind(j)) break;
        textbuf_add(&j->text, "%s at address 0x%" PRIx64,
                    r->signal == SIGSEGV ? "segmentation fault" : "bus error", r->at);
        break;
    case SIGABRT:
        textbuf_add(&j->text, "abort was called");
        break;
    default:
        textbuf_add(&j->text, "signal %" PRId32 " (%s)", r->signal,
                    r->signal > 0 && r->signal < NSIG ? strsignal(r->signal) : "unknown");
    }
    tell_where(j);
}

static const struct {
    const char *class;
    void (*tell)(struct judging *j);
} faults[OWN_N_FAULTS] = {
    [OWN_NOT_LOADED] = {"compile", tell_not_loaded},
    [OWN_NO_ARENA] = {"null", tell_no_arena},
    [OWN_INIT_FAILED] = {"null", tell_init_failed},
    [OWN_NULL] = {"null", tell_null},
    [OWN_NOT_NULL] = {"null", tell_not_null},
    [OWN_MISALIGNED] = {"misaligned", tell_misaligned},
    [OWN_OUTSIDE] = {"outside", tell_outside},
    [OWN_OVERLAP] = {"overlap", tell_overlap},
    [OWN_GARBLED] = {"garbled", tell_garbled},
    [OWN_LOST] = {"garbled", tell_lost},
    [OWN_UNMAPPED] = {"outside", tell_unmapped},
    [OWN_BEHIND] = {"outside", tell_written_behind},
    [OWN_UNCHECKED] = {"assert", tell_unchecked},
    [OWN_ASSERT] = {"assert", tell_assert},
    [OWN_CRASHED] = {"crash", tell_crashed},
};

/* Nothing was written down: how the process ended says it. */
static void tell_end(struct judging *j)
{
    int status = j->end->status;
    if (j->end->end == CHILD_LATE) {
        j->v->class = "loop";
        textbuf_add(&j->text, "it had not returned after several times %g s on the clock",
                    j->r->seconds);
    } else if (WIFSIGNALED(status)) {
        bool late = WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU;
        j->v->class = late ? "loop" : WTERMSIG(status) == SIGXFSZ ? "prints" : "crash";
        textbuf_add(&j->text, "it was ended by signal %d (%s)", WTERMSIG(status),
                    strsignal(WTERMSIG(status)));
        if (late) textbuf_add(&j->text, "; it may take %g s", j->r->seconds);
    } else {
        j->v->class = "exit";
        textbuf_add(&j->text, "it ended its process, with status %d", WEXITSTATUS(status));
    }
}

bool verdict_of(struct verdict *v, const struct runner *r, const struct runner_end *end,
                const struct trace *t, enum runner_pass pass, const char *name)
{
    struct judging j = {
        .v = v, .r = r, .end = end, .result = &end->result, .t = t, .name = name, .pass = pass};
    const struct own_result *result = &end->result;
    *v = (struct verdict){.class = NULL};
    j.text = (struct textbuf){.text = v->message, .room = sizeof v->message};
    bool whole = end->end == CHILD_ENDED && WIFEXITED(end->status);
    if (whole && WEXITSTATUS(end->status) == 0 && result->fault == OWN_SOUND &&
        result->stage == OWN_DONE)
        return true;
    if (result->stage == OWN_DONE) {
        textbuf_add(&j.text, "after the last operation: ");
        tell_end(&j);
        return false;
    }
    tell_stage(&j);
    if (result->fault > OWN_SOUND && result->fault < OWN_N_FAULTS && end->end != CHILD_LATE) {
        v->class = faults[result->fault].class;
        faults[result->fault].tell(&j);
    } else {
        tell_end(&j);
    }
    tell_round(&j);
    return false;
}
