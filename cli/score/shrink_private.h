/* shrink_private.h: what shrink.c, shrink_try.c, shrink_cut.c and shrink_scale.c share. */
#ifndef SHRINK_PRIVATE_H
#define SHRINK_PRIVATE_H

#include "cli/score/lives.h"
#include "cli/score/shrink.h"

struct shrinking {
    const struct shrink_setup *setup;
    struct runner runner; /* with the time that a try may take */
    const char *name; /* of what is run */
    struct lives lives;
    enum runner_pass pass;
    struct symptom symptom; /* of what is left now */
    bool *in; /* by operation: it is left */
    uint32_t *size; /* by operation */
    uint64_t most_live; /* bytes that a try may have alive at once */
    size_t n_ops; /* that are left */
    size_t n_tries;
    double ends; /* when it is enough */
    /* Parts that may go: of each operation, which it belongs to; SHRINK_STAYS: to none. */
    uint32_t *part;
    size_t n_parts;
    bool of_bytes; /* it is not the operation that goes, but its bytes, all but one */
    bool scaled; /* tries have larger sizes */
    bool alike; /* see struct shrunk */
    char *error;
    size_t error_bytes;
    bool failed; /* error says why */
};

#define SHRINK_STAYS UINT32_MAX
#define SHRINK_LOOP_LEAST 0.1 /* seconds in which a loop may be known */

/* ── Tries (shrink_try.c) ── */

double shrink_now(void);
bool shrink_is_late(const struct shrinking *s);
/* False: it failed, was stopped, or is late. */
bool shrink_goes_on(const struct shrinking *s);
bool shrink_no_memory(struct shrinking *s); /* false */
/* How a trace fails in s->pass. False with s->error. */
bool shrink_symptom(struct shrinking *s, struct symptom *symptom, const struct runner *r,
                    const struct trace *t);
bool shrink_is_loop(const struct symptom *s);
/* The first of n candidates that fails as what is left does; then that is its symptom. n: none.
 * SIZE_MAX: no more. */
size_t shrink_first_same(struct shrinking *s, struct trace *candidate, size_t n);
/* One candidate: the operations that are in, with those sizes. True: it fails in the same way. */
bool shrink_is_same(struct shrinking *s, const bool *in, const uint32_t *size);

/* ── Less (shrink_cut.c). What is left fails; true: less is left than before. ── */

bool shrink_cut_behind(struct shrinking *s); /* what stands behind the failing operation */
void shrink_cut_wholesale(struct shrinking *s); /* in one try: all frees; all bytes but one */
bool shrink_cut_lives(struct shrinking *s);
bool shrink_cut_ends(struct shrinking *s); /* frees and resizes alone */
bool shrink_cut_sizes(struct shrinking *s);
/* Where all that is left are mallocs of one byte, it is their number alone that can be less. False:
 * it is not so, and nothing was tried. */
bool shrink_cut_alike(struct shrinking *s);

/* ── Fewer and larger (shrink_scale.c) ── */

/* A failure by how many bytes there are. */
bool shrink_is_of_bytes(const struct shrinking *s);
/* True: fewer operations are left, of larger blocks. */
bool shrink_to_fewer(struct shrinking *s);
/* While s->scaled: the sizes with which t is tried. */
void shrink_scale_up(const struct shrinking *s, struct trace *t);

#endif
