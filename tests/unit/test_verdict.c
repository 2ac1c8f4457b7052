/* test_verdict.c: what a run came to, in words; the result may hold anything. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "cli/score/verdict.h"
#include "cli/text/splitmix.h"

static struct trace_op ops[] = {{TRACE_ALLOC, 0, 64, 5},
                                {TRACE_ALLOC, 1, 32, 6},
                                {TRACE_REALLOC, 0, 128, 7},
                                {TRACE_FREE, 1, 0, 8}};
static const struct trace trace = {.op = ops, .n_ops = 4, .n_ids = 2};
static const struct form form = {.align = 8, .name = {[OWN_CALL_INIT] = "mm_init"}};
static const struct runner runner = {
    .library = "/nowhere.so", .form = &form, .align = 8, .heap_most = 1 << 20, .seconds = 3};

static struct runner_end end_of(enum own_fault fault, uint32_t op)
{
    struct runner_end end = {.end = CHILD_ENDED, .status = 1 << 8};
    end.result = (struct own_result){.version = OWN_VERSION, .stage = OWN_RUNNING, .fault = fault};
    end.result.op = op;
    end.result.lo = 0x20000000;
    end.result.hi = 0x20001000;
    end.result.block = (struct own_block){0x20000010, 128, 2, 0};
    end.result.other = (struct own_block){0x20000080, 32, 1, 1};
    return end;
}

static void told(struct runner_end end, const char *class, uint32_t op, const char *message)
{
    struct verdict v;
    assert_false(verdict_of(&v, &runner, &end, &trace, RUNNER_CHECK, "t.rep"));
    assert_string_equal(v.message, message);
    assert_string_equal(v.class, class);
    assert_int_equal(v.op, op);
}

static void each_fault_has_its_class_and_words(void **unused)
{
    struct runner_end end;
    (void)unused;
    told(end_of(OWN_OVERLAP, 2), "overlap", 3,
         "operation 3 (line 7 of t.rep): realloc(id 0, 128) returned 0x20000010 to 0x2000008f, "
         "which overlaps the payload of id 1 (0x20000080 to 0x2000009f, of operation 2, line 6)");
    told(end_of(OWN_MISALIGNED, 0), "misaligned", 1,
         "operation 1 (line 5 of t.rep): malloc(64) of id 0 returned 0x20000010, which is no "
         "multiple of 8");
    told(end_of(OWN_NULL, 1), "null", 2,
         "operation 2 (line 6 of t.rep): malloc(32) of id 1 returned NULL; the heap has 4096 of "
         "1048576 bytes");
    end = end_of(OWN_GARBLED, 3);
    end.result.offset = 5;
    end.result.expected = 0xa1;
    told(end, "garbled", 4,
         "operation 4 (line 8 of t.rep): the payload of id 1 (0x20000080 to 0x2000009f, of "
         "operation 2, line 6) was overwritten by then: byte 5 is 0x00, and was written as 0xa1");
    end = end_of(OWN_CRASHED, 0);
    end.result.signal = SIGSEGV;
    end.result.at = 8;
    told(end, "crash", 1, "operation 1 (line 5 of t.rep): segmentation fault at address 0x8");
    end.result.at = 0x20002000;
    told(end, "outside", 1,
         "operation 1 (line 5 of t.rep): it touched 0x20002000, outside the heap, which is "
         "0x20000000 to 0x20000fff");
    end.result.signal = SIGXCPU;
    told(
        end, "loop", 1,
        "operation 1 (line 5 of t.rep): it had not returned after 3 s of work for the whole trace");
}

static void an_end_without_a_fault_is_told_by_its_status(void **unused)
{
    struct runner_end end = end_of(OWN_SOUND, 0);
    (void)unused;
    end.status = 3 << 8;
    told(end, "exit", 1, "operation 1 (line 5 of t.rep): it ended its process, with status 3");
    end.end = CHILD_LATE;
    end.status = SIGKILL;
    told(end, "loop", 1,
         "operation 1 (line 5 of t.rep): it had not returned after several times 3 s on the clock");
    end.end = CHILD_ENDED;
    end.status = SIGSEGV;
    told(end, "crash", 1,
         "operation 1 (line 5 of t.rep): it was ended by signal 11 (Segmentation fault)");
}

static void in_the_second_round_that_is_said(void **unused)
{
    struct runner_end end = end_of(OWN_INIT_FAILED, 0);
    (void)unused;
    end.result.stage = OWN_INIT;
    end.result.round = 1;
    told(end, "null", 0,
         "in mm_init, before operation 1: mm_init says that it failed (a number below 0); the "
         "first run of this trace was sound, this is the second, after mem_reset_brk and another "
         "mm_init");
}

static void done_is_sound(void **unused)
{
    struct runner_end end = end_of(OWN_SOUND, 3);
    struct verdict v;
    (void)unused;
    end.status = 0;
    assert_false(
        verdict_of(&v, &runner, &end, &trace, RUNNER_CHECK, "t.rep")); /* it says so itself */
    end.result.stage = OWN_DONE;
    assert_true(verdict_of(&v, &runner, &end, &trace, RUNNER_CHECK, "t.rep"));
    assert_null(v.class);
}

/* A stranger may write anything there. */
static void any_result_is_words(void **unused)
{
    uint64_t chance = 7;
    (void)unused;
    for (int i = 0; i < 20000; i++) {
        struct runner_end end = {.end = (enum child_end)(splitmix_next(&chance) % 2)};
        unsigned char *bytes = (unsigned char *)&end.result;
        for (size_t k = 0; k < sizeof end.result; k++)
            bytes[k] = (unsigned char)splitmix_next(&chance);
        end.result.words[sizeof end.result.words - 1] = '\0'; /* as runner_run has it */
        end.result.file[sizeof end.result.file - 1] = '\0';
        end.result.function[sizeof end.result.function - 1] = '\0';
        end.result.n_frames %= OWN_MOST_FRAMES + 1;
        if (i % 4) end.result.fault %= OWN_N_FAULTS;
        if (i % 3) end.result.stage %= OWN_DONE + 1;
        end.status = (int)(splitmix_next(&chance) % 65536) & ~0x80;
        if (WIFSTOPPED(end.status)) end.status = 0;
        struct verdict v;
        if (verdict_of(&v, &runner, &end, &trace, (enum runner_pass)(i % 3), "t.rep")) continue;
        assert_non_null(v.class);
        assert_true(v.op <= trace.n_ops && strlen(v.message) > 0);
        for (const char *p = v.message; *p; p++)
            assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_class_and_words),
        cmocka_unit_test(an_end_without_a_fault_is_told_by_its_status),
        cmocka_unit_test(in_the_second_round_that_is_said),
        cmocka_unit_test(done_is_sound),
        cmocka_unit_test(any_result_is_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
