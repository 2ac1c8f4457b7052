/* starve.h: the n-th allocation that the project's own code asks for fails. For tests whose linker
 * leads malloc and its like here (--wrap, see the Makefile). */
#ifndef STARVE_H
#define STARVE_H

#include <stdbool.h>

extern unsigned long starve_asked; /* allocations up to now; may be set */
extern unsigned long starve_at; /* the number of the one that fails; 0: none */
extern bool starve_on; /* and so do all behind it */

/* A loss that was not borne: said on standard error at once, so that one run tells them all. */
void starve_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The test fails if there was any; none are left. */
void starve_none(void);

#endif
