/* split.c: from a text to its commands: newlines and ';' separate, '#' comments, double quotes protect both. */
#include <ctype.h>
#include <string.h>

#include "cli/command/command.h"

/* '#' begins a comment at the start of a command or behind a space, unless a letter or digit follows: `free #2` is no comment. */
static bool comment_at(const char *text, size_t begin, size_t i)
{
    if (text[i] != '#') return false;
    bool at_start = true;
    for (size_t k = begin; k < i; k++)
        at_start = at_start && isspace((unsigned char)text[k]);
    if (at_start) return true;
    return isspace((unsigned char)text[i - 1]) && !isalnum((unsigned char)text[i + 1]);
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
        while (begin < end && isspace((unsigned char)text[begin]))
            begin++;
        while (end > begin && isspace((unsigned char)text[end - 1]))
            end--;
        if (end > begin) return strndup(text + begin, end - begin);
    }
    return NULL;
}
