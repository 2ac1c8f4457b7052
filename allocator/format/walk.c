/* walk.c: the introspection walk. See walk.h.
 *
 * How to go from block to block is the format's (format_*.c). Each block ends beyond where it
 * begins and inside [start, top) and brk, so that the walk ends whatever it reads. */
#include "walk.h"

#include <string.h>

#include "format.h"
#include "walk_private.h"

void walk_guards(struct walk *w, struct walk_block *block)
{
    bool used = block->state == WALK_USED;
    block->window = &w->window;
    block->header = used ? w->front : w->format->blocks->header;
    if (used && w->root->quarantine_n != 0 && heap_is_quarantined(w->root, block->address))
        block->state = WALK_QUARANTINED;
}

const struct format *format_of(const struct heap_root *root)
{
    const struct block_format *blocks = block_format_of((enum heap_policy)root->policy);
    for (unsigned i = 0; i < n_formats; i++)
        if (formats[i]->blocks == blocks) return formats[i];
    return NULL;
}

/* The magic's last byte counts its versions. */
static bool walk_is_other_version(uint64_t magic) { return (magic ^ HEAP_ROOT_MAGIC) << 8 == 0; }

enum walk_result walk_root(const struct memory *m, uintptr_t address, struct heap_root *root)
{
    size_t got = 0;
    if (address % _Alignof(struct heap_root) != 0 || address > UINTPTR_MAX - sizeof *root)
        return WALK_NO_ROOT;
    const unsigned char *bytes = m->bytes(m, address, sizeof *root, sizeof *root, &got);
    if (bytes == NULL || got < sizeof *root) return WALK_NO_ROOT;
    memcpy(root, bytes, sizeof *root);
    if (root->magic != HEAP_ROOT_MAGIC)
        return walk_is_other_version(root->magic) ? WALK_OTHER_VERSION : WALK_NO_ROOT;
    if (format_of(root) == NULL) return WALK_UNKNOWN_FORMAT;
    bool placed = root->start != 0 && root->start <= root->top && root->start % HEAP_ALIGN == 0 &&
                  root->top % HEAP_ALIGN == 0;
    return placed && root->order < HEAP_N_ORDERS ? WALK_OK : WALK_NO_ROOT;
}

const char *walk_root_text(enum walk_result result)
{
    switch (result) {
    case WALK_NO_ROOT:
        return "it can't be a heap's: magic, policy, order, start or top";
    case WALK_OTHER_VERSION:
        return "it is of another version of brkview";
    case WALK_UNKNOWN_FORMAT:
        return "its policy is none of those whose blocks can be read here";
    default:
        return "";
    }
}

enum walk_result walk_foreign(struct walk *w, uintptr_t end, uint32_t header)
{
    struct walk_block block = {.address = w->at,
                               .size = end - w->at,
                               .header = header,
                               .state = WALK_FOREIGN,
                               .window = &w->window};
    w->at = end;
    return w->visit(w->user, &block) ? WALK_OK : WALK_STOPPED;
}

enum walk_result walk_false(struct walk *w, uintptr_t block, enum block_field field, uint64_t found,
                            uint64_t expected)
{
    struct walk_damage *d = &w->damage;
    if (d->at == 0)
        d->at = w->at, d->block = block, d->field = field, d->found = found, d->expected = expected;
    w->lost = true;
    return WALK_DAMAGED;
}

enum walk_result walk_pass_damaged(struct walk *w, struct walk_block *block, uintptr_t whose,
                                   enum block_field field, uint64_t found, uint64_t expected)
{
    (void)walk_false(w, whose, field, found, expected);
    w->lost = false;
    block->address = w->at;
    block->would_be = block->state;
    block->state = WALK_IS_DAMAGED;
    block->header = block->would_be == WALK_FOREIGN ? 0 : w->format->blocks->header;
    block->raw = NULL;
    block->whose = whose, block->wrong = field, block->found = found, block->expected = expected;
    block->window = &w->window;
    w->at += block->size;
    return w->visit(w->user, block) ? WALK_DAMAGED : WALK_STOPPED;
}

enum walk_result walk_blocks(const struct heap_root *root, uintptr_t brk, const struct memory *m,
                             walk_visit *visit, void *user, struct walk_damage *damage)
{
    uintptr_t limit = root->top < brk ? root->top : brk;
    struct walk w = {.window = window_of(m, limit),
                     .brk = brk,
                     .limit = limit,
                     .visit = visit,
                     .user = user,
                     .at = root->start,
                     .root = root,
                     .format = format_of(root),
                     .front = block_front_bytes(root),
                     .searches_left =
                         limit > root->start ? 4 * ((limit - root->start) / HEAP_ALIGN) + 4096 : 0};
    enum walk_result result = w.format == NULL ? WALK_UNKNOWN_FORMAT : WALK_OK;
    /* An empty heap whose first sbrk(0) was not aligned begins above brk. */
    if (w.format != NULL && w.format->walk != NULL &&
        (root->top > root->start || brk > root->start)) {
        if (limit < root->start)
            result = walk_false(&w, w.at, FIELD_N, 0, 0);
        else
            result = w.format->walk(&w);
        if (result == WALK_OK && w.at < root->top) result = walk_false(&w, w.at, FIELD_N, 0, 0);
        if ((result == WALK_OK || (result == WALK_DAMAGED && !w.lost)) && w.at < brk &&
            walk_foreign(&w, brk, 0) == WALK_STOPPED)
            result = WALK_STOPPED;
    }
    if (result == WALK_UNREADABLE) (void)walk_false(&w, w.at, FIELD_N, 0, 0);
    if (damage != NULL) *damage = w.damage, damage->end = w.at;
    return result;
}

/* Follow links from block on until one is 0 or is end; *left more may be met. */
static enum walk_result walk_links(const struct walk_found *found, uintptr_t *block, uintptr_t end,
                                   uint64_t *left, bool (*visit)(void *user, uintptr_t block),
                                   void *user)
{
    while (*block != 0 && *block != end) {
        uintptr_t next;
        if (*left == 0 || !found->free_at(found, *block, &next)) return WALK_DAMAGED;
        --*left;
        if (!visit(user, *block)) return WALK_STOPPED;
        *block = next;
    }
    return WALK_OK;
}

enum walk_result walk_free_list(const struct heap_root *root, const struct walk_found *found,
                                bool (*visit)(void *user, uintptr_t block), void *user,
                                uintptr_t *damaged_at)
{
    uint64_t left = found->most;
    const struct heap_policy_info *policy = heap_policy_info((enum heap_policy)root->policy);
    enum block_list list = block_format_of((enum heap_policy)root->policy)->list;
    uintptr_t rover = policy != NULL && policy->rover ? root->rover : 0;
    uintptr_t block = list == BLOCK_LIST_NONE  ? 0
                      : list == BLOCK_LIST_ALL ? found->first_free
                      : rover != 0             ? rover
                                               : root->free_head;
    enum walk_result result = walk_links(found, &block, 0, &left, visit, user);
    if (result == WALK_OK && rover != 0) {
        block = root->free_head;
        result = walk_links(found, &block, rover, &left, visit, user);
        if (result == WALK_OK && block != rover) {
            /* The list from its head never came to the rover. */
            block = rover;
            result = WALK_DAMAGED;
        }
    }
    if (damaged_at != NULL) *damaged_at = result == WALK_DAMAGED ? block : 0;
    return result;
}
