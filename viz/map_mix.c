/* map_mix.c: a cell that one kind fills has that kind's glyph. A mixture of used and free is a bar
 * as high as its used share, so that a heap seen from afar still shows where it is full of holes.
 * Damage is never outvoted.
 *
 * Of headers, live bytes and padding a cell can show but one. Were it the one that has most, a heap
 * of small blocks would be all headers. So what a cell does not show is owed by the next one (error
 * diffusion): over a run of cells the kinds have their shares. Only a kind that is in the cell is
 * shown. A run begins at a multiple of MAP_MIX_RUN cells from the heap's start, and what is owed
 * there follows from what lies below that place alone: neither scrolling nor the size of the map
 * changes a cell. */
#include "map_mix.h"

enum { HEADER, LIVE, PADDING, KINDS };

static double owed(uint64_t before, uint64_t bytes_per_cell)
{
    uint64_t rest = before % bytes_per_cell;
    return rest > bytes_per_cell / 2 ? -(double)(bytes_per_cell - rest) : (double)rest;
}

/* Which is owed most (sign 1) or least (-1). */
static int extreme(const struct map_mix *mix, double sign)
{
    int found = 0;
    for (int i = 1; i < KINDS; i++)
        if (mix->owed[i] * sign > mix->owed[found] * sign) found = i;
    return found;
}

void map_mix_begin(struct map_mix *mix, const struct snapshot_sums *before, uint64_t bytes_per_cell)
{
    mix->owed[HEADER] = owed(before->header, bytes_per_cell);
    mix->owed[LIVE] = owed(before->live, bytes_per_cell);
    mix->owed[PADDING] = owed(before->padding, bytes_per_cell);
    double cell = (double)bytes_per_cell,
           sum = mix->owed[HEADER] + mix->owed[LIVE] + mix->owed[PADDING];
    if (sum > cell / 2) /* one has been shown that rounding takes as owed, or the other way round */
        mix->owed[extreme(mix, 1)] -= cell;
    else if (sum < -cell / 2)
        mix->owed[extreme(mix, -1)] += cell;
}

/* The kind that is owed most, of those that are there; used: bytes that are of one of the kinds,
 * not 0. */
static enum style most_owed(struct map_mix *mix, const struct snapshot_sums *sums, uint64_t used,
                            uint64_t bytes_per_cell)
{
    static const enum style styles[KINDS] = {STYLE_HEADER, STYLE_PAYLOAD, STYLE_PADDING};
    uint64_t bytes[KINDS] = {sums->header, sums->live, sums->padding};
    int most = -1;
    for (int i = 0; i < KINDS; i++) {
        mix->owed[i] += (double)bytes[i] / (double)used * (double)bytes_per_cell;
        if (bytes[i] && (most < 0 || mix->owed[i] > mix->owed[most])) most = i;
    }
    if (most < 0) return STYLE_PAYLOAD;
    mix->owed[most] -= (double)bytes_per_cell;
    return styles[most];
}

static char32_t level_glyph(uint64_t used, uint64_t all, bool ascii)
{
    static const char32_t levels[] = U"▁▂▃▄▅▆▇";
    unsigned eighths = (unsigned)((double)used / (double)all * 8.0);
    if (eighths < 1) eighths = 1;
    if (eighths > 7) eighths = 7;
    if (ascii) return eighths < 3 ? U':' : eighths < 6 ? U'+' : U'%';
    return levels[eighths - 1];
}

struct map_ink map_mix_ink(struct map_mix *mix, const struct snapshot_sums *sums,
                           uint64_t bytes_per_cell, bool ascii)
{
    uint64_t used = sums->header + sums->live + sums->padding,
             kept = sums->cached + sums->quarantined + sums->foreign,
             all = used + kept + sums->free + sums->damaged;
    bool fine = bytes_per_cell <= MAP_CELL_FINE;
    enum style style = STYLE_PAYLOAD;
    if (sums->damaged)
        style = STYLE_DAMAGED;
    else if (sums->foreign > all / 2)
        style = STYLE_FOREIGN;
    else if (sums->cached > all / 2)
        style = STYLE_CACHED;
    else if (sums->quarantined > all / 2)
        style = STYLE_QUARANTINED;
    else if (sums->free == all)
        style = STYLE_FREE;
    else if (fine && sums->live)
        style = STYLE_PAYLOAD; /* the last bytes of a payload are not swallowed by its padding */
    else if (fine)
        style = sums->header >= sums->padding && sums->header ? STYLE_HEADER : STYLE_PADDING;
    else if (used)
        style = most_owed(mix, sums, used, bytes_per_cell);
    bool whole = style == STYLE_DAMAGED || style == STYLE_FOREIGN || style == STYLE_CACHED ||
                 style == STYLE_QUARANTINED;
    if (!fine && sums->free * 16 > all && sums->free < all && !whole)
        return (struct map_ink){level_glyph(used + kept, all, ascii), style};
    return (struct map_ink){theme_fill(style, ascii), style};
}
