/* textbuf.c: sentences in the making. */
#include "cli/text/textbuf.h"

#include <stdarg.h>
#include <stdio.h>

void textbuf_add(struct textbuf *w, const char *format, ...)
{
    if (w->n + 1 >= w->room) return;
    va_list list;
    va_start(list, format);
    int n = vsnprintf(w->text + w->n, w->room - w->n, format, list);
    va_end(list);
    if (n > 0) w->n = w->n + (size_t)n < w->room ? w->n + (size_t)n : w->room - 1;
}
