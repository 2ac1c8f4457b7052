/* snapshot_count.c: what the blocks come to: the statistics, and the index of the sums. They are
 * counted in pieces, while their columns are still at hand. */
#include "snapshot_private.h"

static uint64_t sum_of(const uint64_t by_state[BLOCK_N_STATES])
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < BLOCK_N_STATES; i++)
        sum += by_state[i];
    return sum;
}

static void put_sample(struct snapshot *s, const struct snapshot_tally *t, uint64_t offset)
{
    s->sample_offset[s->n_samples] = offset;
    s->sample[s->n_samples++] = (struct snapshot_sample){
        .header = sum_of(t->header),
        .live = t->live,
        .padding = t->payload[BLOCK_USED] - t->live,
        .cached = t->payload[BLOCK_CACHED],
        .quarantined = t->payload[BLOCK_QUARANTINED],
        .foreign = t->payload[BLOCK_FOREIGN] + t->payload[BLOCK_UNKNOWN],
        .damaged = t->payload[BLOCK_DAMAGED],
    };
}

/* A run of free neighbours has ended, or goes on to the top. */
static void end_run(struct snapshot_tally *t, bool top)
{
    if (t->run > t->largest_run) t->largest_run = t->run;
    if (top)
        t->top_bytes += t->run;
    else if (t->run > 0)
        t->hole_bytes += t->run, t->n_holes++;
    t->run = 0;
}

static void count_free(struct snapshot_tally *t, uint64_t size, uint64_t payload)
{
    if (payload > t->largest_free) t->largest_free = payload;
    t->run += size;
    t->stretch += size;
    if (t->stretch > t->largest_stretch) t->largest_stretch = t->stretch;
}

/* Used blocks with the same header, from the sample at i on, are counted all at once. */
static bool count_alike(const struct snapshot *s, struct snapshot_tally *t, size_t i, size_t n,
                        uint64_t *at)
{
    unsigned other = 0;
    uint64_t live = 0, header = SNAPSHOT_SAMPLE * snapshot_header(s, i);
    if (n - i < SNAPSHOT_SAMPLE || s->high || snapshot_state(s, i) != BLOCK_USED) return false;
    for (size_t k = i; k < i + SNAPSHOT_SAMPLE; k++)
        other |= (unsigned)(s->kind[k] ^ s->kind[i]);
    if (other != 0) return false;
    for (size_t k = i; k < i + SNAPSHOT_SAMPLE; k++)
        live += s->requested[k];
    if (t->run > 0) end_run(t, false);
    uint64_t end = snapshot_end_offset(s, i + SNAPSHOT_SAMPLE - 1);
    t->n[BLOCK_USED] += SNAPSHOT_SAMPLE;
    t->header[BLOCK_USED] += header;
    t->payload[BLOCK_USED] += end - *at - header;
    t->live += live;
    *at = end;
    return true;
}

void snapshot_count_to(struct snapshot *s, size_t n)
{
    const struct snapshot v = *s; /* at hand, both of them, whatever is written */
    struct snapshot_tally t = v.tally;
    uint64_t at = v.counted_end;
    for (size_t i = v.n_counted; i < n; i++) {
        if (i % SNAPSHOT_SAMPLE == 0) {
            put_sample(s, &t, at);
            if (count_alike(&v, &t, i, n, &at)) {
                i += SNAPSHOT_SAMPLE - 1;
                continue;
            }
        }
        enum block_state state = snapshot_state(&v, i);
        uint64_t end = snapshot_end_offset(&v, i), header = snapshot_header(&v, i),
                 payload = end - at - header;
        t.n[state]++;
        t.header[state] += header;
        t.payload[state] += payload;
        if (state == BLOCK_USED) t.live += snapshot_requested(&v, i);
        if (state == BLOCK_FREE)
            count_free(&t, end - at, payload);
        else if (t.run > 0)
            end_run(&t, false);
        if (state == BLOCK_FOREIGN || state == BLOCK_UNKNOWN) t.stretch = 0;
        at = end;
    }
    s->tally = t;
    s->n_counted = n;
    s->counted_end = at;
}

void snapshot_count_end(struct snapshot *s)
{
    end_run(&s->tally, true);
    s->tally.stretch = 0;
}

void snapshot_count_all(struct snapshot *s)
{
    const struct snapshot_tally *t = &s->tally;
    const uint64_t *n = t->n, *payload = t->payload;
    uint64_t padding = payload[BLOCK_USED] - t->live;
    s->stats = (struct snapshot_stats){
        .heap_bytes = snapshot_length(s),
        .live_bytes = t->live,
        .padding_bytes = padding + payload[BLOCK_QUARANTINED],
        .header_bytes = sum_of(t->header),
        .free_bytes = payload[BLOCK_FREE],
        .cached_bytes = payload[BLOCK_CACHED],
        .quarantined_bytes = payload[BLOCK_QUARANTINED],
        .foreign_bytes = payload[BLOCK_FOREIGN],
        .unknown_bytes = payload[BLOCK_UNKNOWN],
        .damaged_bytes = payload[BLOCK_DAMAGED],
        .largest_free = t->largest_free,
        .used_header_bytes = t->header[BLOCK_USED] + t->header[BLOCK_QUARANTINED],
        .hole_bytes = t->hole_bytes,
        .n_holes = t->n_holes,
        .top_bytes = t->top_bytes,
        .largest_run = t->largest_run,
        .largest_stretch = t->largest_stretch,
        .n_used = n[BLOCK_USED] + n[BLOCK_QUARANTINED],
        .n_free = n[BLOCK_FREE],
        .n_foreign = n[BLOCK_FOREIGN],
        .n_cached = n[BLOCK_CACHED],
        .n_quarantined = n[BLOCK_QUARANTINED],
    };
    s->stats.n_blocks = s->stats.n_used + s->stats.n_free + s->stats.n_foreign + s->stats.n_cached;
}
