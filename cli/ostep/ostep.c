/* ostep.c: the homework: operations, questions and answers.
 *
 * Random operations, drawn in this order: random() < percent / 100? Then an alloc of int(random() *
 * range) + 1. Else, if a pointer is live, a free of live[int(random() * n_live)]; with none live
 * nothing more is drawn, and the operation does not count. */
#include "cli/ostep/ostep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ostep/ostep_ask.h"
#include "cli/ostep/ostep_heap.h"
#include "cli/ostep/ostep_options.h"
#include "cli/ostep/ostep_random.h"
#include "cli/report/report.h"
#include "cli/text/text.h"

enum { STATUS_OK = 0, STATUS_BROKEN = 1, STATUS_USAGE = 2 };

/* A pointer that an alloc returned. address -1 is none, as in malloc.py, even where a block is at
 * -1. */
struct pointer {
    uint64_t number;
    ostep_int address;
};

struct homework {
    struct ostep_options options;
    struct ostep_heap heap;
    struct pointer *pointer; /* random: the live ones in order of age; of a list: one for each
                                alloc, by number */
    size_t n_pointers, room;
    uint64_t n_allocs;
    FILE *out;
    struct ostep_ask ask; /* with --ask */
    char error[512];
};

static bool pointer_add(struct homework *w, uint64_t number, ostep_int address)
{
    if (w->n_pointers == w->room) {
        size_t room = w->room ? 2 * w->room : 64;
        struct pointer *larger = reallocarray(w->pointer, room, sizeof *larger);
        if (!larger) return false;
        w->pointer = larger;
        w->room = room;
    }
    w->pointer[w->n_pointers++] = (struct pointer){number, address};
    return true;
}

/* ── What is printed ── */

static void put_number(FILE *out, const char *name, ostep_int value)
{
    fprintf(out, "%s ", name);
    ostep_int_put(out, value);
    fputc('\n', out);
}

static void put_options(FILE *out, const struct ostep_options *o)
{
    char seed[OSTEP_BIG_TEXT];
    ostep_big_text(&o->seed, seed);
    fprintf(out, "seed %s\n", seed);
    put_number(out, "size", o->layout.size);
    put_number(out, "baseAddr", o->layout.base);
    put_number(out, "headerSize", o->layout.header);
    put_number(out, "alignment", o->layout.alignment);
    fprintf(out, "policy %s\n", ostep_policy_name(o->layout.policy));
    fprintf(out, "listOrder %s\n", ostep_order_name(o->layout.order));
    fprintf(out, "coalesce %s\n", o->layout.coalesce ? "True" : "False");
    put_number(out, "numOps", o->n_ops);
    put_number(out, "range", o->range);
    put_number(out, "percentAlloc", o->percent);
    fputs("allocList ", out);
    report_safe(out, o->list);
    fputc('\n', out);
    fprintf(out, "compute %s\n\n", o->compute ? "True" : "False");
}

/* The free list, or the question for it. */
static void put_list(struct homework *w, const char *question)
{
    const struct ostep_blocks *list = &w->heap.free;
    if (w->options.ask) {
        if (w->ask.over) return;
        fprintf(w->out, "%s\n", question);
        ostep_ask_list(&w->ask, list);
        return;
    }
    if (!w->options.compute) {
        fprintf(w->out, "%s\n\n", question);
        return;
    }
    fprintf(w->out, "Free List [ Size %zu ]: ", list->n);
    for (size_t i = 0; i < list->n; i++) {
        fputs("[ addr:", w->out);
        ostep_int_put(w->out, list->at[i].address);
        fputs(" sz:", w->out);
        ostep_int_put(w->out, list->at[i].size);
        fputs(" ]", w->out);
    }
    fputs("\n\n", w->out);
}

/* ── One operation ── */

static int fail(struct homework *w, int status, const char *why)
{
    snprintf(w->error, sizeof w->error, "%s", why);
    return status;
}
static int fail_memory(struct homework *w)
{
    return fail(w, STATUS_BROKEN, "there is no memory left; expected fewer operations");
}

/* Allocate size bytes; shift is added to the address that is told. *address is the block's, or -1.
 */
static int alloc(struct homework *w, ostep_int size, ostep_int shift, ostep_int *address)
{
    size_t searched;
    switch (ostep_heap_alloc(&w->heap, size, address, &searched)) {
    case OSTEP_OVERLAP:
        return fail(w, STATUS_USAGE,
                    "a live block is at that address already, for a size with its header came to 0 "
                    "or less; expected sizes and "
                    "headers of more");
    case OSTEP_NO_MEMORY:
        return fail_memory(w);
    default:
        break; /* no fit is an answer too */
    }
    fprintf(w->out, "ptr[%" PRIu64 "] = Alloc(", w->n_allocs++);
    ostep_int_put(w->out, size);
    fputs(") returned ", w->out);
    if (!w->options.compute) {
        char words[48];
        fputs("?\n", w->out);
        snprintf(words, sizeof words, "(searched %zu elements)", searched);
        if (w->options.ask) ostep_ask_number(&w->ask, *address + shift, words);
        return STATUS_OK;
    }
    ostep_int_put(w->out, *address + shift);
    fprintf(w->out, " (searched %zu elements)\n", searched);
    return STATUS_OK;
}

static int release(struct homework *w, struct pointer p)
{
    enum ostep_result result = ostep_heap_free(&w->heap, p.address);
    if (result == OSTEP_NO_MEMORY) return fail_memory(w);
    fprintf(w->out, "Free(ptr[%" PRIu64 "])\nreturned %s\n", p.number,
            !w->options.compute  ? "?"
            : result == OSTEP_OK ? "0"
                                 : "-1");
    if (w->options.ask) ostep_ask_number(&w->ask, result == OSTEP_OK ? 0 : -1, "");
    return STATUS_OK;
}

/* ── The operations ── */

static int alloc_random(struct homework *w, ostep_int size)
{
    ostep_int address;
    int status = alloc(w, size, w->options.layout.header, &address);
    if (status != STATUS_OK || address == -1) return status;
    return pointer_add(w, w->n_allocs - 1, address) ? STATUS_OK : fail_memory(w);
}

static int free_random(struct homework *w, size_t which)
{
    int status = release(w, w->pointer[which]);
    w->n_pointers--;
    memmove(w->pointer + which, w->pointer + which + 1,
            (w->n_pointers - which) * sizeof *w->pointer);
    return status;
}

static int run_random(struct homework *w)
{
    const struct ostep_options *o = &w->options;
    struct ostep_random random;
    double fraction = (double)o->percent / 100.0, range = (double)o->range;
    int status = STATUS_OK;
    ostep_random_seed(&random, o->seed.word, o->seed.n);
    for (ostep_int done = 0;
         done < o->n_ops && status == STATUS_OK && !ferror(w->out) && !w->ask.over;) {
        if (ostep_random_unit(&random) < fraction)
            status = alloc_random(w, (ostep_int)(ostep_random_unit(&random) * range) + 1);
        else if (w->n_pointers > 0)
            status = free_random(w, (size_t)(ostep_random_unit(&random) * (double)w->n_pointers));
        else
            continue;
        if (status == STATUS_OK) put_list(w, "List? ");
        done++;
    }
    return status;
}

/* Free ptr[index] of a list. An index is judged against the number of allocs that succeeded, not
 * against which did. */
static int free_listed(struct homework *w, ostep_int index, size_t n_given, bool *skipped)
{
    *skipped = index >= (ostep_int)n_given;
    if (*skipped) {
        fputs("Invalid Free: Skipping\n", w->out);
        return STATUS_OK;
    }
    const struct pointer *p = &w->pointer[(size_t)index];
    if (p->address != -1) return release(w, *p);
    fprintf(w->out, "Free(ptr[%" PRIu64 "])\n", p->number);
    snprintf(w->error, sizeof w->error,
             "-A frees ptr[%" PRIu64 "], whose alloc failed; expected a pointer that was returned",
             p->number);
    return STATUS_USAGE;
}

static int run_list(struct homework *w)
{
    size_t n_given = 0;
    for (const char *at = w->options.list; at && !ferror(w->out) && !w->ask.over;) {
        struct ostep_operation op;
        bool skipped = false;
        int status = STATUS_OK;
        if (!ostep_list_next(&at, &op, w->error, sizeof w->error)) return STATUS_USAGE;
        if (op.is_alloc) {
            ostep_int address;
            uint64_t number = w->n_allocs;
            status = alloc(w, op.number, 0, &address);
            if (status == STATUS_OK && !pointer_add(w, number, address)) status = fail_memory(w);
            n_given += address != -1;
        } else {
            status = free_listed(w, op.number, n_given, &skipped);
        }
        if (status != STATUS_OK) return status;
        if (!skipped) put_list(w, "List?");
    }
    return STATUS_OK;
}

int ostep_run(int argc, char **argv, FILE *out, FILE *err)
{
    return ostep_run_asking(argc, argv, NULL, out, err);
}

int ostep_run_asking(int argc, char **argv, FILE *in, FILE *out, FILE *err)
{
    struct homework w = {.out = out, .ask = {.in = in, .out = out}};
    int status = STATUS_USAGE;
    if (!ostep_options_parse(&w.options, argc, argv, w.error, sizeof w.error)) goto end;
    if (w.options.ask && !in) {
        status =
            fail(&w, STATUS_USAGE,
                 "--ask reads answers; expected it in the shell, as brkview quiz --ostep --ask");
        goto end;
    }
    if (w.options.help) {
        fputs(ostep_options_help(), out);
        return fflush(out) == 0 ? STATUS_OK : STATUS_BROKEN;
    }
    if (w.options.ignored)
        report_complain(err, "quiz --ostep: %s is passed over; expected options only",
                        text_printable(w.options.ignored));
    status = STATUS_BROKEN;
    if (!ostep_heap_init(&w.heap, &w.options.layout)) {
        fail_memory(&w);
        goto end;
    }
    put_options(out, &w.options);
    status = *w.options.list ? run_list(&w) : run_random(&w);
    if (w.options.ask) ostep_ask_score(&w.ask);
    if (w.options.ask && ferror(in)) status = fail(&w, STATUS_BROKEN, "the answers can't be read");
end:
    if ((fflush(out) != 0 || ferror(out)) && status == STATUS_OK) {
        snprintf(w.error, sizeof w.error, "the answers can't be written: %s", strerror(errno));
        status = STATUS_BROKEN;
    }
    if (status != STATUS_OK) report_complain(err, "quiz --ostep: %s", w.error);
    ostep_heap_release(&w.heap);
    free(w.pointer);
    return status;
}
