/* fault_kinds.c: the faults, each done to the target's real bytes, and what it does in a line. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/tell/chain.h"
#include "cli/verb/fault.h"

#define NEXT_BYTES 16u
#define LEAKS 8u
#define LEAK_BYTES 64u
#define OOM_BYTES 4096u

#define HARM(...) snprintf(f->harm, sizeof f->harm, __VA_ARGS__)
#define UNSEEN(...) snprintf(f->unseen, sizeof f->unseen, __VA_ARGS__)

static const struct block_format *format(const struct fault *f)
{
    return block_format_of(f->lab->shown.session.setup.policy);
}
static uint32_t header_bytes(const struct fault *f) { return format(f)->header; }
/* The list is of all blocks, not of the free ones, whose links lie in payloads. */
static bool lists_all(const struct fault *f) { return format(f)->list == BLOCK_LIST_ALL; }

/* The owner of a block frees it. False: the target has died of it. */
static bool free_next(struct fault *f, const struct fault_block *b)
{
    char what[48];
    enum heap_status status = HEAP_OK;
    snprintf(what, sizeof what, "the next free(p%" PRIu32 ")", b->id);
    if (!fault_free(f, what, b->payload, &status)) return false;
    struct session *s = &f->lab->shown.session;
    if (status == HEAP_OK && !ledger_drop(&s->ledger, b->id, s->seq)) s->no_memory = true;
    return true;
}

/* What the allocator does next, with the block whose header was hit, and with a request that looks
 * along the list. */
static void go_on(struct fault *f, const struct fault_block *hit)
{
    struct fault_block made;
    if (f->canary && hit != &f->a && !free_next(f, &f->a)) return;
    if (!fault_alloc(f, f->largest_free + NEXT_BYTES, &made)) return;
    if (!free_next(f, hit)) return;
    if (f->invariant == 0) fault_check(f, "after the next alloc and free");
}

/* ── Writing past the ends ── */

static bool overflow(struct fault *f)
{
    uint64_t n = header_bytes(f);
    if (!fault_stage(f, FAULT_PAIR)) return false;
    fault_watch(f, f->b.address, f->b.address + n);
    fault_tell(f,
               "memset(p%" PRIu32 ", 'A', %" PRIu64 "): %" PRIu64 " bytes more than #%" PRIu32
               " has, over the header behind it",
               f->a.id, f->a.usable + n, n, f->a.id);
    HARM("#%" PRIu32 " was written past its end, over the header of #%" PRIu32, f->a.id, f->b.id);
    if (!fault_fill(f, f->a.payload, f->a.usable + n, 'A')) return true;
    fault_tell_words(f);
    fault_check(f, "at once");
    go_on(f, &f->b);
    return true;
}

static bool underflow(struct fault *f)
{
    if (!fault_stage(f, FAULT_PAIR)) return false;
    fault_watch(f, f->b.address, f->b.payload);
    fault_tell(
        f, "memset(p%" PRIu32 " - 16, 'B', 16): the 16 bytes before #%" PRIu32 "'s payload are %s",
        f->b.id, f->b.id,
        f->canary      ? "its front guard"
        : lists_all(f) ? "its own header's (the last 8 of the 32 are unused)"
                       : "its own header's");
    HARM("#%" PRIu32 " was written before its start, over %s", f->b.id,
         f->canary ? "the canary there" : "its own header");
    if (!fault_fill(f, f->b.payload - 16, 16, 'B')) return true;
    fault_tell_words(f);
    fault_check(f, "at once");
    go_on(f, &f->b);
    return true;
}

static bool off_by_one(struct fault *f)
{
    if (!fault_stage(f, FAULT_EXACT)) return false;
    fault_watch(f, f->b.address, f->b.address + header_bytes(f));
    uint64_t at = f->a.payload + f->a.requested;
    bool zero = (fault_read(f, at) & 0xff) != 0; /* else a terminator would change nothing */
    fault_tell(f,
               "p%" PRIu32 "[%" PRIu64 "] = %s of a string of %" PRIu64 " characters; #%" PRIu32
               " was asked to hold one less",
               f->a.id, f->a.requested, zero ? "0: the terminator" : "'x': the last one",
               f->a.requested + !zero, f->a.id);
    if (f->canary)
        HARM("one byte behind #%" PRIu32 " hit the canary there, and nothing else", f->a.id);
    else
        HARM("one byte behind #%" PRIu32 " hit the lowest byte of #%" PRIu32 "'s first header word",
             f->a.id, f->b.id);
    UNSEEN(lists_all(f) ? "a smaller size leaves a gap before next, and gaps may be a stranger's"
                        : "the word keeps a value that can be true");
    if (!fault_fill(f, at, 1, zero ? 0 : 'x')) return true;
    fault_tell_words(f);
    fault_check(f, "at once");
    go_on(f, &f->b);
    return true;
}

static bool stray_header(struct fault *f)
{
    if (!fault_stage(f, FAULT_PAIR)) return false;
    uint64_t at = f->b.address + block_field_info(format(f)->size)->offset, old = fault_read(f, at);
    fault_watch(f, f->b.address, f->b.address + header_bytes(f));
    fault_tell(f,
               "*(size_t *)0x%" PRIx64 " = %" PRIu64 ": a stray write makes #%" PRIu32
               " 32 bytes larger than it is",
               at, old + 32, f->b.id);
    HARM("the size in #%" PRIu32 "'s header is false: it reaches beyond the block", f->b.id);
    UNSEEN("nothing lies where the false size ends");
    if (!fault_write(f, at, old + 32)) return true;
    fault_tell_words(f);
    fault_check(f, "at once");
    go_on(f, &f->b);
    return true;
}

/* ── Freeing wrongly ── */

/* free(a), as it should be done. False: it was refused, or the target died. */
static bool free_once(struct fault *f)
{
    struct session *s = &f->lab->shown.session;
    if (!session_free(s, f->a.id)) {
        fault_tell(f, "free(p%" PRIu32 "): %s", f->a.id, s->error);
        return false;
    }
    fault_tell(f, "free(p%" PRIu32 "): right so far; the program keeps the old pointer, 0x%" PRIx64,
               f->a.id, f->a.payload);
    return true;
}

/* The largest request that the freed block holds. */
static uint64_t reusing(const struct fault *f)
{
    return f->a.usable - (f->canary ? GUARD_REAR : 0);
}

static bool double_free(struct fault *f)
{
    char what[64];
    enum heap_status status;
    struct fault_block heir, other;
    if (!fault_stage(f, FAULT_SOLE) || !free_once(f)) return f->n_lines > 0 && !f->out->error;
    HARM("#%" PRIu32 " was freed twice", f->a.id);
    UNSEEN("every header is true: no heap records who holds a pointer");
    snprintf(what, sizeof what, "free(p%" PRIu32 ") again, at once", f->a.id);
    if (!fault_free(f, what, f->a.payload, &status) || !fault_alloc(f, reusing(f), &heir))
        return true;
    if (heir.payload != f->a.payload) {
        fault_tell(f, "the freed block was not reused%s: the harm does not come",
                   f->quarantine ? ", for it is in quarantine" : "");
        HARM("#%" PRIu32 " was freed twice, and the second free was refused", f->a.id);
        UNSEEN("nothing came of it");
        fault_check(f, "at the end");
        return true;
    }
    snprintf(what, sizeof what, "free(p%" PRIu32 ") once more, now that #%" PRIu32 " lives there",
             f->a.id, heir.id);
    if (!fault_free(f, what, f->a.payload, &status)) return true;
    fault_check(f, "after that free");
    if (!fault_alloc(f, reusing(f), &other)) return true;
    if (other.payload == heir.payload)
        HARM("the second free(p%" PRIu32 ") freed #%" PRIu32 "'s block, and #%" PRIu32
             " got it too",
             f->a.id, heir.id, other.id);
    fault_check(f, "at the end");
    return true;
}

static bool use_after_free(struct fault *f)
{
    struct fault_block heir;
    if (!fault_stage(f, FAULT_SOLE) || !free_once(f)) return f->n_lines > 0 && !f->out->error;
    HARM("#%" PRIu32 " was written to after it was freed", f->a.id);
    UNSEEN("a freed payload without links holds no word of the allocator's, and nobody looks at "
           "the rest");
    fault_watch(f, f->a.address, f->a.address + f->a.size);
    fault_tell(f, "memset(p%" PRIu32 ", 'U', 16): the old pointer still works%s", f->a.id,
               lists_all(f) || f->quarantine || f->canary
                   ? ""
                   : ", and the free list's links stand there now");
    if (!fault_fill(f, f->a.payload, 16, 'U')) return true;
    fault_tell_words(f);
    fault_check(f, "at once");
    if (!fault_alloc(f, reusing(f), &heir) || heir.payload != f->a.payload) return true;
    if (!fault_fill(f, heir.payload, heir.requested, 'n') || !fault_fill(f, f->a.payload, 8, 'U'))
        return true;
    fault_tell(f,
               "#%" PRIu32 " is filled with 'n', the old pointer writes again: #%" PRIu32
               "'s first word is 0x%" PRIx64 " now",
               heir.id, heir.id, fault_read(f, heir.payload));
    HARM("the old pointer to #%" PRIu32 " writes into #%" PRIu32, f->a.id, heir.id);
    fault_check(f, "at the end");
    return true;
}

/* Bytes in a's payload that look like a block in use: such data may come from anywhere. Returns its
 * payload, or 0 if the target died of it. */
static uint64_t forge(struct fault *f)
{
    uint64_t at = f->a.payload, word[8] = {0, 32, 0, 0, 32, 32, 0, 0};
    if (lists_all(f)) word[0] = 16, word[1] = 0, word[2] = f->b.address;
    for (size_t i = 0; i < 8; i++)
        if (!fault_write(f, at + 8 * i, word[i])) return 0;
    return at + header_bytes(f);
}

static bool wild_free(struct fault *f)
{
    char what[64];
    enum heap_status status;
    struct fault_block made;
    if (!fault_stage(f, FAULT_ROOM)) return false;
    HARM("an address inside #%" PRIu32 " was freed, which malloc never returned", f->a.id);
    UNSEEN("a false header inside a payload is never met on the way from block to block");
    snprintf(what, sizeof what, "free(p%" PRIu32 " + 16)", f->a.id);
    if (!fault_free(f, what, f->a.payload + 16, &status)) return true;
    uint64_t inside = forge(f);
    if (inside == 0) return true;
    fault_tell(f, "#%" PRIu32 "'s data happen to look like a header, at 0x%" PRIx64, f->a.id,
               f->a.payload);
    uint64_t is_free = f->a.payload + block_field_info(format(f)->is_free)->offset,
             old = fault_read(f, is_free);
    snprintf(what, sizeof what, "free(p%" PRIu32 " + %" PRIu64 ")", f->a.id, inside - f->a.payload);
    if (!fault_free(f, what, inside, &status)) return true;
    if (status != HEAP_OK)
        HARM("an address inside #%" PRIu32 " was freed, and refused", f->a.id),
            UNSEEN("nothing came of it");
    if (fault_read(f, is_free) != old)
        fault_tell(f,
                   "the word at 0x%" PRIx64 " was #%" PRIu32 "'s data: 0x%" PRIx64 " -> 0x%" PRIx64,
                   is_free, f->a.id, old, fault_read(f, is_free));
    fault_check(f, "after that free");
    if (fault_alloc(f, NEXT_BYTES, &made)) fault_check(f, "after the next alloc");
    return true;
}

/* ── Lists, leaks, the end of memory ── */

static bool cycle(struct fault *f)
{
    char chain[CHAIN_MAX];
    struct fault_block made;
    if (!fault_stage(f, lists_all(f) ? FAULT_PAIR : FAULT_SOLE)) return false;
    if (!lists_all(f) && !free_once(f)) return true;
    uint64_t block = lists_all(f) ? f->b.address : f->a.address;
    enum block_field field = format(f)->next;
    fault_watch(f, block, block + f->b.size);
    fault_tell(f, "a stray write: %s of %s leads to 0x%" PRIx64, block_field_info(field)->name,
               fault_name(f, block), f->a.address);
    HARM("the list runs in a circle at 0x%" PRIx64, f->a.address);
    if (f->quarantine && !lists_all(f)) {
        HARM("a link was written into #%" PRIu32 ", which is in quarantine and in no list",
             f->a.id);
        UNSEEN("a block in quarantine has no links");
    }
    if (!fault_write(f, block + block_field_info(field)->offset, f->a.address)) return true;
    fault_tell_words(f);
    if (*chain_text(&f->lab->shown.session, " -> ", chain))
        fault_tell(f, "the list, from its head on: %s", chain);
    fault_check(f, "at once");
    /* More than any block on the circle has: the search goes round. */
    fault_alloc(f,
                (f->a.usable > f->largest_free ? f->a.usable : f->largest_free) + f->b.usable +
                    NEXT_BYTES,
                &made);
    return true;
}

static bool leak(struct fault *f)
{
    struct session *s = &f->lab->shown.session;
    struct session_block made = {0};
    uint64_t before = s->target.brk;
    uint32_t first = 0, n = 0;
    for (; n < LEAKS && session_alloc(s, LEAK_BYTES, &made); n++)
        if (first == 0) first = made.id;
    if (n == 0)
        return outcome_fail(f->out, "nothing could be allocated to be leaked: %s", s->error);
    fault_tell(f,
               "p = malloc(%u), %" PRIu32 " times, each over the pointer before: #%" PRIu32
               " to #%" PRIu32,
               LEAK_BYTES, n, first, made.id);
    fault_tell(f,
               "p holds 0x%" PRIx64 " alone: the other %" PRIu32
               " blocks can't be freed by this program any more",
               made.address, n - 1);
    fault_tell(f, "brk moved up by %" PRIu64 " bytes; done for ever, it ends in out of memory",
               s->target.brk - before);
    fault_check(f, "at the end");
    fault_tell(f,
               "brkview remembers the addresses, so that `free %" PRIu32
               "` works here; the program has lost them",
               first);
    HARM("%" PRIu32 " blocks of %u bytes are in use, and nobody holds a pointer to them", n - 1,
         LEAK_BYTES);
    UNSEEN("a leaked block is a block in use: only the program's pointers tell them apart, and the "
           "heap does not know those");
    return true;
}

static bool oom(struct fault *f)
{
    struct session *s = &f->lab->shown.session;
    struct session_block made;
    uint64_t limit = s->target.brk - s->target.hello.heap_start + OOM_BYTES;
    uint32_t n = 0;
    if (!session_limit(s, limit))
        return outcome_fail(f->out, "the limit could not be set: %s", s->error);
    fault_tell(f, "limit %" PRIu64 ": the heap may grow by %u bytes more", limit, OOM_BYTES);
    while (n < OOM_BYTES && session_alloc(s, OOM_BYTES / 4, &made))
        n++;
    fault_tell(f, "malloc(%u) succeeds %" PRIu32 " times, then it returns NULL: %s", OOM_BYTES / 4,
               n, s->error);
    fault_check(f, "at once");
    fault_tell(f, "*(char *)NULL = 'x': a program that does not look at what malloc returned "
                  "writes to address 0");
    HARM("malloc returned NULL, and the program did not look");
    UNSEEN("nothing is wrong with the heap: refusing is what it should do");
    session_look_last(s);
    if (fault_fill(f, 0, 1, 'x'))
        fault_tell(f, "that was not caught: something is mapped at address 0");
    return true;
}

static const struct fault_kind kinds[] = {
    {"overflow", "write past the end of a block, over the header behind it", overflow, false},
    {"underflow", "write before the start of a block, over its own header", underflow, false},
    {"off-by-one", "write one byte too many", off_by_one, false},
    {"double-free", "free a block twice", double_free, false},
    {"use-after-free", "write through a pointer to a block that was freed", use_after_free, false},
    {"wild-free", "free an address that malloc never returned", wild_free, false},
    {"header", "let a stray write make the size in a header false", stray_header, false},
    {"cycle", "link the list into a circle", cycle, false},
    {"leak", "allocate over the only pointer, again and again", leak, true},
    {"oom", "ask until malloc returns NULL, and use it", oom, true},
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

const struct fault_kind *fault_kind(size_t index) { return index < N_KINDS ? &kinds[index] : NULL; }
