/* own_step.c: which instruction of the stranger's changes the bytes that are watched: the calls of
 * one operation are done step by step, by the processor's trap flag, and the bytes are looked at
 * after each. Of x86 alone; elsewhere nothing is found. */
#include <link.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "allocator/target/own.h"

#if defined __x86_64__ || defined __i386__
#include <x86intrin.h>

#define TRAP_FLAG 0x100u
enum {
    MOST_STEPS = 1000000, /* what takes longer is let go */
    LED = 8 /* places of theirs that are kept: behind a call a stub stands before libc's */
};

static struct {
    struct own real; /* whose functions are called */
    unsigned char held[OWN_WATCH_MOST],
        after[OWN_WATCH_MOST]; /* at the last step, behind the call */
    uint64_t place; /* of the instruction that is done next */
    uint64_t from, to; /* where the stranger's library lies */
    uint64_t led[LED]; /* the last of its instructions, the n_led-th at n_led - 1, modulo LED */
    uint32_t n_led;
    uint32_t n;
    bool on;
    struct sigaction before;
} step;

static uint64_t place_of(const ucontext_t *context)
{
#ifdef __x86_64__
    return (uint64_t)context->uc_mcontext.gregs[REG_RIP];
#else
    return (uint32_t)context->uc_mcontext.gregs[REG_EIP];
#endif
}

static int find_library(struct dl_phdr_info *about, size_t bytes, void *unused)
{
    (void)bytes, (void)unused;
    if (about->dlpi_addr != step.real.result->base) return 0;
    step.from = step.to = about->dlpi_addr;
    for (size_t i = 0; i < about->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &about->dlpi_phdr[i];
        uint64_t end = step.from + p->p_vaddr + p->p_memsz;
        if (p->p_type == PT_LOAD && end > step.to) step.to = end;
    }
    return 1;
}

/* Where it was written, and, if that was in another's code, the last places of theirs before: a
 * function that ends with a call leaves no frame. As frames have it, the byte behind each. */
static void note_writer(volatile struct own_result *r)
{
    uint32_t n = 0;
    r->wrote[n++] = step.place;
    bool theirs = step.place >= step.from && step.place < step.to;
    for (uint32_t i = 0; !theirs && i < LED && i < step.n_led; i++)
        r->wrote[n++] = step.led[(step.n_led - 1 - i) % LED] + 1;
    r->n_wrote = n;
}

/* An instruction is done. */
static void on_step(int number, siginfo_t *about, void *context)
{
    unsigned char now[OWN_WATCH_MOST];
    ucontext_t *at = context;
    (void)number, (void)about;
    own_watch_bytes(now);
    if (step.place && memcmp(now, step.held, sizeof now) != 0) {
        memcpy(step.held, now, sizeof now);
        note_writer(step.real.result);
    }
    if (step.place >= step.from && step.place < step.to) step.led[step.n_led++ % LED] = step.place;
    step.place = place_of(at);
    if (step.on && ++step.n < MOST_STEPS) return;
    at->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    if (step.n >= MOST_STEPS) step.real.result->n_wrote = 0; /* who came later is not known */
}

static void begin_call(void)
{
    own_watch_bytes(step.held);
    step.place = 0;
    step.on = true;
    __writeeflags(__readeflags() | TRAP_FLAG);
}

/* The flag goes with the step after this. */
static void end_call(void)
{
    step.on = false;
    __asm__ volatile("nop");
    own_watch_bytes(step.after);
}

static void *step_malloc(size_t size)
{
    begin_call();
    void *p = step.real.malloc(size);
    end_call();
    return p;
}

static void *step_realloc(void *old, size_t size)
{
    begin_call();
    void *p = step.real.realloc(old, size);
    end_call();
    return p;
}

static void step_free(void *p)
{
    begin_call();
    step.real.free(p);
    end_call();
}

void own_step_begin(struct own *o)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_step;
    step.real = *o;
    step.n = step.n_led = 0;
    (void)dl_iterate_phdr(find_library, NULL);
    sigaction(SIGTRAP, &action, &step.before);
    o->malloc = step_malloc;
    o->free = step_free;
    if (o->realloc) o->realloc = step_realloc;
}

void own_step_end(struct own *o)
{
    unsigned char now[OWN_WATCH_MOST];
    o->malloc = step.real.malloc;
    o->free = step.real.free;
    o->realloc = step.real.realloc;
    sigaction(SIGTRAP, &step.before, NULL);
    own_watch_bytes(now);
    if (memcmp(now, step.after, sizeof now) != 0) o->result->n_wrote = 0; /* it was the caller */
}

#else
void own_step_begin(struct own *o) { (void)o; }
void own_step_end(struct own *o) { (void)o; }
#endif
