/* own_cage.c: from here on this process starts no other, signals no other, and opens no file to
 * write (seccomp's filter): what a stranger's code does ends with it. Threads of its own it may
 * have, and the lab copies of itself (lab_copy.c), by a key that no stranger has. What is refused
 * fails with EPERM. Where the kernel knows no filters, the viewer's limits are all there is. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "allocator/target/own.h"

#if defined __x86_64__
#define HERE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define HERE AUDIT_ARCH_AARCH64
#elif defined __i386__
#define HERE AUDIT_ARCH_I386
#endif

#define AT(member) ((uint32_t)offsetof(struct seccomp_data, member))
#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(member))
#define LOAD_HIGH(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(member) + 4)
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(error) ANSWER(SECCOMP_RET_ERRNO | (error))
#define UNLESS(call, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(call), 0, (skipped))
/* Refuse a call; a call by its flags: if those of mask are set, or if none is. */
#define NEVER(call) UNLESS(call, 1), REFUSE(EPERM)
#define NEVER_WITH(call, argument, mask)                                                           \
    UNLESS(call, 4), LOAD(args[argument]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (mask), 0, 1),     \
        REFUSE(EPERM), ANSWER(SECCOMP_RET_ALLOW)

#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

#define IS(value, wrong) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, (wrong))
/* A thread, or lab_copy.c's copy by whoever has the key. */
#define CLONES(key)                                                                                \
    UNLESS(SYS_clone, 9), LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 6, 0), \
        IS((key) ? CLONE_PARENT | SIGCHLD : CLONE_THREAD, 4), LOAD(args[2]), IS(key, 2),           \
        LOAD_HIGH(args[2]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)((key) >> 32), 1, 0),    \
        REFUSE(EPERM), ANSWER(SECCOMP_RET_ALLOW)

void own_cage_close(uint64_t key)
{
#ifdef HERE
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HERE, 1, 0),
        REFUSE(EPERM), /* another table of calls, by which the rest could be passed by */
        LOAD(nr),
#ifdef __x86_64__
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* x32's calls */
        REFUSE(EPERM),
#endif
#if defined __x86_64__ || defined __i386__
        NEVER(SYS_fork),
        NEVER(SYS_vfork),
        NEVER(SYS_creat),
        NEVER(SYS_unlink),
        NEVER(SYS_rename),
        NEVER(SYS_mkdir),
        NEVER(SYS_rmdir),
        NEVER(SYS_link),
        NEVER(SYS_symlink),
        NEVER(SYS_chmod),
        NEVER(SYS_chown),
        NEVER_WITH(SYS_open, 1, WRITING),
#endif
#ifdef __i386__
        NEVER(SYS_socketcall),
        NEVER(SYS_truncate64),
        NEVER(SYS_chown32),
        NEVER(SYS_rt_tgsigqueueinfo),
#endif
        NEVER_WITH(SYS_openat, 2, WRITING),
        CLONES(key),
        /* libc then tries clone, whose flags can be seen. */
        UNLESS(SYS_clone3, 1),
        REFUSE(ENOSYS),
        UNLESS(SYS_openat2, 1),
        REFUSE(ENOSYS),
        UNLESS(SYS_io_uring_setup, 1),
        REFUSE(ENOSYS),
        NEVER(SYS_execve),
        NEVER(SYS_execveat),
        NEVER(SYS_setsid),
        NEVER(SYS_setpgid),
        NEVER(SYS_kill),
        NEVER(SYS_pidfd_send_signal),
        NEVER(SYS_rt_sigqueueinfo),
        NEVER(SYS_ptrace),
        NEVER(SYS_process_vm_writev),
        NEVER(SYS_prlimit64),
        NEVER(SYS_socket),
        NEVER(SYS_unlinkat),
        NEVER(SYS_renameat),
        NEVER(SYS_renameat2),
        NEVER(SYS_mkdirat),
        NEVER(SYS_linkat),
        NEVER(SYS_symlinkat),
        NEVER(SYS_truncate),
        NEVER(SYS_fchmodat),
        NEVER(SYS_fchownat),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    explicit_bzero(filter, sizeof filter); /* the key is the kernel's and the viewer's */
#else
    (void)key;
#endif
}
