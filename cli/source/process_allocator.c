/* process_allocator.c: whose malloc it looks like. A library that is mapped need not be the one
 * that malloc means, so this is told as a likeness, and a heap that is glibc's is known by itself.
 */
#include <stdio.h>
#include <string.h>

#include "cli/source/process.h"

/* The first row that fits wins: what is loaded in libc's place stands before libc. */
static const struct {
    const char *library; /* how the name of its file begins */
    enum process_allocator allocator;
} libraries[] = {
    {"libasan.", PROCESS_ALLOCATOR_SANITIZER},
    {"libtsan.", PROCESS_ALLOCATOR_SANITIZER},
    {"libclang_rt.asan", PROCESS_ALLOCATOR_SANITIZER},
    {"libclang_rt.tsan", PROCESS_ALLOCATOR_SANITIZER},
    {"libjemalloc", PROCESS_ALLOCATOR_JEMALLOC},
    {"libmimalloc", PROCESS_ALLOCATOR_MIMALLOC},
    {"libtcmalloc", PROCESS_ALLOCATOR_TCMALLOC},
    {"libscudo", PROCESS_ALLOCATOR_SCUDO},
    {"libclang_rt.scudo", PROCESS_ALLOCATOR_SCUDO},
    {"libhoard", PROCESS_ALLOCATOR_HOARD},
    {"libsnmalloc", PROCESS_ALLOCATOR_SNMALLOC},
    {"libjvm.so", PROCESS_ALLOCATOR_JAVA},
    {"ld-musl-", PROCESS_ALLOCATOR_MUSL},
    {"libc.musl-", PROCESS_ALLOCATOR_MUSL},
};

static const char *const names[] = {
    [PROCESS_ALLOCATOR_UNKNOWN] = "",          [PROCESS_ALLOCATOR_GLIBC] = "glibc",
    [PROCESS_ALLOCATOR_MUSL] = "musl",         [PROCESS_ALLOCATOR_JEMALLOC] = "jemalloc",
    [PROCESS_ALLOCATOR_MIMALLOC] = "mimalloc", [PROCESS_ALLOCATOR_TCMALLOC] = "tcmalloc",
    [PROCESS_ALLOCATOR_SCUDO] = "Scudo",       [PROCESS_ALLOCATOR_HOARD] = "Hoard",
    [PROCESS_ALLOCATOR_SNMALLOC] = "snmalloc", [PROCESS_ALLOCATOR_SANITIZER] = "a sanitizer's",
    [PROCESS_ALLOCATOR_GO] = "Go's",           [PROCESS_ALLOCATOR_JAVA] = "Java's",
};

static bool has_libc(const struct process *p)
{
    for (size_t i = 0; i < p->maps.n; i++)
        if (p->maps.map[i].libc) return true;
    return false;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Of musl the loader is libc, called by either name (Debian: /usr/lib/x86_64-linux-musl/libc.so).
 */
static bool is_musl(const struct map *m)
{
    return strcmp(maps_base(m), "libc.so") == 0 && strstr(m->path, "musl");
}

static bool fits(const struct map *m, size_t row)
{
    return m->kind == MAPS_FILE &&
           (begins(maps_base(m), libraries[row].library) ||
            (libraries[row].allocator == PROCESS_ALLOCATOR_MUSL && is_musl(m)));
}

enum process_allocator process_allocator(const struct process *p)
{
    static const char *const go[] = {".go.buildinfo", ".gopclntab", ".data.rel.ro.gopclntab", NULL};
    char path[64];
    for (size_t row = 0; row < sizeof libraries / sizeof libraries[0]; row++)
        for (size_t i = 0; i < p->maps.n; i++)
            if (fits(&p->maps.map[i], row)) return libraries[row].allocator;
    snprintf(path, sizeof path, PROC_PATH "/%d/exe", (int)p->reader);
    if (layout_has_section(path, go)) return PROCESS_ALLOCATOR_GO;
    return has_libc(p) ? PROCESS_ALLOCATOR_GLIBC : PROCESS_ALLOCATOR_UNKNOWN;
}

const char *process_allocator_name(enum process_allocator allocator)
{
    return allocator < sizeof names / sizeof names[0] ? names[allocator] : "";
}

bool process_allocator_may_be_glibc(enum process_allocator allocator, const struct process *p)
{
    switch (allocator) {
    case PROCESS_ALLOCATOR_GO:
    case PROCESS_ALLOCATOR_JAVA:
        return has_libc(p);
    default:
        return allocator == PROCESS_ALLOCATOR_UNKNOWN || allocator == PROCESS_ALLOCATOR_GLIBC;
    }
}
