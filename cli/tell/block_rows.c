/* block_rows.c: the one shape of a block. */
#include "cli/tell/block_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/lost.h"
#include "cli/tell/value.h"

struct block_rows {
    struct snapshot *snapshot; /* held */
    struct ledger named; /* no more of it than the names */
};

struct block_rows *block_rows_keep(const struct session *s)
{
    const struct ledger *ledger = &s->ledger;
    struct block_rows *rows = calloc(1, sizeof *rows);
    if (rows && ledger->n_names > 0 && (rows->named.names = malloc(ledger->n_names * sizeof *rows->named.names)) == NULL) {
        free(rows);
        rows = NULL;
    }
    if (!rows) return NULL;
    if (ledger->n_names > 0) memcpy(rows->named.names, ledger->names, ledger->n_names * sizeof *rows->named.names);
    rows->named.n_names = ledger->n_names;
    rows->snapshot = snapshot_hold(s->snapshot);
    return rows;
}

void block_rows_free(struct block_rows *rows)
{
    if (!rows) return;
    snapshot_free(rows->snapshot);
    free(rows->named.names);
    free(rows);
}

static void put_number(const char *before, uint64_t n, FILE *to)
{
    fprintf(to, n <= VALUE_EXACT_MAX ? "%s%" PRIu64 : "%s\"0x%" PRIx64 "\"", before, n);
}

static void put_row(const struct block_rows *rows, const struct snapshot_block *b, FILE *to)
{
    bool used = b->state == BLOCK_USED || b->state == BLOCK_QUARANTINED, owned = used && b->id != 0,
         header_first = block_is_taken(b->state) || b->state == BLOCK_FREE;
    const struct snapshot *s = rows->snapshot;
    const char *name = owned ? ledger_name_of(&rows->named, b->id) : NULL;
    if (owned)
        put_number("{\"id\":", b->id, to);
    else
        fputs("{\"id\":null", to);
    fprintf(to, ",\"address\":\"0x%" PRIx64 "\"", b->address);
    put_number(",\"offset\":", snapshot_offset_of(s, b->address), to);
    if (snapshot_n_regions(s) > 1) put_number(",\"region\":", snapshot_block_region(s, snapshot_find(s, b->address)), to);
    put_number(",\"size\":", b->size, to);
    put_number(",\"header\":", b->header, to);
    fprintf(to, ",\"payload\":\"0x%" PRIx64 "\"", b->address + (header_first ? b->header : 0));
    if (used)
        put_number(",\"requested\":", b->requested, to);
    else
        fputs(",\"requested\":null", to);
    fprintf(to, ",\"state\":\"%s\"", value_state_name(b->state));
    if (b->id != 0 && (b->state == BLOCK_FREE || b->state == BLOCK_DAMAGED))
        put_number(",\"last_id\":", b->id, to);
    else if (b->state == BLOCK_FREE)
        fputs(",\"last_id\":null", to);
    if (b->state == BLOCK_QUARANTINED) fputs(",\"quarantined\":true", to);
    if (name) fprintf(to, ",\"name\":\"%s\"", name); /* letters, digits and _ */
    fputs(snapshot_head(s)->remembered ? ",\"source\":\"session\"}" : "}", to);
}

/* Where there are several, what each block's number means. */
static void put_regions(const struct snapshot *s, FILE *to)
{
    fputs(",\"regions\":[", to);
    for (size_t i = 0; i < snapshot_n_regions(s); i++) {
        const struct snapshot_region *r = snapshot_region(s, i);
        fprintf(to, "%s{\"kind\":\"%s\",\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64 "\"}", i > 0 ? "," : "",
                region_kind_name(r->kind), r->start, r->end);
    }
    fputc(']', to);
}

bool block_rows_write(const struct block_rows *rows, FILE *to)
{
    const struct snapshot *s = rows->snapshot;
    fputs(",\"blocks\":[", to);
    for (size_t i = 0; i < snapshot_n_blocks(s) && !ferror(to); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (i > 0) fputc(',', to);
        put_row(rows, &b, to);
    }
    fputs("],\"free_list\":[", to);
    for (size_t i = 0; i < snapshot_n_free(s) && !ferror(to); i++)
        put_number(i > 0 ? "," : "", snapshot_offset_of(s, snapshot_block(s, snapshot_free_at(s, i)).address), to);
    fputc(']', to);
    if (snapshot_n_regions(s) > 1) put_regions(s, to);
    return !ferror(to);
}

json_t *block_row_json(const struct session *s, const struct snapshot_block *b)
{
    const struct block_rows row = {.snapshot = s->snapshot, .named = {.names = s->ledger.names, .n_names = s->ledger.n_names}};
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (to) put_row(&row, b, to);
    json_t *j = to && fclose(to) == 0 ? json_loads(text, 0, NULL) : NULL;
    if (!j) lost_note();
    free(text);
    return j;
}

bool block_rows_json(const struct block_rows *rows, json_t *object)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return false;
    fputc('{', to);
    fputs("\"\":0", to);
    bool ok = block_rows_write(rows, to) && fputc('}', to) != EOF;
    ok = fclose(to) == 0 && ok;
    json_t *j = ok ? json_loads(text, 0, NULL) : NULL;
    if (j) json_object_del(j, "");
    ok = j && json_object_update(object, j) == 0;
    json_decref(j);
    free(text);
    return ok;
}
