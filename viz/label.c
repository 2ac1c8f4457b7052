/* label.c: what things are called. */
#include "label.h"

#include <inttypes.h>
#include <stdio.h>

const char *label_block(char to[FIGURE_MAX], const struct picture *p, size_t block)
{
    struct snapshot_block b = snapshot_block(p->snapshot, block);
    if (b.id == 0) return figure_place(to, p, b.address);
    snprintf(to, FIGURE_MAX, "#%" PRIu32, b.id);
    return to;
}

const char *label_name(const struct picture *p, uint32_t id)
{
    for (size_t i = 0; id && i < p->n_names; i++)
        if (p->name_ids[i] == id && p->names[i]) return p->names[i];
    return "";
}

static const struct {
    const char *name;
    enum style style;
} states[BLOCK_N_STATES] = {
    [BLOCK_USED] = {"used", STYLE_PAYLOAD},
    [BLOCK_FREE] = {"free", STYLE_FREE},
    [BLOCK_FOREIGN] = {"foreign", STYLE_FOREIGN},
    [BLOCK_DAMAGED] = {"damaged", STYLE_DAMAGED},
    [BLOCK_CACHED] = {"cached", STYLE_CACHED},
    [BLOCK_QUARANTINED] = {"quarantine", STYLE_QUARANTINED},
    [BLOCK_UNKNOWN] = {"unknown", STYLE_FOREIGN},
};

const char *label_state(enum block_state state)
{
    return (unsigned)state < BLOCK_N_STATES ? states[state].name : "?";
}

enum style label_state_style(enum block_state state)
{
    return (unsigned)state < BLOCK_N_STATES ? states[state].style : STYLE_PLAIN;
}

const char *label_state_in(enum block_state state, int columns)
{
    return state == BLOCK_QUARANTINED && columns < LABEL_QUARANTINE ? "kept" : label_state(state);
}

const char *label_change(enum change_kind kind)
{
    static const char *const names[] = {"new",     "freed",  "resized",   "given back", "foreign",
                                        "damaged", "mended", "looked at", "written",    "taken"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "changed";
}

const char *label_change_of(const struct picture *p, const struct change *change)
{
    size_t block =
        change->kind == CHANGE_NEW ? snapshot_find(p->snapshot, change->from) : SNAPSHOT_NONE;
    bool kept =
        block != SNAPSHOT_NONE && snapshot_block(p->snapshot, block).state == BLOCK_QUARANTINED;
    return kept ? "kept" : label_change(change->kind);
}
