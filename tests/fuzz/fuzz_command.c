/* fuzz_command.c: whatever is typed is taken apart, understood or refused, completed and shown,
 * without a target: nothing here asks one.
 *
 * F1  a refusal is one line of text, and not empty
 * F2  what is understood keeps its promises: ids in use, words inside the line; of a line of C,
 * that it is one command and no C any more F3  nothing that is shown holds a control character or
 * bytes that are not UTF-8 F4  each completion begins with the word that it completes */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/command/settings.h"
#include "cli/report/report.h"
#include "cli/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

static struct lab lab; /* no target: completion asks nothing of one */
static char error[256];

static void ledger_fill(void)
{
    struct ledger *b = &lab.shown.session.ledger;
    if (b->n_live > 0) return;
    ledger_init(b, 0x1000);
    for (uint64_t i = 0; i < 12; i++)
        ledger_add(b, 0x1000 + i * 64, 16);
    ledger_name_set(b, 3, "buffer");
    ledger_name_set(b, 5, "bad");
    ledger_drop(b, 5, 9);
    ledger_drop(b, 7, 10);
}

/* F3 */
static void show(const char *text)
{
    char *out = NULL, *utf8 = text_utf8(text);
    size_t bytes = 0;
    FILE *to = open_memstream(&out, &bytes);
    MUST(to && utf8);
    report_safe_line(to, text);
    report_safe_line(to, utf8);
    fclose(to);
    MUST(strlen(out) == bytes);
    for (size_t i = 0, n; i < bytes; i += n) {
        const unsigned char *p = (const unsigned char *)out + i;
        MUST((*p >= ' ' || *p == '\t') && *p != 0x7f && !(p[0] == 0xc2 && p[1] < 0xa0));
        MUST((n = text_character(out + i)) > 0);
    }
    free(out);
    free(utf8);
}

/* F1 */
static bool refused(bool ok)
{
    if (ok) return false;
    MUST(*error && strlen(error) < sizeof error && !strchr(error, '\n'));
    show(error);
    return true;
}

static void words(const struct arguments *args)
{
    const struct ledger *b = &lab.shown.session.ledger;
    struct setting setting;
    uint64_t number, payload;
    int64_t delta;
    uint32_t id, *ids = NULL;
    size_t n = 0;
    bool on;
    for (int i = 0; i < args->n && i < 16; i++) {
        const char *word = args->word[i];
        MUST(args->at[i] < strlen(args->line) && args->length[i] >= strlen(word)); /* F2 */
        *error = '\0';
        refused(parse_size(word, "SIZE", &number, error, sizeof error));
        refused(parse_delta(word, &delta, error, sizeof error));
        refused(parse_switch(word, &on, error, sizeof error));
        MUST(parse_pointer(b, word) < b->next_id); /* F2 */
        if (!refused(parse_id(b, word, &id, error, sizeof error)))
            MUST(ledger_find(b, id, &payload, &number));
        refused(parse_ids(&lab.shown.session, word, &ids, &n, error, sizeof error));
        if (i > 0) refused(setting_parse(args->word[i - 1], word, &setting, error, sizeof error));
        (void)ledger_name_valid(word);
    }
    for (size_t i = 0; i < n; i++)
        MUST(ledger_find(b, ids[i], &payload, &number)); /* F2 */
    refused(parse_ids_distinct(&lab.shown.session, ids, n, error, sizeof error));
    free(ids);
}

/* What a line of C becomes is a command. */
static void one_line_of_c(const char *line)
{
    struct c_line c;
    struct arguments args;
    if (refused(c_line_parse(&c, &lab.shown.session.ledger, line, error, sizeof error))) {
        MUST(!c.command);
        return;
    }
    size_t at = 0;
    char *alone = command_split(c.command, &at);
    MUST(alone && strcmp(alone, c.command) == 0 && !c_line_is(c.command));
    free(alone);
    if (strlen(c.command) <= PARSE_LINE_MAX) {
        MUST(arguments_parse(&args, c.command, error, sizeof error));
        MUST(command_find(args.name, error, sizeof error) != NULL);
        words(&args);
        arguments_release(&args);
    }
    show(c.note);
    free(c.command);
}

static void one_command(const char *command)
{
    struct arguments args;
    if (c_line_is(command)) one_line_of_c(command);
    MUST(*command && strcspn(command, "\n") == strlen(command));
    if (!refused(arguments_parse(&args, command, error, sizeof error))) {
        refused(command_find(args.name, error, sizeof error) != NULL);
        words(&args);
    }
    arguments_release(&args);
    show(command);
    show(text_printable(command));
}

/* F4. No names of files: the directory is not part of the input. */
static void complete(const char *line, size_t point)
{
    size_t start, length = strlen(line);
    if (strchr(line, '/')) return;
    char **list = command_complete(&lab, line, point, &start);
    if (point > length) point = length;
    MUST(start <= point);
    for (char **word = list; word && *word; word++) {
        MUST(strncmp(*word, line + start, point - start) == 0);
        free(*word);
    }
    free((void *)list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ledger_fill();
    char *text = malloc(size + 1), *command;
    size_t at = 0;
    MUST(text);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    for (int i = 0; i < 64 && (command = command_split(text, &at)) != NULL; i++) {
        one_command(command);
        free(command);
    }
    MUST(at <= strlen(text));
    complete(text, strlen(text));
    complete(text, size / 2);
    show(text);
    free(text);
    return 0;
}
