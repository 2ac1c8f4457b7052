/* picture.c: see picture.h. */
#include "picture.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "allocator/format/block.h"
#include "allocator/format/walk.h"
#include "allocator/growth.h"
#include "plain.h"

static void picture_tell(struct step_sink *sink, const struct step *step)
{
    struct picture_log *log = (struct picture_log *)sink;
    assert(log->n < PICTURE_STEPS);
    log->steps[log->n++] = *step;
}

void picture_log_reset(struct picture_log *log)
{
    log->sink.tell = picture_tell;
    log->n = 0;
}

const struct step *picture_step(const struct picture_log *log, enum step_kind kind, size_t n)
{
    for (size_t i = 0; i < log->n; i++)
        if (log->steps[i].kind == kind && n-- == 0) return &log->steps[i];
    return NULL;
}

size_t picture_count(const struct picture_log *log, enum step_kind kind)
{
    size_t n = 0;
    while (picture_step(log, kind, n) != NULL)
        n++;
    return n;
}

static void picture_make_room(struct picture *p, size_t n)
{
    if (n <= p->room) return;
    p->bytes = realloc(p->bytes, n);
    assert(p->bytes != NULL);
    p->room = n;
}

void picture_take(struct picture *p, const struct heap *h)
{
    p->root = h->root;
    p->brk = growth_brk(h);
    size_t n = p->brk > p->root.start ? p->brk - p->root.start : 0;
    picture_make_room(p, n);
    if (n != 0) memcpy(p->bytes, (const void *)p->root.start, n);
}

void picture_release(struct picture *p)
{
    free(p->bytes);
    *p = (struct picture){0};
}

static const char *picture_apply_write(struct picture *p, const struct step *s)
{
    const struct block_field_info *info = block_field_info((enum block_field)s->field);
    uint32_t n = info != NULL && info->n > 1 ? info->n : 1;
    if (info == NULL || s->offset < info->offset || s->offset >= info->offset + n * info->bytes)
        return "a write of an unknown field";
    unsigned char *at = (unsigned char *)&p->root + s->offset;
    if (s->block != 0) {
        if (s->block < p->root.start || s->block + s->offset + info->bytes > p->brk)
            return "a write outside the heap";
        at = p->bytes + (s->block - p->root.start) + s->offset;
    } else if (s->field < FIELD_ROOT_TOP ||
               (s->field > FIELD_ROOT_GAP_TAIL && s->field < FIELD_ROOT_QUARANTINE_N)) {
        return "a write of a block's field without a block";
    }
    if (memcmp(at, &s->a, info->bytes) != 0) return "a write whose old value is not what was there";
    memcpy(at, &s->b, info->bytes);
    return NULL;
}

static const char *picture_apply_fill(struct picture *p, const struct step *s)
{
    if (s->a < p->root.start || s->a > p->brk || s->b > p->brk - s->a)
        return "a fill outside the heap";
    memset(p->bytes + (s->a - p->root.start), (int)s->c, s->b);
    return NULL;
}

static const char *picture_apply_brk(struct picture *p, const struct step *s)
{
    if (s->b != p->brk) return "brk was elsewhere before";
    size_t before = p->brk > p->root.start ? p->brk - p->root.start : 0,
           n = s->c > p->root.start ? s->c - p->root.start : 0;
    picture_make_room(p, n);
    if (n > before) memset(p->bytes + before, 0, n - before);
    p->brk = s->c;
    return NULL;
}

const char *picture_apply(struct picture *p, const struct picture_log *log)
{
    for (size_t i = 0; i < log->n; i++) {
        const struct step *s = &log->steps[i];
        const char *wrong = NULL;
        if (s->kind == STEP_WRITE) wrong = picture_apply_write(p, s);
        if (s->kind == STEP_FILL) wrong = picture_apply_fill(p, s);
        if (s->kind == STEP_SBRK || s->kind == STEP_TRIM) wrong = picture_apply_brk(p, s);
        if (wrong != NULL) return wrong;
    }
    return NULL;
}

struct picture_compare {
    const struct picture *picture;
    const char *wrong;
};

static bool picture_same(const struct picture *p, uintptr_t from, uintptr_t to)
{
    return from >= to ||
           memcmp(p->bytes + (from - p->root.start), (const void *)from, to - from) == 0;
}

/* The front and rear guards of a used block, and all that should be poison. */
static bool picture_same_guards(const struct picture *p, const struct walk_block *block)
{
    uintptr_t payload = block->address + block->header, end = block->address + block->size;
    if (block->state == WALK_IS_FREE)
        return p->root.poison == 0 || picture_same(p, block->address + POISON_FROM, end);
    bool kept = block->state == WALK_QUARANTINED;
    if (!walk_is_used(block->state)) return true;
    if (kept && p->root.poison != 0 && p->root.canary == 0) return picture_same(p, payload, end);
    if (p->root.canary == 0) return true;
    uint64_t asked = ((const uint64_t *)payload)[-1];
    uintptr_t rear = payload + asked,
              rear_end = end - rear > GUARD_REAR_MAX ? rear + GUARD_REAR_MAX : end;
    if (kept && p->root.poison != 0 && !picture_same(p, payload, rear)) return false;
    return picture_same(p, payload - GUARD_FRONT, payload) && picture_same(p, rear, rear_end);
}

static bool picture_compare_block(void *user, const struct walk_block *block)
{
    struct picture_compare *c = user;
    enum heap_policy policy = (enum heap_policy)c->picture->root.policy;
    struct block_word words[BLOCK_WORDS_MAX];
    enum block_kind kind = block->state == WALK_IS_FREE ? BLOCK_IS_FREE : BLOCK_IS_USED;
    uintptr_t at = block->address;
    if (!picture_same_guards(c->picture, block)) c->wrong = "a guard, or poison";
    if (block->state == WALK_FOREIGN) {
        if (block->header == 0) return true;
        kind = BLOCK_IS_FENCE;
        at += block->size - block->header;
    }
    size_t n = block_words(policy, false, kind, at, words);
    for (size_t i = 0; i < n; i++)
        if (!picture_same(c->picture, words[i].address, words[i].address + words[i].bytes))
            c->wrong = words[i].name;
    return c->wrong == NULL;
}

const char *picture_compare(const struct picture *p, const struct heap *h)
{
    struct picture_compare c = {p, NULL};
    struct plain plain;
    if (p->brk != growth_brk(h)) return "brk";
    size_t from = offsetof(struct heap_root, top), to = offsetof(struct heap_root, limit);
    if (memcmp((const char *)&p->root + from, (const char *)&h->root + from, to - from) != 0)
        return "the root";
    if (p->root.quarantine_n != h->root.quarantine_n ||
        p->root.quarantine_at != h->root.quarantine_at ||
        memcmp(p->root.quarantined, h->root.quarantined, sizeof p->root.quarantined) != 0)
        return "the quarantine";
    plain_of_heap(&plain, h, p->brk);
    (void)walk_blocks(&h->root, p->brk, &plain.memory, picture_compare_block, &c, NULL);
    plain_release(&plain);
    return c.wrong;
}
