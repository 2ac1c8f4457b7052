/* markup.h: is a text well-formed XML? As much of XML 1.0 as the pictures use: no document type, no
 * processing instructions, no CDATA. */
#ifndef MARKUP_H
#define MARKUP_H

#include <stddef.h>

/* NULL, or what is wrong (a static text) with *at set to the byte where. */
const char *markup_check(const char *xml, size_t *at);

#endif
