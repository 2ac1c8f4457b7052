/* theme.c: the palettes, one row a style. Inks are colours of the terminal's 6 × 6 × 6 cube, so
 * that 256 colours show them exactly; a test computes contrast and the distance of the states as
 * the three kinds of colour-blind eyes see them (Machado, Oliveira and Fernandes 2009). */
#include "theme.h"

#include <string.h>

#define DEFAULT_BACK .default_background = true, .ansi_back = 255
#define INK(r, g, b, nearest, m)                                                                   \
    {                                                                                              \
        .red = (r), .green = (g), .blue = (b), .ansi = (nearest), .marks = (m), DEFAULT_BACK       \
    }
#define OWN(m)                                                                                     \
    {                                                                                              \
        .default_foreground = true, .ansi = 255, .marks = (m), DEFAULT_BACK                        \
    }
#define ON(r, g, b, nearest, br, bg, bb, back, m)                                                  \
    {                                                                                              \
        .red = (r), .green = (g), .blue = (b), .ansi = (nearest), .back_red = (br),                \
        .back_green = (bg), .back_blue = (bb), .ansi_back = (back), .marks = (m)                   \
    }

enum {
    BLACK,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    WHITE,
    DEFAULT = 255
}; /* white or black on 8 colours is seen on one background only */

static const struct theme_ink dark[STYLE_N] = {
    [STYLE_PLAIN] = OWN(0),
    [STYLE_DIM] = INK(175, 175, 175, DEFAULT, 0),
    [STYLE_TITLE] = OWN(MARK_BOLD),
    [STYLE_FRAME] = INK(135, 135, 175, DEFAULT, 0),
    [STYLE_LABEL] = OWN(MARK_BOLD),
    [STYLE_NUMBER] = OWN(0),
    [STYLE_HEADER] = INK(255, 175, 0, YELLOW, 0),
    [STYLE_PAYLOAD] = INK(95, 175, 255, CYAN, 0),
    [STYLE_PADDING] = INK(255, 255, 95, DEFAULT, 0),
    [STYLE_FREE] = INK(0, 215, 135, GREEN, 0),
    [STYLE_CACHED] = INK(175, 255, 135, GREEN, 0),
    [STYLE_QUARANTINED] = INK(175, 135, 135, DEFAULT, 0),
    [STYLE_FOREIGN] = INK(215, 95, 175, MAGENTA, 0),
    [STYLE_DAMAGED] = INK(255, 95, 0, RED, MARK_BOLD),
    [STYLE_UNMAPPED] = INK(135, 135, 135, DEFAULT, 0),
    [STYLE_PAGE] = INK(175, 175, 175, DEFAULT, 0),
    [STYLE_TEXT] = INK(215, 175, 255, MAGENTA, 0),
    [STYLE_DATA] = INK(215, 215, 135, YELLOW, 0),
    [STYLE_BSS] = INK(175, 175, 135, YELLOW, 0),
    [STYLE_STACK] = INK(255, 175, 135, RED, 0),
    [STYLE_LIBRARY] = INK(175, 175, 175, DEFAULT, 0),
    [STYLE_BRK] = OWN(MARK_BOLD),
    [STYLE_CHANGED] = ON(0, 0, 0, BLACK, 255, 255, 95, YELLOW, 0),
    [STYLE_SELECTED] = ON(0, 0, 0, BLACK, 215, 215, 215, WHITE, 0),
    [STYLE_GOOD] = INK(0, 215, 135, GREEN, MARK_BOLD),
    [STYLE_BAD] = INK(255, 95, 0, RED, MARK_BOLD),
    [STYLE_CODE] = INK(135, 215, 255, CYAN, MARK_BOLD),
    [STYLE_PROMPT] = OWN(MARK_BOLD),
};

static const struct theme_ink light[STYLE_N] = {
    [STYLE_PLAIN] = OWN(0),
    [STYLE_DIM] = INK(95, 95, 95, DEFAULT, 0),
    [STYLE_TITLE] = OWN(MARK_BOLD),
    [STYLE_FRAME] = INK(95, 95, 135, DEFAULT, 0),
    [STYLE_LABEL] = OWN(MARK_BOLD),
    [STYLE_NUMBER] = OWN(0),
    [STYLE_HEADER] = INK(135, 95, 0, RED, 0),
    [STYLE_PAYLOAD] = INK(0, 95, 255, BLUE, 0),
    [STYLE_PADDING] = INK(135, 95, 135, DEFAULT, 0),
    [STYLE_FREE] = INK(0, 95, 95, DEFAULT, 0),
    [STYLE_CACHED] = INK(0, 0, 175, BLUE, 0),
    [STYLE_QUARANTINED] = INK(95, 0, 95, MAGENTA, 0),
    [STYLE_FOREIGN] = INK(175, 0, 175, MAGENTA, 0),
    [STYLE_DAMAGED] = INK(135, 0, 0, RED, MARK_BOLD),
    [STYLE_UNMAPPED] = INK(95, 95, 95, DEFAULT, 0),
    [STYLE_PAGE] = INK(95, 95, 95, DEFAULT, 0),
    [STYLE_TEXT] = INK(95, 0, 135, MAGENTA, 0),
    [STYLE_DATA] = INK(95, 95, 0, DEFAULT, 0),
    [STYLE_BSS] = INK(95, 95, 95, DEFAULT, 0),
    [STYLE_STACK] = INK(175, 0, 0, RED, 0),
    [STYLE_LIBRARY] = INK(95, 95, 95, DEFAULT, 0),
    [STYLE_BRK] = OWN(MARK_BOLD),
    [STYLE_CHANGED] = ON(0, 0, 0, BLACK, 255, 215, 0, YELLOW, 0),
    [STYLE_SELECTED] = ON(255, 255, 255, WHITE, 0, 0, 95, BLUE, 0),
    [STYLE_GOOD] = INK(0, 95, 0, DEFAULT, MARK_BOLD),
    [STYLE_BAD] = INK(135, 0, 0, RED, MARK_BOLD),
    [STYLE_CODE] = INK(0, 0, 175, BLUE, MARK_BOLD),
    [STYLE_PROMPT] = OWN(MARK_BOLD),
};

static const struct theme_ink mono[STYLE_N] = {
    [STYLE_PLAIN] = OWN(0),
    [STYLE_DIM] = OWN(0),
    [STYLE_TITLE] = OWN(MARK_BOLD),
    [STYLE_FRAME] = OWN(0),
    [STYLE_LABEL] = OWN(MARK_BOLD),
    [STYLE_NUMBER] = OWN(0),
    [STYLE_HEADER] = OWN(0),
    [STYLE_PAYLOAD] = OWN(0),
    [STYLE_PADDING] = OWN(0),
    [STYLE_FREE] = OWN(0),
    [STYLE_CACHED] = OWN(0),
    [STYLE_QUARANTINED] = OWN(0),
    [STYLE_FOREIGN] = OWN(0),
    [STYLE_DAMAGED] = OWN(MARK_BOLD),
    [STYLE_UNMAPPED] = OWN(0),
    [STYLE_PAGE] = OWN(0),
    [STYLE_TEXT] = OWN(0),
    [STYLE_DATA] = OWN(0),
    [STYLE_BSS] = OWN(0),
    [STYLE_STACK] = OWN(0),
    [STYLE_LIBRARY] = OWN(0),
    [STYLE_BRK] = OWN(MARK_BOLD),
    [STYLE_CHANGED] = OWN(MARK_REVERSE),
    [STYLE_SELECTED] = OWN(MARK_REVERSE | MARK_BOLD),
    [STYLE_GOOD] = OWN(MARK_BOLD),
    [STYLE_BAD] = OWN(MARK_REVERSE | MARK_BOLD),
    [STYLE_CODE] = OWN(MARK_BOLD),
    [STYLE_PROMPT] = OWN(MARK_BOLD),
};

static const struct {
    const char *name;
    const struct theme_ink *inks;
} themes[THEME_N] = {
    [THEME_DARK] = {"dark", dark},
    [THEME_LIGHT] = {"light", light},
    [THEME_MONO] = {"mono", mono},
};

const struct theme_ink *theme_ink(enum theme_name theme, enum style style)
{
    if ((unsigned)theme >= THEME_N) theme = THEME_DARK;
    if ((unsigned)style >= STYLE_N) style = STYLE_PLAIN;
    return &themes[theme].inks[style];
}

const char *theme_name_text(enum theme_name theme)
{
    return (unsigned)theme < THEME_N ? themes[theme].name : "?";
}

enum theme_name theme_from_name(const char *name)
{
    int theme = 0;
    while (theme < THEME_N && strcmp(themes[theme].name, name) != 0)
        theme++;
    return (enum theme_name)theme;
}

/* Glyphs that every font has, those of the Linux console (code page 437) too. */
static const struct {
    char32_t glyph;
    char ascii, letter;
} shapes[STYLE_N] = {
    [STYLE_HEADER] = {U'≡', 'h', 'h'},   [STYLE_PAYLOAD] = {U'█', '#', 'u'},
    [STYLE_PADDING] = {U'░', '~', 'p'},  [STYLE_FREE] = {U'·', '.', 'f'},
    [STYLE_CACHED] = {U'•', 'c', 'c'},   [STYLE_QUARANTINED] = {U'═', 'q', 'q'},
    [STYLE_FOREIGN] = {U'▒', 'x', 'x'},  [STYLE_DAMAGED] = {U'!', '!', '!'},
    [STYLE_UNMAPPED] = {U' ', ' ', ' '}, [STYLE_PAGE] = {U'─', '-', '-'},
    [STYLE_TEXT] = {U'▓', 't', 't'},     [STYLE_DATA] = {U'▒', 'd', 'd'},
    [STYLE_BSS] = {U'░', 'b', 'b'},      [STYLE_STACK] = {U'▓', 's', 's'},
    [STYLE_LIBRARY] = {U'▒', 'l', 'l'},  [STYLE_BRK] = {U'│', '|', '|'},
};

char32_t theme_fill(enum style style, bool ascii)
{
    if ((unsigned)style >= STYLE_N || !shapes[style].glyph) return U' ';
    return ascii ? (char32_t)shapes[style].ascii : shapes[style].glyph;
}

char theme_letter(enum style style)
{
    return (unsigned)style < STYLE_N && shapes[style].letter ? shapes[style].letter : ' ';
}
