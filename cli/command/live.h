/* live.h: a heap that changes by itself: when it is looked at again, and what is waited for. */
#ifndef LIVE_H
#define LIVE_H

#include "cli/command/lab.h"

/* Milliseconds until the next look is due, 0: now; -1: none is, for the heap does only what it is
 * told, is paused or has ended. */
int live_wait(const struct lab *lab);

/* Look, if it is time, and hear what a program that we started has written, and whether it has
 * ended. True: there is something else to be shown. */
bool live_tick(struct lab *lab);
/* A descriptor that can be read when the program has written something; -1: there is none. */
int live_fd(const struct lab *lab);

/* "10 looks a second", "paused", with the picture's age where it is not fresh; "" of a heap that
 * does only what it is told. */
const char *live_pulse(const struct lab *lab, char text[LIVE_PULSE_BYTES]);

enum live_reader {
    LIVE_READS, /* it has read what was typed, and waits for more: what it was told to do is done */
    LIVE_WORKS, /* not within the time: it has not read it yet, or is at work */
    LIVE_BY_SIGNAL, /* a signal has stopped it (Ctrl-Z), and it reads once it goes on */
    LIVE_HELD, /* it is paused, and reads once it goes on */
    LIVE_OVER, /* it has ended */
    LIVE_STOPPED /* somebody did not want to wait any longer */
};

/* Wait, for so many seconds at most, until a program on a terminal of its own reads again, and take
 * what it writes. prompt is its open line before something was typed: where the kernel does not
 * tell what a program waits for, the same line behind others means that it reads. */
enum live_reader live_await_reader(struct lab *lab, const char *prompt, double seconds);

enum live_condition {
    LIVE_NOTHING,
    LIVE_BRK_ABOVE, /* value: bytes from the heap's start */
    LIVE_BRK_BELOW,
    LIVE_LIVE_ABOVE, /* bytes in use */
    LIVE_LIVE_BELOW,
    LIVE_BLOCK, /* a block of so many bytes or more, that was not there */
    LIVE_FREED, /* an address */
    LIVE_DAMAGED,
    LIVE_ENDED
};

struct live_until {
    enum live_condition what;
    uint64_t value;
};

/* Look at the rate until it is so, then hold the program, and say in words what was seen. False:
 * it was stopped, or the program has ended before; words say which. */
bool live_until(struct lab *lab, const struct live_until *until, char *words, size_t bytes);

#endif
