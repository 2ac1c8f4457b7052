/* watched.c: see watched.h. */
#include "cli/tell/watched.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct wanted {
    uint64_t address;
    struct glibc_listed *found;
    bool seen;
};

static bool visit(void *user, const struct glibc_listed *block)
{
    struct wanted *w = user;
    if (block->address != w->address) return true;
    *w->found = *block;
    w->seen = true;
    return false;
}

bool watched_listed(const struct watch *w, uint64_t address, struct glibc_listed *found)
{
    struct wanted wanted = {address, found, false};
    glibc_free_list(&w->heap, visit, &wanted);
    if (!wanted.seen) glibc_cached(&w->heap, visit, &wanted);
    return wanted.seen;
}

const char *watched_bin(const struct watch *w, const struct snapshot_block *b,
                        char text[WATCHED_BIN_MAX])
{
    struct glibc_listed l;
    char name[GLIBC_BIN_NAME];
    text[0] = '\0';
    if (b->state != BLOCK_FREE && b->state != BLOCK_CACHED) return text;
    if (!watched_listed(w, b->address, &l)) return text;
    glibc_bin_name(l.bin, name);
    if (l.cached > 0 && w->heap.n_tcaches > 1)
        snprintf(text, WATCHED_BIN_MAX, " by thread cache %u of %zu, %s", l.cached,
                 w->heap.n_tcaches, name);
    else if (b->state == BLOCK_CACHED)
        snprintf(text, WATCHED_BIN_MAX, " by %s", name);
    else
        snprintf(text, WATCHED_BIN_MAX, l.bin == GLIBC_BIN_TOP ? ", the %s" : ", bin %s", name);
    return text;
}

static enum walk_state walk_state_of(enum block_state state)
{
    static const enum walk_state states[BLOCK_N_STATES] = {
        [BLOCK_USED] = WALK_USED,       [BLOCK_FREE] = WALK_IS_FREE,
        [BLOCK_FOREIGN] = WALK_FOREIGN, [BLOCK_DAMAGED] = WALK_IS_DAMAGED,
        [BLOCK_CACHED] = WALK_CACHED,   [BLOCK_QUARANTINED] = WALK_QUARANTINED,
        [BLOCK_UNKNOWN] = WALK_FOREIGN,
    };
    return states[state];
}

/* The word that the last look could not believe. */
static bool is_false(const struct session *s, uint64_t block, enum block_field field)
{
    const struct walk_damage *d = &s->damage;
    return d->at != 0 && d->field == field && d->block == block;
}

size_t watched_words(struct session *s, const struct snapshot_block *b, struct shape_word *facts)
{
    struct block_word words[GLIBC_WORDS_MAX];
    struct glibc_listed l = {0};
    watched_listed(s->watch, b->address, &l);
    const struct walk_block walked = {.address = b->address,
                                      .size = b->size,
                                      .header = b->header,
                                      .state = walk_state_of(b->state),
                                      .bin = l.bin,
                                      .cached = l.cached};
    size_t n = s->watch->kind == WATCH_GLIBC ? glibc_words(&walked, words) : 0, got = 0;
    for (size_t i = 0; i < n && got < SHAPE_WORDS_MAX; i++) {
        struct picture_word word = {.name = words[i].name,
                                    .address = words[i].address,
                                    .bytes = words[i].bytes,
                                    .pointer = block_field_is_address(words[i].field),
                                    .wrong = is_false(s, b->address, words[i].field)};
        if (session_read(s, word.address, &word.value, word.bytes) != word.bytes) continue;
        word.was = word.value;
        facts[got++] = (struct shape_word){words[i].field, word};
    }
    return got;
}

#define CHUNK_FLAGS 7u
#define PROTECT_SHIFT 12 /* from glibc 2.32 on: a link is xored with its own address >> 12 */

static bool is_payload(const struct snapshot *s, uint64_t address)
{
    size_t i = snapshot_find(s, address);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block b = snapshot_block(s, i);
    return address == b.address + b.header;
}

/* A tcache's links lead to payloads, a fastbin's to chunks, two words before them. */
static bool may_lead_to(const struct snapshot *s, uint64_t address)
{
    return is_payload(s, address) || is_payload(s, address + 2 * sizeof address);
}

/* It leads nowhere as it stands, and where a link may lead as it would be meant. */
static bool is_protected(const struct snapshot *s, const struct picture_word *w, uint64_t meant)
{
    return w->value != 0 && !may_lead_to(s, w->value) && (meant == 0 || may_lead_to(s, meant));
}

const char *watched_note(const struct session *s, const struct shape_word *word,
                         char text[WATCHED_NOTE_MAX])
{
    const struct picture_word *w = &word->word;
    uint64_t meant = w->value ^ w->address >> PROTECT_SHIFT;
    char flags[GLIBC_FLAGS_TEXT];
    text[0] = '\0';
    if (word->field == FIELD_CHUNK_SIZE && (w->value & CHUNK_FLAGS) != 0)
        snprintf(text, WATCHED_NOTE_MAX, " = %" PRIu64 " + %s", w->value & ~(uint64_t)CHUNK_FLAGS,
                 glibc_flags_text(w->value, flags));
    else if (word->field == FIELD_CHUNK_NEXT && is_protected(s->snapshot, w, meant))
        snprintf(text, WATCHED_NOTE_MAX,
                 meant ? " (stored protected; it means 0x%" PRIx64 ")"
                       : " (stored protected; it means the end)",
                 meant);
    return text;
}

void watched_pin_find(const struct snapshot *s, struct watched_pin *pin)
{
    bool beside = true;
    *pin = (struct watched_pin){.above = 0};
    size_t region = 0, i = snapshot_n_blocks(s);
    while (region < snapshot_n_regions(s) && snapshot_region(s, region)->kind != REGION_BRK)
        region++;
    while (i-- > 0) {
        if (snapshot_block_region(s, i) != region) continue;
        struct snapshot_block b = snapshot_block(s, i);
        bool is_free = b.state == BLOCK_FREE;
        if (pin->block.size == 0) {
            if (is_free) pin->above += b.size;
            if (!is_free) pin->block = b;
            continue;
        }
        beside = beside && is_free;
        if (is_free) pin->below += b.size;
        if (beside) pin->joins += b.size;
    }
}

const char *watched_moment(const struct watch_moment *m, char text[WATCHED_MOMENT_MAX])
{
    if (m->heap > 0 && m->live + m->free + m->cached == 0)
        snprintf(text, WATCHED_MOMENT_MAX,
                 "heap %" PRIu64 " bytes up to brk, of which no block could be read", m->heap);
    else
        snprintf(text, WATCHED_MOMENT_MAX,
                 "heap %" PRIu64 " bytes, in use %" PRIu64 ", free %" PRIu64 ", cached %" PRIu64,
                 m->heap, m->live, m->free, m->cached);
    return text;
}

#define TOP_KEEPS                                                                                  \
    40u /* bytes of the top chunk that a request can't have: its header, and the least             \
           chunk that stays behind it */

uint64_t watched_fits(const struct snapshot *s)
{
    uint64_t most = 0;
    for (size_t i = 0; i < snapshot_n_free(s); i++) {
        struct snapshot_block b = snapshot_block(s, snapshot_free_at(s, i));
        const struct snapshot_region *r =
            snapshot_region(s, snapshot_block_region(s, snapshot_free_at(s, i)));
        bool top = b.address + b.size == r->end;
        uint64_t keeps = top ? TOP_KEEPS - 8 : b.header, fits = b.size > keeps ? b.size - keeps : 0;
        if (fits > most) most = fits;
    }
    return most;
}
