/* beside.c: see beside.h. */
#include "cli/prompt/beside.h"

#include <stdio.h>

#include "cli/command/page.h"
#include "viz/panes.h"

struct beside {
    struct picture picture[SIDES_MOST];
    struct pane pane[SIDES_MOST];
    struct panes panes;
    char position[192], parted[320];
};

static void fill_foot(struct beside *b, const struct sides *sides, const char *hint)
{
    sides_position(sides, b->position, sizeof b->position);
    bool says = sides->said[0] != '\0';
    b->panes.foot[0] = says ? sides->said : b->position[0] ? b->position : hint;
    b->panes.foot_style[0] = says && sides->failed ? STYLE_BAD : STYLE_PLAIN;
    snprintf(b->parted, sizeof b->parted,
             sides->parted ? "first divergence: %s" : "%.0sno divergence", sides->parted_words);
    b->panes.foot[1] = b->parted;
    b->panes.foot_style[1] = sides->parted ? STYLE_CHANGED : STYLE_DIM;
}

static void fill(struct beside *b, const struct sides *sides, const char *notice, int prompt_rows)
{
    b->panes = (struct panes){.pane = b->pane, .n = sides->n, .prompt_rows = prompt_rows};
    for (size_t i = 0; i < sides->n; i++) {
        lab_picture(sides->side[i].lab, &b->picture[i]);
        b->pane[i] = (struct pane){.name = sides->side[i].name, .picture = &b->picture[i]};
        sides_curve(sides, i, &b->pane[i].curve);
    }
    fill_foot(b, sides, notice);
}

static struct area area_of(const struct canvas *c, int prompt_rows)
{
    struct area all = scene_whole(c);
    all.rows -= prompt_rows;
    return all;
}

void beside_draw(struct canvas *c, const struct sides *s, const char *notice, int prompt_rows)
{
    struct beside b;
    struct area area = area_of(c, prompt_rows);
    fill(&b, s, notice, prompt_rows);
    canvas_clear(c);
    scene_panes(c, area, &b.panes);
    for (size_t i = 0; i < b.panes.n; i++) {
        struct lab_screen *there = &s->side[i].lab->screen;
        there->there = true;
        there->rows = area.rows;
        there->columns = area.columns;
        scene_panes_scale(c, area, &b.panes, i, &there->bytes_per_cell, &there->map_cells,
                          &there->table_rows);
    }
}

size_t beside_hit(struct canvas *c, const struct sides *s, int prompt_rows, int row, int column,
                  struct lab **lab)
{
    struct beside b;
    size_t pane = 0;
    fill(&b, s, "", prompt_rows);
    size_t block = scene_panes_hit(c, area_of(c, prompt_rows), &b.panes, row, column, &pane);
    *lab = s->side[pane].lab;
    return block;
}
