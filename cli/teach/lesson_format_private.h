/* lesson_format_private.h: a lesson that is being read, for the files that do: lesson_format.c
 * takes it line by line, lesson_directions.c what stands behind an @. Whoever meets no memory sets
 * no_memory. */
#ifndef LESSON_FORMAT_PRIVATE_H
#define LESSON_FORMAT_PRIVATE_H

#include "cli/teach/lesson_format.h"

/* Which text goes on in the next line, if no direction and no empty line comes. */
enum open_text { OPEN_NONE, OPEN_PARAGRAPH, OPEN_QUESTION, OPEN_HINT, OPEN_BECAUSE };

struct reader {
    struct lesson *lesson;
    lesson_mistake *mistake;
    void *user;
    unsigned line, n_mistakes;
    enum open_text open;
    struct item *question; /* that takes answers, choices, because; NULL */
    bool titled, policied, ended, full, no_memory;
};

/* A mistake of the author's in that line; reading goes on. */
void lesson_complain(struct reader *r, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Append more to *text, which is owned, behind a space. */
void lesson_text_join(struct reader *r, char **text, const char *more);

/* A new item of the lesson, which stands until the next is added. NULL: the lesson is too long,
 * which is told, or no memory. */
struct item *lesson_add_item(struct reader *r, enum item_kind kind, const char *text);

/* The question that @because may explain now: the last item, or the one before the command that
 * follows it. NULL: there is none. */
struct item *lesson_explained(const struct lesson *l);

/* A line behind its @. */
void lesson_take_direction(struct reader *r, const char *line);

#endif
