/* word.c: writing the heap's own words, and telling it. See word.h. */
#include "word.h"

#include <string.h>

#include "steps.h"

uint64_t word_get(const struct heap *h, enum block_field field, uintptr_t block)
{
    const struct block_field_info *info = block_field_info(field);
    const unsigned char *base = block == 0 ? (const unsigned char *)&h->root : (const unsigned char *)block;
    uint64_t value = 0;
    if (info->bytes == sizeof(uint32_t)) {
        uint32_t narrow;
        memcpy(&narrow, base + info->offset, sizeof narrow);
        value = narrow;
    } else {
        memcpy(&value, base + info->offset, sizeof value);
    }
    return value;
}

void word_set(struct heap *h, enum block_field field, uintptr_t block, uint64_t value)
{
    const struct block_field_info *info = block_field_info(field);
    unsigned char *base = block == 0 ? (unsigned char *)&h->root : (unsigned char *)block;
    uint64_t old = word_get(h, field, block);
    if (info->bytes == sizeof(uint32_t)) {
        uint32_t narrow = (uint32_t)value;
        memcpy(base + info->offset, &narrow, sizeof narrow);
    } else {
        memcpy(base + info->offset, &value, sizeof value);
    }
    step_tell_write(h->steps, field, block, old, value);
}

void word_clear(const struct heap *h, uintptr_t block, uint32_t bytes)
{
    for (uintptr_t at = block; at < block + bytes; at += sizeof(uint64_t))
        if (at >= h->fresh) memset((void *)at, 0, sizeof(uint64_t));
}
