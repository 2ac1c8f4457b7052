/* shapes.c: the shapes that scripts are promised. */
#include "cli/tell/shapes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/session/sound.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"

const char *shape_policy_name(const struct session *session)
{
    const char *name = heap_policy_name(session->setup.policy);
    return name && !session->watch ? name : snapshot_head(session->snapshot)->policy;
}

json_t *shape_stats_json(struct session *session)
{
    const struct snapshot *snapshot = session->snapshot;
    const struct snapshot_stats *s = snapshot_stats(snapshot);
    json_t *j = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "policy", shape_policy_name(session),
        "heap_bytes", value_number(s->heap_bytes), "live_bytes", value_number(s->live_bytes),
        "header_bytes", value_number(s->header_bytes), "padding_bytes",
        value_number(s->padding_bytes), "free_bytes", value_number(s->free_bytes), "largest_free",
        value_number(s->largest_free), "blocks", value_number(s->n_blocks), "used",
        value_number(s->n_used), "free", value_number(s->n_free));
    if (s->n_cached) json_object_set_new(j, "cached_bytes", value_number(s->cached_bytes));
    if (s->n_foreign) json_object_set_new(j, "foreign_bytes", value_number(s->foreign_bytes));
    if (s->unknown_bytes) json_object_set_new(j, "unknown_bytes", value_number(s->unknown_bytes));
    if (s->damaged_bytes) json_object_set_new(j, "damaged_bytes", value_number(s->damaged_bytes));
    return j;
}

void shape_tell_last_look(const struct session *s, struct outcome *out)
{
    if (s->target.alive && s->race.under_way)
        outcome_text(out, "a race is under way: where a thread is held between two writes, its own "
                          "bytes look foreign, or damaged\n");
    if (!s->target.alive)
        outcome_text(out,
                     s->watch ? "the program was %s: this is the last look at it before it ended\n"
                              : "the target is dead (%s): this is the last look at it before it "
                                "ended\n",
                     s->target.ended);
}

bool shape_switch_shown(const struct session_setup *setup, enum heap_switch which)
{
    struct session_setup usual;
    session_setup_defaults(&usual, setup->policy);
    return heap_policy_has(setup->policy, which) &&
           (which <= HEAP_GROWTH || setup->value[which] != usual.value[which]);
}

const char *shape_switch_value(const struct session_setup *setup, enum heap_switch which,
                               char *text, size_t bytes)
{
    uint64_t value = setup->value[which];
    switch (which) {
    case HEAP_ORDER:
        return heap_order_name((enum heap_order)value);
    case HEAP_GROWTH:
        if (value <= 1) return "exact";
        if (value == 4096) return "page";
        snprintf(text, bytes, value % 1024 ? "%" PRIu64 : "%" PRIu64 "K",
                 value % 1024 ? value : value / 1024);
        return text;
    case HEAP_QUARANTINE:
        if (value == 0) return "off";
        snprintf(text, bytes, "%" PRIu64, value);
        return text;
    default:
        return value ? "on" : "off";
    }
}

json_t *shape_switches_json(const struct session_setup *setup)
{
    json_t *j = json_object();
    char text[32];
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++)
        if (heap_policy_has(setup->policy, (enum heap_switch)i))
            json_object_set_new(
                j, heap_switch_name((enum heap_switch)i),
                json_string(shape_switch_value(setup, (enum heap_switch)i, text, sizeof text)));
    return j;
}

/* ── Words ── */

/* What the present command found there when it first wrote. */
static void find_old(const struct step_trace *t, uint64_t block, enum block_field field,
                     struct picture_word *word)
{
    for (size_t i = 0; i < step_trace_n(t); i++) {
        struct step s = step_trace_at(t, i);
        if (s.kind != STEP_WRITE || s.block != block || s.field != field) continue;
        word->was = s.a;
        word->changed = s.a != word->value;
        return;
    }
}

size_t shape_block_words(enum heap_policy policy, bool canary, const struct snapshot_block *b,
                         struct block_word words[BLOCK_WORDS_MAX])
{
    switch (b->state) {
    case BLOCK_USED:
    case BLOCK_CACHED:
    case BLOCK_QUARANTINED:
    case BLOCK_DAMAGED:
        return block_words(policy, canary, BLOCK_IS_USED, b->address, words);
    case BLOCK_FREE:
        return block_words(policy, canary, BLOCK_IS_FREE, b->address, words);
    default:
        return b->header == 0 ? 0
                              : block_words(policy, canary, BLOCK_IS_FENCE,
                                            b->address + b->size - b->header, words);
    }
}

/* Is it the word that the last look could not believe? */
static bool is_named(const struct session *s, uint64_t block, enum block_field field,
                     uint64_t value)
{
    const struct walk_damage *d = &s->damage;
    uint64_t link;
    if (d->at != 0 && d->field == field && d->block == block) return true;
    return field == FIELD_NEXT_FREE && snapshot_list_damaged(s->snapshot, &link) && link == value;
}

/* Is the word false? Then it is marked, with what it was. In a damaged heap the words of sound
 * blocks may have been changed rightly since. */
static void find_false(const struct session *s, const struct snapshot_block *b,
                       enum block_field field, struct picture_word *word)
{
    uint64_t was;
    bool known = sound_word(s, b->address, field, &was) && was != word->value;
    if (b->state == BLOCK_DAMAGED && !known && sound_word(s, b->address, field, &was))
        word->was = was, word->changed = false; /* it was harmed and mended within the command */
    word->wrong = is_named(s, b->address, field, word->value) || (known && !s->sound);
    if (!known || (!word->wrong && b->state != BLOCK_DAMAGED)) return;
    word->was = was;
    word->changed = true;
}

size_t shape_words(struct session *s, const struct step_trace *marked,
                   const struct snapshot_block *b, struct shape_word *facts)
{
    if (s->watch) return watched_words(s, b, facts);
    struct block_word words[BLOCK_WORDS_MAX];
    const uint64_t *value = s->setup.value;
    size_t n = shape_block_words(s->setup.policy, value[HEAP_CANARY] != 0, b, words), got = 0;
    for (size_t i = 0; i < n; i++) {
        struct picture_word word = {.name = words[i].name,
                                    .address = words[i].address,
                                    .bytes = words[i].bytes,
                                    .pointer = block_field_is_address(words[i].field),
                                    .flag = words[i].field == FIELD_SIZE_FLAGS ? "free" : NULL,
                                    .measures = words[i].field == FIELD_SIZE ? "payload" : NULL};
        if (session_read(s, word.address, &word.value, word.bytes) != word.bytes)
            continue; /* little-endian: a short word lies at its start */
        word.was = word.value;
        find_old(marked, b->address, words[i].field, &word);
        find_false(s, b, words[i].field, &word);
        facts[got++] = (struct shape_word){words[i].field, word};
    }
    return got;
}

json_t *shape_word_json(const struct shape_word *word)
{
    uint64_t value = word->word.value;
    return json_pack("{s:s, s:o}", "name", word->word.name, "value",
                     word->word.pointer ? value_address(value) : value_number(value));
}
