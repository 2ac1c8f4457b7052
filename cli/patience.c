/* patience.c: so many seconds, and no more. */
#include "cli/patience.h"

static bool waiting(const struct target_patience *self, double seconds)
{
    const struct patience *p = (const struct patience *)self;
    return seconds < p->seconds && (*p->stop == 0 || seconds < PATIENCE_STOPPED);
}

struct patience patience_of(double seconds, const volatile sig_atomic_t *stop)
{
    return (struct patience){{waiting}, seconds, stop};
}
