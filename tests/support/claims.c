/* claims.c: see claims.h. A pattern's groups are numbered as they stand in it; NAME has one group,
 * and so have N and X. */
#include "claims.h"

#include <inttypes.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/block.h"
#include "cli/command/placed.h"
#include "tests/support/try.h"

#define NAME "(#[0-9]+|0x[0-9a-f]+)"
#define N "([0-9]+)"
#define X "0x([0-9a-f]+)"
#define GROUPS 8
#define TEXT_MAX 4096

/* ── What is so ── */

static unsigned char *bytes_now(uint64_t from, uint64_t to)
{
    unsigned char *bytes = calloc(1, to - from + 1);
    assert_non_null(bytes);
    assert_int_equal(session_read(&try_lab.shown.session, from, bytes, to - from), to - from);
    return bytes;
}

void claims_before(struct claims *c)
{
    const struct session *s = &try_lab.shown.session;
    *c = (struct claims){
        .start = s->target.hello.heap_start, .brk_before = s->target.brk, .setup = s->setup};
    c->before = session_picture(&try_lab.shown.session);
    assert_non_null(c->before);
    c->bytes_before = bytes_now(c->start, c->brk_before);
}

static uint64_t guards(const struct claims *c)
{
    return c->setup.value[HEAP_CANARY] ? GUARD_FRONT + GUARD_REAR : 0;
}

void claims_after(struct claims *c)
{
    const struct session *s = &try_lab.shown.session;
    const struct outcome *out = try_lab.last;
    json_int_t requested = json_integer_value(json_object_get(out->result, "requested"));
    const char *address = json_string_value(json_object_get(out->result, "address"));
    c->command = out->command;
    c->brk_after = s->target.brk;
    c->after = session_picture(&try_lab.shown.session);
    assert_non_null(c->after);
    c->bytes_after = bytes_now(c->start, c->brk_after);
    c->result = address ? strtoull(address, NULL, 16) : 0;
    if (address && requested)
        assert_true(block_round_up((uint64_t)requested + guards(c), &c->need));
}

void claims_release(struct claims *c)
{
    snapshot_free(c->before);
    snapshot_free(c->after);
    free(c->bytes_before);
    free(c->bytes_after);
}

/* ── A match, and what its groups mean ── */

struct match {
    const struct claims *c;
    const char *text; /* the whole sentence */
    const char *at; /* where the match begins in it */
    char group[GROUPS][64];
};

static uint64_t number(const struct match *m, int group)
{
    return strtoull(m->group[group], NULL, 10);
}
static uint64_t address(const struct match *m, int group)
{
    return strtoull(m->group[group], NULL, 16);
}
static uint32_t header(const struct match *m) { return block_header_bytes(m->c->setup.policy); }

/* The block that a name names; false if there is none. A used one goes before a free one that had
 * the id. */
static bool named(const struct snapshot *s, const char *name, struct snapshot_block *b)
{
    bool found = false;
    uint64_t wanted = strtoull(name + (*name == '#'), NULL, *name == '#' ? 10 : 16);
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block block = snapshot_block(s, i);
        bool it = *name == '#' ? block.id == wanted : block.address == wanted;
        if (it && (!found || block.state == BLOCK_USED)) *b = block, found = true;
    }
    return found;
}

static uint64_t payload(const struct match *m, const struct snapshot_block *b)
{
    return b->size - header(m);
}

static bool free_before(const struct match *m, int group, struct snapshot_block *b)
{
    return named(m->c->before, m->group[group], b) && b->state == BLOCK_FREE;
}

static bool last_of(const struct snapshot *s, uint64_t block_address)
{
    size_t i = snapshot_find(s, block_address);
    return i != SNAPSHOT_NONE && i + 1 == snapshot_n_blocks(s);
}

/* The free blocks of a snapshot that hold n bytes or more. */
static unsigned n_holding(const struct match *m, const struct snapshot *s, uint64_t n)
{
    unsigned found = 0;
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        found += b.state == BLOCK_FREE && payload(m, &b) >= n;
    }
    return found;
}

/* ── The checks: true if it is so ── */

static bool heap_is_empty(const struct match *m) { return snapshot_n_blocks(m->c->before) == 0; }
static bool list_is_empty(const struct match *m) { return snapshot_n_free(m->c->before) == 0; }
static bool policy_is(const struct match *m)
{
    return strcmp(heap_policy_name(m->c->setup.policy), m->group[1]) == 0;
}

static bool in_use(const struct match *m)
{
    struct snapshot_block b;
    return named(m->c->before, m->group[1], &b) && block_is_taken(b.state);
}

static bool too_small(const struct match *m)
{
    struct snapshot_block b;
    return free_before(m, 1, &b) && payload(m, &b) == number(m, 2) && number(m, 2) < number(m, 3) &&
           (m->c->need == 0 || number(m, 3) == m->c->need);
}

static bool holds(const struct match *m)
{
    struct snapshot_block b;
    return free_before(m, 1, &b) && payload(m, &b) == number(m, 2) && number(m, 2) >= m->c->need;
}

static bool is_free(const struct match *m)
{
    struct snapshot_block b;
    return free_before(m, 1, &b);
}

static bool searched(const struct match *m)
{
    return number(m, 1) > 0 && number(m, 1) < snapshot_n_blocks(m->c->before);
}

/* An aligned block may find no place in one that is large enough, and says so. */
static bool nothing_fits(const struct match *m)
{
    return m->c->need == 0 || strncmp(m->c->command, "aligned", 7) == 0 ||
           n_holding(m, m->c->before, m->c->need) == 0;
}

static bool last_is_free(const struct match *m)
{
    struct snapshot_block b;
    return free_before(m, 1, &b) && last_of(m->c->before, b.address);
}

/* The pieces and the headers between them are what the block taken held. */
static bool split(const struct match *m)
{
    uint64_t sum = 0;
    for (const char *p = strstr(m->at, "split into ") + 11; *p && *p != ';';) {
        char *end;
        sum += strtoull(p, &end, 10);
        if (end == p) return false;
        p = end + strspn(end, " +");
        if (strncmp(p, "header", 6) == 0) p += 6 + strspn(p + 6, " +");
    }
    size_t i = snapshot_find(m->c->before, m->c->result);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block was = snapshot_block(m->c->before, i);
    return was.state == BLOCK_FREE && sum == payload(m, &was);
}

static bool taken_whole(const struct match *m)
{
    struct snapshot_block was;
    size_t i = snapshot_find(m->c->after, m->c->result);
    return free_before(m, 1, &was) && i != SNAPSHOT_NONE &&
           snapshot_block(m->c->after, i).address == was.address &&
           snapshot_block(m->c->after, i).size == was.size;
}

static bool more_than_needed(const struct match *m)
{
    size_t i = snapshot_find(m->c->after, m->c->result);
    struct snapshot_block b = snapshot_block(m->c->after, i);
    return payload(m, &b) == m->c->need + number(m, 1);
}

static bool never_splits(const struct match *m)
{
    return !heap_policy_has(m->c->setup.policy, HEAP_SPLIT);
}
static bool split_is_off(const struct match *m) { return m->c->setup.value[HEAP_SPLIT] == 0; }

static bool too_few(const struct match *m)
{
    size_t i = snapshot_find(m->c->after, m->c->result);
    struct snapshot_block b = snapshot_block(m->c->after, i);
    return number(m, 1) == block_min_bytes(m->c->setup.policy) &&
           payload(m, &b) - m->c->need < number(m, 1);
}

/* A gap, which ends where the next block of ours begins, or its fence. */
static bool foreign(const struct match *m)
{
    const struct snapshot *s = m->c->before;
    size_t n = snapshot_n_blocks(s);
    if (n == 0 || snapshot_block(s, n - 1).state != BLOCK_FOREIGN) return false;
    uint64_t gap = snapshot_block(s, n - 1).size;
    return number(m, 1) >= gap && number(m, 1) - gap < HEAP_ALIGN;
}

static bool refused(const struct match *m)
{
    return strcmp(m->group[2], "kernel") == 0 ||
           m->c->brk_before - m->c->start + number(m, 1) > m->c->setup.limit;
}

static bool given_back(const struct match *m)
{
    return m->c->brk_before - m->c->brk_after == number(m, 1) ||
           strstr(m->text, "brk moves down by");
}
static bool moved_up(const struct match *m)
{
    return m->c->brk_after > m->c->brk_before &&
           m->c->brk_after - m->c->brk_before == number(m, 1) && m->c->brk_after == address(m, 2);
}
/* What brk passed is the new block. */
static bool made(const struct match *m)
{
    size_t i = snapshot_find(m->c->after, m->c->brk_before);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block b = snapshot_block(m->c->after, i);
    return b.state == BLOCK_USED && b.address == m->c->brk_before &&
           b.address + b.size == m->c->brk_after && number(m, 1) + number(m, 2) == b.size &&
           number(m, 1) == b.header && b.address + b.header == m->c->result &&
           (m->group[3][0] ? number(m, 4) == b.requested && b.requested < number(m, 2)
                           : number(m, 2) == b.requested);
}
static bool moved_down(const struct match *m)
{
    return m->c->brk_after < m->c->brk_before && m->c->brk_after == address(m, 1);
}
static bool moved_down_by(const struct match *m)
{
    return m->c->brk_after < m->c->brk_before &&
           m->c->brk_before - m->c->brk_after == number(m, 1) && m->c->brk_after == address(m, 2);
}
static bool stayed(const struct match *m)
{
    return m->c->brk_after == m->c->brk_before && m->c->brk_after == address(m, 1);
}
static bool foreign_move(const struct match *m)
{
    return m->c->brk_before == address(m, 2) && m->c->brk_after == address(m, 3) &&
           (int64_t)(m->c->brk_after - m->c->brk_before) == strtoll(m->group[1], NULL, 10);
}

static bool foreign_move_without_blocks(const struct match *m)
{
    const struct snapshot_stats *n = snapshot_stats(m->c->after);
    return foreign_move(m) && n->n_used == 0 && n->n_free == 0 && n->damaged_bytes == 0;
}

static bool left_over(const struct match *m) { return n_holding(m, m->c->after, number(m, 1)) > 0; }

/* What a moved block had is there again. */
static bool copied(const struct match *m)
{
    uint64_t n = number(m, 1), to = address(m, 2),
             id = (uint64_t)json_integer_value(json_object_get(try_lab.last->result, "id"));
    size_t was = snapshot_find_id(m->c->before, (uint32_t)id);
    if (was == SNAPSHOT_NONE || to < m->c->start || to + n > m->c->brk_after || to != m->c->result)
        return false;
    struct snapshot_block b = snapshot_block(m->c->before, was);
    uint64_t from = b.address + b.header, kept = b.requested < n ? b.requested : n;
    return n <= b.size - b.header && memcmp(m->c->bytes_before + (from - m->c->start),
                                            m->c->bytes_after + (to - m->c->start), kept) == 0;
}

/* Not the last one, and free: what was freed, or what holds it now. */
static bool freed_in_the_middle(const struct match *m)
{
    struct snapshot_block was;
    if (m->group[1][0] != '#' && m->group[1][0] != '0')
        return true; /* "it", "the rest": told by the clause before, which is checked */
    if (!named(m->c->before, m->group[1], &was)) return false;
    size_t i = snapshot_find(m->c->after, was.address);
    return i != SNAPSHOT_NONE && snapshot_block(m->c->after, i).state == BLOCK_FREE &&
           i + 1 < snapshot_n_blocks(m->c->after);
}

static bool in_the_list(const struct match *m)
{
    return snapshot_n_free(m->c->after) > 0 && heap_policy_has(m->c->setup.policy, HEAP_ORDER);
}
static bool only_marked(const struct match *m)
{
    return !heap_policy_has(m->c->setup.policy, HEAP_ORDER);
}

static bool brk_is_foreign(const struct match *m)
{
    size_t n = snapshot_n_blocks(m->c->after);
    return n > 0 && snapshot_block(m->c->after, n - 1).state == BLOCK_FOREIGN;
}

/* Given back, so that brk is where it was or lower; or kept, and then it is the last one there is.
 */
static bool was_last(const struct match *m)
{
    struct snapshot_block was;
    if (m->group[1][0] != '#' && m->group[1][0] != '0') return true; /* "it", "the rest" */
    return named(m->c->before, m->group[1], &was) &&
           (last_of(m->c->before, was.address) || m->c->brk_after <= was.address);
}

static bool trim_is_off(const struct match *m) { return m->c->setup.value[HEAP_TRIM] == 0; }

/* Neighbours, one of them free, the other freed now: as large as both, or as all three. */
static bool merged(const struct match *m)
{
    struct snapshot_block b;
    bool second = m->group[1][0] == 'i'; /* "it" */
    uint64_t sum = number(m, 3);
    if (!named(m->c->before, m->group[2], &b) || b.state != BLOCK_FREE || sum <= b.size)
        return false;
    size_t i = snapshot_find(m->c->after, b.address);
    bool trimmed = b.address >= m->c->brk_after;
    bool more = strstr(m->at + 1, "merges with") != NULL || second;
    return trimmed || more || (i != SNAPSHOT_NONE && snapshot_block(m->c->after, i).size == sum);
}

static bool quarantined(const struct match *m)
{
    return number(m, 3) == m->c->setup.value[HEAP_QUARANTINE] && number(m, 2) <= number(m, 3) &&
           number(m, 4) == number(m, 3) && number(m, 2) == try_lab.shown.session.root.quarantine_n;
}

static bool counted(const struct match *m) { return number(m, 1) > 1; }

static bool fresh(const struct match *m)
{
    return strcmp(m->group[1], heap_policy_name(try_lab.shown.session.setup.policy)) == 0 &&
           address(m, 2) == try_lab.shown.session.target.hello.heap_start;
}

static bool then_up(const struct match *m)
{
    return m->c->brk_after - try_lab.shown.session.target.hello.heap_start == number(m, 1) &&
           m->c->brk_after == address(m, 2);
}

/* A realloc in its place: its block, and what was cut off of it or of what it grew into. */
static bool shrunk(const struct match *m)
{
    struct snapshot_block was, now;
    return named(m->c->before, m->group[1], &was) && named(m->c->after, m->group[1], &now) &&
           was.address == now.address && number(m, 2) + number(m, 3) == was.size &&
           now.size == number(m, 2);
}
static bool grown(const struct match *m)
{
    struct snapshot_block was, now, behind;
    return named(m->c->before, m->group[1], &was) && named(m->c->after, m->group[1], &now) &&
           free_before(m, 2, &behind) && was.address == now.address &&
           behind.address == was.address + was.size && number(m, 4) >= was.size + behind.size &&
           number(m, 4) >= now.size;
}
static bool grew_at_the_end(const struct match *m)
{
    struct snapshot_block was, now;
    return named(m->c->before, m->group[1], &was) && named(m->c->after, m->group[1], &now) &&
           last_of(m->c->before, was.address) && now.size > was.size && now.address == was.address;
}
static bool cut_again(const struct match *m)
{
    size_t i = snapshot_find(m->c->after, m->c->result);
    if (i == SNAPSHOT_NONE || i + 1 >= snapshot_n_blocks(m->c->after)) return false;
    return snapshot_block(m->c->after, i).size == number(m, 1) &&
           snapshot_block(m->c->after, i + 1).size == number(m, 2) &&
           snapshot_block(m->c->after, i + 1).state == BLOCK_FREE;
}
static bool stays_as_it_is(const struct match *m)
{
    struct snapshot_block was, now;
    return named(m->c->before, m->group[1], &was) && named(m->c->after, m->group[1], &now) &&
           was.size == now.size && now.size == number(m, 2) && was.address == now.address;
}

/* The bytes that changed lie in [from, to). */
static bool changed_only(const struct claims *c, uint64_t from, uint64_t to)
{
    for (uint64_t at = c->start; at < c->brk_after && at < c->brk_before; at++)
        if (c->bytes_before[at - c->start] != c->bytes_after[at - c->start] &&
            (at < from || at >= to))
            return false;
    return true;
}

static bool only_the_payload(const struct match *m)
{
    uint64_t at, requested;
    return ledger_find(&try_lab.shown.session.ledger, (uint32_t)number(m, 1), &at, &requested) &&
           changed_only(m->c, at, at + requested);
}
static bool only_the_block(const struct match *m)
{
    struct snapshot_block b;
    char name[24];
    snprintf(name, sizeof name, "#%" PRIu64, number(m, 1));
    return named(m->c->before, name, &b) &&
           changed_only(m->c, b.address + b.header, b.address + b.size);
}
static bool its_canary(const struct match *m)
{
    uint64_t at, requested;
    return m->c->setup.value[HEAP_CANARY] &&
           ledger_find(&try_lab.shown.session.ledger, (uint32_t)number(m, 2), &at, &requested) &&
           requested == number(m, 1);
}
static bool beyond_its_payload(const struct match *m)
{
    uint64_t at, requested, to = try_lab.shown.session.trace.touched_to;
    return ledger_find(&try_lab.shown.session.ledger, (uint32_t)number(m, 1), &at, &requested) &&
           to > at + requested && to <= m->c->brk_after;
}
static bool beyond_brk(const struct match *m)
{
    uint64_t from = try_lab.shown.session.trace.touched_from,
             to = try_lab.shown.session.trace.touched_to, brk = m->c->brk_after;
    return to > brk && number(m, 1) == to - (from > brk ? from : brk);
}
static bool setting(const struct match *m)
{
    char was[160];
    snprintf(was, sizeof was, "set %s %s", m->group[1], m->group[2]);
    return strcmp(m->c->command, was) == 0;
}
static bool limited(const struct match *m)
{
    return try_lab.shown.session.setup.limit == number(m, 1);
}
static bool brk_is_there(const struct match *m)
{
    return m->c->brk_after == strtoull(strstr(m->at, ": brk is at 0x") + 14, NULL, 16);
}
static bool is_named(const struct match *m)
{
    struct snapshot_block b;
    return named(m->c->before, m->group[1], &b) || named(m->c->after, m->group[1], &b);
}
static bool it_is_so(const struct match *m) { return m != NULL; }

static bool never_merges(const struct match *m)
{
    bool can = heap_policy_has(m->c->setup.policy, HEAP_COALESCE);
    return can ? m->c->setup.value[HEAP_COALESCE] == 0 : m->c->setup.policy == HEAP_HEADER;
}

/* A run of free blocks that holds, as one block, what was asked for, while none of them does. */
static bool neighbours_would(const struct match *m)
{
    uint64_t run = 0, most = 0;
    for (size_t i = 0; i < snapshot_n_blocks(m->c->before); i++) {
        struct snapshot_block b = snapshot_block(m->c->before, i);
        run = b.state == BLOCK_FREE ? run + b.size : 0;
        if (run > most) most = run;
    }
    bool told = heap_policy_has(m->c->setup.policy, HEAP_COALESCE) == (m->group[1][0] == 'c');
    return told && never_merges(m) && most > header(m) && most - header(m) >= m->c->need;
}

static bool kept_apart(const struct match *m)
{
    struct snapshot_block b;
    if (!never_merges(m) || !named(m->c->after, m->group[1], &b) || b.state != BLOCK_FREE)
        return false;
    size_t i = snapshot_find(m->c->after, b.address);
    return (i > 0 && snapshot_block(m->c->after, i - 1).state == BLOCK_FREE) ||
           (i + 1 < snapshot_n_blocks(m->c->after) &&
            snapshot_block(m->c->after, i + 1).state == BLOCK_FREE);
}

static const struct claim {
    const char *pattern;
    bool (*so)(const struct match *m);
} claims[] = {
    {"the heap is empty", heap_is_empty},
    {"the free list is empty", list_is_empty},
    {"(header|[a-z]+-fit) looked at ", policy_is},
    {NAME " \\(in use\\)", in_use},
    {NAME " \\(free, holds " N " < " N ": too small\\)", too_small},
    {NAME " \\(holds " N ": (best so far|no better|fits)\\)", holds},
    {NAME " \\(free, but the alignment can't be cut out of it\\)", is_free},
    {N " more, ", searched},
    {": nothing fits", nothing_fits},
    {" \\(free neighbours would, but (coalesce is off|header never merges them)\\)",
     neighbours_would},
    {"; it is not merged with " NAME ", for coalesce is off", kept_apart},
    {"; " NAME ", the last block, is free: it grows", last_is_free},
    {": (#[0-9]+ it is, |0x[0-9a-f]+ it is, )?split into [0-9]+( \\+ [0-9]+ header \\+ [0-9]+)+",
     split},
    {NAME " is taken whole", taken_whole},
    {", " N " bytes more than it needs", more_than_needed},
    {", for header never splits", never_splits},
    {", for split is off", split_is_off},
    {": too few for a block of their own \\(the least is " N "\\)", too_few},
    {"brk was not where the heap ended: " N " foreign (byte is|bytes are) stepped over", foreign},
    {"sbrk\\(" N "\\) fails, \\(void \\*\\) -1: the (limit|kernel) refused", refused},
    {"it can't grow in its place", it_is_so},
    {"; then the last block is free", it_is_so},
    {": sbrk\\(-" N "\\) gives it back", given_back},
    {"brk moves up by " N " to " X, moved_up},
    {": " N " header \\+ " N "( \\(" N " rounded up\\))?", made},
    {"brk moves down to " X, moved_down},
    {"brk moves down by " N " to " X, moved_down_by},
    {"brk stays at " X, stayed},
    {"sbrk\\((-?[0-9]+)\\) by the program itself: brk moves from " X " to " X
     "; there are no blocks",
     foreign_move_without_blocks},
    {"sbrk\\((-?[0-9]+)\\) behind the allocator's back: brk moves from " X " to " X
     ", and the blocks know nothing of it",
     foreign_move},
    {"; left over and free: a block that holds " N, left_over},
    {", and one that holds " N, left_over},
    {N " bytes are copied to " X, copied},
    {"(#[0-9]+|0x[0-9a-f]+|it|the rest) is not the last block: it ", freed_in_the_middle},
    {"is only marked free", only_marked},
    {"goes into the free list", in_the_list},
    {", for brk is not where the heap ends: someone else moved it", brk_is_foreign},
    {"(#[0-9]+|0x[0-9a-f]+|it|the rest) is the last block, but trim is off: it stays", trim_is_off},
    {"(#[0-9]+|0x[0-9a-f]+|it|the rest) is the last block, but it could not be given back",
     was_last},
    {NAME " is the last block: it grows where it stands", grew_at_the_end},
    {"(#[0-9]+|0x[0-9a-f]+|it|the rest) is the last block", was_last},
    {"(#[0-9]+|0x[0-9a-f]+|it|the rest) merges with " NAME ": a block of " N " bytes", merged},
    {NAME " goes into quarantine, where " N " of " N " are: nobody gets its bytes until " N
          " more have been freed",
     quarantined},
    {"; the oldest is let go(: it merges with a free neighbour)?", it_is_so},
    {N " requests", counted},
    {", " N " blocks? made", it_is_so},
    {", " N " freed", it_is_so},
    {", " N " failed", it_is_so},
    {"brk is where it was, at " X, stayed},
    {"brk moved up by " N " to " X, moved_up},
    {"brk moved down by " N " to " X, moved_down_by},
    {"a fresh heap under ([a-z-]+): brk is at its start, " X, fresh},
    {", and then moves up by " N " to " X, then_up},
    {NAME " shrinks where it stands: split into blocks of " N " \\+ " N " bytes", shrunk},
    {NAME " grows into the free block " NAME
          " behind it(, the last one, and on beyond)?: a block of " N " bytes",
     grown},
    {", split into blocks of " N " \\+ " N " bytes", cut_again},
    {NAME " stays as it is, in a block of " N " bytes", stays_as_it_is},
    {"only #" N "'s payload changed; the allocator was not asked", only_the_payload},
    {"only #" N "'s block changed, and in it padding that nobody asked for", only_the_block},
    {"the bytes behind the " N " that #" N " asked for are its canary: `check` tells", its_canary},
    {"the bytes beyond #" N "'s payload belong to the allocator, to another block or to nobody: "
     "`check` tells what broke, if anything",
     beyond_its_payload},
    {N " of these bytes lie beyond brk, in a page that is mapped still: #[0-9]+'s payload was cut "
       "off, and they are no heap any "
       "more",
     beyond_brk},
    {"([a-z]+) is ([a-z0-9-]+) from now on; what was done before stays", setting},
    {"poison is on: what is free is filled now, and what is freed from now on", it_is_so},
    {"sbrk is refused beyond " N " bytes", limited},
    {"(undone|redone) [0-9]+ commands?( \\(.*\\))?: brk is at 0x[0-9a-f]+", brk_is_there},
    {NAME, is_named}, /* what a claim above says of it begins behind it */
};

/* ── The same in offsets ── */

/* With set addresses offset the sentence is the same, but that each address of the heap is told
 * from the heap's start on. */
static void hold_offsets(const char *text)
{
    char back[TEXT_MAX], *owned, *to = back;
    try_lab.shown.view.offsets = true;
    const char *told = placed(&try_lab, try_lab.last, text, &owned);
    try_lab.shown.view.offsets = false;
    uint64_t start = try_lab.shown.session.target.hello.heap_start,
             brk = try_lab.shown.session.target.brk;
    for (const char *p = told; *p && to < back + sizeof back - 32;) {
        char *end;
        uint64_t value = strncmp(p, "+0x", 3) == 0  ? strtoull(p + 1, &end, 16)
                         : strncmp(p, "0x", 2) == 0 ? strtoull(p, &end, 16)
                                                    : 0;
        if (strncmp(p, "0x", 2) == 0 && value >= start && value <= brk)
            fail_msg("in offsets: \"%s\" names 0x%" PRIx64 ", which is an address of the heap",
                     told, value);
        if (strncmp(p, "+0x", 3) == 0)
            to += sprintf(to, "0x%" PRIx64, start + value), p = end;
        else
            *to++ = *p++;
    }
    *to = '\0';
    if (strcmp(back, text) != 0)
        fail_msg("in offsets: \"%s\" is \"%s\", not \"%s\"", told, back, text);
    free(owned);
}

/* ── Holding a sentence against them ── */

static void take_match(struct match *m, const char *at, const regmatch_t *group, size_t n)
{
    m->at = at + group[0].rm_so;
    for (size_t i = 0; i < n; i++) {
        size_t bytes = group[i].rm_so < 0 ? 0 : (size_t)(group[i].rm_eo - group[i].rm_so);
        if (bytes >= sizeof m->group[i]) bytes = sizeof m->group[i] - 1;
        memcpy(m->group[i], at + (group[i].rm_so < 0 ? 0 : group[i].rm_so), bytes);
        m->group[i][bytes] = '\0';
    }
}

/* Take every match of one claim out of left, which has the length of text. */
static void hold_one(const struct claims *c, const struct claim *claim, const char *text,
                     char *left)
{
    regex_t regex;
    regmatch_t group[GROUPS];
    if (regcomp(&regex, claim->pattern, REG_EXTENDED) != 0)
        fail_msg("%s is no pattern", claim->pattern);
    for (size_t at = 0;
         text[at] && regexec(&regex, left + at, GROUPS, group, at ? REG_NOTBOL : 0) == 0;) {
        struct match m = {.c = c, .text = text};
        take_match(&m, left + at, group, GROUPS);
        m.at = text + at + group[0].rm_so;
        if (!claim->so(&m))
            fail_msg("%s: \"%s\" says \"%s\", which is not so", c->command, text, m.group[0]);
        memset(left + at + group[0].rm_so, '_', (size_t)(group[0].rm_eo - group[0].rm_so));
        at += (size_t)group[0].rm_eo;
    }
    regfree(&regex);
}

void claims_hold(const struct claims *c)
{
    static const char *const claiming[] = {"stay",  "move", "fit", "largest", "last",
                                           "merge", "free", "brk", "only",    "nothing"};
    char left[TEXT_MAX];
    const char *text = try_lab.last->sentence;
    if (!text) return;
    hold_offsets(text);
    snprintf(left, sizeof left, "%s", text);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        hold_one(c, &claims[i], text, left);
    bool known = strcspn(left, "0123456789") == strlen(left);
    for (size_t i = 0; i < sizeof claiming / sizeof claiming[0]; i++)
        known = known && !strstr(left, claiming[i]);
    if (!known)
        fail_msg("%s: \"%s\": no claim is known for \"%s\"; expected its check in "
                 "tests/support/claims.c",
                 c->command, text, left);
}
