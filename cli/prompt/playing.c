/* playing.c: a command that is played step by step: the clock and the keys. Any other key ends it
 * and keeps its meaning. */
#include <string.h>

#include "cli/prompt/prompt.h"

static bool is(const struct key *key, const char *bytes)
{
    return key->kind == KEY_BYTES && !strcmp((const char *)key->bytes, bytes);
}

bool prompt_play_key(struct prompt *p, const struct key *key)
{
    struct animation *a = &p->lab->shown.animation;
    if (!a->playing) return false;
    p->screen.stale = true;
    clock_gettime(CLOCK_MONOTONIC, &p->framed);
    if (is(key, "\033[C") || is(key, "\033OC") || is(key, " ")) {
        animation_move(&p->lab->shown.animation, &p->lab->shown.session, 1);
        return true;
    }
    if (is(key, "\033[D") || is(key, "\033OD")) {
        animation_move(&p->lab->shown.animation, &p->lab->shown.session, -1);
        return true;
    }
    animation_end(&p->lab->shown.animation);
    return key->kind == KEY_ESCAPE || is(key, "\r") || is(key, "\003");
}

/* Milliseconds since the frame was shown. */
static long shown_ms(const struct prompt *p)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - p->framed.tv_sec) * 1000 +
           (now.tv_nsec - p->framed.tv_nsec) / 1000000;
}

int prompt_play_wait(const struct prompt *p)
{
    const struct animation *a = &p->lab->shown.animation;
    if (!a->playing || a->by_hand || a->ms == 0) return -1;
    long left = (long)a->ms - shown_ms(p);
    return left > 0 ? (int)left : 0;
}

void prompt_play_tick(struct prompt *p)
{
    if (prompt_play_wait(p) != 0) return;
    clock_gettime(CLOCK_MONOTONIC, &p->framed);
    animation_move(&p->lab->shown.animation, &p->lab->shown.session, 1);
    p->screen.stale = true;
}
