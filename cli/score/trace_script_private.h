/* trace_script_private.h: what trace_script.c and trace_script_take.c share: a script under way. */
#ifndef TRACE_SCRIPT_PRIVATE_H
#define TRACE_SCRIPT_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/score/trace.h"
#include "cli/session/session.h"

struct script {
    struct trace *t;
    struct session *session; /* whose ledger alone is used: nothing runs */
    size_t room; /* operations that fit into t->op */
    uint32_t line;
    uint64_t n_commands, n_passed;
    uint32_t first_passed; /* its line */
    char passed[32]; /* the first that was passed over */
    const char *like; /* "calloc", "aligned": the first that stands for another operation */
    uint32_t like_line;
    unsigned depth; /* of repeats in one another */
    bool never_frees; /* the policy does not: random makes blocks alone */
    char *error;
    size_t error_bytes;
};

/* One line in s->error, with the line's number. Always false. */
bool script_wrong(struct script *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The commands of text, up to the first that is wrong. counts: its lines are those of the file. */
bool script_take(struct script *s, const char *text, bool counts);

#endif
