/* given.h: reading what a person gave as an answer. All texts here are normalised ones
 * (answer_normalise). */
#ifndef LESSON_GIVEN_H
#define LESSON_GIVEN_H

#include <stdbool.h>
#include <stdint.h>

/* Which way brk moves, as one may say it: 96, up, "yes, up", "it stays", n. */
enum given_move {
    GIVEN_UNREAD, /* no answer to that */
    GIVEN_STAYS,
    GIVEN_MOVES, /* it does move; which way was not said */
    GIVEN_UP,
    GIVEN_DOWN,
    GIVEN_BY /* by *bytes, which is not 0 */
};
enum given_move given_move(const char *text, int64_t *bytes);

/* yes, no and their like, in as many words. False: neither. */
bool given_yes_no(const char *text, bool *yes);

/* Is it a word for nothing: none, nowhere, (nil)? */
bool given_none(const char *text);

/* The only number in text; words that may stand around it are passed over, and up and down give it
 * its sign. */
bool given_number(const char *text, int64_t *number);

#endif
