/* score_known.c: see score_known.h. */
#include "cli/score/score_known.h"

#include <stddef.h>
#include <string.h>

#include "cli/text/textbuf.h"

enum { SCORE = 1, BLAME = 2, SHRINK = 4, ALL = SCORE | BLAME | SHRINK };

static const struct {
    const char *command;
    unsigned bit;
} commands[] = {{"score", SCORE}, {"blame", BLAME}, {"shrink", SHRINK}};

/* In the order of the help. What commands tell in different words has a row for each; what has none
 * is told in the row before it. */
static const struct row {
    unsigned of;
    int option;
    const char *name; /* NULL: a letter alone */
    int value; /* no_argument or required_argument */
    const char *help;
} rows[] = {
    {SHRINK, 'o', "output", required_argument,
     "  -o, --output=FILE      where the small trace goes, and its failure is told on\n"
     "                         standard output; else the trace goes there, and the rest to\n"
     "                         standard error\n"},
    {SHRINK, OPT_WASTE, "waste", required_argument,
     "      --waste=BYTES      of a trace that is valid: a small one on which the heap is by so\n"
     "                         many bytes larger than first fit needs\n"},
    {SHRINK, OPT_WITHIN, "within", required_argument,
     "      --within=SECONDS   after which the smallest so far is taken (60); 0: none\n"},
    {ALL, OPT_CC, "cc", required_argument, "      --cc=COMMAND       the compiler (cc)\n"},
    {ALL, OPT_CFLAGS, "cflags", required_argument,
     "      --cflags=FLAGS     more flags for it, behind -g -Wall -O2 -DDRIVER\n"},
    {ALL, OPT_M32, "m32", no_argument,
     "      --m32              compile it for 32 bits, and run it so\n"},
    {ALL, OPT_ALIGN, "align", required_argument,
     "      --align=BYTES      of payloads: 4, 8 or 16 (as the form of mm.c says: 8, or 16\n"
     "                         where mm_init is bool)\n"},
    {ALL, OPT_HEAP, "heap", required_argument,
     "      --heap=MIB         the heap's most MiB (20 in CS:APP's form, else 100)\n"},
    {ALL, 's', "timeout", required_argument,
     "  -s, --timeout=SECONDS  of work that each pass over a trace may take (10)\n"},
    {SCORE, 'f', "trace", required_argument,
     "  -f, --trace=TRACE      a trace, or a folder of them, as -t\n"},
    {BLAME | SHRINK, 'f', "trace", required_argument, "  -f, --trace=TRACE      the trace\n"},
    {SCORE, 't', "tracedir", required_argument, "  -t, --tracedir=FOLDER  the same\n"},
    {SCORE, 'c', "check", required_argument,
     "  -c, --check=TRACE      the same, and nothing is measured\n"},
    {SCORE, 'j', "jobs", required_argument,
     "  -j, --jobs=N           traces that run at once (1); they disturb each other's time\n"},
    {SCORE, OPT_SCALE, "scale", required_argument,
     "      --scale=COURSE     its index: csapp, mit, vt, pku, cmu, psu or wustl\n"},
    {SCORE, OPT_REFERENCE, "reference", required_argument,
     "      --reference=KOPS   the speed of the course's own allocator, for cmu and psu\n"},
    {SCORE, OPT_INSTRUCTIONS, "instructions", no_argument,
     "      --instructions     count them, by the processor where it can, or else by\n"
     "                         valgrind: the same from run to run\n"},
    {SCORE, 'D', NULL, no_argument,
     "  -D                     call mm_checkheap, mm_check or validate_heap after each\n"
     "                         operation that is checked\n"},
    {SCORE, 'l', "libc", no_argument, "  -l, --libc             measure libc's malloc, too\n"},
    {SCORE, 'T', "tabs", no_argument, "  -T, --tabs             a table that is parted by tabs\n"},
    {SCORE, 'V', NULL, no_argument, "  -V                     as --why\n"},
    {SCORE, 'a', NULL, no_argument,
     "  -a, -v                 are taken, and change nothing: there is no team to check,\n"
     "                         and a line a trace in any case\n"},
    {SCORE, 'v', NULL, no_argument, ""},
    {SCORE, OPT_WHY, "why", no_argument,
     "      --why              of each trace, where the heap's bytes were when it was\n"
     "                         largest: payloads, gaps, the largest of them\n"},
    {SCORE, OPT_JSON, "json", no_argument,
     "      --json             one JSON object a line for every trace, and one for all\n"},
    {BLAME, OPT_JSON, "json", no_argument,
     "      --json             one JSON object, whose error is that of `brkview score`\n"},
    {SHRINK, OPT_JSON, "json", no_argument,
     "      --json             one JSON object, with the small trace's lines and its failure\n"},
    {SCORE, OPT_GENERATE, "generate", required_argument,
     "      --generate=SHAPE   write a trace: powers, queue, realloc, stack or uniform\n"},
    {SCORE, OPT_SEED, "seed", required_argument, "      --seed=N           of its chance (1)\n"},
    {SCORE, OPT_OPS, "ops", required_argument,
     "      --ops=N            its most operations (5000)\n"},
    {ALL, OPT_HELP, "help", no_argument, "      --help             show this\n"},
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

static bool is_of(const struct row *row, const char *command)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].command, command) == 0) return row->of & commands[i].bit;
    return false;
}

bool score_known_has(const char *command, int option)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].option == option && is_of(&rows[i], command)) return true;
    return false;
}

const char *score_known_name(int option)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].option == option) return rows[i].name;
    return NULL;
}

/* An option that has several rows may stand there several times. */
const struct option *score_known_long(void)
{
    static struct option known[N_ROWS + 1];
    size_t n = 0;
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].name)
            known[n++] = (struct option){rows[i].name, rows[i].value, NULL, rows[i].option};
    known[n] = (struct option){NULL, 0, NULL, 0};
    return known;
}

const char *score_known_short(void)
{
    static char letters[2 * N_ROWS + 3];
    size_t n = 0;
    letters[n++] = '-'; /* words among the options are told as they come */
    letters[n++] = ':'; /* and so are values that are not there */
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].option >= OPT_CC) continue;
        letters[n++] = (char)rows[i].option;
        if (rows[i].value == required_argument) letters[n++] = ':';
    }
    letters[n] = '\0';
    return letters;
}

const char *score_known_help(const char *command, const char *before, const char *after)
{
    static char text[8192];
    struct textbuf b = {.text = text, .room = sizeof text};
    text[0] = '\0';
    textbuf_add(&b, "%s", before);
    for (size_t i = 0; i < N_ROWS; i++)
        if (is_of(&rows[i], command)) textbuf_add(&b, "%s", rows[i].help);
    textbuf_add(&b, "%s", after);
    return text;
}
