/* label.h: what things are called, the same in every scene. */
#ifndef LABEL_H
#define LABEL_H

#include "figure.h"
#include "picture.h"

/* "#2"; a block without an id by its place in the heap: "+0x60". */
const char *label_block(char to[FIGURE_MAX], const struct snapshot *s, size_t block);
/* The name given to the block with that id, "" if none. */
const char *label_name(const struct picture *p, uint32_t id);
const char *label_state(enum block_state state); /* "used" */
enum style label_state_style(enum block_state state);
const char *label_change(enum change_kind kind); /* "freed" */

#endif
