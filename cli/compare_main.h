/* compare_main.h: `brkview compare`: several heaps do the same. */
#ifndef COMPARE_MAIN_H
#define COMPARE_MAIN_H

/* argv[0] is the subcommand. Returns the exit status. */
int compare_main(int argc, char **argv);
const char *compare_help(int argc, char **argv);

#endif
