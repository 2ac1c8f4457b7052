/* pager.c: lines are found once, when the text comes; drawing looks at those in sight only, so that
 * a table of a million rows scrolls at once. */
#include "cli/prompt/pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/prompt/bindings.h"
#include "viz/fold.h"

bool pager_open(struct pager *p, const char *text)
{
    pager_close(p);
    size_t length = strlen(text);
    while (length && text[length - 1] == '\n')
        length--;
    size_t n = 1;
    for (const char *at = text; (at = memchr(at, '\n', length - (size_t)(at - text))); at++)
        n++;
    p->text = strndup(text, length);
    p->lines = calloc(n, sizeof *p->lines);
    if (!p->text || !p->lines) {
        pager_close(p);
        return false;
    }
    char *rest = p->text, *line;
    while ((line = strsep(&rest, "\n")))
        p->lines[p->n_lines++] = line;
    return true;
}

void pager_close(struct pager *p)
{
    free(p->text);
    free(p->lines);
    *p = (struct pager){0};
}

/* The row after, or before, a place; false: there is none. */
static bool step_on(const struct pager *p, struct pager_place *at)
{
    size_t next;
    fold_row(p->lines[at->line], at->byte, p->columns, p->ascii, &next);
    if (next == 0 && at->line + 1 == p->n_lines) return false;
    if (next == 0) at->line++;
    at->byte = next;
    return true;
}

static bool step_back(const struct pager *p, struct pager_place *at)
{
    size_t before = at->byte, next = 0;
    if (before == 0 && at->line == 0) return false;
    if (before == 0) at->line--;
    at->byte = 0;
    while (fold_row(p->lines[at->line], at->byte, p->columns, p->ascii, &next),
           next && next != before)
        at->byte = next;
    return true;
}

/* The place at which the last page begins. */
static struct pager_place last_page(const struct pager *p)
{
    struct pager_place at = {.line = p->n_lines, .byte = 0};
    for (int i = 0; i < p->rows && step_back(p, &at); i++) {
    }
    if (at.line == p->n_lines) at.line--;
    return at;
}

void pager_scroll(struct pager *p, long rows)
{
    struct pager_place last = last_page(p);
    for (; rows < 0 && step_back(p, &p->top); rows++) {
    }
    for (; rows > 0 && step_on(p, &p->top); rows--) {
    }
    if (p->top.line > last.line || (p->top.line == last.line && p->top.byte > last.byte))
        p->top = last;
}

static void draw_row(const struct pager *p, struct canvas *c, int row, struct pager_place at)
{
    size_t next, end = fold_row(p->lines[at.line], at.byte, p->columns, p->ascii, &next);
    char *text = strndup(p->lines[at.line] + at.byte, end - at.byte);
    int indent = at.byte ? fold_indent(p->lines[at.line], p->columns, p->ascii) : 0;
    if (text) canvas_text(c, row, indent, c->columns - indent, text, STYLE_PLAIN, 0);
    free(text);
}

void pager_draw(struct pager *p, struct canvas *c, int rows)
{
    if (p->columns != c->columns) p->top.byte = 0; /* other rows now: begin at the line */
    p->rows = rows - 1;
    p->columns = c->columns;
    p->ascii = c->ascii;
    pager_scroll(p, 0);
    canvas_fill(c, 0, 0, rows, c->columns, ' ', STYLE_PLAIN, 0);
    struct pager_place at = p->top;
    bool more = true;
    for (int row = 0; row < p->rows && more; row++) {
        draw_row(p, c, row, at);
        more = step_on(p, &at);
    }
    if (rows < 1) return;
    char status[120];
    size_t last = more ? at.line + (at.byte > 0) : p->n_lines;
    snprintf(status, sizeof status,
             " lines %zu-%zu of %zu   PgUp PgDn: scroll   q: back to the heap ", p->top.line + 1,
             last, p->n_lines);
    canvas_fill(c, rows - 1, 0, 1, c->columns, ' ', STYLE_TITLE, MARK_REVERSE);
    canvas_text(c, rows - 1, 0, c->columns, status, STYLE_TITLE, MARK_REVERSE);
}

static bool is(const struct key *key, const char *bytes)
{
    return !strcmp((const char *)key->bytes, bytes);
}

bool pager_takes(struct pager *p, const struct key *key)
{
    long page = p->rows > 1 ? p->rows - 1 : 1;
    switch (bindings_find(key)) {
    case ACTION_SCROLL_BACK:
        pager_scroll(p, -page);
        return true;
    case ACTION_SCROLL_ON:
        pager_scroll(p, page);
        return true;
    case ACTION_UP:
        pager_scroll(p, -1);
        return true;
    case ACTION_DOWN:
        pager_scroll(p, 1);
        return true;
    case ACTION_HOME:
        p->top = (struct pager_place){0};
        return true;
    case ACTION_END:
        p->top = last_page(p);
        return true;
    case ACTION_REPAINT:
    case ACTION_SUSPEND:
        return false;
    default:
        break;
    }
    if (key->kind == KEY_MOUSE) {
        if (key->mouse.button == 64 || key->mouse.button == 65)
            pager_scroll(p, key->mouse.button == 64 ? -3 : 3);
        return true;
    }
    if (key->kind == KEY_BYTES && is(key, " ")) {
        pager_scroll(p, page);
        return true;
    }
    bool only_closes = key->kind == KEY_ESCAPE ||
                       (key->kind == KEY_BYTES &&
                        (is(key, "q") || is(key, "\r") || is(key, "\n") || is(key, "\003")));
    pager_close(p);
    return only_closes;
}
