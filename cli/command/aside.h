/* aside.h: the person's session set aside, whole, while a lesson or a quiz has a fresh one: its target lives on and waits, so that it comes back
 * to the byte, with its log, what can be redone, marks and view. */
#ifndef ASIDE_H
#define ASIDE_H

#include "cli/command/lab.h"

struct aside;

/* Put the lab's session aside and start a fresh one with setup. NULL with one line in error: the lab is as it was. */
struct aside *aside_put(struct lab *lab, const struct session_setup *setup, char *error, size_t error_bytes);
/* End the lab's session, bring back what was set aside, and free it. Commands go on being numbered. */
void aside_back(struct lab *lab, struct aside *aside);

#endif
