/* keys.h: from the bytes that a terminal sends to whole keys. Pure: reads no descriptor, asks no
 * clock.
 *
 *   K1  every byte pushed is given out once, as part of a key, or dropped because it cannot be one
 *   K2  after keys_next has returned false, the bytes held are fewer than KEY_BYTES_MAX (or the
 *       beginning of a paste's end)
 *   K3  a key never holds a part of a UTF-8 character */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_BYTES_MAX 32u
#define KEYS_ESCAPE_MS 25 /* an escape sequence comes in one piece, or is none */
#define KEYS_ROOM 65536u
#define KEYS_PASTE_MAX 65536u

enum key_kind {
    KEY_BYTES, /* a character, a control, Alt and a character, or an escape sequence */
    KEY_ESCAPE, /* ESC alone */
    KEY_MOUSE, /* a report: mouse */
    KEY_PASTE /* a bracketed paste is complete: keys_paste */
};

struct key {
    enum key_kind kind;
    unsigned char bytes[KEY_BYTES_MAX + 1]; /* followed by a NUL */
    size_t n;
    struct {
        int button, row, column;
        bool press;
    } mouse; /* button as reported; row and column from 0 */
};

struct keys {
    bool utf8; /* else bytes from 0x80 on are dropped */
    bool pastes_typed; /* what stands between the marks of a bracketed paste is as if typed; the
                          marks go */
    bool answer_due; /* the terminal was asked for its background, and may still answer: whole,
                        however slowly it comes */
    bool pasting; /* between the beginning and the end of a bracketed paste */
    char *paste;
    size_t n_paste, room_paste;
    bool paste_cut; /* it was longer than KEYS_PASTE_MAX, or there was no memory: the rest was
                       dropped */
    int swallow; /* inside an overlong sequence ('['), a string (']') that nobody wants or a late
                    answer ('a'); 0 */
    unsigned char bytes[KEYS_ROOM]; /* those held: n of them, from from on */
    size_t from, n;
};

void keys_init(struct keys *k, bool utf8);
void keys_release(struct keys *k);
/* Take bytes in; how many there was room for. After keys_next has returned false it is nearly
 * empty. */
size_t keys_push(struct keys *k, const unsigned char *bytes, size_t n);
/* The next whole key. False: there is none yet. flush: nothing more came for a while, so an
 * unfinished escape sequence is what it is. */
bool keys_next(struct keys *k, bool flush, struct key *key);
/* Is an unfinished escape sequence held, which only time can decide? (A piece of a character can
 * wait for ever.) */
bool keys_undecided(const struct keys *k);
/* The text of the paste just completed (not terminated), valid until the next call; *cut: it was
 * too long. */
const char *keys_paste(const struct keys *k, size_t *n, bool *cut);
/* Leave a paste that nobody ended, dropping it. */
void keys_abandon_paste(struct keys *k);
/* Is that byte among those held, outside a paste? They are then all dropped up to and with it:
 * Ctrl-C goes before what was typed ahead. */
bool keys_take_interrupt(struct keys *k, unsigned char byte);
/* Is that byte all that is held? */
bool keys_hold_only(const struct keys *k, unsigned char byte);

#endif
