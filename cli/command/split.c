/* split.c: from a text to its commands: newlines and ';' separate, '#' comments, double quotes protect both. */
#include <string.h>

#include "cli/command/command.h"
#include "cli/session/ascii.h"

/* '#' begins a comment at the start of a command or behind a space, unless a letter or digit follows: `free #2` is no comment. */
static bool comment_at(const char *text, size_t begin, size_t i)
{
    if (text[i] != '#') return false;
    bool at_start = true;
    for (size_t k = begin; k < i; k++)
        at_start = at_start && ascii_is_blank(text[k]);
    if (at_start) return true;
    return ascii_is_blank(text[i - 1]) && !ascii_is_alnum(text[i + 1]);
}

char *command_split(const char *text, size_t *at)
{
    while (text[*at]) {
        size_t begin = *at, end, i = begin;
        bool quoted = false;
        while (text[i] && text[i] != '\n' && (quoted || (text[i] != ';' && !comment_at(text, begin, i)))) {
            if (quoted && text[i] == '\\' && text[i + 1] && text[i + 1] != '\n')
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            i++;
        }
        end = i;
        if (text[i] == '#') i += strcspn(text + i, "\n");
        *at = text[i] ? i + 1 : i;
        while (begin < end && ascii_is_blank(text[begin]))
            begin++;
        while (end > begin && ascii_is_blank(text[end - 1]))
            end--;
        if (end > begin) return strndup(text + begin, end - begin);
    }
    return NULL;
}
