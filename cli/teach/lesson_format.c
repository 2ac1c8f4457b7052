/* lesson_format.c: line by line. A mistake does not end the reading, so that an author sees them
 * all at once. */
#include "cli/teach/lesson_format_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

#define MISTAKES_MAX 50u /* then the author has enough to do */
#define WORDS_MAX 300

void lesson_complain(struct reader *r, unsigned line, const char *format, ...)
{
    char words[WORDS_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    if (r->n_mistakes++ < MISTAKES_MAX) r->mistake(r->user, line, words);
}

/* ── Lines ── */

static void take_text(struct reader *r, const char *line)
{
    bool verbatim = *line == ' ';
    struct lesson *l = r->lesson;
    switch (verbatim ? OPEN_NONE : r->open) {
    case OPEN_QUESTION:
        if (r->question) lesson_text_join(r, &r->question->text, line);
        return;
    case OPEN_HINT:
        if (r->question) lesson_text_join(r, &r->question->hint, line);
        return;
    case OPEN_BECAUSE:
        if (lesson_explained(l)) lesson_text_join(r, &lesson_explained(l)->because, line);
        return;
    case OPEN_PARAGRAPH:
        if (!r->full && l->n_items > 0) lesson_text_join(r, &l->item[l->n_items - 1].text, line);
        return;
    case OPEN_NONE:
        break;
    }
    r->open = verbatim ? OPEN_NONE : OPEN_PARAGRAPH;
    lesson_add_item(r, ITEM_TEXT, line);
}

/* Bytes that are no text; what is wrong with them is told. */
static bool clean(struct reader *r, const char *line, size_t n)
{
    if (n > LESSON_LINE_MAX)
        return lesson_complain(r, r->line, "the line is %zu bytes long; expected at most %u", n,
                               LESSON_LINE_MAX),
               false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)line[i], next = i + 1 < n ? (unsigned char)line[i + 1] : 0;
        if ((c < ' ' && c != '\t') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0))
            return lesson_complain(r, r->line,
                                   "the line holds a control character (0x%02x); expected text", c),
                   false;
    }
    return true;
}

/* A direction's blanks are spaces, and what can't be seen in it is left out, as in commands. */
static void make_plain(char *line)
{
    char *to = line;
    for (const char *p = line; *p;) {
        size_t blank = text_blank(p), nothing = text_nothing(p);
        if (blank)
            *to++ = ' ';
        else if (!nothing)
            *to++ = *p;
        p += blank ? blank : nothing ? nothing : 1;
    }
    *to = '\0';
}

static void take_line(struct reader *r, const char *bytes, size_t n)
{
    char line[LESSON_LINE_MAX + 1];
    if (n > 0 && bytes[n - 1] == '\r') n--;
    if (!clean(r, bytes, n)) return;
    memcpy(line, bytes, n);
    line[n] = '\0';
    while (n > 0 && ascii_is_blank(line[n - 1]))
        line[--n] = '\0';
    for (char *p = line; *p; p++)
        if (*p == '\t') *p = ' ';
    char *utf8 = text_utf8(line);
    if (!utf8)
        r->no_memory = true;
    else if (strcmp(utf8, line) != 0)
        lesson_complain(r, r->line, "the line is not UTF-8; expected text");
    free(utf8);
    if (line[0] == '#' && !ascii_is_alnum(line[1])) return; /* a comment, as in scripts */
    if (r->ended) {
        if (n > 0) lesson_complain(r, r->line, "this stands behind @end; expected nothing more");
    } else if (n == 0) {
        r->open = OPEN_NONE;
    } else if (line[0] == '@') {
        make_plain(line);
        lesson_take_direction(r, line + 1);
    } else {
        take_text(r, line);
    }
}

bool lesson_parse(struct lesson *lesson, const char *text, size_t n, lesson_mistake *mistake,
                  void *user)
{
    *lesson = (struct lesson){.policy = HEAP_HEADER};
    struct reader r = {.lesson = lesson, .mistake = mistake, .user = user};
    size_t at =
        n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark is no text */
    if (n > LESSON_BYTES_MAX) {
        lesson_complain(&r, 1, "the file is larger than %u KiB; expected a lesson",
                        LESSON_BYTES_MAX >> 10);
        return false;
    }
    while (at < n && !r.no_memory && r.n_mistakes < MISTAKES_MAX) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t length = end ? (size_t)(end - (text + at)) : n - at;
        r.line++;
        take_line(&r, text + at, length);
        at += length + 1;
    }
    if (r.n_mistakes >= MISTAKES_MAX)
        mistake(user, r.line, "there are more mistakes; these come first");
    else if (!r.ended)
        lesson_complain(&r, r.line ? r.line : 1,
                        "the lesson has no end; expected @end as its last line");
    if (!r.titled) lesson_complain(&r, 1, "the lesson has no title; expected `@title WORDS`");
    if (r.no_memory) lesson_complain(&r, r.line, "out of memory");
    return r.n_mistakes == 0;
}

void lesson_release(struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->n_items; i++) {
        struct item *item = &lesson->item[i];
        free(item->text);
        free(item->because);
        free(item->hint);
        for (size_t k = 0; k < item->n_choices; k++)
            free(item->choice[k]);
    }
    free(lesson->item);
    free(lesson->claim);
    *lesson = (struct lesson){.n_items = 0};
}

size_t lesson_questions(const struct lesson *lesson)
{
    size_t n = 0;
    for (size_t i = 0; i < lesson->n_items; i++)
        n += lesson->item[i].kind == ITEM_ASK;
    return n;
}
