/* block_rows.c: the one shape of a block. */
#include "cli/tell/block_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/lost.h"
#include "cli/tell/value.h"

struct block_rows {
    struct rows base;
    struct snapshot *snapshot; /* held */
    uint32_t *chosen; /* owned: their places in it; NULL: all */
    size_t n_chosen;
    struct ledger_name *names; /* owned, by id */
    size_t n_names;
};

static void free_rows(struct rows *base)
{
    struct block_rows *rows = (struct block_rows *)base;
    snapshot_free(rows->snapshot);
    free(rows->names);
    free(rows->chosen);
    free(rows);
}

static int by_id(const void *id, const void *name)
{
    uint32_t a = *(const uint32_t *)id, b = ((const struct ledger_name *)name)->id;
    return (a > b) - (a < b);
}

const char *block_rows_name(const struct rows *base, uint32_t id)
{
    const struct block_rows *rows = (const struct block_rows *)base;
    if (rows->n_names == 0) return NULL;
    const struct ledger_name *found =
        bsearch(&id, rows->names, rows->n_names, sizeof *rows->names, by_id);
    return found ? found->name : NULL;
}

static bool is_owned(const struct snapshot_block *b)
{
    return (b->state == BLOCK_USED || b->state == BLOCK_QUARANTINED) && b->id != 0;
}

/* name: NULL if it has none. */
/* There is more to say of places than where the heap begins. */
static bool is_parted(const struct snapshot *s)
{
    return snapshot_n_regions(s) > 1 || snapshot_region(s, 0)->kind == REGION_PAGES ||
           snapshot_region(s, 0)->start != snapshot_head(s)->heap_start;
}

static void put_row(const struct snapshot *s, const struct snapshot_block *b, const char *name,
                    FILE *to)
{
    bool used = b->state == BLOCK_USED || b->state == BLOCK_QUARANTINED, owned = is_owned(b),
         header_first = block_is_taken(b->state) || b->state == BLOCK_FREE;
    if (owned)
        rows_put_number("{\"id\":", b->id, to);
    else
        fputs("{\"id\":null", to);
    fprintf(to, ",\"address\":\"0x%" PRIx64 "\"", b->address);
    rows_put_number(",\"offset\":", snapshot_offset_of(s, b->address), to);
    if (is_parted(s))
        rows_put_number(",\"region\":", snapshot_block_region(s, snapshot_find(s, b->address)), to);
    rows_put_number(",\"size\":", b->size, to);
    rows_put_number(",\"header\":", b->header, to);
    fprintf(to, ",\"payload\":\"0x%" PRIx64 "\"", b->address + (header_first ? b->header : 0));
    if (used && !snapshot_head(s)->unasked)
        rows_put_number(",\"requested\":", b->requested, to);
    else
        fputs(",\"requested\":null", to);
    fprintf(to, ",\"state\":\"%s\"", value_state_name(b->state));
    if (b->id != 0 && (b->state == BLOCK_FREE || b->state == BLOCK_DAMAGED))
        rows_put_number(",\"last_id\":", b->id, to);
    else if (b->state == BLOCK_FREE)
        fputs(",\"last_id\":null", to);
    if (b->state == BLOCK_QUARANTINED) fputs(",\"quarantined\":true", to);
    if (name) fprintf(to, ",\"name\":\"%s\"", name); /* letters, digits and _ */
    const struct snapshot_head *head = snapshot_head(s);
    const char *source = head->source ? head->source : head->remembered ? "session" : NULL;
    if (source) fprintf(to, ",\"source\":\"%s\"", source);
    fputc('}', to);
}

/* Where there are several, what each block's number means. */
static void put_regions(const struct snapshot *s, FILE *to)
{
    fputs(",\"regions\":[", to);
    for (size_t i = 0; i < snapshot_n_regions(s); i++) {
        const struct snapshot_region *r = snapshot_region(s, i);
        fprintf(to, "%s{\"kind\":\"%s\",\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64 "\"}",
                i > 0 ? "," : "", region_kind_name(r->kind), r->start, r->end);
    }
    fputc(']', to);
}

static bool write_rows(const struct rows *base, struct session *listener, FILE *to)
{
    const struct block_rows *rows = (const struct block_rows *)base;
    const struct snapshot *s = rows->snapshot;
    bool ok = true;
    fputs(",\"blocks\":[", to);
    for (size_t i = 0; i < block_rows_n(base) && ok; i++) {
        struct snapshot_block b = block_rows_at(base, i);
        if (i > 0) fputc(',', to);
        put_row(s, &b, is_owned(&b) ? block_rows_name(base, b.id) : NULL, to);
        ok = !ferror(to) && (!listener || session_go_on_at(listener, i));
    }
    fputs("],\"free_list\":[", to);
    for (size_t i = 0; i < snapshot_n_free(s) && ok; i++) {
        rows_put_number(i > 0 ? "," : "",
                        snapshot_offset_of(s, snapshot_block(s, snapshot_free_at(s, i)).address),
                        to);
        ok = !ferror(to) && (!listener || session_go_on_at(listener, i));
    }
    fputc(']', to);
    if (is_parted(s)) put_regions(s, to);
    return !ferror(to) && ok;
}

size_t block_rows_n(const struct rows *base)
{
    const struct block_rows *rows = (const struct block_rows *)base;
    return rows->chosen ? rows->n_chosen : snapshot_n_blocks(rows->snapshot);
}

struct snapshot_block block_rows_at(const struct rows *base, size_t i)
{
    const struct block_rows *rows = (const struct block_rows *)base;
    return snapshot_block(rows->snapshot, rows->chosen ? rows->chosen[i] : i);
}

struct rows *block_rows_keep(const struct session *s, const struct block_choice *choice)
{
    static const struct rows_kind kind = {.write = write_rows, .free = free_rows};
    struct block_rows *rows = calloc(1, sizeof *rows);
    bool all = block_choice_is_all(choice);
    if (!rows || !ledger_names_by_id(&s->ledger, &rows->names, &rows->n_names) ||
        (!all && !block_choice_make(s->snapshot, choice, &rows->chosen, &rows->n_chosen))) {
        if (rows) free(rows->names);
        free(rows);
        return NULL;
    }
    rows->base.kind = &kind;
    rows->snapshot = snapshot_hold(s->snapshot);
    return &rows->base;
}

json_t *block_row_json(const struct session *s, const struct snapshot_block *b)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (to) put_row(s->snapshot, b, is_owned(b) ? ledger_name_of(&s->ledger, b->id) : NULL, to);
    json_t *j = to && fclose(to) == 0 ? json_loads(text, 0, NULL) : NULL;
    if (!j) lost_note();
    free(text);
    return j;
}
