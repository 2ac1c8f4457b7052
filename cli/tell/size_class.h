/* size_class.h: the blocks in use by the size of their payloads, each class twice the one before.
 */
#ifndef SIZE_CLASS_H
#define SIZE_CLASS_H

#include "viz/snapshot.h"

#define SIZE_CLASSES 48u
#define SIZE_CLASS_FIRST 4u /* 16 bytes and less */

struct size_classes {
    uint64_t n[SIZE_CLASSES], bytes[SIZE_CLASSES]; /* of payloads up to size_class_most bytes */
};

static inline uint64_t size_class_most(unsigned c) { return UINT64_C(1) << c; }

/* O(blocks). */
void size_classes_count(const struct snapshot *s, struct size_classes *classes);

#endif
