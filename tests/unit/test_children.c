/* test_children.c: who stands below a process is told with its parent, its depth and its name. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/children.h"
#include "cli/source/proc.h"
#include "tests/support/child.h"

static struct children children;

static void leaf(const char *name)
{
    prctl(PR_SET_NAME, name);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    child_shared()->count[0]++;
    child_rest();
}

/* A child with a hostile name, one with a child of its own, and a zombie. */
static void family(void *unused)
{
    (void)unused;
    if (fork() == 0) leaf(") R 1 (\n\x1b");
    while (child_shared()->count[0] < 1)
        usleep(1000);
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, "middle");
        if (fork() == 0) leaf("below");
        child_rest();
    }
    while (child_shared()->count[0] < 2)
        usleep(1000);
    pid_t dead = fork();
    if (dead == 0) {
        prctl(PR_SET_NAME, "dead");
        _exit(0);
    }
    while (child_state(dead) != 'Z')
        usleep(1000);
    child_ready();
    child_rest();
}

static const struct child *child_named(const char *name)
{
    for (size_t i = 0; i < children.n; i++)
        if (strcmp(children.child[i].name, name) == 0) return &children.child[i];
    fail_msg("no child %s", name);
    return NULL;
}

static void a_family_is_listed(void **unused)
{
    (void)unused;
    pid_t pid = child_start(family, NULL);
    assert_true(children_read(&children, pid));
    assert_int_equal(children.n, 4);
    const struct child *hostile = child_named(") R 1 (??"), *middle = child_named("middle"),
                       *below = child_named("below"), *dead = child_named("dead");
    assert_int_equal(hostile->parent, pid);
    assert_int_equal(hostile->depth, 1);
    assert_int_equal(middle->parent, pid);
    assert_int_equal(below->parent, middle->pid);
    assert_int_equal(below->depth, 2);
    assert_int_equal(dead->state, 'Z');
    assert_true(below > middle); /* behind its parent */
    struct proc_stat s;
    assert_true(proc_stat_read(&s, below->pid));
    assert_int_equal(s.started, below->started);
    assert_true(children_read(&children, below->pid)); /* in place of those */
    assert_int_equal(children.n, 0);
    assert_true(children_read(&children, getpid()));
    assert_int_equal(children.n, 5);
    child_end(pid);
    children_release(&children);
    children_release(&children);
}

static void nobody_has_none(void **unused)
{
    (void)unused;
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    child_status(pid);
    assert_true(children_read(&children, pid));
    assert_int_equal(children.n, 0);
    children_release(&children);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_is_listed),
        cmocka_unit_test(nobody_has_none),
    };
    return cmocka_run_group_tests_name("children", tests, NULL, NULL);
}
