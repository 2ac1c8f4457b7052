/* fuzz_walk.c: the walk, the free list and the checker over arbitrary bytes: they end, they read
 * nothing outside the root and [start, brk), and what they visit tiles the heap.
 *
 * The input is one byte of options, two that place brk, a struct heap_root, and the bytes of the
 * heap. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "allocator/format/check.h"
#include "allocator/format/walk.h"
#include "tests/support/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_BASE UINT64_C(0x411000)
#define FUZZ_ROOT UINT64_C(0x410040)
#define FUZZ_MOST 65536u
#define FUZZ_HEAD (3 + sizeof(struct heap_root))

enum {
    FUZZ_MEND_ROOT = 1, /* make the root one that the walk believes */
    FUZZ_SMALL = 2, /* read in pieces of 32 bytes */
    FUZZ_HOLE = 4, /* a page that can't be read */
    FUZZ_STOP = 8, /* the visitor stops the walk */
};

struct fuzz {
    uintptr_t start, brk, at;
    bool stop, damaged;
    size_t n, n_free, n_list;
    uintptr_t free_blocks[FUZZ_MOST / 32], links[FUZZ_MOST / 32];
    struct walk_found found;
};

static void fuzz_assert(bool truth)
{
    if (!truth) abort();
}

static bool fuzz_visit(void *user, const struct walk_block *block)
{
    struct fuzz *f = user;
    fuzz_assert(block->address == f->at && block->size > 0 && block->header <= block->size);
    bool ours = walk_is_used(block->state) || block->state == WALK_IS_FREE;
    fuzz_assert(block->size <= f->brk - f->at && ours == (block->raw != NULL));
    f->damaged |= block->state == WALK_IS_DAMAGED;
    f->at += block->size;
    f->n++;
    if (block->state == WALK_IS_FREE) {
        f->links[f->n_free] = block->next_free;
        f->free_blocks[f->n_free++] = block->address;
    }
    return !f->stop || f->n < 3;
}

static bool fuzz_free_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    const struct fuzz *f = (const struct fuzz *)((const char *)self - offsetof(struct fuzz, found));
    size_t low = 0, high = f->n_free;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->free_blocks[middle] < block)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == f->n_free || f->free_blocks[low] != block) return false;
    *next = f->links[low];
    return true;
}

static bool fuzz_list_visit(void *user, uintptr_t block)
{
    struct fuzz *f = user;
    (void)block;
    return ++f->n_list <= f->n_free;
}

static void fuzz_mend(struct heap_root *root, size_t n)
{
    root->magic = HEAP_ROOT_MAGIC;
    root->policy %= HEAP_N_POLICIES;
    root->order %= HEAP_N_ORDERS;
    root->start = FUZZ_BASE;
    if (root->top < FUZZ_BASE || root->top > FUZZ_BASE + n) root->top = FUZZ_BASE + n;
    root->top &= ~(uint64_t)15;
}

static void fuzz_blocks(struct fuzz *f, const struct heap_root *root, const struct memory *m)
{
    uintptr_t list_damaged = 1;
    struct walk_damage damage;
    f->at = f->start;
    enum walk_result result = walk_blocks(root, f->brk, m, fuzz_visit, f, &damage);
    if (result == WALK_OK && root->policy != HEAP_BUMP)
        fuzz_assert(f->at == f->brk || f->brk < f->start);
    if (result == WALK_DAMAGED || result == WALK_UNREADABLE)
        fuzz_assert(damage.at != 0 && damage.at <= f->at);
    if (result == WALK_OK) fuzz_assert(damage.at == 0 && !f->damaged);
    fuzz_assert(damage.end == f->at || result == WALK_STOPPED);
    if (damage.at != 0) fuzz_assert(damage.field <= FIELD_N && damage.block % HEAP_ALIGN == 0);
    f->found = (struct walk_found){fuzz_free_at, f->n_free != 0 ? f->free_blocks[0] : 0, f->n_free};
    result = walk_free_list(root, &f->found, fuzz_list_visit, f, &list_damaged);
    fuzz_assert(result == WALK_OK || result == WALK_DAMAGED);
    fuzz_assert(f->n_list <= f->n_free && (result == WALK_DAMAGED) == (list_damaged != 0));
}

static void fuzz_check(const struct memory *m, uintptr_t brk)
{
    struct check_finding findings[8];
    size_t n = check_heap(m, FUZZ_ROOT, brk, findings, 8);
    for (size_t i = 0; i < n && i < 8; i++) {
        fuzz_assert(findings[i].invariant >= 1 && findings[i].invariant <= CHECK_N_INVARIANTS);
        fuzz_assert(memchr(findings[i].text, '\0', sizeof findings[i].text) != NULL &&
                    findings[i].text[0] == 'I');
        for (const char *c = findings[i].text; *c != '\0'; c++)
            fuzz_assert(*c >= ' ' && *c <= '~');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz fuzz;
    struct heap_root root;
    struct plain plain;
    if (size < FUZZ_HEAD || size > FUZZ_HEAD + FUZZ_MOST) return 0;
    size_t n = size - FUZZ_HEAD, below = (size_t)(data[1] | data[2] << 8) % (n + 1);
    memcpy(&root, data + 3, sizeof root);
    if (data[0] & FUZZ_MEND_ROOT) fuzz_mend(&root, n);
    if (root.start > UINTPTR_MAX - n) n = below = 0;
    uintptr_t brk = root.start + n - below;
    plain_init(&plain, (struct plain_range){FUZZ_ROOT, (const unsigned char *)&root, sizeof root},
               (struct plain_range){root.start, data + FUZZ_HEAD, n - below});
    if (data[0] & FUZZ_SMALL) plain.piece = 32;
    if (data[0] & FUZZ_HOLE)
        plain.hole = (struct plain_range){.address = (root.start + 512) & ~UINT64_C(255), .n = 256};
    fuzz = (struct fuzz){.start = root.start, .brk = brk, .stop = (data[0] & FUZZ_STOP) != 0};
    if (walk_root(&plain.memory, FUZZ_ROOT, &root) == WALK_OK)
        fuzz_blocks(&fuzz, &root, &plain.memory);
    fuzz_check(&plain.memory, brk);
    fuzz_assert(!plain.strayed);
    plain_release(&plain);
    return 0;
}
