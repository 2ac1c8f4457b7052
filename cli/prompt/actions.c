/* actions.c: what each key does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/prompt/bindings.h"
#include "cli/prompt/line.h"
#include "cli/prompt/paste.h"
#include "cli/prompt/prompt.h"
#include "viz/face_curses.h"
#include "viz/view.h"

static void help(struct prompt *p)
{
    const struct outcome *out = lab_run(p->lab, "help");
    char *text = NULL;
    if (asprintf(&text, "%s\nKeys\n%s", out && out->text ? out->text : "", prompt_keys_text()) < 0)
        return;
    pager_open(&p->pager, text);
    free(text);
}

/* From the block that is shown, though it may have been chosen by nobody but what changed. */
static void select_step(struct lab *lab, int step)
{
    size_t shown =
        view_selected(&lab->shown.view, lab->shown.session.snapshot, &lab->shown.session.changes);
    if (shown != SNAPSHOT_NONE)
        view_select(&lab->shown.view, lab->shown.session.snapshot, lab->screen.map_cells,
                    lab->screen.table_rows, shown);
    view_select_step(&lab->shown.view, lab->shown.session.snapshot, lab->screen.map_cells,
                     lab->screen.table_rows, step);
}

/* True: the action was the screen's own. */
static bool move_in(struct lab *lab, enum action action)
{
    struct view *view = &lab->shown.view;
    const struct snapshot *s = lab->shown.session.snapshot;
    uint64_t cells = lab->screen.map_cells;
    size_t rows = lab->screen.table_rows;
    switch (action) {
    case ACTION_SCROLL_BACK:
        view_scroll(view, s, cells, rows, -1);
        break;
    case ACTION_SCROLL_ON:
        view_scroll(view, s, cells, rows, 1);
        break;
    case ACTION_ZOOM_IN:
        view_zoom(view, s, cells, 1);
        break;
    case ACTION_ZOOM_OUT:
        view_zoom(view, s, cells, -1);
        break;
    case ACTION_ZOOM_ALL:
        view_zoom(view, s, cells, 0);
        break;
    case ACTION_OFFSETS:
        view->offsets = !view->offsets;
        break;
    case ACTION_PROJECTOR:
        view->projector = !view->projector;
        break;
    case ACTION_SELECT_PREVIOUS:
        select_step(lab, -1);
        break;
    case ACTION_SELECT_NEXT:
        select_step(lab, 1);
        break;
    default:
        return false;
    }
    return true;
}

/* The same in all that stand side by side. */
static bool move(struct prompt *p, enum action action)
{
    struct lab *lab;
    bool moved = false;
    for (size_t i = 0; (lab = screen_lab(&p->screen, i)) != NULL; i++)
        moved = move_in(lab, action) || moved;
    if (moved) p->screen.stale = true;
    return moved;
}

static void mouse(struct prompt *p, const struct key *key)
{
    if (key->mouse.button == 64 || key->mouse.button == 65) {
        move(p, key->mouse.button == 64 ? ACTION_SCROLL_BACK : ACTION_SCROLL_ON);
        return;
    }
    if (!key->mouse.press || key->mouse.button != 0) return;
    struct lab *lab;
    size_t block = screen_hit(&p->screen, key->mouse.row, key->mouse.column, &lab);
    if (block == SNAPSHOT_NONE) return;
    view_select(&lab->shown.view, lab->shown.session.snapshot, lab->screen.map_cells,
                lab->screen.table_rows, block);
    p->screen.stale = true;
}

static void paste(struct prompt *p)
{
    size_t n;
    bool cut;
    const char *bytes = keys_paste(&p->keys, &n, &cut);
    char *text = paste_text(bytes, n, p->keys.utf8);
    if (text) line_insert(text);
    if (p->paste_told) screen_warn(&p->screen, "");
    p->paste_told = false;
    if (!text) screen_warn(&p->screen, "out of memory: nothing of the paste was taken");
    if (text && cut)
        screen_warn(&p->screen,
                    "the paste was too long: only its beginning was taken (use `source FILE`)");
    free(text);
}

static void type(struct prompt *p, const struct key *key)
{
    line_key(key->bytes, key->n);
    char *text = line_take();
    if (text) prompt_run_line(p, text);
    free(text);
    const char *notice = line_notice();
    if (*notice) p->screen.notice = notice, p->screen.stale = true;
    if (line_ended() || p->lab->quit) p->quit = true;
}

static bool is_byte(const struct key *key, unsigned char byte)
{
    return key->kind == KEY_BYTES && key->n == 1 && key->bytes[0] == byte;
}

/* q takes a page away, as everywhere. But `quit` and `quiz` are typed on a page as well: ui right
 * behind it, which nothing else begins with, brings the q back. */
static bool page_takes(struct prompt *p, const struct key *key)
{
    static const char behind[] = "ui";
    size_t point, n = p->after_q;
    p->after_q = 0;
    if (p->pager.text) {
        bool taken = pager_takes(&p->pager, key);
        p->after_q = taken && is_byte(key, 'q');
        return taken;
    }
    if (n == 0 || !is_byte(key, (unsigned char)behind[n - 1]) || strlen(line_text(&point)) != n - 1)
        return false;
    p->after_q = n + 1;
    if (behind[n] != '\0') return false;
    p->after_q = 0;
    line_abandon();
    line_insert("qu");
    return false;
}

/* A page back or on, or an operation of a trace. False: there is none, or a line is being typed,
 * which the keys move in. */
static bool turn_page(struct prompt *p, enum action action)
{
    size_t point;
    struct course_page page;
    if (line_text(&point)[0]) return false;
    const char *turn = NULL;
    if (course_page(p->lab, &page))
        turn = action == ACTION_PAGE_BACK ? page.back : page.on;
    else if (p->lab->shown.player)
        turn = action == ACTION_PAGE_BACK ? "back" : "step";
    if (turn) prompt_run_line(p, turn);
    return turn != NULL;
}

void prompt_key(struct prompt *p, const struct key *key)
{
    if (page_takes(p, key)) return;
    if (prompt_play_key(p, key)) return;
    if (key->kind == KEY_MOUSE) {
        mouse(p, key);
        return;
    }
    if (key->kind == KEY_PASTE) {
        paste(p);
        return;
    }
    enum action action = bindings_find(key);
    if (line_quotes() && action != ACTION_ABANDON) {
        type(p, key);
        return;
    }
    if (key->kind == KEY_ESCAPE) {
        if (!line_dismiss() && line_wants_escape()) line_key(key->bytes, key->n);
        return;
    }
    if (move(p, action)) return;
    switch (action) {
    case ACTION_HELP:
        help(p);
        break;
    case ACTION_REPAINT:
        face_curses_resized(); /* draws all of it */
        p->screen.stale = true;
        break;
    case ACTION_ABANDON:
        line_abandon();
        break;
    case ACTION_PAGE_BACK:
    case ACTION_PAGE_ON:
        if (!turn_page(p, action)) type(p, key);
        break;
    case ACTION_SUSPEND:
        p->suspend = true;
        break;
    default:
        type(p, key);
        break;
    }
}
