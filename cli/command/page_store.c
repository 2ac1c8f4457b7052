/* page_store.c: its beginning and its end. */
#include "cli/command/page_store.h"

#include <stdlib.h>

struct lab_page *page_new(void) { return calloc(1, sizeof(struct lab_page)); }

void page_free(struct lab_page *page)
{
    if (!page) return;
    for (size_t i = 0; i < page->n_lines; i++)
        free((void *)(uintptr_t)page->line[i].text);
    free(page->heap_bytes);
    free(page->live_bytes);
    free((void *)page->names);
    free(page->name_ids);
    for (size_t i = 0; i < 3; i++)
        free(page->said[i]);
    free(page);
}
