/* options.c: the command line. */
#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/command/settings.h"
#include "cli/text/text.h"

const char *options_help(void)
{
    static char help[4096];
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
             "                           addresses, projector\n"
             "      --limit=SIZE         the heap's most bytes\n"
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
    OPT_HELP,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"execute", required_argument, NULL, 'e'},
    {"json", no_argument, NULL, OPT_JSON},
    {"screen-reader", no_argument, NULL, OPT_READER},
    {"plain", no_argument, NULL, OPT_PLAIN},
    {"policy", required_argument, NULL, OPT_POLICY},
    {"set", required_argument, NULL, OPT_SET},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"aslr", no_argument, NULL, OPT_ASLR},
    {"theme", required_argument, NULL, OPT_THEME},
    {"ascii", no_argument, NULL, OPT_ASCII},
    {"stop-on-error", no_argument, NULL, OPT_STOP},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static bool take_policy(struct options *o, const char *name, char *error, size_t error_bytes)
{
    char list[HEAP_LIST_MAX];
    o->setup.policy = heap_policy_from_name(name);
    if (heap_policy_info(o->setup.policy) != NULL) return true;
    snprintf(error, error_bytes, "there is no policy %s; expected %s", text_printable(name),
             heap_policy_list("or", list));
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

static bool take_timeout(struct options *o, const char *text, char *error, size_t error_bytes)
{
    char *end;
    o->timeout = strtod(text, &end);
    if (end != text && !*end && o->timeout > 0 && o->timeout <= 86400) return true;
    snprintf(error, error_bytes,
             "--timeout can't be %s; expected seconds, more than 0 and at most 86400",
             text_printable(text));
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
        return take_timeout(o, optarg, error, error_bytes);
    case OPT_HELP:
        return o->help = true;
    case OPT_VERSION:
        return o->version = true;
    default:
        return false;
    }
}

bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes)
{
    struct wanted wanted = {.n = 0};
    *o = (struct options){.theme = THEME_N, .timeout = 10, .mouse = true};
    session_setup_defaults(&o->setup, HEAP_HEADER);
    opterr = 0;
    optind = 0; /* start anew, whatever was parsed before */
    for (int c; (c = getopt_long(argc, argv, ":e:", long_options, NULL)) != -1;) {
        const char *said = argv[optind - 1];
        if (c == '?') {
            snprintf(error, error_bytes,
                     "%s is not an option here; expected one that `brkview --help` lists",
                     text_printable(said));
            return false;
        }
        if (c == ':') {
            snprintf(error, error_bytes, "%s needs a value; see `brkview --help`",
                     text_printable(said));
            return false;
        }
        if (!take(o, &wanted, c, error, error_bytes)) return false;
    }
    if (optind < argc) o->script = argv[optind++];
    if (optind < argc || (o->script && o->commands)) {
        snprintf(error, error_bytes, "%s is too much; expected one SCRIPT, or -e COMMANDS",
                 text_printable(argv[argc - 1]));
        return false;
    }
    return apply_sets(o, &wanted, error, error_bytes);
}
