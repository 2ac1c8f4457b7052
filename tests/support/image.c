/* image.c: see image.h. */
#include "image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IMAGE_PIECE (64u << 10) /* bytes given at once, at most */

static size_t index_of(const struct image *m, uint64_t address)
{
    for (size_t i = 0; i < m->n; i++)
        if (address >= m->map[i].start && address < m->map[i].end) return i;
    return m->n;
}

static const unsigned char *bytes_of(const struct memory *self, uintptr_t address, size_t least,
                                     size_t most, size_t *got)
{
    struct image *m = (struct image *)(uintptr_t)self;
    size_t n = 0;
    if (most > IMAGE_PIECE) most = IMAGE_PIECE;
    if (least > most) return NULL;
    memset(m->held, 0xdd, IMAGE_PIECE); /* what was given last is no longer valid */
    while (n < most) {
        size_t i = index_of(m, address + n);
        if (i == m->n || m->bytes[i] == NULL) break;
        size_t offset = address + n - m->map[i].start,
               piece = m->map[i].end - m->map[i].start - offset;
        if (piece > most - n) piece = most - n;
        memcpy(m->held + n, m->bytes[i] + offset, piece);
        n += piece;
    }
    if (n < most) m->strayed = true;
    *got = n;
    return n < least ? NULL : m->held;
}

void image_of(struct image *m, struct heapwork *h)
{
    memset(m, 0, sizeof *m);
    m->memory.bytes = bytes_of;
    m->held = malloc(IMAGE_PIECE);
    assert_non_null(m->held);
    heapwork_maps(h);
    m->brk = h->brk;
    for (size_t i = 0; i < h->n_maps; i++) {
        struct glibc_map *map = &m->map[m->n];
        *map = h->map[i];
        map->readable = map->readable && map->writable;
        size_t bytes = map->end - map->start;
        if (map->readable) {
            m->bytes[m->n] = malloc(bytes);
            assert_non_null(m->bytes[m->n]);
            assert_int_equal(process_memory_copy(&h->memory, map->start, m->bytes[m->n], bytes),
                             bytes);
        }
        m->n++;
    }
}

void image_release(struct image *m)
{
    for (size_t i = 0; i < m->n; i++)
        free(m->bytes[i]);
    free(m->held);
    m->held = NULL;
    m->n = 0;
}

unsigned char *image_at(struct image *m, uint64_t address)
{
    size_t i = index_of(m, address);
    assert_true(i < m->n && m->bytes[i] != NULL);
    return m->bytes[i] + (address - m->map[i].start);
}

uint64_t image_word(struct image *m, uint64_t address)
{
    uint64_t word;
    memcpy(&word, image_at(m, address), sizeof word);
    return word;
}

void image_put(struct image *m, uint64_t address, uint64_t word)
{
    memcpy(image_at(m, address), &word, sizeof word);
}
