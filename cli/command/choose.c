/* choose.c: ids, names and addresses, held against the last look. */
#include "cli/command/choose.h"
#include "cli/command/parse_id.h"
#include "cli/session/watch.h"
#include "cli/text/text.h"

#include <inttypes.h>
#include <stdio.h>

static size_t find_in_state(const struct snapshot *s, uint32_t id, enum block_state state)
{
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (b.state == state && b.id == id) return i;
    }
    return SNAPSHOT_NONE;
}

/* A running program may have got a block since the last look. */
static size_t find_at(struct lab *lab, uint64_t address)
{
    const struct session *s = &lab->shown.session;
    size_t i = snapshot_find(s->snapshot, address);
    if (i != SNAPSHOT_NONE || !s->watch || s->watch->paused || lab->one_look) return i;
    lab->shown.stale = true;
    lab_look(lab);
    return snapshot_find(s->snapshot, address);
}

bool choose_block(struct lab *lab, const char *word, struct snapshot_block *b, struct outcome *out)
{
    char error[512], freed[80];
    const struct ledger *ledger = &lab->shown.session.ledger;
    uint64_t payload, requested, address;
    uint32_t id;
    size_t i = SNAPSHOT_NONE;
    if (parse_is_hex(word)) {
        if (!parse_size(word, "ADDRESS", &address, error, sizeof error))
            return outcome_fail(out, "%s", error);
        if (!lab_sees(lab, out)) return false;
        i = find_at(lab, address);
        if (i == SNAPSHOT_NONE)
            return outcome_fail(out,
                                "no block is at 0x%" PRIx64
                                "; expected an address of the heap (`blocks` lists them)",
                                address);
    } else if (lab->shown.session.watch) {
        return outcome_fail(out, CHOOSE_NO_IDS, text_printable(word));
    } else {
        if (!parse_id_ever(ledger, word, &id, error, sizeof error))
            return outcome_fail(out, "%s", error);
        if (!lab_sees(lab, out)) return false;
        const struct snapshot *s = lab->shown.session.snapshot;
        bool live = ledger_find(ledger, id, &payload, &requested);
        i = live ? snapshot_find_id(s, id) : find_in_state(s, id, BLOCK_FREE);
        if (i == SNAPSHOT_NONE && live) i = find_in_state(s, id, BLOCK_DAMAGED);
        if (i == SNAPSHOT_NONE && live)
            return outcome_fail(out,
                                "#%" PRIu32 " should be at 0x%" PRIx64
                                ", but the heap does not show it: expected an undamaged heap",
                                id, payload);
        if (i == SNAPSHOT_NONE)
            return outcome_fail(out,
                                "#%" PRIu32 " is already free: %s, and its bytes %swere given back "
                                "or belong to another block; expected one "
                                "that `blocks` lists, or its address",
                                id, parse_freed(ledger, id, freed, sizeof freed),
                                lab->shown.session.root.quarantine_n > 0 ? "wait in quarantine, "
                                : lab->shown.session.setup.policy == HEAP_OWN ? "are unknown, "
                                                                              : "");
    }
    *b = snapshot_block(lab->shown.session.snapshot, i);
    return true;
}

const char *choose_word(struct lab *lab, const struct arguments *args, char *text, size_t bytes,
                        struct outcome *out)
{
    if (args->n > 0) return args->word[0];
    if (!lab_sees(lab, out)) return NULL;
    const struct session *s = &lab->shown.session;
    size_t i = view_selected(&lab->shown.view, s->snapshot, &s->changes);
    const char *example = s->watch ? "ADDRESS" : "1";
    if (i == SNAPSHOT_NONE) {
        outcome_fail(
            out,
            "no block is selected; expected one, as in `%s %s` (on the screen `select %s`, "
            "Alt-arrows or a click choose one)",
            args->name, example, example);
        return NULL;
    }
    struct snapshot_block b = snapshot_block(s->snapshot, i);
    if (b.state == BLOCK_USED && b.id)
        snprintf(text, bytes, "#%" PRIu32, b.id);
    else
        snprintf(text, bytes, "0x%" PRIx64, b.address);
    return text;
}
