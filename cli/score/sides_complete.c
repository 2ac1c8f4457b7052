/* sides_complete.c: its own words before those of a lab. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/score/sides.h"

/* before: what stands before the word, blanks and all. */
static const struct {
    const char *before, *word;
} own[] = {{"", "step"}, {"", "run"}, {"", "until"}, {"until ", "divergence"}};
enum { N_OWN = sizeof own / sizeof own[0] };

static bool stands_before(const char *line, size_t n, const char *before)
{
    return n == strlen(before) && strncmp(line, before, n) == 0;
}

/* A word of the list, owned by it. False on no memory. */
static bool add(char ***list, size_t *n, const char *word)
{
    char **more = realloc(*list, (*n + 2) * sizeof *more);
    if (!more) return false;
    *list = more;
    more[*n] = strdup(word);
    more[*n + 1] = NULL;
    return more[*n] && ++*n;
}

static bool holds(char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

char **sides_complete(struct sides *s, const char *line, size_t point, size_t *start)
{
    size_t from = point, n = 0;
    char **list = NULL;
    while (from > 0 && line[from - 1] != ' ' && line[from - 1] != ';')
        from--;
    size_t begin = from; /* of the command */
    while (begin > 0 && line[begin - 1] != ';')
        begin--;
    begin += strspn(line + begin, " ");
    for (size_t i = 0; s->trace && i < N_OWN && begin <= from; i++)
        if (stands_before(line + begin, from - begin, own[i].before) &&
            strncmp(line + from, own[i].word, point - from) == 0)
            add(&list, &n, own[i].word);
    char **labs = command_complete(s->side[0].lab, line, point, start);
    for (size_t i = 0, n_own = n; list && labs && labs[i]; i++) {
        if (from == begin && !holds(list, n_own, labs[i])) add(&list, &n, labs[i]);
        free(labs[i]);
    }
    if (!list) return labs;
    free((void *)labs);
    *start = from;
    return list;
}
