/* timeout.h: how long a target may leave a script, or whoever types lines, without an answer before
 * it is ended. */
#ifndef TIMEOUT_H
#define TIMEOUT_H

#include <signal.h>

#include "cli/source/target.h"

#define TIMEOUT_SECONDS 10.0 /* where nobody says how long */
#define TIMEOUT_STOPPED                                                                            \
    1.0 /* seconds, where somebody has stopped the command: a target that is well answers long     \
           before */

struct timeout {
    struct target_timeout base; /* for session.timeout, while this one lives */
    double seconds;
    const volatile sig_atomic_t *stop; /* not 0: somebody has stopped the command */
};

struct timeout timeout_of(double seconds, const volatile sig_atomic_t *stop);

#endif
