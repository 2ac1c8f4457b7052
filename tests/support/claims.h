/* claims.h: the sentences of the lab, held against the bytes.
 *
 * Every claim that a sentence can make is a pattern with a check. A sentence in which a number, or
 * a word that claims something, is left when all known claims are taken out of it fails the test:
 * who writes a new sentence writes its check here. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command/lab.h"
#include "viz/snapshot.h"

/* What is so, seen apart from what the lab has kept: the heap before the command and after it. */
struct claims {
    struct snapshot *before, *after; /* owned */
    unsigned char *bytes_before, *bytes_after; /* of [start, brk), owned */
    uint64_t start, brk_before, brk_after;
    struct session_setup setup; /* before */
    uint64_t need; /* payload bytes that the request needs, with guards; 0: no request, or it was
                      refused */
    uint64_t result; /* the payload's address that came of it, 0 */
    const char *command;
};

/* Look at try_lab's heap before a command, and after it. */
void claims_before(struct claims *c);
void claims_after(struct claims *c);
void claims_release(struct claims *c);

/* Hold the last command's sentence against both. Fails the test with the command and the words. */
void claims_hold(const struct claims *c);

#endif
