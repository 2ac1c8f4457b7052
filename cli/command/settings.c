/* settings.c: one table of options and their values. */
#include "cli/command/settings.h"

#include <stdio.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/text/text.h"

static const char *const on_off[] = {"on", "off", NULL};
static const char *const orders[] = {"address", "lifo", "fifo", "size-up", "size-down", NULL};
static const char *const growths[] = {"exact", "page", "64K", NULL};
static const char *const quarantines[] = {"off", "8", NULL};
static const char *const themes[] = {"auto", "dark", "light", "mono", NULL};
static const char *const addresses[] = {"absolute", "offset", NULL};

static bool read_switch(const char *value, struct setting *setting)
{
    char error[128];
    bool good = parse_switch(value, &setting->on, error, sizeof error);
    setting->value = setting->on;
    return good;
}

static bool read_order(const char *value, struct setting *setting)
{
    setting->value = heap_order_from_name(value);
    return setting->value != HEAP_N_ORDERS;
}

static bool read_growth(const char *value, struct setting *setting)
{
    char error[128];
    if (strcmp(value, "exact") == 0) return setting->value = 1, true;
    if (strcmp(value, "page") == 0) return setting->value = 4096, true;
    return parse_positive(value, "growth", &setting->value, error, sizeof error) &&
           setting->value <= HEAP_GROWTH_MAX && (setting->value & (setting->value - 1)) == 0;
}

static bool read_quarantine(const char *value, struct setting *setting)
{
    char error[128];
    if (strcmp(value, "off") == 0) return setting->value = 0, true;
    return parse_size(value, "quarantine", &setting->value, error, sizeof error) &&
           setting->value <= HEAP_QUARANTINE_MAX;
}

static bool read_theme(const char *value, struct setting *setting)
{
    setting->theme = theme_from_name(value);
    return setting->theme != THEME_N || strcmp(value, "auto") == 0;
}

static bool read_addresses(const char *value, struct setting *setting)
{
    setting->on = strcmp(value, "offset") == 0;
    return setting->on || strcmp(value, "absolute") == 0;
}

/* Everything that names an option comes from here. */
static const struct option {
    const char *name;
    const char *const *values; /* for completion, and for who typed another */
    const char *more; /* values that are not listed, "" if none */
    bool (*read)(const char *value, struct setting *setting);
    enum setting_kind kind;
    enum heap_switch which; /* of SETTING_SWITCH */
} options[] = {
    {"split", on_off, "", read_switch, SETTING_SWITCH, HEAP_SPLIT},
    {"coalesce", on_off, "", read_switch, SETTING_SWITCH, HEAP_COALESCE},
    {"trim", on_off, "", read_switch, SETTING_SWITCH, HEAP_TRIM},
    {"order", orders, "", read_order, SETTING_SWITCH, HEAP_ORDER},
    {"growth", growths, ", or another power of two up to 1M", read_growth, SETTING_SWITCH,
     HEAP_GROWTH},
    {"lock", on_off, "", read_switch, SETTING_SWITCH, HEAP_LOCK},
    {"canary", on_off, "", read_switch, SETTING_SWITCH, HEAP_CANARY},
    {"poison", on_off, "", read_switch, SETTING_SWITCH, HEAP_POISON},
    {"quarantine", quarantines, ", or another number up to 64", read_quarantine, SETTING_SWITCH,
     HEAP_QUARANTINE},
    {"theme", themes, "", read_theme, SETTING_THEME, HEAP_N_SWITCHES},
    {"mouse", on_off, "", read_switch, SETTING_MOUSE, HEAP_N_SWITCHES},
    {"addresses", addresses, "", read_addresses, SETTING_OFFSETS, HEAP_N_SWITCHES},
    {"projector", on_off, "", read_switch, SETTING_PROJECTOR, HEAP_N_SWITCHES},
    {"checkheap", on_off, "", read_switch, SETTING_CHECKHEAP, HEAP_N_SWITCHES},
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

static const struct option *option_find(const char *name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strcmp(options[i].name, name) == 0) return &options[i];
    return NULL;
}

const char *const *setting_values(const char *option)
{
    const struct option *o = option_find(option);
    return o != NULL ? o->values : NULL;
}

bool setting_find(const char *option, struct setting *setting)
{
    const struct option *o = option_find(option);
    if (o != NULL) *setting = (struct setting){.kind = o->kind, .which = o->which};
    return o != NULL;
}

const char *setting_more(const char *option)
{
    const struct option *o = option_find(option);
    return o != NULL ? o->more : "";
}

bool setting_parse(const char *option, const char *value, struct setting *setting, char *error,
                   size_t error_bytes)
{
    const struct option *o = option_find(option);
    if (o == NULL) {
        snprintf(error, error_bytes, "there is no option %s; expected one of %s",
                 text_printable(option), setting_names());
        return false;
    }
    *setting = (struct setting){.kind = o->kind, .which = o->which};
    if (o->read(value, setting)) return true;
    char expected[96] = "";
    size_t at = 0;
    for (const char *const *v = o->values; *v; v++)
        at += (size_t)snprintf(expected + at, sizeof expected - at, "%s%s",
                               at ? v[1] ? ", " : " or " : "", *v);
    snprintf(error, error_bytes, "%s can't be %s; expected %s%s", option, text_printable(value),
             expected, o->more);
    return false;
}
