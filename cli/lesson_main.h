/* lesson_main.h: `brkview lesson`: the list, a lesson played on the screen or in lines, or the
 * author's check. */
#ifndef LESSON_MAIN_H
#define LESSON_MAIN_H

/* argv[0] is "lesson". The exit status: 0, 1 if the lesson can't be played or has mistakes, 2 for
 * wrong usage. */
int lesson_main(int argc, char **argv);

/* The text of --help. */
const char *lesson_help(void);

#endif
