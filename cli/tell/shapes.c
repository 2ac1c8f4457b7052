/* shapes.c: the shapes that scripts are promised. */
#include "cli/tell/shapes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/tell/block_rows.h"
#include "cli/command/c_line.h"
#include "cli/tell/finding.h"
#include "cli/command/parse.h"
#include "cli/session/sound.h"

const char *shape_state_name(enum block_state state)
{
    static const char *const names[] = {"used", "free", "foreign", "damaged"};
    return state < BLOCK_N_STATES ? names[state] : "?";
}

bool shape_is_quarantined(const struct lab *lab, const struct snapshot_block *b)
{
    return lab->session.root.quarantine_n > 0 && b->state == BLOCK_USED && b->id == 0 && b->requested == 0;
}

static size_t find_in_state(const struct snapshot *s, uint32_t id, enum block_state state)
{
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (b.state == state && b.id == id) return i;
    }
    return SNAPSHOT_NONE;
}

bool choose_block(struct lab *lab, const char *word, struct snapshot_block *b, struct outcome *out)
{
    char error[512], freed[80];
    const struct ledger *ledger = &lab->session.ledger;
    uint64_t payload, requested, address;
    uint32_t id;
    size_t i = SNAPSHOT_NONE;
    if (parse_is_hex(word)) {
        if (!parse_size(word, "ADDRESS", &address, error, sizeof error)) return outcome_fail(out, "%s", error);
        if (!lab_sees(lab, out)) return false;
        i = snapshot_find(lab->session.snapshot, address);
        if (i == SNAPSHOT_NONE)
            return outcome_fail(out, "no block is at 0x%" PRIx64 "; expected an address of the heap (`blocks` lists them)",
                                address);
    } else {
        if (!parse_id_ever(ledger, word, &id, error, sizeof error)) return outcome_fail(out, "%s", error);
        if (!lab_sees(lab, out)) return false;
        const struct snapshot *s = lab->session.snapshot;
        bool live = ledger_find(ledger, id, &payload, &requested);
        i = live ? snapshot_find_id(s, id) : find_in_state(s, id, BLOCK_FREE);
        if (i == SNAPSHOT_NONE && live) i = find_in_state(s, id, BLOCK_DAMAGED);
        if (i == SNAPSHOT_NONE && live)
            return outcome_fail(
                out, "#%" PRIu32 " should be at 0x%" PRIx64 ", but the heap does not show it: expected an undamaged heap", id,
                payload);
        if (i == SNAPSHOT_NONE)
            return outcome_fail(out,
                                "#%" PRIu32
                                " is already free: %s, and its bytes %swere given back or belong to another block; expected one "
                                "that `blocks` lists, or its address",
                                id, parse_freed(ledger, id, freed, sizeof freed),
                                lab->session.root.quarantine_n > 0 ? "wait in quarantine, " : "");
    }
    *b = snapshot_block(lab->session.snapshot, i);
    return true;
}

const char *choose_word(struct lab *lab, const struct arguments *args, char *text, size_t bytes, struct outcome *out)
{
    if (args->n > 0) return args->word[0];
    if (!lab_sees(lab, out)) return NULL;
    const struct session *s = &lab->session;
    size_t i = view_selected(&lab->view, s->snapshot, &s->changes);
    if (i == SNAPSHOT_NONE) {
        outcome_fail(
            out, "no block is selected; expected one, as in `%s 1` (on the screen `select 1`, Alt-arrows or a click choose one)",
            args->name);
        return NULL;
    }
    struct snapshot_block b = snapshot_block(s->snapshot, i);
    if (b.state == BLOCK_USED && b.id)
        snprintf(text, bytes, "#%" PRIu32, b.id);
    else
        snprintf(text, bytes, "0x%" PRIx64, b.address);
    return text;
}

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

const char *shape_c_name(const struct lab *lab, uint32_t id, char *text, size_t bytes)
{
    uint64_t payload, requested;
    bool found = c_variable(&lab->session.ledger, id, text, bytes);
    if (!found && ledger_find(&lab->session.ledger, id, &payload, &requested))
        snprintf(text, bytes, "(char *)0x%" PRIx64, payload);
    return text;
}

const char *shape_c_target(const struct lab *lab, uint32_t id, char *text, size_t bytes)
{
    if (!c_variable(&lab->session.ledger, id, text, bytes)) return *text = '\0', text;
    size_t n = strlen(text);
    snprintf(text + n, bytes - n, " = ");
    return text;
}

static void add_damage(struct lab *lab, struct outcome *out)
{
    const struct snapshot *s = lab->session.snapshot;
    uint64_t damaged;
    if (snapshot_damaged(s, &damaged)) outcome_extra(out, "damaged_at", outcome_address(damaged));
    json_t *word = finding_damage_json(lab);
    if (word) outcome_extra(out, "damage", word);
    if (snapshot_list_damaged(s, &damaged)) outcome_extra(out, "free_list_damaged_at", outcome_address(damaged));
}

bool shape_blocks(struct lab *lab, struct outcome *out)
{
    block_rows_free(out->rows);
    out->rows = block_rows_keep(lab);
    add_damage(lab, out);
    return out->rows != NULL;
}

json_t *shape_field_json(enum block_field field, uint64_t value)
{
    return block_field_is_address(field) ? outcome_address(value) : outcome_number(value);
}

json_t *shape_stats_json(struct lab *lab)
{
    const struct snapshot *snapshot = lab->session.snapshot;
    const struct snapshot_stats *s = snapshot_stats(snapshot);
    json_t *j = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "policy", snapshot_head(snapshot)->policy,
                          "heap_bytes", outcome_number(s->heap_bytes), "live_bytes", outcome_number(s->live_bytes),
                          "header_bytes", outcome_number(s->header_bytes), "padding_bytes", outcome_number(s->padding_bytes),
                          "free_bytes", outcome_number(s->free_bytes), "largest_free", outcome_number(s->largest_free), "blocks",
                          outcome_number(s->n_blocks), "used", outcome_number(s->n_used), "free", outcome_number(s->n_free));
    if (s->n_foreign) json_object_set_new(j, "foreign_bytes", outcome_number(s->foreign_bytes));
    if (s->damaged_bytes) json_object_set_new(j, "damaged_bytes", outcome_number(s->damaged_bytes));
    return j;
}

bool shape_switch_shown(const struct session_setup *setup, enum heap_switch which)
{
    struct session_setup usual;
    session_setup_defaults(&usual, setup->policy);
    return heap_policy_has(setup->policy, which) && (which <= HEAP_GROWTH || setup->value[which] != usual.value[which]);
}

const char *shape_switch_value(const struct session_setup *setup, enum heap_switch which, char *text, size_t bytes)
{
    uint64_t value = setup->value[which];
    switch (which) {
    case HEAP_ORDER:
        return heap_order_name((enum heap_order)value);
    case HEAP_GROWTH:
        if (value <= 1) return "exact";
        if (value == 4096) return "page";
        snprintf(text, bytes, value % 1024 ? "%" PRIu64 : "%" PRIu64 "K", value % 1024 ? value : value / 1024);
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
            json_object_set_new(j, heap_switch_name((enum heap_switch)i),
                                json_string(shape_switch_value(setup, (enum heap_switch)i, text, sizeof text)));
    return j;
}

/* ── Words ── */

/* What the present command found there when it first wrote. */
static void find_old(const struct trace *t, uint64_t block, enum block_field field, struct picture_word *word)
{
    for (size_t i = 0; i < trace_n(t); i++) {
        struct step s = trace_at(t, i);
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
    case BLOCK_DAMAGED:
        return block_words(policy, canary, BLOCK_IS_USED, b->address, words);
    case BLOCK_FREE:
        return block_words(policy, canary, BLOCK_IS_FREE, b->address, words);
    default:
        return b->header == 0 ? 0 : block_words(policy, canary, BLOCK_IS_FENCE, b->address + b->size - b->header, words);
    }
}

/* Is it the word that the last look could not believe? */
static bool is_named(const struct lab *lab, uint64_t block, enum block_field field, uint64_t value)
{
    const struct walk_damage *d = &lab->session.damage;
    uint64_t link;
    if (d->at != 0 && d->field == field && d->block == block) return true;
    return field == FIELD_NEXT_FREE && snapshot_list_damaged(lab->session.snapshot, &link) && link == value;
}

/* Is the word false? Then it is marked, with what it was. In a damaged heap the words of sound blocks may have been changed rightly since. */
static void find_false(const struct lab *lab, const struct snapshot_block *b, enum block_field field, struct picture_word *word)
{
    uint64_t was;
    bool known = sound_word(&lab->session, b->address, field, &was) && was != word->value;
    if (b->state == BLOCK_DAMAGED && !known && sound_word(&lab->session, b->address, field, &was))
        word->was = was, word->changed = false; /* it was harmed and mended within the command */
    word->wrong = is_named(lab, b->address, field, word->value) || (known && !lab->session.sound);
    if (!known || (!word->wrong && b->state != BLOCK_DAMAGED)) return;
    word->was = was;
    word->changed = true;
}

size_t shape_words(struct lab *lab, const struct snapshot_block *b, struct shape_word *facts)
{
    struct block_word words[BLOCK_WORDS_MAX];
    const uint64_t *value = lab->session.setup.value;
    size_t n = shape_block_words(lab->session.setup.policy, value[HEAP_CANARY] != 0, b, words), got = 0;
    for (size_t i = 0; i < n; i++) {
        struct picture_word word = {.name = words[i].name,
                                    .address = words[i].address,
                                    .bytes = words[i].bytes,
                                    .pointer = block_field_is_address(words[i].field),
                                    .flag = words[i].field == FIELD_SIZE_FLAGS ? "free" : NULL,
                                    .measures = words[i].field == FIELD_SIZE ? "payload" : NULL};
        if (session_read(&lab->session, word.address, &word.value, word.bytes) != word.bytes)
            continue; /* little-endian: a short word lies at its start */
        word.was = word.value;
        find_old(&lab->marked, b->address, words[i].field, &word);
        find_false(lab, b, words[i].field, &word);
        facts[got++] = (struct shape_word){words[i].field, word};
    }
    return got;
}

json_t *shape_word_json(const struct shape_word *word)
{
    uint64_t value = word->word.value;
    return json_pack("{s:s, s:o}", "name", word->word.name, "value",
                     word->word.pointer ? outcome_address(value) : outcome_number(value));
}
