/* block_fields.c: a field's row, for who does not write words. */
#include "block_fields.h"

const struct block_field_info *block_field_info(enum block_field field)
{
    return (unsigned)field < FIELD_N ? &block_fields[field] : NULL;
}

bool block_field_is_address(enum block_field field)
{
    switch (field) {
    case FIELD_SIZE:
    case FIELD_IS_FREE:
    case FIELD_PREV_SIZE:
    case FIELD_SIZE_FLAGS:
    case FIELD_GAP_SIZE:
    case FIELD_HEADER_ASKED:
    case FIELD_FIT_ASKED:
    case FIELD_ROOT_QUARANTINE_N:
    case FIELD_ROOT_QUARANTINE_AT:
    case FIELD_CHUNK_SIZE:
    case FIELD_CHUNK_PREV_SIZE:
        return false;
    default:
        return true;
    }
}
