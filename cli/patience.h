/* patience.h: how long a target may leave a script, or whoever types lines, without an answer before it is ended. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include "cli/target/target.h"

#define PATIENCE_SECONDS 10.0 /* where nobody says how long */

struct patience {
    struct target_patience base; /* for session.patience, while this one lives */
    double seconds;
};

struct patience patience_of(double seconds);

#endif
