/* own_trap.c: what ends the runner is written down before it does: the signal (those of its limits,
 * too), where it was and who had called; an assert with its words. */
#include <execinfo.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "allocator/target/own.h"
#include "allocator/target/own_memlib.h"

enum { STACK_BYTES = 256 << 10 };

static volatile struct own_result *told;
static void (*ends)(void);

static uint64_t place_of(const ucontext_t *context)
{
#if defined __x86_64__
    return (uint64_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined __i386__
    return (uint32_t)context->uc_mcontext.gregs[REG_EIP];
#elif defined __aarch64__
    return context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static uint32_t take_registers(const ucontext_t *context, volatile uint64_t *to)
{
    uint32_t n = 0;
#if defined __x86_64__
    for (int i = REG_R8; i <= REG_RCX; i++)
        to[n++] = (uint64_t)context->uc_mcontext.gregs[i];
#elif defined __i386__
    for (int i = REG_EDI; i <= REG_EAX; i++)
        to[n++] = (uint32_t)context->uc_mcontext.gregs[i];
#elif defined __aarch64__
    for (; n < OWN_MOST_REGISTERS; n++)
        to[n] = context->uc_mcontext.regs[n];
#else
    (void)context, (void)to;
#endif
    return n;
}

static void on_signal(int number, siginfo_t *about, void *context)
{
    void *frame[OWN_MOST_FRAMES];
    told->fault = OWN_CRASHED;
    told->signal = number;
    told->at = about->si_code > 0 ? (uint64_t)(uintptr_t)about->si_addr : 0;
    told->frame[0] = place_of(context);
    told->n_frames = 1;
    told->lo = own_memory_start();
    told->hi = own_memory_brk();
    told->n_registers = take_registers(context, told->registers);
    /* It may fail on a stack that is spoiled: then the second signal ends us, and this stands. */
    int n = backtrace(frame, OWN_MOST_FRAMES - 1);
    for (int i = 0; i < n; i++)
        told->frame[i + 1] = (uint64_t)(uintptr_t)frame[i];
    told->n_frames = (uint32_t)(1 + n);
    ends();
}

void own_trap_init(volatile struct own_result *result, void (*end)(void))
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL, SIGABRT,
                                  SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ};
    void *frame[2];
    told = result;
    ends = end;
    (void)backtrace(frame, 2); /* the first one loads what it needs */
    stack_t stack = {.ss_size = STACK_BYTES};
    stack.ss_sp =
        mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigaction action = {.sa_flags = SA_SIGINFO | (int)SA_RESETHAND | SA_NODEFER};
    if (stack.ss_sp != MAP_FAILED && sigaltstack(&stack, NULL) == 0) action.sa_flags |= SA_ONSTACK;
    action.sa_sigaction = on_signal;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &action, NULL);
}

static void copy(volatile char *to, size_t bytes, const char *from)
{
    size_t i = 0;
    for (; from && from[i] && i + 1 < bytes; i++)
        to[i] = from[i];
    to[i] = '\0';
}

void __assert_fail(const char *what, const char *file, unsigned line, const char *function)
{
    told->fault = OWN_ASSERT;
    copy(told->words, sizeof told->words, what);
    copy(told->file, sizeof told->file, file);
    copy(told->function, sizeof told->function, function);
    told->line = line;
    ends();
    _exit(1);
}
