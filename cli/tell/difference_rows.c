/* difference_rows.c: blocks, words and runs of bytes that differ between two states. */
#include "cli/tell/difference_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/session.h"
#include "cli/tell/value.h"

struct difference_rows {
    struct rows base;
    struct difference difference; /* owned */
    struct difference_words words; /* owned */
    char from[LEDGER_NAME_MAX], to[LEDGER_NAME_MAX];
    uint64_t brk_from, brk_to;
};

bool difference_words_add(struct difference_words *words, const struct difference_word *word)
{
    if (words->n == words->room) {
        size_t room = words->room ? words->room * 2 : 32;
        struct difference_word *moved = realloc(words->word, room * sizeof *moved);
        if (!moved) return false;
        words->word = moved;
        words->room = room;
    }
    words->word[words->n++] = *word;
    return true;
}

static void put_block(const char *before, const struct snapshot_block *b, FILE *to)
{
    bool used = b->state == BLOCK_USED || b->state == BLOCK_QUARANTINED;
    fprintf(to, "%s{\"address\":\"0x%" PRIx64 "\"", before, b->address);
    rows_put_number(",\"size\":", b->size, to);
    rows_put_number(",\"header\":", b->header, to);
    fprintf(to, ",\"state\":\"%s\"", value_state_name(b->state));
    if (used && b->id)
        rows_put_number(",\"id\":", b->id, to);
    else
        fputs(",\"id\":null", to);
    if (used)
        rows_put_number(",\"requested\":", b->requested, to);
    else
        fputs(",\"requested\":null", to);
    if (b->id && (b->state == BLOCK_FREE || b->state == BLOCK_DAMAGED))
        rows_put_number(",\"last_id\":", b->id, to);
    else if (b->state == BLOCK_FREE)
        fputs(",\"last_id\":null", to);
    if (b->state == BLOCK_QUARANTINED) fputs(",\"quarantined\":true", to);
    fputc('}', to);
}

static void put_difference(const struct difference_block *b, FILE *to)
{
    static const char *const names[] = {[DIFFERENCE_ADDED] = "added",
                                        [DIFFERENCE_REMOVED] = "removed",
                                        [DIFFERENCE_CHANGED] = "changed"};
    fprintf(to, "{\"change\":\"%s\"", names[b->kind]);
    if (b->kind != DIFFERENCE_ADDED) put_block(",\"before\":", &b->before, to);
    if (b->kind != DIFFERENCE_REMOVED) put_block(",\"after\":", &b->after, to);
    fputc('}', to);
}

static void put_word(const struct difference_word *w, FILE *to)
{
    fprintf(to, "{\"block\":\"0x%" PRIx64 "\",\"field\":\"%s\"", w->block, w->name);
    rows_put_number(",\"offset\":", w->offset, to);
    fprintf(to, ",\"old\":\"0x%" PRIx64 "\",\"new\":\"0x%" PRIx64 "\"}", w->old, w->now);
}

static bool go_on(struct session *s, size_t i, FILE *to)
{
    if (ferror(to) || (s && !session_go_on_at(s, i))) return false;
    if (i > 0) fputc(',', to);
    return true;
}

static bool write_rows(const struct rows *base, struct session *s, FILE *to)
{
    const struct difference_rows *r = (const struct difference_rows *)base;
    const struct difference *d = &r->difference;
    bool ok = true;
    fprintf(to,
            ",\"diff\":{\"from\":\"%s\",\"to\":\"%s\",\"brk\":{\"from\":\"0x%" PRIx64
            "\",\"to\":\"0x%" PRIx64 "\"},\"blocks\":[",
            r->from, r->to, r->brk_from, r->brk_to); /* names are letters, digits and _ */
    for (size_t i = 0; i < d->n_blocks && (ok = ok && go_on(s, i, to)); i++)
        put_difference(&d->block[i], to);
    fputs("],\"words\":[", to);
    for (size_t i = 0; i < r->words.n && (ok = ok && go_on(s, i, to)); i++)
        put_word(&r->words.word[i], to);
    fputs("],\"bytes\":[", to);
    for (size_t i = 0; i < d->n_runs && (ok = ok && go_on(s, i, to)); i++) {
        fprintf(to, "{\"address\":\"0x%" PRIx64 "\"", d->run[i].address);
        rows_put_number(",\"bytes\":", d->run[i].n_bytes, to);
        fputc('}', to);
    }
    rows_put_number("],\"n_bytes\":", d->n_bytes, to);
    return fputc('}', to) != EOF && ok;
}

static void free_rows(struct rows *base)
{
    struct difference_rows *r = (struct difference_rows *)base;
    difference_release(&r->difference);
    free(r->words.word);
    free(r);
}

static const struct rows_kind kind = {.write = write_rows, .free = free_rows};

struct rows *difference_rows_keep(struct difference *d, struct difference_words *words,
                                  const struct mark *a, const struct mark *b)
{
    struct difference_rows *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->base.kind = &kind;
    r->difference = *d;
    r->words = *words;
    *d = (struct difference){0};
    *words = (struct difference_words){0};
    snprintf(r->from, sizeof r->from, "%s", a->name);
    snprintf(r->to, sizeof r->to, "%s", b->name);
    r->brk_from = snapshot_head(a->snapshot)->brk;
    r->brk_to = snapshot_head(b->snapshot)->brk;
    return &r->base;
}
