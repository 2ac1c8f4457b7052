/* fit_alloc.c: look at free blocks, cut the chosen one, or grow. See fit.h.
 *
 *   1  the policy chooses a free block
 *   2  the request is cut out of it: what is left before it (aligned) stays free, what is left
 *      behind is split off if split is on and a whole block is left, else stays with the block
 *   3  if none fits, sbrk grows the heap: by what the last block lacks if it is free and coalesce
 *      is on, else by a new block */
#include "fit.h"

#include "free_list.h"
#include "growth.h"
#include "guard.h"
#include "word.h"

/* Where in [base, ...) the wanted block would begin; 0 for an alignment beyond all addresses. */
static uintptr_t fit_place(uintptr_t base, const struct fit_want *want)
{
    return block_place(base, want->front, FIT_BLOCK_MIN, want->alignment);
}

enum step_why fit_judge(uintptr_t block, const struct fit_want *want)
{
    if (fit_size(fit_at(block)) < want->whole) return WHY_TOO_SMALL;
    uintptr_t at = fit_place(block, want), end = fit_end(block);
    return at != 0 && at <= end && end - at >= want->whole ? WHY_FITS : WHY_MISALIGNED;
}

void fit_tell_probe(struct heap *h, uintptr_t block, const struct fit_want *want, enum step_why why)
{
    step_tell(h->steps, STEP_PROBE, why, block, fit_size(fit_at(block)) - FIT_BLOCK_HEADER,
              want->whole - FIT_BLOCK_HEADER, 0);
}

bool fit_probe(struct heap *h, uintptr_t block, const struct fit_want *want)
{
    enum step_why why = fit_judge(block, want);
    fit_tell_probe(h, block, want, why);
    return why == WHY_FITS;
}

enum heap_status fit_choose_best(struct heap *h, const struct fit_want *want,
                                 bool (*better)(uint64_t size, uint64_t best), uintptr_t *block)
{
    struct free_scan scan = free_scan_from(h, h->root.free_head);
    uintptr_t at;
    *block = 0;
    while ((at = free_scan_next(&scan)) != 0) {
        enum step_why why = fit_judge(at, want);
        if (why == WHY_FITS)
            why = *block == 0 || better(fit_size(fit_at(at)), fit_size(fit_at(*block)))
                      ? WHY_BEST_SO_FAR
                      : WHY_NOT_BETTER;
        if (why == WHY_BEST_SO_FAR) *block = at;
        fit_tell_probe(h, at, want, why);
    }
    return scan.status;
}

enum heap_status fit_cut_check(const struct heap *h, const struct fit_cut *cut)
{
    uintptr_t head = h->root.free_head, tail = h->root.free_tail;
    if (cut->entry != 0 && !free_list_linked(h, cut->entry)) return HEAP_DAMAGED;
    if ((head != 0 && !free_list_linked(h, head)) || (tail != 0 && !free_list_linked(h, tail)))
        return HEAP_DAMAGED;
    return fit_order_is_by_size(h) ? free_list_sound(h) : HEAP_OK;
}

static void fit_cut_headers(struct heap *h, const struct fit_cut *cut, uint64_t front,
                            uint64_t rest)
{
    uintptr_t rest_at = cut->at + cut->whole;
    if (front != 0) {
        word_set(h, FIELD_PREV_SIZE, cut->base, cut->prev_size);
        word_set(h, FIELD_SIZE_FLAGS, cut->base, front | FIT_FREE);
    }
    word_set(h, FIELD_PREV_SIZE, cut->at, front != 0 ? front : cut->prev_size);
    word_set(h, FIELD_SIZE_FLAGS, cut->at, cut->whole);
    if (rest != 0) {
        word_set(h, FIELD_PREV_SIZE, rest_at, cut->whole);
        word_set(h, FIELD_SIZE_FLAGS, rest_at, rest | FIT_FREE);
    }
    fit_set_end(h, rest != 0 ? rest_at : cut->at, rest != 0 ? rest : cut->whole);
}

/* Link a piece in. The list has been checked, so that its place is found. */
static void fit_cut_link(struct heap *h, uintptr_t piece, uint64_t size, uintptr_t front)
{
    uintptr_t after = front;
    if (front == 0 || h->root.order != HEAP_ORDER_ADDRESS)
        (void)free_list_find(h, piece, size, &after);
    free_list_link(h, piece, after);
}

/* The piece that keeps the entry's place in the list, so that nobody need look for one: what is
 * left before the block, where the entry stands, else what is left behind it, in address order. 0:
 * none, the entry leaves. */
static uintptr_t fit_cut_heir(const struct heap *h, const struct fit_cut *cut, uint64_t front,
                              uint64_t rest)
{
    if (cut->entry == 0 || fit_order_is_by_size(h)) return 0;
    if (front != 0) return cut->base;
    return rest != 0 && h->root.order == HEAP_ORDER_ADDRESS ? cut->at + cut->whole : 0;
}

void fit_cut_make(struct heap *h, struct fit_cut *cut)
{
    uint64_t front = cut->at - cut->base, rest = cut->size - front - cut->whole;
    if (rest < FIT_BLOCK_MIN || (!h->root.split && !cut->grown)) {
        cut->whole += rest;
        rest = 0;
    }
    uintptr_t rest_at = cut->at + cut->whole, heir = fit_cut_heir(h, cut, front, rest);
    bool rover = cut->entry != 0 && h->root.rover == cut->entry;
    if (front != 0)
        step_tell(h->steps, STEP_SPLIT, WHY_NONE, cut->base, front, cut->size - front, cut->at);
    if (rest != 0) step_tell(h->steps, STEP_SPLIT, WHY_NONE, cut->at, cut->whole, rest, rest_at);
    if (front != 0) word_clear(h, cut->base, FIT_BLOCK_MIN);
    word_clear(h, cut->at, FIT_BLOCK_MIN);
    if (rest != 0) word_clear(h, rest_at, FIT_BLOCK_MIN);
    /* The entry leaves before any header is written: of a block that grows into it, the rest may
     * overlap its links. */
    if (heir == 0 && cut->entry != 0)
        free_list_unlink(h, cut->entry);
    else if (heir != cut->entry)
        free_list_replace(h, cut->entry, heir);
    fit_cut_headers(h, cut, front, rest);
    if (front != 0 && heir != cut->base) fit_cut_link(h, cut->base, front, 0);
    if (rest != 0 && heir != rest_at) fit_cut_link(h, rest_at, rest, front != 0 ? cut->base : 0);
    if (rover && rest != 0) word_set(h, FIELD_ROOT_ROVER, 0, rest_at);
    /* What was free already, but for an entry that the pieces do not begin with, is poisoned. */
    if (!cut->grown && cut->entry == cut->base) return;
    if (front != 0) guard_poison(h, cut->base + POISON_FROM, cut->at);
    if (rest != 0) guard_poison(h, rest_at + POISON_FROM, rest_at + rest);
}

/* Plan where grown memory goes: to the end of the last block if that is free and may be merged,
 * else into a new one. */
static struct fit_cut fit_grow_plan(const struct heap *h, uintptr_t place,
                                    const struct fit_want *want)
{
    uintptr_t last = h->root.last;
    bool at_top = place == h->root.top;
    bool extend = at_top && h->root.coalesce && last != 0 && fit_is_free(fit_at(last));
    uint64_t before = at_top && last != 0 ? fit_size(fit_at(last)) : 0;
    return (struct fit_cut){.base = extend ? last : place,
                            .size = extend ? before : 0,
                            .prev_size = extend ? fit_at(last)->prev_size : before,
                            .entry = extend ? last : 0,
                            .at = fit_place(extend ? last : place, want),
                            .whole = want->whole,
                            .grown = true};
}

/* The bytes to ask of sbrk for a cut; one that it can't give if there is no place for the cut. */
static uint64_t fit_grow_need(const struct heap *h, const struct fit_cut *cut)
{
    uint64_t need = cut->at - cut->base + cut->whole - cut->size, unit = h->root.growth;
    if (cut->at == 0 || need > PTRDIFF_MAX) return UINT64_MAX;
    return (need + unit - 1) & ~(unit - 1);
}

/* Make memory of ours out of what sbrk gave at place: a fence if there is a gap, and the block. */
static uintptr_t fit_grow_cut(struct heap *h, struct fit_cut *cut, uintptr_t place, uint64_t need)
{
    if (place != h->root.top) fit_fence_push(h, place - FIT_BLOCK_HEADER);
    word_set(h, FIELD_ROOT_TOP, 0, place + need);
    cut->size += need;
    if (cut->entry != 0)
        step_tell(h->steps, STEP_TAKE, WHY_NONE, cut->base, cut->size - FIT_BLOCK_HEADER, 0, 0);
    fit_cut_make(h, cut);
    return cut->at + FIT_BLOCK_HEADER;
}

static uintptr_t fit_grow(struct heap *h, const struct fit_want *want)
{
    enum growth_result result;
    struct fit_cut cut;
    uintptr_t place;
    uint64_t need;
    if (h->root.last != 0 &&
        (!fit_is_sound(h, h->root.last) || fit_end(h->root.last) != h->root.top)) {
        h->failure = HEAP_DAMAGED;
        return 0;
    }
    do {
        place = growth_place(h, FIT_BLOCK_HEADER);
        cut = fit_grow_plan(h, place, want);
        need = fit_grow_need(h, &cut);
        h->failure = fit_cut_check(h, &cut);
        /* A last block that is free and large enough would have been found, were it in the list. */
        if (cut.at != 0 && cut.size >= cut.at - cut.base + cut.whole) h->failure = HEAP_DAMAGED;
        if (h->failure != HEAP_OK) return 0;
        result = growth_extend(h, place, need, FIT_BLOCK_HEADER);
    } while (result == GROWTH_MOVED);
    return result == GROWTH_DONE ? fit_grow_cut(h, &cut, place, need) : 0;
}

/* The payload; 0, and h->failure. */
static uintptr_t fit_take(struct heap *h, uint64_t size, uint64_t alignment, fit_choose *choose)
{
    struct fit_want want = {size + FIT_BLOCK_HEADER, alignment, block_front_bytes(&h->root)};
    uintptr_t block;
    h->failure = choose(h, &want, &block);
    if (h->failure != HEAP_OK) return 0;
    if (block == 0) return fit_grow(h, &want);
    struct fit_cut cut = {.base = block,
                          .size = fit_size(fit_at(block)),
                          .prev_size = fit_at(block)->prev_size,
                          .entry = block,
                          .at = fit_place(block, &want),
                          .whole = want.whole};
    h->failure = fit_cut_check(h, &cut);
    if (h->failure != HEAP_OK) return 0;
    step_tell(h->steps, STEP_TAKE, WHY_NONE, block, cut.size - FIT_BLOCK_HEADER, 0, 0);
    fit_cut_make(h, &cut);
    return cut.at + FIT_BLOCK_HEADER;
}

struct policy_made fit_alloc(struct heap *h, uint64_t size, uint64_t alignment, fit_choose *choose)
{
    if (!policy_round(size, &size)) return policy_refused(HEAP_BAD_SIZE);
    uintptr_t payload = fit_take(h, size, alignment, choose);
    return payload != 0 ? (struct policy_made){HEAP_OK, payload} : policy_refused(h->failure);
}
