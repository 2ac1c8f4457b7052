/* verb_sbrk.c: sbrk, past the allocator: brk moves as if somebody else had moved it. */
#include <inttypes.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256

static bool run_sbrk(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    int words;
    bool force = arguments_take_force(args, &words);
    int64_t delta = 0;
    uint64_t before;
    if (words > 1)
        return outcome_fail(
            out, "%s is not understood here; expected a number of bytes and perhaps `force`",
            text_printable(args->word[1]));
    if (words == 1 && !parse_delta(args->word[0], &delta, error, sizeof error))
        return outcome_fail(out, "%s", error);
    bool ok = session_sbrk(&lab->shown.session, delta, force, &before);
    enum heap_status status = (enum heap_status)lab->shown.session.answer.head.status;
    bool asked = ok || !lab->shown.session.target.alive ||
                 status != HEAP_CUTS_BLOCKS; /* in C nobody would refuse that */
    const char *p =
        parse_pointer(&lab->shown.session.ledger, "p") ? "" : "p = "; /* p is a block's pointer */
    if (asked) outcome_c_line(out, "%ssbrk(%" PRId64 ");", p, delta);
    if (!ok) {
        if (lab->shown.session.target.alive && (status == HEAP_LIMIT || status == HEAP_NO_MEMORY))
            return outcome_fail(out, "sbrk(%" PRId64 ") = (void *) -1: %s", delta,
                                lab->shown.session.error);
        return outcome_fail(out, "sbrk(%" PRId64 "): %s%s", delta, lab->shown.session.error,
                            lab->shown.session.target.alive && status == HEAP_CUTS_BLOCKS
                                ? "; expected `force` behind it, if that is what you want"
                                : "");
    }
    outcome_result(out, json_pack("{s:o}", "previous", value_address(before)));
    outcome_text(out, "sbrk(%" PRId64 ") = 0x%" PRIx64 "; brk is 0x%" PRIx64 "\n", delta, before,
                 lab->shown.session.target.brk);
    return true;
}

const struct command verb_sbrk = {
    .name = "sbrk",
    .usage = "[+|-BYTES] [force]",
    .summary = "move brk behind the allocator's back, or ask where it is",
    .help = "What it adds is a foreign block. It fails with (void *) -1. Cutting into live blocks "
            "needs force, but not in C: "
            "sbrk(-16).\nExample: sbrk; sbrk "
            "+4096; sbrk -16 force",
    .group = "memory",
    .most = 2,
    .kinds = {ARG_SIZE, ARG_WORD},
    .flags = COMMAND_CHANGE,
    .needs = SOURCE_ASK,
    .run = run_sbrk,
};
