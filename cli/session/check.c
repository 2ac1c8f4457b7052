/* check.c: the checker over the target's memory, listening at every piece that is read. */
#include "cli/session/session.h"

struct listening {
    struct memory memory; /* first, so that a pointer to it is one to this */
    struct session *session;
    bool stopped;
};

/* What is stopped reads nothing more, and so comes to its end. */
static const unsigned char *bytes(const struct memory *self, uintptr_t address, size_t least,
                                  size_t most, size_t *got)
{
    struct listening *l = (struct listening *)(uintptr_t)self;
    const struct memory *m = &l->session->memory.memory;
    l->stopped = l->stopped || !session_go_on(l->session);
    return l->stopped ? NULL : m->bytes(m, address, least, most, got);
}

size_t session_check(struct session *s, struct check_finding *findings, size_t most, bool *stopped)
{
    struct listening l = {.memory = {bytes}, .session = s};
    size_t n = check_heap(&l.memory, s->target.hello.root_address, s->target.brk, findings, most);
    *stopped = l.stopped;
    return n;
}
