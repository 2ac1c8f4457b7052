/* free_list.c: see free_list.h. */
#include "free_list.h"

#include "allocator/format/steps.h"
#include "fit.h"
#include "word.h"

/* A link that can be true: it leads to a free block inside the heap. */
static bool free_link_is_sound(const struct heap *h, uintptr_t block)
{
    return fit_is_sound(h, block) && fit_is_free(fit_at(block));
}

struct free_scan free_scan_from(const struct heap *h, uintptr_t from)
{
    return (struct free_scan){h, from, (h->root.top - h->root.start) / FIT_BLOCK_MIN, HEAP_OK};
}

uintptr_t free_scan_next(struct free_scan *scan)
{
    uintptr_t block = scan->next;
    if (block == 0) return 0;
    if (!free_link_is_sound(scan->heap, block))
        scan->status = HEAP_DAMAGED;
    else if (scan->left-- == 0)
        scan->status = HEAP_CYCLE;
    if (scan->status != HEAP_OK) return 0;
    scan->next = fit_at(block)->next_free;
    return block;
}

bool free_list_linked(const struct heap *h, uintptr_t block)
{
    if (!free_link_is_sound(h, block)) return false;
    uintptr_t prev = fit_at(block)->prev_free, next = fit_at(block)->next_free;
    if (prev == 0 ? h->root.free_head != block
                  : !free_link_is_sound(h, prev) || fit_at(prev)->next_free != block)
        return false;
    return next == 0 ? h->root.free_tail == block
                     : free_link_is_sound(h, next) && fit_at(next)->prev_free == block;
}

enum heap_status free_list_sound(const struct heap *h)
{
    struct free_scan scan = free_scan_from(h, h->root.free_head);
    while (free_scan_next(&scan) != 0)
        continue;
    return scan.status;
}

/* True if the present order wants the block of that address and size before other. Equal sizes keep
 * their order. */
static bool free_list_before(const struct heap *h, uintptr_t block, uint64_t size, uintptr_t other)
{
    switch (h->root.order) {
    case HEAP_ORDER_ADDRESS:
        return block < other;
    case HEAP_ORDER_SIZE_UP:
        return size < fit_size(fit_at(other));
    default:
        return size > fit_size(fit_at(other)); /* size-down */
    }
}

enum heap_status free_list_find(const struct heap *h, uintptr_t block, uint64_t size,
                                uintptr_t *after)
{
    uintptr_t head = h->root.free_head, tail = h->root.free_tail, at;
    bool beyond = h->root.order == HEAP_ORDER_ADDRESS && tail < block;
    *after = h->root.order == HEAP_ORDER_FIFO || beyond ? tail : 0;
    if (h->root.order == HEAP_ORDER_FIFO || beyond)
        return tail == 0 || free_list_linked(h, tail) ? HEAP_OK : HEAP_DAMAGED;
    if (h->root.order == HEAP_ORDER_LIFO)
        return head == 0 || free_list_linked(h, head) ? HEAP_OK : HEAP_DAMAGED;
    struct free_scan scan = free_scan_from(h, head);
    while ((at = free_scan_next(&scan)) != 0) {
        if (free_list_before(h, block, size, at))
            return free_list_linked(h, at) ? HEAP_OK : HEAP_DAMAGED;
        *after = at;
    }
    return scan.status;
}

/* Make a and b neighbours; 0 is the head or the tail. */
static void free_list_join(struct heap *h, uintptr_t a, uintptr_t b)
{
    if (a != 0)
        word_set(h, FIELD_NEXT_FREE, a, b);
    else
        word_set(h, FIELD_ROOT_FREE_HEAD, 0, b);
    if (b != 0)
        word_set(h, FIELD_PREV_FREE, b, a);
    else
        word_set(h, FIELD_ROOT_FREE_TAIL, 0, a);
}

void free_list_link(struct heap *h, uintptr_t block, uintptr_t after)
{
    uintptr_t next = after != 0 ? fit_at(after)->next_free : h->root.free_head;
    step_tell(h->steps, STEP_LINK, WHY_NONE, block, after, 0, 0);
    free_list_join(h, after, block);
    free_list_join(h, block, next);
}

uintptr_t free_list_unlink(struct heap *h, uintptr_t block)
{
    uintptr_t prev = fit_at(block)->prev_free, next = fit_at(block)->next_free;
    step_tell(h->steps, STEP_UNLINK, WHY_NONE, block, 0, 0, 0);
    free_list_join(h, prev, next);
    if (h->root.rover == block) word_set(h, FIELD_ROOT_ROVER, 0, next);
    return prev;
}

void free_list_replace(struct heap *h, uintptr_t old, uintptr_t block)
{
    uintptr_t prev = fit_at(old)->prev_free, next = fit_at(old)->next_free;
    step_tell(h->steps, STEP_UNLINK, WHY_NONE, old, 0, 0, 0);
    step_tell(h->steps, STEP_LINK, WHY_NONE, block, prev, 0, 0);
    free_list_join(h, prev, block);
    free_list_join(h, block, next);
    if (h->root.rover == old) word_set(h, FIELD_ROOT_ROVER, 0, block);
}

/* Merge the next n blocks from *a on with the up to n behind them, behind the block *tail; the
 * three move on. */
static void free_list_merge(struct heap *h, uintptr_t *at, uintptr_t *tail, uint64_t n)
{
    uintptr_t a = *at, b = a;
    uint64_t left_a = 0, left_b = n;
    while (left_a < n && b != 0) {
        left_a++;
        b = fit_at(b)->next_free;
    }
    while (left_a > 0 || (left_b > 0 && b != 0)) {
        bool from_b =
            left_a == 0 || (left_b > 0 && b != 0 && free_list_before(h, b, fit_size(fit_at(b)), a));
        uintptr_t *from = from_b ? &b : &a, taken = *from;
        *from = fit_at(taken)->next_free;
        if (from_b)
            left_b--;
        else
            left_a--;
        if (*tail != 0)
            word_set(h, FIELD_NEXT_FREE, *tail, taken);
        else
            word_set(h, FIELD_ROOT_FREE_HEAD, 0, taken);
        *tail = taken;
    }
    *at = b;
}

enum heap_status free_list_sort(struct heap *h)
{
    if (h->root.order == HEAP_ORDER_LIFO || h->root.order == HEAP_ORDER_FIFO) return HEAP_OK;
    enum heap_status status = free_list_sound(h);
    if (status != HEAP_OK) return status;
    uint64_t n_merges;
    /* Merge sort from below, over the forward links alone; every pass doubles the length of the
     * sorted runs. */
    for (uint64_t n = 1;; n *= 2) {
        uintptr_t at = h->root.free_head, tail = 0;
        for (n_merges = 0; at != 0; n_merges++)
            free_list_merge(h, &at, &tail, n);
        if (tail != 0) word_set(h, FIELD_NEXT_FREE, tail, 0);
        if (n_merges <= 1) break;
    }
    uintptr_t prev = 0;
    for (uintptr_t block = h->root.free_head; block != 0; block = fit_at(block)->next_free) {
        word_set(h, FIELD_PREV_FREE, block, prev);
        prev = block;
    }
    word_set(h, FIELD_ROOT_FREE_TAIL, 0, prev);
    return HEAP_OK;
}
