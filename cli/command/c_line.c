/* c_line.c: statements of C to commands: an assignment of a call, a call (c_call.c), or a
 * store through a pointer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line_private.h"
#include "cli/command/parse_id.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* ── Statements ── */

/* Behind the =: a call, perhaps behind casts. */
static bool assignment(struct c_statement *t)
{
    char word[C_WORD_MAX] = "";
    struct c_type type;
    while (c_take(&t->scan, "(")) {
        if (!c_at_type(&t->scan)) return c_statement_cannot(t);
        if (!c_type(&t->scan, &type) || !c_need(&t->scan, ")")) return false;
    }
    if (c_word(&t->scan, word) && c_take(&t->scan, "(")) {
        t->scan.at--;
        return c_statement_call(t, word);
    }
    if (parse_pointer(t->scan.ledger, t->target) || strcmp(word, "NULL") == 0)
        return c_fail(&t->scan,
                      "a variable alone changes nothing in the heap, and the lab keeps none; "
                      "expected a call such as %s = malloc(64)",
                      t->target);
    return c_statement_cannot(t);
}

/* p1[3] = 'x', *(p1 + 3) = 0, ((int *)p1)[2] = 7: little-endian, as the target has it. */
static bool store(struct c_statement *t)
{
    struct c_pointer p;
    struct c_number n, at = {0};
    char hex[17] = "";
    bool star = c_take(&t->scan, "*");
    if (!c_pointer_term(&t->scan, &p)) return false;
    if (!star && !c_take(&t->scan, "[")) return c_statement_cannot(t);
    if (!star && !(c_number(&t->scan, &at) && c_need(&t->scan, "]"))) return false;
    if (!c_take(&t->scan, "=") || *t->scan.at == '=') return c_statement_cannot(t);
    if (!*p.word)
        return c_fail(&t->scan,
                      "writing through NULL would end the process; expected a pointer like p1");
    if (p.is_float || p.element > 8)
        return c_fail(&t->scan,
                      "only whole numbers can be stored here; expected a cast such as (int *)");
    if (!c_number(&t->scan, &n)) return false;
    unsigned unused = 64 - 8 * p.element;
    bool fits = (uint64_t)((int64_t)(n.bits << unused) >> unused) == n.bits ||
                n.bits << unused >> unused == n.bits;
    if (!fits)
        return c_fail(&t->scan,
                      "%" PRId64 " is more than %" PRIu32
                      " byte%s hold%s; expected less, or a cast such as ((int *)p1)[0]",
                      (int64_t)n.bits, p.element, p.element == 1 ? "" : "s",
                      p.element == 1 ? "s" : "");
    int64_t further;
    if (__builtin_mul_overflow((int64_t)at.bits, (int64_t)p.element, &further) ||
        __builtin_add_overflow(p.offset, further, &p.offset))
        return c_fail(&t->scan, "the index is out of range; expected a place in the block");
    for (uint32_t i = 0; i < p.element; i++)
        sprintf(hex + 2 * i, "%02x", (unsigned)(n.bits >> 8 * i & 0xff));
    if (!p.cast)
        snprintf(t->c->note, C_NOTE_BYTES, "%s is taken as a char *: one byte at %+" PRId64, p.word,
                 p.offset);
    return c_statement_emit(t, "write %s %" PRId64 " %s force", p.word, p.offset, hex);
}

/* char *p = ..., p = ..., f(...), or a store. */
static bool statement(struct c_statement *t)
{
    char word[C_WORD_MAX];
    struct c_type type;
    struct c_scan *s = &t->scan, begin;
    bool declared = c_at_type(s);
    if (declared && !c_type(s, &type)) return false;
    begin = *s;
    if (!declared && c_take(s, "(")) { /* (void) malloc(64): the cast says nothing */
        if (!(c_at_type(s) && c_type(s, &type) && type.is_void && type.stars == 0 &&
              c_take(s, ")")))
            *s = begin;
        else
            begin = *s;
    }
    if (!c_word(s, word)) return declared ? c_statement_cannot(t) : store(t);
    c_skip(s);
    if (*s->at == '=' && s->at[1] != '=') {
        s->at++;
        snprintf(t->target, sizeof t->target, "%s", word);
        if (!c_line_can_name(word))
            return c_fail(s, "%s can't be a variable; expected a name such as p1", word);
        return assignment(t);
    }
    if (declared) return c_statement_cannot(t);
    if (*s->at == '(') return c_statement_call(t, word);
    *s = begin;
    return store(t);
}

bool c_line_parse(struct c_line *c, const struct ledger *ledger, const char *line, char *error,
                  size_t error_bytes)
{
    struct c_statement t = {
        .scan = {.at = line, .ledger = ledger, .error = error, .error_bytes = error_bytes},
        .line = line,
        .c = c};
    *c = (struct c_line){0};
    *error = '\0';
    bool ok = statement(&t);
    c_take(&t.scan, ";");
    c_skip(&t.scan);
    if (ok && *t.scan.at)
        ok = c_fail(&t.scan, "%s is not understood behind the call; expected the end of the line",
                    text_printable(t.scan.at));
    if (ok) return true;
    if (!*error) c_statement_cannot(&t);
    free(c->command);
    *c = (struct c_line){0};
    return false;
}

/* ── What is C ── */

static bool is_one_of(const char *word, const char *const *list)
{
    while (*list && strcmp(*list, word) != 0)
        list++;
    return *list != NULL;
}

bool c_line_can_name(const char *word)
{
    static const char *const taken[] = {
        "sizeof", "return", "if",      "else",     "for",     "while",   "do",     "switch",
        "case",   "goto",   "break",   "continue", "default", "typedef", "extern", "inline",
        "auto",   "NULL",   "nullptr", "all",      "answer",  "true",    "false",  NULL};
    return !c_is_type_word(word) && !c_function_is(word) && !is_one_of(word, taken);
}

bool c_line_is(const char *line)
{
    static const char *const spoken[] = {"if",   "for",    "while", "return", "printf",
                                         "puts", "assert", "exit",  NULL};
    char error[2] = "", word[C_WORD_MAX], second[C_WORD_MAX];
    struct c_scan s = {.at = line, .error = error, .error_bytes = sizeof error};
    c_skip(&s);
    if (*s.at == '(' || *s.at == '*') return true;
    if (!c_word(&s, word) || strcmp(word, "answer") == 0) return false;
    bool apart = ascii_is_blank(*s.at);
    c_skip(&s);
    char next = *s.at;
    if (next == '=') return s.at[1] != '=';
    if (next == '(') return !apart || c_function_is(word) || is_one_of(word, spoken);
    if (strcmp(word, "return") == 0) return true;
    if (!apart)
        return next == '[' || (next == '-' && s.at[1] == '>') || (next == '+' && s.at[1] == '+') ||
               (next == '*' && c_is_type_word(word));
    return c_is_type_word(word) && (next == '*' || c_word(&s, second));
}
