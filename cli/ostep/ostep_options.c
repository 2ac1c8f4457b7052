/* ostep_options.c: malloc.py's command line. */
#include "cli/ostep/ostep_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/text.h"

static const char *const policy_names[OSTEP_N_POLICIES] = {"BEST", "WORST", "FIRST"};
static const char *const order_names[OSTEP_N_ORDERS] = {"ADDRSORT", "SIZESORT+", "SIZESORT-",
                                                        "INSERT-FRONT", "INSERT-BACK"};

const char *ostep_policy_name(enum ostep_policy policy) { return policy_names[policy]; }
const char *ostep_order_name(enum ostep_order order) { return order_names[order]; }

const char *ostep_options_help(void)
{
    return "Usage: brkview quiz --ostep [options]\n"
           "\n"
           "Options:\n"
           "  -h, --help            show this help message and exit\n"
           "  -s SEED, --seed=SEED  the random seed\n"
           "  -S HEAPSIZE, --size=HEAPSIZE\n"
           "                        size of the heap\n"
           "  -b BASEADDR, --baseAddr=BASEADDR\n"
           "                        base address of heap\n"
           "  -H HEADERSIZE, --headerSize=HEADERSIZE\n"
           "                        size of the header\n"
           "  -a ALIGNMENT, --alignment=ALIGNMENT\n"
           "                        align allocated units to size; -1->no align\n"
           "  -p POLICY, --policy=POLICY\n"
           "                        list search (BEST, WORST, FIRST)\n"
           "  -l ORDER, --listOrder=ORDER\n"
           "                        list order (ADDRSORT, SIZESORT+, SIZESORT-, INSERT-\n"
           "                        FRONT, INSERT-BACK)\n"
           "  -C, --coalesce        coalesce the free list?\n"
           "  -n OPSNUM, --numOps=OPSNUM\n"
           "                        number of random ops to generate\n"
           "  -r OPSRANGE, --range=OPSRANGE\n"
           "                        max alloc size\n"
           "  -P OPSPALLOC, --percentAlloc=OPSPALLOC\n"
           "                        percent of ops that are allocs\n"
           "  -A OPSLIST, --allocList=OPSLIST\n"
           "                        instead of random, list of ops (+10,-0,etc)\n"
           "  -c, --compute         compute answers for me\n"
           "\n"
           "  --ask                 ask each question, judge the answer (? tells it), and\n"
           "                        print the score; malloc.py has no such option\n";
}

enum { ASK = 256 }; /* no letter */

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},
    {"seed", required_argument, NULL, 's'},
    {"size", required_argument, NULL, 'S'},
    {"baseAddr", required_argument, NULL, 'b'},
    {"headerSize", required_argument, NULL, 'H'},
    {"alignment", required_argument, NULL, 'a'},
    {"policy", required_argument, NULL, 'p'},
    {"listOrder", required_argument, NULL, 'l'},
    {"coalesce", no_argument, NULL, 'C'},
    {"numOps", required_argument, NULL, 'n'},
    {"range", required_argument, NULL, 'r'},
    {"percentAlloc", required_argument, NULL, 'P'},
    {"allocList", required_argument, NULL, 'A'},
    {"compute", no_argument, NULL, 'c'},
    {"ask", no_argument, NULL, ASK},
    {NULL, 0, NULL, 0},
};
/* "-": words in order, whatever POSIXLY_CORRECT says; ":": a missing value is told apart. */
static const char short_options[] = "-:hs:S:b:H:a:p:l:Cn:r:P:A:c";

/* For those that have quotes of their own. */
static const char *in_quotes(const char *word) { return *word ? text_printable(word) : word; }

/* ── Values ── */

static bool take_seed(struct ostep_options *o, const char *text, char *error, size_t bytes)
{
    switch (ostep_big_parse_option(&o->seed, text)) {
    case OSTEP_NUMBER_OK:
        return true;
    case OSTEP_NUMBER_TOO_LONG:
        return text_complain(error, bytes, "-s: the seed is too long; expected at most %d digits",
                             OSTEP_BIG_DIGITS);
    default:
        return text_complain(error, bytes,
                             "-s can't be '%s'; expected a whole number, such as 7 or 0x1f",
                             in_quotes(text));
    }
}

static bool take_int(int option, const char *text, ostep_int *value, char *error, size_t bytes)
{
    struct ostep_big big;
    enum ostep_number n = ostep_big_parse_option(&big, text);
    if (n == OSTEP_NUMBER_NONE)
        return text_complain(error, bytes,
                             "-%c can't be '%s'; expected a whole number, such as 7 or 0x1f",
                             option, in_quotes(text));
    if (n == OSTEP_NUMBER_OK && ostep_big_fits(&big, value)) return true;
    return text_complain(error, bytes, "-%c can't be %s; expected a number from %s", option,
                         text_printable(text), OSTEP_INT_RANGE);
}

static bool take_policy(struct ostep_options *o, const char *name, char *error, size_t bytes)
{
    for (int i = 0; i < OSTEP_N_POLICIES; i++) {
        o->layout.policy = (enum ostep_policy)i;
        if (strcmp(name, policy_names[i]) == 0) return true;
    }
    return text_complain(error, bytes, "-p can't be '%s'; expected BEST, WORST or FIRST",
                         in_quotes(name));
}

static bool take_order(struct ostep_options *o, const char *name, char *error, size_t bytes)
{
    for (int i = 0; i < OSTEP_N_ORDERS; i++) {
        o->layout.order = (enum ostep_order)i;
        if (strcmp(name, order_names[i]) == 0) return true;
    }
    return text_complain(
        error, bytes,
        "-l can't be '%s'; expected ADDRSORT, SIZESORT+, SIZESORT-, INSERT-FRONT or INSERT-BACK",
        in_quotes(name));
}

/* ── The list of -A ── */

#define LIST_EXPECTED "expected +SIZE or -INDEX, separated by commas, such as +10,-0"

bool ostep_list_next(const char **at, struct ostep_operation *op, char *error, size_t bytes)
{
    const char *text = *at;
    size_t length = strcspn(text, ",");
    char sign = *text, shown[64];
    struct ostep_big big;
    snprintf(shown, sizeof shown, "%.*s", length < 60 ? (int)length : 60, text);
    if (sign != '+' && sign != '-')
        return text_complain(error, bytes, "-A: '%s' is not an operation; " LIST_EXPECTED,
                             in_quotes(shown));
    /* What follows a second sign of the same kind is not looked at: malloc.py splits there. */
    size_t digits = 0;
    while (digits < length - 1 && text[1 + digits] != sign)
        digits++;
    enum ostep_number n = ostep_big_parse(&big, text + 1, digits, 10);
    if (n == OSTEP_NUMBER_NONE)
        return text_complain(error, bytes, "-A: '%s' has no number; " LIST_EXPECTED,
                             in_quotes(shown));
    if (n != OSTEP_NUMBER_OK || !ostep_big_fits(&big, &op->number))
        return text_complain(error, bytes, "-A: %s is too far; expected a number from %s",
                             text_printable(shown), OSTEP_INT_RANGE);
    op->is_alloc = sign == '+';
    *at = text[length] ? text + length + 1 : NULL;
    return true;
}

static bool check_list(const char *list, char *error, size_t bytes)
{
    struct ostep_operation op;
    for (const char *at = *list ? list : NULL; at;)
        if (!ostep_list_next(&at, &op, error, bytes)) return false;
    return true;
}

/* ── The line ── */

static bool take(struct ostep_options *o, int c, char *error, size_t bytes)
{
    switch (c) {
    case 'h':
        return o->help = true;
    case 's':
        return take_seed(o, optarg, error, bytes);
    case 'S':
        return take_int(c, optarg, &o->layout.size, error, bytes);
    case 'b':
        return take_int(c, optarg, &o->layout.base, error, bytes);
    case 'H':
        return take_int(c, optarg, &o->layout.header, error, bytes);
    case 'a':
        return take_int(c, optarg, &o->layout.alignment, error, bytes);
    case 'n':
        return take_int(c, optarg, &o->n_ops, error, bytes);
    case 'r':
        return take_int(c, optarg, &o->range, error, bytes);
    case 'P':
        return take_int(c, optarg, &o->percent, error, bytes);
    case 'A':
        o->list = optarg;
        return true;
    case 'C':
        return o->layout.coalesce = true;
    case 'c':
        return o->compute = true;
    case ASK:
        return o->ask = true;
    default:
        return false; /* -p and -l are judged at the end */
    }
}

static bool complain_option(int c, const char *said, char *error, size_t bytes)
{
    bool is_ours = optopt > 0 && optopt < 128 && optopt != ':' && optopt != '-' &&
                   strchr(short_options, optopt);
    if (c == ':')
        return text_complain(error, bytes, "-%c needs a value; see `brkview quiz --ostep -h`",
                             optopt);
    if (is_ours)
        return text_complain(error, bytes, "%s has a value; expected none", text_printable(said));
    if (optopt != 0)
        return text_complain(
            error, bytes,
            "-%c is not an option here; expected one that `brkview quiz --ostep -h` lists",
            optopt > ' ' && optopt < 127 ? optopt : '?');
    return text_complain(
        error, bytes,
        "%s is not an option here, or short for several; expected one that `brkview "
        "quiz --ostep -h` lists",
        text_printable(said));
}

static bool check(const struct ostep_options *o, char *error, size_t bytes)
{
    if (o->layout.alignment == 0 || o->layout.alignment < -1)
        return text_complain(
            error, bytes, "-a can't be 0 or below -1; expected a number of bytes, or -1 for none");
    if (o->percent <= 0)
        return text_complain(error, bytes,
                             "-P can't be 0 or less; expected a percentage, such as 50");
    if (o->ask && o->compute)
        return text_complain(error, bytes, "--ask and -c can't both be; expected one of them");
    return check_list(o->list, error, bytes);
}

bool ostep_options_parse(struct ostep_options *o, int argc, char **argv, char *error, size_t bytes)
{
    const char *policy = policy_names[OSTEP_BEST], *order = order_names[OSTEP_ADDRSORT];
    *o = (struct ostep_options){.layout = {.size = 100, .base = 1000, .alignment = -1},
                                .n_ops = 10,
                                .range = 10,
                                .percent = 50,
                                .list = ""};
    opterr = 0;
    optind = 0; /* glibc: begin anew, and read short_options anew */
    for (int c; (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1;) {
        if (c == '?' || c == ':') return complain_option(c, argv[optind - 1], error, bytes);
        if (c == 1)
            o->ignored = o->ignored ? o->ignored : optarg;
        else if (c == 'p')
            policy = optarg;
        else if (c == 'l')
            order = optarg;
        else if (!take(o, c, error, bytes))
            return false;
        if (o->help) return true;
    }
    if (optind < argc && !o->ignored) o->ignored = argv[optind];
    return take_policy(o, policy, error, bytes) && take_order(o, order, error, bytes) &&
           check(o, error, bytes);
}
