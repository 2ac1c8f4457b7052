/* export.c: the table of kinds. */
#include "cli/export/export.h"

#include <string.h>

#include "cli/export/play.h"
#include "cli/export/shot.h"
#include "cli/text/ascii.h"

static const struct export_kind kinds[] = {
    {".svg", "a picture", false, shot_svg},
    {".png", "a picture", false, shot_png},
    {".pdf", "a page", false, shot_pdf},
    {".txt", "the screen as text", false, shot_txt},
    {".html", "a page that plays the session back", true, play_html},
    {".cast", "a recording for asciinema", true, play_cast},
    {".json", "the log with its steps", true, play_json},
};

const struct export_kind *export_kind_of(const char *path)
{
    const char *name = strrchr(path, '/'), *dot = strrchr(name ? name : path, '.');
    for (size_t i = 0; dot && i < sizeof kinds / sizeof *kinds; i++)
        if (ascii_same(dot, kinds[i].ending)) return &kinds[i];
    return NULL;
}

const struct export_kind *export_kind_at(size_t index)
{
    return index < sizeof kinds / sizeof *kinds ? &kinds[index] : NULL;
}

const char *export_endings(void) { return ".svg, .png, .pdf, .txt, .html, .cast or .json"; }

bool export_write(struct export *e, FILE *to)
{
    e->error[0] = '\0';
    e->n_steps = e->n_left_out = 0;
    return e->kind->write(e, to);
}
