/* peak_words.c: see peak_words.h. */
#include "cli/score/peak_words.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/tell/value.h"

static void put_moment(const struct peak *p)
{
    printf("  largest: %" PRIu64 " bytes; fullest at operation %" PRIu32 " (line %" PRIu32
           "), with %" PRIu64 " bytes (%.1f%%) in %zu payload%s\n",
           p->heap, p->op, p->line, p->live, 100.0 * (double)p->live / (double)p->heap, p->n_live,
           p->n_live == 1 ? "" : "s");
    if (p->most_live > p->live)
        printf("    most payload: %" PRIu64 " bytes, at operation %" PRIu32 " (line %" PRIu32
               "), in a smaller heap\n",
               p->most_live, p->most_live_op, p->most_live_line);
    if (p->grew_op == 0)
        printf("    the heap was so large from mm_init on\n");
    else
        printf("    it became so large at operation %" PRIu32 " (line %" PRIu32
               "); the largest gap before had %" PRIu64 " bytes\n",
               p->grew_op, p->grew_line, p->grew_largest);
}

static void put_gaps(const struct peak *p)
{
    printf("    %" PRIu64 " bytes around payloads: headers and rounding (gaps below %" PRIu64
           " bytes, and %" PRIu64 " of each other)\n",
           p->small_bytes, p->small, p->least);
    printf("    %" PRIu64 " bytes in %zu larger gap%s, the largest %" PRIu64
           ": holes, or rounding; %" PRIu64 " of them are holes, for payloads were freed there\n",
           p->large_bytes, p->n_large, p->n_large == 1 ? "" : "s", p->largest, p->freed);
    printf("    %" PRIu64 " bytes before the first payload; %" PRIu64
           " behind the last, of which %" PRIu64 " had been freed\n",
           p->head, p->top, p->top_freed);
}

static void put_costly(const struct peak_gap *g)
{
    printf("    %8" PRIu64 " bytes at 0x%" PRIx64, g->bytes, g->address);
    if (g->after >= 0)
        printf(", behind id %" PRId64 " (%" PRIu32 " bytes)", g->after, g->after_size);
    else
        printf(", from the heap's start");
    if (g->before >= 0)
        printf(" and before id %" PRId64, g->before);
    else
        printf(", up to the heap's end");
    if (g->freed > 0) printf("; %" PRIu64 " were freed", g->freed);
    putchar('\n');
}

void peak_put(const struct peak *p)
{
    put_moment(p);
    put_gaps(p);
    for (size_t i = 0; i < p->n_costly; i++)
        put_costly(&p->costly[i]);
}

/* ── JSON ── */

static json_t *id(int64_t n) { return n < 0 ? json_null() : value_number((uint64_t)n); }

static json_t *gap_json(const struct peak_gap *g)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "address", value_address(g->address),
                     "bytes", value_number(g->bytes), "freed", value_number(g->freed), "after",
                     id(g->after), "size", g->after < 0 ? json_null() : value_number(g->after_size),
                     "before", id(g->before));
}

static json_t *op_json(uint32_t op, uint32_t line)
{
    return op == 0 ? json_null()
                   : json_pack("{s:o, s:o}", "op", value_number(op), "line", value_number(line));
}

json_t *peak_json(const struct peak *p)
{
    json_t *costly = json_array();
    for (size_t i = 0; i < p->n_costly; i++)
        if (json_array_append_new(costly, gap_json(&p->costly[i])) != 0) {
            json_decref(costly);
            return NULL;
        }
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "at", op_json(p->op, p->line), "heap", value_number(p->heap), "live", value_number(p->live),
        "payloads", value_number(p->n_live), "most_live", value_number(p->most_live),
        "most_live_at", op_json(p->most_live_op, p->most_live_line), "grew",
        op_json(p->grew_op, p->grew_line), "grew_largest_gap", value_number(p->grew_largest),
        "around", value_number(p->small_bytes), "least_gap", value_number(p->least), "large_from",
        value_number(p->small), "large_gaps", value_number(p->n_large), "large_bytes",
        value_number(p->large_bytes), "largest", value_number(p->largest), "freed",
        value_number(p->freed), "before_first", value_number(p->head), "behind_last",
        value_number(p->top), "costly", costly);
}
