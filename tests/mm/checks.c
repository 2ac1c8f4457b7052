/* checks.c: sound, with a checker that says no from operation NO on (realloc: two, if it moves), as
 * HOW says: what it returns, or prints. */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

enum { TRUTH = 1, NUMBER, ZERO, PRINTS, CHATS, ASSERTS };
#ifndef NO
#define NO 5
#endif
#ifndef HOW
#define HOW TRUTH
#endif
static int n_ops;
#define ON_MALLOC(size) n_ops++;
#define ON_FREE(b) n_ops++;
#include "tags.c"

#define SOUND (n_ops < NO)

#if HOW == 1
bool mm_checkheap(int line) { return line == 0 && SOUND; }
#elif HOW == 2 /* how many mistakes there are */
int mm_checkheap(int verbose) { return verbose + (SOUND ? 0 : 3); }
#elif HOW == 3 /* CS:APP: not 0 if and only if it is consistent */
int mm_check(void) { return SOUND; }
#elif HOW == 4
void mm_checkheap(int line)
{
    if (!SOUND) printf("the list is wrong, line %d\n", line);
}
#elif HOW == 5
void mm_checkheap(int line) { printf("%d, all is well\n", line + n_ops); }
#else
void mm_checkheap(int line)
{
    assert(line == 0);
    assert(SOUND);
}
#endif
