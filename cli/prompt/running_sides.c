/* running_sides.c: a line typed where several labs stand side by side: each command of it is done
 * in all of them, and what they have to say is told one below the other. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/prompt/prompt.h"
#include "cli/prompt/story.h"
#include "cli/score/sides.h"

static void tell_one(struct story *words, const struct lab *lab)
{
    const struct outcome *out = lab->last;
    if (!out || !out->text) return;
    story_add(words, "In all heaps\n");
    story_add(words, sides_commands);
    story_add(words, "\n");
    story_add_placed(words, lab, out, out->text);
}

/* A table is a page; what is one line stands in its pane. */
static bool wants_page(const struct outcome *out)
{
    const char *text = out ? out->ok ? out->text : out->error : NULL;
    return text && strchr(text, '\n') && !(out->changed && story_is_short(text));
}

static void tell_all(struct story *words, const struct sides *s)
{
    bool any = false;
    for (size_t i = 0; i < s->n; i++)
        any = any || wants_page(s->side[i].lab->last);
    for (size_t i = 0; any && i < s->n; i++) {
        const struct lab *lab = s->side[i].lab;
        story_add(words, i ? "\n" : "");
        story_add(words, s->side[i].name);
        story_add(words, "\n");
        story_add_placed(words, lab, lab->last, lab->last->ok ? lab->last->text : lab->last->error);
        story_add(words, "\n");
    }
}

static void run_one(struct prompt *p, const char *command, struct story *words)
{
    struct sides *s = p->screen.sides;
    p->running = command;
    p->told[0] = '\0';
    clock_gettime(CLOCK_MONOTONIC, &p->painted);
    for (size_t i = 0; i < s->n; i++)
        s->side[i].lab->shown.session.stop = false;
    enum sides_took took = sides_run(s, command);
    p->running = NULL;
    prompt_listen(p);
    if (took == SIDES_ALL) tell_all(words, s);
    if (took == SIDES_ONE && !p->lab->quit) tell_one(words, p->lab);
}

void prompt_run_sides(struct prompt *p, const char *line)
{
    struct story words = {0};
    size_t at = 0;
    char *command, brief[COMMAND_BRIEF];
    screen_warn(&p->screen, "");
    p->interrupted = false;
    while (!p->lab->quit && !p->interrupted && !p->ending && !p->hung_up &&
           command_next(line, &at, &command, brief)) {
        if (command)
            run_one(p, command, &words);
        else
            screen_warn(&p->screen, "out of memory: a command was not done");
        free(command);
    }
    for (size_t i = 0; i < p->screen.sides->n; i++)
        p->screen.sides->side[i].lab->shown.session.stop = false;
    p->interrupted = false;
    p->deaf_fd = -1;
    if (words.text && words.n) pager_open(&p->pager, words.text);
    free(words.text);
    p->screen.stale = true;
}
