/* paint.c: from styles to colours, as face_curses.c does it with attributes. */
#include "paint.h"

#include <stdio.h>

static const struct {
    struct colour paper, ink;
} themes[THEME_N] = {
    [THEME_DARK] = {{16, 18, 22}, {238, 238, 238}},
    [THEME_LIGHT] = {{255, 255, 255}, {28, 28, 28}},
    [THEME_MONO] = {{255, 255, 255}, {0, 0, 0}},
};

static enum theme_name known(enum theme_name theme)
{
    return (unsigned)theme < THEME_N ? theme : THEME_DARK;
}

struct colour paint_paper(enum theme_name theme) { return themes[known(theme)].paper; }
struct colour paint_ink(enum theme_name theme) { return themes[known(theme)].ink; }

struct paint paint_style(enum theme_name theme, enum style style, unsigned marks)
{
    const struct theme_ink *ink = theme_ink(theme, style);
    struct paint p = {.front = {ink->red, ink->green, ink->blue},
                      .back = {ink->back_red, ink->back_green, ink->back_blue}};
    unsigned all =
        ink->marks ^ (marks & MARK_REVERSE); /* reversed within reversed has to stand out */
    all |= marks & ~MARK_REVERSE;
    p.on_paper = ink->default_background && !(all & MARK_REVERSE);
    if (ink->default_foreground) p.front = paint_ink(theme);
    if (ink->default_background) p.back = paint_paper(theme);
    if (all & MARK_REVERSE) {
        struct colour front = p.front;
        p.front = p.back;
        p.back = front;
    }
    p.bold = all & MARK_BOLD;
    p.underline = all & MARK_UNDERLINE;
    return p;
}

static bool same_colour(struct colour a, struct colour b)
{
    return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

bool paint_same(const struct paint *a, const struct paint *b)
{
    return same_colour(a->front, b->front) && same_colour(a->back, b->back) &&
           a->on_paper == b->on_paper && a->bold == b->bold && a->underline == b->underline;
}

const char *paint_text(char text[PAINT_TEXT], struct colour c)
{
    snprintf(text, PAINT_TEXT, "#%02x%02x%02x", c.red, c.green, c.blue);
    return text;
}
