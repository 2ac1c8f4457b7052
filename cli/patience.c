/* patience.c: so many seconds, and no more. */
#include "cli/patience.h"

static bool waiting(const struct target_patience *self, double seconds)
{
    return seconds < ((const struct patience *)self)->seconds;
}

struct patience patience_of(double seconds) { return (struct patience){{waiting}, seconds}; }
