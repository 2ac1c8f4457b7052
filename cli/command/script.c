/* script.c: the commands of a text, with those that its repeats hold. */
#include <errno.h>
#include <stdlib.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"

#define ERROR_BYTES 256

const char *command_body(const struct arguments *args)
{
    return args->n == 2 && args->quoted[1] ? args->word[1] : args->line + args->at[1];
}

bool command_each(const char *text, unsigned depth, command_visit *visit, void *user)
{
    char error[ERROR_BYTES], *command;
    bool go_on = depth < LAB_DEPTH_MAX;
    size_t at = 0;
    while (go_on && (command = command_split(text, &at)) != NULL) {
        struct arguments args;
        errno = 0;
        const struct command *c = arguments_parse(&args, command, error, sizeof error)
                                      ? command_find(args.name, error, sizeof error)
                                      : NULL;
        if (!c && errno == ENOMEM) go_on = false;
        if (c) go_on = visit(user, c, &args);
        if (go_on && c && (c->flags & COMMAND_HOLDS) && args.n > 1)
            go_on = command_each(command_body(&args), depth + 1, visit, user);
        arguments_release(&args);
        free(command);
    }
    return go_on && !text[at];
}
