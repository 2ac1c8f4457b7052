/* own.c: a stranger's allocator: what it answers with is judged, and its checker is heard. */
#include <inttypes.h>
#include <string.h>

#include "cli/session/session_private.h"
#include "cli/source/own_target.h"
#include "cli/text/text.h"

/* Where it is wrong is marked. */
static void mark(struct session *s, uint64_t from, uint64_t to)
{
    uint64_t start = s->target.hello.heap_start, brk = s->target.brk;
    s->trace.shown = CHANGE_DAMAGED;
    s->trace.shown_from = from < start ? start : from;
    s->trace.shown_to = to > brk ? brk : to;
    if (s->trace.shown_to <= s->trace.shown_from) s->trace.shown_from = s->trace.shown_to = 0;
}

bool session_judge_own(struct session *s, uint32_t id, uint64_t address, uint64_t size)
{
    const struct own_setup *own = s->setup.own;
    uint64_t start = s->target.hello.heap_start, brk = s->target.brk, end = address + size;
    struct ledger_block other = {0};
    bool misaligned = address % own->align != 0,
         outside = address < start || end > brk || end < address,
         unmapped = !outside && own->heap == OWN_HEAP_PAGES && !own_readable(s, address, end);
    uint32_t with = ledger_overlaps(&s->ledger, id, address, end);
    if (!misaligned && !outside && !unmapped && with == 0) return true;
    mark(s, address, end);
    if (misaligned)
        return session_fail(
            s, "#%" PRIu32 " is misaligned: %s returned 0x%" PRIx64 "; expected a multiple of %u",
            id, own->title, address, own->align);
    if (outside)
        return session_fail(s,
                            "#%" PRIu32 " lies outside the heap: %s returned 0x%" PRIx64
                            ", and %" PRIu64 " bytes from there are not between 0x%" PRIx64
                            " and brk, 0x%" PRIx64,
                            id, own->title, address, size, start, brk);
    if (unmapped)
        return session_fail(s,
                            "#%" PRIu32 " is not on mapped pages: %s returned 0x%" PRIx64
                            ", and not all of the %" PRIu64 " bytes from there can be touched",
                            id, own->title, address, size);
    ledger_find(&s->ledger, with, &other.payload, &other.requested);
    return session_fail(s,
                        "#%" PRIu32 " overlaps #%" PRIu32 ": %s returned 0x%" PRIx64
                        ", but 0x%" PRIx64 " to 0x%" PRIx64 " are in use",
                        id, with, own->title, address, other.payload,
                        other.payload + other.requested);
}

bool session_checkheap(struct session *s, int line, int *said)
{
    const struct own_setup *own = s->setup.own;
    uint64_t n_verbs = s->trace.n_verbs;
    bool changed = s->trace.changed;
    *said = 0;
    if (s->setup.policy != HEAP_OWN)
        return session_fail(s, "checkheap is the checker of an allocator of your own; expected "
                               "brkview --allocator FILE, and `check` for a policy of brkview's");
    if (!own->name[OWN_CALL_CHECK][0])
        return session_fail(s,
                            "%s has no checker; expected mm_checkheap or mm_check, as a function "
                            "that is not static",
                            own->title);
    if (!session_ask(s, WIRE_CHECK, (uint64_t)(uint32_t)line, 0, 0, NULL, 0)) return false;
    s->trace.changed = changed;
    s->trace.n_verbs = n_verbs;
    *said = (int)(uint32_t)s->answer.head.result;
    if (own->says == OWN_SAYS_TRUTH) *said &= 0xff; /* no more of it is a bool's */
    if (own->says != OWN_SAYS_TRUTH || *said) return true;
    return session_fail(s, "%s says false: the heap is not sound", own->name[OWN_CALL_CHECK]);
}

static enum wire_judge judge_of(const struct own_setup *own)
{
    if (own->says == OWN_SAYS_TRUTH) return WIRE_JUDGE_TRUTH;
    if (own->says == OWN_SAYS_NOTHING) return WIRE_JUDGE_PRINTS;
    return strcmp(own->name[OWN_CALL_CHECK], "mm_check") == 0 ? WIRE_JUDGE_ZERO : WIRE_JUDGE_NUMBER;
}

uint64_t session_judged(const struct session *s)
{
    const struct own_setup *own = s->setup.own;
    bool has = s->setup.policy == HEAP_OWN && own->name[OWN_CALL_CHECK][0];
    return has ? WIRE_CHECKED(judge_of(own), s->said & ~(uint64_t)WIRE_SAID_NO) : 0;
}

bool session_judge_said(struct session *s, uint64_t said)
{
    const struct own_setup *own = s->setup.own;
    const char *name = own->name[OWN_CALL_CHECK];
    uint64_t before = s->said;
    int returned = WIRE_SAID_RETURNED(said), was = WIRE_SAID_RETURNED(before);
    s->said = said;
    s->checked_at = s->target.n_asked;
    if (!(said & WIRE_SAID_NO)) return true;
    if (own->says == OWN_SAYS_TRUTH)
        return session_fail(s, "%s says false: the heap is not sound", name);
    if (judge_of(own) == WIRE_JUDGE_ZERO && returned == 0)
        return session_fail(s, "%s returned 0: the heap is not consistent", name);
    if ((said & WIRE_SAID_PRINTED) && !(before & WIRE_SAID_PRINTED))
        return session_fail(s, "%s printed: %s", name,
                            text_printable(written_last_line(&s->target.own->written)));
    return session_fail(s, "%s returned %d, and %d the time before", name, returned, was);
}

bool session_check_after(struct session *s)
{
    uint64_t n_verbs = s->trace.n_verbs, c = session_judged(s);
    bool changed = s->trace.changed;
    if (!c) return true;
    if (!session_ask(s, WIRE_CHECK, 0, 0, c, NULL, 0)) return false;
    s->trace.changed = changed;
    s->trace.n_verbs = n_verbs;
    return session_judge_said(s, s->answer.head.result);
}
