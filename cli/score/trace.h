/* trace.h: the traces of the malloc lab and its kin: a header of numbers, then lines "a ID SIZE",
 * "r ID SIZE" and "f ID".
 *
 * The header is what stands before the first operation, and is told by how many numbers it has:
 *   four, the first above 3    suggested heap size, ids, operations, weight      (CS:APP)
 *   four, the first up to 3    weight, ids, operations, ignore ranges if 0 or 1,
 *                              else the most bytes that live at once             (CMU and kin)
 *   two                        ids, operations                                   (xv6)
 *   none                                                                         (scripts)
 * Oddities that the labs' drivers let pass are let pass here: "f -1" is free(NULL); "r" of an id
 * that is not live is realloc(NULL, SIZE); "r ID 0" frees, and "f" of that id then is free(NULL);
 * "a ID" without a size has the size of the line before; an id may be allocated again while it is
 * live, and what it named lives on; behind as many operations as the header says nothing is run.
 * What is odd enough to be told stands in notes. */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TRACE_MOST_OPS = 1 << 24,
    TRACE_MOST_ID = (1 << 24) - 1,
    TRACE_MOST_BYTES = 256 << 20, /* of a file */
    TRACE_MOST_NOTES = 4,
};

enum trace_form {
    TRACE_CSAPP,
    TRACE_CMU,
    TRACE_XV6,
    TRACE_SCRIPT,
    TRACE_COMMANDS /* of the lab (trace_script.h) */
};

enum trace_kind { TRACE_ALLOC, TRACE_REALLOC, TRACE_FREE };

struct trace_op {
    enum trace_kind kind;
    int32_t id; /* -1: free(NULL) */
    uint32_t size; /* bytes; 0 where it frees */
    uint32_t line; /* of the file, from 1 on */
};

struct trace {
    enum trace_form form;
    struct trace_op *op;
    size_t n_ops;
    uint32_t n_ids; /* one more than the largest id */
    unsigned weight; /* 0 not scored, 1 utilization and throughput, 2 utilization, 3 throughput */
    bool ignore_ranges; /* overlap is not to be looked for */
    uint64_t suggested_bytes; /* the heap's size, 0: not said */
    uint64_t most_bytes; /* that live at once, 0: not said */
    char note[TRACE_MOST_NOTES][160]; /* "line 12: …" */
    size_t n_notes; /* of those that are kept */
};

/* Read the n bytes of text as a trace, or as what trace_script.h makes one of. False with one line
 * in error that begins with the line's number ("line 7: …") where one line is to blame; *t is empty
 * then. To be released. O(n). */
bool trace_parse(struct trace *t, const char *text, size_t n, char *error, size_t error_bytes);

/* The same of a file. The path is not in error. */
bool trace_read(struct trace *t, const char *path, char *error, size_t error_bytes);

void trace_release(struct trace *t);

/* What was passed over of a script of the lab; NULL: nothing, or it is a trace as it stands. */
const char *trace_passed(const struct trace *t);

/* "malloc(64) of id 2", "realloc(id 2, 128)", "free(NULL)"; text is cut where it ends. Returns
 * text. */
const char *trace_op_words(const struct trace_op *op, char *text, size_t bytes);

#endif
