/* trace.c: see trace.h. One pass over the lines: numbers until the first operation, then
 * operations. What an id stands for is kept beside, so that a free of what is not live is found
 * here. */
#include "cli/score/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/trace_private.h"
#include "cli/text/text.h"

enum { HEADER_MOST = 4, NOT_SAID = -1 };

enum id_state { ID_NEW, ID_LIVE, ID_NULL, ID_FREED };

struct reader {
    struct trace *t;
    struct trace_line line;
    uint64_t header[HEADER_MOST];
    size_t n_header;
    int64_t ids, ops; /* as the header says */
    size_t room; /* operations that fit into t->op */
    uint8_t *state; /* enum id_state, by id */
    size_t n_state;
    uint32_t last_size; /* of the last line that had one */
    bool begun; /* an operation was met */
    bool full; /* as many operations as the header says */
    bool noted_id;
    char *error;
    size_t error_bytes;
};

static void note(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct reader *r, const char *format, ...)
{
    if (r->t->n_notes == TRACE_MOST_NOTES) return;
    char *to = r->t->note[r->t->n_notes++];
    size_t bytes = sizeof r->t->note[0];
    int n = snprintf(to, bytes, "line %" PRIu32 ": ", r->line.number);
    va_list args;
    va_start(args, format);
    vsnprintf(to + n, bytes - (size_t)n, format, args);
    va_end(args);
}

static bool wrong(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct reader *r, const char *format, ...)
{
    char words[256];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return text_complain(r->error, r->error_bytes, "line %" PRIu32 ": %s", r->line.number, words);
}

/* ── The header ── */

static bool take_header(struct reader *r)
{
    for (size_t i = 0; i < r->line.n_words; i++) {
        if (r->n_header == HEADER_MOST)
            return wrong(r,
                         "a fifth number before the first operation; expected four, two or none");
        if (!trace_line_number(&r->line, i, INT64_MAX, &r->header[r->n_header++]))
            return wrong(r,
                         "%s is neither a number of the header nor an operation; expected a, r "
                         "or f",
                         trace_line_word(&r->line, i));
    }
    return true;
}

static void header_of_four(struct reader *r)
{
    const uint64_t *h = r->header;
    struct trace *t = r->t;
    t->form = h[0] > 3 ? TRACE_CSAPP : TRACE_CMU;
    r->ids = (int64_t)h[1];
    r->ops = (int64_t)h[2];
    if (t->form == TRACE_CSAPP) {
        t->suggested_bytes = h[0];
        t->weight = h[3] <= 3 ? (unsigned)h[3] : 1;
        return;
    }
    t->weight = (unsigned)h[0];
    t->ignore_ranges = h[3] == 1;
    t->most_bytes = h[3] > 1 ? h[3] : 0;
}

static bool end_header(struct reader *r)
{
    r->begun = true;
    r->t->weight = 1;
    switch (r->n_header) {
    case 0:
        r->t->form = TRACE_SCRIPT;
        return true;
    case 2:
        r->t->form = TRACE_XV6;
        r->ids = (int64_t)r->header[0];
        r->ops = (int64_t)r->header[1];
        return true;
    case HEADER_MOST:
        header_of_four(r);
        return true;
    default:
        return wrong(r, "%zu number%s before the first operation; expected four, two or none",
                     r->n_header, r->n_header == 1 ? "" : "s");
    }
}

/* ── Operations ── */

static bool room_for_op(struct reader *r)
{
    struct trace *t = r->t;
    if (t->n_ops == TRACE_MOST_OPS)
        return wrong(r, "more than %d operations; expected at most so many", TRACE_MOST_OPS);
    if (t->n_ops < r->room) return true;
    size_t room = r->room ? r->room * 2 : 256;
    struct trace_op *op = realloc(t->op, room * sizeof *op);
    if (!op) return wrong(r, "out of memory");
    t->op = op;
    r->room = room;
    return true;
}

static bool room_for_id(struct reader *r, uint64_t id)
{
    if (id < r->n_state) return true;
    size_t n = r->n_state ? r->n_state : 256;
    while (n <= id)
        n *= 2;
    uint8_t *state = realloc(r->state, n);
    if (!state) return wrong(r, "out of memory");
    memset(state + r->n_state, ID_NEW, n - r->n_state);
    r->state = state;
    r->n_state = n;
    return true;
}

static bool take_id(struct reader *r, struct trace_op *op)
{
    uint64_t id;
    const struct trace_line *l = &r->line;
    if (l->n_words < 2)
        return wrong(r, "%s has no id; expected a ID SIZE, r ID SIZE or f ID",
                     trace_line_word(l, 0));
    if (op->kind == TRACE_FREE && l->word[1].n == 2 && memcmp(l->word[1].at, "-1", 2) == 0) {
        op->id = -1;
        return true;
    }
    if (!trace_line_number(l, 1, TRACE_MOST_ID, &id))
        return wrong(r, "%s can't be an id; expected a whole number up to %d",
                     trace_line_word(l, 1), TRACE_MOST_ID);
    op->id = (int32_t)id;
    if (r->ids != NOT_SAID && (int64_t)id >= r->ids && !r->noted_id) {
        r->noted_id = true;
        note(r, "id %" PRIu64 " is beyond the %" PRId64 " ids of the header", id, r->ids);
    }
    if (id >= r->t->n_ids) r->t->n_ids = (uint32_t)id + 1;
    return room_for_id(r, id);
}

static bool take_size(struct reader *r, struct trace_op *op)
{
    uint64_t size;
    const struct trace_line *l = &r->line;
    size_t words = op->kind == TRACE_FREE ? 2 : 3;
    if (l->n_words > words)
        return wrong(r, "%s is too much; expected a ID SIZE, r ID SIZE or f ID",
                     trace_line_word(l, words));
    if (op->kind == TRACE_FREE) return true;
    if (l->n_words == 2 && op->kind == TRACE_ALLOC && r->t->n_ops > 0) {
        op->size = r->last_size;
        return true;
    }
    if (l->n_words == 2)
        return wrong(r, "%s has no size; expected %s ID SIZE", trace_line_word(l, 0),
                     trace_line_word(l, 0));
    if (!trace_line_number(l, 2, UINT64_MAX, &size))
        return wrong(r, "%s can't be a size; expected a whole number of bytes",
                     trace_line_word(l, 2));
    if (size > UINT32_MAX)
        return wrong(r,
                     "%" PRIu64 " bytes are more than 4 GiB; such traces are for drivers that "
                     "only pretend to have memory",
                     size);
    op->size = r->last_size = (uint32_t)size;
    return true;
}

/* What becomes of its id. */
static bool live_on(struct reader *r, const struct trace_op *op)
{
    if (op->id < 0) return true;
    uint8_t *state = &r->state[op->id];
    if (op->kind == TRACE_FREE) {
        if (*state == ID_NEW)
            return wrong(r,
                         "f %" PRId32 " frees what was never allocated; expected an id that is "
                         "live",
                         op->id);
        if (*state == ID_FREED)
            return wrong(r, "f %" PRId32 " frees it a second time; expected an id that is live",
                         op->id);
        *state = ID_FREED;
        return true;
    }
    *state = op->kind == TRACE_REALLOC && op->size == 0 ? ID_NULL : ID_LIVE;
    return true;
}

static bool kind_of(const struct trace_line *l, enum trace_kind *kind)
{
    static const char letters[] = {'a', 'r', 'f'};
    for (size_t i = 0; l->word[0].n == 1 && i < sizeof letters; i++)
        if (l->word[0].at[0] == letters[i]) {
            *kind = (enum trace_kind)i;
            return true;
        }
    return false;
}

static bool take_op(struct reader *r, enum trace_kind kind)
{
    struct trace_op op = {.kind = kind, .line = r->line.number};
    if (!room_for_op(r) || !take_id(r, &op) || !take_size(r, &op) || !live_on(r, &op)) return false;
    r->t->op[r->t->n_ops++] = op;
    return true;
}

/* ── The whole ── */

static bool take_line(struct reader *r)
{
    enum trace_kind kind;
    if (r->line.n_words == 0) return true;
    bool is_op = kind_of(&r->line, &kind);
    if (!r->begun && !is_op) return take_header(r);
    if (!r->begun && !end_header(r)) return false;
    if (r->ops != NOT_SAID && r->t->n_ops >= (uint64_t)r->ops) {
        note(r, "the header says %" PRId64 " operations; from here on nothing is run", r->ops);
        return r->full = true;
    }
    if (is_op) return take_op(r, kind);
    return wrong(r, "%s is no operation; expected a, r or f", trace_line_word(&r->line, 0));
}

static bool take_all(struct reader *r, const char *text, size_t n)
{
    const char *at = text, *end = text + n;
    while (!r->full && trace_line_next(&r->line, &at, end))
        if (!take_line(r)) return false;
    if (!r->begun || r->t->n_ops == 0)
        return text_complain(r->error, r->error_bytes,
                             "it has no operations; expected lines such as a 0 64 and f 0");
    if (r->ops != NOT_SAID && r->t->n_ops < (uint64_t)r->ops)
        note(r, "it ends after %zu operations; the header says %" PRId64, r->t->n_ops, r->ops);
    return true;
}

bool trace_parse_lines(struct trace *t, const char *text, size_t n, char *error, size_t error_bytes)
{
    struct reader r = {
        .t = t, .ids = NOT_SAID, .ops = NOT_SAID, .error = error, .error_bytes = error_bytes};
    *t = (struct trace){.n_ops = 0};
    bool ok = take_all(&r, text, n);
    free(r.state);
    if (!ok) trace_release(t);
    return ok;
}

void trace_release(struct trace *t)
{
    free(t->op);
    *t = (struct trace){.n_ops = 0};
}

const char *trace_op_words(const struct trace_op *op, char *text, size_t bytes)
{
    if (op->id < 0)
        snprintf(text, bytes, "free(NULL)");
    else if (op->kind == TRACE_ALLOC)
        snprintf(text, bytes, "malloc(%" PRIu32 ") of id %" PRId32, op->size, op->id);
    else if (op->kind == TRACE_REALLOC)
        snprintf(text, bytes, "realloc(id %" PRId32 ", %" PRIu32 ")", op->id, op->size);
    else
        snprintf(text, bytes, "free(id %" PRId32 ")", op->id);
    return text;
}
