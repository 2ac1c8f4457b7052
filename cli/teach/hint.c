/* hint.c: what the author states stands for what will happen; lesson --check has seen to it that it
 * does. */
#include "cli/teach/hint.h"

#include <stdio.h>
#include <string.h>

#include "cli/teach/given.h"

/* What will have happened if the author is right, as far as an answer of that form is judged by it.
 */
static struct effect stated_effect(const struct answer *a, const struct effect *now, int64_t given)
{
    struct effect e = *now;
    e.ok = a->yes;
    e.delta = a->number;
    if (a->direction == ANSWER_STAYS) e.delta = 0;
    if (a->direction == ANSWER_UP) e.delta = given > 0 ? given : 1; /* by how much is not stated */
    if (a->direction == ANSWER_DOWN) e.delta = given < 0 ? given : -1;
    e.address = e.heap_start + (uint64_t)a->number;
    e.reused = (uint32_t)a->number;
    e.usable = (uint64_t)a->number;
    e.again = a->yes;
    e.kept = a->kept;
    if (a->form == ANSWER_STAT) e.stat[a->stat] = (uint64_t)a->number;
    return e;
}

enum answer_verdict hint_judge(const struct answer *a, const char *given, const struct effect *now,
                               bool command_follows)
{
    char text[ANSWER_GIVEN_MAX];
    int64_t n = 0;
    if (!answer_normalise(given, text)) return ANSWER_ODD;
    if (!command_follows && !answer_needs_command(a)) return answer_judge(a, given, now);
    if (!a->stated || (a->form == ANSWER_ADDRESS && text[0] == '#')) return ANSWER_ODD;
    if (!given_number(text, &n)) n = 0;
    struct effect e = stated_effect(a, now, n);
    return answer_judge(a, given, &e);
}

bool hint_is_either(const struct answer *a, const char *given)
{
    char text[ANSWER_GIVEN_MAX];
    bool yes;
    if (a->form == ANSWER_YES_NO || a->form == ANSWER_SUCCEEDS || a->form == ANSWER_AGAIN)
        return true;
    return a->form == ANSWER_BRK && a->direction != ANSWER_BY && answer_normalise(given, text) &&
           given_yes_no(text, &yes);
}

static const char *of_brk(const struct answer *a, const char *text)
{
    int64_t n = 0, right = a->number;
    enum given_move move = given_move(text, &n);
    if (move == GIVEN_STAYS) return "brk does move";
    if (a->direction != ANSWER_BY)
        return a->direction == ANSWER_STAYS ? "" : "it does not go that way";
    if (right != 0 && (n > 0) != (right > 0)) return "it moves the other way";
    return (n < 0 ? -n : n) > (right < 0 ? -right : right) ? "that is too far" : "it moves farther";
}

static const char *of_number(int64_t given, int64_t right)
{
    return given > right ? "that is too much" : "that is too little";
}

void hint_of(const struct answer *a, const char *given, const struct effect *now, char *to,
             size_t bytes)
{
    char text[ANSWER_GIVEN_MAX];
    int64_t n = 0;
    const char *told = "";
    if (!answer_normalise(given, text)) text[0] = '\0';
    bool number = given_number(text, &n);
    if (a->form == ANSWER_BRK)
        told = of_brk(a, text);
    else if ((a->form == ANSWER_NUMBER || a->form == ANSWER_USABLE) && number)
        told = of_number(n, a->number);
    else if (a->form == ANSWER_STAT && number)
        told = of_number(n, a->stated ? a->number : (int64_t)now->stat[a->stat]);
    else if (a->form == ANSWER_ADDRESS && number && text[0] != '#')
        told =
            n - (text[0] != '+' && n >= (int64_t)now->heap_start ? (int64_t)now->heap_start : 0) >
                    a->number
                ? "that is too high"
                : "that is too low";
    else if ((a->form == ANSWER_ADDRESS || a->form == ANSWER_BLOCK) && given_none(text))
        told = "there is one";
    snprintf(to, bytes, "%s", told);
}
