/* format_header.c: the walk under `header`: from block to block by next, which leaps foreign gaps.
 *
 * A block says twice where the next one begins: size says where it ends, next where the other
 * begins. Where they do not agree, the one that leads to a block is believed, and the other is the
 * false word. Where top is below a block that next leads to, top is. */
#include <string.h>

#include "check_private.h"
#include "format.h"
#include "walk_private.h"

/* A header's words. */
struct header_words {
    uint64_t size, next;
    uint32_t is_free;
};

/* The words at block, which has room for them below the limit. False if they can't be read.
 * Whatever was read before is no longer valid. */
static const unsigned char *read_words(struct walk *w, uintptr_t block, struct header_words *words)
{
    const unsigned char *raw = window_at(&w->window, block, HEADER_BLOCK_HEADER);
    if (raw == NULL) return NULL;
    words->size = window_word(raw, offsetof(union header_block, s.size));
    words->next = window_word(raw, offsetof(union header_block, s.next));
    memcpy(&words->is_free, raw + offsetof(union header_block, s.is_free), sizeof words->is_free);
    return raw;
}

/* A place where a block can begin: at or above from, with room for one below the limit. */
static bool is_place(const struct walk *w, uintptr_t from, uintptr_t link)
{
    return link >= from && link % HEAP_ALIGN == 0 && link < w->limit &&
           w->limit - link >= HEADER_BLOCK_MIN;
}

static bool is_size(const struct walk *w, uintptr_t block, uint64_t size)
{
    return size != 0 && size % HEAP_ALIGN == 0 && size <= w->limit - block - HEADER_BLOCK_HEADER;
}

/* top, or where that is known to be false, any place up to brk. */
static bool is_end(const struct walk *w, uintptr_t end)
{
    return end == w->root->top || w->damage.beyond != 0;
}

/* Does link lead to a block? all: each of its words must be good; else two of the three are
 * enough. */
static bool leads(struct walk *w, uintptr_t from, uintptr_t link, bool all)
{
    struct header_words words;
    if (!is_place(w, from, link) || read_words(w, link, &words) == NULL) return false;
    bool size = is_size(w, link, words.size), is_free = words.is_free <= 1;
    uintptr_t end = link + HEADER_BLOCK_HEADER + (size ? words.size : HEAP_ALIGN);
    bool next = words.next == 0 ? (size ? is_end(w, end) : link == w->root->last)
                                : is_place(w, end, words.next);
    return size + is_free + next >= (all ? 3 : 2);
}

/* Does a block of ours stand at end, which next passes over? A block that was trimmed and lies in a
 * stranger's bytes now leads nowhere. */
static bool passes_over(struct walk *w, uintptr_t end)
{
    struct header_words words;
    if (!leads(w, end, end, true) || read_words(w, end, &words) == NULL || words.next == 0)
        return false;
    return leads(w, end + HEADER_BLOCK_HEADER + words.size, words.next, true);
}

/* Which word of the block at w->at is false? FIELD_N: none. */
static enum block_field judge(struct walk *w, const struct header_words *words)
{
    if (!is_size(w, w->at, words->size)) return FIELD_SIZE;
    if (words->is_free > 1) return FIELD_IS_FREE;
    uintptr_t end = w->at + HEADER_BLOCK_HEADER + words->size;
    if (words->next == 0 && !is_end(w, end))
        return w->root->last == w->at ? FIELD_SIZE : FIELD_NEXT;
    if (words->next == 0 || words->next == end)
        return words->next == 0 || is_place(w, end, end) ? FIELD_N : FIELD_NEXT;
    if (leads(w, end, words->next, false))
        return passes_over(w, end) ? FIELD_NEXT : FIELD_N; /* else a gap lies between */
    return leads(w, w->at + HEADER_BLOCK_MIN, words->next, true) ? FIELD_SIZE : FIELD_NEXT;
}

/* Does next lead to a block beyond top? Then top is false, and blocks may lie up to brk. */
static bool goes_beyond(struct walk *w, const struct header_words *words)
{
    struct header_words there;
    uintptr_t limit = w->limit, next = words->next;
    if (w->damage.beyond != 0 || w->root->top >= w->brk || next < w->root->top) return false;
    w->limit = w->window.limit = w->brk;
    if (is_place(w, w->at, next) && read_words(w, next, &there) != NULL &&
        is_size(w, next, there.size) && there.is_free <= 1 &&
        (there.next == 0 || is_place(w, w->root->start, there.next))) {
        w->damage.beyond = next;
        return true;
    }
    w->limit = w->window.limit = limit;
    return false;
}

/* Nothing leads on: the first place from here on where a block begins, so that the one that it
 * leads to is one, too, or it is the last. 0: none. */
static uintptr_t search(struct walk *w, uintptr_t here)
{
    struct header_words words;
    for (uintptr_t at = here; is_place(w, here, at) && walk_may_search(w); at += HEAP_ALIGN) {
        if (!leads(w, at, at, true) || read_words(w, at, &words) == NULL) continue;
        if (words.next == 0 ? at == w->root->last : leads(w, at, words.next, true)) return at;
    }
    return 0;
}

/* Where the next block begins, as the words that are not false say; of the last block, its end. 0:
 * nobody can tell. */
static uintptr_t go_on(struct walk *w, const struct header_words *words, enum block_field wrong)
{
    uintptr_t next = wrong == FIELD_NEXT ? w->at + HEADER_BLOCK_HEADER + words->size : words->next,
              top = w->root->top;
    bool last = w->at == w->root->last && w->damage.beyond == 0 && top <= w->limit;
    if (last && next == (wrong == FIELD_NEXT ? top : 0)) return top;
    if (leads(w, w->at + HEADER_BLOCK_MIN, next, true)) return next;
    return search(w, wrong == FIELD_NEXT ? next : w->at + HEADER_BLOCK_MIN);
}

/* Are the words true, but for brk, which stands below top and cuts the block off, or the next
 * one? */
static bool is_cut(const struct walk *w, const struct header_words *words)
{
    uintptr_t top = w->root->top;
    if (w->brk >= top || words->size == 0 || words->size % HEAP_ALIGN != 0 || words->is_free > 1)
        return false;
    if (words->size > top - w->at - HEADER_BLOCK_HEADER) return false;
    uintptr_t end = w->at + HEADER_BLOCK_HEADER + words->size;
    return words->next == 0
               ? end == top
               : words->next >= end && words->next % HEAP_ALIGN == 0 && words->next < top;
}

/* Name the false word of the block at w->at, and pass the block if something tells where it ends.
 * *next becomes where the walk goes on; false: nothing tells. */
static bool pass_damaged(struct walk *w, const struct header_words *words, enum block_field wrong,
                         uintptr_t *next, enum walk_result *result)
{
    uint64_t found = wrong == FIELD_SIZE   ? words->size
                     : wrong == FIELD_NEXT ? words->next
                                           : words->is_free,
             expected = 0;
    uintptr_t payload = w->at + HEADER_BLOCK_HEADER, there = go_on(w, words, wrong);
    struct walk_block block = {.size =
                                   (wrong == FIELD_NEXT ? payload + words->size : there) - w->at,
                               .state = words->is_free > 1 ? WALK_IS_DAMAGED
                                        : words->is_free   ? WALK_IS_FREE
                                                           : WALK_USED};
    if (wrong == FIELD_SIZE && there != 0 && there == words->next) expected = there - payload;
    if (wrong == FIELD_SIZE && there != 0 && there == w->root->top) expected = there - payload;
    if (wrong == FIELD_NEXT && there != w->root->top) expected = there;
    if (is_cut(w, words)) wrong = FIELD_N, found = expected = 0;
    if (there == 0) return *result = walk_false(w, w->at, wrong, found, expected), false;
    *next = there == w->root->top && w->damage.beyond == 0 ? 0 : there;
    *result = walk_pass_damaged(w, &block, w->at, wrong, found, expected);
    return *result == WALK_DAMAGED;
}

/* The first block: where root.first leads, or if that is false, at the heap's start. 0: none is
 * found. */
static uintptr_t first_block(struct walk *w, enum walk_result *result)
{
    const struct heap_root *root = w->root;
    if (root->first == 0 && root->top == root->start) return 0;
    bool gap = root->first != root->start;
    if (gap ? leads(w, root->start, root->first, false) : is_place(w, root->start, root->first))
        return root->first;
    bool begins = leads(w, root->start, root->start, true);
    *result = walk_false(w, 0, FIELD_ROOT_FIRST, root->first, begins ? root->start : 0);
    w->lost = !begins;
    return begins ? root->start : 0;
}

static enum walk_result walk_header(struct walk *w)
{
    enum walk_result result = WALK_OK;
    uintptr_t next = first_block(w, &result);
    while (next != 0) {
        struct header_words words;
        struct walk_block block = {.address = next, .header = HEADER_BLOCK_HEADER};
        if (next > w->limit) return walk_false(w, w->at, FIELD_N, 0, 0);
        if (next > w->at && walk_foreign(w, next, 0) == WALK_STOPPED) return WALK_STOPPED;
        if (w->limit - w->at < HEADER_BLOCK_MIN) return walk_false(w, w->at, FIELD_N, 0, 0);
        if (read_words(w, w->at, &words) == NULL) return WALK_UNREADABLE;
        enum block_field wrong = judge(w, &words);
        if (wrong == FIELD_NEXT && goes_beyond(w, &words)) wrong = judge(w, &words);
        if (wrong == FIELD_NEXT && is_cut(w, &words)) wrong = FIELD_N; /* the next one is */
        if (wrong != FIELD_N) {
            if (!pass_damaged(w, &words, wrong, &next, &result)) return result;
            continue;
        }
        uintptr_t end = w->at + HEADER_BLOCK_HEADER + words.size;
        block.raw = read_words(w, w->at, &words); /* judging may have read elsewhere */
        if (block.raw == NULL) return WALK_UNREADABLE;
        block.size = end - w->at;
        block.state = words.is_free ? WALK_IS_FREE : WALK_USED;
        walk_guards(w, &block);
        w->at = end;
        if (!w->visit(w->user, &block)) return WALK_STOPPED;
        next = words.next;
    }
    if (w->damage.beyond != 0)
        result = walk_false(w, 0, FIELD_ROOT_TOP, w->root->top, w->at), w->lost = false;
    return result;
}

const struct format format_header = {
    .blocks = &block_format_header, .walk = walk_header, .check_list = check_first};
