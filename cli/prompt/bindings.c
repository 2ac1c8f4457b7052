/* bindings.c: the table of the screen's keys. */
#include "cli/prompt/bindings.h"

#include <stdio.h>
#include <string.h>

#define SEQUENCES_MAX 6

static const struct binding {
    const char *shown; /* NULL: not documented by itself */
    const char *what;
    enum action action;
    const char *sequences[SEQUENCES_MAX];
} bindings[] = {
    {"PgUp PgDn",
     "scroll the map and the table (command: scroll)",
     ACTION_SCROLL_BACK,
     {"\033[5~"}},
    {NULL, NULL, ACTION_SCROLL_ON, {"\033[6~"}},
    {"Alt-+ Alt--",
     "zoom the heap map in and out (command: zoom)",
     ACTION_ZOOM_IN,
     {"\033+", "\033="}},
    {NULL, NULL, ACTION_ZOOM_OUT, {"\033-", "\033_"}},
    {"Alt-0", "show the whole heap", ACTION_ZOOM_ALL, {"\0330"}},
    {"Alt-o",
     "offsets for addresses, and back (command: set addresses)",
     ACTION_OFFSETS,
     {"\033o"}},
    {"Alt-p",
     "fewer, larger things, and back (command: set projector)",
     ACTION_PROJECTOR,
     {"\033p"}},
    {"Alt-arrows",
     "select the block before or after (command: select)",
     ACTION_SELECT_PREVIOUS,
     {"\033[1;3A", "\033[1;3D", "\033\033[A", "\033\033[D", "\033\033OA", "\033\033OD"}},
    {NULL,
     NULL,
     ACTION_SELECT_NEXT,
     {"\033[1;3B", "\033[1;3C", "\033\033[B", "\033\033[C", "\033\033OB", "\033\033OC"}},
    {"Left Right",
     "a lesson's page before, and on again (command: lesson);\n                 of a trace an "
     "operation (commands: back, step)",
     ACTION_PAGE_BACK,
     {"\033[D", "\033OD"}},
    {NULL, NULL, ACTION_PAGE_ON, {"\033[C", "\033OC"}},
    {"mouse", "click selects, wheel scrolls; `set mouse off` to copy text", ACTION_NONE, {NULL}},
    {"F1", "help", ACTION_HELP, {"\033OP", "\033[11~", "\033[[A", "\033[P"}},
    {"Tab", "complete; again: the list's next; Shift-Tab: the one before", ACTION_NONE, {NULL}},
    {"Up Down", "earlier and later lines", ACTION_NONE, {NULL}},
    {NULL, NULL, ACTION_UP, {"\033[A", "\033OA"}},
    {NULL, NULL, ACTION_DOWN, {"\033[B", "\033OB"}},
    {NULL, NULL, ACTION_HOME, {"\033[H", "\033OH", "\033[1~", "\033[7~"}},
    {NULL, NULL, ACTION_END, {"\033[F", "\033OF", "\033[4~", "\033[8~"}},
    {"Ctrl-R", "search earlier lines", ACTION_NONE, {NULL}},
    {"Ctrl-A Ctrl-E", "to the beginning and the end of the line", ACTION_NONE, {NULL}},
    {"Ctrl-W Ctrl-K", "cut the word before, or the rest; Ctrl-Y puts it back", ACTION_NONE, {NULL}},
    {"Ctrl-_", "undo the last change of the line", ACTION_NONE, {NULL}},
    {"Ctrl-C", "abandon the line; while a command runs: stop it", ACTION_ABANDON, {"\003"}},
    {"Ctrl-D", "on an empty line: leave", ACTION_NONE, {NULL}},
    {"Ctrl-L", "draw the screen again", ACTION_REPAINT, {"\014"}},
    {"Ctrl-Z", "suspend; `fg` comes back", ACTION_SUSPEND, {"\032"}},
};

#define N_BINDINGS (sizeof bindings / sizeof *bindings)

enum action bindings_find(const struct key *key)
{
    if (key->kind != KEY_BYTES) return ACTION_NONE;
    for (size_t i = 0; i < N_BINDINGS; i++)
        for (size_t j = 0; j < SEQUENCES_MAX && bindings[i].sequences[j]; j++)
            if (!strcmp(bindings[i].sequences[j], (const char *)key->bytes) &&
                key->n == strlen(bindings[i].sequences[j]))
                return bindings[i].action;
    return ACTION_NONE;
}

const char *prompt_keys_text(void)
{
    static char text[2048]; /* made once, from a table that does not change */
    size_t at = 0;
    for (size_t i = 0; i < N_BINDINGS && !text[sizeof text - 2]; i++)
        if (bindings[i].shown && at < sizeof text)
            at += (size_t)snprintf(text + at, sizeof text - at, "  %-14s %s\n", bindings[i].shown,
                                   bindings[i].what);
    return text;
}
