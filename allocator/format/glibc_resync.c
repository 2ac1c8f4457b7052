/* glibc_resync.c: where chunks go on behind a header that can't be true. */
#include "glibc_scan.h"

/* So many chunks in a row are believed. */
#define ENOUGH 12u
/* Places looked at in one search; a torn heap must not make a look a long one. */
#define PLACES UINT64_C(65536)

static bool read_header(struct scan *s, uint64_t at, uint64_t *before, uint64_t *word)
{
    const unsigned char *raw = window_at(&s->window, at, CHUNK_HEADER);
    if (raw == NULL) return false;
    *before = window_word(raw, 0);
    *word = window_word(raw, 8);
    return true;
}

/* A chain that arrives at at has come to its end. */
static bool is_end(const struct scan *s, uint64_t at, uint64_t word)
{
    uint64_t left = s->region->limit - at;
    if (at == s->top || left == 0) return true;
    if (s->main) return word == (CHUNK_FENCE | CHUNK_PREV_INUSE) || word == CHUNK_FENCE;
    return (left == 2 * CHUNK_HEADER && chunk_size(word) == CHUNK_FENCE) ||
           (left == CHUNK_HEADER && chunk_size(word) == 0);
}

bool goes_on(struct scan *s, uint64_t at, uint64_t over)
{
    uint64_t before = 0, tag = 0, word = 0, limit = s->region->limit;
    for (unsigned n = 0; n < ENOUGH || (over != 0 && at < over); n++) {
        if (at == limit) return n != 0;
        if (limit - at < CHUNK_HEADER || s->budget == 0 || !read_header(s, at, &tag, &word))
            return false;
        s->budget--;
        bool clear = (word & CHUNK_PREV_INUSE) == 0;
        if (clear && n != 0 && tag != before) return false;
        if (clear && n == 0 && (tag % CHUNK_HEADER != 0 || tag > at - s->region->chunk))
            return false;
        if (is_end(s, at, word)) return n != 0;
        if (!is_size(s, word, limit - at)) return false;
        before = chunk_size(word);
        if (s->top > at && before > s->top - at) return false;
        at += before;
        if (over != 0 && at == over) return false;
    }
    return true;
}

uint64_t resync(struct scan *s, uint64_t from, uint64_t most)
{
    uint64_t tag, word, places = PLACES;
    for (uint64_t at = from; at < most && s->budget != 0 && places != 0; at += CHUNK_HEADER) {
        if (s->region->limit - at < CHUNK_LEAST || !read_header(s, at, &tag, &word)) return 0;
        places--;
        s->budget--;
        if (is_size(s, word, s->region->limit - at) && goes_on(s, at, 0)) return at;
    }
    return 0;
}

bool read_aside(struct scan *s, uint64_t address, uint64_t *word)
{
    s->window.bytes = NULL;
    s->window.base = s->window.end = 0;
    return read_word(s->l, address, word);
}

bool is_listed(struct scan *s, uint64_t chunk, uint64_t fd, uint64_t bk)
{
    uint64_t back, forth;
    if (fd % 8 != 0 || bk % 8 != 0 || fd == 0 || bk == 0) return false;
    return read_aside(s, fd + 24, &back) && back == chunk && read_aside(s, bk + 16, &forth) &&
           forth == chunk;
}
