/* root.c: what policies, orders, switches and statuses are called. See root.h. */
#include <string.h>

#include "root.h"

#define HEAP_COMMON_SWITCHES (1u << HEAP_LOCK | 1u << HEAP_CANARY | 1u << HEAP_POISON | 1u << HEAP_QUARANTINE)
#define HEAP_FIT_SWITCHES                                                                                                        \
    (1u << HEAP_SPLIT | 1u << HEAP_COALESCE | 1u << HEAP_TRIM | 1u << HEAP_ORDER | 1u << HEAP_GROWTH | HEAP_COMMON_SWITCHES)

static const char *const heap_policy_names[HEAP_N_POLICIES] = {
    [HEAP_BUMP] = "bump",         [HEAP_HEADER] = "header",     [HEAP_FIRST_FIT] = "first-fit",
    [HEAP_NEXT_FIT] = "next-fit", [HEAP_BEST_FIT] = "best-fit", [HEAP_WORST_FIT] = "worst-fit",
};

const char *heap_policy_list(void) { return "bump, header, first-fit, next-fit, best-fit or worst-fit"; }

/* Bit 1u << enum heap_switch for each that the policy has. */
static const unsigned heap_policy_switches[HEAP_N_POLICIES] = {
    [HEAP_BUMP] = 1u << HEAP_LOCK,        [HEAP_HEADER] = 1u << HEAP_TRIM | HEAP_COMMON_SWITCHES,
    [HEAP_FIRST_FIT] = HEAP_FIT_SWITCHES, [HEAP_NEXT_FIT] = HEAP_FIT_SWITCHES,
    [HEAP_BEST_FIT] = HEAP_FIT_SWITCHES,  [HEAP_WORST_FIT] = HEAP_FIT_SWITCHES,
};

static const char *const heap_order_names[HEAP_N_ORDERS] = {
    [HEAP_ORDER_ADDRESS] = "address", [HEAP_ORDER_LIFO] = "lifo",           [HEAP_ORDER_FIFO] = "fifo",
    [HEAP_ORDER_SIZE_UP] = "size-up", [HEAP_ORDER_SIZE_DOWN] = "size-down",
};

static const char *const heap_switch_names[HEAP_N_SWITCHES] = {
    [HEAP_SPLIT] = "split",   [HEAP_COALESCE] = "coalesce", [HEAP_TRIM] = "trim",
    [HEAP_ORDER] = "order",   [HEAP_GROWTH] = "growth",     [HEAP_LOCK] = "lock",
    [HEAP_CANARY] = "canary", [HEAP_POISON] = "poison",     [HEAP_QUARANTINE] = "quarantine",
};

static const char *const heap_status_texts[HEAP_N_STATUSES] = {
    [HEAP_OK] = "done",
    [HEAP_NO_MEMORY] = "the kernel refused to move brk",
    [HEAP_LIMIT] = "the heap's limit refused",
    [HEAP_BAD_SIZE] =
        "the size, rounded up and with room for a header, is more than PTRDIFF_MAX (8 EiB - 1), and no object may be",
    [HEAP_BAD_ALIGNMENT] = "the alignment is not a power of two",
    [HEAP_NOT_A_BLOCK] = "the address can't be the payload of a block of this heap",
    [HEAP_ALREADY_FREE] = "the block is already free",
    [HEAP_UNKNOWN_LENGTH] = "nobody knows how long the block is",
    [HEAP_DAMAGED] = "the heap is damaged: a header or link can't be true",
    [HEAP_CYCLE] = "the list of blocks runs in a circle",
    [HEAP_UNSUPPORTED] = "the policy has no such switch or value",
    [HEAP_CUTS_BLOCKS] = "it would cut into blocks of the heap",
    [HEAP_CANARY_DEAD] = "a canary is dead: the bytes just before or behind the payload were overwritten",
    [HEAP_NOT_EMPTY] = "the heap is not empty",
    [HEAP_BUSY] = "a thread is held inside the allocator",
    [HEAP_ZERO_SIZE] = "zero bytes were asked for",
    [HEAP_PRODUCT] = "the product of the number and the size overflows size_t (64 bits)",
    [HEAP_TOO_FAR] = "the block would end more than PTRDIFF_MAX bytes up, further than sbrk can be asked to go",
};

static int heap_name_index(const char *const *names, int n, const char *name)
{
    int i = 0;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

const char *heap_policy_name(enum heap_policy policy)
{
    return (unsigned)policy < HEAP_N_POLICIES ? heap_policy_names[policy] : NULL;
}

enum heap_policy heap_policy_from_name(const char *name)
{
    return (enum heap_policy)heap_name_index(heap_policy_names, HEAP_N_POLICIES, name);
}

const char *heap_order_name(enum heap_order order) { return (unsigned)order < HEAP_N_ORDERS ? heap_order_names[order] : NULL; }

enum heap_order heap_order_from_name(const char *name)
{
    return (enum heap_order)heap_name_index(heap_order_names, HEAP_N_ORDERS, name);
}

const char *heap_switch_name(enum heap_switch which)
{
    return (unsigned)which < HEAP_N_SWITCHES ? heap_switch_names[which] : NULL;
}

enum heap_switch heap_switch_from_name(const char *name)
{
    return (enum heap_switch)heap_name_index(heap_switch_names, HEAP_N_SWITCHES, name);
}

bool heap_policy_has(enum heap_policy policy, enum heap_switch which)
{
    return (unsigned)policy < HEAP_N_POLICIES && (unsigned)which < HEAP_N_SWITCHES &&
           (heap_policy_switches[policy] >> which & 1) != 0;
}

const char *heap_status_text(enum heap_status status)
{
    return (unsigned)status < HEAP_N_STATUSES ? heap_status_texts[status] : "an unknown status";
}
