/* lesson_format.h: a lesson as its author wrote it: plain text with a few directions, each a line
 * that begins with @. The manual page describes it.
 *
 * What comes from a file is hostile: its size, its lines and their number are bounded, it must be
 * UTF-8 without control characters. */
#ifndef LESSON_FORMAT_H
#define LESSON_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "allocator/format/root.h"
#include "cli/teach/answer.h"
#include "cli/teach/claim.h"

#define LESSON_BYTES_MAX (256u << 10)
#define LESSON_LINE_MAX 1000u /* bytes */
#define LESSON_ITEMS_MAX 1000u
#define LESSON_CLAIMS_MAX 1000u
#define LESSON_ANSWERS_MAX 8u /* to one question */
#define LESSON_CHOICES_MAX 6u /* a to f */
#define LESSON_TITLE_MAX 60u /* bytes */
#define LESSON_ALLOCATORS_MAX 8u
#define LESSON_ALLOCATOR_NAME 32u

enum item_kind {
    ITEM_TEXT, /* one paragraph; a line that began with a space stands by itself, as it is */
    ITEM_RUN, /* a command, which must succeed */
    ITEM_FAILS, /* a command, which must fail: the lesson shows that it does */
    ITEM_WAIT, /* the page ends here */
    ITEM_ASK
};

/* Where a paragraph is shown: it may speak of the map where there is one. */
enum item_medium { MEDIUM_ANY, MEDIUM_SCREEN, MEDIUM_PLAIN };

struct item {
    enum item_kind kind;
    enum item_medium medium; /* of a paragraph */
    unsigned line; /* in the file, from 1 */
    char *text; /* the paragraph, the command, the question; owned */
    char *choice[LESSON_CHOICES_MAX]; /* of a question, owned */
    size_t n_choices;
    struct answer answer[LESSON_ANSWERS_MAX];
    unsigned answer_line[LESSON_ANSWERS_MAX];
    size_t n_answers;
    char *because; /* owned; NULL: the author gave none */
    char *hint; /* before the second try; owned, NULL: none */
    bool told_first; /* because stands before the command that follows: the verdict comes before it,
                        too */
};

struct lesson {
    char title[LESSON_TITLE_MAX + 1];
    enum heap_policy policy; /* of the fresh heap that it begins with */
    bool program; /* it is played on the program that lessons have (lesson_program.h) instead */
    char allocator[LESSON_ALLOCATORS_MAX][LESSON_ALLOCATOR_NAME]; /* "mm-list": its heap begins with
                                                                     the first (policy own) */
    size_t n_allocators;
    struct item *item;
    size_t n_items, room; /* owned; ends where @end stood */
    struct claim *claim; /* owned, in order of lines */
    size_t n_claims;
};

/* A mistake of the author's: one line, without the file's name and the number. */
typedef void lesson_mistake(void *user, unsigned line, const char *words);

/* Take text apart, telling every mistake in order of lines. True if there was none. Release in any
 * case. O(n). */
bool lesson_parse(struct lesson *lesson, const char *text, size_t n, lesson_mistake *mistake,
                  void *user);
void lesson_release(struct lesson *lesson);

/* How many questions it has. */
size_t lesson_questions(const struct lesson *lesson);

#endif
