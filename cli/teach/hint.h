/* hint.h: a wrong answer that is known to be wrong before the command is run, and what can be told
 * of it without telling the right one. */
#ifndef LESSON_HINT_H
#define LESSON_HINT_H

#include "cli/teach/answer.h"

#define HINT_BYTES 64u

/* Judge by what the author states, or, where no command follows, by the heap as it is. ODD: that
 * can't be known yet, or it is no answer. */
enum answer_verdict hint_judge(const struct answer *answer, const char *given,
                               const struct effect *now, bool command_follows);
/* Has given but one alternative: yes or no? */
bool hint_is_either(const struct answer *answer, const char *given);
/* "that is too much", or "". given is wrong by hint_judge. */
void hint_of(const struct answer *answer, const char *given, const struct effect *now, char *text,
             size_t bytes);

#endif
