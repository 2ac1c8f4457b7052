/* compare_heaps.c: the heaps that the line of `brkview compare` names. */
#include <stdio.h>
#include <string.h>

#include "cli/command/settings.h"
#include "cli/score/compare_options_private.h"

/* SWITCH=VALUE, of n bytes. */
static bool take_switch(const struct compare_reading *r, struct lockstep_setup *h, const char *text,
                        size_t n)
{
    char word[64], why[256];
    struct setting s;
    snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : (int)sizeof word - 1, text);
    char *equals = strchr(word, '=');
    if (equals) *equals = '\0';
    if (!equals)
        return COMPLAIN(r, "%s has no value; expected POLICY,SWITCH=VALUE", text_printable(word));
    if (!setting_parse(word, equals + 1, &s, why, sizeof why)) return COMPLAIN(r, "%s", why);
    if (s.kind != SETTING_SWITCH || !heap_policy_has(h->setup.policy, s.which))
        return COMPLAIN(r, "policy %s has no switch %s", heap_policy_name(h->setup.policy),
                        text_printable(word));
    h->setup.value[s.which] = s.value;
    return true;
}

static struct lockstep_setup *add_heap(const struct compare_reading *r, const char *word,
                                       enum heap_policy policy)
{
    if (r->o->n_heaps == LOCKSTEP_MOST) {
        COMPLAIN(r, "%s is one heap too many; expected at most %d", text_printable(word),
                 LOCKSTEP_MOST);
        return NULL;
    }
    struct lockstep_setup *h = &r->o->heap[r->o->n_heaps++];
    *h = (struct lockstep_setup){.name = word};
    session_setup_defaults(&h->setup, policy);
    return h;
}

static bool is_allocator(const char *word)
{
    const char *dot = strrchr(word, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".o") == 0 || strcmp(dot, ".so") == 0);
}

/* *is_heap: the word is a file of an allocator, or begins with a policy's name. */
bool compare_take_heap(const struct compare_reading *r, const char *word, bool *is_heap)
{
    char name[64];
    size_t n = strcspn(word, ",");
    bool own = is_allocator(word);
    snprintf(name, sizeof name, "%.*s", n < sizeof name ? (int)n : (int)sizeof name - 1, word);
    enum heap_policy policy = own ? HEAP_OWN : heap_policy_from_name(name);
    *is_heap = own || heap_policy_info(policy) != NULL;
    if (!*is_heap) return true;
    struct lockstep_setup *h = add_heap(r, word, policy);
    if (!h) return false;
    h->is_file = own;
    for (const char *at = word + n; !own && *at;) {
        at++;
        n = strcspn(at, ",");
        if (!take_switch(r, h, at, n)) return false;
        at += n;
    }
    return true;
}

void compare_all_policies(struct compare_options *o)
{
    for (unsigned i = 0; heap_policy_name((enum heap_policy)i) && i < LOCKSTEP_MOST; i++) {
        struct lockstep_setup *h = &o->heap[o->n_heaps++];
        h->name = heap_policy_name((enum heap_policy)i);
        session_setup_defaults(&h->setup, (enum heap_policy)i);
    }
}
