/* timeout.c: so many seconds, and no more. */
#include "cli/source/timeout.h"

static bool waiting(const struct target_timeout *self, double seconds)
{
    const struct timeout *p = (const struct timeout *)self;
    return seconds < p->seconds && (*p->stop == 0 || seconds < TIMEOUT_STOPPED);
}

struct timeout timeout_of(double seconds, const volatile sig_atomic_t *stop)
{
    return (struct timeout){{waiting}, seconds, stop};
}
