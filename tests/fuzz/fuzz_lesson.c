/* fuzz_lesson.c: a file that calls itself a lesson is read, and, if it is one, played to its end
 * with answers out of its own bytes.
 *
 * F1  a lesson is refused with at least one mistake, each one line of text with the number of a
 * line that there is F2  what is read is bounded, and holds no control character F3  it comes to
 * its end in as many steps as it has items, whatever is answered and whatever the commands came to
 * F4  the answer that is said to be right is right, whatever happened */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/teach/lesson_player.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

struct heard {
    unsigned n, lines;
};

static void must_be_text(const char *text, bool lines)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        MUST((*p >= ' ' && *p != 0x7f) || (lines && *p == '\n'));
}

static void hear(void *user, unsigned line, const char *words)
{
    struct heard *h = user;
    h->n++;
    MUST(line >= 1 && line <= h->lines + 1);
    must_be_text(words, false);
}

/* What a command came to: anything, out of the bytes. */
static struct effect some_effect(const uint8_t *data, size_t size, size_t *at)
{
    struct effect e = {.ran = true, .heap_start = 0x411000};
    uint8_t dice[8];
    for (size_t i = 0; i < sizeof dice; i++)
        dice[i] = size ? data[(*at)++ % size] : 0;
    e.ok = dice[0] & 1;
    e.delta = (int8_t)dice[1] * 16;
    e.address = dice[2] & 1 ? e.heap_start + dice[2] * 16u : 0;
    e.reused = dice[3] & 3;
    e.reason = (enum effect_reason)(dice[4] % REASON_N);
    e.usable = dice[5] * 8u;
    e.again = dice[6] & 1;
    e.kept = (enum effect_kept)(dice[6] % KEPT_N);
    for (unsigned i = 0; i < EFFECT_N_STATS; i++)
        e.stat[i] = dice[(5 + i) % 8];
    for (e.n_free = 0; e.n_free < dice[7] % 4u; e.n_free++)
        e.free[e.n_free] = (struct effect_free){dice[e.n_free] % 5u, e.n_free * 64u, 16};
    return e;
}

static void must_be_right(const struct item *q, const struct effect *e)
{
    char right[ANSWER_GIVEN_MAX];
    for (size_t i = 0; i < q->n_answers; i++) {
        answer_right(&q->answer[i], e, right, sizeof right);
        right[strcspn(right, ",")] = '\0'; /* an address is told in two ways */
        bool dots =
            q->answer[i].form == ANSWER_WORD; /* what ends in a full stop is not compared with it */
        MUST(dots || answer_judge(&q->answer[i], right, e) == ANSWER_RIGHT);
    }
}

static void answer(struct player *p, const uint8_t *data, size_t size, size_t *at)
{
    char given[64], error[256];
    size_t n = size ? data[*at % size] % (sizeof given - 1) : 0;
    struct effect now = some_effect(data, size, at);
    for (size_t i = 0; i < n; i++)
        given[i] = (char)(data[(*at + i) % size] ? data[(*at + i) % size] : 'x');
    given[n] = '\0';
    must_be_right(player_question(p), &now);
    if (player_answer(p, given, &now, error, sizeof error)) {
        if (p->state == PLAYER_ASKING)
            MUST(p->again && player_answer(p, given, &now, error,
                                           sizeof error)); /* a second try, and no third */
        MUST(p->state != PLAYER_ASKING);
        return;
    }
    must_be_text(error, false);
    MUST(player_answer(p, NULL, &now, error, sizeof error));
}

static void play(const struct lesson *l, const uint8_t *data, size_t size)
{
    struct player p;
    size_t at = 0, steps = 0;
    MUST(player_begin(&p, l, size % 2 == 0));
    for (; p.state != PLAYER_OVER; steps++) {
        MUST(steps <= 3 * l->n_items + 3); /* F3 */
        must_be_text(p.text, true);
        if (p.state == PLAYER_ASKING) {
            answer(&p, data, size, &at);
        } else if (p.state == PLAYER_RUNNING) {
            struct effect e = some_effect(data, size, &at);
            MUST(player_command(&p));
            player_heard(&p, &e);
        } else {
            player_next(&p);
        }
    }
    MUST(p.right + p.second <= p.asked && p.asked == lesson_questions(l));
    MUST(p.page == p.n_pages);
    while (player_back(&p)) /* F2 */
        must_be_text(player_text(&p), true);
    MUST(p.page == 1 || p.looking == 1);
    player_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lesson l;
    struct heard h = {.n = 0};
    for (size_t i = 0; i < size; i++)
        h.lines += data[i] == '\n';
    bool ok = lesson_parse(&l, (const char *)data, size, hear, &h);
    MUST(ok == (h.n == 0));
    MUST(l.n_items <= LESSON_ITEMS_MAX && l.n_claims <= LESSON_CLAIMS_MAX);
    for (size_t i = 0; i < l.n_claims; i++)
        MUST(l.claim[i].before <= l.n_items && l.claim[i].n_bytes <= CLAIM_BYTES_MAX &&
             l.claim[i].stat < EFFECT_N_STATS);
    if (ok) play(&l, data, size);
    lesson_release(&l);
    return 0;
}
