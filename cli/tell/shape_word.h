/* shape_word.h: one word of a block's header or links, as it stands in the target now. */
#ifndef SHAPE_WORD_H
#define SHAPE_WORD_H

#include "allocator/format/block.h"
#include "viz/picture.h"

#define SHAPE_WORDS_MAX PICTURE_WORDS_MAX

struct shape_word {
    enum block_field field;
    struct picture_word word;
};

#endif
