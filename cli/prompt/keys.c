/* keys.c: one function a form of key. Each looks at the n > 0 bytes held and returns how many of
 * them it takes: 0 says that more are needed. *kind is what they are; DROP is nothing that anybody
 * wants. */
#include "cli/prompt/keys.h"

#include <stdlib.h>
#include <string.h>

#define ESC 0x1b
#define DROP ((enum key_kind) - 1)

static const char paste_end[] = "\033[201~";
#define PASTE_END_BYTES (sizeof paste_end - 1)

static unsigned char *held(const struct keys *k) { return (unsigned char *)k->bytes + k->from; }

void keys_init(struct keys *k, bool utf8)
{
    memset(k, 0, sizeof *k);
    k->utf8 = utf8;
}

void keys_release(struct keys *k)
{
    free(k->paste);
    keys_init(k, k->utf8);
}

size_t keys_push(struct keys *k, const unsigned char *bytes, size_t n)
{
    if (n > KEYS_ROOM - k->n) n = KEYS_ROOM - k->n;
    if (k->from + k->n + n > KEYS_ROOM) {
        memmove(k->bytes, held(k), k->n);
        k->from = 0;
    }
    memcpy(held(k) + k->n, bytes, n);
    k->n += n;
    return n;
}

static void take(struct keys *k, size_t n)
{
    k->n -= n;
    k->from = k->n ? k->from + n : 0;
}

/* The length of the valid character that begins at b; 0: it is not complete; -1: there is none. */
static int utf8_length(const unsigned char *b, size_t n)
{
    int length = b[0] < 0xc2 ? -1 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : b[0] < 0xf5 ? 4 : -1;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= n) return 0;
        unsigned char least = i == 1 && b[0] == 0xe0 ? 0xa0 : i == 1 && b[0] == 0xf0 ? 0x90 : 0x80;
        unsigned char most = i == 1 && b[0] == 0xed ? 0x9f : i == 1 && b[0] == 0xf4 ? 0x8f : 0xbf;
        if (b[i] < least || b[i] > most) return -1;
    }
    return length;
}

static size_t high_byte(const struct keys *k, enum key_kind *kind)
{
    int length = k->utf8 ? utf8_length(held(k), k->n) : -1;
    *kind = length < 0 ? DROP : KEY_BYTES;
    return length < 0 ? 1 : (size_t)length;
}

/* Up to three numbers between ; */
static int numbers(const unsigned char *b, size_t n, int *out, int most)
{
    int count = 0, value = 0, digits = 0;
    for (size_t i = 0; i <= n && count < most; i++) {
        if (i < n && b[i] >= '0' && b[i] <= '9' && digits < 6) {
            value = value * 10 + (b[i] - '0');
            digits++;
        } else if (i == n || b[i] == ';') {
            out[count++] = value;
            value = digits = 0;
        } else
            return 0;
    }
    return count;
}

static enum key_kind mouse(struct key *key, int button, int column, int row, bool press)
{
    if (column < 1 || row < 1) return DROP;
    key->mouse.button = button;
    key->mouse.column = column - 1;
    key->mouse.row = row - 1;
    key->mouse.press = press;
    return KEY_MOUSE;
}

/* ESC [ …: parameters (0x30 to 0x3f), intermediates (0x20 to 0x2f), one final byte (0x40 to 0x7e).
 * at is where the ESC stands: 0, or 1 after Alt's own. */
static size_t control_sequence(struct keys *k, size_t at, bool flush, enum key_kind *kind,
                               struct key *key)
{
    const unsigned char *b = held(k) + at;
    size_t n = k->n - at, i = 2;
    *kind = KEY_BYTES;
    if (n > 2 && b[2] == '[')
        return n > 3 ? at + 4 : flush ? at + 3 : 0; /* the Linux console's F1 to F5 */
    if (n > 2 && b[2] == 'M') { /* a mouse report in the old form */
        if (n < 6) return flush ? (*kind = DROP, k->n) : 0;
        *kind = mouse(key, b[3] - 32, b[4] - 32, b[5] - 32, ((b[3] - 32) & 3) != 3);
        return at + 6;
    }
    while (i < n && b[i] >= 0x20 && b[i] < 0x40)
        i++;
    if (at + i >= KEY_BYTES_MAX) {
        *kind = DROP;
        k->swallow = '[';
        return at + i;
    }
    if (i == n) return flush ? k->n : 0;
    if (b[i] < 0x40 || b[i] > 0x7e)
        return *kind = i == 2 ? KEY_BYTES : DROP,
               at + i; /* broken off: what comes is another key */
    if (b[2] >= '<' && b[2] <= '?') { /* no key: a report, such as the answer to DA1 */
        *kind = DROP;
        k->answer_due = k->answer_due && b[i] != 'c';
    }
    int report[3];
    if (b[2] == '<' && (b[i] == 'M' || b[i] == 'm'))
        *kind = numbers(b + 3, i - 3, report, 3) == 3
                    ? mouse(key, report[0], report[1], report[2], b[i] == 'M')
                    : DROP;
    return at + i + 1;
}

/* Do the bytes held begin as the late answers do? */
static bool answers(const struct keys *k)
{
    static const char color[] = "\033]11;", attributes[] = "\033[?";
    const unsigned char *b = held(k);
    return k->answer_due && k->n > 1 &&
           (!memcmp(b, color, k->n < sizeof color - 1 ? k->n : sizeof color - 1) ||
            !memcmp(b, attributes, k->n < sizeof attributes - 1 ? k->n : sizeof attributes - 1));
}

static size_t escape(struct keys *k, bool flush, enum key_kind *kind, struct key *key)
{
    const unsigned char *b = held(k);
    if (answers(k)) {
        flush = false;
        if (b[1] == ']' && k->n >= sizeof "\033]11;" - 1) {
            *kind = DROP;
            k->swallow = 'a';
            return 2;
        }
    }
    *kind = KEY_ESCAPE;
    if (k->n == 1) return flush ? 1 : 0;
    size_t at = b[1] == ESC ? 1 : 0; /* some terminals send Alt as an ESC before the sequence */
    if (k->n == at + 1) return flush ? 1 : 0;
    if (b[at + 1] == '[') return control_sequence(k, at, flush, kind, key);
    if (b[at + 1] == 'O') {
        *kind = KEY_BYTES;
        if (k->n == at + 2) return flush ? at + 2 : 0;
        return b[at + 2] > 0x20 && b[at + 2] < 0x7f ? at + 3 : at + 2;
    }
    if (at == 1 || b[1] >= 0x80) return 1; /* no more than ESC: what follows stands for itself */
    if (memchr("]P_^X", b[1], 5) &&
        k->n > 2) { /* a string, such as the answer to somebody's question */
        *kind = DROP;
        k->swallow = ']';
        return 2;
    }
    if (memchr("]P_^X", b[1], 5) && !flush) return 0;
    *kind = KEY_BYTES;
    return 2;
}

/* Throw away what belongs to the sequence being swallowed. False: all that is held belonged to it,
 * and more may come. */
static bool swallow(struct keys *k)
{
    bool sequence = k->swallow == '[', over = false;
    size_t i = 0;
    while (i < k->n && !over) {
        unsigned char byte = held(k)[i];
        bool last = i + 1 == k->n;
        if (sequence) {
            over = byte < 0x20 || byte > 0x3f;
            i += !over ||
                 (byte >= 0x40 && byte <= 0x7e); /* anything but a final byte stands for itself */
        } else if (byte == ESC && last) {
            break; /* perhaps the string's end: ESC \ */
        } else {
            over = byte < 0x20 || byte == 0x7f;
            i += !over || byte == 0x07 ? 1 : byte == ESC && held(k)[i + 1] == '\\' ? 2 : 0;
        }
    }
    take(k, i);
    if (over) k->swallow = 0;
    return over;
}

static void paste_add(struct keys *k, size_t n)
{
    if (k->n_paste + n > KEYS_PASTE_MAX) {
        k->paste_cut = true;
        n = KEYS_PASTE_MAX - k->n_paste;
    }
    if (k->n_paste + n > k->room_paste) {
        size_t room = 2 * (k->n_paste + n);
        char *more = realloc(k->paste, room);
        if (!more) {
            k->paste_cut = true;
            return;
        }
        k->paste = more;
        k->room_paste = room;
    }
    if (n) memcpy(k->paste + k->n_paste, held(k), n);
    k->n_paste += n;
}

/* Gather a paste. True: its end has come. */
static bool gather(struct keys *k)
{
    unsigned char *end = memmem(held(k), k->n, paste_end, PASTE_END_BYTES);
    size_t text = end ? (size_t)(end - held(k)) : k->n;
    if (!end)
        for (size_t tail = PASTE_END_BYTES - 1; tail > 0; tail--)
            if (k->n >= tail && !memcmp(held(k) + k->n - tail, paste_end, tail)) {
                text = k->n - tail;
                break;
            }
    paste_add(k, text);
    take(k, end ? text + PASTE_END_BYTES : text);
    k->pasting = !end;
    return end;
}

static bool is_sequence(const struct keys *k, size_t n, const char *sequence)
{
    return n == strlen(sequence) && memcmp(held(k), sequence, n) == 0;
}

static void paste_begin(struct keys *k)
{
    k->pasting = true;
    k->paste_cut = false;
    k->n_paste = 0;
}

bool keys_next(struct keys *k, bool flush, struct key *key)
{
    memset(key, 0, sizeof *key);
    for (;;) {
        if (k->pasting) {
            if (!gather(k)) return false;
            key->kind = KEY_PASTE;
            return true;
        }
        if (k->swallow) {
            if (!swallow(k) && (!flush || k->swallow == 'a')) return false;
            if (flush) k->swallow = 0;
        }
        if (!k->n) return false;
        enum key_kind kind = KEY_BYTES;
        size_t n = held(k)[0] == ESC    ? escape(k, flush, &kind, key)
                   : held(k)[0] >= 0x80 ? high_byte(k, &kind)
                                        : 1;
        if (!n) return false;
        if (kind == KEY_BYTES && is_sequence(k, n, "\033[200~")) {
            take(k, n);
            if (!k->pastes_typed) paste_begin(k);
            continue;
        }
        if (k->pastes_typed && is_sequence(k, n, paste_end)) kind = DROP;
        if (kind != DROP) {
            key->kind = kind;
            key->n = n;
            memcpy(key->bytes, held(k), n);
        }
        take(k, n);
        if (kind != DROP) return true;
    }
}

bool keys_undecided(const struct keys *k)
{
    return !k->pasting && (k->swallow || (k->n && held(k)[0] == ESC));
}

const char *keys_paste(const struct keys *k, size_t *n, bool *cut)
{
    *n = k->n_paste;
    *cut = k->paste_cut;
    return k->paste ? k->paste : "";
}

void keys_abandon_paste(struct keys *k)
{
    k->pasting = false;
    k->n_paste = k->n = 0;
}

bool keys_take_interrupt(struct keys *k, unsigned char byte)
{
    const unsigned char *at = k->pasting ? NULL : memchr(held(k), byte, k->n);
    if (at) take(k, (size_t)(at - held(k)) + 1);
    return at;
}

bool keys_hold_only(const struct keys *k, unsigned char byte)
{
    return k->n == 1 && *held(k) == byte;
}
