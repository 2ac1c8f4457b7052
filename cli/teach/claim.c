/* claim.c: claims, as authors write them, and as the heap has it. */
#include "cli/teach/claim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/choose.h"
#include "cli/command/lab.h"
#include "cli/command/parse.h"
#include "cli/tell/shapes.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* ── The form ── */

static const char *const forms[] = {
    [CLAIM_WORD] = "`@word BLOCK FIELD VALUE`, such as `@word 2 is_free 1`",
    [CLAIM_BYTES] =
        "`@bytes BLOCK OFFSET BYTES`, such as `@bytes 2 16 41 42` or `@bytes 2 16 \"AB\"`",
    [CLAIM_STAT] = "`@stat NAME VALUE`, such as `@stat free_bytes 64`",
};

static bool complain(char *error, size_t bytes, enum claim_kind kind, const char *what)
{
    if (*what)
        snprintf(error, bytes, "%s is not understood; expected %s", text_printable(what),
                 forms[kind]);
    else
        snprintf(error, bytes, "a word is missing; expected %s", forms[kind]);
    return false;
}

/* A number in decimal or hex, behind a + if plus may stand there. */
static bool number(const char *word, bool *plus, uint64_t *n)
{
    char *end;
    bool has = *word == '+';
    if ((has && !plus) || !ascii_is_digit(word[has])) return false;
    if (plus) *plus = has;
    errno = 0;
    *n = strtoull(word + has, &end, strncmp(word + has, "0x", 2) == 0 ? 16 : 10);
    return errno == 0 && *end == '\0';
}

static bool parse_block(struct claim *c, const char *word)
{
    bool id = *word == '#';
    return number(word + id, id ? NULL : &c->at_offset, &c->block) &&
           (c->at_offset || (c->block > 0 && c->block <= UINT32_MAX));
}

static bool parse_offset(struct claim *c, const char *word)
{
    uint64_t n;
    bool minus = *word == '-', plus;
    if (!number(word + minus, minus ? NULL : &plus, &n) || n > INT32_MAX) return false;
    c->offset = minus ? -(int64_t)n : (int64_t)n;
    return true;
}

static bool add_bytes(struct claim *c, const struct arguments *args, int i)
{
    const char *p = args->word[i];
    size_t n = args->length[i];
    if (!args->quoted[i] && (n % 2 || n == 0 || strspn(p, "0123456789abcdefABCDEF") != n))
        return false;
    size_t step = args->quoted[i] ? 1 : 2;
    for (size_t k = 0; k < n; k += step) {
        char pair[3] = {p[k], p[k + step - 1], '\0'};
        if (c->n_bytes == CLAIM_BYTES_MAX) return false;
        c->bytes[c->n_bytes++] =
            step == 1 ? (unsigned char)p[k] : (unsigned char)strtoul(pair, NULL, 16);
    }
    return true;
}

/* The first word that is not understood; NULL: all are. "": one is missing. */
static const char *bad_word(struct claim *c, const struct arguments *args)
{
    if (args->n != 3) return args->n < 3 ? "" : args->word[3];
    if (!parse_block(c, args->word[0])) return args->word[0];
    if (strlen(args->word[1]) >= sizeof c->field || !*args->word[1]) return args->word[1];
    strcpy(c->field, args->word[1]);
    return number(args->word[2], &c->relative, &c->value) ? NULL : args->word[2];
}

static const char *bad_bytes(struct claim *c, const struct arguments *args)
{
    if (args->n < 3) return "";
    if (!parse_block(c, args->word[0])) return args->word[0];
    if (!parse_offset(c, args->word[1])) return args->word[1];
    for (int i = 2; i < args->n; i++)
        if (!add_bytes(c, args, i)) return args->word[i];
    return c->n_bytes ? NULL : "";
}

static const char *bad_stat(struct claim *c, const struct arguments *args)
{
    if (args->n != 2) return args->n < 2 ? "" : args->word[2];
    for (c->stat = 0; c->stat < EFFECT_N_STATS; c->stat++)
        if (strcmp(effect_stat_name(c->stat), args->word[0]) == 0) break;
    if (c->stat == EFFECT_N_STATS) return args->word[0];
    return number(args->word[1], NULL, &c->value) ? NULL : args->word[1];
}

bool claim_parse(struct claim *c, enum claim_kind kind, const char *words, char *error,
                 size_t error_bytes)
{
    static const char *(*const bad[])(struct claim *, const struct arguments *) = {
        [CLAIM_WORD] = bad_word, [CLAIM_BYTES] = bad_bytes, [CLAIM_STAT] = bad_stat};
    struct arguments args;
    char *line = malloc(strlen(words) + 3);
    *c = (struct claim){.kind = kind};
    if (!line) return text_complain(error, error_bytes, "out of memory");
    sprintf(line, "@ %s", words); /* as a command's line: quotes and escapes are the same */
    bool ok = arguments_parse(&args, line, error, error_bytes);
    const char *wrong = ok ? bad[kind](c, &args) : NULL;
    if (wrong) ok = complain(error, error_bytes, kind, wrong);
    arguments_release(&args);
    free(line);
    return ok;
}

/* ── The heap ── */

static const char *block_shown(const struct claim *c, char text[32])
{
    snprintf(text, 32, c->at_offset ? "what is at +0x%" PRIx64 : "#%" PRIu64, c->block);
    return text;
}

static bool find(const struct claim *c, struct lab *lab, struct snapshot_block *b, char *error,
                 size_t bytes)
{
    char word[32], shown[32];
    uint64_t address = lab->shown.session.target.hello.heap_start + c->block;
    struct outcome *out = outcome_new(0, "");
    snprintf(word, sizeof word, c->at_offset ? "0x%" PRIx64 : "#%" PRIu64,
             c->at_offset ? address : c->block);
    bool ok = out && choose_block(lab, word, b, out);
    if (!ok) snprintf(error, bytes, "%s", out && out->error ? out->error : "out of memory");
    if (ok && c->at_offset && b->address != address)
        ok = false, snprintf(error, bytes, "%s: no block begins there", block_shown(c, shown));
    outcome_free(out);
    return ok;
}

static bool word_holds(const struct claim *c, struct lab *lab, char *error, size_t bytes)
{
    char shown[32], names[128] = "none";
    struct snapshot_block b;
    struct shape_word words[SHAPE_WORDS_MAX];
    if (!find(c, lab, &b, error, bytes)) return false;
    uint64_t value = c->value + (c->relative ? lab->shown.session.target.hello.heap_start : 0);
    size_t n = shape_words(&lab->shown.session, &lab->shown.marked, &b, words), at = 0;
    for (size_t i = 0; i < n; i++) {
        const struct picture_word *w = &words[i].word;
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", i ? ", " : "", w->name);
        if (strcmp(w->name, c->field) != 0) continue;
        if (w->value == value) return true;
        snprintf(error, bytes,
                 w->pointer ? "the heap contradicts this: %s of %s is 0x%" PRIx64 ", not 0x%" PRIx64
                            : "the heap contradicts this: %s of %s is %" PRIu64 ", not %" PRIu64,
                 w->name, block_shown(c, shown), w->value, value);
        return false;
    }
    snprintf(error, bytes, "%s has no word %s; expected one that it has: %s", block_shown(c, shown),
             text_printable(c->field), names);
    return false;
}

static void put_hex(char *text, size_t room, const unsigned char *bytes, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n && at + 4 < room; i++)
        at += (size_t)snprintf(text + at, room - at, "%s%02x", i ? " " : "", bytes[i]);
}

static bool bytes_hold(const struct claim *c, struct lab *lab, char *error, size_t bytes)
{
    unsigned char there[CLAIM_BYTES_MAX];
    char shown[32], is[3 * CLAIM_BYTES_MAX + 1] = "", said[sizeof is] = "";
    struct snapshot_block b = {.address = lab->shown.session.target.hello.heap_start + c->block};
    if (!c->at_offset && !find(c, lab, &b, error, bytes))
        return false; /* an offset needs no block: damaged bytes are no less there */
    size_t n =
        session_read(&lab->shown.session, b.address + (uint64_t)c->offset, there, c->n_bytes);
    if (n != c->n_bytes) {
        snprintf(error, bytes,
                 "the bytes at %+" PRId64 " of %s can't be read; expected bytes of the heap",
                 c->offset, block_shown(c, shown));
        return false;
    }
    if (memcmp(there, c->bytes, n) == 0) return true;
    put_hex(is, sizeof is, there, n);
    put_hex(said, sizeof said, c->bytes, n);
    snprintf(error, bytes,
             "the heap contradicts this: the bytes at %+" PRId64 " of %s are %s, not %s", c->offset,
             block_shown(c, shown), is, said);
    return false;
}

static bool stat_holds(const struct claim *c, struct lab *lab, char *error, size_t bytes)
{
    struct effect now;
    lab_look(lab);
    if (lab->shown.stale) return text_complain(error, bytes, "%.300s", lab->shown.session.error);
    effect_gather(&now, lab, NULL);
    if (now.stat[c->stat] == c->value) return true;
    snprintf(error, bytes, "the heap contradicts this: %s is %" PRIu64 ", not %" PRIu64,
             effect_stat_name(c->stat), now.stat[c->stat], c->value);
    return false;
}

bool claim_holds(const struct claim *c, struct lab *lab, char *error, size_t error_bytes)
{
    switch (c->kind) {
    case CLAIM_WORD:
        return word_holds(c, lab, error, error_bytes);
    case CLAIM_BYTES:
        return bytes_hold(c, lab, error, error_bytes);
    case CLAIM_STAT:
        break;
    }
    return stat_holds(c, lab, error, error_bytes);
}
