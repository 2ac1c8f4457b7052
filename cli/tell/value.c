/* value.c: addresses, numbers, states. */
#include "cli/tell/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/tell/lost.h"
#include "cli/text/text.h"

json_t *value_address(uint64_t address)
{
    char text[32];
    snprintf(text, sizeof text, "0x%" PRIx64, address);
    return json_string(text);
}

json_t *value_text(const char *text)
{
    char *clean = text_utf8(text);
    json_t *j = clean ? json_string(clean) : NULL;
    if (!j) lost_note();
    free(clean);
    return j;
}

json_t *value_number(uint64_t n)
{
    return n <= VALUE_EXACT_MAX ? json_integer((json_int_t)n) : value_address(n);
}

json_t *value_signed(int64_t n)
{
    char text[32];
    uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (size <= VALUE_EXACT_MAX) return json_integer((json_int_t)n);
    snprintf(text, sizeof text, "%s0x%" PRIx64, n < 0 ? "-" : "", size);
    return json_string(text);
}

json_t *value_field(enum block_field field, uint64_t value)
{
    return block_field_is_address(field) ? value_address(value) : value_number(value);
}

const char *value_state_name(enum block_state state)
{
    static const char *const names[BLOCK_N_STATES] = {"used",   "free", "foreign", "damaged",
                                                      "cached", "used", "unknown"};
    return state < BLOCK_N_STATES ? names[state] : "?";
}

const char *value_state_words(enum block_state state)
{
    return state == BLOCK_QUARANTINED ? "in quarantine" : value_state_name(state);
}

const char *value_id_text(const struct snapshot_block *b, char *text, size_t bytes)
{
    if (b->id == 0)
        snprintf(text, bytes, "-");
    else if (b->state != BLOCK_FREE)
        snprintf(text, bytes, "#%" PRIu32, b->id);
    else
        snprintf(text, bytes, "(#%" PRIu32 ")", b->id);
    return text;
}
