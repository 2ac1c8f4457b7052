/* player.h: a lesson being played: which page stands there, which question is open, which command is wanted next. Knows neither the lab nor
 * the face: it is told what was typed and what commands came to, and says what is to be read. */
#ifndef LESSON_PLAYER_H
#define LESSON_PLAYER_H

#include "cli/lesson/format.h"

enum player_state {
    PLAYER_READING, /* a page stands there; next goes on */
    PLAYER_ASKING, /* a question is open */
    PLAYER_RUNNING, /* it wants player_command run, and player_heard called */
    PLAYER_OVER /* the last page stands there */
};

struct player {
    const struct lesson *lesson; /* borrowed */
    enum player_state state;
    size_t at; /* the item that comes next; while asking or running, the present one */
    bool read; /* the page has text already: a command ends it */
    bool pending; /* an answer waits for the command to be judged */
    bool skipped; /* nobody knew: then it is not judged, only told */
    char given[ANSWER_GIVEN_MAX];
    size_t asked, right;
    enum answer_verdict verdict; /* of the last question */
    bool judged; /* the last player_heard or player_answer judged an answer */
    char expected[ANSWER_GIVEN_MAX]; /* the right answer to it */
    size_t page; /* from 1 */
    char *text; /* what is to be read: lines, "? " before a question; owned, never NULL once begun */
    size_t bytes;
};

/* Begin, with the title's page. False on no memory. */
bool player_begin(struct player *p, const struct lesson *lesson);
void player_release(struct player *p);

/* Go on to the next page; in state RUNNING to the command's end first. Only when READING. */
void player_next(struct player *p);
/* Take an answer; NULL: nobody knows. Only when ASKING. False: it is odd, error says what was expected, the question stays open. now: the
 * heap as it is. */
bool player_answer(struct player *p, const char *given, const struct effect *now, char *error, size_t error_bytes);

/* The command to run, NULL unless RUNNING. */
const char *player_command(const struct player *p);
bool player_expects_failure(const struct player *p);
/* It was run. */
void player_heard(struct player *p, const struct effect *effect);

/* The question that is open, NULL. */
const struct item *player_question(const struct player *p);

#endif
