/* escape.c: XML 1.0's five, JSON's own and those that HTML would see inside a script. */
#include "escape.h"

#include <stdbool.h>

#include "glyph.h"

static void put(FILE *to, char32_t glyph)
{
    char utf8[5];
    bool control = glyph < 0x20 || (glyph >= 0x7F && glyph < 0xA0) || glyph == 0xFFFE ||
                   glyph == 0xFFFF || glyph > 0x10FFFF;
    glyph_to_utf8(control || (glyph >= 0xD800 && glyph < 0xE000) ? GLYPH_BAD : glyph, utf8);
    fputs(utf8, to);
}

void escape_xml_glyph(FILE *to, char32_t glyph)
{
    switch (glyph) {
    case U'&':
        fputs("&amp;", to);
        break;
    case U'<':
        fputs("&lt;", to);
        break;
    case U'>':
        fputs("&gt;", to);
        break;
    case U'"':
        fputs("&quot;", to);
        break;
    case U'\'':
        fputs("&#39;", to);
        break;
    default:
        put(to, glyph);
    }
}

void escape_xml(FILE *to, const char *utf8)
{
    while (*utf8)
        escape_xml_glyph(to, glyph_next(&utf8));
}

void escape_json_glyph(FILE *to, char32_t glyph)
{
    switch (glyph) {
    case U'"':
        fputs("\\\"", to);
        break;
    case U'\\':
        fputs("\\\\", to);
        break;
    case U'\n':
        fputs("\\n", to);
        break;
    case U'\t':
        fputs("\\t", to);
        break;
    case U'<':
    case U'>':
    case U'&':
    case 0x2028:
    case 0x2029:
        fprintf(to, "\\u%04x", (unsigned)glyph);
        break;
    default:
        put(to, glyph);
    }
}

void escape_json(FILE *to, const char *utf8)
{
    fputc('"', to);
    while (*utf8)
        escape_json_glyph(to, glyph_next(&utf8));
    fputc('"', to);
}
