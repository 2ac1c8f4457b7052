/* page_rows.c: from cells to texts, and which of them are the same. */
#include "page_rows.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "glyph.h"
#include "paint.h"

#define LOOK 0xE000u
#define REPEAT 0xE800u
#define REPEAT_MAX 0x7FFu
#define WIDE 0xF000u
#define KEPT_MIN 1024u
#define SAME_MIN 12u /* bytes in common, below which a text is written whole */
#define MIDDLE_MAX 4096u

_Static_assert(STYLE_N <= PAGE_LOOK_MARKS, "a look is a style and its marks");

static uint8_t look_bits(unsigned look)
{
    unsigned bits = 0;
    for (enum theme_name theme = 0; theme < THEME_N; theme++) {
        struct paint p =
            paint_style(theme, (enum style)(look % PAGE_LOOK_MARKS), look / PAGE_LOOK_MARKS);
        bits |= (p.on_paper ? 0u : PAGE_LOOK_BACK) | (p.underline ? PAGE_LOOK_LINE : 0u);
    }
    return (uint8_t)bits;
}

static size_t hash_of(const char *text)
{
    size_t hash = 1469598103934665603u; /* Fowler, Noll and Vo, 1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static size_t *slot_of(const struct page_rows *p, const char *text)
{
    size_t at = hash_of(text) & (p->n_slots - 1);
    while (p->slot[at] && strcmp(p->text[p->slot[at] - 1], text) != 0)
        at = (at + 1) & (p->n_slots - 1);
    return &p->slot[at];
}

static bool grow(struct page_rows *p)
{
    size_t room = p->room ? p->room * 2 : KEPT_MIN;
    char **text = realloc(p->text, room * sizeof *text);
    if (!text) return false;
    p->text = text;
    size_t *slot = calloc(room * 2, sizeof *slot);
    if (!slot) return false;
    free(p->slot);
    p->slot = slot;
    p->room = room;
    p->n_slots = room * 2;
    for (size_t i = 0; i < p->n; i++)
        *slot_of(p, p->text[i]) = i + 1;
    return true;
}

/* The number of text, which is taken over. SIZE_MAX on no memory; *is_new: it was not there. */
static size_t keep(struct page_rows *p, char *text, bool *is_new)
{
    if (p->n == p->room && !grow(p)) {
        free(text);
        return SIZE_MAX;
    }
    size_t *slot = slot_of(p, text);
    *is_new = *slot == 0;
    if (!*is_new) {
        free(text);
        return *slot - 1;
    }
    p->text[p->n++] = text;
    *slot = p->n;
    return p->n - 1;
}

static void put_glyph(FILE *to, char32_t glyph)
{
    char utf8[5];
    glyph_to_utf8(glyph, utf8);
    fputs(utf8, to);
}

static unsigned look_of(const struct cell *cell)
{
    return (cell->marks & 7u) * PAGE_LOOK_MARKS + (unsigned)cell->style;
}

/* Nothing of it is seen, in any theme. */
static bool blank(const struct page_rows *p, const struct cell *cell)
{
    return cell->glyph == U' ' && !p->bits[look_of(cell)];
}

static int last_cell(const struct page_rows *p, const struct canvas *c, int row)
{
    int last = c->columns - 1;
    while (last >= 0 && blank(p, canvas_at(c, row, last)))
        last--;
    return last;
}

/* How many cells behind column, up to last, are the same as the one there. */
static unsigned count_again(const struct page_rows *p, const struct canvas *c, int row, int column,
                            int last)
{
    const struct cell *cell = canvas_at(c, row, column), *next;
    unsigned again = 0;
    while (again < REPEAT_MAX && ++column <= last && (next = canvas_at(c, row, column)) != NULL &&
           next->glyph == cell->glyph) {
        if (look_of(next) != look_of(cell) && !(blank(p, cell) && blank(p, next))) break;
        again++;
    }
    return again;
}

/* A row as the page's script reads it, malloc'd; NULL on no memory. Blanks have any look that is
 * not seen on them, those at the end are left off. */
static char *row_text(struct page_rows *p, const struct canvas *c, int row)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return NULL;
    unsigned look = STYLE_PLAIN;
    for (int column = 0, last = last_cell(p, c, row); column <= last; column++) {
        const struct cell *cell = canvas_at(c, row, column);
        if (!cell->glyph) continue;
        unsigned wanted = !blank(p, cell) ? look_of(cell) : p->bits[look] ? STYLE_PLAIN : look;
        if (wanted != look) put_glyph(to, LOOK + (look = wanted));
        p->used[look] = true;
        if (glyph_width(cell->glyph) == 2) put_glyph(to, WIDE);
        put_glyph(to, cell->glyph);
        unsigned again = count_again(p, c, row, column, last);
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
    size_t n = strlen(text), n_old = old ? strlen(old) : 0, most = n < n_old ? n : n_old, first = 0,
           last = 0;
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

size_t page_rows_add(struct page_rows *p, const struct canvas *c, int row, bool *is_new)
{
    char *text = row_text(p, c, row);
    return text ? keep(p, text, is_new) : SIZE_MAX;
}

void page_rows_put(const struct page_rows *p, FILE *to, size_t number, size_t old)
{
    put_text(to, p->text[number], old == SIZE_MAX ? NULL : p->text[old]);
}

void page_rows_init(struct page_rows *p)
{
    *p = (struct page_rows){0};
    for (unsigned look = 0; look < PAGE_LOOKS; look++)
        p->bits[look] = look_bits(look);
}

void page_rows_release(struct page_rows *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->text[i]);
    free((void *)p->text);
    free(p->slot);
}
