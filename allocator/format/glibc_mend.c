/* glibc_mend.c: a header that can't be true. Others decide which word is false, and where it goes
 * on:
 *   1  chunks go on from a place before it, without one there: the size that led here is false
 *   2  chunks go on behind it: its own size is false
 *   3  PREV_INUSE is clear, but prev_size is not the size before: of a chunk that its list knows,
 *      prev_size is false (glibc_scan.c)
 *   4  prev_size leads to such a chunk: the size that led past that is false
 *   5  else the flag is
 *   6  a list leads to where no chunk was found, but its own words say that one is there: the size
 *      that led past that is false */
#include <string.h>

#include "glibc_scan.h"

/* The chunk before is free, and as long as its size says: the tag at at is true. */
static bool is_tagged(struct scan *s, const uint64_t words[4])
{
    return s->before != 0 && words[0] == s->before_size &&
           is_listed(s, s->before, s->link[0], s->link[1]);
}

/* The free chunk, behind the one before, that prev_size of the chunk at end leads to: its own size
 * and its list say so, too. 0: there is none. */
static uint64_t listed_before(struct scan *s, uint64_t end)
{
    uint64_t words[4], most = end - s->before, tag;
    if (s->before == 0 || s->region->limit - end < CHUNK_HEADER) return 0;
    const unsigned char *raw = window_at(&s->window, end, CHUNK_HEADER);
    if (raw == NULL || (window_word(raw, 8) & CHUNK_PREV_INUSE) != 0) return 0;
    tag = window_word(raw, 0);
    if (tag % CHUNK_HEADER != 0 || tag < CHUNK_LEAST || most < CHUNK_LEAST ||
        tag > most - CHUNK_LEAST)
        return 0;
    if ((raw = window_at(&s->window, end - tag, CHUNK_LEAST)) == NULL) return 0;
    memcpy(words, raw, sizeof words);
    bool is = is_size(s, words[1], tag) && chunk_size(words[1]) == tag &&
              is_listed(s, end - tag, words[2], words[3]);
    return is ? end - tag : 0;
}

/* The chunk before is as long as end says, not as its word does. */
static bool mend_before(struct scan *s, uint64_t end)
{
    uint64_t *words = s->l->own->words.item, *own = &words[s->l->own->words.n - 1];
    uint64_t found = *own & ~CHUNK_ODD, expected = (end - s->before) | (found & CHUNK_FLAGS);
    *own = expected;
    s->before_size = end - s->before;
    scan_damage(s, FIELD_CHUNK_SIZE, found, expected, WALK_USED, 2);
    s->at = end;
    return !s->l->no_memory;
}

/* The chunk at at goes up to end, whatever its word says. */
static bool scan_false(struct scan *s, const uint64_t words[4], uint64_t end)
{
    uint64_t flags = CHUNK_PREV_INUSE, size = end - s->at;
    bool is_end = s->region->limit - end < CHUNK_HEADER;
    const unsigned char *next = is_end ? NULL : window_at(&s->window, end, CHUNK_HEADER);
    bool is_free = next != NULL && (window_word(next, 8) & CHUNK_PREV_INUSE) == 0 &&
                   window_word(next, 0) == size;
    if (is_tagged(s, words)) flags = 0, scan_free(s);
    if (!s->main && !is_free) flags |= CHUNK_NON_MAIN;
    if (!scan_pass(s, words, flags, size)) return false;
    scan_damage(s, FIELD_CHUNK_SIZE, words[1], next != NULL ? size | flags : 0,
                is_free ? WALK_IS_FREE : WALK_USED, 2);
    return !s->l->no_memory;
}

bool scan_lost(struct scan *s, const uint64_t words[4])
{
    uint64_t limit = s->top > s->at ? s->top : s->region->limit, from = s->before + CHUNK_LEAST;
    uint64_t found = 0;
    if (s->before != 0 && !is_tagged(s, words))
        for (; from < s->at && (found = resync(s, from, s->at)) != 0; from = found + CHUNK_HEADER)
            if (goes_on(s, found, s->at)) return mend_before(s, found);
    if (limit - s->at > CHUNK_LEAST) found = resync(s, s->at + CHUNK_LEAST, limit);
    uint64_t inside = found > s->at ? listed_before(s, found) : 0;
    if (inside != 0 && inside < s->at + CHUNK_LEAST) return mend_before(s, inside);
    if (inside != 0) found = inside;
    /* Where nothing tells how it goes on, the rest is one damaged piece. */
    return scan_false(s, words, found > s->at ? found : limit);
}

/* Do chunks lead from at to known? */
static bool leads_to(struct scan *s, uint64_t at, uint64_t known)
{
    while (at < known && s->budget != 0) {
        const unsigned char *raw = window_at(&s->window, at, CHUNK_HEADER);
        if (raw == NULL || !is_size(s, window_word(raw, 8), known - at)) return false;
        at += chunk_size(window_word(raw, 8));
        s->budget--;
    }
    return at == known;
}

bool scan_over(struct scan *s, const uint64_t words[4], uint64_t known)
{
    uint64_t end = s->at + CHUNK_LEAST;
    while (end < known && !(leads_to(s, end, known) && goes_on(s, end, 0)))
        end += CHUNK_HEADER;
    return scan_false(s, words, end);
}

bool scan_flag(struct scan *s, const uint64_t words[4])
{
    uint64_t inside = listed_before(s, s->at);
    if (inside != 0) return mend_before(s, inside);
    uint64_t expected = words[1] | CHUNK_PREV_INUSE;
    if (!scan_pass(s, words, expected, chunk_size(words[1]))) return false;
    scan_damage(s, FIELD_CHUNK_SIZE, words[1], expected, WALK_USED, 3);
    return !s->l->no_memory;
}
