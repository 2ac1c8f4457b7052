/* progress.c: see progress.h. */
#include "cli/report/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EVERY 0.1
#define CLEAR "\r\033[K"

static bool shown;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool put(const char *text)
{
    return write(STDERR_FILENO, text, strlen(text)) >= 0; /* what can't be shown is not missed */
}

void progress_tell(const char *format, ...)
{
    static double last;
    char line[128];
    if (now() - last < EVERY || !isatty(STDERR_FILENO)) return;
    int n = snprintf(line, sizeof line, CLEAR);
    va_list args;
    va_start(args, format);
    vsnprintf(line + n, sizeof line - (size_t)n, format, args);
    va_end(args);
    shown = put(line);
    last = now();
}

void progress_end(void)
{
    if (shown) shown = !put(CLEAR);
}
