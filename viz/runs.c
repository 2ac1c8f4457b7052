/* runs.c: where a run ends. */
#include "runs.h"

static enum run_kind kind_of(const struct cell *cell, struct shape *shape)
{
    if (cell->glyph == U' ') return RUN_BLANK;
    return shape_of(cell->glyph, shape) ? RUN_SHAPE : RUN_TEXT;
}

/* Where a text that has come to column goes on: behind second halves, over one blank before more of
 * the same. */
static int text_end(const struct canvas *c, enum theme_name theme, int row, int column,
                    const struct cell *first, const struct paint *paint)
{
    struct shape unused;
    for (const struct cell *cell; (cell = canvas_at(c, row, column)) != NULL; column++) {
        if (!cell->glyph) continue;
        enum run_kind kind = kind_of(cell, &unused);
        if (kind == RUN_TEXT && cell->style == first->style && cell->marks == first->marks)
            continue;
        struct paint here = paint_style(theme, cell->style, cell->marks);
        if (kind == RUN_TEXT && paint_same(&here, paint)) continue;
        if (kind != RUN_BLANK || here.underline || paint->underline) return column;
        if (here.on_paper != paint->on_paper || (!here.on_paper && !paint_same(&here, paint)))
            return column;
        const struct cell *next = canvas_at(c, row, column + 1);
        if (!next || !next->glyph || kind_of(next, &unused) != RUN_TEXT) return column;
        struct paint there = paint_style(theme, next->style, next->marks);
        if (!paint_same(&there, paint)) return column;
    }
    return column;
}

static int same_end(const struct canvas *c, enum theme_name theme, int row, int column,
                    const struct cell *first, const struct paint *paint)
{
    for (const struct cell *cell; (cell = canvas_at(c, row, column)) != NULL; column++) {
        if (cell->glyph != first->glyph) break;
        if (cell->style == first->style && cell->marks == first->marks) continue;
        struct paint here = paint_style(theme, cell->style, cell->marks);
        if (!paint_same(&here, paint)) break;
    }
    return column;
}

struct run run_at(const struct canvas *c, enum theme_name theme, int row, int column)
{
    const struct cell *first = canvas_at(c, row, column);
    struct run r = {.column = column,
                    .paint = paint_style(theme, first->style, first->marks),
                    .glyph = first->glyph};
    r.kind = kind_of(first, &r.shape);
    int end = r.kind == RUN_TEXT ? text_end(c, theme, row, column + 1, first, &r.paint)
                                 : same_end(c, theme, row, column + 1, first, &r.paint);
    r.columns = end - column;
    return r;
}
