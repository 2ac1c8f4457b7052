/* quiz.c: a few commands so that there is a heap to think about, then a question, the command, the
 * mark, and the next question. */
#include "cli/teach/quiz.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/splitmix.h"

#define WARM_UP_FREEING 6u /* limit, four allocs, a free */
#define WARM_UP_GROWING 3u
#define HEAP_BYTES 640u /* the limit, so that memory can run out */

static uint64_t dice(struct quiz *q, uint64_t n) { return splitmix_next(&q->dice) % n; }

/* ── What is to be done ── */

static uint64_t some_size(struct quiz *q)
{
    static const uint16_t sizes[] = {8, 16, 20, 24, 32, 40, 48, 64, 80, 100};
    return sizes[dice(q, sizeof sizes / sizeof sizes[0])];
}

/* A size that makes one think: as large as a free block, a little smaller or larger, or any. */
static uint64_t asked_size(struct quiz *q, const struct snapshot *s)
{
    size_t n = snapshot_n_free(s);
    uint64_t kind = dice(q, 4);
    if (n == 0 || kind == 0) return some_size(q);
    struct snapshot_block b = snapshot_block(s, snapshot_free_at(s, (size_t)dice(q, n)));
    uint64_t payload = b.size - b.header;
    if (kind == 1) return payload;
    if (kind == 2) return payload + 8;
    return payload > 16 ? payload - 8 * (1 + dice(q, payload / 16)) : payload;
}

/* The id of a block in use; 0 if there is none. */
static uint32_t some_block(struct quiz *q, const struct snapshot *s)
{
    uint64_t used = snapshot_stats(s)->n_used;
    if (used == 0) return 0;
    uint64_t k = dice(q, used);
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (b.state == BLOCK_USED && b.id && k-- == 0) return b.id;
    }
    return 0;
}

static void warm_up(struct quiz *q, const struct quiz_heap *heap)
{
    if (q->warm_up == WARM_UP_FREEING - 5 && heap && heap->can_free)
        snprintf(q->command, sizeof q->command, "free 2");
    else
        snprintf(q->command, sizeof q->command, "alloc %" PRIu64, some_size(q));
}

void quiz_begin(struct quiz *q, const struct quiz_options *options)
{
    *q = (struct quiz){.options = *options,
                       .dice = options->seed,
                       .state = QUIZ_RUNNING,
                       .warm_up = WARM_UP_FREEING};
    snprintf(q->command, sizeof q->command, "limit %u", HEAP_BYTES);
}

const char *quiz_command(const struct quiz *q)
{
    return q->state == QUIZ_RUNNING ? q->command : NULL;
}

/* ── What is asked ── */

static void ask(struct quiz *q, enum answer_form form, const char *words)
{
    q->answer = (struct answer){.form = form};
    snprintf(q->question, sizeof q->question, "? Question %zu of %" PRIu64 ", %s: %s", q->asked,
             q->options.n, q->command, words);
}

static void ask_reason(struct quiz *q, enum effect_reason from, enum effect_reason to)
{
    ask(q, ANSWER_REASON, "what will the allocator do?");
    size_t at = strlen(q->question);
    for (enum effect_reason r = from; r <= to; r++) {
        int n = snprintf(q->question + at, sizeof q->question - at, "\n  %c) %s",
                         effect_reason_letter(r), effect_reason_text(r));
        at += n > 0 ? (size_t)n : 0;
    }
}

static void ask_about_free(struct quiz *q)
{
    switch (dice(q, 3)) {
    case 0:
        ask(q, ANSWER_BRK, "by how many bytes does brk move? (0: it stays)");
        break;
    case 1:
        ask(q, ANSWER_FREE_LIST,
            "which free blocks are there afterwards, in search order? (answer like #2 +0x60, or "
            "none)");
        break;
    default:
        ask_reason(q, REASON_MARKED, REASON_TRIMMED);
    }
}

static void ask_about_alloc(struct quiz *q, bool can_free)
{
    switch (dice(q, can_free ? 4 : 2)) {
    case 0:
        ask(q, ANSWER_BRK, "by how many bytes does brk move? (0: it stays)");
        break;
    case 1:
        ask(q, ANSWER_ADDRESS,
            "which address does it return? (as +0x20 from the heap's start, or none)");
        break;
    case 2:
        ask(q, ANSWER_FREE_LIST,
            "which free blocks are there afterwards, in search order? (answer like #2 +0x60, or "
            "none)");
        break;
    default:
        ask_reason(q, REASON_GROWN, REASON_REFUSED);
    }
}

static void next_question(struct quiz *q, const struct quiz_heap *heap)
{
    uint32_t id = heap->can_free && dice(q, 9) < 4 ? some_block(q, heap->snapshot) : 0;
    q->asked++;
    q->state = QUIZ_ASKING;
    if (id) {
        snprintf(q->command, sizeof q->command, "free %" PRIu32, id);
        ask_about_free(q);
    } else {
        snprintf(q->command, sizeof q->command, "alloc %" PRIu64, asked_size(q, heap->snapshot));
        ask_about_alloc(q, heap->can_free);
    }
}

/* ── Marking ── */

/* The reasons that the present question lists. */
static void reasons(const struct quiz *q, enum effect_reason *from, enum effect_reason *to)
{
    bool free = strncmp(q->command, "free", 4) == 0;
    *from = free ? REASON_MARKED : REASON_GROWN;
    *to = free ? REASON_TRIMMED : REASON_REFUSED;
}

/* A reason may be given by its letter, or in its words. */
static const char *as_letter(const struct quiz *q, const char *given, char letter[2])
{
    const char *choice[REASON_REFUSED + REASON_TRIMMED + 2];
    enum effect_reason from, to;
    size_t n = 0;
    if (q->answer.form != ANSWER_REASON) return given;
    reasons(q, &from, &to);
    for (enum effect_reason r = from; r <= to; r++)
        choice[n++] = effect_reason_text(r);
    return answer_letter(choice, n, given, letter);
}

static void judge(struct quiz *q, const struct effect *e)
{
    answer_right(&q->answer, e, q->expected, sizeof q->expected);
    char letter[2];
    q->verdict =
        q->skipped ? ANSWER_WRONG : answer_judge(&q->answer, as_letter(q, q->given, letter), e);
    q->right += q->verdict == ANSWER_RIGHT;
    q->n_skipped += q->skipped;
    q->judged = true;
    q->pending = false;
}

static size_t tell_verdict(struct quiz *q, const struct effect *e)
{
    const char *what = q->answer.form == ANSWER_REASON ? effect_reason_text(e->reason) : "",
               *gap = *what ? ") " : "";
    int n;
    if (q->skipped)
        n = snprintf(q->told, sizeof q->told, "The answer is %.200s%s%s.\n", q->expected, gap,
                     what);
    else if (q->verdict == ANSWER_RIGHT)
        n = snprintf(q->told, sizeof q->told, "Right: %.200s%s%s.\n",
                     *what ? q->expected : q->given, gap, what);
    else
        n = snprintf(q->told, sizeof q->told, "Not so: the answer is %.200s%s%s, not \"%.60s\".\n",
                     q->expected, gap, what, q->given);
    return n > 0 ? (size_t)n : 0;
}

void quiz_score(const struct quiz *q, char *text, size_t bytes)
{
    size_t done = q->asked - (q->state == QUIZ_ASKING || q->pending);
    snprintf(text, bytes, "%zu of %zu answered right", q->right, done);
}

void quiz_heard(struct quiz *q, const struct effect *e, const struct quiz_heap *heap)
{
    char score[64];
    size_t at = 0;
    q->judged = false;
    q->told[0] = '\0';
    if (q->state != QUIZ_RUNNING) return;
    if (q->pending) {
        judge(q, e);
        at = tell_verdict(q, e);
    } else if (--q->warm_up > (heap->can_free ? 0 : WARM_UP_FREEING - WARM_UP_GROWING)) {
        warm_up(q, heap);
        return;
    }
    if (q->asked == q->options.n) {
        q->state = QUIZ_OVER;
        quiz_score(q, score, sizeof score);
        snprintf(q->told + at, sizeof q->told - at, "This is the end of the quiz: %s.", score);
        return;
    }
    next_question(q, heap);
    snprintf(q->told + at, sizeof q->told - at, "%s", q->question);
}

bool quiz_answer(struct quiz *q, const char *given, const struct effect *now, char *error,
                 size_t error_bytes)
{
    if (q->state != QUIZ_ASKING) {
        snprintf(error, error_bytes, "no question is open; expected `quiz` for another quiz");
        return false;
    }
    char letter[2];
    enum effect_reason first, last;
    reasons(q, &first, &last);
    const char *meant =
        given && strlen(given) < sizeof q->given ? as_letter(q, given, letter) : given;
    bool odd = given && (strlen(given) >= sizeof q->given ||
                         answer_judge(&q->answer, meant, now) == ANSWER_ODD ||
                         (q->answer.form == ANSWER_REASON &&
                          ascii_lower(meant[strspn(meant, " ")]) > effect_reason_letter(last)));
    if (odd) {
        snprintf(error, error_bytes, "that does not answer the question; expected %s",
                 answer_expected(&q->answer));
        return false;
    }
    snprintf(q->given, sizeof q->given, "%s", given ? given : "");
    q->skipped = given == NULL;
    q->pending = true;
    q->state = QUIZ_RUNNING;
    return true;
}
