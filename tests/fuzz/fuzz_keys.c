/* fuzz_keys.c: whatever a terminal sends, at whatever size it has, reaches the line and leaves it
 * usable: on the screen, and without one.
 *
 * The first byte chooses: bit 0 without a screen, bit 1 vi's keys, bit 2 UTF-8, bit 3 an init
 * file's macros. Then come bytes as a terminal sends them, and 0xff, which no key holds, before an
 * event: see events[].
 *
 * K1  the cursor is inside the line, the line ends, and is no longer than LINE_BYTES_MAX
 * K2  its row on the screen has the cursor in it
 * K3  a line that was finished is one line
 * K4  after Ctrl-C what is typed is a line: `ok`, Enter, is the line `ok` */
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cli/command/command.h"
#include "cli/prompt/bindings.h"
#include "cli/prompt/keys.h"
#include "cli/prompt/line.h"
#include "cli/prompt/paste.h"
#include "cli/prompt/popup.h"
#include "cli/prompt/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

#define PLAIN 1
#define VI 2
#define UTF8 4
#define MACROS 8
#define KEYS_MOST 2048 /* an input's bytes: a long one finds no more than two short ones */
#define EVENT 0xff

static struct lab lab; /* no target: completion asks nothing of one */
static FILE *nowhere;

static struct run {
    struct keys keys;
    struct canvas canvas;
    bool plain;
} run;

/* ── What the two loops do with a key ── */

static char **complete(void *user, const char *text, size_t point, size_t *start)
{
    return command_complete(user, text, point, start);
}

static void begin(uint8_t how)
{
    const struct line_options options = {.prompt = "heap> ",
                                         .complete = complete,
                                         .user = &lab,
                                         .plain = run.plain,
                                         .terminal = nowhere};
    const char *notice;
    setlocale(LC_ALL, how & UTF8 ? "C.UTF-8" : "C");
    keys_init(&run.keys, how & UTF8);
    run.keys.pastes_typed = run.plain;
    line_open(&options, &notice);
    if (run.plain) line_show(options.prompt);
}

/* readline's memory of what happened before: one input is to find again what many have found. */
static void forget(uint8_t how)
{
    rl_set_keymap(emacs_standard_keymap);
    rl_variable_bind("editing-mode", "emacs");
    for (int i = 0; i < 12; i++) { /* the kill ring */
        rl_last_func = NULL;
        rl_insert_text("k");
        rl_kill_text(0, 1);
    }
    add_history("alloc 64");
    add_history("free 1; blocks");
    add_history("alloc 64 as 漢字");
    using_history();
    for (const char *key = "\022k\177\033"; *key; key++) /* the last search */
        line_key((const unsigned char *)key, 1);
    if (how & VI) rl_variable_bind("editing-mode", "vi");
    rl_macro_bind("\\C-xm", how & MACROS ? "\\C-r\\C-xm\\C-xn\\e[200~" : "", emacs_standard_keymap);
    rl_macro_bind("\\C-xn", how & MACROS ? "a\\C-xm\\C-v\\C-xm\\C-m" : "", emacs_standard_keymap);
    line_abandon();
    rl_last_func = NULL;
}

static void take(void)
{
    char *text = line_take();
    MUST(!text || !strchr(text, '\n')); /* K3 */
    if (text && run.plain) line_show("heap> ");
    free(text);
}

static void look(void)
{
    size_t point;
    const char *text = line_text(&point);
    MUST(point <= strlen(text) && strlen(text) <= LINE_BYTES_MAX); /* K1 */
    if (run.plain) return;
    row_draw(&run.canvas, run.canvas.rows - 1, line_prompt(), text, point);
    popup_draw(&run.canvas, run.canvas.rows - 1, line_matches());
    MUST(run.canvas.cursor_row == run.canvas.rows - 1);
    MUST(run.canvas.cursor_column >= 0 && run.canvas.cursor_column < run.canvas.columns); /* K2 */
}

static void paste(void)
{
    size_t n;
    bool cut;
    const char *bytes = keys_paste(&run.keys, &n, &cut);
    char *text = paste_text(bytes, n, run.keys.utf8);
    if (text) line_insert(text);
    free(text);
}

static void screen_key(const struct key *key)
{
    enum action action = bindings_find(key);
    if (key->kind == KEY_PASTE)
        paste();
    else if (key->kind == KEY_MOUSE)
        return;
    else if (line_quotes() && action != ACTION_ABANDON)
        line_key(key->bytes, key->n);
    else if (key->kind == KEY_ESCAPE && (line_dismiss() || !line_wants_escape()))
        return;
    else if (action == ACTION_ABANDON)
        line_abandon();
    else
        line_key(key->bytes, key->n);
}

static void hear(bool flush)
{
    struct key key;
    while (!line_ended() && keys_next(&run.keys, flush, &key)) {
        if (!run.plain)
            screen_key(&key);
        else if (key.kind == KEY_BYTES || key.kind == KEY_ESCAPE)
            line_key(key.bytes, key.n);
        take();
        if (!line_ended()) look();
    }
}

/* ── Events ── */

static void event_time(uint8_t by) { (void)by, hear(true); }

static void event_resize(uint8_t by)
{
    int rows = 1 + by / 16, columns = by % 16 == 15 ? 80 : 1 + by % 16;
    canvas_release(&run.canvas);
    MUST(canvas_init(&run.canvas, rows, columns, false));
    line_set_size(rows, columns);
}

static void event_interrupt(uint8_t by)
{
    (void)by;
    if (run.plain)
        line_drop();
    else
        line_abandon();
}

static void event_suspend(uint8_t by)
{
    (void)by;
    if (!run.plain) return;
    line_hide();
    line_show("heap> ");
}

static void (*const events[])(uint8_t by) = {event_time, event_resize, event_interrupt,
                                             event_suspend};

static void play(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size && !line_ended(); i++) {
        if (data[i] != EVENT) {
            keys_push(&run.keys, data + i, 1);
            hear(false);
        } else if (i + 2 < size) {
            events[data[i + 1] % (sizeof events / sizeof *events)](data[i + 2]);
            if (!line_ended()) look();
            i += 2;
        }
    }
}

/* K4 */
static void must_be_usable(void)
{
    static const char typed[] = "ok\r";
    keys_abandon_paste(&run.keys);
    hear(true);
    if (line_ended()) return;
    event_interrupt(0);
    size_t point;
    MUST(!*line_text(&point) && point == 0 && !strcmp(line_prompt(), "heap> "));
    for (const char *key = typed; *key; key++)
        line_key((const unsigned char *)key, 1);
    char *text = line_take();
    MUST(text && !strcmp(text, "ok"));
    free(text);
}

static void once(void)
{
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("XDG_STATE_HOME", "/dev/null", 1); /* no earlier lines, and none are kept */
    nowhere = fopen("/dev/null", "r+e");
    MUST(nowhere);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (!nowhere) once();
    run.plain = data[0] & PLAIN;
    begin(data[0]);
    forget(data[0]);
    event_resize(0xff);
    play(data + 1, size - 1 < KEYS_MOST ? size - 1 : KEYS_MOST);
    must_be_usable();
    line_close();
    keys_release(&run.keys);
    canvas_release(&run.canvas);
    return 0;
}
