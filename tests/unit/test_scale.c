/* test_scale.c: the courses' indexes at their bounds and between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/score/scale.h"

static bool near(double a, double b) { return a - b < 1e-9 && b - a < 1e-9; }

static void points_lie_between_the_bounds(void **unused)
{
    static const struct {
        const char *name;
        double util, kops, reference, util_points, speed_points;
    } rows[] = {
        {"csapp", 0.5, 300, 0, 30, 20},    {"csapp", 1, 1e9, 0, 60, 40},
        {"mit", 0.5, 500, 0, 30, 20},      {"vt", 0.25, 15000, 0, 15, 20},
        {"pku", 0.70, 4000, 0, 0, 0},      {"pku", 0.80, 9000, 0, 30, 20},
        {"pku", 0.95, 20000, 0, 60, 40},   {"cmu", 0.495, 6000, 10000, 30, 20},
        {"psu", 0.62, 3000, 10000, 30, 0}, {"psu", 0.62, 9000, 10000, 30, 40},
        {"wustl", 0.65, 14500, 0, 25, 25},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct scale *s = scale_find(rows[i].name);
        assert_non_null(s);
        struct scale_points p = scale_points(s, rows[i].util, rows[i].kops, rows[i].reference);
        assert_true(near(p.util, rows[i].util_points));
        assert_true(near(p.speed, rows[i].speed_points));
    }
    assert_null(scale_find("nobody"));
}

static void the_geometric_mean_is_built_one_by_one(void **unused)
{
    double mean = 0;
    (void)unused;
    mean = scale_mean(mean, 0, 8);
    assert_true(near(mean, 8));
    mean = scale_mean(mean, 1, 2);
    assert_true(near(mean, 4));
    mean = scale_mean(mean, 2, 4);
    assert_true(near(mean, 4));
    mean = scale_mean(mean, 3, 1024); /* the fourth root of 8 * 2 * 4 * 1024 */
    assert_true(near(mean, 16));
    for (size_t n = 4; n < 400; n++)
        mean = scale_mean(mean, n, 16);
    assert_true(mean - 16 < 1e-6 && 16 - mean < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_between_the_bounds),
        cmocka_unit_test(the_geometric_mean_is_built_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
