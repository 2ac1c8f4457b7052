/* gate.h: what of the keys reaches readline, and in which of its states. With line.c the only file that includes readline.
 *
 *   G1  readline is given whole sequences that it has a function for, never a piece of one
 *   G2  a search is over before anything but its own keys is given to it; whoever waits for a character is given one, or is called off
 *   G3  no function of readline's reads on beyond what it was given: those that do are replaced or unbound
 *   G4  a key makes the line longer by a bounded number of bytes, and no line is longer than GATE_LINE_MAX */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stddef.h>

#define GATE_LINE_MAX 131072

/* Before readline is initialised: give it keys through the gate. */
void gate_open(void);
/* Once it is (its init file has been read): take out of all its keymaps what would break G3. */
void gate_guard(void);
/* One whole key, as of keys.h; a lone ESC is the beginning of a sequence, unless a search or vi's keys know it. */
void gate_key(const unsigned char *bytes, size_t n);
/* Leave whatever is under way: a search, a count, half a sequence, a key to be quoted. The line stays. */
void gate_rest(void);
/* A line was finished: nothing more is given to readline until the next key comes. */
void gate_stop(void);
bool gate_quotes(void); /* the next key is to be typed, whatever it is */
bool gate_searches(void);

#endif
