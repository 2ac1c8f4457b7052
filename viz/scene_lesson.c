/* scene_lesson.c: the page of a lesson or a quiz: a title row, then its lines, each wrapped; a
 * question is set off, and a verdict has a mark and a colour. Where the page is too long for its
 * rows, the question is shown before what leads to it. */
#include "pen.h"

#include <stdlib.h>
#include <string.h>

/* One line from row on; rows used. What begins with a space stands as it is. */
static int draw_line(const struct pen *pen, int row, const char *line)
{
    bool question = line[0] == '?' && line[1] == ' ';
    if (line[0] == ' ' && pen_width(pen, line) <= pen->area.columns - 2) {
        pen_text(pen, row, 1, STYLE_PLAIN, 0, line);
        return 1;
    }
    int indent = line[0] == ' ' ? 6 : question ? 3 : 1, at = line[0] == ' ' ? 3 : 1;
    return pen_wrap(pen, row, at, indent, question ? STYLE_CHANGED : STYLE_PLAIN, line);
}

/* The shape that the verdict has besides its colour. */
static const char *verdict_mark(const struct pen *pen, enum style verdict)
{
    if (verdict == STYLE_GOOD) return pen->canvas->ascii ? "[ok] " : "✓ ";
    return pen->canvas->ascii ? "[no] " : "✗ ";
}

static int draw_verdict(const struct pen *pen, const char *line, enum style verdict)
{
    int at = pen_text(pen, 0, 1, verdict, 0, verdict_mark(pen, verdict));
    return pen_wrap(pen, 0, at, at, verdict, line);
}

#define LINE_MAX_BYTES 16384u /* more than any terminal has room for */

/* verdict: STYLE_PLAIN, or how the first line is drawn. */
static int draw_lines(const struct pen *pen, const char *text, enum style verdict)
{
    int row = 0;
    char line[LINE_MAX_BYTES]; /* painting needs no memory, which might not be had */
    for (const char *rest = text; rest && row < pen->area.rows;) {
        const char *end = strchr(rest, '\n');
        size_t n = end ? (size_t)(end - rest) : strlen(rest);
        if (n >= sizeof line) n = sizeof line - 1;
        memcpy(line, rest, n);
        line[n] = '\0';
        row += row == 0 && verdict != STYLE_PLAIN ? draw_verdict(pen, line, verdict)
                                                  : draw_line(pen, row, line);
        rest = end ? end + 1 : NULL;
    }
    return row;
}

static const char *find_question(const char *text)
{
    const char *at = strstr(text, "\n? ");
    return strncmp(text, "? ", 2) == 0 ? text : at ? at + 1 : text + strlen(text);
}

/* As much of the page as there are rows, and where the rest is. */
static void draw_page(const struct pen *pen, const char *text, enum style verdict)
{
    const char *question = find_question(text);
    int rows = pen->area.rows, columns = pen->area.columns + 1;
    int blank = *text && text[strlen(text) - 1] == '\n'; /* nothing stands on the last row */
    int all = scene_lesson_rows(text, verdict, columns, pen->canvas->ascii) - blank,
        asked = *question
                    ? scene_lesson_rows(question, STYLE_PLAIN, columns, pen->canvas->ascii) - blank
                    : 0;
    if (all <= rows) {
        draw_lines(pen, text, verdict);
        return;
    }
    if (asked > rows) asked = rows;
    struct pen lead = *pen, rest = *pen;
    lead.area.rows = rows - asked;
    rest.area.row += rows - asked;
    rest.area.rows = asked;
    char *before = strndup(text, (size_t)(question - text));
    if (before) draw_lines(&lead, before, verdict);
    free(before);
    draw_lines(&rest, question, lead.area.rows > 0 ? STYLE_PLAIN : verdict);
    int last = lead.area.rows > 0 ? lead.area.rows - 1 : rows - 1;
    pen_right(pen, last, 1, pen->area.columns, STYLE_DIM, 0, "… `screen` shows all");
}

/* A long title gives way to the page's number behind it. */
static void draw_title(const struct pen *pen, const char *title)
{
    const char *page = strrchr(title, ':');
    int end = page ? pen->area.columns - pen_width(pen, page) : 0;
    if (end < 2 || pen_width(pen, title) < pen->area.columns) {
        pen_cut(pen, 0, 1, pen->area.columns, STYLE_TITLE, MARK_REVERSE, title);
        return;
    }
    char *head = strndup(title, (size_t)(page - title));
    if (head) end = pen_cut(pen, 0, 1, end, STYLE_TITLE, MARK_REVERSE, head);
    free(head);
    pen_text(pen, 0, end, STYLE_TITLE, MARK_REVERSE, page);
}

void scene_lesson(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area},
               below = {c, {area.row + 1, area.column, area.rows - 1, area.columns - 1}};
    const struct picture_lesson *l = &p->lesson;
    pen_fill(&pen, 0, 0, area.columns, U' ', STYLE_TITLE, MARK_REVERSE);
    int end =
        pen_right(&pen, 0, 1, area.columns - 1, STYLE_TITLE, MARK_REVERSE, l->hint ? l->hint : "");
    struct pen left = {c, {area.row, area.column, 1, end - 2}};
    draw_title(&left, l->title ? l->title : "");
    draw_page(&below, l->text, l->verdict);
}

int scene_lesson_rows(const char *text, enum style verdict, int columns, bool ascii)
{
    struct canvas c;
    if (!canvas_init(&c, 1, columns, ascii)) return 0;
    struct pen pen = {
        &c,
        {0, 0, 1000, columns - 1}}; /* taller than the canvas: what lies outside is only measured */
    int rows = draw_lines(&pen, text, verdict);
    canvas_release(&c);
    return rows;
}
