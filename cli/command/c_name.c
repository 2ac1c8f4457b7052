/* c_name.c: the name that was given, where C can have it. */
#include "cli/command/c_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/c_line.h"

/* Its variable; false if it has none. */
static bool c_variable(const struct ledger *ledger, uint32_t id, char *text, size_t bytes)
{
    const char *name = ledger_name_of(ledger, id);
    bool named = name && c_line_can_name(name);
    if (named)
        snprintf(text, bytes, "%s", name);
    else
        snprintf(text, bytes, "p%" PRIu32, id);
    uint32_t owner = ledger_name_find(ledger, text);
    return (named || !ledger_name_lost(ledger, id)) && (owner == 0 || owner == id);
}

const char *c_name(const struct ledger *ledger, uint32_t id, char *text, size_t bytes)
{
    uint64_t payload, requested;
    bool found = c_variable(ledger, id, text, bytes);
    if (!found && ledger_find(ledger, id, &payload, &requested))
        snprintf(text, bytes, "(char *)0x%" PRIx64, payload);
    return text;
}

const char *c_name_target(const struct ledger *ledger, uint32_t id, char *text, size_t bytes)
{
    if (!c_variable(ledger, id, text, bytes)) return *text = '\0', text;
    size_t n = strlen(text);
    snprintf(text + n, bytes - n, " = ");
    return text;
}
