/* compare_table.h: what heaps in lockstep came to, as tables and as JSON, on standard output. */
#ifndef COMPARE_TABLE_H
#define COMPARE_TABLE_H

#include "cli/score/lockstep.h"

/* What one heap came to on a trace. */
struct compare_row {
    size_t n_ops, n_failed;
    double util, looked;
    bool counts_looks;
    uint64_t most_heap;
    struct lockstep_moment peak;
    struct lockstep_failure failure, death;
};

/* All of them, on one trace. */
struct compare_result {
    const char *trace; /* its name, borrowed */
    size_t n_ops;
    struct compare_row row[LOCKSTEP_MOST];
    struct lockstep_parting parted, grew;
    uint32_t parted_line, grew_line; /* of the trace */
    char parted_words[256], grew_words[256];
};

/* Take what is to be told out of l, before it is released. */
void compare_take(struct compare_result *r, const struct lockstep *l, const char *trace);

/* A line a heap, and where they part. False: standard output can't be written. */
bool compare_put_one(const struct compare_result *r, const struct lockstep_setup *heaps, size_t n);
/* A line a trace, a column a heap: utilization, what is free at the peak, what is looked at. */
bool compare_put_many(const struct compare_result *results, size_t n_results,
                      const struct lockstep_setup *heaps, size_t n);
/* A line a heap. */
bool compare_put_json(const struct compare_result *r, const struct lockstep_setup *heaps, size_t n);
/* The last line. */
bool compare_put_json_total(const struct compare_result *results, size_t n_results,
                            const struct lockstep_setup *heaps, size_t n);

#endif
