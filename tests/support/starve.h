/* starve.h: the n-th allocation that the project's own code asks for fails. For tests whose linker leads malloc and its like here (--wrap, see the
 * Makefile). */
#ifndef STARVE_H
#define STARVE_H

#include <stdbool.h>

extern unsigned long starve_asked; /* allocations up to now; may be set */
extern unsigned long starve_at; /* the number of the one that fails; 0: none */
extern bool starve_on; /* and so do all behind it */

#endif
