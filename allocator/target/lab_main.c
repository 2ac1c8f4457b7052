/* lab_main.c: brkview-target, the lab with the policies that are ours. */
#include <stddef.h>

#include "allocator/target/lab.h"

int main(void)
{
    if (!lab_prepare()) return 2;
    lab_serve(NULL);
    return 0;
}
