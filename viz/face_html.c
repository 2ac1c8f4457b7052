/* face_html.c: the page, written as the steps come. Its script and its style are files of their own
 * (face_html.js, face_html.css), which the build turns into the lists of lines included here. */
#include "face_html.h"

#include <stdlib.h>

#include "escape.h"
#include "glyph.h"
#include "page_rows.h"
#include "paint.h"
#include "shape.h"

static const char *const script[] = {
#include "face_html_js.inc"
};
static const char *const style[] = {
#include "face_html_css.inc"
};
static const char script_hash[] = "sha256-"
#include "face_html_hash.inc"
    ;

struct face_html {
    FILE *to;
    enum theme_name theme;
    int rows, columns;
    size_t n_steps;
    struct page_rows texts;
    size_t *shown; /* each row's text in the step before */
};

static void put_lines(FILE *to, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fputs(lines[i], to);
}

struct face_html *face_html_new(FILE *to, const char *title, enum theme_name theme, int rows,
                                int columns)
{
    struct face_html *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    *h = (struct face_html){.to = to, .theme = theme, .rows = rows, .columns = columns};
    h->shown = malloc((size_t)rows * sizeof *h->shown);
    if (!h->shown) {
        free(h);
        return NULL;
    }
    for (int row = 0; row < rows; row++)
        h->shown[row] = SIZE_MAX;
    page_rows_init(&h->texts);
    fprintf(
        to,
        "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
        "'%s'; style-src "
        "'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" "
        "content=\"width=device-width\">\n<link rel=\"icon\" "
        "href=\"data:,\">\n<title>",
        theme_name_text(theme), script_hash);
    escape_xml(to, title);
    fputs("</title>\n<style>\n", to);
    put_lines(to, style, sizeof style / sizeof *style);
    fputs(
        "</style>\n</head>\n<body>\n<script type=\"application/json\" id=\"session\">\n{\"title\":",
        to);
    escape_json(to, title);
    fprintf(to, ",\"rows\":%d,\"columns\":%d,\"steps\":[", rows, columns);
    return h;
}

/* The rows that differ from the step before. */
static bool put_rows(struct face_html *h, const struct canvas *c)
{
    const char *comma = "";
    for (int row = 0; row < h->rows; row++) {
        bool is_new;
        size_t number = page_rows_add(&h->texts, c, row, &is_new);
        if (number == SIZE_MAX) return false;
        if (number == h->shown[row]) continue;
        fprintf(h->to, "%s%d,", comma, row);
        if (is_new)
            page_rows_put(&h->texts, h->to, number, h->shown[row]);
        else
            fprintf(h->to, "%zu", number);
        h->shown[row] = number;
        comma = ",";
    }
    return true;
}

static void put_words(FILE *to, const char *key, const char *text)
{
    if (!*text) return;
    fprintf(to, "\"%s\":", key);
    escape_json(to, text);
    fputc(',', to);
}

bool face_html_step(struct face_html *h, const struct canvas *c,
                    const struct face_html_words *words)
{
    fputs(h->n_steps++ ? ",\n{" : "\n{", h->to);
    put_words(h->to, "c", words->command);
    put_words(h->to, "l", words->c_line);
    put_words(h->to, "s", words->sentence);
    if (words->failed) fputs("\"f\":1,", h->to);
    fputs("\"r\":[", h->to);
    bool ok = put_rows(h, c);
    fputs("]}", h->to);
    return ok && !ferror(h->to);
}

/* Colours of the looks that are there, as classes f… (front) and b… (back), in every theme. */
static void put_palettes(const struct face_html *h, FILE *to)
{
    char text[PAINT_TEXT];
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        const char *name = theme_name_text(theme);
        fprintf(to, "[data-theme=%s]{--paper:%s;", name, paint_text(text, paint_paper(theme)));
        fprintf(to, "--ink:%s;color-scheme:%s}\n", paint_text(text, paint_ink(theme)),
                theme == THEME_DARK ? "dark" : "light");
        for (unsigned look = 0; look < PAGE_LOOKS; look++) {
            if (!h->texts.used[look]) continue;
            struct paint p =
                paint_style(theme, (enum style)(look % PAGE_LOOK_MARKS), look / PAGE_LOOK_MARKS);
            fprintf(to, "[data-theme=%s] .f%u{fill:%s%s}", name, look, paint_text(text, p.front),
                    p.bold ? ";font-weight:bold" : "");
            if (!p.on_paper)
                fprintf(to, "[data-theme=%s] .b%u{fill:%s}", name, look, paint_text(text, p.back));
            fputc('\n', to);
        }
    }
}

/* As a text of the data: which looks there are is known at the end only, and a style belongs into
 * the head, where the script puts it. */
static bool put_style(const struct face_html *h)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return false;
    put_palettes(h, to);
    bool ok = fclose(to) == 0;
    fputs(",\n\"style\":", h->to);
    if (ok) escape_json(h->to, text);
    free(text);
    return ok;
}

bool face_html_end(struct face_html *h)
{
    FILE *to = h->to;
    const char *comma = "";
    fputs("],\n\"looks\":{", to);
    for (unsigned look = 0; look < PAGE_LOOKS; look++)
        if (h->texts.used[look] && h->texts.bits[look]) {
            fprintf(to, "%s\"%u\":%u", comma, look, h->texts.bits[look]);
            comma = ",";
        }
    fputs("},\n\"shapes\":{", to);
    for (unsigned i = 0; i < shape_n_glyphs; i++) {
        struct shape s;
        char path[SHAPE_PATH_MAX], utf8[5];
        shape_of(shape_glyphs[i], &s);
        glyph_to_utf8(shape_glyphs[i], utf8);
        fprintf(to, "%s\"%s\":\"%s\"", i ? ",\n" : "", utf8, shape_path(&s, path));
    }
    fputs("}", to);
    bool ok = put_style(h);
    fputs("}\n</script>\n<noscript>This page plays a session of brkview back; it needs its own "
          "script to be "
          "allowed.</noscript>\n<script>",
          to);
    put_lines(to, script, sizeof script / sizeof *script);
    fputs("</script>\n</body>\n</html>\n", to);
    return fflush(to) == 0 && ok && !ferror(to);
}

void face_html_free(struct face_html *h)
{
    if (!h) return;
    page_rows_release(&h->texts);
    free(h->shown);
    free(h);
}
