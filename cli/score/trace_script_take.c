/* trace_script_take.c: the commands of a script as operations. They are done in a ledger alone:
 * what an id or a name means is what it means in the lab. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/lab.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/score/trace_script_private.h"
#include "cli/text/splitmix.h"
#include "cli/text/text.h"

enum {
    WORDS = 256,
    FAKE_BYTES = 16,
    RANDOM_MOST = 1000000,
    REPEAT_MOST = 1000000,
    RANDOM_SIZE = 256,
    COMMANDS_MOST = 2000000
};

bool script_wrong(struct script *s, const char *format, ...)
{
    char words[WORDS];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return text_complain(s->error, s->error_bytes, "line %" PRIu32 ": %s", s->line, words);
}

/* ── Operations ── */

static bool add(struct script *s, enum trace_kind kind, int32_t id, uint64_t size)
{
    struct trace *t = s->t;
    if (size == 0 && kind != TRACE_FREE)
        return script_wrong(
            s, "of 0 bytes some allocators make a block, and some none; expected at least 1");
    if (size > UINT32_MAX)
        return script_wrong(s, "%" PRIu64 " bytes are more than 4 GiB; expected less", size);
    if (t->n_ops == TRACE_MOST_OPS)
        return script_wrong(s, "more than %d operations; expected at most so many", TRACE_MOST_OPS);
    if (t->n_ops == s->room) {
        size_t room = s->room ? s->room * 2 : 256;
        struct trace_op *op = realloc(t->op, room * sizeof *op);
        if (!op) return script_wrong(s, "out of memory");
        t->op = op;
        s->room = room;
    }
    t->op[t->n_ops++] =
        (struct trace_op){.kind = kind, .id = id, .size = (uint32_t)size, .line = s->line};
    if (id >= 0 && (uint32_t)id >= t->n_ids) t->n_ids = (uint32_t)id + 1;
    return true;
}

static bool make(struct script *s, enum trace_kind kind, uint64_t size, const char *name)
{
    struct ledger *l = &s->session->ledger;
    uint32_t id = ledger_add(l, (uint64_t)l->next_id * FAKE_BYTES, size);
    if (id == 0 || (name && (!ledger_name_room(l) || !ledger_name_set(l, id, name))))
        return script_wrong(s, "out of memory");
    if (id > TRACE_MOST_ID)
        return script_wrong(s, "more than %d blocks; expected less", TRACE_MOST_ID);
    return add(s, kind, (int32_t)id - 1, size);
}

static bool resize(struct script *s, uint32_t id, uint64_t size, const char *name)
{
    struct ledger *l = &s->session->ledger;
    uint64_t payload, requested;
    ledger_find(l, id, &payload, &requested);
    if (!ledger_move(l, id, payload, size, l->now) ||
        (name && (!ledger_name_room(l) || !ledger_name_set(l, id, name))))
        return script_wrong(s, "out of memory");
    return add(s, TRACE_REALLOC, (int32_t)id - 1, size);
}

static bool give_back(struct script *s, uint32_t id)
{
    struct ledger *l = &s->session->ledger;
    if (!ledger_freed_room(l) || !ledger_drop(l, id, l->now))
        return script_wrong(s, "out of memory");
    return add(s, TRACE_FREE, (int32_t)id - 1, 0);
}

/* ── Commands ── */

static bool size_of(struct script *s, const char *word, const char *what, uint64_t *size)
{
    char words[WORDS];
    return parse_size(word, what, size, words, sizeof words) || script_wrong(s, "%s", words);
}

/* "as NAME", "as NAME force" behind the first n words. */
static bool name_of(struct script *s, const struct arguments *args, int n, const char **name)
{
    const struct ledger *l = &s->session->ledger;
    uint64_t payload, requested;
    *name = NULL;
    if (args->n == n) return true;
    bool force = args->n == n + 3 && strcmp(args->word[n + 2], "force") == 0;
    if (args->n == n + 3 && !force)
        return script_wrong(s, "%s is too much; expected `as NAME`, or `as NAME force`",
                            text_printable(args->word[n + 2]));
    if (args->n < n + 2 || strcmp(args->word[n], "as") != 0)
        return script_wrong(s, "%s is not understood here; expected nothing more, or `as NAME`",
                            text_printable(args->word[n]));
    if (!ledger_name_valid(args->word[n + 1]))
        return script_wrong(s,
                            "%s is not a name; expected up to 31 letters, digits and _, no digit "
                            "first, and not \"all\" or \"NULL\"",
                            text_printable(args->word[n + 1]));
    *name = args->word[n + 1];
    uint32_t owner = ledger_name_find(l, *name);
    if (force || !owner || !ledger_find(l, owner, &payload, &requested)) return true;
    return script_wrong(s, "the name %s belongs to #%" PRIu32 "; expected one that is not in use",
                        *name, owner);
}

static void stands_for(struct script *s, const char *what)
{
    if (s->like) return;
    s->like = what;
    s->like_line = s->line;
}

static bool take_alloc(struct script *s, const struct arguments *args)
{
    uint64_t size;
    const char *name;
    return size_of(s, args->word[0], "SIZE", &size) && name_of(s, args, 1, &name) &&
           make(s, TRACE_ALLOC, size, name);
}

static bool take_calloc(struct script *s, const struct arguments *args)
{
    uint64_t n, size, bytes;
    const char *name;
    stands_for(s, "calloc");
    if (!size_of(s, args->word[0], "N", &n) || !size_of(s, args->word[1], "SIZE", &size) ||
        !name_of(s, args, 2, &name))
        return false;
    if (__builtin_mul_overflow(n, size, &bytes))
        return script_wrong(s, "%" PRIu64 " times %" PRIu64 " bytes overflow; expected less", n,
                            size);
    return make(s, TRACE_ALLOC, bytes, name);
}

static bool take_aligned(struct script *s, const struct arguments *args)
{
    uint64_t size;
    const char *name;
    stands_for(s, "aligned");
    return size_of(s, args->word[1], "SIZE", &size) && name_of(s, args, 2, &name) &&
           make(s, TRACE_ALLOC, size, name);
}

static bool take_realloc(struct script *s, const struct arguments *args)
{
    uint64_t size;
    uint32_t id = 0;
    const char *name;
    char words[WORDS];
    bool null = strcmp(args->word[0], "NULL") == 0;
    if (!null && !parse_id(&s->session->ledger, args->word[0], &id, words, sizeof words))
        return script_wrong(s, "%s", words);
    if (!size_of(s, args->word[1], "SIZE", &size) || !name_of(s, args, 2, &name)) return false;
    return null ? make(s, TRACE_REALLOC, size, name) : resize(s, id, size, name);
}

static bool take_free(struct script *s, const struct arguments *args)
{
    uint32_t *ids = NULL;
    size_t n = 0;
    char words[WORDS];
    if (args->n == 1 && strcmp(args->word[0], "NULL") == 0) return add(s, TRACE_FREE, -1, 0);
    bool ok = true;
    for (int i = 0; i < args->n && ok && n <= ledger_n_live(&s->session->ledger); i++)
        ok = parse_ids(s->session, args->word[i], &ids, &n, words, sizeof words);
    ok = ok && parse_ids_distinct(s->session, ids, n, words, sizeof words);
    if (!ok) script_wrong(s, "%s", words);
    for (size_t i = 0; ok && i < n; i++)
        ok = give_back(s, ids[i]);
    free(ids);
    return ok;
}

/* As the lab does it (random_step of verb_many.c), where the allocator frees. */
static bool take_random(struct script *s, const struct arguments *args)
{
    uint64_t n, state = 0, most = RANDOM_SIZE;
    char words[WORDS];
    bool seeded = false, ok = parse_positive(args->word[0], "N", &n, words, sizeof words);
    if (!ok) return script_wrong(s, "%s", words);
    if (n > RANDOM_MOST) return script_wrong(s, "N is %" PRIu64 "; expected at most 1,000,000", n);
    for (int i = 1; i < args->n; i += 2) {
        bool seed = strcmp(args->word[i], "seed") == 0;
        if (!seed && strcmp(args->word[i], "max") != 0)
            return script_wrong(s, "%s is not understood here; expected `seed S` or `max SIZE`",
                                text_printable(args->word[i]));
        if (i + 1 == args->n)
            return script_wrong(s, "a number is missing behind %s; expected `%s`", args->word[i],
                                seed ? "seed S" : "max SIZE");
        ok = seed ? parse_size(args->word[i + 1], "seed", &state, words, sizeof words)
                  : parse_positive(args->word[i + 1], "max", &most, words, sizeof words);
        if (!ok) return script_wrong(s, "%s", words);
        if (seed && state > INT64_MAX)
            return script_wrong(s, "seed is %" PRIu64 "; expected less than 2^63", state);
        seeded = seeded || seed;
    }
    if (!seeded)
        return script_wrong(s,
                            "random is not the same twice; expected a seed (`random 100 seed 7`)");
    for (uint64_t i = 0; ok && i < n; i++) {
        const struct ledger *l = &s->session->ledger;
        uint64_t dice = splitmix_next(&state) % 5, size = splitmix_next(&state) % most + 1,
                 pick = splitmix_next(&state);
        ok = dice < 3 || s->never_frees || ledger_n_live(l) == 0
                 ? make(s, TRACE_ALLOC, size, NULL)
                 : give_back(s, ledger_pick(l, pick));
    }
    return ok;
}

/* What makes no operation the first time never does. */
static bool take_repeat(struct script *s, const struct arguments *args)
{
    uint64_t n;
    char words[WORDS];
    const char *body = command_body(args);
    if (!parse_positive(args->word[0], "N", &n, words, sizeof words))
        return script_wrong(s, "%s", words);
    if (n > REPEAT_MOST)
        return script_wrong(s, "N is %" PRIu64 "; expected at most %d", n, REPEAT_MOST);
    if (++s->depth >= LAB_DEPTH_MAX)
        return script_wrong(s, "commands stand more than %u deep in one another", LAB_DEPTH_MAX);
    size_t before = s->t->n_ops;
    uint64_t passed = s->n_passed;
    for (uint64_t i = 0; i < n; i++) {
        if (!script_take(s, body, false)) return false;
        if (s->t->n_ops > before) continue;
        s->n_passed += (n - 1) * (s->n_passed - passed);
        break;
    }
    s->depth--;
    return true;
}

static bool pass_over(struct script *s, const struct arguments *args)
{
    if (s->n_passed++ > 0) return true;
    s->first_passed = s->line;
    snprintf(s->passed, sizeof s->passed, "%s", text_printable(args->name));
    return true;
}

/* A fresh heap, where there is nothing yet in the old one. */
static bool begin_anew(struct script *s, const struct arguments *args)
{
    const struct heap_policy_info *policy =
        args->n > 0 ? heap_policy_info(heap_policy_from_name(args->word[0])) : NULL;
    if (policy) s->never_frees = policy->never_frees;
    if (s->t->n_ops == 0) return pass_over(s, args);
    return script_wrong(
        s, "%s makes a fresh heap, and a trace has one; expected it before the first alloc",
        text_printable(args->name));
}

static const struct {
    const char *name;
    bool (*take)(struct script *s, const struct arguments *args);
} commands[] = {
    {"alloc", take_alloc},     {"calloc", take_calloc}, {"aligned", take_aligned},
    {"realloc", take_realloc}, {"free", take_free},     {"random", take_random},
    {"repeat", take_repeat},   {"policy", begin_anew},  {"reset", begin_anew},
    {"set", pass_over},        {"limit", pass_over},    {"write", pass_over},
    {"fill", pass_over},       {"sbrk", pass_over},
};

static bool take_command(struct script *s, const char *line);

static bool take_row(struct script *s, const struct command *c, const struct arguments *args)
{
    enum { CHANGES = COMMAND_CHANGES | COMMAND_COMPOSES | COMMAND_TURNS_BACK };
    if (args->n < c->least || (c->most >= 0 && args->n > c->most))
        return script_wrong(s, "%s has too %s words; expected `%s%s%s`", c->name,
                            args->n < c->least ? "few" : "many", c->name, c->usage ? " " : "",
                            c->usage ? c->usage : "");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, c->name) == 0) return commands[i].take(s, args);
    if (!(c->flags & CHANGES)) return pass_over(s, args);
    return script_wrong(
        s,
        "%s can't be told as operations of a trace; expected alloc, calloc, realloc, free, "
        "repeat, random, or what changes no heap",
        c->name);
}

/* A line of C, which is translated first. */
static bool take_c(struct script *s, const char *line)
{
    struct c_line c;
    char words[WORDS];
    if (!c_line_parse(&c, &s->session->ledger, line, words, sizeof words))
        return script_wrong(s, "%s", words);
    bool ok = take_command(s, c.command);
    free(c.command);
    return ok;
}

static bool take_command(struct script *s, const char *line)
{
    struct arguments args;
    char words[WORDS];
    const struct command *c = NULL;
    if (c_line_is(line)) return take_c(s, line);
    if (++s->n_commands > COMMANDS_MOST)
        return script_wrong(s, "more than %d commands; expected at most so many", COMMANDS_MOST);
    s->session->ledger.now++;
    bool ok = arguments_parse(&args, line, words, sizeof words) &&
              (c = command_find(args.name, words, sizeof words)) != NULL;
    ok = ok ? take_row(s, c, &args) : script_wrong(s, "%s", words);
    arguments_release(&args);
    return ok;
}

bool script_take(struct script *s, const char *text, bool counts)
{
    size_t at = 0, counted = 0;
    char *command, brief[COMMAND_BRIEF];
    bool ok = true;
    for (size_t begin = 0;
         ok && (begin = command_start(text, at), command_next(text, &at, &command, brief));) {
        for (; counts && counted < begin; counted++)
            s->line += text[counted] == '\n';
        s->session->ledger.line = s->line;
        ok = command ? take_command(s, command) : script_wrong(s, "out of memory");
        free(command);
    }
    return ok;
}
