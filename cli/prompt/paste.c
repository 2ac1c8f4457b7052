/* paste.c: a script pasted at the prompt becomes one line, which runs only at Enter. */
#include "cli/prompt/paste.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/command/command.h"

/* Only what may stand in a line: characters and line ends ('\n'). */
static char *cleaned(const char *bytes, size_t n, bool utf8)
{
    char *text = malloc(n + 1);
    if (!text) return NULL;
    size_t to = 0;
    mbstate_t state = {0};
    for (size_t i = 0; i < n;) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x80) {
            if (byte == '\r' && i + 1 < n && bytes[i + 1] == '\n') i++;
            if (byte == '\r' || byte == '\n') text[to++] = '\n';
            else if (byte == '\t') text[to++] = ' ';
            else if (byte >= 0x20 && byte != 0x7f) text[to++] = (char)byte;
            i++;
            continue;
        }
        wchar_t wide = 0;
        size_t length = utf8 ? mbrtowc(&wide, bytes + i, n - i, &state) : (size_t)-1;
        if (length == (size_t)-1 || length == (size_t)-2 || length == 0) {
            memset(&state, 0, sizeof state);
            i++;
            continue;
        }
        if (wide > 0x9f) memcpy(text + to, bytes + i, length), to += length;
        i += length;
    }
    text[to] = 0;
    return text;
}

char *paste_text(const char *bytes, size_t n, bool utf8)
{
    char *text = cleaned(bytes, n, utf8);
    if (!text) return NULL;
    size_t length = strlen(text);
    while (length && text[length - 1] == '\n') text[--length] = 0;
    if (!strchr(text, '\n')) return text;

    char *line = malloc(2 * length + 1); /* each line end adds one byte at most */
    size_t at = 0, to = 0;
    char *command;
    while (line && (command = command_split(text, &at))) {
        size_t more = strlen(command);
        if (to + more + 3 > 2 * length + 1) more = 0; /* cannot be: a command is a piece of the text */
        if (to && more) memcpy(line + to, "; ", 2), to += 2;
        memcpy(line + to, command, more);
        to += more;
        free(command);
    }
    if (line) line[to] = 0;
    free(text);
    return line;
}
