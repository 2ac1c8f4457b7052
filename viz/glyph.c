/* glyph.c: UTF-8 by RFC 3629 (no overlong forms, no surrogates), widths by Unicode's East Asian
 * Width (UAX 11) in ranges. */
#include "glyph.h"

#include <stdbool.h>
#include <stdint.h>

static bool tail(unsigned char byte) { return (byte & 0xC0) == 0x80; }

char32_t glyph_next(const char **at)
{
    const unsigned char *b = (const unsigned char *)*at;
    *at += 1;
    if (b[0] < 0x80) return b[0];
    if (b[0] >= 0xC2 && b[0] < 0xE0 && tail(b[1])) {
        *at += 1;
        return (char32_t)(b[0] & 0x1F) << 6 | (b[1] & 0x3Fu);
    }
    if ((b[0] & 0xF0) == 0xE0 && tail(b[1]) && tail(b[2])) {
        char32_t glyph =
            (char32_t)(b[0] & 0x0F) << 12 | (char32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3Fu);
        if (glyph < 0x800 || (glyph >= 0xD800 && glyph < 0xE000)) return GLYPH_BAD;
        *at += 2;
        return glyph;
    }
    if (b[0] >= 0xF0 && b[0] < 0xF5 && tail(b[1]) && tail(b[2]) && tail(b[3])) {
        char32_t glyph = (char32_t)(b[0] & 0x07) << 18 | (char32_t)(b[1] & 0x3F) << 12 |
                         (char32_t)(b[2] & 0x3F) << 6 | (b[3] & 0x3Fu);
        if (glyph < 0x10000 || glyph > 0x10FFFF) return GLYPH_BAD;
        *at += 3;
        return glyph;
    }
    return GLYPH_BAD;
}

size_t glyph_to_utf8(char32_t glyph, char to[5])
{
    size_t n = 0;
    if (glyph < 0x80) {
        to[n++] = (char)glyph;
    } else if (glyph < 0x800) {
        to[n++] = (char)(0xC0 | glyph >> 6);
        to[n++] = (char)(0x80 | (glyph & 0x3F));
    } else if (glyph < 0x10000) {
        to[n++] = (char)(0xE0 | glyph >> 12);
        to[n++] = (char)(0x80 | (glyph >> 6 & 0x3F));
        to[n++] = (char)(0x80 | (glyph & 0x3F));
    } else {
        to[n++] = (char)(0xF0 | (glyph >> 18 & 0x07));
        to[n++] = (char)(0x80 | (glyph >> 12 & 0x3F));
        to[n++] = (char)(0x80 | (glyph >> 6 & 0x3F));
        to[n++] = (char)(0x80 | (glyph & 0x3F));
    }
    to[n] = '\0';
    return n;
}

struct range {
    char32_t first, last;
};

static const struct range forbidden[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C}, {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0xD800, 0xDFFF}, {0xE000, 0xF8FF},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF},
};
static const struct range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F},   {0x0670, 0x0670},
    {0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED},   {0x0711, 0x0711},
    {0x0730, 0x074A}, {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C},   {0x0941, 0x0948},
    {0x094D, 0x094D}, {0x0951, 0x0957}, {0x0981, 0x0981}, {0x09BC, 0x09BC},   {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x0EB1, 0x0EB1}, {0x0EB4, 0x0EBC},   {0x0EC8, 0x0ECD},
    {0x1160, 0x11FF}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0},   {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF},
};
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D},
    {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596},
    {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D7}, {0x1F6DC, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC},
    {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

#define IN(ranges, glyph) in((ranges), sizeof(ranges) / sizeof *(ranges), (glyph))

static bool in(const struct range *ranges, size_t n, char32_t glyph)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].last < glyph)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && ranges[low].first <= glyph;
}

int glyph_width(char32_t glyph)
{
    if (glyph >= 0x20 && glyph < 0x7F) return 1;
    if (glyph > 0x10FFFF || IN(forbidden, glyph)) return -1;
    if (glyph < 0x300 || (glyph >= 0x2500 && glyph < 0x25FD)) return 1;
    if (IN(combining, glyph)) return 0;
    return IN(wide, glyph) ? 2 : 1;
}

char32_t glyph_ascii(char32_t glyph)
{
    static const struct {
        char32_t from;
        char to;
    } stand_ins[] = {
        {U'─', '-'}, {U'│', '|'}, {U'┌', '+'}, {U'┐', '+'},  {U'└', '`'}, {U'┘', '\''}, {U'├', '+'},
        {U'┤', '|'}, {U'┬', '+'}, {U'┴', '+'}, {U'║', '|'},  {U'┼', '+'}, {U'═', '='},  {U'►', '>'},
        {U'◄', '<'}, {U'▲', '^'}, {U'▼', 'v'}, {U'→', '>'},  {U'←', '<'}, {U'↑', '^'},  {U'↓', 'v'},
        {U'…', '~'}, {U'·', '.'}, {U'•', '*'}, {U'●', 'o'},  {U'≡', 'h'}, {U'█', '#'},  {U'▓', '%'},
        {U'▒', 'x'}, {U'░', '~'}, {U'▁', '_'}, {U'▂', '_'},  {U'▃', '.'}, {U'▄', '-'},  {U'▅', '-'},
        {U'▆', '='}, {U'▇', '='}, {U'▐', '['}, {U'×', 'x'},  {U'−', '-'}, {U'–', '-'},  {U'≈', '~'},
        {U'±', '+'}, {U'“', '"'}, {U'”', '"'}, {U'’', '\''}, {U'≥', '>'}, {U'≤', '<'},  {U'÷', '/'},
        {U'✓', 'v'}, {U'✗', 'x'},
    };
    if (glyph < 0x80) return glyph;
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
        if (stand_ins[i].from == glyph) return (char32_t)stand_ins[i].to;
    return U'?';
}
