/* markup.c: one element at its root, each closed by its name, attributes quoted and given once,
 * only the entities of XML, no control characters. */
#include "tests/support/markup.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 64
#define ATTRIBUTES_MAX 32

struct name {
    const char *text;
    size_t n;
};

static struct name name_at(const char *p)
{
    struct name name = {p, 0};
    while (isalnum((unsigned char)p[name.n]) || (p[name.n] && strchr("-_:", p[name.n])))
        name.n++;
    return name;
}

static bool same(struct name a, struct name b)
{
    return a.n == b.n && memcmp(a.text, b.text, a.n) == 0;
}

static bool good_entity(const char *p)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(p, known[i], strlen(known[i])) == 0) return true;
    return false;
}

static bool good_character(const char *p)
{
    return (unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t';
}

/* From the name on to '>'. Returns where that is, NULL with *wrong. */
static const char *skip_attributes(const char *p, const char **wrong)
{
    struct name seen[ATTRIBUTES_MAX];
    size_t n = 0;
    for (;;) {
        p += strspn(p, " \n\t");
        if (*p == '>' || (p[0] == '/' && p[1] == '>')) return p;
        struct name name = name_at(p);
        if (name.n == 0 || p[name.n] != '=' || p[name.n + 1] != '"')
            return *wrong = "an attribute is no name=\"value\"", NULL;
        for (size_t i = 0; i < n; i++)
            if (same(seen[i], name)) return *wrong = "an attribute is given twice", NULL;
        if (n == ATTRIBUTES_MAX) return *wrong = "too many attributes", NULL;
        seen[n++] = name;
        for (p += name.n + 2; *p != '"'; p++)
            if (!*p || *p == '<' || !good_character(p) || (*p == '&' && !good_entity(p)))
                return *wrong = "a value holds what it may not", NULL;
        p++;
        if (!strchr(" \n\t/>", *p)) return *wrong = "nothing parts two attributes", NULL;
    }
}

const char *markup_check(const char *xml, size_t *at)
{
    struct name open[DEPTH_MAX];
    size_t depth = 0, roots = 0;
    const char *wrong = NULL, *p = xml;
    for (; *p && !wrong; p++) {
        *at = (size_t)(p - xml);
        if (*p != '<') {
            if (!good_character(p) || (*p == '&' && !good_entity(p)))
                wrong = "a character may not stand there";
            else if (depth == 0 && !isspace((unsigned char)*p))
                wrong = "there is text outside the root";
            continue;
        }
        bool closes = p[1] == '/';
        struct name name = name_at(p + 1 + closes);
        if (name.n == 0) return "a tag has no name";
        if (closes) {
            if (depth == 0 || !same(open[--depth], name) || name.text[name.n] != '>')
                return "an element is closed that is not open";
            p = name.text + name.n;
            continue;
        }
        const char *end = skip_attributes(name.text + name.n, &wrong);
        if (!end) return wrong;
        if (depth == 0 && roots++ > 0) return "there are two roots";
        if (*end == '>') {
            if (depth == DEPTH_MAX) return "too deep";
            open[depth++] = name;
        }
        p = *end == '/' ? end + 1 : end;
    }
    if (!wrong && (depth > 0 || roots != 1)) wrong = "the root does not end";
    return wrong;
}
