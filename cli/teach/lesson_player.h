/* lesson_player.h: a lesson being played: which page stands there, which question is open, which
 * command is wanted next. Knows neither the lab nor the face: it is told what was typed and what
 * commands came to, and says what is to be read. */
#ifndef LESSON_PLAYER_H
#define LESSON_PLAYER_H

#include "cli/command/course.h"
#include "cli/teach/lesson_format.h"

enum player_state {
    PLAYER_READING, /* a page stands there; next goes on */
    PLAYER_ASKING, /* a question is open */
    PLAYER_RUNNING, /* it wants player_command run, and player_heard called */
    PLAYER_OVER /* the last page stands there */
};

/* A page that was left. */
struct player_past {
    char *text; /* owned; NULL: there was no memory for it */
    enum course_mark mark;
};

struct player {
    const struct lesson *lesson; /* borrowed */
    enum player_state state;
    bool on_screen;
    size_t at; /* the item that comes next; while asking or running, the present one */
    bool read; /* the page has text already: a command ends it */
    bool pending; /* an answer waits for the command to be judged */
    bool skipped; /* nobody knew: then it is not judged, only told */
    char given[ANSWER_GIVEN_MAX];
    bool again; /* the open question was answered wrongly once: it is asked a second time, with a
                   hint */
    size_t asked, right, second; /* right at once, and at the second try */
    enum answer_verdict verdict; /* of the last question */
    bool judged; /* the last player_heard or player_answer judged an answer */
    char expected[ANSWER_GIVEN_MAX]; /* the right answer to it */
    size_t page, n_pages; /* page: from 1; the lesson has n_pages, whatever is answered */
    char
        *text; /* what is to be read: lines, "? " before a question; owned, never NULL once begun */
    size_t bytes;
    enum course_mark mark; /* of text's first line */
    char *first; /* the page of a question as it was before the second try, owned; NULL */
    struct player_past *past; /* the pages before the present one, in order, owned */
    size_t n_past; /* of them, those behind there was no memory for */
    size_t
        looking; /* the one of them that is looked at again, from 1; 0: none, the present page is */
};

/* Begin, with the title's page; on_screen: there is a map to speak of. False on no memory. */
bool player_begin(struct player *p, const struct lesson *lesson, bool on_screen);
void player_release(struct player *p);

/* Look at the page before again, which changes nothing else. False: it is the first. */
bool player_back(struct player *p);
/* The other way, up to the present page. False: that is looked at already. */
bool player_forward(struct player *p);
/* What is to be read, and the mark of its first line: of the page that is looked at. */
const char *player_text(const struct player *p);
enum course_mark player_mark(const struct player *p);

/* Go on to the next page; in state RUNNING to the command's end first. Only when READING. */
void player_next(struct player *p);
/* Take an answer; NULL: nobody knows. Only when ASKING. False: it is odd, error says what was
 * expected, the question stays open. now: the heap as it is. What is wrong by what the author
 * states is asked a second time (again): the state is ASKING still. */
bool player_answer(struct player *p, const char *given, const struct effect *now, char *error,
                   size_t error_bytes);

/* The command to run, NULL unless RUNNING. */
const char *player_command(const struct player *p);
bool player_expects_failure(const struct player *p);
/* It was run. */
void player_heard(struct player *p, const struct effect *effect);

/* The question that is open, NULL. */
const struct item *player_question(const struct player *p);
/* The page that asks question a second time after given, "too much" or the like being what can be
 * told of it; malloc'd, NULL on no memory. */
char *player_second_try(const struct item *question, const char *given, const char *told);

#endif
