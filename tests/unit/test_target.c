/* test_target.c: the real brkview-target, driven over the wire: its addresses, what each request
 * does to its brk, and requests that no viewer would send. brk moves by our sbrk alone, threads
 * included. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocator/format/wire.h"

static char target_path[4096];
static pid_t target_pid = -1;
static int wire = -1;
static struct wire_hello hello;
static union {
    struct wire_answer head;
    unsigned char bytes[WIRE_ANSWER_MAX];
} answer;
static size_t answer_n;

static void find_target(void)
{
    ssize_t n = readlink("/proc/self/exe", target_path, sizeof target_path - 32);
    assert_true(n > 0);
    target_path[n] = '\0';
    strcpy(strrchr(target_path, '/') + 1, "brkview-target");
}

/* In the child: fd 3 is other, stderr err; not randomised, where that can be had. Does not return.
 */
static void become_target(int other, int err)
{
    (void)personality(ADDR_NO_RANDOMIZE);
    if (err >= 0) dup2(err, STDERR_FILENO);
    if (other == WIRE_FD)
        fcntl(WIRE_FD, F_SETFD, 0);
    else if (other >= 0)
        dup2(other, WIRE_FD);
    else
        close(WIRE_FD);
    execl(target_path, target_path, (char *)NULL);
    _exit(127);
}

static int start(void **state)
{
    int pair[2];
    (void)state;
    find_target();
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    target_pid = fork();
    assert_true(target_pid >= 0);
    if (target_pid == 0) become_target(pair[1], -1);
    close(pair[1]);
    wire = pair[0];
    assert_int_equal(recv(wire, &hello, sizeof hello, 0), sizeof hello);
    return 0;
}

/* The target ends by itself once the wire does. */
static int stop(void **state)
{
    int status = -1;
    (void)state;
    if (wire >= 0) close(wire);
    wire = -1;
    if (target_pid > 0) assert_int_equal(waitpid(target_pid, &status, 0), target_pid);
    target_pid = -1;
    return status == 0 ? 0 : -1;
}

static const struct wire_answer *send_bytes(const void *bytes, size_t n)
{
    assert_int_equal(send(wire, bytes, n, MSG_NOSIGNAL), n);
    ssize_t got = recv(wire, answer.bytes, sizeof answer.bytes, 0);
    assert_true(got >= (ssize_t)sizeof answer.head);
    answer_n = (size_t)got;
    assert_int_equal(answer_n, sizeof answer.head + answer.head.n_results * 8u +
                                   answer.head.n_steps * sizeof(struct step));
    return &answer.head;
}

static const struct wire_answer *ask(enum wire_op op, uint64_t a, uint64_t b, uint64_t c)
{
    static uint32_t seq = 7;
    struct wire_request q = {.op = op, .seq = ++seq, .a = a, .b = b, .c = c};
    const struct wire_answer *got = send_bytes(&q, sizeof q);
    assert_int_equal(got->seq, seq);
    return got;
}

static void read_target(uint64_t address, void *to, size_t n)
{
    struct iovec here = {to, n}, there = {(void *)(uintptr_t)address, n};
    assert_int_equal(process_vm_readv(target_pid, &here, 1, &there, 1, 0), n);
}

static void test_hello(void **state)
{
    struct heap_root root;
    (void)state;
    assert_int_equal(hello.magic, WIRE_MAGIC);
    assert_int_equal(hello.version, WIRE_VERSION);
    assert_int_equal(hello.pid, target_pid);
    assert_int_equal(hello.page_bytes, sysconf(_SC_PAGESIZE));
    assert_true(hello.etext < hello.edata && hello.edata < hello.end &&
                hello.end <= hello.heap_start);
    read_target(hello.root_address, &root, sizeof root);
    assert_int_equal(root.magic, 0);
    assert_int_equal(ask(WIRE_POLICY, HEAP_HEADER, 0, 0)->status, HEAP_OK);
    read_target(hello.root_address, &root, sizeof root);
    assert_int_equal(root.magic, HEAP_ROOT_MAGIC);
    assert_int_equal(root.policy, HEAP_HEADER);
    assert_int_equal(root.start, hello.heap_start);
    assert_int_equal(ask(WIRE_POLICY, HEAP_HEADER, 0, 0)->status, HEAP_UNSUPPORTED); /* only once */
}

/* Text near 0x400000, the heap on the page after bss, the same in every run. */
static void test_addresses(void **state)
{
    (void)state;
    if (hello.randomised) skip();
    struct wire_hello first = hello;
    assert_int_equal(hello.root_address, 0x410040);
    assert_int_equal(hello.heap_start, 0x411000);
    assert_int_equal(hello.end & ~(hello.page_bytes - 1), 0x410000);
    assert_true(hello.etext > 0x401000 && hello.etext < 0x40a000);
    assert_int_equal(stop(NULL), 0);
    start(NULL);
    first.pid = hello.pid;
    assert_memory_equal(&first, &hello, sizeof hello);
}

static void test_verbs(void **state)
{
    (void)state;
    ask(WIRE_POLICY, HEAP_FIRST_FIT, 0, 0);
    uint64_t start = hello.heap_start;
    uint64_t p = ask(WIRE_ALLOC, 100, 1, 0)->result;
    assert_int_equal(p, start + 16);
    assert_int_equal(answer.head.brk, start + 128);
    assert_true(answer.head.n_steps > 0 && answer.head.n_results == 0 && answer.head.error == 0);
    struct step step;
    memcpy(&step, answer.bytes + sizeof answer.head, sizeof step);
    assert_true(step.kind == STEP_SBRK && step.a == 128 && step.b == start &&
                step.c == start + 128);
    assert_int_equal(ask(WIRE_CALLOC, 4, 8, 0)->result, start + 144);
    assert_int_equal(ask(WIRE_ALIGNED, 256, 8, 0)->result % 256, 0);
    uint64_t moved = ask(WIRE_REALLOC, p, 1000, 0)->result;
    assert_true(moved != 0 && moved != p);
    assert_int_equal(ask(WIRE_FREE, moved, 0, 0)->status, HEAP_OK);
    assert_int_equal(ask(WIRE_FREE, moved, 0, 0)->status, HEAP_NOT_A_BLOCK);
    assert_int_equal(ask(WIRE_ALLOC, 0, 1, 0)->error, EINVAL);
    assert_int_equal(answer.head.status, HEAP_ZERO_SIZE);
    assert_int_equal(answer.head.result, 0);
    assert_int_equal(ask(WIRE_SET, HEAP_SPLIT, 0, 0)->status, HEAP_OK);
    assert_int_equal(ask(WIRE_SET, HEAP_SPLIT, 2, 0)->status, HEAP_UNSUPPORTED);
    assert_int_equal(ask(WIRE_SET, HEAP_N_SWITCHES, 0, 0)->status, HEAP_UNSUPPORTED);
    assert_int_equal(ask(WIRE_N_OPS, 0, 0, 0)->status, HEAP_UNSUPPORTED);
}

static void test_batch(void **state)
{
    uint64_t results[WIRE_BATCH_MAX];
    (void)state;
    ask(WIRE_POLICY, HEAP_HEADER, 0, 0);
    assert_int_equal(ask(WIRE_ALLOC, 32, WIRE_BATCH_MAX, 0)->n_results, WIRE_BATCH_MAX);
    assert_true(answer.head.n_steps <= STEP_LOG_MAX);
    memcpy(results, answer.bytes + sizeof answer.head, sizeof results);
    for (uint64_t i = 0; i < WIRE_BATCH_MAX; i++)
        assert_int_equal(results[i], hello.heap_start + 32 + 64 * i);
    assert_int_equal(answer.head.result, results[0]);
    assert_int_equal(ask(WIRE_ALLOC, 32, 0, 0)->status, HEAP_UNSUPPORTED);
    assert_int_equal(ask(WIRE_ALLOC, 32, WIRE_BATCH_MAX + 1, 0)->status, HEAP_UNSUPPORTED);
    uint64_t used = answer.head.brk - hello.heap_start;
    assert_int_equal(ask(WIRE_LIMIT, used - 1, 0, 0)->status,
                     HEAP_LIMIT); /* it is larger already */
    assert_int_equal(ask(WIRE_LIMIT, used + 3 * 64, 0, 0)->status, HEAP_OK);
    assert_int_equal(ask(WIRE_ALLOC, 32, 10, 0)->n_results, 3);
    assert_int_equal(answer.head.status, HEAP_LIMIT);
    assert_int_equal(answer.head.error, ENOMEM);
    assert_int_equal(ask(WIRE_ALLOC, 32, 10, 0)->n_results, 0);
    assert_int_equal(answer.head.result, 0);
    assert_int_equal(ask(WIRE_LIMIT, HEAP_NO_LIMIT, 0, 0)->status, HEAP_OK);
    assert_int_equal(ask(WIRE_ALLOC, UINT64_C(1) << 46, 1, 0)->status, HEAP_NO_MEMORY);
}

static void test_sbrk(void **state)
{
    (void)state;
    ask(WIRE_POLICY, HEAP_HEADER, 0, 0);
    assert_int_equal(ask(WIRE_SBRK, 4097, 0, 0)->result, hello.heap_start);
    assert_int_equal(answer.head.brk, hello.heap_start + 4097);
    assert_int_equal(ask(WIRE_SBRK, (uint64_t)-4097, 0, 0)->brk, hello.heap_start);
    ask(WIRE_ALLOC, 64, 1, 0);
    assert_int_equal(ask(WIRE_SBRK, (uint64_t)-16, 0, 0)->status, HEAP_CUTS_BLOCKS);
    assert_int_equal(answer.head.result, UINT64_MAX);
    assert_int_equal(ask(WIRE_SBRK, (uint64_t)-16, 1, 0)->status, HEAP_OK);
    assert_int_equal(answer.head.brk, hello.heap_start + 80);
}

static void test_bytes(void **state)
{
    struct {
        struct wire_request q;
        char data[8];
    } write = {.q = {.op = WIRE_WRITE, .data_bytes = 8}, .data = "brkview"};
    char got[16];
    (void)state;
    ask(WIRE_POLICY, HEAP_BEST_FIT, 0, 0);
    write.q.a = ask(WIRE_ALLOC, 64, 1, 0)->result;
    assert_int_equal(ask(WIRE_FILL, write.q.a, 16, 0x1ee)->status, HEAP_OK);
    assert_int_equal(send_bytes(&write, sizeof write)->status, HEAP_OK);
    read_target(write.q.a, got, sizeof got);
    assert_memory_equal(got, "brkview\0\xee\xee\xee\xee\xee\xee\xee\xee", 16);
    static struct {
        struct wire_request q;
        unsigned char data[WIRE_DATA_MAX];
    } most;
    static unsigned char all[WIRE_DATA_MAX];
    most.q = (struct wire_request){.op = WIRE_WRITE,
                                   .data_bytes = WIRE_DATA_MAX,
                                   .a = ask(WIRE_ALLOC, WIRE_DATA_MAX, 1, 0)->result};
    for (size_t i = 0; i < WIRE_DATA_MAX; i++)
        most.data[i] = (unsigned char)(i % 251);
    assert_int_equal(send_bytes(&most, sizeof most)->status, HEAP_OK);
    read_target(most.q.a, all, sizeof all);
    assert_memory_equal(all, most.data, sizeof all);
}

/* With threads started, with every policy: brk is where our sbrk left it. */
static void test_brk_is_ours(void **state)
{
    (void)state;
    for (uint64_t policy = 0; policy < HEAP_N_POLICIES; policy++) {
        assert_int_equal(ask(WIRE_POLICY, policy, 0, 0)->brk, hello.heap_start);
        uint64_t brk = hello.heap_start;
        for (int i = 0; i < 40; i++) {
            assert_int_equal(ask(WIRE_THREAD, 0, 0, 0)->status, HEAP_OK);
            assert_int_equal(answer.head.brk, brk);
            ask(WIRE_ALLOC, (uint64_t)(1 + i * 37), 1, 0);
            uint64_t p = answer.head.result, moved = 0;
            if (i % 3 == 0) ask(WIRE_FREE, p, 0, 0);
            for (uint32_t s = 0; i % 3 != 0 && s < answer.head.n_steps; s++) {
                struct step step;
                memcpy(&step, answer.bytes + sizeof answer.head + s * sizeof step, sizeof step);
                if (step.kind == STEP_SBRK) moved += step.c - step.b;
            }
            if (i % 3 != 0) assert_int_equal(answer.head.brk, brk + moved);
            brk = answer.head.brk;
        }
        assert_int_equal(stop(NULL), 0);
        start(NULL);
    }
}

static void test_malformed(void **state)
{
    static unsigned char bytes[WIRE_REQUEST_MAX + 100];
    struct wire_request q = {.op = WIRE_ALLOC, .seq = 5, .a = 8, .b = 1};
    (void)state;
    assert_int_equal(ask(WIRE_ALLOC, 8, 1, 0)->status, HEAP_UNSUPPORTED); /* before its policy */
    assert_int_equal(ask(WIRE_POLICY, HEAP_N_POLICIES, 0, 0)->status, HEAP_UNSUPPORTED);
    assert_int_equal(ask(WIRE_POLICY, HEAP_FIRST_FIT, 0, 0)->status, HEAP_OK);
    assert_int_equal(send_bytes("x", 1)->status, HEAP_UNSUPPORTED);
    assert_int_equal(answer.head.seq, 0);
    assert_int_equal(send_bytes(&q, sizeof q - 1)->status, HEAP_UNSUPPORTED);
    memcpy(bytes, &q, sizeof q);
    assert_int_equal(send_bytes(bytes, sizeof q + 1)->status,
                     HEAP_UNSUPPORTED); /* data that it does not announce */
    assert_int_equal(answer.head.seq, 5);
    assert_int_equal(send_bytes(bytes, sizeof bytes)->status, HEAP_UNSUPPORTED);
    q.data_bytes = 4;
    assert_int_equal(send_bytes(&q, sizeof q)->status, HEAP_UNSUPPORTED);
    q.data_bytes = UINT32_MAX;
    assert_int_equal(send_bytes(&q, sizeof q)->status, HEAP_UNSUPPORTED);
    assert_int_equal(answer.head.brk, hello.heap_start);
    assert_int_equal(ask(WIRE_ALLOC, 8, 1, 0)->status, HEAP_OK);
}

/* Started by hand: one line, and no hang. */
static void test_alone(void **state)
{
    (void)state;
    find_target();
    for (int i = 0; i < 3; i++) {
        int err[2], stream[2], status;
        char line[100];
        assert_int_equal(pipe2(err, O_CLOEXEC), 0);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream), 0);
        pid_t pid = fork();
        if (pid == 0) become_target(i == 0 ? -1 : i == 1 ? err[1] : stream[0], err[1]);
        close(err[1]);
        ssize_t n = read(err[0], line, sizeof line - 1);
        line[n > 0 ? n : 0] = '\0';
        assert_string_equal(line, "brkview-target is started by brkview\n");
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
        close(err[0]);
        close(stream[0]);
        close(stream[1]);
    }
}

/* Killed from outside, or by what it was told to write. */
static void test_death(void **state)
{
    int status;
    struct wire_request q = {.op = WIRE_FILL, .a = 8, .b = 1};
    (void)state;
    ask(WIRE_POLICY, HEAP_FIRST_FIT, 0, 0);
    assert_int_equal(send(wire, &q, sizeof q, 0), sizeof q);
    assert_int_equal(waitpid(target_pid, &status, 0), target_pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    assert_int_equal(recv(wire, answer.bytes, sizeof answer.bytes, 0), 0);
    target_pid = -1;
    close(wire);
    wire = -1;
}

/* A viewer that is killed takes its target with it. */
static void test_orphan(void **state)
{
    int pair[2], report[2];
    pid_t orphan = 0;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(pipe2(report, O_CLOEXEC), 0);
    find_target();
    pid_t viewer = fork();
    if (viewer == 0) {
        pid_t child = fork();
        if (child == 0) become_target(pair[1], -1);
        if (recv(pair[0], &hello, sizeof hello, 0) != sizeof hello ||
            write(report[1], &child, sizeof child) < 0)
            _exit(1);
        pause();
    }
    assert_int_equal(read(report[0], &orphan, sizeof orphan), sizeof orphan);
    /* The wire stays open here: only the death of its parent can end it. */
    kill(viewer, SIGKILL);
    assert_int_equal(waitpid(viewer, NULL, 0), viewer);
    close(pair[1]);
    assert_int_equal(recv(pair[0], answer.bytes, sizeof answer.bytes, 0), 0);
    close(pair[0]);
    close(report[0]);
    close(report[1]);
}

static int stop_dead(void **state)
{
    (void)state;
    return target_pid == -1 && wire == -1 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hello, start, stop),
        cmocka_unit_test_setup_teardown(test_addresses, start, stop),
        cmocka_unit_test_setup_teardown(test_verbs, start, stop),
        cmocka_unit_test_setup_teardown(test_batch, start, stop),
        cmocka_unit_test_setup_teardown(test_sbrk, start, stop),
        cmocka_unit_test_setup_teardown(test_bytes, start, stop),
        cmocka_unit_test_setup_teardown(test_brk_is_ours, start, stop),
        cmocka_unit_test_setup_teardown(test_malformed, start, stop),
        cmocka_unit_test(test_alone),
        cmocka_unit_test_setup_teardown(test_death, start, stop_dead),
        cmocka_unit_test(test_orphan),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
