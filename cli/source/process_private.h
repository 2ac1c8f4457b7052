/* process_private.h: what the files of process.h share. */
#ifndef PROCESS_PRIVATE_H
#define PROCESS_PRIVATE_H

#include "cli/source/process.h"

/* Is there a process of that number, which is of a kind that has a heap? What /proc tells everybody
 * decides. */
enum refusal process_may_be_opened(pid_t pid, struct proc_stat *s, char *error, size_t bytes);

/* There is no such process, or not any more, or it is hidden from us. */
enum refusal process_unknown(pid_t pid, char *error, size_t bytes);

#endif
