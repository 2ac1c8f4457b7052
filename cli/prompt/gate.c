/* gate.c: readline 8.2 through its callbacks dereferences NULL, waits or loops when a sequence ends where it expects more, or when a key of several
 * bytes comes while it searches. So every key is looked up first, with readline's own keymaps, and what it is not in a state for is never given. */
#include "cli/prompt/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cli/prompt/keys.h"

#define CONTROL(letter) ((letter)&0x1f)
#define COUNT_MAX 999 /* what a numeric argument is cut to */
#define MACRO_KEYS_MAX 4096 /* an init file's macros may call each other */
#define SEARCHES (RL_STATE_ISEARCH | RL_STATE_NSEARCH)

static struct gate_state {
    unsigned char queue[KEY_BYTES_MAX];
    size_t n_queue, from_queue;
    unsigned char prefix[KEY_BYTES_MAX]; /* the beginning of a sequence */
    size_t n_prefix;
    bool quoting; /* the next key stands for itself */
    int seeking; /* the next key is looked for in the line: 1 behind, -1 before the cursor */
    rl_command_func_t *searching; /* what began the incremental search */
    bool awaiting; /* readline has been told to do something with the next character */
    bool stopped; /* a line was finished */
    int count; /* the numeric argument of what is quoting or seeking */
    unsigned macro_keys;
} gate;

static int next_byte(FILE *stream)
{
    (void)stream;
    if (gate.from_queue == gate.n_queue) return CONTROL('G'); /* asked for more than a whole key: abort whatever it is */
    return gate.queue[gate.from_queue++];
}

static int bytes_wait(void) { return gate.from_queue < gate.n_queue; }

/* readline keeps submaps and macros where functions stand. */
static void *object_of(rl_command_func_t *function)
{
    void *object;
    memcpy(&object, &function, sizeof object);
    return object;
}

static bool in_vi(void) { return rl_editing_mode == 0; }

bool gate_quotes(void) { return gate.quoting; }

bool gate_searches(void) { return RL_ISSTATE(SEARCHES); }

void gate_stop(void) { gate.stopped = true; }

/* ── Functions that read, and what stands for them ── */

static int quote(int count, int key)
{
    (void)key;
    gate.quoting = true;
    gate.count = abs(count);
    return 0;
}

static int seek_behind(int count, int key)
{
    (void)key;
    gate.seeking = count < 0 ? -1 : 1;
    gate.count = abs(count);
    return 0;
}

static int seek_before(int count, int key) { return seek_behind(-count, key); }

static int read_init_again(int count, int key)
{
    int result = rl_re_read_init_file(count, key);
    gate_guard();
    return result;
}

static const struct {
    rl_command_func_t *reads, *instead; /* NULL: unbound */
} replaced[] = {
    {rl_quoted_insert, quote},
    {rl_char_search, seek_behind},
    {rl_backward_char_search, seek_before},
    {rl_re_read_init_file, read_init_again},
    {rl_bracketed_paste_begin, NULL},
    {rl_arrow_keys, NULL},
    {rl_skip_csi_sequence, NULL},
    {rl_start_kbd_macro, NULL},
    {rl_end_kbd_macro, NULL},
    {rl_call_last_kbd_macro, NULL},
    {rl_print_last_kbd_macro, NULL},
};

static void guard_map(Keymap map)
{
    for (int key = 0; key < KEYMAP_SIZE; key++) {
        if (map[key].type == ISKMAP && map[key].function) guard_map(object_of(map[key].function));
        if (map[key].type != ISFUNC || !map[key].function) continue;
        for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
            if (map[key].function == replaced[i].reads) map[key].function = replaced[i].instead;
    }
}

void gate_guard(void)
{
    static const char *const variables[][2] = {
        {"bell-style", "none"},
        {"enable-bracketed-paste", "off"},
        {"blink-matching-paren", "off"},
        {"show-mode-in-prompt", "off"},
        {"isearch-terminators", "\033\012"},
        {"convert-meta", "off"},
        {"input-meta", "on"},
        {"completion-query-items", "0"}, /* it would ask, and more than a page would ask, and wait */
        {"page-completions", "off"},
        {"keyseq-timeout", "0"},
    };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        rl_variable_bind(variables[i][0], variables[i][1]);
    guard_map(emacs_standard_keymap);
    guard_map(vi_insertion_keymap);
    guard_map(vi_movement_keymap);
}

void gate_open(void)
{
    memset(&gate, 0, sizeof gate);
    rl_getc_function = next_byte;
    rl_input_available_hook = bytes_wait;
}

/* ── Giving ── */

/* A count that was typed is small enough for all that is done so many times. */
static void bound_count(void)
{
    if (rl_numeric_arg > COUNT_MAX) rl_numeric_arg = COUNT_MAX;
    if (rl_numeric_arg < -COUNT_MAX) rl_numeric_arg = -COUNT_MAX;
}

/* G4. Cut at the end, between two characters. */
static void bound_line(void)
{
    if (rl_end <= GATE_LINE_MAX) return;
    int end = GATE_LINE_MAX;
    while (end > 0 && ((unsigned char)rl_line_buffer[end] & 0xc0) == 0x80)
        end--;
    rl_delete_text(end, rl_end);
    if (rl_point > rl_end) rl_point = rl_end;
    if (rl_mark > rl_end) rl_mark = rl_end;
}

/* Does the key belong to the count that is being typed? */
static bool counts(const unsigned char *bytes, size_t n)
{
    int type;
    rl_command_func_t *function = rl_function_of_keyseq_len((const char *)bytes, n, NULL, &type);
    return n == 1 && (strchr("-0123456789", bytes[0]) || (function == rl_universal_argument && type == ISFUNC));
}

/* The count is complete. readline would run the key's function from within the count, and forget to look whether it finished the line. */
static void end_count(void)
{
    rl_restore_prompt();
    rl_clear_message();
    rl_readline_state &= ~(unsigned long)RL_STATE_NUMERICARG;
    rl_explicit_arg = 1;
    rl_execute_next(next_byte(NULL)); /* pending, so that the count is kept for it */
    rl_callback_read_char();
}

static void give(const unsigned char *bytes, size_t n)
{
    if (gate.stopped || n > sizeof gate.queue) return;
    memcpy(gate.queue, bytes, n);
    gate.n_queue = n;
    gate.from_queue = 0;
    bound_count();
    if (RL_ISSTATE(RL_STATE_NUMERICARG) && !RL_ISSTATE(RL_STATE_VIMOTION) && !counts(bytes, n)) end_count();
    while (bytes_wait() && !gate.stopped)
        rl_callback_read_char();
    gate.n_queue = gate.from_queue = 0;
    if (gate.stopped) return;
    if (RL_ISSTATE(RL_STATE_MULTIKEY)) rl_callback_sigcleanup(); /* G1: it can't wait for what will not come in pieces */
    bound_line();
}

void gate_rest(void)
{
    gate.n_prefix = 0;
    gate.quoting = gate.awaiting = false;
    gate.seeking = 0;
    if (RL_ISSTATE(SEARCHES)) give((const unsigned char *)"\a", 1);
    if (RL_ISSTATE(RL_STATE_NUMERICARG)) {
        rl_restore_prompt();
        rl_clear_message();
    }
    rl_callback_sigcleanup();
    rl_readline_state &= ~(unsigned long)(RL_STATE_NUMERICARG | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY);
}

/* ── What a key is ── */

static bool is_character(const unsigned char *bytes, size_t n)
{
    return n > 0 && (bytes[0] >= 0x80 || (n == 1 && bytes[0] >= ' ' && bytes[0] != 0x7f));
}

static rl_command_func_t *look_up(const unsigned char *bytes, size_t n, int *type)
{
    *type = ISFUNC;
    if (bytes[0] >= 0x80) n = 1; /* all bytes of a character are bound alike */
    return rl_function_of_keyseq_len((const char *)bytes, n, NULL, type);
}

static bool is_isearch(rl_command_func_t *function)
{
    return function == rl_reverse_search_history || function == rl_forward_search_history;
}

/* G2: the keys of an incremental search, ESC and Enter among them; all others end it where it is. */
static bool isearch_takes(const unsigned char *bytes, size_t n)
{
    static rl_command_func_t *const own[] = {
        rl_reverse_search_history, rl_forward_search_history, rl_rubout, rl_abort, rl_unix_word_rubout, rl_yank, rl_newline};
    int type;
    rl_command_func_t *function = look_up(bytes, n, &type);
    if (n == 1 && bytes[0] == ESC) return true;
    if (n > 1 && bytes[0] < 0x80) return false;
    if (type != ISFUNC) return false;
    if (is_character(bytes, n) || bytes[0] == CONTROL('G')) return true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (function == own[i]) return true;
    return false;
}

static bool nsearch_takes(const unsigned char *bytes, size_t n)
{
    static const char controls[] = {CONTROL('G'), CONTROL('H'), CONTROL('J'), CONTROL('M'), CONTROL('U'), CONTROL('W'), 0x7f};
    return is_character(bytes, n) || (n == 1 && memchr(controls, bytes[0], sizeof controls));
}

/* Does readline wait for the character that an earlier key is about? */
static bool awaits(void) { return gate.awaiting || RL_ISSTATE(RL_STATE_CHARSEARCH | RL_STATE_VIMOTION); }

/* Did the key just given leave a function of vi's waiting that no state tells of? */
static bool has_asked(void)
{
    static rl_command_func_t *const ask[] = {rl_vi_change_char, rl_vi_set_mark, rl_vi_goto_mark};
    for (size_t i = 0; in_vi() && i < sizeof ask / sizeof *ask; i++)
        if (rl_last_func == ask[i]) return true;
    return false;
}

/* ── The line without readline ── */

static void insert_quoted(const unsigned char *bytes, size_t n)
{
    char text[KEY_BYTES_MAX + 1];
    memcpy(text, bytes, n);
    text[n] = 0;
    gate.quoting = false;
    rl_begin_undo_group();
    for (int i = 0; i < gate.count && i < COUNT_MAX; i++)
        rl_insert_text(text);
    rl_end_undo_group();
    bound_line();
    rl_redisplay_function();
}

static void seek(const unsigned char *bytes, size_t n)
{
    int at = rl_point, direction = gate.seeking, found = gate.count;
    gate.seeking = 0;
    while (found > 0) {
        at += direction;
        if (at < 0 || at + (int)n > rl_end) return; /* the cursor stays */
        if (memcmp(rl_line_buffer + at, bytes, n) == 0) found--;
    }
    rl_point = at;
    rl_redisplay_function();
}

/* ── Keys ── */

static void key_in_order(const unsigned char *bytes, size_t n);

/* An init file's macro, a key after another: characters whole, sequences by their beginnings. */
static void play(const char *macro)
{
    const unsigned char *at = (const unsigned char *)macro;
    while (*at && !gate.stopped && gate.macro_keys++ < MACRO_KEYS_MAX) {
        size_t n = 1;
        while (at[0] >= 0xc0 && (at[n] & 0xc0) == 0x80 && n < 4)
            n++;
        key_in_order(at, n);
        at += n;
    }
}

/* The sequence begun before, and this key. */
static void sequence(const unsigned char *bytes, size_t n)
{
    unsigned char whole[2 * KEY_BYTES_MAX];
    int type;
    memcpy(whole, gate.prefix, gate.n_prefix);
    memcpy(whole + gate.n_prefix, bytes, n);
    n += gate.n_prefix;
    gate.n_prefix = 0;
    if (n > KEY_BYTES_MAX) return;
    rl_command_func_t *function = look_up(whole, n, &type);
    if (function == rl_do_lowercase_version && type == ISFUNC && whole[n - 1] >= 'A' && whole[n - 1] <= 'Z') {
        whole[n - 1] = (unsigned char)(whole[n - 1] - 'A' + 'a'); /* which may be a macro */
        function = look_up(whole, n, &type);
    }
    if (!function) return; /* bound to nothing */
    if (type == ISMACR) {
        char *macro = strdup(object_of(function)); /* playing may read the init file again */
        if (macro) play(macro);
        free(macro);
    } else if (type == ISKMAP) {
        memcpy(gate.prefix, whole, n);
        gate.n_prefix = n;
    } else {
        if (is_isearch(function)) gate_rest(); /* a count would turn it around */
        give(whole, n);
        gate.awaiting = has_asked();
        if (RL_ISSTATE(RL_STATE_ISEARCH)) gate.searching = function;
    }
}

/* A search that is turned around where it found nothing reads in one line with its place in another (readline 8.2). So it ends, and another one begins,
 * for the same text. */
static void search_turned(const unsigned char *bytes, size_t n, rl_command_func_t *function)
{
    give((const unsigned char *)"\033", 1);
    give(bytes, n);
    gate.searching = function;
    if (RL_ISSTATE(RL_STATE_ISEARCH)) give(bytes, n);
}

static void search_key(const unsigned char *bytes, size_t n)
{
    int type;
    rl_command_func_t *function = look_up(bytes, n, &type);
    if (!isearch_takes(bytes, n)) {
        give((const unsigned char *)"\033", 1);
        sequence(bytes, n);
    } else if (type == ISFUNC && is_isearch(function) && function != gate.searching) {
        search_turned(bytes, n, function);
    } else {
        give(bytes, n);
    }
}

/* vi's ESC. */
static void escape_vi(void)
{
    bool moving = rl_get_keymap() == vi_movement_keymap;
    gate_rest();
    if (!moving) give((const unsigned char *)"\033", 1);
}

static void key_in_order(const unsigned char *bytes, size_t n)
{
    bool lone_escape = n == 1 && bytes[0] == ESC;
    if (gate.quoting) {
        insert_quoted(bytes, n);
    } else if (gate.seeking) {
        seek(bytes, n);
    } else if (RL_ISSTATE(RL_STATE_ISEARCH)) {
        search_key(bytes, n);
    } else if (RL_ISSTATE(RL_STATE_NSEARCH)) {
        bool own = nsearch_takes(bytes, n);
        give(own ? bytes : (const unsigned char *)"\a", own ? n : 1);
        if (!own && !lone_escape) sequence(bytes, n);
    } else if (lone_escape && in_vi()) {
        escape_vi();
    } else if (awaits()) {
        gate.awaiting = false;
        if (!is_character(bytes, n)) gate_rest();
        if (is_character(bytes, n))
            give(bytes, n);
        else
            sequence(bytes, n);
    } else {
        sequence(bytes, n);
    }
}

void gate_key(const unsigned char *bytes, size_t n)
{
    gate.stopped = false;
    gate.macro_keys = 0;
    if (n > 0 && n <= KEY_BYTES_MAX) key_in_order(bytes, n);
}
