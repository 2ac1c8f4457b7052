/* course.c: the lab's side of a lesson or a quiz. */
#include "cli/command/course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/session/watch.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* ── Beginning and leaving ── */

bool course_begin(struct lab *lab, struct course *c, const struct session_setup *setup,
                  const struct watch_setup *watched, char *error, size_t error_bytes)
{
    course_end(lab);
    c->aside = malloc(sizeof *c->aside);
    if (c->aside && shown_set_aside(&lab->shown, c->aside, setup, watched, error, error_bytes)) {
        lab->course = c;
        return true;
    }
    if (!c->aside) snprintf(error, error_bytes, "out of memory");
    if (!c->aside && watched) watch_drop(watched);
    free(c->aside);
    c->kind->free(c);
    return false;
}

void course_end(struct lab *lab)
{
    struct course *c = lab->course;
    if (!c) return;
    lab->course = NULL;
    shown_bring_back(&lab->shown, c->aside);
    free(c->aside);
    c->kind->free(c);
}

/* ── Its commands ── */

const char *course_locks(const struct lab *lab)
{
    return lab->course && !lab->confined ? lab->course->kind->locks(lab->course) : NULL;
}

char *course_command(struct lab *lab)
{
    struct course *c = lab->course;
    char *command = NULL;
    if (c && !c->paused && !lab->quit && c->kind->next(c, lab, &command)) lab->confined = true;
    return command;
}

void course_pause(struct lab *lab)
{
    struct course *c = lab->course;
    if (c && !c->paused) c->paused = c->kind->stopped;
}

void course_heard(struct lab *lab, struct outcome *out)
{
    struct course *c = lab->course;
    if (!c || !lab->confined) return;
    lab->confined = false;
    if (out->unseen || out->spare)
        c->paused = c->kind->unseen;
    else if (lab->shown.session.stop)
        course_pause(lab);
    if (!c->paused) c->kind->heard(c, lab, out);
}

bool course_answer(struct lab *lab, const char *given, struct outcome *out)
{
    struct course *c = lab->course;
    if (!lab_sees(lab, out)) return false;
    if (c->kind->asks(c)) c->paused = NULL;
    return c->kind->answer(c, lab, given, out);
}

void course_turn_page(struct lab *lab)
{
    if (lab->screen.there && lab->shown.session.snapshot)
        view_turn(&lab->shown.view, lab->shown.session.snapshot, lab->screen.map_cells);
}

/* ── At the prompt ── */

/* Commands that may be typed while a question is open: to look, to leave, to ask for help. Anything
 * else answers. */
static bool means_itself(const char *word)
{
    for (size_t i = 0; i < command_table_size; i++) {
        const struct command *c = command_table[i];
        if (strcmp(c->name, word) != 0) continue;
        return (c->flags & COMMAND_WHILE_ASKED) || strcmp(c->group, "look") == 0 ||
               strcmp(c->group, "screen") == 0;
    }
    return strcmp(word, "exit") == 0;
}

char *course_answer_line(const char *text)
{
    char *line = malloc(strlen(text) * 2 + 16), *to = line;
    if (!line) return NULL;
    to += sprintf(to, "answer ");
    if (!strpbrk(text, ";#\"\\")) return strcpy(to, text), line;
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') *to++ = '\\';
        *to++ = *text;
    }
    strcpy(to, "\"");
    return line;
}

static bool means(char **typed, char *command)
{
    *typed = command;
    return command != NULL;
}

bool course_typed(struct lab *lab, const char *line, char **typed)
{
    const struct course *c = lab->course;
    char word[32];
    *typed = NULL;
    if (!c) return true;
    for (size_t n; (n = text_blank(line) + text_nothing(line)) != 0;)
        line += n;
    size_t length = strlen(line), n = strcspn(line, " \t\r\n;");
    while (length > 0 && ascii_is_blank(line[length - 1]))
        length--;
    const char *empty = length == 0 ? c->kind->empty(c) : NULL;
    if (length == 0) return !empty || means(typed, strdup(empty));
    if (!c->kind->asks(c)) return true;
    snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), line);
    if (length == 1 && *line == '?') return means(typed, strdup("answer")); /* to be told it */
    if (means_itself(word)) return true;
    char *text = strndup(line, length), *answer = text ? course_answer_line(text) : NULL;
    free(text);
    return means(typed, answer);
}

bool course_page(const struct lab *lab, struct course_page *page)
{
    const struct course *c = lab->course;
    if (!c) return false;
    *page = (struct course_page){.text = ""};
    c->kind->page(c, lab, page);
    if (!c->paused) return true;
    page->text = c->paused;
    page->mark = COURSE_NO_MARK;
    return true;
}
