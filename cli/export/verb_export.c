/* verb_export.c: export. */
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/write_file.h"
#include "cli/export/export.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"
#include "viz/scene.h"

/* "100x30" */
static bool size_parse(const char *word, int *columns, int *rows, struct outcome *out)
{
    char *end;
    long width = strtol(word, &end, 10), height = 0;
    bool good = end != word && (*end == 'x' || *end == 'X') && word[0] >= '0' && word[0] <= '9' &&
                end[1] >= '0' && end[1] <= '9';
    if (good) height = strtol(end + 1, &end, 10);
    if (!good || *end)
        return outcome_fail(
            out, "%s is no size; expected WIDTHxHEIGHT in columns and rows, such as %dx%d",
            text_printable(word), EXPORT_COLUMNS, EXPORT_ROWS);
    if (width < SCREEN_COLUMNS_MIN || width > EXPORT_COLUMNS_MAX || height < SCREEN_ROWS_MIN ||
        height > EXPORT_ROWS_MAX)
        return outcome_fail(out, "%s is out of reach; expected from %dx%d to %dx%d",
                            text_printable(word), SCREEN_COLUMNS_MIN, SCREEN_ROWS_MIN,
                            EXPORT_COLUMNS_MAX, EXPORT_ROWS_MAX);
    *columns = (int)width;
    *rows = (int)height;
    return true;
}

struct exported {
    struct file_content base;
    struct export export;
};

static bool write_export(struct file_content *self, FILE *to, struct outcome *out)
{
    struct export *e = &((struct exported *)self)->export;
    if (export_write(e, to)) return true;
    return *e->error ? outcome_fail(out, "nothing was exported: %s", e->error) : false;
}

static void tell(struct lab *lab, const struct export *e, const char *path, struct outcome *out)
{
    json_t *result = json_pack("{s:o, s:s, s:i, s:i}", "file", value_text(path), "kind",
                               e->kind->ending + 1, "columns", e->columns, "rows", e->rows);
    if (result && e->kind->session) json_object_set_new(result, "steps", value_number(e->n_steps));
    outcome_result(out, result);
    outcome_text(out, "%s: %s", text_printable(path), e->kind->what);
    if (e->kind->session) outcome_text(out, ", %zu step%s", e->n_steps, e->n_steps == 1 ? "" : "s");
    if (e->n_left_out) outcome_text(out, ", without the first %zu", e->n_left_out);
    if (e->kind->session && lab->shown.session.target.hello.randomised)
        outcome_text(out, "; addresses are those of the second run");
    outcome_text(out, "\n");
}

static bool export_to(struct lab *lab, const struct arguments *args, const char *path,
                      struct outcome *out)
{
    struct exported content = {{write_export},
                               {.lab = lab, .columns = EXPORT_COLUMNS, .rows = EXPORT_ROWS}};
    struct export *e = &content.export;
    e->kind = export_kind_of(path);
    if (!e->kind)
        return outcome_fail(out, "%s has no ending that says what to write; expected %s",
                            text_printable(path), export_endings());
    if (lab->screen.there) e->columns = lab->screen.columns, e->rows = lab->screen.rows;
    if (args->n == 2 && !size_parse(args->word[1], &e->columns, &e->rows, out)) return false;
    if (!write_file(path, "the export", &content.base, out)) return false;
    tell(lab, e, path, out);
    return true;
}

static bool list_endings(struct outcome *out)
{
    json_t *list = json_array();
    const struct export_kind *kind;
    for (size_t i = 0; (kind = export_kind_at(i)) != NULL; i++) {
        outcome_text(out, "%-6s %s\n", kind->ending, kind->what);
        json_array_append_new(list, json_string(kind->ending));
    }
    outcome_text(out, "the ending of `export FILE` chooses\n");
    outcome_result(out, json_pack("{s:o}", "endings", list));
    return true;
}

static bool run_export(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (args->n == 0) return list_endings(out);
    char *path = file_argument(args, 0, out);
    bool ok = path && export_to(lab, args, path, out);
    free(path);
    return ok;
}

const struct command verb_export = {
    .name = "export",
    .usage = "[FILE [WIDTHxHEIGHT]]",
    .summary = "take the picture, or the whole session, home",
    .help = "Alone, it lists the endings. The file's ending chooses: .svg, .png, .pdf or .txt is "
            "the map as shown; .html is a page "
            "that "
            "plays the session back, "
            "offline; .cast is the screen for asciinema; .json is the log with all steps. "
            "WIDTHxHEIGHT are columns and rows (100x30 "
            "where there is no screen). For the last three the session's log is run again in a "
            "second process.\nExample: export "
            "heap.svg; export lesson.html 120x36",
    .group = "session",
    .most = 2,
    .kinds = {ARG_FILE, ARG_WORD},
    .flags = COMMAND_OUTSIDE | COMMAND_UNSTEADY,
    .run = run_export,
};
