/* score_options.c: see score_options.h. */
#include "cli/score/score_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/score_known.h"
#include "cli/score/score_many.h"
#include "cli/score/trace_folder.h"
#include "cli/source/beside.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

const char *score_options_help(void)
{
    return score_known_help(
        "score",
        "Usage: brkview score [OPTION]... FILE... TRACE...\n"
        "Compile an allocator of the malloc lab (mm.c) and run traces on it: is each of its\n"
        "payloads aligned, in its heap, and its own; how much of the heap is used, and how\n"
        "fast is it. FILE is C (.c) or an object (.o); what ends otherwise is a TRACE, and a\n"
        "folder stands for all traces (.rep) in it. With --generate a trace is written "
        "instead.\n"
        "\n",
        "\n"
        "Exit status: 0 all traces are valid, 1 one is not, 2 wrong usage.\n");
}

static bool is_score(const struct score_options *o) { return strcmp(o->command, "score") == 0; }

/* What getopt_long says of none is not for has. */
static bool has(const struct score_options *o, int c)
{
    return c == '?' || c == ':' || c == 1 || score_known_has(o->command, c);
}

static bool take_number(const char *name, const char *text, uint64_t least, uint64_t most,
                        uint64_t *value, char *error, size_t error_bytes)
{
    char *end;
    errno = 0;
    *value = ascii_is_digit(*text) ? strtoull(text, &end, 10) : 0;
    if (ascii_is_digit(*text) && !*end && errno == 0 && *value >= least && *value <= most)
        return true;
    return text_complain(error, error_bytes, "%s can't be %s; expected a number from %llu to %llu",
                         name, text_printable(text), (unsigned long long)least,
                         (unsigned long long)most);
}

static bool take_align(struct score_options *o, const char *text, char *error, size_t error_bytes)
{
    static const struct {
        const char *text;
        unsigned bytes;
    } rows[] = {{"4", 4}, {"8", 8}, {"16", 16}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(text, rows[i].text) == 0) {
            o->align = rows[i].bytes;
            return true;
        }
    return text_complain(error, error_bytes, "--align can't be %s; expected 4, 8 or 16",
                         text_printable(text));
}

static bool take_generator(struct score_options *o, const char *name, char *error, size_t bytes)
{
    o->generator = generator_find(name);
    return o->generator ||
           text_complain(error, bytes,
                         "--generate can't be %s; expected powers, queue, realloc, stack or "
                         "uniform",
                         text_printable(name));
}

static bool take_scale(struct score_options *o, const char *name, char *error, size_t error_bytes)
{
    o->scale = scale_find(name);
    return o->scale ||
           text_complain(error, error_bytes,
                         "--scale can't be %s; expected csapp, mit, vt, pku, cmu, psu or wustl",
                         text_printable(name));
}

static bool take_timeout(struct score_options *o, const char *text, char *error, size_t bytes)
{
    char *end;
    o->timeout = strtod(text, &end);
    if (end != text && !*end && o->timeout >= 1 && o->timeout <= 86400) return true;
    return text_complain(error, bytes,
                         "--timeout can't be %s; expected seconds, at least 1 and at most 86400",
                         text_printable(text));
}

static bool take_m32(struct score_options *o, char *error, size_t error_bytes)
{
    char path[4096], why[512];
    o->m32 = beside_find("brkview-own32", path, sizeof path, why, sizeof why);
    return o->m32 ||
           text_complain(error, error_bytes,
                         "--m32 needs brkview-own32, which is made with brkview where `cc -m32` "
                         "links (on Debian: gcc-multilib); there is none. Code that keeps "
                         "addresses in 4 bytes runs without, for the heap lies below 4 GiB, but "
                         "pointers have 8");
}

static bool take_within(struct score_options *o, const char *text, char *error, size_t bytes)
{
    char *end;
    o->within = strtod(text, &end);
    if (end != text && !*end && o->within >= 0 && o->within <= 86400) return true;
    return text_complain(error, bytes, "--within can't be %s; expected seconds, at most 86400",
                         text_printable(text));
}

/* ── Words ── */

static bool add_word(char ***list, size_t *n, const char *word, char *error, size_t error_bytes)
{
    char **more = realloc(*list, (*n + 1) * sizeof *more);
    if (more) *list = more;
    char *copy = more ? strdup(word) : NULL;
    if (!copy) return text_complain(error, error_bytes, "out of memory");
    (*list)[(*n)++] = copy;
    return true;
}

struct adding {
    struct score_options *o;
    char *error;
    size_t error_bytes;
};

static bool add_trace(void *user, const char *path)
{
    const struct adding *a = user;
    return add_word(&a->o->traces, &a->o->n_traces, path, a->error, a->error_bytes);
}

static bool add_traces(struct score_options *o, const char *word, char *error, size_t error_bytes)
{
    struct adding a = {o, error, error_bytes};
    return trace_folder_is(word) ? trace_folder_each(word, add_trace, &a, error, error_bytes)
                                 : add_trace(&a, word);
}

static bool is_source(const char *word)
{
    const char *dot = strrchr(word, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".o") == 0);
}

static bool take_word(struct score_options *o, const char *word, char *error, size_t error_bytes)
{
    return is_source(word) ? add_word(&o->files, &o->n_files, word, error, error_bytes)
                           : add_traces(o, word, error, error_bytes);
}

/* ── The line ── */

static bool take(struct score_options *o, int c, char *error, size_t error_bytes)
{
    uint64_t value = 0;
    bool ok;
    switch (c) {
    case OPT_CC:
        o->cc = optarg;
        return true;
    case OPT_CFLAGS:
        o->cflags = optarg;
        return true;
    case OPT_ALIGN:
        return take_align(o, optarg, error, error_bytes);
    case OPT_HEAP:
        ok = take_number("--heap", optarg, 1, 1024, &value, error, error_bytes);
        o->heap_most = (size_t)value << 20;
        return ok;
    case 'c':
        o->check_only = true;
        return add_traces(o, optarg, error, error_bytes);
    case 'j':
        ok = take_number("--jobs", optarg, 1, SCORE_MOST_JOBS, &value, error, error_bytes);
        o->jobs = (unsigned)value;
        return ok;
    case OPT_SCALE:
        return take_scale(o, optarg, error, error_bytes);
    case OPT_REFERENCE:
        ok = take_number("--reference", optarg, 1, 100000000, &value, error, error_bytes);
        o->reference = (double)value;
        return ok;
    case OPT_M32:
        return take_m32(o, error, error_bytes);
    case OPT_INSTRUCTIONS:
        return o->instructions = true;
    case 'D':
        return o->check_heap = true;
    case 'l':
        return o->libc = true;
    case 'T':
        return o->tabs = true;
    case 'a':
    case 'v':
        return true;
    case 'V':
    case OPT_WHY:
        return o->why = true;
    case 's':
        return take_timeout(o, optarg, error, error_bytes);
    case 'f':
    case 't':
        return add_traces(o, optarg, error, error_bytes);
    case OPT_WITHIN:
        return take_within(o, optarg, error, error_bytes);
    case OPT_WASTE:
        return take_number("--waste", optarg, 1, UINT64_C(1) << 30, &o->waste, error, error_bytes);
    case 'o':
        o->output = optarg;
        return true;
    case OPT_JSON:
        return o->json = true;
    case OPT_GENERATE:
        return take_generator(o, optarg, error, error_bytes);
    case OPT_SEED:
        return take_number("--seed", optarg, 0, UINT64_MAX, &o->seed, error, error_bytes);
    case OPT_OPS:
        ok = take_number("--ops", optarg, 2, 1 << 24, &value, error, error_bytes);
        o->n_ops = (uint32_t)value;
        return ok;
    case OPT_HELP:
        return o->help = true;
    default:
        return take_word(o, optarg, error, error_bytes);
    }
}

static bool check(const struct score_options *o, char *error, size_t error_bytes)
{
    if (o->help) return true;
    if (o->generator && (o->n_files || o->n_traces))
        return text_complain(error, error_bytes,
                             "--generate writes a trace, and takes none; expected no FILE and no "
                             "TRACE");
    if (o->generator) return true;
    if (o->n_files == 0)
        return text_complain(error, error_bytes,
                             "there is no FILE; expected `brkview %s mm.c TRACE`", o->command);
    if (o->n_traces == 0)
        return text_complain(error, error_bytes,
                             "there is no TRACE; expected `brkview %s mm.c TRACE`%s", o->command,
                             is_score(o) ? ", or --generate, which makes one" : "");
    if (o->scale && o->scale->of_reference && o->reference <= 0)
        return text_complain(error, error_bytes,
                             "--scale=%s is by the speed of the course's own allocator on this "
                             "machine; expected --reference=KOPS",
                             o->scale->name);
    if (!is_score(o) && o->n_traces > 1)
        return text_complain(error, error_bytes, "%s is a TRACE too many; expected one",
                             text_printable(o->traces[1]));
    return true;
}

bool score_options_parse(struct score_options *o, int argc, char **argv, char *error,
                         size_t error_bytes)
{
    *o = (struct score_options){
        .command = argv[0], .timeout = 10, .within = 60, .jobs = 1, .seed = 1, .n_ops = 5000};
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    for (int c;
         (c = getopt_long(argc, argv, score_known_short(), score_known_long(), NULL)) != -1;) {
        const char *name = score_known_name(c);
        if (!has(o, c))
            return text_complain(error, error_bytes,
                                 "%s%s is not an option here; expected one that `brkview %s "
                                 "--help` lists",
                                 name ? "--" : "-", name ? name : (char[]){(char)c, '\0'},
                                 o->command);
        if (c == '?')
            return text_complain(error, error_bytes,
                                 "%s is not an option here; expected one that `brkview %s "
                                 "--help` lists",
                                 text_printable(argv[optind - 1]), o->command);
        if (c == ':')
            return text_complain(error, error_bytes, "%s needs a value; see `brkview %s --help`",
                                 text_printable(argv[optind - 1]), o->command);
        if (!take(o, c, error, error_bytes)) return false;
        if (o->help) return true;
    }
    for (; optind < argc; optind++) /* behind -- */
        if (!take_word(o, argv[optind], error, error_bytes)) return false;
    return check(o, error, error_bytes);
}

static void release(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

void score_options_release(struct score_options *o)
{
    release(o->files, o->n_files);
    release(o->traces, o->n_traces);
    *o = (struct score_options){.n_ops = 0};
}
