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

const char *label_state(enum block_state state)
{
    static const char *const names[BLOCK_N_STATES] = {"used", "free", "foreign", "damaged", "cached", "quarantine"};
    return (unsigned)state < BLOCK_N_STATES ? names[state] : "?";
}

enum style label_state_style(enum block_state state)
{
    static const enum style styles[BLOCK_N_STATES] = {STYLE_PAYLOAD, STYLE_FREE,    STYLE_FOREIGN,
                                                      STYLE_DAMAGED, STYLE_PADDING, STYLE_PADDING};
    return (unsigned)state < BLOCK_N_STATES ? styles[state] : STYLE_PLAIN;
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
    size_t block = change->kind == CHANGE_NEW ? snapshot_find(p->snapshot, change->from) : SNAPSHOT_NONE;
    if (block == SNAPSHOT_NONE) return label_change(change->kind);
    return snapshot_block(p->snapshot, block).state == BLOCK_QUARANTINED ? "kept" : label_change(change->kind);
}
