/* paste.c: a script pasted at the prompt becomes one line, which runs only at Enter. */
#include "cli/prompt/paste.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "viz/glyph.h"

/* The bytes of a character that may stand in a line; 0: there is none at that place. */
static size_t good_bytes(const char *at, bool utf8)
{
    const char *next = at;
    if ((unsigned char)*at < 0x80) return *at >= 0x20 && *at != 0x7f;
    char32_t glyph = glyph_next(&next);
    return utf8 && next - at > 1 && glyph_width(glyph) >= 0 ? (size_t)(next - at) : 0;
}

/* Only what may stand in a line: characters and line ends ('\n'). */
static char *cleaned(const char *bytes, size_t n, bool utf8)
{
    char *text = malloc(n + 1);
    if (!text) return NULL;
    memcpy(text, bytes, n);
    text[n] = 0;
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        size_t good = good_bytes(text + i, utf8);
        if (good) {
            memmove(text + to, text + i, good);
            to += good;
            i += good;
            continue;
        }
        char byte = text[i++];
        if (byte == '\r' && text[i] == '\n') i++;
        if (byte == '\r' || byte == '\n')
            text[to++] = '\n';
        else if (byte == '\t')
            text[to++] = ' ';
    }
    text[to] = 0;
    return text;
}

char *paste_text(const char *bytes, size_t n, bool utf8)
{
    char *text = cleaned(bytes, n, utf8);
    if (!text) return NULL;
    size_t length = strlen(text);
    while (length && text[length - 1] == '\n')
        text[--length] = 0;
    if (!strchr(text, '\n')) return text;

    char *line = malloc(2 * length + 1); /* each line end adds one byte at most */
    size_t at = 0, to = 0;
    char *command;
    while (line && (command = command_split(text, &at))) {
        size_t more = strlen(command);
        if (to + more + 3 > 2 * length + 1)
            more = 0; /* cannot be: a command is a piece of the text */
        if (to && more) memcpy(line + to, "; ", 2), to += 2;
        memcpy(line + to, command, more);
        to += more;
        free(command);
    }
    if (line && text[at]) free(line), line = NULL; /* no memory for all of it */
    if (line) line[to] = 0;
    free(text);
    return line;
}
