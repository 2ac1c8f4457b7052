/* test_outside.c: brk is moved from outside, as a debugger does who lets the target call sbrk: by
 * nothing that brkview or the allocator asked for. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/try.h"

#ifdef __x86_64__
/* Where libc begins in a process. */
static uint64_t libc_start(pid_t pid)
{
    char path[64], line[512];
    unsigned long start = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");
    assert_non_null(maps);
    while (start == 0 && fgets(line, sizeof line, maps))
        if (strstr(line, "/libc.so") || strstr(line, "/libc-")) start = strtoul(line, NULL, 16);
    fclose(maps);
    return start;
}

/* The target calls sbrk(delta), and goes on where it was. False: it may not be held here. */
static bool outside_sbrk(pid_t pid, intptr_t delta)
{
    struct user_regs_struct was, regs;
    int status;
    if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) != 0) return false;
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &was), 0);
    regs = was;
    regs.orig_rax = UINT64_MAX; /* no system call to begin again */
    regs.rip = libc_start(pid) + ((uintptr_t)sbrk - libc_start(getpid()));
    regs.rdi = (uint64_t)delta;
    regs.rax = 0;
    regs.rsp = ((was.rsp - 512) & ~UINT64_C(15)) - 8;
    assert_int_equal(ptrace(PTRACE_POKEDATA, pid, (void *)regs.rsp, NULL),
                     0); /* it returns to 0, and stops there */
    assert_int_equal(ptrace(PTRACE_SETREGS, pid, NULL, &regs), 0);
    assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSEGV);
    assert_int_equal(ptrace(PTRACE_SETREGS, pid, NULL, &was), 0);
    assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
    return true;
}
#else
static bool outside_sbrk(pid_t pid, intptr_t delta)
{
    (void)pid;
    (void)delta;
    return false;
}
#endif

/* The first command that hears of it tells it, and its sums are of the heap as it is: try_ok checks
 * that they add up to brk. */
static void brk_moved_from_outside(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    if (!outside_sbrk(try_lab.shown.session.target.pid, 64)) {
        try_close();
        skip();
    }
    try_ok("sbrk");
    try_says("someone else has moved brk from 0x411060 to 0x4110a0: neither brkview nor the "
             "allocator did");
    assert_int_equal(try_stat("heap_bytes"), 160);
    try_ok("alloc 16");
    try_says("64 foreign bytes are stepped over; brk moves up by 48 to 0x4110d0");
    assert_true(outside_sbrk(try_lab.shown.session.target.pid, 16));
    try_ok("alloc 16");
    try_says("someone else had moved brk to 0x4110e0");
    try_says("brk moves up by 48 to 0x411110");
    assert_int_equal(try_stat("heap_bytes"), 0x110);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(brk_moved_from_outside)};
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
