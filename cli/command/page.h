/* page.h: what the scenes borrow of the lab: strings and arrays that live until the next command.
 */
#ifndef PAGE_H
#define PAGE_H

#include "cli/command/lab.h"
#include "viz/picture.h"

/* After a command: its line for the log. */
void page_update(struct lab *lab);
/* Fill *p for the scenes; what it points to is the lab's and lives until the next call or command.
 */
void lab_picture(struct lab *lab, struct picture *p);
/* The same from inside a command that tells of the picture only: as it was before that command,
 * unless the heap was changed since. */
void lab_picture_told(struct lab *lab, struct picture *p);

#endif
