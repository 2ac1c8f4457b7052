/* generate.c: see generate.h. A shape says what is next; what is live is kept here, and is freed at
 * the end, so that each shape's operations and their frees together are those asked for. */
#include "cli/score/generate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/splitmix.h"

struct making {
    FILE *body;
    uint64_t state; /* of the chance */
    uint32_t n_ids, n_done, n_ops;
    uint32_t *live; /* ids, in order of their making but for random's swaps */
    uint32_t *size; /* by id */
    uint32_t first, n_live; /* live[first] and on */
    uint64_t bytes, peak;
};

static uint32_t chance(struct making *m, uint32_t below)
{
    return (uint32_t)(splitmix_next(&m->state) % below);
}

/* ── Operations ── */

static void make(struct making *m, uint32_t size)
{
    uint32_t id = m->n_ids++;
    fprintf(m->body, "a %" PRIu32 " %" PRIu32 "\n", id, size);
    m->live[m->first + m->n_live++] = id;
    m->size[id] = size;
    m->bytes += size;
    if (m->bytes > m->peak) m->peak = m->bytes;
    m->n_done++;
}

/* at: from the oldest on. The last takes its place, unless it was the oldest. */
static void drop(struct making *m, uint32_t at)
{
    uint32_t id = m->live[m->first + at];
    fprintf(m->body, "f %" PRIu32 "\n", id);
    m->bytes -= m->size[id];
    m->n_live--;
    if (at == 0)
        m->first++;
    else
        m->live[m->first + at] = m->live[m->first + m->n_live];
    m->n_done++;
}

static void resize(struct making *m, uint32_t at, uint32_t size)
{
    uint32_t id = m->live[m->first + at];
    fprintf(m->body, "r %" PRIu32 " %" PRIu32 "\n", id, size);
    m->bytes = m->bytes - m->size[id] + size;
    m->size[id] = size;
    if (m->bytes > m->peak) m->peak = m->bytes;
    m->n_done++;
}

/* Is there room for one more, and for its free? */
static bool may_make(const struct making *m) { return m->n_done + m->n_live + 2 <= m->n_ops; }
static bool goes_on(const struct making *m)
{
    return may_make(m) || (m->n_live > 0 && m->n_done + m->n_live < m->n_ops);
}

/* ── Shapes: one step each. ── */

static void random_step(struct making *m, uint32_t size)
{
    if (m->n_live > 0 && (!may_make(m) || chance(m, 2)))
        drop(m, chance(m, m->n_live));
    else
        make(m, size);
}

static void step_uniform(struct making *m) { random_step(m, 1 + chance(m, 4096)); }

/* Powers of two, where boundaries and buddies are. */
static void step_powers(struct making *m) { random_step(m, UINT32_C(1) << chance(m, 15)); }

static void step_queue(struct making *m)
{
    if (m->n_live >= 100 || !may_make(m))
        drop(m, 0);
    else
        make(m, 16 + chance(m, 500));
}

static void step_stack(struct making *m)
{
    if (m->n_live > 0 && (!may_make(m) || chance(m, 100) < 45))
        drop(m, m->n_live - 1);
    else
        make(m, 16 + chance(m, 500));
}

/* A few arrays that grow, as vectors do, while small blocks come and go between them. */
static void step_realloc(struct making *m)
{
    uint32_t at = m->n_live ? chance(m, m->n_live) : 0;
    if (m->n_live < 8 && may_make(m)) {
        make(m, 16 + chance(m, 64));
        return;
    }
    uint32_t size = m->size[m->live[m->first + at]];
    if (size > 40000)
        drop(m, at);
    else
        resize(m, at, size + 8 + chance(m, 1 + size));
}

static const struct {
    struct generator public;
    void (*step)(struct making *m);
} table[] = {
    {{"powers", "sizes that are powers of two, freed in any order"}, step_powers},
    {{"queue", "what was allocated first is freed first, some 100 at once"}, step_queue},
    {{"realloc", "a few arrays that grow by up to their own size"}, step_realloc},
    {{"stack", "what was allocated last is freed first"}, step_stack},
    {{"uniform", "sizes from 1 to 4096, freed in any order"}, step_uniform},
};
enum { N_GENERATORS = sizeof table / sizeof table[0] };

const struct generator *generator_at(size_t i)
{
    return i < N_GENERATORS ? &table[i].public : NULL;
}

const struct generator *generator_find(const char *name)
{
    for (size_t i = 0; i < N_GENERATORS; i++)
        if (strcmp(name, table[i].public.name) == 0) return &table[i].public;
    return NULL;
}

int generate(FILE *to, const struct generator *g, uint64_t seed, uint32_t n_ops)
{
    char *text = NULL;
    size_t bytes = 0, row = 0;
    struct making m = {.state = seed, .n_ops = n_ops < 2 ? 2 : n_ops};
    while (&table[row].public != g)
        row++;
    m.live = calloc(m.n_ops, sizeof *m.live);
    m.size = calloc(m.n_ops, sizeof *m.size);
    m.body = open_memstream(&text, &bytes);
    bool ok = m.live && m.size && m.body;
    while (ok && goes_on(&m))
        table[row].step(&m);
    while (ok && m.n_live > 0)
        drop(&m, 0);
    if (m.body && fclose(m.body) != 0) ok = false;
    /* The suggested size of the heap tells the form, so that it is never as small as a weight. */
    if (ok && fprintf(to, "%" PRIu64 "\n%" PRIu32 "\n%" PRIu32 "\n1\n%s", m.peak < 4 ? 4 : m.peak,
                      m.n_ids, m.n_done, text) < 0)
        ok = false;
    free(text);
    free(m.live);
    free(m.size);
    return ok ? 0 : -1;
}
