/* line.c: readline through its callbacks. Keys come through a queue, the screen is somebody else's: every hook that would touch the
 * terminal is off. */
#include "cli/prompt/line.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cli/prompt/gate.h"
#include "cli/prompt/store.h"

#define PLAIN_COLUMNS_MIN 12

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
    line.matches.words = line.options.complete(line.options.user, rl_line_buffer, (size_t)rl_point, &line.word_from);
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
        char *prefix = common > (size_t)rl_point - line.word_from ? strndup(line.matches.words[0], common) : NULL;
        if (prefix) replace_word(prefix);
        free(prefix);
    }
}

/* Tab: list what fits; again: put the next of the list into the line. direction -1: the one before. */
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
        {"\\e[1~", rl_beg_of_line}, {"\\e[7~", rl_beg_of_line},     {"\\e[4~", rl_end_of_line},    {"\\e[8~", rl_end_of_line},
        {"\\e[3~", rl_delete},      {"\\t", complete_on},           {"\\e?", complete_on},         {"\\e*", complete_on},
        {"\\e[Z", complete_back},   {"\\e[1;5D", rl_backward_word}, {"\\e[1;5C", rl_forward_word},
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
        rl_callback_handler_install(options->prompt, submitted); /* initialises, and so reads the person's inputrc */
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

/* readline's own redisplay divides by a third of the width, and wants columns beside the prompt: on a narrower terminal the line breaks where it
 * should not. */
void line_set_size(int rows, int columns)
{
    int least = line.options.plain ? PLAIN_COLUMNS_MIN : 1;
    if (line.shown) rl_clear_visible_line();
    rl_set_screen_size(rows > 0 ? rows : 24, columns <= 0 ? 80 : columns < least ? least : columns);
    if (line.shown) rl_forced_update_display();
}

const char *line_prompt(void) { return rl_display_prompt ? rl_display_prompt : line.options.prompt; }

const char *line_text(size_t *point)
{
    *point = (size_t)(rl_point > rl_end ? rl_end : rl_point < 0 ? 0 : rl_point);
    return rl_line_buffer ? rl_line_buffer : "";
}

const struct line_matches *line_matches(void) { return &line.matches; }
