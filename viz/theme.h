/* theme.h: styles by meaning, the palettes that colour them, and the shape and letter that each
 * state has besides its colour. The palettes are Okabe and Ito's (2008), safe for the three
 * colour-vision deficiencies, in a version for dark and one for light backgrounds. */
#ifndef THEME_H
#define THEME_H

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

/* Laid over a style. */
#define MARK_REVERSE 1u
#define MARK_BOLD 2u
#define MARK_UNDERLINE 4u

/* What a cell means. */
enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_TITLE,
    STYLE_FRAME,
    STYLE_LABEL,
    STYLE_NUMBER,
    STYLE_HEADER,
    STYLE_PAYLOAD,
    STYLE_PADDING,
    STYLE_FREE,
    STYLE_FOREIGN,
    STYLE_DAMAGED,
    STYLE_UNMAPPED,
    STYLE_PAGE, /* PAGE: mapped beyond brk */
    STYLE_TEXT,
    STYLE_DATA,
    STYLE_BSS,
    STYLE_STACK,
    STYLE_LIBRARY, /* segments; heap is drawn as PAYLOAD */
    STYLE_BRK,
    STYLE_CHANGED,
    STYLE_SELECTED,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_CODE,
    STYLE_PROMPT,
    STYLE_CACHED,
    STYLE_QUARANTINED, /* two more states of blocks */
    STYLE_N
};

enum theme_name { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_N };

struct theme_ink {
    uint8_t red, green, blue; /* the foreground */
    bool default_foreground; /* the terminal's own instead */
    uint8_t back_red, back_green, back_blue;
    bool default_background;
    uint8_t ansi; /* nearest of the terminal's 8 colours, for those that have no more; 255: the
                     terminal's own foreground */
    uint8_t ansi_back; /* likewise; 255: the terminal's own background */
    uint8_t marks; /* MARK_* that the style carries in this theme */
};

/* The ink of a style; never fails, an unknown one is plain. */
const struct theme_ink *theme_ink(enum theme_name theme, enum style style);
const char *theme_name_text(enum theme_name theme); /* "dark" */
enum theme_name theme_from_name(const char *name); /* THEME_N if unknown */

/* The glyph with which a style fills cells of a map, and its letter (legend, mono): 'h' header, 'u'
 * used, 'p' padding, 'f' free, 'c' cached, 'q' in quarantine, 'x' foreign, '!' damaged. */
char32_t theme_fill(enum style style, bool ascii);
char theme_letter(enum style style);

#endif
