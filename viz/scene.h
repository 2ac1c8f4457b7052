/* scene.h: pure functions from a picture to cells. Each draws into one rectangle of a canvas and
 * nowhere else. */
#ifndef SCENE_H
#define SCENE_H

#include "canvas.h"
#include "picture.h"

struct area {
    int row, column, rows, columns;
};

void scene_title(struct canvas *c, struct area area,
                 const struct picture *p); /* one row: what, pid, policy, brk, its delta */
void scene_process(struct canvas *c, struct area area,
                   const struct picture *p); /* the segments, 3 to 6 rows */
void scene_heap(
    struct canvas *c, struct area area,
    const struct picture *p); /* the heap in proportion, brk, the page's edge, the changes */
void scene_blocks(struct canvas *c, struct area area, const struct picture *p); /* the table */
void scene_detail(struct canvas *c, struct area area,
                  const struct picture *p); /* the selected block: fields and bytes */
void scene_history(struct canvas *c, struct area area,
                   const struct picture *p); /* brk, live, the free list, statistics */
void scene_log(struct canvas *c, struct area area, const struct picture *p); /* past commands */
void scene_output(struct canvas *c, struct area area,
                  const struct picture *p); /* what a program has written */
void scene_command(struct canvas *c, struct area area,
                   const struct picture *p); /* line of C and sentence, wrapped */
/* Rows that it takes in so many columns; 0 on no memory. */
int scene_command_rows(const struct picture *p, int columns, bool ascii);
void scene_lesson(
    struct canvas *c, struct area area,
    const struct picture *p); /* a lesson's page: a title row and SCENE_LESSON_ROWS of text */
/* Rows that text takes in a screen of so many columns, its first line being a verdict or not
 * (picture.h); 0 on no memory. */
#define SCENE_LESSON_ROWS 7
int scene_lesson_rows(const char *text, enum style verdict, int columns, bool ascii);

/* Lay the whole out on an area of c, leaving its last prompt_rows rows for the prompt. What lies
 * outside stays as it is, so that two heaps may stand side by side. Below SCREEN_ROWS_MIN ×
 * SCREEN_COLUMNS_MIN it says politely that the terminal is too small (and what is needed), where
 * brk is and what the last command did, in whatever room there is, down to 1 × 1. */
#define SCREEN_ROWS_MIN 14
#define SCREEN_COLUMNS_MIN 50
void scene_screen_on(struct canvas *c, struct area area, const struct picture *p, int prompt_rows);

static inline struct area scene_whole(const struct canvas *c)
{
    return (struct area){0, 0, c->rows, c->columns};
}

/* The same on the whole of c, which is cleared before. */
static inline void scene_screen(struct canvas *c, const struct picture *p, int prompt_rows)
{
    canvas_clear(c);
    scene_screen_on(c, scene_whole(c), p, prompt_rows);
}

/* What a click at row, column of the canvas that scene_screen_on drew would select: a block index,
 * SNAPSHOT_NONE. */
size_t scene_hit(const struct canvas *c, struct area area, const struct picture *p, int prompt_rows,
                 int row, int column);

/* How many bytes a cell of the heap map stands for as scene_screen_on lays it out, and how many
 * cells it has. */
void scene_map_scale(const struct canvas *c, struct area area, const struct picture *p,
                     int prompt_rows, uint64_t *bytes_per_cell, uint64_t *cells);
/* Has what a program writes a place there, once there is something? */
bool scene_shows_output(const struct canvas *c, struct area area, const struct picture *p,
                        int prompt_rows);
/* How many rows of blocks the table shows. */
size_t scene_table_rows(const struct canvas *c, struct area area, const struct picture *p,
                        int prompt_rows);

#endif
