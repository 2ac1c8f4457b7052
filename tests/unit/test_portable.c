/* test_portable.c: what stands in for the newer glibc gives what that gives. */
#include "cli/source/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_signal_names(void **state)
{
    (void)state;
    assert_string_equal(portable_signal_name(SIGSEGV), "SEGV");
    assert_string_equal(portable_signal_name(SIGRTMIN), "RT");
    assert_string_equal(portable_signal_name(0), "?");
    assert_string_equal(portable_signal_name(-1), "?");
    assert_string_equal(portable_signal_name(4096), "?");
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 32)
    for (int s = 1; s < 32; s++) {
        const char *name = sigabbrev_np(s);
        assert_string_equal(portable_signal_name(s), name ? name : "?");
    }
#endif
#endif
}

static void test_close_from(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (dup2(0, 20) < 0 || dup2(0, 21) < 0 || dup2(0, 300) < 0) _exit(1);
        portable_close_from(21);
        _exit(fcntl(20, F_GETFD) < 0 || fcntl(21, F_GETFD) >= 0 || fcntl(300, F_GETFD) >= 0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_signal_names),
                                       cmocka_unit_test(test_close_from)};
    return cmocka_run_group_tests_name("portable", tests, NULL, NULL);
}
