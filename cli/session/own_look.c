/* own_look.c: a look at a stranger's heap: its bytes, and which of its words have changed. */
#include <stdlib.h>
#include <string.h>

#include "cli/session/own_view_private.h"
#include "cli/session/session_private.h"
#include "cli/source/own_target.h"

enum { PIECE = 4096 };

bool own_view_read(struct session *s, uint64_t start, uint64_t brk)
{
    struct own_bytes *to = &s->own.next;
    size_t n = brk - start < OWN_VIEW_BYTES ? (size_t)(brk - start) : OWN_VIEW_BYTES;
    if (n > to->room) {
        unsigned char *more = realloc(to->byte, n + n / 2);
        if (!more) return false;
        to->byte = more;
        to->room = n + n / 2;
    }
    to->n = n ? process_memory_copy(&s->memory, start, to->byte, n) : 0;
    return true;
}

/* ── What changed ── */

/* Of the bytes from at on, how many are sure to be the same. */
static size_t same_from(const struct own_view *v, size_t at)
{
    if (at + PIECE > v->now.n || at + PIECE > v->before.n) return 0;
    return memcmp(v->now.byte + at, v->before.byte + at, PIECE) == 0 ? PIECE : 0;
}

static void note(struct session *s, uint64_t address, uint64_t was, uint64_t now)
{
    struct own_view *v = &s->own;
    if (v->n_words < OWN_VIEW_WORDS) v->word[v->n_words] = (struct own_word){address, was, now};
    v->n_words++;
    changes_add(&s->changes, (struct change){CHANGE_WRITTEN, address, address + v->word_bytes, 0});
}

/* The end of the payload in use that has the word at address, or part of it; 0. *i is the block
 * where to look from. */
static uint64_t payload_over(const struct snapshot *now, size_t *i, uint64_t address,
                             unsigned width)
{
    for (size_t n = snapshot_n_blocks(now); *i < n; ++*i) {
        struct snapshot_block b = snapshot_block(now, *i);
        uint64_t from = b.address + b.header, to = from + b.requested;
        if (b.address + b.size <= address) continue;
        bool in = b.state == BLOCK_USED && b.id != 0 && from < address + width && address < to;
        return in ? to : 0;
    }
    return 0;
}

static void find_changed(struct session *s, const struct snapshot *now)
{
    struct own_view *v = &s->own;
    uint64_t start = snapshot_head(now)->heap_start;
    unsigned width = v->word_bytes;
    size_t block = 0;
    for (size_t at = 0; at + width <= v->now.n;) {
        size_t same = at % PIECE == 0 ? same_from(v, at) : 0;
        uint64_t to = same ? 0 : payload_over(now, &block, start + at, width);
        if (same) {
            at += same;
        } else if (to) {
            at = (size_t)(to - start) / width * width;
            if (start + at < to && at + width > (size_t)(to - start)) at += width;
        } else {
            uint64_t was = own_word_at(&v->before, at, width), is = own_word_at(&v->now, at, width);
            if (was != is) note(s, start + at, was, is);
            at += width;
        }
    }
}

void own_view_commit(struct session *s, const struct snapshot *now)
{
    struct own_view *v = &s->own;
    if (s->setup.policy != HEAP_OWN || !s->target.alive) return;
    bool first = v->has_now && !v->has_before; /* look of the command */
    struct own_bytes spare = first ? v->before : v->now;
    if (first) v->before = v->now, v->has_before = true;
    v->now = v->next;
    v->next = spare;
    v->has_now = true;
    v->n_words = 0;
    v->word_bytes = v->width ? v->width : s->setup.own->align == 4 ? 4 : 8;
    if (v->has_before && !s->trace.fresh) find_changed(s, now);
    if (v->freed_from < v->freed_to)
        changes_add(&s->changes, (struct change){CHANGE_FREED, v->freed_from, v->freed_to, 0});
}
