/* listing.c: lists from the tables. A star marks what is in force. */
#include "cli/verb/listing.h"

#include <string.h>

#include "cli/command/settings.h"
#include "cli/source/source.h"
#include "cli/tell/shapes.h"

/* The value of an option now; NULL: the policy has no such switch. */
static const char *value_of(const struct lab *lab, const char *option, char *text, size_t bytes)
{
    struct setting s;
    setting_find(option, &s);
    switch (s.kind) {
    case SETTING_THEME:
        return lab->theme_auto ? "auto" : theme_name_text(lab->shown.view.theme);
    case SETTING_MOUSE:
        return lab->mouse ? "on" : "off";
    case SETTING_OFFSETS:
        return lab->shown.view.offsets ? "offset" : "absolute";
    case SETTING_PROJECTOR:
        return lab->shown.view.projector ? "on" : "off";
    case SETTING_CHECKHEAP:
        return lab->checkheap ? "on" : "off";
    case SETTING_SWITCH:
        break;
    }
    const struct session_setup *setup = &lab->shown.session.setup;
    return heap_policy_has(setup->policy, s.which) ? shape_switch_value(setup, s.which, text, bytes)
                                                   : NULL;
}

static json_t *list_values(const char *option, const char *now, struct outcome *out)
{
    json_t *list = json_array();
    bool told = false;
    for (const char *const *v = setting_values(option); v && *v; v++) {
        bool is_now = now && strcmp(*v, now) == 0;
        told |= is_now;
        outcome_text(out, " %s%s", is_now ? "*" : "", *v);
        json_array_append_new(list, json_string(*v));
    }
    if (now && !told) outcome_text(out, " *%s", now);
    return list;
}

void listing_options(const struct lab *lab, struct outcome *out)
{
    json_t *list = json_array();
    char text[32];
    for (const char *const *option = setting_list(); *option; option++) {
        const char *now = value_of(lab, *option, text, sizeof text);
        if (!now && !(lab->shown.session.target.source->can & SOURCE_ASK)) continue;
        outcome_text(out, "%-11s", *option);
        json_t *values = list_values(*option, now, out);
        outcome_text(out, "%s", setting_more(*option));
        if (!now)
            outcome_text(out, " (policy %s has none)",
                         heap_policy_name(lab->shown.session.setup.policy));
        outcome_text(out, "\n");
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o}", "option", *option, "value",
                                        now ? json_string(now) : json_null(), "values", values));
    }
    outcome_text(out, "* is in force; `set OPTION VALUE` changes it\n");
    outcome_result(out, json_pack("{s:o}", "options", list));
}

void listing_policies(const struct lab *lab, struct outcome *out)
{
    json_t *list = json_array();
    for (enum heap_policy i = 0; heap_policy_info(i) != NULL; i++) {
        outcome_text(out, "%c %-10s %s\n", i == lab->shown.session.setup.policy ? '*' : ' ',
                     heap_policy_name(i), heap_policy_info(i)->about);
        json_array_append_new(list, json_string(heap_policy_name(i)));
    }
    outcome_text(out, "* is in force; `policy NAME` starts a fresh heap under another\n");
    json_object_set_new(out->result, "policies", list); /* of no object: the list is let go */
}
