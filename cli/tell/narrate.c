/* narrate.c: steps in words, for the animation and for numbered lines. */
#include "cli/tell/narrate.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/tell/explain.h"
#include "cli/text/place.h"

static void narrate_probe(const char *name, const struct step *s, char *text, size_t bytes)
{
    switch ((enum step_why)s->why) {
    case WHY_IN_USE:
        snprintf(text, bytes, "looks at %s: in use", name);
        break;
    case WHY_TOO_SMALL:
        snprintf(text, bytes,
                 "looks at %s: free, but it holds %" PRIu64 " < %" PRIu64 ": too small", name, s->a,
                 s->b);
        break;
    case WHY_BEST_SO_FAR:
        snprintf(text, bytes, "looks at %s: free, holds %" PRIu64 " >= %" PRIu64 ": best so far",
                 name, s->a, s->b);
        break;
    case WHY_NOT_BETTER:
        snprintf(text, bytes,
                 "looks at %s: free, holds %" PRIu64 ", which would do, but is no better", name,
                 s->a);
        break;
    case WHY_MISALIGNED:
        snprintf(text, bytes, "looks at %s: free, but the alignment can't be cut out of it", name);
        break;
    default:
        snprintf(text, bytes, "looks at %s: free, holds %" PRIu64 " >= %" PRIu64 ": it fits", name,
                 s->a, s->b);
        break;
    }
}

static void narrate_write(const char *name, const struct step *s, char *text, size_t bytes)
{
    char old[PLACE_VALUE_MAX], now[PLACE_VALUE_MAX];
    bool address = block_field_is_address((enum block_field)s->field);
    place_value(old, address, s->a);
    place_value(now, address, s->b);
    const struct block_field_info *info = block_field_info((enum block_field)s->field);
    if (s->block == 0)
        snprintf(text, bytes, "writes %s: %s becomes %s", info ? info->name : "?", old, now);
    else
        snprintf(text, bytes, "writes %s of %s, at +%" PRIu32 ": %s becomes %s",
                 info ? info->name : "?", name, s->offset, old, now);
}

static void narrate_sbrk(const struct step *s, char *text, size_t bytes)
{
    if (s->b == s->c && s->a != 0)
        snprintf(text, bytes, "calls sbrk(%" PRId64 "): (void *) -1, %s refuses", (int64_t)s->a,
                 s->why == WHY_LIMIT ? "the limit" : "the kernel");
    else
        snprintf(text, bytes, "calls sbrk(%" PRId64 "): brk moves from 0x%" PRIx64 " to 0x%" PRIx64,
                 (int64_t)s->a, s->b, s->c);
}

void narrate_step(const struct snapshot *before, const struct step *s, char *text, size_t bytes)
{
    char name[48], other[48];
    explain_block(before, s->block, name, sizeof name);
    switch ((enum step_kind)s->kind) {
    case STEP_PROBE:
        narrate_probe(name, s, text, bytes);
        return;
    case STEP_TAKE:
        snprintf(text, bytes, "takes %s", name);
        return;
    case STEP_SPLIT:
        snprintf(text, bytes,
                 "cuts %s in two blocks: one of %" PRIu64 " bytes, and one of %" PRIu64
                 " at 0x%" PRIx64,
                 name, s->a, s->b, s->c);
        return;
    case STEP_COALESCE:
        explain_block(before, s->c, other, sizeof other);
        snprintf(text, bytes, "merges %s with %s behind it: a block of %" PRIu64 " bytes", name,
                 other, s->b);
        return;
    case STEP_LINK:
        explain_block(before, s->a, other, sizeof other);
        snprintf(text, bytes, "puts %s into the free list, %s%s", name,
                 s->a ? "behind " : "at its head", s->a ? other : "");
        return;
    case STEP_UNLINK:
        snprintf(text, bytes, "takes %s out of the free list", name);
        return;
    case STEP_WRITE:
        narrate_write(name, s, text, bytes);
        return;
    case STEP_SBRK:
        narrate_sbrk(s, text, bytes);
        return;
    case STEP_TRIM:
        snprintf(text, bytes,
                 "calls sbrk(-%" PRIu64 "): brk moves down from 0x%" PRIx64 " to 0x%" PRIx64, s->a,
                 s->b, s->c);
        return;
    case STEP_MARK_FREE:
        snprintf(text, bytes, "marks %s free", name);
        return;
    case STEP_COPY:
        snprintf(text, bytes, "copies %" PRIu64 " bytes from 0x%" PRIx64 " to 0x%" PRIx64, s->a,
                 s->b, s->c);
        return;
    case STEP_FENCE:
        snprintf(text, bytes,
                 "finds %" PRIu64 " foreign bytes at 0x%" PRIx64 ", and goes on at 0x%" PRIx64,
                 s->a, s->b, s->c);
        return;
    case STEP_SKIPPED:
        snprintf(text, bytes, "%" PRIu64 " steps more, not told one by one", s->a);
        return;
    case STEP_WAIT:
        snprintf(text, bytes, "wants the lock, which another thread has: it waits");
        return;
    case STEP_LOCK:
        snprintf(text, bytes, "has the lock now");
        return;
    case STEP_FILL:
        snprintf(text, bytes, "fills %" PRIu64 " bytes at 0x%" PRIx64 " with 0x%02" PRIx64 ": %s",
                 s->b, s->a, s->c, s->c == GUARD_BYTE ? "a canary" : "poison");
        return;
    case STEP_QUARANTINE:
        snprintf(text, bytes, "puts %s into quarantine, where %" PRIu64 " are now", name, s->a);
        return;
    case STEP_MAP:
        if (s->c == 0)
            snprintf(text, bytes, "asks for %" PRIu64 " bytes of pages: NULL", s->a);
        else
            snprintf(text, bytes, "maps %" PRIu64 " bytes of pages, 0x%" PRIx64 " to 0x%" PRIx64,
                     s->a, s->b, s->c);
        return;
    case STEP_UNMAP:
        snprintf(text, bytes, "unmaps %" PRIu64 " bytes of pages, 0x%" PRIx64 " to 0x%" PRIx64,
                 s->a, s->b, s->c);
        return;
    case STEP_N_KINDS:
        break;
    }
    snprintf(text, bytes, "does something unknown (%u)", s->kind);
}
