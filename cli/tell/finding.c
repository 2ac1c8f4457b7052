/* finding.c: findings in words. */
#include "cli/tell/finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/session/sound.h"
#include "cli/tell/explain.h"
#include "cli/tell/value.h"

/* The id of the block with its header at address, 0 if none is known: as the pictures have it, or
 * as the ledger does. */
static uint32_t id_at(const struct session *s, uint64_t address)
{
    struct snapshot_block b;
    if (address == 0) return 0;
    if (sound_block(s, address, &b) && b.id != 0) return b.id;
    return ledger_live_at(&s->ledger, address + session_front_bytes(s));
}

/* A number as a word of that kind is shown. */
static void show(enum block_field field, uint64_t value, char *text, size_t bytes)
{
    snprintf(text, bytes, block_field_is_address(field) ? "0x%" PRIx64 : "%" PRIu64, value);
}

/* The block whose size leads to address now, where none began when the heap was sound. */
static bool find_liar(struct session *s, uint64_t address, struct snapshot_block *liar,
                      enum block_field *field, uint64_t *is, uint64_t *was)
{
    size_t i = snapshot_find(s->snapshot, address - 1);
    if (i == SNAPSHOT_NONE) return false;
    *liar = snapshot_block(s->snapshot, i);
    *field = block_format_of(s->setup.policy)->size;
    *is = 0;
    return (block_is_taken(liar->state) || liar->state == BLOCK_FREE) &&
           sound_word(s, liar->address, *field, was) &&
           session_read(s, liar->address + block_field_info(*field)->offset, is, sizeof *is) ==
               sizeof *is &&
           *is != *was;
}

/* Behind the words that say what is false: "; it was 16", or where that is so, that no block began
 * there, and which word leads there now. */
static const char *tell_was(struct session *s, uint64_t block, enum block_field field,
                            uint64_t found, char *text, size_t bytes)
{
    uint64_t was = 0, is = 0;
    char name[48], a[32], b[32];
    struct snapshot_block liar;
    *text = '\0';
    if (field == FIELD_N) return text;
    if (sound_word(s, block, field, &was)) {
        show(field, was, a, sizeof a);
        if (was != found) snprintf(text, bytes, "; it was %s", a);
    } else if (s->sound && block != 0 && find_liar(s, block, &liar, &field, &is, &was)) {
        explain_block(s->snapshot, liar.address, name, sizeof name);
        show(field, is, a, sizeof a);
        show(field, was, b, sizeof b);
        snprintf(text, bytes, "; no block began there: %s of %s is %s, and was %s",
                 block_field_info(field)->name, name, a, b);
    }
    return text;
}

const char *finding_text(struct session *s, const struct check_finding *f, char text[FINDING_MAX])
{
    char place[40], id[24] = "", was[160];
    snprintf(place, sizeof place, "0x%" PRIx64, (uint64_t)f->address);
    const char *at = f->address ? strstr(f->text, place) : NULL;
    size_t head = at ? (size_t)(at - f->text) + strlen(place) : strlen(f->text);
    uint32_t n = at ? id_at(s, f->address) : 0;
    if (n != 0) snprintf(id, sizeof id, " (#%" PRIu32 ")", n);
    uint64_t value;
    bool told = f->field != FIELD_N && strstr(f->text, ", expected ") != NULL &&
                sound_word(s, f->address, f->field, &value) && value == f->expected;
    tell_was(s, f->address, f->field, f->found, was, sizeof was);
    snprintf(text, FINDING_MAX, "%.*s%s%s%s", (int)head, f->text, id, f->text + head,
             told ? "" : was);
    return text;
}

/* Whose word it is, which, and what it was. */
static void add_word(struct session *s, json_t *j, uint64_t block, enum block_field field)
{
    uint64_t was;
    uint32_t id = id_at(s, block);
    if (id != 0) json_object_set_new(j, "id", value_number(id));
    if (field == FIELD_N) return;
    json_object_set_new(j, "field", json_string(block_field_info(field)->name));
    if (sound_word(s, block, field, &was)) json_object_set_new(j, "was", value_field(field, was));
}

json_t *finding_json(struct session *s, const struct check_finding *f)
{
    char text[FINDING_MAX];
    json_t *j =
        json_pack("{s:o, s:o, s:o, s:o, s:s}", "invariant", value_number(f->invariant), "address",
                  value_address(f->address), "expected", value_number(f->expected), "found",
                  value_number(f->found), "text", finding_text(s, f, text));
    add_word(s, j, f->address, f->field);
    return j;
}

/* Of a stranger's heap no word is false to us: what is damaged there is a payload that another one
 * overlaps, or that is not all on pages which are mapped. */
static const char *overlap(const struct session *s, char text[FINDING_MAX])
{
    uint64_t at, payload, requested;
    size_t i = snapshot_damaged(s->snapshot, &at) ? snapshot_find(s->snapshot, at) : SNAPSHOT_NONE;
    *text = '\0';
    if (i == SNAPSHOT_NONE) return text;
    uint32_t id = snapshot_block(s->snapshot, i).id;
    if (ledger_find(&s->ledger, id, &payload, &requested) &&
        !own_view_maps(&s->own, payload, payload + requested)) {
        snprintf(text, FINDING_MAX,
                 "what is left of #%" PRIu32 ", of which a part is on pages that are not mapped",
                 id);
        return text;
    }
    if (i == 0) return text;
    snprintf(text, FINDING_MAX,
             "what #%" PRIu32 " does not share with #%" PRIu32 ", which overlaps it", id,
             snapshot_block(s->snapshot, i - 1).id);
    return text;
}

const char *finding_damage(struct session *s, char text[FINDING_MAX])
{
    const struct walk_damage *d = &s->damage;
    char name[48] = "", value[32], was[160];
    *text = '\0';
    if (s->setup.policy == HEAP_OWN && !s->watch) return overlap(s, text);
    if (d->at == 0 || d->field == FIELD_N) return text;
    uint32_t id = id_at(s, d->block);
    if (id != 0)
        snprintf(name, sizeof name, " of #%" PRIu32, id);
    else if (d->block != 0)
        snprintf(name, sizeof name, " of 0x%" PRIx64, (uint64_t)d->block);
    snprintf(value, sizeof value, block_field_is_address(d->field) ? "0x%" PRIx64 : "%" PRIu64,
             d->found);
    snprintf(text, FINDING_MAX, "%s%s is %s, which can't be true%s",
             block_field_info(d->field)->name, name, value,
             tell_was(s, d->block, d->field, d->found, was, sizeof was));
    return text;
}

json_t *finding_damage_json(struct session *s)
{
    const struct walk_damage *d = &s->damage;
    if (d->at == 0 || d->field == FIELD_N) return NULL;
    json_t *j = json_pack("{s:o, s:o}", "block", d->block ? value_address(d->block) : json_null(),
                          "found", value_field(d->field, d->found));
    add_word(s, j, d->block, d->field);
    return j;
}
