/* own_count.c: instructions that this process runs outside the kernel, as the processor counts them
 * (perf_event_open). Many virtual machines have no such counter. */
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocator/target/own.h"

static int counter = -1;

void own_count_open(void)
{
    struct perf_event_attr about = {.type = PERF_TYPE_HARDWARE,
                                    .size = sizeof about,
                                    .config = PERF_COUNT_HW_INSTRUCTIONS,
                                    .disabled = 1,
                                    .exclude_kernel = 1,
                                    .exclude_hv = 1};
    counter = (int)syscall(SYS_perf_event_open, &about, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void own_count_begin(void)
{
    if (counter < 0) return;
    (void)ioctl(counter, PERF_EVENT_IOC_RESET, 0);
    (void)ioctl(counter, PERF_EVENT_IOC_ENABLE, 0);
}

uint64_t own_count_end(void)
{
    uint64_t n = 0;
    if (counter < 0 || ioctl(counter, PERF_EVENT_IOC_DISABLE, 0) != 0) return 0;
    return read(counter, &n, sizeof n) == (ssize_t)sizeof n ? n : 0;
}
