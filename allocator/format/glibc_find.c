/* glibc_find.c: main_arena, which is no exported symbol, and what it leads to.
 *
 * An empty bin is a word that holds its own address less 16, twice. Such a pair in libc's data (in
 * the program's, if that is static) is a bin of some number; the right one is that with which all
 * 126 bins are empty or lead to chunks, and the ring of arenas closes. */
#include <string.h>

#include "glibc_private.h"

/* From the bins on: the pairs of links, binmap, next, next_free, attached_threads, system_mem. */
#define BINS_BYTES (16 * 127u) /* one more pair than there are bins */
#define AT_NEXT (BINS_BYTES + 16)
#define AT_THREADS (BINS_BYTES + 32)
#define AT_SYSTEM_MEM (BINS_BYTES + 40)
#define STATE_BYTES (BINS_BYTES + 56)
#define BEFORE_BINS 16u /* top and last_remainder */

const struct glibc_layout glibc_layouts[] = {
    {.bins = 112, .fast = 16}, /* 2.27 to 2.42 */
    {.bins = 24}, /* 2.43 */
};
#define N_LAYOUTS (sizeof glibc_layouts / sizeof glibc_layouts[0])

/* The most bins whose two links may disagree about whether it is empty: of a program in change. */
#define BINS_IN_CHANGE 2u

struct state {
    unsigned char bytes[BEFORE_BINS + STATE_BYTES];
};

static uint64_t state_word(const struct state *s, size_t from_bins)
{
    return window_word(s->bytes, BEFORE_BINS + from_bins);
}

static bool is_link(uint64_t link)
{
    return link != 0 && link % CHUNK_HEADER == 0 && link < ADDRESS_LIMIT;
}

/* Are these the bins of a malloc_state? */
static bool bins_agree(const struct state *s, uint64_t bins, unsigned least_empty)
{
    unsigned empty = 0, torn = 0;
    for (size_t i = 0; i < N_BINS; i++) {
        uint64_t fd = state_word(s, 16 * i), bk = state_word(s, 16 * i + 8);
        uint64_t self = bins + 16 * i - CHUNK_HEADER;
        if (fd == self && bk == self)
            empty++;
        else if (fd == self || bk == self)
            torn++;
        else if (!is_link(fd) || !is_link(bk))
            return false;
    }
    uint64_t top = window_word(s->bytes, 0);
    return empty >= least_empty && torn <= BINS_IN_CHANGE &&
           (top == bins - CHUNK_HEADER || is_link(top));
}

static bool read_state(struct glibc_looking *l, uint64_t bins, struct state *s)
{
    return bins > BEFORE_BINS && bins % 8 == 0 &&
           read_at(l, bins - BEFORE_BINS, s->bytes, sizeof s->bytes);
}

static bool add_arena(struct glibc_looking *l, uint64_t address, const struct state *s)
{
    const struct glibc_layout *layout = &glibc_layouts[l->own->layout];
    struct glibc_arena *a = list_add(l, &l->own->arenas, sizeof *a);
    uint64_t lock = 0; /* the mutex, and the flags behind it */
    if (a == NULL) return false;
    (void)read_word(l, address, &lock);
    uint64_t bins = address + layout->bins, top = window_word(s->bytes, 0);
    *a = (struct glibc_arena){.address = address,
                              .top = top == bins - CHUNK_HEADER ? 0 : top,
                              .last_remainder = window_word(s->bytes, 8),
                              .system_mem = state_word(s, AT_SYSTEM_MEM),
                              .bins = bins,
                              .fast = layout->fast != 0 ? address + layout->fast : 0,
                              .threads = state_word(s, AT_THREADS),
                              .flags = (uint32_t)(lock >> 32)};
    return true;
}

/* An arena other than main_arena begins its first heap, behind heap_info. */
static bool is_arena(struct glibc_looking *l, uint64_t address)
{
    uint64_t offset = address % HEAP_MOST, owner;
    return (offset == 32 || offset == 48) && read_word(l, address - offset, &owner) &&
           owner == address;
}

/* The ring of arenas closes: from main_arena by next round to it. add: and they are kept, as many
 * as there are if it does not close. */
static bool ring_closes(struct glibc_looking *l, unsigned layout, uint64_t main, bool add)
{
    struct state s;
    uint64_t most = 0, at = main;
    for (size_t i = 0; i < l->n_maps; i++)
        most += 1 + (l->map[i].end - l->map[i].start) / HEAP_MOST;
    l->own->layout = layout;
    for (uint64_t n = 0; n <= most; n++) {
        uint64_t bins = at + glibc_layouts[layout].bins;
        if ((n != 0 && !is_arena(l, at)) || !read_state(l, bins, &s) || !bins_agree(&s, bins, 1))
            return false;
        if (add && !add_arena(l, at, &s)) return false;
        at = state_word(&s, AT_NEXT);
        if (at == main) return true;
    }
    return false;
}

/* Of a state whose ring does not close: could its fastbins stand where this layout has them? */
static bool fastbins_agree(struct glibc_looking *l, const struct glibc_layout *layout,
                           uint64_t bins)
{
    uint64_t words[N_FAST];
    if (layout->fast == 0) return true;
    if (!read_at(l, bins - layout->bins + layout->fast, words, sizeof words)) return false;
    for (unsigned i = 0; i < N_FAST; i++)
        if (words[i] != 0 && !is_link(words[i])) return false;
    return true;
}

/* A bin, it is not known which, is empty at address. */
static bool try_bin(struct glibc_looking *l, uint64_t address)
{
    struct state s;
    uint64_t tried = l->tried[address / 8 % 2]; /* what the bins before have tried */
    l->tried[address / 8 % 2] = address;
    for (uint64_t i = 0; i < N_BINS && address >= 16 * i + 256; i++) {
        uint64_t bins = address - 16 * i;
        if (bins <= tried) break;
        if (!read_state(l, bins, &s) || !bins_agree(&s, bins, N_BINS / 4)) continue;
        for (unsigned layout = 0; layout < N_LAYOUTS; layout++) {
            uint64_t main = bins - glibc_layouts[layout].bins;
            if (!ring_closes(l, layout, main, false)) continue;
            l->own->main_state = main;
            return true;
        }
        for (unsigned layout = 0; layout < N_LAYOUTS && l->second_best == 0; layout++)
            if (fastbins_agree(l, &glibc_layouts[layout], bins)) {
                l->second_best = bins - glibc_layouts[layout].bins;
                l->second_layout = layout;
            }
    }
    return false;
}

/* Look for words in a mapping. found gets the address of each word that is one. */
static bool search_map(struct glibc_looking *l, const struct glibc_map *map, uint64_t wanted,
                       bool (*found)(struct glibc_looking *l, uint64_t address))
{
    struct window w = window_of(l->m, map->end);
    l->tried[0] = l->tried[1] = 0;
    for (uint64_t at = map->start; at + 16 <= map->end; at += 8) {
        const unsigned char *raw = window_at(&w, at, 16);
        if (raw == NULL) return l->unreadable = true, false;
        uint64_t word = window_word(raw, 0);
        bool is = wanted != 0 ? word == wanted : word + CHUNK_HEADER == at;
        if (!is || (wanted == 0 && window_word(raw, 8) != word)) continue;
        if (found(l, at)) return true;
        w.base = w.end = at; /* others have read since */
        w.bytes = NULL;
    }
    return false;
}

static bool search_data(struct glibc_looking *l, uint64_t wanted,
                        bool (*found)(struct glibc_looking *l, uint64_t address))
{
    for (int program = 0; program < 2; program++)
        for (size_t i = 0; i < l->n_maps; i++) {
            const struct glibc_map *m = &l->map[i];
            if ((program ? m->program && !m->libc : m->libc) && m->readable && m->writable &&
                !m->heap && search_map(l, m, wanted, found))
                return true;
        }
    return false;
}

/* The ring is broken where an arena's words are false; main_arena stands there all the same. */
static bool find_broken(struct glibc_looking *l)
{
    l->own->arenas.n = 0;
    (void)ring_closes(l, l->second_layout, l->second_best, true);
    if (l->no_memory || l->own->arenas.n == 0) return false;
    const struct glibc_arena *a = l->own->arenas.item;
    if (a->top == 0 || map_at(l, a->top) == NULL) return false;
    found_ring(l, a[l->own->arenas.n - 1].address, "next leads to no arena");
    return l->torn = true;
}

bool find_arenas(struct glibc_looking *l)
{
    struct glibc_private *own = l->own;
    if (own->main_state != 0 && ring_closes(l, own->layout, own->main_state, true)) return true;
    own->arenas.n = 0;
    own->malloc_par = 0;
    own->malloc_par_sought[0] = own->malloc_par_sought[1] = false;
    own->main_state = 0;
    if (!l->no_memory && search_data(l, 0, try_bin))
        return ring_closes(l, own->layout, own->main_state, true);
    return !l->no_memory && l->second_best != 0 && find_broken(l);
}

/* ── malloc_par ── */

/* Two ways that n_mmaps stands before mmapped_mem: five numbers of 4 bytes and padding (from 2.35
 * on), or four. */
static bool read_counts(struct glibc_looking *l, uint64_t at_base, struct glibc_counts *c)
{
    unsigned char raw[80];
    if (at_base < 40 || !read_at(l, at_base - 40, raw, sizeof raw)) return false;
    uint64_t mem = window_word(raw, 24), most = window_word(raw, 32);
    uint64_t bins = window_word(raw, 48), count = window_word(raw, 64);
    if (mem % CHUNK_HEADER != 0 || mem > most || bins > 4096 || count > UINT16_MAX) return false;
    for (size_t at = 4; at <= 8; at += 4) {
        uint32_t n[4]; /* n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold */
        memcpy(n, raw + at, sizeof n);
        if (n[0] > n[2] || n[2] > n[1] || n[3] > 1 || (n[0] == 0) != (mem == 0)) continue;
        if (n[0] > mem / CHUNK_PAGE || (n[2] == 0) != (most == 0)) continue;
        *c = (struct glibc_counts){true, n[0], mem, count};
        return true;
    }
    return false;
}

static bool try_counts(struct glibc_looking *l, uint64_t address)
{
    l->own->malloc_par = address;
    return read_counts(l, address, &l->own->counts);
}

/* Before main_arena has its first chunk sbrk_base is 0. Two words behind it stand numbers that are
 * as they always were: how many bins a tcache has for small chunks, and the most for these. */
static bool try_limits(struct glibc_looking *l, uint64_t address)
{
    uint64_t base, most;
    if (!read_word(l, address - 8, &base) || base != 0 || !read_word(l, address + 8, &most))
        return false;
    bool is = most == SMALL_LEAST + 8 || most == SMALL_LEAST + 16 || most == SMALL_LEAST + 17;
    return is && try_counts(l, address - 8);
}

void find_counts(struct glibc_looking *l, uint64_t sbrk_base)
{
    struct glibc_private *own = l->own;
    bool *sought = &own->malloc_par_sought[sbrk_base != 0];
    uint64_t word;
    own->counts.known = false;
    if (own->malloc_par != 0) {
        if (read_word(l, own->malloc_par, &word) && word == sbrk_base)
            (void)read_counts(l, own->malloc_par, &own->counts);
        return;
    }
    if (*sought) return;
    *sought = true;
    if (!(sbrk_base != 0 ? search_data(l, sbrk_base, try_counts) : search_data(l, 64, try_limits)))
        own->malloc_par = 0;
}
