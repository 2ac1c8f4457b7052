/* shrink_main.h: `brkview shrink`: the smallest trace that fails as a trace does. */
#ifndef SHRINK_MAIN_H
#define SHRINK_MAIN_H

int shrink_main(int argc, char **argv);
const char *shrink_help(int argc, char **argv);

#endif
