/* fuzz_trace.c: any bytes as a trace: what is read keeps what trace.h says, and what is refused is
 * one printable line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

static void must_be_a_line(const char *text)
{
    MUST(*text);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        MUST(*p >= ' ' && *p != 0x7f);
}

static void must_be_a_trace(const struct trace *t)
{
    MUST(t->n_ops > 0 && t->n_ops <= TRACE_MOST_OPS && t->weight <= 3);
    MUST(t->n_notes <= TRACE_MOST_NOTES);
    for (size_t i = 0; i < t->n_notes; i++)
        must_be_a_line(t->note[i]);
    uint8_t *live = calloc(t->n_ids + 1, 1);
    MUST(live);
    for (size_t i = 0; i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        MUST(op->line + (t->form == TRACE_COMMANDS) > (i ? t->op[i - 1].line : 0));
        MUST(op->id >= -1 && op->id < (int64_t)t->n_ids);
        if (op->kind != TRACE_FREE) {
            MUST(op->id >= 0);
            live[op->id] = 1;
        } else if (op->id >= 0) {
            MUST(live[op->id]); /* never freed twice, nor before it was there */
            live[op->id] = 0;
        }
    }
    free(live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace t;
    char error[256] = "";
    if (trace_parse(&t, (const char *)data, size, error, sizeof error))
        must_be_a_trace(&t);
    else
        must_be_a_line(error);
    trace_release(&t);
    return 0;
}
