/* words.c: sentences in the making. */
#include "cli/session/words.h"

#include <stdarg.h>
#include <stdio.h>

void words_say(struct words *w, const char *format, ...)
{
    if (w->n + 1 >= w->room) return;
    va_list list;
    va_start(list, format);
    int n = vsnprintf(w->text + w->n, w->room - w->n, format, list);
    va_end(list);
    if (n > 0) w->n = w->n + (size_t)n < w->room ? w->n + (size_t)n : w->room - 1;
}
