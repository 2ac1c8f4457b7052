/* rig.c: see rig.h. */
#include "rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/walk.h"
#include "plain.h"

struct rig rig;

#define RIG_BLOCKS 256
static char rig_text[4096];
static size_t rig_text_n;

static void rig_put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (rig_text_n != 0) rig_text[rig_text_n++] = ' ';
    int n = vsnprintf(rig_text + rig_text_n, sizeof rig_text - rig_text_n, format, arguments);
    va_end(arguments);
    assert_true(n >= 0 && (size_t)n < sizeof rig_text - rig_text_n - 1);
    rig_text_n += (size_t)n;
}

static void rig_clear_text(void)
{
    rig_text_n = 0;
    rig_text[0] = '\0';
}

void rig_start_at(enum heap_policy policy, size_t offset)
{
    arena_init(&rig.arena, 1 << 20, offset);
    assert_true(heap_init(&rig.heap, policy, &rig.arena.growth));
    picture_log_reset(&rig.log);
    rig.heap.steps = &rig.log.sink;
}

void rig_start(enum heap_policy policy) { rig_start_at(policy, 0); }

uintptr_t rig_forget(void)
{
    picture_log_reset(&rig.log);
    return rig.arena.brk;
}

static size_t rig_findings(struct check_finding findings[16])
{
    struct plain plain;
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    size_t n = check_heap(&plain.memory, (uintptr_t)&rig.heap.root, rig.arena.brk, findings, 16);
    assert_false(plain.strayed);
    plain_release(&plain);
    return n;
}

void rig_check(void)
{
    struct check_finding findings[16];
    if (rig_findings(findings) != 0) fail_msg("%s", findings[0].text);
}

uint32_t rig_broken(void)
{
    struct check_finding findings[16];
    size_t n = rig_findings(findings);
    uint32_t broken = 0;
    for (size_t i = 0; i < n && i < 16; i++)
        broken |= 1u << findings[i].invariant;
    return broken;
}

static void *rig_made(void *payload)
{
    assert_non_null(payload);
    assert_int_equal(rig.heap.failure, HEAP_OK);
    assert_int_equal((uintptr_t)payload % HEAP_ALIGN, 0);
    rig_check();
    return payload;
}

void *rig_alloc(size_t size) { return rig_made(heap_alloc(&rig.heap, size)); }
void *rig_aligned(size_t alignment, size_t size)
{
    return rig_made(heap_aligned(&rig.heap, alignment, size));
}
void *rig_realloc(void *payload, size_t size)
{
    return rig_made(heap_realloc(&rig.heap, payload, size));
}

void rig_free(void *payload)
{
    assert_int_equal(heap_free(&rig.heap, payload), HEAP_OK);
    rig_check();
}

void rig_set(enum heap_switch which, uint64_t value)
{
    assert_int_equal(heap_set(&rig.heap, which, value), HEAP_OK);
    rig_check();
}

void rig_foreign(intptr_t delta)
{
    arena_foreign(&rig.arena, delta);
    rig_check();
}

void rig_holes(enum heap_policy policy, char *holes[4])
{
    const size_t sizes[4] = {48, 160, 96, 160};
    rig_start(policy);
    for (int i = 0; i < 4; i++) {
        holes[i] = rig_alloc(sizes[i]);
        rig_alloc(16);
    }
    for (int i = 0; i < 4; i++)
        rig_free(holes[i]);
    rig_forget();
}

uint64_t rig_bytes(void) { return rig.arena.brk - rig.heap.root.start; }

struct rig_found {
    struct walk_found found; /* first */
    struct walk_block blocks[RIG_BLOCKS];
    size_t n;
};

static bool rig_visit(void *user, const struct walk_block *block)
{
    struct rig_found *f = user;
    assert_true(f->n < RIG_BLOCKS);
    f->blocks[f->n++] = *block;
    if (block->state == WALK_IS_FREE) f->found.most++;
    if (block->state == WALK_IS_FREE && f->found.first_free == 0)
        f->found.first_free = block->address;
    return true;
}

static bool rig_free_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    const struct rig_found *f = (const struct rig_found *)self;
    size_t i = 0;
    while (i < f->n && f->blocks[i].address != block)
        i++;
    if (i == f->n || f->blocks[i].state != WALK_IS_FREE) return false;
    *next = f->blocks[i].next_free;
    if (rig.heap.root.policy != HEAP_HEADER) return true;
    for (i++; i < f->n && f->blocks[i].state != WALK_IS_FREE; i++)
        continue;
    *next = i < f->n ? f->blocks[i].address : 0;
    return true;
}

static void rig_walk(struct rig_found *f)
{
    struct plain plain;
    *f = (struct rig_found){.found = {.free_at = rig_free_at}};
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    enum walk_result result =
        walk_blocks(&rig.heap.root, rig.arena.brk, &plain.memory, rig_visit, f, NULL);
    plain_release(&plain);
    rig_clear_text();
    if (result != WALK_OK) rig_put("result %d", result);
}

const char *rig_blocks(void)
{
    static struct rig_found f;
    rig_walk(&f);
    for (size_t i = 0; i < f.n; i++) {
        const struct walk_block *b = &f.blocks[i];
        char state = walk_is_used(b->state) ? 'u' : b->state == WALK_IS_FREE ? 'f' : 'x';
        rig_put("%c%llu", state, (unsigned long long)(b->size - b->header));
    }
    return rig_text;
}

static bool rig_list_visit(void *user, uintptr_t block)
{
    const struct rig_found *f = user;
    size_t i = 0;
    while (f->blocks[i].address != block)
        i++;
    rig_put("%zu", i);
    return true;
}

const char *rig_free_list(void)
{
    static struct rig_found f;
    uintptr_t damaged;
    rig_walk(&f);
    if (walk_free_list(&rig.heap.root, &f.found, rig_list_visit, &f, &damaged) != WALK_OK)
        rig_put("damaged");
    return rig_text;
}

const char *rig_steps(void)
{
    rig_clear_text();
    for (size_t i = 0; i < rig.log.n; i++) {
        const struct step *s = &rig.log.steps[i];
        if (s->kind == STEP_WRITE) continue;
        const char *why = step_why_name((enum step_why)s->why);
        rig_put("%s%s%s", step_kind_name((enum step_kind)s->kind), why[0] != '\0' ? "/" : "", why);
    }
    return rig_text;
}

uint64_t *rig_word(void *payload, size_t offset)
{
    uint32_t header = block_header_bytes((enum heap_policy)rig.heap.root.policy);
    return (uint64_t *)((uintptr_t)payload - header + offset);
}

void rig_refused(const void *payload, enum heap_status status, int error)
{
    assert_null(payload);
    assert_int_equal(rig.heap.failure, status);
    assert_int_equal(errno, error);
    errno = 0;
    rig_check();
}
