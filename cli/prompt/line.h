/* line.h: the line being typed. line.c is the only file that includes readline, whose state is
 * global: one line at a time.
 *
 * For the screen nothing here touches the terminal: whole keys go in, and the prompt, the text, the
 * cursor and the list of completions can be asked for. Open it before the face, since readline
 * looks the terminal up for itself. Without a screen (plain) readline draws the line on the
 * terminal: line_show, line_hide; the keys are given to it all the same. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define LINE_BYTES_MAX 131072

struct line_options {
    const char *prompt;
    /* As command_complete: whole words, malloc'd, NULL at the end; *start is where the word that
     * ends at point begins. */
    char **(*complete)(void *user, const char *line, size_t point, size_t *start);
    void *user;
    bool plain;
    FILE *terminal; /* plain only: in place of stdin and stdout; NULL */
};

/* What completion found, for the popup: n 0 if there is nothing to show. */
struct line_matches {
    char **words;
    size_t n;
    size_t chosen; /* the one that stands in the line; n: none yet */
};

/* *notice: why earlier lines are not kept, "" if they are; it lives as long as the line is open. */
void line_open(const struct line_options *options, const char **notice);
void line_close(void);
/* The same, if it came about since the line was opened; told once, then "". */
const char *line_notice(void);

/* One whole key. The list of completions goes, unless the key asked for completion. */
void line_key(const unsigned char *bytes, size_t n);
void line_insert(const char *text);
void line_abandon(void); /* leave a search, empty the line */
bool line_dismiss(void); /* take the list of completions away; was there one? */
/* The line that Enter finished, malloc'd, once; NULL: none is. It is then in the history, and a new
 * line begins. */
char *line_take(void);
bool line_ended(void); /* Ctrl-D on an empty line */
bool line_wants_escape(void); /* ESC alone means something now: a search, or vi's keys */
bool line_quotes(void); /* Ctrl-V: the next key is to be typed, whatever it is */
void line_set_size(int rows, int columns); /* 0: unknown. Plain: before line_show, and whenever it
                                              changes, when the line is drawn again */

/* Plain only. Take the terminal and show prompt, for one line; when Enter has finished it, the
 * terminal is as it was before. */
void line_show(const char *prompt);
void line_drop(void); /* Ctrl-C: leave the line standing there, and begin another */
void line_hide(
    void); /* give the terminal back in the middle of a line; line_show goes on with it */

const char *line_prompt(void); /* changes while searching */
const char *line_text(size_t *point);
const struct line_matches *line_matches(void);

#endif
