/* patience.h: how long a target may leave a script, or whoever types lines, without an answer before it is ended. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <signal.h>

#include "cli/target/target.h"

#define PATIENCE_SECONDS 10.0 /* where nobody says how long */
#define PATIENCE_STOPPED 1.0 /* seconds, where somebody has stopped the command: a target that is well answers long before */

struct patience {
    struct target_patience base; /* for session.patience, while this one lives */
    double seconds;
    const volatile sig_atomic_t *stop; /* not 0: somebody has stopped the command */
};

struct patience patience_of(double seconds, const volatile sig_atomic_t *stop);

#endif
