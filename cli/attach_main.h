/* attach_main.h: `brkview attach` and `brkview run`: the heap of a program of somebody else's. */
#ifndef ATTACH_MAIN_H
#define ATTACH_MAIN_H

int attach_main(int argc, char **argv);
const char *attach_help(int argc, char **argv);

#endif
