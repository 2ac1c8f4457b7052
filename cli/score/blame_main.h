/* blame_main.h: `brkview blame`: which operation of a trace did the harm that a later one shows. */
#ifndef BLAME_MAIN_H
#define BLAME_MAIN_H

int blame_main(int argc, char **argv);
const char *blame_help(int argc, char **argv);

#endif
