/* verb_screen.c: zoom, scroll, select: every key of the screen has a command. */
#include <inttypes.h>
#include <string.h>

#include "cli/command/choose.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"
#include "cli/verb/verb_look.h"

#define ERROR_BYTES 256

static bool needs_screen(struct lab *lab, struct outcome *out)
{
    return lab->screen.there || outcome_fail(out, "there is no screen here; expected a terminal "
                                                  "(`blocks` and `dump` show the same as text)");
}

static bool run_zoom(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    uint64_t bytes;
    if (!needs_screen(lab, out)) return false;
    const struct snapshot *s = lab->shown.session.snapshot;
    const char *word = args->n ? args->word[0] : "in";
    if (strcmp(word, "in") == 0 || strcmp(word, "+") == 0)
        view_zoom(&lab->shown.view, s, lab->screen.map_cells, 1);
    else if (strcmp(word, "out") == 0 || strcmp(word, "-") == 0)
        view_zoom(&lab->shown.view, s, lab->screen.map_cells, -1);
    else if (strcmp(word, "all") == 0)
        view_zoom(&lab->shown.view, s, lab->screen.map_cells, 0);
    else if (parse_positive(word, "BYTES", &bytes, error, sizeof error))
        view_zoom_to(&lab->shown.view, s, lab->screen.map_cells, bytes);
    else
        return outcome_fail(out, "%s can't be zoomed to; expected in, out, all or bytes a cell",
                            text_printable(word));
    return true;
}

const struct command verb_zoom = {
    .name = "zoom",
    .usage = "in|out|all|BYTES",
    .summary = "look closer at the heap map",
    .help = "BYTES a cell; at closest a cell is a byte. Keys: Alt-+ and Alt--.",
    .group = "screen",
    .most = 1,
    .kinds = {ARG_WORD},
    .run = run_zoom,
};

static bool run_scroll(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    static const struct {
        const char *word;
        int pages;
    } ways[] = {{"down", 1},  {"up", -1},        {"right", 1},
                {"left", -1}, {"top", -1000000}, {"bottom", 1000000}};
    if (!needs_screen(lab, out)) return false;
    const char *word = args->n ? args->word[0] : "down";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].word, word) == 0) {
            view_scroll(&lab->shown.view, lab->shown.session.snapshot, lab->screen.map_cells,
                        lab->screen.table_rows, ways[i].pages);
            return true;
        }
    return outcome_fail(out, "%s is no direction; expected up, down, top or bottom",
                        text_printable(word));
}

const struct command verb_scroll = {
    .name = "scroll",
    .usage = "up|down|top|bottom",
    .summary = "move map and table",
    .help = "left and right are the same as up and down. Keys: PgUp and PgDn.",
    .group = "screen",
    .most = 1,
    .kinds = {ARG_WORD},
    .run = run_scroll,
};

/* A lesson that shows a block does so in plain text, too. */
static bool select_in_words(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    return !ascii_is_digit(args->word[0][strspn(args->word[0], "#")]) ||
           (run_show(lab, args, out) && run_dump(lab, args, out));
}

static bool run_select(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (lab->course && !lab->screen.there) return select_in_words(lab, args, out);
    if (!needs_screen(lab, out)) return false;
    struct session *s = &lab->shown.session;
    const char *word = args->word[0];
    size_t block = SNAPSHOT_NONE;
    if (strcmp(word, "next") == 0 || strcmp(word, "previous") == 0) {
        view_select_step(&lab->shown.view, s->snapshot, lab->screen.map_cells,
                         lab->screen.table_rows, *word == 'n' ? 1 : -1);
        return true;
    }
    if (strcmp(word, "none") != 0) {
        struct snapshot_block b;
        if (!choose_block(lab, word, &b, out)) return false;
        block = snapshot_find(s->snapshot, b.address);
    }
    view_select(&lab->shown.view, s->snapshot, lab->screen.map_cells, lab->screen.table_rows,
                block);
    return true;
}

const struct command verb_select = {
    .name = "select",
    .usage = "ID|ADDRESS|next|previous|none",
    .summary = "choose the block whose header and bytes are shown",
    .help = "A choice lasts until other blocks change; with none, none is shown until then. Keys: "
            "Alt-arrows; or click on it.",
    .group = "screen",
    .least = 1,
    .most = 1,
    .kinds = {ARG_ID},
    .run = run_select,
};
