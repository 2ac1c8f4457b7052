/* spark.c: eight levels a character. */
#include "spark.h"

char32_t spark(uint64_t value, uint64_t most, int rows, int row, bool ascii)
{
    static const char32_t levels[] = U"▁▂▃▄▅▆▇█", ascii_levels[] = U"_.-:=+*#";
    const char32_t *of = ascii ? ascii_levels : levels;
    int last = rows * 8 - 1,
        level = most ? (int)((double)value / (double)most * (double)last + 0.5) : 0;
    if (level > last) level = last;
    if (value == 0) level = 0;
    level -= row * 8;
    return level < 0 ? U' ' : of[level > 7 ? 7 : level];
}
