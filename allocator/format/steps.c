/* steps.c: telling steps, their names, and the log that keeps them. See steps.h. */
#include "steps.h"

#include <string.h>

#include "block.h"

static const char *const step_kind_names[STEP_N_KINDS] = {
    [STEP_PROBE] = "probe",
    [STEP_TAKE] = "take",
    [STEP_SPLIT] = "split",
    [STEP_COALESCE] = "coalesce",
    [STEP_LINK] = "link",
    [STEP_UNLINK] = "unlink",
    [STEP_WRITE] = "write-header",
    [STEP_SBRK] = "sbrk",
    [STEP_TRIM] = "trim",
    [STEP_MARK_FREE] = "mark-free",
    [STEP_COPY] = "copy",
    [STEP_FENCE] = "fence",
    [STEP_SKIPPED] = "skipped",
    [STEP_WAIT] = "wait",
    [STEP_LOCK] = "lock",
    [STEP_FILL] = "fill",
    [STEP_QUARANTINE] = "quarantine",
    [STEP_MAP] = "map",
    [STEP_UNMAP] = "unmap",
};

static const char *const step_why_names[WHY_N] = {
    [WHY_NONE] = "",
    [WHY_IN_USE] = "in use",
    [WHY_TOO_SMALL] = "too small",
    [WHY_FITS] = "fits",
    [WHY_BEST_SO_FAR] = "best so far",
    [WHY_NOT_BETTER] = "not better",
    [WHY_MISALIGNED] = "misaligned",
    [WHY_LIMIT] = "limit",
    [WHY_KERNEL] = "kernel",
    [WHY_FOREIGN] = "foreign",
};

const char *step_kind_name(enum step_kind kind)
{
    return (unsigned)kind < STEP_N_KINDS ? step_kind_names[kind] : NULL;
}
const char *step_why_name(enum step_why why)
{
    return (unsigned)why < WHY_N ? step_why_names[why] : NULL;
}

#if HEAP_STEPS
void step_tell_to(struct step_sink *sink, enum step_kind kind, enum step_why why, uintptr_t block,
                  uint64_t a, uint64_t b, uint64_t c)
{
    struct step step = {
        .kind = (uint8_t)kind, .why = (uint8_t)why, .block = block, .a = a, .b = b, .c = c};
    sink->tell(sink, &step);
}

void step_tell_write(struct step_sink *sink, enum block_field field, uintptr_t block,
                     uint32_t index, uint64_t old, uint64_t new_value)
{
    if (sink == NULL || old == new_value) return;
    struct step step = {.kind = STEP_WRITE,
                        .field = (uint16_t)field,
                        .offset = block_field_info(field)->offset +
                                  index * block_field_info(field)->bytes,
                        .block = block,
                        .a = old,
                        .b = new_value};
    sink->tell(sink, &step);
}
#endif

/* The array is full: its last place counts what can't be kept, itself included. */
static void step_log_overflow(struct step_log *log)
{
    struct step *last = &log->steps[STEP_LOG_MAX - 1];
    uint64_t before = last->kind == STEP_SKIPPED ? last->a : 1;
    *last = (struct step){.kind = STEP_SKIPPED, .a = before + 1};
}

/* A run of probes that has filled its first and twice its last places loses the older half of the
 * last ones. */
static void step_log_shorten(struct step_log *log)
{
    struct step *run = &log->steps[log->n - log->run], *skipped = run + STEP_LOG_RUN,
                *last = &log->steps[log->n - STEP_LOG_RUN];
    bool again = skipped->kind == STEP_SKIPPED;
    uint64_t dropped = (uint64_t)(last - skipped);
    *skipped = (struct step){.kind = STEP_SKIPPED, .a = again ? skipped->a + dropped - 1 : dropped};
    memmove(skipped + 1, last, STEP_LOG_RUN * sizeof *last);
    log->n = (uint32_t)(skipped + 1 - log->steps) + STEP_LOG_RUN;
    log->run = 2 * STEP_LOG_RUN + 1;
}

static void step_log_tell(struct step_sink *sink, const struct step *step)
{
    struct step_log *log = (struct step_log *)sink;
    if (step->kind != STEP_PROBE) log->run = 0;
    if (log->run == 3 * STEP_LOG_RUN) step_log_shorten(log);
    if (log->n == STEP_LOG_MAX) {
        step_log_overflow(log);
        return;
    }
    if (step->kind == STEP_PROBE) log->run++;
    log->steps[log->n++] = *step;
}

void step_log_reset(struct step_log *log)
{
    log->sink.tell = step_log_tell;
    log->n = 0;
    log->run = 0;
}
