/* beside.c: see beside.h. */
#include "cli/prompt/beside.h"

#include <stdio.h>

#include "cli/command/page.h"
#include "cli/score/sides.h"
#include "viz/panes.h"

struct beside {
    struct picture picture[SIDES_MOST];
    struct pane pane[SIDES_MOST];
    struct panes panes;
    char position[192], parted[320];
};

static void fill_foot(struct beside *b, const struct screen *s)
{
    const struct sides *sides = s->sides;
    const char *hint = s->notice[0] ? s->notice : "";
    sides_position(sides, b->position, sizeof b->position);
    bool says = sides->said[0] != '\0';
    b->panes.foot[0] = says ? sides->said : b->position[0] ? b->position : hint;
    b->panes.foot_style[0] = says && sides->failed ? STYLE_BAD : STYLE_PLAIN;
    snprintf(b->parted, sizeof b->parted,
             sides->parted ? "first divergence: %s" : "%.0sno divergence", sides->parted_words);
    b->panes.foot[1] = b->parted;
    b->panes.foot_style[1] = sides->parted ? STYLE_CHANGED : STYLE_DIM;
}

static void fill(struct beside *b, struct screen *s)
{
    const struct sides *sides = s->sides;
    b->panes = (struct panes){.pane = b->pane, .n = sides->n};
    for (size_t i = 0; i < sides->n; i++) {
        lab_picture(sides->side[i].lab, &b->picture[i]);
        b->pane[i] = (struct pane){.name = sides->side[i].name, .picture = &b->picture[i]};
        sides_curve(sides, i, &b->pane[i].curve);
    }
    fill_foot(b, s);
}

static struct area area_of(const struct screen *s)
{
    struct area all = scene_whole(&s->canvas);
    all.rows -= SCREEN_PROMPT_ROWS;
    return all;
}

void beside_draw(struct screen *s)
{
    struct beside b;
    fill(&b, s);
    canvas_clear(&s->canvas);
    scene_panes(&s->canvas, area_of(s), &b.panes);
    for (size_t i = 0; i < b.panes.n; i++) {
        struct lab_screen *there = &s->sides->side[i].lab->screen;
        there->there = true;
        there->rows = s->canvas.rows - SCREEN_PROMPT_ROWS;
        there->columns = s->canvas.columns;
        scene_panes_scale(&s->canvas, area_of(s), &b.panes, i, &there->bytes_per_cell,
                          &there->map_cells, &there->table_rows);
    }
}

size_t beside_hit(struct screen *s, int row, int column, struct lab **lab)
{
    struct beside b;
    size_t pane = 0;
    fill(&b, s);
    size_t block = scene_panes_hit(&s->canvas, area_of(s), &b.panes, row, column, &pane);
    *lab = s->sides->side[pane].lab;
    return block;
}

struct lab *beside_lab(const struct screen *s, size_t i)
{
    return i < s->sides->n ? s->sides->side[i].lab : NULL;
}
