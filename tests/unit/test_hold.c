/* test_hold.c: all threads of a process stand still while it is held, and nobody but us can tell
 * afterwards: no signal is lost, no end is swallowed, and it runs on, however we end. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/hold.h"
#include "cli/source/proc.h"
#include "tests/support/child.h"
#include "tests/support/filter.h"

#define THREADS 4
#define SECONDS 60.0 /* as long as a loaded machine may need */

static struct hold hold;
static char why[400];

/* Hold it, or skip the test where nobody may. */
static void held(pid_t pid)
{
    enum hold_result result = hold_begin(&hold, pid, SECONDS, why, sizeof why);
    if (result == HOLD_REFUSED && !strstr(why, "a debugger")) {
        child_end(pid);
        skip();
    }
    if (result != HOLD_OK) fail_msg("%d: %s", (int)result, why);
}

static void let_go(void) { CHILD_AWAIT(hold_release(&hold)); }

static bool runs(pid_t pid)
{
    char state = child_state(pid);
    return state != 't' && state != 'T' && child_tracer(pid) == 0;
}

/* ── Children ── */

static void *count_up(void *which)
{
    for (;;)
        child_shared()->count[(uintptr_t)which]++;
    return NULL;
}

static void *wait_for_ever(void *unused)
{
    (void)unused;
    child_rest();
    return NULL;
}

/* Threads that count, and one that waits. */
static void counters(void *unused)
{
    pthread_t thread;
    (void)unused;
    for (uintptr_t i = 1; i < THREADS; i++)
        pthread_create(&thread, NULL, count_up, (void *)i);
    pthread_create(&thread, NULL, wait_for_ever, NULL);
    child_ready();
    count_up((void *)0);
}

static void sleeper(void *unused)
{
    (void)unused;
    child_ready();
    child_rest();
}

/* ── They stand still ── */

static void all_threads_stand_still(void **unused)
{
    unsigned long before[THREADS];
    (void)unused;
    pid_t pid = child_start(counters, NULL);
    held(pid);
    assert_true(hold.held);
    assert_int_equal(hold.n, THREADS + 1);
    for (size_t i = 0; i < hold.n; i++) {
        assert_int_equal(hold.thread[i].state, HOLD_STOPPED);
        assert_int_equal(child_state(hold.thread[i].id), 't');
        assert_int_equal(child_tracer(hold.thread[i].id), getpid());
    }
    for (size_t i = 0; i < THREADS; i++)
        before[i] = child_shared()->count[i];
    for (int i = 0; i < 100; i++)
        assert_int_equal(child_state(pid), 't');
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(child_shared()->count[i], before[i]);
    let_go();
    assert_false(hold.held);
    for (size_t i = 0; i < THREADS; i++)
        CHILD_AWAIT(child_shared()->count[i] != before[i]);
    assert_true(runs(pid));
    child_end(pid);
}

static void *come_and_go(void *unused)
{
    child_shared()->count[0]++;
    return unused;
}
static void churn(void *unused)
{
    (void)unused;
    child_ready();
    while (!child_shared()->go[0]) {
        pthread_t thread[3];
        for (int i = 0; i < 3; i++)
            if (pthread_create(&thread[i], NULL, come_and_go, NULL) != 0) _exit(3);
        for (int i = 0; i < 3; i++)
            pthread_join(thread[i], NULL);
    }
    _exit(7);
}

static void threads_that_come_and_go_are_met(void **unused)
{
    (void)unused;
    pid_t pid = child_start(churn, NULL);
    for (int i = 0; i < 200; i++) {
        held(pid);
        struct proc_list list = {.id = NULL};
        char folder[64];
        snprintf(folder, sizeof folder, "/proc/%d/task", (int)pid);
        unsigned long before = child_shared()->count[0];
        assert_true(proc_list_read(&list, folder));
        for (size_t k = 0; k < list.n; k++) {
            char state = child_state(list.id[k]);
            if (state != 't' && state != 'Z' && state != 'X' && state != 0)
                fail_msg("thread %d is %c", (int)list.id[k], state);
        }
        proc_list_release(&list);
        assert_int_equal(child_shared()->count[0], before);
        let_go();
    }
    unsigned long count = child_shared()->count[0];
    CHILD_AWAIT(child_shared()->count[0] > count + 10);
    child_shared()->go[0] = 1;
    int status = child_status(pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* ── Signals ── */

static void note_signal(int number)
{
    (void)number;
    child_shared()->count[1]++;
}
static void listener(void *unused)
{
    (void)unused;
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigaction(SIGRTMIN, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
    child_ready();
    count_up((void *)0);
}

static void a_signal_waits_until_it_is_let_go(void **unused)
{
    (void)unused;
    pid_t pid = child_start(listener, NULL);
    held(pid);
    kill(pid, SIGRTMIN);
    kill(pid, SIGRTMIN);
    assert_int_equal(child_state(pid), 't');
    assert_int_equal(child_shared()->count[1], 0);
    let_go();
    CHILD_AWAIT(child_shared()->count[1] == 2);
    child_end(pid);
}

/* One that arrives between the seizing and the stop is delivered, too: with many, some do. */
static void no_signal_is_lost(void **unused)
{
    unsigned long sent = 0;
    (void)unused;
    pid_t pid = child_start(listener, NULL);
    pid_t sender = fork();
    if (sender == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (!child_shared()->go[0])
            if (sigqueue(pid, SIGRTMIN, (union sigval){0}) == 0) child_shared()->count[2]++;
        _exit(0);
    }
    for (int i = 0; i < 300; i++) {
        held(pid);
        let_go();
    }
    child_shared()->go[0] = 1;
    child_status(sender);
    sent = child_shared()->count[2];
    assert_true(sent > 0);
    CHILD_AWAIT(child_shared()->count[1] == sent);
    child_end(pid);
}

/* Seized, and stopped by a signal on its way before it was asked to stop. */
static void the_signal_that_it_stopped_with_is_delivered(void **unused)
{
    (void)unused;
    pid_t pid = child_start(listener, NULL);
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) {
        child_end(pid);
        skip();
    }
    kill(pid, SIGRTMIN);
    CHILD_AWAIT(child_state(pid) == 't');
    assert_int_equal(child_shared()->count[1], 0);
    held(pid); /* one that is ours already is taken in */
    assert_int_equal(hold.n, 1);
    assert_int_equal(hold.thread[0].signal, SIGRTMIN);
    let_go();
    CHILD_AWAIT(child_shared()->count[1] == 1);
    assert_true(runs(pid));
    child_end(pid);
}

static void one_that_is_stopped_stays_so(void **unused)
{
    (void)unused;
    pid_t pid = child_start(listener, NULL);
    kill(pid, SIGSTOP);
    CHILD_AWAIT(child_state(pid) == 'T');
    for (int i = 0; i < 3; i++) {
        held(pid);
        assert_int_equal(child_state(pid), 't');
        let_go();
        CHILD_AWAIT(child_state(pid) == 'T');
        assert_int_equal(child_tracer(pid), 0);
    }
    kill(pid, SIGCONT);
    CHILD_AWAIT(child_shared()->count[1] == 1);
    CHILD_AWAIT(runs(pid));
    held(pid); /* and what arrives while it is held */
    kill(pid, SIGSTOP);
    let_go();
    CHILD_AWAIT(child_state(pid) == 'T');
    held(pid);
    kill(pid, SIGCONT);
    let_go();
    CHILD_AWAIT(child_shared()->count[1] == 2);
    CHILD_AWAIT(runs(pid));
    child_end(pid);
}

/* Its parent sees no stop. */
static void a_parent_sees_nothing(void **unused)
{
    siginfo_t info = {.si_pid = 0};
    (void)unused;
    pid_t pid = child_start(counters, NULL);
    for (int i = 0; i < 20; i++) {
        held(pid);
        let_go();
    }
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WCONTINUED | WEXITED | WNOHANG), 0);
    assert_int_equal(info.si_pid, 0);
    child_end(pid);
}

/* ── Ends ── */

static void killed_while_it_is_held(void **unused)
{
    (void)unused;
    pid_t pid = child_start(counters, NULL);
    held(pid);
    assert_false(hold_has_ended(&hold));
    kill(pid, SIGKILL);
    CHILD_AWAIT(hold_has_ended(&hold));
    let_go();
    assert_int_equal(hold.n, 0);
    int status = child_status(pid); /* how is for its parent, which we are */
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_int_equal(hold_begin(&hold, pid, SECONDS, why, sizeof why), HOLD_ENDED);
    assert_non_null(strstr(why, "has ended; expected one that runs"));
}

/* The same of somebody else's child: its parent is told. */
static void parent(void *unused)
{
    (void)unused;
    pid_t mine = fork();
    if (mine == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        counters(NULL);
    }
    child_shared()->address[0] = (unsigned long)mine;
    int status = 0;
    while (waitpid(mine, &status, 0) != mine)
        ;
    child_shared()->address[1] = WIFSIGNALED(status) ? (unsigned long)WTERMSIG(status) : 99;
    child_rest();
}

static void the_end_of_anothers_child_is_told_to_its_parent(void **unused)
{
    (void)unused;
    pid_t pid = child_start(parent, NULL);
    CHILD_AWAIT(child_shared()->address[0] != 0 && child_shared()->count[1] > 0);
    pid_t grandchild = (pid_t)child_shared()->address[0];
    held(grandchild);
    kill(grandchild, SIGKILL);
    CHILD_AWAIT(hold_has_ended(&hold));
    let_go();
    CHILD_AWAIT(child_shared()->address[1] == SIGKILL);
    child_end(pid);
}

/* ── Whoever holds it dies ── */

enum { DIES_HOLDING, DIES_HOLDING_STOPPED, DIES_HALFWAY };

static void holder_dies(int how)
{
    int said[2];
    char byte = 0;
    pid_t pid = child_start(counters, NULL);
    if (how == DIES_HOLDING_STOPPED) {
        kill(pid, SIGSTOP);
        CHILD_AWAIT(child_state(pid) == 'T');
    }
    assert_int_equal(pipe(said), 0);
    pid_t holder = fork();
    if (holder == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (how == DIES_HALFWAY) { /* seized, and a stop that nobody has asked for yet */
            byte = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 &&
                           ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0
                       ? 'y'
                       : 'n';
        } else {
            byte = hold_begin(&hold, pid, SECONDS, why, sizeof why) == HOLD_OK ? 'y' : 'n';
        }
        if (write(said[1], &byte, 1) != 1) _exit(1);
        child_rest();
    }
    assert_int_equal(read(said[0], &byte, 1), 1);
    close(said[0]);
    close(said[1]);
    if (byte == 'y') assert_int_equal(child_tracer(pid), holder);
    child_end(holder);
    if (byte == 'n') {
        child_end(pid);
        skip(); /* only what is below us may be held here */
    }
    CHILD_AWAIT(child_tracer(pid) == 0);
    if (how == DIES_HOLDING_STOPPED) {
        CHILD_AWAIT(child_state(pid) == 'T');
        kill(pid, SIGCONT);
    }
    CHILD_AWAIT(runs(pid));
    unsigned long before = child_shared()->count[1];
    CHILD_AWAIT(child_shared()->count[1] != before);
    child_end(pid);
}
static void the_holder_dies(void **unused)
{
    (void)unused;
    holder_dies(DIES_HOLDING);
}
static void the_holder_of_a_stopped_one_dies(void **unused)
{
    (void)unused;
    holder_dies(DIES_HOLDING_STOPPED);
}
static void the_holder_dies_halfway(void **unused)
{
    (void)unused;
    holder_dies(DIES_HALFWAY);
}

/* ── Fork, vfork, exec ── */

static void forker(void *unused)
{
    (void)unused;
    child_ready();
    while (!child_shared()->go[0]) {
        int status;
        pid_t mine = fork();
        if (mine == 0) _exit(5);
        if (mine < 0 || waitpid(mine, &status, 0) != mine || status != 5 << 8) _exit(1);
        child_shared()->count[0]++;
    }
    _exit(7);
}

static void it_forks_meanwhile(void **unused)
{
    (void)unused;
    pid_t pid = child_start(forker, NULL);
    for (int i = 0; i < 100; i++) {
        held(pid);
        let_go();
        unsigned long before = child_shared()->count[0];
        if (i % 10 == 0) CHILD_AWAIT(child_shared()->count[0] != before);
    }
    child_shared()->go[0] = 1;
    assert_int_equal(WEXITSTATUS(child_status(pid)), 7);
}

/* In vfork it waits where nothing stops it, until its child has ended. */
static void vforker(void *unused)
{
    (void)unused;
    child_ready();
    pid_t mine = vfork();
    if (mine == 0) {
        child_shared()->count[0] = 1;
        while (!child_shared()->go[0])
            usleep(1000);
        _exit(0);
    }
    for (;;)
        child_shared()->count[1]++;
}

static void in_vfork_it_counts_as_held(void **unused)
{
    (void)unused;
    pid_t pid = child_start(vforker, NULL);
    CHILD_AWAIT(child_shared()->count[0] == 1 && child_state(pid) == 'D');
    held(pid);
    assert_int_equal(hold.n, 1);
    assert_int_equal(hold.thread[0].state, HOLD_IN_KERNEL);
    assert_false(hold_release(&hold)); /* it can't be let go before it stops */
    assert_false(hold_settle(&hold));
    held(pid); /* held again meanwhile, it is the same */
    assert_int_equal(hold.thread[0].state, HOLD_IN_KERNEL);
    child_shared()->go[0] = 1;
    CHILD_AWAIT(child_state(pid) == 't'); /* it stops before it runs */
    assert_int_equal(child_shared()->count[1], 0);
    let_go();
    CHILD_AWAIT(child_shared()->count[1] > 0);
    assert_true(runs(pid));
    child_end(pid);
}

static void left_in_vfork_it_is_let_go_later(void **unused)
{
    (void)unused;
    pid_t pid = child_start(vforker, NULL);
    CHILD_AWAIT(child_shared()->count[0] == 1 && child_state(pid) == 'D');
    held(pid);
    assert_false(hold_release(&hold));
    child_shared()->go[0] = 1;
    CHILD_AWAIT(hold_settle(&hold));
    CHILD_AWAIT(child_shared()->count[1] > 0);
    assert_true(runs(pid));
    child_end(pid);
}

/* A thread that is not the first execs again and again, so that numbers change hands. */
static void *exec_again(void *left)
{
    char number[16];
    snprintf(number, sizeof number, "%d", (int)(intptr_t)left);
    execl("/proc/self/exe", "test_hold", "--exec-again", number, (char *)NULL);
    _exit(9);
}
static int exec_main(int left)
{
    pthread_t thread[3];
    if (left == 0) return 7;
    for (int i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, wait_for_ever, NULL) != 0) return 3;
    if (pthread_create(&thread[2], NULL, exec_again, (void *)(intptr_t)(left - 1)) != 0) return 3;
    for (;;)
        pause();
}
static void execer(void *unused)
{
    (void)unused;
    child_ready();
    exec_again((void *)(intptr_t)60);
}

static bool in_kernel(void)
{
    bool found = false;
    for (size_t i = 0; i < hold.n; i++)
        found = found || hold.thread[i].state == HOLD_IN_KERNEL;
    return found;
}

static void it_execs_meanwhile(void **unused)
{
    siginfo_t info = {.si_pid = 0};
    unsigned n = 0;
    (void)unused;
    pid_t pid = child_start(execer, NULL);
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
        enum hold_result result = hold_begin(&hold, pid, SECONDS, why, sizeof why);
        if (result == HOLD_ENDED) { /* it is so */
            assert_int_equal(child_state(pid), 'Z');
            break;
        }
        if (result != HOLD_OK) {
            child_end(pid);
            if (result == HOLD_REFUSED) skip();
            fail_msg("%s", why);
        }
        struct proc_list list = {.id = NULL};
        char folder[64];
        snprintf(folder, sizeof folder, "/proc/%d/task", (int)pid);
        if (proc_list_read(&list, folder))
            for (size_t k = 0; k < list.n; k++) {
                char state = child_state(list.id[k]);
                /* One in the midst of an exec is at work in the kernel, and in no program. */
                if ((state == 'R' || state == 'S') && !in_kernel())
                    fail_msg("thread %d is %c", (int)list.id[k], state);
            }
        proc_list_release(&list);
        let_go();
        n++;
    }
    assert_true(n > 0);
    int status = child_status(pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* ── Refusals ── */

static void a_debugger_has_it_already(void **unused)
{
    int said[2];
    char byte, expected[64];
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    assert_int_equal(pipe(said), 0);
    pid_t debugger = fork();
    if (debugger == 0) {
        byte = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 ? 'y' : 'n';
        if (write(said[1], &byte, 1) != 1) _exit(1);
        child_rest();
    }
    assert_int_equal(read(said[0], &byte, 1), 1);
    close(said[0]);
    close(said[1]);
    if (byte == 'y') {
        assert_int_equal(hold_begin(&hold, pid, SECONDS, why, sizeof why), HOLD_REFUSED);
        snprintf(expected, sizeof expected, "a debugger, process %d, has it", (int)debugger);
        if (!strstr(why, expected)) fail_msg("it says \"%s\"", why);
        assert_int_equal(hold.n, 0);
    }
    child_end(debugger);
    child_end(pid);
    if (byte == 'n') skip();
}

static void a_filter_refuses_ptrace(void **unused)
{
    (void)unused;
    pid_t pid = child_start(sleeper, NULL), other = fork();
    if (other == 0) {
        const struct filter_row row = {SYS_ptrace, 0, 1};
        if (!filter_install(&row, 1)) _exit(125);
        if (hold_begin(&hold, pid, SECONDS, why, sizeof why) != HOLD_REFUSED) _exit(1);
        if (!strstr(why, "the system refuses ptrace; expected ")) _exit(2);
        _exit(hold.n == 0 && !hold.held ? 0 : 3);
    }
    int status = child_status(other);
    child_end(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 125) skip();
    assert_int_equal(status, 0);
}

static int forget(void **unused)
{
    (void)unused;
    hold_free(&hold);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--exec-again") == 0) return exec_main(atoi(argv[2]));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_threads_stand_still, forget),
        cmocka_unit_test_teardown(threads_that_come_and_go_are_met, forget),
        cmocka_unit_test_teardown(a_signal_waits_until_it_is_let_go, forget),
        cmocka_unit_test_teardown(no_signal_is_lost, forget),
        cmocka_unit_test_teardown(the_signal_that_it_stopped_with_is_delivered, forget),
        cmocka_unit_test_teardown(one_that_is_stopped_stays_so, forget),
        cmocka_unit_test_teardown(a_parent_sees_nothing, forget),
        cmocka_unit_test_teardown(killed_while_it_is_held, forget),
        cmocka_unit_test_teardown(the_end_of_anothers_child_is_told_to_its_parent, forget),
        cmocka_unit_test_teardown(the_holder_dies, forget),
        cmocka_unit_test_teardown(the_holder_of_a_stopped_one_dies, forget),
        cmocka_unit_test_teardown(the_holder_dies_halfway, forget),
        cmocka_unit_test_teardown(it_forks_meanwhile, forget),
        cmocka_unit_test_teardown(in_vfork_it_counts_as_held, forget),
        cmocka_unit_test_teardown(left_in_vfork_it_is_let_go_later, forget),
        cmocka_unit_test_teardown(it_execs_meanwhile, forget),
        cmocka_unit_test_teardown(a_debugger_has_it_already, forget),
        cmocka_unit_test_teardown(a_filter_refuses_ptrace, forget),
    };
    return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
