/* figure.c: numbers as people read them. */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *figure_count(char to[FIGURE_MAX], uint64_t n)
{
    char digits[FIGURE_MAX];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) to[out++] = ',';
        to[out++] = digits[i];
    }
    to[out] = '\0';
    return to;
}

const char *figure_bytes(char to[FIGURE_MAX], uint64_t n)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    uint64_t whole = n, rest = 0;
    while (whole >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        rest = whole % 1024;
        whole /= 1024;
        unit++;
    }
    unsigned tenth = (unsigned)(rest * 10 / 1024);
    if (tenth > 0 && whole < 100)
        snprintf(to, FIGURE_MAX, "%" PRIu64 ".%u %s", whole, tenth, units[unit]);
    else
        snprintf(to, FIGURE_MAX, "%" PRIu64 " %s", whole, units[unit]);
    return to;
}

const char *figure_delta(char to[FIGURE_MAX], uint64_t from, uint64_t to_n)
{
    char count[FIGURE_MAX];
    if (from == to_n) return strcpy(to, "±0");
    figure_count(count, to_n > from ? to_n - from : from - to_n);
    snprintf(to, FIGURE_MAX, "%s%.27s", to_n > from ? "+" : "−", count);
    return to;
}

const char *figure_fit(char to[FIGURE_MAX], uint64_t n, int width)
{
    static const char units[] = "KMGTPE";
    if (snprintf(to, FIGURE_MAX, "%" PRIu64, n) <= width || n < 1000) return to;
    int unit = -1;
    double value = (double)n;
    while (value >= 999.5 && unit < 5) {
        value /= 1024;
        unit++;
    }
    if (unit < 0) return to; /* narrower than three digits: let it be cut */
    snprintf(to, FIGURE_MAX, value < 9.95 && width >= 4 ? "%.1f%c" : "%.0f%c", value, units[unit]);
    return to;
}

const char *figure_address(char to[FIGURE_MAX], uint64_t address)
{
    snprintf(to, FIGURE_MAX, "0x%" PRIx64, address);
    return to;
}

#define NEAR_BYTES 65536u /* what lies farther behind brk is no place of the heap */

const char *figure_place(char to[FIGURE_MAX], const struct picture *p, uint64_t address)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    uint64_t start = head->heap_start, near = head->brk + NEAR_BYTES;
    if (!p->view->offsets || address < start || address >= near) return figure_address(to, address);
    snprintf(to, FIGURE_MAX, "+0x%" PRIx64, address - start);
    return to;
}

const char *figure_word(char to[FIGURE_MAX], const struct picture_word *word, uint64_t value)
{
    if (word->pointer && value != 0)
        snprintf(to, FIGURE_MAX, "0x%" PRIx64, value);
    else if (word->flag != NULL && (value & 1) != 0)
        snprintf(to, FIGURE_MAX, "%" PRIu64 " = %" PRIu64 " + %.8s", value, value - 1, word->flag);
    else
        snprintf(to, FIGURE_MAX, "%" PRIu64, value);
    bool measures = word->measures != NULL && !word->wrong &&
                    value == word->value; /* of a false word it is the size of nothing */
    if (measures) snprintf(to + strlen(to), FIGURE_MAX - strlen(to), " %.12s", word->measures);
    return to;
}
