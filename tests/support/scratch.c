/* scratch.c: a folder of its own for each process. */
#include "tests/support/scratch.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATHS 16u
#define OPEN_MAX_OF_REMOVAL 8

static char folder[SCRATCH_PATH / 2];
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void remove_all(void)
{
    if (getpid() == owner) nftw(folder, remove_one, OPEN_MAX_OF_REMOVAL, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    if (*folder) return folder;
    snprintf(folder, sizeof folder, "%s/brkview-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
    if (!mkdtemp(folder)) fail_msg("no folder %s", folder);
    owner = getpid();
    atexit(remove_all);
    return folder;
}

const char *scratch_path(const char *name)
{
    static char ring[PATHS][SCRATCH_PATH];
    static unsigned at;
    char *path = ring[at++ % PATHS];
    int n = snprintf(path, SCRATCH_PATH, "%s/%s", scratch_folder(), name);
    assert_in_range(n, 1, SCRATCH_PATH - 1);
    return path;
}

const char *scratch_file(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    FILE *to = fopen(path, "w");
    if (!to) fail_msg("no file %s", path);
    assert_true(fputs(text, to) != EOF);
    assert_int_equal(fclose(to), 0);
    return path;
}
