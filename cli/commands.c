/* commands.c: the commands there are, in the order in which help, completion and the manual list
 * them. Each row stands beside its function. */
#include "cli/command/command.h"

/* clang-format off */
#define COMMANDS(ROW) \
    ROW(alloc) ROW(calloc) ROW(realloc) ROW(aligned) ROW(free) ROW(blocks) ROW(segments) ROW(show) \
    ROW(dump) ROW(find) ROW(stats) ROW(check) ROW(checkheap) ROW(words) ROW(steps) ROW(why) ROW(mark) ROW(diff) ROW(sbrk) \
    ROW(write) ROW(fill) ROW(break) ROW(race) ROW(policy) ROW(set) ROW(limit) ROW(reset) \
    ROW(undo) ROW(redo) ROW(step) ROW(run) ROW(back) ROW(goto) ROW(repeat) ROW(random) ROW(source) ROW(save) ROW(export) ROW(lesson) \
    ROW(answer) ROW(quiz) ROW(look) ROW(rate) ROW(pause) \
    ROW(continue) ROW(until) ROW(input) ROW(output) ROW(targets) ROW(help) ROW(quit) ROW(screen) ROW(speed) ROW(zoom) ROW(scroll) \
    ROW(select)
/* clang-format on */

#define DECLARED(name) extern const struct command verb_##name;
#define LISTED(name) &verb_##name,

COMMANDS(DECLARED)

const struct command *const command_table[] = {COMMANDS(LISTED)};
const size_t command_table_size = sizeof command_table / sizeof command_table[0];
