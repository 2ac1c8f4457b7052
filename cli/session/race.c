/* race.c: two threads of the target, led step by step; what they have made goes into the ledger. */
#include "cli/session/session_private.h"

static bool ask_race(struct session *s, enum wire_op op, uint64_t a, uint64_t b)
{
    struct session_block made;
    struct session_race *r = &s->race;
    if (!session_ask(s, op, a, b, 0, NULL, 0)) return false;
    for (unsigned i = 0; i < 2 && s->answer.head.n_results == 2; i++) {
        r->state[i] = (enum race_state)WIRE_RACE_STATE(s->answer.head.result, i);
        r->waited[i] = r->waited[i] || r->state[i] == RACE_WAITING;
        r->payload[i] = s->answer.results[i];
        r->status[i] = (enum heap_status)WIRE_RACE_STATUS(s->answer.head.result, i);
        if (r->state[i] != RACE_DONE || r->payload[i] == 0 || r->id[i] != 0) continue;
        if (!session_keep_block(s, r->payload[i], r->bytes[i], &made)) return false;
        r->id[i] = made.id;
    }
    return true;
}

bool session_race_begin(struct session *s, uint64_t bytes_first, uint64_t bytes_second)
{
    s->race = (struct session_race){.lock = s->setup.value[HEAP_LOCK] != 0,
                                    .brk = s->target.brk,
                                    .bytes = {bytes_first, bytes_second}};
    return s->race.under_way = ask_race(s, WIRE_RACE_BEGIN, bytes_first, bytes_second);
}

bool session_race_step(struct session *s, unsigned thread, bool over_probes)
{
    return ask_race(s, WIRE_RACE_STEP, thread, over_probes);
}

bool session_race_end(struct session *s)
{
    bool ok = ask_race(s, WIRE_RACE_END, 0, 0);
    if (ok) s->race.under_way = false;
    return ok;
}
