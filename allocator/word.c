/* word.c: writing the heap's own words, and telling it. See word.h. */
#include "word.h"

#include <string.h>

#include "allocator/format/steps.h"

static uint64_t word_read(const unsigned char *at, uint32_t bytes)
{
    uint64_t value = 0;
    uint32_t narrow;
    if (bytes == sizeof narrow) {
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    }
    memcpy(&value, at, sizeof value);
    return value;
}

uint64_t word_get(const struct heap *h, enum block_field field, uintptr_t block)
{
    const struct block_field_info *info = &block_fields[field];
    return word_read((block == 0 ? (const unsigned char *)&h->root : (const unsigned char *)block) +
                         info->offset,
                     info->bytes);
}

void word_set_at(struct heap *h, enum block_field field, uintptr_t block, uint32_t index,
                 uint64_t value)
{
    const struct block_field_info *info = &block_fields[field];
    unsigned char *at = (block == 0 ? (unsigned char *)&h->root : (unsigned char *)block) +
                        info->offset + (size_t)index * info->bytes;
    uint64_t old = word_read(at, info->bytes);
    uint32_t narrow = (uint32_t)value;
    if (info->bytes == sizeof narrow)
        memcpy(at, &narrow, sizeof narrow);
    else
        memcpy(at, &value, sizeof value);
    step_tell_write(h->steps, field, block, index, old, value);
}

void word_set_told(struct heap *h, enum block_field field, uintptr_t block, uint64_t value)
{
    word_set_at(h, field, block, 0, value);
}

void word_fill(struct heap *h, uintptr_t block, uintptr_t from, uintptr_t to, unsigned char byte)
{
    if (from >= to) return;
    memset((void *)from, byte, to - from);
    step_tell(h->steps, STEP_FILL, WHY_NONE, block, from, to - from, byte);
}

void word_clear(const struct heap *h, uintptr_t block, uint32_t bytes)
{
    for (uintptr_t at = block; at < block + bytes; at += sizeof(uint64_t))
        if (at >= h->fresh) memset((void *)at, 0, sizeof(uint64_t));
}
