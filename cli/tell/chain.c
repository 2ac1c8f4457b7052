/* chain.c: a list's links in a row. */
#include "cli/tell/chain.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/session/sound.h"

#define LINKS_MAX 12u

static enum block_field link_field(const struct session *s)
{
    return block_format_of(s->setup.policy)->next;
}

static bool lists_all(const struct session *s)
{
    return block_format_of(s->setup.policy)->list == BLOCK_LIST_ALL;
}

const char *chain_name(const struct session *s) { return block_field_info(link_field(s))->name; }

static void name_block(const struct session *s, uint64_t address, char *text, size_t bytes)
{
    struct snapshot_block b;
    uint32_t id = sound_block(s, address, &b) ? b.id : 0;
    if (id == 0) id = ledger_live_at(&s->ledger, address + session_front_bytes(s));
    if (id != 0)
        snprintf(text, bytes, "#%" PRIu32, id);
    else
        snprintf(text, bytes, "0x%" PRIx64, address);
}

/* The root's link, or the block's at address; false if it can't be read. */
static bool follow(struct session *s, const struct heap_root *root, enum block_field field,
                   uint64_t address, uint64_t *link)
{
    *link = lists_all(s) ? root->first : root->free_head;
    if (address == 0) return true;
    uint64_t at = address + block_field_info(field)->offset;
    bool inside = address >= s->target.hello.heap_start && at < s->target.brk &&
                  s->target.brk - at >= sizeof *link;
    return inside && session_read(s, at, link, sizeof *link) == sizeof *link;
}

const char *chain_text(struct session *s, const char *arrow, char text[CHAIN_MAX])
{
    enum block_field field = link_field(s);
    struct heap_root root;
    uint64_t seen[LINKS_MAX], link = 0;
    char name[40];
    size_t n = 0, at = 0;
    text[0] = '\0';
    if (field == FIELD_N || !s->target.alive) return text;
    if (walk_root(&s->memory.memory, s->target.hello.root_address, &root) != WALK_OK) return text;
    while (follow(s, &root, field, n ? seen[n - 1] : 0, &link) && link != 0) {
        size_t back = 0;
        while (back < n && seen[back] != link)
            back++;
        name_block(s, link, name, sizeof name);
        bool down = lists_all(s) && n > 0 && link < seen[n - 1]; /* which that list never does */
        const char *end = back < n ? " (a circle)" : n + 1 == LINKS_MAX ? " and so on" : "";
        at += (size_t)snprintf(text + at, CHAIN_MAX - at, "%s%s%s", n ? arrow : "", name,
                               *end   ? end
                               : down ? " (back)"
                                      : "");
        if (*end || at >= CHAIN_MAX) return text;
        seen[n++] = link;
    }
    if (link != 0)
        snprintf(text + at, CHAIN_MAX - at, " (no block)"); /* it can't be followed any further */
    return text;
}
