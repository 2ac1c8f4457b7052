/* test_refusal.c: a process that can't be looked at is told as what it is, with what to do; each
 * situation is made. What only another system has (yama) is judged from its facts. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/process.h"
#include "cli/source/process_memory.h"
#include "tests/support/child.h"
#include "tests/support/filter.h"
#include "tests/support/scratch.h"

#define SKIP 77 /* exit status of a child: the situation can't be made here */

static char why[PROCESS_WORDS];

static bool says(const char *expected)
{
    if (strstr(why, expected)) return true;
    fprintf(stderr, "# it says \"%s\", not \"%s\"\n", why, expected);
    return false;
}

/* Open it, which is refused with all of these words. */
static bool is_refused(pid_t pid, enum refusal expected, const char *what, const char *advice)
{
    struct process p;
    enum refusal got = process_open(&p, pid, why, sizeof why);
    if (got != expected) fprintf(stderr, "# refusal %d (%s)\n", (int)got, got ? why : "none");
    bool done = got == expected && says(what) && says(advice) && p.pid == 0;
    if (got == REFUSAL_NONE) process_release(&p);
    return done && !strchr(why, '\n');
}

static void sleeper(void *unused)
{
    (void)unused;
    child_ready();
    child_rest();
}

/* Run f in a process of its own: what it did to itself ends with it. */
static void apart(int (*f)(pid_t), pid_t pid)
{
    pid_t other = fork();
    if (other == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(f(pid));
    }
    int status = child_status(other);
    if (pid) child_end(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP) skip();
    assert_int_equal(status, 0);
}

/* ── By what it is ── */

static void no_process(void **unused)
{
    pid_t pid = fork(), found;
    (void)unused;
    if (pid == 0) _exit(0);
    child_status(pid);
    assert_true(
        is_refused(pid, REFUSAL_NO_PROCESS, "there is no process ", "; expected the number"));
    static const char *const numbers[] = {"0", "99999999999999999999", "4194305", "1x", "-1", ""};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_int_equal(process_find(numbers[i], &found, why, sizeof why), REFUSAL_NO_PROCESS);
        assert_int_equal(found, 0);
        assert_true(says("; expected the number or the name of one that runs"));
    }
}

static void a_zombie(void **unused)
{
    char parent[64];
    (void)unused;
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    CHILD_AWAIT(child_state(pid) == 'Z');
    snprintf(parent, sizeof parent, "until its parent, process %d, asks", (int)getpid());
    assert_true(is_refused(pid, REFUSAL_ZOMBIE, parent, "; expected one that runs"));
    child_status(pid);
}

static void a_thread_of_the_kernel(void **unused)
{
    struct proc_stat s;
    (void)unused;
    if (!proc_stat_read(&s, 2) || strcmp(s.name, "kthreadd") != 0) skip(); /* in a container */
    assert_true(is_refused(2, REFUSAL_KERNEL, "process 2 (kthreadd) is a thread of the kernel",
                           "; expected a program"));
}

static void ourselves(void **unused)
{
    (void)unused;
    assert_true(is_refused(getpid(), REFUSAL_OURSELVES, "is this brkview", "; expected another"));
}

/* The smallest program of 32 bits: pause() for ever. */
static void a_32_bit_program(void **unused)
{
    static const unsigned char code[] = {0xb8, 29,   0,    0,   0, /* mov eax, pause */
                                         0xcd, 0x80, 0xeb, 0xf7}; /* int 0x80; jmp back */
    struct {
        Elf32_Ehdr head;
        Elf32_Phdr segment;
        unsigned char code[sizeof code];
    } file = {.head = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, 1},
                       .e_type = ET_EXEC,
                       .e_machine = EM_386,
                       .e_version = 1,
                       .e_entry = 0x8048000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
                       .e_phoff = sizeof(Elf32_Ehdr),
                       .e_ehsize = sizeof(Elf32_Ehdr),
                       .e_phentsize = sizeof(Elf32_Phdr),
                       .e_phnum = 1},
              .segment = {.p_type = PT_LOAD,
                          .p_vaddr = 0x8048000,
                          .p_filesz = sizeof file,
                          .p_memsz = sizeof file,
                          .p_flags = PF_R | PF_X,
                          .p_align = 4096}};
    (void)unused;
    memcpy(file.code, code, sizeof code);
    const char *path = scratch_file("program-32", "");
    int fd = open(path, O_WRONLY);
    assert_int_equal(write(fd, &file, sizeof file), sizeof file);
    close(fd);
    chmod(path, 0700);
    int told[2];
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(path, path, (char *)NULL);
        ssize_t ignored = write(told[1], "", 1);
        (void)ignored;
        _exit(SKIP);
    }
    char byte;
    close(told[1]);
    bool runs = read(told[0], &byte, 1) == 0;
    close(told[0]);
    bool refused =
        runs && is_refused(pid, REFUSAL_32_BIT, "is a 32-bit program", "; expected a 64-bit one");
    child_end(pid);
    if (!runs) skip(); /* a machine, or a kernel, without 32-bit programs */
    assert_true(refused);
}

/* ── By whose it is ── */

#define NOBODY 65534

static int as_another_user(pid_t pid)
{
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0) return SKIP;
    if (!is_refused(pid, REFUSAL_USER, "is another user's: ", "or: sudo brkview attach ")) return 1;
    return says("root (uid 0), and you are ") ? 0 : 2;
}
static void another_users(void **unused)
{
    (void)unused;
    if (geteuid() != 0) skip();
    apart(as_another_user, child_start(sleeper, NULL));
}

static void undumpable(void *as)
{
    if (as && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) _exit(SKIP);
    prctl(PR_SET_DUMPABLE, 0);
    sleeper(NULL);
}
static int try_undumpable(pid_t pid)
{
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) return SKIP;
    prctl(PR_SET_DUMPABLE, 1);
    return is_refused(pid, REFUSAL_NOT_DUMPABLE, "is not dumpable",
                      "; expected: sudo brkview attach ")
               ? 0
               : 1;
}
static void one_that_is_not_dumpable(void **unused)
{
    (void)unused;
    apart(try_undumpable, child_start(undumpable, geteuid() == 0 ? "nobody" : NULL));
}

/* By name, another user's is told as that. */
static void named(void *name)
{
    prctl(PR_SET_NAME, name);
    sleeper(NULL);
}
static char unlike[16];
static int find_as_another_user(pid_t pid)
{
    char number[32];
    pid_t found;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0) return SKIP;
    if (process_find(unlike, &found, why, sizeof why) != REFUSAL_USER) return 1;
    snprintf(number, sizeof number, ": %d; expected one of yours", (int)pid);
    return says(number) ? 0 : 2;
}
static void another_users_by_name(void **unused)
{
    (void)unused;
    if (geteuid() != 0) skip();
    snprintf(unlike, sizeof unlike, "brku%d", (int)getpid() % 1000000);
    apart(find_as_another_user, child_start(named, unlike));
}

/* ── By the system ── */

static int without_both(pid_t pid)
{
    const struct filter_row rows[] = {{SYS_process_vm_readv, 0, EPERM},
                                      {SYS_pread64, 4u << 20, EPERM}};
    if (!filter_install(rows, 2)) return SKIP;
    return is_refused(pid, REFUSAL_SYSTEM, "can't be read (Operation not permitted): the system",
                      "; expected one of them")
               ? 0
               : 1;
}
static void a_filter_refuses_both_ways(void **unused)
{
    (void)unused;
    apart(without_both, child_start(sleeper, NULL));
}

static int without_the_call(pid_t pid)
{
    const struct filter_row row = {SYS_process_vm_readv, 0, EPERM};
    struct process p;
    struct process_memory m;
    int word = 0;
    if (!filter_install(&row, 1)) return SKIP;
    if (process_open(&p, pid, why, sizeof why) != REFUSAL_NONE) return says("") ? 1 : 1;
    if (!process_memory_init(&m, p.reader)) return 2;
    child_shared()->address[0] = 0x12345678;
    bool same = process_memory_copy(&m, (uintptr_t)&child_shared()->address[0], &word, 4) == 4 &&
                word == 0x12345678;
    process_memory_release(&m);
    process_release(&p);
    return same ? 0 : 3;
}
static void a_filter_that_leaves_the_file_is_met(void **unused)
{
    (void)unused;
    apart(without_the_call, child_start(sleeper, NULL));
}

/* In a pid namespace of its own, with the /proc of the one above. */
static int within_namespace(pid_t unused)
{
    (void)unused;
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) return SKIP;
    pid_t pid = fork();
    if (pid < 0) return SKIP;
    if (pid == 0) {
        pid_t found;
        if (!is_refused(1234, REFUSAL_NAMESPACE, "belongs to another pid namespace", "; expected "))
            _exit(1);
        if (process_find("1", &found, why, sizeof why) != REFUSAL_NAMESPACE) _exit(2);
        if (process_find("sh", &found, why, sizeof why) != REFUSAL_NAMESPACE) _exit(3);
        _exit(says("mount -t proc proc /proc") ? 0 : 4);
    }
    return WEXITSTATUS(child_status(pid));
}
static void the_proc_of_another_namespace(void **unused)
{
    (void)unused;
    apart(within_namespace, 0);
}

/* A mount of /proc of our own, with hidepid; then another user's process is not seen. */
static const char *hidepid;
static int with_hidepid(pid_t pid)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return SKIP;
    if (mount("proc", "/proc", "proc", 0, hidepid) != 0) return SKIP;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0) return SKIP;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (access(path, R_OK) == 0) return SKIP; /* the option was taken, and has no effect here */
    return is_refused(pid, REFUSAL_HIDDEN, "is hidden from us: /proc is mounted with hidepid",
                      "; expected to be its user")
               ? 0
               : 1;
}
static void hidden_by_hidepid(void **unused)
{
    static const char *const kinds[] = {"hidepid=1", "hidepid=2"};
    (void)unused;
    if (geteuid() != 0) skip();
    for (size_t i = 0; i < 2; i++) {
        hidepid = kinds[i];
        apart(with_hidepid, child_start(sleeper, NULL));
    }
}

/* ── What can't be made everywhere, from its facts ── */

static const struct refusal_rights same = {.uid = 1000,
                                           .gid = 1000,
                                           .its_uid = {1000, 1000, 1000},
                                           .its_gid = {1000, 1000, 1000},
                                           .owner = 1000};

static void yama_is_told_with_its_value(void **unused)
{
    static const struct {
        int yama;
        bool capable, descendant;
        enum refusal refusal;
        const char *words[3];
    } rows[] = {
        {0, false, false, REFUSAL_SYSTEM, {"the system refuses process_vm_readv"}},
        {1, false, false, REFUSAL_YAMA, {"ptrace_scope is 1;", "brkview run -- PROG", "sysctl"}},
        {1, false, true, REFUSAL_SYSTEM, {"the system refuses"}},
        {1, true, false, REFUSAL_SYSTEM, {"the system refuses"}},
        {2, false, true, REFUSAL_YAMA, {"ptrace_scope is 2;", "sudo brkview attach 12", "sysctl"}},
        {2, true, false, REFUSAL_SYSTEM, {"the system refuses"}},
        {3, true, true, REFUSAL_YAMA, {"ptrace_scope is 3, ", "until the next boot"}}};
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct refusal_rights r = same;
        r.yama = rows[i].yama;
        r.capable = rows[i].capable;
        r.descendant = rows[i].descendant;
        assert_int_equal(refusal_judge(&r), rows[i].refusal);
        refusal_say(refusal_judge(&r), &r, 12, "prog", EPERM, why, sizeof why);
        for (size_t k = 0; k < 3 && rows[i].words[k]; k++)
            assert_true(says(rows[i].words[k]));
        assert_true(says("; expected"));
        assert_true(strlen(why) + 1 < sizeof why);
    }
}

static void rights_are_judged_as_the_kernel_does(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 3; i++) { /* setuid: one of the three is another's */
        struct refusal_rights r = same;
        r.its_uid[i] = 0;
        assert_int_equal(refusal_judge(&r), REFUSAL_USER);
        r = same;
        r.its_gid[i] = 5;
        assert_int_equal(refusal_judge(&r), REFUSAL_USER);
        refusal_say(REFUSAL_USER, &r, 12, "prog", EPERM, why, sizeof why);
        assert_true(says("runs as another group than you"));
    }
    struct refusal_rights r = same;
    r.more = true;
    assert_int_equal(refusal_judge(&r), REFUSAL_PRIVILEGED);
    refusal_say(REFUSAL_PRIVILEGED, &r, 12, "prog", EPERM, why, sizeof why);
    assert_true(says("has capabilities that you lack; expected: sudo brkview attach 12"));
    r = same;
    r.owner = 0;
    assert_int_equal(refusal_judge(&r), REFUSAL_NOT_DUMPABLE);
    r.yama = 1; /* asked last */
    assert_int_equal(refusal_judge(&r), REFUSAL_NOT_DUMPABLE);
}

static void rights_are_read(void **unused)
{
    struct refusal_rights r;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    assert_true(refusal_rights_read(&r, pid));
    assert_true(r.descendant);
    assert_int_equal(r.uid, geteuid());
    assert_int_equal(r.its_uid[0], getuid());
    assert_int_equal(r.its_gid[2], getgid());
    assert_int_equal(r.owner, geteuid());
    assert_false(r.more);
    child_end(pid);
    assert_false(refusal_rights_read(&r, pid));
    assert_true(refusal_rights_read(&r, getppid()));
    assert_false(r.descendant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_process),
        cmocka_unit_test(a_zombie),
        cmocka_unit_test(a_thread_of_the_kernel),
        cmocka_unit_test(ourselves),
        cmocka_unit_test(a_32_bit_program),
        cmocka_unit_test(another_users),
        cmocka_unit_test(another_users_by_name),
        cmocka_unit_test(one_that_is_not_dumpable),
        cmocka_unit_test(a_filter_refuses_both_ways),
        cmocka_unit_test(a_filter_that_leaves_the_file_is_met),
        cmocka_unit_test(the_proc_of_another_namespace),
        cmocka_unit_test(hidden_by_hidepid),
        cmocka_unit_test(yama_is_told_with_its_value),
        cmocka_unit_test(rights_are_judged_as_the_kernel_does),
        cmocka_unit_test(rights_are_read),
    };
    return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
