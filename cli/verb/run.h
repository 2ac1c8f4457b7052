/* run.h: the functions behind the table's rows, by group. */
#ifndef RUN_H
#define RUN_H

#include "cli/command/command.h"
#include "cli/tell/outcome.h"
#include "cli/command/parse.h"

#define RUN(name) bool run_##name(struct lab *lab, const struct arguments *args, struct outcome *out)

/* command_heap.c */
RUN(alloc);
RUN(calloc);
RUN(realloc);
RUN(aligned);
RUN(free);
/* command_memory.c */
RUN(sbrk);
RUN(write);
RUN(fill);
/* command_look.c */
RUN(blocks);
RUN(segments);
RUN(show);
RUN(dump);
RUN(check);
/* command_stats.c */
RUN(stats);
/* command_steps.c */
RUN(steps);
RUN(speed);
RUN(screen);
/* command_why.c, command_mark.c */
RUN(why);
RUN(mark);
RUN(diff);
/* command_setup.c */
RUN(policy);
RUN(set);
RUN(limit);
RUN(reset);
/* command_log.c */
RUN(undo);
RUN(redo);
RUN(save);
/* command_export.c */
RUN(export);
/* command_repeat.c, command_many.c */
RUN(repeat);
RUN(random);
RUN(source);
/* command_break.c */
RUN(break);
/* command_race.c */
RUN(race);
/* command_lesson.c, command_quiz.c */
RUN(lesson);
RUN(answer);
RUN(quiz);
/* command_screen.c */
RUN(zoom);
RUN(scroll);
RUN(select);
/* command_help.c */
RUN(help);
RUN(quit);

#endif
