/* placed.c: which addresses are the heap's: from its start to the end of the page of the highest
 * brk that the command saw, that end included. */
#include "cli/command/placed.h"

#include "cli/text/place.h"

#define PAGE_BYTES 4096u

static uint64_t highest(uint64_t top, uint64_t brk, uint64_t start)
{
    return brk > top && brk - start <= SESSION_HEAP_MAX ? brk : top;
}

const char *placed(const struct lab *lab, const struct outcome *out, const char *text, char **owned)
{
    uint64_t start = lab->shown.session.target.hello.heap_start, top = start;
    *owned = NULL;
    if (!text || !lab->shown.view.offsets || out->absolute) return text;
    top = highest(top, lab->shown.session.target.brk, start);
    top = highest(top, out->brk_before, start);
    top = highest(top, out->brk_after, start);
    *owned = place_text(text, start, top / PAGE_BYTES * PAGE_BYTES + PAGE_BYTES + 1,
                        text == out->error ? out->command : NULL);
    return *owned ? *owned : text;
}
