/* ledger_private.h: what the files of the ledger share: who is found by an address. */
#ifndef LEDGER_PRIVATE_H
#define LEDGER_PRIVATE_H

#include "cli/session/ledger.h"

/* A freed live entry is a hole until compaction: no payload lies at address 0. */
static inline uint64_t ledger_payload(const struct ledger *b, size_t live)
{
    return (b->high ? (uint64_t)b->high[live] << 32 : 0) | b->live[live].low;
}

/* Make room for one more; false on no memory, and all is as it was. */
bool ledger_table_room(struct ledger *b, enum ledger_list list);
/* The entry with that index is put in, which has room, or taken out, while its address stands. Of
 * freed entries with one address the newest stays. O(1). */
void ledger_table_put(struct ledger *b, enum ledger_list list, uint32_t index);
void ledger_table_take(struct ledger *b, enum ledger_list list, uint32_t index);
/* All anew, since indices have changed. O(n). */
void ledger_table_fill(struct ledger *b, enum ledger_list list);
/* The next entry of that address; start with *at 0. UINT32_MAX: no more. */
uint32_t ledger_table_next(const struct ledger *b, enum ledger_list list, uint64_t payload,
                           size_t *at);

#endif
