/* lab_check.c: a stranger's checker, and whether it says no: by what it returns, or by what it
 * prints, whose file is longer then. */
#include <sys/stat.h>
#include <unistd.h>

#include "allocator/heap.h"
#include "allocator/policy.h"
#include "allocator/target/lab.h"

static off_t printed(void)
{
    struct stat about;
    return fstat(STDOUT_FILENO, &about) == 0 ? about.st_size : 0;
}

static bool says_no(uint32_t judge, uint64_t before, uint64_t now)
{
    bool zero = WIRE_SAID_RETURNED(now) == 0;
    bool turns = (before & WIRE_SAID_ANY) && (WIRE_SAID_RETURNED(before) == 0) != zero;
    if (judge == WIRE_JUDGE_TRUTH) return zero;
    if (judge == WIRE_JUDGE_ZERO && zero) return true;
    if (judge == WIRE_JUDGE_NUMBER && turns) return true;
    return (now & WIRE_SAID_PRINTED) && !(before & WIRE_SAID_PRINTED);
}

bool lab_check(struct heap *h, int line, uint64_t *said)
{
    uint32_t judge = WIRE_CHECKED_JUDGE(*said);
    int returned = 0;
    off_t before = printed();
    const struct policy *p = h->policy;
    if (p->check == NULL || !p->check(h, line, &returned)) return false;
    if (judge == WIRE_JUDGE_PRINTS) returned = 0; /* nothing: what stands there is no answer */
    if (judge == WIRE_JUDGE_TRUTH) returned &= 0xff; /* no more of it is a bool's */
    bool prints = printed() != before;
    uint64_t now = WIRE_SAID(WIRE_SAID_ANY | (prints ? WIRE_SAID_PRINTED : 0), returned);
    *said = now | (says_no(judge, WIRE_CHECKED_BEFORE(*said), now) ? WIRE_SAID_NO : 0);
    return true;
}
