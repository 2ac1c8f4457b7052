/* replay_main.h: `brkview replay`: a trace of the malloc lab on the map. */
#ifndef REPLAY_MAIN_H
#define REPLAY_MAIN_H

int replay_main(int argc, char **argv);
const char *replay_help(int argc, char **argv);

#endif
