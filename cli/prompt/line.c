/* line.c: readline through its callbacks: the only file that includes it, which is why it is long.
 * Whole keys come in, the screen is somebody else's: every hook that would touch the terminal is
 * off.
 *
 * readline 8.2 through its callbacks dereferences NULL, waits or loops when a sequence ends where
 * it expects more, or when a key of several bytes comes while it searches. So every key goes
 * through a gate, which looks it up first, with readline's own keymaps; what it is not in a state
 * for is never given:
 *
 *   G1  readline is given whole sequences that it has a function for, never a piece of one
 *   G2  a search is over before anything but its own keys is given to it; whoever waits for a
 *       character is given one, or is called off
 *   G3  no function of readline's reads on beyond what it was given: those that do are replaced or
 *       unbound
 *   G4  a key makes the line longer by a bounded number of bytes, and no line is longer than
 *       LINE_BYTES_MAX */
#include "cli/prompt/line.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cli/prompt/keys.h"
#include "cli/prompt/store.h"

#define CONTROL(letter) ((letter)&0x1f)
#define COUNT_MAX 999 /* what a numeric argument is cut to */
#define MACRO_KEYS_MAX 4096 /* an init file's macros may call each other */
#define PLAIN_COLUMNS_MIN 12

/* What lets keys through. */
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
    if (gate.from_queue == gate.n_queue)
        return CONTROL('G'); /* asked for more than a whole key: abort whatever it is */
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

static bool gate_quotes(void) { return gate.quoting; }

static bool gate_searches(void) { return RL_ISSTATE(RL_STATE_ISEARCH); }

/* A line was finished: nothing more is given to readline until the next key comes. */
static void gate_stop(void) { gate.stopped = true; }

/* ── The gate: functions that read, and what stands for them ── */

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

static void gate_guard(void);

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
    /* A search that is not incremental, once called off, frees what the line before it needs for
       undo, twice (readline 8.2). */
    {rl_noninc_forward_search, NULL},
    {rl_noninc_reverse_search, NULL},
    {rl_noninc_forward_search_again, NULL},
    {rl_noninc_reverse_search_again, NULL},
    {rl_vi_search, NULL},
    {rl_vi_search_again, NULL},
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

/* Once it is (its init file has been read): take out of all its keymaps what would break G3. */
static void gate_guard(void)
{
    static const char *const variables[][2] = {
        {"bell-style", "none"},
        {"enable-bracketed-paste", "off"},
        {"blink-matching-paren", "off"},
        {"show-mode-in-prompt", "off"},
        {"isearch-terminators", "\033\012"},
        {"convert-meta", "off"},
        {"input-meta", "on"},
        {"completion-query-items",
         "0"}, /* it would ask, and more than a page would ask, and wait */
        {"page-completions", "off"},
        {"keyseq-timeout", "0"},
    };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        rl_variable_bind(variables[i][0], variables[i][1]);
    guard_map(emacs_standard_keymap);
    guard_map(vi_insertion_keymap);
    guard_map(vi_movement_keymap);
}

/* Before readline is initialised: give it keys through the gate. */
static void gate_open(void)
{
    memset(&gate, 0, sizeof gate);
    rl_getc_function = next_byte;
    rl_input_available_hook = bytes_wait;
}

/* ── The gate: giving ── */

/* A count that was typed is small enough for all that is done so many times. */
static void bound_count(void)
{
    if (rl_numeric_arg > COUNT_MAX) rl_numeric_arg = COUNT_MAX;
    if (rl_numeric_arg < -COUNT_MAX) rl_numeric_arg = -COUNT_MAX;
}

/* G4. Cut at the end, between two characters. */
static void bound_line(void)
{
    if (rl_end <= LINE_BYTES_MAX) return;
    int end = LINE_BYTES_MAX;
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
    return n == 1 && (strchr("-0123456789", bytes[0]) ||
                      (function == rl_universal_argument && type == ISFUNC));
}

/* The count is complete. readline would run the key's function from within the count, and forget to
 * look whether it finished the line. */
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
    if (RL_ISSTATE(RL_STATE_NUMERICARG) && !RL_ISSTATE(RL_STATE_VIMOTION) && !counts(bytes, n))
        end_count();
    while (bytes_wait() && !gate.stopped)
        rl_callback_read_char();
    gate.n_queue = gate.from_queue = 0;
    if (gate.stopped) return;
    if (RL_ISSTATE(RL_STATE_MULTIKEY))
        rl_callback_sigcleanup(); /* G1: it can't wait for what will not come in pieces */
    bound_line();
}

/* Leave whatever is under way: a search, a count, half a sequence, a key to be quoted. The line
 * stays. */
static void gate_rest(void)
{
    gate.n_prefix = 0;
    gate.quoting = gate.awaiting = false;
    gate.seeking = 0;
    if (RL_ISSTATE(RL_STATE_ISEARCH)) give((const unsigned char *)"\a", 1);
    if (RL_ISSTATE(RL_STATE_NUMERICARG)) {
        rl_restore_prompt();
        rl_clear_message();
    }
    rl_last_func = NULL; /* vi's Ctrl-N would go on completing in a line that is another one now */
    rl_callback_sigcleanup();
    rl_readline_state &= ~(unsigned long)(RL_STATE_NUMERICARG | RL_STATE_VIMOTION |
                                          RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY);
}

/* ── The gate: what a key is ── */

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

/* G2: the keys of an incremental search, ESC and Enter among them; all others end it where it is.
 */
static bool isearch_takes(const unsigned char *bytes, size_t n)
{
    static rl_command_func_t *const own[] = {rl_reverse_search_history,
                                             rl_forward_search_history,
                                             rl_rubout,
                                             rl_abort,
                                             rl_unix_word_rubout,
                                             rl_yank,
                                             rl_newline};
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

/* Does readline wait for the character that an earlier key is about? */
static bool awaits(void)
{
    return gate.awaiting || RL_ISSTATE(RL_STATE_CHARSEARCH | RL_STATE_VIMOTION);
}

/* Did the key just given leave a function of vi's waiting that no state tells of? */
static bool has_asked(void)
{
    static rl_command_func_t *const ask[] = {rl_vi_change_char, rl_vi_set_mark, rl_vi_goto_mark};
    for (size_t i = 0; in_vi() && i < sizeof ask / sizeof *ask; i++)
        if (rl_last_func == ask[i]) return true;
    return false;
}

/* ── The gate: the line without readline ── */

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

/* ── The gate: keys ── */

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
    if (function == rl_do_lowercase_version && type == ISFUNC && whole[n - 1] >= 'A' &&
        whole[n - 1] <= 'Z') {
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

/* A search that is turned around where it found nothing reads in one line with its place in another
 * (readline 8.2). So it ends, and another one begins, for the same text. */
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

/* One whole key, as of keys.h; a lone ESC is the beginning of a sequence, unless a search or vi's
 * keys know it. */
static void gate_key(const unsigned char *bytes, size_t n)
{
    gate.stopped = false;
    gate.macro_keys = 0;
    if (n > 0 && n <= KEY_BYTES_MAX) key_in_order(bytes, n);
}

/* ── The line ── */

static struct line_state {
    struct line_options options;
    struct store store;
    bool noticed; /* what the store has to say was told */
    FILE *nowhere;
    char *submitted;
    char *kept; /* plain: the line that was being typed when the terminal was given back, NULL */
    int kept_point;
    bool shown; /* plain: readline has the terminal */
    bool ended;
    struct line_matches matches;
    size_t word_from; /* where the word being completed begins */
    bool completing; /* the present key asked for completion */
} line;

static void redisplay_nothing(void) {}

static void forget_matches(void)
{
    for (size_t i = 0; i < line.matches.n; i++)
        free(line.matches.words[i]);
    free(line.matches.words);
    line.matches = (struct line_matches){0};
}

static void submitted(char *text)
{
    gate_stop();
    line.shown = false;
    if (line.options.plain) rl_callback_handler_remove(); /* which gives the terminal back */
    if (!text) {
        line.ended = true;
        return;
    }
    for (char *at = text; (at = strchr(at, '\n'));)
        *at = ';';
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (text[strspn(text, " ")] && (!last || strcmp(last->line, text) != 0)) {
        add_history(text);
        store_add(&line.store, text);
    }
    free(line.submitted);
    line.submitted = text;
}

/* ── Completion ── */

static void replace_word(const char *word)
{
    rl_begin_undo_group();
    rl_delete_text((int)line.word_from, rl_point);
    rl_point = (int)line.word_from;
    rl_insert_text(word);
    rl_end_undo_group();
}

static size_t common_bytes(char *const *words, size_t n)
{
    size_t common = strlen(words[0]);
    for (size_t i = 1; i < n; i++) {
        size_t j = 0;
        while (j < common && words[i][j] == words[0][j])
            j++;
        common = j;
    }
    while (common && ((unsigned char)words[0][common] & 0xc0) == 0x80)
        common--; /* not in the middle of a character */
    return common;
}

static void begin_completion(void)
{
    forget_matches();
    line.matches.words =
        line.options.complete(line.options.user, rl_line_buffer, (size_t)rl_point, &line.word_from);
    if (!line.matches.words) return;
    size_t n = 0;
    while (line.matches.words[n])
        n++;
    line.matches.n = line.matches.chosen = n;
    if (n == 0 || line.word_from > (size_t)rl_point) {
        forget_matches();
    } else if (n == 1) {
        const char *word = line.matches.words[0];
        bool more = !word[0] || word[strlen(word) - 1] == '/' || word[strlen(word) - 1] == '=';
        replace_word(word);
        if (!more && rl_line_buffer[rl_point] != ' ') rl_insert_text(" ");
        forget_matches();
    } else {
        size_t common = common_bytes(line.matches.words, n);
        char *prefix = common > (size_t)rl_point - line.word_from
                           ? strndup(line.matches.words[0], common)
                           : NULL;
        if (prefix) replace_word(prefix);
        free(prefix);
    }
}

/* Tab: list what fits; again: put the next of the list into the line. direction -1: the one before.
 */
static int complete_step(int direction)
{
    line.completing = true;
    struct line_matches *m = &line.matches;
    if (m->n == 0) {
        begin_completion();
        return 0;
    }
    if (direction > 0)
        m->chosen = m->chosen + 1 >= m->n ? 0 : m->chosen + 1;
    else
        m->chosen = m->chosen == 0 || m->chosen == m->n ? m->n - 1 : m->chosen - 1;
    replace_word(m->words[m->chosen]);
    return 0;
}

static int complete_on(int count, int key)
{
    (void)count, (void)key;
    return complete_step(1);
}

static int complete_back(int count, int key)
{
    (void)count, (void)key;
    return complete_step(-1);
}

/* Whoever binds readline's own completion to a key finds nothing there, least of all file names. */
static char **complete_nothing(const char *text, int from, int to)
{
    (void)text, (void)from, (void)to;
    rl_attempted_completion_over = 1;
    return NULL;
}

/* ── Setting readline up ── */

static void bind_keys(Keymap map)
{
    static const struct {
        const char *sequence;
        rl_command_func_t *function;
    } ours[] = {
        {"\\e[1~", rl_beg_of_line},     {"\\e[7~", rl_beg_of_line},    {"\\e[4~", rl_end_of_line},
        {"\\e[8~", rl_end_of_line},     {"\\e[3~", rl_delete},         {"\\t", complete_on},
        {"\\e?", complete_on},          {"\\e*", complete_on},         {"\\e[Z", complete_back},
        {"\\e[1;5D", rl_backward_word}, {"\\e[1;5C", rl_forward_word},
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        rl_bind_keyseq_in_map(ours[i].sequence, ours[i].function, map);
}

/* Without a screen: readline lists what fits. */
static char **complete_plain(const char *text, int from, int to)
{
    size_t start, n = 0;
    (void)text;
    rl_attempted_completion_over = 1;
    char **words = line.options.complete(line.options.user, rl_line_buffer, (size_t)to, &start);
    while (words && words[n])
        n++;
    char **all = n && start == (size_t)from ? malloc((n + 2) * sizeof *all) : NULL;
    if (all) {
        memcpy(all + 1, words, (n + 1) * sizeof *words);
        all[0] = strndup(words[0], common_bytes(words, n));
        char last = words[0][0] ? words[0][strlen(words[0]) - 1] : ' ';
        rl_completion_append_character = n == 1 && (last == '/' || last == '=') ? '\0' : ' ';
        if (n == 1) free(words[0]), all[1] = NULL;
    }
    for (size_t i = 0; !all && i < n; i++)
        free(words[i]);
    free(words);
    if (all && !all[0]) { /* no memory: nothing is completed, and little is lost */
        free(all);
        return NULL;
    }
    return all;
}

/* Ctrl-S is a key, and does not stop what is shown: a signal would wait for it to go on. */
static void take_terminal(int eight_bits)
{
    struct termios now;
    int fd = fileno(rl_instream);
    rl_prep_terminal(eight_bits);
    if (tcgetattr(fd, &now) != 0) return;
    now.c_iflag &= ~(tcflag_t)IXON;
    tcsetattr(fd, TCSANOW, &now); /* rl_deprep_terminal knows how it was before */
}

static void before_initialize_plain(void)
{
    rl_readline_name = "brkview";
    rl_change_environment = 0;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_completer_word_break_characters = (char *)" \t;\n";
    rl_prep_term_function = take_terminal;
    rl_instream = line.options.terminal ? line.options.terminal : stdin;
    rl_outstream = line.options.terminal ? line.options.terminal : stdout;
    rl_attempted_completion_function = complete_plain;
}

static void before_initialize(void)
{
    rl_readline_name = "brkview";
    rl_instream = line.nowhere;
    rl_outstream = line.nowhere;
    rl_change_environment = 0;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_redisplay_function = redisplay_nothing;
    rl_attempted_completion_function = complete_nothing;
}

static void after_initialize(void)
{
    gate_guard();
    rl_variable_bind("show-all-if-ambiguous", "on");
    rl_variable_bind("horizontal-scroll-mode", "off");
    bind_keys(emacs_standard_keymap);
    bind_keys(vi_insertion_keymap);
}

static void remember(const char *text) { add_history(text); }

void line_open(const struct line_options *options, const char **notice)
{
    line.options = *options;
    gate_open();
    if (options->plain) {
        before_initialize_plain();
    } else {
        line.nowhere = fopen("/dev/null", "r+e");
        before_initialize();
    }
    using_history();
    stifle_history(STORE_LINES_MAX);
    store_open(&line.store, remember);
    using_history();
    if (!options->plain) {
        rl_callback_handler_install(options->prompt,
                                    submitted); /* initialises, and so reads the person's inputrc */
        after_initialize();
    }
    *notice = line.store.notice;
    line.noticed = line.store.notice[0] != '\0';
}

const char *line_notice(void)
{
    if (line.noticed || !line.store.notice[0]) return "";
    line.noticed = true;
    return line.store.notice;
}

void line_close(void)
{
    forget_matches();
    rl_callback_handler_remove();
    store_close(&line.store);
    clear_history();
    if (line.nowhere) fclose(line.nowhere);
    free(line.submitted);
    free(line.kept);
    memset(&line, 0, sizeof line);
}

/* ── Without a screen ── */

void line_show(const char *prompt)
{
    rl_callback_handler_install(prompt, submitted);
    line.shown = true;
    gate_guard(); /* lines that are pasted are lines, as if typed */
    if (line.kept == NULL) return;
    rl_insert_text(line.kept);
    rl_point = line.kept_point;
    rl_redisplay();
    free(line.kept);
    line.kept = NULL;
}

void line_drop(void)
{
    gate_rest();
    rl_point = rl_end; /* what comes stands below all of it */
    rl_redisplay();
    fputs("^C\n", rl_outstream);
    fflush(rl_outstream);
    line_abandon();
    rl_on_new_line();
    rl_redisplay();
}

void line_hide(void)
{
    gate_rest();
    rl_free_line_state();
    line.kept = strdup(rl_line_buffer);
    line.kept_point = rl_point;
    line.shown = false;
    rl_callback_handler_remove();
}

/* ── Typing ── */

void line_key(const unsigned char *bytes, size_t n)
{
    line.completing = false;
    gate_key(bytes, n);
    if (!line.completing) forget_matches();
}

void line_insert(const char *text)
{
    forget_matches();
    gate_rest();
    rl_insert_text(text);
}

void line_abandon(void)
{
    forget_matches();
    gate_rest();
    rl_free_line_state();
    using_history();
    rl_replace_line("", 1);
    rl_point = rl_mark = 0;
    if (rl_editing_mode == 0) rl_vi_insertion_mode(1, 'i'); /* as every new line begins */
}

bool line_dismiss(void)
{
    bool was = line.matches.n > 0;
    forget_matches();
    return was;
}

char *line_take(void)
{
    char *text = line.submitted;
    line.submitted = NULL;
    return text;
}

bool line_ended(void) { return line.ended; }

bool line_quotes(void) { return gate_quotes(); }

bool line_wants_escape(void) { return rl_editing_mode == 0 || gate_searches(); }

/* readline's own redisplay divides by a third of the width, and wants columns beside the prompt: on
 * a narrower terminal the line breaks where it should not. */
void line_set_size(int rows, int columns)
{
    int least = line.options.plain ? PLAIN_COLUMNS_MIN : 1;
    if (line.shown) rl_clear_visible_line();
    rl_set_screen_size(rows > 0 ? rows : 24, columns <= 0 ? 80 : columns < least ? least : columns);
    if (line.shown) rl_forced_update_display();
}

const char *line_prompt(void)
{
    return rl_display_prompt ? rl_display_prompt : line.options.prompt;
}

const char *line_text(size_t *point)
{
    *point = (size_t)(rl_point > rl_end ? rl_end : rl_point < 0 ? 0 : rl_point);
    return rl_line_buffer ? rl_line_buffer : "";
}

const struct line_matches *line_matches(void) { return &line.matches; }
