/* test_gather.c: headers that are gathered are those that single reads bring, wherever reading
 * ends. The memory is this process's own. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/session/gather.h"
#include "tests/support/picture_sample.h"

#define BLOCKS 2400u
#define APART 4096u /* bytes from one to the next, pages of their own */
#define LEAST 16u /* of a header */

static unsigned char *place; /* BLOCKS of them */
static struct process_memory from, single;
static struct snapshot *older; /* one block at each place */
static struct gather gather;

static uintptr_t at(size_t i) { return (uintptr_t)place + i * APART; }

/* Blocks of so many bytes from the first place on, as many as are below the end of the last. */
static struct snapshot *blocks_of(uint64_t bytes)
{
    struct snapshot_head head = {.title = "t",
                                 .policy = "p",
                                 .ended = "",
                                 .alive = true,
                                 .heap_start = at(0),
                                 .brk = at(BLOCKS),
                                 .page_bytes = 4096};
    struct snapshot *s = snapshot_new(&head, 0);
    assert_non_null(s);
    for (uint64_t a = at(0); a < at(BLOCKS); a += bytes)
        assert_true(snapshot_add_block(s, &(struct snapshot_block){.address = a, .size = bytes}));
    assert_true(snapshot_finish(s));
    return s;
}

static int set_up(void **unused)
{
    uint32_t state = 7;
    (void)unused;
    place = mmap(NULL, BLOCKS * APART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) return -1;
    for (size_t i = 0; i < BLOCKS; i++)
        for (size_t k = 0; k < GATHER_BYTES; k++)
            place[i * APART + k] = (unsigned char)picture_sample_random(&state);
    older = blocks_of(APART);
    bool ok = process_memory_init(&from, getpid()) && process_memory_init(&single, getpid());
    gather_init(&gather, &from, older);
    return ok ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    process_memory_release(&from);
    process_memory_release(&single);
    snapshot_free(older);
    return munmap(place, BLOCKS * APART);
}

/* Was it brought with others? It is what a single read brings; where that brings nothing, neither
 * does it. */
static bool gathered(size_t i, size_t most)
{
    size_t got = 0, got_single = 0;
    const unsigned char *a = gather.memory.bytes(&gather.memory, at(i), LEAST, most, &got);
    const unsigned char *b = single.memory.bytes(&single.memory, at(i), LEAST, most, &got_single);
    assert_true((a == NULL) == (b == NULL));
    if (!a) return false;
    assert_true(got >= LEAST && got <= most && got <= got_single);
    assert_memory_equal(a, b, got);
    return a >= gather.bytes[0] && a < gather.bytes[0] + sizeof gather.bytes;
}

static void what_is_gathered_is_what_is_read_singly(void **unused)
{
    size_t n = 0, most_at_once = 0;
    (void)unused;
    for (size_t i = 0; i < BLOCKS; i++) {
        n += gathered(i, GATHER_BYTES);
        if (gather.n > most_at_once) most_at_once = gather.n;
        assert_true(gather.n <= GATHER_MOST && gather.at <= gather.n);
    }
    assert_int_equal(n, BLOCKS);
    assert_int_equal(most_at_once, GATHER_MOST); /* many more than one call of the kernel takes */
    gather_init(&gather, &from, older);
    place[0] ^= 0xff; /* the older picture says where, not what */
    assert_true(gathered(0, GATHER_BYTES));
}

static void what_cannot_be_read_ends_it(void **unused)
{
    enum { HOLE = 777 };
    (void)unused;
    assert_int_equal(munmap(place + HOLE * APART, APART), 0);
    for (size_t i = 0; i < HOLE; i++)
        assert_true(gathered(i, GATHER_BYTES));
    assert_false(gathered(HOLE, GATHER_BYTES));
    for (size_t i = HOLE + 1; i < BLOCKS; i++)
        assert_true(gathered(i, GATHER_BYTES));
    assert_false(from.gone || from.refused);
}

/* No more than is asked for, nothing for who asks for more than a header, and each for itself where
 * the older picture does not help. */
static void what_is_not_gathered_is_read_all_the_same(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 20; i++)
        assert_true(gathered(i, LEAST));
    assert_false(gathered(20, GATHER_BYTES + 1));
    assert_false(gathered(BLOCKS - 1, GATHER_BYTES)); /* the last one has no followers */
    gather_init(&gather, &from, NULL);
    assert_false(gathered(0, GATHER_BYTES));
    struct snapshot *other = blocks_of(3 * APART);
    gather_init(&gather, &from, other);
    assert_true(gathered(0, GATHER_BYTES) && gathered(3, GATHER_BYTES));
    assert_false(gathered(4, GATHER_BYTES)); /* inside a block */
    assert_true(gathered(6, GATHER_BYTES));
    snapshot_free(other);
    other = blocks_of(APART / 2);
    gather_init(&gather, &from, other);
    assert_false(gathered(0, GATHER_BYTES)); /* so close that they are read in one piece */
    snapshot_free(other);
}

/* Below the gatherer, by the call and from the file: n places, whole before the first that is not.
 */
static void many_places_in_one_call(void **unused)
{
    enum { N = 200, HOLE = 150, BYTES = 24 };
    uintptr_t address[N];
    unsigned char to[N][BYTES];
    (void)unused;
    for (size_t i = 0; i < N; i++)
        address[i] = at(N - 1 - i);
    for (unsigned by_file = 0; by_file < 2; by_file++) {
        memset(to, 0, sizeof to);
        if (by_file) from.file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        assert_true(!by_file || from.file >= 0);
        assert_int_equal(process_memory_gather(&from, address, N, BYTES, to), N);
        for (size_t i = 0; i < N; i++)
            assert_memory_equal(to[i], place + (N - 1 - i) * APART, BYTES);
        assert_int_equal(process_memory_gather(&from, address, 0, BYTES, to), 0);
    }
    process_memory_watch(&from, getpid());
    assert_int_equal(munmap(place + (N - 1 - HOLE) * APART, APART), 0);
    assert_int_equal(process_memory_gather(&from, address, N, BYTES, to), HOLE);
    address[5] = at(N - 1 - HOLE) - 8; /* of this one only the first bytes can be read */
    assert_int_equal(process_memory_gather(&from, address, N, BYTES, to), 5);
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    process_memory_watch(&from, pid);
    assert_int_equal(process_memory_gather(&from, address, N, BYTES, to), 0);
    assert_true(from.gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_gathered_is_what_is_read_singly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_gathered_is_read_all_the_same, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_places_in_one_call, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
