/* session_ask.c: one question to the target, its answer, and why there is none. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/session/session_private.h"
#include "cli/source/own_target.h"
#include "cli/source/source.h"

bool session_fail(struct session *s, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(s->error, sizeof s->error, format, list);
    va_end(list);
    return false;
}

bool session_go_on(struct session *s)
{
    struct timespec now;
    if (s->stop || !s->ear) return !s->stop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms =
        (long)(now.tv_sec - s->heard.tv_sec) * 1000 + (now.tv_nsec - s->heard.tv_nsec) / 1000000;
    if (ms >= (long)s->ear->every_ms) {
        s->heard = now;
        s->ear->hear(s->ear, s);
    }
    return !s->stop;
}

void session_end_target(struct session *s, struct target *t, const char *why)
{
    if (t->source && !t->source->end(t, why)) snprintf(s->left, sizeof s->left, "%s", t->left);
}

/* Why a target that did not answer is to be ended, in words; by what signal, 0. */
static int why_hung(const struct target *t, char *words, size_t bytes)
{
    char holder[TARGET_HOLDER];
    int number = 0;
    if (t->own && own_target_ended(t->own, words, bytes, &number)) return number;
    target_holder(t, holder, sizeof holder);
    snprintf(words, bytes, "ended, because it did not answer%.60s", holder);
    return 0;
}

/* The target did not answer in time, or told how it ends. It gets a last look from outside, then it
 * is ended. */
void session_end_hung(struct session *s)
{
    char words[sizeof s->target.ended];
    int number = why_hung(&s->target, words, sizeof words);
    s->target.hung = false;
    s->own.deaf = true;
    session_look(s);
    session_end_target(s, &s->target, words);
    if (number) s->target.signal = number;
}

void session_forget_printed(struct session *s)
{
    free(s->printed);
    s->printed = NULL;
    s->n_printed = 0;
}

/* What the stranger has said by now. In a replay it was said before. */
void session_take_printed(struct session *s)
{
    if (!s->target.own) return;
    size_t room = SESSION_PRINTED_MAX - 1, kept = s->printed ? strlen(s->printed) : 0;
    char *more = realloc(s->printed, SESSION_PRINTED_MAX);
    if (more) s->printed = more;
    if (!more) {
        s->no_memory = true;
        return;
    }
    size_t n = own_target_printed(s->target.own, s->printed + kept, room - kept + 1);
    s->n_printed += n;
    s->target.has_printed = s->target.has_printed || n > 0;
    s->has_output = s->has_output || n > 0;
    if (!s->printed[0] || s->quiet) session_forget_printed(s);
}

const char *session_dead(const struct session *s, char text[SESSION_DEAD_MAX])
{
    snprintf(text, SESSION_DEAD_MAX,
             s->watch ? "the program was %s; expected a command that looks at its last picture"
                      : "the target is dead (%s); expected `undo` or `reset` first",
             s->target.ended);
    return text;
}

static bool fail_dead(struct session *s)
{
    char text[SESSION_DEAD_MAX];
    return session_fail(s, "%s", session_dead(s, text));
}

static bool step_changes(const struct step *step)
{
    return step->kind == STEP_WRITE || step->kind == STEP_SBRK || step->kind == STEP_TRIM ||
           step->kind == STEP_COPY || step->kind == STEP_FILL || step->kind == STEP_MAP ||
           step->kind == STEP_UNMAP;
}

const char *session_expected(enum heap_status status)
{
    switch (status) {
    case HEAP_NO_MEMORY:
    case HEAP_BAD_SIZE:
    case HEAP_PRODUCT:
    case HEAP_TOO_FAR:
        return "; expected less";
    case HEAP_ZERO_SIZE:
        return "; expected at least one";
    case HEAP_UNKNOWN_LENGTH:
        return ", for bump keeps no record; expected a policy that does, such as header";
    case HEAP_NOT_A_BLOCK:
        return "; expected what an alloc returned, unharmed";
    case HEAP_ALREADY_FREE:
        return "; expected one that is in use";
    case HEAP_DAMAGED:
    case HEAP_CYCLE:
        return "; expected a sound heap: `check` tells what broke, `undo` mends it";
    default:
        return "";
    }
}

/* The stranger's function returned NULL; perhaps since it got no memory. */
static bool fail_null(struct session *s)
{
    enum heap_status refused = HEAP_OK;
    for (size_t i = 0; i < s->answer.head.n_steps; i++) {
        const struct step *step = &s->answer.steps[i];
        if (step->kind == STEP_SBRK && step->why == WHY_LIMIT) refused = HEAP_LIMIT;
        if (step->kind == STEP_SBRK && step->why == WHY_KERNEL) refused = HEAP_NO_MEMORY;
    }
    const char *asked = s->setup.own->heap == OWN_HEAP_PAGES ? "mem_map" : "mem_sbrk";
    return session_fail(s, "%s%s%s%s%s", heap_status_text(HEAP_GAVE_NULL),
                        refused != HEAP_OK ? ": its " : "", refused != HEAP_OK ? asked : "",
                        refused != HEAP_OK ? " got no memory, for " : "",
                        refused != HEAP_OK ? heap_status_text(refused) : "");
}

bool session_ask(struct session *s, enum wire_op op, uint64_t a, uint64_t b, uint64_t c,
                 const void *data, uint32_t data_bytes)
{
    char lacks[SOURCE_LACKS_MAX];
    if (!s->target.alive) return fail_dead(s);
    if (source_lacks(s->target.source, SOURCE_ASK, lacks, sizeof lacks))
        return session_fail(s, "%s", lacks);
    session_go_on(s);
    struct wire_request request = {.op = op, .a = a, .b = b, .c = c, .data_bytes = data_bytes};
    s->trace.n_verbs++;
    s->target.n_asked++;
    bool answered = s->target.source->ask(&s->target, &request, data, &s->answer, s->timeout);
    session_take_printed(s);
    if (!answered) {
        if (s->target.hung) session_end_hung(s);
        s->trace.changed = true;
        s->trace.n_failed++;
        return session_fail(
            s, "the target was %s while it did this; `undo` or `reset` brings the heap back",
            s->target.ended);
    }
    const struct wire_answer *answer = &s->answer.head;
    step_trace_add(&s->trace, s->answer.steps, answer->n_steps);
    for (size_t i = 0; i < answer->n_steps && !s->trace.changed; i++) {
        const struct step *step = &s->answer.steps[i];
        s->trace.changed = step_changes(step) && !(step->kind == STEP_SBRK && step->b == step->c);
    }
    /* What a stranger's function wrote before it failed is not told. */
    if (answer->status == HEAP_OK || answer->status == HEAP_GAVE_NULL) s->trace.changed = true;
    if (answer->status == HEAP_OK) return true;
    s->trace.n_failed++;
    if (answer->error != 0) s->trace.error = answer->error;
    if (answer->status == HEAP_LIMIT)
        return session_fail(s,
                            "out of memory: the limit of %" PRIu64
                            " bytes refused, not the kernel (the heap has %" PRIu64 " now)",
                            s->setup.limit, s->target.brk - s->target.hello.heap_start);
    if (answer->status == HEAP_NOT_EMPTY)
        return session_fail(s,
                            "the heap is not empty, and canaries change the format of its blocks; "
                            "expected an empty heap, as after `reset`");
    if (answer->status == HEAP_BUSY)
        return session_fail(
            s, "a thread is held inside the allocator; expected `race step 1`, `race step "
               "2` or `race end` first");
    if (answer->status == HEAP_GAVE_NULL) return fail_null(s);
    return session_fail(s, "%s%s", heap_status_text((enum heap_status)answer->status),
                        session_expected((enum heap_status)answer->status));
}
