/* lab.c: the lab: does what the viewer asks of it over the wire, and nothing else, so that the heap
 * on show is its own. Nothing here may call libc's malloc or stdio. */
#include "allocator/target/lab.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "allocator/format/steps.h"
#include "allocator/format/wire.h"
#include "allocator/growth.h"
#include "allocator/heap.h"
#include "allocator/policy.h"
#include "allocator/race.h"

extern const char etext, edata, end;

/* What one request needs. It lives on the stack, so that bss is small and the heap begins close
 * behind it. */
struct exchange {
    struct {
        struct wire_request head;
        unsigned char data[WIRE_DATA_MAX];
    } request;
    struct wire_answer answer;
    uint64_t results[WIRE_BATCH_MAX];
    struct step_log log;
    struct race race;
    bool racing; /* between begin and end */
    const struct lab_setup *setup;
    int fd[LAB_FDS]; /* that came with the request, ours to close */
    size_t n_fds;
};

/* Its magic is 0 until the first request has named the policy. Aligned, so that it lies at one
 * place whatever the compiler. */
static _Alignas(64) struct heap target_heap;

static void target_complain(const char *line)
{
    /* Nothing can be done if even this fails. */
    ssize_t n = write(STDERR_FILENO, line, strlen(line));
    (void)n;
}

static void target_answer_with(struct wire_answer *answer, void *payload)
{
    answer->result = (uintptr_t)payload;
    answer->status = (uint32_t)target_heap.failure;
    answer->error = payload == NULL ? errno : 0;
}

static void target_alloc(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    struct wire_answer *answer = &x->answer;
    uint32_t n = 0;
    if (q->b == 0 || q->b > WIRE_BATCH_MAX) {
        answer->status = HEAP_UNSUPPORTED;
        return;
    }
    for (; n < q->b; n++) {
        target_answer_with(answer, heap_alloc(&target_heap, q->a));
        if (answer->result == 0) break;
        x->results[n] = answer->result;
    }
    answer->result = n != 0 ? x->results[0] : 0;
    answer->n_results = q->b == 1 ? 0 : n;
}

static enum heap_status target_policy(struct exchange *x)
{
    uint64_t policy = x->request.head.a;
    if (target_heap.root.magic != 0 || policy > UINT32_MAX) return HEAP_UNSUPPORTED;
    const struct policy *runs =
        policy == HEAP_OWN ? x->setup->own : policy_of((enum heap_policy)policy);
    if (runs == NULL) return HEAP_UNSUPPORTED;
    if (!heap_init_with(&target_heap, (enum heap_policy)policy, runs, &growth_os))
        return target_heap.failure != HEAP_OK ? target_heap.failure : HEAP_NO_MEMORY;
    target_heap.steps = &x->log.sink;
    return HEAP_OK;
}

static void *target_idle(void *unused) { return unused; }

static enum heap_status target_thread(void)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, target_idle, NULL);
    if (error == 0) error = pthread_join(thread, NULL);
    return error == 0 ? HEAP_OK : HEAP_NO_MEMORY;
}

static enum heap_status target_sbrk(const struct wire_request *q, struct wire_answer *answer)
{
    uintptr_t before;
    enum heap_status status = heap_sbrk(&target_heap, (intptr_t)q->a, q->b == 1, &before);
    answer->result = status == HEAP_OK ? before : UINT64_MAX;
    return status;
}

static enum heap_status target_race(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    struct race *r = &x->race;
    if ((q->op == WIRE_RACE_BEGIN) == x->racing || (q->op == WIRE_RACE_STEP && q->a > 1))
        return x->racing ? HEAP_BUSY : HEAP_UNSUPPORTED;
    if (q->op == WIRE_RACE_BEGIN && !race_begin(r, &target_heap, q->a, q->b)) return HEAP_NO_MEMORY;
    if (q->op == WIRE_RACE_STEP) race_step(r, (unsigned)q->a, q->b == 1);
    if (q->op == WIRE_RACE_END) race_end(r);
    x->racing = q->op != WIRE_RACE_END;
    x->answer.result = 0;
    x->answer.n_results = 2;
    for (unsigned i = 0; i < 2; i++) {
        x->answer.result |= WIRE_RACE_OF(i, r->thread[i].state, r->thread[i].status);
        x->results[i] = r->thread[i].payload;
    }
    return HEAP_OK;
}

struct step_counter {
    struct step_sink sink;
    const struct exchange *exchange;
    uint64_t n, n_looked;
};

static void count_step(struct step_sink *sink, const struct step *step)
{
    struct step_counter *c = (struct step_counter *)sink;
    struct wire_play op;
    c->n++;
    if (step->kind != STEP_PROBE) return;
    memcpy(&op, c->exchange->request.data + *c->exchange->setup->at * sizeof op, sizeof op);
    c->n_looked += op.kind != WIRE_PLAY_FREE;
}

static enum heap_status target_play(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    if (q->a == 0 || q->a > WIRE_PLAY_MAX || q->data_bytes != q->a * sizeof(struct wire_play))
        return HEAP_UNSUPPORTED;
    bool plain = q->b & WIRE_PLAY_PLAIN;
    uint32_t n = (uint32_t)q->a;
    if (plain && n > WIRE_PLAY_MAX / 2) return HEAP_UNSUPPORTED;
    struct step_counter counter = {.sink = {count_step}, .exchange = x};
    if (!(q->b & WIRE_PLAY_TOLD)) target_heap.steps = &counter.sink;
    uint64_t said = q->c;
    bool checked = (q->b & WIRE_PLAY_CHECKED) && !plain;
    n = lab_play(&target_heap, x->request.data, n, x->results, plain ? x->results + n : NULL,
                 checked ? &said : NULL, x->setup->at);
    target_heap.steps = &x->log.sink;
    x->answer.n_results = plain ? 2 * n : n;
    if (plain) x->answer.result = counter.n_looked;
    if (checked) x->answer.result = said;
    if (counter.n > 0)
        x->log.steps[x->log.n++] = (struct step){.kind = STEP_SKIPPED, .a = counter.n};
    return HEAP_OK;
}

/* Both answer, each on its own wire. The key is not left lying about. */
static enum heap_status target_copy(struct exchange *x)
{
    if (x->n_fds == 0) return HEAP_UNSUPPORTED;
    long pid = lab_copy(x->setup, x->request.head.a, x->fd, x->n_fds);
    *(volatile uint64_t *)&x->request.head.a = 0;
    if (pid < 0) return HEAP_NO_MEMORY;
    x->answer.result = (uint64_t)pid;
    return HEAP_OK;
}

static enum heap_status target_check(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    uint64_t said = q->c;
    if (!lab_check(&target_heap, (int)q->a, &said)) return HEAP_HAS_NONE;
    x->answer.result = WIRE_CHECKED_JUDGE(q->c) ? said : (uint32_t)WIRE_SAID_RETURNED(said);
    return HEAP_OK;
}

static enum heap_status target_blocks(struct exchange *x)
{
    uintptr_t at = 0;
    const struct policy *p = target_heap.policy;
    if (p->blocks == NULL || !p->blocks(&target_heap, &at, &x->results[0])) return HEAP_HAS_NONE;
    x->answer.result = at;
    x->answer.n_results = 1;
    return HEAP_OK;
}

/* A held thread may have the lock, and may be in the middle of everything. */
static bool target_may(const struct exchange *x)
{
    return !x->racing ||
           (x->request.head.op >= WIRE_RACE_BEGIN && x->request.head.op <= WIRE_RACE_END) ||
           x->request.head.op == WIRE_WRITE || x->request.head.op == WIRE_FILL;
}

/* Returns the status of what has no payload to answer with. */
static enum heap_status target_obey(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    struct heap *h = &target_heap;
    if (h->root.magic == 0 && q->op != WIRE_POLICY) return HEAP_UNSUPPORTED;
    if (!target_may(x)) return HEAP_BUSY;
    switch (q->op) {
    case WIRE_POLICY:
        return target_policy(x);
    case WIRE_SET:
        return q->a < HEAP_N_SWITCHES ? heap_set(h, (enum heap_switch)q->a, q->b)
                                      : HEAP_UNSUPPORTED;
    case WIRE_LIMIT:
        return heap_limit(&target_heap, q->a);
    case WIRE_ALLOC:
        target_alloc(x);
        break;
    case WIRE_CALLOC:
        target_answer_with(&x->answer, heap_calloc(h, q->a, q->b));
        break;
    case WIRE_REALLOC:
        h->was = q->c;
        target_answer_with(&x->answer, heap_realloc(h, (void *)q->a, q->b));
        break;
    case WIRE_ALIGNED:
        target_answer_with(&x->answer, heap_aligned(h, q->a, q->b));
        break;
    case WIRE_FREE:
        return heap_free(h, (void *)q->a);
    case WIRE_SBRK:
        return target_sbrk(q, &x->answer);
    case WIRE_WRITE:
        memcpy((void *)q->a, x->request.data, q->data_bytes);
        break;
    case WIRE_FILL:
        memset((void *)q->a, (int)(q->c & 0xff), q->b);
        break;
    case WIRE_PLAY:
        return target_play(x);
    case WIRE_THREAD:
        return target_thread();
    case WIRE_RACE_BEGIN:
    case WIRE_RACE_STEP:
    case WIRE_RACE_END:
        return target_race(x);
    case WIRE_COPY:
        return target_copy(x);
    case WIRE_CHECK:
        return target_check(x);
    case WIRE_BLOCKS:
        return target_blocks(x);
    default:
        return HEAP_UNSUPPORTED;
    }
    return (enum heap_status)x->answer.status;
}

/* Send one message. That the viewer's end is gone is no error, but the end. */
static void target_send(struct iovec *parts, size_t n)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
    ssize_t sent;
    do
        sent = sendmsg(WIRE_FD, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) _exit(0);
}

static void target_answer(struct exchange *x)
{
    x->answer.n_steps = x->log.n;
    x->answer.brk = (uintptr_t)growth_os.sbrk(&growth_os, 0);
    struct iovec parts[] = {{&x->answer, sizeof x->answer},
                            {x->results, x->answer.n_results * sizeof x->results[0]},
                            {x->log.steps, x->log.n * sizeof x->log.steps[0]}};
    target_send(parts, sizeof parts / sizeof parts[0]);
}

/* How many bytes came. MSG_TRUNC: the true length, so that a packet too long is seen to be one. */
static ssize_t target_receive(struct exchange *x)
{
    union {
        char room[CMSG_SPACE(sizeof x->fd)];
        struct cmsghdr aligned;
    } control;
    struct iovec part = {&x->request, sizeof x->request};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(WIRE_FD, &message, MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    x->n_fds = 0;
    const struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) return n;
    x->n_fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof x->fd[0];
    memcpy(x->fd, CMSG_DATA(c), x->n_fds * sizeof x->fd[0]);
    return n;
}

/* Wait for a request, obey it, answer. False at the end of the wire. */
static bool target_serve(struct exchange *x)
{
    const struct wire_request *q = &x->request.head;
    ssize_t n = target_receive(x);
    if (n <= 0) return false;
    bool whole = (size_t)n >= sizeof *q && q->data_bytes <= WIRE_DATA_MAX &&
                 (size_t)n == sizeof *q + q->data_bytes;
    x->answer = (struct wire_answer){.seq = (size_t)n >= sizeof *q ? q->seq : 0};
    step_log_reset(&x->log);
    x->answer.status = whole ? (uint32_t)target_obey(x) : HEAP_UNSUPPORTED;
    for (size_t i = 0; i < x->n_fds; i++)
        close(x->fd[i]);
    target_answer(x);
    return true;
}

static void target_greet(void)
{
    int persona =
        personality(0xffffffff); /* which may be refused too: then nobody has switched it off */
    struct wire_hello hello = {.magic = WIRE_MAGIC,
                               .version = WIRE_VERSION,
                               .randomised = persona == -1 || (persona & ADDR_NO_RANDOMIZE) == 0,
                               .root_address = (uintptr_t)&target_heap.root,
                               .heap_start = (uintptr_t)growth_os.sbrk(&growth_os, 0),
                               .etext = (uintptr_t)&etext,
                               .edata = (uintptr_t)&edata,
                               .end = (uintptr_t)&end,
                               .page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
                               .pid = getpid()};
    struct iovec part = {&hello, sizeof hello};
    target_send(&part, 1);
}

bool lab_prepare(void)
{
    int type = 0;
    socklen_t size = sizeof type;
    /* Before all else: with it, what libc allocates for threads comes from mmap and leaves brk
     * alone. */
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 0);
    mallopt(M_MMAP_MAX, INT_MAX);
#endif
    /* Should the viewer be gone already, the wire is at its end, and so are we. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* It is made to be broken: nobody wants to keep its remains. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    /* So that the viewer may read this process's memory. */
    prctl(PR_SET_DUMPABLE, 1);
    if (getsockopt(WIRE_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
        target_complain("brkview-target is started by brkview\n");
        return false;
    }
    return true;
}

void lab_serve(const struct lab_setup *setup)
{
    struct exchange exchange = {.setup = setup};
    target_greet();
    while (target_serve(&exchange))
        continue;
}
