/* story.c: see story.h. */
#include "cli/prompt/story.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command/placed.h"

void story_add(struct story *w, const char *more)
{
    size_t n = strlen(more);
    char *text = realloc(w->text, w->n + n + 1);
    if (!text) return; /* less is said */
    memcpy(text + w->n, more, n + 1);
    w->text = text;
    w->n += n;
}

bool story_is_short(const char *text)
{
    size_t lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines < 4;
}

bool story_has_told(const struct outcome *out)
{
    return !out->ok && out->text && !story_is_short(out->text);
}

void story_add_placed(struct story *w, const struct lab *lab, const struct outcome *out,
                      const char *text)
{
    char *owned;
    story_add(w, placed(lab, out, text, &owned));
    free(owned);
}

void story_add_outcome(struct story *w, const struct lab *lab, const struct outcome *out, bool only)
{
    const char *text = out->ok ? out->text : out->error ? out->error : "failed";
    if (story_has_told(out)) story_add_placed(w, lab, out, out->text); /* how it came to that */
    if (out->ok && (!text || !text[0] || (out->changed && story_is_short(text)))) return;
    if (!only) {
        story_add(w, "> ");
        story_add(w, out->command ? out->command : "");
        story_add(w, "\n");
    }
    story_add_placed(w, lab, out, text);
    size_t n = strlen(text);
    if (n && text[n - 1] != '\n') story_add(w, "\n");
}
