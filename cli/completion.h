/* completion.h: what may stand next on brkview's own command line, for the shells' completions
 * (cli/brkview.bash, .zsh, .fish). */
#ifndef COMPLETION_H
#define COMPLETION_H

/* `brkview --complete WORD...`: the words so far, of which the last one is being typed. Prints what
 * it may become, a line each, with a tab and what it means behind it where that is known; what
 * wants a value ends in =. A last line ":files" says that a file may stand there, too. Options come
 * from the texts of --help, their values from the tables that judge them. The exit status. */
int completion_main(int argc, char **argv);

#endif
