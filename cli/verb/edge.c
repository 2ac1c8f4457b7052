/* edge.c: C11 7.22.3 and 7.22.3.5, C17 (defect report 400), C23 7.24.3.7; malloc(3) of glibc. */
#include "cli/verb/edge.h"

static const struct promises {
    const char *c, *here, *glibc;
} promises[] = {
    [EDGE_ZERO] =
        {"the implementation chooses: NULL, or a pointer that may be freed but not looked through",
         "NULL, and errno is EINVAL; the heap stays as it was",
         "a pointer of its own, to a block of the least size; free takes it back"},
    [EDGE_REALLOC_ZERO] =
        {"C11: the implementation chooses, as for malloc(0); C17: it also chooses whether the "
         "block is freed; C23: undefined",
         "NULL, and errno is EINVAL; the block stays as it was",
         "frees the block and returns NULL: whoever frees the pointer again frees twice"},
    [EDGE_FREE_NULL] = {"nothing happens: it is promised", "nothing happens, under every policy",
                        "nothing happens"},
};

void edge_tell(struct outcome *out, enum edge edge, const char *call)
{
    const struct promises *p = &promises[edge];
    outcome_text(out, "%s\n  in C: %s\n  here: %s\n  in glibc: %s\n", call, p->c, p->here,
                 p->glibc);
    outcome_extra(out, "promises",
                  json_pack("{s:s, s:s, s:s, s:s}", "call", call, "c", p->c, "here", p->here,
                            "glibc", p->glibc));
}
