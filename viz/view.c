/* view.c: moving about. */
#include "view.h"

#include "map.h"

void view_init(struct view *v)
{
    *v = (struct view){.theme = THEME_DARK, .selected_offset = UINT64_MAX};
}

static uint64_t heap_bytes(const struct snapshot *s) { return snapshot_stats(s)->heap_bytes; }

static uint64_t offset_of(const struct snapshot *s, size_t block)
{
    return snapshot_offset_of(s, snapshot_block(s, block).address);
}

static void clamp_table(struct view *v, const struct snapshot *s, size_t rows)
{
    size_t n = snapshot_n_blocks(s), most = n > rows ? n - rows : 0;
    if (v->table_from > most) v->table_from = most;
}

size_t view_table_from(const struct view *v, size_t n, size_t rows)
{
    size_t most = n > rows ? n - rows : 0, from = v->table_from < most ? v->table_from : most,
           focus = v->table_focus - 1;
    if (!v->table_focus || focus >= n || rows == v->table_rows) return from;
    if (focus < from || focus - from >= (rows ? rows : 1))
        from = focus > rows / 2 ? focus - rows / 2 : 0;
    return from < most ? from : most;
}

/* The scale at which the whole heap is shown. */
static uint64_t whole_scale(const struct view *v, const struct snapshot *s, uint64_t cells)
{
    struct axis axis = axis_of(s, cells);
    return map_hold(&axis, cells, v->projector, v->held_cells == cells ? v->held : 0);
}

/* The map shall begin with that cell of the axis, or as near as the map is filled. */
static void place_map(struct view *v, const struct snapshot *s, uint64_t cells, uint64_t first)
{
    struct axis axis = axis_of(s, cells);
    uint64_t most = map_first_most(&axis, cells, v->bytes_per_cell);
    v->map_from = axis_cell(&axis, v->bytes_per_cell, first < most ? first : most).from;
}

static void clamp_map(struct view *v, const struct snapshot *s, uint64_t cells)
{
    if (cells == 0) cells = 1;
    if (v->bytes_per_cell >= whole_scale(v, s, cells)) v->bytes_per_cell = 0;
    if (v->bytes_per_cell == 0) {
        v->map_from = 0;
        return;
    }
    struct axis axis = axis_of(s, cells);
    uint64_t most =
        axis_cell(&axis, v->bytes_per_cell, map_first_most(&axis, cells, v->bytes_per_cell)).from;
    if (v->map_from > most) v->map_from = most;
}

static uint64_t scale(const struct view *v, const struct snapshot *s, uint64_t cells)
{
    return v->bytes_per_cell ? v->bytes_per_cell : whole_scale(v, s, cells);
}

/* Put offset in the middle of the map. */
static void center_map(struct view *v, const struct snapshot *s, uint64_t cells, uint64_t offset)
{
    struct axis axis = axis_of(s, cells);
    uint64_t cell = axis_cell_of(&axis, v->bytes_per_cell, offset), half = cells / 2;
    place_map(v, s, cells, cell > half ? (cell - half) / 16 * 16 : 0);
    clamp_map(v, s, cells);
}

/* What a zoom should keep in sight: the selected block, else the middle of what is seen. */
static uint64_t center(const struct view *v, const struct snapshot *s, uint64_t cells)
{
    uint64_t heap = heap_bytes(s);
    if (v->selected_offset < heap) return v->selected_offset;
    uint64_t shown = cells * scale(v, s, cells),
             left = heap - (v->map_from < heap ? v->map_from : heap);
    return heap - left + (shown < left ? shown : left) / 2;
}

void view_zoom_to(struct view *v, const struct snapshot *s, uint64_t cells, uint64_t bytes_per_cell)
{
    if (cells == 0) cells = 1;
    uint64_t middle = center(v, s, cells), bytes = 1;
    while (bytes < bytes_per_cell && bytes < UINT64_C(1) << 60)
        bytes *= 2;
    if (bytes - bytes_per_cell > bytes / 4 && bytes > 1) bytes /= 2; /* the nearer power of two */
    v->bytes_per_cell = bytes;
    clamp_map(v, s, cells);
    if (v->bytes_per_cell) center_map(v, s, cells, middle);
}

void view_zoom(struct view *v, const struct snapshot *s, uint64_t cells, int direction)
{
    if (cells == 0) cells = 1;
    uint64_t now = scale(v, s, cells);
    if (direction == 0) {
        v->bytes_per_cell = v->map_from = 0;
    } else if (direction > 0) {
        view_zoom_to(v, s, cells, now > 1 ? now / 2 : 1);
    } else {
        view_zoom_to(v, s, cells, now < UINT64_C(1) << 59 ? now * 2 : now);
    }
}

/* from moved by pages halves of size, between 0 and most. */
static uint64_t moved(uint64_t from, uint64_t size, int pages, uint64_t most)
{
    uint64_t step = size / 2 ? size / 2 : 1,
             count = pages < 0 ? (uint64_t) - (int64_t)pages : (uint64_t)pages;
    uint64_t way = step > UINT64_MAX / (count ? count : 1) ? UINT64_MAX : step * count;
    if (pages < 0) return from > way ? from - way : 0;
    if (from >= most) return most;
    return way < most - from ? from + way : most;
}

void view_scroll(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows, int pages)
{
    size_t n = snapshot_n_blocks(s);
    v->table_from =
        (size_t)moved(view_table_from(v, n, rows), rows, pages, n > rows ? n - rows : 0);
    v->table_focus = 0;
    clamp_map(v, s, cells);
    if (!v->bytes_per_cell) return;
    struct axis axis = axis_of(s, cells);
    uint64_t most = map_first_most(&axis, cells, v->bytes_per_cell);
    uint64_t at = moved(axis_cell_of(&axis, v->bytes_per_cell, v->map_from), cells, pages, most);
    place_map(v, s, cells, pages < 0 ? at / 16 * 16 : (at + 15) / 16 * 16);
}

static void show_block(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows,
                       size_t block)
{
    if (block < v->table_from || block - v->table_from >= (rows ? rows : 1))
        v->table_from = block > rows / 2 ? block - rows / 2 : 0;
    v->table_focus = block + 1;
    v->table_rows = rows;
    clamp_table(v, s, rows);
    clamp_map(v, s, cells);
    if (!v->bytes_per_cell) return;
    struct axis axis = axis_of(s, cells);
    uint64_t offset = offset_of(s, block), cell = axis_cell_of(&axis, v->bytes_per_cell, offset);
    uint64_t first = map_first_at(&axis, cells, v->bytes_per_cell, v->map_from);
    if (cell < first || cell - first >= cells) center_map(v, s, cells, offset);
}

static void forget_selection(struct view *v)
{
    v->selected_none = false;
    v->selected_id = 0;
    v->selected_offset = UINT64_MAX;
}

void view_select(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows,
                 size_t block)
{
    forget_selection(v);
    v->selected_none = block >= snapshot_n_blocks(s);
    if (v->selected_none) return;
    struct snapshot_block b = snapshot_block(s, block);
    v->selected_offset = offset_of(s, block);
    if (b.state == BLOCK_USED) v->selected_id = b.id;
    show_block(v, s, cells, rows, block);
}

/* The block that changed last, as far as ranges tell: a new one before one that was freed before
 * any other. */
static size_t changed_block(const struct snapshot *s, const struct changes *c)
{
    size_t best = SNAPSHOT_NONE;
    enum change_kind best_kind = CHANGE_DAMAGED;
    for (size_t i = 0; c && i < c->n; i++) {
        size_t block =
            c->change[i].kind == CHANGE_GONE ? SNAPSHOT_NONE : snapshot_find(s, c->change[i].from);
        if (block == SNAPSHOT_NONE || (best != SNAPSHOT_NONE && c->change[i].kind >= best_kind))
            continue;
        best = block;
        best_kind = c->change[i].kind;
    }
    return best;
}

static size_t chosen_block(const struct view *v, const struct snapshot *s)
{
    size_t at = SNAPSHOT_NONE;
    if (v->selected_offset < heap_bytes(s))
        at = snapshot_find(s, snapshot_address_of(s, v->selected_offset));
    if (!v->selected_id) return at;
    if (at != SNAPSHOT_NONE) {
        struct snapshot_block b = snapshot_block(s, at);
        if (b.state == BLOCK_USED && b.id == v->selected_id) return at;
    }
    size_t same = snapshot_find_id(s, v->selected_id);
    return same != SNAPSHOT_NONE ? same : at; /* freed: stay where it was */
}

size_t view_selected(const struct view *v, const struct snapshot *s, const struct changes *c)
{
    size_t chosen = chosen_block(v, s);
    if (chosen != SNAPSHOT_NONE) return chosen;
    bool asked = v->selected_none || v->selected_id || v->selected_offset != UINT64_MAX;
    return asked ? SNAPSHOT_NONE : changed_block(s, c);
}

void view_select_step(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows,
                      int step)
{
    size_t n = snapshot_n_blocks(s), now = chosen_block(v, s), next;
    if (n == 0) return;
    if (now == SNAPSHOT_NONE)
        next = step < 0 ? n - 1 : view_table_from(v, n, rows ? rows : 1);
    else if (step < 0)
        next = now > 0 ? now - 1 : 0;
    else
        next = now + 1 < n ? now + 1 : n - 1;
    view_select(v, s, cells, rows, next);
}

static bool has_changed(const struct snapshot *s, size_t block, const struct changes *c)
{
    struct snapshot_block b = snapshot_block(s, block);
    return changes_touch(c, b.address, b.address + b.size, NULL);
}

/* Another scale only where the heap needs it; the one before is kept for a word about it. */
static void hold_scale(struct view *v, const struct snapshot *s, uint64_t cells)
{
    uint64_t now = whole_scale(v, s, cells), was = v->held_cells != cells ? 0
                                                   : v->held_page         ? v->held_page
                                                                          : v->held;
    v->held_was = was != now ? was : 0;
    v->held = now;
    v->held_cells = cells;
}

void view_turn(struct view *v, const struct snapshot *s, uint64_t cells)
{
    uint64_t was = v->held_was;
    v->held_page = 0;
    hold_scale(v, s, cells ? cells : 1);
    v->held_was = was;
    v->held_page = v->held;
}

void view_follow(struct view *v, const struct snapshot *s, const struct changes *c, uint64_t cells,
                 size_t rows)
{
    hold_scale(v, s, cells ? cells : 1);
    size_t chosen = chosen_block(v, s), changed = changed_block(s, c);
    bool news = changed != SNAPSHOT_NONE && (chosen == SNAPSHOT_NONE || !has_changed(s, chosen, c));
    bool lost = chosen == SNAPSHOT_NONE && !v->selected_none;
    if (news || lost) /* it was chosen to look at what is past */
        forget_selection(v);
    else if (chosen != SNAPSHOT_NONE)
        v->selected_offset = offset_of(s, chosen);
    clamp_table(v, s, rows);
    clamp_map(v, s, cells);
    if (changed != SNAPSHOT_NONE) show_block(v, s, cells, rows, changed);
}
