/* explain_resize.c: the sentence of a realloc in place: the block was cut, or grew into what is
 * behind it, or had room enough. */
#include <inttypes.h>

#include "cli/tell/explain_private.h"

/* The rest was freed like any block, but that it can't merge with what is before it. */
static void say_cut(struct textbuf *w, const struct session *s, const struct snapshot *before,
                    const struct snapshot *now, const struct story *story, const char *name)
{
    const char *subject = "the rest";
    textbuf_add(
        w, "%s shrinks where it stands: split into blocks of %" PRIu64 " + %" PRIu64 " bytes; ",
        name, story->cut[0].a, story->cut[0].b);
    if (story->n_coalesce > 0) {
        textbuf_add(w, "%s merges with %s: a block of %" PRIu64 " bytes; ", subject,
                    explain_name(before, story->coalesce[0].c), story->coalesce[0].b);
        subject = "it";
    }
    if (story->n_trim > 0)
        textbuf_add(w, "%s is the last block", subject);
    else
        explain_kept(w, s, now, story->cut[0].c, subject);
}

static void say_growth(struct textbuf *w, const struct snapshot *before, const struct story *story,
                       const char *name)
{
    bool merged = story->n_coalesce > 0;
    if (merged)
        textbuf_add(w, "%s grows into the free block %s behind it", name,
                    explain_name(before, story->coalesce[0].c));
    else
        textbuf_add(w, "%s is the last block: it grows where it stands", name);
    if (merged && story->n_sbrk > 0) textbuf_add(w, ", the last one, and on beyond");
    if (merged) textbuf_add(w, ": a block of %" PRIu64 " bytes", story->coalesce[0].b);
    if (story->n_cuts > 0)
        textbuf_add(w, ", split into blocks of %" PRIu64 " + %" PRIu64 " bytes", story->cut[0].a,
                    story->cut[0].b);
}

void explain_resized(struct textbuf *w, const struct session *s, const struct snapshot *before,
                     const struct snapshot *now, const struct story *story)
{
    uint64_t block = s->trace.resized;
    const char *name = explain_name(now, block);
    bool merged = story->n_coalesce > 0 && story->coalesce[0].block == block;
    size_t i = snapshot_find(now, block);
    if (merged || story->n_sbrk > 0)
        say_growth(w, before, story, name);
    else if (story->n_cuts > 0)
        say_cut(w, s, before, now, story, name);
    else if (i != SNAPSHOT_NONE)
        textbuf_add(w, "%s stays as it is, in a block of %" PRIu64 " bytes", name,
                    snapshot_block(now, i).size);
    explain_brk(w, s, story);
}
