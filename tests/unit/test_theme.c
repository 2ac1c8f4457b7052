/* test_theme.c: contrast, and colours that colour-blind eyes can tell apart, computed.
 *
 * Contrast is WCAG 2's ratio of relative luminances. Colour-blind sight is simulated with the
 * matrices of Machado, Oliveira and Fernandes (2009) at severity 1, on linear RGB; distance is CIE
 * 1976 ΔE in L*a*b* under D65. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "viz/canvas.h"
#include "viz/theme.h"

#define CONTRAST_MIN 4.5
#define LARGE_CONTRAST_MIN 3.0 /* shapes, and letters that are bold */
#define DISTANCE_MIN 10.0

struct rgb {
    double r, g, b;
}; /* linear, 0 to 1 */

/* The n-th root, by Newton: the standard one would need another library. */
static double root(double x, int n)
{
    double r = 1;
    for (int step = 0; x > 0 && step < 100; step++) {
        double power = 1;
        for (int i = 1; i < n; i++)
            power *= r;
        r = ((n - 1) * r + x / power) / n;
    }
    return x > 0 ? r : 0;
}

static double linear(int value)
{
    double v = value / 255.0, x = (v + 0.055) / 1.055;
    return v <= 0.04045 ? v / 12.92 : x * x * root(x * x, 5); /* to the power of 2.4 */
}

static struct rgb color(int r, int g, int b)
{
    return (struct rgb){linear(r), linear(g), linear(b)};
}

static double luminance(struct rgb c) { return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b; }

static double contrast(struct rgb a, struct rgb b)
{
    double x = luminance(a), y = luminance(b);
    return ((x > y ? x : y) + 0.05) / ((x > y ? y : x) + 0.05);
}

static double clamp(double v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

static const double eyes[][9] = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
     1.051998}, /* protanopia */
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
     0.968881}, /* deuteranopia */
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
     0.303900}, /* tritanopia */
};

static struct rgb seen(struct rgb c, const double m[9])
{
    return (struct rgb){clamp(m[0] * c.r + m[1] * c.g + m[2] * c.b),
                        clamp(m[3] * c.r + m[4] * c.g + m[5] * c.b),
                        clamp(m[6] * c.r + m[7] * c.g + m[8] * c.b)};
}

static double lab_curve(double t) { return t > 0.008856 ? root(t, 3) : 7.787 * t + 16.0 / 116.0; }

static double distance(struct rgb p, struct rgb q)
{
    double lab[2][3];
    for (int i = 0; i < 2; i++) {
        struct rgb c = i ? q : p;
        double x = lab_curve((0.4124 * c.r + 0.3576 * c.g + 0.1805 * c.b) / 0.9505),
               y = lab_curve(luminance(c));
        double z = lab_curve((0.0193 * c.r + 0.1192 * c.g + 0.9505 * c.b) / 1.089);
        lab[i][0] = 116 * y - 16;
        lab[i][1] = 500 * (x - y);
        lab[i][2] = 200 * (y - z);
    }
    double l = lab[0][0] - lab[1][0], green_red = lab[0][1] - lab[1][1],
           blue_yellow = lab[0][2] - lab[1][2];
    return root(l * l + green_red * green_red + blue_yellow * blue_yellow, 2);
}

static struct rgb front(const struct theme_ink *ink)
{
    return color(ink->red, ink->green, ink->blue);
}

static void every_ink_has_contrast(void **unused)
{
    (void)unused;
    for (int theme = 0; theme < THEME_MONO; theme++) {
        struct rgb grounds[2] = {color(0, 0, 0), color(0x1e, 0x1e, 0x1e)};
        if (theme == THEME_LIGHT) {
            grounds[0] = color(255, 255, 255);
            grounds[1] = color(0xfd, 0xf6, 0xe3);
        }
        for (int style = 0; style < STYLE_N; style++) {
            const struct theme_ink *ink = theme_ink((enum theme_name)theme, (enum style)style);
            if (ink->default_foreground) continue;
            for (int i = 0; i < 2; i++) {
                struct rgb ground = ink->default_background
                                        ? grounds[i]
                                        : color(ink->back_red, ink->back_green, ink->back_blue);
                if (contrast(front(ink), ground) < CONTRAST_MIN)
                    fail_msg("theme %d style %d: contrast %.2f", theme, style,
                             contrast(front(ink), ground));
            }
        }
    }
}

/* xterm's first eight, as a terminal has them that has no more. */
static void eight_colors_are_seen(void **unused)
{
    static const int palette[8][3] = {{0, 0, 0},   {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
                                      {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229}};
    (void)unused;
    for (int theme = 0; theme < THEME_MONO; theme++)
        for (int style = 0; style < STYLE_N; style++) {
            const struct theme_ink *ink = theme_ink((enum theme_name)theme, (enum style)style);
            const int *front_of = palette[ink->ansi % 8], *back_of = palette[ink->ansi_back % 8],
                      own = theme == THEME_LIGHT ? 255 : 0;
            struct rgb ground = ink->default_background ? color(own, own, own)
                                                        : color(back_of[0], back_of[1], back_of[2]);
            if (ink->ansi == 255) continue; /* the terminal's own, seen on whatever ground it has */
            if (ink->default_background && (ink->ansi == 0 || ink->ansi == 7))
                fail_msg("theme %d style %d: bare black or white", theme, style);
            double ratio = contrast(color(front_of[0], front_of[1], front_of[2]), ground);
            if (ratio < LARGE_CONTRAST_MIN)
                fail_msg("theme %d style %d: contrast %.2f of 8 colours", theme, style, ratio);
        }
}

/* What the first look is for has the terminal's own colour, whichever theme is on. */
static void brk_is_seen_everywhere(void **unused)
{
    static const enum style seen_everywhere[] = {STYLE_BRK,   STYLE_PLAIN,  STYLE_TITLE,
                                                 STYLE_LABEL, STYLE_NUMBER, STYLE_PROMPT};
    (void)unused;
    for (int theme = 0; theme < THEME_N; theme++)
        for (size_t i = 0; i < sizeof seen_everywhere / sizeof *seen_everywhere; i++) {
            const struct theme_ink *ink = theme_ink((enum theme_name)theme, seen_everywhere[i]);
            assert_true(ink->default_foreground && ink->default_background);
        }
}

static const enum style states[] = {STYLE_HEADER, STYLE_PAYLOAD,     STYLE_PADDING, STYLE_FREE,
                                    STYLE_CACHED, STYLE_QUARANTINED, STYLE_FOREIGN, STYLE_DAMAGED};
#define N_STATES (sizeof states / sizeof *states)

static void states_differ_to_all_eyes(void **unused)
{
    (void)unused;
    for (int theme = 0; theme < THEME_MONO; theme++)
        for (size_t eye = 0; eye < sizeof eyes / sizeof *eyes; eye++)
            for (size_t i = 0; i < N_STATES; i++)
                for (size_t k = i + 1; k < N_STATES; k++) {
                    struct rgb a = front(theme_ink((enum theme_name)theme, states[i])),
                               b = front(theme_ink((enum theme_name)theme, states[k]));
                    double d = distance(seen(a, eyes[eye]), seen(b, eyes[eye]));
                    if (d < DISTANCE_MIN)
                        fail_msg("theme %d eye %zu states %zu and %zu: %.1f apart", theme, eye, i,
                                 k, d);
                }
}

/* 256 colours show them exactly, so what was computed is what is seen. */
static void inks_are_in_the_cube(void **unused)
{
    (void)unused;
    for (int theme = 0; theme < THEME_MONO; theme++)
        for (int style = 0; style < STYLE_N; style++) {
            const struct theme_ink *ink = theme_ink((enum theme_name)theme, (enum style)style);
            int parts[] = {ink->red,      ink->green,      ink->blue,
                           ink->back_red, ink->back_green, ink->back_blue};
            for (size_t i = 0; i < 6; i++)
                assert_true(parts[i] == 0 || (parts[i] >= 95 && (parts[i] - 95) % 40 == 0));
            assert_true(ink->default_foreground || ink->ansi < 8 || ink->ansi == 255);
            assert_true(ink->default_background || ink->ansi_back < 8);
        }
}

static void states_differ_without_colour(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t k = i + 1; k < N_STATES; k++) {
            assert_int_not_equal(theme_fill(states[i], false), theme_fill(states[k], false));
            assert_int_not_equal(theme_fill(states[i], true), theme_fill(states[k], true));
            assert_int_not_equal(theme_letter(states[i]), theme_letter(states[k]));
        }
    assert_int_equal(theme_letter(STYLE_HEADER), 'h');
    assert_int_equal(theme_letter(STYLE_PAYLOAD), 'u');
    assert_int_equal(theme_letter(STYLE_PADDING), 'p');
    assert_int_equal(theme_letter(STYLE_FREE), 'f');
    assert_int_equal(theme_letter(STYLE_CACHED), 'c');
    assert_int_equal(theme_letter(STYLE_QUARANTINED), 'q');
    assert_int_equal(theme_letter(STYLE_FOREIGN), 'x');
    assert_int_equal(theme_letter(STYLE_DAMAGED), '!');
    for (int style = 0; style < STYLE_N; style++) {
        assert_true(theme_fill((enum style)style, true) >= 0x20 &&
                    theme_fill((enum style)style, true) < 0x7F);
        const struct theme_ink *mono = theme_ink(THEME_MONO, (enum style)style);
        assert_true(mono->default_foreground && mono->default_background);
    }
    assert_int_not_equal(theme_ink(THEME_MONO, STYLE_CHANGED)->marks & MARK_REVERSE, 0);
    assert_int_not_equal(theme_ink(THEME_MONO, STYLE_BAD)->marks,
                         theme_ink(THEME_MONO, STYLE_PLAIN)->marks);
}

/* Bold is for what matters: what stands behind it never is, in no theme. */
static void what_stands_back_is_not_bold(void **unused)
{
    (void)unused;
    static const enum style behind[] = {STYLE_PLAIN,    STYLE_DIM,     STYLE_FRAME,
                                        STYLE_NUMBER,   STYLE_PADDING, STYLE_FREE,
                                        STYLE_UNMAPPED, STYLE_PAGE,    STYLE_LIBRARY};
    static const enum style before[] = {STYLE_TITLE, STYLE_LABEL, STYLE_BRK,  STYLE_DAMAGED,
                                        STYLE_GOOD,  STYLE_BAD,   STYLE_CODE, STYLE_PROMPT};
    for (int theme = 0; theme < THEME_N; theme++) {
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
            assert_int_equal(theme_ink((enum theme_name)theme, behind[i])->marks, 0);
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            assert_int_not_equal(theme_ink((enum theme_name)theme, before[i])->marks &
                                     (MARK_BOLD | MARK_REVERSE),
                                 0);
    }
}

static void names_go_there_and_back(void **unused)
{
    (void)unused;
    for (int theme = 0; theme < THEME_N; theme++)
        assert_int_equal(theme_from_name(theme_name_text((enum theme_name)theme)), theme);
    assert_int_equal(theme_from_name("purple"), THEME_N);
    assert_string_equal(theme_name_text(THEME_N), "?");
    assert_ptr_equal(theme_ink(THEME_N, STYLE_N), theme_ink(THEME_DARK, STYLE_PLAIN));
    assert_int_equal(theme_fill(STYLE_N, false), U' ');
    assert_int_equal(theme_letter(STYLE_N), ' ');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ink_has_contrast),
        cmocka_unit_test(eight_colors_are_seen),
        cmocka_unit_test(brk_is_seen_everywhere),
        cmocka_unit_test(states_differ_to_all_eyes),
        cmocka_unit_test(inks_are_in_the_cube),
        cmocka_unit_test(states_differ_without_colour),
        cmocka_unit_test(what_stands_back_is_not_bold),
        cmocka_unit_test(names_go_there_and_back),
    };
    return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
