/* label.h: what things are called, the same in every scene. */
#ifndef LABEL_H
#define LABEL_H

#include "figure.h"
#include "picture.h"

/* "#2"; a block without an id by its address, as sentences and the table have it: "0x411060"
 * (figure_place). */
const char *label_block(char to[FIGURE_MAX], const struct picture *p, size_t block);
/* The name given to the block with that id, "" if none. */
const char *label_name(const struct picture *p, uint32_t id);
const char *label_state(enum block_state state); /* "used" */
/* The same in so many columns: "quarantine" is "kept" where there is no room for it. */
const char *label_state_in(enum block_state state, int columns);
#define LABEL_QUARANTINE 10 /* columns of the longer word */
enum style label_state_style(enum block_state state);
const char *label_change(enum change_kind kind); /* "freed" */
/* The same, but "kept" of a block that went into quarantine: used by nobody, it is new to who
 * compares. */
const char *label_change_of(const struct picture *p, const struct change *change);

#endif
