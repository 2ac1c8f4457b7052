/* quiz_main.h: `brkview quiz`: a quiz from the command line, its answers read from standard input,
 * a line each. */
#ifndef QUIZ_MAIN_H
#define QUIZ_MAIN_H

/* argv[0] is "quiz". Asks until the questions or the answers have ended, then tells the score. The
 * exit status: 0, 1 if the target could not be started or stdout not be written, 2 for wrong usage.
 * With --json every line is an object with "event": quiz, question, odd, answer, score. */
int quiz_main(int argc, char **argv);

/* The text of --help. */
const char *quiz_help(void);

#endif
