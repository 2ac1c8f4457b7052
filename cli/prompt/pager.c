/* pager.c: lines are found once, when the text comes; drawing looks at those in sight only, so that a table of a million rows scrolls at once. */
#include "cli/prompt/pager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/prompt/bindings.h"

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

void pager_scroll(struct pager *p, long lines)
{
    size_t page = p->rows > 0 ? (size_t)p->rows : 1, most = p->n_lines > page ? p->n_lines - page : 0;
    size_t by = (size_t)labs(lines);
    if (p->top > most) p->top = most;
    if (lines < 0)
        p->top = p->top < by ? 0 : p->top - by;
    else
        p->top = most - p->top < by ? most : p->top + by;
}

/* The rest of a line after columns columns: whole characters, since the canvas takes nothing else. */
static const char *skip_columns(const struct canvas *c, const char *line, int columns)
{
    while (columns > 0 && *line) {
        size_t n = 1;
        while (((unsigned char)line[n] & 0xc0) == 0x80)
            n++;
        char one[8] = "";
        memcpy(one, line, n < sizeof one ? n : sizeof one - 1);
        columns -= canvas_width(c, one);
        line += n;
    }
    return line;
}

void pager_draw(struct pager *p, struct canvas *c, int rows)
{
    p->rows = rows - 1;
    p->columns = c->columns;
    pager_scroll(p, 0);
    canvas_fill(c, 0, 0, rows, c->columns, ' ', STYLE_PLAIN, 0);
    p->widest = 0;
    for (int row = 0; row < p->rows && p->top + (size_t)row < p->n_lines; row++) {
        const char *line = p->lines[p->top + (size_t)row];
        int width = canvas_width(c, line);
        if (width > p->widest) p->widest = width;
        canvas_text(c, row, 0, c->columns, skip_columns(c, line, p->left), STYLE_PLAIN, 0);
        if (width - p->left > c->columns) canvas_put(c, row, c->columns - 1, '>', STYLE_DIM, 0);
        if (p->left && width) canvas_put(c, row, 0, '<', STYLE_DIM, 0);
    }
    if (rows < 1) return;
    char status[120];
    size_t last = p->top + (size_t)(p->rows > 0 ? p->rows : 0);
    snprintf(status, sizeof status, " lines %zu-%zu of %zu   PgUp PgDn: scroll   q: back to the heap ", p->top + 1,
             last < p->n_lines ? last : p->n_lines, p->n_lines);
    canvas_fill(c, rows - 1, 0, 1, c->columns, ' ', STYLE_TITLE, MARK_REVERSE);
    canvas_text(c, rows - 1, 0, c->columns, status, STYLE_TITLE, MARK_REVERSE);
}

static bool is(const struct key *key, const char *bytes) { return !strcmp((const char *)key->bytes, bytes); }

bool pager_takes(struct pager *p, const struct key *key)
{
    long page = p->rows > 1 ? p->rows - 1 : 1;
    int half = p->columns / 2;
    switch (bindings_find(key)) {
    case ACTION_SCROLL_BACK:
        return pager_scroll(p, -page), true;
    case ACTION_SCROLL_ON:
        return pager_scroll(p, page), true;
    case ACTION_UP:
        return pager_scroll(p, -1), true;
    case ACTION_DOWN:
        return pager_scroll(p, 1), true;
    case ACTION_HOME:
        return p->top = 0, p->left = 0, true;
    case ACTION_END:
        return p->top = p->n_lines, pager_scroll(p, 0), true;
    case ACTION_REPAINT:
    case ACTION_SUSPEND:
        return false;
    default:
        break;
    }
    if (key->kind == KEY_MOUSE) {
        if (key->mouse.button == 64 || key->mouse.button == 65) pager_scroll(p, key->mouse.button == 64 ? -3 : 3);
        return true;
    }
    if (key->kind == KEY_BYTES && is(key, " ")) return pager_scroll(p, page), true;
    if (is(key, "\033[C") || is(key, "\033OC")) return p->left += p->widest - p->left > p->columns ? half : 0, true;
    if (is(key, "\033[D") || is(key, "\033OD")) return p->left = p->left < half ? 0 : p->left - half, true;
    bool only_closes = key->kind == KEY_ESCAPE ||
                       (key->kind == KEY_BYTES && (is(key, "q") || is(key, "\r") || is(key, "\n") || is(key, "\003")));
    pager_close(p);
    return only_closes;
}
