/* portable.h: what newer versions of glibc have, and others do not, for all. */
#ifndef PORTABLE_H
#define PORTABLE_H

#include <features.h>

#ifndef __linux__
#error "brkview runs on Linux alone: it reads /proc, and the memory of another process"
#endif
#ifdef __GLIBC__
#if !__GLIBC_PREREQ(2, 26)
#error "brkview needs glibc 2.26 or a later one (reallocarray), or musl"
#endif
#endif

/* "SEGV" of SIGSEGV; "RT" of a real-time signal, "?" of none. */
const char *portable_signal_name(int signal_number);

/* Close every descriptor from `from` on. For a child before exec: async-signal-safe. */
void portable_close_from(int from);

#endif
