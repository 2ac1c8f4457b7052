/* json.c: one object a line for every command: the shape is a promise, see the manual. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/tell/lost.h"
#include "cli/tell/rows.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"

static json_t *write_json(const struct step *s)
{
    const struct block_field_info *info = block_field_info((enum block_field)s->field);
    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o}", "step", "write-header", "block",
                     s->block ? value_address(s->block) : json_null(), "field",
                     info ? info->name : "?", "offset", value_number(s->offset), "old",
                     value_address(s->a), "new", value_address(s->b));
}

static json_t *sbrk_json(const struct step *s)
{
    json_t *j = json_pack("{s:s, s:o, s:o, s:o}", "step", step_kind_name((enum step_kind)s->kind),
                          "bytes", value_signed((int64_t)s->a), "from", value_address(s->b), "to",
                          value_address(s->c));
    if (s->why != WHY_NONE)
        json_object_set_new(j, "why", json_string(step_why_name((enum step_why)s->why)));
    return j;
}

/* name and block, to which the kinds add. */
static json_t *block_json(const struct step *s)
{
    return json_pack("{s:s, s:o}", "step", step_kind_name((enum step_kind)s->kind), "block",
                     value_address(s->block));
}

static json_t *step_json(const struct step *s)
{
    json_t *j;
    switch ((enum step_kind)s->kind) {
    case STEP_WRITE:
        return write_json(s);
    case STEP_SBRK:
    case STEP_TRIM:
        return sbrk_json(s);
    case STEP_SKIPPED:
        return json_pack("{s:s, s:o}", "step", "skipped", "count", value_number(s->a));
    case STEP_FILL:
        return json_pack("{s:s, s:o, s:o, s:o}", "step", step_kind_name(STEP_FILL), "from",
                         value_address(s->a), "bytes", value_number(s->b), "byte",
                         value_number(s->c));
    case STEP_QUARANTINE:
        j = block_json(s);
        json_object_set_new(j, "kept", value_number(s->a));
        return j;
    case STEP_WAIT:
    case STEP_LOCK:
        return json_pack("{s:s}", "step", step_kind_name((enum step_kind)s->kind));
    case STEP_FENCE:
    case STEP_MAP:
    case STEP_UNMAP:
        return json_pack("{s:s, s:o, s:o, s:o}", "step", step_kind_name((enum step_kind)s->kind),
                         "bytes", value_number(s->a), "from", value_address(s->b), "to",
                         value_address(s->c));
    case STEP_PROBE:
        j = block_json(s);
        json_object_set_new(j, "why", json_string(step_why_name((enum step_why)s->why)));
        json_object_set_new(j, "payload", value_number(s->a));
        json_object_set_new(j, "wanted", value_number(s->b));
        return j;
    case STEP_SPLIT:
        j = block_json(s);
        json_object_set_new(j, "size", value_number(s->a));
        json_object_set_new(j, "rest", value_address(s->c));
        json_object_set_new(j, "rest_size", value_number(s->b));
        return j;
    case STEP_COALESCE:
        j = block_json(s);
        json_object_set_new(j, "with", value_address(s->c));
        json_object_set_new(j, "size", value_number(s->b));
        return j;
    case STEP_LINK:
        j = block_json(s);
        json_object_set_new(j, "after", s->a ? value_address(s->a) : json_null());
        return j;
    case STEP_COPY:
        j = block_json(s);
        json_object_set_new(j, "bytes", value_number(s->a));
        json_object_set_new(j, "from", value_address(s->b));
        json_object_set_new(j, "to", value_address(s->c));
        return j;
    case STEP_TAKE:
    case STEP_MARK_FREE:
        j = block_json(s);
        json_object_set_new(j, "payload", value_number(s->a));
        return j;
    default:
        return block_json(s);
    }
}

static json_t *steps_json(const struct step_trace *t)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < step_trace_n(t); i++) {
        struct step s = step_trace_at(t, i);
        json_array_append_new(steps, step_json(&s));
    }
    return steps;
}

/* What a program would find in errno; NULL: nothing, or nothing that an allocator sets. */
static const char *errno_name(int error)
{
    return error == ENOMEM ? "ENOMEM" : error == EINVAL ? "EINVAL" : NULL;
}

/* All but the rows. */
static json_t *line_json(struct lab *lab, const struct outcome *out)
{
    struct session *s = &lab->shown.session;
    json_t *brk = json_pack("{s:o, s:o, s:o}", "start", value_address(s->target.hello.heap_start),
                            "now", value_address(out->brk_after), "delta",
                            value_signed((int64_t)(out->brk_after - out->brk_before)));
    json_t *j = json_pack("{s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "seq", value_number(out->seq),
                          "command", out->command, "ok", out->ok, "error",
                          out->error ? json_string(out->error) : json_null(), "result",
                          out->result ? json_incref(out->result) : json_null(), "brk", brk, "steps",
                          steps_json(&s->trace), "stats", shape_stats_json(&lab->shown.session));
    if (!j) return NULL;
    if (!s->target.alive) json_object_set_new(j, "alive", json_false());
    if (out->sentence) json_object_set_new(j, "sentence", json_string(out->sentence));
    if (errno_name(s->trace.error))
        json_object_set_new(j, "errno", json_string(errno_name(s->trace.error)));
    if (out->c_line) json_object_set_new(j, "c", json_string(out->c_line));
    if (out->extra) json_object_update(j, out->extra);
    return j;
}

/* jansson escapes all but one control: DEL, which JSON allows. */
static int put_piece(const char *piece, size_t n, void *to)
{
    for (const char *del; (del = memchr(piece, 0x7f, n)) != NULL; piece = del + 1) {
        size_t before = (size_t)(del - piece);
        if (fwrite(piece, 1, before, to) != before || fputs("\\u007f", to) == EOF) return -1;
        n -= before + 1;
    }
    return fwrite(piece, 1, n, to) == n ? 0 : -1;
}

bool report_put_json(const json_t *j, FILE *to)
{
    return json_dump_callback(j, put_piece, to, JSON_COMPACT | JSON_ENSURE_ASCII) ==
           0; /* which escapes the C1 controls, too */
}

/* A string, without any memory: ASCII stands for itself, what is none is left out. */
static void put_ascii(const char *text, FILE *to)
{
    for (; *text; text++)
        if (*text >= ' ' && *text < 0x7f)
            fprintf(to, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

/* The line of an outcome that there is no memory to tell: the promised members, and why there are
 * no more. */
static void put_brief(const struct lab *lab, const struct outcome *out, FILE *to)
{
    const struct session *s = &lab->shown.session;
    const struct snapshot_stats *n = snapshot_stats(s->snapshot);
    fprintf(to, "{\"seq\":%" PRIu32 ",\"command\":\"", out->seq);
    put_ascii(out->command, to);
    fputs("\",\"ok\":false,\"error\":\"", to);
    put_ascii(out->error ? out->error
                         : "out of memory: what was done stays done, but it can't be told",
              to);
    fprintf(to,
            "\",\"result\":null,\"brk\":{\"start\":\"0x%" PRIx64 "\",\"now\":\"0x%" PRIx64
            "\",\"delta\":%" PRId64 "},\"steps\":[]",
            s->target.hello.heap_start, out->brk_after,
            (int64_t)(out->brk_after - out->brk_before));
    fprintf(to,
            ",\"stats\":{\"policy\":\"%s\",\"heap_bytes\":%" PRIu64 ",\"live_bytes\":%" PRIu64
            ",\"header_bytes\":%" PRIu64 ",\"padding_bytes\":%" PRIu64 ",\"free_bytes\":%" PRIu64
            ",\"largest_free\":%" PRIu64 ",\"blocks\":%" PRIu64 ",\"used\":%" PRIu64
            ",\"free\":%" PRIu64 "}%s}",
            snapshot_head(s->snapshot)->policy, n->heap_bytes, n->live_bytes, n->header_bytes,
            n->padding_bytes, n->free_bytes, n->largest_free, (uint64_t)n->n_blocks,
            (uint64_t)n->n_used, (uint64_t)n->n_free, s->target.alive ? "" : ",\"alive\":false");
}

/* The text is made before any of it is written, so that a line is whole or is not there. The rows
 * are written by themselves. */
bool report_put_outcome(struct lab *lab, const struct outcome *out, struct session *listener,
                        FILE *to, bool *begun)
{
    lost_any();
    json_t *j = line_json(lab, out);
    char *text = j ? json_dumps(j, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    bool ok = *begun = text && !lost_any();
    if (ok) ok = put_piece(text, strlen(text) - 1, to) == 0;
    if (ok && out->rows) ok = rows_write(out->rows, listener, to);
    if (ok) ok = fputc('}', to) != EOF;
    free(text);
    json_decref(j);
    return ok;
}

bool report_json_line(struct lab *lab, const struct outcome *out, FILE *to)
{
    bool whole;
    report_put_outcome(lab, out, NULL, to, &whole);
    if (!whole) put_brief(lab, out, to);
    fputc('\n', to);
    return whole;
}
