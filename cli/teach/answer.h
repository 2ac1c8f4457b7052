/* answer.h: what counts as the answer to a question, and what was answered. The same forms serve
 * lessons and quizzes.
 *
 * A form either states its value (`number 3`, `choice b`) or is about the next command (`brk`,
 * `address`, `block`, `free-list`, `succeeds`, `usable`, `again`, `kept`, `reason`) or the heap
 * after it (`blocks 4`): then the value is what really happened, and one that the author states
 * besides is a claim that lesson
 * --check holds against the heap. */
#ifndef LESSON_ANSWER_H
#define LESSON_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/teach/effect.h"

#define ANSWER_WORD_MAX 64u /* bytes of a stated word */
#define ANSWER_GIVEN_MAX 256u /* bytes of an answer that a person gives */

enum answer_form {
    ANSWER_NUMBER, /* number 3 */
    ANSWER_YES_NO, /* yes, no */
    ANSWER_CHOICE, /* choice b */
    ANSWER_WORD, /* word stack */
    ANSWER_BRK, /* brk, brk +96, brk up, brk down, brk stays: by how much the next command moves it
                 */
    ANSWER_ADDRESS, /* address, address +0x20: what the next command returns; +: from the heap's
                       start */
    ANSWER_BLOCK, /* block, block 2: whose place the next command's block takes */
    ANSWER_SUCCEEDS, /* succeeds, fails: whether the next command does */
    ANSWER_STAT, /* free_bytes, free_bytes 32 …: a number of `stats`, after the next command if one
                    follows */
    ANSWER_FREE_LIST, /* free-list: after the next command, in search order */
    ANSWER_USABLE, /* usable, usable 24: bytes that may be used of the block that a running program
                      gets by the next command */
    ANSWER_AGAIN, /* again, elsewhere: does that block stand where another has stood? */
    ANSWER_KEPT, /* kept, kept cached: where the block is that a running program frees by the next
                    command (effect.h) */
    ANSWER_REASON /* reason: the letter of what the next command does (effect.h) */
};

enum answer_direction { ANSWER_BY, ANSWER_UP, ANSWER_DOWN, ANSWER_STAYS };

struct answer {
    enum answer_form form;
    bool stated; /* the author states the value, too */
    int64_t number; /* NUMBER, BRK, ADDRESS (offset of the payload from the heap's start), BLOCK,
                       STAT */
    bool yes; /* YES_NO, SUCCEEDS, AGAIN */
    char letter; /* CHOICE */
    enum answer_direction direction; /* BRK */
    enum effect_stat stat; /* STAT */
    enum effect_kept kept; /* KEPT */
    char word[ANSWER_WORD_MAX]; /* WORD, in small letters, single spaces: to be shown;
                                   answer_normalise makes it what is compared */
};

enum answer_verdict { ANSWER_RIGHT, ANSWER_WRONG, ANSWER_ODD };

/* From the author's words. False with one line in error. */
bool answer_parse(struct answer *answer, const char *words, char *error, size_t error_bytes);

/* Is it about the next command, so that a command must follow? */
bool answer_needs_command(const struct answer *answer);

/* What is compared of words, the author's and the person's alike: small letters, single spaces,
 * none at the ends, without commas, quotes, and full stops at the end. False: too long, nothing is
 * left, or it is no text. */
bool answer_normalise(const char *words, char text[ANSWER_GIVEN_MAX]);

/* Who answers a question of choices (n, from a on) with the words of one of them, or those before
 * its comma or colon, means its letter: letter is made of it, and returned. Else given. */
const char *answer_letter(const char *const *choice, size_t n, const char *given, char letter[2]);

/* Judge what a person gave. Case, spaces, units, 0x or decimal do not matter. ODD: the form can't
 * be answered so, which does not depend on effect: an answer can be refused before the command is
 * run. Whether a choice's letter is offered is the caller's to see. */
enum answer_verdict answer_judge(const struct answer *answer, const char *given,
                                 const struct effect *effect);

/* Does what the author states agree with what happened? True if nothing is stated. */
bool answer_agrees(const struct answer *answer, const struct effect *effect);

/* The right answer as one may type it ("+96", "b"), and, when odd, what was expected ("a number of
 * bytes, such as +96 or -32"). */
void answer_right(const struct answer *answer, const struct effect *effect, char *text,
                  size_t bytes);
const char *answer_form_name(enum answer_form form); /* "brk" */
const char *answer_expected(const struct answer *answer);

#endif
