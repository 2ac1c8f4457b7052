/* fuzz_verdict.c: whatever stands in the result that a stranger's code may have written over
 * (own.h): what is said of it is words that can be printed, and names operations that the trace
 * has; so are the bytes at the peak, and the end of a lab.
 *
 * The input is a struct fuzz_head, a struct own_result, as far as it goes, then places. */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/score/peak.h"
#include "cli/score/verdict.h"
#include "cli/source/own_target.h"
#include "cli/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) abort();                                                                 \
    } while (0)

struct fuzz_head {
    uint8_t pass, heap, end, status, bool_init;
    uint8_t stage, fault, op; /* of the result, where the first is not 255 */
    uint8_t n_frames; /* likewise */
    uint8_t signal; /* likewise */
};

static struct trace_op ops[] = {{TRACE_ALLOC, 0, 64, 5},         {TRACE_ALLOC, 1, 0, 6},
                                {TRACE_REALLOC, 0, 128, 7},      {TRACE_FREE, 1, 0, 8},
                                {TRACE_FREE, -1, 0, 9},          {TRACE_ALLOC, 1, UINT32_MAX, 11},
                                {TRACE_REALLOC, 2, 1 << 20, 12}, {TRACE_FREE, 0, 0, 13}};
enum { N_OPS = sizeof ops / sizeof ops[0] };
static const struct trace trace = {.op = ops, .n_ops = N_OPS, .n_ids = 3};

static void must_be_printed(const char *text, size_t room)
{
    MUST(memchr(text, '\0', room));
    for (size_t n; *text; text += n) {
        MUST((unsigned char)*text >= ' ' && *text != 0x7f);
        n = text_character(text);
        MUST(n > 0);
    }
}

static void judge(const struct fuzz_head *h, const struct own_result *result)
{
    const struct form form = {.align = 8,
                              .heap = (enum own_heap)(h->heap % 3),
                              .check = "mm_checkheap",
                              .bool_init = h->bool_init & 1,
                              .name = {[OWN_CALL_INIT] = "mm_init"}};
    const struct runner runner = {
        .library = "/nowhere.so", .form = &form, .align = 8, .heap_most = 1 << 20, .seconds = 3};
    struct runner_end end = {.end = (enum child_end)(h->end % 4),
                             .status = h->status & 1 ? (h->status >> 1) % 65 : h->status << 7,
                             .result = *result};
    enum runner_pass pass = (enum runner_pass)(h->pass % (RUNNER_LIBC + 1));
    struct verdict v;
    end.result.words[sizeof end.result.words - 1] = '\0'; /* runner.h */
    end.result.file[sizeof end.result.file - 1] = '\0';
    end.result.function[sizeof end.result.function - 1] = '\0';
    if (end.result.n_frames > OWN_MOST_FRAMES) end.result.n_frames = OWN_MOST_FRAMES;
    bool sound = verdict_of(&v, &runner, &end, &trace, pass, "t.rep");
    MUST(sound == (v.class == NULL));
    must_be_printed(v.message, sizeof v.message);
    must_be_printed(v.at, sizeof v.at);
    MUST(sound == (v.message[0] == '\0'));
    MUST(v.op <= trace.n_ops && v.line == (v.op ? ops[v.op - 1].line : 0));
    MUST(!sound || result->fault == OWN_SOUND);
}

static void end_lab(const struct own_result *result)
{
    const struct own_setup setup = {.library = "/nowhere.so", .title = "mm.c"};
    const struct own_target target = {.setup = &setup, .told = result};
    char text[OWN_ENDED_MAX] = "";
    int number = -1;
    bool told = own_target_ended(&target, text, sizeof text, &number);
    MUST(number >= 0 && number < NSIG && told == (text[0] != '\0'));
    must_be_printed(text, sizeof text);
}

static void find_peak(const uint8_t *data, size_t size)
{
    struct own_place place[N_OPS] = {{0, 0}};
    struct peak_heap heap = {0, 0, 8};
    struct peak p;
    if (size >= 16) {
        memcpy(&heap, data, 16);
        data += 16;
        size -= 16;
    }
    if (size > 0) memcpy(place, data, size < sizeof place ? size : sizeof place);
    if (!peak_find(&p, &trace, place, &heap)) return;
    MUST(p.op > 0 && p.op <= trace.n_ops && p.line == ops[p.op - 1].line);
    MUST(p.grew_op <= trace.n_ops && p.most_live_op <= trace.n_ops);
    MUST(p.n_costly <= PEAK_COSTLY && p.n_live <= trace.n_ops);
    MUST(p.live <= p.most_live && p.freed <= p.large_bytes);
    for (size_t i = 0; i < p.n_costly; i++)
        MUST(p.costly[i].freed <= p.costly[i].bytes && p.costly[i].after >= -1 &&
             p.costly[i].after < (int64_t)trace.n_ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_head head;
    struct own_result result;
    memset(&result, 0, sizeof result);
    if (size < sizeof head) return 0;
    memcpy(&head, data, sizeof head);
    size -= sizeof head;
    data += sizeof head;
    size_t n = size < sizeof result ? size : sizeof result;
    if (n > 0) memcpy(&result, data, n);
    if (head.stage != 255) {
        result.stage = head.stage % (OWN_DONE + 2);
        result.fault = head.fault % (OWN_N_FAULTS + 1);
        result.op = head.op % (N_OPS + 1);
    }
    if (head.n_frames != 255) result.n_frames = head.n_frames % (OWN_MOST_FRAMES + 1);
    if (head.signal != 255) result.signal = head.signal % 66;
    judge(&head, &result);
    end_lab(&result);
    find_peak(data + n, size - n);
    return 0;
}
