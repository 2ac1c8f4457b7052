/* background.c: OSC 11 asks for the background's colour. Who does not know it says nothing; so the
 * device attributes (DA1) are asked for behind it, and terminals answer in order. */
#include "cli/prompt/background.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/text/ascii.h"

static const char question[] = "\033]11;?\033\\\033[c";

/* One part, from 0 to 1; -1: there is none. */
static double part(const char **at, const char *end)
{
    int value = 0, most = 0;
    for (int digits = 0; *at < end && digits < 4 && ascii_is_hex(**at); digits++, ++*at) {
        value = value * 16 + ascii_hex_value(**at);
        most = most * 16 + 15;
    }
    return most ? (double)value / most : -1;
}

enum background background_of_color(const char *text, size_t n)
{
    static const double weights[] = {0.299, 0.587, 0.114};
    const char *at = text, *end = text + n;
    double light = 0;
    if (n > 4 && !memcmp(at, "rgb:", 4))
        at += 4;
    else if (n > 5 && !memcmp(at, "rgba:", 5))
        at += 5;
    else
        return BACKGROUND_UNKNOWN;
    for (int i = 0; i < 3; i++) {
        double value = part(&at, end);
        if (value < 0 || (i < 2 && (at == end || *at++ != '/'))) return BACKGROUND_UNKNOWN;
        light += weights[i] * value;
    }
    return light > 0.5 ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}

enum background background_of_variable(const char *colorfgbg)
{
    const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
    char *end;
    if (!last || last[1] < '0' || last[1] > '9') return BACKGROUND_UNKNOWN;
    long color = strtol(last + 1, &end, 10);
    if (*end || color > 15) return BACKGROUND_UNKNOWN;
    return color == 7 || color > 8
               ? BACKGROUND_LIGHT
               : BACKGROUND_DARK; /* white and what is bright, but for bright black */
}

bool background_may_ask(const char *term, const char *tmux, const char *screen)
{
    static const char *const able[] = {
        "xterm", "tmux",    "rxvt",  "alacritty", "foot",    "kitty",   "wezterm", "vte",
        "gnome", "konsole", "iterm", "mintty",    "contour", "ghostty", "st-",     "putty"};
    bool in_tmux = tmux && *tmux;
    if (!term) return false;
    if (screen && *screen) return false;
    if (!strncmp(term, "screen", 6)) return in_tmux;
    for (size_t i = 0; i < sizeof able / sizeof *able; i++)
        if (!strncmp(term, able[i], strlen(able[i]))) return true;
    return false;
}

/* ── Asking ── */

struct answers {
    unsigned char bytes[512]; /* what came */
    size_t n;
    enum background background;
    bool over; /* DA1 was answered */
};

/* Where a string's end stands, and how long that is; 0: not yet. */
static size_t string_end(const unsigned char *b, size_t n, size_t *ends)
{
    for (size_t i = 0; i < n; i++) {
        if (b[i] == 0x07) return *ends = 1, i;
        if (b[i] == 0x1b && i + 1 < n && b[i + 1] == '\\') return *ends = 2, i;
    }
    return 0;
}

static void cut(struct answers *a, size_t from, size_t n)
{
    memmove(a->bytes + from, a->bytes + from + n, a->n - from - n);
    a->n -= n;
}

/* Take the answers out of what came. */
static void look_for_answers(struct answers *a)
{
    static const char color[] = "\033]11;", attributes[] = "\033[?";
    size_t ends = 0;
    unsigned char *at = memmem(a->bytes, a->n, color, sizeof color - 1);
    if (at) {
        size_t from = (size_t)(at - a->bytes), begin = from + sizeof color - 1,
               n = string_end(a->bytes + begin, a->n - begin, &ends);
        if (n == 0) return;
        a->background = background_of_color((const char *)a->bytes + begin, n);
        cut(a, from, begin + n + ends - from);
    }
    at = memmem(a->bytes, a->n, attributes, sizeof attributes - 1);
    if (!at) return;
    size_t from = (size_t)(at - a->bytes), end = from + sizeof attributes - 1;
    while (end < a->n && a->bytes[end] >= 0x20 && a->bytes[end] < 0x40)
        end++;
    if (end == a->n) return;
    a->over = a->bytes[end] == 'c';
    cut(a, from, end + 1 - from);
}

static long milliseconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void wait_for_answers(struct answers *a)
{
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long left = BACKGROUND_WAIT_MS; left > 0 && !a->over && a->n < sizeof a->bytes;
         left = BACKGROUND_WAIT_MS - milliseconds_since(&begin)) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&in, 1, (int)left) <= 0) continue;
        ssize_t n = read(STDIN_FILENO, a->bytes + a->n, sizeof a->bytes - a->n);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            return; /* the loop will see it, too */
        if (n > 0) a->n += (size_t)n;
        look_for_answers(a);
    }
}

static enum background ask(struct keys *keys)
{
    struct answers a = {.background = BACKGROUND_UNKNOWN};
    struct termios before, raw;
    if (tcgetattr(STDIN_FILENO, &before) != 0) return BACKGROUND_UNKNOWN;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return BACKGROUND_UNKNOWN;
    if (write(STDOUT_FILENO, question, sizeof question - 1) == (ssize_t)(sizeof question - 1)) {
        wait_for_answers(&a);
        keys->answer_due = !a.over;
    }
    keys_push(keys, a.bytes, a.n);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return a.background;
}

enum background background_find(struct keys *keys)
{
    enum background found = BACKGROUND_UNKNOWN;
    if (background_may_ask(getenv("TERM"), getenv("TMUX"), getenv("STY"))) found = ask(keys);
    return found != BACKGROUND_UNKNOWN ? found : background_of_variable(getenv("COLORFGBG"));
}
