/* root.c: what policies, orders, switches and statuses are called. See root.h. */
#include <string.h>

#include "root.h"

static const char *const heap_order_names[HEAP_N_ORDERS] = {
    [HEAP_ORDER_ADDRESS] = "address",     [HEAP_ORDER_LIFO] = "lifo",
    [HEAP_ORDER_FIFO] = "fifo",           [HEAP_ORDER_SIZE_UP] = "size-up",
    [HEAP_ORDER_SIZE_DOWN] = "size-down",
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
    [HEAP_BAD_SIZE] = ("the size, rounded up and with room for a header, is more than PTRDIFF_MAX "
                       "(8 EiB - 1), and no object may be"),
    [HEAP_BAD_ALIGNMENT] = "the alignment is not a power of two",
    [HEAP_NOT_A_BLOCK] = "the address can't be the payload of a block of this heap",
    [HEAP_ALREADY_FREE] = "the block is already free",
    [HEAP_UNKNOWN_LENGTH] = "nobody knows how long the block is",
    [HEAP_DAMAGED] = "the heap is damaged: a header or link can't be true",
    [HEAP_CYCLE] = "the list of blocks runs in a circle",
    [HEAP_UNSUPPORTED] = "the policy has no such switch or value",
    [HEAP_CUTS_BLOCKS] = "it would cut into blocks of the heap",
    [HEAP_CANARY_DEAD] =
        "a canary is dead: the bytes just before or behind the payload were overwritten",
    [HEAP_NOT_EMPTY] = "the heap is not empty",
    [HEAP_BUSY] = "a thread is held inside the allocator",
    [HEAP_ZERO_SIZE] = "zero bytes were asked for",
    [HEAP_PRODUCT] = "the product of the number and the size overflows size_t (64 bits)",
    [HEAP_TOO_FAR] =
        "the block would end more than PTRDIFF_MAX bytes up, further than sbrk can be asked to go",
    [HEAP_GAVE_NULL] = "the allocator returned NULL",
    [HEAP_HAS_NONE] = "the allocator has no function for it",
    [HEAP_INIT_FAILED] = "the allocator's mm_init said that it failed",
};

static int heap_name_index(const char *const *names, int n, const char *name)
{
    int i = 0;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

const struct heap_policy_info *heap_policy_info(enum heap_policy policy)
{
    if (policy == HEAP_OWN) return &heap_policy_own;
    return (unsigned)policy < heap_n_policies ? &heap_policies[policy] : NULL;
}

const char *heap_policy_name(enum heap_policy policy)
{
    const struct heap_policy_info *info = heap_policy_info(policy);
    return info != NULL ? info->name : NULL;
}

enum heap_policy heap_policy_from_name(const char *name)
{
    unsigned i = 0;
    while (i < heap_n_policies && strcmp(heap_policies[i].name, name) != 0)
        i++;
    return (enum heap_policy)i;
}

/* Append as much of word as there is room for. */
static char *heap_list_put(char *at, const char *end, const char *word)
{
    while (*word != '\0' && at < end)
        *at++ = *word++;
    *at = '\0';
    return at;
}

const char *heap_policy_list(const char *last, char text[HEAP_LIST_MAX])
{
    char *at = text, *end = text + HEAP_LIST_MAX - 1;
    *at = '\0';
    for (unsigned i = 0; i < heap_n_policies; i++) {
        bool is_last = i > 0 && i + 1 == heap_n_policies;
        if (i > 0) at = heap_list_put(at, end, is_last ? " " : ", ");
        if (is_last) at = heap_list_put(heap_list_put(at, end, last), end, " ");
        at = heap_list_put(at, end, heap_policies[i].name);
    }
    return text;
}

const char *heap_policy_lines(enum heap_policy by_default, unsigned column,
                              char text[HEAP_LIST_MAX])
{
    char word[64], *at = text, *end = text + HEAP_LIST_MAX - 1;
    size_t used = column;
    *at = '\0';
    for (unsigned i = 0; i < heap_n_policies; i++) {
        bool last = i + 1 == heap_n_policies, next_to_last = i + 2 == heap_n_policies;
        char *w = heap_list_put(word, word + sizeof word - 1, heap_policies[i].name);
        if (i == by_default) w = heap_list_put(w, word + sizeof word - 1, " (the default)");
        w = heap_list_put(w, word + sizeof word - 1, next_to_last ? " or" : last ? "" : ",");
        if (used > column && used + 1 + (size_t)(w - word) > 79) {
            at = heap_list_put(at, end, "\n");
            for (used = 0; used < column; used++)
                at = heap_list_put(at, end, " ");
        } else if (used > column) {
            at = heap_list_put(at, end, " ");
            used++;
        }
        at = heap_list_put(at, end, word);
        used += (size_t)(w - word);
    }
    return text;
}

const char *heap_order_name(enum heap_order order)
{
    return (unsigned)order < HEAP_N_ORDERS ? heap_order_names[order] : NULL;
}

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

bool heap_policy_frees(enum heap_policy policy)
{
    const struct heap_policy_info *info = heap_policy_info(policy);
    return info != NULL && !info->never_frees;
}

bool heap_policy_has(enum heap_policy policy, enum heap_switch which)
{
    const struct heap_policy_info *info = heap_policy_info(policy);
    return info != NULL && (unsigned)which < HEAP_N_SWITCHES && (info->switches >> which & 1) != 0;
}

const char *heap_status_text(enum heap_status status)
{
    return (unsigned)status < HEAP_N_STATUSES ? heap_status_texts[status] : "an unknown status";
}
