/* face_html.c: the page, written as the steps come. Its script and its style are files of their own (face_html.js, face_html.css), which the build
 * turns into the lists of lines included here. */
#include "face_html.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "glyph.h"
#include "paint.h"
#include "shape.h"

#define LOOK 0xE000u
#define REPEAT 0xE800u
#define REPEAT_MAX 0x7FFu
#define WIDE 0xF000u
#define LOOK_MARKS 64u /* look = marks * LOOK_MARKS + style */
#define LOOKS (8u * LOOK_MARKS)
#define KEPT_MIN 1024u
#define SAME_MIN 12u /* bytes in common, below which a text is written whole */
#define MIDDLE_MAX 4096u

_Static_assert(STYLE_N <= LOOK_MARKS, "a look is a style and its marks");

static const char *const script[] = {
#include "face_html_js.inc"
};
static const char *const style[] = {
#include "face_html_css.inc"
};
static const char script_hash[] = "sha256-"
#include "face_html_hash.inc"
    ;

/* Texts of rows by number, to be found again: open addressing, at most half full. */
struct kept {
    char **text;
    size_t n, room;
    size_t *slot; /* number + 1; 0: empty */
    size_t n_slots;
};

struct face_html {
    FILE *to;
    enum theme_name theme;
    int rows, columns;
    size_t n_steps;
    struct kept kept;
    size_t *shown; /* each row's text in the step before */
    bool look[LOOKS]; /* those that were used */
    uint8_t bits[LOOKS]; /* 1: some theme fills its back; 2: some theme underlines it */
};

static uint8_t look_bits(unsigned look)
{
    unsigned bits = 0;
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        struct paint p = paint_style(theme, (enum style)(look % LOOK_MARKS), look / LOOK_MARKS);
        bits |= (p.on_paper ? 0u : 1u) | (p.underline ? 2u : 0u);
    }
    return (uint8_t)bits;
}

/* ── Texts of rows ── */

static size_t hash_of(const char *text)
{
    size_t hash = 1469598103934665603u; /* Fowler, Noll and Vo, 1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static size_t *slot_of(const struct kept *k, const char *text)
{
    size_t at = hash_of(text) & (k->n_slots - 1);
    while (k->slot[at] && strcmp(k->text[k->slot[at] - 1], text) != 0)
        at = (at + 1) & (k->n_slots - 1);
    return &k->slot[at];
}

static bool kept_grow(struct kept *k)
{
    size_t room = k->room ? k->room * 2 : KEPT_MIN;
    char **text = realloc(k->text, room * sizeof *text);
    if (!text) return false;
    k->text = text;
    size_t *slot = calloc(room * 2, sizeof *slot);
    if (!slot) return false;
    free(k->slot);
    k->slot = slot;
    k->room = room;
    k->n_slots = room * 2;
    for (size_t i = 0; i < k->n; i++)
        *slot_of(k, k->text[i]) = i + 1;
    return true;
}

/* The number of text, which is taken over. SIZE_MAX on no memory; *is_new: it was not there. */
static size_t keep(struct kept *k, char *text, bool *is_new)
{
    if (k->n == k->room && !kept_grow(k)) {
        free(text);
        return SIZE_MAX;
    }
    size_t *slot = slot_of(k, text);
    *is_new = *slot == 0;
    if (!*is_new) {
        free(text);
        return *slot - 1;
    }
    k->text[k->n++] = text;
    *slot = k->n;
    return k->n - 1;
}

static void put_glyph(FILE *to, char32_t glyph)
{
    char utf8[5];
    glyph_to_utf8(glyph, utf8);
    fputs(utf8, to);
}

static unsigned look_of(const struct cell *cell) { return (cell->marks & 7u) * LOOK_MARKS + (unsigned)cell->style; }

/* Nothing of it is seen, in any theme. */
static bool blank(const struct face_html *h, const struct cell *cell) { return cell->glyph == U' ' && !h->bits[look_of(cell)]; }

static int last_cell(const struct face_html *h, const struct canvas *c, int row)
{
    int last = c->columns - 1;
    while (last >= 0 && blank(h, canvas_at(c, row, last)))
        last--;
    return last;
}

/* How many cells behind column, up to last, are the same as the one there. */
static unsigned count_again(const struct face_html *h, const struct canvas *c, int row, int column, int last)
{
    const struct cell *cell = canvas_at(c, row, column), *next;
    unsigned again = 0;
    while (again < REPEAT_MAX && ++column <= last && (next = canvas_at(c, row, column)) != NULL && next->glyph == cell->glyph) {
        if (look_of(next) != look_of(cell) && !(blank(h, cell) && blank(h, next))) break;
        again++;
    }
    return again;
}

/* A row as the page's script reads it, malloc'd; NULL on no memory. Blanks have any look that is not seen on them, those at the end are left off. */
static char *row_text(struct face_html *h, const struct canvas *c, int row)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return NULL;
    unsigned look = STYLE_PLAIN;
    for (int column = 0, last = last_cell(h, c, row); column <= last; column++) {
        const struct cell *cell = canvas_at(c, row, column);
        if (!cell->glyph) continue;
        unsigned wanted = !blank(h, cell) ? look_of(cell) : h->bits[look] ? STYLE_PLAIN : look;
        if (wanted != look) put_glyph(to, LOOK + (look = wanted));
        h->look[look] = true;
        if (glyph_width(cell->glyph) == 2) put_glyph(to, WIDE);
        put_glyph(to, cell->glyph);
        unsigned again = count_again(h, c, row, column, last);
        column += (int)again;
        if (again > 1) put_glyph(to, REPEAT + again);
        if (again == 1) put_glyph(to, cell->glyph);
    }
    if (fclose(to) == 0) return text;
    free(text);
    return NULL;
}

static bool tail_byte(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

/* In UTF-16, as the page's script counts. */
static size_t count_units(const char *text, size_t bytes)
{
    size_t units = 0;
    for (size_t i = 0; i < bytes; i++)
        units += tail_byte(text[i]) ? 0 : (unsigned char)text[i] >= 0xF0 ? 2 : 1;
    return units;
}

/* A text, as what differs from another if that is shorter. */
static void put_text(FILE *to, const char *text, const char *old)
{
    size_t n = strlen(text), n_old = old ? strlen(old) : 0, most = n < n_old ? n : n_old, first = 0, last = 0;
    while (first < most && text[first] == old[first])
        first++;
    while (first > 0 && tail_byte(text[first]))
        first--;
    while (last < most - first && text[n - 1 - last] == old[n_old - 1 - last])
        last++;
    while (last > 0 && tail_byte(text[n - last]))
        last--;
    if (first + last < SAME_MIN) {
        escape_json(to, text);
        return;
    }
    char middle[MIDDLE_MAX];
    if (n - first - last >= sizeof middle) {
        escape_json(to, text);
        return;
    }
    memcpy(middle, text + first, n - first - last);
    middle[n - first - last] = '\0';
    fprintf(to, "[%zu,%zu,", count_units(text, first), count_units(text + n - last, last));
    escape_json(to, middle);
    fputc(']', to);
}

/* ── The page ── */

static void put_lines(FILE *to, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fputs(lines[i], to);
}

struct face_html *face_html_new(FILE *to, const char *title, enum theme_name theme, int rows, int columns)
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
    for (unsigned look = 0; look < LOOKS; look++)
        h->bits[look] = look_bits(look);
    fprintf(to,
            "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '%s'; style-src "
            "'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" "
            "href=\"data:,\">\n<title>",
            theme_name_text(theme), script_hash);
    escape_xml(to, title);
    fputs("</title>\n<style>\n", to);
    put_lines(to, style, sizeof style / sizeof *style);
    fputs("</style>\n</head>\n<body>\n<script type=\"application/json\" id=\"session\">\n{\"title\":", to);
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
        char *text = row_text(h, c, row);
        size_t number = text ? keep(&h->kept, text, &is_new) : SIZE_MAX;
        if (number == SIZE_MAX) return false;
        if (number == h->shown[row]) continue;
        fprintf(h->to, "%s%d,", comma, row);
        if (is_new)
            put_text(h->to, h->kept.text[number], h->shown[row] == SIZE_MAX ? NULL : h->kept.text[h->shown[row]]);
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

bool face_html_step(struct face_html *h, const struct canvas *c, const struct face_html_words *words)
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
static void put_palettes(const struct face_html *h)
{
    char text[PAINT_TEXT];
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        const char *name = theme_name_text(theme);
        fprintf(h->to, "[data-theme=%s]{--paper:%s;", name, paint_text(text, paint_paper(theme)));
        fprintf(h->to, "--ink:%s;color-scheme:%s}\n", paint_text(text, paint_ink(theme)), theme == THEME_DARK ? "dark" : "light");
        for (unsigned look = 0; look < LOOKS; look++) {
            if (!h->look[look]) continue;
            struct paint p = paint_style(theme, (enum style)(look % LOOK_MARKS), look / LOOK_MARKS);
            fprintf(h->to, "[data-theme=%s] .f%u{fill:%s%s}", name, look, paint_text(text, p.front),
                    p.bold ? ";font-weight:bold" : "");
            if (!p.on_paper) fprintf(h->to, "[data-theme=%s] .b%u{fill:%s}", name, look, paint_text(text, p.back));
            fputc('\n', h->to);
        }
    }
}

bool face_html_end(struct face_html *h)
{
    FILE *to = h->to;
    const char *comma = "";
    fputs("],\n\"looks\":{", to);
    for (unsigned look = 0; look < LOOKS; look++)
        if (h->look[look] && h->bits[look]) {
            fprintf(to, "%s\"%u\":%u", comma, look, h->bits[look]);
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
    fputs("}}\n</script>\n<style>\n", to);
    put_palettes(h);
    fputs("</style>\n<noscript>This page plays a session of brkview back; it needs its own script to be "
          "allowed.</noscript>\n<script>",
          to);
    put_lines(to, script, sizeof script / sizeof *script);
    fputs("</script>\n</body>\n</html>\n", to);
    return fflush(to) == 0 && !ferror(to);
}

void face_html_free(struct face_html *h)
{
    if (!h) return;
    for (size_t i = 0; i < h->kept.n; i++)
        free(h->kept.text[i]);
    free((void *)h->kept.text);
    free(h->kept.slot);
    free(h->shown);
    free(h);
}
