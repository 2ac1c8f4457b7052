/* verb_lesson.c: lesson, answer: the shelf, the check, and the course that is under way. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/write_file.h"
#include "cli/teach/lesson_check.h"
#include "cli/teach/lesson_course.h"
#include "cli/teach/lesson_shelf.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256

/* ── The list ── */

static bool list(struct outcome *out)
{
    struct shelf shelf;
    json_t *names = json_array();
    shelf_read(&shelf);
    for (size_t i = 0; i < shelf.n; i++) {
        const struct shelf_entry *e = &shelf.entry[i];
        outcome_text(out, "%3u  %-14s %s\n", e->number, e->name, e->title);
        json_array_append_new(names, json_pack("{s:o, s:o, s:o}", "number", value_number(e->number),
                                               "name", value_text(e->name), "title",
                                               value_text(e->title)));
    }
    outcome_result(out, json_pack("{s:o}", "lessons", names));
    outcome_text(out, shelf.n ? "`lesson NUMBER` plays one; on the screen Enter goes on.\n"
                              : "no lessons are installed; `lesson FILE` plays one of your own\n");
    return true;
}

/* ── A file ── */

/* Mistakes as lines of FILE:LINE: words. */
struct mistakes {
    struct outcome *out;
    const char *path;
    json_t *list;
    size_t n;
    char first[ERROR_BYTES];
};

static void keep(void *user, unsigned line, const char *words)
{
    struct mistakes *m = user;
    if (m->n++ == 0)
        snprintf(m->first, sizeof m->first, "%s:%u: %s", text_printable(m->path), line, words);
    outcome_text(m->out, "%s:%u: %s\n", m->path, line, words);
    json_array_append_new(
        m->list, json_pack("{s:o, s:o}", "line", value_number(line), "mistake", value_text(words)));
}

/* Find, read and parse; the mistakes go to m. False: out has the error, or m the mistakes. */
static bool load(const char *word, struct lesson *lesson, struct mistakes *m, struct outcome *out)
{
    char error[ERROR_BYTES];
    size_t n;
    char *path = shelf_find(word, error, sizeof error),
         *text = path ? shelf_load(path, &n, error, sizeof error) : NULL;
    bool ok = text != NULL;
    *lesson = (struct lesson){.n_items = 0};
    if (!ok) outcome_fail(out, "%s", error);
    m->path = word;
    if (ok && !lesson_parse(lesson, text, n, keep, m)) ok = false;
    free(text);
    free(path);
    return ok;
}

/* The file's own name on errors that only its mistakes tell. */
static bool tell_mistakes(const struct mistakes *m, struct outcome *out)
{
    if (m->n == 0) return true;
    return outcome_fail(out, m->n == 1 ? "%s" : "%s (and %zu more)", m->first, m->n - 1);
}

static bool check(struct lab *lab, const char *word, struct outcome *out)
{
    (void)lab;
    struct lesson lesson;
    struct mistakes m = {.out = out, .list = json_array()};
    bool read = load(word, &lesson, &m, out);
    if (read) lesson_check(&lesson, keep, &m);
    if (read && m.n == 0)
        outcome_text(out, "%s: no mistakes: %zu question%s\n", word, lesson_questions(&lesson),
                     lesson_questions(&lesson) == 1 ? "" : "s");
    lesson_release(&lesson);
    if (m.list && m.n > 0) outcome_extra(out, "mistakes", json_incref(m.list));
    outcome_result(
        out, json_pack("{s:o, s:o}", "file", value_text(word), "mistakes", value_number(m.n)));
    json_decref(m.list);
    return !out->error && tell_mistakes(&m, out);
}

/* ── Playing ── */

/* The heap that is shown is another one now: brk has not moved in either. */
static void other_heap(struct lab *lab, struct outcome *out)
{
    out->brk_before = lab->shown.session.target.brk;
}

static bool play(struct lab *lab, const char *word, struct outcome *out)
{
    char error[ERROR_BYTES];
    struct lesson lesson;
    struct mistakes m = {.out = out, .list = json_array()};
    bool ok = load(word, &lesson, &m, out);
    json_decref(m.list);
    free(out->text); /* the error tells the first mistake; --check tells them all */
    out->text = NULL;
    out->text_bytes = out->text_room = 0;
    if (!ok) {
        lesson_release(&lesson);
        return out->error ? false : tell_mistakes(&m, out);
    }
    if (!course_begin_lesson(lab, &lesson, word, error, sizeof error))
        return outcome_fail(out, "%s", error);
    other_heap(lab, out);
    outcome_result(out, json_pack("{s:o}", "lesson", value_text(word)));
    return lesson_show(lab, out);
}

static bool leave(struct lab *lab, struct outcome *out)
{
    course_end(lab);
    other_heap(lab, out);
    outcome_text(out, "back to your heap: brk is at 0x%" PRIx64 "\n",
                 lab->shown.session.target.brk);
    return true;
}

static bool with_file(struct lab *lab, const struct arguments *args, int index,
                      bool (*take)(struct lab *lab, const char *word, struct outcome *out),
                      struct outcome *out)
{
    char *path = file_argument(args, index, out);
    bool ok = path && take(lab, path, out);
    free(path);
    return ok;
}

static bool run_lesson(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    const char *word = args->n > 0 ? args->word[0] : "";
    bool is_check = strcmp(word, "--check") == 0, is_next = strcmp(word, "next") == 0,
         is_back = strcmp(word, "back") == 0, is_quit = strcmp(word, "quit") == 0;
    if (args->n == 0) return list(out);
    if (is_check && args->n == 1)
        return outcome_fail(out, "FILE is missing; expected `lesson --check FILE`");
    if (!is_check && args->n > 1)
        return outcome_fail(out, "%s is too much; expected `lesson %s`",
                            text_printable(args->word[1]), text_printable(word));
    if (is_check) return with_file(lab, args, 1, check, out);
    const struct player *player = course_player(lab);
    if (!is_next && !is_back && !is_quit && lab->course && !player)
        return outcome_fail(out, "a %s is under way; expected `%s quit` first",
                            lab->course->kind->name, lab->course->kind->name);
    if (!is_next && !is_back && !is_quit) return with_file(lab, args, 0, play, out);
    if (!player)
        return outcome_fail(
            out, "no lesson is under way; expected `lesson NAME` first (`lesson` lists them)");
    if (is_back) return lesson_back(lab, out);
    if (is_quit || (player->state == PLAYER_OVER && !player->looking)) return leave(lab, out);
    return lesson_next(lab, out);
}

static void lesson_choices(command_choice *add, void *user)
{
    struct shelf shelf;
    shelf_read(&shelf);
    for (size_t i = 0; i < shelf.n; i++)
        add(user, shelf.entry[i].name);
}

const struct command verb_lesson = {
    .name = "lesson",
    .usage = "[NAME|FILE|next|back|quit|--check FILE]",
    .summary = "list the lessons, or play one",
    .help = "NAME is its number or name, FILE a path that ends in .lesson or has a / in it. The "
            "lesson has a heap of its own; yours "
            "comes back when it ends or at lesson quit. On the screen Enter goes on, Left on an "
            "empty line looks back, and what you "
            "type "
            "answers; in plain text use lesson next, lesson back and answer. --check tells the "
            "author of mistakes.\nExample: lesson "
            "1; "
            "lesson --check mine.lesson",
    .group = "class",
    .most = 2,
    .kinds = {ARG_CHOICE_OR_PATH, ARG_FILE},
    .choices = lesson_choices,
    .flags = COMMAND_ALONE | COMMAND_OUTSIDE | COMMAND_WHILE_ASKED,
    .run = run_lesson,
};

static bool run_answer(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (!lab->course)
        return outcome_fail(out, "no question is open; expected a `lesson` or a `quiz` first");
    if (args->n == 0) return course_answer(lab, NULL, out);
    return course_answer(lab, args->n == 1 ? args->word[0] : args->line + args->at[0], out);
}

const struct command verb_answer = {
    .name = "answer",
    .usage = "[WORDS]",
    .summary = "answer the lesson's or the quiz's question",
    .help = "Alone, it tells the answer. On the screen the answer may be typed as it is.\nExample: "
            "answer +96",
    .group = "class",
    .most = -1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_ALONE | COMMAND_OUTSIDE | COMMAND_WHILE_ASKED,
    .run = run_answer,
};
