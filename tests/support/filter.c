/* filter.c: seccomp-bpf. */
#include "tests/support/filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

#define ROWS_MAX 8u

bool filter_install(const struct filter_row *rows, unsigned n)
{
    struct sock_filter filter[ROWS_MAX * 5 + 1];
    unsigned short at = 0;
    for (unsigned i = 0; i < n && i < ROWS_MAX; i++) {
        struct sock_filter row[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)rows[i].call, 0, 3),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
            BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, rows[i].from, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)rows[i].error),
        };
        memcpy(filter + at, row, sizeof row);
        at += 5;
    }
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {at, filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
