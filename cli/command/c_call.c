/* c_call.c: the functions of C that the lab understands, each with its arguments and the command
 * that it is. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line_private.h"
#include "cli/command/parse_id.h"
#include "cli/text/text.h"

bool c_statement_emit(struct c_statement *t, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    bool ok = vasprintf(&t->c->command, format, list) >= 0;
    va_end(list);
    if (ok) return true;
    t->c->command = NULL;
    return c_fail(&t->scan, "out of memory");
}

/* ── Arguments ── */

/* A number that the function takes as a size_t. */
static bool size(struct c_statement *t, uint64_t *bytes)
{
    struct c_number n;
    t->scan.wrapped = false;
    if (!c_number(&t->scan, &n)) return false;
    *bytes = n.bits;
    if (t->scan.wrapped)
        snprintf(t->c->note, C_NOTE_BYTES,
                 "the size was more than 64 bits hold: in a size_t it wraps around to %" PRIu64,
                 n.bits);
    else if (!n.is_unsigned && (int64_t)n.bits < 0)
        snprintf(t->c->note, C_NOTE_BYTES, "%" PRId64 " is %" PRIu64 " as a size_t",
                 (int64_t)n.bits, n.bits);
    return true;
}

/* A pointer that bytes are written through. */
static bool place(struct c_statement *t, struct c_pointer *p)
{
    if (!c_pointer(&t->scan, p)) return false;
    return *p->word ||
           c_fail(&t->scan,
                  "writing through NULL would end the process; expected a pointer like p1");
}

/* A pointer that goes back to the allocator: what it returned, unchanged, or NULL. */
static bool whole(struct c_statement *t, struct c_pointer *p)
{
    if (!c_pointer(&t->scan, p)) return false;
    if (!*p->word) snprintf(p->word, sizeof p->word, "NULL");
    return p->offset == 0 || c_fail(&t->scan,
                                    "%s %+" PRId64 " is not what malloc returned; expected %s "
                                    "alone (`break wild-free` shows what happens)",
                                    p->word, p->offset, p->word);
}

/* ` as NAME`, where the variable is not what the next block is called anyway; with force if it
 * leaves a block in use for this one. */
static const char *naming(const struct c_statement *t, bool fresh, char *text, size_t bytes)
{
    const struct ledger *ledger = t->scan.ledger;
    uint64_t payload, requested;
    char next[16];
    uint32_t owner = ledger_name_find(ledger, t->target);
    snprintf(next, sizeof next, "p%" PRIu32, ledger->next_id);
    *text = '\0';
    if (!*t->target || (fresh && owner == 0 && strcmp(t->target, next) == 0)) return text;
    snprintf(text, bytes, " as %s%s", t->target,
             owner && ledger_find(ledger, owner, &payload, &requested) ? " force" : "");
    return text;
}

/* ── Functions ── */

#define NAMING_BYTES (C_WORD_MAX + 16)

static bool call_malloc(struct c_statement *t)
{
    uint64_t bytes;
    char as[NAMING_BYTES];
    return size(t, &bytes) &&
           c_statement_emit(t, "alloc %" PRIu64 "%s", bytes, naming(t, true, as, sizeof as));
}

static bool call_calloc(struct c_statement *t)
{
    uint64_t n, bytes;
    char as[NAMING_BYTES];
    return size(t, &n) && c_need(&t->scan, ",") && size(t, &bytes) &&
           c_statement_emit(t, "calloc %" PRIu64 " %" PRIu64 "%s", n, bytes,
                            naming(t, true, as, sizeof as));
}

static bool call_aligned(struct c_statement *t)
{
    uint64_t alignment, bytes;
    char as[NAMING_BYTES];
    return size(t, &alignment) && c_need(&t->scan, ",") && size(t, &bytes) &&
           c_statement_emit(t, "aligned %" PRIu64 " %" PRIu64 "%s", alignment, bytes,
                            naming(t, true, as, sizeof as));
}

static bool call_posix_memalign(struct c_statement *t)
{
    uint64_t alignment, bytes;
    char as[NAMING_BYTES];
    struct c_type type;
    if (c_take(&t->scan, "(") && !(c_type(&t->scan, &type) && c_need(&t->scan, ")")))
        return false; /* (void **) */
    if (!c_need(&t->scan, "&")) return false;
    if (!c_word(&t->scan, t->target))
        return c_fail(&t->scan, "a variable is missing behind &; expected one like &p1");
    if (!c_line_can_name(t->target))
        return c_fail(&t->scan, "%s can't be a variable; expected a name such as p1", t->target);
    if (!c_need(&t->scan, ",") || !size(t, &alignment) || !c_need(&t->scan, ",") ||
        !size(t, &bytes))
        return false;
    if (alignment % sizeof(void *) != 0)
        return c_fail(&t->scan,
                      "posix_memalign returns EINVAL for an alignment of %" PRIu64
                      "; expected a multiple of 8",
                      alignment);
    return c_statement_emit(t, "aligned %" PRIu64 " %" PRIu64 "%s", alignment, bytes,
                            naming(t, true, as, sizeof as));
}

static bool call_realloc(struct c_statement *t)
{
    struct c_pointer p;
    uint64_t bytes;
    char as[NAMING_BYTES] = "";
    if (!whole(t, &p) || !c_need(&t->scan, ",") || !size(t, &bytes)) return false;
    bool fresh = strcmp(p.word, "NULL") == 0;
    uint32_t id = fresh ? 0 : parse_pointer(t->scan.ledger, p.word);
    if (fresh || id == 0 || parse_pointer(t->scan.ledger, t->target) != id)
        naming(t, fresh, as, sizeof as);
    t->c->unassigned = t->c->unassigned && fresh;
    return c_statement_emit(t, "realloc %s %" PRIu64 "%s", p.word, bytes, as);
}

static bool call_free(struct c_statement *t)
{
    struct c_pointer p;
    return whole(t, &p) && c_statement_emit(t, "free %s", p.word);
}

static bool call_sbrk(struct c_statement *t)
{
    struct c_number n;
    uint64_t payload, requested;
    uint32_t id = parse_pointer(t->scan.ledger, t->target);
    if (id && ledger_find(t->scan.ledger, id, &payload, &requested))
        return c_fail(&t->scan,
                      "%s points to #%" PRIu32
                      ", and would lose it; expected another variable, or sbrk(...) alone",
                      t->target, id);
    return c_number(&t->scan, &n) && c_statement_emit(t, "sbrk %" PRId64 "%s", (int64_t)n.bits,
                                                      (int64_t)n.bits < 0 ? " force" : "");
}

static bool call_memset(struct c_statement *t)
{
    struct c_pointer p;
    struct c_number byte;
    uint64_t bytes;
    if (!place(t, &p) || !c_need(&t->scan, ",") || !c_number(&t->scan, &byte) ||
        !c_need(&t->scan, ",") || !size(t, &bytes))
        return false;
    char offset[32] = "";
    if (p.offset) snprintf(offset, sizeof offset, " %" PRId64, p.offset);
    return c_statement_emit(t, "fill %s 0x%02x %" PRIu64 "%s force", p.word,
                            (unsigned)(byte.bits & 0xff), bytes, offset);
}

/* The n bytes of text, written as a command writes them. */
static bool emit_text(struct c_statement *t, const struct c_pointer *p, const char *text, size_t n)
{
    char *quoted = malloc(4 * n + 1), *to = quoted;
    if (!quoted) return c_fail(&t->scan, "out of memory");
    *to = '\0';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
        to += sprintf(to, plain ? "%c" : "\\x%02x", c);
    }
    bool ok = c_statement_emit(t, "write %s %" PRId64 " \"%s\" force", p->word, p->offset, quoted);
    free(quoted);
    return ok;
}

static bool call_strcpy(struct c_statement *t)
{
    struct c_pointer p;
    size_t n;
    char *text = place(t, &p) && c_need(&t->scan, ",") ? c_text(&t->scan, &n) : NULL;
    bool ok = text && emit_text(t, &p, text, strlen(text) + 1);
    free(text);
    return ok;
}

static bool call_memcpy(struct c_statement *t)
{
    struct c_pointer p;
    uint64_t bytes;
    size_t n;
    char *text = place(t, &p) && c_need(&t->scan, ",") ? c_text(&t->scan, &n) : NULL;
    bool ok = text && c_need(&t->scan, ",") && size(t, &bytes);
    if (ok && bytes > n + 1)
        ok = c_fail(&t->scan,
                    "memcpy would read %" PRIu64
                    " bytes of a text of %zu; expected at most that many",
                    bytes, n + 1);
    ok = ok && emit_text(t, &p, text, bytes);
    free(text);
    return ok;
}

static const struct function {
    const char *name;
    bool (*read)(struct c_statement *t); /* its arguments, without the parentheses */
    bool returns; /* an address, which can be assigned */
    bool makes; /* a block */
} functions[] = {
    {"malloc", call_malloc, true, true},    {"calloc", call_calloc, true, true},
    {"realloc", call_realloc, true, true},  {"aligned_alloc", call_aligned, true, true},
    {"memalign", call_aligned, true, true}, {"posix_memalign", call_posix_memalign, false, false},
    {"free", call_free, false, false},      {"sbrk", call_sbrk, true, false},
    {"memset", call_memset, false, false},  {"memcpy", call_memcpy, false, false},
    {"memmove", call_memcpy, false, false}, {"strcpy", call_strcpy, false, false},
};
#define N_FUNCTIONS (sizeof functions / sizeof functions[0])

const char *c_line_function(size_t index, bool *returns)
{
    *returns = index < N_FUNCTIONS && functions[index].returns;
    return index < N_FUNCTIONS ? functions[index].name : NULL;
}

static const struct function *function_find(const char *word)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++)
        if (strcmp(functions[i].name, word) == 0) return &functions[i];
    return NULL;
}

bool c_function_is(const char *word) { return function_find(word) != NULL; }

#define UNDERSTOOD                                                                                 \
    "of C the lab understands malloc, calloc, realloc, aligned_alloc, posix_memalign, free, "      \
    "sbrk, memset, memcpy, strcpy, and "                                                           \
    "p1[0] = 'x'"

bool c_statement_cannot(struct c_statement *t)
{
    return c_fail(&t->scan, "%s can't be done here: " UNDERSTOOD, text_printable(t->line));
}

bool c_statement_call(struct c_statement *t, const char *word)
{
    const struct function *f = function_find(word);
    if (!f || (*t->target && !f->returns)) return c_statement_cannot(t);
    t->c->unassigned = f->makes && !*t->target;
    return c_need(&t->scan, "(") && f->read(t) && c_need(&t->scan, ")");
}
