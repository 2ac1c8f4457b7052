/* own_view.c: see own_view.h. */
#include "cli/session/own_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/ledger.h"
#include "cli/session/own_view_private.h"

const char *own_source_name(enum own_source source)
{
    static const char *const names[] = {"session", "guess", "report"};
    return names[source];
}

uint64_t own_word_at(const struct own_bytes *b, size_t at, unsigned width)
{
    uint64_t value = 0;
    size_t n = at < b->n ? b->n - at : 0;
    if (n > 0) memcpy(&value, b->byte + at, n < width ? n : width);
    return value;
}

const char *own_view_extent(const struct own_view *v, uint64_t heap_bytes, char text[OWN_VIEW_TEXT])
{
    text[0] = '\0';
    if (v->has_now && v->now.n < heap_bytes)
        snprintf(text, OWN_VIEW_TEXT, "; only the heap's first %zu bytes were read", v->now.n);
    return text;
}

void own_view_begin(struct own_view *v)
{
    v->has_before = false;
    v->n_words = 0;
    v->freed_from = v->freed_to = 0;
}

void own_view_release(struct own_view *v)
{
    free(v->next.byte);
    free(v->now.byte);
    free(v->before.byte);
    free(v->map.block);
    free(v->run);
    *v = (struct own_view){.no_guess = v->no_guess};
}

bool own_view_maps(const struct own_view *v, uint64_t from, uint64_t to)
{
    size_t low = 0, high = v->n_runs; /* those before low end too early */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->run[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->n_runs && v->run[low].from <= from;
}

/* ── A guess ── */

struct guess {
    struct own_view *view;
    uint64_t start;
    const struct ledger_block *live;
    size_t n_live;
    unsigned width; /* of the words */
    unsigned front; /* from such a word to the payload */
};

bool own_map_add(struct own_map *m, const struct own_part *part)
{
    if (m->n == m->room) {
        size_t room = m->room * 2 + 64;
        struct own_part *more = realloc(m->block, room * sizeof *more);
        if (!more) return false;
        m->block = more;
        m->room = room;
    }
    m->block[m->n++] = *part;
    return true;
}

/* Do the words from at on lead to brk? */
static bool leads_to_brk(const struct guess *g, size_t at)
{
    const struct own_bytes *heap = &g->view->next;
    size_t met = 0;
    g->view->map.n = 0;
    while (at + g->width <= heap->n) {
        uint64_t word = own_word_at(heap, at, g->width), size = word & ~UINT64_C(7);
        bool used = word & 1, first = g->view->map.n == 0;
        if (size == 0) return used && at + g->width == heap->n && met == g->n_live && !first;
        if (size < 2 * g->width || size > heap->n - at || (word & 6) != 0) return false;
        uint64_t here = g->start + at, payload = here + g->front;
        const struct ledger_block *next = met < g->n_live ? &g->live[met] : NULL;
        bool given = used && next && next->payload == payload;
        if (given && payload + next->requested > here + size) return false;
        if (used && !given && !first) return false;
        if (!given && next && next->payload < here + size) return false;
        met += given;
        if (!own_map_add(&g->view->map, &(struct own_part){here, size, payload, used}))
            return false;
        at += (size_t)size;
    }
    return at == heap->n && met == g->n_live && g->view->map.n > 0;
}

bool own_view_guess(struct own_view *v, uint64_t start, const struct ledger_block *live, size_t n)
{
    enum { STARTS = 64 }; /* bytes that may lie before the first of them */
    static const struct {
        unsigned width, front;
    } shapes[] = {{4, 4}, {8, 8}, {4, 8}, {8, 16}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct guess g = {v, start, live, n, shapes[i].width, shapes[i].front};
        for (size_t at = 0; at <= STARTS; at += g.width)
            if (leads_to_brk(&g, at)) {
                v->width = g.width;
                return true;
            }
    }
    v->map.n = 0;
    return false;
}
