/* ostep.h: `quiz --ostep`: answer for answer the homework program malloc.py of Operating Systems:
 * Three Easy Pieces (R. and A. Arpaci-Dusseau), chapter 17, "Free-Space Management". */
#ifndef OSTEP_H
#define OSTEP_H

#include <stdio.h>

/* Run it with argv[1] and so on as malloc.py's options. The questions, or with -c the answers, go
 * to out, the same bytes as malloc.py's (but for what in -A's list is no text, which is escaped);
 * one line about what is wrong, or about a word passed over, goes to err. Returns the exit status:
 * 0; 2 for wrong usage (nothing is on out) and where the operations asked for make no sense (those
 * before are on out; malloc.py ends in a traceback there); 1 when memory or out fails. */
int ostep_run(int argc, char **argv, FILE *out, FILE *err);

/* The same, and with --ask each question waits for a line of in: it is judged, ? tells the answer,
 * quit or the end of in ends it; the score stands last. NULL as above: --ask is refused, for nobody
 * can answer. */
int ostep_run_asking(int argc, char **argv, FILE *in, FILE *out, FILE *err);

#endif
