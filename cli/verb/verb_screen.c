/* verb_screen.c: zoom, scroll, select: every key of the screen has a command. */
#include <inttypes.h>
#include <string.h>

#include "cli/command/choose.h"
#include "cli/tell/shapes.h"
#include "cli/text/text.h"
#include "cli/verb/run.h"
#include "cli/text/ascii.h"

#define ERROR_BYTES 256

static bool needs_screen(struct lab *lab, struct outcome *out)
{
    return lab->screen.there ||
           outcome_fail(out, "there is no screen here; expected a terminal (`blocks` and `dump` show the same as text)");
}

RUN(zoom)
{
    char error[ERROR_BYTES];
    uint64_t bytes;
    if (!needs_screen(lab, out)) return false;
    const struct snapshot *s = lab->session.snapshot;
    const char *word = args->n ? args->word[0] : "in";
    if (strcmp(word, "in") == 0 || strcmp(word, "+") == 0)
        view_zoom(&lab->view, s, lab->screen.map_cells, 1);
    else if (strcmp(word, "out") == 0 || strcmp(word, "-") == 0)
        view_zoom(&lab->view, s, lab->screen.map_cells, -1);
    else if (strcmp(word, "all") == 0)
        view_zoom(&lab->view, s, lab->screen.map_cells, 0);
    else if (parse_positive(word, "BYTES", &bytes, error, sizeof error))
        view_zoom_to(&lab->view, s, lab->screen.map_cells, bytes);
    else
        return outcome_fail(out, "%s can't be zoomed to; expected in, out, all or bytes a cell", text_printable(word));
    return true;
}

RUN(scroll)
{
    static const struct {
        const char *word;
        int pages;
    } ways[] = {{"down", 1}, {"up", -1}, {"right", 1}, {"left", -1}, {"top", -1000000}, {"bottom", 1000000}};
    if (!needs_screen(lab, out)) return false;
    const char *word = args->n ? args->word[0] : "down";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].word, word) == 0) {
            view_scroll(&lab->view, lab->session.snapshot, lab->screen.map_cells, lab->screen.table_rows, ways[i].pages);
            return true;
        }
    return outcome_fail(out, "%s is no direction; expected up, down, top or bottom", text_printable(word));
}

/* A lesson that shows a block does so in plain text, too. */
static bool select_in_words(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    return !ascii_is_digit(args->word[0][strspn(args->word[0], "#")]) || (run_show(lab, args, out) && run_dump(lab, args, out));
}

RUN(select)
{
    if (lab->course && !lab->screen.there) return select_in_words(lab, args, out);
    if (!needs_screen(lab, out)) return false;
    struct session *s = &lab->session;
    const char *word = args->word[0];
    size_t block = SNAPSHOT_NONE;
    if (strcmp(word, "next") == 0 || strcmp(word, "previous") == 0) {
        view_select_step(&lab->view, s->snapshot, lab->screen.map_cells, lab->screen.table_rows, *word == 'n' ? 1 : -1);
        return true;
    }
    if (strcmp(word, "none") != 0) {
        struct snapshot_block b;
        if (!choose_block(lab, word, &b, out)) return false;
        block = snapshot_find(s->snapshot, b.address);
    }
    view_select(&lab->view, s->snapshot, lab->screen.map_cells, lab->screen.table_rows, block);
    return true;
}
