/* verb_own.c: checkheap, words: what there is to ask of an allocator of your own. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/source/own_target.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"
#include "cli/verb/own_words.h"

#define ERROR_BYTES 256

/* ── checkheap ── */

static bool run_checkheap(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct session *s = &lab->shown.session;
    char error[ERROR_BYTES];
    uint64_t line = 0;
    int said;
    if (args->n > 0 && !parse_size(args->word[0], "LINE", &line, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (line > INT32_MAX) return outcome_fail(out, "LINE is too large; expected an int");
    if (!session_checkheap(s, (int)line, &said)) return outcome_fail(out, "%s", s->error);
    const struct own_setup *own = s->setup.own;
    const char *name = own->name[OWN_CALL_CHECK];
    outcome_result(out, json_pack("{s:s, s:o}", "function", name, "returned",
                                  own->says == OWN_SAYS_NUMBER  ? value_signed(said)
                                  : own->says == OWN_SAYS_TRUTH ? json_true()
                                                                : json_null()));
    if (own->says == OWN_SAYS_NUMBER)
        outcome_text(out, "%s returned %d: what that means is its own\n", name, said);
    else
        outcome_text(out, "%s %s\n", name,
                     own->says == OWN_SAYS_TRUTH ? "says true" : "came to its end");
    return true;
}

const struct command verb_checkheap = {
    .name = "checkheap",
    .usage = "[LINE]",
    .summary = "call the checker of an allocator of your own",
    .help = "mm_checkheap(LINE), or mm_check and the like; LINE is 0 if none is given. A bool that "
            "is false makes a failure of it. `set checkheap on` calls it after each operation of a "
            "trace, and after each command that changes the heap.\nExample: checkheap",
    .group = "look",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_NEEDS_LIFE,
    .needs = SOURCE_ASK,
    .run = run_checkheap,
};

/* ── words ── */

enum { LISTED = 64 };

/* "size 72, in use": a word as CS:APP's headers and footers have it. "": it can't be one. */
static const char *as_csapp(uint64_t word, const struct own_view *v, char *text, size_t bytes)
{
    uint64_t size = word & ~UINT64_C(7);
    text[0] = '\0';
    if ((word & 6) || size > v->now.n || word == 0) return text;
    snprintf(text, bytes, "size %" PRIu64 ", %s", size, word & 1 ? "in use" : "free");
    return text;
}

/* "-> 0x410050": a word that is an address in the heap. */
static const char *as_pointer(uint64_t word, const struct snapshot_head *head, char *text,
                              size_t bytes)
{
    text[0] = '\0';
    if (word >= head->heap_start && word < head->brk) snprintf(text, bytes, "-> 0x%" PRIx64, word);
    return text;
}

static const struct own_word *changed_at(const struct own_view *v, uint64_t address)
{
    for (size_t i = 0; i < v->n_words && i < OWN_VIEW_WORDS; i++)
        if (v->word[i].address == address) return &v->word[i];
    return NULL;
}

static bool in_payload(const struct snapshot *now, uint64_t address)
{
    size_t i = snapshot_find(now, address);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block b = snapshot_block(now, i);
    uint64_t from = b.address + b.header;
    return b.state == BLOCK_USED && b.id != 0 && address >= from && address < from + b.requested;
}

void own_words_guess(struct lab *lab, uint64_t from, uint64_t to, struct outcome *out)
{
    enum { GUESSES = 8 };
    const struct session *s = &lab->shown.session;
    const struct own_view *v = &s->own;
    unsigned width = v->word_bytes ? v->word_bytes : 8;
    uint64_t start = snapshot_head(s->snapshot)->heap_start, last = to - width;
    if (s->setup.policy != HEAP_OWN || v->no_guess || !v->has_now || to < width) return;
    json_t *list = json_array();
    uint64_t at = from <= start ? start : start + (from - start + width - 1) / width * width;
    for (; at <= last && at - start + width <= v->now.n; at += width) {
        char words[64];
        uint64_t word = 0;
        memcpy(&word, v->now.byte + (at - start), width);
        if (!*as_csapp(word, v, words, sizeof words) || in_payload(s->snapshot, at)) continue;
        if (json_array_size(list) == GUESSES) break;
        outcome_text(out, "0x%" PRIx64 "  0x%0*" PRIx64 "  a guess: %s\n", at, (int)width * 2, word,
                     words);
        json_array_append_new(list, json_pack("{s:o, s:o, s:s}", "address", value_address(at),
                                              "word", value_address(word), "csapp", words));
    }
    outcome_extra(out, "guesses", list);
}

struct listing {
    bool csapp, pointers;
    json_t *list;
    size_t n;
};

static void list_word(const struct session *s, struct listing *l, uint64_t address, uint64_t word,
                      unsigned width, struct outcome *out)
{
    char size[64] = "", pointer[32] = "";
    const struct own_word *w = changed_at(&s->own, address);
    if (l->n++ >= LISTED) return;
    if (l->csapp) as_csapp(word, &s->own, size, sizeof size);
    if (l->pointers) as_pointer(word, snapshot_head(s->snapshot), pointer, sizeof pointer);
    json_array_append_new(l->list, json_pack("{s:o, s:o, s:o, s:s, s:s}", "address",
                                             value_address(address), "word", value_address(word),
                                             "was", w ? value_address(w->was) : json_null(),
                                             "csapp", size, "pointer", pointer));
    outcome_text(out, "0x%" PRIx64 "  0x%0*" PRIx64 "%s%s%s\n", address, (int)width * 2, word,
                 *size || *pointer ? "  a guess: " : "", size, pointer);
}

static void list_words(const struct session *s, struct listing *l, struct outcome *out)
{
    const struct own_view *v = &s->own;
    unsigned width = v->word_bytes ? v->word_bytes : 8;
    for (size_t at = 0; at + width <= v->now.n; at += width) {
        uint64_t word = 0, address = snapshot_head(s->snapshot)->heap_start + at;
        memcpy(&word, v->now.byte + at, width);
        if (word != 0 && !in_payload(s->snapshot, address))
            list_word(s, l, address, word, width, out);
    }
    size_t more = l->n > LISTED ? l->n - LISTED : 0;
    char extent[OWN_VIEW_TEXT];
    own_view_extent(v, snapshot_stats(s->snapshot)->heap_bytes, extent);
    if (l->n == 0)
        outcome_text(out, "no word but zeroes stands beside the payloads in use%s\n", extent);
    else if (extent[0])
        outcome_text(out, "%s\n", extent + 2);
    if (more) outcome_text(out, "... and %zu words more\n", more);
    outcome_result(out, json_pack("{s:o, s:o, s:o, s:o}", "words", l->list, "bytes",
                                  value_number(width), "more", value_number(more),
                                  "heap_bytes_read", value_number(v->now.n)));
}

static bool run_words(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct session *s = &lab->shown.session;
    const char *word = args->n > 0 ? args->word[0] : "";
    bool csapp = strcmp(word, "csapp") == 0, pointers = strcmp(word, "pointers") == 0,
         plain = strcmp(word, "plain") == 0;
    if (args->n > 0 && !csapp && !pointers && !plain)
        return outcome_fail(out, "words can't be read as %s; expected csapp, pointers or plain",
                            text_printable(word));
    if (s->setup.policy != HEAP_OWN)
        return outcome_fail(out, "the words of brkview's own policies have names: see `show`; "
                                 "`words` is for an allocator of your own");
    if (args->n > 0 && s->own.no_guess != !csapp) {
        s->own.no_guess = !csapp;
        lab->shown.stale = true;
    }
    if (!lab_sees(lab, out)) return false;
    struct listing l = {csapp || (args->n == 0 && !s->own.no_guess), pointers, json_array(), 0};
    list_words(s, &l, out);
    return true;
}

static void words_choices(command_choice *add, void *user)
{
    add(user, "csapp");
    add(user, "pointers");
    add(user, "plain");
}

const struct command verb_words = {
    .name = "words",
    .usage = "[csapp|pointers|plain]",
    .summary = "list the words beside the payloads of an allocator of your own",
    .help = "As they are; as csapp each that may be a size and a bit for in use is read as that, "
            "as pointers each that is an address of the heap: guesses. While it is csapp, as at "
            "first, words that lead from block to block through the whole heap make its map.\n"
            "Example: words csapp",
    .group = "look",
    .most = 1,
    .kinds = {ARG_CHOICE},
    .choices = words_choices,
    .needs = SOURCE_ASK,
    .run = run_words,
};
