/* settings.c: one table of options and their values. */
#include "cli/command/settings.h"

#include <stdio.h>
#include <string.h>

#include "cli/command/parse.h"

#define GROWTH_MAX (UINT64_C(1) << 20)

static const char *const on_off[] = {"on", "off", NULL};
static const char *const orders[] = {"address", "lifo", "fifo", "size-up", "size-down", NULL};
static const char *const growths[] = {"exact", "page", "64K", NULL};
static const char *const quarantines[] = {"off", "8", NULL};
static const char *const themes[] = {"dark", "light", "mono", NULL};
static const char *const addresses[] = {"absolute", "offset", NULL};

/* Everything that names an option comes from here. */
static const struct option {
    const char *name;
    const char *const *values;
} options[] = {
    {"split", on_off}, {"coalesce", on_off},     {"trim", on_off},      {"order", orders},           {"growth", growths},
    {"lock", on_off},  {"canary", on_off},       {"poison", on_off},    {"quarantine", quarantines}, {"theme", themes},
    {"mouse", on_off}, {"addresses", addresses}, {"projector", on_off},
};

#define OPTIONS (sizeof options / sizeof options[0])

const char *setting_names(void)
{
    static char text[OPTIONS * 16];
    size_t at = 0;
    if (text[0]) return text;
    for (size_t i = 0; i < OPTIONS; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i ? ", " : "", options[i].name);
    return text;
}

const char *const *setting_list(void)
{
    static const char *names[OPTIONS + 1];
    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = options[i].name;
    return names;
}

const char *const *setting_values(const char *option)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strcmp(options[i].name, option) == 0) return options[i].values;
    return NULL;
}

static bool growth_parse(const char *value, uint64_t *growth)
{
    char error[128];
    if (strcmp(value, "exact") == 0) return *growth = 1, true;
    if (strcmp(value, "page") == 0) return *growth = 4096, true;
    return parse_positive(value, "growth", growth, error, sizeof error) && (*growth & (*growth - 1)) == 0 &&
           *growth <= GROWTH_MAX;
}

static bool quarantine_parse(const char *value, uint64_t *blocks)
{
    char error[128];
    if (strcmp(value, "off") == 0) return *blocks = 0, true;
    return parse_size(value, "quarantine", blocks, error, sizeof error) && *blocks <= HEAP_QUARANTINE_MAX;
}

bool setting_parse(const char *option, const char *value, struct setting *setting, char *error, size_t error_bytes)
{
    bool good;
    if (!setting_values(option)) {
        snprintf(error, error_bytes, "there is no option %s; expected one of %s", parse_shown(option), setting_names());
        return false;
    }
    if (strcmp(option, "theme") == 0) {
        setting->kind = SETTING_THEME;
        setting->theme = theme_from_name(value);
        good = setting->theme != THEME_N;
    } else if (strcmp(option, "mouse") == 0) {
        setting->kind = SETTING_MOUSE;
        good = parse_switch(value, &setting->on, error, error_bytes);
    } else if (strcmp(option, "projector") == 0) {
        setting->kind = SETTING_PROJECTOR;
        good = parse_switch(value, &setting->on, error, error_bytes);
    } else if (strcmp(option, "addresses") == 0) {
        setting->kind = SETTING_OFFSETS;
        setting->on = strcmp(value, "offset") == 0;
        good = setting->on || strcmp(value, "absolute") == 0;
    } else {
        setting->kind = SETTING_SWITCH;
        setting->which = heap_switch_from_name(option);
        if (setting->which == HEAP_ORDER) {
            setting->value = heap_order_from_name(value);
            good = setting->value != HEAP_N_ORDERS;
        } else if (setting->which == HEAP_GROWTH) {
            good = growth_parse(value, &setting->value);
        } else if (setting->which == HEAP_QUARANTINE) {
            good = quarantine_parse(value, &setting->value);
        } else {
            good = parse_switch(value, &setting->on, error, error_bytes);
            if (good) setting->value = setting->on;
        }
    }
    if (good) return true;
    char expected[96] = "";
    for (const char *const *v = setting_values(option); *v; v++)
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s", *expected ? v[1] ? ", " : " or " : "",
                 *v);
    const char *more = strcmp(option, "growth") == 0       ? ", or another power of two up to 1M"
                       : strcmp(option, "quarantine") == 0 ? ", or another number up to 64"
                                                           : "";
    snprintf(error, error_bytes, "%s can't be %s; expected %s%s", option, parse_shown(value), expected, more);
    return false;
}
