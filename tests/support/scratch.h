/* scratch.h: the files of a test. Each process has a folder of its own, below TMPDIR or /tmp, made
 * when it is asked for first; it is removed with all that is in it when that process ends. What it
 * forks has the same folder. */
#ifndef SCRATCH_H
#define SCRATCH_H

#define SCRATCH_PATH 512

const char *scratch_folder(void);
/* A name in it; nothing is made. Static until the next call but 15. */
const char *scratch_path(const char *name);
/* The file of that name in it, made or made anew with that text. */
const char *scratch_file(const char *name, const char *text);

#endif
