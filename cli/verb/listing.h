/* listing.h: what a command alone lists: what there is, what each is for, and which one is in
 * force. */
#ifndef LISTING_H
#define LISTING_H

#include "cli/command/lab.h"

/* Each adds lines and a member to the result. */
void listing_options(const struct lab *lab, struct outcome *out);
void listing_policies(const struct lab *lab, struct outcome *out);

#endif
