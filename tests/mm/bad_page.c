/* bad_page.c: large payloads have a page less than they need. */
#define ASKED(bytes) ((bytes) / 2)
#include "pages.c"
