/* page.h: what the scenes borrow of the lab: strings and arrays that live until the next command. */
#ifndef PAGE_H
#define PAGE_H

#include "cli/command/lab.h"

struct lab_page;

struct lab_page *page_new(void);
void page_free(struct lab_page *page);

/* After a command: its line for the log. */
void page_update(struct lab *lab);
void page_picture(struct lab *lab, struct picture *p, const struct outcome *reason, const struct outcome *answer);

#endif
