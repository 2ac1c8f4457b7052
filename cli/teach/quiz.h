/* quiz.h: questions about what a command will do, drawn by a seed and answered by the real heap.
 * Knows neither the lab nor the face: it is given the heap before each question and what each
 * command came to.
 *
 * The same seed, policy and number give the same questions: nothing else is drawn from. */
#ifndef QUIZ_H
#define QUIZ_H

#include "cli/teach/answer.h"
#include "viz/snapshot.h"

#define QUIZ_N_MAX 1000u
#define QUIZ_N_DEFAULT 10u

struct quiz_options {
    uint64_t n, seed;
};

enum quiz_state { QUIZ_RUNNING, QUIZ_ASKING, QUIZ_OVER };

struct quiz {
    struct quiz_options options;
    enum quiz_state state;
    uint64_t dice; /* the generator's state */
    size_t warm_up; /* commands still to be run before the first question */
    size_t asked, right, n_skipped; /* asked: with the one that is open */
    struct answer answer; /* of the open question */
    char command[64]; /* that it is about, or that is to be run */
    char question[640]; /* in lines */
    char given[ANSWER_GIVEN_MAX];
    bool skipped, pending; /* an answer waits for the command */
    bool judged; /* by the last quiz_heard */
    enum answer_verdict verdict;
    char expected[ANSWER_GIVEN_MAX];
    char told[1200]; /* what is to be read: the verdict, then the question */
};

/* What a quiz looks at: the heap, and which blocks are in use. */
struct quiz_heap {
    const struct snapshot *snapshot;
    const char *policy;
    bool can_free;
};

void quiz_begin(struct quiz *q, const struct quiz_options *options);
/* In state RUNNING: the command to run. */
const char *quiz_command(const struct quiz *q);
/* It was run. heap: as it is now. */
void quiz_heard(struct quiz *q, const struct effect *effect, const struct quiz_heap *heap);
/* NULL: nobody knows. False: odd, with what was expected in error; the question stays open. */
bool quiz_answer(struct quiz *q, const char *given, const struct effect *now, char *error,
                 size_t error_bytes);
/* "7 of 10 answered right" */
void quiz_score(const struct quiz *q, char *text, size_t bytes);

#endif
