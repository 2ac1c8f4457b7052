/* test_process.c: a process of somebody else's is found by number and name, its mappings, break and
 * segments are what it itself knows of them, and its end and its exec are noticed. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/process.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"
#include "cli/source/spawn.h"
#include "cli/source/target.h"
#include "tests/support/child.h"
#include "tests/support/scratch.h"

static struct process process;
static struct segments segments;
static char why[PROCESS_WORDS];

static int some_data = 4711, some_bss;
static const int some_constant = 12;

static void open_process(pid_t pid)
{
    enum refusal refusal = process_open(&process, pid, why, sizeof why);
    if (refusal != REFUSAL_NONE) fail_msg("%d: %s", (int)refusal, why);
}

static void sleeper(void *unused)
{
    (void)unused;
    child_ready();
    child_rest();
}

static uint64_t place(const void *at) { return (uint64_t)(uintptr_t)at; }

/* ── What lies where ── */

static const struct snapshot_segment *segment_at(uint64_t address)
{
    for (size_t i = 0; i < segments.n; i++)
        if (address >= segments.segment[i].start && address < segments.segment[i].end)
            return &segments.segment[i];
    fail_msg("no segment holds %lx", (unsigned long)address);
    return NULL;
}
static void lies_in(const void *at, enum segment_kind kind, const char *name)
{
    const struct snapshot_segment *s = segment_at(place(at));
    assert_int_equal(s->kind, kind);
    assert_string_equal(s->name, name);
}

static void *thread_rests(void *unused)
{
    child_shared()->count[0] = (unsigned long)gettid();
    child_shared()->address[2] = place(&unused);
    child_rest();
    return NULL;
}
/* Its break is moved by a number of bytes that is no page. */
static void mover(void *unused)
{
    pthread_t thread;
    child_shared()->address[0] = place(sbrk(0));
    if (sbrk(100000) == (void *)-1) _exit(1);
    child_shared()->address[1] = place(sbrk(0));
    child_shared()->address[3] = place(&unused);
    if (pthread_create(&thread, NULL, thread_rests, NULL) != 0) _exit(1);
    while (child_shared()->address[2] == 0)
        usleep(1000);
    sleeper(NULL);
}

/* The child is a fork of this test: what lies where here, lies there. */
static void segments_are_where_it_has_them(void **unused)
{
    uint64_t start, brk, page = (uint64_t)sysconf(_SC_PAGESIZE), previous = 0;
    (void)unused;
    pid_t pid = child_start(mover, NULL);
    pid_t thread = (pid_t)child_shared()->count[0];
    CHILD_AWAIT(child_state(thread) == 'S'); /* where the stack of one that runs is, is not told */
    open_process(pid);
    process_brk(&process, &start, &brk);
    uint64_t its_brk = child_shared()->address[1];
    assert_int_equal(brk, (its_brk + page - 1) / page * page);
    assert_true(start > 0 && start <= child_shared()->address[0]);
    process_segments(&process, brk, &segments);
    if (segments.n_left == 0) assert_string_equal(segments.unseen, "");
    lies_in((void *)(uintptr_t)segments_are_where_it_has_them, SEGMENT_TEXT, "text");
    lies_in(&some_data, SEGMENT_DATA, "data");
    lies_in(&some_bss, SEGMENT_BSS, "bss");
    lies_in(&some_constant, SEGMENT_RODATA, "rodata");
    lies_in((void *)child_shared()->address[3], SEGMENT_STACK, "stack");
    lies_in((void *)(uintptr_t)(its_brk - 1), SEGMENT_HEAP, "heap");
    lies_in((void *)getauxval(AT_SYSINFO_EHDR), SEGMENT_OTHER, "vdso");
    assert_int_equal(segment_at(place((void *)(uintptr_t)fputs))->kind, SEGMENT_LIBRARY);
    const struct snapshot_segment *stack = segment_at(child_shared()->address[2]);
    assert_int_equal(strncmp(stack->name, "stack:", 6), 0);
    assert_true(proc_list_has(&process.threads, (pid_t)atoi(stack->name + 6)));
    assert_int_equal(process.threads.n, 2);
    for (size_t i = 0; i < segments.n; i++) {
        assert_true(segments.segment[i].start >= previous);
        previous = segments.segment[i].start;
    }
    process_release(&process);
    child_end(pid);
}

static void mappings_know_program_and_libc(void **unused)
{
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    open_process(pid);
    assert_true(maps_at(&process.maps, place(&some_data))->program);
    assert_true(maps_at(&process.maps, place((void *)(uintptr_t)sleeper))->program);
    assert_false(maps_at(&process.maps, place((void *)(uintptr_t)sleeper))->libc);
    assert_false(maps_at(&process.maps, place(child_shared()))->program);
    const struct map *libc = maps_at(&process.maps, place(stdin)); /* in its data or bss */
    assert_true(libc->libc);
    assert_false(libc->program);
    assert_true(libc->writable);
    process_release(&process);
    child_end(pid);
}

static void pages_in_memory_are_counted(void **unused)
{
    uint64_t bytes, page = (uint64_t)sysconf(_SC_PAGESIZE);
    (void)unused;
    char *some = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(some != MAP_FAILED);
    madvise(some, 16 * page, MADV_NOHUGEPAGE);
    some[0] = some[page * 5] = 1;
    pid_t pid = child_start(sleeper, NULL);
    open_process(pid);
    assert_true(process_resident(&process, place(some), place(some) + 16 * page, &bytes));
    assert_int_equal(bytes, 2 * page);
    assert_true(process_resident(&process, place(some) + page, place(some) + 5 * page, &bytes));
    assert_int_equal(bytes, 0);
    process_release(&process);
    child_end(pid);
    munmap(some, 16 * page);
}

/* ── Its life ── */

static void its_end_is_noticed(void **unused)
{
    (void)unused;
    for (int with_pidfd = 1; with_pidfd >= 0; with_pidfd--) {
        pid_t pid = child_start(sleeper, NULL);
        open_process(pid);
        if (!with_pidfd && process.pidfd >= 0) {
            close(process.pidfd);
            process.pidfd = -1;
        }
        assert_false(process_has_ended(&process));
        CHILD_AWAIT(process_state(&process) == 'S');
        kill(pid, SIGKILL);
        CHILD_AWAIT(process_has_ended(&process));
        assert_int_equal(process_state(&process), 'Z');
        assert_false(process_maps_refresh(&process));
        assert_int_equal(errno, ESRCH);
        assert_int_equal(process.maps.n, 0);
        child_status(pid);
        assert_true(process_has_ended(&process));
        process_release(&process);
    }
}

/* Its first thread ends, and another runs on: it lives, and is read through that one. */
static void *second(void *unused)
{
    (void)unused;
    while (child_state(getpid()) != 'Z')
        usleep(1000);
    child_ready();
    child_rest();
    return NULL;
}
static void first_ends(void *unused)
{
    pthread_t thread;
    (void)unused;
    if (pthread_create(&thread, NULL, second, NULL) != 0) _exit(1);
    pthread_exit(NULL);
}
static void one_without_its_first_thread_lives(void **unused)
{
    (void)unused;
    pid_t pid = child_start(first_ends, NULL);
    open_process(pid);
    assert_true(process.reader != pid && process.reader > 0);
    assert_true(process.maps.n > 5);
    assert_true(process.layout.n > 0);
    assert_false(process_has_ended(&process));
    assert_int_equal(hold_begin(&process.hold, pid, 60.0, why, sizeof why), HOLD_OK);
    assert_int_equal(process.hold.n, 1);
    CHILD_AWAIT(hold_release(&process.hold));
    process_release(&process);
    child_end(pid);
}

static void execer(void *unused)
{
    (void)unused;
    child_ready();
    while (!child_shared()->go[0])
        usleep(1000);
    execlp("sleep", "sleep", "1000", (char *)NULL);
}
static void an_exec_is_noticed(void **unused)
{
    (void)unused;
    pid_t pid = child_start(execer, NULL);
    open_process(pid);
    assert_non_null(strstr(process.executable, "test_process"));
    assert_false(process_has_execed(&process));
    child_shared()->go[0] = 1;
    CHILD_AWAIT(process_has_execed(&process));
    bool again = false;
    CHILD_AWAIT((again = process_has_execed(&process) || again,
                 process.code != 0 && process.stack != 0 && strcmp(process.name, "sleep") == 0));
    assert_false(again);
    CHILD_AWAIT(process_maps_refresh(&process) && process.layout.n > 0);
    assert_null(strstr(process.executable, "test_process"));
    /* As if it had been noticed before the kernel had given code and stack their places. */
    process.code = process.stack = 0;
    assert_false(process_has_execed(&process));
    assert_true(process.code != 0 && process.stack != 0);
    process_release(&process);
    child_end(pid);
}

/* ── Names ── */

static void named(void *name)
{
    prctl(PR_SET_NAME, name);
    sleeper(NULL);
}

static enum refusal find(const char *name, pid_t *pid)
{
    return process_find(name, pid, why, sizeof why);
}

static void they_are_found_by_name(void **unused)
{
    char own[32], number[32];
    pid_t found;
    (void)unused;
    snprintf(own, sizeof own, "brk%d", (int)getpid() % 1000000);
    pid_t one = child_start(named, own);
    assert_int_equal(find(own, &found), REFUSAL_NONE);
    assert_int_equal(found, one);
    snprintf(number, sizeof number, "%d", (int)one);
    assert_int_equal(find(number, &found), REFUSAL_NONE);
    assert_int_equal(found, one);
    pid_t other = child_start(named, own);
    assert_int_equal(find(own, &found), REFUSAL_SEVERAL);
    assert_int_equal(found, 0);
    assert_non_null(strstr(why, "2 processes are called "));
    assert_non_null(strstr(why, number));
    snprintf(number, sizeof number, "%d", (int)other);
    assert_non_null(strstr(why, number));
    assert_non_null(strstr(why, "; expected one of these numbers"));
    kill(other, SIGKILL); /* a zombie is none of them */
    CHILD_AWAIT(child_state(other) == 'Z');
    assert_int_equal(find(own, &found), REFUSAL_NONE);
    child_status(other);
    child_end(one);
    assert_int_equal(find(own, &found), REFUSAL_NO_PROCESS);
    assert_non_null(strstr(why, "no process is called "));
    char before[16];
    prctl(PR_GET_NAME, before);
    prctl(PR_SET_NAME, own);
    assert_int_equal(find(own, &found), REFUSAL_NO_PROCESS); /* that is ourselves */
    prctl(PR_SET_NAME, before);
}

/* By its file's and its argv's name, too, however long. */
static void long_names_are_found(void **unused)
{
    static const char name[] = "a-program-whose-name-is-long";
    const char *path = scratch_path(name);
    char command[SCRATCH_PATH * 2 + 64];
    pid_t found;
    (void)unused;
    snprintf(command, sizeof command, "cp \"$(command -v sleep)\" '%s'", path);
    assert_int_equal(system(command), 0);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(path, "another-argv0", "1000", (char *)NULL);
        _exit(1);
    }
    CHILD_AWAIT(find(name, &found) == REFUSAL_NONE);
    assert_int_equal(found, pid);
    CHILD_AWAIT(find("another-argv0", &found) == REFUSAL_NONE);
    assert_int_equal(found, pid);
    assert_int_equal(find("a-program-whose", &found), REFUSAL_NONE); /* as it is cut in ps */
    unlink(path);
    assert_int_equal(find(name, &found), REFUSAL_NONE);
    open_process(pid);
    assert_true(process.deleted);
    assert_string_equal(process.executable, path);
    assert_true(process.layout.n > 0); /* its file is there all the same */
    process_release(&process);
    child_end(pid);
}

/* ── Allocators ── */

static void mapper(void *path)
{
    int fd = open(path, O_RDONLY);
    if (mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED) _exit(1);
    sleeper(NULL);
}

static void allocators_are_told_by_their_libraries(void **unused)
{
    static const struct {
        const char *file, *name;
        bool glibc;
    } rows[] = {{"libjemalloc.so.2", "jemalloc", false},
                {"libmimalloc.so.2.1", "mimalloc", false},
                {"libmimalloc-secure.so", "mimalloc", false},
                {"libtcmalloc_minimal.so.4", "tcmalloc", false},
                {"ld-musl-x86_64.so.1", "musl", false},
                {"x86_64-linux-musl/libc.so", "musl", false},
                {"libjvm.so", "Java's", true},
                {"libharmless.so", "glibc", true}};
    (void)unused;
    mkdir(scratch_path("x86_64-linux-musl"), 0700);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[SCRATCH_PATH];
        snprintf(path, sizeof path, "%s", scratch_file(rows[i].file, "something"));
        pid_t pid = child_start(mapper, path);
        open_process(pid);
        enum process_allocator a = process_allocator(&process);
        if (a != PROCESS_ALLOCATOR_SANITIZER) { /* this test may be one of its programs */
            assert_string_equal(process_allocator_name(a), rows[i].name);
            assert_int_equal(process_allocator_may_be_glibc(a, &process), rows[i].glibc);
        }
        process_release(&process);
        child_end(pid);
    }
}

/* ── The source ── */

static void as_a_source_it_is_held_and_let_go(void **unused)
{
    struct target t;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    open_process(pid);
    target_watch(&t, &process, NULL);
    assert_ptr_equal(t.source, &source_process);
    assert_true(t.alive);
    assert_int_equal(t.pid, pid);
    t.source->segments(&t, t.brk, &segments);
    lies_in(&some_data, SEGMENT_DATA, "data");
    if (!t.source->pause(&t)) {
        assert_int_equal(errno, EPERM);
        t.source->end(&t, NULL);
        process_release(&process);
        child_end(pid);
        skip();
    }
    assert_int_equal(process_state(&process), 't');
    assert_true(t.source->pause(&t)); /* it is already */
    assert_false(t.source->has_ended(&t));
    assert_true(t.source->resume(&t));
    CHILD_AWAIT(process_state(&process) == 'S');
    assert_true(t.source->pause(&t));
    assert_true(t.source->end(&t, NULL)); /* and lets go */
    assert_false(t.alive);
    assert_string_equal(t.ended, "let go by brkview");
    CHILD_AWAIT(process_state(&process) == 'S');
    assert_false(process_has_ended(&process));
    process_release(&process);
    child_end(pid);
}

static void as_a_source_its_end_is_told_once(void **unused)
{
    struct target t;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    open_process(pid);
    target_watch(&t, &process, NULL);
    assert_false(t.source->has_ended(&t));
    kill(pid, SIGKILL);
    CHILD_AWAIT(t.source->has_ended(&t));
    assert_false(t.source->has_ended(&t));
    assert_false(t.alive);
    assert_string_equal(t.ended, "ended; how, its parent alone is told");
    t.source->segments(&t, t.brk, &segments);
    assert_int_equal(segments.n, 0);
    assert_string_equal(segments.unseen, "the segments can't be told: the process has ended");
    assert_false(t.source->pause(&t));
    assert_int_equal(errno, ESRCH);
    process_release(&process);
    child_status(pid);
}

static void what_run_started_ends_when_it_is_to(void **unused)
{
    char *argv[] = {"sleep", "1000", NULL};
    (void)unused;
    for (int ends = 0; ends < 2; ends++) {
        struct spawn s;
        struct target t;
        const struct spawn_setup setup = {.mode = SPAWN_PTY, .rows = 24, .columns = 80};
        assert_int_equal(spawn_start(&s, argv, &setup, why, sizeof why), 0);
        open_process(s.pid);
        target_watch(&t, &process, &s);
        t.ends_spawned = ends;
        assert_true(t.source->end(&t, NULL));
        assert_false(t.alive);
        assert_string_equal(t.ended, ends ? "killed by signal 1 (SIGHUP)" : "let go by brkview");
        assert_int_equal(t.signal, ends ? SIGHUP : 0);
        assert_int_equal(spawn_poll(&s), ends ? SPAWN_ENDED : SPAWN_RUNS);
        process_release(&process);
        spawn_end(&s, 60);
        spawn_release(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_where_it_has_them),
        cmocka_unit_test(mappings_know_program_and_libc),
        cmocka_unit_test(pages_in_memory_are_counted),
        cmocka_unit_test(its_end_is_noticed),
        cmocka_unit_test(one_without_its_first_thread_lives),
        cmocka_unit_test(an_exec_is_noticed),
        cmocka_unit_test(they_are_found_by_name),
        cmocka_unit_test(long_names_are_found),
        cmocka_unit_test(allocators_are_told_by_their_libraries),
        cmocka_unit_test(as_a_source_it_is_held_and_let_go),
        cmocka_unit_test(as_a_source_its_end_is_told_once),
        cmocka_unit_test(what_run_started_ends_when_it_is_to),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
