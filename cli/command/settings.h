/* settings.h: the options that `set` and --set know, and their values. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/root.h"
#include "viz/theme.h"

enum setting_kind {
    SETTING_SWITCH,
    SETTING_THEME,
    SETTING_MOUSE,
    SETTING_OFFSETS,
    SETTING_PROJECTOR,
    SETTING_CHECKHEAP
};

struct setting {
    enum setting_kind kind;
    enum heap_switch which; /* of SETTING_SWITCH */
    uint64_t value;
    enum theme_name theme; /* THEME_N: auto */
    bool on;
};

/* False with one line in error if there is no such option, or no such value. */
bool setting_parse(const char *option, const char *value, struct setting *setting, char *error,
                   size_t error_bytes);

/* The option alone, without a value; false if there is none. */
bool setting_find(const char *option, struct setting *setting);
/* What may be given besides the listed values: ", or another number up to 64", "". */
const char *setting_more(const char *option);

/* "split, coalesce, …" */
const char *setting_names(void);
/* The options, and the values of one (NULL if unknown), as NULL-terminated lists, for completion.
 */
const char *const *setting_list(void);
const char *const *setting_values(const char *option);

#endif
