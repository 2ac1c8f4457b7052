/* glibc_scan.c: every header of a region once, in order of address.
 *
 * A chunk's size leads to the next. Of that one, PREV_INUSE says whether the chunk before is free,
 * and if it is, prev_size says its size again. So a chunk is judged when the next is read. What
 * can't be true is glibc_mend.c's. */
#include <string.h>

#include "glibc_scan.h"

#define TOP_ASKED_MOST 8u

static bool keep_word(struct scan *s, uint64_t at, uint64_t word)
{
    struct glibc_private *own = s->l->own;
    if (s->region->n++ % MARK_EVERY == 0) {
        struct glibc_mark *mark = list_add(s->l, &own->marks, sizeof *mark);
        if (mark == NULL) return false;
        *mark = (struct glibc_mark){at, own->words.n};
    }
    uint64_t *kept = list_add(s->l, &own->words, sizeof *kept);
    if (kept != NULL) *kept = word;
    return kept != NULL;
}

/* More is to be said of the chunk whose word was kept last. */
static void keep_odd(struct scan *s, struct glibc_odd odd)
{
    struct glibc_private *own = s->l->own;
    struct glibc_odd *last = own->odds.item;
    size_t index = own->words.n - 1;
    ((uint64_t *)own->words.item)[index] |= CHUNK_ODD;
    if (own->odds.n != 0 && last[own->odds.n - 1].index == index)
        return; /* the first word counts */
    last = list_add(s->l, &own->odds, sizeof *last);
    if (last == NULL) return;
    *last = odd;
    last->index = index;
}

void scan_free(struct scan *s)
{
    struct glibc_free *f = list_add(s->l, &s->l->own->frees, sizeof *f);
    if (f == NULL) return;
    bool large = s->before_size >= SMALL_LEAST;
    *f = (struct glibc_free){.chunk = s->before,
                             .size = s->before_size,
                             .fd = s->link[0],
                             .bk = s->link[1],
                             .fd_nextsize = large ? s->link[2] : 0,
                             .bk_nextsize = large ? s->link[3] : 0,
                             .arena = s->region->arena};
}

uint64_t scan_block(const struct scan *s)
{
    return s->before == s->region->chunk ? s->before : s->before + 8;
}

void scan_damage(struct scan *s, enum block_field field, uint64_t found, uint64_t expected,
                 enum walk_state would_be, unsigned invariant)
{
    keep_odd(s, (struct glibc_odd){
                    .would_be = would_be, .field = field, .found = found, .expected = expected});
    if (expected != 0)
        found_word(s->l, invariant, scan_block(s), field, found, expected);
    else
        found_false(s->l, invariant, scan_block(s), field, found, ", which can't be true");
}

/* The header at at, whose words are known to be good, says whether the chunk before is free. False:
 * its flag is false. */
static bool judge_before(struct scan *s, uint64_t prev_size, uint64_t word)
{
    bool clear = (word & CHUNK_PREV_INUSE) == 0;
    if (!clear) return s->before_clear = false, true;
    if (s->before == 0) return false;
    bool tagged = prev_size == s->before_size;
    if (!tagged && !is_listed(s, s->before, s->link[0], s->link[1])) return false;
    scan_free(s);
    if (!tagged) scan_damage(s, FIELD_CHUNK_PREV_SIZE, prev_size, s->before_size, WALK_IS_FREE, 4);
    if (s->before_clear) {
        uint64_t own = ((uint64_t *)s->l->own->words.item)[s->l->own->words.n - 1];
        found_false(s->l, 5, scan_block(s), FIELD_CHUNK_SIZE, own & ~CHUNK_ODD,
                    ", free behind a free block");
    }
    return true;
}

/* The mappings had it, but it can't be read: it was given back since. The rest is lost. */
static bool pass_unread(struct scan *s)
{
    uint64_t limit = s->region->limit;
    s->before = s->at;
    if (!keep_word(s, s->at, limit - s->at)) return false;
    keep_odd(s, (struct glibc_odd){.would_be = WALK_IS_DAMAGED, .field = FIELD_N});
    found_unread(s->l, scan_block(s));
    s->at = limit;
    return !s->l->no_memory;
}

bool scan_pass(struct scan *s, const uint64_t words[4], uint64_t word, uint64_t size)
{
    s->before_clear = (word & CHUNK_PREV_INUSE) == 0;
    s->before = s->at;
    s->before_size = size;
    s->link[0] = words[2], s->link[1] = words[3];
    if (size == TCACHE_CHUNK || size == TCACHE_CHUNK_WIDE) tcache_candidate(s->l, s->at, words + 2);
    if (size >= SMALL_LEAST) {
        const unsigned char *raw = window_at(&s->window, s->at + 32, 16);
        if (raw == NULL) return pass_unread(s);
        memcpy(s->link + 2, raw, 16);
    }
    if (!keep_word(s, s->at, (word & CHUNK_FLAGS) | size)) return false;
    s->at += size;
    return true;
}

/* ── What is not a chunk ── */

/* Up to end there is no chunk of the arena's. */
static bool pass_foreign(struct scan *s, uint64_t end)
{
    if (!keep_word(s, s->at, end - s->at)) return false;
    keep_odd(s, (struct glibc_odd){.foreign = true});
    s->at = end;
    s->before = 0;
    return true;
}

/* Fenceposts stand at at: an arena's heap ends there, or somebody else's sbrk begins. */
static bool is_fence(struct scan *s, uint64_t word)
{
    if (chunk_size(word) != CHUNK_FENCE || (word & (CHUNK_ODD | CHUNK_MMAPPED)) != 0) return false;
    if (s->region->limit - s->at < 2 * CHUNK_HEADER) return false;
    const unsigned char *raw = window_at(&s->window, s->at + CHUNK_HEADER, CHUNK_HEADER);
    if (raw == NULL) return false;
    uint64_t next = window_word(raw, 8);
    if (s->main) return next == (CHUNK_FENCE | CHUNK_PREV_INUSE);
    return chunk_size(next) == 0 && s->region->limit - s->at == 2 * CHUNK_HEADER;
}

/* The last of an arena's heap where the rest of top was too small to be freed. */
static bool is_last_fence(const struct scan *s, uint64_t word)
{
    return !s->main && chunk_size(word) == 0 && (word & CHUNK_PREV_INUSE) != 0 &&
           s->region->limit - s->at == CHUNK_HEADER;
}

/* Behind a gap the next run begins at top at the latest. */
static bool pass_fence(struct scan *s)
{
    uint64_t next = s->top > s->at ? s->top : s->region->limit;
    if (s->main && s->at + 2 * CHUNK_HEADER < next) {
        uint64_t found = resync(s, s->at + 2 * CHUNK_HEADER, next);
        if (found != 0) next = found;
    }
    return pass_foreign(s, next);
}

/* ── The way ── */

/* top reaches the end, as far as it says; never is there a free chunk before it. */
static bool pass_top(struct scan *s, const uint64_t words[4])
{
    uint64_t size = s->region->limit - s->at, expected = size | CHUNK_PREV_INUSE;
    (void)judge_before(s, words[0], words[1]);
    if (!scan_pass(s, words, expected, size)) return false;
    if (words[1] != expected)
        scan_damage(s, FIELD_CHUNK_SIZE, words[1], expected, WALK_IS_FREE, 13);
    return !s->l->no_memory;
}

/* top may have moved since the look began, for the program runs on: does it, where it is now, still
 * reach the end? A few times it is asked anew. */
static bool top_has_moved(struct scan *s)
{
    struct glibc_arena *a = (struct glibc_arena *)s->l->own->arenas.item + s->region->arena;
    uint64_t top, word;
    if (s->top == 0 || s->top_asked++ >= TOP_ASKED_MOST) return false;
    if (!read_aside(s, a->bins - CHUNK_HEADER, &top) || top == s->top || top % CHUNK_HEADER != 0 ||
        top < s->at || top >= s->region->limit || !read_aside(s, top + 8, &word) ||
        chunk_size(word) != s->region->limit - top)
        return false;
    a->top = s->top = top;
    return true;
}

/* The next chunk that a list knows, far enough behind the one at at; 0: there is none. */
static uint64_t next_hint(struct scan *s)
{
    while (s->hint < s->hint_end && *s->hint < s->at + CHUNK_LEAST)
        s->hint++;
    return s->hint < s->hint_end ? *s->hint : 0;
}

static bool scan_step(struct scan *s)
{
    uint64_t most = s->region->limit - s->at, words[4] = {0};
    size_t least = most < CHUNK_LEAST ? CHUNK_HEADER : CHUNK_LEAST;
    if (most < CHUNK_HEADER) return pass_foreign(s, s->region->limit);
    const unsigned char *raw = window_at(&s->window, s->at, least);
    if (raw == NULL) return pass_unread(s);
    memcpy(words, raw, least);
    uint64_t size = chunk_size(words[1]);
    bool is_top = s->at == s->top && most >= CHUNK_LEAST,
         crosses = s->top > s->at && size > s->top - s->at;
    if (((is_top && size != most) || crosses) && top_has_moved(s)) return true;
    if (is_top) return pass_top(s, words);
    uint64_t known = is_size(s, words[1], most) ? next_hint(s) : 0;
    if (known != 0 && known - s->at < size) return scan_over(s, words, known);
    if (is_size(s, words[1], most) && (s->top <= s->at || size <= s->top - s->at))
        return judge_before(s, words[0], words[1]) ? scan_pass(s, words, words[1], size)
                                                   : scan_flag(s, words);
    bool fence = is_fence(s, words[1]);
    if ((fence || is_last_fence(s, words[1])) &&
        (judge_before(s, words[0], words[1]) || s->before == 0))
        return pass_fence(s);
    return scan_lost(s, words);
}

/* Chunks of which there is no more to be said than their size, as long as they are at hand: small
 * ones in use behind others in use. What is odd about the next one is scan_step's to find. */
static void scan_plain(struct scan *s)
{
    struct glibc_list *kept = &s->l->own->words;
    const struct window *w = &s->window;
    uint64_t no = CHUNK_ODD | CHUNK_MMAPPED | CHUNK_PREV_INUSE | (s->main ? CHUNK_NON_MAIN : 0);
    uint64_t at = s->at, before = 0, bound = s->top >= at ? s->top : s->region->limit;
    size_t most = (MARK_EVERY - s->region->n % MARK_EVERY) % MARK_EVERY, n = 0;
    if (most > kept->room - kept->n) most = kept->room - kept->n;
    if (at < w->base || at > w->end) return;
    if (bound > w->end) bound = w->end;
    uint64_t *to = (uint64_t *)kept->item + kept->n;
    for (; n < most && bound - at >= CHUNK_LEAST; n++) {
        uint64_t word = window_word(w->bytes, at - w->base + 8), size = chunk_size(word);
        if ((word & no) != CHUNK_PREV_INUSE || size < CHUNK_LEAST || size >= SMALL_LEAST ||
            size == TCACHE_CHUNK || size == TCACHE_CHUNK_WIDE || size > bound - at)
            break;
        to[n] = word;
        before = at;
        at += size;
    }
    if (n == 0) return;
    kept->n += n;
    s->region->n += n;
    s->window.asked += (uint32_t)n;
    s->at = at;
    s->before = before;
    s->before_size = at - before;
    s->before_clear = false;
    memcpy(s->link, w->bytes + (before - w->base) + CHUNK_HEADER, 16);
}

static void scan_region(struct glibc_looking *l, struct glibc_region *r)
{
    const struct glibc_arena *arenas = l->own->arenas.item;
    r->first = l->own->words.n;
    r->n = 0;
    if (r->kind == GLIBC_MAPPED) return;
    uint64_t top = arenas[r->arena].top;
    struct scan s = {.l = l,
                     .region = r,
                     .window = window_of(l->m, r->limit),
                     .top = top >= r->chunk && top < r->limit ? top : 0,
                     .main = r->arena == 0,
                     .budget = 4 * ((r->limit - r->chunk) / CHUNK_HEADER) + 4096,
                     .hint = l->own->hints.item,
                     .hint_end = l->again ? (uint64_t *)l->own->hints.item + l->own->hints.n
                                          : l->own->hints.item,
                     .at = r->chunk};
    while (s.at < r->limit && scan_step(&s) && !l->no_memory)
        if (s.before != 0 && !l->again) scan_plain(&s);
}

void scan_regions(struct glibc_looking *l)
{
    struct glibc_region *r = l->own->regions.item;
    for (size_t i = 0; i < l->own->regions.n && !l->no_memory && !l->unreadable; i++)
        scan_region(l, &r[i]);
}
