/* score_main.h: `brkview score`: an allocator of the malloc lab, run on traces. */
#ifndef SCORE_MAIN_H
#define SCORE_MAIN_H

int score_main(int argc, char **argv);
const char *score_help(int argc, char **argv);

#endif
