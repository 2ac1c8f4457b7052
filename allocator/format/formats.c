/* formats.c: the table of block formats. See format.h. */
#include "format.h"

static const struct format *const formats[] = {&format_bump, &format_header, &format_fit};

const struct format *format_of(const struct heap_root *root)
{
    const struct block_format *blocks = block_format_of((enum heap_policy)root->policy);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (formats[i]->blocks == blocks) return formats[i];
    return NULL;
}
