/* lab_main.c: brkview-target, the lab with the policies that are ours. */
#include <stddef.h>

#include "allocator/target/lab.h"

int main(void)
{
    if (!lab_prepare()) return 2;
    uint32_t at;
    lab_serve(&(struct lab_setup){.at = &at});
    return 0;
}
