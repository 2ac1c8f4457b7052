/* compare_options.c: see compare_options.h. */
#include "cli/score/compare_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/score/compare_options_private.h"
#include "cli/score/generate.h"
#include "cli/score/trace_folder.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

const char *compare_options_help(void)
{
    return "Usage: brkview compare [OPTION]... [HEAP]... [TRACE]...\n"
           "Several heaps do the same, operation by operation: what each comes to, and the first\n"
           "operation at which they part. HEAP is a policy, with its switches behind commas\n"
           "(first-fit,coalesce=off), or an allocator of your own (mm.c, .o, .so); without one\n"
           "all policies are compared. TRACE is a file of the malloc lab (.rep), or a folder of\n"
           "them. On a terminal two to four heaps stand "
           "side\n"
           "by side, and commands and the trace's operations go to each of them; without one, "
           "with\n"
           "several traces or more than four heaps, tables are written.\n"
           "\n"
           "  -e, --execute=COMMANDS these instead of a trace, separated by ;\n"
           "      --generate=SHAPE   a trace of our own, all or one of powers, queue, realloc,\n"
           "                         stack, uniform; SHAPE,SEED with another seed than 1\n"
           "      --ops=N            its most operations (5000)\n"
           "      --cc=COMMAND       the compiler of an mm.c (cc)\n"
           "      --cflags=FLAGS     more flags, behind -g -Wall -O2 -DDRIVER\n"
           "      --align=BYTES      of its payloads: 4, 8 or 16 (as its form says)\n"
           "      --json             one JSON object a line for every heap, and one for all\n"
           "      --plain            no screen\n"
           "      --timeout=SECONDS  end a target that does not answer (10)\n"
           "      --theme=NAME       dark, light, mono or auto\n"
           "      --ascii            draw with ASCII only\n"
           "      --help             show this\n"
           "\n"
           "Exit status: 0 all was played, 1 something was not, or a command failed, 2 wrong\n"
           "usage.\n";
}

enum {
    OPT_GENERATE = 256,
    OPT_CC,
    OPT_CFLAGS,
    OPT_ALIGN,
    OPT_OPS,
    OPT_JSON,
    OPT_PLAIN,
    OPT_TIMEOUT,
    OPT_THEME,
    OPT_ASCII,
    OPT_HELP
};

static const struct option known[] = {
    {"execute", required_argument, NULL, 'e'},
    {"generate", required_argument, NULL, OPT_GENERATE},
    {"ops", required_argument, NULL, OPT_OPS},
    {"cc", required_argument, NULL, OPT_CC},
    {"cflags", required_argument, NULL, OPT_CFLAGS},
    {"align", required_argument, NULL, OPT_ALIGN},
    {"json", no_argument, NULL, OPT_JSON},
    {"plain", no_argument, NULL, OPT_PLAIN},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"theme", required_argument, NULL, OPT_THEME},
    {"ascii", no_argument, NULL, OPT_ASCII},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static bool no_memory(const struct compare_reading *r)
{
    r->o->no_memory = true;
    return COMPLAIN(r, "out of memory");
}

static bool take_number(const struct compare_reading *r, const char *name, const char *text,
                        uint64_t least, uint64_t most, uint64_t *value)
{
    char *end = NULL;
    errno = 0;
    *value = ascii_is_digit(*text) ? strtoull(text, &end, 10) : 0;
    if (end && !*end && errno == 0 && *value >= least && *value <= most) return true;
    return COMPLAIN(r, "%s can't be %s; expected a number from %llu to %llu", name,
                    text_printable(text), (unsigned long long)least, (unsigned long long)most);
}

static bool take_timeout(const struct compare_reading *r, const char *text)
{
    char *end;
    r->o->timeout = strtod(text, &end);
    return (end != text && !*end && r->o->timeout > 0 && r->o->timeout <= 86400) ||
           COMPLAIN(r, "--timeout can't be %s; expected seconds, more than 0 and at most 86400",
                    text_printable(text));
}

static bool take_align(const struct compare_reading *r, const char *text)
{
    for (unsigned bytes = 4; bytes <= 16; bytes *= 2) {
        char number[4];
        snprintf(number, sizeof number, "%u", bytes);
        if (strcmp(text, number) == 0) r->o->align = bytes;
    }
    return r->o->align ||
           COMPLAIN(r, "--align can't be %s; expected 4, 8 or 16", text_printable(text));
}

static bool take_theme(const struct compare_reading *r, const char *name)
{
    r->o->theme = theme_from_name(name);
    r->o->theme_auto = strcmp(name, "auto") == 0;
    return r->o->theme != THEME_N || r->o->theme_auto ||
           COMPLAIN(r, "there is no theme %s; expected dark, light, mono or auto",
                    text_printable(name));
}

/* ── Traces ── */

static struct compare_trace *add_trace(const struct compare_reading *r, const char *word)
{
    struct compare_options *o = r->o;
    if (o->n_traces == COMPARE_TRACES_MOST) {
        COMPLAIN(r, "%s is one trace too many; expected at most %d", text_printable(word),
                 COMPARE_TRACES_MOST);
        return NULL;
    }
    struct compare_trace *more = realloc(o->trace, (o->n_traces + 1) * sizeof *more);
    if (!more) {
        no_memory(r);
        return NULL;
    }
    o->trace = more;
    return memset(&more[o->n_traces++], 0, sizeof *more);
}

static bool add_generated(const struct compare_reading *r, const struct generator *g, uint64_t seed)
{
    struct compare_trace *t = add_trace(r, g->name);
    if (!t) return false;
    t->generator = g;
    t->seed = seed;
    snprintf(t->name, sizeof t->name, seed == 1 ? "%s" : "%s,%llu", g->name,
             (unsigned long long)seed);
    return true;
}

static bool take_generate(const struct compare_reading *r, const char *text)
{
    char name[64];
    uint64_t seed = 1;
    size_t n = strcspn(text, ",");
    snprintf(name, sizeof name, "%.*s", n < sizeof name ? (int)n : (int)sizeof name - 1, text);
    if (text[n] && !take_number(r, "the seed of --generate", text + n + 1, 0, UINT64_MAX, &seed))
        return false;
    const struct generator *g = generator_find(name);
    if (g) return add_generated(r, g, seed);
    if (strcmp(name, "all") != 0)
        return COMPLAIN(r,
                        "--generate can't be %s; expected all, powers, queue, realloc, stack or "
                        "uniform",
                        text_printable(text));
    for (size_t i = 0; (g = generator_at(i)) != NULL; i++)
        if (!add_generated(r, g, seed)) return false;
    return true;
}

static bool add_file(void *user, const char *path)
{
    const struct compare_reading *r = user;
    struct compare_trace *t = add_trace(r, path);
    const char *slash = strrchr(path, '/');
    if (!t) return false;
    t->path = strdup(path);
    snprintf(t->name, sizeof t->name, "%s", slash && slash[1] ? slash + 1 : path);
    return t->path || no_memory(r);
}

/* What is no file is a policy mistyped, as likely as not. */
static bool take_trace(struct compare_reading *r, const char *word)
{
    char list[HEAP_LIST_MAX];
    if (access(word, F_OK) != 0)
        return COMPLAIN(r, "%s is no policy, and %s; expected %s, an mm.c, or a trace",
                        text_printable(word),
                        errno == ENOENT ? "there is no such file" : strerror(errno),
                        heap_policy_list("or", list));
    return trace_folder_is(word) ? trace_folder_each(word, add_file, r, r->error, r->error_bytes)
                                 : add_file(r, word);
}

/* ── The line ── */

static bool take_word(struct compare_reading *r, const char *word)
{
    bool is_heap;
    return compare_take_heap(r, word, &is_heap) && (is_heap || take_trace(r, word));
}

static bool take(struct compare_reading *r, int c)
{
    uint64_t value = 0;
    struct compare_options *o = r->o;
    switch (c) {
    case 'e':
        return (o->commands = optarg) != NULL;
    case OPT_GENERATE:
        return take_generate(r, optarg);
    case OPT_OPS:
        if (!take_number(r, "--ops", optarg, 2, 1 << 24, &value)) return false;
        o->n_ops = (uint32_t)value;
        return true;
    case OPT_CC:
        return (o->cc = optarg) != NULL;
    case OPT_CFLAGS:
        return (o->cflags = optarg) != NULL;
    case OPT_ALIGN:
        return take_align(r, optarg);
    case OPT_JSON:
        return o->json = true;
    case OPT_PLAIN:
        return o->plain = true;
    case OPT_TIMEOUT:
        return take_timeout(r, optarg);
    case OPT_THEME:
        return take_theme(r, optarg);
    case OPT_ASCII:
        return o->ascii = true;
    case OPT_HELP:
        return o->help = true;
    default:
        return take_word(r, optarg);
    }
}

bool compare_options_parse(struct compare_options *o, int argc, char **argv, char *error,
                           size_t error_bytes)
{
    struct compare_reading r = {o, error, error_bytes};
    *o = (struct compare_options){.timeout = 10, .n_ops = 5000, .theme = THEME_N};
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    for (int c; (c = getopt_long(argc, argv, "-:e:", known, NULL)) != -1;) {
        if (c == '?')
            return COMPLAIN(&r,
                            "%s is not an option here; expected one that `brkview compare --help` "
                            "lists",
                            text_printable(argv[optind - 1]));
        if (c == ':')
            return COMPLAIN(&r, "%s needs a value; see `brkview compare --help`",
                            text_printable(argv[optind - 1]));
        if (!take(&r, c)) return false;
        if (o->help) return true;
    }
    for (; optind < argc; optind++) /* behind -- */
        if (!take_trace(&r, argv[optind])) return false;
    if (o->n_heaps == 0) compare_all_policies(o);
    return !o->commands || o->n_traces == 0 ||
           COMPLAIN(&r, "-e is in place of a trace; expected one of them");
}

void compare_options_release(struct compare_options *o)
{
    for (size_t i = 0; i < o->n_traces; i++)
        free(o->trace[i].path);
    free(o->trace);
    *o = (struct compare_options){.n_ops = 0};
}
