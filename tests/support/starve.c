/* starve.c: what stands in malloc's place. */
#include "tests/support/starve.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

unsigned long starve_asked, starve_at;
bool starve_on;

static bool refused(void)
{
    starve_asked++;
    bool no =
        starve_at != 0 && (starve_asked == starve_at || (starve_on && starve_asked > starve_at));
    if (no) errno = ENOMEM;
    return no;
}

#define WRAP(type, name, parameters, arguments)                                                    \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters { return refused() ? NULL : __real_##name arguments; }

WRAP(void *, malloc, (size_t n), (n))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *p, size_t n), (p, n))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t n), (text, n))
WRAP(FILE *, open_memstream, (char **text, size_t *bytes), (text, bytes))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode))
WRAP(char *, realpath, (const char *path, char *resolved), (path, resolved))

int __real_vasprintf(char **text, const char *format, va_list list);
int __wrap_vasprintf(char **text, const char *format, va_list list);
int __wrap_vasprintf(char **text, const char *format, va_list list)
{
    return refused() ? -1 : __real_vasprintf(text, format, list);
}

int __wrap_asprintf(char **text, const char *format, ...);
int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = __wrap_vasprintf(text, format, list);
    va_end(list);
    return n;
}

static unsigned long faults;

void starve_fault(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    faults++;
}

void starve_none(void)
{
    unsigned long n = faults;
    faults = 0;
    if (n) fail_msg("%lu losses were not borne: standard error names them", n);
}
