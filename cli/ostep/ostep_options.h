/* ostep_options.h: malloc.py's command line, by the rules of Python's optparse. */
#ifndef OSTEP_OPTIONS_H
#define OSTEP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/ostep/ostep_heap.h"
#include "cli/ostep/ostep_number.h"

struct ostep_options {
    struct ostep_big seed;
    struct ostep_layout layout;
    ostep_int n_ops, range, percent; /* percent is more than 0 */
    const char *list; /* of argv; "": random operations */
    bool compute, help;
    bool ask; /* not malloc.py's: each question is asked in turn; never with compute */
    const char *ignored; /* the first word that is no option, which malloc.py passes over in
                            silence; NULL */
};

/* Options may be shortened and run together; the last of several counts. What follows -h is not
 * looked at. argv[0] is skipped. False with one line in error: what was wrong, what was expected.
 */
bool ostep_options_parse(struct ostep_options *o, int argc, char **argv, char *error,
                         size_t error_bytes);

/* The operation at *at of a list that ostep_options_parse has passed, or that it is passing: "+10"
 * allocates 10, "-0" frees ptr[0]. *at ends behind it and its comma; at the end of the list *at
 * becomes NULL. False: error says what was wrong. */
struct ostep_operation {
    bool is_alloc;
    ostep_int number;
};
bool ostep_list_next(const char **at, struct ostep_operation *op, char *error, size_t error_bytes);

const char *ostep_policy_name(enum ostep_policy policy);
const char *ostep_order_name(enum ostep_order order);

/* The text of -h: malloc.py's at 80 columns, but for the name of the program. */
const char *ostep_options_help(void);

#endif
