/* split.c: from a text to its commands: newlines and ';' separate; '#' comments, and so does //
 * where a command could begin; double quotes protect them, and single quotes one character of C.
 * What a web page or a word processor has done to a command on its way here is taken back: outside
 * quotes every blank is a space, what can't be seen is left out, and a typographic quote or minus
 * at the beginning of a word is an ASCII one. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

enum quoting {
    OUTSIDE,
    QUOTED,
    TYPESET
}; /* a typeset quote is closed by either kind: mostly both were typeset, sometimes one was */

#define PIECE_BYTES 4

struct reader {
    const char *at;
    enum quoting quoting;
    bool word; /* at is inside a word */
};

/* Put bytes of the source into plain as they stand. */
static size_t copy(struct reader *r, size_t n, char plain[PIECE_BYTES])
{
    memcpy(plain, r->at, n);
    r->at += n;
    return n;
}

static size_t replace(struct reader *r, size_t n, char by, char plain[PIECE_BYTES])
{
    *plain = by;
    r->at += n;
    return 1;
}

static size_t take_quoted(struct reader *r, char plain[PIECE_BYTES])
{
    size_t n = *r->at == '"' ? 1 : r->quoting == TYPESET ? text_quote(r->at) : 0;
    if (*r->at == '\\' && r->at[1] && r->at[1] != '\n') return copy(r, 2, plain);
    if (n == 0) return copy(r, 1, plain);
    r->quoting = OUTSIDE;
    return replace(r, n, '"', plain);
}

/* Bytes of a character in single quotes, 'x' or '\n'; 0 if there is none. */
static size_t quoted_character(const char *at)
{
    if (*at != '\'' || !at[1] || at[1] == '\n') return 0;
    size_t end = at[1] == '\\' && at[2] && at[2] != '\n' ? 3 : 2;
    return at[end] == '\'' ? end + 1 : 0;
}

/* The next piece of a command as it is meant, at most PIECE_BYTES. Returns how many. */
static size_t take(struct reader *r, char plain[PIECE_BYTES])
{
    size_t n;
    if (r->quoting != OUTSIDE) return take_quoted(r, plain);
    bool begins = !r->word;
    if ((n = text_nothing(r->at)) != 0) {
        r->at += n;
        return 0;
    }
    if ((n = text_blank(r->at)) != 0) {
        r->word = false;
        return replace(r, n, n == 1 ? *r->at : ' ', plain);
    }
    r->word = true;
    if (*r->at == '"' || (begins && text_quote(r->at))) {
        r->quoting = *r->at == '"' ? QUOTED : TYPESET;
        return replace(r, r->quoting == QUOTED ? 1 : text_quote(r->at), '"', plain);
    }
    if ((n = quoted_character(r->at)) != 0) return copy(r, n, plain);
    if (begins && (n = text_minus(r->at)) != 0 && ascii_is_digit(r->at[n]))
        return replace(r, n, '-', plain);
    return copy(r, 1, plain);
}

/* '#' begins a comment at the start of a command or behind a blank, unless a letter or digit
 * follows: `free #2` is no comment. // begins one at the start alone. */
static bool comment_at(const struct reader *r, bool started)
{
    if (r->at[0] == '/' && r->at[1] == '/') return !r->word && !started;
    return *r->at == '#' && !r->word && (!started || !ascii_is_alnum(r->at[1]));
}

/* Is r at the end of its command? started: something of it was there. */
static bool at_end(const struct reader *r, bool started)
{
    if (!*r->at || *r->at == '\n') return true;
    return r->quoting == OUTSIDE && (*r->at == ';' || comment_at(r, started));
}

/* Read the command at *at: returns its bytes as it is meant, without the blanks around it, and puts
 * the first room of them into plain. *at moves behind what ends it. */
static size_t read_command(const char **at, char *plain, size_t room)
{
    struct reader r = {.at = *at};
    size_t n = 0, end = 0;
    char piece[PIECE_BYTES];
    while (!at_end(&r, n > 0)) {
        size_t more = take(&r, piece);
        if (n == 0 && !r.word) continue;
        if (n + more <= room) memcpy(plain + n, piece, more);
        n += more;
        if (r.word) end = n;
    }
    if (*r.at && *r.at != '\n' && *r.at != ';') r.at += strcspn(r.at, "\n");
    *at = *r.at ? r.at + 1 : r.at;
    return end;
}

char *command_split(const char *text, size_t *at)
{
    while (text[*at]) {
        const char *begin = text + *at, *end = begin;
        size_t n = read_command(&end, NULL, 0);
        *at = (size_t)(end - text);
        if (n == 0) continue;
        char *command = malloc(n + 1);
        if (!command) return *at = (size_t)(begin - text), NULL;
        read_command(&begin, command, n);
        command[n] = '\0';
        return command;
    }
    return NULL;
}

bool command_follows(const char *text, size_t at)
{
    for (const char *end = text + at; *end;)
        if (read_command(&end, NULL, 0) > 0) return true;
    return false;
}

size_t command_start(const char *text, size_t at)
{
    const char *begin = text + at;
    for (const char *end = begin; *end; begin = end)
        if (read_command(&end, NULL, 0) > 0) break;
    return (size_t)(begin - text) + strspn(begin, " \t\r");
}

bool command_next(const char *text, size_t *at, char **command, char brief[COMMAND_BRIEF])
{
    *command = command_split(text, at);
    if (*command || !text[*at]) return *command != NULL;
    const char *end = text + *at;
    memset(brief, 0, COMMAND_BRIEF);
    read_command(&end, brief, COMMAND_BRIEF - 1);
    *at = (size_t)(end - text);
    return true;
}
