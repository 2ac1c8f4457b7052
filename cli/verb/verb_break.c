/* verb_break.c: break: the fault lab. A fault (fault_kinds.c) is done to the target's real bytes;
 * then the harm is told: the words that changed, what the checker finds and when, what the next
 * alloc and free do. The whole is one entry of the log, and undo takes it back. */
#include <stdio.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"
#include "cli/verb/fault.h"

static void conclude(struct fault *f, const struct fault_kind *k)
{
    const struct target *t = &f->lab->shown.session.target;
    json_t *result = json_pack("{s:s, s:b, s:o, s:o, s:O, s:O, s:b}", "fault", k->name, "found",
                               f->invariant != 0, "invariant",
                               f->invariant ? value_number(f->invariant) : json_null(), "when",
                               f->invariant ? json_string(f->when) : json_null(), "words", f->words,
                               "findings", f->findings, "alive", t->alive);
    outcome_result(f->out, result);
    outcome_text(f->out, "`undo` brings the heap back, equal to the byte\n");
    char end[160] = "";
    if (!t->alive) snprintf(end, sizeof end, "; the target was %.120s", t->ended);
    if (f->invariant)
        outcome_sentence(f->out, "%s; check finds it %s (I%u)%s", f->harm, f->when, f->invariant,
                         end);
    else
        outcome_sentence(f->out, "%s; not found by check%s%s%s", f->harm,
                         *f->unseen ? ", because " : "", f->unseen, end);
}

static bool fail_unknown(const char *word, struct outcome *out)
{
    char names[200] = "";
    size_t at = 0;
    for (size_t i = 0; fault_kind(i); i++)
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s",
                               i == 0              ? ""
                               : fault_kind(i + 1) ? ", "
                                                   : " or ",
                               fault_kind(i)->name);
    return outcome_fail(out, "there is no fault %s; expected %s", text_printable(word), names);
}

static bool list_faults(struct outcome *out)
{
    json_t *list = json_array();
    for (size_t i = 0; fault_kind(i); i++) {
        outcome_text(out, "%-15s %s\n", fault_kind(i)->name, fault_kind(i)->about);
        json_array_append_new(list, json_string(fault_kind(i)->name));
    }
    outcome_text(out, "`break FAULT` does it to the real heap; `undo` takes it back\n");
    outcome_result(out, json_pack("{s:o}", "faults", list));
    return true;
}

static bool run_break(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (args->n == 0) return list_faults(out);
    const struct fault_kind *k = fault_kind(0);
    for (size_t i = 0; k && strcmp(k->name, args->word[0]) != 0; i++)
        k = fault_kind(i + 1);
    if (!k) return fail_unknown(args->word[0], out);
    if (lab->shown.session.setup.policy == HEAP_OWN)
        return outcome_fail(out,
                            "how an allocator of your own keeps its blocks is not known, so %s "
                            "can't be staged; expected `write`, which breaks what you like",
                            k->name);
    if (!block_is_recorded(lab->shown.session.setup.policy) && !k->bump)
        return outcome_fail(out,
                            "%s has no headers, no list and no free, so %s breaks nothing of its "
                            "own; expected another policy, or leak or oom",
                            heap_policy_name(lab->shown.session.setup.policy), k->name);
    const uint64_t *value = lab->shown.session.setup.value;
    struct fault f = {.lab = lab, .out = out, .words = json_array(), .findings = json_array()};
    f.canary = value[HEAP_CANARY] != 0;
    f.quarantine = value[HEAP_QUARANTINE] != 0;
    bool ok = k->stage(&f);
    out->behind = ok;
    if (ok) conclude(&f, k);
    json_decref(f.words);
    json_decref(f.findings);
    return ok;
}

static void fault_choices(command_choice *add, void *user)
{
    for (size_t i = 0; fault_kind(i); i++)
        add(user, fault_kind(i)->name);
}

const struct command verb_break = {
    .name = "break",
    .usage = "[FAULT]",
    .summary = "do a classic fault to the heap, and see the harm",
    .help = "Alone, it lists them. FAULT: overflow, underflow, off-by-one, double-free, "
            "use-after-free, wild-free, header, "
            "cycle, leak, "
            "oom.\n"
            "The real bytes are broken: which words changed, what check finds and when, what the "
            "next alloc and free do. undo "
            "takes it "
            "back.\nExample: break overflow",
    .group = "faults",
    .most = 1,
    .kinds = {ARG_CHOICE},
    .choices = fault_choices,
    .flags = COMMAND_CHANGE | COMMAND_LISTS,
    .needs = SOURCE_ASK,
    .run = run_break,
};
