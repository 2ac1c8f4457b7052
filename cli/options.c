/* options.c: the command line. */
#include "cli/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/command/settings.h"
#include "cli/text/text.h"

const char *options_help(void)
{
    static char help[8192];
    char list[HEAP_LIST_MAX];
    snprintf(help, sizeof help,
             "Usage: brkview [OPTION]... [SCRIPT]\n"
             "Watch a heap while it changes: type `alloc 64` and `free 2`, and see brk move.\n"
             "\n"
             "  -e, --execute=COMMANDS   run COMMANDS (separated by ';') and leave\n"
             "      --json               one JSON object a line for every command\n"
             "      --plain              plain text, no screen\n"
             "      --screen-reader      plain text, and every command tells what it changed\n"
             "      --policy=NAME        %s\n"
             "      --set=OPTION=VALUE   split, coalesce, trim, order, growth, lock,\n"
             "                           canary, poison, quarantine, theme, mouse,\n"
             "                           addresses, projector, checkheap\n"
             "      --limit=SIZE         the heap's most bytes\n"
             "      --allocator=FILE...  the lab on an allocator of your own: mm.c of the\n"
             "                           malloc lab, C (.c), objects (.o) or a library (.so)\n"
             "      --cc=COMMAND         its compiler (cc)\n"
             "      --cflags=FLAGS       more flags, behind -g -Wall -O2 -DDRIVER\n"
             "      --align=BYTES        of its payloads: 4, 8 or 16 (as its form says)\n"
             "      --aslr               let the kernel choose addresses at random\n"
             "      --theme=NAME         dark, light, mono or auto\n"
             "      --ascii              draw with ASCII only\n"
             "      --stop-on-error      stop at the first command that fails\n"
             "      --timeout=SECONDS    in scripts: end a target that does not answer (10)\n"
             "      --help               show this\n"
             "      --version            show the version\n"
             "\n"
             "Without a terminal on standard input or output, with a SCRIPT, with -e, or\n"
             "with TERM unset or dumb, it is a plain line tool: commands come from SCRIPT or\n"
             "standard input. `help` lists the commands; the manual page tells the rest.\n"
             "Exit status: 0 all commands succeeded, 1 one failed, 2 wrong usage.\n",
             heap_policy_lines(HEAP_HEADER, 27, list));
    return help;
}

enum long_only {
    OPT_JSON = 256,
    OPT_PLAIN,
    OPT_READER,
    OPT_POLICY,
    OPT_SET,
    OPT_LIMIT,
    OPT_ASLR,
    OPT_THEME,
    OPT_ASCII,
    OPT_STOP,
    OPT_TIMEOUT,
    OPT_NEVER,
    OPT_RATE,
    OPT_EVERY,
    OPT_SUMMARY,
    OPT_RECORD,
    OPT_FOLLOW,
    OPT_ALLOCATOR,
    OPT_CC,
    OPT_CFLAGS,
    OPT_ALIGN,
    OPT_AT,
    OPT_HELP,
    OPT_VERSION
};

#define OF_ALL (OPTIONS_LAB | OPTIONS_ATTACH | OPTIONS_RUN | OPTIONS_REPLAY)
#define OF_PROCESS (OPTIONS_ATTACH | OPTIONS_RUN)

static const struct {
    unsigned of; /* enum options_of */
    struct option option;
} all_options[] = {
    {OPTIONS_LAB | OPTIONS_ATTACH | OPTIONS_REPLAY, {"execute", required_argument, NULL, 'e'}},
    {OPTIONS_LAB | OPTIONS_ATTACH | OPTIONS_REPLAY, {"json", no_argument, NULL, OPT_JSON}},
    {OPTIONS_LAB | OPTIONS_ATTACH | OPTIONS_REPLAY,
     {"screen-reader", no_argument, NULL, OPT_READER}},
    {OF_ALL, {"plain", no_argument, NULL, OPT_PLAIN}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"policy", required_argument, NULL, OPT_POLICY}},
    {OF_ALL, {"set", required_argument, NULL, OPT_SET}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"limit", required_argument, NULL, OPT_LIMIT}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"allocator", required_argument, NULL, OPT_ALLOCATOR}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"cc", required_argument, NULL, OPT_CC}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"cflags", required_argument, NULL, OPT_CFLAGS}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"align", required_argument, NULL, OPT_ALIGN}},
    {OPTIONS_LAB, {"aslr", no_argument, NULL, OPT_ASLR}},
    {OF_ALL, {"theme", required_argument, NULL, OPT_THEME}},
    {OF_ALL, {"ascii", no_argument, NULL, OPT_ASCII}},
    {OPTIONS_LAB | OPTIONS_ATTACH | OPTIONS_REPLAY, {"stop-on-error", no_argument, NULL, OPT_STOP}},
    {OPTIONS_LAB | OPTIONS_REPLAY, {"timeout", required_argument, NULL, OPT_TIMEOUT}},
    {OF_PROCESS, {"never-stop", no_argument, NULL, OPT_NEVER}},
    {OF_PROCESS, {"rate", required_argument, NULL, OPT_RATE}},
    {OPTIONS_RUN, {"every", required_argument, NULL, OPT_EVERY}},
    {OPTIONS_RUN, {"summary", required_argument, NULL, OPT_SUMMARY}},
    {OPTIONS_RUN, {"record", required_argument, NULL, OPT_RECORD}},
    {OPTIONS_RUN, {"follow", no_argument, NULL, OPT_FOLLOW}},
    {OPTIONS_REPLAY, {"at", required_argument, NULL, OPT_AT}},
    {OF_ALL, {"help", no_argument, NULL, OPT_HELP}},
    {OPTIONS_LAB, {"version", no_argument, NULL, OPT_VERSION}},
};
enum { N_OPTIONS = sizeof all_options / sizeof all_options[0] };

static bool take_policy(struct options *o, const char *name, char *error, size_t error_bytes)
{
    char list[HEAP_LIST_MAX];
    bool own = strcmp(name, heap_policy_name(HEAP_OWN)) == 0;
    o->setup.policy = own ? HEAP_OWN : heap_policy_from_name(name);
    o->policy_said = true;
    if (heap_policy_info(o->setup.policy) != NULL) return true;
    snprintf(error, error_bytes, "there is no policy %s; expected %s", text_printable(name),
             heap_policy_list("or", list));
    return false;
}

/* A name that ends so is a file of the allocator, not a SCRIPT. */
static bool is_of_allocator(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".o") == 0 || strcmp(dot, ".so") == 0);
}

static bool take_allocator(struct options *o, char *name, char *error, size_t error_bytes)
{
    if (o->allocator.build.n_files == OPTIONS_FILES_MAX) {
        snprintf(error, error_bytes, "--allocator has too many files; expected %d at most",
                 OPTIONS_FILES_MAX);
        return false;
    }
    o->files[o->allocator.build.n_files++] = name;
    return true;
}

static bool take_align(struct options *o, const char *text, char *error, size_t error_bytes)
{
    for (unsigned bytes = 4; bytes <= 16; bytes *= 2) {
        char number[4];
        snprintf(number, sizeof number, "%u", bytes);
        if (strcmp(text, number) == 0) o->allocator.align = bytes;
    }
    if (o->allocator.align) return true;
    snprintf(error, error_bytes, "--align can't be %s; expected 4, 8 or 16", text_printable(text));
    return false;
}

/* With an allocator of one's own it is the policy, unless another was asked for; what belongs to it
 * means nothing without. */
static bool settle_allocator(struct options *o, char *error, size_t error_bytes)
{
    struct own_files *a = &o->allocator;
    if (a->build.n_files > 0) {
        if (o->setup.limit != HEAP_NO_LIMIT) a->segment = o->setup.limit;
        if (!o->policy_said) o->setup.policy = HEAP_OWN;
        return true;
    }
    bool more = a->build.cc || a->build.cflags || a->align;
    if (!more && o->setup.policy != HEAP_OWN) return true;
    snprintf(error, error_bytes, "%s; expected --allocator=FILE with it",
             more ? "--cc, --cflags and --align are for an allocator of your own"
                  : "policy own is an allocator of your own");
    return false;
}

static bool take_theme(struct options *o, const char *name, char *error, size_t error_bytes)
{
    o->theme = theme_from_name(name);
    o->theme_auto = strcmp(name, "auto") == 0;
    if (o->theme != THEME_N || o->theme_auto) return true;
    snprintf(error, error_bytes, "there is no theme %s; expected dark, light, mono or auto",
             text_printable(name));
    return false;
}

/* Seconds, or another number, more than 0 and at most most. */
static bool take_number(double *to, const char *name, const char *text, const char *of, double most,
                        char *error, size_t error_bytes)
{
    char *end;
    *to = strtod(text, &end);
    if (end != text && !*end && *to > 0 && *to <= most) return true;
    snprintf(error, error_bytes, "%s can't be %s; expected %s, more than 0 and at most %.0f", name,
             text_printable(text), of, most);
    return false;
}

/* Of --set: whether the policy has the switch can be judged only when all options are read. */
struct wanted {
    struct setting setting[32];
    const char *text[32];
    size_t n;
};

static bool take_set(struct wanted *w, char *text, char *error, size_t error_bytes)
{
    char *equals = strchr(text, '='), option[32];
    if (!equals || equals == text) {
        snprintf(error, error_bytes,
                 "--set %s has no value; expected OPTION=VALUE, OPTION one of %s",
                 text_printable(text), setting_names());
        return false;
    }
    if (w->n == sizeof w->setting / sizeof w->setting[0]) {
        snprintf(error, error_bytes, "--set is given too often; expected each option once");
        return false;
    }
    snprintf(option, sizeof option, "%.*s", (int)(equals - text), text);
    w->text[w->n] = text;
    return setting_parse(option, equals + 1, &w->setting[w->n++], error, error_bytes);
}

static bool apply_sets(struct options *o, const struct wanted *w, char *error, size_t error_bytes)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct setting *s = &w->setting[i];
        switch (s->kind) {
        case SETTING_THEME:
            o->theme = s->theme;
            o->theme_auto = s->theme == THEME_N;
            break;
        case SETTING_MOUSE:
            o->mouse = s->on;
            break;
        case SETTING_OFFSETS:
            o->offsets = s->on;
            break;
        case SETTING_PROJECTOR:
            o->projector = s->on;
            break;
        case SETTING_CHECKHEAP:
            o->checkheap = s->on;
            break;
        case SETTING_SWITCH:
            if (!heap_policy_has(o->setup.policy, s->which)) {
                snprintf(error, error_bytes,
                         "--set %s: policy %s has no such switch; expected a policy that does, "
                         "such as first-fit",
                         text_printable(w->text[i]), heap_policy_name(o->setup.policy));
                return false;
            }
            o->setup.value[s->which] = s->value;
        }
    }
    return true;
}

static bool take(struct options *o, struct wanted *w, int c, char *error, size_t error_bytes)
{
    switch (c) {
    case 'e':
        o->commands = optarg;
        return true;
    case OPT_JSON:
        return o->json = true;
    case OPT_PLAIN:
        return o->plain = true;
    case OPT_READER:
        return o->screen_reader = o->plain = true;
    case OPT_POLICY:
        return take_policy(o, optarg, error, error_bytes);
    case OPT_SET:
        return take_set(w, optarg, error, error_bytes);
    case OPT_LIMIT:
        return parse_limit(optarg, "--limit", &o->setup.limit, error, error_bytes);
    case OPT_ASLR:
        return o->aslr = true;
    case OPT_THEME:
        return take_theme(o, optarg, error, error_bytes);
    case OPT_ASCII:
        return o->ascii = true;
    case OPT_STOP:
        return o->stop_on_error = true;
    case OPT_TIMEOUT:
        return take_number(&o->timeout, "--timeout", optarg, "seconds", 86400, error, error_bytes);
    case OPT_NEVER:
        return o->never_stop = true;
    case OPT_RATE:
        return take_number(&o->rate, "--rate", optarg, "looks a second", 30, error, error_bytes);
    case OPT_EVERY:
        return take_number(&o->every, "--every", optarg, "seconds", 86400, error, error_bytes);
    case OPT_SUMMARY:
        return (o->summary = optarg) != NULL;
    case OPT_RECORD:
        return (o->record = optarg) != NULL;
    case OPT_FOLLOW:
        return o->follow = true;
    case OPT_ALLOCATOR:
        return take_allocator(o, optarg, error, error_bytes);
    case OPT_CC:
        return (o->allocator.build.cc = optarg) != NULL;
    case OPT_CFLAGS:
        return (o->allocator.build.cflags = optarg) != NULL;
    case OPT_ALIGN:
        return take_align(o, optarg, error, error_bytes);
    case OPT_AT:
        return (o->at = optarg) != NULL;
    case OPT_HELP:
        return o->help = true;
    case OPT_VERSION:
        return o->version = true;
    default:
        return false;
    }
}

/* What `--help` of it is called. */
static const char *help_of(enum options_of of)
{
    return of == OPTIONS_LAB      ? "brkview --help"
           : of == OPTIONS_ATTACH ? "brkview attach --help"
           : of == OPTIONS_REPLAY ? "brkview replay --help"
                                  : "brkview run --help";
}

/* Of replay, the allocator's files, if there are any, and one trace. */
static bool take_traced(struct options *o, int argc, char **argv, char *error, size_t error_bytes)
{
    for (int i = optind; i < argc; i++) {
        bool more = o->trace && !is_of_allocator(argv[i]);
        if (more)
            snprintf(error, error_bytes,
                     "%s is too much; expected one TRACE, and files of the "
                     "allocator (.c, .o, .so)",
                     text_printable(argv[i]));
        if (more) return false;
        if (!is_of_allocator(argv[i]))
            o->trace = argv[i];
        else if (!take_allocator(o, argv[i], error, error_bytes))
            return false;
    }
    if (o->trace || o->help) return true;
    snprintf(error, error_bytes,
             "there is no TRACE; expected `brkview replay mm.c TRACE`, or `brkview replay "
             "--policy NAME TRACE`");
    return false;
}

/* Of the lab, one SCRIPT; of attach, one behind the process; of run, a program and its arguments.
 */
static bool take_words(struct options *o, int argc, char **argv, char *error, size_t error_bytes)
{
    if (o->of == OPTIONS_REPLAY) return take_traced(o, argc, argv, error, error_bytes);
    int most = o->of == OPTIONS_LAB ? 1 : o->of == OPTIONS_ATTACH ? 2 : INT_MAX;
    for (; o->allocator.build.n_files > 0 && optind < argc && is_of_allocator(argv[optind]);
         optind++)
        if (!take_allocator(o, argv[optind], error, error_bytes)) return false;
    o->words = argv + optind;
    o->n_words = argc - optind;
    if (o->of != OPTIONS_RUN && o->n_words == most && most > 0) o->script = o->words[most - 1];
    if (o->n_words <= most && !(o->script && o->commands)) return true;
    snprintf(error, error_bytes, "%s is too much; expected %sone SCRIPT, or -e COMMANDS",
             text_printable(argv[argc - 1]), o->of == OPTIONS_ATTACH ? "a process, and " : "");
    return false;
}

bool options_parse(struct options *o, enum options_of of, int argc, char **argv, char *error,
                   size_t error_bytes)
{
    struct wanted wanted = {.n = 0};
    struct option known[N_OPTIONS + 1] = {{NULL, 0, NULL, 0}};
    size_t n = 0;
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (all_options[i].of & of) known[n++] = all_options[i].option;
    known[n] = (struct option){NULL, 0, NULL, 0};
    *o = (struct options){.of = of, .theme = THEME_N, .timeout = 10, .mouse = true, .rate = 10};
    o->allocator.build.files = o->files;
    session_setup_defaults(&o->setup, HEAP_HEADER);
    opterr = 0;
    optind = 0; /* start anew, whatever was parsed before */
    const char *shorts = of == OPTIONS_RUN ? "+:e:" : ":e:";
    for (int c; (c = getopt_long(argc, argv, shorts, known, NULL)) != -1;) {
        const char *said = argv[optind - 1];
        if (c == '?') {
            snprintf(error, error_bytes, "%s is not an option here; expected one that `%s` lists",
                     text_printable(said), help_of(of));
            return false;
        }
        if (c == ':') {
            snprintf(error, error_bytes, "%s needs a value; see `%s`", text_printable(said),
                     help_of(of));
            return false;
        }
        if (!take(o, &wanted, c, error, error_bytes)) return false;
    }
    return take_words(o, argc, argv, error, error_bytes) &&
           settle_allocator(o, error, error_bytes) && apply_sets(o, &wanted, error, error_bytes);
}
