/* run_main.h: `brkview run`: start a program, and watch its heap while it runs. */
#ifndef RUN_MAIN_H
#define RUN_MAIN_H

int run_main(int argc, char **argv);
const char *run_help(int argc, char **argv);

#endif
