/* blocks.c: the rows, and what is damaged. */
#include "cli/tell/blocks.h"

#include "cli/tell/block_rows.h"
#include "cli/tell/finding.h"
#include "cli/tell/value.h"

static void add_damage(struct session *session, struct outcome *out)
{
    const struct snapshot *s = session->snapshot;
    uint64_t damaged;
    if (snapshot_damaged(s, &damaged)) outcome_extra(out, "damaged_at", value_address(damaged));
    json_t *word = finding_damage_json(session);
    if (word) outcome_extra(out, "damage", word);
    if (snapshot_list_damaged(s, &damaged))
        outcome_extra(out, "free_list_damaged_at", value_address(damaged));
}

bool blocks_tell(struct session *s, const struct block_choice *choice, struct outcome *out)
{
    rows_free(out->rows);
    out->rows = block_rows_keep(s, choice);
    add_damage(s, out);
    return out->rows != NULL;
}
