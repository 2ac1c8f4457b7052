/* own_look.c: a look at a stranger's heap: its bytes, where it has some, and which of its words
 * have changed. */
#include <stdlib.h>
#include <string.h>

#include "cli/session/own_view_private.h"
#include "cli/session/session_private.h"
#include "cli/source/own_target.h"

enum { PIECE = 4096 };

/* ── What can be read ── */

bool own_readable(struct session *s, uint64_t from, uint64_t to)
{
    uint64_t page = s->target.hello.page_bytes ? s->target.hello.page_bytes : PIECE;
    char byte;
    for (uint64_t at = from; at < to; at = (at / page + 1) * page)
        if (process_memory_copy(&s->memory, at, &byte, 1) != 1) return false;
    return true;
}

static bool add_run(struct own_view *v, uint64_t from, uint64_t to)
{
    if (v->n_runs > 0 && v->run[v->n_runs - 1].to == from) {
        v->run[v->n_runs - 1].to = to;
        return true;
    }
    if (v->n_runs == v->room_runs) {
        size_t room = v->room_runs * 2 + 16;
        struct own_run *more = realloc(v->run, room * sizeof *more);
        if (!more) return false;
        v->run = more;
        v->room_runs = room;
    }
    v->run[v->n_runs++] = (struct own_run){from, to};
    return true;
}

/* Of pages that come and go: those that are there, with zeros between them. */
static bool read_runs(struct session *s, uint64_t start, uint64_t brk)
{
    static unsigned char beyond[PROCESS_MEMORY_PIECE]; /* what of the heap is not kept */
    struct own_view *v = &s->own;
    uint64_t page = s->target.hello.page_bytes ? s->target.hello.page_bytes : PIECE;
    memset(v->next.byte, 0, v->next.n);
    for (uint64_t at = start; at < brk;) {
        size_t kept = at - start < v->next.n ? v->next.n - (size_t)(at - start) : 0,
               most = brk - at < sizeof beyond ? (size_t)(brk - at) : sizeof beyond,
               want = kept && kept < most ? kept : most,
               n = process_memory_copy(&s->memory, at, kept ? v->next.byte + (at - start) : beyond,
                                       want);
        if (n > 0 && !add_run(v, at, at + n)) return false;
        at = n == want ? at + n : ((at + n) / page + 1) * page;
    }
    return true;
}

bool own_view_read(struct session *s, uint64_t start, uint64_t brk)
{
    struct own_bytes *to = &s->own.next;
    bool pages = s->setup.own->heap == OWN_HEAP_PAGES;
    size_t n = brk - start < OWN_VIEW_BYTES ? (size_t)(brk - start) : OWN_VIEW_BYTES;
    if (n > to->room) {
        unsigned char *more = realloc(to->byte, n + n / 2);
        if (!more) return false;
        to->byte = more;
        to->room = n + n / 2;
    }
    to->n = n && !pages ? process_memory_copy(&s->memory, start, to->byte, n) : n;
    s->own.n_runs = 0;
    if (brk == start) return true;
    if (pages && !s->memory.refused && !s->memory.gone) return read_runs(s, start, brk);
    return add_run(&s->own, start, brk);
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

static void find_changed(struct session *s, const struct snapshot *now, const struct own_run *run,
                         size_t *at_block)
{
    struct own_view *v = &s->own;
    uint64_t start = snapshot_head(now)->heap_start;
    unsigned width = v->word_bytes;
    size_t block = *at_block, end = run->to - start < v->now.n ? run->to - start : v->now.n;
    for (size_t at = run->from - start; at + width <= end;) {
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
    *at_block = block;
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
    bool known = v->has_before && !s->trace.fresh;
    size_t block = 0;
    for (size_t i = 0; known && i < v->n_runs; i++)
        find_changed(s, now, &v->run[i], &block);
    if (v->freed_from < v->freed_to)
        changes_add(&s->changes, (struct change){CHANGE_FREED, v->freed_from, v->freed_to, 0});
}
