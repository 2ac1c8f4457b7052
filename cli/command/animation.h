/* animation.h: a command played step by step on the map: the heap as the header words say it is
 * after each step.
 *
 * The frames are made from the snapshot before the command and its steps; the last one is the true
 * snapshot after it. Nothing is asked of the target. A heap of more than ANIMATION_BLOCKS_MAX
 * blocks or of several regions, or a command of many requests, is not played. */
#ifndef ANIMATION_H
#define ANIMATION_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/session/session.h"
#include "viz/changes.h"
#include "viz/snapshot.h"

struct shape_word;

#define ANIMATION_BLOCKS_MAX 20000u

struct animation {
    unsigned ms; /* a step, when it plays; 0: off */
    bool by_hand; /* it waits for keys instead */
    bool playing; /* a command is being played: the picture is frame at */
    size_t at, n; /* frames are the steps, 0 to n - 1 */
    struct snapshot *before; /* owned while playing */
    struct snapshot *frame; /* owned: what is shown */
    struct changes changes; /* the block of the step, marked */
    char text[256]; /* "step 2 of 5: looks at …" */
};

/* After a command: begin to play it if that is wanted and possible. Takes the session's snapshot
 * before the command. */
void animation_begin(struct animation *a, struct session *s);
/* Go on by by steps (negative: back). False: that was beyond the last step; the animation has
 * ended. */
bool animation_move(struct animation *a, const struct session *s, int by);
/* A word of the block at address, which was read now, as it stood at the present frame. */
void animation_rewind(const struct animation *a, const struct session *s, uint64_t address,
                      struct shape_word *fact);
/* The same for n bytes from address on, as far as words were written there; what a caller or a fill
 * wrote is as it is now. */
void animation_rewind_bytes(const struct animation *a, const struct session *s, uint64_t address,
                            unsigned char *bytes, size_t n);
/* End it, at once: the picture is the true one. */
void animation_end(struct animation *a);

#endif
