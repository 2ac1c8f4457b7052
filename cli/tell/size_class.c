/* size_class.c: see size_class.h. */
#include "cli/tell/size_class.h"

void size_classes_count(const struct snapshot *s, struct size_classes *classes)
{
    *classes = (struct size_classes){{0}, {0}};
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        unsigned c = SIZE_CLASS_FIRST;
        if (b.state != BLOCK_USED) continue;
        while (c + 1 < SIZE_CLASSES && b.size - b.header > size_class_most(c))
            c++;
        classes->n[c]++;
        classes->bytes[c] += b.size - b.header;
    }
}
