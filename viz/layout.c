/* layout.c: rows are given out from the top and from the bottom, and the table has what remains.
 * Small screens keep every part at its least; a taller one gets rules between the parts, more of
 * the map, more rows of the table, then the log. */
#include "layout.h"

#include <string.h>

#include "view.h"

#define TABLE_ROWS_SPARE 3 /* rows of blocks of which one can tell of those out of sight */

/* What a screen of so many rows, without the prompt's and a lesson's, gives to its parts. */
static const struct height {
    int from;
    int process, map,
        history; /* rows; map: without the equation, and two more for every six rows from 23 on */
    bool rules; /* between the parts */
    bool rule_title; /* below the title, too */
    bool log; /* below the table, where it has no place beside it */
} heights[] = {
    {.from = 0, .process = 3, .map = 2, .history = 1},
    {.from = 18, .process = 3, .map = 2, .history = 2},
    {.from = 20, .process = 4, .map = 4, .history = 2},
    {.from = 30, .process = 4, .map = 4, .history = 3, .rules = true},
    {.from = 32, .process = 4, .map = 4, .history = 3, .rules = true, .log = true},
    {.from = 36,
     .process = 5,
     .map = 4,
     .history = 4,
     .rules = true,
     .rule_title = true,
     .log = true},
};

/* The most rows of the last command, of a screen of so many, a lesson's with them. */
static const struct {
    int from, rows;
} commands[] = {{0, 1}, {16, 2}, {22, 3}};

/* Columns: what the parts side by side need, and from how many on they are there. */
static const struct {
    int table, table_wide; /* the table, which grows by a third of what there is more than 80, up to
                              so many from wide on */
    int wide;
    int detail; /* an offset and eight bytes */
    int log, log_from; /* the log, and a third of what there is more */
} width = {.table = 49, .table_wide = 62, .wide = 120, .detail = 29, .log = 44, .log_from = 150};

static const struct height *height_of(int rows)
{
    const struct height *h = heights;
    for (size_t i = 1; i < sizeof heights / sizeof *heights && heights[i].from <= rows; i++)
        h = &heights[i];
    return h;
}

static int command_most(int rows)
{
    int most = commands[0].rows;
    for (size_t i = 1; i < sizeof commands / sizeof *commands && commands[i].from <= rows; i++)
        most = commands[i].rows;
    return most;
}

struct cut {
    int top, bottom; /* rows [top, bottom) are still free */
    int column, columns;
};

static struct area from_top(struct cut *cut, int rows)
{
    if (rows > cut->bottom - cut->top) rows = cut->bottom - cut->top;
    struct area area = {cut->top, cut->column, rows, cut->columns};
    cut->top += rows;
    return area;
}

static struct area from_bottom(struct cut *cut, int rows)
{
    if (rows > cut->bottom - cut->top) rows = cut->bottom - cut->top;
    cut->bottom -= rows;
    return (struct area){cut->bottom, cut->column, rows, cut->columns};
}

#define OUTPUT_ROWS 3 /* of what a program has written, at least: heading, two lines */

#define LESSON_ROWS_LEAST                                                                          \
    4 /* of its text: a page that is shorter leaves the picture where it stands */

/* On a small screen a lesson takes what its page needs, with its title; the rest is the table's. */
static int lesson_rows(const struct canvas *c, struct area area, const struct picture *p, int rows)
{
    if (rows >= 36) return SCENE_LESSON_ROWS + 3;
    int needed = scene_lesson_rows(p->lesson.text, p->lesson.verdict, area.columns, c->ascii);
    int most = rows < 20 ? LESSON_ROWS_LEAST : SCENE_LESSON_ROWS;
    return 1 + (needed < LESSON_ROWS_LEAST ? LESSON_ROWS_LEAST : needed < most ? needed : most);
}

const char *layout_caption(const struct picture *p)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    if (head->remembered) return "remembered by brkview, not by the heap";
    bool guessed = head->source && strcmp(head->source, "guess") == 0;
    return guessed ? "a guess: its words read as CS:APP's headers" : NULL;
}

/* Rows of the table beside a lesson: its headings, and five blocks with a row for those out of
 * sight, or as many as there are. */
static int table_wanted(const struct picture *p)
{
    size_t n = snapshot_n_blocks(p->snapshot);
    return 1 + (layout_caption(p) != NULL) + (n > 5 ? 6 : (int)n);
}

#define ANSWER_ROWS                                                                                \
    2 /* for what was asked since, so that the reason above it is not cut; the table has them      \
         again after that */

/* The same for the last command, which says little or much; what the table does not need it may
 * have. */
static int command_rows(const struct canvas *c, struct area area, const struct picture *p, int most,
                        int free_rows)
{
    int needed = scene_command_rows(p, area.columns, c->ascii), spare = free_rows - table_wanted(p);
    most += most > 1 && p->answer && *p->answer ? ANSWER_ROWS : 0;
    if (spare > most) most = spare;
    return needed < 1 ? 1 : needed < most ? needed : most;
}

/* Where fewer than five blocks would be seen, the addresses below the segments give way: `segments`
 * tells them, and the title where brk is. */
static void spare_row(struct layout *l, struct cut *cut, const struct picture *p)
{
    if (l->process.rows < 3 || cut->bottom - cut->top >= table_wanted(p)) return;
    l->process.rows--;
    l->heap.row--;
    cut->top--;
}

static int rule_row(struct cut *cut, bool wanted) { return wanted ? from_top(cut, 1).row : -1; }

/* Side by side: the table, the detail where it fits, the log where that fits too. */
static void split_middle(struct layout *l, struct area middle, bool want_log)
{
    l->blocks = middle;
    l->split[0] = l->split[1] = -1;
    int columns = middle.columns, end = middle.column + columns;
    if (columns < width.table + 1 + width.detail) return;
    int table = columns < width.wide ? width.table + (columns - 80) / 3 : width.table_wide;
    if (table < width.table) table = width.table;
    int log =
        want_log && columns >= width.log_from ? width.log + (columns - width.log_from) / 3 : 0;
    l->blocks.columns = table;
    l->split[0] = middle.column + table;
    l->detail = (struct area){middle.row, l->split[0] + 2, middle.rows,
                              columns - table - 2 - (log ? log + 2 : 0)};
    if (!log) return;
    l->split[1] = end - log - 2;
    l->log = (struct area){middle.row, end - log, middle.rows, log};
}

/* Few things for the back row: the process, the heap with tall cells, the blocks with the words of
 * the selected one, and what was done. */
static void layout_projector(struct layout *l, struct cut *cut, const struct picture *p, int rows)
{
    bool low = rows < (p->lesson.text ? 20 : 18); /* the header's words need rows, too */
    l->title = from_top(cut, 1);
    l->process = from_top(cut, low ? 3 : 4);
    int lines = low ? 1 : rows < 30 ? 2 : rows < 40 ? 3 : rows / 10 + 1;
    l->heap = from_top(cut, 1 + 4 * lines);
    l->command = from_bottom(cut, low ? 2 : 3);
    if (p->notice && *p->notice) l->notice = from_bottom(cut, 1);
    l->history = from_bottom(cut, rows < 20 ? 0 : 1);
    split_middle(l, from_top(cut, cut->bottom - cut->top), false);
}

/* Where a lesson stands on a small screen, what was lost and how it went give way to it. */
static int history_rows(const struct height *h, int rows, bool lesson, int all)
{
    if (!lesson || rows >= 20) return h->history;
    return rows >= 18 || all >= 20;
}

/* Below the table, of the log or what stands with it or in its place. */
static int log_rows(const struct height *h, int rows, const struct picture *p)
{
    int log = h->log ? (rows - 23) / 4 : 0;
    return p->has_output && log < OUTPUT_ROWS ? OUTPUT_ROWS : log;
}

/* What a program has written takes half of the log's place: its lower rows where that stands beside
 * the table, else its right columns; or all of it. */
static void share_log(struct layout *l, bool beside, bool log)
{
    struct area all = l->log, half = all;
    if (beside && log) half.rows = (all.rows + 1) / 2;
    if (!beside && log) half.columns = all.columns / 2;
    l->log = log ? half : (struct area){0};
    l->output = all;
    if (!log) return;
    if (beside)
        l->output.row += half.rows, l->output.rows -= half.rows;
    else
        l->output.column += half.columns + 1, l->output.columns -= half.columns + 1;
}

struct layout layout_make(const struct canvas *c, struct area area, const struct picture *p,
                          int prompt_rows)
{
    if (prompt_rows < 0) prompt_rows = 0;
    int all = area.rows - prompt_rows, rows = all, columns = area.columns;
    struct layout l = {
        .rule = {-1, -1, -1, -1}, .split = {-1, -1}, .column = area.column, .columns = columns};
    l.too_small =
        area.rows < SCREEN_ROWS_MIN || columns < SCREEN_COLUMNS_MIN || rows < SCREEN_ROWS_MIN - 4;
    if (l.too_small) return l;
    struct cut cut = {area.row, area.row + rows, area.column, columns};
    bool lesson = p->lesson.text != NULL, notice = p->notice && *p->notice;
    if (lesson) { /* it takes from the others what a page needs */
        l.lesson = from_bottom(&cut, lesson_rows(c, area, p, rows));
        rows -= l.lesson.rows;
    }
    if (p->view->projector) {
        layout_projector(&l, &cut, p, rows);
        return l;
    }
    const struct height *h = height_of(rows);
    l.title = from_top(&cut, 1);
    l.rule[0] = rule_row(&cut, h->rule_title);
    l.process = from_top(&cut, h->process);
    l.rule[1] = rule_row(&cut, h->rules);
    l.heap = from_top(&cut, 1 + h->map + (rows > 23 ? (rows - 23) / 6 * 2 : 0));
    l.rule[2] = rule_row(&cut, h->rules);
    int most = command_most(all);
    if (lesson && rows < 20)
        most = command_rows(c, area, p, most, cut.bottom - cut.top - 1 - notice);
    l.command = from_bottom(&cut, most);
    if (notice) l.notice = from_bottom(&cut, 1);
    bool log_beside = columns >= width.log_from;
    if (!log_beside) l.log = from_bottom(&cut, log_rows(h, rows, p));
    l.history = from_bottom(&cut, history_rows(h, rows, lesson, all));
    if (lesson && rows < 20) spare_row(&l, &cut, p);
    if (h->rules) l.rule[3] = from_bottom(&cut, 1).row;
    split_middle(&l, from_top(&cut, cut.bottom - cut.top), log_beside);
    if (p->has_output) share_log(&l, log_beside, (log_beside || h->log) && !p->no_log);
    return l;
}

struct area layout_table_rows(struct area blocks, const struct picture *p)
{
    int headings = layout_caption(p) && blocks.rows > 3 ? 2 : 1;
    if (headings > blocks.rows) headings = blocks.rows;
    int rows = blocks.rows - headings;
    if (rows >= TABLE_ROWS_SPARE && snapshot_n_blocks(p->snapshot) > (size_t)rows)
        rows--; /* which says how many more there are */
    return (struct area){blocks.row + headings, blocks.column, rows, blocks.columns};
}

struct area layout_map(struct area heap)
{
    if (heap.rows < 2) return (struct area){heap.row, heap.column, 0, heap.columns};
    return (struct area){heap.row + 1, heap.column, heap.rows - 1, heap.columns};
}

size_t layout_table_from(struct area rows, const struct picture *p)
{
    return view_table_from(p->view, snapshot_n_blocks(p->snapshot),
                           rows.rows > 0 ? (size_t)rows.rows : 0);
}
